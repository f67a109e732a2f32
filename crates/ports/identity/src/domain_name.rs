//! Names of domains as people type them.

use crate::domain::NAME_BYTES_MAX;

/// A name that may be asked about, in small letters and without the final dot; `None` when no domain has it.
///
/// Names in other scripts come in their ASCII form (`xn--…`). A leading underscore is taken, as it stands before the
/// labels under which things are published. Source: RFC 1035, 2.3.1; RFC 8552.
pub fn domain_of(text: &str) -> Option<String> {
    let text = text.strip_suffix('.').unwrap_or(text);
    let is_label = |label: &str| {
        let rest = label.strip_prefix('_').unwrap_or(label);
        (1..=63).contains(&label.len())
            && !rest.is_empty()
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !rest.starts_with('-')
            && !rest.ends_with('-')
    };
    let fits = text.len() <= NAME_BYTES_MAX && text.contains('.') && text.split('.').all(is_label);
    fits.then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_a_domain_is_asked_about() {
        for (text, name) in [
            ("Example.ORG.", Some("example.org")),
            ("_candor-challenge.example.org", Some("_candor-challenge.example.org")),
            ("xn--mller-kva.example", Some("xn--mller-kva.example")),
            ("localhost", None),
            ("exa mple.org", None),
            ("example..org", None),
            ("-x.org", None),
            ("_.org", None),
            ("m\u{fc}ller.example", None),
            ("", None),
            (&format!("{}.org", "a".repeat(64)), None),
            (&vec!["abc"; 80].join("."), None),
        ] {
            assert_eq!(domain_of(text).as_deref(), name, "{text}");
        }
    }
}
