//! What must be true: every record and choice in memory, and what each operation has to answer.

use std::collections::BTreeMap;

use std::sync::Mutex;

use crate::data::{Choices, PURPOSES, TENS, kind, n_users, text};
use crate::op::{By, Op, Outcome, Set};

/// One person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    pub choices: Choices,
    pub records: BTreeMap<u64, String>,
    /// Erased, and not met again.
    pub is_erased: bool,
}

/// Everybody.
pub struct Model {
    people: Vec<Mutex<Person>>,
}

impl Model {
    /// The state after the load.
    pub fn loaded(n_records: u64) -> Self {
        let n_users = n_users(n_records);
        let people = (0..n_users).map(|user| {
            let records = (user..n_records).step_by(n_users as usize).map(|n| (n, text(n, 0))).collect();
            Mutex::new(Person { choices: Choices::at_first(user), records, is_erased: false })
        });
        Self { people: people.collect() }
    }

    pub fn n_users(&self) -> u64 {
        self.people.len() as u64
    }

    pub fn person(&self, user: u64) -> Person {
        self.people[user as usize].lock().expect("no panic meanwhile").clone()
    }

    fn with<T>(&self, user: u64, change: impl FnOnce(&mut Person) -> T) -> T {
        change(&mut self.people[user as usize].lock().expect("no panic meanwhile"))
    }

    /// The users whose records match.
    fn users(&self, by: By) -> Vec<u64> {
        let all = 0..self.n_users();
        match by {
            By::Pur(purpose) => all.filter(|user| kind(*user) % PURPOSES == purpose).collect(),
            By::Ttl(ten) | By::Shr(ten) => all.filter(|user| kind(*user) % TENS == ten).collect(),
            By::Usr(user) => vec![user],
            By::Key(key) => vec![key % self.n_users()],
        }
    }

    /// Does the operation here, and says what it has to answer everywhere.
    pub fn carry_out(&self, op: &Op) -> Outcome {
        let of = |key: u64| key % self.n_users();
        match *op {
            Op::Create(n) => self.with(of(n), |person| {
                if std::mem::take(&mut person.is_erased) {
                    person.choices = Choices::default();
                }
                person.records.insert(n, text(n, 0));
                Outcome::Changed(1)
            }),
            Op::Delete(By::Key(key)) => {
                self.with(of(key), |person| Outcome::Changed(usize::from(person.records.remove(&key).is_some())))
            }
            Op::Delete(By::Usr(user)) => self.with(user, |person| {
                let n = person.records.len();
                if n > 0 {
                    *person = Person { is_erased: true, ..Person::default() };
                }
                Outcome::Changed(n)
            }),
            Op::Delete(by) => {
                let users = self.users(by).into_iter();
                let gone = users.map(|user| self.with(user, |person| std::mem::take(&mut person.records).len()));
                Outcome::Changed(gone.sum())
            }
            Op::UpdateMetadata(by, set) => {
                let users = self.users(by).into_iter();
                let changed = users.filter(|user| {
                    self.with(*user, |person| {
                        let matches = match by {
                            By::Key(key) => person.records.contains_key(&key),
                            _ => !person.records.is_empty(),
                        };
                        if matches {
                            match set {
                                Set::Objected => person.choices.objected = true,
                                Set::Scored(given) => person.choices.scored = given,
                                Set::Shared(given) => person.choices.shared = given,
                            }
                        }
                        matches
                    })
                });
                Outcome::Changed(changed.count())
            }
            Op::UpdateData { key, edition } => self.with(of(key), |person| match person.records.get_mut(&key) {
                Some(held) => {
                    *held = text(key, edition);
                    Outcome::Changed(1)
                }
                None => Outcome::Changed(0),
            }),
            Op::ReadByKey(key) => {
                self.with(of(key), |person| Outcome::Texts(person.records.get(&key).cloned().into_iter().collect()))
            }
            Op::ReadByUsr(user) => self.texts([user].into_iter(), |_| true),
            Op::ReadByPur(purpose) => self.texts(self.users(By::Pur(purpose)).into_iter(), |_| true),
            Op::ReadByObj(ten) => self.texts(self.users(By::Ttl(ten)).into_iter(), |person| !person.choices.objected),
            Op::ReadByDec(ten) => self.texts(self.users(By::Ttl(ten)).into_iter(), |person| person.choices.scored),
            Op::MetadataByKey(key) => self.with(of(key), |person| {
                Outcome::Metadata(person.records.contains_key(&key).then_some((person.choices, person.records.len())))
            }),
            Op::MetadataByUsr(user) => self.with(user, |person| {
                Outcome::Metadata((!person.records.is_empty()).then_some((person.choices, person.records.len())))
            }),
            Op::Logs(n) => Outcome::Entries(n),
            Op::VerifyDeletion(user) => self.with(user, |person| Outcome::Deleted(person.is_erased)),
        }
    }

    fn texts(&self, users: impl Iterator<Item = u64>, is_usable: impl Fn(&Person) -> bool) -> Outcome {
        let mut texts = Vec::new();
        for user in users {
            self.with(user, |person| {
                if is_usable(person) {
                    texts.extend(person.records.values().cloned());
                }
            });
        }
        texts.sort_unstable();
        Outcome::Texts(texts)
    }
}
