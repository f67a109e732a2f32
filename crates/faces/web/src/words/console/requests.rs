//! The texts of requests: their progress through connected systems, and what is done about them.

use crate::Language;
use crate::words::words;

words! {
    due_soon(n: u64) = "1 request is about to be overdue, or is." | "{n} requests are about to be overdue, or are." / "1 Antrag wird bald überfällig oder ist es." | "{n} Anträge werden bald überfällig oder sind es.";
    list_cut = "There are more than 20,000 requests; only these were looked through. Look for a request or a person by their id." / "Es gibt mehr als 20.000 Anträge; nur so viele wurden durchgesehen. Suchen Sie einen Antrag oder eine Person mit der Kennung.";
    show = "Which requests" / "Welche Anträge";
    show_ours = "For us to do" / "Für uns zu tun";
    show_late = "Overdue or due soon" / "Überfällig oder bald fällig";
    show_others = "Waiting for others" / "Warten auf andere";
    show_closed = "Closed" / "Abgeschlossen";
    show_all = "All" / "Alle";
    whose = "Request or person" / "Antrag oder Person";
    whose_hint = "The id, or a part of it: req_… or sub_…" / "Die Kennung oder ein Teil davon: req_… oder sub_…";
    any_right = "any right" / "jedes Recht";
    narrow = "Show these" / "Diese zeigen";
    pages = "Pages" / "Seiten";
    page_before = "The page before" / "Vorige Seite";
    page_after = "The next page" / "Nächste Seite";
    page_of(page: usize, pages: usize) = "Page {page} of {pages}" / "Seite {page} von {pages}";
    request = "Request" / "Antrag";
    next_column = "What is next" / "Was als Nächstes kommt";
    due_column = "Due" / "Fällig";
    closed_on = "closed on" / "abgeschlossen am";
    next_prove = "Have it proved who asks" / "Nachweisen lassen, wer fragt";
    next_documents = "Look at documents that prove who asks" / "Unterlagen ansehen, die nachweisen, wer fragt";
    next_organisation = "The organisation that manages the account decides" / "Die Organisation, die das Konto verwaltet, entscheidet";
    next_person = "The person has to say something first; the clock stands still" / "Die Person muss erst etwas sagen; die Frist steht still";
    next_plan = "Work out what would be done" / "Ausarbeiten, was getan würde";
    next_decide = "Carry it out, or refuse it" / "Ausführen oder ablehnen";
    next_under_way = "Nothing: the systems are at it" / "Nichts: Die Systeme arbeiten daran";
    next_see_to_it = "See to what is stuck" / "Sich um das kümmern, was feststeckt";
    next_hand_over = "Give the person their copy" / "Der Person ihre Kopie geben";
    next_answer = "Do what it asks, then answer it" / "Tun, was er verlangt, und ihn beantworten";
    next_over = "Nothing: it is closed" / "Nichts: Er ist abgeschlossen";
    go_there = "Go there" / "Dorthin";
    next_is = "What is next" / "Als Nächstes";
    law_gdpr = "GDPR" / "DSGVO";
    closed_at = "Closed" / "Abgeschlossen";
    open_state = "open" / "offen";
    escalated = "due soon" / "bald fällig";
    overdue = "overdue" / "überfällig";
    warned = "The clock of this request is about to run out. Whoever administers the organisation was written to." / "Die Frist dieses Antrags läuft bald ab. Die Verwaltung wurde angeschrieben.";
    is_overdue = "The clock of this request has run out." / "Die Frist dieses Antrags ist abgelaufen.";
    law = "Law" / "Gesetz";
    identity = "Who asks" / "Wer fragt";
    identity_not_needed = "The policy wants no proof" / "Die Erklärung verlangt keinen Nachweis";
    identity_unproved = "Not proved yet: nothing is asked of any system before" / "Noch nicht nachgewiesen: vorher wird kein System gefragt";
    identity_documents = "Not proved yet: the policy wants documents" / "Noch nicht nachgewiesen: die Erklärung verlangt Unterlagen";
    proved_vouched = "Somebody who uses the API vouched for it" / "Jemand hat über die Schnittstelle dafür gebürgt";
    proved_signed_in = "The person was signed in" / "Die Person war angemeldet";
    proved_mail = "The person answered a letter to the address on file" / "Die Person hat einen Brief an die hinterlegte Adresse beantwortet";
    proved_organisation = "The organisation that manages the account vouched for it" / "Die Organisation, die das Konto verwaltet, hat dafür gebürgt";
    proved_documents = "Documents were looked at" / "Unterlagen wurden angesehen";
    letter_waits = "A letter to the address on file asks whether the request is theirs. Written" / "Ein Brief an die hinterlegte Adresse fragt, ob der Antrag der eigene ist. Geschrieben";
    write_letter = "Ask by a letter to the address on file" / "Per Brief an die hinterlegte Adresse fragen";
    write_again = "Write once more" / "Noch einmal schreiben";
    seen = "What you saw" / "Was Sie gesehen haben";
    seen_hint = "Which document, and who looked at it; copy no number. Kept until the request is closed." / "Welche Unterlage und wer sie angesehen hat; keine Nummer. Aufbewahrt, bis der Antrag abgeschlossen ist.";
    seen_note = "Documents were looked at" / "Unterlagen angesehen";
    note_documents = "Note that documents were looked at" / "Vermerken, dass Unterlagen angesehen wurden";
    no_address = "This person has no address at which the policy lets them be written to. Look at documents instead." / "Diese Person hat keine Adresse, an die nach der Erklärung geschrieben werden darf. Sehen Sie Unterlagen an.";
    level = "The policy wants documents for this right." / "Die Erklärung verlangt für dieses Recht Unterlagen.";
    seen_missing = "Say in one line what you saw" / "Sagen Sie in einer Zeile, was Sie gesehen haben";
    unproved = "Nothing was done: it is not proved yet who asks." / "Nichts wurde getan: Es ist noch nicht nachgewiesen, wer fragt.";
    undecided = "The organisation that manages the account decides about this request first." / "Über diesen Antrag entscheidet zuerst die Organisation, die das Konto verwaltet.";
    decided_yes = "The organisation that manages the account approved it." / "Die Organisation, die das Konto verwaltet, hat zugestimmt.";
    held_up = "Every step is done, and something in the vault stands in the way of an answer" / "Jeder Schritt ist getan, doch etwas im Tresor steht der Antwort im Weg";

    progress = "In connected systems" / "In angeschlossenen Systemen";
    progress_now = "State" / "Stand";
    never_went = "Nothing was planned in connected systems." / "In angeschlossenen Systemen wurde nichts geplant.";
    look_again = "Show the present state" / "Aktuellen Stand zeigen";
    run_planned = "planned: nothing was changed" / "geplant: nichts wurde geändert";
    run_running = "under way" / "in Arbeit";
    run_waiting = "waits for somebody" / "wartet auf jemanden";
    run_paused = "paused" / "angehalten";
    run_answered = "answered" / "beantwortet";
    run_refused = "refused" / "abgelehnt";
    run_withdrawn = "taken back" / "zurückgenommen";
    step_planned = "planned" / "geplant";
    step_waiting = "waits its turn" / "wartet";
    step_running = "being done" / "wird ausgeführt";
    step_failed = "failed, tried again" / "fehlgeschlagen, wird wiederholt";
    step_stuck = "stuck: somebody has to see to it" / "steckt fest: jemand muss sich kümmern";
    step_asked = "asked: another organisation has to answer" / "gefragt: eine andere Organisation muss antworten";
    step_unforeseen = "not known yet" / "noch nicht bekannt";
    unforeseen_warning = "Some systems did not say what would be done there. If you carry it out now, they act without your having seen it: work it out anew first." / "Manche Systeme haben nicht gesagt, was dort getan würde. Wenn Sie jetzt ausführen, handeln sie, ohne dass Sie es gesehen haben: Arbeiten Sie es zuerst neu aus.";
    unforeseen = "This system did not say what would be done here" / "Dieses System hat nicht gesagt, was hier getan würde";
    in_its_words = "In the server's words" / "In den Worten des Servers";
    trouble_unreachable = "The system could not be reached." / "Das System war nicht zu erreichen.";
    trouble_timed_out = "The system did not answer in time." / "Das System hat nicht rechtzeitig geantwortet.";
    trouble_busy = "The system is busy." / "Das System ist beschäftigt.";
    trouble_awaited = "The other organisation was asked, and has not answered yet." / "Die andere Organisation wurde gefragt und hat noch nicht geantwortet.";
    trouble_settings = "The system was not asked: its address or secret is missing or wrong. Whoever runs the server has to mend that." / "Das System wurde nicht gefragt: Adresse oder Geheimnis fehlt oder stimmt nicht. Wer den Server betreibt, muss das beheben.";
    trouble_privilege = "The server may not do this in the system: a privilege is missing there. Whoever runs the system has to give it." / "Der Server darf das in diesem System nicht: Ein Recht fehlt dort. Wer das System betreibt, muss es geben.";
    trouble_schema = "The system is no longer as the policy describes it. The policy's map has to be mended." / "Das System ist nicht mehr so, wie die Erklärung es beschreibt. Die Zuordnung in der Erklärung muss angepasst werden.";
    trouble_refused = "The system refused to do it." / "Das System hat es abgelehnt.";
    trouble_failed = "The system failed at it." / "Das System ist daran gescheitert.";
    trouble_found = "The person is still found there after it was carried out. Mend the mapping or the system and try again; or say below that it is somebody else." / "Die Person ist dort nach der Ausführung noch zu finden. Bringen Sie Zuordnung oder System in Ordnung und versuchen Sie es noch einmal; oder sagen Sie unten, dass es jemand anderes ist.";
    trouble_other = "It did not work." / "Es hat nicht geklappt.";
    held_hold = "A legal hold was placed on this person meanwhile. Once it is released, try again." / "Für diese Person gilt inzwischen eine rechtliche Sperre. Ist sie aufgehoben, versuchen Sie es noch einmal.";
    held_other = "Something in the vault stands in the way" / "Etwas im Tresor steht im Weg";
    retry_answer = "Try to answer it again" / "Noch einmal versuchen, ihn zu beantworten";
    still_kept = "Stays, as what is kept on its ground" / "Bleibt als das, was mit Grund aufbewahrt wird";
    not_them = "Not this person" / "Nicht diese Person";
    not_them_why = "Why is it somebody else?" / "Warum ist es jemand anderes?";
    not_them_hint(place: &str) = "What was found in {place}, in one line that names nobody; it stands in the receipt" / "Was in {place} gefunden wurde, in einer Zeile, die niemanden nennt; sie steht im Beleg";
    not_them_missing = "Say in one line, of at most 200 characters, why it is somebody else" / "Sagen Sie in einer Zeile von höchstens 200 Zeichen, warum es jemand anderes ist";
    not_them_button = "It is somebody else: search again" / "Es ist jemand anderes: noch einmal suchen";
    recipients = "Who else is told" / "Wer sonst davon erfährt";
    recipient_waiting = "not told yet" / "noch nicht informiert";
    recipient_told = "told" / "informiert";
    recipient_given_up = "could not be told: the person has to ask it" / "nicht zu informieren: Die Person muss sich selbst an ihn wenden";
    places_of(n: &str, with: &str) = "{n} places, {with} of them with rows of this person" / "{n} Orte, {with} davon mit Zeilen dieser Person";
    places_without(n: &str) = "{n} places without rows of this person" / "{n} Orte ohne Zeilen dieser Person";
    places_with(n: &str) = "All {n} places with rows" / "Alle {n} Orte mit Zeilen";
    all_statements(n: &str) = "Statements for {n} places" / "Anweisungen für {n} Orte";
    places_not_shown(n: &str) = "{n} more are not shown here; the API tells all." / "{n} weitere werden hier nicht gezeigt; die Schnittstelle nennt alle.";
    step_acted = "done, not searched yet" / "getan, noch nicht nachgesucht";
    step_searching = "searched again" / "wird nachgesucht";
    step_found_again = "still found" / "noch gefunden";
    step_done = "done" / "erledigt";
    step_not_connected = "not connected" / "nicht angeschlossen";
    see_to_it = "The server does not reach this system. See to these places yourselves:" / "Der Server erreicht dieses System nicht. Kümmern Sie sich selbst um diese Orte:";
    again_at = "Tried again" / "Nächster Versuch";
    searched_at = "Searched" / "Nachgesucht";
    still_in = "Still found in" / "Noch gefunden in";
    n_rows(n: u64) = "1 row" | "{n} rows" / "1 Zeile" | "{n} Zeilen";
    saw_to_it = "The server did not reach this system. These places have to be seen to by hand:" / "Der Server hat dieses System nicht erreicht. Um diese Orte muss sich jemand von Hand kümmern:";
    place = "Place" / "Ort";
    rows = "Rows" / "Zeilen";
    what_would = "Would be" / "Würde";
    what_done = "Was" / "Wurde";
    because = "Why" / "Warum";
    did_deleted = "deleted" / "gelöscht";
    did_de_identified = "left without the person" / "ohne die Person belassen";
    did_kept = "kept" / "behalten";
    did_corrected = "corrected" / "berichtigt";
    did_restricted = "marked as restricted" / "als eingeschränkt markiert";
    did_stopped = "marked: not used for the purpose" / "markiert: nicht für den Zweck verwendet";
    did_allowed = "freed of the mark for the purpose" / "von der Markierung für den Zweck befreit";
    did_lifted = "freed of the mark" / "von der Markierung befreit";
    did_cannot = "not done: the system cannot hold it" / "nicht getan: Das System kann es nicht festhalten";
    no_places = "No rows of this person are known there." / "Dort sind keine Zeilen dieser Person bekannt.";
    statements(n: u64) = "1 statement" | "{n} statements" / "1 Anweisung" | "{n} Anweisungen";
    statements_cut = "More statements were foreseen than are shown." / "Es sind mehr Anweisungen vorgesehen, als gezeigt werden.";
    retry(system: &str) = "Try {system} again" / "{system} noch einmal versuchen";

    next = "What to do next" / "Was als Nächstes";
    make_plan = "Work out what would be done" / "Ausarbeiten, was getan würde";
    make_plan_again = "Work it out anew" / "Neu ausarbeiten";
    carry_out = "Carry it out" / "Ausführen";
    carry_out_erasure = "Carry it out: erase everywhere" / "Ausführen: überall löschen";
    carry_out_note = "Each system acts as planned above; then each is searched again. This cannot be taken back." / "Jedes System handelt wie oben geplant; danach wird jedes noch einmal durchsucht. Das lässt sich nicht zurücknehmen.";
    sure_erasure_title = "Erase this person everywhere?" / "Diese Person überall löschen?";
    sure_erasure = "What was worked out is done in every system, and the person is erased from the vault last. It cannot be taken back." / "Was ausgearbeitet wurde, geschieht in jedem System; zuletzt wird die Person aus dem Tresor gelöscht. Das lässt sich nicht zurücknehmen.";
    sure_erasure_here = "No connected system is reached: the person is erased from the vault alone. It cannot be taken back." / "Kein angeschlossenes System wird erreicht: Die Person wird nur aus dem Tresor gelöscht. Das lässt sich nicht zurücknehmen.";
    sure_erasure_yes = "Yes, erase everywhere" / "Ja, überall löschen";
    sure_counts(changed: &str, kept: &str, systems: &str) = "Rows that are changed or deleted: {changed}. Rows that are kept: {kept}. Systems: {systems}." / "Zeilen, die geändert oder gelöscht werden: {changed}. Zeilen, die bleiben: {kept}. Systeme: {systems}.";
    sure_refuse_title = "Refuse this request?" / "Diesen Antrag ablehnen?";
    sure_refuse = "The person is written to at once, with the reason. It cannot be taken back; they may ask anew, and complain." / "Der Person wird sofort geschrieben, mit dem Grund. Das lässt sich nicht zurücknehmen; sie kann neu fragen und sich beschweren.";
    sure_refuse_yes = "Yes, refuse it" / "Ja, ablehnen";
    sure_complete_title = "Answer this request?" / "Diesen Antrag beantworten?";
    sure_complete = "The request is closed as answered, and its letter says that it was carried out. It cannot be opened again." / "Der Antrag wird als beantwortet abgeschlossen, und sein Brief sagt, dass er ausgeführt wurde. Er lässt sich nicht wieder öffnen.";
    sure_complete_yes = "Yes, it was carried out" / "Ja, er wurde ausgeführt";
    plan_changed = "It was worked out anew meanwhile, and is not what you looked at." / "Es wurde inzwischen neu ausgearbeitet und ist nicht mehr, was Sie angesehen haben.";
    hand_over_note = "The person takes the copy themself from their account, under “Take along, pause, leave”; or whoever uses the API makes the archive and sends it, which answers the request. If they got their copy in another way, say so here." / "Die Person nimmt die Kopie selbst aus ihrem Konto mit, unter „Mitnehmen, ruhen lassen, gehen“; oder wer die Schnittstelle benutzt, erstellt das Archiv und schickt es, was den Antrag beantwortet. Hat sie ihre Kopie anders bekommen, sagen Sie es hier.";
    complete_handed = "They got their copy: answer it" / "Sie hat ihre Kopie: beantworten";
    erase_here = "Erase the person" / "Person löschen";
    no_systems_note = "No connected system is reached under this policy: what is done, is done in the vault." / "Unter dieser Erklärung wird kein angeschlossenes System erreicht: Was geschieht, geschieht im Tresor.";
    value_missing = "Write the right value" / "Geben Sie den richtigen Wert an";
    value_bad = "The policy does not take this value for the field" / "Die Erklärung nimmt diesen Wert für das Feld nicht an";
    said_closed = "This request is closed already." / "Dieser Antrag ist schon abgeschlossen.";
    said_paused = "The clock of this request stands still: let it go on first." / "Die Frist dieses Antrags steht still: Lassen Sie sie zuerst weiterlaufen.";
    said_not_paused = "The clock of this request goes on already." / "Die Frist dieses Antrags läuft schon weiter.";
    said_under_way = "This request is being carried out already." / "Dieser Antrag wird schon ausgeführt.";
    said_changed = "This request was changed at the same time." / "Dieser Antrag wurde gleichzeitig geändert.";
    said_not_tried = "There is nothing to try again: the step neither failed nor waits." / "Es gibt nichts zu wiederholen: Der Schritt ist weder gescheitert, noch wartet er.";
    said_not_found = "Nothing waits for a decision there any more." / "Dort wartet nichts mehr auf eine Entscheidung.";
    said_hold = "A legal hold is on this person: nothing of theirs may be erased." / "Für diese Person gilt eine rechtliche Sperre: Nichts von ihr darf gelöscht werden.";
    said_too_many = "This person has 100 open requests: answer some of them first." / "Diese Person hat 100 offene Anträge: Beantworten Sie erst einige davon.";
    terms = "What was agreed" / "Was vereinbart wurde";
    terms_hint = "Nothing is used unless it is ticked, or goes on by the policy. Without an end it holds until it is lifted. If the purpose for signing in is not ticked, the person cannot sign in meanwhile." / "Nichts wird verwendet, was nicht angekreuzt ist oder nach der Erklärung weiterläuft. Ohne Ende gilt es, bis es aufgehoben wird. Ist der Zweck für die Anmeldung nicht angekreuzt, kann sich die Person so lange nicht anmelden.";
    allowed = "Purposes that go on" / "Zwecke, die weiterlaufen";
    until = "Until" / "Bis";
    until_hint = "Such as 2027-03-31; empty when it has no end" / "Etwa 2027-03-31; leer, wenn es kein Ende hat";
    until_bad = "Write a day to come, such as 2027-03-31" / "Bitte einen künftigen Tag angeben, etwa 2027-03-31";
    agreement = "Where the agreement is kept" / "Wo die Vereinbarung liegt";
    agreement_hint = "A reference, without anything about the person" / "Ein Aktenzeichen, ohne Angaben zur Person";
    field = "What is put right" / "Was berichtigt wird";
    field_missing = "Say what is put right" / "Sagen Sie, was berichtigt wird";
    value = "The right value" / "Der richtige Wert";
    complete = "It was carried out: answer it" / "Es wurde ausgeführt: beantworten";
    complete_note = "This right is exercised in the vault, not by changing connected systems. Answer the request once that was done." / "Dieses Recht wird im Tresor ausgeübt, nicht durch Änderungen in angeschlossenen Systemen. Beantworten Sie den Antrag, sobald das geschehen ist.";
    not_carried_out = "The request was not answered: what it asks for has not been done." / "Der Antrag wurde nicht beantwortet: Was er verlangt, ist nicht geschehen.";
    no_systems = "No connected system is reached under this policy." / "Unter dieser Erklärung wird kein angeschlossenes System erreicht.";

    clock = "The clock" / "Die Frist";
    pause = "Let the clock stand still" / "Frist anhalten";
    pause_note = "While the person has to say something first." / "Solange die Person erst etwas sagen muss.";
    resume = "Let the clock go on" / "Frist weiterlaufen lassen";
    paused_since = "The clock stands still since" / "Die Frist steht still seit";
    extend = "Extend it and tell the person" / "Verlängern und die Person benachrichtigen";
    extend_why = "Why does it take longer?" / "Warum dauert es länger?";
    why_complex = "It is complex" / "Es ist aufwendig";
    why_many = "There are many requests" / "Es gibt viele Anträge";
    why_identity = "It was not proved who asks" / "Es wurde nicht nachgewiesen, wer fragt";
    refuse = "Refuse" / "Ablehnen";
    refuse_button = "Refuse and tell the person why" / "Ablehnen und der Person den Grund nennen";
    refuse_why = "Why is it refused?" / "Warum wird abgelehnt?";
    why_missing = "Choose a reason" / "Wählen Sie einen Grund";
    extended_before = "It was extended once, and may be no further." / "Die Frist wurde schon einmal verlängert; öfter geht es nicht.";
    not_extendable = "Neither the policy nor the law lets this clock be extended." / "Weder Erklärung noch Gesetz erlauben eine längere Frist.";
    letter = "The letter to the person" / "Der Brief an die Person";
    receipt = "Receipt (JSON)" / "Beleg (JSON)";
    refused_because = "Refused because" / "Abgelehnt, weil";
    extended_because = "Extended because" / "Verlängert, weil";

    of_person_none = "This person has asked for nothing yet." / "Diese Person hat noch nichts beantragt.";
    of_person = "Requests of this person" / "Anträge dieser Person";
    open_for = "Open a request" / "Antrag eröffnen";
    open_for_lead = "For somebody who writes, calls or stands before you. Nothing leaves before it is proved who asks, where the policy wants that." / "Für jemanden, der schreibt, anruft oder vor Ihnen steht. Nichts geht hinaus, bevor nachgewiesen ist, wer fragt, wo die Erklärung das verlangt.";
    received = "When it arrived" / "Wann er ankam";
    received_hint = "Such as 2027-03-31, when that was before today: the clock runs from then" / "Etwa 2027-03-31, falls das vor heute war: Die Frist läuft ab dann";
    received_bad = "Write a day that is not yet to come, such as 2027-03-31" / "Bitte einen Tag angeben, der nicht in der Zukunft liegt, etwa 2027-03-31";
    which_right = "Which right?" / "Welches Recht?";
    which_right_missing = "Choose a right" / "Wählen Sie ein Recht";
    lives_in = "Where the person lives" / "Wo die Person lebt";
    lives_in_hint = "Two letters such as DE: decides the law and the authority" / "Zwei Buchstaben wie DE: bestimmt Gesetz und Behörde";
    country_bad = "Write two letters such as DE" / "Bitte zwei Buchstaben wie DE angeben";

    confirm_title = "Is this your request?" / "Ist das Ihr Antrag?";
    confirm_lead(tenant: &str) = "{tenant} received it in your name." / "{tenant} hat ihn in Ihrem Namen erhalten.";
    confirm_yes = "Yes, it is mine" / "Ja, er ist von mir";
    confirm_no = "No, it is not mine" / "Nein, er ist nicht von mir";
    confirmed_title = "Thank you" / "Danke";
    confirmed = "We know now that it is you, and see to your request. You are written to." / "Wir wissen jetzt, dass Sie es sind, und kümmern uns um Ihren Antrag. Sie bekommen Post.";
    disowned_title = "Nothing was done" / "Nichts ist geschehen";
    disowned = "The request was taken back. Nothing was done about it, and nothing left." / "Der Antrag wurde zurückgenommen. Nichts ist geschehen, und nichts ging hinaus.";

    yours_paused = "The clock stands still: we wait for an answer of yours. If you do not know to what, write to us." / "Die Frist steht still: Wir warten auf eine Antwort von Ihnen. Wenn Sie nicht wissen, worauf, schreiben Sie uns.";
    yours_where = "Where it is carried out" / "Wo er ausgeführt wird";
    yours_by_hand = "the organisation sees to it by hand" / "darum kümmert sich die Organisation von Hand";
    yours_more = "See how far it is" / "Sehen, wie weit er ist";
    yours_received_only = "Received. What has to be done is not worked out yet." / "Eingegangen. Was zu tun ist, wird noch ausgearbeitet.";
    yours_take_back = "Take the request back" / "Antrag zurücknehmen";
    yours_receipt = "Download the receipt" / "Beleg herunterladen";
    yours_receipt_note = "It says what was done in each system and place, and verifies offline." / "Er sagt, was in jedem System und an jedem Ort getan wurde, und lässt sich ohne uns prüfen.";
    yours_recipients = "The policy lets these have data. If they got yours, ask them separately:" / "Die Erklärung erlaubt diesen, Daten zu haben. Haben sie Ihre bekommen, wenden Sie sich gesondert an sie:";
}

/// Where a request stands in connected systems.
pub(crate) fn run_said(language: Language, state: &str) -> &'static str {
    match state {
        "planned" => run_planned(language),
        "running" => run_running(language),
        "waiting_for_somebody" => run_waiting(language),
        "paused" => run_paused(language),
        "answered" => run_answered(language),
        "refused" => run_refused(language),
        "withdrawn" => run_withdrawn(language),
        _ => never_went(language),
    }
}

/// Where one system's step stands.
pub(crate) fn step_said(language: Language, state: &str) -> &'static str {
    match state {
        "planned" => step_planned(language),
        "running" => step_running(language),
        "failed" => step_failed(language),
        "stuck" => step_stuck(language),
        "acted" => step_acted(language),
        "asked" => step_asked(language),
        "searching" => step_searching(language),
        "found_again" => step_found_again(language),
        "done" => step_done(language),
        "not_connected" => step_not_connected(language),
        _ => step_waiting(language),
    }
}

/// The sentence for an error of this part, if it is one.
pub(crate) fn said_of(language: Language, code: &str) -> Option<&'static str> {
    Some(match code {
        "identity.no_address" => no_address(language),
        "identity.level" | "identity.documents_first" => level(language),
        "request.identity_unproved" => unproved(language),
        "request.undecided" => undecided(language),
        "request.not_carried_out" => not_carried_out(language),
        "request.extended_before" => extended_before(language),
        "request.not_extendable" => not_extendable(language),
        "request.overdue" => is_overdue(language),
        "systems.none" => no_systems(language),
        "request.closed" | "request.not_on_its_way" => said_closed(language),
        "request.paused" => said_paused(language),
        "request.not_paused" => said_not_paused(language),
        "request.under_way" => said_under_way(language),
        "request.changed" | "subject.changed" => said_changed(language),
        "request.too_many" => said_too_many(language),
        "plan.changed" => plan_changed(language),
        "step.nothing_to_try" => said_not_tried(language),
        "found.nothing_there" => said_not_found(language),
        "hold.in_force" => said_hold(language),
        _ => return None,
    })
}

/// Why it was refused or extended, in words; the name of a reason that this console does not offer as it is.
pub(crate) fn because_said(language: Language, name: &str) -> String {
    let said = match name.trim_start_matches("Justification") {
        "A12Complexity" => why_complex(language),
        "A12HighVolume" => why_many(language),
        "A12IdentityFailure" => why_identity(language),
        "A12ManifestlyUnfounded" => super::why_unfounded(language),
        "A12ManifestlyExcessive" => super::why_excessive(language),
        "A17LegalClaims" => super::why_claims(language),
        other => other,
    };
    said.to_owned()
}

/// What stood in the way in a system, in words.
pub(crate) fn trouble_said(language: Language, code: &str) -> &'static str {
    match code {
        "system.unreachable" => trouble_unreachable(language),
        "system.timed_out" => trouble_timed_out(language),
        "system.busy" => trouble_busy(language),
        "system.awaited" => trouble_awaited(language),
        "system.insecure"
        | "system.address_malformed"
        | "system.not_configured"
        | "system.secret_missing"
        | "system.secret_refused" => trouble_settings(language),
        "system.privilege_missing" => trouble_privilege(language),
        "system.schema_differs" => trouble_schema(language),
        "system.refused" => trouble_refused(language),
        "system.failed" => trouble_failed(language),
        "step.found_again" => trouble_found(language),
        _ => trouble_other(language),
    }
}

/// What keeps the answer back although every step is done.
pub(crate) fn held_said(language: Language, code: &str) -> &'static str {
    match code {
        "hold.in_force" => held_hold(language),
        _ => held_other(language),
    }
}

/// A law by its word in the policy.
pub(crate) fn law_said(language: Language, word: &str) -> String {
    match word {
        "gdpr" => law_gdpr(language).to_owned(),
        "uk-gdpr" | "uk_gdpr" => "UK GDPR".to_owned(),
        word => word.to_uppercase(),
    }
}
