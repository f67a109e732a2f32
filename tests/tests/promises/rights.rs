//! Give it back: the rights.

use candor_tests::{Person, Server, after, between, exported, hours_after, parts, text, withheld};
use serde_json::{Value, json};

#[test]
fn promise_b20_whoever_asks_gets_a_copy_and_is_erased_with_a_receipt() {
    let mut server = Server::start("miniorange-cloud");
    let customer = json!({ "email": "ada-q7391@people.example", "name": "Ada-q7391", "location": "IN", "company": "C", "purchaser": "P" });
    let ada = server.person(&[
        ("customer", customer.clone()),
        ("enquiry", json!({ "channel": "email", "message": "a question-q7391" })),
    ]);
    let bob = server.person(&[(
        "customer",
        json!({ "email": "bob@people.example", "name": "Bob", "location": "IN", "company": "C", "purchaser": "P" }),
    )]);

    // Access: not before identity is proved; then one archive with everything, as JSON and as tables.
    let asked = ada.post("/requests", &json!({ "right": "access", "country": "IE" })).json(201);
    let access = format!("/v1/requests/{}", text(&asked["id"]));
    assert_eq!((&asked["identity_first"], &asked["state"]), (&json!(true), &json!("received")));
    server.post(&format!("{access}/complete"), &json!({})).problem(409, "request.identity_unproved");
    server.get(&format!("{access}/letter")).problem(409, "request.open");
    server.post(&format!("{access}/identity"), &json!({})).json(200);
    let archive = ada.post("/export?kind=access", &json!({})).archive();
    let given = exported(&archive);
    for (name, value) in customer.as_object().unwrap() {
        assert_eq!(&given[&format!("customer.{name}")], value);
    }
    assert_eq!(given["enquiry.message"], "a question-q7391");
    assert!(
        archive["customer.csv"].contains("ada-q7391@people.example")
            && archive["enquiry.csv"].contains("a question-q7391")
    );
    assert!(!archive.values().any(|file| file.contains("bob@people.example")), "nobody else is in it");
    let end = parts(&archive).last().unwrap().clone();
    assert_eq!(end["part"], "end");
    server.proves(&end["entry"]);
    server.post(&format!("{access}/complete"), &json!({})).json(200);
    let letter = server.get(&format!("{access}/letter")).json(200);
    assert_eq!((&letter["outcome"], &letter["right"]), (&json!("answered"), &json!("access")));

    // Erasure: not before identity is proved; then gone everywhere, with a receipt that nobody can forge.
    let asked = ada.post("/requests", &json!({ "right": "erasure" })).json(201);
    let body = json!({ "request": asked["id"] });
    ada.post("/erase", &body).problem(409, "request.identity_unproved");
    assert_eq!(ada.read("support", &["customer.email"]).granted().len(), 1);
    let erasure = format!("/v1/requests/{}", text(&asked["id"]));
    server.post(&format!("{erasure}/identity"), &json!({})).json(200);
    let erased = ada.post("/erase", &body).json(200);
    assert!(erased["n_keys_destroyed"].as_u64().unwrap() > 0, "{erased}");
    let gone = |ada: &Person| {
        for reply in [
            ada.get(""),
            ada.get("/records"),
            ada.get("/accesses"),
            ada.get("/consents"),
            ada.read("support", &["customer.email"]),
            ada.post("/export?kind=access", &json!({})),
            ada.store("customer", &customer),
        ] {
            reply.problem(410, "subject.erased");
        }
    };
    gone(&ada);
    let looked_up = json!({ "purpose": "support", "field": "customer.email", "value": "ada-q7391@people.example" });
    assert_eq!(server.post("/v1/subjects/find", &looked_up).json(200)["subject"], Value::Null);
    let receipt = server.proves(&erased["entry"]);
    let mut forged = receipt.clone();
    let bytes = text(&receipt["entry"]);
    let flipped = if bytes.starts_with('A') { "B" } else { "A" };
    forged["entry"] = json!(format!("{flipped}{}", &bytes[1..]));
    assert!(!server.verify(&forged).0, "a receipt with another entry does not verify");

    // After a restart too; whoever shared the name stays; the letter tells what was done.
    server.restart();
    gone(&ada.asked_by(&server));
    assert_eq!(
        bob.asked_by(&server).read("support", &["customer.email"]).values()["customer.email"],
        "bob@people.example"
    );
    let request = server.get(&erasure).json(200);
    assert_eq!((&request["state"], &request["n_keys_destroyed"]), (&json!("answered"), &erased["n_keys_destroyed"]));
    let letter = server.get(&format!("{erasure}/letter")).json(200);
    assert!(text(&letter["text"]).contains("Your data was erased"), "{letter}");
    assert!(!letter.to_string().contains("q7391"));
    server.proves(&erased["entry"]);
}

#[test]
fn promise_b21_mistakes_are_corrected_within_72_hours_and_the_clock_is_visible() {
    let server = Server::start("miniorange-cloud");
    let customer =
        json!({ "email": "ada@people.example", "name": "Aba", "location": "IN", "company": "C", "purchaser": "P" });
    let ada = server.person(&[("customer", customer)]);

    for country in [json!(null), json!("BE"), json!("IN")] {
        let asked = ada.post("/requests", &json!({ "right": "rectification", "country": country })).json(201);
        assert_eq!(asked["due_at"], hours_after(&asked["received_at"], 72).as_str(), "{asked}");
        assert_eq!(asked["escalates_at"], hours_after(&asked["received_at"], 60).as_str(), "told before it is missed");
        assert_eq!(asked["overdue"], false);
    }
    let access = ada.post("/requests", &json!({ "right": "access", "country": "BE" })).json(201);
    assert!(
        text(&access["due_at"]) > hours_after(&access["received_at"], 27 * 24).as_str(),
        "other rights have their own clock"
    );

    // It runs from receipt, and shows when it has run out.
    let received = after(&access["received_at"], -73 * 3_600_000);
    let late = json!({ "right": "rectification", "country": "BE", "received_at": received });
    let late = ada.post("/requests", &late).json(201);
    assert_eq!((&late["overdue"], &late["received_at"]), (&json!(true), &json!(received)));
    let address = format!("/v1/requests/{}", text(&late["id"]));
    server.post(&format!("{address}/extend"), &json!({ "because": "A12Complexity" })).problem(409, "request.overdue");
    server.post(&format!("{address}/complete"), &json!({})).problem(409, "request.not_carried_out");

    // Correcting answers it; the old value is history, which only the person gets.
    let record = ada.record_of("customer");
    let wrong = json!({ "group": "customer", "record": record, "values": { "nome": "Ada" }, "request": late["id"] });
    ada.post("/rectify", &wrong).problem(422, "field.undeclared");
    assert_eq!(server.get(&address).json(200)["state"], "received");
    let right = json!({ "group": "customer", "record": record, "values": { "name": "Ada" }, "request": late["id"] });
    let rectified = ada.post("/rectify", &right).json(200);
    let answered = server.get(&address).json(200);
    assert_eq!((&answered["state"], &answered["overdue"]), (&json!("answered"), &json!(false)));
    assert_eq!(ada.read("support", &["customer.name"]).values()["customer.name"], "Ada");
    assert!(!ada.read("support", &["customer"]).text().contains("Aba"));
    assert_eq!(ada.newest("rectified")["fields"], json!(["customer.name"]));
    server.proves(&rectified["entry"]);

    // The letter says what was done and where to complain.
    let letter = server.get(&format!("{address}/letter")).json(200);
    assert_eq!((&letter["outcome"], &letter["right"]), (&json!("answered"), &json!("rectification")));
    assert_eq!(letter["authority"]["country"], "BE");
    assert!(text(&letter["text"]).contains("Your data was corrected"), "{letter}");
    assert!(text(&letter["text"]).contains("https://authorities.example/eu"), "{letter}");
    let page = server.page();
    assert!(between(&page, "<section id=\"rights\"", "</section>").contains("72 hours"));
}

#[test]
fn promise_b21_what_is_worked_out_from_a_mistake_is_corrected_with_it() {
    // The one vendor whose policy works a field out from another.
    let server = Server::start("assigntask");
    let ada = server.person(&[("account", json!({ "email": "ada@loms.example", "name": "Ada" }))]);
    let fields = ["account.email", "account.domain"];
    assert_eq!(ada.read("service", &fields).values()["account.domain"], "loms.example");
    let right = json!({ "group": "account", "record": ada.records[0], "values": { "email": "ada@looms.example" } });
    assert_eq!(ada.post("/rectify", &right).json(200)["derived"], json!(["account.domain"]));
    assert_eq!(ada.read("service", &fields).values()["account.domain"], "looms.example");
    let wanted = |email: &str| json!({ "purpose": "service", "field": "account.email", "value": email });
    assert_eq!(server.post("/v1/subjects/find", &wanted("ada@loms.example")).json(200)["subject"], Value::Null);
    assert_eq!(server.post("/v1/subjects/find", &wanted("ada@looms.example")).json(200)["subject"], ada.id.as_str());
}

#[test]
fn promise_b22_restricted_data_is_kept_and_used_for_nothing_but_what_the_law_leaves() {
    let mut server = Server::start("miniorange-cloud");
    let customer =
        json!({ "email": "ada@people.example", "name": "Ada", "location": "IN", "company": "C", "purchaser": "P" });
    let ada = server.person(&[("customer", customer), ("testimonial", json!({ "quote": "It just works" }))]);
    ada.consent("given", "testimonials");
    let bob = server.person(&[("testimonial", json!({ "quote": "Fine" }))]);

    let placed = ada.put("/restriction", &json!({})).json(200);
    let held = |ada: &Person| {
        ada.read("support", &["customer.email"]).refused("restriction");
        ada.read("installation", &["customer.name"]).refused("restriction");
        ada.read_for("hosting", "installation", &["customer.email"]).refused("restriction");
        // With consent it may still be used; the person still gets a copy; it is still stored.
        assert_eq!(ada.read("testimonials", &["testimonial.quote"]).granted().len(), 1);
        let archive = ada.post("/export?kind=access", &json!({})).archive();
        assert_eq!(exported(&archive)["customer.email"], "ada@people.example");
    };
    held(&ada);
    server.proves(&placed["entry"]);
    server.restart();
    let ada = ada.asked_by(&server);
    held(&ada);
    ada.store("enquiry", &json!({ "channel": "email", "message": "still here?" })).json(201);
    assert_eq!(ada.newest("restricted")["entry"], placed["entry"]);
    let bob = bob.asked_by(&server);
    bob.consent("given", "testimonials");
    assert_eq!(bob.read("testimonials", &["testimonial.quote"]).granted().len(), 1);
    ada.consent("withdrawn", "testimonials");
    ada.read("testimonials", &["testimonial.quote"]).refused("basis.consent_missing");

    // It ends when the person was told, not before.
    ada.post("/restriction/lift", &json!({ "informed": " " })).problem(400, "restriction.not_informed");
    ada.read("support", &["customer.email"]).refused("restriction");
    ada.post("/restriction/lift", &json!({ "informed": "letter of 2026-11-20" })).json(200);
    assert_eq!(ada.read("support", &["customer.email", "enquiry.message"]).granted().len(), 2);
    ada.post("/restriction/lift", &json!({ "informed": "again" })).problem(409, "restriction.none");
}

#[test]
fn promise_c31_others_are_redacted_and_what_the_law_holds_is_refused_with_its_ground() {
    let server = Server::start("assigntask");
    let ada = server.person(&[
        ("account", json!({ "email": "ada@engines.example", "name": "Ada" })),
        (
            "content",
            json!({ "summary": "my own words", "description": "d", "comment": "c", "file": "f", "project": "p" }),
        ),
    ]);
    let met = json!({ "contact_name": "Charles-q5150", "contact_email": "charles-q5150@engines.example", "event": "tea with Charles-q5150" });
    ada.store_from("linked:calendar", "contacts", &met).json(201);
    let used = json!({ "features": ["boards"], "links": [], "attachments": [], "search_terms": ["engine"], "collaborators": "Charles-q5150" });
    ada.store_from("observed", "usage", &used).json(201);

    // Her own words and what was seen of her go out; what speaks of others does not, and the reason stands there.
    let archive = ada.post("/export?kind=access", &json!({})).archive();
    let given = exported(&archive);
    assert_eq!(given["content.summary"], "my own words");
    assert_eq!(given["usage.features"], json!(["boards"]));
    for (name, file) in &archive {
        assert!(!file.contains("q5150"), "{name}: {file}");
    }
    let kept_back = withheld(&archive);
    for field in ["contacts.contact_name", "contacts.contact_email", "contacts.event", "usage.collaborators"] {
        assert_eq!(kept_back.get(field).map(String::as_str), Some("others.information"), "{kept_back:?}");
    }
    assert!(!kept_back.contains_key("content.summary"));
    assert_eq!(ada.read("linking", &["contacts.contact_name"]).granted().len(), 1, "its purpose may still use it");

    // A legal hold refuses erasure, and says on what ground.
    let hold = ada.post("/holds", &json!({ "ground": "case 4711/26" })).json(201);
    let before = ada.state();
    let asked = ada.post("/requests", &json!({ "right": "erasure", "country": "FR" })).json(201);
    let address = format!("/v1/requests/{}", text(&asked["id"]));
    server.post(&format!("{address}/identity"), &json!({})).json(200);
    let problem = ada.post("/erase", &json!({ "request": asked["id"] })).problem(409, "hold.in_force");
    assert_eq!(problem["ground"], "case 4711/26", "{problem}");
    ada.change("account", &json!({ "photo": null })).problem(409, "hold.in_force");
    assert_eq!(ada.state(), before);

    // The refusal carries its reason, and where to complain about it.
    server
        .post(&format!("{address}/refuse"), &json!({ "because": "A17Laziness" }))
        .problem(400, "justification.unknown");
    server.post(&format!("{address}/refuse"), &json!({ "because": "A17LegalClaims" })).json(200);
    let letter = server.get(&format!("{address}/letter")).json(200);
    assert_eq!(letter["outcome"], "refused");
    assert!(text(&letter["justification"]["term"]).ends_with("A17LegalClaims"), "{letter}");
    assert!(text(&letter["text"]).contains("https://cnil.example/complaints"), "{letter}");
    assert_eq!(ada.read("service", &["account.email"]).granted().len(), 1);

    // Lifted, nothing stands in the way.
    assert_eq!(ada.delete(&format!("/holds/{}", text(&hold["id"]))).status, 204);
    ada.post("/erase", &json!({})).json(200);
    ada.read("service", &["account.email"]).problem(410, "subject.erased");
}

#[test]
fn promise_c33_deactivating_keeps_what_erasing_destroys() {
    let mut server = Server::start("assigntask");
    let person = |who: &str| {
        server.person(&[
            ("account", json!({ "email": format!("{who}@engines.example"), "name": who, "display_name": who })),
            ("content", json!({ "summary": "plan", "description": "d", "comment": "c", "file": "f", "project": "p" })),
        ])
    };
    let (ada, bob) = (person("ada"), person("bob"));
    for person in [&ada, &bob] {
        person.consent("given", "newsletter");
        person.consent("confirmed", "newsletter");
        assert_eq!(person.read_over("email", "newsletter", &["account.email"]).granted().len(), 1);
    }

    // Deactivated: the team still sees what was shared, nobody is courted, nothing is destroyed.
    let deactivated = ada.post("/deactivate", &json!({})).json(200);
    server.proves(&deactivated["entry"]);
    server.restart();
    let (ada, bob) = (ada.asked_by(&server), bob.asked_by(&server));
    assert_eq!(ada.get("").json(200)["state"], "deactivated");
    let seen = ada.read_for("members", "service", &["content.summary", "account.display_name"]).values();
    assert_eq!((&seen["content.summary"], &seen["account.display_name"]), (&json!("plan"), &json!("ada")));
    ada.read_over("email", "newsletter", &["account.email"]).refused("subject.deactivated");
    assert_eq!(bob.read_over("email", "newsletter", &["account.email"]).granted().len(), 1);
    ada.post("/deactivate", &json!({})).problem(409, "subject.state");

    // Reactivated: all as it was, consent included.
    ada.post("/reactivate", &json!({})).json(200);
    assert_eq!(ada.get("").json(200)["state"], "active");
    assert_eq!(ada.read_over("email", "newsletter", &["account.email"]).granted().len(), 1);
    assert_eq!(ada.read("service", &["account", "content"]).values()["content.summary"], "plan");

    // Erased is another operation: nobody sees anything, and there is no way back, whether active or deactivated.
    bob.post("/deactivate", &json!({})).json(200);
    for person in [&ada, &bob] {
        person.post("/erase", &json!({})).json(200);
        person.read_for("members", "service", &["content.summary"]).problem(410, "subject.erased");
        person.post("/reactivate", &json!({})).problem(410, "subject.erased");
    }
    let page = server.page();
    let told = between(&page, "Deactivating is not erasing", "</section>");
    assert!(told.contains("stays visible") && told.to_lowercase().contains("eras"), "{told}");
}

#[test]
fn promise_c36_an_objection_stops_the_purpose_and_marketing_for_good() {
    let mut server = Server::start("assigntask");
    let ada =
        server.person(&[("account", json!({ "email": "ada@engines.example", "name": "Ada", "job_title": "Analyst" }))]);
    let objected = |ada: &Person, purpose: &str| ada.post("/objections", &json!({ "purpose": purpose }));
    let fields = ["account.job_title"];
    assert_eq!(ada.read("personalisation", &fields).granted().len(), 1);

    // Pending: stopped until somebody answers; only that purpose.
    let made = objected(&ada, "personalisation").json(201);
    assert_eq!(made["state"], "pending");
    ada.read("personalisation", &fields).refused("basis.objected");
    assert_eq!(ada.read("security", &["account.email"]).granted().len(), 1);
    server.restart();
    let ada = ada.asked_by(&server);
    ada.read("personalisation", &fields).refused("basis.objected");
    server.proves(&made["entry"]);

    // Overridden, with compelling grounds and not without: it goes on. Upheld: it stays stopped.
    let resolve = |purpose: &str, body: &Value| ada.post(&format!("/objections/{purpose}/resolve"), body);
    resolve("personalisation", &json!({ "outcome": "overridden" })).problem(400, "objection.ground");
    ada.read("personalisation", &fields).refused("basis.objected");
    let ground = json!({ "outcome": "overridden", "ground": "the team's plan cannot be drawn without it" });
    resolve("personalisation", &ground).json(200);
    assert_eq!(ada.read("personalisation", &fields).granted().len(), 1);
    objected(&ada, "security").json(201);
    resolve("security", &json!({ "outcome": "upheld" })).json(200);
    ada.read("security", &["account.email"]).refused("basis.objected");
    resolve("security", &ground).problem(409, "objection.not_pending");

    // Marketing: at once, for good, whatever anybody holds against it.
    ada.consent("given", "newsletter");
    ada.consent("confirmed", "newsletter");
    assert_eq!(ada.read_over("email", "newsletter", &["account.email"]).granted().len(), 1);
    assert_eq!(objected(&ada, "newsletter").json(201)["state"], "upheld");
    ada.read_over("email", "newsletter", &["account.email"]).refused("basis.objected");
    resolve("newsletter", &ground).problem(422, "objection.absolute");
    ada.read("newsletter", &["account.email"]).refused("basis.objected");

    // What rests on the contract knows no objection.
    objected(&ada, "service").problem(422, "objection.not_possible");
    assert_eq!(ada.read("service", &["account.email"]).granted().len(), 1);
}

#[test]
fn promise_d22_portability_covers_what_the_person_gave_and_access_the_rest() {
    let server = Server::start("miniorange-plugins");
    let ada = server.person(&[
        ("account", json!({ "email": "ada@people.example", "first_name": "Ada", "company": "Engines" })),
        ("enquiry", json!({ "email": "ask@people.example", "kind": "sales", "message": "How much?" })),
    ]);
    ada.store_from("linked:site", "site_profile", &json!({ "name": "From the site" })).json(201);
    ada.store_from("observed", "licence", &json!({ "key": "LIC-1", "plan": "pro" })).json(201);
    let licence = json!({ "location": "Kent", "browser": "b", "ip": "192.0.2.9", "device_type": "phone", "at": "2026-01-02T03:04:05Z", "language": "en", "user_agent": "ua", "fingerprint": "fp" });
    ada.store_from("observed", "signal", &licence).json(201);

    let portable = ada.post("/export?kind=portability", &json!({})).archive();
    let given = exported(&portable);
    let fields: Vec<&str> = given.keys().map(String::as_str).collect();
    assert_eq!(
        fields,
        ["account.company", "account.email", "account.first_name", "enquiry.email", "enquiry.kind", "enquiry.message"]
    );
    assert_eq!(given["account.first_name"], "Ada");
    for file in portable.values() {
        assert!(!file.contains("From the site") && !file.contains("LIC-1") && !file.contains("192.0.2.9"), "{file}");
    }
    assert!(portable["account.csv"].contains("ada@people.example") && !portable.contains_key("signal.csv"));

    // Access covers what others gave and what was observed as well, with where each came from.
    let everything = ada.post("/export?kind=access", &json!({})).archive();
    let given = exported(&everything);
    assert_eq!(given["site_profile.name"], "From the site");
    assert_eq!((&given["licence.key"], &given["signal.ip"]), (&json!("LIC-1"), &json!("192.0.2.9")));
    assert_eq!(given["account.email"], "ada@people.example");
    let site = parts(&everything).into_iter().find(|part| part["group"] == "site_profile").unwrap();
    assert_eq!(site["values"]["name"]["source"], "linked:site");

    // The same item moves with its source: given by the person, it is portable.
    ada.store("licence", &json!({ "plan": "free", "site": "people.example" })).json(201);
    let given = exported(&ada.post("/export?kind=portability", &json!({})).archive());
    assert_eq!((&given["licence.plan"], &given["licence.site"]), (&json!("free"), &json!("people.example")));
    assert!(!given.contains_key("licence.key"));
}

#[test]
fn promise_d23_a_restriction_carries_its_terms_and_its_end() {
    let mut server = Server::start("miniorange-plugins");
    let ada = server
        .person(&[("account", json!({ "email": "ada@people.example", "username": "ada", "company": "Engines" }))]);
    let email = ["account.email"];
    let now = text(&ada.get("").json(200)["created_at"]).to_owned();
    let next_day = after(&json!(now), 24 * 3_600_000);

    // Agreed: support goes on, until tomorrow; nothing else does.
    let terms = json!({ "allowed_purposes": ["support"], "until": next_day, "agreement": "letter 7" });
    let placed = ada.put("/restriction", &terms).json(200);
    assert_eq!(placed["until"], next_day.as_str());
    let agreed = |ada: &Person| {
        assert_eq!(ada.read("support", &email).granted().len(), 1);
        ada.read("billing", &email).refused("restriction");
        ada.read("maintenance", &email).refused("restriction");
        ada.read_for("hosting", "maintenance", &email).refused("restriction");
        // Claims go on, as the policy says that they survive it.
        assert_eq!(ada.read("agreement", &email).granted().len(), 1);
        let standing = ada.get("").json(200)["standing"]["restriction"].clone();
        assert_eq!(standing["allowed"], json!(["support"]));
        assert_eq!((&standing["until"], &standing["agreement"]), (&json!(next_day), &json!("letter 7")));
    };
    agreed(&ada);
    server.restart();
    let ada = ada.asked_by(&server);
    agreed(&ada);

    // Terms that nobody could keep are refused, and the old ones hold.
    let unknown = json!({ "allowed_purposes": ["suport"], "until": next_day });
    assert_eq!(ada.put("/restriction", &unknown).status, 422);
    assert_eq!(ada.put("/restriction", &json!({ "until": now })).status, 400);
    agreed(&ada);

    // New terms replace them; at their end everything goes on by itself.
    // Soon, and still to come when the server hears of it, however busy the machine is.
    let soon = [50, 500, 5_000, 30_000].into_iter().find_map(|wait_ms| {
        let soon = after(&ada.why("support", &email, None)["at"], wait_ms);
        let placed = ada.put("/restriction", &json!({ "allowed_purposes": ["billing"], "until": soon }));
        if placed.status != 200 {
            placed.problem(400, "until.past");
            return None;
        }
        Some(soon)
    });
    ada.wait_past(&json!(soon.expect("terms that hold for a while")));
    assert_eq!(ada.read("maintenance", &email).granted().len(), 1);
    assert_eq!(ada.read("support", &email).granted().len(), 1);
    let ended = ada.put("/restriction", &json!({ "allowed_purposes": ["billing"] })).json(200);
    assert!(ended.get("until").is_none(), "{ended}");
    assert_eq!(ada.read("billing", &email).granted().len(), 1);
    ada.read("support", &email).refused("restriction");
}
