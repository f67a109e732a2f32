//! The texts of second factors and passkeys.

use crate::words::words;

words! {
    step_title = "One more proof" / "Noch ein Nachweis";
    step_lead = "Your account has a second factor. Show that you have it." / "Ihr Konto hat einen zweiten Faktor. Zeigen Sie, dass Sie ihn haben.";
    prove_lead = "What comes next changes how you sign in. Show that you have one of your factors." / "Was jetzt kommt, ändert, wie Sie sich anmelden. Zeigen Sie, dass Sie einen Ihrer Faktoren haben.";
    other_ways = "Another way" / "Ein anderer Weg";
    way_passkey = "Passkey" / "Passkey";
    way_totp = "Authenticator app" / "Authenticator-App";
    way_mail = "Code by email" / "Code per E-Mail";
    way_sms = "Code by text message" / "Code per SMS";
    way_recovery = "Recovery code" / "Wiederherstellungscode";
    use_way(way: &str) = "Use this instead: {way}" / "Stattdessen: {way}";
    code_of_app = "Code that your app shows" / "Code, den Ihre App zeigt";
    code_sent = "Code that was sent to you" / "Code, der Ihnen gesendet wurde";
    code_of_sheet = "One of your recovery codes" / "Einer Ihrer Wiederherstellungscodes";
    six_digits = "Six digits" / "Sechs Ziffern";
    twelve_letters = "Twelve letters and digits; each code works once" / "Zwölf Buchstaben und Ziffern; jeder Code gilt einmal";
    send_code = "Send me a code" / "Code senden";
    send_again = "Send another code" / "Neuen Code senden";
    sent = "A code is on its way. It is good for ten minutes." / "Ein Code ist unterwegs. Er gilt zehn Minuten.";
    go_on = "Continue" / "Weiter";
    code_wrong = "That code is not right, or was used already" / "Dieser Code stimmt nicht oder wurde schon benutzt";
    code_empty = "Enter the code" / "Geben Sie den Code ein";
    passkey_wrong = "The passkey was not accepted. Try again, or use another way." / "Der Passkey wurde nicht angenommen. Versuchen Sie es noch einmal oder nehmen Sie einen anderen Weg.";

    passkey_title = "Use your passkey" / "Passkey benutzen";
    passkey_lead = "Your device asks you for your finger, your face or its code. Nothing of that leaves the device." / "Ihr Gerät fragt nach Finger, Gesicht oder seinem Code. Davon verlässt nichts das Gerät.";
    passkey_use = "Use the passkey" / "Passkey benutzen";
    passkey_sign_in = "Sign in with a passkey" / "Mit einem Passkey anmelden";
    passkey_needs_script = "Passkeys need JavaScript in the browser. The other ways work without." / "Passkeys brauchen JavaScript im Browser. Die anderen Wege gehen ohne.";
    passkey_failed = "The device gave no passkey. Try again, or use another way." / "Das Gerät hat keinen Passkey gegeben. Versuchen Sie es noch einmal oder nehmen Sie einen anderen Weg.";

    security_lead = "What you sign in with. A change here asks you to show once more who you are." / "Womit Sie sich anmelden. Für eine Änderung zeigen Sie noch einmal, dass Sie es sind.";
    owed = "This organisation asks for a second factor. Set one up to go on." / "Diese Organisation verlangt einen zweiten Faktor. Richten Sie einen ein, um fortzufahren.";
    yours = "Your factors" / "Ihre Faktoren";
    none = "You sign in with your password alone. A second factor keeps others out even when they know it." / "Sie melden sich nur mit dem Passwort an. Ein zweiter Faktor hält andere fern, auch wenn sie es kennen.";
    added_on(day: &str) = "Added on {day}" / "Hinzugefügt am {day}";
    used_on(day: &str) = "Last used on {day}" / "Zuletzt benutzt am {day}";
    never_used = "Not used yet" / "Noch nicht benutzt";
    codes_left(n: u64) = "One code left" | "{n} codes left" / "Noch ein Code" | "Noch {n} Codes";
    synced = "Kept in step over several devices" / "Auf mehreren Geräten";
    name_it = "Name" / "Name";
    name_hint = "So that you know which one it is, such as the device" / "Damit Sie wissen, welcher es ist, etwa das Gerät";
    rename = "Save the name" / "Namen speichern";
    remove = "Remove" / "Entfernen";
    remove_named(name: &str) = "Remove: {name}" / "Entfernen: {name}";
    rename_named(name: &str) = "Save the name: {name}" / "Namen speichern: {name}";
    add = "Add a factor" / "Faktor hinzufügen";
    add_passkey = "Add a passkey" / "Passkey hinzufügen";
    add_passkey_text = "Signs you in alone, without a password: nothing to type, and nothing that a false site could ask you for." / "Meldet Sie allein an, ohne Passwort: nichts einzutippen und nichts, wonach eine falsche Website fragen könnte.";
    add_totp = "Add an authenticator app" / "Authenticator-App hinzufügen";
    add_totp_text = "An app on your telephone shows a new code every 30 seconds. It works without a network, and its maker learns nothing from us." / "Eine App auf Ihrem Telefon zeigt alle 30 Sekunden einen neuen Code. Sie geht ohne Netz, und ihr Hersteller erfährt von uns nichts.";
    add_mail = "Add codes by email" / "Codes per E-Mail hinzufügen";
    add_mail_text = "A code goes to the address of your account whenever you sign in." / "Bei jeder Anmeldung geht ein Code an die Adresse Ihres Kontos.";
    add_sms = "Add codes by text message" / "Codes per SMS hinzufügen";
    add_sms_text = "A code goes to the telephone number of your account. The carrier of text messages learns the number and the code." / "Ein Code geht an die Telefonnummer Ihres Kontos. Wer die SMS befördert, erfährt Nummer und Code.";
    recovery_text = "Ten codes to keep on paper, for when you have lost everything else. New ones replace the earlier ones." / "Zehn Codes zum Aufbewahren auf Papier, falls alles andere verloren ist. Neue ersetzen die früheren.";
    recovery_make = "Make recovery codes" / "Wiederherstellungscodes erzeugen";
    recovery_title = "Your recovery codes" / "Ihre Wiederherstellungscodes";
    recovery_lead = "They are shown this once. Print the page or write them down, and keep them where nobody looks. Each works once." / "Sie werden nur dieses eine Mal gezeigt. Drucken Sie die Seite oder schreiben Sie sie ab, und bewahren Sie sie sicher auf. Jeder gilt einmal.";
    kept_them = "I have kept them" / "Ich habe sie aufbewahrt";

    totp_title = "Add an authenticator app" / "Authenticator-App hinzufügen";
    totp_scan = "Read the picture with your app, or type the key into it. Then enter the code that it shows." / "Lesen Sie das Bild mit Ihrer App oder tippen Sie den Schlüssel ein. Geben Sie dann den Code ein, den sie zeigt.";
    totp_picture = "QR code for your authenticator app; the key below says the same" / "QR-Code für Ihre Authenticator-App; der Schlüssel darunter sagt dasselbe";
    totp_key = "Key" / "Schlüssel";
    totp_open = "Open an app on this device" / "App auf diesem Gerät öffnen";
    codes_title = "Enter the code" / "Code eingeben";
    add_it = "Add" / "Hinzufügen";
    added = "The factor was added." / "Der Faktor wurde hinzugefügt.";
    removed = "The factor was removed." / "Der Faktor wurde entfernt.";
    renamed = "The name was saved." / "Der Name wurde gespeichert.";
    password_changed = "The password was changed, and your other sessions were ended." / "Das Passwort wurde geändert, und Ihre anderen Sitzungen wurden beendet.";
    new_passkey_title = "Add a passkey" / "Passkey hinzufügen";
    new_passkey_lead = "Your device makes a passkey for this site and asks you for your finger, your face or its code." / "Ihr Gerät legt einen Passkey für diese Website an und fragt nach Finger, Gesicht oder seinem Code.";
    make_passkey = "Make the passkey" / "Passkey anlegen";

    change_password = "Change the password" / "Passwort ändern";
    present_password = "Present password" / "Jetziges Passwort";

    fault_often = "Too many codes were tried or sent. Wait a while, or use a passkey." / "Es wurden zu viele Codes probiert oder gesendet. Warten Sie etwas oder benutzen Sie einen Passkey.";
    fault_unreachable = "No code could be sent this way. Use another factor." / "Auf diesem Weg konnte kein Code gesendet werden. Nehmen Sie einen anderen Faktor.";
    fault_unproved = "You were not signed in. This sign-in is unusual for the account, and it has no further factor that could show that it is you. Sign in from where you did before, or ask the organisation."
        / "Sie wurden nicht angemeldet. Diese Anmeldung ist für das Konto ungewöhnlich, und es hat keinen weiteren Faktor, der zeigen könnte, dass Sie es sind. Melden Sie sich dort an, wo Sie es schon einmal getan haben, oder fragen Sie die Organisation.";
    fault_required = "This is your last factor, and one is required here. Add another one first." / "Das ist Ihr letzter Faktor, und einer wird hier verlangt. Fügen Sie zuerst einen anderen hinzu.";
    fault_many = "There are too many factors already. Remove one first." / "Es gibt schon zu viele Faktoren. Entfernen Sie zuerst einen.";
    fault_known = "Your account has it already." / "Ihr Konto hat ihn schon.";
    fault_over = "It took too long, or was tried too often. Begin again." / "Es hat zu lange gedauert oder wurde zu oft versucht. Beginnen Sie von vorn.";
    fault_site = "Passkeys cannot be used at this address." / "Unter dieser Adresse gehen Passkeys nicht.";
    fault_unverified = "The device did not check that it is you. Set up a screen lock on it." / "Das Gerät hat nicht geprüft, ob Sie es sind. Richten Sie darauf eine Bildschirmsperre ein.";
}
