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
use serde_json::Value;
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

/// Which server, and how to print.
#[derive(Debug, clap::Args)]
pub struct Place {
    /// The server.
    #[arg(long, env = "CANDOR_SERVER", value_name = "URL", default_value = "http://127.0.0.1:8700")]
    pub server: String,
    /// The key that is presented there.
    #[command(flatten)]
    pub key: KeyArgs,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// The longest answer that is read.
const ANSWER_BYTES_MAX: u64 = 8 << 20;

/// A server that is asked.
pub struct Asked<'a> {
    server: &'a str,
    key: Secret<String>,
    agent: Agent,
}

impl<'a> Asked<'a> {
    /// Asks the server at an address with a key.
    ///
    /// # Errors
    /// Those of [`agent`].
    pub fn new(server: &'a str, key: Secret<String>, wait: Duration) -> Result<Self, Trouble> {
        Ok(Self { server: server.trim_end_matches('/'), key, agent: agent(server, wait)? })
    }

    /// GETs.
    ///
    /// # Errors
    /// The server does not answer, or refuses.
    pub fn get(&self, path: &str) -> Result<Value, Trouble> {
        let request = self.agent.get(self.url(path)).header("authorization", format!("Bearer {}", self.key.expose()));
        self.read(path, request.call())
    }

    /// POSTs a body, or none.
    ///
    /// # Errors
    /// The server does not answer, or refuses.
    pub fn post(&self, path: &str, body: Option<&Value>) -> Result<Value, Trouble> {
        let request = self.agent.post(self.url(path)).header("authorization", format!("Bearer {}", self.key.expose()));
        match body {
            Some(body) => self.read(path, request.send_json(body)),
            None => self.read(path, request.send_empty()),
        }
    }

    /// POSTs a body and writes the answer out as it comes, however long it is; how many bytes came.
    ///
    /// # Errors
    /// The server does not answer, refuses, or breaks off.
    pub fn download(&self, path: &str, body: &Value, to: &mut impl std::io::Write) -> Result<u64, Trouble> {
        let mut answer = self.stream(path, body)?;
        std::io::copy(&mut answer, to).map_err(|error| self.broke_off(path, error))
    }

    /// POSTs a body, and gives the answer to be read as it comes.
    ///
    /// # Errors
    /// The server does not answer, or refuses.
    pub fn stream(&self, path: &str, body: &Value) -> Result<impl Read + use<>, Trouble> {
        let request = self.agent.post(self.url(path)).header("authorization", format!("Bearer {}", self.key.expose()));
        match request.send_json(body) {
            Ok(answer) if answer.status().is_success() => Ok(answer.into_body().into_reader()),
            refused => {
                let answered = self.read(path, refused)?;
                Err(Trouble::failed(format!("ask `{}` for `{path}`", self.server), format!("it said `{answered}`")))
            }
        }
    }

    /// What to say of an answer that cannot be read to its end.
    pub fn broke_off(&self, path: &str, error: impl std::fmt::Display) -> Trouble {
        Trouble::failed(format!("take what `{}` gives for `{path}`", self.server), error)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server)
    }

    fn read(
        &self,
        path: &str,
        answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Value, Trouble> {
        let attempted = || format!("ask `{}` for `{path}`", self.server);
        let mut answer = answer.map_err(|error| {
            Trouble::failed(attempted(), error).next("name a server that runs, such as `http://127.0.0.1:8700`")
        })?;
        let status = answer.status().as_u16();
        let body: Value = answer
            .body_mut()
            .with_config()
            .limit(ANSWER_BYTES_MAX)
            .read_json()
            .map_err(|error| Trouble::failed(attempted(), error))?;
        if (200..300).contains(&status) {
            return Ok(body);
        }
        let text = |value: &Value| value.as_str().map_or_else(|| "–".to_owned(), str::to_owned);
        let at =
            body["pointer"].as_str().map_or_else(String::new, |pointer| format!(", at `{pointer}` of what was sent"));
        let trouble = Trouble::failed(attempted(), format!("{} ({}){at}", text(&body["detail"]), text(&body["code"])));
        Err(match body["help"].as_str() {
            Some(help) => trouble.next(help),
            None => trouble,
        })
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
