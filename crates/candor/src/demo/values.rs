//! A value for any field, by its kind and its DPV term, so that the demo follows the policies.

use candor_manifest::model::{Field, ValueKind};
use serde_json::{Value, json};

use super::chance::Chance;
use super::names::{BROWSERS, FEATURES, PLANS, SENTENCES, SYSTEMS};
use super::people::Person;

/// Makes up a value that the field takes.
pub fn value(chance: &mut Chance, person: &Person, field: &Field) -> Value {
    match field.kind {
        ValueKind::Text => Value::from(cut(text(chance, person, field), field.bytes_max)),
        ValueKind::Number => json!(chance.below(5_000)),
        ValueKind::Flag => json!(chance.once_in(20)),
        ValueKind::Date => {
            json!(format!("{}-{:02}-{:02}", 1955 + chance.below(50), 1 + chance.below(12), 1 + chance.below(28)))
        }
        ValueKind::Time => json!(time(chance)),
        ValueKind::List => json!([
            chance.one_of(&["staff", "editors", "admins", "guests"]),
            chance.one_of(&["europe", "india", "americas"])
        ]),
    }
}

fn text(chance: &mut Chance, person: &Person, field: &Field) -> String {
    let name = field.name.rsplit('.').next().unwrap_or_default();
    if name.contains("country") || field.term == "Country" {
        return person.place.rsplit(", ").next().unwrap_or_default().to_owned();
    }
    match field.term.as_str() {
        "EmailAddress" | "EmailAddressWork" | "EmailAddressPersonal" => person.email(),
        "Name" => by_name(person, name),
        "Username" | "AccountIdentifier" => person.handle.clone(),
        "TelephoneNumber" => format!("+1 555 01{:02}", chance.below(100)),
        "PhysicalAddress" => format!("{} Example Street, {}", 1 + chance.below(200), person.place),
        "Professional" | "WorkEnvironment" | "WorkHistory" => person.company.to_owned(),
        "Job" => person.job.to_owned(),
        "Location" | "Region" => person.place.to_owned(),
        "Language" => person.language.to_owned(),
        "Purchase" | "Transactional" => chance.one_of(&PLANS).to_owned(),
        "ServiceConsumptionBehaviour" | "Interaction" => chance.one_of(&FEATURES).to_owned(),
        "Communication" | "Opinion" => chance.one_of(&SENTENCES).to_owned(),
        "IPAddress" => format!("192.0.2.{}", chance.below(256)),
        "BrowserFingerprint" | "UserAgent" => chance.one_of(&BROWSERS).to_owned(),
        "DeviceOperatingSystem" | "DeviceSoftware" | "DeviceBased" => chance.one_of(&SYSTEMS).to_owned(),
        "Identifier" | "UID" | "DigitalFingerprint" | "Authenticating" | "SecretText" => chance.hex(24),
        "BirthDate" => format!("{}-06-01", 1960 + chance.below(40)),
        _ => chance.one_of(&FEATURES).to_owned(),
    }
}

fn by_name(person: &Person, name: &str) -> String {
    match name {
        "first_name" => person.first.to_owned(),
        "last_name" => person.last.to_owned(),
        _ => person.name(),
    }
}

fn time(chance: &mut Chance) -> String {
    let (month, day) = (1 + chance.below(10), 1 + chance.below(28));
    format!("2026-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", chance.below(24), chance.below(60), chance.below(60))
}

/// Cuts a text to a length in bytes, between two characters.
fn cut(mut text: String, bytes_max: u32) -> String {
    let mut at = text.len().min(usize::try_from(bytes_max).unwrap_or(usize::MAX));
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    text.truncate(at);
    text
}
