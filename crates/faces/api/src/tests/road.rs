//! The road of each family of operations, told once; every answer is compared with its description.

use serde_json::{Value, json};

use super::world::{World, bearer, world};

async fn read(world: &World, subject: &str, purpose: &str, field: &str) -> (u16, String) {
    let answered = world
        .send("POST", &format!("/v1/subjects/{subject}/read"), json!({"purpose": purpose, "fields": [field]}))
        .await;
    (answered.status, answered.code().to_owned())
}

#[tokio::test]
async fn a_purpose_gets_its_fields_and_others_are_refused_with_the_reason() {
    let world = world().await;
    let ada = world.ada().await;
    let body = json!({"purpose": "billing", "fields": ["account.email", "account.job"]});
    let answered = world.send("POST", &format!("/v1/subjects/{ada}/read"), body).await;
    assert_eq!((answered.status, &answered.body["verdict"]), (200, &json!("partly")));
    assert_eq!(answered.body["records"][0]["values"]["email"]["value"], "ada@people.example");
    assert_eq!(answered.body["refused"][0]["code"], "field.not_used");
    assert_eq!(answered.headers["cache-control"], "no-store");
    let refused = world
        .send(
            "POST",
            &format!("/v1/subjects/{ada}/read"),
            json!({"purpose": "newsletter", "fields": ["account.email"]}),
        )
        .await;
    assert_eq!((refused.status, refused.code()), (403, "basis.consent_missing"));
    assert_eq!(refused.body["refused"][0]["field"], "account.email");
    assert!(refused.body["entry"].is_u64(), "a refusal is logged too");
}

#[tokio::test]
async fn consent_opens_a_purpose_and_its_withdrawal_closes_it_at_once() {
    let world = world().await;
    let ada = world.ada().await;
    let consents = format!("/v1/subjects/{ada}/consents");
    for act in ["given", "confirmed"] {
        let said = world.send("POST", &consents, json!({"purpose": "newsletter", "act": act})).await;
        assert!(said.status == 201 || act == "confirmed", "{}", said.body);
    }
    assert_eq!(read(&world, &ada, "newsletter", "account.email").await.0, 200);
    let withdrawn = world.send("POST", &consents, json!({"purpose": "newsletter", "act": "withdrawn"})).await;
    assert_eq!(withdrawn.status, 201, "{}", withdrawn.body);
    assert_eq!(read(&world, &ada, "newsletter", "account.email").await, (403, "basis.consent_missing".to_owned()));
    for form in ["", "?form=dpv", "?form=kantara"] {
        let receipt = world.send("GET", &format!("{consents}/newsletter/receipt{form}"), json!(null)).await;
        assert_eq!(receipt.status, 200, "{}", receipt.body);
    }
    let other = world.send("GET", &format!("{consents}/newsletter/receipt?form=paper"), json!(null)).await;
    assert_eq!((other.status, other.code()), (400, "query.malformed"));
    let listed = world.send("GET", &format!("{consents}?limit=1"), json!(null)).await;
    assert_eq!(listed.body["items"].as_array().unwrap().len(), 1);
    let next = listed.body["next"].as_str().unwrap();
    let rest = world.send("GET", &format!("{consents}?after={next}"), json!(null)).await;
    assert_eq!(rest.status, 200, "{}", rest.body);
    assert!(!rest.body["items"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn only_the_value_one_is_global_privacy_control() {
    let world = world().await;
    let ada = world.ada().await;
    let key = bearer(&world.key);
    let path = format!("/v1/subjects/{ada}/read");
    for (value, code) in [
        ("1", "gpc"),
        ("0", "basis.consent_missing"),
        ("true", "basis.consent_missing"),
        ("11", "basis.consent_missing"),
    ] {
        let headers: &[(&str, &str)] = &[("authorization", &key), ("sec-gpc", value)];
        let answered =
            world.send_with("POST", &path, headers, r#"{"purpose": "ads", "fields": ["account.email"]}"#).await;
        assert_eq!((answered.status, answered.code()), (403, code), "{value}");
    }
}

#[tokio::test]
async fn choices_are_noted_and_shown_in_the_preferences() {
    let world = world().await;
    let ada = world.ada().await;
    let at = |rest: &str| format!("/v1/subjects/{ada}/{rest}");
    for (method, path, body, status) in [
        ("POST", at("objections"), json!({"purpose": "tips"}), 201),
        ("PUT", at("preferences/tips/email"), json!({"opt": "out"}), 200),
        ("PUT", at("contract"), json!({}), 200),
        ("POST", at("deactivate"), json!({}), 200),
        ("POST", at("reactivate"), json!({}), 200),
        ("PUT", at("restriction"), json!({"allowed_purposes": ["billing"]}), 200),
        ("POST", at("restriction/lift"), json!({"informed": "letter of today"}), 200),
        ("DELETE", at("contract"), json!({}), 200),
    ] {
        let answered = world.send(method, &path, body).await;
        assert_eq!(answered.status, status, "{method} {path}: {}", answered.body);
    }
    let shown = world.send("GET", &at("preferences"), json!(null)).await;
    let tips =
        shown.body["purposes"].as_array().unwrap().iter().find(|purpose| purpose["purpose"] == "tips").unwrap().clone();
    assert_eq!(tips["channels"][0]["opted_out"], true, "{tips}");
    assert_eq!(world.send("GET", &format!("/v1/subjects/{ada}"), json!(null)).await.status, 200);
}

#[tokio::test]
async fn why_explains_the_past_and_the_present() {
    let world = world().await;
    let ada = world.ada().await;
    let question = json!({"purpose": "newsletter", "fields": ["account.email"]});
    let now = world.send("POST", &format!("/v1/subjects/{ada}/why"), json!({"question": question})).await;
    assert_eq!((now.status, &now.body["verdict"]), (200, &json!("refused")));
    let then = world
        .send("POST", &format!("/v1/subjects/{ada}/why"), json!({"question": question, "at": "2020-01-01T00:00:00Z"}))
        .await;
    assert!(then.status >= 400, "{}", then.body);
}

#[tokio::test]
async fn records_are_written_changed_closed_removed_and_listed_without_values() {
    let world = world().await;
    let ada = world.ada().await;
    let records = format!("/v1/subjects/{ada}/records");
    let written = world
        .send("POST", &records, json!({"group": "usage", "values": {"feature": "search"}, "source": "observed"}))
        .await;
    assert_eq!(written.status, 201, "{}", written.body);
    let record = format!("{records}/usage/{}", written.body["record"].as_str().unwrap());
    let patched = world.send("PATCH", &record, json!({"values": {"feature": "export"}, "source": "observed"})).await;
    assert_eq!((patched.status, &patched.body["version"]), (200, &json!(2)), "{}", patched.body);
    assert_eq!(world.send("POST", &format!("{record}/close"), json!({})).await.status, 200);
    let mut seen = Vec::new();
    let mut path = format!("{records}?limit=1");
    loop {
        let page = world.send("GET", &path, json!(null)).await;
        seen.extend(
            page.body["items"].as_array().unwrap().iter().map(|item| item["group"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page.body["next"].as_str() else { break };
        path = format!("{records}?limit=1&after={next}");
    }
    assert_eq!(seen, ["account", "usage"]);
    assert_eq!(world.send("DELETE", &record, json!({})).await.status, 204);
    assert_eq!(world.send("DELETE", &record, json!({})).await.status, 404);
}

#[tokio::test]
async fn a_right_runs_from_request_to_letter_and_erasure_is_proved() {
    let world = world().await;
    let ada = world.ada().await;
    let account = world.send("GET", &format!("/v1/subjects/{ada}/records"), json!(null)).await;
    let record = &account.body["items"][0]["record"];
    let corrected = world
        .send(
            "POST",
            &format!("/v1/subjects/{ada}/rectify"),
            json!({"group": "account", "record": record, "values": {"name": "Ada King"}}),
        )
        .await;
    assert_eq!(corrected.status, 200, "{}", corrected.body);
    let hold = world.send("POST", &format!("/v1/subjects/{ada}/holds"), json!({"ground": "case 1"})).await;
    assert_eq!(hold.status, 201, "{}", hold.body);
    assert_eq!(world.send("GET", &format!("/v1/subjects/{ada}/holds"), json!(null)).await.status, 200);
    let held = world.send("POST", &format!("/v1/subjects/{ada}/erase"), json!({})).await;
    assert_eq!((held.status, held.code()), (409, "hold.in_force"));
    let lifted = world
        .send("DELETE", &format!("/v1/subjects/{ada}/holds/{}", hold.body["id"].as_str().unwrap()), json!({}))
        .await;
    assert_eq!(lifted.status, 204);
    let opened = world.send("POST", &format!("/v1/subjects/{ada}/requests"), json!({"right": "erasure"})).await;
    assert_eq!(opened.status, 201, "{}", opened.body);
    let request = opened.body["id"].as_str().unwrap().to_owned();
    assert_eq!(world.send("POST", &format!("/v1/requests/{request}/identity"), json!({})).await.status, 200);
    let erased = world.send("POST", &format!("/v1/subjects/{ada}/erase"), json!({"request": request})).await;
    assert_eq!(erased.status, 200, "{}", erased.body);
    for path in
        [format!("/v1/subjects/{ada}"), format!("/v1/subjects/{ada}/records"), format!("/v1/subjects/{ada}/accesses")]
    {
        let gone = world.send("GET", &path, json!(null)).await;
        assert_eq!((gone.status, gone.code()), (410, "subject.erased"), "{path}");
    }
    assert_eq!(read(&world, &ada, "billing", "account.email").await, (410, "subject.erased".to_owned()));
    assert_eq!(world.send("GET", &format!("/v1/requests/{request}/letter"), json!(null)).await.status, 200);
    assert_eq!(
        world.send("GET", "/v1/requests?limit=10", json!(null)).await.body["items"].as_array().unwrap().len(),
        1
    );
    let receipt = world.send_with("GET", &format!("/ledger/sketch/receipts/{}", erased.body["entry"]), &[], "").await;
    let key = String::from_utf8(world.send_with("GET", "/ledger/sketch/key", &[], "").await.bytes).unwrap();
    let receipt = candor_ledger::Receipt::parse(&receipt.bytes).unwrap();
    receipt.verify(&candor_ledger::VerifierKey::parse(key.trim()).unwrap()).unwrap();
}

#[tokio::test]
async fn an_export_is_an_archive_of_json_and_tables() {
    let world = world().await;
    let ada = world.ada().await;
    for kind in ["access", "portability"] {
        let archive = world.send("POST", &format!("/v1/subjects/{ada}/export?kind={kind}"), json!({})).await;
        assert_eq!(archive.status, 200, "{}", archive.body);
        assert_eq!(archive.headers["content-type"], "application/zip");
        let files = unzipped(archive.bytes).await;
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert!(names.contains(&"README.txt") && names.contains(&"account.csv"), "{names:?}");
        let export: Value = serde_json::from_str(&text_of(&files, "export.json")).unwrap();
        let parts = export.as_array().unwrap();
        assert_eq!((&parts[0]["part"], &parts.last().unwrap()["part"]), (&json!("begin"), &json!("end")));
        assert!(text_of(&files, "account.csv").contains("ada@people.example"));
    }
}

fn text_of(files: &[(String, String)], name: &str) -> String {
    files.iter().find(|(known, _)| known == name).unwrap().1.clone()
}

async fn unzipped(bytes: Vec<u8>) -> Vec<(String, String)> {
    #[expect(deprecated, reason = "its successor cannot read from memory yet")]
    let zip = async_zip::base::read::mem::ZipFileReader::new(bytes).await.unwrap();
    let mut files = Vec::new();
    for at in 0..zip.file().entries().len() {
        let name = zip.file().entries()[at].filename().as_str().unwrap().to_owned();
        let mut text = String::new();
        zip.reader_with_entry(at).await.unwrap().read_to_string_checked(&mut text).await.unwrap();
        files.push((name, text));
    }
    files
}

#[tokio::test]
async fn who_read_what_can_be_paged_through_and_recipients_are_shown() {
    let world = world().await;
    let ada = world.ada().await;
    for _ in 0..3 {
        read(&world, &ada, "billing", "account.email").await;
    }
    let page = world.send("GET", &format!("/v1/subjects/{ada}/accesses?limit=2"), json!(null)).await;
    assert_eq!((page.status, page.body["items"].as_array().unwrap().len()), (200, 2), "{}", page.body);
    let next = page.body["next"].as_str().unwrap();
    let rest = world.send("GET", &format!("/v1/subjects/{ada}/accesses?after={next}"), json!(null)).await;
    assert_eq!(rest.body["items"].as_array().unwrap().last().unwrap()["kind"], "subject_created");
    let recipients = world.send("GET", &format!("/v1/subjects/{ada}/recipients"), json!(null)).await;
    assert_eq!(recipients.body["items"][0]["name"], "gateway");
    assert_eq!(world.send("GET", "/v1/transparency/2026", json!(null)).await.status, 200);
}

#[tokio::test]
async fn a_disclosure_to_an_authority_needs_a_second_person() {
    let world = world().await;
    let ada = world.ada().await;
    let question = json!({"purpose": "law_enforcement", "recipient": "police", "fields": ["account.email"]});
    let body = json!({"question": question, "legal_reference": "order 12/2026"});
    let proposed = world.send("POST", &format!("/v1/subjects/{ada}/disclosures"), body).await;
    assert_eq!(proposed.status, 201, "{}", proposed.body);
    let at = format!("/v1/disclosures/{}", proposed.body["id"].as_str().unwrap());
    let own = world.send("POST", &format!("{at}/approve"), json!({})).await;
    assert_eq!((own.status, own.code()), (403, "disclosure.same_person"));
    let (_, second) = world.key_with(vec![candor_vault::Scope::Approve], None).await;
    let approved =
        world.send_with("POST", &format!("{at}/approve"), &[("authorization", &bearer(&second))], "{}").await;
    assert_eq!((approved.status, &approved.body["state"]), (200, &json!("approved")), "{}", approved.body);
    let mut question = question;
    question["approval"] = proposed.body["id"].clone();
    let answered = world.send("POST", &format!("/v1/subjects/{ada}/read"), question).await;
    assert_eq!(answered.status, 200, "{}", answered.body);
    assert_eq!(world.send("GET", &at, json!(null)).await.body["state"], "used");
    assert_eq!(world.send("GET", "/v1/disclosures", json!(null)).await.status, 200);
}

#[tokio::test]
async fn the_ledger_is_public_and_checks() {
    let world = world().await;
    world.ada().await;
    let note = world.send_with("GET", "/ledger/sketch/checkpoint", &[], "").await;
    assert_eq!(note.status, 200);
    let size: u64 = String::from_utf8(note.bytes).unwrap().lines().nth(1).unwrap().parse().unwrap();
    let tile = world.send_with("GET", &format!("/ledger/sketch/tile/entries/000.p/{size}"), &[], "").await;
    assert_eq!((tile.status, tile.headers["content-type"].to_str().unwrap()), (200, "application/octet-stream"));
    let proof = world.send_with("GET", &format!("/ledger/sketch/consistency?from=1&to={size}"), &[], "").await;
    assert_eq!(proof.status, 200, "{}", proof.body);
}

#[tokio::test]
async fn the_policy_is_put_into_force_or_refused_with_its_findings() {
    let world = world().await;
    let policy = include_str!("policy.candor").replace("2026-01-29", "2026-05-30");
    let put = world.send("POST", "/v1/policies", json!({"files": [{"path": "policy.candor", "text": policy}]})).await;
    assert_eq!((put.status, &put.body["version"]), (201, &json!("2026-05-30")), "{}", put.body);
    let broken =
        world.send("POST", "/v1/policies", json!({"files": [{"path": "policy.candor", "text": "purpose"}]})).await;
    assert_eq!((broken.status, broken.code()), (422, "policy.has_errors"));
    assert!(broken.body["diagnostics"].as_str().unwrap().contains("policy.candor"));
    assert_eq!(world.send("GET", "/v1/policies", json!(null)).await.body["items"].as_array().unwrap().len(), 2);
    assert_eq!(world.send("GET", "/v1/keys", json!(null)).await.status, 200);
}

#[tokio::test]
async fn the_api_describes_itself_without_scripts_or_other_hosts() {
    let world = world().await;
    let document = world.send_with("GET", "/openapi.json", &[], "").await;
    assert_eq!(document.body["openapi"], "3.1.0");
    for path in ["/docs", "/problems", "/problems/gpc"] {
        let page = world.send_with("GET", path, &[], "").await;
        let text = String::from_utf8(page.bytes).unwrap();
        assert_eq!(page.status, 200);
        assert!(!text.contains("<script") && !text.contains("http://") && !text.contains("https://"), "{path}");
    }
}
