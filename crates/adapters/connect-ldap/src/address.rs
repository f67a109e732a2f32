//! What stands in the environment variable of a directory: where it is, as whom Candor signs in there, and below which entry
//! its places lie.
//!
//! `ldaps://NAME:PASSWORD@HOST[:PORT]/BASE[?ca=FILE][&starttls=yes]`. NAME is what the directory takes for a simple bind: a
//! distinguished name, with Active Directory also `candor@ad.example`. NAME, PASSWORD, BASE and FILE are percent-encoded
//! (RFC 3986): of their characters, `%`, `:`, `@`, `/`, `?`, `&` and `#` must be. Without BASE, places lie anywhere.

use std::path::PathBuf;

use candor_words::Secret;

use crate::entry::bytes_of;
use crate::name::Name;

const ADDRESS_BYTES_MAX: usize = 4_096;

/// Where a directory is, and as whom.
#[derive(Debug)]
pub struct Address {
    /// `ldaps://host:port`, without anything of anybody.
    pub url: String,
    /// A plain line turns to TLS before anything is said.
    pub start_tls: bool,
    /// As whom.
    pub name: String,
    /// With which password; not empty.
    pub password: Secret<String>,
    /// Below which entry places lie; empty for anywhere.
    pub base: String,
    /// A file of certificates that are trusted besides those of the machine.
    pub ca: Option<PathBuf>,
}

impl Address {
    /// Reads an address, up to 4 096 bytes.
    ///
    /// # Errors
    /// It is none; the text says why, without anything of the address.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.len() > ADDRESS_BYTES_MAX {
            return Err("it is longer than 4 096 bytes");
        }
        let (scheme, rest) = text.split_once("://").ok_or("it does not begin with `ldaps://` or `ldap://`")?;
        if !matches!(scheme, "ldaps" | "ldap") {
            return Err("it does not begin with `ldaps://` or `ldap://`");
        }
        if rest.contains('#') {
            return Err("a `#` in it is to be written `%23`");
        }
        let (rest, options) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, base) = rest.split_once('/').unwrap_or((rest, ""));
        let (account, host) = authority.rsplit_once('@').ok_or("it names nobody to sign in as before `@`")?;
        let (name, password) = account.split_once(':').ok_or("it has no password after `NAME:`")?;
        let (name, password) = (decoded(name)?, Secret::new(decoded(password)?));
        // A name with an empty password would be nobody (RFC 4513, section 5.1.2).
        if name.trim().is_empty() || password.expose().is_empty() {
            return Err("the name or the password in it is empty");
        }
        let base = decoded(base)?;
        if !base.is_empty() && Name::parse(&base).is_none() {
            return Err("what follows its `/` is no distinguished name");
        }
        let mut address = Self { url: format!("{scheme}://{host}"), start_tls: false, name, password, base, ca: None };
        for option in options.split('&').filter(|option| !option.is_empty()) {
            match option.split_once('=') {
                Some(("ca", file)) if !file.is_empty() => address.ca = Some(PathBuf::from(decoded(file)?)),
                Some(("starttls", "yes")) if scheme == "ldap" => address.start_tls = true,
                Some(("starttls", _)) => return Err("`starttls=yes` goes with `ldap://` alone"),
                _ => return Err("it has an option that is neither `ca=FILE` nor `starttls=yes`"),
            }
        }
        Ok(address)
    }
}

/// Undoes percent-encoding.
fn decoded(text: &str) -> Result<String, &'static str> {
    let broken = "a `%` in it is not followed by two hexadecimal digits, or what they stand for is not UTF-8";
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = rest.get(..2).and_then(|digits| std::str::from_utf8(digits).ok()).ok_or(broken)?;
        bytes.extend(bytes_of(digits).ok_or(broken)?);
        rest = rest.get(2..).unwrap_or_default();
    }
    let text = String::from_utf8(bytes).map_err(|_| broken)?;
    if text.contains('\0') { Err("it holds a zero byte") } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_where_and_as_whom() {
        let address =
            "ldaps://cn=candor,dc=example,dc=org:a%3Ab%40c@ad.example:636/ou=people,dc=example,dc=org?ca=/etc/ca.pem";
        let read = Address::parse(address).unwrap();
        assert_eq!(read.url, "ldaps://ad.example:636");
        assert_eq!(read.name, "cn=candor,dc=example,dc=org");
        assert_eq!(read.password.expose(), "a:b@c");
        assert_eq!(read.base, "ou=people,dc=example,dc=org");
        assert_eq!(read.ca.unwrap().to_str(), Some("/etc/ca.pem"));
        assert!(!read.start_tls);
        let read = Address::parse("ldap://candor%40ad.example:x@[::1]:389?starttls=yes").unwrap();
        assert_eq!((read.url.as_str(), read.name.as_str()), ("ldap://[::1]:389", "candor@ad.example"));
        assert!(read.start_tls && read.base.is_empty());
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_it() {
        for text in [
            "",
            "https://cn=a:b@h/",
            "ldaps://host/dc=example",
            "ldaps://cn=a@host/",
            "ldaps://cn=a:@host/",
            "ldaps://:b@host/",
            "ldaps://cn=a:%zz@host/",
            "ldaps://cn=a:%ff@host/",
            "ldaps://cn=a:%00@host/",
            "ldaps://cn=a:b@host/people",
            "ldaps://cn=a:b@host/?starttls=yes",
            "ldap://cn=a:b@host/?starttls=no",
            "ldaps://cn=a:b@host/?x=y",
            "ldaps://cn=a:b#c@host/",
        ] {
            let why = Address::parse(text).unwrap_err();
            assert!(!why.contains("host"), "{text}: {why}");
        }
    }
}
