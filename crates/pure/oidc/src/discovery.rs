//! What the server says of itself (OpenID Connect Discovery 1.0; RFC 8414).

use serde_json::{Value, json};

/// The document of an issuer whose tenant offers these purposes to clients.
pub fn discovery(issuer: &str, purposes: &[&str]) -> Value {
    let at = |path: &str| format!("{issuer}/{path}");
    let algorithms = ["EdDSA", "ES256", "RS256"];
    let methods = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
    let scopes: Vec<&str> = ["openid", "offline_access"].into_iter().chain(purposes.iter().copied()).collect();
    json!({
        "issuer": issuer,
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "userinfo_endpoint": at("userinfo"),
        "jwks_uri": at("jwks.json"),
        "registration_endpoint": at("register"),
        "introspection_endpoint": at("introspect"),
        "revocation_endpoint": at("revoke"),
        "end_session_endpoint": at("logout"),
        "device_authorization_endpoint": at("device_authorization"),
        "pushed_authorization_request_endpoint": at("par"),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported":
            ["authorization_code", "refresh_token", "client_credentials", crate::DEVICE_CODE_GRANT],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": algorithms,
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "introspection_endpoint_auth_methods_supported": methods[..3],
        "introspection_endpoint_auth_signing_alg_values_supported": algorithms,
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": algorithms,
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "claim_types_supported": ["normal"],
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "auth_time", "amr", "nonce", "sid", "name", "preferred_username", "email",
            "email_verified", "phone_number",
        ],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": true,
        "require_request_uri_registration": false,
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "ui_locales_supported": ["en", "de"],
    })
}
