//! Erasures over two connected systems and one that is not: done, failing, crashing, and at the same time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use candor_ledger::{RightsReceipt, VerifierKey};
use candor_rights::{Approval, RunView, StepView};
use candor_vault::{Beyond, Erasure, NewRecord, ONLY_RECORD};
use candor_words::Instant;
use serde_json::{Value, json};
use support::{Fault, Patience, World, world, world_with};

fn step<'a>(view: &'a RunView, system: &str) -> &'a StepView {
    view.steps.iter().find(|step| step.system == system).unwrap()
}

async fn receipt(world: &World, request: candor_words::RequestId) -> Value {
    let receipt = world.vault.rights_receipt(&world.admin, request).await.unwrap();
    receipt.verify(&VerifierKey::parse(&world.verifier_key).unwrap()).unwrap();
    let json = json!(receipt).to_string();
    for mark in ["ada@example.org", "Ada", "C-77"] {
        assert!(!json.contains(mark), "{json}");
    }
    assert_eq!(RightsReceipt::parse(json.as_bytes()).unwrap(), receipt);
    receipt.rendering().clone()
}

#[tokio::test]
async fn an_erasure_reaches_every_system_is_searched_again_and_ends_with_proof() {
    let world = world().await;
    let ada = world.ada().await;
    let request = world.request(ada, "erasure").await;

    let planned = world.rights.plan(&world.admin, request).await.unwrap();
    assert_eq!((planned.state, step(&planned, "shop").previews[0].would.n_rows), ("planned", 1));
    assert_eq!(step(&planned, "shop").previews[1].would.n_rows, 1, "found by a number that only the shop knew");
    assert_eq!(step(&planned, "paper").state, "not_connected");
    assert_eq!((world.shop.rows("users").len(), planned.named_by.len()), (2, 2), "a plan changes nothing");

    world.rights.approve(&world.admin, request, Approval::default()).await.unwrap();
    let done = world.until(request, "answered").await;
    assert_eq!(done.request.state, "answered");
    assert_eq!(world.vault.subject(&world.admin, ada).await.unwrap_err().code(), "subject.erased");
    assert_eq!(world.shop.rows("users").len(), 1);
    assert_eq!(world.forum.rows("posts")[0]["email"], "gone");

    let told = receipt(&world, request).await;
    let shop = &told["systems"][0];
    assert_eq!((&shop["places"][0]["did"], &shop["places"][0]["n_rows"]), (&json!("deleted"), &json!(1)));
    assert_eq!(
        (&shop["places"][1]["did"], &shop["places"][1]["because"]),
        (&json!("kept"), &json!("Invoices are kept for ten years (HGB § 257)"))
    );
    assert_eq!(shop["search"]["found"], json!([]));
    assert_eq!(shop["search"]["found_in_what_is_kept"][0]["place"], "invoices");
    assert_eq!(
        (&told["systems"][2]["state"], &told["systems"][2]["places"]),
        (&json!("not_connected"), &json!(["folders"]))
    );
    assert!(told["vault"]["n_keys_destroyed"].as_u64().unwrap() > 0, "{told}");
}

#[tokio::test]
async fn while_it_is_under_way_nothing_else_reads_and_the_vault_does_not_go_first() {
    let world = world().await;
    let ada = world.ada().await;
    world.forum.fail(Fault::Refuses);
    let under_way = world.vault.erase_everywhere(&world.admin, ada, None).await.unwrap();
    let Erasure::UnderWay(request) = under_way else { panic!("{under_way:?}") };
    let view = world.until(request, "waiting_for_somebody").await;
    assert_eq!((step(&view, "forum").state, step(&view, "shop").state), ("stuck", "acted"));
    assert_eq!(step(&view, "forum").trouble.as_ref().unwrap().code, "system.privilege_missing");
    assert_eq!(world.shop.n_searches.load(Ordering::SeqCst), 0, "the search waits for every act");
    let standing = world.vault.subject(&world.admin, ada).await.unwrap().standing.unwrap();
    assert!(standing.restriction.unwrap().allowed.is_empty());
    assert_eq!(world.vault.erase(&world.admin, ada, None).await.unwrap_err().code(), "erasure.systems_first");
    assert_eq!(world.vault.erase_everywhere(&world.admin, ada, None).await.unwrap(), under_way, "the same once more");

    world.forum.fail(Fault::None);
    world.rights.retry(&world.admin, request, "forum").await.unwrap();
    world.until(request, "answered").await;
    let again = world.vault.erase_everywhere(&world.admin, ada, None).await.unwrap();
    assert!(matches!(again, Erasure::Done(_)), "{again:?}");
}

#[tokio::test]
async fn refused_half_way_it_reads_again_as_before() {
    let world = world().await;
    let ada = world.ada().await;
    world.forum.fail(Fault::Refuses);
    let request = world.request(ada, "erasure").await;
    world.rights.approve(&world.admin, request, Approval::default()).await.unwrap();
    world.until(request, "waiting_for_somebody").await;
    world.vault.refuse_request(&world.admin, request, "A17LegalClaims").await.unwrap();
    assert_eq!(world.rights.go_on(world.tenant, request).await.unwrap(), None);
    let standing = world.vault.subject(&world.admin, ada).await.unwrap().standing.unwrap();
    assert_eq!(standing.restriction, None);
    assert_eq!(world.until(request, "refused").await.steps, []);
}

#[tokio::test]
async fn passing_failures_hanging_lost_answers_and_broken_connectors_are_tried_again() {
    for fault in [Fault::Down, Fault::Hangs, Fault::LosesAnswers] {
        let world = world().await;
        let ada = world.ada().await;
        world.shop.fail(fault);
        let request = world.request(ada, "erasure").await;
        world.rights.approve(&world.admin, request, Approval::default()).await.unwrap();
        let patience = Patience::default();
        while patience.lasts() {
            let view = world.rights.run(&world.admin, request).await.unwrap();
            if step(&view, "shop").state == "failed" && step(&view, "forum").state == "acted" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let view = world.rights.run(&world.admin, request).await.unwrap();
        assert_eq!(step(&view, "forum").state, "acted", "{fault:?}: one failing system delays no other");
        world.shop.fail(Fault::None);
        world.until(request, "answered").await;
        assert_eq!(world.shop.rows("users").len(), 1, "{fault:?}");
        let told = receipt(&world, request).await;
        assert_eq!(told["systems"][0]["search"]["found"], json!([]), "{fault:?}");
    }
    let world = world().await;
    let ada = world.ada().await;
    let request = world.request(ada, "erasure").await;
    world.rights.plan(&world.admin, request).await.unwrap();
    world.shop.fail(Fault::Panics);
    world.rights.approve(&world.admin, request, Approval::default()).await.unwrap();
    let view = world.until(request, "waiting_for_somebody").await;
    assert_eq!(step(&view, "shop").trouble.as_ref().unwrap().code, "system.failed");
}

#[tokio::test(start_paused = true)]
async fn a_system_that_hangs_keeps_nobody_waiting_for_a_plan_longer_than_a_caller_waits_for_an_answer() {
    let world = world().await.patient();
    let ada = world.ada().await;
    world.forum.fail(Fault::Hangs);
    let request = world.request(ada, "erasure").await;
    let began = tokio::time::Instant::now();
    let planned = world.rights.plan(&world.admin, request).await.unwrap();
    assert!(began.elapsed().as_secs() < 25, "{:?}", began.elapsed());
    assert_eq!(step(&planned, "forum").trouble.as_ref().unwrap().code, "system.timed_out");
    let shop = step(&planned, "shop");
    assert_eq!(
        (shop.previews.len(), shop.trouble.is_none()),
        (2, true),
        "the others are asked all they were to be asked"
    );
}

#[tokio::test]
async fn what_the_application_writes_again_is_erased_again_and_then_said_and_never_called_erased() {
    let row = [("email", "ada@example.org"), ("name", "Ada"), ("customer", "C-77")];
    let row: support::Row = row.into_iter().map(|(column, value)| (column, value.to_owned())).collect();
    for (place, n_times, ends) in
        [("users", 1, "answered"), ("users", 9, "waiting_for_somebody"), ("plugin_copies", 1, "waiting_for_somebody")]
    {
        let world = world().await;
        let ada = world.ada().await;
        *world.shop.writes_again.lock() = Some((place.to_owned(), row.clone(), n_times));
        let request = world.request(ada, "erasure").await;
        world.rights.approve(&world.admin, request, Approval::default()).await.unwrap();
        let view = world.until(request, ends).await;
        if ends == "answered" {
            assert_eq!(receipt(&world, request).await["systems"][0]["search"]["found"], json!([]));
            continue;
        }
        assert_eq!((step(&view, "shop").state, &*step(&view, "shop").left[0].place), ("found_again", place));
        world.vault.subject(&world.admin, ada).await.unwrap();
        assert_eq!(world.vault.rights_receipt(&world.admin, request).await.unwrap_err().code(), "request.open");
        // Mended, and tried again.
        *world.shop.writes_again.lock() = None;
        world.shop.tables.lock().remove("plugin_copies");
        world.rights.retry(&world.admin, request, "shop").await.unwrap();
        world.until(request, "answered").await;
    }
}

#[tokio::test]
async fn two_requests_for_one_person_at_once_end_as_one() {
    let world = world().await;
    let ada = world.ada().await;
    let (one, two) = (world.request(ada, "erasure").await, world.request(ada, "erasure").await);
    let restriction = world.request(ada, "restriction").await;
    let approve = |request| world.rights.approve(&world.admin, request, Approval::default());
    let (first, second, third) = tokio::join!(approve(one), approve(two), approve(restriction));
    first.unwrap();
    assert!(second.is_ok() || second.unwrap_err().code() == "subject.erased");
    drop(third);
    world.until(one, "answered").await;
    world.until(two, "answered").await;
    let told = receipt(&world, one).await;
    assert_eq!(told["requests"].as_array().unwrap().len(), 2);
    assert_eq!(receipt(&world, two).await, told);
    assert_eq!(world.shop.rows("users").len(), 1);
    assert!(
        world.rights.go_on(world.tenant, restriction).await.unwrap().is_none()
            || world.vault.request(&world.admin, restriction).await.unwrap().closed_at.is_some()
    );
}

#[tokio::test]
async fn a_process_that_dies_anywhere_is_followed_by_one_that_ends_it() {
    // The service is dropped and made anew in the midst of it, again and again: whatever was under way is done again.
    let world = world().await;
    let ada = world.ada().await;
    world.shop.fail(Fault::LosesAnswers);
    let request = world.request(ada, "erasure").await;
    world.rights.approve(&world.admin, request, Approval::default()).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    world.shop.fail(Fault::None);
    world.rights.resume_all().await.unwrap();
    world.until(request, "answered").await;
    assert!(world.shop.n_acts.load(Ordering::SeqCst) >= 1);
}

#[tokio::test]
async fn a_hold_that_comes_meanwhile_keeps_the_vault_and_is_said() {
    let world = world().await;
    let ada = world.ada().await;
    world.forum.fail(Fault::Refuses);
    let request = world.request(ada, "erasure").await;
    world.rights.approve(&world.admin, request, Approval::default()).await.unwrap();
    world.until(request, "waiting_for_somebody").await;
    let hold = world.vault.place_hold(&world.admin, ada, "a lawsuit", None).await.unwrap();
    world.forum.fail(Fault::None);
    world.rights.retry(&world.admin, request, "forum").await.unwrap();
    let patience = Patience::default();
    while patience.lasts() {
        if world.rights.run(&world.admin, request).await.unwrap().held_up.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let view = world.until(request, "waiting_for_somebody").await;
    assert_eq!(view.held_up.as_deref(), Some("hold.in_force"));
    world.vault.lift_hold(&world.admin, ada, hold.id).await.unwrap();
    world.until(request, "answered").await;
}

#[tokio::test]
async fn restriction_and_rectification_go_to_every_copy_and_say_what_cannot_hold_them() {
    let world = world().await;
    let ada = world.ada().await;
    let restriction = world.request(ada, "restriction").await;
    world.rights.approve(&world.admin, restriction, Approval::default()).await.unwrap();
    world.until(restriction, "answered").await;
    assert_eq!(world.shop.rows("users")[0]["frozen"], "yes");
    assert_eq!(world.shop.rows("users")[1]["frozen"], "");
    let told = receipt(&world, restriction).await;
    assert_eq!(told["systems"][1]["places"][0]["did"], "cannot_hold");
    assert!(world.vault.subject(&world.admin, ada).await.unwrap().standing.unwrap().restriction.is_some());

    let rectification = world.request(ada, "rectification").await;
    let missing = world.rights.approve(&world.admin, rectification, Approval::default()).await.unwrap_err();
    assert_eq!(missing.code(), "correction.missing");
    let values = [("name".to_owned(), json!("Augusta"))].into();
    let new = NewRecord { group: "account".into(), values, source: "subject".into() };
    let approval = Approval { correction: Some((ONLY_RECORD, new)), terms: None };
    world.rights.approve(&world.admin, rectification, approval).await.unwrap();
    world.until(rectification, "answered").await;
    assert_eq!((&*world.shop.rows("users")[0]["name"], &*world.forum.rows("posts")[0]["name"]), ("Augusta", "Augusta"));
    assert_eq!(world.shop.rows("users")[1]["name"], "Bob");
    assert_eq!(world.forum.rows("posts")[0]["handle"], "augusta", "what is derived from it follows, there too");
    let told = world.vault.rights_receipt(&world.admin, rectification).await.unwrap();
    assert!(!json!(told).to_string().contains("Augusta"));
}

#[tokio::test]
async fn without_a_connected_system_an_erasure_is_what_it_was() {
    let world = world_with(&[]).await;
    let ada = world.ada().await;
    let request = world.request(ada, "erasure").await;
    assert_eq!(world.rights.plan(&world.admin, request).await.unwrap_err().code(), "systems.none");
    let erased = world.vault.erase_everywhere(&world.admin, ada, Some(request)).await.unwrap();
    assert!(matches!(erased, Erasure::Done(_)));
    assert_eq!(world.vault.rights_receipt(&world.admin, request).await.unwrap_err().code(), "receipt.none");
}

#[tokio::test]
async fn paused_it_goes_no_further_until_its_clock_goes_on() {
    let world = world().await;
    let ada = world.ada().await;
    let request = world.request(ada, "erasure").await;
    let due_at = world.vault.request(&world.admin, request).await.unwrap().due_at;
    world.vault.pause_request(&world.admin, request).await.unwrap();
    let paused = world.rights.approve(&world.admin, request, Approval::default()).await.unwrap_err();
    assert_eq!(paused.code(), "request.paused");
    world.clock.set(Instant::from_millis(world.vault.now().as_millis() + 86_400_000));
    let resumed = world.rights.resume(&world.admin, request).await.unwrap();
    assert_eq!(resumed.due_at.as_millis() - due_at.as_millis(), 86_400_000);
    world.rights.approve(&world.admin, request, Approval::default()).await.unwrap();
    world.until(request, "answered").await;
    drop(Arc::clone(&world.vault));
}

#[tokio::test]
async fn an_export_reads_every_system_at_once_and_names_those_it_could_not() {
    let world = world().await;
    let ada = world.ada().await;
    world.forum.fail(Fault::Refuses);
    let (mut rows, mut ends) = (Vec::new(), Vec::new());
    let mut export = world.vault.export(&world.admin, ada, candor_vault::ExportKind::Access).await.unwrap();
    while let Some(part) = export.next().await.unwrap() {
        match part {
            candor_vault::ExportPart::Row(row) => rows.push(row),
            candor_vault::ExportPart::System(end) => ends.push(end),
            _ => {}
        }
    }
    let places: Vec<&str> = rows.iter().map(|row| &*row.place).collect();
    assert_eq!(places, ["users", "invoices"], "found by a number that only the shop knew");
    assert_eq!(rows[0].values["name"].value.as_deref(), Some("Ada"));
    assert_eq!((&*rows[0].withheld[0].field, rows[0].withheld[0].code), ("frozen", "others.information"));
    ends.sort_by(|a, b| a.system.cmp(&b.system));
    let ends: Vec<_> = ends.iter().map(|end| (&*end.system, end.state, end.n_rows)).collect();
    assert_eq!(ends, [("forum", "failed", 0), ("paper", "not_connected", 0), ("shop", "read", 2)]);

    let mut portable = world.vault.export(&world.admin, ada, candor_vault::ExportKind::Portability).await.unwrap();
    while let Some(part) = portable.next().await.unwrap() {
        if let candor_vault::ExportPart::Row(row) = part {
            // Nothing of the policy is on consent or contract: nothing is portable.
            panic!("{row:?}");
        }
    }
}

#[tokio::test]
async fn what_a_system_knows_a_person_by_and_the_vault_as_somebody_elses_leads_to_nobodys_rows() {
    let world = world().await;
    let ada = world.ada().await;
    let values = [("email", "bob@example.org"), ("name", "Bob"), ("customer", "C-77")];
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let record = NewRecord { group: "account".into(), values, source: "subject".into() };
    let new = candor_vault::NewSubject { records: vec![record], contract: None };
    world.vault.create_subject(&world.admin, new).await.unwrap();
    // The shop has Bob's number in Ada's row, and his invoice goes by it.
    let request = world.request(ada, "erasure").await;
    let planned = world.rights.plan(&world.admin, request).await.unwrap();
    assert_eq!(planned.named_by, ["account.email"]);
    let invoices: u64 = step(&planned, "shop").previews.iter().skip(1).map(|preview| preview.would.n_rows).sum();
    assert_eq!(invoices, 0, "{planned:?}");
    world.rights.approve(&world.admin, request, Approval::default()).await.unwrap();
    world.until(request, "answered").await;
    assert_eq!(world.shop.rows("invoices").len(), 1);
}

#[tokio::test]
async fn a_step_that_is_tried_again_is_carried_out_as_the_policy_in_force_maps_it() {
    let world = world().await;
    let ada = world.ada().await;
    world.forum.put("drafts", &[("email", "ada@example.org"), ("name", "Ada")]);
    let request = world.request(ada, "erasure").await;
    world.rights.approve(&world.admin, request, Approval::default()).await.unwrap();
    let found = world.until(request, "waiting_for_somebody").await;
    assert_eq!((step(&found, "forum").state, step(&found, "forum").left[0].place.as_str()), ("found_again", "drafts"));

    let drafts = "    place drafts key id {\n        owned by subject through email as account.email\n        on erasure delete\n    }\n";
    let mended = support::POLICY.replace("    place posts key id {", &format!("{drafts}    place posts key id {{"));
    let mended = mended.replace("version 2026-01-29", "version 2026-01-30");
    let put = world.vault.put_policy(&world.admin, vec![("policy.candor".into(), mended)]).await.unwrap();
    world.rights.retry(&world.admin, request, "forum").await.unwrap();
    world.until(request, "answered").await;
    assert_eq!(world.forum.rows("drafts").len(), 0);
    let told = receipt(&world, request).await;
    assert_eq!(told["systems"][1]["policy"]["version"], "2026-01-30", "{put:?}");
    assert_eq!((&told["systems"][0]["policy"], &told["policy"]["version"]), (&Value::Null, &json!("2026-01-29")));
}
