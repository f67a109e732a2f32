//! People are told before a policy changes: by mail, in the app, on the site; and consent is asked again.

use candor_tests::{MailSink, Person, Server, Setup, text};
use candor_words::{Instant, Span, SpanUnit};
use serde_json::{Value, json};

const POLICY: &str = "policies/assigntask/policy.candor";
const BUYER: (&str, &str) = ("controller \"RaMa Techno\"", "controller \"Buyer Ltd\"");
const NEWS: (&str, &str) = (
    "uses account.email, account.name, usage.features, marketing\n",
    "uses account.email, account.name, account.job_title, usage.features, marketing\n",
);

/// The vendor's policy as a file of its own, with changes.
fn changed(changes: &[(&str, &str)]) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(POLICY);
    let mut text = std::fs::read_to_string(path).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "the policy has no `{from}`");
        text = text.replace(from, to);
    }
    text
}

/// The date so many days from now, as a policy writes it.
fn in_days(days: u32) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = Instant::from_millis(i64::try_from(now.as_millis()).unwrap());
    now.plus(Span::new(days, SpanUnit::Day)).to_string()[..10].to_owned()
}

/// The next version, with a date or without.
fn next_version(date: Option<&str>, changes: &[(&str, &str)]) -> Value {
    let head = date.map_or("version 2026-03-01".to_owned(), |date| format!("version 2026-03-01, effective {date}"));
    let mut all = vec![("version 2026-01-10, effective 2026-02-15", head.as_str())];
    all.extend(changes);
    json!({ "files": [{ "path": "policy.candor", "text": changed(&all) }] })
}

fn member(server: &Server, email: &str) -> Person {
    server.person(&[("account", json!({ "email": email, "name": "Ada Lovelace" }))])
}

/// Asks again and again until an answer is as wanted.
#[track_caller]
fn until(mut ask: impl FnMut() -> Value, wanted: impl Fn(&Value) -> bool) -> Value {
    let began_at = std::time::Instant::now();
    loop {
        let answer = ask();
        if wanted(&answer) {
            return answer;
        }
        assert!(began_at.elapsed() < std::time::Duration::from_secs(150), "it did not come to be: {answer}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

/// How far telling people has come, once it is done.
#[track_caller]
fn told(server: &Server, put: &Value) -> Value {
    let path = format!("/v1/policies/{}/notices", text(&put["digest"]));
    until(|| server.get(&path).json(200), |told| told["mailing"] == "done")
}

#[test]
fn promise_c16_a_transfer_is_told_by_mail_and_banner_before_it_takes_effect() {
    let sink = MailSink::start();
    let server = Server::start_as(Setup::with_mail("assigntask", &sink));
    let ada = member(&server, "ada@people.example");
    let left = member(&server, "left@people.example");
    left.post("/deactivate", &json!({})).json(200);
    let gone = member(&server, "gone@people.example");
    gone.post("/erase", &json!({})).json(200);

    // A date that leaves less than the 30 days promised is refused, with the earliest that would do.
    let soon = server.post("/v1/policies", &next_version(Some(&in_days(20)), &[BUYER]));
    let soon = soon.problem(422, "policy.notice_too_short");
    assert!(soon["earliest"].is_string() || soon.to_string().contains("earliest"), "{soon}");
    assert_eq!(server.get("/v1/policies").json(200)["items"].as_array().unwrap().len(), 1);

    let put = server.post("/v1/policies", &next_version(Some(&in_days(40)), &[BUYER])).json(201);
    assert_eq!(put["notice"], json!({ "class": "transfer", "by": ["email", "in_app"], "before": "30 days" }));

    // The mail leaves now, weeks before: who takes over, from when on, what one can do, a copy before leaving.
    let mut mails = sink.wait_for(2);
    let told = told(&server, &put);
    assert_eq!(sink.mails().len(), 2, "who was erased is not written to");
    // Who left is told as well: their data is held, and passes into the same hands. News reach them no more.
    mails.sort_by(|one, other| one.to.cmp(&other.to));
    assert_eq!((&mails[1].to, mails[1].text()), (&vec!["left@people.example".to_owned()], mails[0].text()));
    left.read_over("email", "newsletter", &["account.email"]).refused("subject.deactivated");
    left.read_over("email", "authentication", &["account.email"]).json(200);
    assert_eq!(mails[0].to, ["ada@people.example"]);
    assert_eq!(mails[0].from, "privacy@vendor.example");
    assert_eq!(mails[0].header("list-unsubscribe"), None);
    let subject = mails[0].header("subject").unwrap();
    assert!(subject.contains("your data passes into other hands on"), "{subject}");
    let said = mails[0].text();
    let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "who decides about your data is: Buyer Ltd (India)",
        "The controller is Buyer Ltd instead of RaMa Techno.",
        "https://privacy.example/assigntask/compare/2026-01-10/2026-03-01",
        "there is no opt-out from it",
    ] {
        assert!(flat.contains(part), "{part}: {said}");
    }
    assert!(flat.find("get a copy of your data").unwrap() < flat.find("deactivate your account").unwrap(), "{said}");
    assert_eq!([&told["n_mailed"], &told["n_withheld"], &told["n_undeliverable"]], [2, 0, 0], "{told}");

    // The ledger says that the address left the vault for it, on the law, and that it was told.
    let entries = ada.get("/accesses").json(200);
    let entries = entries["items"].as_array().unwrap();
    let read = entries.iter().find(|entry| entry["purpose"] == "@notice").unwrap();
    assert_eq!((&read["fields"], &read["ground"]), (&json!(["account.email"]), &json!("legal_obligation")));
    assert!(entries.iter().any(|entry| entry["kind"] == "notice_sent"), "{entries:?}");

    // The banner says it to everybody, and the app to each, until they have seen it.
    let banner = server.anonymous().get("/assigntask/notices.json").json(200);
    assert_eq!(banner["items"][0]["class"], "transfer", "{banner}");
    assert!(server.page().contains("your data passes into other hands on"));
    let open = ada.get("/notices").json(200);
    assert_eq!(open["items"][0]["new_controller"].as_str().unwrap().split(' ').next(), Some("Buyer"), "{open}");
    let id = text(&open["items"][0]["id"]).to_owned();
    let seen = ada.post(&format!("/notices/{id}/acknowledge"), &json!({})).json(200);
    assert!(seen["entry"].is_u64(), "{seen}");
    assert_eq!(ada.get("/notices").json(200), json!({ "items": [] }));
}

#[test]
fn promise_c50_a_significant_change_is_told_on_the_page_in_the_app_and_by_mail_before_it_takes_effect() {
    let sink = MailSink::start();
    let server = Server::start_as(Setup::with_mail("assigntask", &sink));
    let ada = member(&server, "ada@people.example");
    sink.answer("bad@people.example", "550 no such mailbox", 1);
    sink.answer("busy@people.example", "450 try again later", 1);
    let bad = member(&server, "bad@people.example");
    member(&server, "busy@people.example");

    // What only reads differently, or does less, is nothing to write about.
    let retitled = ("\"Take payment\"", "\"Take your payment\"");
    let put = server.post("/v1/policies", &next_version(None, &[retitled])).json(201);
    assert!(put.get("notice").is_none(), "{put}");
    assert_eq!(server.anonymous().get("/assigntask/notices.json").json(200), json!({ "items": [] }));

    // Without a date it takes effect as soon as the promised 30 days allow; the mail leaves now.
    let longer = ("keep marketing until 24 months", "keep marketing until 36 months");
    let put = server.post("/v1/policies", &next_version(None, &[retitled, longer])).json(201);
    assert!(text(&put["effective_at"]) > in_days(29).as_str(), "{put}");
    let mails = sink.wait_for(2);
    let told = told(&server, &put);
    assert_eq!([&told["n_mailed"], &told["n_undeliverable"], &told["n_put_off"]], [2, 1, 0], "{told}");
    assert_eq!(sink.mails().len(), 2, "each once, and one at the second attempt");
    assert!(mails.iter().all(|mail| mail.to.len() == 1), "nobody sees who else was told");
    let flat = mails[0].text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("kept until 36 months after you last showed interest instead of 24 months."), "{flat}");
    let path = format!("/v1/policies/{}/notices/undeliverable", text(&put["digest"]));
    let missed = server.get(&path).json(200);
    assert_eq!(missed["items"][0]["subject"], bad.id.as_str());
    assert_eq!(missed["items"][0]["reason"], "relay_550");

    // Their home page and their app say it; the address of the comparison leads there.
    let page = server.page();
    assert!(
        page.contains("the privacy policy changes on") && page.contains("36 months after you last showed"),
        "{page}"
    );
    let open = ada.get("/notices").json(200);
    let comparison = text(&open["items"][0]["comparison_url"]).strip_prefix("https://privacy.example").unwrap();
    let compared = server.anonymous().get(comparison);
    assert!(compared.status == 200 && compared.text().contains("36 months after you last showed"), "{comparison}");
}

#[test]
fn promise_a10_each_tenant_is_told_over_the_channels_it_promised() {
    let sink = MailSink::start();
    let vendors = ["asign2", "miniorange-cloud"].map(|vendor| std::path::Path::new("policies").join(vendor));
    let setup = Setup { policies: vendors.to_vec(), ..Setup::default() }.mailing_to(&sink);
    let server = Server::start_as(setup);
    let put = |slug: &str, (group, values): (&str, Value), head: &str| {
        let tenant = server.tenant(slug);
        let person = tenant.person(&[(group, values)]);
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies").join(slug);
        let policy = std::fs::read_to_string(path.join("policy.candor")).unwrap();
        assert!(policy.contains(head));
        let policy = policy.replace(head, "version 2.0").replacen("\ncontroller \"", "\ncontroller \"New ", 1);
        let files = json!({ "files": [{ "path": "policy.candor", "text": policy }] });
        (person, tenant.post("/v1/policies", &files).json(201))
    };
    let account = json!({ "email": "ada@asign2.example", "name": "Ada", "organisation": "Analytical Engines" });
    let (_, by_mail) = put("asign2", ("account", account), "version 2024-01-29, effective 2024-01-29");
    let customer =
        json!({ "email": "ada@cloud.example", "name": "Ada", "location": "IN", "company": "AE", "purchaser": "B" });
    let (person, in_app) = put("miniorange-cloud", ("customer", customer), "version 2026-01-15, effective 2026-02-01");
    assert_eq!((&by_mail["notice"]["by"], &in_app["notice"]["by"]), (&json!(["email", "in_app"]), &json!(["in_app"])));
    assert_eq!(in_app["notice"]["before"], "14 days");
    assert_eq!(sink.wait_for(1)[0].to, ["ada@asign2.example"]);
    let path = format!("/v1/policies/{}/notices", text(&in_app["digest"]));
    assert_eq!(server.tenant("miniorange-cloud").get(&path).json(200)["mailing"], "none");
    assert_eq!(person.get("/notices").json(200)["items"].as_array().unwrap().len(), 1);
    assert_eq!(sink.mails().len(), 1, "nobody is told over a channel that was not promised");
}

#[test]
fn promise_b14_one_tag_shows_the_notice_on_any_site() {
    let sink = MailSink::start();
    let server = Server::start_as(Setup::with_mail("assigntask", &sink));
    let site = server.anonymous();
    assert_eq!(site.get("/assigntask/notices.json").json(200), json!({ "items": [] }));
    server.post("/v1/policies", &next_version(Some(&in_days(40)), &[BUYER])).json(201);

    let script = site.get("/notices.js");
    assert_eq!((script.status, script.header("content-type")), (200, Some("text/javascript; charset=utf-8")));
    assert!(script.bytes.len() <= 8 << 10, "{} bytes", script.bytes.len());
    let notices = site.get("/assigntask/notices.json");
    for reply in [&script, &notices] {
        // Any site may load them; they bring no cookie.
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
        assert_eq!(reply.header("cross-origin-resource-policy"), Some("cross-origin"));
        assert_eq!(reply.header("set-cookie"), None);
    }
    let notice = &notices.json(200)["items"][0];
    assert_eq!((&notice["class"], &notice["in_force"]), (&json!("transfer"), &json!(false)));
    assert!(text(&notice["changes"][0]["sentence"]).contains("Buyer Ltd"), "{notice}");
    assert!(text(&notice["comparison_url"]).ends_with("/assigntask/compare/2026-01-10/2026-03-01"), "{notice}");
    // What the script reads is what is there.
    for name in ["id", "title", "lead", "new_controller", "changes", "choices", "comparison_url"] {
        assert!(script.text().contains(&format!("notice.{name}")) && !notice[name].is_null(), "{name}");
    }
    assert_eq!(site.get("/nobody/notices.json").status, 404);
    // The pages themselves stay without a script.
    assert!(!server.page().contains("<script"));
}

#[test]
fn promise_c52_the_notice_offers_a_copy_first_and_then_to_leave() {
    let sink = MailSink::start();
    let server = Server::start_as(Setup::with_mail("assigntask", &sink));
    let ada = member(&server, "ada@people.example");
    let put = server.post("/v1/policies", &next_version(Some(&in_days(40)), &[BUYER])).json(201);
    sink.wait_for(1);
    told(&server, &put);
    let open = ada.get("/notices").json(200);
    let choices = open["items"][0]["choices"].as_array().unwrap();
    let at = |kind: &str| choices.iter().position(|choice| choice["kind"] == kind).unwrap();
    assert!(at("export") < at("leave"), "{choices:?}");
    assert!(text(&choices[at("leave")]["text"]).contains("you do not want your data to pass to others"));
    // Each leads to the place on the policy page that says how.
    let page = server.page();
    for choice in choices {
        let (address, anchor) = text(&choice["url"]).split_once('#').unwrap();
        assert_eq!(address, "https://privacy.example/assigntask");
        assert!(page.contains(&format!("id=\"{anchor}\"")), "{choice}");
    }
    // Who takes the copy and leaves is still told what happens to what they left behind, and that until it is erased.
    ada.post("/export?kind=access", &json!({})).archive();
    ada.post("/deactivate", &json!({})).json(200);
    let more = ("keep marketing until 24 months", "keep marketing until 36 months");
    let put = server.post("/v1/policies", &next_version(Some(&in_days(50)), &[BUYER, more])).json(201);
    assert_eq!(told(&server, &put)["n_mailed"], 1);
    let again = sink.wait_for(2)[1].text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(again.contains("also when you deactivated the account"), "{again}");
    ada.post("/erase", &json!({})).json(200);
    let more = ("keep marketing until 24 months", "keep marketing until 48 months");
    let put = server.post("/v1/policies", &next_version(Some(&in_days(60)), &[BUYER, more])).json(201);
    assert_eq!(told(&server, &put)["n_mailed"], 0);
    assert_eq!(sink.mails().len(), 2);
}

/// A policy of its own whose changes are told without delay, so that a change can be seen in force.
fn without_delay(sink: &MailSink) -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("assigntask");
    std::fs::create_dir(&policy).unwrap();
    std::fs::write(policy.join("policy.candor"), at_once(&[])["files"][0]["text"].as_str().unwrap()).unwrap();
    let server = Server::start_as(Setup::of_policy(&policy).mailing_to(sink));
    (folder, server)
}

fn at_once(changes: &[(&str, &str)]) -> Value {
    let mut all = vec![(", 30 days before", "")];
    all.extend(changes);
    next_version(None, &all)
}

#[test]
fn promise_b12_consent_to_one_text_is_asked_again_when_the_policy_does_more() {
    let sink = MailSink::start();
    let (_folder, server) = without_delay(&sink);
    let ada = member(&server, "ada@people.example");
    let says = |act: &str| ada.post("/consents", &json!({ "purpose": "newsletter", "act": act })).json(201);
    says("given");
    says("confirmed");
    let fields = ["account.email", "account.job_title"];
    ada.change("account", &json!({ "job_title": "Analyst" }));
    assert!(ada.read("newsletter", &["account.email"]).granted().contains("account.email"));

    let put = server.post("/v1/policies", &at_once(&[NEWS, ("version 2026-03-01", "version 2026-03-02")])).json(201);
    assert_eq!((&put["notice"]["class"], &put["notice"]["by"]), (&json!("consent"), &json!(["email", "in_app"])));
    assert!(sink.wait_for(1)[0].text().contains("You are asked"), "the mail says so");

    // What was agreed to goes on; what is new waits, in reads and in the reasons.
    let read = ada.read("newsletter", &fields);
    assert_eq!(read.granted(), ["account.email".to_owned()].into());
    assert_eq!(read.refusals()["account.job_title"], "field.consent_again");
    let why = json!({ "question": { "purpose": "newsletter", "fields": ["account.job_title"] } });
    assert_eq!(ada.post("/why", &why).json(200)["refused"][0]["code"], "field.consent_again");
    let preferences = ada.get("/preferences").json(200);
    let news = preferences["purposes"].as_array().unwrap().iter().find(|of| of["purpose"] == "newsletter").unwrap();
    assert_eq!(news["consent"]["ask_again"], true, "{news}");
    let again = server.get("/v1/consents/again").json(200);
    assert_eq!(again["items"], json!([{ "subject": ada.id, "purposes": ["newsletter"] }]));
    assert_eq!(again["n_looked_at"], 1);

    says("given");
    says("confirmed");
    assert_eq!(ada.read("newsletter", &fields).granted().len(), 2);
    assert_eq!(server.get("/v1/consents/again").json(200)["items"], json!([]));
}

#[test]
fn a_restart_takes_back_nothing_that_was_put_since() {
    let sink = MailSink::start();
    let (folder, mut server) = without_delay(&sink);
    let newer = at_once(&[("version 2026-03-01", "version 2026-03-02")]);
    let put = server.post("/v1/policies", &newer).json(201);
    server.restart();
    let versions = server.get("/v1/policies").json(200);
    assert_eq!(versions["items"].as_array().unwrap().len(), 2, "{versions}");
    assert_eq!(versions["items"][1]["digest"], put["digest"]);
    assert!(server.page().contains("Version 2026-03-02"));
    // A file that was never put is put.
    let third = at_once(&[("version 2026-03-01", "version 2026-03-03")]);
    let file = folder.path().join("assigntask/policy.candor");
    std::fs::write(file, third["files"][0]["text"].as_str().unwrap()).unwrap();
    server.restart();
    assert!(server.page().contains("Version 2026-03-03"));
}
