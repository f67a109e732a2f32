//! The texts of disclosures to authorities, and of the transparency report.

use crate::Language;
use crate::words::words;

words! {
    title = "Authorities" / "Behörden";
    note = "An authority gets fields only after two people approved it: one proposes, another approves. Then they can be handed out once, within seven days." / "Eine Behörde bekommt Daten erst, wenn zwei Menschen zugestimmt haben: Einer schlägt vor, ein anderer stimmt zu. Dann können sie einmal herausgegeben werden, innerhalb von sieben Tagen.";
    none = "No authority has asked yet." / "Noch hat keine Behörde gefragt.";
    new = "Record what an authority asks" / "Ersuchen einer Behörde aufnehmen";
    which = "Which authority asks, and for what?" / "Welche Behörde fragt, und wozu?";
    no_authority = "The policy shares nothing with an authority: nothing can be disclosed to one." / "Die Erklärung teilt nichts mit einer Behörde: Nichts kann einer offengelegt werden.";
    whom = "About whom?" / "Über wen?";
    whom_hint = "The id, such as sub_…" / "Die Kennung, etwa sub_…";
    whom_bad = "Write an id such as sub_…" / "Bitte eine Kennung wie sub_… angeben";
    fields = "Which fields?" / "Welche Daten?";
    fields_named = "Fields" / "Daten";
    fields_hint = "No more than the order names" / "Nicht mehr, als die Anordnung nennt";
    fields_missing = "Choose at least one" / "Wählen Sie mindestens eines";
    reference = "The order or law that it rests on" / "Die Anordnung oder das Gesetz dafür";
    reference_hint = "As the authority names it; without anything about the person" / "Wie die Behörde es nennt; ohne Angaben zur Person";
    reference_missing = "Name the order or law" / "Nennen Sie die Anordnung oder das Gesetz";
    propose = "Propose the disclosure" / "Offenlegung vorschlagen";
    authority = "Authority" / "Behörde";
    purpose = "Purpose" / "Zweck";
    person = "Person" / "Person";
    ground = "Rests on" / "Beruht auf";
    proposed = "Proposed" / "Vorgeschlagen";
    answered = "Answered" / "Beantwortet";
    lapses = "Lapses" / "Verfällt";
    handed_out = "Handed out" / "Herausgegeben";
    by = "by" / "durch";
    state_proposed = "waits for a second person" / "wartet auf eine zweite Person";
    state_approved = "approved: may be handed out once" / "genehmigt: darf einmal herausgegeben werden";
    state_refused = "refused" / "abgelehnt";
    state_used = "handed out" / "herausgegeben";
    state_lapsed = "lapsed" / "verfallen";
    approve = "Approve" / "Genehmigen";
    refuse = "Refuse" / "Ablehnen";
    own = "You proposed this. Somebody else has to approve it." / "Sie haben das vorgeschlagen. Jemand anderes muss es genehmigen.";
    same_person = "Whoever proposed it cannot approve it: a second person has to." / "Wer es vorgeschlagen hat, kann es nicht genehmigen: Das muss eine zweite Person tun.";
    not_waiting = "It no longer waits for an approval." / "Es wartet nicht mehr auf eine Genehmigung.";
    hand_out = "Show the data, once" / "Daten zeigen, einmal";
    hand_out_note = "They stand on the page that follows and on no other. The ledger says that they were disclosed, and the person sees it." / "Sie stehen auf der folgenden Seite und auf keiner anderen. Das Ledger hält die Offenlegung fest, und die Person sieht sie.";
    hand_out_role = "Only somebody whose role is for this purpose can hand the data out." / "Nur wer eine Rolle für diesen Zweck hat, kann die Daten herausgeben.";
    values = "What is disclosed" / "Was offengelegt wird";
    refused_all = "Nothing could be disclosed: the policy refused it." / "Nichts konnte offengelegt werden: Die Erklärung hat es verweigert.";

    report = "Transparency report" / "Transparenzbericht";
    report_of(year: i16) = "Transparency report for {year}" / "Transparenzbericht für {year}";
    report_note = "Counted from the ledger alone, so that anybody who has it can count again. In UTC." / "Allein aus dem Ledger gezählt, sodass jeder, der es hat, nachzählen kann. In UTC.";
    n_proposed = "Disclosures to authorities that somebody proposed" / "Vorgeschlagene Offenlegungen an Behörden";
    n_approved = "Of those, approved by a second person" / "Davon von einer zweiten Person genehmigt";
    n_refused = "Of those, refused" / "Davon abgelehnt";
    n_disclosed = "Times that fields were disclosed to an authority" / "Male, dass Behörden Daten erhielten";
    n_to_subjects = "Times that people were given their own data" / "Male, dass Menschen ihre eigenen Daten erhielten";
    n_entries = "Entries of the ledger that this rests on" / "Einträge im Ledger, auf denen das beruht";
    others = "Every disclosure, by recipient and ground" / "Jede Offenlegung, nach Empfänger und Grundlage";
    others_none = "Nothing was disclosed in this year." / "In diesem Jahr wurde nichts offengelegt.";
    recipient = "Recipient" / "Empfänger";
    itself = "the organisation itself" / "die Organisation selbst";
    how_often = "How often" / "Wie oft";
    ground_contract = "a contract" / "ein Vertrag";
    ground_consent = "consent" / "eine Einwilligung";
    ground_law = "a law" / "ein Gesetz";
    ground_vital = "vital interests" / "lebenswichtige Interessen";
    ground_public = "a public task" / "eine öffentliche Aufgabe";
    ground_interest = "legitimate interest" / "berechtigtes Interesse";
    ground_instruction = "the person's own instruction" / "eine Weisung der Person selbst";
    year_before(year: i16) = "The year {year}" / "Das Jahr {year}";
}

/// Where a disclosure stands.
pub(crate) fn state_said(language: Language, state: &str) -> &'static str {
    match state {
        "proposed" => state_proposed(language),
        "approved" => state_approved(language),
        "refused" => state_refused(language),
        "used" => state_used(language),
        _ => state_lapsed(language),
    }
}

/// What a disclosure rests on, by its code; the code itself where there is no word for it.
pub(crate) fn ground_said(language: Language, code: &'static str) -> &'static str {
    match code {
        "contract" => ground_contract(language),
        "consent" => ground_consent(language),
        "legal_obligation" => ground_law(language),
        "vital_interest" => ground_vital(language),
        "public_task" => ground_public(language),
        "legitimate_interest" => ground_interest(language),
        "instruction" => ground_instruction(language),
        other => other,
    }
}

/// The sentence for an error of this part, if it is one.
pub(crate) fn said_of(language: Language, code: &str) -> Option<&'static str> {
    Some(match code {
        "disclosure.same_person" => same_person(language),
        "disclosure.not_waiting" => not_waiting(language),
        _ => return None,
    })
}
