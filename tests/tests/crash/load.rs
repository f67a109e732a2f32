//! One client of the load: does things to its own people until the server is gone.

use candor_tests::{Client, Dice};
use serde_json::json;

use crate::person::{Act, Person};

/// How many living people a client looks after.
const PEOPLE: usize = 6;
/// How many notes one person has; a read gives them all.
const NOTES: usize = 12;

/// A client with its people and its dice.
pub struct Load {
    pub people: Vec<Person>,
    dice: Dice,
    n: u64,
    name: usize,
}

impl Load {
    /// A client of its own name.
    pub fn new(name: usize, dice: Dice) -> Self {
        Self { people: Vec::new(), dice, n: 0, name }
    }

    /// Acts until the server does not answer any more; returns how often it was answered.
    pub fn run(&mut self, caller: &Client) -> u64 {
        let mut n_answered = 0;
        loop {
            let living: Vec<usize> = (0..self.people.len()).filter(|at| self.people[*at].erased.is_none()).collect();
            let answered = if living.len() < PEOPLE {
                self.make(caller)
            } else {
                let at = living[self.dice.below(living.len())];
                let act = self.choose(at);
                let is_write = !matches!(act, Act::Read | Act::ReadLetters);
                let key = (is_write && self.dice.once_in(2)).then(|| format!("key-{}-{}", self.name, self.n));
                self.people[at].act(caller, act, key)
            };
            if !answered {
                return n_answered;
            }
            n_answered += 1;
        }
    }

    fn make(&mut self, caller: &Client) -> bool {
        self.n += 1;
        let name = format!("Name {}-{}", self.name, self.n);
        let email = format!("p{}-{}@people.example", self.name, self.n);
        let account = json!({ "group": "account", "values": { "email": email, "name": name } });
        let Some(reply) = caller.try_post("/v1/subjects", &json!({ "records": [account], "contract": {} })) else {
            return false;
        };
        self.people.push(Person::made(&reply.json(201), name));
        true
    }

    fn choose(&mut self, at: usize) -> Act {
        self.n += 1;
        let person = &self.people[at];
        let records: Vec<&String> = person.notes.keys().collect();
        let record = records.get(self.dice.below(records.len())).map(|record| (*record).clone());
        let note = format!("note {} of {}", self.n, self.name);
        match (self.dice.below(20), record) {
            (0..=4, _) => Act::Consent(self.dice.once_in(2)),
            (5..=6, _) => Act::ReadLetters,
            (7..=9, Some(record)) if person.notes.len() >= NOTES => Act::Remove(record),
            (7..=10, _) if person.notes.len() < NOTES => Act::Write(note),
            (11..=12, Some(record)) => Act::Rewrite(record, note),
            (13..=14, _) => Act::Rename(format!("Renamed {} by {}", self.n, self.name)),
            (15, Some(record)) => Act::Remove(record),
            (16, _) if person.requests.len() < 20 => Act::Request,
            (17, _) => Act::Erase,
            _ => Act::Read,
        }
    }
}
