//! The answer to an authorization request: a code or a refusal, with who answers (RFC 9207), to the client's address.

use serde::{Deserialize, Serialize};

use crate::{OAuthError, Target};

/// How the answer travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the address.
    #[default]
    Query,
    /// In a form that the browser posts.
    FormPost,
}

/// An answer on its way to the client.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// Where it goes.
    pub redirect_uri: String,
    /// How.
    pub mode: ResponseMode,
    /// What it says, in order.
    pub params: Vec<(&'static str, String)>,
}

impl Answer {
    /// The person agreed: the code to be exchanged.
    pub fn code(target: &Target, issuer: &str, code: &str) -> Self {
        Self::of(target, issuer, vec![("code", code.to_owned())])
    }

    /// A refusal.
    pub fn refusal(target: &Target, issuer: &str, error: OAuthError) -> Self {
        let said = vec![("error", error.code.name().to_owned()), ("error_description", error.description.to_owned())];
        Self::of(target, issuer, said)
    }

    fn of(target: &Target, issuer: &str, mut params: Vec<(&'static str, String)>) -> Self {
        params.extend(target.state.clone().map(|state| ("state", state)));
        params.push(("iss", issuer.to_owned()));
        Self { redirect_uri: target.redirect_uri.clone(), mode: target.response_mode, params }
    }

    /// The address with the answer in its query.
    pub fn location(&self) -> String {
        let mark = if self.redirect_uri.contains('?') { '&' } else { '?' };
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.params).finish();
        format!("{}{mark}{query}", self.redirect_uri)
    }
}

// The code is among it.
impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Answer(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;

    #[test]
    fn the_answer_keeps_the_clients_query_and_says_who_answers() {
        let target = Target {
            client_id: "c".into(),
            redirect_uri: "https://app.example/cb?x=1".into(),
            state: Some("a&b=c".into()),
            response_mode: ResponseMode::Query,
        };
        let answer = Answer::code(&target, "https://id.example/acme", "the-code");
        assert_eq!(
            answer.location(),
            "https://app.example/cb?x=1&code=the-code&state=a%26b%3Dc&iss=https%3A%2F%2Fid.example%2Facme"
        );
        let refused = OAuthError::new(ErrorCode::AccessDenied, "no");
        let location = Answer::refusal(&target, "https://id.example/acme", refused).location();
        assert!(location.contains("error=access_denied") && location.contains("state=a%26b%3Dc"), "{location}");
        assert_eq!(format!("{answer:?}"), "Answer(…)");
    }
}
