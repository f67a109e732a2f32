//! What is written to people about their accounts, in their language. No letter says more than it must: whoever reads the
//! mail of somebody else learns that they have an account, and nothing about it.

use candor_words::Language;

/// A letter's subject line and text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    pub title: String,
    pub text: String,
}

/// What a letter is about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum About<'a> {
    /// Somebody signs up with this address: the page on which to confirm it.
    SignUp { link: &'a str },
    /// Somebody signs up with an address that has an account: the page to sign in.
    HasAccount { link: &'a str },
    /// Somebody asks for a new password: the page on which to set it.
    Recover { link: &'a str },
    /// Somebody asks for a new password of an address that has no account.
    NoAccount,
    /// There is a new password.
    NewPassword,
    /// The account is to have this address: the page on which to confirm it.
    NewAddress { link: &'a str },
    /// The account is about to get another address.
    AddressLeaves,
    /// The account has another address from now on.
    AddressLeft,
    /// Somebody signed in elsewhere, where they have this address: the page on which to say that it is theirs.
    Elsewhere { link: &'a str, at: &'a str },
    /// An agent asks for something in somebody's name: the page on which to answer.
    AskedByAgent { link: &'a str, agent: &'a str },
    /// A code to sign in with.
    Code { digits: &'a str },
    /// A second factor was added.
    FactorAdded,
    /// A second factor was removed.
    FactorRemoved,
    /// An administrator took every second factor away.
    FactorsReset,
    /// A recovery code was used.
    RecoveryCodeUsed,
    /// Somebody who knows the password guesses at codes.
    FactorGuessed,
}

/// Writes a letter in the name of an organisation.
pub(crate) fn letter(about: About<'_>, organisation: &str, language: Language) -> Letter {
    let (title, text) = match language {
        Language::English => english(about, organisation),
        Language::German => german(about, organisation),
    };
    Letter { title, text }
}

fn english(about: About<'_>, organisation: &str) -> (String, String) {
    let unasked = "If this was not you, you need not do anything.";
    let alarm = "If this was not you, set a new password at once and end your other sessions.";
    match about {
        About::SignUp { link } => (
            format!("Confirm your address for {organisation}"),
            format!(
                "Somebody signed up at {organisation} with this address.\n\nTo confirm it, open this page within 24 hours:\n{link}\n\n{unasked} Nothing is kept then.\n"
            ),
        ),
        About::HasAccount { link } => (
            format!("You have an account at {organisation}"),
            format!(
                "Somebody signed up at {organisation} with this address, which has an account already.\n\nTo sign in, or to set a new password:\n{link}\n\n{unasked}\n"
            ),
        ),
        About::Recover { link } => (
            format!("Set a new password for {organisation}"),
            format!(
                "Somebody asked for a new password of your account at {organisation}.\n\nTo set it, open this page within 30 minutes:\n{link}\n\n{unasked}\n"
            ),
        ),
        About::AskedByAgent { link, agent } => (
            format!("Somebody asks {organisation} in your name"),
            format!(
                "{agent} asked {organisation} for something in your name, and somebody wants to answer by this address. Nothing has been done.\n\nTo see what is asked for, and to say whether it is from you, open this page within a day:\n{link}\n\n{unasked}\n"
            ),
        ),
        About::NoAccount => (
            format!("No account at {organisation}"),
            format!(
                "Somebody asked for a new password at {organisation} with this address, which has no account there.\n\nIf this was you, you may have signed up with another address. {unasked}\n"
            ),
        ),
        About::NewPassword => (
            format!("Your password at {organisation} was changed"),
            format!(
                "The password of your account at {organisation} was changed, and every other session was ended.\n\n{alarm}\n"
            ),
        ),
        About::NewAddress { link } => (
            format!("Confirm your new address for {organisation}"),
            format!(
                "An account at {organisation} is to have this address.\n\nTo confirm it, open this page within 24 hours:\n{link}\n\n{unasked}\n"
            ),
        ),
        About::AddressLeaves => (
            format!("Your address at {organisation} is about to change"),
            format!(
                "Your account at {organisation} is about to get another address. It does once the new address is confirmed.\n\n{alarm}\n"
            ),
        ),
        About::Elsewhere { link, at } => (
            format!("Is this your address? Signing in at {organisation} with {at}"),
            format!(
                "Somebody signed in at {organisation} with {at}, where this is their address.\n\nIf this was you, open this page within 30 minutes, in the browser in which you began:\n{link}\n\n{unasked} Nothing changes then.\n"
            ),
        ),
        About::AddressLeft => (
            format!("Your address at {organisation} was changed"),
            format!(
                "Your account at {organisation} has another address from now on; this one is not used for it any more.\n\n{alarm}\n"
            ),
        ),
        About::Code { digits } => (
            format!("Your code for {organisation}"),
            format!(
                "Your code for {organisation}: {digits}\n\nIt is good for 10 minutes. Nobody from {organisation} will ask you for it.\n"
            ),
        ),
        About::FactorAdded => (
            format!("A second factor was added at {organisation}"),
            format!("Your account at {organisation} has a further second factor from now on.\n\n{alarm}\n"),
        ),
        About::FactorRemoved => (
            format!("A second factor was removed at {organisation}"),
            format!("A second factor was removed from your account at {organisation}.\n\n{alarm}\n"),
        ),
        About::FactorsReset => (
            format!("Your second factors at {organisation} were reset"),
            format!(
                "An administrator of {organisation} took every second factor away from your account and ended its sessions. You can set up new ones when you have signed in.\n\nIf you did not ask for this, ask {organisation} at once.\n"
            ),
        ),
        About::RecoveryCodeUsed => (
            format!("A recovery code was used at {organisation}"),
            format!(
                "Somebody signed in to your account at {organisation} with one of your recovery codes. It cannot be used again.\n\n{alarm}\n"
            ),
        ),
        About::FactorGuessed => (
            format!("Wrong codes at {organisation}"),
            format!(
                "Somebody who knows the password of your account at {organisation} entered wrong codes again and again. They were not let in, and further codes have to wait.\n\nIf this was not you, set a new password at once.\n"
            ),
        ),
    }
}

fn german(about: About<'_>, organisation: &str) -> (String, String) {
    let unasked = "Waren Sie das nicht, brauchen Sie nichts zu tun.";
    let alarm = "Waren Sie das nicht, setzen Sie sofort ein neues Passwort und beenden Sie Ihre anderen Sitzungen.";
    match about {
        About::SignUp { link } => (
            format!("Bestätigen Sie Ihre Adresse für {organisation}"),
            format!(
                "Jemand hat sich bei {organisation} mit dieser Adresse angemeldet.\n\nUm sie zu bestätigen, öffnen Sie innerhalb von 24 Stunden diese Seite:\n{link}\n\n{unasked} Dann wird nichts gespeichert.\n"
            ),
        ),
        About::HasAccount { link } => (
            format!("Sie haben ein Konto bei {organisation}"),
            format!(
                "Jemand hat sich bei {organisation} mit dieser Adresse angemeldet, zu der es schon ein Konto gibt.\n\nUm sich anzumelden oder ein neues Passwort zu setzen:\n{link}\n\n{unasked}\n"
            ),
        ),
        About::Recover { link } => (
            format!("Neues Passwort für {organisation}"),
            format!(
                "Jemand hat für Ihr Konto bei {organisation} ein neues Passwort angefordert.\n\nUm es zu setzen, öffnen Sie innerhalb von 30 Minuten diese Seite:\n{link}\n\n{unasked}\n"
            ),
        ),
        About::AskedByAgent { link, agent } => (
            format!("Jemand fragt bei {organisation} in Ihrem Namen"),
            format!(
                "{agent} hat bei {organisation} in Ihrem Namen etwas verlangt, und jemand möchte über diese Adresse antworten. Noch ist nichts geschehen.\n\nUm zu sehen, was verlangt wird, und zu sagen, ob es von Ihnen ist, öffnen Sie innerhalb eines Tages diese Seite:\n{link}\n\n{unasked}\n"
            ),
        ),
        About::NoAccount => (
            format!("Kein Konto bei {organisation}"),
            format!(
                "Jemand hat bei {organisation} ein neues Passwort für diese Adresse angefordert, zu der es dort kein Konto gibt.\n\nWaren Sie das, haben Sie sich vielleicht mit einer anderen Adresse angemeldet. {unasked}\n"
            ),
        ),
        About::NewPassword => (
            format!("Ihr Passwort bei {organisation} wurde geändert"),
            format!(
                "Das Passwort Ihres Kontos bei {organisation} wurde geändert, und alle anderen Sitzungen wurden beendet.\n\n{alarm}\n"
            ),
        ),
        About::NewAddress { link } => (
            format!("Bestätigen Sie Ihre neue Adresse für {organisation}"),
            format!(
                "Ein Konto bei {organisation} soll diese Adresse bekommen.\n\nUm sie zu bestätigen, öffnen Sie innerhalb von 24 Stunden diese Seite:\n{link}\n\n{unasked}\n"
            ),
        ),
        About::AddressLeaves => (
            format!("Ihre Adresse bei {organisation} soll sich ändern"),
            format!(
                "Ihr Konto bei {organisation} soll eine andere Adresse bekommen. Das geschieht, sobald die neue Adresse bestätigt ist.\n\n{alarm}\n"
            ),
        ),
        About::Elsewhere { link, at } => (
            format!("Ist das Ihre Adresse? Anmeldung bei {organisation} mit {at}"),
            format!(
                "Jemand hat sich bei {organisation} mit {at} angemeldet und dort diese Adresse.\n\nWaren Sie das, öffnen Sie innerhalb von 30 Minuten diese Seite, und zwar in dem Browser, in dem Sie begonnen haben:\n{link}\n\n{unasked} Dann ändert sich nichts.\n"
            ),
        ),
        About::AddressLeft => (
            format!("Ihre Adresse bei {organisation} wurde geändert"),
            format!(
                "Ihr Konto bei {organisation} hat von nun an eine andere Adresse; diese wird dafür nicht mehr benutzt.\n\n{alarm}\n"
            ),
        ),
        About::Code { digits } => (
            format!("Ihr Code für {organisation}"),
            format!(
                "Ihr Code für {organisation}: {digits}\n\nEr gilt 10 Minuten. Niemand von {organisation} wird Sie danach fragen.\n"
            ),
        ),
        About::FactorAdded => (
            format!("Neuer zweiter Faktor bei {organisation}"),
            format!("Ihr Konto bei {organisation} hat von nun an einen weiteren zweiten Faktor.\n\n{alarm}\n"),
        ),
        About::FactorRemoved => (
            format!("Zweiter Faktor bei {organisation} entfernt"),
            format!("Ein zweiter Faktor Ihres Kontos bei {organisation} wurde entfernt.\n\n{alarm}\n"),
        ),
        About::FactorsReset => (
            format!("Ihre zweiten Faktoren bei {organisation} wurden zurückgesetzt"),
            format!(
                "Die Verwaltung von {organisation} hat alle zweiten Faktoren Ihres Kontos entfernt und seine Sitzungen beendet. Nach der nächsten Anmeldung können Sie neue einrichten.\n\nHaben Sie nicht darum gebeten, fragen Sie sofort bei {organisation} nach.\n"
            ),
        ),
        About::RecoveryCodeUsed => (
            format!("Wiederherstellungscode bei {organisation} benutzt"),
            format!(
                "Jemand hat sich bei Ihrem Konto bei {organisation} mit einem Ihrer Wiederherstellungscodes angemeldet. Er gilt kein zweites Mal.\n\n{alarm}\n"
            ),
        ),
        About::FactorGuessed => (
            format!("Falsche Codes bei {organisation}"),
            format!(
                "Jemand, der das Passwort Ihres Kontos bei {organisation} kennt, hat immer wieder falsche Codes eingegeben. Die Anmeldung gelang nicht, und weitere Codes müssen warten.\n\nWaren Sie das nicht, setzen Sie sofort ein neues Passwort.\n"
            ),
        ),
    }
}
