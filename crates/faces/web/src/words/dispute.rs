//! The texts for people who say that something held about them is not right.

use crate::words::words;

words! {
    title = "Say that something is not right" / "Sagen, dass etwas nicht stimmt";
    lead = "You need not know what would be right. Your request has a clock; until it is settled, your data is kept and not used, and you are told how it ended."
        / "Sie müssen nicht wissen, was richtig wäre. Ihr Antrag hat eine Frist; bis es geklärt ist, werden Ihre Daten aufbewahrt und nicht verwendet, und Sie erfahren, wie es ausging.";
    card_lead = "What you dispute is looked at. Until it is settled, your data is kept and not used."
        / "Was Sie bestreiten, wird geprüft. Bis es geklärt ist, werden Ihre Daten aufbewahrt und nicht verwendet.";
    go = "Say what is not right" / "Sagen, was nicht stimmt";
    about_value = "This is not right" / "Das stimmt nicht";
    about_group(group: &str) = "This is not right: {group}" / "Das stimmt nicht: {group}";
    know_it = "What you gave yourself you can put right yourself, at once:" / "Was Sie selbst angegeben haben, können Sie sofort selbst berichtigen:";
    single = "You dispute a single value where it is shown:" / "Einen einzelnen Wert bestreiten Sie dort, wo er steht:";
    to_record = "Change it" / "Ändern";
    decided = "Your organisation decides whether it is put right. Your data is not used meanwhile, whatever it says."
        / "Ihre Organisation entscheidet, ob es richtiggestellt wird. Einstweilen werden Ihre Daten nicht verwendet, was immer sie sagt.";

    which = "What is not right?" / "Was stimmt nicht?";
    which_kind = "In which kind of data is something not right?" / "In welcher Art von Daten stimmt etwas nicht?";
    whole = "All of this, or something is missing" / "All das, oder es fehlt etwas";
    which_missing = "Choose what is not right" / "Wählen Sie, was nicht stimmt";
    reason = "Why is it not right?" / "Warum stimmt es nicht?";
    reason_hint = "At most 500 characters. Those who look at it read this; it goes when it is settled."
        / "Höchstens 500 Zeichen. Wer es prüft, liest das; es wird gelöscht, sobald es geklärt ist.";
    proposed = "What would be right, if you know it?" / "Was wäre richtig, falls Sie es wissen?";
    proposed_hint = "At most 500 characters. Leave it empty if you do not know." / "Höchstens 500 Zeichen. Lassen Sie es leer, wenn Sie es nicht wissen.";
    too_long = "Write at most 500 characters" / "Schreiben Sie höchstens 500 Zeichen";
    submit = "Dispute it, and stop the use" / "Bestreiten und die Nutzung anhalten";

    changes = "What that changes at once" / "Was sich dadurch sofort ändert";
    changes_lead = "It concerns all of your data, not only what you dispute. Nothing is deleted. You can take it back at any time."
        / "Es betrifft alle Ihre Daten, nicht nur die bestrittenen. Gelöscht wird nichts. Sie können es jederzeit zurücknehmen.";
    stops(n: u64) = "Not used meanwhile for one purpose" | "Not used meanwhile for {n} purposes" / "Einstweilen nicht verwendet für einen Zweck" | "Einstweilen nicht verwendet für {n} Zwecke";
    goes_on(n: u64) = "Used all the same for one purpose" | "Used all the same for {n} purposes" / "Trotzdem verwendet für einen Zweck" | "Trotzdem verwendet für {n} Zwecke";
    why_goes_on = "For storage and legal claims, for letting you in, with your consent, or because the policy says that the law lets it go on."
        / "Zur Speicherung und für Rechtsansprüche, um Sie einzulassen, mit Ihrer Einwilligung, oder weil das Recht es laut Erklärung weiterlaufen lässt.";

    contested = "Disputed" / "Bestritten";
    contested_since(date: &str) = "disputed since {date}" / "bestritten seit {date}";
    since = "Disputed since" / "Bestritten seit";
    your_reason = "Your reason" / "Ihr Grund";
    you_propose = "What would be right" / "Was richtig wäre";
    all_of(group: &str) = "{group}, all of it" / "{group}, insgesamt";
    stopped = "Until it is settled, your data is kept and not used." / "Bis es geklärt ist, werden Ihre Daten aufbewahrt und nicht verwendet.";
    stopped_in_part = "The organisation decided that your data is used for some purposes all the same. For the others it is not."
        / "Die Organisation hat entschieden, dass Ihre Daten für einige Zwecke trotzdem verwendet werden. Für die anderen nicht.";
    not_stopped = "Your data is used all the same, for you lifted the restriction." / "Ihre Daten werden trotzdem verwendet, denn Sie haben die Einschränkung aufgehoben.";
    see_changes = "What that changes" / "Was das ändert";
    closed_but_standing = "The request was answered; whether you are right has yet to be settled."
        / "Der Antrag ist beantwortet; ob Sie recht haben, muss noch geklärt werden.";
    take_back = "Take the dispute back" / "Nicht mehr bestreiten";
    take_back_hint = "If you take it back, the request is closed, unless it is being carried out, and your data is used again as the policy says."
        / "Nehmen Sie es zurück, wird der Antrag geschlossen, sofern er nicht schon ausgeführt wird, und Ihre Daten werden wieder verwendet, wie die Erklärung es sagt.";
    ended_upheld(date: &str) = "Settled on {date}: you were right." / "Geklärt am {date}: Sie hatten recht.";
    ended_rejected(date: &str) = "Settled on {date}: the organisation does not share your view." / "Geklärt am {date}: Die Organisation teilt Ihre Ansicht nicht.";
    ended_overridden(date: &str) = "Not settled, but on {date} the organisation decided that your data is used all the same." / "Nicht geklärt, doch am {date} hat die Organisation entschieden, dass Ihre Daten trotzdem verwendet werden.";
    ended_withdrawn(date: &str) = "You took it back on {date}." / "Sie haben es am {date} zurückgenommen.";
    still_open = "The answer to your request follows." / "Die Antwort auf Ihren Antrag folgt noch.";
    complain = "You can complain to a supervisory authority:" / "Sie können sich bei einer Aufsichtsbehörde beschweren:";

    restricted_for = "It is restricted because it is not settled yet whether it is right. If you lift it, the dispute goes on, and your data is used meanwhile."
        / "Die Nutzung ist eingeschränkt, weil noch nicht geklärt ist, ob die Daten stimmen. Heben Sie das auf, geht der Streit weiter, und Ihre Daten werden einstweilen verwendet.";
    lift_all_the_same = "Let it be used meanwhile" / "Einstweilen verwenden lassen";

    done = "It is noted that you dispute this; your data is not used meanwhile." / "Vermerkt: Sie bestreiten das; Ihre Daten werden einstweilen nicht verwendet.";
    done_known = "You dispute this already." / "Das bestreiten Sie schon.";
    done_back = "You took the dispute back." / "Sie bestreiten es nicht mehr.";
    too_many = "You dispute too much at once: 20 at a time, and in a day. Wait until some is settled, or dispute a whole kind of data instead of each value."
        / "Sie bestreiten zu vieles auf einmal: höchstens 20 zugleich und an einem Tag. Warten Sie, bis etwas geklärt ist, oder bestreiten Sie eine ganze Art von Daten statt jedes einzelnen Werts.";
    too_many_requests = "You have 100 open requests. Wait until some are answered." / "Sie haben 100 offene Anträge. Warten Sie, bis einige beantwortet sind.";
}
