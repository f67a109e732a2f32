//! What a directory's address, names and schema look like.

use candor_connect_ldap::{Address, Definition, Name, escaped};

/// An address that is one has somebody and a password, and where it leads holds neither.
pub(crate) fn address(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(address) = Address::parse(text) else { return };
    assert!(!address.name.trim().is_empty() && !address.password.expose().is_empty());
    assert!(address.url.starts_with("ldaps://") || address.url.starts_with("ldap://"));
    assert!(!address.url.contains(['@', '/'].as_slice()) || address.url.matches('/').count() == 2);
    assert!(address.base.is_empty() || Name::parse(&address.base).is_some());
}

/// A name that is one is the same when it is written anew from its parts; any text can be a value of one.
pub(crate) fn name(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let key = |name: &Name| name.key(str::to_lowercase);
    if let Some(name) = Name::parse(text) {
        let own = name.own().iter().map(|part| format!("{}={}", part.attribute, escaped(&part.value)));
        let own = own.collect::<Vec<_>>().join("+");
        let anew = Name::parse(&own).expect("a name written from its parts");
        assert!(own.len() > 8_192 || name.own().is_empty() || key(&name).starts_with(&key(&anew)), "{own}");
    }
    let value = format!("cn={},dc=x", escaped(text));
    assert!(
        value.len() > 8_192
            || Name::parse(&value).is_some_and(|name| name.own().len() == 1 && name.above().count() == 1)
    );
}

/// A definition of a schema, whatever it says.
pub(crate) fn definition(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Some(read) = Definition::parse(text) else { return };
    assert!(!read.oid.is_empty() || text.contains("''"));
    assert!(read.after("NAME").iter().all(|name| text.contains(name.as_str())));
}
