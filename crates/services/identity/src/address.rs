//! Addresses that mail goes to: enough of RFC 5321 to be sure that a line of a header stays one line.

/// The longest address. Source: RFC 5321, 4.5.3.1.3, without the angle brackets.
const ADDRESS_BYTES_MAX: usize = 254;

/// An email address as somebody typed it, without the spaces around it; `None` when no mail could reach it.
pub(crate) fn address(text: &str) -> Option<&str> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@')?;
    let is_local = (1..=64).contains(&local.len())
        && local.chars().all(|letter| letter.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-.".contains(letter))
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_domain = domain.contains('.') && domain.split('.').all(is_label);
    (is_local && is_domain && text.len() <= ADDRESS_BYTES_MAX).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_break_a_header_is_no_address() {
        for good in ["ada@example.org", " ada+x@mail.example.org ", "jürgen@müller.example"] {
            assert_eq!(address(good), Some(good.trim()));
        }
        for bad in [
            "ada",
            "@example.org",
            "ada@",
            "ada@localhost",
            "ada@example.org\r\nBcc: eve@example.org",
            "ada@exa mple.org",
            "ada <ada@example.org>",
            "a..b@example.org",
            "ada@-x.org",
            "ada,eve@example.org",
        ] {
            assert_eq!(address(bad), None, "{bad}");
        }
    }
}
