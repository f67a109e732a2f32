//! What a letter about a request says, in English and in German: every sentence beside its translation.
//!
//! Days are written as people write them, in UTC. Reasons are sentences that whoever asked understands; what machines read of them
//! stands beside the text ([`super::Justification`]).

use candor_manifest::Manifest;
use candor_manifest::dpv::Term;
use candor_manifest::model::{Authority, Contact, Law, RightKind};
use candor_store::RequestRow;
use candor_words::{Instant, Language};

use crate::requests::RequestForm;

const MONTHS: [(&str, &str); 12] = [
    ("January", "Januar"),
    ("February", "Februar"),
    ("March", "März"),
    ("April", "April"),
    ("May", "Mai"),
    ("June", "Juni"),
    ("July", "Juli"),
    ("August", "August"),
    ("September", "September"),
    ("October", "Oktober"),
    ("November", "November"),
    ("December", "Dezember"),
];

/// Everything that a letter tells.
pub(super) struct Written<'l> {
    pub manifest: &'l Manifest,
    pub row: &'l RequestRow,
    pub form: &'l RequestForm,
    pub right: RightKind,
    pub outcome: &'static str,
    /// Since when it is so.
    pub at: Instant,
    pub because: Option<&'static Term>,
    pub authority: Option<&'l Authority>,
}

/// One of two texts.
fn either<T>(language: Language, english: T, german: T) -> T {
    match language {
        Language::English => english,
        Language::German => german,
    }
}

impl Written<'_> {
    /// The letter, as plain text in paragraphs.
    pub(super) fn in_language(&self, language: Language) -> String {
        let paragraphs = [
            self.sender(),
            self.request(language),
            self.clock(language),
            self.outcome(language),
            self.remedies(language),
        ];
        paragraphs.join("\n\n") + "\n"
    }

    fn sender(&self) -> String {
        let controller = &self.manifest.controller;
        let ways = controller.contacts.iter().map(|contact| {
            let (Contact::Email(way) | Contact::Telephone(way) | Contact::Web(way) | Contact::Post(way)) = contact;
            way.as_str()
        });
        let lines: Vec<&str> = std::iter::once(controller.name.as_str()).chain(ways).collect();
        lines.join("\n")
    }

    fn request(&self, language: Language) -> String {
        let your = either(language, "Your request", "Ihr Antrag");
        format!(
            "{your} {}: {}{}",
            self.row.id,
            right(language, self.right),
            clause(language, &self.form.law, self.right)
        )
    }

    fn clock(&self, language: Language) -> String {
        let (received, due) = (day(language, self.row.received_at), day(language, self.row.due_at));
        match self.outcome {
            // By when it had to be answered at first is past, and when the answer comes is said below.
            "extended" => either(
                language,
                format!("We received your request on {received}."),
                format!("Wir haben Ihren Antrag am {received} erhalten."),
            ),
            _ => either(
                language,
                format!("We received your request on {received} and had to answer it by {due}."),
                format!("Wir haben Ihren Antrag am {received} erhalten und mussten ihn bis {due} beantworten."),
            ),
        }
    }

    fn outcome(&self, language: Language) -> String {
        let on = day(language, self.at);
        let reason = self.because.map_or_else(String::new, |term| reason(language, term));
        match self.outcome {
            "refused" => either(
                language,
                format!("On {on} we refused it. The reason: {reason}."),
                format!("Am {on} haben wir ihn abgelehnt. Der Grund: {reason}."),
            ),
            "withdrawn" => either(
                language,
                format!("On {on} it was taken back, and nothing was done about it."),
                format!("Am {on} wurde er zurückgenommen, und nichts ist geschehen."),
            ),
            "extended" => {
                let due = day(language, self.row.due_at);
                either(
                    language,
                    format!(
                        "On {on} we extended the time for our answer, which you will have by {due}. The reason: {reason}."
                    ),
                    format!(
                        "Am {on} haben wir die Zeit für unsere Antwort verlängert. Sie haben sie bis {due}. Der Grund: {reason}."
                    ),
                )
            }
            _ => {
                let done = done(language, self.right, self.form.n_keys_destroyed);
                either(
                    language,
                    format!("On {on} we carried it out. {done}"),
                    format!("Am {on} haben wir ihn ausgeführt. {done}"),
                )
            }
        }
    }

    fn remedies(&self, language: Language) -> String {
        let mut text = match self.authority {
            Some(found) => {
                let at = found.url.as_deref().map(|url| format!(", {url}")).unwrap_or_default();
                let name = &found.name;
                either(
                    language,
                    format!(
                        "If you are not content, you may complain to a supervisory authority. Yours is: {name}{at}."
                    ),
                    format!(
                        "Wenn Sie damit nicht einverstanden sind, können Sie sich bei einer Aufsichtsbehörde beschweren. Ihre ist: {name}{at}."
                    ),
                )
            }
            None => either(
                language,
                "If you are not content, you may complain to the supervisory authority of the country where you live or work.",
                "Wenn Sie damit nicht einverstanden sind, können Sie sich bei der Aufsichtsbehörde des Landes beschweren, in dem Sie leben oder arbeiten.",
            )
            .to_owned(),
        };
        text += either(
            language,
            "\nYou may also go to court. Neither costs you the other.",
            "\nSie können auch vor Gericht gehen. Das eine schließt das andere nicht aus.",
        );
        if self.outcome != "refused" {
            text += either(language, "\nThis answer is free of charge.", "\nDiese Antwort ist kostenlos.");
        }
        text
    }
}

/// What a right is called.
fn right(language: Language, right: RightKind) -> &'static str {
    let (english, german) = match right {
        RightKind::Access => ("access to your data", "Auskunft über Ihre Daten"),
        RightKind::Rectification => ("correction of your data", "Berichtigung Ihrer Daten"),
        RightKind::Erasure => ("erasure of your data", "Löschung Ihrer Daten"),
        RightKind::Restriction => ("restriction of processing", "Einschränkung der Verarbeitung"),
        RightKind::Portability => ("your data in a portable form", "Ihre Daten zum Mitnehmen"),
        RightKind::Objection => ("your objection to processing", "Ihr Widerspruch gegen die Verarbeitung"),
        RightKind::Withdrawal => ("withdrawal of your consent", "Widerruf Ihrer Einwilligung"),
        RightKind::AutomatedDecision => {
            ("review of an automated decision", "Überprüfung einer automatisierten Entscheidung")
        }
        RightKind::SaleOptOut => ("opting out of sale and sharing", "Widerspruch gegen Verkauf und Weitergabe"),
    };
    either(language, english, german)
}

/// What was done, in words.
fn done(language: Language, right: RightKind, n_keys_destroyed: Option<u32>) -> String {
    let (english, german) = match right {
        RightKind::Access => (
            "You were given a copy of the data we hold about you, and who received it.",
            "Sie haben eine Kopie der Daten bekommen, die wir über Sie haben, und erfahren, wer sie erhalten hat.",
        ),
        RightKind::Rectification => (
            "Your data was corrected, and what is computed from it was corrected with it.",
            "Ihre Daten wurden berichtigt, und mit ihnen, was daraus berechnet wird.",
        ),
        RightKind::Erasure => {
            let n = n_keys_destroyed.unwrap_or_default();
            let (english, german) = match n {
                1 => ("the 1 key that could open it was".to_owned(), "der eine Schlüssel dazu".to_owned()),
                n => (format!("the {n} keys that could open it were"), format!("die {n} Schlüssel dazu")),
            };
            return either(
                language,
                format!(
                    "Your data was erased, and {english} destroyed, so that copies in backups cannot be read either."
                ),
                format!(
                    "Ihre Daten wurden gelöscht und {german} vernichtet, sodass auch Kopien in Sicherungen nicht mehr lesbar sind."
                ),
            );
        }
        RightKind::Restriction => (
            "Your data is kept and no longer used, except as the terms agreed with you allow.",
            "Ihre Daten werden aufbewahrt und nicht mehr verwendet, außer soweit es mit Ihnen vereinbart ist.",
        ),
        RightKind::Portability => (
            "You were given the data you provided, in a form that machines can read.",
            "Sie haben die Daten, die von Ihnen stammen, in maschinenlesbarer Form bekommen.",
        ),
        RightKind::Objection => (
            "Your objection was noted, and the processing it is about has stopped unless we told you our grounds.",
            "Ihr Widerspruch wurde vermerkt, und die Verarbeitung, um die es geht, hat aufgehört, es sei denn, wir haben Ihnen unsere Gründe genannt.",
        ),
        RightKind::Withdrawal => (
            "Your consent is withdrawn. What was done before, while it was given, stays lawful.",
            "Ihre Einwilligung ist widerrufen. Was vorher geschah, solange sie galt, bleibt rechtmäßig.",
        ),
        RightKind::AutomatedDecision => {
            ("A person looked at the decision again.", "Ein Mensch hat sich die Entscheidung noch einmal angesehen.")
        }
        RightKind::SaleOptOut => {
            ("Your data is neither sold nor shared.", "Ihre Daten werden weder verkauft noch weitergegeben.")
        }
    };
    either(language, english, german).to_owned()
}

/// Why it was refused or extended, as a part of a sentence; what has no words of its own is said as the vocabulary labels it.
fn reason(language: Language, term: &Term) -> String {
    let (english, german) = match term.name.trim_start_matches("Justification") {
        "A12Complexity" => ("the request is complex", "der Antrag ist aufwendig"),
        "A12HighVolume" => ("we have many requests to answer", "wir haben viele Anträge zu beantworten"),
        "A12Delay" => ("the answer is delayed", "die Antwort verzögert sich"),
        "A12IdentityFailure" => (
            "it was not shown that you are the person it is about",
            "es wurde nicht nachgewiesen, dass Sie die Person sind, um die es geht",
        ),
        "A12IdentityRequired" => (
            "we need proof that you are the person it is about",
            "wir brauchen einen Nachweis, dass Sie die Person sind, um die es geht",
        ),
        "A12InformationRequired" => ("we need more information from you", "wir brauchen weitere Angaben von Ihnen"),
        "A12ManifestlyExcessive" => ("the request is manifestly excessive", "der Antrag ist offenkundig exzessiv"),
        "A12ManifestlyUnfounded" => ("the request is manifestly unfounded", "der Antrag ist offenkundig unbegründet"),
        "A17LegalClaims" => (
            "the data is needed to establish, exercise or defend legal claims",
            "die Daten werden gebraucht, um Rechtsansprüche geltend zu machen, auszuüben oder zu verteidigen",
        ),
        "A17LegallyRequired" => {
            ("a law obliges us to keep the data", "ein Gesetz verpflichtet uns, die Daten aufzubewahren")
        }
        "A17FreedomOfExpression" => {
            ("freedom of expression and information", "das Recht auf freie Meinungsäußerung und Information")
        }
        "A17Archiving" => (
            "the data is needed for archiving, research or statistics in the public interest",
            "die Daten werden für Archive, Forschung oder Statistik im öffentlichen Interesse gebraucht",
        ),
        "A17PublicHealth" => ("public health", "die öffentliche Gesundheit"),
        "A17PublicInterest" | "A17OfficialAuthority" => {
            ("a task in the public interest", "eine Aufgabe im öffentlichen Interesse")
        }
        _ => {
            let label = term.label.trim_start_matches("Justification ");
            let label = label.split_once(" - ").map_or(label, |(_, said)| said);
            return label.to_owned();
        }
    };
    either(language, english, german).to_owned()
}

/// The clause of the law that gives the right, where it has one number everywhere.
fn clause(language: Language, law: &str, right: RightKind) -> String {
    let known = Law::ALL.into_iter().find(|known| known.word() == law);
    let name = match known {
        Some(Law::Gdpr) => either(language, "GDPR", "DSGVO"),
        Some(Law::UkGdpr) => "UK GDPR",
        Some(Law::Ccpa) => return " (California Consumer Privacy Act)".to_owned(),
        Some(Law::Dpdp) => return " (Digital Personal Data Protection Act 2023)".to_owned(),
        Some(Law::Lgpd) => return " (Lei Geral de Proteção de Dados)".to_owned(),
        None => return String::new(),
    };
    match right {
        RightKind::Withdrawal => format!(" ({name} Art. 7(3))"),
        _ => right
            .term()
            .and_then(|term| term.strip_prefix('A'))
            .map(|article| format!(" ({name} Art. {article})"))
            .unwrap_or_default(),
    }
}

/// The day of an instant as people write it, in UTC: `26 November 2026`, `26. November 2026`.
fn day(language: Language, at: Instant) -> String {
    let text = at.to_string();
    let mut parts = text.get(..10).unwrap_or_default().splitn(3, '-');
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else { return text };
    let month = month.parse::<usize>().ok().and_then(|month| MONTHS.get(month.checked_sub(1)?));
    let Some((english, german)) = month else { return text };
    let day = day.trim_start_matches('0');
    either(language, format!("{day} {english} {year}"), format!("{day}. {german} {year}"))
}
