//! The search for the one entry that a name stands for.

use candor_identity_port::{Company, DirectoryError};
use ldap3::{DerefAliases, Ldap, Scope, SearchEntry, SearchOptions};

/// Two suffice to know that it is not one.
const ENTRIES_MAX: i32 = 2;
const SEARCH_SECONDS: i32 = 5;
const SIZE_LIMIT_EXCEEDED: u32 = 4;
const NAME_BYTES_MAX: usize = 2_048;
const ID_BYTES_MAX: usize = 128;

/// The entry of a name, before any password was offered: no more than what finds it again.
pub(crate) struct Found {
    /// The name of the entry, never empty.
    pub(crate) name: String,
    /// Its id.
    pub(crate) id: String,
}

/// Looks for people as the configured reader.
pub(crate) async fn find(ldap: &mut Ldap, company: &Company, filter: &str) -> Result<Found, DirectoryError> {
    if let Some(reader) = &company.reader {
        // An empty password would make the reader nobody, and the directory would say yes.
        if reader.password.expose().is_empty() {
            return Err(DirectoryError::ConfigurationMalformed { what: "reader" });
        }
        let bound = ldap.simple_bind(&reader.name, reader.password.expose()).await;
        let bound = bound.map_err(|_| DirectoryError::Unreachable)?;
        if bound.rc != 0 {
            return Err(DirectoryError::SearchRefused { result: bound.rc });
        }
    }
    let options = SearchOptions::new().deref(DerefAliases::Never).sizelimit(ENTRIES_MAX).timelimit(SEARCH_SECONDS);
    let wanted = [company.id_attribute.as_str()];
    let answer = ldap.with_search_options(options).search(&company.base, Scope::Subtree, filter, wanted).await;
    let answer = answer.map_err(|_| DirectoryError::Unreachable)?;
    let mut entries = answer.0.into_iter().filter(|entry| !entry.is_ref() && !entry.is_intermediate());
    let first = entries.next();
    match (answer.1.rc, first, entries.next()) {
        (SIZE_LIMIT_EXCEEDED, ..) | (0, Some(_), Some(_)) => Err(DirectoryError::Ambiguous),
        (0, None, _) => Err(DirectoryError::CredentialsWrong),
        (0, Some(entry), None) => found(SearchEntry::construct(entry), &company.id_attribute),
        (result, ..) => Err(DirectoryError::SearchRefused { result }),
    }
}

fn found(entry: SearchEntry, id_attribute: &str) -> Result<Found, DirectoryError> {
    // A bind as the entry without a name would be one as nobody.
    if entry.dn.trim().is_empty() || entry.dn.len() > NAME_BYTES_MAX {
        return Err(DirectoryError::CredentialsWrong);
    }
    let id = id_of(&entry, id_attribute).filter(|id| (1..=ID_BYTES_MAX).contains(&id.len()));
    Ok(Found { id: id.ok_or(DirectoryError::IdMissing)?, name: entry.dn })
}

/// The id as text. Active Directory's are bytes, which by chance may be text: its attributes go by their name.
fn id_of(entry: &SearchEntry, id_attribute: &str) -> Option<String> {
    let is_named = |name: &str| name.eq_ignore_ascii_case(id_attribute);
    let texts = entry.attrs.iter().find(|(name, _)| is_named(name)).map(|(_, values)| values);
    let bytes = entry.bin_attrs.iter().find(|(name, _)| is_named(name)).map(|(_, values)| values);
    let are_bytes = ["objectGUID", "objectSid"].iter().any(|name| is_named(name));
    match (texts.map(Vec::as_slice), bytes.map(Vec::as_slice)) {
        (Some([text]), None) if are_bytes => Some(candor_words::to_hex(text.as_bytes())),
        (Some([text]), None) => Some(text.clone()),
        (None, Some([bytes])) => Some(candor_words::to_hex(bytes)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn entry(name: &str, texts: &[&str], bytes: &[&[u8]]) -> SearchEntry {
        let mut entry = SearchEntry { dn: "uid=ada".into(), attrs: HashMap::new(), bin_attrs: HashMap::new() };
        if !texts.is_empty() {
            entry.attrs.insert(name.into(), texts.iter().map(|text| (*text).to_owned()).collect());
        }
        if !bytes.is_empty() {
            entry.bin_attrs.insert(name.into(), bytes.iter().map(|bytes| bytes.to_vec()).collect());
        }
        entry
    }

    #[test]
    fn an_id_of_bytes_is_the_same_whether_or_not_they_happen_to_be_text() {
        let id = |entry: SearchEntry, attribute: &str| id_of(&entry, attribute);
        assert_eq!(
            id(entry("objectGUID", &["abcdefghijklmnop"], &[]), "objectguid").as_deref(),
            Some("6162636465666768696a6b6c6d6e6f70")
        );
        assert_eq!(id(entry("objectGUID", &[], &[&[0xff, 0x00]]), "objectGUID").as_deref(), Some("ff00"));
        assert_eq!(id(entry("entryUUID", &["7c1a"], &[]), "entryUUID").as_deref(), Some("7c1a"));
        assert_eq!(id(entry("entryUUID", &["a", "b"], &[]), "entryUUID"), None);
        assert_eq!(id(entry("entryUUID", &[], &[]), "entryUUID"), None);
    }

    #[test]
    fn an_entry_without_name_or_id_is_nobody() {
        let nameless = SearchEntry { dn: " ".into(), ..entry("entryUUID", &["7c1a"], &[]) };
        assert_eq!(found(nameless, "entryUUID").map(|_| ()), Err(DirectoryError::CredentialsWrong));
        assert_eq!(found(entry("uid", &["ada"], &[]), "entryUUID").map(|_| ()), Err(DirectoryError::IdMissing));
    }
}
