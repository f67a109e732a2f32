//! What attackers put into tokens, proofs and assertions; each is refused, and for its own reason.

use aws_lc_rs::hmac;
use candor_words::{Instant, SeededEntropy};
use serde_json::{Value, json};

use crate::jws::sign_under;
use crate::text::encode;
use crate::*;

const NOW: Instant = Instant::from_millis(1_795_000_000_000);
const NOW_SECONDS: i64 = 1_795_000_000;
const ISSUER: &str = "https://id.example";

fn key(algorithm: Algorithm, seed: u64) -> SigningKey {
    SigningKey::generate(algorithm, &SeededEntropy::new(seed)).unwrap()
}

fn set(key: &SigningKey) -> JwkSet {
    JwkSet::of([key.public().clone()])
}

fn verify(keys: &JwkSet, token: &str) -> Result<Verified, JwsError> {
    Verifier { keys, algorithms: &Algorithm::ALL, typ: None }.verify(token)
}

fn claims_of(mut claims: Value, change: &[(&str, Value)]) -> Value {
    for (name, value) in change {
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(*name)),
            other => claims[*name] = other.clone(),
        }
    }
    claims
}

#[test]
fn a_token_without_signature_is_refused() {
    let keys = set(&key(Algorithm::EdDsa, 1));
    for algorithm in ["none", "None", "nOnE", ""] {
        let token = format!("{}.{}.", encode(json!({ "alg": algorithm }).to_string()), encode("{}"));
        assert_eq!(verify(&keys, &token).unwrap_err(), JwsError::AlgorithmRefused);
    }
    let token = sign(&key(Algorithm::EdDsa, 1), "JWT", &json!({})).unwrap();
    let stripped = token.rsplit_once('.').unwrap().0;
    assert_eq!(verify(&keys, &format!("{stripped}.")).unwrap_err(), JwsError::SignatureWrong);
}

#[test]
fn a_keyed_hash_made_with_the_public_key_is_refused() {
    let signer = key(Algorithm::Es256, 1);
    for secret in [signer.public().to_json().to_string(), signer.public().thumbprint()] {
        let header = json!({ "alg": "HS256", "kid": signer.key_id() }).to_string();
        let signed = format!("{}.{}", encode(header), encode("{}"));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), signed.as_bytes());
        let token = format!("{signed}.{}", encode(tag));
        assert_eq!(verify(&set(&signer), &token).unwrap_err(), JwsError::AlgorithmRefused);
    }
}

#[test]
fn an_algorithm_that_is_not_asked_for_is_refused_though_it_verifies() {
    let signer = key(Algorithm::Es256, 1);
    let token = sign(&signer, "JWT", &json!({})).unwrap();
    let only = Verifier { keys: &set(&signer), algorithms: &[Algorithm::EdDsa], typ: None };
    assert_eq!(only.verify(&token).unwrap_err(), JwsError::AlgorithmRefused);
    assert!(verify(&set(&signer), &token).is_ok());
}

#[test]
fn a_key_never_verifies_another_algorithm_than_its_own() {
    let (one, other) = (key(Algorithm::EdDsa, 1), key(Algorithm::Es256, 2));
    let header = json!({ "alg": "EdDSA", "kid": other.key_id() });
    let token = sign_under(&one, &header, b"{}").unwrap();
    assert_eq!(verify(&set(&other), &token).unwrap_err(), JwsError::KeyUnknown);
    let mislabelled = claims_of(other.public().to_json(), &[("alg", "RS256".into())]);
    assert_eq!(Jwk::parse(mislabelled.to_string().as_bytes()).unwrap_err(), JwkError::Unsupported);
}

#[test]
fn a_token_that_brings_or_points_to_its_key_is_refused_though_it_verifies() {
    let attacker = key(Algorithm::EdDsa, 666);
    for parameter in ["jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc", "epk"] {
        for value in [attacker.public().to_json(), json!("https://evil.example/keys"), Value::Null, json!([])] {
            let header = json!({ "alg": "EdDSA", "kid": attacker.key_id(), (parameter): value });
            let token = sign_under(&attacker, &header, b"{}").unwrap();
            let refused = verify(&set(&attacker), &token).unwrap_err();
            assert_eq!(refused, JwsError::HeaderRefused { parameter });
        }
    }
}

#[test]
fn a_token_of_a_key_that_is_not_known_is_refused() {
    let (ours, theirs) = (key(Algorithm::EdDsa, 1), key(Algorithm::EdDsa, 2));
    let token = sign(&theirs, "JWT", &json!({})).unwrap();
    assert_eq!(verify(&set(&ours), &token).unwrap_err(), JwsError::KeyUnknown);
    let renamed = sign_under(&theirs, &json!({ "alg": "EdDSA", "kid": ours.key_id() }), b"{}").unwrap();
    assert_eq!(verify(&set(&ours), &renamed).unwrap_err(), JwsError::SignatureWrong);
    let nameless = sign_under(&theirs, &json!({ "alg": "EdDSA" }), b"{}").unwrap();
    assert_eq!(verify(&set(&ours), &nameless).unwrap_err(), JwsError::SignatureWrong);
}

#[test]
fn a_token_of_another_type_is_refused() {
    let signer = key(Algorithm::EdDsa, 1);
    let keys = set(&signer);
    let verifier = Verifier { keys: &keys, algorithms: &Algorithm::ALL, typ: Some("at+jwt") };
    let of_type = |typ: &str| verifier.verify(&sign(&signer, typ, &json!({})).unwrap());
    assert!(of_type("at+jwt").is_ok() && of_type("application/AT+jwt").is_ok());
    assert_eq!(of_type("JWT").unwrap_err(), JwsError::TypeRefused { expected: "at+jwt" });
    let untyped = sign_under(&signer, &json!({ "alg": "EdDSA" }), b"{}").unwrap();
    assert!(verifier.verify(&untyped).is_err());
}

#[test]
fn the_same_signature_in_other_letters_is_refused() {
    let signer = key(Algorithm::EdDsa, 1);
    let token = sign(&signer, "JWT", &json!({ "sub": "ada" })).unwrap();
    assert!(verify(&set(&signer), &token).is_ok());
    for changed in
        [format!("{token}="), format!("{token}\n"), format!(" {token}"), token.replace('.', ".."), token + "."]
    {
        assert!(verify(&set(&signer), &changed).is_err(), "{changed}");
    }
}

#[test]
fn a_header_with_a_member_twice_is_refused() {
    let signer = key(Algorithm::EdDsa, 1);
    let header = format!(r#"{{"alg":"EdDSA","kid":"{}","alg":"none"}}"#, signer.key_id());
    let signed = format!("{}.{}", encode(header), encode("{}"));
    let token = format!("{signed}.{}", encode(signer.sign(signed.as_bytes()).unwrap()));
    assert_eq!(verify(&set(&signer), &token).unwrap_err(), JwsError::Malformed);
}

#[test]
fn long_and_deep_tokens_are_refused() {
    let signer = key(Algorithm::EdDsa, 1);
    let long = "a".repeat(TOKEN_BYTES_MAX);
    assert!(matches!(sign(&signer, "JWT", &json!({ "a": long })), Err(JwsError::TooLong { .. })));
    assert!(matches!(verify(&set(&signer), &(long + ".a.a")), Err(JwsError::TooLong { .. })));
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
    let token = sign_bytes(&signer, "JWT", deep.as_bytes()).unwrap();
    assert_eq!(verify(&set(&signer), &token).unwrap().claims().unwrap_err(), JwsError::PayloadMalformed);
}

#[test]
fn keys_that_are_weak_private_or_off_their_curve_are_refused() {
    let refused = |json: Value| Jwk::parse(json.to_string().as_bytes()).unwrap_err();
    let modulus = |n_bytes: usize| encode([&[0xc1][..], &vec![0x55; n_bytes - 1]].concat());
    let rsa = |n: usize, e: &[u8]| json!({ "kty": "RSA", "n": modulus(n), "e": encode(e) });
    assert!(Jwk::parse(rsa(256, &[1, 0, 1]).to_string().as_bytes()).is_ok());
    assert_eq!(refused(rsa(128, &[1, 0, 1])), JwkError::Unsupported);
    assert_eq!(refused(rsa(513, &[1, 0, 1])), JwkError::Unsupported);
    assert_eq!(refused(rsa(256, &[1])), JwkError::Unsupported);
    assert_eq!(refused(rsa(256, &[2])), JwkError::Unsupported);
    assert_eq!(refused(json!({ "kty": "oct", "k": "c2VjcmV0" })), JwkError::Private);
    let private = claims_of(key(Algorithm::EdDsa, 1).public().to_json(), &[("d", encode([1; 32]).into())]);
    assert_eq!(refused(private), JwkError::Private);
    let off = json!({ "kty": "EC", "crv": "P-256", "x": encode([1; 32]), "y": encode([1; 32]) });
    assert_eq!(refused(off), JwkError::Malformed);
    let for_encryption = claims_of(key(Algorithm::Es256, 1).public().to_json(), &[("use", "enc".into())]);
    assert_eq!(refused(for_encryption), JwkError::Unsupported);
}

#[test]
fn a_set_leaves_out_what_it_cannot_use_and_is_bounded() {
    let usable = key(Algorithm::EdDsa, 1);
    let text = json!({ "keys": [{ "kty": "oct", "k": "YQ" }, { "kty": "XYZ" }, 7, usable.public()] }).to_string();
    assert_eq!(JwkSet::parse(text.as_bytes()).unwrap().keys(), [usable.public().clone()]);
    let many = json!({ "keys": vec![json!({}); KEYS_MAX + 1] }).to_string();
    assert!(matches!(JwkSet::parse(many.as_bytes()), Err(JwkError::TooMany { .. })));
}

// ── ID tokens ────────────────────────────────────────────────────────────────────────────────────────

fn id_token(change: &[(&str, Value)], expect: fn(&mut ExpectedIdToken<'_>)) -> Result<(), ClaimsError> {
    let signer = key(Algorithm::Es256, 1);
    let claims = json!({
        "iss": ISSUER, "sub": "ada", "aud": "app", "exp": NOW_SECONDS + 300, "iat": NOW_SECONDS, "nonce": "n-1",
        "at_hash": half_hash(Algorithm::Es256, "token"),
    });
    let token = sign(&signer, "JWT", &claims_of(claims, change)).unwrap();
    let mut expected = ExpectedIdToken {
        issuer: ISSUER,
        client_id: "app",
        nonce: Some("n-1"),
        access_token: Some("token"),
        now: NOW,
        leeway_seconds: 60,
        age_seconds_max: 600,
    };
    expect(&mut expected);
    verify(&set(&signer), &token).unwrap().claims().unwrap().check_id_token(&expected)
}

#[test]
fn an_id_token_is_taken_only_as_the_answer_that_was_asked_for() {
    let as_is: fn(&mut ExpectedIdToken<'_>) = |_| ();
    let check = |name: &str, value: Value, outcome| assert_eq!(id_token(&[(name, value)], as_is), outcome, "{name}");
    let malformed = |claim| Err(ClaimsError::Malformed { claim });
    assert_eq!(id_token(&[], as_is), Ok(()));

    check("iss", json!("https://evil.example"), Err(ClaimsError::IssuerWrong));
    check("iss", json!("https://id.example/"), Err(ClaimsError::IssuerWrong));
    check("iss", Value::Null, malformed("iss"));
    check("aud", json!("other"), Err(ClaimsError::AudienceWrong));
    check("aud", json!(["app", "other"]), Err(ClaimsError::AudienceWrong));
    check("aud", json!(["app"]), Ok(()));
    check("aud", json!([]), malformed("aud"));
    check("aud", json!(["app", 7]), malformed("aud"));
    check("azp", json!("other"), Err(ClaimsError::AudienceWrong));
    check("azp", json!("app"), Ok(()));
    check("exp", json!(NOW_SECONDS - 60), Err(ClaimsError::Expired));
    check("exp", json!(NOW_SECONDS - 59), Ok(()));
    check("exp", json!("tomorrow"), malformed("exp"));
    check("exp", json!(1e300), malformed("exp"));
    check("exp", Value::Null, malformed("exp"));
    check("iat", json!(NOW_SECONDS + 61), Err(ClaimsError::NotYetValid));
    check("nbf", json!(NOW_SECONDS + 61), Err(ClaimsError::NotYetValid));
    check("iat", json!(NOW_SECONDS - 661), Err(ClaimsError::TooOld));
    check("iat", Value::Null, malformed("iat"));
    check("nonce", json!("n-2"), Err(ClaimsError::NonceWrong));
    check("nonce", Value::Null, Err(ClaimsError::NonceWrong));
    check("sub", json!(""), malformed("sub"));
    check("sub", json!(7), malformed("sub"));
    check("at_hash", json!("AAAA"), Err(ClaimsError::AccessTokenWrong));
    check("at_hash", Value::Null, Ok(()));
    let many = [("aud", json!(["app", "other"])), ("azp", json!("app"))];
    assert_eq!(id_token(&many, as_is), Ok(()));
    assert_eq!(id_token(&[], |expected| expected.client_id = "other"), Err(ClaimsError::AudienceWrong));
}

// ── proofs of possession ─────────────────────────────────────────────────────────────────────────────

const REQUEST: ProofOf<'static> =
    ProofOf { method: "POST", target: "https://id.example/token", access_token: Some("token"), nonce: None };

fn check_proof(proof: &str, of: &ProofOf<'_>, now: Instant) -> Result<Proof, ProofError> {
    verify_proof(proof, of, &Algorithm::ALL, now, 60)
}

#[test]
fn a_proof_holds_for_its_own_request_only() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256] {
        let signer = key(algorithm, 3);
        let proof = create_proof(&signer, &REQUEST, "id-1", NOW).unwrap();
        let held = check_proof(&proof, &REQUEST, NOW).unwrap();
        assert_eq!((held.thumbprint.as_str(), held.id.as_str()), (signer.key_id(), "id-1"));
        let with = |change: fn(&mut ProofOf<'static>)| {
            let mut of = REQUEST;
            change(&mut of);
            check_proof(&proof, &of, NOW).unwrap_err()
        };
        assert_eq!(with(|of| of.method = "GET"), ProofError::RequestWrong);
        assert_eq!(with(|of| of.target = "https://id.example/other"), ProofError::RequestWrong);
        assert_eq!(with(|of| of.target = "http://id.example/token"), ProofError::RequestWrong);
        assert_eq!(with(|of| of.access_token = Some("other")), ProofError::AccessTokenWrong);
        assert_eq!(with(|of| of.nonce = Some("fresh")), ProofError::NonceWrong);
        let at = |ms| check_proof(&proof, &REQUEST, Instant::from_millis(NOW.as_millis() + ms)).map(drop);
        assert_eq!(at(60_000), Ok(()));
        assert_eq!(at(60_001), Err(ClaimsError::TooOld.into()));
        assert_eq!(at(-60_001), Err(ClaimsError::NotYetValid.into()));
        let query = ProofOf { target: "HTTPS://ID.example:443/token?x=1", ..REQUEST };
        assert!(check_proof(&proof, &query, NOW).is_ok());
    }
}

#[test]
fn a_proof_must_be_one_and_bring_the_key_that_signed() {
    let (signer, other) = (key(Algorithm::EdDsa, 3), key(Algorithm::EdDsa, 4));
    let claims = json!({ "jti": "1", "htm": "POST", "htu": REQUEST.target, "iat": NOW_SECONDS });
    let of = ProofOf { access_token: None, ..REQUEST };
    let refusal = |header: Value, claims: &Value| {
        let proof = sign_under(&signer, &header, claims.to_string().as_bytes()).unwrap();
        check_proof(&proof, &of, NOW).map(drop)
    };
    let header = json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": signer.public().bare_json() });
    assert_eq!(refusal(header.clone(), &claims), Ok(()));
    let with = |name: &str, value: Value| refusal(claims_of(header.clone(), &[(name, value)]), &claims);
    assert_eq!(with("typ", "JWT".into()), Err(JwsError::TypeRefused { expected: "dpop+jwt" }.into()));
    assert_eq!(with("jwk", Value::Null), Err(JwkError::Malformed.into()));
    assert_eq!(with("jwk", other.public().bare_json()), Err(JwsError::SignatureWrong.into()));
    let private = claims_of(signer.public().bare_json(), &[("d", encode(signer.secret()).into())]);
    assert_eq!(with("jwk", private), Err(JwkError::Private.into()));
    assert_eq!(with("jwk", key(Algorithm::Es256, 1).public().bare_json()), Err(JwsError::AlgorithmRefused.into()));
    assert_eq!(with("alg", "HS256".into()), Err(JwsError::AlgorithmRefused.into()));
    assert_eq!(with("jku", "https://evil.example".into()), Err(JwsError::HeaderRefused { parameter: "jku" }.into()));
    let without = |name: &str| refusal(header.clone(), &claims_of(claims.clone(), &[(name, Value::Null)]));
    for claim in ["jti", "htm", "htu", "iat"] {
        assert_eq!(without(claim), Err(ClaimsError::Malformed { claim }.into()));
    }
    let long = claims_of(claims.clone(), &[("jti", "x".repeat(257).into())]);
    assert_eq!(refusal(header.clone(), &long), Err(ClaimsError::Malformed { claim: "jti" }.into()));
}

// ── client assertions ────────────────────────────────────────────────────────────────────────────────

#[test]
fn an_assertion_authenticates_its_own_client_to_this_server_only() {
    let (signer, other) = (key(Algorithm::EdDsa, 5), key(Algorithm::EdDsa, 6));
    let keys = set(&signer);
    let expected = ExpectedAssertion {
        client_id: "app",
        keys: &keys,
        algorithms: &Algorithm::ALL,
        audiences: &[ISSUER],
        now: NOW,
        leeway_seconds: 30,
    };
    let made = create_assertion(&signer, "app", ISSUER, "id-1", NOW).unwrap();
    let held = verify_assertion(&made, &expected).unwrap();
    assert_eq!(held, Assertion { id: "id-1".into(), expires_at: Instant::from_millis(NOW.as_millis() + 90_000) });
    let stranger = create_assertion(&other, "app", ISSUER, "id-1", NOW).unwrap();
    assert_eq!(verify_assertion(&stranger, &expected), Err(JwsError::KeyUnknown.into()));

    let claims =
        json!({ "iss": "app", "sub": "app", "aud": [ISSUER], "jti": "1", "exp": NOW_SECONDS + 60, "iat": NOW_SECONDS });
    let with = |name: &str, value: Value| {
        let token = sign(&signer, "JWT", &claims_of(claims.clone(), &[(name, value)])).unwrap();
        verify_assertion(&token, &expected).map(drop)
    };
    assert_eq!(with("extra", json!(1)), Ok(()));
    assert_eq!(with("iss", json!("other")), Err(ClaimsError::IssuerWrong.into()));
    assert_eq!(with("sub", json!("other")), Err(ClaimsError::IssuerWrong.into()));
    assert_eq!(with("aud", json!("https://other.example")), Err(ClaimsError::AudienceWrong.into()));
    assert_eq!(with("exp", json!(NOW_SECONDS - 30)), Err(ClaimsError::Expired.into()));
    assert_eq!(with("exp", Value::Null), Err(ClaimsError::Malformed { claim: "exp" }.into()));
    assert_eq!(with("exp", json!(NOW_SECONDS + 7_200)), Err(AssertionError::LivesTooLong { max_seconds: 3_600 }));
    assert_eq!(with("jti", Value::Null), Err(ClaimsError::Malformed { claim: "jti" }.into()));
}
