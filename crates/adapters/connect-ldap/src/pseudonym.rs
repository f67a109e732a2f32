//! What an entry is called when it is nobody's any more: worked out from its permanent id, so that a repetition gives the same.

use aws_lc_rs::digest::{SHA256, digest};

use crate::entry::Entry;
use crate::world::World;

/// Hexadecimal digits of a pseudonym: with its prefix it fits into `sAMAccountName`, which takes 20 characters.
const DIGITS: usize = 12;
const IDS: [&str; 3] = ["objectGUID", "entryUUID", "nsUniqueId"];

/// Why somebody's entry is renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Becomes {
    /// It stays, and is nobody's.
    Nobody,
    /// It is about to be deleted, and what is kept of it then is to name nobody.
    Going,
}

impl Becomes {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Nobody => "erased-",
            Self::Going => "going-",
        }
    }
}

/// What begins the names of entries that are about to be deleted.
pub(crate) fn going() -> &'static str {
    Becomes::Going.prefix()
}

/// The pseudonym of an entry; nothing, when it has no permanent id.
pub(crate) fn of(entry: &Entry, becomes: Becomes) -> Option<String> {
    let id = IDS.iter().find_map(|name| entry.values(name).next())?;
    let digest = digest(&SHA256, &[b"candor directory pseudonym\0", id].concat());
    let digits = candor_words::to_hex(digest.as_ref());
    Some(format!("{}{}", becomes.prefix(), digits.get(..DIGITS)?))
}

/// Whether an entry is called so already.
pub(crate) fn is_called(entry: &Entry, pseudonym: &str) -> bool {
    entry.own_parts().first().is_some_and(|(_, value)| value == pseudonym)
}

/// Attributes that stay: a directory needs them to know an entry at all, or keeps them itself and takes no other value. What
/// they say is not of anybody.
pub(crate) fn is_kept(attribute: &str, world: &World) -> bool {
    const ANYWHERE: [&str; 1] = ["objectClass"];
    const ACTIVE: [&str; 17] = [
        "objectCategory",
        "instanceType",
        "nTSecurityDescriptor",
        "sAMAccountType",
        "primaryGroupID",
        "distinguishedName",
        "dSCorePropagationData",
        "name",
        "accountExpires",
        "badPasswordTime",
        "badPwdCount",
        "lastLogoff",
        "lastLogon",
        "lastLogonTimestamp",
        "lockoutTime",
        "logonCount",
        "pwdLastSet",
    ];
    let is_of = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(attribute));
    is_of(&ANYWHERE) || (world.is_active && is_of(&ACTIVE))
}
