//! What strangers sign: tokens, key sets, proofs of possession, claims, addresses.

use candor_jose::{
    Algorithm, ExpectedIdToken, Jwk, JwkSet, KEYS_MAX, ProofOf, SigningKey, Verifier, normalised_target, sign,
    verify_proof,
};
use candor_words::{Instant, SeededEntropy};

const NOW: Instant = Instant::from_millis(1_795_000_000_000);

/// No token verifies but the one that the key signed; what it says is read or refused.
pub(crate) fn jws(bytes: &[u8]) {
    let Ok(token) = std::str::from_utf8(bytes) else { return };
    let key = SigningKey::generate(Algorithm::EdDsa, &SeededEntropy::new(1)).expect("a key");
    let keys = JwkSet::of([key.public().clone()]);
    if let Ok(verified) = (Verifier { keys: &keys, algorithms: &Algorithm::ALL, typ: None }).verify(token) {
        let claims = verified.claims().expect("our own claims");
        assert_eq!(sign(&key, "JWT", claims.members()).as_deref(), Ok(token));
        let _ = claims.check_id_token(&ExpectedIdToken {
            issuer: "https://id.example",
            client_id: "app",
            nonce: Some("n"),
            access_token: Some("t"),
            now: NOW,
            leeway_seconds: 60,
            age_seconds_max: 600,
        });
    }
}

/// A set or key that is read is written to the same again, and stays within its bounds.
pub(crate) fn keys(bytes: &[u8]) {
    if let Ok(set) = JwkSet::parse(bytes) {
        assert!(set.keys().len() <= KEYS_MAX);
        assert_eq!(JwkSet::parse(set.to_json().to_string().as_bytes()), Ok(set));
    }
    if let Ok(key) = Jwk::parse(bytes) {
        assert_eq!(Jwk::parse(key.to_json().to_string().as_bytes()), Ok(key));
    }
}

/// A proof that holds is of now, has a bounded id, and is bound to the key that it brings; an address has one form.
pub(crate) fn proof(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let of = ProofOf { method: "POST", target: "https://id.example/token", access_token: None, nonce: None };
    if let Ok(proof) = verify_proof(text, &of, &Algorithm::ALL, NOW, 60) {
        assert!((1..=256).contains(&proof.id.len()));
        assert!((proof.issued_at.as_millis() - NOW.as_millis()).abs() <= 60_000);
        assert_eq!(proof.key.thumbprint(), proof.thumbprint);
    }
    if let Some(form) = normalised_target(text) {
        assert_eq!(normalised_target(&form), Some(form));
    }
}
