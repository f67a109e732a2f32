//! The texts of judged sign-ins at the console.

use crate::words::words;

words! {
    title = "Sign-in risk" / "Anmelderisiko";
    lead = "How unusual sign-ins were held to be, what followed, and what weighed how much. No address and no browser is kept for it."
        / "Für wie ungewöhnlich Anmeldungen gehalten wurden, was folgte und was wie viel wog. Dafür werden weder Adresse noch Browser gespeichert.";
    note = "Everybody whose sign-ins are shown sees that you looked, when, and why." / "Alle, deren Anmeldungen gezeigt werden, sehen, dass Sie sie ansahen, wann und warum.";
    for_purpose = "It is looked at for one purpose:" / "Angesehen wird es zu einem Zweck:";
    outcome = "Which sign-ins?" / "Welche Anmeldungen?";
    all = "All of them" / "Alle";
    allowed = "Went on" / "Gingen weiter";
    stepped_up = "Asked for a further factor" / "Verlangten einen weiteren Faktor";
    denied = "Turned away" / "Abgewiesen";
    whose = "Whose?" / "Wessen?";
    whose_hint = "The id of one person, such as sub_…; everybody's when it is empty" / "Die Kennung einer Person wie sub_…; leer: die von allen";
    whose_wrong = "That is not the id of a person" / "Das ist keine Kennung einer Person";
    show = "Show them" / "Zeigen";
    none = "No such sign-in was judged, or it was too long ago." / "Keine solche Anmeldung wurde beurteilt, oder es ist zu lange her.";
    found = "Judged sign-ins, newest first" / "Beurteilte Anmeldungen, neueste zuerst";
    withheld(n: u64) = "1 sign-in is not shown: the person objected, or the policy does not allow it." | "{n} sign-ins are not shown: the people objected, or the policy does not allow it."
        / "1 Anmeldung wird nicht gezeigt: Die Person hat widersprochen, oder die Erklärung erlaubt es nicht." | "{n} Anmeldungen werden nicht gezeigt: Die Personen haben widersprochen, oder die Erklärung erlaubt es nicht.";
    person = "Person" / "Person";
    score = "Score" / "Wert";
    no_score = "none: nothing could be compared" / "keiner: Es gab nichts zu vergleichen";
    proved = "Proved" / "Nachgewiesen";
    nothing_proved = "nothing" / "nichts";
    weights = "What weighed how much" / "Was wie viel wog";
    of_person = "How risky their sign-ins were held to be" / "Für wie riskant ihre Anmeldungen gehalten wurden";
    role_needed = "None of your roles is for this purpose. An administrator can give you one that the policy has for it." / "Keine Ihrer Rollen ist für diesen Zweck. Die Verwaltung kann Ihnen eine geben, die die Erklärung dafür vorsieht.";
    ask_again = "Ask otherwise" / "Anders fragen";
    not_judged = "The policy judges no sign-ins." / "Die Erklärung lässt keine Anmeldungen beurteilen.";
    by_password = "password" / "Passwort";
    by_passkey = "passkey" / "Passkey";
    by_totp = "code of an app" / "Code einer App";
    by_mail = "code by mail" / "Code per E-Mail";
    by_sms = "code by text message" / "Code per SMS";
    by_recovery = "recovery code" / "Wiederherstellungscode";
    by_upstream = "another provider" / "anderer Anbieter";
    by_directory = "company directory" / "Firmenverzeichnis";
}
