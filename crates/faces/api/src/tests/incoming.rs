//! What comes in: rows of an import, candidates, secrets; every answer is compared with its description.

use serde_json::{Value, json};

use super::world::world;

const BCRYPT: &str = "$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS";

fn row(n: u64, email: &str, password: &str) -> Value {
    let values = json!({ "email": email, "name": "Ada", "password": password });
    json!({ "row": n, "records": [{ "group": "account", "values": values }], "contract": {} })
}

#[tokio::test]
async fn rows_are_made_known_and_refused_and_the_people_they_made_sign_in() {
    let world = world().await;
    let path = format!("/v1/imports/{}/people", "ab".repeat(32));
    let people = json!({ "people": [row(1, "a@people.example", BCRYPT), row(2, "b@people.example", "open")] });
    let first = world.send("POST", &path, people.clone()).await;
    assert_eq!(first.status, 200, "{}", first.body);
    let outcomes = |body: &Value| [0, 1].map(|n| body["rows"][n]["outcome"].as_str().unwrap().to_owned());
    assert_eq!(outcomes(&first.body), ["made", "refused"]);
    assert_eq!(first.body["rows"][1]["field"], "account.password");
    let second = world.send("POST", &path, people).await;
    assert_eq!(outcomes(&second.body), ["known", "refused"]);
    assert_eq!(second.body["rows"][0]["subject"], first.body["rows"][0]["subject"]);
    let unnamed = world.send("POST", "/v1/imports/mine/people", json!({ "people": [] })).await;
    assert_eq!((unnamed.status, unnamed.code()), (400, "import.name"));

    let whose = json!({ "field": "account.email", "value": "a@people.example" });
    let candidate = |candidate: &str, whose: &Value| json!({ "purpose": "sign_in", "field": "account.password", "candidate": candidate, "whose": whose });
    let verify = "/v1/subjects/verify";
    let yes = world.send("POST", verify, candidate("correct horse battery staple", &whose)).await;
    assert_eq!(yes.body, json!({ "matches": true, "subject": first.body["rows"][0]["subject"] }));
    let no = world.send("POST", verify, candidate("wrong", &whose)).await;
    assert_eq!(no.body, json!({ "matches": false, "subject": null }));
    let both = json!({ "field": "account.email", "value": "a@people.example", "subject": yes.body["subject"] });
    let unclear = world.send("POST", verify, candidate("wrong", &both)).await;
    assert_eq!((unclear.status, unclear.code()), (400, "verify.whose"));
}

#[tokio::test]
async fn a_secret_is_kept_listed_without_itself_and_removed() {
    let world = world().await;
    let kept = json!({ "purpose": "billing", "recipient": "gateway", "parts": { "token": "planted" } });
    let put = world.send("PUT", "/v1/secrets/cloud", kept.clone()).await;
    assert_eq!((put.status, &put.body["name"]), (200, &json!("cloud")), "{}", put.body);
    world.send("PUT", "/v1/secrets/crowd", kept).await;
    let listed = world.send("GET", "/v1/secrets?limit=1", json!(null)).await;
    let next = listed.body["next"].as_str().unwrap();
    let rest = world.send("GET", &format!("/v1/secrets?after={next}"), json!(null)).await;
    let names = [&listed, &rest].map(|page| page.body["items"][0]["name"].as_str().unwrap().to_owned());
    assert_eq!(names, ["cloud", "crowd"]);
    assert!(!listed.body.to_string().contains("planted") && !put.body.to_string().contains("planted"));
    let read = world.send("GET", "/v1/secrets/cloud", json!(null)).await;
    assert_eq!((read.status, read.code()), (405, "method.unknown"));
    assert_eq!(world.send("DELETE", "/v1/secrets/cloud", json!({})).await.status, 204);
    let gone = world.send("DELETE", "/v1/secrets/cloud", json!({})).await;
    assert_eq!((gone.status, gone.code()), (404, "secret.unknown"));
}

#[tokio::test]
async fn an_upstream_is_kept_listed_without_its_secrets_and_removed() {
    let world = world().await;
    let provider = json!({ "provider": {
        "issuer": "https://id.example", "shape": "microsoft", "directories": ["d-1"], "client_id": "candor",
        "client_secret": "planted",
    } });
    let company = json!({ "company": {
        "address": "ldaps://ad.example", "base": "dc=example", "filter": "(uid={user})", "id_attribute": "entryUUID",
        "reader": { "name": "cn=reader", "password": "planted" },
    } });
    let body = |place: &serde_json::Value| json!({ "title": "Elsewhere", "purpose": "billing", "place": place });
    let put = world.send("PUT", "/v1/upstreams/site", body(&provider)).await;
    assert_eq!((put.status, &put.body["place"]["provider"]["has_secret"]), (200, &json!(true)), "{}", put.body);
    assert_eq!(world.send("PUT", "/v1/upstreams/work", body(&company)).await.status, 200);
    let listed = world.send("GET", "/v1/upstreams", json!(null)).await;
    let names = listed.body["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), ["site", "work"]);
    assert!(!listed.body.to_string().contains("planted") && !put.body.to_string().contains("planted"));
    let unknown = json!({ "title": "x", "purpose": "no_such", "place": provider });
    assert_eq!(world.send("PUT", "/v1/upstreams/site", unknown).await.code(), "purpose.unknown");
    let mut open = body(&provider);
    open["place"]["provider"]["issuer"] = json!("http://id.example");
    let refused = world.send("PUT", "/v1/upstreams/site", open).await;
    assert_eq!((refused.status, refused.code()), (400, "upstream.malformed"));
    let mut both = body(&provider);
    both["place"]["company"] = company["company"].clone();
    assert_eq!(world.send("PUT", "/v1/upstreams/site", both).await.status, 400);
    assert_eq!(world.send("DELETE", "/v1/upstreams/site", json!({})).await.status, 204);
    let gone = world.send("DELETE", "/v1/upstreams/site", json!({})).await;
    assert_eq!((gone.status, gone.code()), (404, "upstream.unknown"));
}
