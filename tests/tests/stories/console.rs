//! The administrator console in a real browser: every place of it, in both languages, fit for everybody and whole.

use candor_tests::{At, Browser, MailSink, Page, Responder, Scheme, Server, text};
use serde_json::json;

const PASSWORD: &str = "correct horse battery staple";

/// Signs in at a page that asks for it, and goes on.
fn sign_in(page: &Page, base: &str, who: &str) {
    page.goto(&format!("{base}/assigntask/sign-in?then=/assigntask/console"));
    page.fill(At::Css("#identifier"), who);
    page.fill(At::Css("#password"), PASSWORD);
    page.click(At::Css("main form .button.main"));
    page.wait_for_url("/assigntask/console");
}

#[test]
fn an_administrator_works_at_the_console() {
    let (sink, dns) = (MailSink::start(), Responder::start());
    let resolver = dns.address().to_string();
    let variables = [
        ("CANDOR_SMTP_HOST", sink.address()),
        ("CANDOR_SMTP_SECURITY", "plain"),
        ("CANDOR_MAIL_FROM", "door@vendor.example"),
        ("CANDOR_DNS_RESOLVER", resolver.as_str()),
    ];
    let server = Server::start_policy_over("../policies/assigntask", None, &variables);
    let account = |email: &str| {
        let values = json!({ "email": email, "name": "Ada", "password": { "plain": PASSWORD } });
        server.person(&[("account", values)])
    };
    let (ada, bob) = (account("ada@engines.example"), account("bob@vendor.example"));
    let staff = json!({ "roles": ["support_desk"], "administrator": true });
    server.send("PUT", &format!("/v1/staff/{}", bob.id), &staff, &[]).json(200);
    server.send("PUT", &format!("/v1/subjects/{}/managed", ada.id), &json!({ "managed": true }), &[]).json(200);
    ada.post("/requests", &json!({ "right": "access" })).json(201);

    let browser = Browser::start();
    let page = browser.page();
    let base = format!("http://{}", server.address());
    sign_in(&page, &base, "bob@vendor.example");

    // An organisation is made and its domain proved, by hand.
    page.goto(&format!("{base}/assigntask/console/organisations"));
    page.fill(At::Css("#title"), "Engines Ltd");
    page.click(At::Css("main form .button.main"));
    page.wait_for_url("/console/organisations/org_");
    let organisation = page.url().replace(&base, "");
    page.fill(At::Css("#domain"), "engines.example");
    page.click(At::Css("main form .button.main"));
    page.wait_for(At::Css("#domains code"));
    let made = server.get("/v1/organisations").json(200);
    let domain = &made["items"][0]["domains"][0];
    assert!(page.all_text().contains(text(&domain["challenge_text"])), "{}", page.all_text());
    dns.publish(text(&domain["challenge_name"]), &[text(&domain["challenge_text"])]);
    page.click(At::Css("#domains .buttons form:first-child button"));
    page.wait_for(At::Css("#domains .badge.contract"));

    // Somebody is looked for and opened with a purpose.
    page.goto(&format!("{base}/assigntask/console"));
    page.fill(At::Css("#whom"), "ada@engines.example");
    page.click(At::Css("input[name=purpose][value=support]"));
    page.click(At::Css("input[name=reason][value=asked]"));
    page.click(At::Css("main form .button.main"));
    page.wait_for_url("/console/people/sub_");
    page.click(At::Css("input[name=purpose][value=support]"));
    page.click(At::Css("input[name=reason][value=asked]"));
    page.fill(At::Css("#ticket"), "T-4711");
    page.click(At::Css("#open .button.main"));
    page.wait_for(At::Css("#values"));
    assert!(page.text(At::Css("#values")).contains("ada@engines.example"));
    look_at(&page, "person-opened");

    let person = format!("/assigntask/console/people/{}", ada.id);
    let places = [
        ("people", "/assigntask/console"),
        ("person", person.as_str()),
        ("organisations", "/assigntask/console/organisations"),
        ("organisation", organisation.as_str()),
        ("requests", "/assigntask/console/requests"),
        ("staff", "/assigntask/console/staff"),
        ("keys", "/assigntask/console/keys"),
        ("secrets", "/assigntask/console/secrets"),
        ("policies", "/assigntask/console/policies"),
        ("member", "/assigntask/account/organisation"),
        ("email", "/assigntask/account/email"),
    ];
    for (name, path) in places {
        assert_eq!(page.goto(&format!("{base}{path}")).status, 200, "{path}");
        look_at(&page, name);
        page.goto(&format!("{base}{path}?lang=de"));
        assert_eq!(page.attribute(At::Css("html"), "lang").as_deref(), Some("de"), "{path}");
    }
}

/// By day at a desk, by night on a phone.
fn look_at(page: &Page, name: &str) {
    for (scheme, width) in [(Scheme::Light, 1280), (Scheme::Dark, 400)] {
        page.set_scheme(scheme);
        page.set_viewport(width, 800);
        page.assert_accessible();
        let across = page.evaluate("document.documentElement.scrollWidth").as_u64().expect("a width");
        assert!(across <= u64::from(width), "{} is {across} across in a window of {width}", page.url());
        page.screenshot(&format!("console-{name}-{}", scheme.name()));
    }
    page.set_scheme(Scheme::Light);
    page.set_viewport(1280, 800);
    let complaints = page.complaints();
    assert!(complaints.is_empty(), "{}: {complaints:?}", page.url());
}
