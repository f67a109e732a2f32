//! Where the server keeps its data and how it listens: flag before environment before file before default.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use candor_http::{Limits, Network, Proxies, Rate, TlsFiles, Travels};
use serde::Deserialize;

use crate::mail::{MailArgs, MailConfig};
use crate::opendsr::OpendsrConfig;
use crate::profile_image::ProfileImageConfig;
use crate::risk::RiskConfig;
use crate::sms::{SmsArgs, SmsConfig};
use crate::systems::Allowed;
use crate::trouble::Trouble;

/// The port on this machine when no address is named.
const PORT: u16 = 8700;
const FILE_BYTES_MAX: u64 = 64 << 10;
/// Far above what one caller needs, and low enough to stop one that runs wild.
const RATE_PER_SECOND: u32 = 50_000;

/// What clients do wrong under TLS is theirs to log.
const LOG: &str = "info,rustls=error";

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
    /// The server's certificate and those that vouch for it (PEM). With it, nothing but TLS is spoken.
    #[arg(long, env = "CANDOR_TLS_CERTIFICATE", value_name = "FILE")]
    pub tls_certificate: Option<PathBuf>,
    /// The certificate's private key (PEM). Both files are read again when they change, and at a SIGHUP.
    #[arg(long, env = "CANDOR_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Listen beyond this machine without TLS, on a network that is yours alone.
    #[arg(long, env = "CANDOR_DANGER_PLAIN_HTTP")]
    pub danger_plain_http: bool,
    /// Proxies that are believed when they say whose request they pass on (`X-Forwarded-For`): addresses or networks such
    /// as `10.0.0.0/8`, with commas in between.
    #[arg(long, env = "CANDOR_TRUSTED_PROXIES", value_name = "NETWORKS", value_delimiter = ',')]
    pub trusted_proxies: Vec<Network>,
    /// What to log: `error`, `warn`, `info`, `debug`, or a filter such as `candor_vault=debug`.
    #[arg(long, env = "CANDOR_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// The DNS resolver that organisations' domains are looked up at: `127.0.0.1:53`. Without one, none can be proved.
    #[arg(long, env = "CANDOR_DNS_RESOLVER", value_name = "ADDRESS")]
    pub dns_resolver: Option<SocketAddr>,
    /// Variables of the environment that hold systems' addresses, each with the tenant whose policy may name it:
    /// `shop:SHOP_DATABASE`, with commas in between. A policy reaches no system beyond these. An origin of a web service,
    /// `shop:https://api.example`, lets the tenant's own secrets lead there.
    #[arg(long, env = "CANDOR_SYSTEMS", value_name = "TENANT:VARIABLE", value_delimiter = ',')]
    pub systems: Vec<String>,
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
    tls_certificate: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    danger_plain_http: bool,
    trusted_proxies: Vec<String>,
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
    sms_url: Option<String>,
    sms_json: Option<String>,
    sms_form: Option<String>,
    sms_headers_file: Option<PathBuf>,
    sms_ca_file: Option<PathBuf>,
    risk: RiskConfig,
    dns: DnsFile,
    /// `[systems]`: by tenant, the variables that hold its systems' addresses, and the origins that its secrets lead to.
    systems: BTreeMap<String, Vec<String>>,
    opendsr: OpendsrConfig,
    profile_image: ProfileImageConfig,
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
    /// The certificate and its key; without them, TLS is not spoken.
    pub tls: Option<TlsFiles>,
    /// True when plain HTTP beyond this machine is accepted.
    pub danger_plain_http: bool,
    /// The proxies that are believed.
    pub proxies: Proxies,
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
    /// How text messages leave.
    pub sms: SmsConfig,
    /// How sign-ins are judged.
    pub risk: RiskConfig,
    /// Which variables hold the addresses of whose systems.
    pub systems: Allowed,
    /// Who this server is to organisations that send requests.
    pub opendsr: OpendsrConfig,
    /// Where profile pictures are fetched.
    pub profile_image: ProfileImageConfig,
}

impl Config {
    /// Puts flags, environment, file and defaults together.
    ///
    /// # Errors
    /// The file cannot be read, or says something that is not understood.
    pub fn with_carriers(place: PlaceArgs, listen: ListenArgs, mail: MailArgs, sms: SmsArgs) -> Result<Self, Trouble> {
        let mut config = Self::new(place, listen)?;
        let file = config.mail.args;
        config.mail.args = MailArgs {
            smtp_host: mail.smtp_host.or(file.smtp_host),
            smtp_security: mail.smtp_security.or(file.smtp_security),
            smtp_user: mail.smtp_user.or(file.smtp_user),
            mail_from: mail.mail_from.or(file.mail_from),
            public_url: mail.public_url.or(file.public_url),
        };
        // A template by flag takes the place of the other kind in the file too.
        let file = config.sms.args;
        let (sms_json, sms_form) = match (&sms.sms_json, &sms.sms_form) {
            (None, None) => (file.sms_json, file.sms_form),
            _ => (sms.sms_json, sms.sms_form),
        };
        config.sms.args = SmsArgs { sms_url: sms.sms_url.or(file.sms_url), sms_json, sms_form };
        Ok(config)
    }

    /// As [`Config::with_carriers`], for commands that send none of their own.
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
            tls: pair(listen.tls_certificate.or(file.tls_certificate), listen.tls_key.or(file.tls_key))?,
            danger_plain_http: listen.danger_plain_http || file.danger_plain_http,
            proxies: proxies(listen.trusted_proxies, &file.trusted_proxies)?,
            log: listen.log.or(file.log).unwrap_or_else(|| LOG.to_owned()),
            log_json: listen.log_json || file.log_json,
            origin: file.origin.unwrap_or_else(|| "candor.local".to_owned()),
            limits: Limits {
                body_bytes_max: file.body_bytes_max.unwrap_or(limits.body_bytes_max),
                connections_max: file.connections_max.unwrap_or(limits.connections_max),
                ..limits
            },
            resolver: listen.dns_resolver.or(file.dns.resolver),
            rate: Rate { per_second, burst: per_second },
            risk: file.risk,
            systems: Allowed::of(&listen.systems, &file.systems)?,
            opendsr: file.opendsr,
            profile_image: file.profile_image,
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
            sms: SmsConfig {
                args: SmsArgs { sms_url: file.sms_url, sms_json: file.sms_json, sms_form: file.sms_form },
                headers_file: file.sms_headers_file,
                ca_file: file.sms_ca_file,
            },
        })
    }

    /// How what is said travels.
    pub const fn travels(&self) -> Travels {
        match (&self.tls, self.danger_plain_http) {
            (Some(_), _) => Travels::Encrypted,
            (None, true) => Travels::DangerPlain,
            (None, false) => Travels::Plain,
        }
    }
}

/// A certificate with its key, or neither.
fn pair(certificate: Option<PathBuf>, key: Option<PathBuf>) -> Result<Option<TlsFiles>, Trouble> {
    match (certificate, key) {
        (Some(certificate), Some(key)) => Ok(Some(TlsFiles { certificate, key })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(Trouble::bad_input("speak TLS", "a certificate is named and its key is not")
            .next("name the key's file with `--tls-key`")),
        (None, Some(_)) => Err(Trouble::bad_input("speak TLS", "a key is named and its certificate is not")
            .next("name the certificate's file with `--tls-certificate`")),
    }
}

/// Those of the command line, or else those of the file.
fn proxies(named: Vec<Network>, in_file: &[String]) -> Result<Proxies, Trouble> {
    let attempted = "read which proxies are trusted";
    let networks = if named.is_empty() {
        let parsed: Result<_, _> = in_file.iter().map(|network| network.parse()).collect();
        parsed.map_err(|error| Trouble::bad_input(attempted, error))?
    } else {
        named
    };
    Proxies::new(networks).map_err(|error| Trouble::bad_input(attempted, error))
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
        assert_eq!(config.travels(), Travels::Plain);
        fs::write(&file, "tls_certificate = \"c\"\n").unwrap();
        let place = PlaceArgs { config: Some(file.clone()), ..PlaceArgs::default() };
        Config::new(place.clone(), ListenArgs::default()).unwrap_err();
        let listen = ListenArgs { tls_key: Some("k".into()), ..ListenArgs::default() };
        assert_eq!(Config::new(place, listen).unwrap().travels(), Travels::Encrypted);
        fs::write(&file, "listening = 1").unwrap();
        let place = PlaceArgs { config: Some(file.clone()), ..PlaceArgs::default() };
        Config::new(place, ListenArgs::default()).unwrap_err();
        fs::remove_file(file).unwrap();
    }
}
