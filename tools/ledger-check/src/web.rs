//! A log on a web server.

use std::sync::Arc;
use std::time::Duration;

use candor_ledger::{FetchError, LogSource};
use ureq::Agent;
use ureq::tls::TlsConfig;

const WAIT_PER_FILE: Duration = Duration::from_secs(30);

/// A URL under which `checkpoint` and `tile/…` are.
pub struct Web {
    agent: Agent,
    prefix: String,
}

impl Web {
    pub fn new(url: &str) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = TlsConfig::builder().unversioned_rustls_crypto_provider(provider).build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(WAIT_PER_FILE))
            .max_redirects(3)
            .http_status_as_error(false)
            .build();
        Self { agent: config.into(), prefix: url.trim_end_matches('/').to_owned() }
    }
}

impl LogSource for Web {
    fn fetch(&self, path: &str, bytes_max: usize) -> Result<Option<Vec<u8>>, FetchError> {
        let refuse = |error: ureq::Error| FetchError::new(error.to_string());
        let mut response = self.agent.get(format!("{}/{path}", self.prefix)).call().map_err(refuse)?;
        match response.status().as_u16() {
            // ureq fails when it reaches the limit, so a file of exactly the bound needs one more.
            200 => {
                response.body_mut().with_config().limit(bytes_max as u64 + 1).read_to_vec().map(Some).map_err(refuse)
            }
            404 | 410 => Ok(None),
            status => Err(FetchError::new(format!("the server answered `{status}`"))),
        }
    }
}
