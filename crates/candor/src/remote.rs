//! A running server, asked by a command: with which key, over which connection.
//!
//! Keys come from a file or the environment, never from the command line; beyond this machine the connection is
//! encrypted or not made.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use candor_words::Secret;
use ureq::Agent;
use ureq::tls::TlsConfig;

use crate::trouble::Trouble;

/// The longest file that is read for a key.
const KEY_BYTES_MAX: u64 = 4_096;

/// The key that a command presents.
#[derive(Debug, Clone, clap::Args)]
pub struct KeyArgs {
    /// A file that holds the API key, which names the tenant too; without it, `CANDOR_API_KEY` holds the key.
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
}

impl KeyArgs {
    /// Reads the key.
    ///
    /// # Errors
    /// There is none, or its file cannot be read.
    pub fn key(&self) -> Result<Secret<String>, Trouble> {
        let text = match &self.api_key_file {
            Some(path) => {
                let mut text = String::new();
                let file = File::open(path).and_then(|file| file.take(KEY_BYTES_MAX).read_to_string(&mut text));
                file.map_err(|error| Trouble::bad_input(format!("read the key file `{}`", path.display()), error))?;
                text
            }
            None => std::env::var("CANDOR_API_KEY").map_err(|_| {
                Trouble::bad_input("present an API key", "there is none")
                    .next("set `CANDOR_API_KEY`, or name a file that holds the key with `--api-key-file`")
            })?,
        };
        Ok(Secret::new(text.trim().to_owned()))
    }
}

/// A client for one server; follows no redirection and takes every status for an answer.
///
/// # Errors
/// Another machine without TLS: a key, and perhaps people's data, would cross the network in the open.
pub fn agent(server: &str, wait: Duration) -> Result<Agent, Trouble> {
    let is_local = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
        .iter()
        .any(|local| server.strip_prefix(local).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/'])));
    if !is_local && !server.starts_with("https://") {
        return Err(Trouble::bad_input(
            format!("ask the server at `{server}`"),
            "it is beyond this machine and the connection would not be encrypted",
        )
        .next("name an `https://` address, or run the command on the server's own machine"));
    }
    let config = Agent::config_builder().tls_config(tls()).timeout_global(Some(wait));
    Ok(config.max_redirects(0).http_status_as_error(false).build().into())
}

/// TLS over the same library as everything else.
pub fn tls() -> TlsConfig {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    TlsConfig::builder().unversioned_rustls_crypto_provider(provider).build()
}
