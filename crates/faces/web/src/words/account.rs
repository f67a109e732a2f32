//! The texts of the account area.

use crate::words::words;

words! {
    // ── who was told (GDPR Art. 19) ──
    told_title = "Who else was told" / "Wer sonst informiert wurde";
    told_lead = "When your data is put right, erased or restricted, those who received it have to hear of it."
        / "Wenn Ihre Daten berichtigt, gelöscht oder eingeschränkt werden, müssen alle davon erfahren, die sie erhalten haben.";
    told_on(date: &str) = "was told on {date}." / "wurde am {date} informiert.";
    told_not_yet = "is told by itself when there is something to tell." / "wird von selbst informiert, sobald es etwas mitzuteilen gibt.";
    told_by_you = "cannot be told from here: please ask there." / "kann von hier aus nicht informiert werden: Bitte fragen Sie dort nach.";
    did_push = "Connected systems were told of your choice" / "Angeschlossene Systeme erfuhren von Ihrer Entscheidung";
    did_push_correction = "Connected systems were told of your correction" / "Angeschlossene Systeme erfuhren von Ihrer Berichtigung";
    did_tell = "A recipient of your data was told" / "Ein Empfänger Ihrer Daten wurde informiert";
    // ── overview ──
    overview_lead(tenant: &str) = "What {tenant} holds about you, what is done with it, and what you can do about it."
        / "Was {tenant} über Sie gespeichert hat, was damit geschieht und was Sie tun können.";
    your_picture = "Your profile picture" / "Ihr Profilbild";
    picture_kept_by(keeper: &str) = "{keeper} keeps this picture. This server fetched it with a hash of your address; {keeper} does not learn who looks at it."
        / "{keeper} bewahrt dieses Bild auf. Dieser Server hat es mit einem Hash Ihrer Adresse geholt; {keeper} erfährt nicht, wer es ansieht.";
    picture_off = "Show it no more" / "Nicht mehr zeigen";
    held_card = "Every value, where it came from, what it is used for, and when it ends. Correct it here."
        / "Jede Angabe, woher sie kommt, wofür sie dient und wann sie endet. Hier berichtigen Sie sie.";
    accesses_card = "Every read of your data: when, by whom, what for." / "Jeder Lesezugriff auf Ihre Daten: wann, durch wen, wofür.";
    consents_card(n: u64) = "You said yes to one thing." | "You said yes to {n} things." / "Sie haben zu einer Sache Ja gesagt." | "Sie haben zu {n} Dingen Ja gesagt.";
    messages_card = "Which messages you get, and which of them you can decline." / "Welche Nachrichten Sie bekommen und welche Sie abbestellen können.";
    rights_card(n: u64) = "One request is open." | "{n} requests are open." / "Ein Antrag ist offen." | "{n} Anträge sind offen.";
    notices_card = "What changes in the policy, and what you can do about it." / "Was sich an der Erklärung ändert und was Sie tun können.";
    security_card = "Password, passkeys and further factors." / "Passwort, Passkeys und weitere Faktoren.";
    sessions_card = "Where you are signed in. Sign out everywhere." / "Wo Sie angemeldet sind. Überall abmelden.";
    leave_card = "Take your data along, let the account rest, or have it all erased." / "Daten mitnehmen, das Konto ruhen lassen oder alles löschen.";
    is_claimed(title: &str) = "{title}, which owns the domain of your address, wants to manage this account. Until then you may change the address or leave."
        / "{title} gehört die Domain Ihrer Adresse und möchte dieses Konto verwalten. Bis dahin können Sie die Adresse ändern oder gehen.";
    claim_deadline(date: &str) = "You have until {date}." / "Sie haben Zeit bis {date}.";
    is_managed(title: &str) = "{title} manages this account." / "{title} verwaltet dieses Konto.";
    see_organisation = "See what that means, and what you can do" / "Was das heißt und was Sie tun können";
    is_restricted = "The use of your data is restricted: it is kept, and used for nothing beyond what you allowed."
        / "Die Nutzung Ihrer Daten ist eingeschränkt: Sie werden aufbewahrt und für nichts darüber hinaus genutzt, als Sie erlaubt haben.";
    is_deactivated = "Your account rests. Nothing is deleted, and no news or offers reach you." / "Ihr Konto ruht. Nichts wird gelöscht, und weder Neuigkeiten noch Angebote erreichen Sie.";
    come_back = "Come back" / "Zurückkehren";
    see_restriction = "See the restriction" / "Zur Einschränkung";

    // ── what is held ──
    held_lead = "Looking at this page is a read like any other, and stands in the list of reads."
        / "Auch das Ansehen dieser Seite ist ein Lesezugriff und steht in der Liste.";
    held_nothing = "Nothing is held about you." / "Es ist nichts über Sie gespeichert.";
    nth(n: usize) = "no. {n}" / "Nr. {n}";
    column_what = "What" / "Angabe";
    column_value = "Value" / "Wert";
    column_from = "From" / "Herkunft";
    column_used = "Used for" / "Wofür";
    column_until = "Until" / "Bis";
    since(date: &str) = "since {date}" / "seit {date}";
    no_rule = "For as long as a purpose needs it" / "Solange ein Zweck sie braucht";
    purposes(n: u64) = "one purpose" | "{n} purposes" / "ein Zweck" | "{n} Zwecke";
    no_purpose = "Nothing: it is only kept" / "Nichts: nur aufbewahrt";
    then_erased = "then erased" / "dann gelöscht";
    then_anonymous = "then made anonymous" / "dann anonymisiert";
    then_sealed = "then sealed away" / "dann gesperrt";
    withheld_hash = "Kept only as a hash that nobody can read" / "Nur als Hash gespeichert, den niemand lesen kann";
    withheld_others = "Not shown: it may speak of other people" / "Nicht gezeigt: kann von anderen Personen handeln";
    withheld_sealed = "Sealed: its time is over" / "Gesperrt: die Zeit ist um";
    withheld_undeclared = "Kept from an earlier policy; used for nothing" / "Aus einer früheren Erklärung; für nichts verwendet";
    withheld_other(code: &str) = "Not shown ({code})" / "Nicht gezeigt ({code})";
    change_or_history = "Change it, see its past" / "Ändern, Verlauf ansehen";
    value_yes = "yes" / "ja";
    value_no = "no" / "nein";

    // ── one record ──
    record_change = "Change" / "Ändern";
    record_change_lead = "A correction takes effect at once. What stood there before is kept as its past, and is used for nothing."
        / "Eine Berichtigung gilt sofort. Was vorher dastand, bleibt als Verlauf erhalten und wird für nichts verwendet.";
    record_save = "Save the changes" / "Änderungen speichern";
    record_not_yours = "These you cannot type in here. If one is wrong, ask for a correction:"
        / "Diese können Sie hier nicht selbst eintragen. Ist etwas falsch, verlangen Sie Berichtigung:";
    record_ask = "Ask for a correction" / "Berichtigung verlangen";
    record_email = "You change the address you sign in with under “Signing in”, where both addresses are told."
        / "Die Adresse, mit der Sie sich anmelden, ändern Sie unter „Anmeldung“; beide Adressen erfahren davon.";
    record_past = "Its past" / "Verlauf";
    record_no_past = "It never was otherwise." / "Es war nie anders.";
    record_until(date: &str) = "until {date}" / "bis {date}";
    record_lines_hint = "One entry a line." / "Ein Eintrag je Zeile.";
    record_others = "What else stands here" / "Was hier noch steht";

    // ── accesses ──
    accesses_lead = "Newest first. Nothing leaves before it stands here; the list is part of a ledger that nobody can change unseen."
        / "Neueste zuerst. Nichts geht hinaus, bevor es hier steht; die Liste ist Teil eines Protokolls, das niemand unbemerkt ändern kann.";
    accesses_own_hidden = "Your own looking is left out." / "Ihr eigenes Ansehen ist weggelassen.";
    accesses_own_show = "Show it too" / "Auch das zeigen";
    accesses_own_hide = "Leave it out" / "Weglassen";
    accesses_none = "Nothing has been read yet." / "Bisher wurde nichts gelesen.";
    accesses_none_here = "Nothing on this page but your own looking." / "Auf dieser Seite nur Ihr eigenes Ansehen.";
    column_when = "When" / "Wann";
    column_happened = "What happened" / "Was geschah";
    column_who = "By whom" / "Durch wen";
    column_why = "What for" / "Wofür";
    column_which = "Which data" / "Welche Daten";
    by_you = "You" / "Sie";
    by_door = "The sign-in pages" / "Die Anmeldeseiten";
    by_server = "The server itself" / "Der Server selbst";
    by_unknown = "A key that is gone" / "Ein Schlüssel, den es nicht mehr gibt";
    given_to(recipient: &str) = "given to {recipient}" / "weitergegeben an {recipient}";
    task_of(role: &str) = "a task of: {role}" / "Aufgabe von: {role}";
    refused_no_consent = "you did not consent" / "Sie haben nicht eingewilligt";
    refused_objection = "you objected" / "Sie haben widersprochen";
    refused_restricted = "the use is restricted" / "die Nutzung ist eingeschränkt";
    refused_opted_out = "you declined such messages" / "Sie haben solche Nachrichten abbestellt";
    refused_because(code: &str) = "the policy does not allow it ({code})" / "die Erklärung erlaubt es nicht ({code})";
    proof = "Proof" / "Nachweis";
    proof_of(entry: u64) = "Proof of entry {entry}" / "Nachweis für Eintrag {entry}";

    did_disclosure = "Read" / "Gelesen";
    did_refusal = "Refused" / "Abgelehnt";
    did_verified = "Compared, not shown" / "Verglichen, nicht gezeigt";
    did_written = "Written" / "Gespeichert";
    did_rectified = "Corrected" / "Berichtigt";
    did_deleted = "Removed" / "Entfernt";
    did_exported = "Exported" / "Exportiert";
    did_consent = "Consent" / "Einwilligung";
    did_objection = "Objection" / "Widerspruch";
    did_message = "Choice of messages" / "Wahl der Nachrichten";
    did_request = "Request" / "Antrag";
    did_restriction = "Restriction" / "Einschränkung";
    did_account = "Account" / "Konto";
    did_sign_in = "Signing in or out" / "An- oder Abmeldung";
    did_retention = "Its time ended" / "Frist abgelaufen";
    did_notice = "Told of a change" / "Über Änderung informiert";
    did_hold = "Legal hold" / "Rechtliche Sperre";
    did_other(kind: &str) = "Noted: {kind}" / "Vermerkt: {kind}";
    for_access = "Your right to see it" / "Ihr Auskunftsrecht";
    for_portability = "Your right to take it along" / "Ihr Recht, es mitzunehmen";
    for_notice = "Telling you of changes" / "Information über Änderungen";
    for_storage = "Storage itself" / "Speicherung selbst";
    for_claims = "Legal claims" / "Rechtsansprüche";
    undeclared = "Something the policy does not declare" / "Etwas, das die Erklärung nicht vorsieht";

    // ── consents ──
    consents_lead = "Each of these is off unless you say yes, and stops at once when you take your yes back. What was done before stays lawful."
        / "All das ist aus, solange Sie nicht Ja sagen, und endet sofort, wenn Sie Ihr Ja zurücknehmen. Was vorher geschah, bleibt rechtmäßig.";
    consents_none = "Nothing here rests on consent." / "Nichts beruht hier auf Einwilligung.";
    state_given = "You said yes" / "Sie haben Ja gesagt";
    state_until(date: &str) = "You said yes, until {date}" / "Sie haben Ja gesagt, bis {date}";
    state_refused = "You said no" / "Sie haben Nein gesagt";
    state_withdrawn = "You took it back" / "Sie haben es zurückgenommen";
    state_unconfirmed = "Waits for your confirmation" / "Wartet auf Ihre Bestätigung";
    state_open = "Not asked yet: off" / "Noch nicht gefragt: aus";
    state_lapsed = "Your yes has lapsed: off" / "Ihr Ja ist abgelaufen: aus";
    ask_again = "The policy now does more than you agreed to. Until you say yes again, what is new is not done."
        / "Die Erklärung geht jetzt weiter als Ihr Ja. Bis Sie wieder Ja sagen, unterbleibt das Neue.";
    unconfirmed_hint = "It has no effect yet: follow the link in the message that was sent to you." / "Es wirkt noch nicht: Folgen Sie dem Link in der Nachricht, die Sie bekommen haben.";
    withdraw = "Take my yes back" / "Mein Ja zurücknehmen";
    receipts = "Receipt" / "Beleg";
    receipt_dpv = "ISO/IEC TS 27560 (JSON)" / "ISO/IEC TS 27560 (JSON)";
    receipt_kantara = "Kantara (JSON)" / "Kantara (JSON)";
    consent_history = "What you said, and when" / "Was Sie wann gesagt haben";
    said_given = "Yes" / "Ja";
    said_unconfirmed = "Yes, to be confirmed" / "Ja, noch zu bestätigen";
    said_confirmed = "Yes, confirmed" / "Ja, bestätigt";
    said_refused = "No" / "Nein";
    said_withdrawn = "Taken back" / "Zurückgenommen";

    // ── messages ──
    messages_lead = "What you can decline, you can decline here, channel by channel. What belongs to the service comes anyway, and each says why."
        / "Was Sie abbestellen können, bestellen Sie hier ab, Weg für Weg. Was zum Dienst gehört, kommt trotzdem; der Grund steht dabei.";
    messages_can = "What you can decline" / "Was Sie abbestellen können";
    messages_fixed = "What belongs to the service" / "Was zum Dienst gehört";
    messages_none = "No messages are sent that could be declined." / "Es gibt keine Nachrichten, die Sie abbestellen könnten.";
    fixed_why = "Cannot be declined, because:" / "Lässt sich nicht abbestellen, denn:";
    wanted = "You get these" / "Sie bekommen sie";
    declined = "Declined" / "Abbestellt";
    decline(channel: &str) = "Decline ({channel})" / "Abbestellen ({channel})";
    want(channel: &str) = "Get them again ({channel})" / "Wieder bekommen ({channel})";
    needs_consent = "Comes only with your consent." / "Kommt nur mit Ihrer Einwilligung.";
    to_consent = "To the consent" / "Zur Einwilligung";

    // ── rights ──
    rights_lead = "Some you exercise at once, by yourself; for the others you ask here, and a clock runs." / "Manche üben Sie sofort selbst aus; die anderen verlangen Sie hier, und eine Frist läuft.";
    requests = "Your requests" / "Ihre Anträge";
    requests_none = "You have asked for nothing yet." / "Sie haben bisher nichts verlangt.";
    request_received = "Received" / "Eingegangen";
    request_identity = "Identity proved" / "Identität nachgewiesen";
    request_extended = "Extended" / "Verlängert";
    request_answered = "Answered" / "Beantwortet";
    request_refused = "Refused" / "Abgelehnt";
    request_withdrawn = "Taken back" / "Zurückgenommen";
    request_documents = "The organisation has to see documents that show who you are first. It tells you which." / "Die Organisation muss zuerst Unterlagen sehen, die zeigen, wer Sie sind. Sie sagt Ihnen, welche.";
    done_taken_back = "Your request was taken back." / "Ihr Antrag wurde zurückgenommen.";
    trouble_documents = "The policy wants documents that show who you are first. Ask under “Your rights and requests”; you are told what to show." / "Die Erklärung verlangt zuerst Unterlagen, die zeigen, wer Sie sind. Fragen Sie unter „Ihre Rechte und Anträge“; Sie erfahren, was Sie zeigen müssen.";
    request_open = "Open" / "Offen";
    request_waits = "Your organisation decides about it first." / "Zuerst entscheidet Ihre Organisation darüber.";
    request_letter = "Read the letter" / "Antwort lesen";
    asked_title = "Somebody asks in your name" / "Jemand fragt in Ihrem Namen";
    asked_lead(agent: &str) = "Nothing has been done yet. It is up to you whether {agent} may ask for this."
        / "Noch ist nichts geschehen. Sie entscheiden, ob {agent} das verlangen darf.";
    asked_which = "What is asked for" / "Was verlangt wird";
    asked_access = "A copy of everything that is held about you here. It is given to whoever asks, not to you."
        / "Eine Kopie von allem, was hier über Sie gespeichert ist. Sie geht an die anfragende Stelle, nicht an Sie.";
    asked_deletion = "Everything that is held about you here is erased, your account too. This cannot be undone."
        / "Alles, was hier über Sie gespeichert ist, wird gelöscht, auch Ihr Konto. Das lässt sich nicht rückgängig machen.";
    asked_opt_out = "Your data is neither sold nor used for advertising any more."
        / "Ihre Daten werden nicht mehr verkauft und nicht mehr für Werbung verwendet.";
    asked_when(came: &str, until: &str) = "Asked on {came}. Without your answer it ends on {until}."
        / "Gefragt am {came}. Ohne Ihre Antwort endet es am {until}.";
    asked_yes = "Yes, I asked for this" / "Ja, das verlange ich";
    asked_no = "No, this is not from me" / "Nein, das ist nicht von mir";
    asked_confirmed = "You said that it is yours. It is being carried out." / "Sie haben zugestimmt. Es wird ausgeführt.";
    asked_over = "This request has ended: there is nothing left to say about it."
        / "Dieser Antrag ist beendet; es gibt nichts mehr zu entscheiden.";
    asked_others = "This request is about another account than the one you are signed in to. Nothing was done."
        / "Dieser Antrag betrifft ein anderes Konto als das, mit dem Sie angemeldet sind. Es ist nichts geschehen.";
    asked_gone = "You said that it is yours, and everything that was held about you here is erased."
        / "Sie haben zugestimmt; alles, was hier über Sie gespeichert war, ist gelöscht.";
    asked_back(agent: &str) = "Back to {agent}" / "Zurück zu {agent}";
    asked_to_rights = "Your requests" / "Ihre Anträge";
    ask_for = "Ask for something" / "Etwas verlangen";
    ask_for_which = "What do you ask for?" / "Was verlangen Sie?";
    ask_submit = "Send the request" / "Antrag stellen";
    within(span: &str) = "answered within {span}" / "Antwort innerhalb von {span}";
    object_title = "Object to a use" / "Einer Nutzung widersprechen";
    object_lead = "These rest on an interest, not on your consent. When you object, the use stops while it is looked at; marketing stops for good."
        / "Diese beruhen auf einem Interesse, nicht auf Ihrer Einwilligung. Widersprechen Sie, ruht die Nutzung, bis darüber entschieden ist; Werbung endet endgültig.";
    object_none = "No use here rests on an interest to which you could object." / "Keine Nutzung beruht auf einem Interesse, dem Sie widersprechen könnten.";
    object = "Object" / "Widersprechen";
    objected(date: &str) = "You objected on {date}" / "Sie haben am {date} widersprochen";
    objection_pending = "stopped while it is looked at" / "ruht, bis entschieden ist";
    objection_upheld = "stopped" / "beendet";
    objection_overridden = "goes on: compelling grounds were stated" / "geht weiter: zwingende Gründe wurden genannt";
    restrict_title = "Restrict the use of all of it" / "Die Nutzung insgesamt einschränken";
    restrict_lead = "Then your data is kept and used for nothing, but for storage, legal claims, letting you in and what you consent to. Parts of the service may stop working."
        / "Dann werden Ihre Daten nur aufbewahrt und für nichts genutzt, außer für Speicherung, Rechtsansprüche, Ihre Anmeldung und das, worin Sie einwilligen. Teile des Dienstes können ausfallen.";
    restrict = "Restrict the use" / "Nutzung einschränken";
    restricted_since(date: &str) = "Restricted since {date}." / "Eingeschränkt seit {date}.";
    unrestrict = "Lift the restriction" / "Einschränkung aufheben";
    complain = "Where to complain" / "Wo Sie sich beschweren können";
    letter_title = "The answer to your request" / "Die Antwort auf Ihren Antrag";

    // ── notices ──
    notices_lead = "Before a change takes effect you are told, and can leave." / "Bevor eine Änderung gilt, erfahren Sie davon und können gehen.";
    notices_none = "No change waits for you." / "Keine Änderung wartet auf Sie.";
    takes_effect(date: &str) = "Takes effect on {date}" / "Gilt ab {date}";
    took_effect(date: &str) = "Took effect on {date}" / "Gilt seit {date}";
    side_by_side = "What changes, side by side" / "Was sich ändert, nebeneinander";
    new_whole = "The new version as a whole" / "Die neue Fassung im Ganzen";
    more_changes(n: usize) = "One more change stands in the comparison." | "{n} more changes stand in the comparison." / "Eine weitere Änderung steht im Vergleich." | "{n} weitere Änderungen stehen im Vergleich.";
    seen = "I have seen it" / "Ich habe es gesehen";
    you_can = "If you do not agree" / "Wenn Sie nicht einverstanden sind";
    first_export = "First take your data along: what is erased cannot be brought back." / "Nehmen Sie zuerst Ihre Daten mit: Was gelöscht ist, lässt sich nicht zurückholen.";
    then_rest = "Then let the account rest, after which no news or offers reach you; or have everything erased." / "Dann lassen Sie das Konto ruhen, danach erreichen Sie weder Neuigkeiten noch Angebote; oder Sie lassen alles löschen.";
    earlier = "All versions of the policy" / "Alle Fassungen der Erklärung";

    // ── sessions ──
    sessions_lead = "Where you are signed in. End what you do not know." / "Wo Sie angemeldet sind. Beenden Sie, was Sie nicht kennen.";
    session_device_unknown = "A device that does not say what it is" / "Ein Gerät, das nicht sagt, was es ist";
    session_this = "This one" / "Diese hier";
    session_began = "Began" / "Begonnen";
    session_seen = "Last used" / "Zuletzt benutzt";
    session_end = "End it" / "Beenden";
    session_end_of(device: &str) = "End it: {device}" / "Beenden: {device}";
    sessions_end_all = "Sign out everywhere" / "Überall abmelden";
    sessions_end_all_text = "This ends every session, this one too. Then sign in again." / "Das beendet alle Sitzungen, auch diese. Danach melden Sie sich neu an.";

    // ── sign-ins ──
    sign_ins_link = "How each sign-in was judged" / "Wie jede Anmeldung beurteilt wurde";
    sign_ins_lead = "How unusual each sign-in of late was held to be, and why. No address and no browser is kept for it, only how often something was seen."
        / "Für wie ungewöhnlich jede Anmeldung der letzten Zeit gehalten wurde und warum. Dafür werden weder Adresse noch Browser gespeichert, nur wie oft etwas gesehen wurde.";
    sign_ins_none = "No sign-in was judged: the policy does not ask for it, or it was too long ago."
        / "Keine Anmeldung wurde beurteilt: Die Erklärung sieht es nicht vor, oder es ist zu lange her.";
    sign_in_let_in = "let in" / "eingelassen";
    sign_in_with_factor = "let in with a further factor" / "mit weiterem Faktor eingelassen";
    sign_in_turned_away = "turned away" / "abgewiesen";
    sign_in_not_finished = "not finished" / "nicht abgeschlossen";
    sign_in_why = "What weighed how much" / "Was wie viel wog";

    // ── leaving ──
    leave_lead = "In this order, if you mean to go: take along, let rest, erase." / "In dieser Reihenfolge, wenn Sie gehen möchten: mitnehmen, ruhen lassen, löschen.";
    export_title = "Take your data along" / "Ihre Daten mitnehmen";
    export_text = "An archive, made while you download it and kept nowhere: a page to read, everything as JSON, and a table for each kind of data."
        / "Ein Archiv, das beim Herunterladen entsteht und nirgends bleibt: eine Seite zum Lesen, alles als JSON und je Art von Daten eine Tabelle.";
    export_lock = "Passphrase for the archive" / "Kennwort für das Archiv";
    export_lock_hint = "With one, the archive is encrypted (age), and only who knows it can open it: 12 characters or more, best a few words that do not belong together. Nobody can give it back to you. You may paste your own age key (age1…) instead. Without, it is a ZIP archive that whoever has the file can read."
        / "Damit wird das Archiv verschlüsselt (age), und nur wer es kennt, kann es öffnen: mindestens 12 Zeichen, am besten einige Wörter, die nicht zusammengehören. Niemand kann es Ihnen wiedergeben. Sie können stattdessen Ihren eigenen age-Schlüssel (age1…) einfügen. Ohne ist es ein ZIP-Archiv, das jeder lesen kann, der die Datei hat.";
    export_passphrase_unfit = "Give the passphrase 12 to 256 characters, or leave it empty" / "Geben Sie dem Kennwort 12 bis 256 Zeichen, oder lassen Sie es leer";
    export_key_malformed = "Paste the whole public key: age1 and 58 letters and digits" / "Fügen Sie den ganzen öffentlichen Schlüssel ein: age1 und 58 Buchstaben und Ziffern";
    export_access = "Everything held about me" / "Alles, was über mich gespeichert ist";
    export_portability = "Only what I provided" / "Nur, was ich angegeben habe";
    rest_title = "Let the account rest" / "Das Konto ruhen lassen";
    rest_text = "Nothing is deleted, no news or offers reach you, and you can come back." / "Nichts wird gelöscht, weder Neuigkeiten noch Angebote erreichen Sie, und Sie können zurückkehren.";
    rest_rules = "When it has rested for long, the policy lets data go:" / "Ruht es lange, gibt die Erklärung Daten frei:";
    rest = "Let it rest" / "Ruhen lassen";
    erase_title = "Have everything erased" / "Alles löschen";
    erase_text = "It cannot be taken back. The next page says what goes and what stays, before anything happens." / "Das lässt sich nicht zurücknehmen. Die nächste Seite sagt, was geht und was bleibt, bevor etwas geschieht.";
    erase_go_on = "Go on to erasure" / "Weiter zum Löschen";
    minor_title(age: u8) = "You are under {age}, or the account is a child’s" / "Sie sind unter {age}, oder es ist das Konto eines Kindes";
    minor_text = "Then nothing may be kept. Tell us, and it is all erased in one step." / "Dann darf nichts gespeichert bleiben. Sagen Sie es, und alles wird in einem Schritt gelöscht.";
    minor_go_on = "Erase a child’s account" / "Das Konto eines Kindes löschen";

    // ── erasing ──
    erase_sure = "Erase everything?" / "Alles löschen?";
    erase_goes = "What goes" / "Was geht";
    erase_goes_text = "All values held about you, with their past; your choices; the keys that open them, so that backups cannot be read either. You are signed out everywhere."
        / "Alle über Sie gespeicherten Werte samt Verlauf, Ihre Entscheidungen und die Schlüssel dazu, sodass auch Sicherungen nicht mehr lesbar sind. Sie werden überall abgemeldet.";
    erase_stays = "What stays, and why" / "Was bleibt und warum";
    erase_stays_ledger = "The ledger: that something happened, under a random number that no longer leads to you. It proves to you and to others that the erasure was done."
        / "Das Protokoll: dass etwas geschah, unter einer Zufallszahl, die nicht mehr zu Ihnen führt. Es beweist Ihnen und anderen, dass gelöscht wurde.";
    erase_stays_request = "Your requests and when they were answered, without anything you wrote." / "Ihre Anträge und wann sie beantwortet wurden, ohne das, was Sie schrieben.";
    erase_stays_texts = "The texts of consents, which are the same for everybody and name nobody." / "Die Texte der Einwilligungen; sie sind für alle gleich und nennen niemanden.";
    erase_elsewhere = "Who else received data of yours" / "Wer sonst Daten von Ihnen erhalten hat";
    erase_elsewhere_text = "They hold copies of their own, and answer for them." / "Sie haben eigene Kopien und sind dafür verantwortlich.";
    erase_held = "It cannot be erased now: the law has it kept." / "Es kann jetzt nicht gelöscht werden: Das Recht verlangt die Aufbewahrung.";
    hold_until(ground: &str, date: &str) = "{ground}, until {date}" / "{ground}, bis {date}";
    hold_open(ground: &str) = "{ground}, until it is lifted" / "{ground}, bis sie aufgehoben wird";
    erase_tick = "I have read what goes and what stays" / "Ich habe gelesen, was geht und was bleibt";
    erase_tick_minor(age: u8) = "The account is of somebody under {age}" / "Das Konto gehört jemandem unter {age}";
    erase_tick_missing = "Tick the box, so that nothing happens by mistake" / "Setzen Sie das Häkchen, damit nichts versehentlich geschieht";
    erase_now = "Erase everything now" / "Jetzt alles löschen";
    erase_export_first = "Download a copy first" / "Zuerst eine Kopie herunterladen";
    erasing_title = "Your data is being erased" / "Ihre Daten werden gelöscht";
    erasing_text = "It is taken out of every connected system first, and looked for again. Until nothing is left, nobody uses it; then your account ends. Until then your request stands among your requests." / "Sie werden zuerst aus allen angeschlossenen Systemen entfernt und dort noch einmal gesucht. Bis nichts mehr da ist, nutzt sie niemand; dann endet Ihr Konto. Ihr Antrag steht bis dahin unter Ihren Anträgen.";
    erased_title = "Everything is erased" / "Alles ist gelöscht";
    erased_text(n: u32) = "One key was destroyed; what it sealed cannot be opened any more, not even from a backup." | "{n} keys were destroyed; what they sealed cannot be opened any more, not even from a backup."
        / "Ein Schlüssel wurde vernichtet; was er versiegelte, lässt sich nicht mehr öffnen, auch nicht aus einer Sicherung." | "{n} Schlüssel wurden vernichtet; was sie versiegelten, lässt sich nicht mehr öffnen, auch nicht aus einer Sicherung.";
    erased_receipt = "Keep the receipt: it proves the erasure, and anybody can check it without us." / "Bewahren Sie den Beleg auf: Er beweist die Löschung, und alle können ihn ohne uns prüfen.";
    erased_receipt_link = "Download the receipt" / "Beleg herunterladen";

    // ── what was done ──
    done_ended = "The session has ended." / "Die Sitzung ist beendet.";
    done_saved = "Your changes are saved." / "Ihre Änderungen sind gespeichert.";
    done_consent = "Your answer holds from now on." / "Ihre Antwort gilt ab jetzt.";
    done_message = "Your choice holds from now on." / "Ihre Wahl gilt ab jetzt.";
    done_request = "Your request was received; its clock runs." / "Ihr Antrag ist eingegangen; die Frist läuft.";
    done_objection = "Your objection is noted; the use has stopped." / "Ihr Widerspruch ist vermerkt; die Nutzung ruht.";
    done_restricted = "The use of your data is restricted." / "Die Nutzung Ihrer Daten ist eingeschränkt.";
    done_lifted = "The restriction is lifted." / "Die Einschränkung ist aufgehoben.";
    done_seen = "Noted: you have seen the change." / "Vermerkt: Sie haben die Änderung gesehen.";
    done_resting = "Your account rests from now on." / "Ihr Konto ruht ab jetzt.";
    done_back = "Welcome back: all is as it was." / "Willkommen zurück: Alles ist, wie es war.";

    // ── trouble ──
    trouble_title = "That did not work" / "Das hat nicht geklappt";
    trouble_nothing = "Nothing was changed." / "Es wurde nichts geändert.";
    trouble_code(code: &str) = "If you write to us, give this word: {code}" / "Wenn Sie uns schreiben, nennen Sie dieses Wort: {code}";
    trouble_back = "Back to the overview" / "Zur Übersicht";
    trouble_missing = "There is no such thing in your account." / "So etwas gibt es in Ihrem Konto nicht.";
    trouble_changed = "It was changed elsewhere meanwhile. Look at it again, then try again." / "Es wurde inzwischen anderswo geändert. Sehen Sie nach und versuchen Sie es dann noch einmal.";
    trouble_taken = "Somebody else uses this already." / "Das verwendet schon jemand anders.";
    trouble_held = "It has to be kept for now: a legal hold is in force." / "Es muss vorerst aufbewahrt werden: Es gilt eine rechtliche Sperre.";
    trouble_required = "This cannot be left empty." / "Das darf nicht leer bleiben.";
    trouble_policy = "The policy does not allow it." / "Die Erklärung erlaubt es nicht.";
    trouble_organisation = "The organisation that manages your account decides about this. Ask under “Your rights and requests”; you are told what it decides."
        / "Darüber entscheidet die Organisation, die Ihr Konto verwaltet. Verlangen Sie es unter „Ihre Rechte und Anträge“; Sie erfahren, wie sie entscheidet.";
    trouble_later = "We cannot do it just now. Try again in a while." / "Das geht gerade nicht. Versuchen Sie es in einer Weile noch einmal.";
    trouble_ours = "It is our fault, and noted." / "Der Fehler liegt bei uns und ist vermerkt.";
    trouble_input = "Something in what was sent is not as it should be." / "Etwas in der Eingabe ist nicht, wie es sein soll.";
    nothing_to_change = "Nothing was different, so nothing was changed." / "Nichts war anders, also wurde nichts geändert.";
}
