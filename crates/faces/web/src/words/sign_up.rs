//! The texts of signing up.

use crate::words::words;

words! {
    title(tenant: &str) = "Create an account with {tenant}" / "Konto bei {tenant} anlegen";
    lead = "We ask for what the service needs. What is marked as optional, you can leave empty, now and later."
        / "Wir fragen nach dem, was der Dienst braucht. Was als freiwillig gekennzeichnet ist, können Sie leer lassen, jetzt und später.";
    have_one = "Already have an account?" / "Haben Sie schon ein Konto?";
    sign_in = "Sign in" / "Anmelden";
    needed = "What the service needs" / "Was der Dienst braucht";
    if_you_like = "If you like" / "Wenn Sie mögen";
    what_for = "What it is used for, and on what basis" / "Wofür es verwendet wird und auf welcher Grundlage";
    purpose = "Purpose" / "Zweck";
    basis = "Basis" / "Grundlage";
    data = "Data" / "Daten";

    born = "Date of birth" / "Geburtsdatum";
    born_hint(age: u8) = "The service is for people aged {age} and over. The date is checked and then forgotten. Write it as year-month-day, such as 1990-12-31."
        / "Der Dienst ist für Personen ab {age} Jahren. Das Datum wird geprüft und dann vergessen. Schreiben Sie Jahr-Monat-Tag, etwa 1990-12-31.";
    password_hint(least: usize) = "At least {least} characters. A few unrelated words make a good one. Only a hash of it is kept."
        / "Mindestens {least} Zeichen. Ein paar Wörter ohne Zusammenhang sind gut. Gespeichert wird nur ein Hash davon.";

    choices = "Your choices" / "Ihre Entscheidungen";
    choices_lead = "Each of these is off unless you say yes. A no costs you nothing else, and you can change your mind at any time."
        / "All das ist aus, solange Sie nicht Ja sagen. Ein Nein kostet Sie sonst nichts, und Sie können es sich jederzeit anders überlegen.";
    asked_later(n: u64) = "One thing more is off, and we ask about it when it matters:" | "{n} more things are off, and we ask about each when it matters:"
        / "Eine weitere Sache ist aus; wir fragen danach, wenn es so weit ist:" | "{n} weitere Dinge sind aus; wir fragen nach jedem, wenn es so weit ist:";
    read_policy = "The privacy policy says all of it, in plain words." / "Die Datenschutzerklärung sagt alles, in klaren Worten.";
    submit = "Create the account" / "Konto anlegen";

    fault_missing(label: &str) = "Fill in: {label}" / "Bitte ausfüllen: {label}";
    fault_long(label: &str, bytes_max: u32) = "{label}: shorten it to at most {bytes_max} bytes" / "{label}: bitte auf höchstens {bytes_max} Bytes kürzen";
    fault_email(label: &str) = "{label}: write an address such as name@example.com" / "{label}: bitte eine Adresse wie name@example.com angeben";
    fault_number(label: &str) = "{label}: write a number" / "{label}: bitte eine Zahl angeben";
    fault_date(label: &str) = "{label}: write a day such as 1990-12-31" / "{label}: bitte einen Tag wie 1990-12-31 angeben";
    fault_characters(label: &str) = "{label}: take out line breaks and control characters" / "{label}: bitte Zeilenumbrüche und Steuerzeichen entfernen";
    fault_short(label: &str, least: usize) = "{label}: use at least {least} characters" / "{label}: bitte mindestens {least} Zeichen";
    fault_guessable(label: &str) = "{label}: this one is easily guessed; leave out your name and address, rows of keys and repeated characters" / "{label}: leicht zu erraten; lassen Sie Namen, Adresse, Tastenreihen und wiederholte Zeichen weg";
    fault_answer(label: &str) = "{label}: choose yes or no, or leave it" / "{label}: bitte Ja oder Nein wählen oder es lassen";

    too_young_title = "The service is not for you yet" / "Der Dienst ist noch nicht für Sie";
    too_young(age: u8) = "It is for people aged {age} and over. Nothing of what you wrote was kept." / "Er ist für Personen ab {age} Jahren. Von Ihren Angaben wurde nichts gespeichert.";
    to_the_policy = "See the privacy policy" / "Zur Datenschutzerklärung";
}
