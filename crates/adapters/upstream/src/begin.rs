//! The address at the provider that a person is sent to (OpenID Connect Core, section 3.1.2.1).

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use candor_identity_port::{Provider, UpstreamAttempt};

use crate::metadata::Metadata;

/// The claims that each scope of the standard asks for (section 5.4).
const SCOPES: [(&str, &[&str]); 4] = [
    ("email", &["email", "email_verified"]),
    (
        "profile",
        &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
    ),
    ("address", &["address"]),
    ("phone", &["phone_number", "phone_number_verified"]),
];

/// Writes the address. What is asked for is what is wanted, by the narrowest scopes that there are.
pub(crate) fn authorization_address(
    metadata: &Metadata,
    provider: &Provider,
    attempt: &UpstreamAttempt,
    wanted: &[String],
) -> String {
    let mut address = metadata.authorization.clone();
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, attempt.verifier.expose().as_bytes()));
    address
        .query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &provider.client_id)
        .append_pair("redirect_uri", &provider.redirect_uri)
        .append_pair("scope", &scopes_of(wanted))
        .append_pair("state", attempt.state.expose())
        .append_pair("nonce", attempt.nonce.expose())
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256");
    address.into()
}

fn scopes_of(wanted: &[String]) -> String {
    let is_wanted = |claims: &[&str]| wanted.iter().any(|claim| claims.contains(&claim.as_str()));
    let mut scopes = vec!["openid"];
    scopes.extend(SCOPES.iter().filter(|(_, claims)| is_wanted(claims)).map(|(scope, _)| *scope));
    scopes.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_scope_is_asked_for_without_a_claim_that_is_wanted() {
        let scopes = |wanted: &[&str]| scopes_of(&wanted.iter().map(|claim| (*claim).to_owned()).collect::<Vec<_>>());
        assert_eq!(scopes(&[]), "openid");
        assert_eq!(scopes(&["email"]), "openid email");
        assert_eq!(scopes(&["locale", "email"]), "openid email profile");
        assert_eq!(scopes(&["shoe_size"]), "openid");
    }
}
