//! Policies that change: what is significant, what was said before, and what became of it.

use candor_tests::{MailSink, Server, Setup, between, candor, text};
use serde_json::{Value, json};

const POLICY: &str = "policies/assigntask/policy.candor";

/// The text of the policy in force, and one that is put after it.
fn versions(changes: &[(&str, &str)]) -> (String, String) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(POLICY);
    let old = std::fs::read_to_string(path).unwrap();
    let head = ("version 2026-01-10, effective 2026-02-15", "version 2026-03-01, effective 2026-04-01");
    let mut new = old.clone();
    for (from, to) in [&[head], changes].concat() {
        assert!(new.contains(from), "the policy has no `{from}`");
        new = new.replace(from, to);
    }
    (old, new)
}

/// The exit code and the report of `candor diff`.
fn diff(changes: &[(&str, &str)]) -> (Option<i32>, Value) {
    let (_, new) = versions(changes);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.candor");
    std::fs::write(&file, new).unwrap();
    let output = candor(&["diff", POLICY, &file.display().to_string(), "--json"]).output().unwrap();
    let report = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output.status.code(), report)
}

#[track_caller]
fn check(change: (&str, &str), exit: i32, class: &str, sentence: &str) {
    let (code, report) = diff(&[change]);
    assert_eq!((code, text(&report["class"])), (Some(exit), class), "{report}");
    let changes = report["changes"].as_array().unwrap();
    assert!(changes.iter().any(|change| change["sentence"] == sentence && change["class"] == class), "{report}");
}

const NEWS: &str = "uses account.email, account.name, usage.features, marketing\n";
const MORE_NEWS: &str = "uses account.email, account.name, account.job_title, usage.features, marketing\n";
const FEWER_NEWS: &str = "uses account.email, account.name, marketing\n";
const KEPT: &str = "keep marketing until 24 months after last interest";

#[test]
fn promise_c50_a_widening_change_is_significant_and_a_narrowing_one_is_not() {
    // Consent covers what people said yes to, and nothing more.
    check((NEWS, MORE_NEWS), 1, "consent", "newsletter may now use `account.job_title`");
    let asked = "May we count your visits and how you move between pages?";
    let said = "the text that people agree to for statistics is now “May we count your visits?”";
    check((asked, "May we count your visits?"), 1, "consent", said);

    // What rests on something else is told beforehand.
    let security = "uses account.email, account.name, device.ip, device.browser, device.identifier";
    let more = "uses account.email, account.name, account.telephone, device.ip, device.browser, device.identifier";
    check((security, more), 1, "notice", "security may now use `account.telephone`");
    let card = "share billing.card, billing.representative, billing.address with payments";
    let more =
        "share billing.card, billing.representative, billing.representative_email, billing.address with payments";
    check((card, more), 1, "notice", "payments now receives `billing.representative_email` for billing");
    let moved = ("Cloud Hosting\" in IN, processor", "Cloud Hosting\" in US, processor, safeguard SCC");
    check(moved, 1, "notice", "the recipient hosting moved from IN to US");
    check(("age at least 18", "age at least 16"), 1, "notice", "the least age is 16 instead of 18");

    // Less, or only other words, need neither.
    check((NEWS, FEWER_NEWS), 0, "narrows", "newsletter may no longer use `usage.features`");
    let (code, report) = diff(&[(KEPT, "keep marketing until 12 months after last interest")]);
    assert_eq!((code, text(&report["class"])), (Some(0), "narrows"), "{report}");
    let (code, report) = diff(&[("\"Take payment\"", "\"Take your payment\"")]);
    assert_eq!((code, text(&report["class"])), (Some(0), "neutral"), "{report}");
    assert_eq!(diff(&[]).0, Some(0));
    assert_eq!(candor(&["diff", POLICY, "no/such/policy"]).output().unwrap().status.code(), Some(2));
}

#[test]
fn promise_c16_another_controller_is_a_transfer() {
    let (code, report) = diff(&[("controller \"RaMa Techno\"", "controller \"Buyer Ltd\"")]);
    assert_eq!((code, text(&report["class"])), (Some(1), "transfer"), "{report}");
    assert_eq!(report["changes"][0]["sentence"], "the controller is Buyer Ltd instead of RaMa Techno");
}

#[test]
fn promise_c51_prior_versions_stay_in_an_archive_dated_addressable_and_comparable() {
    let sink = MailSink::start();
    let mut server = Server::start_as(Setup::with_mail("assigntask", &sink));
    let longer = (KEPT, "keep marketing until 36 months after last interest");
    // Without a date it takes effect as soon as the notice that is promised allows.
    let (_, new) = versions(&[(NEWS, MORE_NEWS), longer, (", effective 2026-04-01", "")]);
    let put = json!({ "files": [{ "path": "policy.candor", "text": new }] });
    let put = server.post("/v1/policies", &put).json(201);

    let policies = server.get("/v1/policies").json(200);
    let [first, second] = policies["items"].as_array().unwrap().as_slice() else { panic!("{policies}") };
    assert_eq!(second["digest"], put["digest"]);
    let reader = server.anonymous();
    let page = |path: &str| {
        let reply = reader.get(&format!("/assigntask{path}"));
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        reply.text()
    };

    // Listed with the day from which each decides, its digest and what it changed; led to from the policy.
    assert!(server.page().contains("href=\"/assigntask/versions\""));
    let archive = page("/versions");
    for version in [first, second] {
        let row = between(&archive, &format!("href=\"/assigntask/versions/{}\"", text(&version["version"])), "</tr>");
        assert!(row.contains(text(&version["digest"])), "{row}");
        assert!(row.contains(&format!("datetime=\"{}\"", text(&version["effective_at"]))), "{row}");
    }
    assert!(archive.contains("href=\"/assigntask/compare/2026-01-10/2026-03-01\""));

    // Each says what it said then, by its version and by its digest.
    let kept = ["24 months after you last showed interest", "36 months after you last showed interest"];
    for (version, said, not_said) in [(first, kept[0], kept[1]), (second, kept[1], kept[0])] {
        for address in [text(&version["version"]), text(&version["digest"])] {
            let page = page(&format!("/versions/{address}"));
            assert!(page.to_lowercase().contains(said) && !page.to_lowercase().contains(not_said), "{address}");
        }
    }

    // Any two are held side by side, either way, the strongest first.
    let comparison = page("/compare/2026-01-10/2026-03-01");
    let at = |part: &str| comparison.find(part).unwrap_or_else(|| panic!("no `{part}`: {comparison}"));
    assert!(at("Needs new consent") < at("Newsletter may now use <code>account.job_title</code>."));
    assert!(at("may now use <code>account.job_title</code>") < at("Needs notice before it takes effect"));
    assert!(at("Needs notice") < at("36 months after you last showed interest instead of 24 months"));
    let back = page(&format!("/compare/{}/{}", text(&second["digest"]), text(&first["digest"])));
    assert!(back.contains("may no longer use") && back.contains("none of them does more with your data"));
    assert_eq!(server.anonymous().get("/assigntask/compare/2026-01-10/2027-01-01").status, 404);

    // They are still there when the server is started again.
    server.restart();
    for address in ["versions/2026-01-10", "versions/2026-03-01", "compare/2026-01-10/2026-03-01"] {
        assert_eq!(server.anonymous().get(&format!("/assigntask/{address}")).status, 200, "{address}");
    }
}
