//! What a person brought back: whose answer it is, and the exchange of its code (OpenID Connect Core, 3.1.3; RFC 9207).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use candor_identity_port::{ANSWER_BYTES_MAX, Provider, Shape, UpstreamAnswer, UpstreamAttempt, UpstreamError};
use reqwest::{Client, RequestBuilder};
use subtle::ConstantTimeEq as _;

use crate::fetch::fetch;
use crate::metadata::{DIRECTORY, Metadata};

/// The refusals that the standards name; a provider's own words are repeated nowhere.
const REFUSALS: [&str; 13] = [
    "access_denied",
    "account_selection_required",
    "consent_required",
    "interaction_required",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "login_required",
    "server_error",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_response_type",
];

/// What an exchange gave.
#[derive(serde::Deserialize)]
pub(crate) struct Tokens {
    pub(crate) id_token: String,
    pub(crate) access_token: Option<String>,
}

#[derive(serde::Deserialize)]
struct Refusal {
    error: String,
}

/// Whose answer it is, and its code. Asks nobody anything.
pub(crate) fn code_of<'a>(
    answer: &'a UpstreamAnswer,
    provider: &Provider,
    attempt: &UpstreamAttempt,
    metadata: &Metadata,
) -> Result<&'a str, UpstreamError> {
    let parts = [Some(&answer.state), answer.code.as_ref(), answer.error.as_ref(), answer.issuer.as_ref()];
    if parts.into_iter().flatten().any(|part| part.len() > ANSWER_BYTES_MAX) {
        return Err(UpstreamError::TooLong { what: "answer", bytes_max: ANSWER_BYTES_MAX });
    }
    if !bool::from(answer.state.as_bytes().ct_eq(attempt.state.expose().as_bytes())) {
        return Err(UpstreamError::StateWrong);
    }
    match &answer.issuer {
        Some(issuer) if !is_issuer(issuer, provider) => return Err(UpstreamError::MixedUp),
        None if metadata.says_issuer => return Err(UpstreamError::MixedUp),
        _ => {}
    }
    match (&answer.error, &answer.code) {
        (Some(error), _) => Err(refusal(error)),
        (None, Some(code)) if !code.is_empty() => Ok(code),
        _ => Err(UpstreamError::Refused { code: "invalid_request" }),
    }
}

/// Whether an issuer is the configured one: of Microsoft's, one directory of the template.
fn is_issuer(said: &str, provider: &Provider) -> bool {
    match (provider.shape, provider.issuer.split_once(DIRECTORY)) {
        (Shape::Microsoft, Some((before, after))) => {
            let directory = said.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            directory.is_some_and(|directory| !directory.is_empty() && !directory.contains('/'))
        }
        _ => said == provider.issuer,
    }
}

fn refusal(error: &str) -> UpstreamError {
    let code = REFUSALS.into_iter().find(|known| *known == error).unwrap_or("other");
    UpstreamError::Refused { code }
}

/// Exchanges a code for tokens.
pub(crate) async fn exchange(
    client: &Client,
    metadata: &Metadata,
    provider: &Provider,
    attempt: &UpstreamAttempt,
    code: &str,
) -> Result<Tokens, UpstreamError> {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &provider.redirect_uri),
        ("code_verifier", attempt.verifier.expose()),
    ];
    let request = client.post(metadata.token.clone());
    let request = match &provider.client_secret {
        Some(secret) if metadata.takes_basic => with_basic(request, &provider.client_id, secret.expose()),
        Some(secret) => {
            form.extend([("client_id", provider.client_id.as_str()), ("client_secret", secret.expose().as_str())]);
            request
        }
        None => {
            form.push(("client_id", &provider.client_id));
            request
        }
    };
    let fetched = fetch(request.form(&form), "token answer").await?;
    if fetched.status.is_client_error() {
        let refused = serde_json::from_slice::<Refusal>(&fetched.body).map_err(|_| fetched.malformed())?;
        return Err(refusal(&refused.error));
    }
    fetched.json()
}

/// Name and secret are escaped as in a form before they are joined. Source: RFC 6749, section 2.3.1.
fn with_basic(request: RequestBuilder, client_id: &str, secret: &str) -> RequestBuilder {
    let escaped = |text: &str| {
        reqwest::Url::parse_with_params("http://_/", [("_", text)]).map_or_else(
            |_| String::new(),
            |url| url.query().and_then(|query| query.strip_prefix("_=")).unwrap_or_default().to_owned(),
        )
    };
    let pair = STANDARD.encode(format!("{}:{}", escaped(client_id), escaped(secret)));
    request.header("authorization", format!("Basic {pair}"))
}
