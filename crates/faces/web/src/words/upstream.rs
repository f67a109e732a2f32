//! The texts of signing in elsewhere: what is asked before, and what follows.

use crate::words::words;

words! {
    with(place: &str) = "Sign in with {place}" / "Mit {place} anmelden";
    gate_title(place: &str) = "Do you agree to sign in with {place}?" / "Sind Sie einverstanden, sich mit {place} anzumelden?";
    gate_lead(tenant: &str, host: &str) = "Nothing was asked of {host} so far. Only if you agree, {tenant} asks it who you are."
        / "Bisher wurde bei {host} nichts abgefragt. Nur wenn Sie einverstanden sind, fragt {tenant} dort nach, wer Sie sind.";
    fetched_title = "What will be fetched" / "Was abgerufen wird";
    fetched_account(place: &str) = "That you have an account at {place}, and its number there" / "Dass Sie ein Konto bei {place} haben, und dessen Nummer dort";
    purpose_title = "What for" / "Wofür";
    nothing_else = "Whatever else is said there about you is dropped at once." / "Was dort sonst noch über Sie gesagt wird, wird sofort verworfen.";
    withdraw = "You can withdraw this consent at any time in your account." / "Sie können diese Einwilligung jederzeit in Ihrem Konto widerrufen.";
    by_policy(version: &str) = "These are the words of the privacy policy, version {version}." / "Das ist der Wortlaut der Datenschutzerklärung, Version {version}.";
    old_enough(at_least: u8) = "I am at least {at_least} years old" / "Ich bin mindestens {at_least} Jahre alt";
    agree = "I agree, sign me in" / "Einverstanden, anmelden";
    refuse = "I do not agree" / "Nicht einverstanden";
    user = "Your name at the company" / "Ihr Name in der Firma";
    away_title(place: &str) = "On to {place}" / "Weiter zu {place}";
    away_lead(host: &str) = "Your browser goes on to {host}. If it does not, follow the link." / "Ihr Browser geht weiter zu {host}. Falls nicht, folgen Sie dem Link.";
    away_go(place: &str) = "Go on to {place}" / "Weiter zu {place}";
    written_title = "Look into your mail" / "Sehen Sie in Ihre E-Mails";
    written = "We have written to your address there, to make sure that it is yours. Open the page that the mail names within 30 minutes, in this browser. Or sign in another way first, and link your account then."
        / "Wir haben an Ihre dortige Adresse geschrieben, um sicherzugehen, dass sie Ihnen gehört. Öffnen Sie innerhalb von 30 Minuten die Seite, die in der E-Mail steht, und zwar in diesem Browser. Oder melden Sie sich erst auf anderem Weg an und verknüpfen dann Ihr Konto.";
    no_account_title = "No account is linked" / "Kein Konto ist verknüpft";
    no_account = "No account here is linked to yours there. Sign in another way first, then come back to link it."
        / "Kein Konto hier ist mit Ihrem dortigen verknüpft. Melden Sie sich erst auf anderem Weg an und kommen Sie dann zurück, um es zu verknüpfen.";
    linked_title = "The accounts are linked" / "Die Konten sind verknüpft";
    linked = "From now on you can sign in with either." / "Sie können sich nun mit beiden anmelden.";
    letter_title = "Is it you?" / "Sind Sie es?";
    letter_lead(place: &str) = "With this your account at {place} opens your account here." / "Damit öffnet Ihr Konto bei {place} Ihr Konto hier.";
    links_title = "Linked accounts" / "Verknüpfte Konten";
    links_lead = "Accounts elsewhere that open this one." / "Konten anderswo, die dieses hier öffnen.";
    no_links = "No account elsewhere opens this one." / "Kein Konto anderswo öffnet dieses hier.";
    since(date: &str) = "since {date}" / "seit {date}";
    unlink(place: &str) = "End the link with {place}" / "Verknüpfung mit {place} beenden";

    off = "Nothing was asked: signing in there is switched off for now. Sign in another way, or ask the organisation."
        / "Es wurde nichts abgefragt: Die Anmeldung dort ist zurzeit abgeschaltet. Melden Sie sich anders an, oder fragen Sie die Organisation.";
    over = "The sign-in did not begin in this browser, was used already, or took too long. Begin again."
        / "Die Anmeldung hat nicht in diesem Browser begonnen, wurde schon benutzt oder hat zu lange gedauert. Beginnen Sie von vorn.";
    age = "Nothing was asked and nothing is kept: people younger than the policy allows have no account here."
        / "Es wurde nichts abgefragt und nichts gespeichert: Wer jünger ist, als die Erklärung erlaubt, hat hier kein Konto.";
    refused_there = "You were not signed in: it was refused there." / "Sie wurden nicht angemeldet: Dort wurde es abgelehnt.";
    not_verified = "You were not signed in: what came back from there does not hold. Begin again." / "Sie wurden nicht angemeldet: Was von dort zurückkam, stimmt nicht. Beginnen Sie von vorn.";
    unreachable = "Nobody can sign in there now, for it does not answer. Try again later, or sign in another way."
        / "Dort kann sich gerade niemand anmelden, weil es nicht antwortet. Versuchen Sie es später oder melden Sie sich auf anderem Weg an.";
    password_expired = "The company's password has expired or must be changed first. Change it where the company says."
        / "Das Passwort der Firma ist abgelaufen oder muss erst geändert werden. Ändern Sie es dort, wo die Firma es vorsieht.";
    account_closed = "The company does not let this account in now. Ask its administrator." / "Die Firma lässt dieses Konto gerade nicht ein. Fragen Sie deren Administration.";
    link_taken = "That account is linked to another one here. Sign in with it and end the link there first."
        / "Dieses Konto ist mit einem anderen hier verknüpft. Melden Sie sich damit an und beenden Sie dort zuerst die Verknüpfung.";
}
