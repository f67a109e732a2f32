//! What holds of every token and key.

use candor_words::SeededEntropy;
use proptest::prelude::*;
use serde_json::json;

use crate::*;

fn any_key() -> impl Strategy<Value = SigningKey> {
    let algorithm = prop_oneof![Just(Algorithm::EdDsa), Just(Algorithm::Es256)];
    (algorithm, any::<u64>())
        .prop_map(|(algorithm, seed)| SigningKey::generate(algorithm, &SeededEntropy::new(seed)).unwrap())
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.key_id())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_is_signed_verifies_and_reads_back(key in any_key(), text in ".{0,64}") {
        let claims = json!({ "sub": text });
        let token = sign(&key, "JWT", &claims).unwrap();
        let keys = JwkSet::parse(JwkSet::of([key.public().clone()]).to_json().to_string().as_bytes()).unwrap();
        let verified = Verifier { keys: &keys, algorithms: &[key.algorithm()], typ: Some("JWT") }.verify(&token).unwrap();
        prop_assert_eq!(verified.key_id.as_deref(), Some(key.key_id()));
        let read = verified.claims().unwrap();
        prop_assert_eq!(read.members(), claims.as_object().unwrap());
    }

    #[test]
    fn a_token_with_one_changed_character_is_refused(key in any_key(), at in any::<prop::sample::Index>(), by in 1_u8..64) {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let token = sign(&key, "JWT", &json!({ "sub": "ada" })).unwrap();
        let mut changed = token.into_bytes();
        let at = at.index(changed.len());
        let position = ALPHABET.iter().position(|letter| *letter == changed[at]);
        changed[at] = position.map_or(b'A', |position| ALPHABET[(position + usize::from(by)) % 64]);
        let keys = JwkSet::of([key.public().clone()]);
        let verifier = Verifier { keys: &keys, algorithms: &Algorithm::ALL, typ: None };
        prop_assert!(verifier.verify(&String::from_utf8(changed).unwrap()).is_err());
    }

    #[test]
    fn a_key_is_the_same_from_its_secret_and_from_its_json(key in any_key()) {
        let again = SigningKey::from_secret(key.algorithm(), key.secret()).unwrap();
        prop_assert_eq!(again.public(), key.public());
        let read = Jwk::parse(key.public().to_json().to_string().as_bytes()).unwrap();
        prop_assert_eq!(&read, key.public());
        prop_assert_eq!(read.thumbprint(), key.key_id());
    }

    #[test]
    fn the_form_of_an_address_is_its_own_form(path in "[a-z%/.0-9A-F~-]{0,24}") {
        if let Some(form) = normalised_target(&format!("https://id.example/{path}")) {
            prop_assert_eq!(normalised_target(&form), Some(form));
        }
    }
}

#[test]
fn an_rsa_key_signs_and_is_the_same_from_its_secret() {
    let key = SigningKey::generate_rs256().unwrap();
    let again = SigningKey::from_secret(Algorithm::Rs256, key.secret()).unwrap();
    assert_eq!(again.public(), key.public());
    let token = sign(&again, "JWT", &json!({ "sub": "ada" })).unwrap();
    let keys = JwkSet::of([key.public().clone()]);
    assert!(Verifier { keys: &keys, algorithms: &[Algorithm::Rs256], typ: None }.verify(&token).is_ok());
}
