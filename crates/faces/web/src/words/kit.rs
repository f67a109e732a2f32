//! The texts of the frame and the parts.

use crate::words::words;

words! {
    skip = "Skip to the content" / "Zum Inhalt springen";
    language = "Language" / "Sprache";
    menu = "Menu" / "Menü";
    account_area = "Your account" / "Ihr Konto";
    sign_out = "Sign out" / "Abmelden";

    policy = "Privacy policy" / "Datenschutzerklärung";
    earlier_versions = "Earlier versions" / "Frühere Fassungen";
    your_rights = "Your rights" / "Ihre Rechte";
    contact = "Contact" / "Kontakt";
    ours = "More of this policy" / "Mehr zu dieser Erklärung";
    foot = "What is done with your data is decided by the privacy policy itself: a program follows it, and refuses what it does not allow."
        / "Was mit Ihren Daten geschieht, entscheidet die Datenschutzerklärung selbst: Ein Programm folgt ihr und lehnt ab, was sie nicht erlaubt.";
    one_cookie = "The cookies set here keep you signed in and guard the forms; none follows you about." / "Die Cookies hier halten Sie angemeldet und schützen die Formulare; keines verfolgt Sie.";

    overview = "Overview" / "Übersicht";
    held = "What is held about you" / "Was über Sie gespeichert ist";
    accesses = "Who read it" / "Wer es gelesen hat";
    consents = "Consents" / "Einwilligungen";
    messages = "Messages" / "Nachrichten";
    rights = "Your rights and requests" / "Ihre Rechte und Anträge";
    notices = "Changes to the policy" / "Änderungen der Erklärung";
    security = "Signing in" / "Anmeldung";
    sessions = "Sessions and devices" / "Sitzungen und Geräte";
    leave = "Take along, pause, leave" / "Mitnehmen, ruhen lassen, gehen";

    optional = "(optional)" / "(freiwillig)";
    there_is_a_problem = "There is a problem" / "Es gibt ein Problem";
    error_before = "Error:" / "Fehler:";
    title_with_error(title: &str) = "Error: {title}" / "Fehler: {title}";
    cancel = "Cancel" / "Abbrechen";
    back = "Back" / "Zurück";
    system = "System" / "System";
    older = "Older" / "Ältere";
    newest = "Back to the newest" / "Zurück zu den neuesten";

    tone_done = "Done" / "Erledigt";
    tone_note = "Note" / "Hinweis";
    tone_warning = "Important" / "Wichtig";

    due_by(date: &str) = "Answer due by {date}" / "Antwort bis {date}";
    days_left(n: u64) = "1 day left" | "{n} days left" / "noch 1 Tag" | "noch {n} Tage";
    due_today = "due today" / "heute fällig";
    days_over(n: u64) = "1 day late" | "{n} days late" / "1 Tag überfällig" | "{n} Tage überfällig";
    hours_left(n: u64) = "1 hour left" | "{n} hours left" / "noch 1 Stunde" | "noch {n} Stunden";
    hours_over(n: u64) = "1 hour late" | "{n} hours late" / "1 Stunde überfällig" | "{n} Stunden überfällig";
    due_now = "due now" / "jetzt fällig";
    time_used = "Time used" / "Verstrichene Zeit";

    consent_data = "Data" / "Daten";
    consent_recipients = "Who else gets it" / "Wer es außerdem erhält";
    nobody_else = "Nobody else" / "Niemand sonst";
    consent_keep = "How long" / "Wie lange";
    consent_until_withdrawn = "Until you take your yes back" / "Bis Sie Ihr Ja zurücknehmen";
    yes = "Yes, I agree" / "Ja, ich willige ein";
    no = "No" / "Nein";
    consent_explicit = "Your yes must be explicit." / "Ihr Ja muss ausdrücklich sein.";
    consent_double = "We ask you to confirm it with a message before it counts." / "Bevor es gilt, bitten wir Sie mit einer Nachricht um Bestätigung.";
    consent_lasts(span: &str) = "A yes holds for {span}; then we ask again." / "Ein Ja gilt {span}; danach fragen wir wieder.";
    its_policy = "its own policy" / "eigene Erklärung";
}
