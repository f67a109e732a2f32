//! The texts for people who are asked about what an agent brought, and are not signed in.

use crate::words::words;

words! {
    sign_in_title = "If you have an account" / "Wenn Sie ein Konto haben";
    sign_in_lead = "Sign in, see what is asked for, and say whether it is yours." / "Melden Sie sich an, sehen Sie, was verlangt wird, und sagen Sie, ob es von Ihnen ist.";
    sign_in = "Sign in" / "Anmelden";
    letter_title = "If you have none, or cannot sign in" / "Wenn Sie keines haben oder sich nicht anmelden können";
    letter_lead = "We write to the address by which you are known here. The letter leads to what is asked for." / "Wir schreiben an die Adresse, unter der Sie hier bekannt sind. Der Brief führt zu dem, was verlangt wird.";
    address = "Your address" / "Ihre Adresse";
    write = "Write to me" / "Schreiben Sie mir";
    written = "If somebody is known here by that address, a letter is on its way. Its link is good for a day; nothing happens until you answer." / "Wenn hier jemand unter dieser Adresse bekannt ist, ist ein Brief unterwegs. Sein Link gilt einen Tag; bis Sie antworten, geschieht nichts.";
    disowned = "You said that it is not from you. Nothing was done, and whoever asked is told." / "Sie haben gesagt, dass es nicht von Ihnen ist. Nichts ist geschehen, und wer gefragt hat, erfährt es.";
}
