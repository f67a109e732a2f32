//! A token of client credentials (RFC 6749, section 4.4), kept until shortly before it ends.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use candor_connect::ConnectError;
use candor_words::Secret;
use reqwest::{Client, Url};
use serde::Deserialize;
use tokio::time::Instant;

const ANSWER_BYTES_MAX: usize = 65_536;
/// How long before its end a token is not used any more.
const MARGIN: Duration = Duration::from_secs(30);
/// How long a token is used of which no end was said.
const UNSAID: Duration = Duration::from_secs(300);
const LONGEST: Duration = Duration::from_secs(86_400);

pub(crate) struct Token {
    pub token: Secret<String>,
    pub until: Instant,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(default)]
    expires_in: Option<u64>,
}

/// Asks for a token.
pub(crate) async fn ask(
    client: &Client,
    token_url: &Url,
    id: &Secret<String>,
    secret: &Secret<String>,
    scope: Option<&str>,
) -> Result<Token, ConnectError> {
    let mut form = vec![("grant_type", "client_credentials")];
    form.extend(scope.map(|scope| ("scope", scope)));
    let pair = STANDARD.encode(format!("{}:{}", escaped(id.expose()), escaped(secret.expose())));
    let request = client
        .post(token_url.clone())
        .header("authorization", format!("Basic {pair}"))
        .header("accept", "application/json")
        .form(&form);
    let unreachable = |_| ConnectError::Unreachable { why: "its token endpoint did not answer".to_owned() };
    let mut answer = request.send().await.map_err(unreachable)?;
    match answer.status().as_u16() {
        200 => {}
        429 | 503 => return Err(ConnectError::Busy { retry_after_seconds: None }),
        500..600 => return Err(ConnectError::Unreachable { why: "its token endpoint failed".to_owned() }),
        _ => return Err(ConnectError::PrivilegeMissing { what: "a token for the client credentials".to_owned() }),
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
        body.extend_from_slice(&chunk);
        if body.len() > ANSWER_BYTES_MAX {
            break;
        }
    }
    let granted: Granted = serde_json::from_slice(&body)
        .map_err(|_| ConnectError::Failed { why: "its token endpoint did not give a token".to_owned() })?;
    let lasts = granted.expires_in.map_or(UNSAID, Duration::from_secs).min(LONGEST);
    Ok(Token { token: Secret::new(granted.access_token), until: Instant::now() + lasts.saturating_sub(MARGIN) })
}

/// Name and secret are escaped as in a form before they are joined. Source: RFC 6749, section 2.3.1.
fn escaped(text: &str) -> String {
    Url::parse_with_params("http://_/", [("_", text)])
        .ok()
        .and_then(|url| url.query().and_then(|query| query.strip_prefix("_=")).map(str::to_owned))
        .unwrap_or_default()
}
