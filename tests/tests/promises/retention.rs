//! Let it go: how long data is kept, and what then happens.
//!
//! What has to be long ago happened in [`Lived`], by an earlier clock; all that is checked, the built server does.

use std::time::{Duration, Instant};

use candor_tests::{Client, KeptSystems, Lived, Past, Person, Server, exported, kept_rows, text};
use candor_vault::{ContractAct, Switch};
use candor_words::{Span, SpanUnit, SubjectId};
use serde_json::{Value, json};

/// Lets the server carry out what is due; it may have done so by itself already.
#[track_caller]
fn run(server: &Client) {
    assert_eq!(server.post("/v1/retention/run", &json!({})).json(200)["n_left"], 0);
}

/// Waits until the server itself has carried out what was due when it started.
#[track_caller]
fn until(server: &Client, what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(150), "not in time: {what}");
        // Nothing hurries the job but its own clock.
        server.get("/v1/retention").json(200);
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The groups of the records that are kept about a person.
#[track_caller]
fn kept(person: &Person) -> Vec<String> {
    let records = person.get("/records?limit=500").json(200);
    records["items"].as_array().unwrap().iter().map(|record| text(&record["group"]).to_owned()).collect()
}

fn member(n: u32) -> Value {
    json!({ "email": format!("p{n}@people.example"), "name": format!("P {n}"), "organisation": "Engines", "role": "Engineer" })
}

fn usage(feature: &str) -> Value {
    json!({ "feature": feature, "duration_ms": 5, "release": "7" })
}

#[test]
fn promise_a06_with_the_subscription_its_data_ends_erased_or_anonymous_and_so_do_the_keys() {
    let server = Server::start("asign2");
    let people: Vec<Person> = (0..10)
        .map(|n| {
            let person = server.person(&[("account", member(n))]);
            person.store_from("observed", "usage", &usage("unlocking-a06")).json(201);
            person
        })
        .collect();
    people[0].store("billing", &json!({ "address": "1 Long Street", "plan": "gold" })).json(201);
    let count = || {
        let asked = json!({ "purpose": "analytics", "by": ["usage.feature"] });
        server.post("/v1/aggregates", &asked).json(200)["groups"].clone()
    };
    let before = count();
    assert_eq!(before[0]["subjects"], 10, "{before}");

    for person in &people {
        person.delete("/contract").json(200);
    }
    run(&server);
    // Nothing is left of who has nothing to be kept longer; of who has, only that.
    for person in &people[1..] {
        person.get("").problem(410, "subject.erased");
        let found = json!({ "purpose": "tips", "field": "account.email", "value": "p1@people.example" });
        assert_eq!(server.post("/v1/subjects/find", &found).json(200)["subject"], Value::Null);
    }
    assert_eq!(kept(&people[0]), ["billing"]);
    let ended = people[0].newest("keep_ended");
    server.proves(&ended["entry"]);
    server.proves(&people[0].newest("key_destroyed")["entry"]);
    assert_eq!(people[0].read("bookkeeping", &["account.name"]).granted().len(), 0);
    assert_eq!(people[0].read("bookkeeping", &["billing.plan"]).values()["billing.plan"], "gold");
    // The figures stay, and belong to nobody.
    assert_eq!(count(), before);
    let subjects = server.get("/v1/subjects?limit=500").json(200);
    let anonymous: Vec<&Value> =
        subjects["items"].as_array().unwrap().iter().filter(|subject| subject["state"] == "anonymous").collect();
    assert_eq!(anonymous.len(), 10);
    let nobody = server.get(&format!("/v1/subjects/{}", text(&anonymous[0]["id"]))).json(200);
    assert_eq!(nobody["state"], "anonymous");
    for n in 0..10 {
        assert_eq!(server.files_with(&format!("p{n}@people.example")), [""; 0]);
    }
}

#[test]
fn promise_b01_with_the_contract_its_basis_ends_and_later_the_data() {
    let customer =
        json!({ "email": "ada@people.example", "name": "Ada", "location": "IN", "company": "C", "purchaser": "P" });
    let (lived, (left, bob)) = Lived::since(40, "miniorange-cloud", async |past| {
        let left = past.person(&[("customer", "subject", customer.clone())]).await;
        let mut others = customer.clone();
        others["email"] = json!("bob@people.example");
        let bob = past.person(&[("customer", "subject", others)]).await;
        past.vault.contract(&past.admin, left, ContractAct::End).await.unwrap();
        (left, bob)
    });
    let server = lived.start();
    let (left, bob) = (server.known(left), server.known(bob));
    assert_eq!(bob.read("installation", &["customer"]).granted().len(), 5);
    bob.delete("/contract").json(200);
    bob.read("installation", &["customer.email"]).refused("basis.contract_ended");
    bob.read_for("hosting", "installation", &["customer.email"]).refused("basis.contract_ended");
    // It is kept for thirty days more, and nobody reads it for the app.
    run(&server);
    assert_eq!(kept(&bob), ["customer"]);
    bob.send_contract();
    assert_eq!(bob.read("installation", &["customer.email"]).granted().len(), 1, "a new contract, a new basis");
    until(&server, "who left forty days ago is erased", || left.get("").status == 410);
    left.get("").problem(410, "subject.erased");
}

trait Contract {
    fn send_contract(&self);
}

impl Contract for Person {
    /// Begins the contract anew.
    #[track_caller]
    fn send_contract(&self) {
        self.put("/contract", &json!({})).json(200);
    }
}

#[test]
fn promise_b02_what_a_process_needs_is_gone_with_it_and_never_stored() {
    let mut server = Server::start("miniorange-cloud");
    let ada = server.person(&[]);
    let sent = [
        (
            "secret",
            "subject",
            "secure_share",
            "secret.text",
            json!({ "text": "planted-b02-secret", "addressee": "bob@people.example" }),
        ),
        (
            "ldap_session",
            "organisation",
            "ldap_sign_in",
            "ldap_session.login",
            json!({ "login": "planted-b02-login", "attributes": ["planted-b02-attribute"] }),
        ),
        (
            "oauth_session",
            "linked:provider",
            "oauth_sign_in",
            "oauth_session.name",
            json!({ "email": "planted-b02@people.example", "name": "planted-b02-name" }),
        ),
    ];
    let nothing_is_stored = |server: &mut Server, ada: &Person| {
        assert_eq!(ada.get("/records").json(200)["items"], json!([]));
        assert_eq!(server.files_with("planted-b02"), [""; 0]);
    };
    for (group, source, purpose, field, values) in &sent {
        let stored = ada.store_from(source, group, values).json(201);
        let given = ada.read(purpose, &[field]).values();
        assert!(text(&given[*field]).starts_with("planted-b02"), "{given:?}");
        assert_eq!(ada.newest("disclosure")["fields"], json!([field]), "read through the door, and logged");
        ada.read("news", &[field]).json(403);
        nothing_is_stored(&mut server, &ada);

        // The process ends.
        ada.post(&format!("/records/{group}/{}/close", text(&stored["record"])), &json!({})).json(200);
        assert_eq!(ada.read(purpose, &[field]).granted().len(), 0);
        nothing_is_stored(&mut server, &ada);
    }
    // What ends otherwise leaves nothing either, and the database itself holds no row and no key of it.
    let (group, source, purpose, field, values) = &sent[0];
    ada.store_from(source, group, values).json(201);
    server.kill_and_restart();
    let ada = ada.asked_by(&server);
    assert_eq!(ada.read(purpose, &[field]).granted().len(), 0);
    ada.store_from(source, group, values).json(201);
    server.tell_to_stop();
    assert!(server.ends_well());
    let kept = candor_tests::rows_of(&server.folder().join("data"), &ada.id);
    assert_eq!(kept, (0, 0), "records, keys");
}

fn account(n: u32) -> Value {
    json!({ "email": format!("p{n}@people.example"), "name": format!("P {n}"), "display_name": "P", "preferences": ["dark"] })
}

#[test]
fn promise_c40_who_comes_back_in_time_finds_all_as_it_was() {
    let (lived, (late, in_time)) = Lived::since(200, "assigntask", async |past| {
        let late = past.person(&[("account", "subject", account(1))]).await;
        let in_time = past.person(&[("account", "subject", account(2))]).await;
        past.pass(70, SpanUnit::Day);
        // 130 days ago: past sixty days, and past sixty more of grace.
        past.vault.contract(&past.admin, late, ContractAct::End).await.unwrap();
        past.vault.deactivate(&past.admin, late).await.unwrap();
        past.pass(60, SpanUnit::Day);
        // 70 days ago: past sixty days, within the grace.
        past.vault.deactivate(&past.admin, in_time).await.unwrap();
        (late, in_time)
    });
    let server = lived.start();
    let (late, in_time) = (server.known(late), server.known(in_time));
    until(&server, "who comes too late is gone", || late.get("").status == 410);
    late.post("/reactivate", &json!({})).problem(410, "subject.erased");

    in_time.read("service", &["account.email"]).refused("value.sealed");
    assert_eq!(in_time.newest("keep_ended")["fields"].as_array().unwrap().len(), 5);
    let found = json!({ "purpose": "authentication", "field": "account.email", "value": "p2@people.example" });
    assert_eq!(server.post("/v1/subjects/find", &found).json(200)["subject"], in_time.id.as_str());
    in_time.post("/reactivate", &json!({})).json(200);
    let given = in_time.read("service", &["account"]).values();
    for (name, value) in account(2).as_object().unwrap() {
        assert_eq!(&given[&format!("account.{name}")], value);
    }
    run(&server);
    assert_eq!(in_time.read("service", &["account"]).granted().len(), 5);
}

#[test]
fn promise_c42_marketing_preferences_are_kept_from_the_last_sign_of_interest() {
    let topics = json!({ "topics": ["engines"] });
    let (lived, (quiet, keen)) = Lived::since(900, "assigntask", async |past| {
        let quiet = past.person(&[("marketing", "subject", topics.clone())]).await;
        let keen = past.person(&[("marketing", "subject", topics.clone())]).await;
        past.pass(300, SpanUnit::Day);
        past.vault.report_event(&past.admin, keen, "last_interest", None).await.unwrap();
        (quiet, keen)
    });
    let server = lived.start();
    let (quiet, keen) = (server.known(quiet), server.known(keen));
    until(&server, "24 months without interest", || kept(&quiet).is_empty());
    assert_eq!(kept(&keen), ["marketing"]);

    // The tenant reports interest; what is to come or unheard of is refused, and the latest counts.
    let noted = keen.put("/events/last_interest", &json!({})).json(200);
    server.proves(&noted["entry"]);
    keen.put("/events/last_interest", &json!({ "at": "2026-01-05T10:00:00Z" })).json(200);
    assert_eq!(keen.get("").json(200)["standing"]["last_interest"], noted["at"]);
    keen.put("/events/last_interest", &json!({ "at": "2999-01-01T00:00:00Z" })).problem(400, "event.to_come");
    keen.put("/events/moved_house", &json!({})).problem(422, "event.undeclared");
    run(&server);
    assert_eq!(kept(&keen), ["marketing"]);
}

#[test]
fn promise_c43_what_comes_of_cookies_is_kept_from_its_creation() {
    let cookie = json!({ "statistics": "s-1" });
    let (lived, (old, new)) = Lived::since(400, "assigntask", async |past| {
        past.vault.switch_collection(&past.admin, "cookies", Switch::On).await.unwrap();
        let old = past.person(&[("cookies", "observed", cookie.clone())]).await;
        past.pass(70, SpanUnit::Day);
        let new = past.person(&[("cookies", "observed", cookie.clone())]).await;
        (old, new)
    });
    let server = lived.start();
    until(&server, "cookies of thirteen months ago are gone", || kept(&server.known(old)).is_empty());
    assert_eq!(kept(&server.known(new)), ["cookies"]);
    assert_eq!(server.known(old).newest("keep_ended")["fields"], json!(["cookies.statistics"]));
}

#[test]
fn promise_c44_managed_accounts_are_kept_as_long_as_their_administrator_requires_within_bounds() {
    let cookie = json!({ "statistics": "s-1" });
    let (lived, (managed, other)) = Lived::since(500, "assigntask", async |past| {
        past.vault.switch_collection(&past.admin, "cookies", Switch::On).await.unwrap();
        let managed = past.person(&[("cookies", "observed", cookie.clone())]).await;
        let other = past.person(&[("cookies", "observed", cookie.clone())]).await;
        past.vault.set_managed(&past.admin, managed, true).await.unwrap();
        let length = Some(Span::new(3, SpanUnit::Year));
        past.vault.set_retention_length(&past.admin, "cookies", length).await.unwrap();
        (managed, other)
    });
    let server = lived.start();
    let (managed, other) = (server.known(managed), server.known(other));
    until(&server, "who is not managed is kept as the policy says", || kept(&other).is_empty());
    run(&server);
    assert_eq!(kept(&managed), ["cookies"]);

    // Only within the policy's bounds, which the refusal names; only by an administrator; and the ledger tells it.
    let set = |length: Value| server.send("PUT", "/v1/retention/lengths/cookies", &json!({ "length": length }), &[]);
    for outside in ["29 days", "8 years"] {
        let problem = set(json!(outside)).problem(422, "retention.out_of_bounds");
        assert_eq!((&problem["least"], &problem["most"]), (&json!("30 days"), &json!("7 years")));
        assert!(text(&problem["detail"]).contains("`30 days`") && text(&problem["detail"]).contains("`7 years`"));
    }
    set(json!("a fortnight")).problem(400, "retention.length");
    let writer = server.key(&json!({ "label": "door", "scopes": ["write"] }));
    let tried = writer.send("PUT", "/v1/retention/lengths/cookies", &json!({ "length": "1 year" }), &[]);
    tried.problem(403, "key.scope_missing");
    let rules = server.get("/v1/retention").json(200);
    assert_eq!((&rules["lengths"]["cookies"], &rules["bounds"]), (&json!("3 years"), &json!(["30 days", "7 years"])));
    assert_eq!(set(json!("30 days")).json(200)["lengths"]["cookies"], "30 days");
    until(&server, "a shorter length is carried out", || kept(&managed).is_empty());
    assert_eq!(set(Value::Null).json(200)["lengths"], json!({}));
}

#[test]
fn promise_c44_what_the_administrator_requires_holds_in_connected_systems_too() {
    let systems = KeptSystems::default();
    systems.make_crm(&[]);
    systems.export(&[]);
    systems.user(1, "managed@kept.example");
    systems.user(2, "other@kept.example");
    let (server, _) = systems.lived(900, async |past| {
        let managed = past.account("managed@kept.example").await;
        past.account("other@kept.example").await;
        past.vault.set_managed(&past.admin, managed, true).await.unwrap();
        let length = Some(Span::new(3, SpanUnit::Year));
        past.vault.set_retention_length(&past.admin, "visit", length).await.unwrap();
    });
    // The policy keeps visits for a year; for the managed account they are kept for three.
    for (user, days_ago) in [(1, 700), (2, 700), (1, 1_200), (2, 100)] {
        systems.visits(user, 10, days_ago);
    }
    // Twice: a run that began by itself meanwhile is over then, and none comes for hours.
    for _ in 0..2 {
        assert_eq!(server.kept_in("shop")["state"], "done");
    }
    let kept = |user: u32| systems.count(&format!("SELECT count(*) FROM visits WHERE user_id = {user}"));
    assert_eq!((kept(1), kept(2)), (10, 10));
    // Outside of the policy's bounds nothing is set, and nothing ends; within them a shorter length ends what is over now.
    let set = |length: Value| server.send("PUT", "/v1/retention/lengths/visit", &json!({ "length": length }), &[]);
    set(json!("29 days")).problem(422, "retention.out_of_bounds");
    assert_eq!(kept_rows(&server.would_keep_in("shop"), "visits", "deleted"), 0);
    set(json!("60 days")).json(200);
    assert_eq!(kept_rows(&server.would_keep_in("shop"), "visits", "deleted"), 10);
    assert_eq!(server.kept_in("shop")["state"], "done");
    assert_eq!((kept(1), kept(2)), (0, 10));
}

#[test]
fn promise_c45_who_is_found_to_be_under_eighteen_is_erased_in_one_step() {
    let server = Server::start("assigntask");
    let child = server.person(&[("account", account(7))]);
    child.put("/age", &json!({ "age": "under" })).json(200);
    child.read("service", &["account.email"]).refused("age.under");
    let erased = child.post("/erase-minor", &json!({})).json(200);
    server.proves(&erased["entry"]);
    child.get("").problem(410, "subject.erased");
    assert_eq!(server.files_with("p7@people.example"), [""; 0]);
    // Of somebody of whom it was not known before: the one call does both. A hold keeps the data, but unread.
    let other = server.person(&[("account", account(8))]);
    let held = other.post("/holds", &json!({ "ground": "case 17" })).json(201);
    assert_eq!(other.post("/erase-minor", &json!({})).problem(409, "hold.in_force")["ground"], "case 17");
    other.read("service", &["account.email"]).refused("age.under");
    other.delete(&format!("/holds/{}", text(&held["id"]))).json(204);
    other.post("/erase-minor", &json!({})).json(200);
    other.get("").problem(410, "subject.erased");
    let without_rule = Server::start("asign2");
    let grown = without_rule.person(&[("account", member(1))]);
    grown.post("/erase-minor", &json!({})).problem(422, "age.not_erased");
}

#[test]
fn promise_d32_data_with_no_business_left_is_sealed_until_it_is_deleted() {
    let account = |n: u32| json!({ "email": format!("d32-{n}@people.example"), "company": "Engines" });
    let (lived, long_gone) = Lived::since(500, "miniorange-plugins", async |past: &Past| -> SubjectId {
        let long_gone = past.person(&[("account", "subject", account(1))]).await;
        past.vault.contract(&past.admin, long_gone, ContractAct::End).await.unwrap();
        long_gone
    });
    let server = lived.start();
    let ada = server.person(&[("account", account(2))]);
    assert_eq!(ada.read("agreement", &["account.email"]).granted().len(), 1);
    ada.delete("/contract").json(200);
    run(&server);
    // Stored, and sealed: no purpose reads it, whatever its basis, inside or outside.
    assert_eq!(kept(&ada), ["account"]);
    for purpose in ["agreement", "lawful_requests"] {
        ada.read(purpose, &["account.email", "account.company"]).refused("value.sealed");
    }
    ada.read("maintenance", &["account.email"]).json(403);
    let ended = ada.newest("keep_ended");
    assert_eq!(ended["fields"], json!(["account.email", "account.company"]));
    server.proves(&ended["entry"]);
    assert_eq!(ada.newest("refusal")["reason"], "basis.contract_ended");
    // The person still gets what is still kept of them; the bookkeeping of it all is theirs too.
    assert_eq!(
        exported(&ada.post("/export?kind=access", &json!({})).archive())["account.email"],
        "d32-2@people.example"
    );
    // The second end: after a year of it, it is erased.
    let long_gone = server.known(long_gone);
    until(&server, "a quarantine ends", || long_gone.get("").status == 410);
    assert_eq!(server.files_with("d32-"), [""; 0]);
}

#[test]
fn promise_e03_sign_ins_and_sign_outs_expire() {
    let sign_in = |n: u32| json!({ "at": "2026-10-01T08:00:00Z", "action": "in", "resource": format!("site {n}") });
    let (lived, ada) = Lived::since(40, "plugin-vendor", async |past| {
        let ada = past.person(&[("sign_in", "observed", sign_in(1)), ("sign_in", "observed", sign_in(2))]).await;
        past.pass(15, SpanUnit::Day);
        let third = candor_vault::NewRecord {
            group: "sign_in".to_owned(),
            values: sign_in(3).as_object().unwrap().clone().into_iter().collect(),
            source: "observed".to_owned(),
        };
        past.vault.put_record(&past.admin, ada, third).await.unwrap();
        ada
    });
    let server = lived.start();
    let ada = server.known(ada);
    until(&server, "sign-ins of forty days ago are gone", || kept(&ada) == ["sign_in"]);
    assert_eq!(ada.read("session", &["sign_in.resource"]).values()["sign_in.resource"], "site 3");
    let ended = ada.newest("keep_ended");
    assert_eq!(ended["fields"], json!(["sign_in.at", "sign_in.action", "sign_in.resource"]));
    server.proves(&ended["entry"]);
}
