//! What stands in an answer besides its words: status, length and headers are alike where the words may not be known.

use serde_json::json;

use super::world::{Answered, World, bearer, world};

async fn look_up(world: &World, key: &str, purpose: &str, email: &str) -> Answered {
    let body = json!({ "purpose": purpose, "field": "account.email", "value": email }).to_string();
    world.send_with("POST", "/v1/subjects/find", &[("authorization", &bearer(key))], &body).await
}

/// Status, length and headers but for the request's own number.
fn around(answered: &Answered) -> (u16, usize, Vec<(String, String)>) {
    let headers = answered.headers.iter().filter(|(name, _)| *name != "x-request-id");
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    (answered.status, answered.bytes.len(), headers)
}

#[tokio::test]
async fn a_look_up_is_answered_at_one_length_whether_or_not_somebody_is_found() {
    let world = world().await;
    let ada = world.ada().await;
    let known = look_up(&world, &world.key, "billing", "ada@people.example").await;
    let unknown = look_up(&world, &world.key, "billing", "eve@people.example").await;
    assert_eq!((&known.body["subject"], &unknown.body["subject"]), (&json!(ada), &json!(null)));
    assert_eq!(around(&known), around(&unknown));

    // Nor does one who was erased differ from one who never was.
    assert_eq!(world.send("POST", &format!("/v1/subjects/{ada}/erase"), json!({})).await.status, 200);
    let erased = look_up(&world, &world.key, "billing", "ada@people.example").await;
    assert_eq!((&erased.bytes, around(&erased)), (&unknown.bytes, around(&unknown)));
}

#[tokio::test]
async fn a_look_up_that_is_refused_says_the_same_of_everybody() {
    let world = world().await;
    world.ada().await;
    let (_, narrow) = world.key_with(vec![candor_vault::Scope::Write], None).await;
    let cases = [
        (world.key.as_str(), "profiling", 403),
        (world.key.as_str(), "analytics", 403),
        (narrow.as_str(), "billing", 403),
        (&world.other_key, "billing", 200),
        ("candor_0_0", "billing", 401),
    ];
    for (key, purpose, status) in cases {
        let known = look_up(&world, key, purpose, "ada@people.example").await;
        let unknown = look_up(&world, key, purpose, "eve@people.example").await;
        assert_eq!((known.status, &known.bytes), (status, &unknown.bytes), "{purpose}: {}", known.body);
        assert_eq!(around(&known), around(&unknown), "{purpose}");
    }
}

#[tokio::test]
async fn a_subject_of_another_tenant_is_as_unknown_as_none_at_every_operation() {
    let world = world().await;
    let ada = world.ada().await;
    let nobody = format!("sub_{}", "0".repeat(32));
    for route in crate::ROUTES.iter().filter(|route| route.path.contains("{subject}")) {
        let ask = async |subject: &str| {
            let path = route.path.replace("{subject}", subject).replace("{record}", &format!("rec_{}", "0".repeat(32)));
            let path = path.replace("{hold}", &format!("hld_{}", "0".repeat(32))).replace("{channel}", "email");
            let headers = [("authorization", bearer(&world.other_key))];
            let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
            world.send_with(route.method, &path, &headers, &body_of(route.path)).await
        };
        let (theirs, none) = (ask(&ada).await, ask(&nobody).await);
        assert_eq!(theirs.bytes, none.bytes, "{} {}: {}", route.method, route.path, theirs.body);
        assert_eq!(around(&theirs), around(&none), "{} {}", route.method, route.path);
        assert!((400..500).contains(&none.status), "{} {}: {}", route.method, route.path, none.body);
    }
}

/// A body that each operation understands, so that the subject is looked at.
fn body_of(path: &str) -> String {
    let question = json!({ "purpose": "billing", "fields": ["account.email"] });
    let body = match path.rsplit('/').next().unwrap() {
        "age" => json!({ "age": "at_least" }),
        "consents" => json!({ "purpose": "newsletter", "act": "given" }),
        "disclosures" => json!({ "question": question, "legal_reference": "order 1" }),
        "holds" => json!({ "ground": "case" }),
        "lift" => json!({ "informed": "letter" }),
        "objections" => json!({ "purpose": "billing" }),
        "read" => question,
        "records" => json!({ "group": "account", "values": {} }),
        "rectify" => json!({ "group": "account", "record": format!("rec_{}", "0".repeat(32)), "values": {} }),
        "requests" => json!({ "right": "access" }),
        "resolve" => json!({ "outcome": "upheld" }),
        "why" => json!({ "question": question }),
        "{channel}" => json!({ "opt": "out" }),
        "{record}" => json!({ "values": {} }),
        _ => json!({}),
    };
    body.to_string()
}
