//! The texts between an application and a person.

use crate::words::words;

words! {
    consent_title(application: &str) = "Sign in to {application}" / "Bei {application} anmelden";
    consent_lead(application: &str, tenant: &str) = "{application} asks for the following from your account at {tenant}. You can take a yes back at any time in your account; it then ends at once."
        / "{application} bittet um Folgendes aus Ihrem Konto bei {tenant}. Ein Ja können Sie jederzeit in Ihrem Konto zurücknehmen; es endet dann sofort.";
    is_shared = "For this it is shared:" / "Dafür wird weitergegeben:";
    goes_to(place: &str) = "Afterwards you go on at {place}." / "Danach geht es bei {place} weiter.";
    go_on = "Continue" / "Weiter";
    cancel = "Cancel" / "Abbrechen";
    back_title = "Back to the application" / "Zurück zur Anwendung";
    request_over = "The application's request was answered already, or is too old. Begin again at the application." / "Die Anfrage der Anwendung wurde schon beantwortet oder ist zu alt. Beginnen Sie bei der Anwendung von vorn.";

    device_title = "Let a device in" / "Ein Gerät einlassen";
    device_lead = "Type the code that the device shows. Do it only for a device that is before you." / "Geben Sie den Code ein, den das Gerät zeigt. Tun Sie das nur für ein Gerät, das vor Ihnen steht.";
    device_code = "Code" / "Code";
    code_unknown = "There is no device with this code, or it waited too long" / "Es gibt kein Gerät mit diesem Code, oder es hat zu lange gewartet";
    device_ask(application: &str) = "A device wants to sign in to {application} as you. Is it yours, and before you?" / "Ein Gerät möchte sich als Sie bei {application} anmelden. Ist es Ihres, und steht es vor Ihnen?";
    device_purposes(application: &str, tenant: &str) = "{application} asks for the following from your account at {tenant}. You can take a yes back at any time in your account; it then ends at once." / "{application} bittet um Folgendes aus Ihrem Konto bei {tenant}. Ein Ja können Sie jederzeit in Ihrem Konto zurücknehmen; es endet dann sofort.";
    device_shows = "The device shows this code:" / "Das Gerät zeigt diesen Code:";
    device_yes = "Yes, let it in" / "Ja, einlassen";
    device_no = "No" / "Nein";
    device_done = "Done" / "Erledigt";
    device_in = "The device goes on by itself." / "Das Gerät macht von selbst weiter.";
    device_kept_out = "Not let in" / "Nicht eingelassen";
    device_out = "The device was not let in." / "Das Gerät wurde nicht eingelassen.";

    leave_title = "Sign out?" / "Abmelden?";
    leave_lead(tenant: &str) = "An application asks to sign you out of your account at {tenant}." / "Eine Anwendung möchte Sie von Ihrem Konto bei {tenant} abmelden.";
    leave = "Sign out" / "Abmelden";
    stay = "Stay signed in" / "Angemeldet bleiben";
    left_title = "You are signed out" / "Sie sind abgemeldet";
    left = "You can close this page." / "Sie können diese Seite schließen.";
}
