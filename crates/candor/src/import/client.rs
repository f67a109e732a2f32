//! A running server, asked over HTTP with one API key; patient where it pays to be.

use std::thread;
use std::time::Duration;

use candor_words::Secret;
use serde_json::Value;
use ureq::Agent;

use crate::remote;
use crate::trouble::Trouble;

const WAIT_PER_REQUEST: Duration = Duration::from_secs(60);
/// How often a request is sent again when the server does not answer, or says that it cannot now.
const ATTEMPTS_MAX: u32 = 10;
const BACK_OFF_MAX: Duration = Duration::from_secs(15);
const ANSWER_BYTES_MAX: u64 = 4 << 20;

/// The server and the key.
pub struct Client {
    agent: Agent,
    server: String,
    key: Secret<String>,
}

impl Client {
    /// Takes the server's address and the key.
    ///
    /// # Errors
    /// Another machine without TLS: people's data would cross the network in the open.
    pub fn new(server: &str, key: Secret<String>) -> Result<Self, Trouble> {
        let agent = remote::agent(server, WAIT_PER_REQUEST)?;
        Ok(Self { agent, server: server.trim_end_matches('/').to_owned(), key })
    }

    /// POSTs JSON; waits and sends again when the server asks for it or does not answer.
    ///
    /// # Errors
    /// The server refuses the request as a whole, or does not answer for too long.
    pub fn post(&self, path: &str, body: &[u8]) -> Result<Value, Trouble> {
        let attempted = || format!("import into `{}`", self.server);
        let mut reason = String::new();
        for attempt in 0..ATTEMPTS_MAX {
            let back_off = Duration::from_millis(250 << attempt).min(BACK_OFF_MAX);
            match self.send(path, body) {
                Ok((200..=299, answer, _)) => return Ok(answer),
                Ok((429 | 503, answer, retry_after)) => {
                    reason = said(&answer, 503);
                    // Long waits are cut: the bound of attempts counts, not one header.
                    thread::sleep(retry_after.unwrap_or(back_off).min(BACK_OFF_MAX));
                }
                Ok((status @ 500.., answer, _)) => {
                    reason = said(&answer, status);
                    thread::sleep(back_off);
                }
                Ok((status, answer, _)) => {
                    let trouble = Trouble::bad_input(attempted(), said(&answer, status));
                    return Err(match answer["help"].as_str() {
                        Some(help) => trouble.next(help),
                        None => trouble,
                    });
                }
                Err(error) => {
                    reason = error.to_string();
                    thread::sleep(back_off);
                }
            }
        }
        Err(Trouble::failed(attempted(), reason)
            .next("start the same command again when the server answers: it goes on where it left off"))
    }

    fn send(&self, path: &str, body: &[u8]) -> Result<(u16, Value, Option<Duration>), ureq::Error> {
        let key = format!("Bearer {}", self.key.expose());
        let request = self.agent.post(format!("{}{path}", self.server));
        let request = request.header("authorization", key).header("content-type", "application/json");
        let mut response = request.send(body)?;
        let retry_after = response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
        let text = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec()?;
        let answer = serde_json::from_slice(&text).unwrap_or_default();
        Ok((response.status().as_u16(), answer, retry_after.map(Duration::from_secs)))
    }
}

/// What a refusal says, in one line.
fn said(answer: &Value, status: u16) -> String {
    match (answer["detail"].as_str(), answer["code"].as_str()) {
        (Some(detail), Some(code)) => format!("{detail} ({code})"),
        _ => format!("the server answered {status}"),
    }
}
