//! The texts of disputes and objections that wait: what is restricted meanwhile, and how that ends.

use crate::Language;
use crate::words::words;

words! {
    title = "Disputes" / "Streitfälle";
    one = "A dispute" / "Ein Streitfall";
    lead = "While it is not agreed what a request leads to, and while an objection waits for an answer, use of the data is restricted." / "Solange nicht geklärt ist, wohin ein Antrag führt, und solange ein Widerspruch auf Antwort wartet, ist die Nutzung der Daten eingeschränkt.";
    disputed = "Disputed requests" / "Strittige Anträge";
    disputed_none = "No request is disputed." / "Kein Antrag ist strittig.";
    objections = "Objections that wait for an answer" / "Widersprüche, die auf Antwort warten";
    objections_none = "No objection waits for an answer." / "Kein Widerspruch wartet auf Antwort.";
    cut = "There are more than are shown here." / "Es gibt mehr, als hier gezeigt werden.";
    whole = "use is restricted" / "Nutzung eingeschränkt";
    in_part = "restricted, in part" / "teilweise eingeschränkt";
    free = "not restricted" / "nicht eingeschränkt";
    request_closed = "request closed" / "Antrag abgeschlossen";
    since = "Disputed since" / "Strittig seit";
    restricted_since = "Use restricted since" / "Nutzung eingeschränkt seit";
    restricted_until = "until" / "bis";
    request = "Request" / "Antrag";
    what = "What is disputed" / "Was strittig ist";
    contested = "The person says is not right" / "Die Person sagt, es stimmt nicht";
    all_of_it = "all of it" / "alles davon";
    their_reason = "Why, in their words" / "Warum, in ihren Worten";
    they_propose = "What would be right, in their words" / "Was richtig wäre, in ihren Worten";
    about(right: &str) = "What the request leads to: {right}" / "Wohin der Antrag führt: {right}";

    restricted = "What is restricted" / "Was eingeschränkt ist";
    restricted_lead = "Nothing is deleted. What the law or a consent lets go on does go on." / "Gelöscht wird nichts. Was Gesetz oder Einwilligung weiterlaufen lassen, läuft weiter.";
    field = "Field" / "Feld";
    not_used = "Not used for" / "Nicht verwendet für";
    used = "Still used for" / "Weiter verwendet für";
    nothing = "nothing" / "nichts";
    lifted_note = "Use is not restricted now: the person lifted the restriction themself, or it ended. Note the dispute again to restrict it once more." / "Die Nutzung ist zurzeit nicht eingeschränkt: Die Person hat die Einschränkung selbst aufgehoben, oder sie ist abgelaufen. Vermerken Sie den Streit erneut, um wieder einzuschränken.";
    other_note = "A restriction holds that was agreed for another reason. It stays when the dispute is over." / "Es gilt eine Einschränkung, die aus anderem Grund vereinbart wurde. Sie bleibt, wenn der Streit vorbei ist.";

    carry_out = "Put it right" / "Richtigstellen";
    carry_out_lead = "If the person is right, carry the request out first; then settle the dispute." / "Hat die Person recht, führen Sie zuerst den Antrag aus; legen Sie dann den Streit bei.";
    to_request = "Go to the request" / "Zum Antrag";
    settle = "Settle it" / "Beilegen";
    settle_lead = "Tell the person first; then what was restricted is used again." / "Sagen Sie es zuerst der Person; dann wird wieder verwendet, was eingeschränkt war.";
    outcome = "Who was right?" / "Wer hatte recht?";
    outcome_missing = "Say who was right" / "Sagen Sie, wer recht hatte";
    upheld = "The person was right, and what they asked for is done" / "Die Person hatte recht, und was sie verlangt hat, ist getan";
    rejected = "The person was not right" / "Die Person hatte nicht recht";
    informed = "How was the person told?" / "Wie wurde die Person informiert?";
    informed_hint = "Such as: letter of 20 November. Nothing about the person; kept with the event." / "Etwa: Brief vom 20. November. Nichts über die Person; wird beim Ereignis aufbewahrt.";
    informed_missing = "Say in one line how the person was told" / "Sagen Sie in einer Zeile, wie die Person informiert wurde";
    settle_button = "Settle it, and use the data again" / "Beilegen und die Daten wieder verwenden";
    overrule = "Override it" / "Sich darüber hinwegsetzen";
    overrule_lead = "Use goes on although it is not settled. The ledger says that you decided so; your reason is kept with the event." / "Die Nutzung läuft weiter, obwohl nichts geklärt ist. Das Ledger hält fest, dass Sie so entschieden haben; Ihr Grund wird beim Ereignis aufbewahrt.";
    purposes = "For which purposes alone?" / "Nur für welche Zwecke?";
    purposes_hint = "If you tick any, the dispute goes on restricting the others. If you tick none, use goes on for all, and the dispute is over." / "Wenn Sie welche ankreuzen, schränkt der Streit die übrigen weiter ein. Kreuzen Sie keinen an, läuft alles weiter, und der Streit ist vorbei.";
    because = "Why does use go on?" / "Warum läuft die Nutzung weiter?";
    because_hint = "One line, without anything about the person" / "Eine Zeile, ohne Angaben zur Person";
    because_missing = "Say in one line why use goes on" / "Sagen Sie in einer Zeile, warum die Nutzung weiterläuft";
    overrule_button = "Let use go on" / "Nutzung weiterlaufen lassen";

    on_request = "Is it disputed?" / "Ist es strittig?";
    on_request_lead = "If it is not agreed whether the data are right, or whose interests weigh more: use is restricted from then on, in connected systems too." / "Wenn nicht geklärt ist, ob die Daten stimmen oder wessen Interessen überwiegen: Die Nutzung ist von da an eingeschränkt, auch in angeschlossenen Systemen.";
    note = "It is disputed: restrict use" / "Es ist strittig: Nutzung einschränken";
    note_again = "Restrict use again" / "Nutzung erneut einschränken";
    is_disputed = "This request is disputed." / "Dieser Antrag ist strittig.";
    to_dispute = "See what is restricted, and decide" / "Sehen, was eingeschränkt ist, und entscheiden";
    ended_upheld = "The dispute was settled: the person was right." / "Der Streit wurde beigelegt: Die Person hatte recht.";
    ended_rejected = "The dispute was settled: the person was not right." / "Der Streit wurde beigelegt: Die Person hatte nicht recht.";
    ended_overridden = "The dispute was overridden." / "Über den Streit hat man sich hinweggesetzt.";
    ended_withdrawn = "The person took the dispute back." / "Die Person hat den Streit zurückgezogen.";
    over = "There is no dispute here any more." / "Hier gibt es keinen Streit mehr.";

    objection = "An objection" / "Ein Widerspruch";
    objection_to = "Objection to" / "Widerspruch gegen";
    objected_at = "Made" / "Eingelegt";
    stops = "The data are not used for it meanwhile" / "Die Daten werden einstweilen nicht dafür verwendet";
    does_it_stand = "Does it stand?" / "Gilt er?";
    answer = "Answer it" / "Beantworten";
    answer_lead = "Processing goes on only against compelling grounds that outweigh the person's interests (GDPR Art. 21(1))." / "Die Verarbeitung läuft nur weiter, wenn zwingende Gründe die Interessen der Person überwiegen (DSGVO Art. 21 Abs. 1).";
    stands = "It stands: the data are not used for this" / "Er gilt: Die Daten werden dafür nicht verwendet";
    outweighed = "Compelling grounds outweigh it" / "Zwingende Gründe überwiegen";
    answer_missing = "Say whether it stands" / "Sagen Sie, ob er gilt";
    ground = "Which grounds?" / "Welche Gründe?";
    ground_hint = "Only if they outweigh it: one line, without anything about the person" / "Nur wenn sie überwiegen: eine Zeile, ohne Angaben zur Person";
    ground_missing = "State the grounds in one line" / "Nennen Sie die Gründe in einer Zeile";
    answer_button = "Answer the objection" / "Widerspruch beantworten";
}

/// The sentence for an error of this part, if it is one.
pub(crate) fn said_of(language: Language, code: &str) -> Option<&'static str> {
    Some(match code {
        "request.not_disputed" | "objection.not_pending" => over(language),
        "dispute.not_restricting" => lifted_note(language),
        _ => return None,
    })
}
