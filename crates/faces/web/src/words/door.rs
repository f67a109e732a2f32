//! The texts of signing in, and of what goes with it.

use crate::words::words;

words! {
    sign_in_title(tenant: &str) = "Sign in to {tenant}" / "Bei {tenant} anmelden";
    identifier = "Email address or user name" / "E-Mail-Adresse oder Benutzername";
    password = "Password" / "Passwort";
    sign_in = "Sign in" / "Anmelden";
    forgotten = "Forgotten your password?" / "Passwort vergessen?";
    no_account = "No account yet?" / "Noch kein Konto?";
    sign_up = "Create an account" / "Konto anlegen";
    wrong = "The name or the password is not right" / "Der Name oder das Passwort stimmt nicht";
    both_needed = "Enter your name and your password" / "Geben Sie Ihren Namen und Ihr Passwort ein";

    written_title = "Look into your mail" / "Sehen Sie in Ihre E-Mails";
    written = "We have written to the address. Open the page that the mail names within 24 hours to go on. Until then nothing is kept about you."
        / "Wir haben an die Adresse geschrieben. Öffnen Sie innerhalb von 24 Stunden die Seite, die in der E-Mail steht, um fortzufahren. Bis dahin wird nichts über Sie gespeichert.";
    confirm_title = "Confirm your address" / "Adresse bestätigen";
    confirm_lead(tenant: &str) = "With this your account at {tenant} is made and you are signed in." / "Damit wird Ihr Konto bei {tenant} angelegt, und Sie sind angemeldet.";
    confirm = "Confirm" / "Bestätigen";

    recover_title = "Set a new password" / "Neues Passwort setzen";
    recover_lead = "Give the address of your account. We write to it how to go on." / "Geben Sie die Adresse Ihres Kontos an. Wir schreiben dorthin, wie es weitergeht.";
    address = "Email address" / "E-Mail-Adresse";
    send = "Send the mail" / "E-Mail senden";
    recover_written = "If there is an account with that address, a mail says how to set a new password. It can be used for 30 minutes."
        / "Gibt es ein Konto mit dieser Adresse, sagt eine E-Mail, wie Sie ein neues Passwort setzen. Sie gilt 30 Minuten.";
    new_password_title = "Your new password" / "Ihr neues Passwort";
    new_password_lead = "Every session of your account ends with this. Further factors stay as they are." / "Damit enden alle Sitzungen Ihres Kontos. Weitere Faktoren bleiben, wie sie sind.";
    new_password = "New password" / "Neues Passwort";
    set_password = "Set the password" / "Passwort setzen";
    password_set_title = "The password is set" / "Das Passwort ist gesetzt";
    password_set = "Sign in with it now." / "Melden Sie sich jetzt damit an.";

    new_address_title = "Confirm your new address" / "Neue Adresse bestätigen";
    new_address_lead(tenant: &str) = "With this your account at {tenant} has this address." / "Damit bekommt Ihr Konto bei {tenant} diese Adresse.";
    address_changed_title = "The address is changed" / "Die Adresse ist geändert";
    address_changed = "Sign in with it from now on." / "Melden Sie sich von nun an damit an.";

    prove_title = "Is it you?" / "Sind Sie es?";
    prove_lead = "What comes next cannot be taken back. Enter your password once more." / "Was jetzt kommt, lässt sich nicht zurücknehmen. Geben Sie noch einmal Ihr Passwort ein.";
    go_on = "Continue" / "Weiter";

    trouble_title = "That did not work" / "Das hat nicht geklappt";
    to_sign_in = "To the sign-in page" / "Zur Anmeldung";
    foreign_form = "Nothing was done: the form is too old, or was not shown to you by this site. Open the page once more and send it again."
        / "Es wurde nichts getan: Das Formular ist zu alt oder wurde Ihnen nicht von dieser Website gezeigt. Öffnen Sie die Seite noch einmal und senden Sie sie erneut.";
    too_often = "There were too many attempts that failed. Wait a quarter of an hour." / "Es gab zu viele Versuche, die nicht geklappt haben. Warten Sie eine Viertelstunde.";
    no_door = "Nobody can sign in here." / "Hier kann sich niemand anmelden.";
    no_mail = "This cannot be done now, for no mail can be sent from here. The organisation has to see to it." / "Das geht jetzt nicht, weil von hier keine E-Mail gesendet werden kann. Die Organisation muss sich darum kümmern.";
    code_over = "The link was used already, or is too old. Begin again." / "Der Link wurde schon benutzt oder ist zu alt. Beginnen Sie von vorn.";
    taken = "Another account has this address or name already." / "Ein anderes Konto hat diese Adresse oder diesen Namen schon.";
    address_malformed = "Write an address such as name@example.com" / "Bitte eine Adresse wie name@example.com angeben";
    password_length(least: usize) = "Use at least {least} characters" / "Bitte mindestens {least} Zeichen";
    password_guessable = "This password is easily guessed. Leave out your name and address, rows of keys and repeated characters." / "Dieses Passwort ist leicht zu erraten. Lassen Sie Ihren Namen, Ihre Adresse, Tastenreihen und wiederholte Zeichen weg.";
    password_wrong = "That is not your password" / "Das ist nicht Ihr Passwort";
    stale = "Prove once more who you are: enter your password again." / "Zeigen Sie noch einmal, dass Sie es sind: Geben Sie Ihr Passwort erneut ein.";
    incomplete = "Something that is needed is missing." / "Etwas, das gebraucht wird, fehlt.";
    busy = "The server is busy. Try again in a moment." / "Der Server ist ausgelastet. Versuchen Sie es gleich noch einmal.";
    trouble(code: &str) = "The server could not do it ({code}). Try again; if it lasts, tell the organisation this word." / "Der Server konnte es nicht tun ({code}). Versuchen Sie es noch einmal; bleibt es so, nennen Sie der Organisation dieses Wort.";
}
