//! The plain words for what the model says in enums: one phrase per meaning, shared by every rendering.

use candor_manifest::model::{
    Basis, Channel, Contact, Country, Field, Keep, KeepAction, KeepEvent, Law, RecipientRole, RightKind, Safeguard,
    Source, SpecialBasis, SystemKind,
};
use candor_words::Instant;
use maud::{Markup, html};

/// The English name of a country; its code when it is unknown.
pub fn country(country: Country) -> String {
    if country == Country::WORLD {
        return "anywhere in the world".to_owned();
    }
    let mut rows = include_str!("countries.tsv").lines().filter_map(|row| row.split_once('\t'));
    rows.find(|(code, _)| *code == country.as_str()).map_or_else(|| country.as_str(), |(_, name)| name).to_owned()
}

/// A date as people write it: `15 February 2026`.
pub fn date(at: Instant) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let text = at.to_string();
    let mut parts = text.split('T').next().unwrap_or_default().split('-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let month = month.and_then(|month| MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?));
    match (year, month, day) {
        (Some(year), Some(month), Some(day)) => format!("{} {month} {year}", day.trim_start_matches('0')),
        _ => text,
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list<T: AsRef<str>>(items: &[T]) -> String {
    joined(items, "and")
}

/// The same with the word of another language before the last.
pub fn joined<T: AsRef<str>>(items: &[T], and: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [most @ .., last] => {
            let most: Vec<_> = most.iter().map(AsRef::as_ref).collect();
            format!("{} {and} {}", most.join(", "), last.as_ref())
        }
    }
}

/// The titles of fields in a row. There is no `and`, since a title may have one of its own.
pub(crate) fn titles(fields: &[&Field]) -> String {
    fields.iter().map(|field| field.title.as_str()).collect::<Vec<_>>().join(", ")
}

/// `1 purpose`, `2 purposes`, `no purposes`.
pub(crate) fn count(n: usize, one: &str, many: &str) -> String {
    match n {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    }
}

/// The text with its first letter in upper case.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The name of a basis, short enough for a badge.
pub(crate) fn basis(basis: &Basis) -> &'static str {
    match basis {
        Basis::Consent { .. } => "Consent",
        Basis::Contract => "Contract",
        Basis::LegalObligation(_) => "Legal obligation",
        Basis::VitalInterest => "Vital interest",
        Basis::PublicTask(_) => "Public task",
        Basis::LegitimateInterest(_) => "Legitimate interest",
    }
}

/// Why a basis allows the use, in a sentence to the reader.
pub(crate) fn basis_sentence(basis: &Basis) -> String {
    match basis {
        Basis::Consent { double_opt_in, explicit, lasts } => {
            let mut text = "Only if you say yes; off until then, and you can take it back at any time.".to_owned();
            if *explicit {
                text += " Your yes must be explicit.";
            }
            if *double_opt_in {
                text += " We ask you to confirm it with a message before it counts.";
            }
            if let Some(lasts) = lasts {
                text += &format!(" It holds for {lasts}, then we ask again.");
            }
            text
        }
        Basis::Contract => {
            "Needed for the service you or your organisation asked for; it ends with the contract.".to_owned()
        }
        Basis::LegalObligation(law) => format!("The law requires it: {law}."),
        Basis::VitalInterest => "Needed to protect somebody’s life.".to_owned(),
        Basis::PublicTask(task) => format!("Needed for a task in the public interest: {task}."),
        Basis::LegitimateInterest(interest) => format!("Our interest: {interest}. You can object."),
    }
}

/// The basis as a coloured label; the words carry the meaning, the colour only helps.
pub(crate) fn basis_badge(of: &Basis) -> Markup {
    let class = match of {
        Basis::Consent { .. } => "badge consent",
        Basis::Contract => "badge contract",
        Basis::LegalObligation(_) | Basis::PublicTask(_) => "badge law",
        Basis::VitalInterest | Basis::LegitimateInterest(_) => "badge interest",
    };
    html! { span class=(class) { (basis(of)) } }
}

/// A condition of GDPR Art. 9(2).
pub(crate) fn special_basis(basis: SpecialBasis) -> &'static str {
    match basis {
        SpecialBasis::ExplicitConsent => "your explicit consent (Art. 9(2)(a))",
        SpecialBasis::Employment => "employment and social protection law (Art. 9(2)(b))",
        SpecialBasis::VitalInterest => "vital interests (Art. 9(2)(c))",
        SpecialBasis::NotForProfit => "membership of a not-for-profit body (Art. 9(2)(d))",
        SpecialBasis::MadePublic => "you made it public (Art. 9(2)(e))",
        SpecialBasis::LegalClaims => "legal claims (Art. 9(2)(f))",
        SpecialBasis::SubstantialPublicInterest => "substantial public interest (Art. 9(2)(g))",
        SpecialBasis::HealthCare => "health care (Art. 9(2)(h))",
        SpecialBasis::PublicHealth => "public health (Art. 9(2)(i))",
        SpecialBasis::Research => "research and statistics (Art. 9(2)(j))",
    }
}

/// A recipient's role, with what it means for the reader.
pub(crate) fn role(role: RecipientRole) -> &'static str {
    match role {
        RecipientRole::Processor => "Works for us, on our instructions only",
        RecipientRole::Controller => "Decides for itself",
        RecipientRole::JointController => "Decides together with us",
        RecipientRole::App => "An app that you or your administrator installed",
        RecipientRole::Authority => "Authority; two of us approve each disclosure",
        RecipientRole::Users => "Other people who use the service",
        RecipientRole::Public => "Anyone",
    }
}

/// What makes a transfer abroad lawful.
pub(crate) fn safeguard(safeguard: Safeguard) -> &'static str {
    match safeguard {
        Safeguard::Adequacy => "The country is recognised as protecting data adequately",
        Safeguard::Scc => "Standard contractual clauses",
        Safeguard::Bcr => "Binding corporate rules",
        Safeguard::Consent => "Your explicit consent",
        Safeguard::Contract => "Needed for a contract with you",
        Safeguard::LegalClaims => "Needed for legal claims",
    }
}

/// The article behind a safeguard.
pub(crate) fn safeguard_article(safeguard: Safeguard) -> &'static str {
    match safeguard {
        Safeguard::Adequacy => "GDPR Art. 45",
        Safeguard::Scc => "GDPR Art. 46(2)(c)",
        Safeguard::Bcr => "GDPR Art. 46(2)(b)",
        Safeguard::Consent => "GDPR Art. 49(1)(a)",
        Safeguard::Contract => "GDPR Art. 49(1)(b)",
        Safeguard::LegalClaims => "GDPR Art. 49(1)(e)",
    }
}

/// Until when: `until 30 days after your contract ends`.
pub(crate) fn keep_until(keep: &Keep) -> String {
    let event = match &keep.event {
        KeepEvent::Created => "it was recorded".to_owned(),
        KeepEvent::Updated => "it was last changed".to_owned(),
        KeepEvent::ContractEnds => "your contract ends".to_owned(),
        KeepEvent::Deactivated => "your account is deactivated".to_owned(),
        KeepEvent::ConsentWithdrawn => "you take your consent back".to_owned(),
        KeepEvent::LastInterest => "you last showed interest".to_owned(),
        KeepEvent::LastSignIn => "you last signed in".to_owned(),
        KeepEvent::Closed => "the matter is closed".to_owned(),
        KeepEvent::ProcessEnds => "the step that needs it is over".to_owned(),
        KeepEvent::Named(name) => format!("the event “{}”", name.replace('_', " ")),
    };
    match keep.after {
        Some(after) => format!("until {after} after {event}"),
        None => format!("until {event}"),
    }
}

/// What then happens: `erased within 7 days`.
pub(crate) fn keep_then(keep: &Keep) -> String {
    let when = keep.within.map_or_else(|| "at once".to_owned(), |within| format!("within {within}"));
    match keep.action {
        KeepAction::Erase => format!("erased {when}"),
        KeepAction::Anonymise => format!("made anonymous {when}"),
        KeepAction::Quarantine => match keep.sealed_for {
            Some(span) => format!("sealed away from every use {when}, and erased after {span}"),
            None => format!("sealed away from every use {when}, until it can be erased"),
        },
    }
}

/// The whole rule in one phrase.
pub(crate) fn keep(keep: &Keep) -> String {
    format!("{}, then {}", keep_until(keep), keep_then(keep))
}

/// Where a value comes from.
pub(crate) fn source(source: &Source) -> String {
    match source {
        Source::Subject => "You".to_owned(),
        Source::Observed => "Recorded as you use the service".to_owned(),
        Source::Derived => "Worked out from other items".to_owned(),
        Source::OtherUsers => "Other users".to_owned(),
        Source::Organisation => "Your organisation".to_owned(),
        Source::Linked(name) => format!("A service you link: {}", capitalised(&name.replace('_', " "))),
        Source::Partners => "Business partners".to_owned(),
        Source::Public => "Public sources".to_owned(),
    }
}

/// Where the values of a field come from.
pub(crate) fn sources(field: &Field) -> Vec<String> {
    if field.derived.is_some() {
        return vec![source(&Source::Derived)];
    }
    field.sources.iter().map(source).collect()
}

/// A way to reach people.
pub(crate) fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "email",
        Channel::Sms => "text message",
        Channel::Telephone => "telephone",
        Channel::Post => "post",
        Channel::InApp => "a notice in the service",
        Channel::Push => "push notification",
    }
}

/// Several ways to reach people.
pub(crate) fn channels(of: &[Channel]) -> String {
    list(&of.iter().copied().map(channel).collect::<Vec<_>>())
}

/// What people call a law.
pub(crate) fn law(law: Law) -> &'static str {
    match law {
        Law::Gdpr => "GDPR (European Union)",
        Law::UkGdpr => "UK GDPR",
        Law::Ccpa => "CCPA (California)",
        Law::Dpdp => "DPDP Act (India)",
        Law::Lgpd => "LGPD (Brazil)",
    }
}

/// What people call a right.
pub(crate) fn right(right: RightKind) -> &'static str {
    match right {
        RightKind::Access => "Get a copy",
        RightKind::Rectification => "Have mistakes corrected",
        RightKind::Erasure => "Have it erased",
        RightKind::Restriction => "Have its use restricted",
        RightKind::Portability => "Take it elsewhere",
        RightKind::Objection => "Object",
        RightKind::Withdrawal => "Take consent back",
        RightKind::AutomatedDecision => "Have a person decide",
        RightKind::SaleOptOut => "Refuse sale and sharing",
    }
}

/// What a right means, in a sentence.
pub(crate) fn right_meaning(right: RightKind) -> &'static str {
    match right {
        RightKind::Access => "See what is held about you, where it came from and who received it.",
        RightKind::Rectification => "Wrong data is put right and incomplete data completed, in copies too.",
        RightKind::Erasure => "What is held about you is destroyed in every system that this policy names.",
        RightKind::Restriction => "Data is kept but not used, except to store it, for legal claims or as you agree.",
        RightKind::Portability => "What you provided comes in files that other services can read (JSON and CSV).",
        RightKind::Objection => {
            "Uses based on our interest stop while we look at it; marketing stops at once, for good."
        }
        RightKind::Withdrawal => "What you said yes to stops. What was done lawfully before stays lawful.",
        RightKind::AutomatedDecision => "A person looks again at what a program decided about you.",
        RightKind::SaleOptOut => "Your data is neither sold nor shared for advertising across services.",
    }
}

/// The kind of a connected system.
pub(crate) fn system(kind: SystemKind) -> &'static str {
    match kind {
        SystemKind::Postgres => "PostgreSQL database",
        SystemKind::Mariadb => "MariaDB database",
        SystemKind::Sqlite => "SQLite database",
        SystemKind::Ldap => "LDAP directory",
        SystemKind::Scim => "SCIM service",
        SystemKind::Http => "web service",
        SystemKind::Files => "folder of files",
        SystemKind::Opendsr => "another organisation, asked over OpenDSR",
    }
}

/// An address of the web as a link, anything else as text: a policy cannot smuggle in another scheme.
pub(crate) fn link(url: &str, text: &str) -> Markup {
    if url.starts_with("https://") || url.starts_with("http://") {
        return html! { a href=(url) rel="noopener noreferrer" { (text) } };
    }
    html! { (text) }
}

/// One way to reach somebody, with a link where there is one.
pub(crate) fn contact(contact: &Contact) -> Markup {
    match contact {
        Contact::Email(address) => html! { a href={ "mailto:" (address) } { (address) } },
        Contact::Telephone(number) => {
            let digits: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
            html! { a href={ "tel:" (digits) } { (number) } }
        }
        Contact::Web(url) => link(url, url),
        Contact::Post(address) => html! { (address) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_people_write_it() {
        assert_eq!(date(Instant::from_date(2026, 2, 5).unwrap()), "5 February 2026");
    }

    #[test]
    fn countries_have_names() {
        assert_eq!(country(Country(*b"IN")), "India");
        assert_eq!(country(Country(*b"00")), "anywhere in the world");
        assert_eq!(country(Country(*b"QQ")), "QQ");
    }

    #[test]
    fn lists_read_as_sentences_do() {
        assert_eq!(list::<&str>(&[]), "");
        assert_eq!(list(&["a", "b"]), "a and b");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
    }

    #[test]
    fn only_addresses_of_the_web_become_links() {
        assert_eq!(link("javascript:alert(1)", "x").into_string(), "x");
        assert!(link("https://a.example", "x").into_string().starts_with("<a href=\"https://a.example\""));
    }
}
