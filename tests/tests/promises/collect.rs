//! Say what is collected, and why.

use std::collections::{BTreeMap, BTreeSet};

use candor_tests::{Client, Person, Server, between, candor, exported, parts, quoted_after, text};
use serde_json::{Value, json};

const HASH: &str = "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";

#[test]
fn promise_a01_what_is_not_declared_is_neither_stored_nor_read() {
    let server = Server::start("asign2");
    let ada = server.person(&[
        ("account", json!({ "email": "ada@people.example", "name": "Ada", "organisation": "Engines" })),
        ("billing", json!({ "address": "1 Analytical Row", "plan": "yearly" })),
    ]);

    // Each item serves the account, the billing or the access that it was declared for.
    let account = ada.read("account_creation", &["account"]).values();
    assert_eq!(account["account.email"], "ada@people.example");
    assert_eq!(account["account.organisation"], "Engines");
    let billing = ada.read("billing", &["billing.address", "billing.plan", "account.name"]).values();
    assert_eq!(billing["billing.address"], "1 Analytical Row");
    assert_eq!(ada.read("access", &["account.email"]).granted(), BTreeSet::from(["account.email".to_owned()]));

    // What is not declared cannot be stored, and nothing else is stored with it.
    let before = ada.state();
    let planted = json!({ "name": "Countess", "shoe_size": "undeclared-4711" });
    ada.change("account", &planted).problem(422, "field.undeclared");
    ada.store("wardrobe", &json!({ "shoe_size": "undeclared-4711" })).problem(422, "group.undeclared");
    let made = json!({ "records": [{ "group": "account", "values": planted }] });
    server.post("/v1/subjects", &made).problem(422, "field.undeclared");
    assert_eq!(ada.state(), before);
    assert_eq!(ada.read("account_creation", &["account.name"]).values()["account.name"], "Ada");
    assert_eq!(server.files_with("undeclared-4711"), [""; 0]);
    let subjects = server.get("/v1/subjects").json(200);
    assert_eq!(subjects["items"].as_array().unwrap().len(), 1, "the second person was not made");

    // An undeclared use cannot be read, and the attempt stands in the ledger.
    ada.read("profiling", &["account.email"]).refused("purpose.undeclared");
    let logged = ada.newest("refusal");
    assert_eq!(logged["reason"], "purpose.undeclared");
    ada.read("billing", &["account.language"]).refused("field.not_used");
    let logged = ada.newest("refusal");
    assert_eq!((text(&logged["purpose"]), text(&logged["reason"])), ("billing", "field.not_used"));
    assert_eq!(logged["fields"], json!(["account.language"]));
    server.proves(&logged["entry"]);
}

#[test]
fn promise_a02_usage_is_counted_without_identifiers_and_small_groups_are_left_out() {
    let server = Server::start("asign2");
    let used = |feature: &str, n: usize| -> Vec<Person> { (0..n).map(|at| user_of(&server, feature, at)).collect() };
    let reports = used("reports", 10);
    let unlocks = used("unlock", 12);
    used("rare-feature-77", 9);
    used("odd-feature-78", 1);

    // Groups of ten and more are counted; nine people are not shown, nor one who would give them away by being missed.
    let by_feature = json!({ "purpose": "analytics", "by": ["usage.feature"] });
    let counted = server.post("/v1/aggregates", &by_feature);
    let answer = counted.json(200);
    assert_eq!(groups(&answer), BTreeMap::from([("reports".to_owned(), 10), ("unlock".to_owned(), 12)]));
    assert_eq!((&answer["suppressed_groups"], &answer["group_min"]), (&json!(2), &json!(10)));
    let rows = server.post("/v1/research", &json!({ "purpose": "analytics", "fields": ["usage.feature"] }));
    assert_eq!(rows.json(200)["items"].as_array().unwrap().len(), 34, "each use is a row");
    for said in [counted.text(), rows.text()] {
        assert!(!said.contains("rare-feature-77") && !said.contains("odd-feature-78"), "{said}");
        for person in reports.iter().chain(&unlocks) {
            assert!(
                !said.contains(&person.id) && !said.contains(&person.records[0]) && !said.contains("@people"),
                "{said}"
            );
        }
    }

    // As a file too, as a table or as JSON: what is counted, and nothing of what is not.
    let file = |form: &str| {
        let asked = json!({ "purpose": "analytics", "by": ["usage.feature"], "form": form });
        server.post("/v1/aggregates/export", &asked)
    };
    let (table, document) = (file("csv"), file("json"));
    assert_eq!((table.status, table.text().as_str()), (200, "usage.feature,subjects\nunlock,12\nreports,10\n"));
    assert_eq!(
        (table.header("candor-suppressed-groups"), document.json(200)["suppressed_groups"].as_u64()),
        (Some("2"), Some(2))
    );
    assert_eq!(groups(&document.json(200)), groups(&answer));
    server.proves(&document.json(200)["entry"]);

    // Nobody's own usage is read, and no identifier is counted by.
    reports[0].read("analytics", &["usage.feature"]).refused("view.identified");
    let by_email = json!({ "purpose": "analytics", "by": ["account.email"] });
    server.post("/v1/aggregates", &by_email).problem(403, "field.not_used");

    // One objection makes ten nine, and the group disappears.
    reports[0].post("/objections", &json!({ "purpose": "analytics" })).json(201);
    let answer = server.post("/v1/aggregates", &by_feature).json(200);
    assert_eq!(groups(&answer), BTreeMap::from([("unlock".to_owned(), 12)]));
    assert_eq!(answer["suppressed_groups"], 3);
}

fn user_of(server: &Client, feature: &str, at: usize) -> Person {
    let account = json!({ "email": format!("{feature}{at}@people.example"), "name": "U", "organisation": "O" });
    let person = server.person(&[("account", account)]);
    let usage = json!({ "feature": feature, "duration_ms": 5, "release": "3.1" });
    // Twice each: people are counted, not uses.
    if feature != "reports" {
        person.store_from("observed", "usage", &usage).json(201);
    }
    let stored = person.store_from("observed", "usage", &usage).json(201);
    person.with_records(&[text(&stored["record"])])
}

fn groups(answer: &Value) -> BTreeMap<String, u64> {
    let groups = answer["groups"].as_array().unwrap().iter();
    groups
        .map(|group| (text(&group["values"]["usage.feature"]).to_owned(), group["subjects"].as_u64().unwrap()))
        .collect()
}

#[test]
fn promise_c01_optional_details_are_marked_and_can_be_emptied() {
    let server = Server::start("assigntask");
    let ada = server.person(&[(
        "account",
        json!({ "email": "ada@engines.example", "name": "Ada", "photo": "portrait-9", "job_title": "Analyst" }),
    )]);
    let profile = ["account.photo", "account.job_title", "account.name", "account.domain"];
    assert_eq!(ada.read("service", &profile).granted().len(), 4);

    ada.change("account", &json!({ "photo": null, "job_title": null })).json(200);
    let left = ada.read("service", &profile).values();
    assert_eq!(left.keys().map(String::as_str).collect::<Vec<_>>(), ["account.domain", "account.name"]);

    // What the service needs cannot be emptied, only corrected; what follows from it follows.
    ada.change("account", &json!({ "email": null })).problem(422, "field.required");
    ada.change("account", &json!({ "email": "ada@looms.example" })).json(200);
    let now = ada.read("service", &["account.email", "account.domain"]).values();
    assert_eq!((&now["account.email"], &now["account.domain"]), (&json!("ada@looms.example"), &json!("looms.example")));

    // An empty account lacks nothing but what is required.
    server.person(&[("account", json!({ "email": "bob@looms.example", "name": "Bob" }))]);
    let nameless = json!({ "records": [{ "group": "account", "values": { "email": "eve@looms.example" } }] });
    server.post("/v1/subjects", &nameless).problem(422, "field.missing");
    let page = server.page();
    let row = |field: &str| between(&page, &format!("<tr id=\"data-{field}\""), "</tr>").to_owned();
    assert!(row("account.photo").contains("optional") && row("account.job_title").contains("optional"));
    assert!(!row("account.email").contains("optional"), "{}", row("account.email"));
}

#[test]
fn promise_c03_card_details_are_refused_and_leave_no_trace() {
    let server = Server::start("assigntask");
    let ada = server.person(&[("account", json!({ "email": "ada@engines.example", "name": "Ada" }))]);
    let billing = json!({ "representative": "Ada", "representative_email": "ada@engines.example", "address": "1 Row" });
    ada.store("billing", &billing).json(201);
    let before = ada.state();

    let mut with_card = billing.clone();
    with_card["card"] = json!("4929-1111-2222-3333");
    let problem = ada.store("billing", &with_card).problem(422, "field.held_elsewhere");
    assert_eq!(problem["held_by"], "payments", "{problem}");
    ada.change("billing", &json!({ "card": "4929-1111-2222-3333" })).problem(422, "field.held_elsewhere");
    let made = json!({ "records": [{ "group": "billing", "values": with_card }] });
    server.post("/v1/subjects", &made).problem(422, "field.held_elsewhere");

    assert_eq!(ada.state(), before);
    assert_eq!(server.files_with("4929-1111-2222-3333"), [""; 0]);
    ada.read_for("payments", "billing", &["billing.card"]).refused("field.held_elsewhere");
    assert_eq!(ada.read_for("payments", "billing", &["billing.address"]).values()["billing.address"], "1 Row");
    let page = server.page();
    let row = between(&page, "<tr id=\"data-billing.card\"", "</tr>");
    assert!(row.contains("held by") && row.contains("#recipient-payments"), "{row}");
}

#[test]
fn promise_c07_every_value_carries_its_source_and_a_link_brings_only_what_was_permitted() {
    let server = Server::start("assigntask");
    // Invited by another user, who gave the address.
    let invited = json!({ "records": [{
        "group": "account", "values": { "email": "ada@engines.example", "name": "Ada" }, "source": "other_users",
    }], "contract": {} });
    let made = server.post("/v1/subjects", &invited).json(201);
    let bob = server.person(&[("account", json!({ "email": "bob@engines.example", "name": "Bob" }))]);
    let mut ada = bob.clone();
    ada.id = text(&made["subject"]).to_owned();

    let google = json!({ "google_id": "g-1", "google_name": "Ada L", "google_email": "ada@mail.example" });
    ada.store_from("linked:google", "google", &google).json(201);
    ada.store_from("partners", "enrichment", &json!({ "position": "Analyst" })).json(201);
    ada.store_from("public", "enrichment", &json!({ "social_profile": "@ada" })).json(201);

    // The link brings what its settings permit, and nothing more; others cannot pose as the link.
    let before = ada.state();
    ada.store_from("linked:google", "account", &json!({ "display_name": "Ada" }))
        .problem(422, "field.source_undeclared");
    ada.store_from("linked:google", "google", &json!({ "google_birthday": "1815-12-10" }))
        .problem(422, "field.undeclared");
    ada.store("google", &google).problem(422, "field.source_undeclared");
    ada.store_from("linked:facebook", "google", &google).problem(422, "field.source_undeclared");
    ada.store_from("public", "enrichment", &json!({ "interest": "high" })).problem(422, "field.source_undeclared");
    ada.store_from("hearsay", "enrichment", &json!({ "position": "x" })).problem(400, "source.unknown");
    assert_eq!(ada.state(), before);

    let sources = |person: &Person, fields: &[&str]| -> BTreeMap<String, String> {
        let answer = person.read("service", fields).json(200);
        let records = answer["records"].as_array().unwrap().iter();
        let values = records.flat_map(|record| record["values"].as_object().unwrap());
        values.map(|(name, value)| (name.clone(), text(&value["source"]).to_owned())).collect()
    };
    let of_ada = sources(&ada, &["account.email", "account.domain", "google.google_name"]);
    assert_eq!(of_ada["email"], "other_users");
    assert_eq!(of_ada["google_name"], "linked:google");
    assert_eq!(of_ada["domain"], "derived");
    assert_eq!(sources(&bob, &["account.email"])["email"], "subject");

    // The person is told the sources too, and a reader of the page which there can be.
    let archive = ada.post("/export?kind=access", &json!({})).archive();
    let told = parts(&archive).iter().find(|part| part["group"] == "enrichment").unwrap()["values"].clone();
    assert_eq!(
        (&told["position"]["source"], &told["social_profile"]["source"]),
        (&json!("partners"), &json!("public"))
    );
    assert_eq!(exported(&archive)["google.google_email"], "ada@mail.example");
    let page = server.page();
    let row = between(&page, "<tr id=\"data-google.google_email\"", "</tr>").to_lowercase();
    assert!(row.contains("google"), "{row}");
}

#[test]
fn promise_d03_addresses_of_accounts_are_never_read_for_marketing() {
    let server = Server::start("miniorange-plugins");
    let ada = server.person(&[
        ("account", json!({ "email": "ada@people.example", "company": "Engines", "telephone": "+1 555 0101" })),
        ("enquiry", json!({ "email": "ask@people.example", "kind": "sales", "message": "How much?" })),
    ]);

    // Not even with consent to news, which reaches the address that was written from.
    ada.read_over("email", "news", &["account.email"]).refused("basis.consent_missing");
    ada.consent("given", "news");
    ada.read("news", &["enquiry.email"]).refused("basis.consent_missing");
    ada.consent("confirmed", "news");
    assert_eq!(ada.read_over("email", "news", &["enquiry.email"]).values()["enquiry.email"], "ask@people.example");
    for field in ["account.email", "account.telephone", "account.company", "account"] {
        ada.read("news", &[field]).refused("field.not_used");
    }
    let both = ada.read("news", &["enquiry.email", "account.email"]);
    assert_eq!(both.granted(), BTreeSet::from(["enquiry.email".to_owned()]));
    assert!(!both.text().contains("ada@people.example"), "{}", both.text());
    assert_eq!(ada.read("billing", &["account.email"]).values()["account.email"], "ada@people.example");

    // Each attempt stands where the person can see it.
    ada.read("news", &["account.email"]).refused("field.not_used");
    let logged = ada.newest("refusal");
    assert_eq!(logged["purpose"], "news");
    assert_eq!(logged["fields"], json!(["account.email"]));
    assert_eq!(logged["reason"], "field.not_used");
    server.proves(&logged["entry"]);
    let looked_up = json!({ "purpose": "news", "field": "account.email", "value": "ada@people.example" });
    let found = server.post("/v1/subjects/find", &looked_up);
    assert_eq!(found.status, 403, "{}", found.text());
}

#[test]
fn promise_e01_each_item_stands_beside_its_purpose_as_the_server_grants_it() {
    let server = Server::start("plugin-vendor");
    let ada = server.person(&[
        ("account", json!({ "email": "ada@people.example", "username": "ada", "first_name": "Ada", "last_name": "L", "password": HASH })),
        ("ticket", json!({ "environment": "php 9", "credentials": "let-me-in", "description": "broken", "attachment": "shot" })),
        ("prompt", json!({ "text": "write a poem" })),
        ("licence", json!({ "plan": "pro", "site": "people.example" })),
    ]);
    ada.store_from("observed", "sign_in", &json!({ "at": "2026-01-02T03:04:05Z", "action": "in", "resource": "site" }))
        .json(201);
    ada.consent("given", "gravatar");

    // What the page says: each item's row names its purposes; each purpose's card its items.
    let page = server.page();
    let mut on_page = BTreeSet::new();
    let mut fields = BTreeSet::new();
    for row in page.split("<tr id=\"data-").skip(1) {
        let (field, rest) = row.split_once('"').unwrap();
        fields.insert(field.to_owned());
        let row = rest.split("</tr>").next().unwrap();
        on_page.extend(
            quoted_after(row, "href=\"#purpose-").into_iter().map(|purpose| (purpose.to_owned(), field.to_owned())),
        );
    }
    let mut on_cards = BTreeSet::new();
    let mut purposes = BTreeSet::new();
    for card in page.split("<section class=\"purpose\" id=\"purpose-").skip(1) {
        let (purpose, rest) = card.split_once('"').unwrap();
        purposes.insert(purpose.to_owned());
        let card = rest.split("</section>").next().unwrap();
        on_cards.extend(
            quoted_after(card, "href=\"#data-").into_iter().map(|field| (purpose.to_owned(), field.to_owned())),
        );
    }
    assert_eq!(on_page, on_cards);
    assert_eq!((fields.len(), purposes.len()), (20, 11));

    // What the records of processing say.
    let records = server.anonymous().get("/plugin-vendor/records.json").json(200);
    let mut in_records = BTreeSet::new();
    for activity in records["activities"].as_array().unwrap() {
        for item in activity["items"].as_array().unwrap() {
            in_records.insert((text(&activity["purpose"]).to_owned(), text(&item["field"]).to_owned()));
        }
    }
    assert_eq!(on_page, in_records);

    // What the server does: grants what stands there, and refuses all else as not used.
    let all: Vec<&str> = fields.iter().map(String::as_str).collect();
    for purpose in &purposes {
        let refused = ada.read(purpose, &all).refusals();
        for field in &fields {
            let pair = (purpose.clone(), field.clone());
            let reason = refused.get(field).map(String::as_str);
            match reason {
                None => assert!(on_page.contains(&pair), "{pair:?} is granted and not on the page"),
                Some("field.not_used") => assert!(!on_page.contains(&pair), "{pair:?} is on the page and refused"),
                Some("field.hashed") => assert_eq!(field, "account.password"),
                Some(reason) => assert_eq!((reason, purpose.as_str()), ("view.identified", "ai_quality")),
            }
        }
    }
    assert!(on_page.contains(&("ai_quality".to_owned(), "prompt.text".to_owned())));
    server.post("/v1/aggregates", &json!({ "purpose": "ai_quality", "by": ["prompt.feature"] })).json(200);
    server
        .post("/v1/aggregates", &json!({ "purpose": "ai_quality", "by": ["ticket.environment"] }))
        .problem(403, "field.not_used");

    // What the table of the command line says.
    let output = candor(&["table", "policies/plugin-vendor", "--json"]).output().unwrap();
    assert!(output.status.success());
    let table: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let of_controller = table.iter().filter(|line| line["recipient"].is_null());
    let of_controller: BTreeSet<_> =
        of_controller.map(|line| (text(&line["purpose"]).to_owned(), text(&line["field"]).to_owned())).collect();
    let hashed = ("authorisation".to_owned(), "account.password".to_owned());
    let expected: BTreeSet<_> = on_page.iter().filter(|pair| **pair != hashed).cloned().collect();
    let declared: BTreeSet<_> = of_controller.intersection(&on_page).cloned().collect();
    assert_eq!(declared, expected);
    let beyond: Vec<_> = of_controller.difference(&on_page).filter(|(purpose, _)| !purpose.starts_with('@')).collect();
    assert!(beyond.is_empty(), "{beyond:?}");
}
