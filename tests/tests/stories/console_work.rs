//! What administrators set up at the console, and what roles see there: applications, places to sign in elsewhere, API keys,
//! judged sign-ins. Over the real server, by the forms that people fill in.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use candor_tests::{
    At, Browser, Client, MailSink, Page, PageOptions, Person, Reply, Scheme, Server, Visitor, digits, letter, text,
};
use serde_json::{Value, json};

const PASSWORD: &str = "correct horse battery staple";
const BOB: &str = "bob@acme.example";
const AT: &str = "console";
/// The most bytes of a page with all that it loads.
const BYTES_MAX: u64 = 60_000;

fn server(sink: &MailSink) -> Server {
    let variables = [
        ("CANDOR_SMTP_HOST", sink.address()),
        ("CANDOR_SMTP_SECURITY", "plain"),
        ("CANDOR_MAIL_FROM", "door@acme.example"),
        ("CANDOR_PUBLIC_URL", "https://id.acme.example"),
    ];
    Server::start_policy_over("tests/console.candor", None, &variables)
}

fn person(server: &Server, email: &str) -> Person {
    let values = json!({ "email": email, "name": "Ada", "password": { "plain": PASSWORD } });
    server.person(&[("account", values)])
}

fn seat(server: &Server, who: &Person, seat: &Value) {
    server.send("PUT", &format!("/v1/staff/{}", who.id), seat, &[]).json(200);
}

fn sign_in(client: &Client, who: &str) -> Visitor {
    let mut visitor = Visitor::of(client);
    visitor.get(&format!("/{AT}/sign-in"));
    let reply = visitor.submit(&format!("/{AT}/sign-in"), &[("identifier", who), ("password", PASSWORD)]);
    assert_eq!(reply.status, 303, "{}", visitor.page());
    visitor
}

/// Somebody at work, with the token that their forms carry.
struct AtWork {
    visitor: Visitor,
    token: String,
}

impl AtWork {
    fn get(&mut self, below: &str) -> u16 {
        self.visitor.get(format!("/{AT}/console/{below}").trim_end_matches('/')).status
    }

    fn submit(&mut self, below: &str, fields: &[(&str, &str)]) -> Reply {
        let fields = [&[("form_token", self.token.as_str())], fields].concat();
        self.visitor.post(format!("/{AT}/console/{below}").trim_end_matches('/'), &fields)
    }

    fn page(&self) -> &str {
        self.visitor.page()
    }

    /// The secret on a page that shows one.
    fn secret(&self) -> String {
        let (_, rest) = self.page().split_once("<p class=\"once\"><code>").expect("a secret");
        rest.split('<').next().unwrap_or_default().to_owned()
    }
}

/// Somebody who administers the tenant, at work. The policy judges sign-ins, and nobody has seen Bob before: a code by
/// mail goes along with the password.
fn administrator(server: &Server, sink: &MailSink) -> (Person, AtWork) {
    let bob = person(server, BOB);
    seat(server, &bob, &json!({ "administrator": true }));
    let mut visitor = sign_in(server, BOB);
    let factor = format!("/{AT}/sign-in/factor");
    visitor.get(&format!("{factor}?way=mail"));
    visitor.submit(&format!("{factor}/send"), &[("way", "mail")]);
    let code = digits(&letter(sink, BOB, "Your code for"));
    visitor.get(&format!("{factor}?way=mail&sent=1"));
    let reply = visitor.submit(&factor, &[("way", "mail"), ("code", &code)]);
    assert_eq!(reply.status, 303, "{}", visitor.page());
    visitor.get(&format!("/{AT}/console"));
    let token = visitor.token();
    (bob, AtWork { visitor, token })
}

const CALENDAR: [(&str, &str); 8] = [
    ("recipient", "calendar"),
    ("name", "The calendar"),
    ("kind", "web"),
    ("method", "client_secret_basic"),
    ("grant.authorization_code", "yes"),
    ("grant.client_credentials", "yes"),
    ("purpose.profile", "yes"),
    ("algorithm", "ES256"),
];

#[test]
fn an_application_is_added_gets_in_and_is_removed_at_the_console() {
    let sink = MailSink::start();
    let server = server(&sink);
    let (_, mut bob) = administrator(&server, &sink);
    let new = "clients/new".to_owned();
    assert_eq!(bob.get(&new), 200);
    assert!(bob.page().contains("For Calendar") && bob.page().contains("For Customer portal"), "{}", bob.page());
    assert_eq!(bob.get(&format!("{new}?for=calendar")), 200);
    assert!(bob.page().contains("Tips by the calendar") && !bob.page().contains("Answer your questions"));

    // What cannot be held is said beside the field, and what was typed stays.
    let at = "clients".to_owned();
    let with = |more: &[(&'static str, &'static str)]| [CALENDAR.as_slice(), more].concat();
    let refused = bob.submit(&at, &with(&[("redirects", "http://calendar.example/back")]));
    assert_eq!(refused.status, 422);
    assert!(bob.page().contains("id=\"redirects-error\"") && bob.page().contains("value=\"The calendar\""));
    let refused = bob.submit(&at, &with(&[("redirects", "https://calendar.example/back"), ("purpose.support", "yes")]));
    assert_eq!(refused.status, 422, "another recipient's purpose");
    assert!(bob.page().contains("shares nothing with this recipient"), "{}", bob.page());

    let made =
        bob.submit(&at, &with(&[("redirects", "https://calendar.example/back\r\nhttps://calendar.example/two")]));
    assert_eq!(made.status, 200, "{}", bob.page());
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let first = bob.secret();
    let listed = server.get("/v1/clients").json(200);
    let client = &listed["items"][0];
    let id = text(&client["client_id"]).to_owned();
    assert_eq!((&client["recipient"], &client["purposes"]), (&json!("calendar"), &json!(["profile"])));
    assert_eq!(client["metadata"]["redirect_uris"].as_array().map(Vec::len), Some(2));

    // The secret lets it in, stands on no page again, and a new one takes its place.
    let token = |secret: &str| {
        let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}&scope=profile");
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        server.anonymous().send_bytes("POST", &format!("/{AT}/token"), form.as_bytes(), &headers).status
    };
    let by_header = |secret: &str| {
        let form = "grant_type=client_credentials";
        let proof = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("authorization", proof.as_str())];
        server.anonymous().send_bytes("POST", &format!("/{AT}/token"), form.as_bytes(), &headers).status
    };
    assert_eq!(by_header(&first), 200);
    assert_ne!(token(&first), 200, "it proves itself in the header alone");
    let one = format!("{at}/{id}");
    assert_eq!(bob.get(&one), 200);
    assert!(!bob.page().contains(&first), "nowhere again");
    assert_eq!(bob.submit(&format!("{one}/secret"), &[]).status, 200, "{}", bob.page());
    let second = bob.secret();
    assert_ne!(first, second);
    assert_eq!((by_header(&first), by_header(&second)), (401, 200));

    // It is changed whole, but for whom it works and how it proves itself.
    bob.get(&one);
    let kept = with(&[("redirects", "https://calendar.example/only"), ("purpose.tips", "yes")]);
    assert_eq!(bob.submit(&one, &kept).status, 303, "{}", bob.page());
    let changed = server.get(&format!("/v1/clients/{id}")).json(200);
    assert_eq!(changed["purposes"], json!(["profile", "tips"]));
    assert_eq!(changed["metadata"]["redirect_uris"], json!(["https://calendar.example/only"]));

    // It goes after one more question.
    assert_eq!(bob.get(&format!("{one}/remove")), 200);
    assert!(bob.page().contains("Remove The calendar?"));
    assert_eq!(bob.submit(&format!("{one}/remove"), &[]).status, 303);
    assert_eq!(by_header(&second), 401);
    assert_eq!(bob.get(&one), 404);
}

#[test]
fn a_place_to_sign_in_elsewhere_is_added_changed_switched_and_removed_at_the_console() {
    let sink = MailSink::start();
    let server = server(&sink);
    let (_, mut bob) = administrator(&server, &sink);
    let new = "upstreams/new/google".to_owned();
    assert_eq!(bob.get(&new), 200);
    assert!(bob.page().contains("Name at Google") && !bob.page().contains("Address at work"), "{}", bob.page());
    let google = [
        ("name", "google"),
        ("title", "Google"),
        ("issuer", "https://accounts.google.com"),
        ("client_id", "our-id"),
        ("client_secret", "zq-not-to-be-seen"),
        ("purpose", "google_sign_in"),
        ("claim.google.google_email", "email"),
    ];
    let with = |more: &[(&'static str, &'static str)]| [google.as_slice(), more].concat();
    // What the policy does not let be kept from there is refused beside the field, without the secret.
    let refused = bob.submit(&new, &with(&[("claim.account.company", "hd")]));
    assert_eq!(refused.status, 422);
    assert!(bob.page().contains("does not let this purpose keep") && !bob.page().contains("zq-not-to-be-seen"));
    assert_eq!(bob.submit(&new, &with(&[("opens_accounts", "yes")])).status, 303, "{}", bob.page());
    let listed = server.get("/v1/upstreams").json(200);
    let place = &listed["items"][0];
    assert_eq!((&place["name"], &place["opens_accounts"]), (&json!("google"), &json!(true)));
    assert_eq!(place["place"]["provider"]["shape"], "google");
    assert_eq!(place["fields"], json!({ "email": "google.google_email" }));
    bob.get("upstreams");
    assert!(bob.page().contains(&format!("https://id.acme.example/{AT}/sign-in/with/google/back")), "{}", bob.page());
    assert!(!bob.page().contains("zq-not-to-be-seen"));

    // Changed, its secret is given again, and it keeps its name whatever is posted.
    let one = "upstreams/google".to_owned();
    assert_eq!(bob.get(&one), 200);
    assert!(bob.page().contains("value=\"our-id\"") && bob.page().contains("Has to be given again"));
    let mut fields = with(&[("claim.google.google_name", "name")]);
    fields[0] = ("name", "other");
    assert_eq!(bob.submit(&one, &fields).status, 303, "{}", bob.page());
    let changed = server.get("/v1/upstreams").json(200);
    assert_eq!(changed["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&changed["items"][0]["name"], &changed["items"][0]["opens_accounts"]),
        (&json!("google"), &json!(false))
    );

    // Switched off: nobody is sent there, and who comes by a bookmark is told so; a change leaves it off.
    let gate = format!("/{AT}/sign-in/with/google");
    let mut guest = Visitor::of(&server);
    assert_eq!(guest.get(&gate).status, 200);
    bob.get("upstreams");
    assert_eq!(bob.submit(&format!("{one}/switch"), &[("on", "no")]).status, 303, "{}", bob.page());
    bob.get("upstreams");
    assert!(bob.page().contains("Switch Google on again") && bob.page().contains("switched off"), "{}", bob.page());
    guest.get(&format!("/{AT}/sign-in"));
    assert!(!guest.page().contains(&gate), "{}", guest.page());
    assert_eq!(guest.get(&gate).status, 409, "{}", guest.page());
    assert!(guest.page().contains("switched off for now"), "{}", guest.page());
    bob.get(&one);
    assert_eq!(bob.submit(&one, &fields).status, 303, "{}", bob.page());
    let off = server.get("/v1/upstreams").json(200)["items"][0]["off_at"].clone();
    assert!(off.is_string(), "{off}");
    let on = server.post("/v1/upstreams/google/switch", &json!({ "on": true })).json(200);
    assert_eq!((&on["off_at"], &on["place"]["provider"]["has_secret"]), (&json!(null), &json!(true)), "{on}");
    assert_eq!(guest.get(&gate).status, 200);
    let unknown = server.post("/v1/upstreams/nowhere/switch", &json!({ "on": false }));
    unknown.problem(404, "upstream.unknown");

    // A directory beside it; then both go.
    let company = [
        ("name", "company"),
        ("title", "Our company"),
        ("address", "ldaps://ad.acme.example"),
        ("base", "DC=acme,DC=example"),
        ("filter", "(sAMAccountName={user})"),
        ("id_attribute", "objectGUID"),
        ("reader", "CN=reader"),
        ("reader_password", "zq-not-to-be-seen"),
        ("purpose", "staff_sign_in"),
        ("claim.staff.mail", "mail"),
    ];
    let new = "upstreams/new/company".to_owned();
    bob.get(&new);
    let mut plain = company.to_vec();
    plain[2] = ("address", "http://ad.acme.example");
    assert_eq!(bob.submit(&new, &plain).status, 422);
    assert!(bob.page().contains("id=\"address-error\""));
    assert_eq!(bob.submit(&new, &company).status, 303, "{}", bob.page());
    for place in ["google", "company"] {
        let remove = format!("upstreams/{place}/remove");
        assert_eq!(bob.get(&remove), 200);
        assert_eq!(bob.submit(&remove, &[]).status, 303, "{}", bob.page());
    }
    assert_eq!(server.get("/v1/upstreams").json(200)["items"], json!([]));
    assert_eq!(bob.get(&one), 404);
}

#[test]
fn an_api_key_is_issued_with_its_purposes_shown_once_and_revoked_at_the_console() {
    let sink = MailSink::start();
    let server = server(&sink);
    let ada = person(&server, "ada@people.example");
    let (_, mut bob) = administrator(&server, &sink);
    let new = "keys/new".to_owned();
    let field = [("label", "mailer"), ("scope.read", "yes"), ("recipient", ""), ("lifetime", "30")];
    bob.get(&new);
    assert_eq!(bob.submit(&new, &field).status, 422, "for no purpose");
    assert!(bob.page().contains("id=\"purpose-error\""), "{}", bob.page());
    let with = [field.as_slice(), &[("purpose.support", "yes")]].concat();
    let issued = bob.submit(&new, &with);
    assert_eq!((issued.status, issued.header("cache-control")), (200, Some("no-store")), "{}", bob.page());
    let text = bob.secret();
    let mailer = server.with_key(&text);
    let ask = |purpose: &str| {
        let question = json!({ "purpose": purpose, "fields": ["account.email"] });
        mailer.post(&format!("/v1/subjects/{}/read", ada.id), &question)
    };
    ask("support").json(200);
    ask("sign_in").problem(403, "key.purpose_foreign");
    mailer.get("/v1/keys").problem(403, "key.scope_missing");

    let keys = "keys".to_owned();
    bob.get(&keys);
    let secret_half = text.rsplit('_').next().unwrap();
    assert!(bob.page().contains("mailer") && !bob.page().contains(secret_half), "not shown again");
    let listed = server.get("/v1/keys").json(200);
    let known = listed["items"].as_array().unwrap().iter().find(|key| key["label"] == "mailer").unwrap();
    assert!(known["expires_at"].is_string() && known["purposes"] == json!(["support"]), "{known}");
    let id = known["id"].as_str().unwrap();
    assert_eq!(bob.submit(&keys, &[("key", id)]).status, 303);
    ask("support").problem(401, "key.refused");
}

#[test]
fn judged_sign_ins_are_for_roles_with_that_purpose_alone_and_whoever_is_seen_knows() {
    let sink = MailSink::start();
    let server = server(&sink);
    let ada = person(&server, "ada@people.example");
    sign_in(&server, "ada@people.example");
    let (bob, mut at_desk) = administrator(&server, &sink);
    let page = "risk".to_owned();
    let ask = [("outcome", "step_up"), ("whose", ""), ("reason", "security"), ("ticket", "T-9")];

    // The administrator's seat alone opens nothing of it, nor does a role for something else.
    assert_eq!(at_desk.get(&page), 403);
    assert!(!at_desk.page().contains(&ada.id));
    for roles in [json!({ "administrator": true }), json!({ "roles": ["support_desk"] })] {
        seat(&server, &bob, &roles);
        at_desk.get("");
        assert!(!at_desk.page().contains("/console/risk"), "not even the way there");
        assert_eq!(at_desk.submit(&page, &ask).status, 403, "{}", at_desk.page());
        assert!(!at_desk.page().contains(&ada.id));
    }
    let looks = |ada: &Person| {
        let seen = ada.get("/accesses").json(200);
        seen["items"].as_array().unwrap().iter().filter(|row| row["kind"] == "staff_access").count()
    };
    assert_eq!(looks(&ada), 0, "nobody looked");

    seat(&server, &bob, &json!({ "roles": ["security_desk"] }));
    assert_eq!(at_desk.get(&page), 200);
    assert_eq!(at_desk.submit(&page, &[("outcome", "all"), ("reason", "security")]).status, 422, "no ticket");
    assert_eq!(at_desk.submit(&page, &[("outcome", "all"), ("ticket", "T-9")]).status, 422, "no reason");
    assert_eq!(looks(&ada), 0);
    assert_eq!(at_desk.submit(&page, &ask).status, 200, "{}", at_desk.page());
    assert!(at_desk.page().contains(&ada.id) && at_desk.page().contains("Asked for a further factor"));
    assert_eq!(looks(&ada), 1);
    let denied = [("outcome", "deny"), ("whose", ""), ("reason", "security"), ("ticket", "T-9")];
    assert_eq!(at_desk.submit(&page, &denied).status, 200);
    assert!(!at_desk.page().contains(&ada.id), "none of hers was denied");
    assert_eq!(looks(&ada), 1, "and she was not looked at");
    let seen = ada.get("/accesses").json(200);
    let disclosed = seen["items"].as_array().unwrap().iter().find(|row| row["kind"] == "disclosure").unwrap().clone();
    assert_eq!(
        (&disclosed["purpose"], &disclosed["actor_label"]),
        (&json!("sign_in_risk"), &json!("a member of staff"))
    );
    // The places of administrators stay shut.
    for closed in ["clients", "upstreams", "keys", "clients/new", "keys/new", "upstreams/new/google"] {
        assert_eq!(at_desk.get(closed), 403, "{closed}");
    }
    for form in ["clients", "upstreams/new/google", "keys/new", "upstreams/google/remove"] {
        assert_eq!(at_desk.submit(form, &CALENDAR).status, 403, "{form}");
    }
}

/// Signs in in a browser, with the code that a newcomer is asked for.
fn enter(page: &Page, base: &str, sink: &MailSink) {
    page.goto(&format!("{base}/sign-in"));
    page.fill(At::Css("#identifier"), BOB);
    page.fill(At::Css("#password"), PASSWORD);
    page.click(At::Css("main form .button.main"));
    page.goto(&format!("{base}/sign-in/factor?way=mail"));
    page.click(At::Css("form[action*='factor/send'] button"));
    let code = digits(&letter(sink, BOB, "Your code for"));
    page.fill(At::Css("[name=code]"), &code);
    page.click(At::Css("form:has([name=code]) .button.main"));
    page.wait_for_url("/account");
}

/// By day at a desk, by night on a phone; in both languages.
fn look_at(page: &Page, name: &str, base: &str, path: &str) {
    for (scheme, width, language) in [(Scheme::Light, 1280, "en"), (Scheme::Dark, 400, "de")] {
        page.set_scheme(scheme);
        page.set_viewport(width, 800);
        let and = if path.contains('?') { '&' } else { '?' };
        assert_eq!(page.goto(&format!("{base}{path}{and}lang={language}")).status, 200, "{path}");
        assert_eq!(page.attribute(At::Css("html"), "lang").as_deref(), Some(language), "{path}");
        look_here(page, &format!("{name}-{}", scheme.name()), width);
    }
    page.set_scheme(Scheme::Light);
    page.set_viewport(1280, 800);
}

/// As it stands: fit for everybody, whole, light, and without a script.
fn look_here(page: &Page, name: &str, width: u32) {
    page.assert_accessible();
    let across = page.evaluate("document.documentElement.scrollWidth").as_u64().expect("a width");
    assert!(across <= u64::from(width), "{} is {across} across in a window of {width}", page.url());
    assert_eq!(page.count(At::Css("script")), 0);
    assert!(page.weight() < BYTES_MAX, "{}: {} bytes", page.url(), page.weight());
    page.screenshot(&format!("console-{name}"));
    let complaints = page.complaints();
    // A page that says *no* says so by its status too, and the browser remarks on that.
    let is_status = |one: &String| one.contains("the server responded with a status of");
    assert!(complaints.iter().all(is_status), "{}: {complaints:?}", page.url());
}

/// Goes on by the Tab key until this has the focus; everything on the way shows that it has it.
fn tab_to(page: &Page, name: &str) {
    for _ in 0..120 {
        page.press("Tab");
        let outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
        let focused = page.focused();
        assert!(focused.is_empty() || outline != "none", "`{focused}` does not show that it has the focus");
        if focused == name {
            return;
        }
    }
    panic!("`{name}` is not reached by the Tab key");
}

#[test]
fn the_places_of_an_administrator_are_fit_for_everybody_and_work_by_keyboard_without_scripts() {
    let sink = MailSink::start();
    let server = server(&sink);
    let ada = person(&server, "ada@people.example");
    sign_in(&server, "ada@people.example");
    let bob = person(&server, BOB);
    seat(&server, &bob, &json!({ "roles": ["security_desk"], "administrator": true }));
    let metadata = json!({ "client_name": "The calendar", "redirect_uris": ["https://calendar.example/back"] });
    let client = server.post("/v1/clients", &json!({ "recipient": "calendar", "metadata": metadata })).json(201);
    let place = json!({ "title": "Google", "purpose": "google_sign_in", "fields": { "email": "google.google_email" },
        "place": { "provider": { "issuer": "https://accounts.google.com", "shape": "google", "client_id": "our-id" } } });
    server.send("PUT", "/v1/upstreams/google", &place, &[]).json(200);

    let browser = Browser::start();
    let page = browser.page();
    let base = format!("http://{}/{AT}", server.address());
    enter(&page, &base, &sink);
    // From another program than before: this one is compared, and every weight is told.
    sign_in(&server, BOB);
    let one = format!("/console/clients/{}", text(&client["client_id"]));
    let remove = format!("{one}/remove");
    let places = [
        ("clients", "/console/clients"),
        ("clients-new", "/console/clients/new"),
        ("clients-form", "/console/clients/new?for=calendar"),
        ("client", &one),
        ("client-remove", &remove),
        ("upstreams", "/console/upstreams"),
        ("upstreams-google", "/console/upstreams/new/google"),
        ("upstreams-microsoft", "/console/upstreams/new/microsoft"),
        ("upstreams-plain", "/console/upstreams/new/plain"),
        ("upstreams-company", "/console/upstreams/new/company"),
        ("upstream", "/console/upstreams/google"),
        ("upstream-remove", "/console/upstreams/google/remove"),
        ("risk", "/console/risk"),
        ("keys", "/console/keys"),
        ("keys-new", "/console/keys/new"),
    ];
    for (name, path) in places {
        look_at(&page, name, &base, path);
    }

    // What only a form's answer shows: what is wrong with it, a secret, judged sign-ins.
    page.goto(&format!("{base}/console/clients/new?for=calendar"));
    page.click(At::Css("main form .button.main"));
    page.wait_for(At::Css("#errors"));
    look_here(&page, "clients-refused", 1280);
    page.goto(&format!("{base}{one}"));
    page.click(At::Css("#secret button"));
    page.wait_for(At::Css(".once"));
    look_here(&page, "client-secret", 1280);
    page.goto(&format!("{base}/console/risk"));
    page.check(At::Css("[name=reason][value=security]"), true);
    page.fill(At::Css("#ticket"), "T-8");
    page.click(At::Css("main form .button.main"));
    page.wait_for(At::Css("#sign-in-0"));
    assert!(page.text(At::Css("#sign-in-0")).contains("raises the risk"), "{}", page.text(At::Css("#sign-in-0")));
    look_here(&page, "risk-found", 1280);
    page.set_scheme(Scheme::Dark);
    page.set_viewport(400, 800);
    look_here(&page, "risk-found-dark", 400);

    // By keyboard alone and without scripts: a key is issued, and judged sign-ins are asked for.
    let cookies = page.cookies();
    let page = browser.page_with(PageOptions { javascript: false, ..PageOptions::default() });
    cookies.iter().for_each(|cookie| page.set_cookie(cookie));
    page.goto(&format!("{base}/console/keys/new"));
    tab_to(&page, "What you call it");
    page.type_text("mailer");
    tab_to(&page, "Administer: policies, keys, clients, accounts");
    page.press(" ");
    tab_to(&page, "30 days");
    page.press(" ");
    tab_to(&page, "Issue a key");
    page.press("Enter");
    page.wait_for(At::Css(".once"));
    assert!(page.text(At::Css(".once")).starts_with("candor_"));
    page.screenshot("console-keys-issued");

    page.goto(&format!("{base}/console/risk?whose={}", ada.id));
    page.check(At::Css("[name=reason][value=security]"), true);
    page.fill(At::Css("#ticket"), "T-9");
    page.click(At::Css("main form .button.main"));
    page.wait_for(At::Css("#sign-in-0"));
    page.screenshot("console-risk-found-unscripted");
}

#[test]
fn who_is_managed_finds_the_way_to_ask_where_their_data_would_be() {
    let server = Server::start("assigntask");
    let ada = person(&server, "ada@engines.example");
    server.send("PUT", &format!("/v1/subjects/{}/managed", ada.id), &json!({ "managed": true }), &[]).json(200);
    let browser = Browser::start();
    let page = browser.page();
    let base = format!("http://{}/assigntask", server.address());
    page.goto(&format!("{base}/sign-in"));
    page.fill(At::Css("#identifier"), "ada@engines.example");
    page.fill(At::Css("#password"), PASSWORD);
    page.click(At::Css("main form .button.main"));
    for (name, path) in [("data", "/account/data"), ("leave", "/account/leave"), ("erase", "/account/leave/erase")] {
        look_at(&page, &format!("managed-{name}"), &base, path);
    }
    page.goto(&format!("{base}/account/data"));
    tab_to(&page, "Send your request");
    page.press("Enter");
    page.wait_for_url("/account/rights?done=request");
    look_at(&page, "managed-asked", &base, "/account/data");
    assert!(page.text(At::Css("#ask-access")).contains("noch nicht entschieden"), "{}", page.all_text());
    let asked = server.get(&format!("/v1/requests?subject={}", ada.id)).json(200);
    assert_eq!((&asked["items"][0]["right"], &asked["items"][0]["routed"]), (&json!("access"), &json!(true)));
}
