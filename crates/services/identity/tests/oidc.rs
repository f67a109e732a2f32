//! Applications over time: what lives how long, and what renewing keys changes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;

use candor_identity::{
    Begun, ConsentStep, DeviceStep, Issuer, NewClient, OidcError, ProofShown, Session, Step, TokenAnswer,
};
use candor_oidc::{Answer, ClientMetadata, ErrorCode, Params};
use candor_vault::{NewContract, NewRecord, NewSubject, Scope};
use candor_words::{Instant, Secret};
use serde_json::{Value, json};
use support::{PASSWORD, World, visit, world_of};

const POLICY: &str = include_str!("../../../../tests/tests/clients.candor");
const BACK: &str = "https://calendar.example/back";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const NO_PROOF: ProofShown<'_> = ProofShown { header: None, method: "POST", endpoint: "token" };

struct Scene {
    world: World,
    issuer: Issuer,
    session: Session,
    id: String,
    secret: String,
    admin: candor_vault::Caller,
}

async fn scene(metadata: Value) -> Scene {
    let world = world_of(POLICY).await;
    let vault = world.identity.vault();
    let password = vault.hash_password(Secret::new(PASSWORD.to_owned())).await.unwrap();
    let values = json!({ "email": "ada@example.org", "name": "Ada", "telephone": "+49 30 1", "password": password });
    let values: BTreeMap<String, Value> = serde_json::from_value(values).unwrap();
    let records = vec![NewRecord { group: "account".into(), values, source: "subject".into() }];
    let new = NewSubject { records, contract: Some(NewContract::default()) };
    vault.create_subject(&vault.door(world.tenant.id), new).await.unwrap();
    let Step::SignedIn { opened, .. } = world.sign_in("ada@example.org", PASSWORD).await else {
        panic!("not signed in")
    };
    let admin = world.administrator.clone();
    admin.needs(Scope::Admin).unwrap();
    let mut metadata = metadata;
    metadata["client_name"] = "Calendar".into();
    metadata["redirect_uris"] = json!([BACK]);
    metadata["token_endpoint_auth_method"] = "client_secret_post".into();
    let metadata = ClientMetadata::read(metadata.as_object().unwrap()).unwrap();
    let new = NewClient { recipient: "calendar".into(), purposes: None, metadata };
    let issued = world.identity.register_client(&admin, new).await.unwrap();
    let (id, secret) = (issued.client.client_id.to_string(), issued.secret.unwrap().expose().clone());
    let issuer = world.identity.issuer("acme").await.unwrap();
    Scene { world, issuer, session: opened.session, id, secret, admin }
}

fn params(fields: &[(&str, &str)]) -> Params {
    let text: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", value.replace('+', "%2B"))).collect();
    Params::read(text.join("&").as_bytes()).unwrap()
}

impl Scene {
    fn later(&self, ms: i64) {
        self.world.clock.set(Instant::from_millis(self.world.identity.now().as_millis() + ms));
    }

    async fn code(&self, scope: &str) -> String {
        let asked = params(&[
            ("response_type", "code"),
            ("client_id", &self.id),
            ("redirect_uri", BACK),
            ("scope", scope),
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            ("code_challenge_method", "S256"),
        ]);
        let identity = &self.world.identity;
        let Begun::Parked(token) = identity.authorize(&self.issuer, &asked).await.unwrap() else { panic!("refused") };
        let mut step = identity.consent_step(&self.issuer, &token, Some(&self.session)).await.unwrap();
        if let ConsentStep::Ask(ask) = &step {
            let yes = ask.purposes.iter().map(|ask| (ask.purpose.clone(), true)).collect();
            step = identity.consent_answered(&self.issuer, &token, &self.session, false, &yes).await.unwrap();
        }
        let ConsentStep::Answer(Answer { params, .. }) = step else { panic!("no answer: {step:?}") };
        params.into_iter().find(|(name, _)| *name == "code").expect("a code").1
    }

    async fn token(&self, fields: &[(&str, &str)]) -> Result<Value, ErrorCode> {
        let mut all = vec![("client_id", self.id.as_str()), ("client_secret", self.secret.as_str())];
        all.extend_from_slice(fields);
        let answered = self.world.identity.tokens(&self.issuer, None, &params(&all), &NO_PROOF).await;
        answered.map(|answer: TokenAnswer| answer.to_json()).map_err(|error| match error {
            OidcError::Refused(error) => error.code,
            OidcError::Vault(error) => panic!("{error:?}"),
        })
    }

    async fn exchange(&self, code: &str) -> Result<Value, ErrorCode> {
        let fields =
            [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", BACK), ("code_verifier", VERIFIER)];
        self.token(&fields).await
    }

    async fn is_active(&self, tokens: &Value) -> bool {
        let token = tokens["access_token"].as_str().unwrap();
        let fields = [("client_id", self.id.as_str()), ("client_secret", &self.secret), ("token", token)];
        self.world.identity.introspect(&self.issuer, None, &params(&fields)).await.unwrap()["active"] == true
    }
}

#[tokio::test]
async fn a_code_holds_a_minute_and_a_token_five() {
    let scene = scene(json!({})).await;
    let code = scene.code("openid profile").await;
    scene.later(59_000);
    let tokens = scene.exchange(&code).await.unwrap();
    let late = scene.code("openid profile").await;
    scene.later(60_000);
    assert_eq!(scene.exchange(&late).await, Err(ErrorCode::InvalidGrant));
    assert!(scene.is_active(&tokens).await);
    scene.later(4 * 60_000);
    assert!(!scene.is_active(&tokens).await);
}

#[tokio::test]
async fn a_refresh_token_that_nobody_uses_is_over_after_thirty_days() {
    let scene = scene(json!({})).await;
    let code = scene.code("openid profile offline_access").await;
    let mut tokens = scene.exchange(&code).await.unwrap();
    for _ in 0..3 {
        scene.later(29 * 24 * 3_600_000);
        let token = tokens["refresh_token"].as_str().unwrap().to_owned();
        tokens = scene.token(&[("grant_type", "refresh_token"), ("refresh_token", &token)]).await.unwrap();
    }
    scene.later(30 * 24 * 3_600_000);
    let token = tokens["refresh_token"].as_str().unwrap();
    let refused = scene.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await;
    assert_eq!(refused, Err(ErrorCode::InvalidGrant));
}

#[tokio::test]
async fn a_refresh_token_asks_for_less_and_never_for_more() {
    let scene = scene(json!({})).await;
    let tokens = scene.exchange(&scene.code("openid profile").await).await.unwrap();
    let token = tokens["refresh_token"].as_str().unwrap();
    let ask = |token: &str, scope: &'static str| {
        let token = token.to_owned();
        let scene = &scene;
        async move { scene.token(&[("grant_type", "refresh_token"), ("refresh_token", &token), ("scope", scope)]).await }
    };
    assert_eq!(ask(token, "openid tips").await, Err(ErrorCode::InvalidScope));
    let less = ask(token, "profile").await.unwrap();
    assert_eq!((&less["scope"], less.get("id_token")), (&json!("profile"), None));
}

#[tokio::test]
async fn a_new_key_is_published_before_it_signs_and_the_old_one_after() {
    let scene = scene(json!({})).await;
    let identity = &scene.world.identity;
    let head = |tokens: &Value| tokens["access_token"].as_str().unwrap().split('.').next().unwrap().to_owned();
    let before = scene.exchange(&scene.code("openid profile").await).await.unwrap();
    let n_keys = || async { identity.published_keys(scene.issuer.tenant).await.unwrap().keys().len() };
    assert_eq!(n_keys().await, 1);
    identity.renew_signing_keys(&scene.admin).await.unwrap();
    assert_eq!(n_keys().await, 2, "published at once");
    let still = scene.exchange(&scene.code("openid profile").await).await.unwrap();
    assert_eq!(head(&still), head(&before), "the old one signs for an hour");
    identity.renew_signing_keys(&scene.admin).await.unwrap();
    assert_eq!(n_keys().await, 2, "one that waits is not joined by another");
    // The session would be over by then.
    let code = scene.code("openid profile offline_access").await;
    let tokens = scene.exchange(&code).await.unwrap();
    scene.later(61 * 60_000);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let after = scene.token(&[("grant_type", "refresh_token"), ("refresh_token", refresh)]).await.unwrap();
    assert_ne!(head(&after), head(&before), "then the new one signs");
    assert!(scene.is_active(&after).await);
    scene.later(25 * 3_600_000);
    assert_eq!(n_keys().await, 1, "a day later the old one is gone");
}

#[tokio::test]
async fn a_device_that_asks_too_often_waits_longer_and_a_no_is_final() {
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    let scene = scene(json!({ "grant_types": ["authorization_code", grant] })).await;
    let identity = &scene.world.identity;
    let own = params(&[("client_id", &scene.id), ("client_secret", &scene.secret), ("scope", "openid profile")]);
    let client = identity.client_of_proof(&scene.issuer, None, &own).await.unwrap();
    let begun = identity.begin_device(&scene.issuer, &client, &own, None).await.unwrap();
    let ask = || scene_ask(&scene, grant, begun.device_code.expose());
    assert_eq!(ask().await, Err(ErrorCode::AuthorizationPending));
    scene.later(1_000);
    assert_eq!(ask().await, Err(ErrorCode::SlowDown));
    scene.later(9_000);
    assert_eq!(ask().await, Err(ErrorCode::SlowDown), "ten seconds by now");
    scene.later(16_000);
    assert_eq!(ask().await, Err(ErrorCode::AuthorizationPending));
    let typed = begun.user_code.shown();
    let no = identity.device_answered(&scene.issuer, &scene.session, &typed, None, &visit()).await.unwrap();
    assert_eq!(no, DeviceStep::KeptOut);
    let yes = BTreeMap::new();
    let again = identity.device_answered(&scene.issuer, &scene.session, &typed, Some(&yes), &visit()).await.unwrap();
    assert_eq!(again, DeviceStep::Unknown, "once");
    assert_eq!(ask().await, Err(ErrorCode::AccessDenied));
    assert_eq!(ask().await, Err(ErrorCode::ExpiredToken));
}

async fn scene_ask(scene: &Scene, grant: &str, code: &str) -> Result<Value, ErrorCode> {
    scene.token(&[("grant_type", grant), ("device_code", code)]).await
}

#[tokio::test]
async fn guessing_the_codes_of_devices_is_slowed_down() {
    let scene = scene(json!({})).await;
    let identity = &scene.world.identity;
    let mut refused = None;
    for at in 0..60_u32 {
        let letters = [b'B', b'C', b'D', b'F', b'G', b'H', b'J'];
        let typed =
            format!("BBBB-BB{}{}", char::from(letters[(at / 7 % 7) as usize]), char::from(letters[(at % 7) as usize]));
        match identity.device_ask(&scene.issuer, &scene.session, &typed, &visit()).await {
            Ok(found) => assert!(found.is_none()),
            Err(error) => refused = refused.or(Some((at, error.code()))),
        }
    }
    let (after, code) = refused.expect("it is refused at last");
    assert_eq!((code, after <= 50), ("door.too_often", true));
}
