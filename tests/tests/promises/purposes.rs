//! Use it for that, and nothing else.

use std::collections::BTreeSet;

use candor_tests::{Person, Server, after, between, candor, quoted_after, text};
use serde_json::{Value, json};

#[test]
fn promise_a07_who_else_receives_data_is_shown_with_its_own_policy() {
    let server = Server::start("asign2");
    let ada = server.person(&[
        ("account", json!({ "email": "ada@people.example", "name": "Ada", "organisation": "Engines" })),
        ("billing", json!({ "address": "1 Analytical Row", "plan": "yearly" })),
    ]);
    let shown = |name: &str| -> Value {
        let recipients = ada.get("/recipients").json(200);
        let items = recipients["items"].as_array().unwrap();
        items.iter().find(|recipient| recipient["name"] == name).unwrap_or_else(|| panic!("{recipients}")).clone()
    };
    let gateway = shown("gateway");
    assert_eq!(gateway["title"], "Example Payments");
    assert_eq!(gateway["role"], "processor");
    assert_eq!(gateway["country"], "IN");
    assert_eq!(gateway["policy_url"], "https://payments.example/privacy");
    assert_eq!((&gateway["is_transfer"], &gateway["safeguard"]), (&json!(false), &Value::Null));
    assert_eq!(gateway["declared"][0]["purpose"], "billing");
    assert_eq!(gateway["declared"][0]["fields"], json!(["billing.card", "account.name", "billing.address"]));
    assert_eq!((&gateway["n_disclosures"], &gateway["last_disclosure"]), (&json!(0), &Value::Null));

    // It receives that and no more, and the person sees that it did.
    let received = ada.read_for("gateway", "billing", &["account", "billing"]).granted();
    assert_eq!(received, BTreeSet::from(["account.name".to_owned(), "billing.address".to_owned()]));
    ada.read_for("gateway", "billing", &["account.email"]).refused("recipient.not_shared");
    assert_eq!(shown("gateway")["n_disclosures"], 1);
    assert_eq!(shown("hosting")["n_disclosures"], 0);
    ada.read_for("broker", "billing", &["account.name"]).refused("recipient.undeclared");

    let page = server.page();
    let row = between(&page, "<tr id=\"recipient-gateway\"", "</tr>");
    assert!(row.contains("https://payments.example/privacy") && row.contains("India"), "{row}");
    let row = between(&page, "<tr id=\"recipient-customer\"", "</tr>");
    assert!(!row.contains("https://"), "{row}");
}

#[test]
fn promise_c10_every_read_names_a_purpose_and_gets_what_that_purpose_uses() {
    let server = Server::start("assigntask");
    let ada = server.person(&[
        (
            "account",
            json!({ "email": "ada@engines.example", "name": "Ada", "job_title": "Analyst", "telephone": "+1 555 01" }),
        ),
        ("billing", json!({ "representative": "Bill", "representative_email": "b@e.example", "address": "1 Row" })),
        ("content", json!({ "summary": "s", "description": "d", "comment": "c", "file": "f", "project": "p" })),
        ("feedback", json!({ "message": "it broke" })),
        ("testimonial", json!({ "quote": "fine", "shown_name": "A." })),
    ]);
    let asked = [
        "account.email",
        "account.name",
        "account.job_title",
        "account.telephone",
        "billing.representative",
        "billing.address",
        "content.summary",
        "feedback.message",
        "testimonial.quote",
    ];
    let cases: [(&str, &[&str]); 9] = [
        ("service", &["account.email", "account.job_title", "account.name", "account.telephone", "content.summary"]),
        ("personalisation", &["account.job_title"]),
        ("service_messages", &["account.email", "account.name"]),
        ("notifications", &["account.email", "account.name", "account.telephone", "content.summary"]),
        ("onboarding", &["account.email", "account.name"]),
        ("support", &["account.email", "account.name", "feedback.message"]),
        ("security", &["account.email", "account.name"]),
        (
            "legal_claims",
            &["account.email", "account.name", "billing.address", "billing.representative", "content.summary"],
        ),
        ("billing", &["account.email", "account.name", "billing.address", "billing.representative"]),
    ];
    for (purpose, expected) in cases {
        let granted = ada.read(purpose, &asked).granted();
        assert_eq!(granted.iter().map(String::as_str).collect::<Vec<_>>(), expected, "{purpose}");
    }
    // Consent for the rest.
    for purpose in ["newsletter", "testimonials", "expert_help", "statistics", "advertising"] {
        ada.read(purpose, &asked).refused("basis.consent_missing");
    }
    // A read without a purpose is none; a key bound to one purpose reads for no other.
    ada.ask(&json!({ "fields": ["account.email"] })).problem(400, "body.missing_field");
    ada.read("anything", &["account.email"]).refused("purpose.undeclared");
    ada.read("@access", &["account.email"]).refused("purpose.reserved");
    let bound = server.key(&json!({ "label": "support desk", "scopes": ["read"], "purposes": ["support"] }));
    let by_support = ada.asked_by(&bound);
    assert_eq!(by_support.read("support", &["account.email"]).granted().len(), 1);
    by_support.read("security", &["account.email"]).problem(403, "key.purpose_foreign");
}

#[test]
fn promise_c13_research_sees_no_identifier_and_no_person() {
    let server = Server::start("assigntask");
    let people: Vec<Person> = (0..11)
        .map(|at| {
            let email = format!("person{at}@engines.example");
            let person = server.person(&[("account", json!({ "email": email, "name": "P" }))]);
            person.store_from("observed", "device", &device(&format!("device-{at}"))).json(201);
            person
        })
        .collect();
    for at in 0..10 {
        let email = format!("loner{at}@engines.example");
        let loner = server.person(&[("account", json!({ "email": email, "name": "L" }))]);
        let mut rare = device("lonely");
        rare["operating_system"] = json!(if at < 9 { "TempleOS-88" } else { "Plan-9-99" });
        loner.store_from("observed", "device", &rare).json(201);
    }

    let rows = server.post("/v1/research", &json!({ "purpose": "research", "fields": ["device.operating_system"] }));
    let items = rows.json(200)["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 11);
    assert!(
        items.as_array().unwrap().iter().all(|row| row == &json!({ "values": { "device.operating_system": "Linux" } }))
    );
    assert!(!rows.text().contains("TempleOS-88") && !rows.text().contains("Plan-9-99"), "{}", rows.text());
    assert!(!rows.text().contains("sub_") && !rows.text().contains("rec_"));

    for field in ["device.ip", "device.identifier", "account.email", "device.browser"] {
        let asked = json!({ "purpose": "research", "fields": [field] });
        server.post("/v1/research", &asked).problem(403, "field.not_used");
    }
    people[0].read("research", &["device.operating_system"]).refused("view.identified");
    let by_security = json!({ "purpose": "security", "fields": ["device.ip"] });
    let refused = server.post("/v1/research", &by_security);
    assert!(refused.status >= 400 && !refused.text().contains("192.0.2"), "{}", refused.text());

    // Whoever objects is no longer in it, and a policy that lets research see an identifier is refused.
    people[0].post("/objections", &json!({ "purpose": "research" })).json(201);
    people[1].post("/objections", &json!({ "purpose": "research" })).json(201);
    let rows =
        server.post("/v1/research", &json!({ "purpose": "research", "fields": ["device.operating_system"] })).json(200);
    assert_eq!(rows["items"], json!([]), "nine are too few");
    let found = findings(
        "assigntask",
        "uses usage.features, usage.search_terms,",
        "uses account.email, usage.features, usage.search_terms,",
    );
    assert_eq!(found, ["identifier-in-de-identified"]);
}

fn device(identifier: &str) -> Value {
    json!({
        "operating_system": "Linux", "browser": "B", "connection": "dsl", "ip": "192.0.2.7", "location": "Kent",
        "identifier": identifier, "referrer": "r", "crash": "none",
    })
}

#[test]
fn promise_c15_nothing_is_sold_and_global_privacy_control_is_honoured() {
    // A purpose that sells is refused, unless the policy says that it sells.
    let selling = "purpose brokers \"Sell your profile\" is SellDataToThirdParties {\n    because consent\n    uses account.email\n    share account.email with advertisers\n    notice \"May we sell your address?\"\n}\n\n# c07\npurpose authentication ";
    assert_eq!(findings("assigntask", "# c07\npurpose authentication ", selling), ["sale-not-declared"]);
    assert_eq!(findings("assigntask", "# c07\npurpose authentication ", "# c07\npurpose authentication "), [""; 0]);

    let server = Server::start("assigntask");
    let text = policy("assigntask").replace("# c07\npurpose authentication ", selling);
    let put = json!({ "files": [{ "path": "policy.candor", "text": text }] });
    let problem = server.post("/v1/policies", &put).json(422);
    assert!(problem.to_string().contains("sale-not-declared"), "{problem}");
    assert_eq!(server.get("/v1/policies").json(200)["items"].as_array().unwrap().len(), 1);

    // With consent advertising goes on, and stops where the browser says no; other purposes do not.
    let ada = server.person(&[("account", json!({ "email": "ada@engines.example", "name": "Ada" }))]);
    server.switch("cookies", true);
    ada.store_from("observed", "cookies", &json!({ "advertising": "ad-7", "functional": "fn-7" })).json(201);
    ada.consent("given", "advertising");
    ada.consent("given", "convenience");
    assert_eq!(ada.read("advertising", &["cookies.advertising"]).values()["cookies.advertising"], "ad-7");
    let refused = ada.read_under_gpc("advertising", &["cookies.advertising"]);
    refused.refused("gpc");
    assert!(!refused.text().contains("ad-7"));
    assert_eq!(ada.newest("refusal")["reason"], "gpc");
    assert_eq!(ada.read_under_gpc("convenience", &["cookies.functional"]).values()["cookies.functional"], "fn-7");
    assert_eq!(ada.read_under_gpc("service", &["account.email"]).granted().len(), 1);
    ada.read("brokers", &["account.email"]).refused("purpose.undeclared");

    let page = server.page();
    assert!(page.contains("None of it is sold.") && page.contains("Global Privacy Control"));
}

#[test]
fn promise_c17_transfers_abroad_are_explained_and_need_a_safeguard() {
    let server = Server::start("assigntask");
    let page = server.page();
    let section = between(&page, "<section id=\"transfers\"", "</section>");
    let row = |recipient: &str| between(section, &format!("href=\"#recipient-{recipient}\""), "</tr>").to_owned();
    assert!(
        row("payments").contains("United States") && row("payments").contains("Standard contractual clauses"),
        "{}",
        row("payments")
    );
    assert!(row("networks").to_lowercase().contains("consent"), "{}", row("networks"));
    assert!(row("expert").contains("United Kingdom"), "{}", row("expert"));
    let named: BTreeSet<&str> = quoted_after(section, "href=\"#recipient-").into_iter().collect();
    assert!(!named.contains("hosting") && !named.contains("counsel"), "who is at home is no transfer: {named:?}");

    // The person sees the same of each recipient.
    let ada = server.person(&[("account", json!({ "email": "ada@engines.example", "name": "Ada" }))]);
    for recipient in ada.get("/recipients").json(200)["items"].as_array().unwrap() {
        let is_named = named.contains(text(&recipient["name"]));
        assert_eq!(recipient["is_transfer"], is_named, "{recipient}");
    }

    // A transfer whose safeguard is left out, or claimed where there is none, does not pass.
    let with = "recipient payments \"Example Payments\" in US, processor, safeguard SCC,";
    let without = "recipient payments \"Example Payments\" in US, processor,";
    assert_eq!(findings("assigntask", with, without), ["transfer-without-safeguard"]);
    let claimed = "recipient payments \"Example Payments\" in CN, processor, safeguard adequacy,";
    assert_eq!(findings("assigntask", with, claimed), ["adequacy-without-decision"]);
}

#[test]
fn promise_d06_each_disclosure_has_its_ground_and_authorities_need_two_people() {
    let server = Server::start("miniorange-plugins");
    let ada = server
        .person(&[("account", json!({ "email": "ada@people.example", "username": "ada", "company": "Engines" }))]);
    ada.store_from("linked:site", "site_profile", &json!({ "name": "Ada", "email": "ada@site.example" })).json(201);
    let year = &text(&ada.get("").json(200)["created_at"])[..4].to_owned();
    let report = || server.get(&format!("/v1/transparency/{year}")).json(200);
    let before = report();

    // As needed for the contract; on consent; to enforce the agreement: each with its ground.
    ada.read_for("hosting", "maintenance", &["account.company"]).json(200);
    assert_eq!(ada.newest("disclosure")["ground"], "contract");
    ada.read_for("site_owner", "site_sign_in", &["site_profile.email"]).refused("basis.consent_missing");
    ada.consent("given", "site_sign_in");
    ada.read_for("site_owner", "site_sign_in", &["site_profile.email"]).json(200);
    assert_eq!(ada.newest("disclosure")["ground"], "consent");
    ada.read("agreement", &["account.company"]).json(200);
    assert_eq!(ada.newest("disclosure")["ground"], "legitimate_interest");

    // By law: one person proposes, another approves, and then it is read once.
    let question = json!({ "purpose": "lawful_requests", "recipient": "authorities", "fields": ["account.email"] });
    ada.ask(&question).refused("approval.missing");
    let key = |label: &str| server.key(&json!({ "label": label, "scopes": ["approve", "read"] }));
    let (one, two) = (key("legal one"), key("legal two"));
    let (first, second) = (ada.asked_by(&one), ada.asked_by(&two));
    let proposal = json!({ "question": question, "legal_reference": "order 12/2026" });
    let proposed = first.post("/disclosures", &proposal).json(201);
    let id = text(&proposed["id"]);
    let mut approved = question.clone();
    approved["approval"] = json!(id);
    second.ask(&approved).refused("approval.missing");
    one.post(&format!("/v1/disclosures/{id}/approve"), &json!({})).problem(403, "disclosure.same_person");
    second.ask(&approved).refused("approval.missing");
    let given = two.post(&format!("/v1/disclosures/{id}/approve"), &json!({})).json(200);
    assert_eq!(given["state"], "approved");
    assert_ne!(given["proposed_by"], given["answered_by"]);
    let unwanted = first.post("/disclosures", &proposal).json(201);
    two.post(&format!("/v1/disclosures/{}/refuse", text(&unwanted["id"])), &json!({})).json(200);
    let mut never = question.clone();
    never["approval"] = unwanted["id"].clone();
    second.ask(&never).refused("approval.missing");

    // More than was approved, or for somebody else, stays closed.
    let mut more = approved.clone();
    more["fields"] = json!(["account.email", "account.company"]);
    second.ask(&more).refused("approval.missing");
    let other = server.person(&[("account", json!({ "email": "eve@people.example", "company": "Looms" }))]);
    other.asked_by(&two).ask(&approved).refused("approval.missing");
    assert_eq!(second.ask(&approved).values()["account.email"], "ada@people.example");
    second.ask(&approved).refused("approval.missing");

    let logged = ada.newest("disclosure");
    assert_eq!((text(&logged["recipient"]), text(&logged["ground"])), ("authorities", "legal_obligation"));
    assert_eq!(logged["actor_label"], "legal two");
    server.proves(&logged["entry"]);
    let after = report();
    let rose = |name: &str| after[name].as_u64().unwrap() - before[name].as_u64().unwrap();
    assert_eq!(
        [
            rose("authority_proposed"),
            rose("authority_approved"),
            rose("authority_refused"),
            rose("authority_disclosed")
        ],
        [2, 1, 1, 1]
    );
}

#[test]
fn promise_d07_the_authenticators_owner_gets_what_verification_needs_and_nothing_more() {
    let server = Server::start("miniorange-plugins");
    let ada = server.person(&[
        (
            "account",
            json!({ "email": "ada@people.example", "username": "ada", "company": "Engines", "telephone": "+1 555 01" }),
        ),
        ("second_factor", json!({ "secret": "JBSWY3DP", "handle": "ada-phone" })),
    ]);
    let owner =
        server.key(&json!({ "label": "authenticator", "scopes": ["read"], "recipient": "authenticator_owner" }));
    let by_owner = ada.asked_by(&owner);

    let everything = ["account", "second_factor", "signal", "site_profile", "licence", "enquiry"];
    let answer = by_owner.read("authenticator", &everything);
    assert_eq!(
        answer.values().into_iter().collect::<Vec<_>>(),
        [("second_factor.handle".to_owned(), json!("ada-phone"))]
    );
    let logged = ada.newest("disclosure");
    assert_eq!(logged["recipient"], "authenticator_owner");
    assert_eq!(logged["fields"], json!(["second_factor.handle"]));

    // More is refused, for whatever purpose, and it can pose as nobody else.
    by_owner.read("authenticator", &["second_factor.secret"]).refused("recipient.not_shared");
    let manifest = server.anonymous().get("/miniorange-plugins/policy.json").json(200);
    for purpose in manifest["purposes"].as_array().unwrap().iter().map(|purpose| text(&purpose["name"])) {
        let answer = by_owner.read(purpose, &["account.email", "second_factor.secret", "account.telephone"]);
        assert_eq!(answer.status, 403, "{purpose}: {}", answer.text());
    }
    by_owner.read_for("hosting", "maintenance", &["account.email"]).problem(403, "key.recipient_foreign");

    // Its row on the page and in the person's list says the same.
    let recipients = ada.get("/recipients").json(200);
    let row = recipients["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|recipient| recipient["name"] == "authenticator_owner")
        .unwrap();
    assert_eq!(row["declared"][0]["fields"], json!(["second_factor.handle"]));
    assert_eq!((row["declared"].as_array().unwrap().len(), &row["n_disclosures"]), (1, &json!(1)));
    let page = server.page();
    let row = between(&page, "<tr id=\"recipient-authenticator_owner\"", "</tr>");
    assert!(
        row.to_lowercase().contains("your name in the authenticator") && !row.to_lowercase().contains("secret"),
        "{row}"
    );
    let expired = json!({ "label": "old", "scopes": ["read"], "recipient": "authenticator_owner", "expires_at": after(&logged["at"], -1) });
    ada.asked_by(&server.key(&expired)).read("authenticator", &["second_factor.handle"]).problem(401, "key.refused");
}

fn policy(vendor: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../policies");
    std::fs::read_to_string(format!("{folder}/{vendor}/policy.candor")).unwrap()
}

/// The errors that `candor check` finds in a vendor's policy with one passage replaced; checks its exit code too.
#[track_caller]
fn findings(vendor: &str, from: &str, to: &str) -> Vec<String> {
    let text = policy(vendor);
    assert!(text.contains(from), "the policy has no `{from}`");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.candor");
    std::fs::write(&file, text.replace(from, to)).unwrap();
    let output = candor(&["check", "--json", &file.display().to_string()]).output().unwrap();
    let findings: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let errors = findings.iter().filter(|finding| finding["severity"] == "error");
    let codes: Vec<String> = errors.map(|finding| self::text(&finding["code"]).to_owned()).collect();
    assert_eq!(output.status.code(), Some(if codes.is_empty() { 0 } else { 2 }));
    codes
}
