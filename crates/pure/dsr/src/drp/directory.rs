//! The directory of agents and businesses: the files `agents.json` and `businesses.json` that the protocol's steward publishes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Value;

use super::request::Exercise;
use crate::object::{self, MemberError, Object};

/// The most bytes of one file.
pub const DIRECTORY_BYTES_MAX: usize = 4 << 20;
/// The most entries of one file.
const ENTRIES_MAX: usize = 10_000;
const TEXT_BYTES_MAX: usize = 2_048;

/// An agent that people authorise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Its name in messages: capital letters, digits and `_`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The key by which its messages are verified (Ed25519).
    pub verify_key: [u8; 32],
    /// Its site.
    pub web_url: Option<String>,
}

/// A business that holds data about people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Business {
    /// Its name in messages: capital letters, digits and `_`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Where its interface is.
    pub api_base: String,
    /// Which rights it answers, by their words.
    pub supported_actions: Vec<String>,
}

/// What a business says of itself, as an entry of `businesses.json` holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BusinessEntry {
    /// Its name in messages.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// None is kept here.
    pub logo: Option<String>,
    /// Where its interface is.
    pub api_base: String,
    /// Which rights it answers.
    pub supported_actions: Vec<Exercise>,
    /// By which claims it finds people.
    pub supported_verifications: Vec<&'static str>,
    /// Its policy.
    pub privacy_policy_url: String,
    /// Its site.
    pub web_url: String,
    /// Whom to write to, when that is known.
    pub technical_contact: String,
    /// The same.
    pub business_contact: String,
}

/// Reads the key of an agent as the directory writes it: 32 bytes in base64.
pub fn verify_key(text: &str) -> Option<[u8; 32]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// Whether a text can be the name of an agent or a business: capital letters, digits and `_`, 1 to 128 of them.
pub fn is_directory_id(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=128).contains(&text.len()) && text.bytes().all(fits)
}

/// Why a file of the directory is not taken; nothing of it is, then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// Larger than it may be.
    #[error("the directory was not read: it is larger than 4 MiB or has more than 10 000 entries")]
    TooLarge,
    /// Not a list of objects.
    #[error("the directory was not read: it is no list of objects of JSON")]
    NotJson,
    /// An entry is wrong.
    #[error("the directory was not read: in entry {entry}, {error}")]
    Entry {
        /// Which, counted from one.
        entry: usize,
        /// What is wrong.
        error: MemberError,
    },
    /// Two entries have one id: which key is the agent's would be anybody's guess.
    #[error("the directory was not read: entry {entry} has the id of an earlier one")]
    Repeated {
        /// Which, counted from one.
        entry: usize,
    },
}

/// Reads `agents.json`.
///
/// # Errors
/// See [`DirectoryError`].
pub fn agents(file: &[u8]) -> Result<Vec<Agent>, DirectoryError> {
    entries(
        file,
        |of| {
            let wrong = MemberError { member: "verify_key", why: "is no Ed25519 key of 32 bytes in base64" };
            Ok(Agent {
                id: id(of)?,
                name: object::needed(of, "name", TEXT_BYTES_MAX)?.to_owned(),
                verify_key: verify_key(object::needed(of, "verify_key", 64)?).ok_or(wrong)?,
                web_url: object::text(of, "web_url", TEXT_BYTES_MAX)?.map(str::to_owned),
            })
        },
        |agent| &agent.id,
    )
}

/// Reads `businesses.json`.
///
/// # Errors
/// See [`DirectoryError`].
pub fn businesses(file: &[u8]) -> Result<Vec<Business>, DirectoryError> {
    entries(
        file,
        |of| {
            let api_base = object::needed(of, "api_base", TEXT_BYTES_MAX)?;
            if !api_base.starts_with("https://") {
                return Err(MemberError { member: "api_base", why: "does not begin with https" });
            }
            let actions = object::list(of, "supported_actions", 64)?;
            Ok(Business {
                id: id(of)?,
                name: object::needed(of, "name", TEXT_BYTES_MAX)?.to_owned(),
                api_base: api_base.trim_end_matches('/').to_owned(),
                supported_actions: actions.iter().filter_map(|action| action.as_str().map(str::to_owned)).collect(),
            })
        },
        |business| &business.id,
    )
}

fn entries<T>(
    file: &[u8],
    read: impl Fn(&Object) -> Result<T, MemberError>,
    id: impl Fn(&T) -> &String,
) -> Result<Vec<T>, DirectoryError> {
    if file.len() > DIRECTORY_BYTES_MAX {
        return Err(DirectoryError::TooLarge);
    }
    let Ok(Value::Array(items)) = serde_json::from_slice(file) else { return Err(DirectoryError::NotJson) };
    if items.len() > ENTRIES_MAX {
        return Err(DirectoryError::TooLarge);
    }
    let mut seen = std::collections::BTreeSet::new();
    let mut all = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let entry = at + 1;
        let Value::Object(of) = item else { return Err(DirectoryError::NotJson) };
        let one = read(of).map_err(|error| DirectoryError::Entry { entry, error })?;
        if !seen.insert(id(&one).clone()) {
            return Err(DirectoryError::Repeated { entry });
        }
        all.push(one);
    }
    Ok(all)
}

fn id(of: &Object) -> Result<String, MemberError> {
    let id = object::needed(of, "id", 128)?;
    if is_directory_id(id) {
        Ok(id.to_owned())
    } else {
        Err(MemberError { member: "id", why: "is not capital letters, digits and `_`" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_is_known_by_its_key() {
        let key = STANDARD.encode([7; 32]);
        let file = format!(
            r#"[{{"id":"CR_AA_01","name":"Permission Slip","verify_key":"{key}","web_url":"https://a.example"}}]"#
        );
        let read = agents(file.as_bytes()).unwrap();
        assert_eq!((read[0].id.as_str(), read[0].verify_key), ("CR_AA_01", [7; 32]));
        let twice = format!("[{0},{0}]", &file[1..file.len() - 1]);
        assert_eq!(agents(twice.as_bytes()).unwrap_err(), DirectoryError::Repeated { entry: 2 });
        let short = file.replace(&key, "AAAA");
        assert!(matches!(agents(short.as_bytes()), Err(DirectoryError::Entry { entry: 1, .. })));
        let small = file.replace("CR_AA_01", "cr");
        assert!(
            matches!(agents(small.as_bytes()), Err(DirectoryError::Entry { entry: 1, error }) if error.member == "id")
        );
        assert_eq!(agents(b"{}").unwrap_err(), DirectoryError::NotJson);
    }

    #[test]
    fn a_business_is_reached_over_https_alone() {
        let file = br#"[{"id":"EXAMPLE_BIZ","name":"Example","api_base":"https://b.example/drp/","supported_actions":["deletion"]}]"#;
        let read = businesses(file).unwrap();
        assert_eq!((read[0].api_base.as_str(), read[0].supported_actions.len()), ("https://b.example/drp", 1));
        let plain = String::from_utf8_lossy(file).replace("https:", "http:");
        assert!(
            matches!(businesses(plain.as_bytes()), Err(DirectoryError::Entry { error, .. }) if error.member == "api_base")
        );
    }
}
