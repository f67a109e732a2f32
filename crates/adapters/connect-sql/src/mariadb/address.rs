//! `mysql://user:password@host:3306/database`: where a MariaDB or MySQL is, and how it is spoken with.
//!
//! What is not this machine is spoken with under TLS only. `ca=FILE` names who vouches for the server when no public authority
//! does; `tls=on` asks for TLS on this machine too.

use std::net::IpAddr;
use std::path::PathBuf;

use candor_connect::ConnectError;
use candor_words::Secret;
use mysql_async::{Opts, OptsBuilder, SslOpts};

const PORT: u16 = 3306;

/// Reads an address.
///
/// # Errors
/// It is malformed, or would show data on the way.
pub(super) fn options(env: &str, address: &Secret<String>) -> Result<Opts, ConnectError> {
    let malformed = |why| ConnectError::AddressMalformed { env: env.to_owned(), why };
    let rest = address.expose().trim();
    let rest = rest.strip_prefix("mysql://").or_else(|| rest.strip_prefix("mariadb://"));
    let rest = rest.ok_or_else(|| malformed("it does not begin with `mysql://`"))?;
    let (rest, settings) = rest.split_once('?').unwrap_or((rest, ""));
    let (account, place) = rest.rsplit_once('@').ok_or_else(|| malformed("it names no account before an `@`"))?;
    let (place, database) = place.split_once('/').ok_or_else(|| malformed("it names no database after a `/`"))?;
    let (user, password) = account.split_once(':').unwrap_or((account, ""));
    let plain = |text: &str| decoded(text).ok_or_else(|| malformed("a `%` is not followed by two hexadecimal digits"));
    let (user, password, database) = (plain(user)?, plain(password)?, plain(database)?);
    if database.is_empty() || user.is_empty() {
        return Err(malformed("it names no account or no database"));
    }
    let (host, port) = host_and_port(place).ok_or_else(|| malformed("its host or port is none"))?;
    let Settings { mut tls, ca } = Settings::read(settings).map_err(malformed)?;
    tls |= ca.is_some();
    let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|host| host.is_loopback());
    if !is_here && Settings::refuses_tls(settings) {
        return Err(ConnectError::Insecure);
    }
    let options = OptsBuilder::default()
        .ip_or_hostname(host)
        .tcp_port(port)
        .user(Some(user))
        .pass(Some(password))
        .db_name(Some(database))
        // What was asked for is the host: another way in may have another account.
        .prefer_socket(false)
        .client_found_rows(true)
        .stmt_cache_size(0)
        .ssl_opts((tls || !is_here).then(|| trusting(ca)));
    Ok(options.into())
}

fn trusting(ca: Option<PathBuf>) -> SslOpts {
    match ca {
        Some(file) => SslOpts::default().with_root_certs(vec![file.into()]).with_disable_built_in_roots(true),
        None => SslOpts::default(),
    }
}

struct Settings {
    tls: bool,
    ca: Option<PathBuf>,
}

impl Settings {
    fn read(settings: &str) -> Result<Self, &'static str> {
        let mut read = Self { tls: false, ca: None };
        for setting in settings.split('&').filter(|setting| !setting.is_empty()) {
            match setting.split_once('=') {
                Some(("tls", "on")) => read.tls = true,
                Some(("tls", "off")) => {}
                Some(("ca", file)) => {
                    let file = decoded(file).ok_or("a `%` is not followed by two hexadecimal digits")?;
                    read.ca = Some(file.into());
                }
                _ => return Err("what follows the `?` is neither `tls=on`, `tls=off` nor `ca=FILE`"),
            }
        }
        Ok(read)
    }

    fn refuses_tls(settings: &str) -> bool {
        settings.split('&').any(|setting| setting == "tls=off")
    }
}

fn host_and_port(place: &str) -> Option<(String, u16)> {
    if let Some(rest) = place.strip_prefix('[') {
        let (host, port) = rest.split_once(']')?;
        let port = port.strip_prefix(':').map_or(Some(PORT), |port| port.parse().ok())?;
        return Some((host.to_owned(), port));
    }
    let (host, port) = match place.split_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        None => (place, PORT),
    };
    (!host.is_empty()).then(|| (host.to_owned(), port))
}

/// A text in which some letters are written as `%41`.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, after @ ..] = rest else { return None };
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        bytes.push(digit(*high)? * 16 + digit(*low)?);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &str) -> Result<Opts, ConnectError> {
        options("SITE", &Secret::new(address.to_owned()))
    }

    #[test]
    fn an_address_is_read_with_its_escapes() {
        let options = read("mysql://can%40dor:p%3Aw%25@127.0.0.1:3307/blog").unwrap();
        assert_eq!((options.user(), options.pass(), options.db_name()), (Some("can@dor"), Some("p:w%"), Some("blog")));
        assert_eq!((options.ip_or_hostname(), options.tcp_port()), ("127.0.0.1", 3307));
        assert!(options.ssl_opts().is_none());
        let options = read("mariadb://a:b@[::1]/blog").unwrap();
        assert_eq!((options.ip_or_hostname(), options.tcp_port()), ("::1", 3306));
    }

    #[test]
    fn what_is_not_this_machine_is_spoken_with_under_tls_only() {
        assert!(read("mysql://a:b@db.example/blog").unwrap().ssl_opts().is_some());
        assert_eq!(read("mysql://a:b@db.example/blog?tls=off"), Err(ConnectError::Insecure));
        assert!(read("mysql://a:b@localhost/blog?tls=on").unwrap().ssl_opts().is_some());
        let own = read("mysql://a:b@db.example/blog?ca=/etc/own.pem").unwrap();
        assert!(own.ssl_opts().unwrap().disable_built_in_roots(), "nobody else vouches for it then");
    }

    #[test]
    fn what_is_no_address_is_told_without_showing_it() {
        for address in [
            "postgres://a:b@h/d",
            "mysql://h/d",
            "mysql://a:b@h",
            "mysql://a:b@h/",
            "mysql://:b@h/d",
            "mysql://a:b@h:port/d",
            "mysql://a:b%4@h/d",
            "mysql://a:b@h/d?other=1",
        ] {
            let error = read(address).unwrap_err();
            assert!(matches!(error, ConnectError::AddressMalformed { .. }), "{address}");
            assert!(!error.to_string().contains("a:b"), "{error}");
        }
    }
}
