//! What applications and browsers send: requests, registrations, ways to prove oneself, codes that people type.

use candor_oidc::{
    Answer, AuthorizationRequest, ClientMetadata, ClientProof, LogoutRequest, PARAMS_MAX, Params, RedirectUri, Scopes,
    Target, TokenRequest, UserCode,
};

/// A request that is read keeps its bounds; no parameter stands in it twice; its answer leads where it says and nowhere else.
pub(crate) fn request(bytes: &[u8]) {
    let Ok(params) = Params::read(bytes) else { return };
    let names: Vec<&str> = params.names().collect();
    assert!(names.len() <= PARAMS_MAX);
    assert!(names.iter().enumerate().all(|(at, name)| !names[..at].contains(name)));
    let _ = TokenRequest::read(&params);
    if let Ok(request) = LogoutRequest::read(&params) {
        assert_eq!(request.location().is_some(), request.post_logout_redirect_uri.is_some());
    }
    let header = params.get("authorization");
    if let Ok(proof) = ClientProof::read(header, &params) {
        assert!(params.get("client_id").is_none_or(|said| said == proof.client_id));
    }
    let Ok(target) = Target::read(&params) else { return };
    let location = Answer::code(&target, "https://id.example/acme", "code").location();
    assert!(location.starts_with(&target.redirect_uri));
    if let Ok(request) = AuthorizationRequest::read(&params, target) {
        assert_eq!(params.get("code_challenge_method"), Some("S256"));
        assert_eq!(Scopes::read(&request.scopes.to_string()).as_ref(), Ok(&request.scopes));
        let text = serde_json::to_vec(&request).expect("JSON");
        assert_eq!(serde_json::from_slice::<AuthorizationRequest>(&text).ok(), Some(request));
    }
}

/// A registration that is taken reads back from what it is told as; its addresses are safe ones.
pub(crate) fn registration(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Some(code) = UserCode::read(text) {
            assert_eq!(UserCode::read(&code.shown()), Some(code));
        }
        if let Ok(uri) = RedirectUri::register(text, true) {
            assert!(uri.admits(text, true) && uri.admits(text, false) && !text.contains(['#', ' ', '"', '<']));
            assert!(!text.starts_with("javascript:") && !text.starts_with("data:"));
        }
    }
    let Ok(serde_json::Value::Object(members)) = serde_json::from_slice(bytes) else { return };
    let Ok(client) = ClientMetadata::read(&members) else { return };
    assert!(client.redirect_uris.iter().all(|uri| client.admits(uri.as_str())));
    let json = client.to_json();
    let told = json.as_object().expect("an object");
    assert_eq!(ClientMetadata::read(told), Ok(client));
}
