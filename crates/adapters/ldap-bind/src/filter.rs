//! The filter that finds a person (RFC 4515): what was typed is a value in it, never a part of its form.

use candor_identity_port::DirectoryError;
use candor_ldap_wire::escaped;

const PLACE: &str = "{user}";
const FILTER_BYTES_MAX: usize = 2_048;

/// Puts the name that was typed into the filter of the configuration.
pub(crate) fn filled(template: &str, user: &str) -> Result<String, DirectoryError> {
    let malformed = DirectoryError::ConfigurationMalformed { what: "filter" };
    if template.len() > FILTER_BYTES_MAX || !template.contains(PLACE) {
        return Err(malformed);
    }
    let filter = template.replace(PLACE, &escaped(user));
    ldap3::parse_filter(&filter).map_err(|()| malformed)?;
    Ok(filter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_never_changes_the_form_of_the_filter() {
        let filter = |user: &str| filled("(&(objectClass=person)(uid={user}))", user).unwrap();
        assert_eq!(filter("ada"), "(&(objectClass=person)(uid=ada))");
        assert_eq!(filter("*"), r"(&(objectClass=person)(uid=\2a))");
        assert_eq!(filter("a)(|(uid=*"), r"(&(objectClass=person)(uid=a\29\28|\28uid=\2a))");
        assert_eq!(filter("\0\\"), r"(&(objectClass=person)(uid=\00\5c))");
        assert_eq!(filter("Zoë"), "(&(objectClass=person)(uid=Zoë))");
        assert_eq!(filter("{user}"), "(&(objectClass=person)(uid={user}))");
    }

    #[test]
    fn a_filter_without_a_place_for_the_name_or_without_form_is_refused() {
        for template in ["(uid=*)", "(uid={user}", "{user}", "", "(&(uid={user}))(x=y)"] {
            assert_eq!(
                filled(template, "ada"),
                Err(DirectoryError::ConfigurationMalformed { what: "filter" }),
                "{template}"
            );
        }
    }
}
