//! Tells others over HTTPS what concerns them: applications that somebody signed out (OpenID Connect Back-Channel Logout 1.0,
//! section 2.5), organisations how far a request of theirs has come.
//!
//! One post, within five seconds; no redirect is followed, no cookie kept, and of the answer nothing but
//! its status is read. An address is called if it is `https`, or on this very machine. Making one opens nothing.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use candor_call::careful_client;
use candor_connect::{Callback, CallbackError, Callbacks};
use candor_identity_port::{BackChannel, BackChannelError};
use reqwest::{Client, Url};

const WAIT: Duration = Duration::from_secs(5);

/// Posts logout tokens and call-backs.
#[derive(Default)]
pub struct HttpBackChannel {
    client: OnceLock<Option<Client>>,
}

impl HttpBackChannel {
    /// Makes it.
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl BackChannel for HttpBackChannel {
    async fn tell(&self, address: &str, logout_token: &str) -> Result<(), BackChannelError> {
        let address = safe(address).ok_or(BackChannelError::Insecure)?;
        // The machine's certificates are read when the first application is told: that takes a while.
        let client = self.client.get_or_init(client).as_ref().ok_or(BackChannelError::Unreachable)?;
        let sent = client.post(address).form(&[("logout_token", logout_token)]).send().await;
        let status = sent.map_err(|_| BackChannelError::Unreachable)?.status();
        if status.is_success() { Ok(()) } else { Err(BackChannelError::Refused { status: status.as_u16() }) }
    }
}

#[async_trait]
impl Callbacks for HttpBackChannel {
    async fn post(&self, callback: &Callback) -> Result<(), CallbackError> {
        let address = safe(&callback.address).ok_or(CallbackError::Insecure)?;
        let client = self.client.get_or_init(client).as_ref().ok_or(CallbackError::Unreachable)?;
        let post = client.post(address).header("content-type", callback.content_type).body(callback.body.clone());
        let post = callback.headers.iter().fold(post, |post, (name, value)| post.header(*name, value));
        let status = post.send().await.map_err(|_| CallbackError::Unreachable)?.status();
        if status.is_success() { Ok(()) } else { Err(CallbackError::Refused { status: status.as_u16() }) }
    }
}

fn safe(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    let is_here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let is_bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    (is_bare && (url.scheme() == "https" || (url.scheme() == "http" && is_here))).then_some(url)
}

fn client() -> Option<Client> {
    careful_client([])?.timeout(WAIT).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    async fn answered(answer: &'static str) -> (Result<(), BackChannelError>, String) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/out", listener.local_addr().unwrap());
        let heard = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (mut heard, mut part) = (String::new(), [0; 4096]);
            while !heard.contains("logout_token=") {
                let n_read = stream.read(&mut part).await.unwrap();
                heard.push_str(&String::from_utf8_lossy(&part[..n_read]));
            }
            stream.write_all(answer.as_bytes()).await.unwrap();
            heard
        });
        let told = HttpBackChannel::new().tell(&address, "the-token").await;
        (told, heard.await.unwrap())
    }

    #[tokio::test]
    async fn a_token_is_posted_and_the_status_read() {
        let (told, heard) = answered("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
        assert_eq!(told, Ok(()));
        assert!(heard.starts_with("POST /out") && heard.ends_with("logout_token=the-token"), "{heard}");
        let elsewhere = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(answered(elsewhere).await.0, Err(BackChannelError::Refused { status: 302 }), "nobody is followed");
    }

    #[tokio::test]
    async fn only_safe_addresses_are_called() {
        for address in ["http://app.example/out", "ftp://app.example", "https://user@app.example/", "app.example", ""] {
            let told = HttpBackChannel::new().tell(address, "x").await;
            assert_eq!(told, Err(BackChannelError::Insecure), "{address}");
        }
    }
}
