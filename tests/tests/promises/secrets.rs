//! What proves somebody: passwords that others hashed, and the secrets that a tenant calls others with.

use std::time::{Duration, Instant};

use candor_tests::{Reply, Server, candor, exported, text, withheld};
use serde_json::{Value, json};

const PASSWORD: &str = "correct horse battery staple";
/// That password, as a library of another language hashed it.
const BCRYPT: &str = "$2y$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS";

fn verified(server: &Server, email: &str, candidate: &str) -> (Reply, Duration) {
    let began_at = Instant::now();
    let reply = server.post(
        "/v1/subjects/verify",
        &json!({
            "purpose": "authorisation", "field": "account.password", "candidate": candidate,
            "whose": { "field": "account.email", "value": email },
        }),
    );
    (reply, began_at.elapsed())
}

#[test]
fn promise_e02_passwords_come_hashed_are_verified_and_become_argon2id_at_the_next_sign_in() {
    let server = Server::start("plugin-vendor");
    let file = server.folder().join("people.csv");
    let rows = format!(
        "account.email,account.username,account.first_name,account.last_name,account.password\n\
         ada@plugins.example,ada,Ada,Lovelace,{BCRYPT}\n\
         bob@plugins.example,bob,Bob,Plain,hunter2-planted\n"
    );
    std::fs::write(&file, rows).unwrap();
    let import = |args: &[&str]| {
        let path = file.display().to_string();
        let fixed = ["import", "people", &path, "--source", "subject", "--contract"];
        let server_args = ["--server", &format!("http://{}", server.address())];
        candor(&[&fixed[..], &server_args, args].concat()).env("CANDOR_API_KEY", server.presented()).output().unwrap()
    };
    let output = import(&[]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    // A password in the open is no hash: refused before anything of it is kept, and not repeated in the report.
    let report = std::fs::read_to_string(server.folder().join("people.csv.refused.csv")).unwrap();
    assert!(report.contains("\n2,account.password,field.hash_expected,"), "{report}");
    assert!(!report.contains("hunter2"), "{report}");
    std::fs::remove_file(&file).unwrap();
    assert_eq!(server.files_with("hunter2-planted"), [""; 0]);

    let find = json!({ "purpose": "authorisation", "field": "account.email", "value": "ada@plugins.example" });
    let found = server.post("/v1/subjects/find", &find).json(200);
    let ada = server.known(text(&found["subject"]));

    // Sign-in: the right password once, and what stands there from then on is Argon2id.
    let (reply, _) = verified(&server, "ada@plugins.example", PASSWORD);
    assert_eq!(reply.json(200), json!({ "matches": true, "subject": ada.id }));
    let kinds = |n: usize| ada.accesses().iter().take(n).map(|entry| entry["kind"].clone()).collect::<Vec<_>>();
    assert_eq!(kinds(2), ["record_written", "verified"]);
    let (reply, _) = verified(&server, "ada@plugins.example", PASSWORD);
    assert_eq!(reply.json(200)["matches"], true);
    assert_eq!(kinds(2), ["verified", "record_written"], "replaced once");

    // Nobody and a wrong password are answered alike: status, body, and the step of time at which a no leaves.
    let (wrong, wrong_took) = verified(&server, "ada@plugins.example", "wrong");
    let (nobody, nobody_took) = verified(&server, "nobody@plugins.example", PASSWORD);
    assert_eq!((wrong.status, wrong.text()), (nobody.status, nobody.text()));
    assert_eq!(wrong.json(200), json!({ "matches": false, "subject": null }));
    assert!(wrong_took >= Duration::from_millis(500) && nobody_took >= Duration::from_millis(500));

    // No way of reading gives the hash or the password out.
    ada.read("authorisation", &["account.password"]).refused("field.hashed");
    let given = ada.post("/export?kind=access", &json!({})).archive();
    assert!(!exported(&given).contains_key("account.password"));
    assert_eq!(withheld(&given)["account.password"], "field.hashed");
    assert!(given.values().all(|file| !file.contains("$2y$") && !file.contains("$argon2id$")));
    for planted in [PASSWORD, BCRYPT, "$argon2id$"] {
        assert_eq!(server.files_with(planted), [""; 0], "{planted}");
    }

    // A new password comes in the open over the API and is a hash from the first moment.
    ada.change("account", &json!({ "password": { "plain": "new-planted-password" } })).json(200);
    assert_eq!(verified(&server, "ada@plugins.example", PASSWORD).0.json(200)["matches"], false);
    assert_eq!(verified(&server, "ada@plugins.example", "new-planted-password").0.json(200)["matches"], true);
    ada.change("account", &json!({ "password": "another-planted" })).problem(422, "field.hash_expected");
    for planted in ["new-planted-password", "another-planted"] {
        assert_eq!(server.files_with(planted), [""; 0], "{planted}");
    }

    // Guessing stops.
    let guessed = (0..12).map(|_| verified(&server, "nobody@plugins.example", "guess").0);
    guessed.collect::<Vec<_>>().pop().unwrap().problem(429, "verify.too_often");
}

#[test]
fn promise_b05_a_secret_is_written_bound_to_one_purpose_and_recipient_and_never_shown() {
    let mut server = Server::start("miniorange-cloud");
    let token = "token-planted-b05";
    let parts = json!({ "email": "service-planted@cloud.example", "token": token });
    let put = |server: &Server, name: &str, purpose: &str, recipient: &str| {
        let body = json!({ "purpose": purpose, "recipient": recipient, "parts": parts });
        server.send(
            "PUT",
            &format!("/v1/secrets/{name}"),
            &body,
            &[("idempotency-key", &format!("k-{name}-{purpose}"))],
        )
    };
    let kept = put(&server, "scim", "scim_calls", "platform").json(200);
    assert_eq!((&kept["purpose"], &kept["recipient"]), (&json!("scim_calls"), &json!("platform")));
    // A purpose for which the policy gives that recipient nothing has no use for a secret.
    put(&server, "other", "secure_share", "platform").problem(403, "recipient.not_shared");
    put(&server, "other", "scim_calls", "nobody").problem(403, "recipient.undeclared");

    // Write-only: no operation shows it, to nobody, and no file holds it.
    let shown = |server: &Server| {
        let list = server.get("/v1/secrets");
        assert!(!list.text().contains("planted"), "{}", list.text());
        list.json(200)["items"].as_array().unwrap().iter().map(|kept| kept["name"].clone()).collect::<Vec<Value>>()
    };
    assert_eq!(shown(&server), ["scim"]);
    server.get("/v1/secrets/scim").problem(405, "method.unknown");
    let document: Value = server.anonymous().get("/openapi.json").json(200);
    let answers = &document["components"]["schemas"]["SecretKept"]["properties"];
    assert!(answers.get("parts").is_none() && answers.get("purpose").is_some(), "{answers}");
    let reader = server.key(&json!({ "label": "reader", "scopes": ["read", "write", "audit", "rights"] }));
    reader.get("/v1/secrets").problem(403, "key.scope_missing");
    server.restart();
    assert_eq!(shown(&server), ["scim"]);
    for planted in [token, "service-planted"] {
        assert_eq!(server.files_with(planted), [""; 0], "{planted}");
    }

    // Kept again under its name and removed: each stands in the ledger, and nothing of it is left.
    put(&server, "scim", "jsm_calls", "platform").json(200);
    let remove = |server: &Server| server.send("DELETE", "/v1/secrets/scim", &json!({}), &[]);
    remove(&server).json(204);
    remove(&server).problem(404, "secret.unknown");
    assert_eq!(shown(&server), [""; 0]);
    let ledger = format!("http://{}/ledger/miniorange-cloud", server.address());
    let checked = candor_tests::ledger_check(&[&ledger]).output().unwrap();
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(said.contains("2 secret_kept") && said.contains("1 secret_removed"), "{said}");
}
