//! An upstream provider that is real, and a directory that is real, for people of the tests to sign in at.

use serde_json::{Value, json};

use crate::{Client, Peer, Visitor, text};

/// A running oidc-provider with one person, Ada.
pub struct UpstreamProvider {
    peer: Peer,
}

impl UpstreamProvider {
    /// Starts it; people come back to `redirect_uri`.
    pub fn start(redirect_uri: &str, people: &Value) -> Self {
        Self { peer: Peer::node("upstream.mjs", &[redirect_uri, &people.to_string()]) }
    }

    /// What is asked of it, in the words of the API.
    pub fn place(&self) -> Value {
        let [issuer, secret] = ["issuer", "secret"].map(|name| text(&self.peer.ready()[name]).to_owned());
        json!({ "provider": { "issuer": issuer, "client_id": "candor-RS256", "client_secret": secret } })
    }

    /// How many connections were opened to it so far.
    pub fn connections(&mut self) -> u64 {
        self.peer.ask(json!({ "act": "connections" })).expect("a number").as_u64().expect("a number")
    }

    /// What it was asked so far, each a method and a path.
    pub fn requests(&mut self) -> Vec<String> {
        let requests = self.peer.ask(json!({ "act": "requests" })).expect("requests");
        requests.as_array().expect("a list").iter().map(|request| text(request).to_owned()).collect()
    }

    /// Somebody who was sent away signs in there and consents; the path that they come back to.
    pub fn visit(&mut self, address: &str, login: &str) -> String {
        let back = self.peer.ask(json!({ "act": "visit", "address": address, "login": login })).expect("a way back");
        let (_, rest) = text(&back).split_once("://").expect("an address");
        rest[rest.find('/').expect("a path")..].to_owned()
    }
}

impl Client {
    /// Keeps a place where people may sign in elsewhere.
    #[track_caller]
    pub fn put_upstream(&self, name: &str, purpose: &str, fields: &Value, place: &Value) {
        let body = json!({
            "title": "The site", "purpose": purpose, "fields": fields, "opens_accounts": true, "place": place,
        });
        let kept = self.send("PUT", &format!("/v1/upstreams/{name}"), &body, &[]).json(200);
        assert_eq!(kept["name"], name);
    }
}

impl Visitor {
    /// Where the page leads that sends somebody on to a provider.
    #[track_caller]
    pub fn sent_to(&self) -> String {
        let (_, rest) =
            self.page().split_once("class=\"button main\" href=\"").unwrap_or_else(|| panic!("{}", self.page()));
        rest.split('"').next().unwrap_or_default().replace("&amp;", "&")
    }
}
