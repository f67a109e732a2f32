//! Who a person is to a provider: its word verified, and of what it says only what was wanted.

use std::collections::BTreeMap;

use candor_identity_port::{Provider, Shape, UpstreamAttempt, UpstreamEmail, UpstreamError, UpstreamPerson};
use candor_jose::{Algorithm, Claims, ClaimsError, ExpectedIdToken, JwkSet, JwsError, Verifier};
use candor_words::Instant;
use serde_json::{Map, Value};

use crate::metadata::DIRECTORY;

const LEEWAY_SECONDS: u32 = 60;
const AGE_SECONDS_MAX: u32 = 600;
const EMAIL_BYTES_MAX: usize = 254;
const CLAIM_BYTES_MAX: usize = 1_024;

/// The claims of a verified ID token, and whose word they are.
pub(crate) struct Word {
    pub(crate) issuer: String,
    pub(crate) claims: Claims,
}

/// Verifies the ID token of an attempt.
pub(crate) fn verify_word(
    token: &str,
    access_token: Option<&str>,
    provider: &Provider,
    attempt: &UpstreamAttempt,
    keys: &JwkSet,
    now: Instant,
) -> Result<Word, UpstreamError> {
    let claims = Verifier { keys, algorithms: &Algorithm::ALL, typ: None }.verify(token)?.claims()?;
    let issuer = issuer_of(&claims, provider)?;
    claims.check_id_token(&ExpectedIdToken {
        issuer: &issuer,
        client_id: &provider.client_id,
        nonce: Some(attempt.nonce.expose()),
        access_token,
        now,
        leeway_seconds: LEEWAY_SECONDS,
        age_seconds_max: AGE_SECONDS_MAX,
    })?;
    Ok(Word { issuer, claims })
}

/// The issuer that the token must have. Of Microsoft's, the template with the token's own directory, which must be one of
/// those that may come: the keys are the same for all directories, so that this is the only thing that tells them apart.
fn issuer_of(claims: &Claims, provider: &Provider) -> Result<String, UpstreamError> {
    if provider.shape != Shape::Microsoft {
        return Ok(provider.issuer.clone());
    }
    let directory =
        claims.string("tid").filter(|id| is_directory(id)).ok_or(ClaimsError::Malformed { claim: "tid" })?;
    if !provider.directories.is_empty() && !provider.directories.iter().any(|one| one == directory) {
        return Err(UpstreamError::DirectoryRefused);
    }
    Ok(provider.issuer.replace(DIRECTORY, directory))
}

fn is_directory(id: &str) -> bool {
    id.len() == 36 && id.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// Whether a wanted claim is missing, so that the other place where the provider describes people is worth a request.
pub(crate) fn is_incomplete(word: &Word, wanted: &[String]) -> bool {
    wanted.iter().any(|claim| word.claims.get(claim).is_none())
}

/// Reads the other place (OpenID Connect Core, section 5.3.2): it must speak of the same person.
pub(crate) fn same_person(word: &Word, said: Map<String, Value>) -> Result<Map<String, Value>, UpstreamError> {
    let is_same = said.get("sub").and_then(Value::as_str) == word.claims.string("sub");
    if is_same { Ok(said) } else { Err(UpstreamError::SubjectDiffers) }
}

/// Takes what was wanted, from the ID token first. An address and whether it is verified come from one place.
pub(crate) fn person(
    word: &Word,
    userinfo: Option<&Map<String, Value>>,
    provider: &Provider,
    wanted: &[String],
) -> Result<UpstreamPerson, UpstreamError> {
    let places: Vec<&Map<String, Value>> = [Some(word.claims.members()), userinfo].into_iter().flatten().collect();
    let subject = word.claims.string("sub").ok_or(JwsError::PayloadMalformed)?.to_owned();
    let mut claims = BTreeMap::new();
    for name in wanted.iter().filter(|name| name.as_str() != "email") {
        if let Some(text) = places.iter().find_map(|place| place.get(name).and_then(text_of)) {
            claims.insert(name.clone(), text);
        }
    }
    let is_wanted = wanted.iter().any(|claim| claim == "email");
    let mut emails = places.iter().filter(|_| is_wanted).filter_map(|place| email_of(place, provider.shape));
    let first = emails.next();
    let email = match first {
        Some(email) if !email.is_verified => emails.find(|other| other.is_verified).or(Some(email)),
        other => other,
    };
    Ok(UpstreamPerson { issuer: word.issuer.clone(), subject, email, claims })
}

/// Texts, numbers and yes or no; whatever is longer or nested is left out.
fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(is) => is.to_string(),
        _ => return None,
    };
    (text.len() <= CLAIM_BYTES_MAX && !text.is_empty()).then_some(text)
}

fn email_of(place: &Map<String, Value>, shape: Shape) -> Option<UpstreamEmail> {
    let address = place.get("email").and_then(Value::as_str)?;
    if address.is_empty() || address.len() > EMAIL_BYTES_MAX || address.chars().any(char::is_control) {
        return None;
    }
    let is_verified = match shape {
        Shape::Plain => says_yes(place, "email_verified"),
        Shape::Google => says_yes(place, "email_verified") && is_googles_own(place, address),
        // Microsoft's `email` is whatever an administrator wrote there, unless the domain's owner was verified.
        Shape::Microsoft => says_yes(place, "xms_edov"),
    };
    Some(UpstreamEmail { address: address.to_owned(), is_verified })
}

/// Google answers for mail that it delivers itself. Of any other address it once sent a letter there, and whom it belongs to
/// today it does not know.
fn is_googles_own(place: &Map<String, Value>, address: &str) -> bool {
    let is_hosted = place.get("hd").and_then(Value::as_str).is_some_and(|domain| !domain.is_empty());
    let domain = address.rsplit_once('@').map(|(_, domain)| domain.to_ascii_lowercase());
    is_hosted || domain.is_some_and(|domain| domain == "gmail.com")
}

/// `true`, and the two other ways in which it is written.
fn says_yes(place: &Map<String, Value>, name: &str) -> bool {
    match place.get(name) {
        Some(Value::Bool(is)) => *is,
        Some(Value::String(text)) => text == "true" || text == "1",
        Some(Value::Number(number)) => number.as_u64() == Some(1),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn is_verified(shape: Shape, claims: Value) -> Option<bool> {
        email_of(claims.as_object().unwrap(), shape).map(|email| email.is_verified)
    }

    #[test]
    fn an_address_counts_as_verified_only_when_its_provider_can_know() {
        let cases = [
            (Shape::Plain, json!({ "email": "a@b.example" }), Some(false)),
            (Shape::Plain, json!({ "email": "a@b.example", "email_verified": false }), Some(false)),
            (Shape::Plain, json!({ "email": "a@b.example", "email_verified": "false" }), Some(false)),
            (Shape::Plain, json!({ "email": "a@b.example", "email_verified": true }), Some(true)),
            (Shape::Plain, json!({ "email": "a@b.example", "email_verified": "true" }), Some(true)),
            (Shape::Plain, json!({ "email": "a@b.example", "xms_edov": true }), Some(false)),
            (Shape::Google, json!({ "email": "a@gmail.com", "email_verified": true }), Some(true)),
            (Shape::Google, json!({ "email": "a@gmail.com" }), Some(false)),
            (Shape::Google, json!({ "email": "a@b.example", "email_verified": true }), Some(false)),
            (Shape::Google, json!({ "email": "a@b.example", "email_verified": true, "hd": "b.example" }), Some(true)),
            (Shape::Google, json!({ "email": "a@notgmail.com", "email_verified": true }), Some(false)),
            (Shape::Microsoft, json!({ "email": "a@b.example", "email_verified": true }), Some(false)),
            (Shape::Microsoft, json!({ "email": "a@b.example", "xms_edov": "1" }), Some(true)),
            (Shape::Microsoft, json!({ "email": "a@b.example", "xms_edov": 0 }), Some(false)),
            (Shape::Plain, json!({ "email": "a@b.example\nBcc: c@d.example", "email_verified": true }), None),
            (Shape::Plain, json!({ "email": ["a@b.example"], "email_verified": true }), None),
        ];
        for (shape, claims, expected) in cases {
            assert_eq!(is_verified(shape, claims.clone()), expected, "{shape:?} {claims}");
        }
    }
}
