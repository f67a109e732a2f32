//! What one person must look like: every acknowledged act, and the one that may or may not have happened.

use std::collections::{BTreeMap, BTreeSet};

use candor_tests::{Client, Mirror, Reply, text};
use candor_words::SubjectRef;
use serde_json::{Value, json};

/// An answer that names an entry of the ledger; what the entry must be.
#[derive(Debug)]
pub struct Witness {
    pub entry: u64,
    pub kinds: &'static [&'static str],
}

/// Something that is done to a person.
#[derive(Debug, Clone)]
pub enum Act {
    Consent(bool),
    Write(String),
    Rewrite(String, String),
    Rename(String),
    Remove(String),
    Request,
    Erase,
    Read,
    ReadLetters,
}

/// A person as the acknowledgements say.
#[derive(Debug)]
pub struct Person {
    pub id: String,
    pub account: String,
    pub name: String,
    pub agrees: bool,
    pub notes: BTreeMap<String, String>,
    pub requests: BTreeSet<String>,
    pub erased: Option<u64>,
    /// Sent, and not answered when the server was killed; with its idempotency key, when it had one.
    pub in_doubt: Option<(Act, Option<String>)>,
    /// How many repeats after a kill were told that the first had been carried out without an answer.
    pub n_answers_lost: u64,
    pub witnesses: Vec<Witness>,
    pub touched: bool,
    reference: Option<SubjectRef>,
}

impl Person {
    /// A person that was just made.
    pub fn made(answer: &Value, name: String) -> Self {
        let mut person = Self {
            id: text(&answer["subject"]).to_owned(),
            account: text(&answer["records"][0]).to_owned(),
            name,
            agrees: false,
            notes: BTreeMap::new(),
            requests: BTreeSet::new(),
            erased: None,
            in_doubt: None,
            n_answers_lost: 0,
            witnesses: Vec::new(),
            touched: true,
            reference: None,
        };
        person.witness(&answer["entry"], &["subject_created"]);
        person
    }

    fn at(&self, rest: &str) -> String {
        format!("/v1/subjects/{}{rest}", self.id)
    }

    fn witness(&mut self, entry: &Value, kinds: &'static [&'static str]) {
        let entry = entry.as_u64().unwrap_or_else(|| panic!("an answer names no entry: {entry}"));
        self.witnesses.push(Witness { entry, kinds });
    }

    /// Does something; false when the server was gone before it answered.
    pub fn act(&mut self, caller: &Client, act: Act, key: Option<String>) -> bool {
        self.touched = true;
        self.in_doubt = Some((act.clone(), key.clone()));
        let Some(reply) = self.send(caller, &act, key.as_deref()) else { return false };
        self.in_doubt = None;
        self.acknowledged(act, &reply);
        true
    }

    fn send(&self, caller: &Client, act: &Act, key: Option<&str>) -> Option<Reply> {
        let (method, path, body) = match act {
            Act::Consent(agrees) => {
                let act = if *agrees { "given" } else { "withdrawn" };
                ("POST", self.at("/consents"), json!({ "purpose": "letters", "act": act }))
            }
            Act::Write(note) => {
                ("POST", self.at("/records"), json!({ "group": "note", "values": { "message": note } }))
            }
            Act::Rewrite(record, note) => {
                ("PATCH", self.at(&format!("/records/note/{record}")), json!({ "values": { "message": note } }))
            }
            Act::Rename(name) => {
                let account = &self.account;
                (
                    "POST",
                    self.at("/rectify"),
                    json!({ "group": "account", "record": account, "values": { "name": name } }),
                )
            }
            Act::Remove(record) => ("DELETE", self.at(&format!("/records/note/{record}")), json!({})),
            Act::Request => ("POST", self.at("/requests"), json!({ "right": "access" })),
            Act::Erase => ("POST", self.at("/erase"), json!({})),
            Act::Read => {
                ("POST", self.at("/read"), json!({ "purpose": "service", "fields": ["account.name", "note"] }))
            }
            Act::ReadLetters => ("POST", self.at("/read"), json!({ "purpose": "letters", "fields": ["account.name"] })),
        };
        let key: Vec<(&str, &str)> = key.map(|key| ("idempotency-key", key)).into_iter().collect();
        caller.try_send(method, &path, &body, &key)
    }

    /// Repeats what had a key and no answer: it happens, or had happened, exactly once. True when its answer was lost.
    fn repeat(&mut self, caller: &Client) -> bool {
        let Some((act, Some(key))) = self.in_doubt.clone() else { return false };
        let reply = self.send(caller, &act, Some(&key)).expect("the server answers");
        if reply.status == 409 {
            reply.problem(409, "idempotency.answer_lost");
            self.n_answers_lost += 1;
            return true;
        }
        self.in_doubt = None;
        self.acknowledged(act, &reply);
        false
    }

    fn acknowledged(&mut self, act: Act, reply: &Reply) {
        match act {
            Act::Consent(agrees) => {
                self.agrees = agrees;
                let kinds: &[&str] = if agrees { &["consent_given"] } else { &["consent_withdrawn"] };
                self.witness(&reply.json(201)["entry"], kinds);
            }
            Act::Write(note) => drop(self.notes.insert(text(&reply.json(201)["record"]).to_owned(), note)),
            Act::Rewrite(record, note) => {
                reply.json(200);
                self.notes.insert(record, note);
            }
            Act::Rename(name) => {
                self.name = name;
                self.witness(&reply.json(200)["entry"], &["rectified"]);
            }
            Act::Remove(record) => {
                reply.json(204);
                self.notes.remove(&record);
            }
            Act::Request => drop(self.requests.insert(text(&reply.json(201)["id"]).to_owned())),
            Act::Erase => {
                let erased = reply.json(200)["entry"].clone();
                self.erased = erased.as_u64();
                self.witness(&erased, &["erased"]);
            }
            Act::Read => {
                let answer = reply.json(200);
                self.witness(&answer["entry"], &["disclosure"]);
                let (name, notes) = opened(&answer);
                assert_eq!((name, notes), (self.name.clone(), self.notes.clone()), "{}", self.id);
            }
            Act::ReadLetters if self.agrees => {
                let answer = reply.json(200);
                self.witness(&answer["entry"], &["disclosure"]);
                assert_eq!(opened(&answer).0, self.name);
            }
            Act::ReadLetters => {
                let refused = reply.refused("basis.consent_missing");
                self.witness(&refused["entry"], &["refusal"]);
            }
        }
    }

    /// Holds what the server has now against what it acknowledged; what was in doubt is settled by what is found.
    pub fn check(&mut self, caller: &Client) {
        self.touched = false;
        let must_be = self.repeat(caller);
        let doubt = self.in_doubt.take().map(|(act, _)| act);
        let before = self.told();
        if self.erased.is_some() || matches!(doubt, Some(Act::Erase)) {
            let shown = caller.get(&self.at(""));
            if self.erased.is_some() || shown.status != 200 {
                let problem = shown.problem(410, "subject.erased");
                let entry: u64 = text(&problem["erased_entry"]).parse().expect("a position");
                assert_eq!(entry, *self.erased.get_or_insert(entry), "erased once");
                assert!(!must_be || matches!(doubt, Some(Act::Erase)), "{}", self.id);
                return;
            }
        }
        let answer =
            caller.post(&self.at("/read"), &json!({ "purpose": "service", "fields": ["account.name", "note"] }));
        let (name, notes) = opened(&answer.json(200));
        self.check_name(&name, doubt.as_ref());
        self.check_notes(notes, doubt.as_ref());
        self.check_requests(caller, doubt.as_ref());
        let letters = caller.post(&self.at("/read"), &json!({ "purpose": "letters", "fields": ["account.name"] }));
        let agrees = letters.status == 200;
        match doubt {
            Some(Act::Consent(maybe)) if agrees == maybe => self.agrees = maybe,
            _ => assert_eq!(agrees, self.agrees, "consent of {}: {}", self.id, letters.text()),
        }
        match doubt.filter(|_| must_be) {
            None => {}
            Some(Act::Consent(said)) => assert_eq!(agrees, said, "{}", self.id),
            Some(Act::Rename(said)) => assert_eq!(self.name, said),
            Some(Act::Rewrite(record, said)) => assert_eq!(self.notes[&record], said),
            Some(Act::Remove(record)) => assert!(!self.notes.contains_key(&record), "{}", self.id),
            Some(Act::Write(_) | Act::Request) => {
                assert_ne!(self.told(), before, "{}: carried out, and not there", self.id)
            }
            Some(act) => panic!("{act:?} was carried out and is not seen"),
        }
    }

    /// How many notes and requests are known.
    fn told(&self) -> (usize, usize) {
        (self.notes.len(), self.requests.len())
    }

    fn check_name(&mut self, name: &str, doubt: Option<&Act>) {
        match doubt {
            Some(Act::Rename(maybe)) if name == maybe => self.name.clone_from(maybe),
            _ => assert_eq!(name, self.name, "{}", self.id),
        }
    }

    fn check_notes(&mut self, found: BTreeMap<String, String>, doubt: Option<&Act>) {
        let mut maybe = self.notes.clone();
        match doubt {
            Some(Act::Write(note)) => {
                let new = found.iter().find(|(record, _)| !maybe.contains_key(*record));
                if let Some((record, found)) = new {
                    assert_eq!(found, note);
                    maybe.insert(record.clone(), note.clone());
                }
            }
            Some(Act::Rewrite(record, note)) => drop(maybe.insert(record.clone(), note.clone())),
            Some(Act::Remove(record)) => drop(maybe.remove(record)),
            _ => {}
        }
        assert!(
            found == self.notes || found == maybe,
            "{}: {found:?} for {:?}, in doubt {doubt:?}",
            self.id,
            self.notes
        );
        self.notes = found;
    }

    fn check_requests(&mut self, caller: &Client, doubt: Option<&Act>) {
        let page = caller.get(&format!("/v1/requests?subject={}&limit=500", self.id)).json(200);
        let found: BTreeSet<String> =
            page["items"].as_array().into_iter().flatten().map(|request| text(&request["id"]).to_owned()).collect();
        let n_more = found.difference(&self.requests).count();
        assert!(self.requests.is_subset(&found), "{}: {found:?} for {:?}", self.id, self.requests);
        assert!(n_more <= usize::from(matches!(doubt, Some(Act::Request))), "{}: {found:?}", self.id);
        self.requests = found;
    }

    /// Finds each answer's entry in the ledger, of its kind and about this person.
    pub fn check_witnesses(&mut self, ledger: &Mirror) {
        for witness in self.witnesses.drain(..) {
            let entry = ledger.entry(witness.entry);
            assert!(witness.kinds.contains(&entry.body.kind_name()), "{witness:?} is {entry:?}");
            let reference = entry.subject.expect("an entry about somebody");
            assert_eq!(reference, *self.reference.get_or_insert(reference), "{witness:?} is about somebody else");
        }
    }
}

/// The name and the notes, by record, that a read gave.
fn opened(answer: &Value) -> (String, BTreeMap<String, String>) {
    let (mut name, mut notes) = (String::new(), BTreeMap::new());
    for record in answer["records"].as_array().into_iter().flatten() {
        match text(&record["group"]) {
            "account" => text(&record["values"]["name"]["value"]).clone_into(&mut name),
            _ => {
                let note = text(&record["values"]["message"]["value"]).to_owned();
                notes.insert(text(&record["record"]).to_owned(), note);
            }
        }
    }
    (name, notes)
}
