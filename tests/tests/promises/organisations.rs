//! Organisations that manage accounts on their domain, and the tenant's own people at the console.

use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};

use async_trait::async_trait;
use candor_dns::DnsResolver;
use candor_identity::{Identity, IdentityParts, NewOrganisation};
use candor_notify::{Message, Notify, Undelivered};
use candor_passkeys::WebAuthn;
use candor_seal::SystemEntropy;
use candor_tests::{Lived, MailSink, Past, Person, Responder, Server, Visitor, location, text};
use candor_vault::Post;
use candor_words::{Clock as _, Instant, Span, SpanUnit, SystemClock};
use serde_json::{Value, json};

const PASSWORD: &str = "correct horse battery staple";
const ADA: &str = "ada@engines.example";

/// A relay that takes every letter.
struct Taken;

#[async_trait]
impl Notify for Taken {
    async fn deliver(&self, _: &Message) -> Result<(), Undelivered> {
        Ok(())
    }
}

/// The variables of a server that asks this resolver and mails to this sink.
fn outside<'a>(sink: &'a MailSink, resolver: &'a str) -> [(&'static str, &'a str); 5] {
    [
        ("CANDOR_SMTP_HOST", sink.address()),
        ("CANDOR_SMTP_SECURITY", "plain"),
        ("CANDOR_MAIL_FROM", "door@vendor.example"),
        ("CANDOR_PUBLIC_URL", "https://id.vendor.example"),
        ("CANDOR_DNS_RESOLVER", resolver),
    ]
}

fn server(vendor: &str, sink: &MailSink, dns: &Responder) -> Server {
    let resolver = dns.address().to_string();
    Server::start_policy_over(&format!("../policies/{vendor}"), None, &outside(sink, &resolver))
}

/// Somebody with a password, on the domain.
fn account() -> Value {
    json!({ "email": ADA, "name": "Ada", "password": { "plain": PASSWORD } })
}

/// Until when somebody may leave who was told at an instant, as the policy has it.
fn in_two_weeks(told_at: Instant) -> Instant {
    told_at.plus(Span::new(14, SpanUnit::Day))
}

/// Waits until something is so; what the server does by itself takes a moment.
fn until(what: &str, so: impl Fn() -> bool) {
    let began = Stopwatch::now();
    while !so() {
        assert!(began.elapsed() < Duration::from_secs(150), "{what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A letter as it reads.
fn letter(sink: &MailSink, title: &str) -> candor_tests::Mail {
    let found = |sink: &MailSink| sink.mails().into_iter().find(|mail| readable(&mail.raw).contains(title));
    until(title, || found(sink).is_some());
    found(sink).expect("the letter")
}

fn readable(raw: &str) -> String {
    raw.replace("=\n", "").replace("=3D", "=")
}

/// The path that a letter's link leads to.
fn link(raw: &str) -> String {
    let text = readable(raw);
    let (_, rest) = text.split_once("https://id.vendor.example").expect("a link");
    rest.split_whitespace().next().unwrap_or_default().to_owned()
}

fn sign_in(server: &Server, slug: &str, who: &str) -> Visitor {
    let mut visitor = Visitor::of(server);
    visitor.get(&format!("/{slug}/sign-in"));
    let fields = [("identifier", who), ("password", PASSWORD)];
    let reply = visitor.submit(&format!("/{slug}/sign-in"), &fields);
    assert_eq!(reply.status, 303, "{}", visitor.page());
    visitor
}

/// An organisation that proved its domain.
fn organisation(server: &Server, dns: &Responder) -> String {
    let made = server.post("/v1/organisations", &json!({ "title": "Engines Ltd" })).json(201);
    let id = text(&made["id"]).to_owned();
    let at = format!("/v1/organisations/{id}/domains/engines.example");
    let named = server.send("PUT", &at, &json!({}), &[]).json(200);
    server.post(&format!("{at}/prove"), &json!({})).problem(422, "domain.unproved");
    dns.publish(text(&named["challenge_name"]), &["v=spf1 -all", text(&named["challenge_text"])]);
    let proved = server.post(&format!("{at}/prove"), &json!({})).json(200);
    assert!(proved["proved_at"].is_string());
    id
}

fn members(server: &Server, organisation: &str) -> Vec<(String, String)> {
    let page = server.get(&format!("/v1/organisations/{organisation}/members")).json(200);
    let of = |member: &Value| (text(&member["subject"]).to_owned(), text(&member["state"]).to_owned());
    page["items"].as_array().unwrap().iter().map(of).collect()
}

fn is_managed(ada: &Person) -> bool {
    ada.get("").json(200)["standing"]["managed"] == true
}

#[test]
fn promise_c60_the_owner_of_a_domain_takes_control_after_notice_and_then_approves_addresses() {
    let (dns, sink) = (Responder::start(), MailSink::start());
    let resolver = dns.address().to_string();
    // Fifteen days ago Ada was told, and had fourteen.
    let (lived, (ada, organisation)) = Lived::since(15, "assigntask", async |past: &Past| {
        let ada = past.person(&[("account", "subject", account())]).await;
        past.vault.tell_by(Post { mail: Some(Arc::new(Taken)), public_url: "https://id.vendor.example".into() });
        let identity = Identity::open(IdentityParts {
            vault: Arc::clone(&past.vault),
            entropy: Arc::new(SystemEntropy),
            passkeys: Arc::new(WebAuthn),
            sms: None,
        });
        identity.resolve_by(Arc::new(DnsResolver::at(dns.address()).unwrap()));
        let new = NewOrganisation { title: "Engines Ltd".into(), deciders: Vec::new() };
        let made = identity.create_organisation(&past.admin, new).await.unwrap();
        let named = identity.name_domain(&past.admin, made.id, "engines.example").await.unwrap();
        dns.publish(&named.challenge_name, &[&named.challenge_text]);
        identity.prove_domain(&past.admin, made.id, "engines.example").await.unwrap();
        identity.tend_organisations().await.unwrap();
        let claim = identity.claim_of(past.admin.tenant(), ada).await.unwrap().unwrap();
        assert!(claim.deadline.is_some(), "she was told");
        (ada, made.id)
    });
    let server = lived.start_in(&outside(&sink, &resolver));
    let (ada, organisation) = (server.known(ada), organisation.to_string());
    until("the account is managed", || is_managed(&ada));
    let told = letter(&sink, "is managed now");
    assert_eq!(told.to, [ADA]);
    assert_eq!(members(&server, &organisation), [(ada.id.clone(), "managed".to_owned())]);

    // Where her data would be she reads who decides, and how to ask.
    let mut at_home = sign_in(&server, "assigntask", ADA);
    assert_eq!(at_home.get("/assigntask/account/data").status, 200);
    for said in ["Engines Ltd decides", "Send your request", "Complaining to the supervisory authority"] {
        assert!(at_home.page().contains(said), "{said}: {}", at_home.page());
    }

    // Another address waits, and is hers only once it is approved.
    let ask = |to: &str| {
        let mut visitor = sign_in(&server, "assigntask", ADA);
        visitor.get("/assigntask/account/email");
        assert_eq!(visitor.submit("/assigntask/account/email", &[("address", to)]).status, 200, "{}", visitor.page());
        let confirm = link(&letter(&sink, "Confirm your new address").raw);
        visitor.get(&confirm);
        let code = visitor.hidden("code").expect("a code");
        visitor.submit("/assigntask/account/email/confirm", &[("code", &code)]);
        assert!(visitor.page().contains("has to approve it"), "{}", visitor.page());
    };
    ask("ada@home.example");
    sign_in(&server, "assigntask", ADA);
    let at = format!("/v1/organisations/{organisation}/addresses");
    let waiting = server.get(&at).json(200);
    assert_eq!(waiting["items"][0]["on_domain"], false);
    assert!(!waiting.to_string().contains("home.example"), "who decides is not shown the address");
    let id = text(&waiting["items"][0]["id"]).to_owned();
    let reply = server.post(&format!("{at}/{id}/decide"), &json!({ "approve": true }));
    assert_eq!(reply.status, 204);
    sign_in(&server, "assigntask", "ada@home.example");
    assert!(!is_managed(&ada), "the address is on no domain of the organisation any more");
}

#[test]
fn promise_c61_the_organisation_decides_about_requests_and_the_person_is_told() {
    let (dns, sink) = (Responder::start(), MailSink::start());
    let server = server("assigntask", &sink, &dns);
    let ada = server.person(&[("account", account())]);
    server.send("PUT", &format!("/v1/subjects/{}/managed", ada.id), &json!({ "managed": true }), &[]).json(200);
    let mut visitor = sign_in(&server, "assigntask", ADA);
    let export = |visitor: &mut Visitor| {
        visitor.get("/assigntask/account/leave");
        visitor.submit("/assigntask/account/leave/export", &[("kind", "access")]).status
    };
    assert_eq!(export(&mut visitor), 403, "{}", visitor.page());
    assert_eq!(visitor.get("/assigntask/account/data").status, 200, "nobody is left before a refusal");
    assert!(!visitor.page().contains(ADA) && visitor.page().contains("Send your request"), "{}", visitor.page());
    let asked = ada.post("/requests", &json!({ "right": "access" })).json(201);
    assert_eq!((&asked["routed"], &asked["approved"]), (&json!(true), &Value::Null));
    assert!(asked["due_at"].is_string(), "its clock runs all the same");
    assert_eq!(export(&mut visitor), 403, "asking is not having");
    let decide = |request: &Value, decision: Value| {
        server.post(&format!("/v1/requests/{}/decide", text(&request["id"])), &decision)
    };
    let reader = server.key(&json!({ "label": "desk", "scopes": ["rights", "read"] }));
    let tried = reader.post(&format!("/v1/requests/{}/decide", text(&asked["id"])), &json!({ "approve": true }));
    tried.problem(403, "key.scope_missing");
    assert_eq!(decide(&asked, json!({ "approve": true })).json(200)["approved"], true);
    assert_eq!(letter(&sink, "was approved").to, [ADA]);
    assert_eq!(export(&mut visitor), 200, "{}", visitor.page());

    let erasure = ada.post("/requests", &json!({ "right": "erasure" })).json(201);
    let refused = decide(&erasure, json!({ "approve": false, "because": "A17LegalClaims" })).json(200);
    assert_eq!((&refused["state"], &refused["approved"]), (&json!("refused"), &json!(false)));
    assert_eq!(letter(&sink, "was refused").to, [ADA]);
    let again = ada.post("/requests", &json!({ "right": "erasure" })).json(201);
    decide(&again, json!({ "approve": true })).json(200);
    ada.get("").problem(410, "subject.erased");
}

#[test]
fn promise_c62_whoever_is_claimed_is_told_with_a_deadline_and_may_leave_first() {
    let (dns, sink) = (Responder::start(), MailSink::start());
    let server = server("assigntask", &sink, &dns);
    let ada = server.person(&[("account", account())]);
    let before = SystemClock.now();
    let organisation = organisation(&server, &dns);
    let told = letter(&sink, "is about to manage your account");
    assert_eq!(told.to, [ADA]);
    // Told after the domain was proved and before now: midnight may lie between.
    let says = |from: Instant| readable(&told.raw).contains(&in_two_weeks(from).to_string()[..10]);
    assert!(says(before) || says(SystemClock.now()), "the deadline: {}", told.raw);
    assert_eq!(link(&told.raw), "/assigntask/account/organisation");
    assert_eq!(members(&server, &organisation), [(ada.id.clone(), "claimed".to_owned())]);
    assert!(!is_managed(&ada));

    let mut visitor = sign_in(&server, "assigntask", ADA);
    assert_eq!(visitor.get("/assigntask/account/organisation").status, 200);
    for offered in ["Engines Ltd", "Change the address", "Take the data along and leave", "14 days left"] {
        assert!(visitor.page().contains(offered), "{offered}: {}", visitor.page());
    }
    visitor.get("/assigntask/account/email");
    visitor.submit("/assigntask/account/email", &[("address", "ada@home.example")]);
    let confirm = link(&letter(&sink, "Confirm your new address").raw);
    visitor.get(&confirm);
    let code = visitor.hidden("code").expect("a code");
    visitor.submit("/assigntask/account/email/confirm", &[("code", &code)]);
    assert!(members(&server, &organisation).is_empty(), "she left");
    visitor.get("/assigntask/account/organisation");
    assert!(visitor.page().contains("No organisation manages your account"), "{}", visitor.page());
}

/// Somebody with this address, with a password.
fn person(server: &Server, email: &str) -> Person {
    let values = json!({ "email": email, "name": "Ada", "password": { "plain": PASSWORD } });
    server.person(&[("account", values)])
}

#[test]
fn promise_d05_staff_reads_for_the_purpose_of_its_role_and_the_person_sees_it() {
    let (dns, sink) = (Responder::start(), MailSink::start());
    let server = server("assigntask", &sink, &dns);
    let (ada, bob) = (person(&server, ADA), person(&server, "bob@vendor.example"));
    let slug = "assigntask";
    let mut stranger = sign_in(&server, slug, "bob@vendor.example");
    assert_eq!(stranger.get("/assigntask/console").status, 403, "who has no role has no console");
    let roles = json!({ "roles": ["support_desk"] });
    server.send("PUT", &format!("/v1/staff/{}", bob.id), &roles, &[]).json(200);

    let mut bob_at_work = sign_in(&server, slug, "bob@vendor.example");
    assert_eq!(bob_at_work.get("/assigntask/console").status, 200);
    let look_up = [("whom", ADA), ("purpose", "support"), ("reason", "asked")];
    let found = bob_at_work.submit("/assigntask/console", &look_up);
    assert_eq!(found.status, 303, "{}", bob_at_work.page());
    let page = location(&found);
    assert_eq!(page, format!("/assigntask/console/people/{}", ada.id));
    bob_at_work.get(&page);
    assert!(!bob_at_work.page().contains(ADA), "nothing is shown without a purpose");
    assert!(!bob_at_work.page().contains("Sign-ins"), "nor what is for administrators");
    let open = |purpose, reason, ticket| [("purpose", purpose), ("reason", reason), ("ticket", ticket)];
    assert_eq!(bob_at_work.submit(&page, &open("support", "asked", "")).status, 422, "no ticket");
    bob_at_work.get(&page);
    assert_eq!(bob_at_work.submit(&page, &open("billing", "asked", "T-4711")).status, 403, "another role's purpose");
    bob_at_work.get(&page);
    let opened = bob_at_work.submit(&page, &open("support", "asked", "T-4711"));
    assert_eq!(opened.status, 200, "{}", bob_at_work.page());
    assert!(bob_at_work.page().contains(ADA));

    // She sees who, when, why and for what.
    let seen = ada.get("/accesses").json(200);
    let of_staff: Vec<&Value> =
        seen["items"].as_array().unwrap().iter().filter(|row| row["actor_label"] == "a member of staff").collect();
    assert!(of_staff.iter().any(|row| row["kind"] == "disclosure" && row["purpose"] == "support"), "{seen}");
    assert!(of_staff.iter().any(|row| row["kind"] == "staff_access" && row["reason"] == "staff.asked"), "{seen}");
    let mut ada_at_home = sign_in(&server, slug, ADA);
    ada_at_home.get("/assigntask/account/accesses");
    assert!(ada_at_home.page().contains("The person asked for help"), "{}", ada_at_home.page());
    ada_at_home.get("/assigntask/account/organisation");
    assert!(ada_at_home.page().contains("T-4711"), "{}", ada_at_home.page());

    // Taken off the staff, the console is closed at once.
    let off = server.send("DELETE", &format!("/v1/staff/{}", bob.id), &json!({}), &[]);
    assert_eq!(off.status, 204);
    assert_eq!(bob_at_work.get("/assigntask/console").status, 403);
}

#[test]
fn promise_b04_the_audit_of_sign_ins_is_shown_to_administrators_alone() {
    let (dns, sink) = (Responder::start(), MailSink::start());
    let server = server("assigntask", &sink, &dns);
    let (ada, bob) = (person(&server, ADA), person(&server, "bob@vendor.example"));
    let slug = "assigntask";
    sign_in(&server, slug, ADA);
    let page = format!("/assigntask/console/people/{}", ada.id);
    let staff = format!("/v1/staff/{}", bob.id);
    server.send("PUT", &staff, &json!({ "roles": ["support_desk"] }), &[]).json(200);
    let mut at_work = sign_in(&server, slug, "bob@vendor.example");
    assert_eq!(at_work.get(&page).status, 200);
    assert!(!at_work.page().contains("Sign-ins"));
    for closed in ["keys", "secrets", "requests", "staff", "policies", "organisations"] {
        assert_eq!(at_work.get(&format!("/assigntask/console/{closed}")).status, 403, "{closed}");
    }
    server.send("PUT", &staff, &json!({ "administrator": true }), &[]).json(200);
    assert_eq!(at_work.get(&page).status, 200);
    assert!(at_work.page().contains("Sign-ins") && at_work.page().contains("signed in"), "{}", at_work.page());
    assert!(!at_work.page().contains(ADA), "and no field of hers");

    // Locked, she is out, and stays so until she is let in again.
    let act = format!("{page}/act");
    let mut ada_at_home = sign_in(&server, slug, ADA);
    assert_eq!(ada_at_home.get("/assigntask/account").status, 200);
    assert_eq!(at_work.submit(&act, &[("act", "lock")]).status, 303, "{}", at_work.page());
    assert_eq!(ada_at_home.get("/assigntask/account").status, 303, "her session ended");
    let mut tries = Visitor::of(&server);
    tries.get("/assigntask/sign-in");
    let fields = [("identifier", ADA), ("password", PASSWORD)];
    assert_eq!(tries.submit("/assigntask/sign-in", &fields).status, 403, "{}", tries.page());
    assert!(tries.page().contains("This account is locked"));
    at_work.get(&page);
    assert_eq!(at_work.submit(&act, &[("act", "unlock")]).status, 303);
    sign_in(&server, slug, ADA);
}
