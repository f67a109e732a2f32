//! Ask first, and let go.

use candor_ledger::Digest;
use candor_tests::{Person, Server, text};
use serde_json::{Value, json};

#[test]
fn promise_a09_messages_that_are_not_essential_can_be_declined() {
    let mut server = Server::start("asign2");
    let account = |who: &str| json!({ "email": format!("{who}@people.example"), "name": who, "organisation": "O" });
    let ada = server.person(&[("account", account("ada"))]);
    let bob = server.person(&[("account", account("bob"))]);
    let email = ["account.email"];
    assert_eq!(ada.read_over("email", "tips", &email).granted().len(), 1);

    // Declined over one channel: that channel stops, the other goes on until it is declined too.
    let declined = ada.put("/preferences/tips/email", &json!({ "opt": "out" })).json(200);
    assert_eq!(declined["state"], "opted_out");
    ada.read_over("email", "tips", &email).refused("opted_out");
    assert_eq!(ada.read_over("in_app", "tips", &email).granted().len(), 1);
    ada.put("/preferences/tips/in_app", &json!({ "opt": "out" })).json(200);
    ada.read_over("in_app", "tips", &email).refused("opted_out");
    assert_eq!(bob.read_over("email", "tips", &email).granted().len(), 1);

    // Essential messages go on, and the preferences say why they cannot be declined.
    let fixed = ada.put("/preferences/service_notices/email", &json!({ "opt": "out" })).problem(422, "opt_out.fixed");
    assert!(text(&fixed["why"]).starts_with("you need to know of changes"), "{fixed}");
    assert_eq!(ada.read_over("email", "service_notices", &email).granted().len(), 1);
    let notices = preference(&ada, "service_notices");
    assert_eq!(notices["channels"][0]["can_opt_out"], false);
    assert_eq!(notices["fixed"], fixed["why"]);
    let tips = preference(&ada, "tips");
    assert!(tips["channels"].as_array().unwrap().iter().all(|channel| channel["opted_out"] == true), "{tips}");
    assert_eq!(preference(&bob, "tips")["channels"][0]["opted_out"], false);

    // It still holds after a restart, until the person wants them again.
    server.restart();
    let (ada, bob) = (ada.asked_by(&server), bob.asked_by(&server));
    ada.read_over("email", "tips", &email).refused("opted_out");
    ada.put("/preferences/tips/email", &json!({ "opt": "in" })).json(200);
    assert_eq!(ada.read_over("email", "tips", &email).granted().len(), 1);
    bob.post("/objections", &json!({ "purpose": "tips" })).json(201);
    bob.read_over("email", "tips", &email).refused("basis.objected");
    let page = server.page();
    assert!(page.contains("Messages you can decline") && page.contains("Messages you cannot decline, and why"));
}

fn preference(person: &Person, purpose: &str) -> Value {
    let preferences = person.get("/preferences").json(200);
    let found = preferences["purposes"].as_array().unwrap().iter().find(|known| known["purpose"] == purpose);
    found.unwrap_or_else(|| panic!("{preferences}")).clone()
}

const SHOWN: &str = "May we show your words and your name on our websites? You can take this back at any time.";

#[test]
fn promise_b12_testimonials_need_consent_and_what_was_lawful_stays_provable() {
    let mut server = Server::start("miniorange-cloud");
    let ada = server.person(&[("testimonial", json!({ "quote": "It just works", "shown_name": "Ada L." }))]);
    let fields = ["testimonial.quote", "testimonial.shown_name"];
    ada.read_for("readers", "testimonials", &fields).refused("basis.consent_missing");

    // Given: with the exact text, its digest, the time, and a proof.
    let consent = json!({ "purpose": "testimonials", "act": "given", "method": "account_page" });
    let given = ada.post("/consents", &consent).json(201);
    assert_eq!(given["text_digest"], Digest::of(SHOWN.as_bytes()).to_string());
    let proof = server.proves(&given["entry"]);
    let published = ada.read_for("readers", "testimonials", &fields).values();
    assert_eq!(published["testimonial.quote"], "It just works");
    let lawful = ada.newest("disclosure");
    assert_eq!((text(&lawful["ground"]), text(&lawful["recipient"])), ("consent", "readers"));

    // Withdrawn: from then on refused, and still so after a restart.
    ada.wait_past(&given["at"]);
    let withdrawn = ada.consent("withdrawn", "testimonials");
    ada.read_for("readers", "testimonials", &fields).refused("basis.consent_missing");
    server.restart();
    let ada = ada.asked_by(&server);
    ada.read_for("readers", "testimonials", &fields).refused("basis.consent_missing");

    // The past is as it was: both events with the text, the disclosure with its ground, and every proof.
    let said = ada.get("/consents").json(200);
    let events: Vec<_> = said["items"].as_array().unwrap().iter().map(|event| text(&event["kind"])).collect();
    assert_eq!(events, ["consent.given", "consent.withdrawn"]);
    assert_eq!((&said["items"][0]["text"], &said["items"][0]["method"]), (&json!(SHOWN), &json!("account_page")));
    assert_eq!(said["items"][0]["text_digest"], given["text_digest"]);
    assert_eq!(said["items"][0]["at"], given["at"]);
    assert_eq!(ada.why("testimonials", &fields, Some(text(&given["at"])))["verdict"], "granted");
    assert_eq!(ada.why("testimonials", &fields, None)["verdict"], "refused");
    assert_eq!(ada.newest("disclosure"), lawful);
    for entry in [&given["entry"], &lawful["entry"], &withdrawn["entry"]] {
        server.proves(entry);
    }
    assert!(server.verify(&proof).0, "a receipt kept from then verifies for good");

    // A text of one's own is kept as it was shown; one that says nothing is refused.
    let own =
        json!({ "purpose": "testimonials", "act": "given", "text": "Dürfen wir Sie zitieren?", "language": "de" });
    let again = ada.post("/consents", &own).json(201);
    assert_eq!(again["text_digest"], Digest::of("Dürfen wir Sie zitieren?".as_bytes()).to_string());
    assert_eq!(ada.read_for("readers", "testimonials", &fields).granted().len(), 2);
    let empty = json!({ "purpose": "testimonials", "act": "given", "text": " " });
    ada.post("/consents", &empty).problem(400, "consent.text_length");
}

#[test]
fn promise_b13_surveys_are_off_until_somebody_wants_them() {
    let server = Server::start("miniorange-cloud");
    let answers = json!({ "answers": "blue", "email": "poll@people.example", "telephone": "+1 555 03" });
    let customer = |who: &str| json!({ "email": format!("{who}@people.example"), "name": who, "location": "IN", "company": "C", "purchaser": "P" });
    let person = |who: &str| server.person(&[("survey", answers.clone()), ("customer", customer(who))]);
    let (ada, bob, eve) = (person("ada"), person("bob"), person("eve"));
    let fields = ["survey.answers", "survey.email"];

    // Off: nobody said anything.
    ada.read("surveys", &fields).refused("basis.consent_missing");
    ada.read_over("email", "surveys", &fields).refused("basis.consent_missing");
    let unasked = preference(&ada, "surveys");
    assert_eq!((&unasked["consent"]["state"], &unasked["consent"]["in_force"]), (&Value::Null, &json!(false)));
    assert!(text(&unasked["notice"]).contains("It is up to you"), "{unasked}");

    // A yes turns it on for one person, a no leaves it off and costs nothing else.
    let given = ada.consent("given", "surveys");
    assert_eq!(ada.read("surveys", &fields).granted().len(), 2);
    let twelve_months = format!("{}{}", text(&given["at"])[..4].parse::<u16>().unwrap() + 1, &text(&given["at"])[4..]);
    assert!(given["until"] == twelve_months.as_str() || text(&given["at"]).contains("-02-29"), "{given}");
    bob.consent("refused", "surveys");
    bob.read("surveys", &fields).refused("basis.consent_missing");
    assert_eq!(preference(&bob, "surveys")["consent"]["state"], "refused");
    eve.read("surveys", &fields).refused("basis.consent_missing");
    for person in [&ada, &bob, &eve] {
        assert_eq!(person.read("support", &["customer.email"]).granted().len(), 1);
    }
    ada.consent("withdrawn", "surveys");
    ada.read("surveys", &fields).refused("basis.consent_missing");
    let page = server.page();
    let off = candor_tests::between(&page, "Off until you say yes", "<h3");
    assert!(off.contains("#purpose-surveys") && !off.contains("#purpose-support"), "{off}");
}

#[test]
fn promise_c22_withdrawing_undoes_nothing_that_was_decided_before() {
    let mut server = Server::start("assigntask");
    let ada = server.person(&[("account", json!({ "email": "ada@engines.example", "name": "Ada" }))]);
    let fields = ["cookies.statistics"];
    server.switch("cookies", true);
    let stored = ada.store_from("observed", "cookies", &json!({ "statistics": "st-9" })).json(201);
    ada.wait_past(&stored["updated_at"]);
    let given = ada.consent("given", "statistics");
    let read = ada.read("statistics", &fields).json(200);
    ada.wait_past(&read["at"]);
    let withdrawn = ada.consent("withdrawn", "statistics");
    ada.read("statistics", &fields).refused("basis.consent_missing");

    let replayed = |ada: &Person| {
        let at = |at: &Value| ada.why("statistics", &fields, Some(text(at)));
        assert_eq!(ada.why("statistics", &fields, Some(&candor_tests::after(&given["at"], -1)))["verdict"], "refused");
        let then = at(&read["at"]);
        assert_eq!(then["verdict"], "granted", "{then}");
        assert_eq!(then["granted"][0]["ground"], "consent");
        assert_eq!(then["standing"]["consents"]["statistics"]["state"], "given");
        assert_eq!(then["plan"], read["plan"]);
        let now = ada.why("statistics", &fields, None);
        assert_eq!((&now["verdict"], &now["refused"][0]["code"]), (&json!("refused"), &json!("basis.consent_missing")));
        assert_eq!(at(&withdrawn["at"])["verdict"], "refused");
        assert!(then.get("records").is_none() && !then.to_string().contains("st-9"), "a replay opens nothing: {then}");
    };
    replayed(&ada);
    server.restart();
    let ada = ada.asked_by(&server);
    replayed(&ada);

    // The disclosure stands in the ledger with the ground it had, before the withdrawal.
    let disclosed = ada.newest("disclosure");
    assert_eq!((&disclosed["entry"], &disclosed["ground"]), (&read["entry"], &json!("consent")));
    assert!(disclosed["entry"].as_u64() < withdrawn["entry"].as_u64());
    server.proves(&disclosed["entry"]);
}
