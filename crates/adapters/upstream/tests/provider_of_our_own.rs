//! Against a provider of the tests' own, which says what no good provider would.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod provider;

use std::sync::Arc;

use candor_identity_port::{Provider, Shape, Upstream as _, UpstreamAnswer, UpstreamError, UpstreamPerson};
use candor_jose::{ClaimsError, JwsError};
use candor_upstream::Upstreams;
use candor_words::{Instant, ManualClock, Span, SpanUnit};
use serde_json::{Value, json};

use provider::{NOW, NOW_SECONDS, TestProvider, attempt, key, published};

const DESCRIPTION: &str = "/.well-known/openid-configuration";

/// A provider, and Candor as one that asks it.
struct Scene {
    provider: TestProvider,
    clock: Arc<ManualClock>,
    upstreams: Upstreams,
}

impl Scene {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::new(NOW));
        let scene = Self {
            provider: TestProvider::start(),
            clock: Arc::clone(&clock),
            upstreams: Upstreams::new(clock, None).unwrap(),
        };
        let nonce = attempt().0.nonce.expose().clone();
        scene.provider.script().claims = json!({ "nonce": nonce });
        scene
    }

    fn claim(&self, change: Value) {
        for (name, value) in change.as_object().unwrap() {
            self.provider.script().claims[name] = value.clone();
        }
    }

    async fn finish_with(
        &self,
        configured: &Provider,
        answer: &UpstreamAnswer,
        wanted: &[&str],
    ) -> Result<UpstreamPerson, UpstreamError> {
        let wanted: Vec<String> = wanted.iter().map(|claim| (*claim).to_owned()).collect();
        self.upstreams.finish(configured, &attempt().0, answer, &wanted).await
    }

    async fn finish(&self, wanted: &[&str]) -> Result<UpstreamPerson, UpstreamError> {
        self.finish_with(&self.provider.configured(), &attempt().1, wanted).await
    }

    async fn refusal(&self) -> UpstreamError {
        self.finish(&[]).await.expect_err("a refusal")
    }

    async fn begin(&self) -> Result<String, UpstreamError> {
        self.upstreams.begin(&self.provider.configured(), &attempt().0, &["email".into()]).await
    }
}

#[tokio::test]
async fn nobody_is_asked_before_a_person_is_sent_away() {
    let scene = Scene::new();
    let _configured = scene.provider.configured();
    assert_eq!(scene.provider.requests(), []);
    scene.begin().await.unwrap();
    scene.begin().await.unwrap();
    assert_eq!(scene.provider.asked(), [DESCRIPTION], "once for everybody");
}

#[tokio::test]
async fn a_person_is_sent_away_with_state_nonce_and_challenge_and_no_secret() {
    let scene = Scene::new();
    let address = scene.begin().await.unwrap();
    let (attempt, _) = attempt();
    let (start, query) = address.split_once('?').unwrap();
    assert_eq!(start, format!("{}/authorize", scene.provider.address));
    let query: Vec<&str> = query.split('&').collect();
    for part in [
        "response_type=code",
        "client_id=candor%3Aapp",
        "redirect_uri=https%3A%2F%2Fcandor.example%2Fcallback",
        "scope=openid+email",
        &format!("state={}", attempt.state.expose()),
        &format!("nonce={}", attempt.nonce.expose()),
        "code_challenge_method=S256",
    ] {
        assert!(query.contains(&part), "{part} in {query:?}");
    }
    assert_eq!(query.len(), 8);
    assert!(!address.contains(attempt.verifier.expose()) && !address.contains("s3cret"));
}

#[tokio::test]
async fn a_code_is_exchanged_with_secret_and_verifier() {
    let scene = Scene::new();
    let person = scene.finish(&[]).await.unwrap();
    assert_eq!((person.issuer.as_str(), person.subject.as_str()), (scene.provider.address.as_str(), "ada"));
    let token = scene.provider.requests().into_iter().find(|request| request.line.contains("/token")).unwrap();
    // `candor%3Aapp:s3cret%2F%2B+%25`
    assert_eq!(token.authorization, "Basic Y2FuZG9yJTNBYXBwOnMzY3JldCUyRiUyQislMjU=");
    let verifier = attempt().0.verifier.expose().clone();
    let form = format!(
        "grant_type=authorization_code&code=c-1&redirect_uri=https%3A%2F%2Fcandor.example%2Fcallback&code_verifier={verifier}"
    );
    assert_eq!(token.body, form);
}

#[tokio::test]
async fn a_secret_goes_into_the_form_where_the_provider_wants_it_there() {
    let scene = Scene::new();
    scene.provider.script().description = json!({ "token_endpoint_auth_methods_supported": ["client_secret_post"] });
    scene.finish(&[]).await.unwrap();
    let token = scene.provider.requests().into_iter().find(|request| request.line.contains("/token")).unwrap();
    assert_eq!(token.authorization, "");
    assert!(token.body.ends_with("&client_id=candor%3Aapp&client_secret=s3cret%2F%2B+%25"), "{}", token.body);
}

#[tokio::test]
async fn of_a_person_only_what_was_wanted_is_taken() {
    let scene = Scene::new();
    scene.claim(json!({ "name": "Ada", "email": "ada@id.example", "email_verified": true, "gender": "f", "age": 36 }));
    let person = scene.finish(&["name", "age"]).await.unwrap();
    assert!(person.email.is_none());
    let claims: Vec<(&str, &str)> = person.claims.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert_eq!(claims, [("age", "36"), ("name", "Ada")]);
    assert!(!scene.provider.asked().contains(&"/userinfo".to_owned()), "nothing was missing");
}

#[tokio::test]
async fn what_is_missing_is_asked_for_and_must_be_of_the_same_person() {
    let scene = Scene::new();
    scene.provider.script().userinfo =
        json!({ "sub": "ada", "name": "Ada", "email": "ada@id.example", "email_verified": true, "gender": "f" });
    let person = scene.finish(&["name", "email"]).await.unwrap();
    let email = person.email.unwrap();
    assert_eq!((email.address.as_str(), email.is_verified), ("ada@id.example", true));
    assert_eq!(person.claims.keys().collect::<Vec<_>>(), ["name"]);
    let asked = scene.provider.requests().pop().unwrap();
    assert_eq!((asked.line.as_str(), asked.authorization.as_str()), ("GET /userinfo HTTP/1.1", "Bearer a-1"));

    scene.provider.script().userinfo["sub"] = "eve".into();
    assert_eq!(scene.finish(&["name"]).await.unwrap_err(), UpstreamError::SubjectDiffers);
}

#[tokio::test]
async fn an_address_and_whether_it_is_verified_come_from_one_place() {
    let scene = Scene::new();
    scene.claim(json!({ "email": "victim@id.example" }));
    scene.provider.script().userinfo =
        json!({ "sub": "ada", "email": "ada@id.example", "email_verified": true, "name": "A" });
    let email = scene.finish(&["email", "name"]).await.unwrap().email.unwrap();
    assert_eq!((email.address.as_str(), email.is_verified), ("ada@id.example", true));
    scene.provider.script().userinfo = json!({ "sub": "ada", "email_verified": true, "name": "A" });
    let email = scene.finish(&["email", "name"]).await.unwrap().email.unwrap();
    assert_eq!((email.address.as_str(), email.is_verified), ("victim@id.example", false));
}

#[tokio::test]
async fn an_answer_of_another_attempt_or_provider_ends_before_anything_is_exchanged() {
    let scene = Scene::new();
    let configured = scene.provider.configured();
    let refused = |answer: UpstreamAnswer| {
        let (scene, configured) = (&scene, &configured);
        async move { scene.finish_with(configured, &answer, &[]).await.unwrap_err() }
    };
    let answer = || attempt().1;
    assert_eq!(refused(UpstreamAnswer { state: "other".into(), ..answer() }).await, UpstreamError::StateWrong);
    assert_eq!(refused(UpstreamAnswer { state: String::new(), ..answer() }).await, UpstreamError::StateWrong);
    let elsewhere = Some("https://evil.example".to_owned());
    assert_eq!(refused(UpstreamAnswer { issuer: elsewhere, ..answer() }).await, UpstreamError::MixedUp);
    let denied = UpstreamAnswer { code: None, error: Some("access_denied".into()), ..answer() };
    assert_eq!(refused(denied).await, UpstreamError::Refused { code: "access_denied" });
    let both = UpstreamAnswer { error: Some("<script>".into()), ..answer() };
    assert_eq!(refused(both).await, UpstreamError::Refused { code: "other" });
    let neither = UpstreamAnswer { code: None, ..answer() };
    assert_eq!(refused(neither).await, UpstreamError::Refused { code: "invalid_request" });
    let long = UpstreamAnswer { code: Some("x".repeat(3_000)), ..answer() };
    assert!(matches!(refused(long).await, UpstreamError::TooLong { .. }));
    assert_eq!(scene.provider.asked(), [DESCRIPTION]);
    let right = UpstreamAnswer { issuer: Some(scene.provider.address.clone()), ..answer() };
    assert!(scene.finish_with(&configured, &right, &[]).await.is_ok());
}

#[tokio::test]
async fn a_provider_that_always_says_who_answers_is_held_to_it() {
    let scene = Scene::new();
    scene.provider.script().description = json!({ "authorization_response_iss_parameter_supported": true });
    assert_eq!(scene.refusal().await, UpstreamError::MixedUp);
    assert_eq!(scene.provider.asked(), [DESCRIPTION]);
}

#[tokio::test]
async fn a_word_that_is_not_for_this_attempt_is_refused() {
    for (change, refusal) in [
        (json!({ "nonce": "other" }), ClaimsError::NonceWrong),
        (json!({ "nonce": null }), ClaimsError::NonceWrong),
        (json!({ "aud": "other" }), ClaimsError::AudienceWrong),
        (json!({ "aud": ["candor:app", "other"] }), ClaimsError::AudienceWrong),
        (json!({ "azp": "other" }), ClaimsError::AudienceWrong),
        (json!({ "iss": "https://evil.example" }), ClaimsError::IssuerWrong),
        (json!({ "exp": NOW_SECONDS - 61 }), ClaimsError::Expired),
        (json!({ "iat": NOW_SECONDS + 100 }), ClaimsError::NotYetValid),
        (json!({ "sub": null }), ClaimsError::Malformed { claim: "sub" }),
        (json!({ "at_hash": "AAAAAAAAAAAAAAAAAAAAAA" }), ClaimsError::AccessTokenWrong),
    ] {
        let scene = Scene::new();
        scene.claim(change.clone());
        assert_eq!(scene.refusal().await, UpstreamError::Claims(refusal), "{change}");
    }
}

#[tokio::test]
async fn a_word_that_is_signed_by_nobody_or_somebody_else_is_refused() {
    let scene = Scene::new();
    scene.provider.script().token = Some("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.".into());
    assert_eq!(scene.refusal().await, UpstreamError::Signature(JwsError::AlgorithmRefused));
    scene.provider.script().token = Some("not a token".into());
    assert_eq!(scene.refusal().await, UpstreamError::Signature(JwsError::Malformed));
    scene.provider.script().token = None;
    scene.provider.script().key = key(666);
    assert_eq!(scene.refusal().await, UpstreamError::Signature(JwsError::KeyUnknown));
}

#[tokio::test]
async fn new_keys_are_read_when_a_word_names_one_but_not_more_often_than_every_minute() {
    let scene = Scene::new();
    scene.finish(&[]).await.unwrap();
    let n_keys_read = || scene.provider.asked().iter().filter(|path| *path == "/keys").count();
    assert_eq!(n_keys_read(), 1);
    scene.provider.script().key = key(2);
    for _ in 0..3 {
        assert_eq!(scene.refusal().await, UpstreamError::Signature(JwsError::KeyUnknown));
    }
    assert_eq!(n_keys_read(), 1, "read within the last minute");
    scene.provider.script().keys = published(&[&key(1), &key(2)]);
    scene.clock.set(Instant::from_millis(NOW.as_millis() + 60_000));
    scene.finish(&[]).await.unwrap();
    scene.finish(&[]).await.unwrap();
    assert_eq!(n_keys_read(), 2);
    scene.clock.advance(Span::new(1, SpanUnit::Day));
    assert!(scene.finish(&[]).await.is_err(), "the word is a day old");
    assert_eq!(n_keys_read(), 3, "keys that were taken back are not trusted for ever");
}

#[tokio::test]
async fn a_description_of_somebody_else_or_with_open_addresses_is_refused() {
    for (change, refusal) in [
        (json!({ "issuer": "https://evil.example" }), UpstreamError::IssuerDiffers),
        (json!({ "token_endpoint": "http://id.example/token" }), UpstreamError::Insecure { what: "token endpoint" }),
        (json!({ "jwks_uri": "file:///etc/passwd" }), UpstreamError::Insecure { what: "keys' address" }),
        (
            json!({ "authorization_endpoint": "javascript:alert(1)" }),
            UpstreamError::Insecure { what: "authorization endpoint" },
        ),
        (json!({ "userinfo_endpoint": "http://10.0.0.1/" }), UpstreamError::Insecure { what: "userinfo endpoint" }),
        (json!({ "jwks_uri": null }), UpstreamError::Malformed { what: "description", status: 200 }),
    ] {
        let scene = Scene::new();
        scene.provider.script().description = change.clone();
        assert_eq!(scene.begin().await.unwrap_err(), refusal, "{change}");
    }
}

#[tokio::test]
async fn answers_that_lead_elsewhere_never_end_or_fail_are_refused() {
    let elsewhere = format!("Location: {}/other\r\n", TestProvider::start().address);
    let instead = |path, status, head: &str, body: &[u8]| {
        let scene = Scene::new();
        scene.provider.script().instead = Some((path, status, head.to_owned(), body.to_vec()));
        scene
    };
    let redirected = instead("/.well-known", 302, &elsewhere, b"");
    assert_eq!(redirected.begin().await, Err(UpstreamError::Malformed { what: "description", status: 302 }));
    let long = instead("/.well-known", 200, "", &[b' '; 300_000]);
    assert!(matches!(long.begin().await, Err(UpstreamError::TooLong { what: "description", .. })));
    let long = instead("/keys", 200, "", &[b' '; 300_000]);
    assert!(matches!(long.refusal().await, UpstreamError::TooLong { what: "keys", .. }));
    let failed = instead("/token", 500, "", b"oops ada@id.example");
    assert_eq!(failed.refusal().await, UpstreamError::Malformed { what: "token answer", status: 500 });
    let refused = instead("/token", 400, "", br#"{"error":"invalid_grant","error_description":"ada@id.example"}"#);
    assert_eq!(refused.refusal().await, UpstreamError::Refused { code: "invalid_grant" });
    let mut gone = instead("/", 200, "", b"").provider.configured();
    gone.issuer = "http://127.0.0.1:1".into();
    let scene = Scene::new();
    assert_eq!(scene.finish_with(&gone, &attempt().1, &[]).await.unwrap_err(), UpstreamError::Unreachable);
}

#[tokio::test]
async fn microsofts_directories_are_told_apart() {
    const OURS: &str = "11111111-2222-3333-4444-555555555555";
    const THEIRS: &str = "99999999-2222-3333-4444-555555555555";
    let scene = Scene::new();
    let issuer = |directory: &str| format!("{}/{directory}/v2.0", scene.provider.address);
    scene.provider.script().description = json!({ "issuer": issuer("{tenantid}") });
    let configured = |directories: &[&str]| Provider {
        issuer: issuer("{tenantid}"),
        shape: Shape::Microsoft,
        directories: directories.iter().map(|id| (*id).to_owned()).collect(),
        ..scene.provider.configured()
    };
    let finish = |directories: &[&str]| {
        let (scene, configured) = (&scene, configured(directories));
        async move { scene.finish_with(&configured, &attempt().1, &["email"]).await }
    };
    scene.claim(json!({ "tid": OURS, "iss": issuer(OURS), "email": "ada@id.example", "email_verified": true }));
    let person = finish(&[OURS]).await.unwrap();
    assert_eq!(person.issuer, issuer(OURS));
    assert!(!person.email.unwrap().is_verified, "an administrator may write any address there");
    assert_eq!(scene.provider.asked()[0], "/common/v2.0/.well-known/openid-configuration");
    scene.claim(json!({ "xms_edov": true }));
    assert!(finish(&[]).await.unwrap().email.unwrap().is_verified);

    assert_eq!(finish(&[THEIRS]).await.unwrap_err(), UpstreamError::DirectoryRefused);
    scene.claim(json!({ "iss": issuer(THEIRS) }));
    assert_eq!(finish(&[OURS]).await.unwrap_err(), UpstreamError::Claims(ClaimsError::IssuerWrong));
    scene.claim(json!({ "tid": "../evil", "iss": issuer("../evil") }));
    assert_eq!(finish(&[]).await.unwrap_err(), UpstreamError::Claims(ClaimsError::Malformed { claim: "tid" }));
}
