//! The address that a proof was made for (RFC 9449, section 4.3), in one form (RFC 3986, section 6.2).

const TARGET_BYTES_MAX: usize = 2_048;

/// The address without query and fragment: scheme and host in lower case, the scheme's own port left out, escapes in
/// one form, dots resolved. `None` when it is no `http` or `https` address, or names a user.
pub fn normalised_target(address: &str) -> Option<String> {
    if address.len() > TARGET_BYTES_MAX || !address.bytes().all(|byte| (0x21..0x7f).contains(&byte)) {
        return None;
    }
    let (scheme, rest) = address.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let own_port = match scheme.as_str() {
        "https" => "443",
        "http" => "80",
        _ => return None,
    };
    let rest = rest.split(['?', '#']).next()?;
    let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    // Who writes a user or a backslash into an address wants two readers to see two hosts.
    if authority.is_empty() || authority.contains(['@', '\\', '%']) || path.contains('\\') {
        return None;
    }
    let authority = authority.to_ascii_lowercase();
    // The colons of an IPv6 address stand within brackets.
    let host_bytes = match authority.strip_prefix('[') {
        Some(rest) => rest.find(']')? + 2,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at_checked(host_bytes)?;
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => "",
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits,
        _ => return None,
    };
    if host.is_empty() {
        return None;
    }
    let port = if port.is_empty() || port == own_port { String::new() } else { format!(":{port}") };
    Some(format!("{scheme}://{host}{port}{}", without_dots(&with_plain_escapes(path)?)))
}

/// Escapes of letters, digits, `-`, `.`, `_` and `~` are undone; the others get upper-case digits.
fn with_plain_escapes(path: &str) -> Option<String> {
    let mut plain = String::with_capacity(path.len());
    let mut rest = path.chars();
    while let Some(character) = rest.next() {
        if character != '%' {
            plain.push(character);
            continue;
        }
        let byte = rest.next()?.to_digit(16)? * 16 + rest.next()?.to_digit(16)?;
        match char::from_u32(byte) {
            Some(own) if own.is_ascii_alphanumeric() || matches!(own, '-' | '.' | '_' | '~') => plain.push(own),
            _ => plain.push_str(&format!("%{byte:02X}")),
        }
    }
    Some(plain)
}

fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let segments = path.split('/').skip(1);
    let mut is_open = false;
    for segment in segments {
        is_open = matches!(segment, "." | "..");
        match segment {
            "." => {}
            ".." => drop(kept.pop()),
            other => kept.push(other),
        }
    }
    let mut path = String::new();
    for segment in kept {
        path.push('/');
        path.push_str(segment);
    }
    if is_open || path.is_empty() {
        path.push('/');
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, normal: Option<&str>) {
        assert_eq!(normalised_target(address).as_deref(), normal, "{address}");
    }

    #[test]
    fn addresses_that_mean_the_same_have_one_form() {
        check("HTTPS://Id.Example:443/Token", Some("https://id.example/Token"));
        check("https://id.example", Some("https://id.example/"));
        check("https://id.example?x=1", Some("https://id.example/"));
        check("https://id.example/token?x=1#y", Some("https://id.example/token"));
        check("https://id.example/a/../%74oken", Some("https://id.example/token"));
        check("https://id.example/a%2fb", Some("https://id.example/a%2Fb"));
        check("https://id.example/a/.", Some("https://id.example/a/"));
        check("http://127.0.0.1:8080/token", Some("http://127.0.0.1:8080/token"));
        check("http://[::1]/token", Some("http://[::1]/token"));
        check("http://[::1]:80/token", Some("http://[::1]/token"));
    }

    #[test]
    fn addresses_that_two_readers_may_read_differently_are_refused() {
        for address in [
            "",
            "https://",
            "ftp://id.example/",
            "id.example/token",
            "https://id.example@evil.example/",
            "https://id.example\\evil/",
            "https://id.example:x/",
            "https://id.example/%2",
            "https://id.example/ü",
            "https://:443/",
            "https://a:b:443/",
            "https://[::1/",
            "https://[::1]x:443/",
            "https://id.example/a b",
            "https://%65vil.example/",
        ] {
            check(address, None);
        }
    }
}
