//! Give it back, everywhere: rights across connected systems.
//!
//! The marketplace's site is a SQLite database here, beside the vendor's own.

use std::collections::BTreeMap;

use candor_tests::{Server, Systems, candor, exported, parts, text};
use serde_json::{Value, json};

fn step<'a>(steps: &'a Value, system: &str) -> &'a Value {
    let found = steps["steps"].as_array().unwrap().iter().find(|step| step["system"] == system);
    found.unwrap_or_else(|| panic!("{steps:#}"))
}

/// Nothing of Ada is left in either database but what is kept on a ground, and nobody else lost anything.
fn assert_gone(systems: &Systems) {
    let (vendor, site) = (systems.vendor(), systems.site());
    assert_eq!(Systems::count(&vendor, "SELECT count(*) FROM customers"), 1);
    assert_eq!(Systems::count(&vendor, "SELECT count(*) FROM invoices"), 2, "kept on a ground");
    // Same rows, no person: joins hold.
    assert_eq!(Systems::count(&site, "SELECT count(*) FROM posts JOIN users ON users.id = posts.author"), 3);
    assert_eq!(Systems::count(&site, "SELECT sum(stars) FROM posts"), 12);
    drop((vendor, site));
    for mark in ["ada-q7391@people.example", "Ada-q7391", "mine-q7391"] {
        for file in [systems.vendor_file(), systems.site_file()] {
            assert!(!Systems::holds(&file, mark), "{mark} in {}", file.display());
        }
    }
}

#[test]
fn promise_b20_one_request_is_planned_approved_carried_out_everywhere_searched_again_and_proved() {
    let systems = Systems::default();
    let mut server = systems.server();
    let ada = server.ada_of_systems();

    // d20: before identity is proved, no system is asked anything.
    let asked = ada.post("/requests", &json!({ "right": "erasure" })).json(201);
    let request = format!("/v1/requests/{}", text(&asked["id"]));
    server.post(&format!("{request}/plan"), &json!({})).problem(409, "request.identity_unproved");
    server.post(&format!("{request}/approve"), &json!({})).problem(409, "request.identity_unproved");
    assert_eq!(server.get(&format!("{request}/steps")).json(200)["steps"], json!([]));
    server.post(&format!("{request}/identity"), &json!({})).json(200);

    // The plan says each place, how many rows, the statements, and what is kept; it changes nothing.
    let plan = server.post(&format!("{request}/plan"), &json!({})).json(200);
    let previews = |system| -> BTreeMap<String, Value> {
        let previews = step(&plan, system)["previews"].as_array().unwrap().iter();
        previews.map(|preview| (text(&preview["would"]["place"]).to_owned(), preview.clone())).collect()
    };
    let (vendor, site) = (previews("vendor"), previews("site"));
    assert_eq!(vendor["customers"]["would"]["n_rows"], 1);
    assert_eq!((&site["users"]["would"]["n_rows"], &site["posts"]["would"]["n_rows"]), (&json!(1), &json!(2)));
    assert!(!vendor["customers"]["statements"].as_array().unwrap().is_empty(), "{plan:#}");
    assert_eq!(step(&plan, "paper")["state"], "not_connected");
    assert_eq!(Systems::count(&systems.vendor(), "SELECT count(*) FROM customers"), 2);
    assert!(!plan.to_string().contains("q7391"), "{plan:#}");

    server.post(&format!("{request}/approve"), &json!({})).json(200);
    server.steps_until(&request, "answered");
    assert_gone(&systems);
    ada.get("").problem(410, "subject.erased");
    assert_eq!(server.files_with("q7391"), [""; 0]);

    // The receipt can be had after the subject is gone, says it all without personal data, and nobody can change it.
    let receipt = server.get(&format!("{request}/receipt")).json(200);
    let told = &receipt["receipt"];
    let of = |system| told["systems"].as_array().unwrap().iter().find(|told| told["system"] == system).unwrap().clone();
    let kept =
        of("vendor")["places"].as_array().unwrap().iter().find(|told| told["place"] == "invoices").unwrap().clone();
    assert_eq!(
        (&kept["did"], &kept["because"]),
        (&json!("kept"), &json!("Invoices are kept for ten years (HGB § 257)"))
    );
    for system in ["vendor", "site"] {
        assert_eq!(of(system)["search"]["found"], json!([]), "{told:#}");
    }
    assert_eq!((&of("paper")["state"], &of("paper")["places"]), (&json!("not_connected"), &json!(["letters"])));
    assert!(!receipt.to_string().contains("q7391") && !receipt.to_string().contains("C-7391"), "{receipt:#}");
    let (verified, said) = server.verify(&receipt);
    assert!(verified, "{said}");
    let mut forged = receipt.clone();
    forged["receipt"]["systems"][2]["state"] = json!("done");
    assert!(!server.verify(&forged).0);
    let letter = server.get(&format!("{request}/letter")).json(200);
    assert!(text(&letter["text"]).contains("Your data was erased"), "{letter}");

    server.restart();
    assert_eq!(server.get(&format!("{request}/receipt")).json(200)["receipt"], *told);
}

/// An erasure that was carried out everywhere; its address.
fn erased(server: &Server, systems: &Systems) -> String {
    let ada = server.ada_of_systems();
    let request = server.proved_request(&ada, "erasure");
    server.post(&format!("{request}/approve"), &json!({})).json(200);
    server.steps_until(&request, "answered");
    assert_gone(systems);
    request
}

#[test]
fn promise_d21_one_request_erases_the_vendors_servers_and_the_marketplaces_site_and_both_are_searched_again() {
    let systems = Systems::default();
    let server = systems.server();
    let request = erased(&server, &systems);
    let told = server.get(&format!("{request}/receipt")).json(200)["receipt"]["systems"].clone();
    for system in ["vendor", "site"] {
        let of = told.as_array().unwrap().iter().find(|told| told["system"] == system).unwrap();
        assert!(of["search"]["at"].is_string() && of["search"]["found"] == json!([]), "{of:#}");
    }
}

#[test]
fn promise_c34_after_an_erasure_content_stays_without_the_person_and_joins_hold() {
    let systems = Systems::default();
    let server = systems.server();
    erased(&server, &systems);
    let site = systems.site();
    let of_ada =
        "SELECT count(*) FROM posts JOIN users ON users.id = author WHERE posts.id IN (1, 2) AND stars IN (4, 5)";
    assert_eq!(Systems::count(&site, of_ada), 2, "her posts stand, with what is nobody's data");
    let authors = "SELECT count(DISTINCT author) FROM posts WHERE id IN (1, 2)";
    assert_eq!(Systems::count(&site, authors), 1, "by one author still");
    assert_eq!(Systems::count(&site, "SELECT count(*) FROM posts WHERE body LIKE '%mine-q7391%'"), 0);
    assert_eq!(Systems::count(&site, "SELECT count(*) FROM posts WHERE body = 'his'"), 1);
}

#[test]
fn promise_c32_whoever_received_the_data_is_listed_for_the_person() {
    let systems = Systems::default();
    let server = systems.server();
    let request = erased(&server, &systems);
    let told = server.get(&format!("{request}/receipt")).json(200)["receipt"]["recipients"].clone();
    assert_eq!(told[0]["title"], "Mailing Lists Ltd", "{told:#}");
    assert_eq!(told[0]["policy"], "https://lists.example/privacy");
    assert_eq!(told[0]["state"], "to_be_asked_separately");
}

#[test]
fn promise_c35_while_a_request_is_disputed_use_is_restricted_unless_the_administrator_overrides_it() {
    let systems = Systems::default();
    let server = systems.server();
    let ada = server.ada_of_systems();
    let asked = ada.post("/requests", &json!({ "right": "rectification" })).json(201);
    let request = format!("/v1/requests/{}", text(&asked["id"]));
    ada.read("service", &["account.email"]).granted();
    let helper = server.key(&json!({ "label": "help desk", "scopes": ["rights"] }));
    let disputed = helper.post(&format!("{request}/dispute"), &json!({})).json(200);
    assert!(disputed["disputed_at"].is_string(), "{disputed}");
    ada.read("service", &["account.email"]).refused("restriction");
    helper.post(&format!("{request}/dispute/override"), &json!({ "because": "x" })).problem(403, "key.scope_missing");
    ada.read("service", &["account.email"]).refused("restriction");
    let because = json!({ "because": "the contract needs the address to be used meanwhile" });
    let overridden = server.post(&format!("{request}/dispute/override"), &because).json(200);
    assert_eq!(overridden["disputed_at"], json!(null));
    ada.read("service", &["account.email"]).granted();
    server.proves(&ada.newest("restriction_lifted")["entry"]);
    server.post(&format!("{request}/dispute/override"), &because).problem(409, "request.not_disputed");
}

#[test]
fn promise_b20_an_archive_holds_what_every_connected_system_has() {
    let systems = Systems::default();
    let server = systems.server();
    let ada = server.ada_of_systems();
    let archive = ada.post("/export?kind=access", &json!({})).archive();
    assert_eq!(exported(&archive)["account.name"], "Ada-q7391");
    let rows: Vec<Value> = parts(&archive).into_iter().filter(|part| part["part"] == "row").collect();
    let found =
        |system: &str, place: &str| rows.iter().filter(|row| row["system"] == system && row["place"] == place).count();
    assert_eq!((found("vendor", "customers"), found("vendor", "invoices")), (1, 1), "{rows:#?}");
    assert_eq!((found("site", "users"), found("site", "posts")), (1, 2), "{rows:#?}");
    assert!(archive["systems/site/posts.csv"].contains("mine-q7391"));
    assert_eq!(archive["systems/vendor/customers.csv"].lines().count(), 2);
    assert!(
        archive["connected-systems.csv"].contains("paper")
            && archive["connected-systems.csv"].contains("not_connected")
    );
    // The page to read it by, in both languages, leads there and says what the organisation has to give itself.
    assert!(
        archive["index.html"].contains("href=\"systems/site/posts.csv\"")
            && archive["index.html"].contains("mine-q7391")
    );
    assert!(archive["index.de.html"].contains("diesen Teil muss die Organisation selbst geben"));
    // c31: nobody else is in it.
    assert!(!archive.values().any(|file| file.contains("bob@people.example") || file.contains("C-2")), "nobody else");
    // Portable is what the subject gave for the contract.
    let portable = ada.post("/export?kind=portability", &json!({})).archive();
    assert!(portable["systems/site/posts.csv"].contains("mine-q7391"));
    assert!(!portable.values().any(|file| file.contains("1200")), "what the vendor wrote is not hers to take along");
}

#[test]
fn promise_b21_a_correction_reaches_every_copy_within_its_clock() {
    let systems = Systems::default();
    let server = systems.server();
    let ada = server.ada_of_systems();
    let asked = ada.post("/requests", &json!({ "right": "rectification" })).json(201);
    assert_eq!(asked["due_at"], candor_tests::hours_after(&asked["received_at"], 72).as_str());
    let request = format!("/v1/requests/{}", text(&asked["id"]));
    server.post(&format!("{request}/approve"), &json!({})).problem(400, "correction.missing");
    let correction = json!({ "group": "account", "record": ada.records[0], "values": { "name": "Augusta" } });
    server.post(&format!("{request}/approve"), &json!({ "correction": correction })).json(200);
    server.steps_until(&request, "answered");
    assert_eq!(ada.read("service", &["account.name"]).values()["account.name"], "Augusta");
    assert_eq!(Systems::count(&systems.vendor(), "SELECT count(*) FROM customers WHERE name = 'Augusta'"), 1);
    assert_eq!(Systems::count(&systems.site(), "SELECT count(*) FROM users WHERE display_name = 'Augusta'"), 1);
    assert_eq!(Systems::count(&systems.site(), "SELECT count(*) FROM users WHERE display_name = 'Bob'"), 1);
    let receipt = server.get(&format!("{request}/receipt")).json(200);
    assert!(server.verify(&receipt).0);
    assert!(!receipt.to_string().contains("Augusta"));
}

#[test]
fn promise_b22_a_restriction_is_kept_in_the_vault_and_pushed_to_where_it_can_be_held() {
    let systems = Systems::default();
    let server = systems.server();
    let ada = server.ada_of_systems();
    let asked = ada.post("/requests", &json!({ "right": "restriction" })).json(201);
    let request = format!("/v1/requests/{}", text(&asked["id"]));
    server.post(&format!("{request}/approve"), &json!({})).json(200);
    server.steps_until(&request, "answered");
    assert_eq!(Systems::count(&systems.vendor(), "SELECT count(*) FROM customers WHERE frozen = 'yes' AND id = 1"), 1);
    assert_eq!(
        Systems::count(&systems.vendor(), "SELECT count(*) FROM customers WHERE frozen IS NOT NULL AND id = 2"),
        0
    );
    ada.read("service", &["account.email"]).refused("restriction");
    let told = server.get(&format!("{request}/receipt")).json(200)["receipt"].clone();
    assert!(told.to_string().contains("cannot_hold"), "{told:#}");
}

#[test]
fn promise_a08_staff_opens_a_request_and_nothing_leaves_before_the_proof() {
    let systems = Systems::default();
    let server = systems.server();
    let ada = server.ada_of_systems();
    let helper = server.key(&json!({ "label": "help desk", "scopes": ["rights"] }));
    let asked = ada.asked_by(&helper).post("/requests", &json!({ "right": "erasure" })).json(201);
    let request = format!("/v1/requests/{}", text(&asked["id"]));
    // Paused, the clock stands still; it goes on with the proof.
    helper.post(&format!("{request}/pause"), &json!({})).json(200);
    assert_eq!(helper.get(&request).json(200)["state"], "paused");
    helper.post(&format!("{request}/resume"), &json!({})).json(200);
    helper.post(&format!("{request}/approve"), &json!({})).problem(409, "request.identity_unproved");
    assert_eq!(Systems::count(&systems.vendor(), "SELECT count(*) FROM customers"), 2);
    helper.post(&format!("{request}/identity"), &json!({})).json(200);
    helper.post(&format!("{request}/approve"), &json!({})).json(200);
    server.steps_until(&request, "answered");
    // Only whoever may carry rights out gets there.
    let reader = server.key(&json!({ "label": "reader", "scopes": ["read"] }));
    reader.get(&format!("{request}/steps")).problem(403, "key.scope_missing");
    reader.post(&format!("{request}/plan"), &json!({})).problem(403, "key.scope_missing");
}

#[test]
fn promise_d20_before_identity_is_proved_no_system_is_asked_anything() {
    let systems = Systems::default();
    let server = systems.server();
    let ada = server.ada_of_systems();
    // A system that was asked now would fail.
    let away = systems.vendor_file().with_extension("away");
    std::fs::rename(systems.vendor_file(), &away).unwrap();
    let asked = ada.post("/requests", &json!({ "right": "erasure" })).json(201);
    let request = format!("/v1/requests/{}", text(&asked["id"]));
    let disclosed = || ada.accesses().iter().filter(|access| access["kind"] == "disclosure").count();
    let before = disclosed();
    for act in ["plan", "approve", "complete"] {
        server.post(&format!("{request}/{act}"), &json!({})).problem(409, "request.identity_unproved");
    }
    ada.post("/erase", &json!({ "request": asked["id"] })).problem(409, "request.identity_unproved");
    assert_eq!(disclosed(), before, "nothing left the vault");
    std::fs::rename(&away, systems.vendor_file()).unwrap();
    // What names the person for the systems is kept only as long as the request is under way.
    server.post(&format!("{request}/identity"), &json!({})).json(200);
    server.post(&format!("{request}/approve"), &json!({})).json(200);
    server.steps_until(&request, "answered");
    assert_gone(&systems);
    let store = rusqlite::Connection::open(server.folder().join("data/candor.db")).unwrap();
    assert_eq!(Systems::count(&store, "SELECT count(*) FROM slips WHERE kind IN (56, 57)"), 0);
}

#[test]
fn promise_c31_a_hold_and_a_refusal_name_their_ground_and_nothing_is_touched() {
    let systems = Systems::default();
    let server = systems.server();
    let ada = server.ada_of_systems();
    let hold = ada.post("/holds", &json!({ "ground": "case 17" })).json(201);
    assert_eq!(ada.post("/erase", &json!({})).problem(409, "hold.in_force")["ground"], "case 17");
    let request = server.proved_request(&ada, "erasure");
    assert_eq!(ada.delete(&format!("/holds/{}", text(&hold["id"]))).status, 204);
    let refused = server.post(&format!("{request}/refuse"), &json!({ "because": "A17LegalClaims" })).json(200);
    assert_eq!(refused["refused_because"], "JustificationA17LegalClaims");
    server.post(&format!("{request}/approve"), &json!({})).problem(409, "request.closed");
    assert_eq!(Systems::count(&systems.vendor(), "SELECT count(*) FROM customers"), 2);
    ada.read("service", &["account.email"]).granted();
}

#[test]
fn an_erasure_by_whoever_may_goes_through_the_systems_first_and_a_policy_reaches_only_what_it_was_given() {
    let systems = Systems::default();
    let server = systems.server();
    let ada = server.ada_of_systems();
    let under_way = ada.post("/erase", &json!({})).json(202);
    let request = format!("/v1/requests/{}", text(&under_way["id"]));
    server.steps_until(&request, "answered");
    assert_gone(&systems);
    ada.post("/erase", &json!({})).json(200);

    let known = server.get("/v1/systems").json(200);
    let connected: Vec<bool> =
        known["systems"].as_array().unwrap().iter().map(|system| system["is_connected"] == true).collect();
    assert_eq!(connected, [true, true, false]);
    // Set in the environment, and not given to the tenant.
    let mut setup = systems.setup();
    setup.environment.retain(|(name, _)| *name != "CANDOR_SYSTEMS");
    let server = Server::start_as(setup);
    let known = server.get("/v1/systems").json(200);
    assert!(known["systems"].as_array().unwrap().iter().all(|system| system["is_connected"] == false), "{known}");
    server.ada_of_systems().post("/erase", &json!({})).json(200);
}

#[test]
fn a_system_that_is_down_delays_no_other_and_is_gone_on_with_when_it_is_back() {
    let systems = Systems::default();
    let mut server = systems.server();
    let ada = server.ada_of_systems();
    let request = server.proved_request(&ada, "erasure");
    let away = systems.vendor_file().with_extension("away");
    std::fs::rename(systems.vendor_file(), &away).unwrap();
    server.post(&format!("{request}/approve"), &json!({})).json(200);
    let began = std::time::Instant::now();
    let steps = loop {
        let steps = server.get(&format!("{request}/steps")).json(200);
        if step(&steps, "site")["state"] == "acted" && step(&steps, "vendor")["trouble"]["code"].is_string() {
            break steps;
        }
        assert!(began.elapsed().as_secs() < 150, "{steps:#}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    assert_eq!(step(&steps, "vendor")["trouble"]["code"].as_str().map(|code| code.starts_with("system.")), Some(true));
    assert_eq!(Systems::count(&systems.site(), "SELECT count(*) FROM users WHERE mail LIKE 'ada-%'"), 0);
    // Killed, restarted, still not called erased.
    server.kill_and_restart();
    ada.asked_by(&server).get("").json(200);
    server.get(&format!("{request}/receipt")).problem(409, "request.open");
    std::fs::rename(&away, systems.vendor_file()).unwrap();
    let retried = server.post(&format!("{request}/steps/vendor/retry"), &json!({}));
    assert!([200, 409].contains(&retried.status), "{}", retried.text());
    server.steps_until(&request, "answered");
    assert_gone(&systems);
}

#[test]
fn what_a_trigger_copies_where_nobody_mapped_it_is_never_called_erased() {
    let systems = Systems::default();
    systems
        .site()
        .execute_batch("CREATE TABLE plugin_log (at TEXT, who TEXT); INSERT INTO plugin_log VALUES ('now', 'ada-q7391@people.example');")
        .unwrap();
    let server = systems.server();
    let ada = server.ada_of_systems();
    let request = server.proved_request(&ada, "erasure");
    server.post(&format!("{request}/approve"), &json!({})).json(200);
    let steps = server.steps_until(&request, "waiting_for_somebody");
    let site = step(&steps, "site");
    assert_eq!((&site["state"], &site["left"][0]["place"]), (&json!("found_again"), &json!("plugin_log")), "{steps:#}");
    ada.get("").json(200);
    ada.read("service", &["account.email"]).refused("restriction");
    systems.site().execute_batch("DELETE FROM plugin_log; VACUUM;").unwrap();
    server.post(&format!("{request}/steps/site/retry"), &json!({})).json(200);
    server.steps_until(&request, "answered");
    assert_gone(&systems);
}

#[test]
fn killed_at_any_moment_it_is_carried_on_and_the_receipt_is_true() {
    for n_steps in 0..6 {
        let systems = Systems::default();
        let mut server = systems.server();
        let ada = server.ada_of_systems();
        let request = server.proved_request(&ada, "erasure");
        server.post(&format!("{request}/approve"), &json!({})).json(200);
        // The moment is the input.
        std::thread::sleep(std::time::Duration::from_millis(n_steps * 9));
        server.kill_and_restart();
        server.steps_until(&request, "answered");
        assert_gone(&systems);
        ada.asked_by(&server).get("").problem(410, "subject.erased");
        let receipt = server.get(&format!("{request}/receipt")).json(200);
        assert!(server.verify(&receipt).0);
        let told = receipt["receipt"]["systems"][0]["places"].to_string();
        assert!(told.contains("\"n_rows_before\":1"), "{told}");
    }
}

#[test]
fn the_commands_open_plan_run_and_prove_a_request() {
    let systems = Systems::default();
    let server = systems.server();
    let ada = server.ada_of_systems();
    let address = format!("http://{}", server.address().trim_start_matches("http://"));
    let asks = |args: &[&str]| {
        let mut command = candor(&[args, &["--server", &address, "--json"]].concat());
        let output = command.env("CANDOR_API_KEY", server.presented()).output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout.clone(), output.stderr].concat()).into_owned();
        (output.status.code(), serde_json::from_slice::<Value>(&output.stdout).unwrap_or_default(), said)
    };
    let (code, known, said) = asks(&["systems", "list"]);
    assert_eq!((code, &known["systems"][0]["name"]), (Some(0), &json!("vendor")), "{said}");
    // What nobody mapped is a warning; what a mapping names and the system lacks, an error.
    systems.site().execute_batch("ALTER TABLE users ADD COLUMN phone TEXT;").unwrap();
    let (code, checked, said) = asks(&["systems", "check", "site"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(checked["findings"].to_string().contains("phone"), "{checked:#}");
    let (code, proposed, said) = asks(&["systems", "discover", "site"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(proposed["proposal"].as_str().unwrap().contains("place users"), "{proposed:#}");
    assert!(!said.contains("q7391"), "no value goes out: {said}");
    systems.vendor().execute_batch("ALTER TABLE customers RENAME COLUMN number TO no;").unwrap();
    assert_eq!(asks(&["systems", "check", "vendor"]).0, Some(1));
    systems.vendor().execute_batch("ALTER TABLE customers RENAME COLUMN no TO number;").unwrap();
    let (code, opened, said) = asks(&["request", "open", &ada.id, "erasure", "--identity-proved"]);
    assert_eq!(code, Some(0), "{said}");
    let id = text(&opened["id"]).to_owned();
    let (code, plan, said) = asks(&["request", "run", &id, "--dry-run"]);
    assert_eq!((code, &plan["state"]), (Some(0), &json!("planned")), "{said}");
    assert_eq!(Systems::count(&systems.vendor(), "SELECT count(*) FROM customers"), 2);
    let (code, done, said) = asks(&["request", "run", &id]);
    assert_eq!((code, &done["state"]), (Some(0), &json!("answered")), "{said}");
    assert_gone(&systems);
    let (code, receipt, said) = asks(&["request", "receipt", &id]);
    assert_eq!(code, Some(0), "{said}");
    assert!(server.verify(&receipt).0);
    assert_eq!(asks(&["request", "status", "req_nothing"]).0, Some(3));
}
