//! The texts for people whose organisation decides about their requests.

use crate::words::words;

words! {
    some_organisation = "The organisation that manages your account" / "Die Organisation, die Ihr Konto verwaltet";
    lead = "An organisation manages your account. It decides who gets a copy of what is held, and you ask it here."
        / "Eine Organisation verwaltet Ihr Konto. Sie entscheidet, wer eine Kopie des Gespeicherten bekommt, und hier fragen Sie sie.";
    who(organisation: &str) = "{organisation} decides" / "{organisation} entscheidet";
    why = "It answers for the accounts on its domain (in the law's words, it is the controller). The right is yours all the same: it must answer within the time below, and say why if it refuses."
        / "Sie steht für die Konten auf ihrer Domain ein (rechtlich ist sie Verantwortliche). Das Recht haben Sie trotzdem: Sie muss innerhalb der Frist unten antworten und eine Ablehnung begründen.";
    then = "Once it approves, you find everything here for thirty days." / "Sobald sie zustimmt, finden Sie hier dreißig Tage lang alles.";
    ask = "Send your request" / "Ihren Antrag senden";
    ask_access = "Ask for a copy of what is held" / "Eine Kopie des Gespeicherten verlangen";
    ask_portability = "Ask for what you provided, to take along" / "Was Sie angegeben haben, zum Mitnehmen verlangen";
    ask_rectification = "Ask for a correction" / "Berichtigung verlangen";
    ask_erasure = "Ask for everything to be erased" / "Löschung verlangen";
    sent(right: &str, date: &str) = "{right}: sent on {date}; it has not decided yet." / "{right}: am {date} gesendet; noch nicht entschieden.";
    approved(right: &str) = "{right}: approved." / "{right}: zugestimmt.";
    refused(right: &str, date: &str) = "{right}: refused on {date}." / "{right}: am {date} abgelehnt.";
    see_request = "See the request" / "Antrag ansehen";
    yours = "What stays yours, whatever it says" / "Was Ihnen bleibt, was immer sie sagt";
    yours_consents = "Taking back a consent, at once" / "Eine Einwilligung zurücknehmen, sofort";
    yours_object = "Objecting to a use, and restricting all of it" / "Einer Nutzung widersprechen und die Nutzung insgesamt einschränken";
    yours_messages = "Declining messages" / "Nachrichten abbestellen";
    yours_accesses = "Seeing who read your data, when, and why" / "Sehen, wer Ihre Daten wann und warum gelesen hat";
    yours_organisation = "Knowing the organisation, and which of its people looked" / "Die Organisation kennen, und wer von dort nachgesehen hat";
    yours_complain = "Complaining to the supervisory authority" / "Sich bei der Aufsichtsbehörde beschweren";
    kinds = "What kinds of data there are" / "Welche Arten von Daten es gibt";
    kinds_lead = "So says the policy, for everybody; what of it is held about you is not told here." / "So sagt es die Erklärung, für alle; was davon über Sie gespeichert ist, steht hier nicht.";
    kinds_more = "Each with its purposes and its end, in the policy" / "Jede mit ihren Zwecken und ihrem Ende, in der Erklärung";
    to_requests = "To your requests" / "Zu Ihren Anträgen";
}
