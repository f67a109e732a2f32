//! A server whose policy lets people in (`tests/tests/door.candor`), with a relay for its letters.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;

use crate::{MailSink, Reply, Server, Setup, Visitor};

/// Where people reach it, as its letters say; nothing listens there.
const PUBLIC_URL: &str = "https://id.acme.example";
/// The password of everybody.
pub const PASSWORD: &str = "correct horse battery";

/// A front door and its letters. The tenant is called `door`.
pub struct FrontDoor {
    /// The server.
    pub server: Server,
    /// Where its letters go.
    pub sink: MailSink,
    n_visitors: AtomicU32,
}

impl FrontDoor {
    /// Starts it. This machine is a proxy that it believes, so that visitors can come from anywhere.
    pub fn open() -> Self {
        Self::open_as(Setup::default())
    }

    /// The same with what a setup adds: further tenants, and what stands in its environment.
    pub fn open_as(mut setup: Setup) -> Self {
        setup.environment.push(("CANDOR_TRUSTED_PROXIES", "127.0.0.1".to_owned()));
        Self::open_believing(setup)
    }

    /// The same, believing only the proxies that the setup names.
    pub fn open_believing(mut setup: Setup) -> Self {
        let sink = MailSink::start();
        setup.policies.insert(0, Path::new("tests/tests/door.candor").to_owned());
        setup.environment.extend([
            ("CANDOR_SMTP_HOST", sink.address().to_owned()),
            ("CANDOR_SMTP_SECURITY", "plain".to_owned()),
            ("CANDOR_MAIL_FROM", "door@acme.example".to_owned()),
            ("CANDOR_PUBLIC_URL", PUBLIC_URL.to_owned()),
        ]);
        Self { server: Server::start_as(setup), sink, n_visitors: AtomicU32::new(0) }
    }

    /// A visitor from a network of their own.
    pub fn visitor(&self) -> Visitor {
        let n = self.n_visitors.fetch_add(1, Ordering::Relaxed);
        self.visitor_from(&format!("198.18.{}.{}", n / 250, n % 250 + 1))
    }

    /// A visitor from an address.
    pub fn visitor_from(&self, address: &str) -> Visitor {
        Visitor::of(&self.server).with("x-forwarded-for", address)
    }

    /// Fills the form of the sign-up page in, with these fields in the place of the usual ones.
    pub fn begin_sign_up(&self, visitor: &mut Visitor, email: &str, fields: &[(&str, &str)]) -> Reply {
        assert_eq!(visitor.get("/door/sign-up").status, 200, "{}", visitor.page());
        let policy = visitor.hidden("policy").unwrap_or_default();
        let usual = [
            ("policy", policy.as_str()),
            ("born", "1990-12-31"),
            ("account.email", email),
            ("account.company", "Acme"),
            ("account.password", PASSWORD),
            ("consent.newsletter", "no"),
        ];
        let is_usual = |(name, _): &&(&str, &str)| !fields.iter().any(|(other, _)| other == name);
        let all: Vec<_> = usual.iter().filter(is_usual).chain(fields).copied().collect();
        visitor.submit("/door/sign-up", &all)
    }

    /// Signs somebody up, with the letter and its link; they are signed in.
    #[track_caller]
    pub fn sign_up(&self, email: &str) -> Visitor {
        let mut visitor = self.visitor();
        let n_letters = self.sink.mails().len();
        let reply = self.begin_sign_up(&mut visitor, email, &[]);
        assert_eq!(reply.status, 200, "{}", visitor.page());
        let confirm = self.link(n_letters);
        assert_eq!(visitor.get(&confirm).status, 200, "{}", visitor.page());
        let code = visitor.hidden("code").expect("a code");
        assert_eq!(visitor.submit("/door/sign-up/confirm", &[("code", &code)]).status, 303, "{}", visitor.page());
        visitor
    }

    /// Gives somebody who signed up a seat at the console: they administer the tenant.
    #[track_caller]
    pub fn seat(&self, email: &str) {
        let wanted = json!({ "purpose": "sign_in", "field": "account.email", "value": email });
        let found = self.server.post("/v1/subjects/find", &wanted).json(200);
        let subject = found["subject"].as_str().expect("somebody who signed up");
        let roles = json!({ "administrator": true });
        self.server.send("PUT", &format!("/v1/staff/{subject}"), &roles, &[]).json(200);
    }

    /// Tries to sign in.
    pub fn sign_in(&self, visitor: &mut Visitor, identifier: &str, password: &str) -> Reply {
        visitor.get("/door/sign-in");
        visitor.submit("/door/sign-in", &[("identifier", identifier), ("password", password)])
    }

    /// The path of the link in a letter, by the letter's number.
    #[track_caller]
    pub fn link(&self, number: usize) -> String {
        let text = self.sink.wait_for(number + 1)[number].text();
        let (_, rest) = text.split_once(PUBLIC_URL).expect("a link");
        rest.split_whitespace().next().unwrap_or_default().to_owned()
    }

    /// An address of a page in a browser.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }

    /// How many entries the tenant's ledger has: what changed anything, or told anything, stands there.
    pub fn n_entries(&self) -> u64 {
        let checkpoint = self.server.anonymous().get("/ledger/door/checkpoint").text();
        checkpoint.lines().nth(1).and_then(|line| line.parse().ok()).expect("the size of the ledger")
    }
}
