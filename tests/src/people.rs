//! People to test with, and what can be asked about one of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{Client, Reply};

/// A subject, and the caller that asks about them.
#[derive(Clone)]
pub struct Person {
    /// The subject's id.
    pub id: String,
    /// Their records, in the order they were sent.
    pub records: Vec<String>,
    caller: Client,
}

impl Client {
    /// Makes a person under contract with these first records, each a group and its values.
    #[track_caller]
    pub fn person(&self, records: &[(&str, Value)]) -> Person {
        self.made(&json!({ "records": written(records), "contract": {} }))
    }

    /// Makes a person without a contract.
    #[track_caller]
    pub fn stranger(&self, records: &[(&str, Value)]) -> Person {
        self.made(&json!({ "records": written(records) }))
    }

    /// A person that was made before, by their id.
    pub fn known(&self, id: impl ToString) -> Person {
        Person { id: id.to_string(), records: Vec::new(), caller: self.clone() }
    }

    /// Switches a collection of the policy, as an administrator does.
    #[track_caller]
    pub fn switch(&self, collection: &str, on: bool) {
        let switched = self.send("PUT", &format!("/v1/collections/{collection}"), &json!({ "on": on }), &[]).json(200);
        assert_eq!(switched["on"], on, "{switched}");
    }

    #[track_caller]
    fn made(&self, body: &Value) -> Person {
        let made = self.post("/v1/subjects", body).json(201);
        let records = made["records"].as_array().into_iter().flatten();
        let records = records.map(|id| text(id).to_owned()).collect();
        Person { id: text(&made["subject"]).to_owned(), records, caller: self.clone() }
    }
}

fn written(records: &[(&str, Value)]) -> Vec<Value> {
    records.iter().map(|(group, values)| json!({ "group": group, "values": values })).collect()
}

impl Person {
    /// The same person, asked about by another caller or another run of the server.
    pub fn asked_by(&self, caller: &Client) -> Self {
        Self { caller: caller.clone(), ..self.clone() }
    }

    /// The same person with other records in mind.
    #[must_use]
    pub fn with_records(&self, records: &[&str]) -> Self {
        Self { records: records.iter().map(|record| (*record).to_owned()).collect(), ..self.clone() }
    }

    /// An address below the person's own.
    pub fn at(&self, rest: &str) -> String {
        format!("/v1/subjects/{}{rest}", self.id)
    }

    /// GETs below the person.
    pub fn get(&self, rest: &str) -> Reply {
        self.caller.get(&self.at(rest))
    }

    /// POSTs below the person.
    pub fn post(&self, rest: &str, body: &Value) -> Reply {
        self.caller.post(&self.at(rest), body)
    }

    /// PUTs below the person.
    pub fn put(&self, rest: &str, body: &Value) -> Reply {
        self.caller.send("PUT", &self.at(rest), body, &[])
    }

    /// DELETEs below the person.
    pub fn delete(&self, rest: &str) -> Reply {
        self.caller.send("DELETE", &self.at(rest), &json!({}), &[])
    }

    /// Changes values of the only record of a group.
    pub fn change(&self, group: &str, values: &Value) -> Reply {
        let record = self.record_of(group);
        self.caller.send("PATCH", &self.at(&format!("/records/{group}/{record}")), &json!({ "values": values }), &[])
    }

    /// Stores a record that the person gave.
    pub fn store(&self, group: &str, values: &Value) -> Reply {
        self.post("/records", &json!({ "group": group, "values": values }))
    }

    /// Stores a record from another source.
    pub fn store_from(&self, source: &str, group: &str, values: &Value) -> Reply {
        self.post("/records", &json!({ "group": group, "values": values, "source": source }))
    }

    /// The first record of a group.
    #[track_caller]
    pub fn record_of(&self, group: &str) -> String {
        let records = self.get(&format!("/records?group={group}")).json(200);
        text(&records["items"][0]["record"]).to_owned()
    }

    /// Reads fields for a purpose of the controller's own.
    pub fn read(&self, purpose: &str, fields: &[&str]) -> Reply {
        self.ask(&json!({ "purpose": purpose, "fields": fields }))
    }

    /// Reads fields for a recipient.
    pub fn read_for(&self, recipient: &str, purpose: &str, fields: &[&str]) -> Reply {
        self.ask(&json!({ "purpose": purpose, "fields": fields, "recipient": recipient }))
    }

    /// Reads fields to send a message over a channel.
    pub fn read_over(&self, channel: &str, purpose: &str, fields: &[&str]) -> Reply {
        self.ask(&json!({ "purpose": purpose, "fields": fields, "channel": channel }))
    }

    /// Reads fields while the person's browser sends Global Privacy Control.
    pub fn read_under_gpc(&self, purpose: &str, fields: &[&str]) -> Reply {
        let question = json!({ "purpose": purpose, "fields": fields });
        self.caller.send("POST", &self.at("/read"), &question, &[("sec-gpc", "1")])
    }

    /// Asks a question as it stands.
    pub fn ask(&self, question: &Value) -> Reply {
        self.post("/read", question)
    }

    /// Says something about consent to a purpose.
    #[track_caller]
    pub fn consent(&self, act: &str, purpose: &str) -> Value {
        self.post("/consents", &json!({ "purpose": purpose, "act": act })).json(201)
    }

    /// Why a purpose may use fields, or not, at an instant; now when none is given.
    #[track_caller]
    pub fn why(&self, purpose: &str, fields: &[&str], at: Option<&str>) -> Value {
        self.post("/why", &json!({ "question": { "purpose": purpose, "fields": fields }, "at": at })).json(200)
    }

    /// Asks until the server's clock is past an instant, so that what follows is later by a millisecond at least.
    #[track_caller]
    pub fn wait_past(&self, at: &Value) {
        let now = || self.post("/why", &json!({ "question": { "purpose": "any", "fields": ["any.field"] } })).json(200);
        while text(&now()["at"]) <= text(at) {}
    }

    /// What the ledger says of the person, newest first.
    #[track_caller]
    pub fn accesses(&self) -> Vec<Value> {
        let page = self.get("/accesses?limit=500").json(200);
        page["items"].as_array().cloned().unwrap_or_default()
    }

    /// The newest entry of a kind that the ledger has about the person.
    #[track_caller]
    pub fn newest(&self, kind: &str) -> Value {
        let accesses = self.accesses();
        let found = accesses.iter().find(|access| access["kind"] == kind);
        found.unwrap_or_else(|| panic!("no entry `{kind}` among {accesses:#?}")).clone()
    }

    /// The person's version and records: what any write would change.
    #[track_caller]
    pub fn state(&self) -> Value {
        json!([self.get("").json(200), self.get("/records?limit=500").json(200)])
    }
}

impl Reply {
    /// The values of a read that granted something, by `group.field`; of several records, the first one's.
    #[track_caller]
    pub fn values(&self) -> BTreeMap<String, Value> {
        let answer = self.json(200);
        let mut values = BTreeMap::new();
        for record in answer["records"].as_array().into_iter().flatten() {
            for (name, opened) in record["values"].as_object().into_iter().flatten() {
                let field = format!("{}.{name}", text(&record["group"]));
                values.entry(field).or_insert_with(|| opened["value"].clone());
            }
        }
        values
    }

    /// The names of the fields that a read granted.
    #[track_caller]
    pub fn granted(&self) -> BTreeSet<String> {
        self.values().into_keys().collect()
    }

    /// Checks that a read was refused whole, for one reason.
    #[track_caller]
    pub fn refused(&self, code: &str) -> Value {
        let problem = self.problem(403, code);
        let refused = problem["refused"].as_array().map(Vec::as_slice).unwrap_or_default();
        assert!(refused.iter().all(|field| field["code"] == code), "{problem}");
        assert!(problem.get("records").is_none(), "{problem}");
        problem
    }

    /// Each field that a read refused with the code of the reason, whether or not others were granted.
    pub fn refusals(&self) -> BTreeMap<String, String> {
        let answer: Value = serde_json::from_slice(&self.bytes).expect("JSON");
        let refused = answer["refused"].as_array().into_iter().flatten();
        refused.map(|field| (text(&field["field"]).to_owned(), text(&field["code"]).to_owned())).collect()
    }
}

/// A value that must be a text.
#[track_caller]
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}"))
}
