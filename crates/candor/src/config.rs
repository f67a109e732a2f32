//! Where the server keeps its data and how it listens: flag before environment before file before default.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use candor_http::{Limits, Rate};
use serde::Deserialize;

use crate::mail::{MailArgs, MailConfig};
use crate::trouble::Trouble;

/// The port on this machine when no address is named.
const PORT: u16 = 8700;
const FILE_BYTES_MAX: u64 = 64 << 10;
/// Far above what one caller needs, and low enough to stop one that runs wild.
const RATE_PER_SECOND: u32 = 50_000;

/// Where data and keys are.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct PlaceArgs {
    /// Where the store lies; `candor-data` when not given.
    #[arg(long, env = "CANDOR_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// The file of root keys; `candor.key` when not given. Not read when `CANDOR_ROOT_KEY` or
    /// `CANDOR_ROOT_KEYS` holds them.
    #[arg(long, env = "CANDOR_KEY_FILE", value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// A configuration file (TOML).
    #[arg(long, env = "CANDOR_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// How to listen and to log.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ListenArgs {
    /// The address; `127.0.0.1:8700` when not given.
    #[arg(long, env = "CANDOR_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Listen beyond this machine without TLS, on a network that is yours alone.
    #[arg(long, env = "CANDOR_DANGER_PLAIN_HTTP")]
    pub danger_plain_http: bool,
    /// What to log: `error`, `warn`, `info`, `debug`, or a filter such as `candor_vault=debug`.
    #[arg(long, env = "CANDOR_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// The DNS resolver that organisations' domains are looked up at: `127.0.0.1:53`. Without one, none can be proved.
    #[arg(long, env = "CANDOR_DNS_RESOLVER", value_name = "ADDRESS")]
    pub dns_resolver: Option<SocketAddr>,
    /// Log JSON.
    #[arg(long, env = "CANDOR_LOG_JSON")]
    pub log_json: bool,
}

/// The file, every part of it optional.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    data_dir: Option<PathBuf>,
    key_file: Option<PathBuf>,
    policies: Vec<PathBuf>,
    listen: Option<SocketAddr>,
    danger_plain_http: bool,
    log: Option<String>,
    log_json: bool,
    origin: Option<String>,
    requests_per_second: Option<u32>,
    body_bytes_max: Option<usize>,
    connections_max: Option<usize>,
    smtp_host: Option<String>,
    smtp_security: Option<String>,
    smtp_user: Option<String>,
    smtp_password_file: Option<PathBuf>,
    smtp_ca_file: Option<PathBuf>,
    mail_from: Option<String>,
    public_url: Option<String>,
    dns: DnsFile,
}

/// `[dns]`: how domains are asked about.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct DnsFile {
    resolver: Option<SocketAddr>,
}

/// What holds in the end.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the store lies.
    pub data_dir: PathBuf,
    /// The file of root keys.
    pub key_file: PathBuf,
    /// Policies named in the file.
    pub policies: Vec<PathBuf>,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// True when plain HTTP beyond this machine is accepted.
    pub danger_plain_http: bool,
    /// What to log.
    pub log: String,
    /// True for JSON lines.
    pub log_json: bool,
    /// The first part of each ledger's origin line.
    pub origin: String,
    /// The bounds at the door.
    pub limits: Limits,
    /// How often one key may ask.
    pub rate: Rate,
    /// How mail leaves.
    pub mail: MailConfig,
    /// The DNS resolver that domains are asked of; without one, none can be proved.
    pub resolver: Option<SocketAddr>,
}

impl Config {
    /// Puts flags, environment, file and defaults together.
    ///
    /// # Errors
    /// The file cannot be read, or says something that is not understood.
    pub fn with_mail(place: PlaceArgs, listen: ListenArgs, mail: MailArgs) -> Result<Self, Trouble> {
        let mut config = Self::new(place, listen)?;
        let file = config.mail.args;
        config.mail.args = MailArgs {
            smtp_host: mail.smtp_host.or(file.smtp_host),
            smtp_security: mail.smtp_security.or(file.smtp_security),
            smtp_user: mail.smtp_user.or(file.smtp_user),
            mail_from: mail.mail_from.or(file.mail_from),
            public_url: mail.public_url.or(file.public_url),
        };
        Ok(config)
    }

    /// As [`Config::with_mail`], for commands that send none of their own.
    ///
    /// # Errors
    /// The file cannot be read, or says something that is not understood.
    pub fn new(place: PlaceArgs, listen: ListenArgs) -> Result<Self, Trouble> {
        let file = place.config.as_deref().map_or_else(|| Ok(File::default()), read)?;
        let listen_default = SocketAddr::from(([127, 0, 0, 1], PORT));
        let per_second = file.requests_per_second.unwrap_or(RATE_PER_SECOND);
        let limits = Limits::default();
        Ok(Self {
            data_dir: place.data_dir.or(file.data_dir).unwrap_or_else(|| PathBuf::from("candor-data")),
            key_file: place.key_file.or(file.key_file).unwrap_or_else(|| PathBuf::from("candor.key")),
            policies: file.policies,
            listen: listen.listen.or(file.listen).unwrap_or(listen_default),
            danger_plain_http: listen.danger_plain_http || file.danger_plain_http,
            log: listen.log.or(file.log).unwrap_or_else(|| "info".to_owned()),
            log_json: listen.log_json || file.log_json,
            origin: file.origin.unwrap_or_else(|| "candor.local".to_owned()),
            limits: Limits {
                body_bytes_max: file.body_bytes_max.unwrap_or(limits.body_bytes_max),
                connections_max: file.connections_max.unwrap_or(limits.connections_max),
                ..limits
            },
            resolver: listen.dns_resolver.or(file.dns.resolver),
            rate: Rate { per_second, burst: per_second },
            mail: MailConfig {
                args: MailArgs {
                    smtp_host: file.smtp_host,
                    smtp_security: file.smtp_security,
                    smtp_user: file.smtp_user,
                    mail_from: file.mail_from,
                    public_url: file.public_url,
                },
                password_file: file.smtp_password_file,
                ca_file: file.smtp_ca_file,
            },
        })
    }
}

fn read(path: &Path) -> Result<File, Trouble> {
    let attempted = || format!("read the configuration `{}`", path.display());
    let bytes = fs::metadata(path).map_err(|error| Trouble::bad_input(attempted(), error))?.len();
    if bytes > FILE_BYTES_MAX {
        return Err(Trouble::bad_input(attempted(), format!("it is longer than {FILE_BYTES_MAX} bytes")));
    }
    let text = fs::read_to_string(path).map_err(|error| Trouble::bad_input(attempted(), error))?;
    toml::from_str(&text).map_err(|error| Trouble::bad_input(attempted(), error.to_string().trim_end().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_comes_before_the_file_and_the_file_before_the_default() {
        let file = std::env::temp_dir().join(format!("candor-config-{}.toml", std::process::id()));
        fs::write(&file, "listen = \"127.0.0.1:9\"\nkey_file = \"k\"\nbody_bytes_max = 7\n").unwrap();
        let place = PlaceArgs { config: Some(file.clone()), key_file: Some("flag".into()), data_dir: None };
        let config = Config::new(place, ListenArgs::default()).unwrap();
        assert_eq!(config.listen.port(), 9);
        assert_eq!(config.key_file, Path::new("flag"));
        assert_eq!(config.data_dir, Path::new("candor-data"));
        assert_eq!(config.limits.body_bytes_max, 7);
        fs::write(&file, "listening = 1").unwrap();
        let place = PlaceArgs { config: Some(file.clone()), ..PlaceArgs::default() };
        Config::new(place, ListenArgs::default()).unwrap_err();
        fs::remove_file(file).unwrap();
    }
}
