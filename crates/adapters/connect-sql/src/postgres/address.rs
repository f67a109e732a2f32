//! Where a PostgreSQL database is, and whether the way there is encrypted.

use std::time::Duration;

use candor_connect::ConnectError;
use candor_words::is_loopback;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

/// An address that may be used.
pub(super) struct Address {
    pub env: String,
    pub config: Config,
    pub is_encrypted: bool,
    /// Certificates that are trusted instead of the machine's.
    pub trusted: Option<Vec<u8>>,
}

const CONNECT_SECONDS: u64 = 10;
const KEEPALIVE_SECONDS: u64 = 30;
const CERTIFICATES_BYTES_MAX: u64 = 1024 * 1024;

impl Address {
    pub(super) fn parse(env: &str, text: &str) -> Result<Self, ConnectError> {
        let malformed = |why| ConnectError::AddressMalformed { env: env.to_owned(), why };
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(malformed("it does not begin with `postgres://`"));
        }
        let (text, root) = without(text, "sslrootcert");
        // What libpq calls so is what is done here whenever TLS is spoken.
        let (text, mode) = without(&text, "sslmode");
        let mut config: Config = text.parse().map_err(|_| malformed("it cannot be read"))?;
        if config.get_hosts().is_empty() {
            return Err(malformed("it names no host"));
        }
        if config.get_dbname().is_none_or(str::is_empty) {
            return Err(malformed("it names no database"));
        }
        let is_here = is_here(&config);
        let is_encrypted = match mode.as_deref() {
            None | Some("prefer" | "allow") => !is_here,
            Some("disable") if is_here => false,
            Some("disable") => return Err(ConnectError::Insecure),
            Some("require" | "verify-ca" | "verify-full") => true,
            Some(_) => return Err(malformed("its `sslmode` is none of disable, require, verify-full")),
        };
        config.ssl_mode(if is_encrypted { SslMode::Require } else { SslMode::Disable });
        config.connect_timeout(Duration::from_secs(CONNECT_SECONDS));
        config.keepalives_idle(Duration::from_secs(KEEPALIVE_SECONDS));
        let trusted = match root.filter(|_| is_encrypted) {
            None => None,
            Some(path) => {
                let is_fit =
                    std::fs::metadata(&path).is_ok_and(|it| it.is_file() && it.len() <= CERTIFICATES_BYTES_MAX);
                let bytes = std::fs::read(&path).ok().filter(|_| is_fit);
                Some(bytes.ok_or_else(|| malformed("the file that `sslrootcert` names cannot be read"))?)
            }
        };
        Ok(Self { env: env.to_owned(), config, is_encrypted, trusted })
    }
}

/// Whether all of it is this machine: `hostaddr` decides where a name leads.
fn is_here(config: &Config) -> bool {
    let hosts = config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => is_loopback(name),
        Host::Unix(_) => true,
    });
    hosts && config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback)
}

/// The address without a parameter, and the parameter's value.
fn without(text: &str, name: &str) -> (String, Option<String>) {
    let Some((before, query)) = text.split_once('?') else { return (text.to_owned(), None) };
    let mut value = None;
    let mut rest: Vec<&str> = Vec::new();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        match part.split_once('=') {
            Some((key, it)) if key == name => value = Some(it.replace("%2F", "/").replace("%2f", "/")),
            _ => rest.push(part),
        }
    }
    let rest = if rest.is_empty() { before.to_owned() } else { format!("{before}?{}", rest.join("&")) };
    (rest, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<bool, &str>) {
        let found = Address::parse("APP_DATABASE", text);
        assert_eq!(found.as_ref().map(|it| it.is_encrypted).map_err(ConnectError::code), expected, "{text}");
    }

    #[test]
    fn data_goes_encrypted_or_stays_on_this_machine() {
        check("postgres://a:b@127.0.0.1:5432/app", Ok(false));
        check("postgres://a:b@localhost/app?sslmode=require", Ok(true));
        check("postgresql://a:b@db.example/app", Ok(true));
        check("postgres://a:b@db.example/app?sslmode=prefer", Ok(true));
        check("postgres://a:b@db.example/app?sslmode=disable", Err("system.insecure"));
        check("postgres://a:b@127.0.0.1.db.example/app?sslmode=disable", Err("system.insecure"));
        check("postgres://a:b@localhost/app?sslmode=disable&hostaddr=10.0.0.1", Err("system.insecure"));
        check("postgres://a:b@localhost,db.example/app?sslmode=disable", Err("system.insecure"));
    }

    #[test]
    fn what_is_no_address_is_said_without_telling_it() {
        for text in [
            "",
            "mysql://a@b/c",
            "postgres://",
            "postgres://a:secret@/app",
            "postgres://a:secret@h",
            "postgres://a:b@h/app?sslmode=x",
        ] {
            check(text, Err("system.address_malformed"));
            let told = Address::parse("APP_DATABASE", text).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(!told.contains("secret"), "{told}");
        }
    }
}
