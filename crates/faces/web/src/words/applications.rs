//! The texts between an application and a person.

use crate::words::words;

words! {
    consent_title(application: &str) = "Sign in to {application}" / "Bei {application} anmelden";
    consent_lead(application: &str, tenant: &str) = "{application} would like to know you by your account at {tenant}. You can take a yes back at any time in your account; it then ends at once."
        / "{application} möchte Sie an Ihrem Konto bei {tenant} erkennen. Ein Ja können Sie jederzeit in Ihrem Konto zurücknehmen; es endet dann sofort.";
    asks_for(application: &str) = "What {application} asks for" / "Worum {application} bittet";
    take_back = "You can take a yes back at any time in your account; it then ends at once." / "Ein Ja können Sie jederzeit in Ihrem Konto zurücknehmen; es endet dann sofort.";
    goes_to(place: &str) = "Afterwards you go on at {place}." / "Danach geht es bei {place} weiter.";
    go_on = "Continue" / "Weiter";
    cancel = "Cancel" / "Abbrechen";
    back_to(place: &str) = "You go on at {place}." / "Es geht bei {place} weiter.";
    back_title = "Back to the application" / "Zurück zur Anwendung";
    request_over = "The application's request was answered already, or is too old. Begin again at the application." / "Die Anfrage der Anwendung wurde schon beantwortet oder ist zu alt. Beginnen Sie bei der Anwendung von vorn.";

    device_title = "Let a device in" / "Ein Gerät einlassen";
    device_lead = "Type the code that the device shows. Do it only for a device that is before you." / "Geben Sie den Code ein, den das Gerät zeigt. Tun Sie das nur für ein Gerät, das vor Ihnen steht.";
    device_code = "Code" / "Code";
    code_unknown = "There is no device with this code, or it waited too long" / "Es gibt kein Gerät mit diesem Code, oder es hat zu lange gewartet";
    device_ask(application: &str) = "A device wants to sign in to {application} as you. Is it yours, and before you?" / "Ein Gerät möchte sich als Sie bei {application} anmelden. Ist es Ihres, und steht es vor Ihnen?";
    device_shows = "The device shows this code:" / "Das Gerät zeigt diesen Code:";
    device_yes = "Yes, let it in" / "Ja, einlassen";
    device_no = "No" / "Nein";
    device_done = "The device is let in" / "Das Gerät ist eingelassen";
    device_in = "It goes on by itself; you can close this page." / "Es macht von selbst weiter; Sie können diese Seite schließen.";
    device_kept_out = "The device stays out" / "Das Gerät bleibt draußen";
    device_out = "The device was not let in, and is told nothing of you." / "Das Gerät wurde nicht eingelassen und erfährt nichts über Sie.";

    leave_title = "Sign out?" / "Abmelden?";
    leave_lead(application: &str, tenant: &str) = "{application} asks to sign you out of your account at {tenant}." / "{application} möchte Sie von Ihrem Konto bei {tenant} abmelden.";
    some_application = "An application" / "Eine Anwendung";
    leave = "Sign out" / "Abmelden";
    stay = "Stay signed in" / "Angemeldet bleiben";
    left_title = "You are signed out" / "Sie sind abgemeldet";
    left = "You can close this page." / "Sie können diese Seite schließen.";
}
