//! A service desk: a server that reaches two systems, mails to a sink, and has people who work at its console.

use std::path::Path;

use serde_json::json;

use crate::{Client, MailSink, Person, Reply, Server, Systems, Visitor};

/// What everybody's password is.
pub const OFFICE_PASSWORD: &str = "correct horse battery staple";
/// The tenant's name in addresses.
const SLUG: &str = "office";

/// The server with what it reaches.
pub struct Office {
    /// The two databases.
    pub systems: Systems,
    /// Where its letters go.
    pub sink: MailSink,
    /// The server.
    pub server: Server,
}

impl Default for Office {
    fn default() -> Self {
        let (systems, sink) = (Systems::default(), MailSink::start());
        let mut setup = systems.setup().mailing_to(&sink);
        setup.policies = vec![Path::new("tests/tests/office.candor").to_path_buf()];
        setup.environment.retain(|(name, _)| *name != "CANDOR_SYSTEMS");
        setup.environment.push(("CANDOR_SYSTEMS", format!("{SLUG}:VENDOR_FILE,{SLUG}:SITE_FILE")));
        let server = Server::start_as(setup);
        Self { systems, sink, server }
    }
}

impl Office {
    /// Somebody with an account and a password.
    #[track_caller]
    pub fn person(&self, email: &str, name: &str) -> Person {
        let password = json!({ "plain": OFFICE_PASSWORD });
        self.server.person(&[("account", json!({ "email": email, "name": name, "password": password }))])
    }

    /// Ada, whom both systems know.
    #[track_caller]
    pub fn ada(&self) -> Person {
        self.person("ada-q7391@people.example", "Ada-q7391")
    }

    /// Somebody who works there, signed in.
    #[track_caller]
    pub fn staff(&self, email: &str, roles: &[&str], administrator: bool) -> AtDesk {
        let who = self.person(email, "Somebody");
        let seat = json!({ "roles": roles, "administrator": administrator });
        self.server.send("PUT", &format!("/v1/staff/{}", who.id), &seat, &[]).json(200);
        AtDesk { visitor: self.signed_in(email) }
    }

    /// How many sealed things the store keeps of how identity is proved.
    #[track_caller]
    pub fn n_evidence(&self) -> i64 {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let store = rusqlite::Connection::open_with_flags(self.server.folder().join("data/candor.db"), flags);
        Systems::count(&store.expect("the store's file"), "SELECT count(*) FROM slips WHERE kind = 67")
    }

    /// Somebody's browser, signed in.
    #[track_caller]
    pub fn signed_in(&self, email: &str) -> Visitor {
        signed_in(&self.server, email)
    }
}

#[track_caller]
fn signed_in(client: &Client, email: &str) -> Visitor {
    let mut visitor = Visitor::of(client);
    visitor.enter(SLUG, email, OFFICE_PASSWORD);
    visitor
}

/// Somebody at the console.
pub struct AtDesk {
    visitor: Visitor,
}

impl AtDesk {
    /// Somebody who has a seat at a server's console, signed in.
    #[track_caller]
    pub fn at(server: &Client, email: &str) -> Self {
        Self { visitor: signed_in(server, email) }
    }

    /// Opens a page of the console.
    pub fn get(&mut self, below: &str) -> u16 {
        self.visitor.get(format!("/{SLUG}/console/{below}").trim_end_matches('/')).status
    }

    /// Opens a page, and sends one of its forms to where it goes.
    #[track_caller]
    pub fn submit(&mut self, page: &str, to: &str, fields: &[(&str, &str)]) -> Reply {
        assert_eq!(self.get(page), 200, "{}", self.page());
        self.visitor.submit(format!("/{SLUG}/console/{to}").trim_end_matches('/'), fields)
    }

    /// Acts on a page by the form that it shows; it leads back.
    #[track_caller]
    pub fn act(&mut self, page: &str, fields: &[(&str, &str)]) {
        let reply = self.submit(page, page, fields);
        assert_eq!(reply.status, 303, "{fields:?}: {}", self.page());
        assert_eq!(self.get(page), 200, "{}", self.page());
    }

    /// The page that is shown.
    pub fn page(&self) -> &str {
        self.visitor.page()
    }
}
