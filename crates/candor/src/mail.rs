//! The mail relay, as configured: host and sender by flag, environment or file, the password by environment or a file of
//! its own and never by flag.

use std::env;
use std::path::PathBuf;
use std::sync::Arc;

use candor_mail::{Login, Mailer, Relay, Security};
use candor_vault::Post;
use candor_words::Secret;

use crate::server::chain;
use crate::small_file::read;
use crate::trouble::Trouble;

/// Holds the password of the relay's login.
pub const PASSWORD_VARIABLE: &str = "CANDOR_SMTP_PASSWORD";

/// How mail leaves.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct MailArgs {
    /// The mail relay: `mail.example`, or `127.0.0.1:25`. Without one, no mail is sent.
    #[arg(long, env = "CANDOR_SMTP_HOST", value_name = "HOST[:PORT]")]
    pub smtp_host: Option<String>,
    /// How the relay is reached: `tls`, `starttls`, or `plain` for a relay on this machine; `tls` when not given. The
    /// password is read from `CANDOR_SMTP_PASSWORD` or from `smtp_password_file` of the configuration.
    #[arg(long, env = "CANDOR_SMTP_SECURITY", value_name = "KIND")]
    pub smtp_security: Option<String>,
    /// The name of the login at the relay, when it wants one.
    #[arg(long, env = "CANDOR_SMTP_USER", value_name = "NAME")]
    pub smtp_user: Option<String>,
    /// The address that mail comes from.
    #[arg(long, env = "CANDOR_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Where people reach these pages: `https://privacy.example`; the address listened on when not given.
    #[arg(long, env = "CANDOR_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
}

/// What holds in the end.
#[derive(Debug, Clone, Default)]
pub struct MailConfig {
    /// Flags and environment, before the file.
    pub args: MailArgs,
    /// A file with the password alone.
    pub password_file: Option<PathBuf>,
    /// Certificates to trust beside those of the machine (PEM).
    pub ca_file: Option<PathBuf>,
}

impl MailConfig {
    /// Makes the carriers; `listening` is where people reach the pages when nothing else is said.
    ///
    /// # Errors
    /// A relay without a sender; a plain connection that would leave this machine; a password or certificate that
    /// cannot be read.
    pub fn post(&self, listening: &str) -> Result<Post, Trouble> {
        let url = self.args.public_url.as_deref().unwrap_or(listening).trim_end_matches('/').to_owned();
        if !is_url(&url) {
            return Err(Trouble::bad_input("read the public address", "it is not `http://…` or `https://…`")
                .next("name it as people open it: `https://privacy.example`"));
        }
        let Some(host) = &self.args.smtp_host else { return Ok(Post { mail: None, public_url: url }) };
        let attempted = || format!("prepare for mail over `{host}`");
        let (host, port) =
            split(host).ok_or_else(|| Trouble::bad_input(attempted(), "it is not `HOST` or `HOST:PORT`"))?;
        let from =
            self.args.mail_from.clone().ok_or_else(|| {
                Trouble::bad_input(attempted(), "no sender is named").next("name one with `--mail-from`")
            })?;
        let relay = Relay {
            host,
            port,
            security: self.security()?,
            login: self.login()?,
            from,
            trusted: self.ca_file.as_deref().map(read).transpose()?,
        };
        let mailer = Mailer::new(relay).map_err(|error| {
            Trouble::bad_input(attempted(), chain(&error)).next("see `--smtp-security` and `--mail-from`")
        })?;
        Ok(Post { mail: Some(Arc::new(mailer)), public_url: url })
    }

    fn security(&self) -> Result<Security, Trouble> {
        match self.args.smtp_security.as_deref() {
            None | Some("tls") => Ok(Security::Tls),
            Some("starttls") => Ok(Security::StartTls),
            Some("plain") => Ok(Security::Plain),
            Some(_) => Err(Trouble::bad_input("read how the mail relay is reached", "it is no kind of connection")
                .next("name `tls`, `starttls` or `plain`")),
        }
    }

    fn login(&self) -> Result<Option<Login>, Trouble> {
        let Some(user) = self.args.smtp_user.clone() else { return Ok(None) };
        let password = match (env::var(PASSWORD_VARIABLE), &self.password_file) {
            (Ok(password), _) => password,
            (Err(_), Some(file)) => {
                let bytes = read(file)?;
                String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned()
            }
            (Err(_), None) => {
                return Err(Trouble::bad_input("log in at the mail relay", "a name is given and no password")
                    .next("put it into `CANDOR_SMTP_PASSWORD`, or into the file that `smtp_password_file` names"));
            }
        };
        Ok(Some(Login { user, password: Secret::new(password) }))
    }
}

/// `host`, `host:port`, `[::1]:port`.
fn split(text: &str) -> Option<(String, Option<u16>)> {
    if let Ok(address) = text.parse::<std::net::SocketAddr>() {
        return Some((address.ip().to_string(), Some(address.port())));
    }
    if text.parse::<std::net::IpAddr>().is_ok() {
        return Some((text.to_owned(), None));
    }
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (text, None),
    };
    let is_name = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    is_name.then(|| (host.to_owned(), port))
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty()) && text.len() <= 500 && text.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_relay_is_a_host_and_perhaps_a_port() {
        for (text, host, port) in [
            ("mail.example", "mail.example", None),
            ("mail.example:2525", "mail.example", Some(2525)),
            ("127.0.0.1:25", "127.0.0.1", Some(25)),
            ("[::1]:25", "::1", Some(25)),
            ("::1", "::1", None),
        ] {
            assert_eq!(split(text), Some((host.to_owned(), port)), "{text}");
        }
        for text in ["", ":25", "mail.example:x", "mail example", "mail.example:25:25", "http://mail.example"] {
            assert_eq!(split(text), None, "{text}");
        }
    }

    fn config(host: &str, security: &str) -> MailConfig {
        let args = MailArgs {
            smtp_host: Some(host.into()),
            smtp_security: Some(security.into()),
            mail_from: Some("privacy@vendor.example".into()),
            ..MailArgs::default()
        };
        MailConfig { args, ..MailConfig::default() }
    }

    #[tokio::test]
    async fn plain_mail_goes_to_this_machine_alone() {
        assert!(config("127.0.0.1:25", "plain").post("http://127.0.0.1:1").unwrap().mail.is_some());
        assert!(config("mail.example", "plain").post("http://127.0.0.1:1").is_err());
        assert!(config("mail.example", "tls").post("http://127.0.0.1:1").is_ok());
        assert!(config("mail.example", "none").post("http://127.0.0.1:1").is_err());
    }

    #[test]
    fn a_login_needs_its_password_from_elsewhere() {
        let mut config = config("mail.example", "starttls");
        config.args.smtp_user = Some("candor".into());
        assert!(config.post("http://127.0.0.1:1").is_err());
        let file = std::env::temp_dir().join(format!("candor-smtp-{}", std::process::id()));
        fs::write(&file, "secret\n").unwrap();
        config.password_file = Some(file.clone());
        assert_eq!(config.login().unwrap().unwrap().password.expose(), "secret");
        fs::remove_file(file).unwrap();
    }
}
