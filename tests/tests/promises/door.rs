//! What is let in at the door: collections that are on, and values as the scrubbers leave them.

use candor_tests::{Person, Server, exported, text};
use serde_json::{Value, json};

fn ada(server: &Server) -> Person {
    server.person(&[("account", json!({ "email": "ada@engines.example", "name": "Ada" }))])
}

fn usage(features: &str) -> Value {
    json!({ "features": [features], "links": [], "attachments": [], "search_terms": ["looms"], "collaborators": "Bob" })
}

fn switched(server: &Server) -> Vec<(String, bool, bool)> {
    let collections = server.get("/v1/collections").json(200);
    let collections = collections["items"].as_array().unwrap().iter();
    let state = |collection: &Value| {
        let is = |name: &str| collection[name].as_bool().unwrap();
        (text(&collection["name"]).to_owned(), is("on"), is("by_default"))
    };
    collections.map(state).collect()
}

fn as_said(expected: &[(&str, bool, bool)]) -> Vec<(String, bool, bool)> {
    expected.iter().map(|(name, on, by_default)| ((*name).to_owned(), *on, *by_default)).collect()
}

#[test]
fn promise_c04_collection_on_consent_is_off_until_an_administrator_switches_it_on() {
    let server = Server::start("assigntask");
    let ada = ada(&server);
    let before = ada.state();
    // Consent alone does not start it: the switch is the administrator's, the consent the person's.
    ada.consent("given", "statistics");
    let cookie = json!({ "statistics": "cookie-planted-04" });
    let stored = server.stored();
    let problem = ada.store_from("observed", "cookies", &cookie).problem(422, "collection.off");
    assert_eq!((&problem["collection"], &problem["field"]), (&json!("cookies"), &json!("cookies.statistics")));
    assert_eq!(ada.state()[1], before[1]);
    assert_eq!(server.files_with("cookie-planted-04"), [""; 0]);
    assert_eq!(server.stored(), stored, "nothing at all was written");
    ada.read("statistics", &["cookies.statistics"]).json(200);

    server.switch("cookies", true);
    ada.store_from("observed", "cookies", &cookie).json(201);
    assert_eq!(server.stored()["records"].0, stored["records"].0 + 1);
    assert_eq!(ada.read("statistics", &["cookies.statistics"]).values()["cookies.statistics"], "cookie-planted-04");
    // The switch does not stand for consent.
    ada.consent("withdrawn", "statistics");
    ada.read("statistics", &["cookies.statistics"]).refused("basis.consent_missing");
}

#[test]
fn promise_c05_a_collection_switched_off_is_stopped_at_the_door() {
    let mut server = Server::start("assigntask");
    let on = [("cookies", false, false), ("usage", true, true), ("device", true, true), ("feedback", true, true)];
    assert_eq!(switched(&server), as_said(&on));
    let ada = ada(&server);
    ada.store_from("observed", "usage", &usage("stored-feature-1")).json(201);

    // Off: nothing of it is written, whoever sends it and however; nor anything that came with it.
    server.switch("usage", false);
    let before = ada.state();
    let record = ada.record_of("usage");
    let stored = server.stored();
    let planted = usage("planted-feature-5");
    let problem = ada.store_from("observed", "usage", &planted).problem(422, "collection.off");
    assert_eq!(problem["collection"], "usage");
    ada.change("usage", &json!({ "features": ["planted-feature-5"] })).problem(422, "collection.off");
    let made = json!({ "records": [
        { "group": "account", "values": { "email": "planted-5@engines.example", "name": "Bob" } },
        { "group": "usage", "values": planted, "source": "observed" },
    ] });
    server.post("/v1/subjects", &made).problem(422, "collection.off");
    let correction = json!({ "group": "usage", "record": record, "values": { "features": ["planted-feature-5"] }, "source": "observed" });
    ada.post("/rectify", &correction).problem(422, "collection.off");
    assert_eq!(server.stored(), stored, "nothing at all was written");
    assert_eq!(ada.state(), before);
    assert_eq!(server.get("/v1/subjects").json(200)["items"].as_array().unwrap().len(), 1);
    for trace in ["planted-feature-5", "planted-5@"] {
        assert_eq!(server.files_with(trace), [""; 0]);
    }

    // A record of which a part is off is stored without it; the rest of the service goes on.
    ada.store("selfhosted", &json!({ "feedback": "more colours" })).json(201);
    ada.store_from("observed", "selfhosted", &json!({ "installation": "install-9" })).json(201);
    ada.store_from("observed", "selfhosted", &json!({ "clickstream": "a,b", "installation": "install-9" }))
        .problem(422, "collection.off");
    ada.change("account", &json!({ "name": "Ada L" })).json(200);

    // What was stored before stays.
    assert_eq!(
        ada.read("personalisation", &["usage.features"]).values()["usage.features"],
        json!(["stored-feature-1"])
    );

    // The switch is the administrator's alone, stands in the ledger, and survives a start.
    let writer = server.key(&json!({ "label": "door", "scopes": ["write"] }));
    let tried = writer.send("PUT", "/v1/collections/usage", &json!({ "on": true }), &[]);
    tried.problem(403, "key.scope_missing");
    assert_eq!(writer.get("/v1/collections").json(200)["items"].as_array().unwrap().len(), 4);
    server.send("PUT", "/v1/collections/wardrobe", &json!({ "on": true }), &[]).problem(404, "collection.unknown");
    server.restart();
    let ada = ada.asked_by(&server);
    let off = [("cookies", false, false), ("usage", false, true), ("device", true, true), ("feedback", true, true)];
    assert_eq!(switched(&server), as_said(&off));
    ada.store_from("observed", "usage", &planted).problem(422, "collection.off");

    // On again, stored again; off again, refused again.
    server.switch("usage", true);
    ada.store_from("observed", "usage", &usage("stored-feature-2")).json(201);
    server.switch("usage", false);
    ada.store_from("observed", "usage", &planted).problem(422, "collection.off");
    server.kill_and_restart();
    assert_eq!(switched(&server), as_said(&off));
    let ada = ada.asked_by(&server);
    ada.store_from("observed", "usage", &planted).problem(422, "collection.off");
    assert_eq!(server.files_with("planted-feature-5"), [""; 0]);
}

const HASH: &str = "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";
const PLANTED: [&str; 8] = [
    "grace@planted.example",
    "grace%40planted.example",
    "+1 555 0101 234",
    "203.0.113.77",
    "2001:db8:77::5",
    "00:1b:44:11:3a:b7",
    "550e8400-e29b-41d4-a716-446655440000",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
];

#[test]
fn promise_c06_what_a_self_hosted_installation_sends_is_scrubbed_before_it_is_stored() {
    let server = Server::start("assigntask");
    let ada = ada(&server);
    let told = PLANTED.map(|planted| format!("about ({planted}), please")).join(" and ");
    let shape = format!("{}SHAPE-TAIL", "x".repeat(64));
    let observed = json!({ "installation": "install-planted-06", "clickstream": told, "content_shape": shape });
    ada.store_from("observed", "selfhosted", &observed).json(201);
    ada.store("selfhosted", &json!({ "feedback": told })).json(201);
    let mut used = usage("boards");
    used["search_terms"] = json!(PLANTED);
    ada.store_from("observed", "usage", &used).json(201);

    // What the person is given is what is stored.
    let given = ada.post("/export?kind=access", &json!({})).archive();
    let values = exported(&given);
    assert!(given.values().all(|file| PLANTED.iter().all(|planted| !file.contains(planted))));
    assert_eq!(values["selfhosted.clickstream"], values["selfhosted.feedback"]);
    assert!(text(&values["selfhosted.feedback"]).starts_with("about (…), please and about (…), please"));
    assert_eq!(values["selfhosted.content_shape"], "x".repeat(64));
    assert_eq!(values["usage.search_terms"], json!(vec!["…"; 8]));
    assert_eq!(values["usage.features"], json!(["boards"]));
    let hash = text(&values["selfhosted.installation"]).to_owned();
    assert!(hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hash}");

    // The same installation has the same hash, so that it can be counted; a correction is scrubbed too.
    let again = ada.store_from("observed", "selfhosted", &json!({
        "installation": "install-planted-06", "clickstream": "boards, then grace@planted.example", "content_shape": "y",
    }));
    let again = text(&again.json(201)["record"]).to_owned();
    let records = ada.ask(&json!({ "purpose": "@access", "fields": ["selfhosted"] }));
    records.refused("purpose.reserved");
    let patched = json!({ "values": { "clickstream": "203.0.113.77, boards" }, "source": "observed" });
    server.send("PATCH", &ada.at(&format!("/records/selfhosted/{again}")), &patched, &[]).json(200);
    let given = ada.post("/export?kind=access", &json!({})).archive();
    assert_eq!(given["export.json"].matches(&hash).count(), 2);
    assert!(given["export.json"].contains("…, boards"), "{}", given["export.json"]);

    for planted in PLANTED.iter().copied().chain(["install-planted-06", "SHAPE-TAIL"]) {
        assert_eq!(server.files_with(planted), [""; 0], "{planted}");
        assert!(given.values().all(|file| !file.contains(planted)), "{planted}");
    }
}

#[test]
fn promise_e07_prompts_are_read_as_a_collection_without_identifiers_and_small_groups() {
    let server = Server::start("plugin-vendor");
    // Eleven people ask the same, each signing with an address of their own; nine ask something else, one has a secret.
    let ask = |at: usize, prompt: &str, feature: &str| {
        let account = json!({ "email": format!("user{at}@people.example"), "username": format!("user{at}"),
            "first_name": "U", "last_name": "L", "password": HASH });
        let person = server.person(&[("account", account)]);
        let stored = person.store("prompt", &json!({ "text": prompt })).json(201);
        let seen = json!({ "values": { "feature": feature }, "source": "observed" });
        let record = text(&stored["record"]).to_owned();
        server.send("PATCH", &person.at(&format!("/records/prompt/{record}")), &seen, &[]).json(200);
        person
    };
    let many: Vec<Person> =
        (0..11).map(|at| ask(at, &format!("translate this for user{at}@planted.example"), "translate")).collect();
    let few: Vec<Person> = (11..20).map(|at| ask(at, "a poem about looms", "poem-feature-77")).collect();
    ask(20, &format!("write to {} from {}", PLANTED[0], PLANTED[3]), "poem-feature-77");

    // As a collection: what enough people share is counted, what fewer share is told by its number only.
    let counted = server.post("/v1/aggregates", &json!({ "purpose": "ai_quality", "by": ["prompt.text"] }));
    let answer = counted.json(200);
    assert_eq!(answer["groups"].as_array().unwrap().len(), 1, "{answer}");
    assert_eq!(answer["groups"][0]["values"]["prompt.text"], "translate this for …");
    assert_eq!((&answer["groups"][0]["subjects"], &answer["group_min"]), (&json!(11), &json!(10)));
    assert_eq!(answer["suppressed_groups"], 2);
    let rows = server.post("/v1/research", &json!({ "purpose": "ai_quality", "fields": ["prompt"] }));
    assert_eq!(rows.json(200)["items"].as_array().unwrap().len(), 11);
    for said in [counted.text(), rows.text()] {
        for hidden in ["poem", "write to", "user1", many[0].id.as_str(), few[0].id.as_str(), "planted.example"] {
            assert!(!said.contains(hidden), "{hidden}: {said}");
        }
    }

    // Never one person's: whoever is named, and for whichever fields.
    many[0].read("ai_quality", &["prompt.text"]).refused("view.identified");
    many[0].read_for("assistant", "ai_quality", &["prompt.text"]).problem(403, "view.identified");
    let looked_up = json!({ "purpose": "ai_quality", "field": "account.email", "value": "user1@people.example" });
    server.post("/v1/subjects/find", &looked_up).problem(403, "view.identified");
    let joined = json!({ "purpose": "ai_quality", "by": ["prompt.text", "account.email"] });
    server.post("/v1/aggregates", &joined).problem(403, "field.not_used");

    // Two objections leave nine, and the group is gone.
    for person in &many[..2] {
        person.post("/objections", &json!({ "purpose": "ai_quality" })).json(201);
    }
    let answer = server.post("/v1/aggregates", &json!({ "purpose": "ai_quality", "by": ["prompt.text"] })).json(200);
    assert_eq!((answer["groups"].as_array().unwrap().len(), &answer["suppressed_groups"]), (0, &json!(3)));

    // What the person is given is what is stored: scrubbed.
    let given = many[3].post("/export?kind=access", &json!({})).archive();
    assert_eq!(exported(&given)["prompt.text"], "translate this for …");
    for planted in PLANTED.iter().copied().chain(["user3@planted.example"]) {
        assert!(given.values().all(|file| !file.contains(planted)), "{planted}");
        assert_eq!(server.files_with(planted), [""; 0], "{planted}");
    }
}
