//! What people are promised to see and to decide by themselves, kept by the pages of the privacy centre.

use candor_tests::{Client, MailSink, Person, Server, Setup, Visitor};
use candor_words::{Instant, Span, SpanUnit};
use serde_json::json;

const POLICY: &str = "../policies/assigntask/policy.candor";
const PASSWORD: &str = "correct horse battery";
const EMAIL: &str = "ada@people.example";

fn assigntask(sink: &MailSink) -> (Server, Person) {
    let server = Server::start_as(Setup::with_mail("assigntask", sink));
    let account = json!({ "email": EMAIL, "name": "Ada Lovelace", "password": { "plain": PASSWORD } });
    let ada = server.person(&[("account", account)]);
    (server, ada)
}

fn signed_in(server: &Client, slug: &str) -> Visitor {
    let mut visitor = Visitor::of(server);
    visitor.get(&format!("/{slug}/sign-in"));
    let reply = visitor.submit(&format!("/{slug}/sign-in"), &[("identifier", EMAIL), ("password", PASSWORD)]);
    assert_eq!(reply.status, 303, "{}", visitor.page());
    visitor
}

#[track_caller]
fn page(visitor: &mut Visitor, path: &str) -> String {
    assert_eq!(visitor.get(path).status, 200, "{path}: {}", visitor.page());
    visitor.page().to_owned()
}

/// What a page says between two marks.
#[track_caller]
fn part<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = page.split_once(from).unwrap_or_else(|| panic!("no `{from}` in {page}"));
    rest.split(to).next().unwrap()
}

#[test]
fn promise_c11_service_messages_stay_and_say_why_and_the_others_are_declined_in_the_settings() {
    let sink = MailSink::start();
    let (server, person) = assigntask(&sink);
    let mut ada = signed_in(&server, "assigntask");
    let settings = page(&mut ada, "/assigntask/account/messages");
    let fixed = part(&settings, "id=\"purpose-service_messages\"", "</section>");
    assert!(fixed.contains("purchases, expiry, security alerts and notices of administration belong to the service"));
    assert!(!fixed.contains("<button"), "nothing to decline is offered");
    let refused = ada.submit("/assigntask/account/messages/service_messages/email", &[("opt", "out")]);
    assert_eq!(refused.status, 422, "and a form that asks for it all the same changes nothing");
    assert_eq!(person.read_over("email", "service_messages", &["account.email"]).granted().len(), 1);

    page(&mut ada, "/assigntask/account/messages");
    assert_eq!(person.read_over("email", "notifications", &["account.email"]).granted().len(), 1);
    let declined = ada.submit("/assigntask/account/messages/notifications/email", &[("opt", "out")]);
    assert_eq!(declined.status, 303);
    person.read_over("email", "notifications", &["account.email"]).refused("opted_out");
    assert_eq!(person.read_over("push", "notifications", &["account.email"]).granted().len(), 1, "channel by channel");
}

#[test]
fn promise_c07_the_centre_says_of_every_value_where_it_came_from() {
    let sink = MailSink::start();
    let (server, person) = assigntask(&sink);
    assert_eq!(person.store_from("linked:google", "google", &json!({ "google_name": "Ada L." })).status, 201);
    assert_eq!(person.store_from("public", "enrichment", &json!({ "position": "Countess" })).status, 201);
    let mut ada = signed_in(&server, "assigntask");
    let held = page(&mut ada, "/assigntask/account/data");
    for (value, source) in [
        (EMAIL, "You"),
        ("Ada L.", "A service you linked: google"),
        ("Countess", "Public sources"),
        (">people.example", "Worked out from other items"),
    ] {
        assert!(part(&held, value, "</tr>").contains(source), "{value}");
    }
}

#[test]
fn promise_d05_a_read_by_staff_is_seen_by_the_person_it_is_about() {
    let sink = MailSink::start();
    let (server, person) = assigntask(&sink);
    person.read("support", &["account.email"]).granted();
    let mut ada = signed_in(&server, "assigntask");
    let accesses = page(&mut ada, "/assigntask/account/accesses");
    let read = part(&accesses, "a task of: Support engineers", "</tr>");
    assert!(read.contains("Help you with a problem") && read.contains("Email address"), "{read}");
}

#[test]
fn promise_c45_the_account_of_a_child_is_erased_in_one_step_by_whoever_says_so() {
    let sink = MailSink::start();
    let (server, person) = assigntask(&sink);
    let mut ada = signed_in(&server, "assigntask");
    page(&mut ada, "/assigntask/account/leave/minor");
    let gone = ada.submit("/assigntask/account/leave/minor", &[("sure", "yes")]);
    assert_eq!(gone.status, 200, "{}", ada.page());
    person.get("").problem(410, "subject.erased");
}

#[test]
fn promise_c52_who_disagrees_takes_the_data_along_and_leaves() {
    let sink = MailSink::start();
    let (server, person) = assigntask(&sink);
    for act in ["given", "confirmed"] {
        person.post("/consents", &json!({ "purpose": "newsletter", "act": act })).json(201);
    }
    announce(&server);
    let mut ada = signed_in(&server, "assigntask");
    let notices = page(&mut ada, "/assigntask/account/notices");
    let notice = part(&notices, "If you do not agree", "</ol>");
    let at = |anchor: &str| notice.find(anchor).unwrap_or_else(|| panic!("no `{anchor}` in {notice}"));
    assert!(at("/leave#export") < at("/leave#rest") && at("/leave#rest") < at("/leave#erase"), "the export first");

    page(&mut ada, "/assigntask/account/leave");
    let archive = ada.submit("/assigntask/account/leave/export", &[("kind", "access")]);
    assert_eq!((archive.status, archive.header("content-type")), (200, Some("application/zip")));
    page(&mut ada, "/assigntask/account/leave");
    assert_eq!(ada.submit("/assigntask/account/leave/rest", &[]).status, 303);
    person.read_over("email", "newsletter", &["account.email"]).refused("subject.deactivated");
}

#[test]
fn promise_d24_a_change_is_told_in_the_account_with_both_versions_side_by_side() {
    let sink = MailSink::start();
    let (server, _person) = assigntask(&sink);
    let mut ada = signed_in(&server, "assigntask");
    assert!(page(&mut ada, "/assigntask/account/notices").contains("No change waits for you."));
    announce(&server);
    assert!(page(&mut ada, "/assigntask/account").contains("the privacy policy changes on"));
    let notices = page(&mut ada, "/assigntask/account/notices");
    let compare = part(&notices, "href=\"/assigntask/compare/", "\"").to_owned();
    assert!(page(&mut ada, &format!("/assigntask/compare/{compare}")).contains("significant"));
    page(&mut ada, "/assigntask/account/notices");
    let seen = part(ada.page(), "action=\"/assigntask/account/notices/", "\"").to_owned();
    assert_eq!(ada.submit(&format!("/assigntask/account/notices/{seen}"), &[]).status, 303);
    assert!(page(&mut ada, "/assigntask/account/notices").contains("No change waits for you."));
}

/// Puts a version that does more, sixty days ahead.
fn announce(server: &Server) {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = Instant::from_millis(i64::try_from(now.as_millis()).unwrap());
    let date = now.plus(Span::new(60, SpanUnit::Day)).to_string()[..10].to_owned();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(POLICY);
    let old = std::fs::read_to_string(path).unwrap();
    let new = old
        .replace("version 2026-01-10, effective 2026-02-15", &format!("version 2027-01-01, effective {date}"))
        .replace("uses account.job_title, account.domain,", "uses account.job_title, account.name, account.domain,");
    assert!(new.contains("2027-01-01") && new.contains("account.job_title, account.name"));
    server.post("/v1/policies", &json!({ "files": [{ "path": "policy.candor", "text": new }] })).json(201);
}
