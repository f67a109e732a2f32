//! Keep rules in connected systems: what is over its time there goes, what is held stays, and nothing that fails is forgotten.

use candor_ledger::EntryBody;
use candor_tests::{KeptSystems, Mirror, Server, candor, in_time, kept_rows, text};
use candor_vault::ContractAct;
use serde_json::{Value, json};

const DELETED: u8 = 1;
const UNACKNOWLEDGED: u8 = 4;
const FAILED: u8 = 5;

/// What the ledger says of systems, newest last: outcome and number of rows. Nothing of it is about anybody.
fn told(server: &Server) -> Vec<(u8, u64)> {
    let mut mirror = Mirror::of(server, "kept");
    mirror.catch_up(server);
    let of_systems = mirror.entries().iter().filter_map(|entry| match entry.body {
        EntryBody::SystemKept { outcome, n_rows, .. } => {
            assert!(entry.subject.is_none());
            Some((outcome, n_rows))
        }
        _ => None,
    });
    of_systems.collect()
}

#[test]
fn what_is_over_its_time_in_a_system_goes_and_what_is_held_stays_with_its_ground() {
    let systems = KeptSystems::default();
    for (id, email) in [(1, "gone@kept.example"), (2, "held@kept.example"), (3, "stays@kept.example")] {
        systems.user(id, email);
    }
    systems.visits(1, 3, 10);
    systems.make_crm(&["gone@kept.example", "held@kept.example", "stays@kept.example"]);
    systems.export(&["gone@kept.example", "held@kept.example", "stays@kept.example"]);
    let (server, (gone, held)) = systems.lived(100, async |past| {
        let gone = past.account("gone@kept.example").await;
        let held = past.account("held@kept.example").await;
        past.account("stays@kept.example").await;
        past.vault.place_hold(&past.admin, held, "case 17", None).await.unwrap();
        past.pass(60, candor_words::SpanUnit::Day);
        for left in [gone, held] {
            past.vault.contract(&past.admin, left, ContractAct::End).await.unwrap();
            past.vault.deactivate(&past.admin, left).await.unwrap();
        }
        (gone, held)
    });

    // The vault forgets whoever left forty days ago, and so do the systems, by whichever way it is found there.
    in_time("the vault forgets", || server.known(gone).get("").status == 410);
    in_time("the desk forgets", || systems.contacts() == 2);
    in_time("the exports forget", || !systems.exported().contains("gone@"));
    assert!(systems.exported().contains("held@") && systems.exported().contains("stays@"));
    // Visits of ten days ago are kept a year, and lean on the account: it waits for them, and that is told.
    let shop = server.would_keep_in("shop");
    assert_eq!(systems.count("SELECT count(*) FROM users"), 3);
    assert_eq!(kept_rows(&shop, "users", "held"), 1, "{shop:#}");

    // Twice: a run that began by itself meanwhile is over then, and none comes for hours.
    for _ in 0..2 {
        assert_eq!(server.kept_in("shop")["state"], "done");
    }

    // A dry run says place by place what would go, by which statement, what stays and why; it changes nothing.
    systems.visits(3, 400, 400);
    systems.visits(2, 5, 400);
    systems.shop().execute("INSERT INTO visits (user_id, page, seen_at) VALUES (3, 'undated-q', NULL)", []).unwrap();
    let address = format!("http://{}", server.address());
    let asked = |more: &[&str]| {
        let mut command = candor(&[&["retention", "--server", &address], more].concat());
        let output = command.env("CANDOR_API_KEY", server.presented()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    for _ in 0..2 {
        let said = asked(&["--dry-run"]);
        let parts = [
            "visits deleted: 400 rows (visit.page)",
            "DELETE FROM \"visits\"",
            "visits held: 5 rows (visit.page): case 17",
            "visits undated: 1 rows",
            "not_connected",
            "end what is over there yourself",
        ];
        for part in parts {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!said.contains("@kept.example"), "{said}");
    }
    assert_eq!(systems.count("SELECT count(*) FROM visits"), 409);

    // A run does it, looks again, and the ledger and the figures tell how many, of nobody.
    let ran: Value = serde_json::from_str(&asked(&["--json"])).unwrap();
    assert_eq!(ran["systems"][0]["state"], "done", "{ran:#}");
    assert_eq!(kept_rows(&ran["systems"][0], "visits", "deleted"), 400, "{ran:#}");
    assert_eq!(systems.count("SELECT count(*) FROM visits WHERE page LIKE 'page-q%'"), 8);
    in_time("the ledger tells", || told(&server).last() == Some(&(DELETED, 400)));
    let figures = server.get("/metrics").text();
    let line = figures
        .lines()
        .find(|line| line.starts_with("candor_retention_rows_ended"))
        .unwrap_or_else(|| panic!("{figures}"));
    assert!(line.rsplit(' ').next().unwrap().parse::<u64>().unwrap() >= 400, "{line}");
    assert!(!server.log().contains("@kept.example"));
    assert!(server.log().contains("keep rules were carried out in a connected system"));

    // Once the hold is lifted, theirs go by themselves: first what is over by its own date, then the account.
    let holds = server.known(held).get("/holds").json(200);
    server.known(held).delete(&format!("/holds/{}", text(&holds["items"][0]["id"]))).json(204);
    in_time("nobody is held any more", || server.known(held).get("").status == 410);
    in_time("their rows go", || systems.count("SELECT count(*) FROM users WHERE id = 2") == 0);
    in_time("everywhere", || systems.contacts() == 1 && !systems.exported().contains("held@"));
    assert_eq!(systems.count("SELECT count(*) FROM visits WHERE user_id = 2"), 0);
    assert!(systems.exported().contains("stays@"));
}

#[test]
fn a_system_that_fails_is_tried_again_and_hinders_nobody() {
    let systems = KeptSystems::default();
    systems.user(1, "gone@kept.example");
    systems.export(&["gone@kept.example"]);
    let (mut server, gone) = systems.lived(100, async |past| {
        let gone = past.account("gone@kept.example").await;
        past.pass(60, candor_words::SpanUnit::Day);
        past.vault.contract(&past.admin, gone, ContractAct::End).await.unwrap();
        past.vault.deactivate(&past.admin, gone).await.unwrap();
        gone
    });
    // The desk cannot be opened; the vault, the shop and the exports go on without it.
    in_time("the vault forgets", || server.known(gone).get("").status == 410);
    in_time("the shop forgets", || systems.count("SELECT count(*) FROM users") == 0);
    in_time("the exports forget", || !systems.exported().contains("gone@"));
    let crm = server.kept_in("crm");
    assert_eq!(crm["state"], "failed", "{crm:#}");
    assert!(text(&crm["trouble"]["code"]).starts_with("system."), "{crm:#}");
    assert!(crm["again_at"].is_string(), "{crm:#}");
    in_time("the ledger tells", || told(&server).contains(&(FAILED, 0)));

    // Days later, after a crash, the desk is there again: it still knows whom it has to forget, though the vault does not.
    server.kill_and_restart();
    systems.make_crm(&["gone@kept.example", "stays@kept.example"]);
    assert_eq!(server.kept_in("crm")["state"], "done");
    assert_eq!(systems.contacts(), 1);
    assert_eq!(server.kept_in("crm")["places"], json!([]), "nothing is left to do");
}

#[test]
fn whoever_has_the_address_of_somebody_forgotten_by_now_keeps_their_rows() {
    let systems = KeptSystems::default();
    systems.export(&[]);
    let (server, gone) = systems.lived(100, async |past| {
        let gone = [past.account("gone@kept.example").await, past.account("left@kept.example").await];
        past.pass(60, candor_words::SpanUnit::Day);
        for one in gone {
            past.vault.contract(&past.admin, one, ContractAct::End).await.unwrap();
            past.vault.deactivate(&past.admin, one).await.unwrap();
        }
        gone
    });
    for one in gone {
        in_time("the vault forgets", || server.known(one).get("").status == 410);
    }
    assert_eq!(server.kept_in("crm")["state"], "failed", "the desk is away");
    server.person(&[("account", json!({ "email": "gone@kept.example", "name": "New" }))]);
    systems.make_crm(&["gone@kept.example", "left@kept.example"]);
    assert_eq!(server.kept_in("crm")["state"], "done");
    assert_eq!(systems.contacts(), 1, "one is a newcomer's, the other nobody's");
}

#[test]
fn a_run_that_is_killed_in_the_middle_is_done_again_and_what_it_did_is_told() {
    let systems = KeptSystems::default();
    systems.make_crm(&[]);
    systems.export(&[]);
    systems.user(1, "stays@kept.example");
    let (mut server, _) = systems.lived(10, async |past| past.account("stays@kept.example").await);
    in_time("a first run", || !server.would_keep_in("shop")["ran_at"].is_null());
    for is_committed in [false, true] {
        systems.visits(1, 1_000, 500);
        let before = told(&server).len();
        // Somebody else is writing: the run waits for its turn, having said what it is about to do.
        let other = systems.shop();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let n_lines = server.log().matches("rows of a connected system are about to end").count();
        let client = (*server).clone();
        let running = std::thread::spawn(move || client.post("/v1/retention/systems/run", &json!({})));
        in_time("a run begins", || {
            server.log().matches("rows of a connected system are about to end").count() > n_lines
        });
        server.kill();
        assert!(running.join().is_err(), "nobody is left to answer");
        if is_committed {
            // As if the killed run had come so far: its rows are gone, and nobody acknowledged it.
            other.execute("DELETE FROM visits", []).unwrap();
            other.execute_batch("COMMIT").unwrap();
        } else {
            other.execute_batch("ROLLBACK").unwrap();
            assert_eq!(systems.count("SELECT count(*) FROM visits"), 1_000, "all of it or nothing");
        }
        server.start_again();
        in_time("it is done", || systems.count("SELECT count(*) FROM visits") == 0);
        in_time("and told", || told(&server).len() > before);
        let outcome = if is_committed { UNACKNOWLEDGED } else { DELETED };
        assert_eq!(told(&server).split_off(before), [(outcome, 1_000)]);
    }
}
