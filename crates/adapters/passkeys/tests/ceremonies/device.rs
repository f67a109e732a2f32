//! A software authenticator and the browser around it, as honest or as hostile as a test wants.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};

const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const MAY_BE_SYNCED: u8 = 1 << 3;
const IS_SYNCED: u8 = 1 << 4;
const HAS_KEY: u8 = 1 << 6;

/// One credential in one device, and the page that it answers to.
pub struct Device {
    key: EcdsaKeyPair,
    pub id: Vec<u8>,
    handle: Vec<u8>,
    pub counter: u32,
    pub verifies: bool,
    pub is_synced: bool,
    /// What the browser says of the page.
    pub origin: String,
    pub cross_origin: bool,
    /// Whom the device signs for.
    pub rp_id: String,
}

impl Device {
    pub fn new(origin: &str, rp_id: &str) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let id = digest(&SHA256, key.public_key().as_ref()).as_ref().to_vec();
        let (origin, rp_id) = (origin.to_owned(), rp_id.to_owned());
        let (verifies, is_synced, cross_origin) = (true, false, false);
        Self { key, id, handle: Vec::new(), counter: 1, verifies, is_synced, origin, cross_origin, rp_id }
    }

    /// Answers `navigator.credentials.create`.
    pub fn create(&mut self, options: &str) -> Value {
        let options: Value = serde_json::from_str(options).unwrap();
        let user = options["publicKey"]["user"]["id"].as_str().unwrap();
        self.handle = BASE64.decode(user).unwrap();
        let client_data = self.client_data("webauthn.create", &options);
        let object = [
            &[0xa3][..],
            &text("fmt"),
            &text("none"),
            &text("attStmt"),
            &[0xa0],
            &text("authData"),
            &bytes(&self.authenticator_data(HAS_KEY)),
        ]
        .concat();
        let response =
            json!({ "attestationObject": BASE64.encode(object), "clientDataJSON": BASE64.encode(client_data) });
        json!({ "id": BASE64.encode(&self.id), "rawId": BASE64.encode(&self.id), "type": "public-key",
                "response": response, "clientExtensionResults": {} })
    }

    /// Answers `navigator.credentials.get`.
    pub fn get(&mut self, options: &str) -> Value {
        let options: Value = serde_json::from_str(options).unwrap();
        self.counter += u32::from(self.counter > 0);
        let client_data = self.client_data("webauthn.get", &options);
        let authenticator_data = self.authenticator_data(0);
        let signed = [&authenticator_data[..], digest(&SHA256, &client_data).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        let response = json!({
            "authenticatorData": BASE64.encode(authenticator_data), "clientDataJSON": BASE64.encode(client_data),
            "signature": BASE64.encode(signature), "userHandle": BASE64.encode(&self.handle),
        });
        json!({ "id": BASE64.encode(&self.id), "rawId": BASE64.encode(&self.id), "type": "public-key",
                "response": response, "clientExtensionResults": {} })
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let challenge = &options["publicKey"]["challenge"];
        let said =
            json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin });
        said.to_string().into_bytes()
    }

    fn authenticator_data(&self, more: u8) -> Vec<u8> {
        let mut flags = PRESENT | more;
        flags |= if self.verifies { VERIFIED } else { 0 };
        flags |= if self.is_synced { MAY_BE_SYNCED | IS_SYNCED } else { 0 };
        let mut data = digest(&SHA256, self.rp_id.as_bytes()).as_ref().to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        if more & HAS_KEY != 0 {
            data.extend([0; 16]);
            data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
            data.extend(&self.id);
            data.extend(self.public_key());
        }
        data
    }

    /// The COSE form (RFC 9053) of the uncompressed point.
    fn public_key(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21][..], &bytes(&point[1..33]), &[0x22], &bytes(&point[33..])].concat()
    }
}

fn text(text: &str) -> Vec<u8> {
    [&[0x60 | u8::try_from(text.len()).unwrap()], text.as_bytes()].concat()
}

fn bytes(bytes: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(bytes.len()).unwrap().to_be_bytes();
    if bytes.len() < 256 { [&[0x58, low], bytes].concat() } else { [&[0x59, high, low], bytes].concat() }
}
