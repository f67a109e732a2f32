//! A real provider (oidc-provider), as the relying party of OpenID Connect meets it.

use std::sync::Arc;

use candor_identity_port::{
    Provider, Shape, Upstream as _, UpstreamAnswer, UpstreamAttempt, UpstreamError, UpstreamPerson,
};
use candor_seal::SystemEntropy;
use candor_tests::Peer;
use candor_upstream::Upstreams;
use candor_words::{Secret, SystemClock};
use serde_json::json;

const REDIRECT_URI: &str = "http://127.0.0.1:9/callback";

fn start() -> Peer {
    let people = json!({
        "ada": {
            "email": "ada@id.example", "email_verified": true, "name": "Ada Lovelace", "birthdate": "1815-12-10",
            "picture": "https://id.example/ada.png",
        },
    });
    Peer::node("upstream.mjs", &[REDIRECT_URI, &people.to_string()])
}

fn configured(peer: &Peer, algorithm: &str) -> Provider {
    Provider {
        issuer: peer.ready()["issuer"].as_str().unwrap().to_owned(),
        shape: Shape::Plain,
        directories: Vec::new(),
        client_id: format!("candor-{algorithm}"),
        client_secret: Some(Secret::new(peer.ready()["secret"].as_str().unwrap().to_owned())),
        redirect_uri: REDIRECT_URI.to_owned(),
    }
}

/// What stands in the address that a person is sent back to.
fn answer(address: &str) -> UpstreamAnswer {
    let mut answer = UpstreamAnswer::default();
    for (name, value) in
        ureq::http::Uri::try_from(address).unwrap().query().unwrap().split('&').filter_map(|part| part.split_once('='))
    {
        let value = value.replace("%3A", ":").replace("%2F", "/");
        match name {
            "state" => answer.state = value,
            "code" => answer.code = Some(value),
            "error" => answer.error = Some(value),
            "iss" => answer.issuer = Some(value),
            _ => {}
        }
    }
    answer
}

async fn sign_in(peer: &mut Peer, algorithm: &str, wanted: &[&str]) -> UpstreamPerson {
    let upstreams = Upstreams::new(Arc::new(SystemClock), None).unwrap();
    let provider = configured(peer, algorithm);
    let attempt = UpstreamAttempt::draw(&SystemEntropy);
    let wanted: Vec<String> = wanted.iter().map(|claim| (*claim).to_owned()).collect();
    let address = upstreams.begin(&provider, &attempt, &wanted).await.unwrap();
    let back = peer.ask(json!({ "act": "visit", "address": address, "login": "ada" })).unwrap();
    let answer = answer(back.as_str().unwrap());
    assert!(answer.issuer.is_some(), "it says who answers");
    let person = upstreams.finish(&provider, &attempt, &answer, &wanted).await.unwrap();
    let again = upstreams.finish(&provider, &attempt, &answer, &wanted).await;
    assert_eq!(again.unwrap_err(), UpstreamError::Refused { code: "invalid_grant" }, "a code is good once");
    person
}

#[tokio::test]
async fn people_sign_in_with_a_real_provider_whatever_it_signs_with() {
    let mut peer = start();
    for algorithm in ["RS256", "ES256", "EdDSA"] {
        let person = sign_in(&mut peer, algorithm, &["email", "name"]).await;
        assert_eq!(
            (person.issuer.as_str(), person.subject.as_str()),
            (peer.ready()["issuer"].as_str().unwrap(), "ada")
        );
        let email = person.email.unwrap();
        assert_eq!((email.address.as_str(), email.is_verified), ("ada@id.example", true));
        let claims: Vec<(&str, &str)> =
            person.claims.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        assert_eq!(claims, [("name", "Ada Lovelace")], "and neither birthday nor picture");
    }
}

#[tokio::test]
async fn nothing_is_fetched_of_a_person_of_whom_nothing_is_wanted() {
    let mut peer = start();
    let person = sign_in(&mut peer, "RS256", &[]).await;
    assert!(person.email.is_none() && person.claims.is_empty());
    let requests = peer.ask(json!({ "act": "requests" })).unwrap();
    let requests: Vec<&str> = requests.as_array().unwrap().iter().filter_map(|request| request.as_str()).collect();
    assert_eq!(requests[0], "GET /.well-known/openid-configuration");
    assert!(requests.contains(&"POST /token") && requests.contains(&"GET /jwks"));
    assert!(!requests.iter().any(|request| request.contains("/me")), "{requests:?}");
}

#[tokio::test]
async fn who_refuses_at_the_provider_is_nobody_here() {
    let mut peer = start();
    let upstreams = Upstreams::new(Arc::new(SystemClock), None).unwrap();
    let (provider, attempt) = (configured(&peer, "RS256"), UpstreamAttempt::draw(&SystemEntropy));
    let address = upstreams.begin(&provider, &attempt, &[]).await.unwrap();
    let back = peer.ask(json!({ "act": "visit", "address": address, "login": "ada", "refuse": true })).unwrap();
    let refused = upstreams.finish(&provider, &attempt, &answer(back.as_str().unwrap()), &[]).await;
    assert_eq!(refused.unwrap_err(), UpstreamError::Refused { code: "access_denied" });
    let requests = peer.ask(json!({ "act": "requests" })).unwrap();
    assert!(!requests.to_string().contains("/token"), "{requests}");
}
