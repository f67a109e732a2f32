//! A day at the console: what is urgent stands first, what is next is said, everything can be found again; two people at once are told
//! kindly, and no state is a dead end.

use candor_tests::{
    At, AtDesk, Browser, OFFICE_PASSWORD, Office, Page, Person, Scheme, Server, Setup, Systems, letter, text,
};
use candor_words::Clock as _;
use serde_json::{Value, json};

const ADA: &str = "ada-q7391@people.example";

/// So many hours ago, as requests tell it.
fn ago(hours: i64) -> String {
    let now = candor_words::SystemClock.now().as_millis();
    candor_words::Instant::from_millis(now - hours * 3_600_000).to_string()
}

/// Opens a request; its id.
#[track_caller]
fn opened(person: &Person, right: &str, hours: i64) -> String {
    let asked = person.post("/requests", &json!({ "right": right, "received_at": ago(hours) })).json(201);
    text(&asked["id"]).to_owned()
}

/// Where some texts stand in a page, in this order.
#[track_caller]
fn in_order(page: &str, texts: &[&str]) {
    let mut from = 0;
    for text in texts {
        let at = page[from..].find(text);
        from += at.unwrap_or_else(|| panic!("`{text}` does not follow in {page}"));
    }
}

#[test]
fn the_list_shows_what_is_next_and_is_made_shorter_by_filters_search_and_pages() {
    let office = Office::default();
    let (ada, bob) = (office.ada(), office.person("bob@people.example", "Bob"));
    let mut boss = office.staff("boss@vendor.example", &[], true);
    let late = opened(&ada, "erasure", 24 * 45);
    let soon = opened(&ada, "rectification", 60);
    let refused = opened(&ada, "access", 1);
    office
        .server
        .post(&format!("/v1/requests/{refused}/refuse"), &json!({ "because": "A12ManifestlyUnfounded" }))
        .json(200);
    let paused = opened(&ada, "objection", 2);
    office.server.post(&format!("/v1/requests/{paused}/pause"), &json!({})).json(200);
    for hours in 0..28 {
        opened(&bob, "withdrawal", hours);
    }

    // What waits for us stands there, the most urgent first, each with what is next.
    assert_eq!(boss.get("requests"), 200);
    in_order(
        boss.page(),
        &[
            &late,
            "overdue",
            "Have it proved who asks",
            "days late",
            &soon,
            "Work out what would be done",
            "12 hours left",
        ],
    );
    in_order(boss.page(), &["For us to do", ">30<", "Waiting for others", ">1<", "Closed", ">1<", "All", ">32<"]);
    for other in [&refused, &paused] {
        assert!(!boss.page().contains(other.as_str()), "{other}: {}", boss.page());
    }
    assert!(boss.page().contains("Page 1 of 2") && boss.page().contains("page=2"), "{}", boss.page());
    assert_eq!(boss.get("requests?show=ours&page=2"), 200);
    assert!(boss.page().contains("Page 2 of 2") && !boss.page().contains(&late), "{}", boss.page());

    // The others are found by what they wait for.
    boss.get("requests?show=others");
    assert!(boss.page().contains(&paused) && boss.page().contains("has to say something first"), "{}", boss.page());
    boss.get("requests?show=closed");
    assert!(boss.page().contains(&refused) && boss.page().contains("closed on"), "{}", boss.page());
    assert!(!boss.page().contains(&late));
    boss.get("requests?show=all&right=erasure");
    assert!(boss.page().contains(&late) && !boss.page().contains(&soon), "{}", boss.page());

    // A person's are found by their id, and one request by its own.
    boss.get(&format!("requests?whose={}", ada.id));
    for id in [&late, &soon, &refused, &paused] {
        assert!(boss.page().contains(id.as_str()), "{id}: {}", boss.page());
    }
    assert_eq!(boss.get(&format!("requests?whose={soon}")), 303);
    assert_eq!(boss.get("requests?whose=nothing+such"), 200);
    assert!(boss.page().contains("There is no such request."), "{}", boss.page());
}

#[test]
fn two_people_who_act_at_once_are_told_so_within_the_console_and_led_to_how_it_stands() {
    let office = Office::default();
    let ada = office.ada();
    let mut one = office.staff("one@vendor.example", &[], true);
    let mut two = office.staff("two@vendor.example", &[], true);
    let request = opened(&ada, "erasure", 1);
    office.server.post(&format!("/v1/requests/{request}/identity"), &json!({})).json(200);
    let page = format!("requests/{request}");
    one.act(&page, &[("act", "plan")]);
    let looked_at =
        text(&office.server.get(&format!("/v1/requests/{request}/steps")).json(200)["planned_at"]).to_owned();

    // What one looked at is not what would be done now.
    two.act(&page, &[("act", "plan")]);
    let stale = [("act", "approve"), ("planned", looked_at.as_str()), ("sure", "yes")];
    assert_eq!(one.submit(&page, &page, &stale).status, 409);
    let kindly = |who: &AtDesk, said: &str| {
        for part in [said, "Perhaps somebody else was faster", "See how it stands now", &page, "Sign out"] {
            assert!(who.page().contains(part), "{part}: {}", who.page());
        }
        assert!(!who.page().contains("To the sign-in page"));
    };
    kindly(&one, "It was worked out anew meanwhile");
    assert_eq!(Systems::count(&office.systems.vendor(), "SELECT count(*) FROM customers"), 2, "nothing was begun");

    // Two refuse it.
    let refuse = [("act", "refuse"), ("refuse-why", "A12ManifestlyUnfounded"), ("sure", "yes")];
    let reply = two.submit(&page, &page, &refuse);
    assert_eq!(reply.status, 303);
    assert_eq!(one.submit(&page, &page, &refuse).status, 409);
    kindly(&one, "This request is closed already.");

    // Whoever has no seat for it is told within the console too.
    let mut desk = office.staff("desk@vendor.example", &["desk"], false);
    assert_eq!(desk.get(&page), 403);
    assert!(desk.page().contains("for whoever administers") && desk.page().contains("Sign out"), "{}", desk.page());
}

/// What an act says of itself on the page that follows.
#[track_caller]
fn says(desk: &mut AtDesk, page: &str, fields: &[(&str, &str)], said: &str) {
    let reply = desk.submit(page, page, fields);
    assert_eq!(reply.status, 303, "{fields:?}: {}", desk.page());
    let to = candor_tests::location(&reply);
    let below = to.split_once("/console/").expect("a page of the console").1.to_owned();
    assert_eq!(desk.get(&below), 200);
    assert!(desk.page().contains(said), "{said}: {}", desk.page());
}

#[test]
fn every_act_says_what_it_did_and_a_form_that_is_wrong_keeps_what_was_typed() {
    let office = Office::default();
    let ada = office.ada();
    let mut boss = office.staff("boss@vendor.example", &[], true);
    let person = format!("people/{}", ada.id);

    // A letter that came on paper some days ago: the clock runs from then, and not from a day to come.
    let open = format!("{person}/requests");
    let asked = |day: &'static str| [("right", "restriction"), ("country", ""), ("received", day)];
    assert_eq!(boss.submit(&person, &open, &asked("2096-01-01")).status, 422);
    assert!(boss.page().contains("a day that is not yet to come"), "{}", boss.page());
    let day = ago(24 * 3)[..10].to_owned();
    let reply = boss.submit(&person, &open, &[("right", "restriction"), ("country", ""), ("received", &day)]);
    assert_eq!(reply.status, 303, "{}", boss.page());
    let to = candor_tests::location(&reply);
    assert!(to.contains("?done=opened"), "{to}");
    let page = to.split_once("/console/").unwrap().1.split('?').next().unwrap().to_owned();
    let request = format!("/v1/{page}");
    assert!(text(&office.server.get(&request).json(200)["received_at"]).starts_with(&day));

    says(&mut boss, &page, &[("act", "plan")], "Nothing was changed.");
    says(&mut boss, &page, &[("act", "pause")], "The clock stands still.");
    says(&mut boss, &page, &[("act", "resume")], "The clock goes on");
    let terms = [("act", "approve"), ("allowed.service", "yes"), ("agreement", "A-17"), ("until", "2001-01-01")];
    assert_eq!(boss.submit(&page, &page, &terms).status, 422);
    for kept in ["value=\"A-17\"", "value=\"2001-01-01\"", "Write a day to come"] {
        assert!(boss.page().contains(kept), "{kept}: {}", boss.page());
    }
    let box_of = boss.page().split("name=\"allowed.service\"").nth(1).unwrap().split('>').next().unwrap().to_owned();
    assert!(box_of.contains("checked"), "{box_of}");

    // A correction without a value is no correction.
    let correction = opened(&ada, "rectification", 1);
    let page = format!("requests/{correction}");
    boss.act(&page, &[("act", "plan")]);
    let empty = [("act", "approve"), ("field", "account.name"), ("value", " ")];
    assert_eq!(boss.submit(&page, &page, &empty).status, 422, "{}", boss.page());
    assert!(boss.page().contains("Write the right value"), "{}", boss.page());

    // The letter says it in plain words, in both languages.
    let refused = opened(&ada, "access", 1);
    let page = format!("requests/{refused}");
    let refuse = [("act", "refuse"), ("refuse-why", "A12ManifestlyExcessive"), ("sure", "yes")];
    says(&mut boss, &page, &refuse, "the person was written to");
    assert!(boss.page().contains("Refused because: It is manifestly excessive"), "{}", boss.page());
    let written = letter(&office.sink, ADA, "About your request");
    for said in
        ["The reason: the request is manifestly excessive.", "Ihr Antrag", "der Antrag ist offenkundig exzessiv."]
    {
        assert!(written.contains(said), "{said}: {written}");
    }
    assert!(!written.contains("Justification"), "{written}");
}

#[test]
fn what_is_found_again_and_what_a_hold_keeps_back_is_seen_to_at_the_console() {
    let office = Office::default();
    let ada = office.ada();
    let mut boss = office.staff("boss@vendor.example", &[], true);
    office
        .systems
        .vendor()
        .execute_batch("CREATE TABLE rooms (name TEXT); INSERT INTO rooms VALUES ('C-7391');")
        .unwrap();
    ada.change("account", &json!({ "customer": "C-7391" })).json(200);
    let request = opened(&ada, "erasure", 1);
    let address = format!("/v1/requests/{request}");
    office.server.post(&format!("{address}/identity"), &json!({})).json(200);
    office.server.post(&format!("{address}/approve"), &json!({})).json(200);
    office.server.steps_until(&address, "waiting_for_somebody");
    let page = format!("requests/{request}");
    boss.get("requests");
    in_order(boss.page(), &[&request, "See to what is stuck"]);

    // It is a room's name: said with a reason, on the page itself.
    assert_eq!(boss.get(&page), 200);
    assert!(boss.page().contains("Not this person"), "{}", boss.page());
    let hold = ada.post("/holds", &json!({ "ground": "case 17" })).json(201);
    let room = [("act", "not-them"), ("system", "vendor"), ("place", "rooms"), ("column", "name")];
    assert_eq!(boss.submit(&page, &page, &[room.as_slice(), &[("not-them-why", " ")]].concat()).status, 422);
    assert!(boss.page().contains("why it is somebody else"), "{}", boss.page());
    let decided = [room.as_slice(), &[("not-them-why", "a meeting room of that name")]].concat();
    says(&mut boss, &page, &decided, "It is noted that what was found is somebody else");

    // Meanwhile there is a hold: it is said, and once it is released the answer is tried again.
    let held = |steps: &Value| steps["held_up"] == "hold.in_force";
    let began = std::time::Instant::now();
    while !held(&office.server.get(&format!("{address}/steps")).json(200)) {
        assert!(began.elapsed().as_secs() < 60, "the hold does not hold it up");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    boss.get(&page);
    assert!(
        boss.page().contains("A legal hold was placed") && boss.page().contains("Try to answer it again"),
        "{}",
        boss.page()
    );
    ada.delete(&format!("/holds/{}", text(&hold["id"])));
    says(&mut boss, &page, &[("act", "retry"), ("system", "vendor")], "It is tried again now.");
    office.server.steps_until(&address, "answered");
}

#[test]
fn without_a_connected_system_an_erasure_and_a_correction_are_carried_out_at_the_console_all_the_same() {
    let systems = Systems::default();
    let mut setup: Setup = systems.setup_of("office");
    setup.environment.clear();
    let server = Server::start_as(setup);
    let person = |email: &str| {
        let values = json!({ "email": email, "name": "Somebody", "password": { "plain": OFFICE_PASSWORD } });
        server.person(&[("account", values)])
    };
    let (ada, boss) = (person(ADA), person("boss@vendor.example"));
    server.send("PUT", &format!("/v1/staff/{}", boss.id), &json!({ "administrator": true }), &[]).json(200);
    let mut boss = AtDesk::at(&server, "boss@vendor.example");

    let correction = opened(&ada, "rectification", 1);
    let page = format!("requests/{correction}");
    let right = [("act", "approve"), ("field", "account.name"), ("value", "Ada the second")];
    says(&mut boss, &page, &right, "The request is answered.");
    assert_eq!(server.get(&format!("/v1/{page}")).json(200)["state"], "answered");

    let erasure = opened(&ada, "erasure", 1);
    let page = format!("requests/{erasure}");
    server.post(&format!("/v1/{page}/identity"), &json!({})).json(200);
    assert_eq!(boss.submit(&page, &page, &[("act", "approve")]).status, 200);
    assert!(boss.page().contains("erased from the vault alone"), "{}", boss.page());
    says(&mut boss, &page, &[("act", "approve"), ("sure", "yes")], "The person is erased");
    ada.get("").problem(410, "subject.erased");
}

/// Looks at a page in a language, by day and night, at a desk and on a phone.
fn look_at(page: &Page, address: &str, name: &str) {
    for (language, scheme, width) in [("de", Scheme::Dark, 390), ("en", Scheme::Light, 1280)] {
        let mark = if address.contains('?') { '&' } else { '?' };
        assert_eq!(page.goto(&format!("{address}{mark}lang={language}")).status, 200, "{address}");
        page.set_scheme(scheme);
        page.set_viewport(width, 800);
        page.assert_accessible();
        let across = page.evaluate("document.documentElement.scrollWidth").as_u64().expect("a width");
        assert!(across <= u64::from(width), "{address} is {across} across in a window of {width}");
        page.screenshot(&format!("desk-{name}-{language}"));
        let complaints = page.complaints();
        assert!(complaints.is_empty(), "{address}: {complaints:?}");
    }
}

#[test]
fn lists_systems_and_a_plan_of_1200_places_are_fit_for_everybody() {
    const PLACES: usize = 1_200;
    let systems = Systems::default();
    let archive = systems.vendor_file().with_file_name("archive.db");
    let tables: String =
        (0..PLACES).map(|at| format!("CREATE TABLE t{at} (id INTEGER PRIMARY KEY, email TEXT);")).collect();
    let archived = rusqlite::Connection::open(&archive).expect("the archive's file");
    archived
        .execute_batch(&format!("BEGIN; {tables} INSERT INTO t7 (email) VALUES ('{ADA}'); COMMIT;"))
        .expect("its tables");
    drop(archived);
    let places: String = (0..PLACES)
        .map(|at| {
            format!(
                "    place t{at} key id {{\n        owned by subject through email as account.email\n        \
                 account.email at email\n        on erasure delete\n    }}\n"
            )
        })
        .collect();
    let policy = std::fs::read_to_string("tests/office.candor").expect("the policy");
    let system = format!("\nsystem archive \"The archive\" is sqlite at env ARCHIVE_FILE {{\n{places}}}\n");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("office.candor");
    std::fs::write(&file, format!("{policy}{system}")).expect("the policy");
    let mut setup = systems.setup_of("office");
    setup.policies = vec![file];
    for (name, value) in &mut setup.environment {
        if *name == "CANDOR_SYSTEMS" {
            value.push_str(",office:ARCHIVE_FILE");
        }
    }
    setup.environment.push(("ARCHIVE_FILE", archive.display().to_string()));
    let server = Server::start_as(setup);
    let person = |email: &str| {
        let values = json!({ "email": email, "name": "Somebody", "password": { "plain": OFFICE_PASSWORD } });
        server.person(&[("account", values)])
    };
    let (ada, boss) = (person(ADA), person("boss@vendor.example"));
    server.send("PUT", &format!("/v1/staff/{}", boss.id), &json!({ "administrator": true }), &[]).json(200);
    let request = opened(&ada, "erasure", 1);
    server.post(&format!("/v1/requests/{request}/identity"), &json!({})).json(200);
    // On a machine that is busy the archive may not say in time what would be done: it is asked anew.
    let is_foreseen = || {
        let planned = server.post(&format!("/v1/requests/{request}/plan"), &json!({})).json(200);
        planned["steps"].as_array().is_some_and(|steps| steps.iter().all(|step| step["trouble"].is_null()))
    };
    assert!((0..20).any(|_| is_foreseen()), "the archive does not say what would be done");
    for (right, hours) in [("rectification", 100), ("rectification", 61), ("access", 24 * 40), ("objection", 5)] {
        opened(&ada, right, hours);
    }

    let browser = Browser::start();
    let page = browser.page();
    let base = format!("http://{}", server.address());
    page.goto(&format!("{base}/office/sign-in?then=/office/console/requests"));
    page.fill(At::Css("#identifier"), "boss@vendor.example");
    page.fill(At::Css("#password"), OFFICE_PASSWORD);
    page.click(At::Css("main form .button.main"));
    page.wait_for_url("/office/console/requests");
    look_at(&page, &format!("{base}/office/console/requests"), "list");
    look_at(&page, &format!("{base}/office/console/requests?show=late"), "list-late");
    look_at(&page, &format!("{base}/office/console/systems"), "systems");
    look_at(&page, &format!("{base}/office/console/systems/vendor?compare=yes"), "system");
    look_at(&page, &format!("{base}/office/console/systems/paper"), "system-away");
    let plan = format!("{base}/office/console/requests/{request}");
    look_at(&page, &plan, "plan-1200");
    assert!(page.all_text().contains("1,200 places, 1 of them with rows of this person"), "{}", page.all_text());
    let height = page.evaluate("document.documentElement.scrollHeight").as_u64().expect("a height");
    assert!(height < 6_000, "a plan of 1200 places is {height} high");

    // The list is made shorter by keys alone.
    page.goto(&format!("{base}/office/console/requests"));
    page.tab_to("Request or person (optional)");
    page.type_text(&ada.id[..20]);
    page.tab_to("Show these");
    page.press("Enter");
    page.wait_for_url("whose=sub_");
    assert_eq!(page.count(At::Css("main tbody tr")), 5, "{}", page.all_text());
}
