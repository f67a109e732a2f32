//! What the policy does to a value before it is stored (GDPR Art. 5(1)(c)).
//!
//! Scrubbers run in the order of the text, before anything is derived from the value and before it is sealed: what
//! they take out is never written anywhere. What cannot be made coarser is dropped, for storing it as it came would
//! break the promise. Source: spec/manifest.md, "Collection, scrubbing, staff, age, notices, organisations".

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use candor_manifest::model::{Field, Scrub, Scrubber};
use candor_seal::BlindIndexKey;
use candor_words::to_hex;
use regex_lite::{Regex, RegexBuilder};
use serde_json::Value;

use crate::VaultError;

mod identifiers;

/// What stands where something was taken out.
const BLOT: &str = "…";
/// The most bytes that one compiled pattern may take.
const PATTERN_BYTES_MAX: usize = 1 << 18;

/// A treatment, ready to run.
#[derive(Debug)]
pub(crate) enum Treatment {
    Hash,
    Truncate(usize),
    Drop,
    Generalise(Coarser),
    Identifiers,
    Pattern { matches: Regex, with: String },
}

/// How coarse a value becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coarser {
    Year,
    Month,
    Network,
    Country,
}

impl Treatment {
    /// Makes a declared treatment ready to run.
    ///
    /// # Errors
    /// Its pattern is none that can be run; its coarser value is none that is known.
    pub(crate) fn of(scrub: &Scrub, field: &Field) -> Result<Self, VaultError> {
        Ok(match &scrub.by {
            Scrubber::Hash => Self::Hash,
            Scrubber::Truncate { characters } => Self::Truncate(usize::try_from(*characters).unwrap_or(usize::MAX)),
            Scrubber::Drop => Self::Drop,
            Scrubber::Generalise { to } => Self::Generalise(Coarser::of(to).ok_or_else(|| {
                VaultError::unprocessable(
                    "policy.scrub_unknown",
                    "the policy was not put into force: a value cannot be made that coarse",
                )
                .detail("field", &field.name)
                .help("generalise to `year`, `month`, `network` or `country`")
            })?),
            Scrubber::Identifiers => Self::Identifiers,
            Scrubber::Pattern { matches, with } => {
                let compiled = RegexBuilder::new(matches).size_limit(PATTERN_BYTES_MAX).build().map_err(|error| {
                    VaultError::unprocessable(
                        "policy.pattern_refused",
                        "the policy was not put into force: the pattern of a scrubber cannot be run",
                    )
                    .detail("field", &field.name)
                    .detail("pattern", matches)
                    .detail("because", error)
                    .help("write it without look-around, back-references and Unicode classes, and shorter")
                })?;
                Self::Pattern { matches: compiled, with: with.clone() }
            }
        })
    }

    /// True when nothing may be left of a value.
    pub(crate) const fn may_drop(&self) -> bool {
        matches!(self, Self::Drop | Self::Generalise(_))
    }
}

impl Coarser {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "year" => Self::Year,
            "month" => Self::Month,
            "network" => Self::Network,
            "country" => Self::Country,
            _ => return None,
        })
    }
}

/// Treats a value, each item of a list by itself; `None` when nothing of it is stored.
pub(crate) fn scrub(key: &BlindIndexKey, field: &Field, treatments: &[Treatment], value: &Value) -> Option<Value> {
    let mut value = value.clone();
    for treatment in treatments {
        value = match value {
            Value::Array(items) => {
                let left: Vec<Value> = items.iter().filter_map(|item| treat(key, field, treatment, item)).collect();
                if left.is_empty() && !items.is_empty() {
                    return None;
                }
                Value::Array(left)
            }
            single => treat(key, field, treatment, &single)?,
        };
    }
    Some(value)
}

fn treat(key: &BlindIndexKey, field: &Field, treatment: &Treatment, value: &Value) -> Option<Value> {
    let text: Cow<'_, str> = match (treatment, value) {
        (Treatment::Drop, _) => return None,
        (_, Value::String(text)) => Cow::Borrowed(text),
        (Treatment::Hash, other) => Cow::Owned(other.to_string()),
        // The checker lets only `hash` and `drop` at numbers and flags; whatever gets here is not stored.
        _ => return None,
    };
    let treated = match treatment {
        Treatment::Hash => hash(key, field, &text),
        Treatment::Truncate(characters) => text.chars().take(*characters).collect(),
        Treatment::Drop => return None,
        Treatment::Generalise(to) => generalise(*to, &text)?,
        Treatment::Identifiers => identifiers::blot(&text),
        Treatment::Pattern { matches, with } => replace(matches, with, &text, field.bytes_max),
    };
    Some(Value::String(treated))
}

/// The same value of the same field has the same hash within a tenant; nobody without its key can try values.
fn hash(key: &BlindIndexKey, field: &Field, text: &str) -> String {
    // No field's name holds a space: these hashes never meet the blind indexes.
    to_hex(key.blind(&format!("scrub {}", field.name), text.as_bytes()).as_bytes())
}

/// Replaces what matches; what would grow past the field's bound ends there.
fn replace(matches: &Regex, with: &str, text: &str, bytes_max: u32) -> String {
    let bytes_max = usize::try_from(bytes_max).unwrap_or(usize::MAX);
    let mut replaced = String::with_capacity(text.len());
    let mut copied_to = 0;
    for found in matches.find_iter(text) {
        replaced.push_str(text.get(copied_to..found.start()).unwrap_or_default());
        replaced.push_str(with);
        copied_to = found.end();
        if replaced.len() > bytes_max {
            break;
        }
    }
    replaced.push_str(text.get(copied_to..).unwrap_or_default());
    if replaced.len() > bytes_max {
        replaced.truncate(replaced.floor_char_boundary(bytes_max));
    }
    replaced
}

fn generalise(to: Coarser, text: &str) -> Option<String> {
    let text = text.trim();
    match to {
        Coarser::Year => dated(text)?.get(..4).map(str::to_owned),
        Coarser::Month => dated(text)?.get(..7).map(str::to_owned),
        Coarser::Network => network(text),
        Coarser::Country => country(text),
    }
}

/// A date, an instant, or what an earlier `generalise to month` left of one.
fn dated(text: &str) -> Option<&str> {
    let is_month = text.len() == 7 && format!("{text}-01").parse::<jiff::civil::Date>().is_ok();
    let is_date = text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok();
    let is_time = text.len() > 10 && text.parse::<candor_words::Instant>().is_ok();
    // A year of more than four digits, or before our era, has another form.
    let begins = text.as_bytes().get(4) == Some(&b'-') && text.bytes().take(4).all(|byte| byte.is_ascii_digit());
    ((is_month || is_date || is_time) && begins).then_some(text)
}

/// The /24 of an IPv4 address, the /48 of an IPv6 one; a port is left out.
fn network(text: &str) -> Option<String> {
    let address = text.parse::<SocketAddr>().map(|with_port| with_port.ip()).or_else(|_| text.parse::<IpAddr>());
    Some(match address.ok()?.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{}/24", Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    })
}

/// What follows the last comma of a place, or a two-letter code. Anything with a digit is no country.
fn country(text: &str) -> Option<String> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Some(text.to_owned());
    }
    let (_, last) = text.rsplit_once(',')?;
    let last = last.trim();
    let is_name = last.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '\'' | '’' | '-' | '.'));
    (is_name && (2..=60).contains(&last.chars().count())).then(|| last.to_owned())
}

#[cfg(test)]
mod tests {
    use candor_manifest::model::Manifest;
    use candor_seal::{KeyVersion, RootKey, TenantKeyName};
    use candor_words::{Secret, SeededEntropy, TenantId};
    use serde_json::json;

    use super::*;

    fn key(seed: u8) -> BlindIndexKey {
        let root = RootKey::new(KeyVersion::FIRST, &Secret::new([seed; 32])).unwrap();
        let entropy = SeededEntropy::new(u64::from(seed));
        let (key, _) = root.create_tenant_key(&entropy, TenantId::from_bytes([1; 16]), KeyVersion::FIRST).unwrap();
        assert_eq!(key.name(), TenantKeyName { tenant: TenantId::from_bytes([1; 16]), version: KeyVersion::FIRST });
        key.blind_index_key()
    }

    fn declared(scrubs: &[&str]) -> Manifest {
        let scrubs: String = scrubs.iter().map(|by| format!("scrub visit.what by {by}\n")).collect();
        let text = format!("{POLICY}\n{scrubs}");
        crate::policies::checked(&[("policy.candor".to_owned(), text)]).unwrap()
    }

    const POLICY: &str = include_str!("scrub/policy.candor");

    fn treated(scrubs: &[&str], value: Value) -> Option<Value> {
        let manifest = declared(scrubs);
        let field = manifest.fields.iter().find(|field| field.name == "visit.what").unwrap();
        let treatments: Vec<Treatment> =
            manifest.scrubs.iter().map(|scrub| Treatment::of(scrub, field).unwrap()).collect();
        scrub(&key(1), field, &treatments, &value)
    }

    #[test]
    fn each_treatment_leaves_what_it_says() {
        let cases: &[(&[&str], Value, Value)] = &[
            (&["truncate to 3"], json!("Ünïcode"), json!("Ünï")),
            (&["truncate to 9"], json!("short"), json!("short")),
            (&["drop"], json!("anything"), Value::Null),
            (&["generalise to year"], json!("1815-12-10"), json!("1815")),
            (&["generalise to year"], json!("2026-01-01T00:30:00+05:30"), json!("2026")),
            (&["generalise to month"], json!("1815-12-10"), json!("1815-12")),
            (&["generalise to month", "generalise to year"], json!("1815-12-10"), json!("1815")),
            (&["generalise to month"], json!("1815-13-10"), Value::Null),
            (&["generalise to year"], json!("last summer"), Value::Null),
            (&["generalise to year"], json!("1815"), Value::Null),
            (&["generalise to network"], json!("203.0.113.77"), json!("203.0.113.0/24")),
            (&["generalise to network"], json!("203.0.113.77:443"), json!("203.0.113.0/24")),
            (&["generalise to network"], json!("::ffff:203.0.113.77"), json!("203.0.113.0/24")),
            (&["generalise to network"], json!("2001:db8:1:2:3::77"), json!("2001:db8:1::/48")),
            (&["generalise to network"], json!("[2001:db8:1:2:3::77]:443"), json!("2001:db8:1::/48")),
            (&["generalise to network"], json!("host.example"), Value::Null),
            (&["generalise to country"], json!("12 Example Street, Paris, France"), json!("France")),
            (&["generalise to country"], json!("Abidjan, Côte d’Ivoire"), json!("Côte d’Ivoire")),
            (&["generalise to country"], json!("FR"), json!("FR")),
            (&["generalise to country"], json!("221B Baker Street"), Value::Null),
            (&["generalise to country"], json!("Unter den Linden 1, 10117 Berlin"), Value::Null),
            (&["generalise to country"], json!("Paris"), Value::Null),
            (&["generalise to country"], json!("Paris,"), Value::Null),
            (&["identifiers"], json!("write to ada@people.example"), json!("write to …")),
            (
                &["pattern \"secret=[^ ]+\" to \"secret=…\""],
                json!("a secret=x1 b secret=x2"),
                json!("a secret=… b secret=…"),
            ),
            (&["pattern \"(a)\" to \"$1$1\""], json!("cat"), json!("c$1$1t")),
            (&["pattern \"b*\" to \"-\""], json!("abc"), json!("-a-c-")),
            (&["pattern \"(a+)+c\" to \"-\""], json!("a".repeat(40)), json!("a".repeat(40))),
        ];
        for (scrubs, value, expected) in cases {
            assert_eq!(treated(scrubs, value.clone()).unwrap_or(Value::Null), *expected, "{scrubs:?} of {value}");
        }
    }

    #[test]
    fn treatments_follow_each_other_in_the_order_of_the_text() {
        let first_cut = treated(&["truncate to 12", "identifiers"], json!("to a@b.example now"));
        assert_eq!(first_cut, Some(json!("to …")));
        let first_blotted = treated(&["identifiers", "truncate to 6"], json!("to a@b.example now"));
        assert_eq!(first_blotted, Some(json!("to … n")));
    }

    #[test]
    fn each_item_of_a_list_is_treated_and_an_empty_rest_is_nothing() {
        let both = treated(&["identifiers"], json!(["ada@people.example", "looms"]));
        assert_eq!(both, Some(json!(["…", "looms"])));
        let one = treated(&["generalise to network"], json!(["10.1.2.3", "host"]));
        assert_eq!(one, Some(json!(["10.1.2.0/24"])));
        assert_eq!(treated(&["generalise to network"], json!(["host"])), None);
        assert_eq!(treated(&["identifiers"], json!([])), Some(json!([])));
    }

    #[test]
    fn a_hash_follows_value_field_and_tenant_and_shows_nothing() {
        let manifest = declared(&["hash"]);
        let [what, other] =
            ["visit.what", "visit.again"].map(|name| manifest.fields.iter().find(|field| field.name == name).unwrap());
        let of = |key: &BlindIndexKey, field: &Field, value: Value| {
            let hashed = scrub(key, field, &[Treatment::Hash], &value).unwrap();
            hashed.as_str().unwrap().to_owned()
        };
        let one = of(&key(1), what, json!("install-77"));
        assert_eq!((one.len(), one.bytes().all(|byte| byte.is_ascii_hexdigit())), (64, true));
        assert_eq!(one, of(&key(1), what, json!("install-77")));
        for another in [
            of(&key(1), what, json!("install-78")),
            of(&key(1), other, json!("install-77")),
            of(&key(2), what, json!("install-77")),
            to_hex(key(1).blind("visit.what", b"install-77").as_bytes()),
        ] {
            assert_ne!(one, another);
        }
        assert_eq!(of(&key(1), what, json!(17)).len(), 64, "numbers too");
    }

    #[test]
    fn a_replacement_ends_at_the_bound_of_the_field() {
        let grown = treated(&["pattern \"a\" to \"éé\""], json!("a".repeat(60))).unwrap();
        let grown = grown.as_str().unwrap();
        assert!(grown.len() <= 80 && grown.chars().all(|c| c == 'é'), "{grown}");
    }

    #[test]
    fn a_pattern_that_cannot_be_run_is_refused_with_its_text() {
        for pattern in [r"\\p{Greek}", "[z-a]", "a{9999}", "((a{100}){100}){100}"] {
            let manifest = declared(&[&format!("pattern \"{pattern}\" to \"-\"")]);
            let error = Treatment::of(&manifest.scrubs[0], &manifest.fields[0]).unwrap_err();
            assert_eq!(error.code(), "policy.pattern_refused", "{pattern}");
            assert!(error.details().iter().any(|(name, _)| *name == "pattern"));
        }
    }
}
