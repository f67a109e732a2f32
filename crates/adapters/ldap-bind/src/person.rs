//! What the directory says of the person, read as the person, after the password was taken.

use std::collections::BTreeMap;

use candor_identity_port::{DirectoryError, DirectoryPerson};
use ldap3::{DerefAliases, Ldap, Scope, SearchEntry, SearchOptions};

use crate::search::Found;

const ATTRIBUTES_MAX: usize = 64;
const VALUES_MAX: usize = 64;
const VALUE_BYTES_MAX: usize = 1_024;

/// Reads the attributes that are wanted; without any, nothing is read.
pub(crate) async fn read(ldap: &mut Ldap, found: Found, wanted: &[String]) -> Result<DirectoryPerson, DirectoryError> {
    let mut attributes = BTreeMap::new();
    let wanted: Vec<&str> =
        wanted.iter().take(ATTRIBUTES_MAX).map(String::as_str).filter(|name| is_name(name)).collect();
    if !wanted.is_empty() {
        let options = SearchOptions::new().deref(DerefAliases::Never).sizelimit(1);
        let answer = ldap
            .with_search_options(options)
            .search(&found.name, Scope::Base, "(objectClass=*)", wanted.as_slice())
            .await
            .map_err(|_| DirectoryError::Unreachable)?;
        if answer.1.rc != 0 {
            return Err(DirectoryError::SearchRefused { result: answer.1.rc });
        }
        let entry = answer.0.into_iter().find(|entry| !entry.is_ref() && !entry.is_intermediate());
        if let Some(entry) = entry {
            attributes = kept(SearchEntry::construct(entry), &wanted);
        }
    }
    Ok(DirectoryPerson { name: found.name, id: found.id, attributes })
}

/// Whether it is the name of an attribute: `*` and `+` would ask for all of them.
fn is_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b';' | b'.');
    !name.is_empty() && name.len() <= 128 && name.bytes().all(is_letter)
}

/// Of what the directory answered, what was wanted, under the names it was wanted by.
fn kept(entry: SearchEntry, wanted: &[&str]) -> BTreeMap<String, Vec<String>> {
    let mut attributes = BTreeMap::new();
    for (name, values) in entry.attrs {
        let Some(wanted) = wanted.iter().find(|wanted| wanted.eq_ignore_ascii_case(&name)) else { continue };
        let values = values.into_iter().filter(|value| !value.is_empty() && value.len() <= VALUE_BYTES_MAX);
        let values: Vec<String> = values.take(VALUES_MAX).collect();
        if !values.is_empty() {
            attributes.insert((*wanted).to_owned(), values);
        }
    }
    attributes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_wanted_is_dropped_though_the_directory_says_it() {
        let attrs = [("MAIL", vec!["ada@id.example"]), ("homePhone", vec!["1"]), ("cn", vec![""])];
        let attrs =
            attrs.into_iter().map(|(name, values)| (name.to_owned(), values.into_iter().map(str::to_owned).collect()));
        let entry = SearchEntry { dn: String::new(), attrs: attrs.collect(), bin_attrs: Default::default() };
        let kept = kept(entry, &["mail", "cn"]);
        assert_eq!(kept, BTreeMap::from([("mail".to_owned(), vec!["ada@id.example".to_owned()])]));
    }

    #[test]
    fn everything_is_no_attribute() {
        assert!(is_name("mail") && is_name("cn;lang-de") && is_name("1.3.6.1.4.1.1466"));
        assert!(!is_name("*") && !is_name("+") && !is_name("") && !is_name("a b"));
    }
}
