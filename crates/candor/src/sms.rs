//! The gateway of text messages, as configured: address and template by flag, environment or file; what it wants to see of
//! us (`Authorization: …`) by environment or a file of its own, and never by flag.

use std::env;
use std::path::PathBuf;
use std::sync::Arc;

use candor_notify::Notify;
use candor_sms::{Body, Gateway, Method, Texter};
use candor_words::Secret;

use crate::server::chain;
use crate::small_file::read;
use crate::trouble::Trouble;

/// Holds the headers for the gateway, one a line.
pub const HEADERS_VARIABLE: &str = "CANDOR_SMS_HEADERS";

/// How text messages leave.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct SmsArgs {
    /// The gateway of text messages: `https://sms.example/v1/messages`. Without one, no codes are sent to telephones. Its
    /// headers are read from `CANDOR_SMS_HEADERS` or from `sms_headers_file` of the configuration.
    #[arg(long, env = "CANDOR_SMS_URL", value_name = "URL")]
    pub sms_url: Option<String>,
    /// What is said to it as JSON: `{"to": "{to}", "text": "{text}"}`.
    #[arg(long, env = "CANDOR_SMS_JSON", value_name = "TEMPLATE", conflicts_with = "sms_form")]
    pub sms_json: Option<String>,
    /// What is said to it as a form: `From=Vendor&To={to}&Body={text}`.
    #[arg(long, env = "CANDOR_SMS_FORM", value_name = "TEMPLATE")]
    pub sms_form: Option<String>,
}

/// What holds in the end.
#[derive(Debug, Clone, Default)]
pub struct SmsConfig {
    /// Flags and environment, before the file.
    pub args: SmsArgs,
    /// A file with headers, one a line: `Authorization: Bearer …`.
    pub headers_file: Option<PathBuf>,
    /// Certificates to trust beside those of the machine (PEM).
    pub ca_file: Option<PathBuf>,
}

impl SmsConfig {
    /// Makes the carrier; none without a gateway.
    ///
    /// # Errors
    /// No template, or one that is none; a plain connection that would leave this machine; headers or certificates that
    /// cannot be read.
    pub fn carrier(&self) -> Result<Option<Arc<dyn Notify>>, Trouble> {
        let Some(url) = &self.args.sms_url else { return Ok(None) };
        let attempted = || "prepare for text messages";
        let body = match (&self.args.sms_json, &self.args.sms_form) {
            (Some(template), None) => Body::json(template),
            (None, Some(template)) => Body::form(template),
            _ => {
                return Err(Trouble::bad_input(attempted(), "not one template says what the gateway is asked")
                    .next("name `--sms-json` or `--sms-form`, as the gateway wants it"));
            }
        };
        let body = body.map_err(|error| Trouble::bad_input(attempted(), chain(&error)))?;
        let gateway = Gateway {
            url: url.clone(),
            method: Method::Post,
            headers: self.headers()?,
            body,
            trusted: self.ca_file.as_deref().map(read).transpose()?,
        };
        let texter = Texter::new(gateway).map_err(|error| Trouble::bad_input(attempted(), chain(&error)))?;
        Ok(Some(Arc::new(texter)))
    }

    fn headers(&self) -> Result<Vec<(String, Secret<String>)>, Trouble> {
        let text = match (env::var(HEADERS_VARIABLE), &self.headers_file) {
            (Ok(text), _) => text,
            (Err(_), Some(file)) => String::from_utf8_lossy(&read(file)?).into_owned(),
            (Err(_), None) => return Ok(Vec::new()),
        };
        let line = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.trim().to_owned(), Secret::new(value.trim().to_owned())))
        };
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        lines.map(line).collect::<Option<_>>().ok_or_else(|| {
            Trouble::bad_input("read the headers for the gateway of text messages", "a line is not `Name: value`")
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn config(url: &str, json: Option<&str>) -> SmsConfig {
        let args = SmsArgs { sms_url: Some(url.into()), sms_json: json.map(Into::into), sms_form: None };
        SmsConfig { args, ..SmsConfig::default() }
    }

    #[tokio::test]
    async fn a_gateway_needs_a_template_and_a_safe_road() {
        let template = Some(r#"{"to":"{to}","text":"{text}"}"#);
        assert!(SmsConfig::default().carrier().unwrap().is_none());
        assert!(config("http://127.0.0.1:9", template).carrier().unwrap().is_some());
        assert!(config("http://sms.example", template).carrier().is_err());
        assert!(config("https://sms.example", None).carrier().is_err());
        assert!(config("https://sms.example", Some("{}")).carrier().is_err());
    }

    #[test]
    fn headers_come_from_a_file_of_their_own() {
        let file = std::env::temp_dir().join(format!("candor-sms-{}", std::process::id()));
        fs::write(&file, "Authorization: Bearer a:b\n\nX-From: Vendor\n").unwrap();
        let named = SmsConfig { headers_file: Some(file.clone()), ..SmsConfig::default() };
        let headers = named.headers().unwrap();
        assert_eq!(
            (headers.len(), headers[0].0.as_str(), headers[0].1.expose().as_str()),
            (2, "Authorization", "Bearer a:b")
        );
        fs::write(&file, "Bearer").unwrap();
        assert!(named.headers().is_err());
        fs::remove_file(file).unwrap();
    }
}
