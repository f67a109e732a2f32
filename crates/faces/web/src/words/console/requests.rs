//! The texts of requests: their progress through connected systems, and what is done about them.

use crate::Language;
use crate::words::words;

words! {
    due_soon(n: u64) = "1 request is about to be overdue, or is." | "{n} requests are about to be overdue, or are." / "1 Antrag wird bald überfällig oder ist es." | "{n} Anträge werden bald überfällig oder sind es.";
    open_state = "open" / "offen";
    escalated = "due soon" / "bald fällig";
    overdue = "overdue" / "überfällig";
    warned = "The clock of this request is about to run out. Whoever administers the organisation was written to." / "Die Frist dieses Antrags läuft bald ab. Die Verwaltung wurde angeschrieben.";
    is_overdue = "The clock of this request has run out." / "Die Frist dieses Antrags ist abgelaufen.";
    law = "Law" / "Gesetz";
    country = "Country" / "Land";
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
    step_acted = "done, not searched yet" / "getan, noch nicht nachgesucht";
    step_searching = "searched again" / "wird nachgesucht";
    step_found_again = "still found" / "noch gefunden";
    step_done = "done" / "erledigt";
    step_not_connected = "not connected" / "nicht angeschlossen";
    see_to_it = "The server does not reach this system. See to these places yourselves:" / "Der Server erreicht dieses System nicht. Kümmern Sie sich selbst um diese Orte:";
    again_at = "Tried again" / "Nächster Versuch";
    searched_at = "Searched" / "Nachgesucht";
    still_in = "Still found in" / "Noch gefunden in";
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
    terms = "What was agreed" / "Was vereinbart wurde";
    terms_hint = "Nothing is used unless it is ticked. Without an end it holds until it is lifted." / "Nichts wird verwendet, was nicht angekreuzt ist. Ohne Ende gilt es, bis es aufgehoben wird.";
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

    of_person = "Requests of this person" / "Anträge dieser Person";
    open_for = "Open a request" / "Antrag eröffnen";
    open_for_lead = "For somebody who writes, calls or stands before you. Nothing leaves before it is proved who asks, where the policy wants that." / "Für jemanden, der schreibt, anruft oder vor Ihnen steht. Nichts geht hinaus, bevor nachgewiesen ist, wer fragt, wo die Erklärung das verlangt.";
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
        _ => return None,
    })
}
