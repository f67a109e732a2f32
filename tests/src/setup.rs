//! What a `candor serve` of a test is started with.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::ports::free_port;
use crate::{Authority, Certified, Client, MailSink, SmsGateway, candor};

/// How a server is started, each time.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// The policies, each a `.candor` file or a folder of them; relative ones from the workspace's root.
    pub policies: Vec<PathBuf>,
    /// Where the store lies, when not below the server's own folder.
    pub data: Option<PathBuf>,
    /// The port that it listens on; any free one when 0.
    pub port: u16,
    /// What stands in its environment.
    pub environment: Vec<(&'static str, String)>,
    /// Who vouches for its certificate (PEM), when it speaks TLS.
    pub trusted: Option<String>,
}

impl Setup {
    /// Vendors' policies.
    pub fn of_vendors(vendors: &[&str]) -> Self {
        let policies = vendors.iter().map(|vendor| Path::new("policies").join(vendor)).collect();
        Self { policies, ..Self::default() }
    }

    /// One vendor's policy, and mail that goes to a sink.
    pub fn with_mail(vendor: &str, sink: &MailSink) -> Self {
        Self::of_vendors(&[vendor]).mailing_to(sink)
    }

    /// One policy's file or folder.
    pub fn of_policy(policy: &Path) -> Self {
        Self { policies: vec![policy.to_path_buf()], ..Self::default() }
    }

    /// The same with mail that goes to a sink.
    #[must_use]
    pub fn mailing_to(mut self, sink: &MailSink) -> Self {
        self.environment.extend([
            ("CANDOR_SMTP_HOST", sink.address().to_owned()),
            ("CANDOR_SMTP_SECURITY", "plain".to_owned()),
            ("CANDOR_MAIL_FROM", "privacy@vendor.example".to_owned()),
            ("CANDOR_PUBLIC_URL", "https://privacy.example".to_owned()),
        ]);
        self
    }

    /// The same under TLS, with a certificate that an authority puts into a folder.
    #[must_use]
    pub fn under_tls(mut self, authority: &Authority, folder: &Path) -> Self {
        let Certified { certificate, key } = authority.certify(folder);
        let variables = [("CANDOR_TLS_CERTIFICATE", certificate), ("CANDOR_TLS_KEY", key)];
        self.environment.extend(variables.map(|(name, file)| (name, file.display().to_string())));
        self.trusted = Some(authority.pem());
        self
    }

    /// Who asks the server that was started so.
    pub(crate) fn client(&self, base: &str, key: Option<&str>) -> Client {
        self.trusted.as_deref().map_or_else(|| Client::new(base, key), |trusted| Client::trusting(base, key, trusted))
    }

    /// The same on a port that people know it by, so that browsers use passkeys there.
    ///
    /// # Panics
    /// No port is free.
    #[must_use]
    pub fn on_localhost(mut self) -> Self {
        self.port = free_port();
        self.environment.retain(|(name, _)| *name != "CANDOR_PUBLIC_URL");
        self.environment.push(("CANDOR_PUBLIC_URL", format!("http://localhost:{}", self.port)));
        self
    }

    /// The same with text messages that go to a gateway.
    #[must_use]
    pub fn texting_over(mut self, gateway: &SmsGateway) -> Self {
        self.environment.extend([
            ("CANDOR_SMS_URL", gateway.url()),
            ("CANDOR_SMS_JSON", r#"{"to":"{to}","text":"{text}","reference":"{id}"}"#.to_owned()),
            ("CANDOR_SMS_HEADERS", "Authorization: Bearer of-the-gateway".to_owned()),
        ]);
        self
    }

    /// `candor serve` over a folder; its log goes to the file `log` there.
    pub(crate) fn command(&self, folder: &Path) -> Command {
        let log = std::fs::File::options().create(true).append(true).open(folder.join("log")).expect("a log file");
        let listen = format!("127.0.0.1:{}", self.port);
        let mut command = candor(&["serve", "--listen", &listen]);
        command.args(&self.policies);
        command.arg("--data-dir").arg(self.data.clone().unwrap_or_else(|| folder.join("data")));
        command.arg("--key-file").arg(folder.join("root.key"));
        command.envs(self.environment.iter().map(|(name, value)| (*name, value)));
        command.stdin(Stdio::null()).stderr(log);
        command
    }
}
