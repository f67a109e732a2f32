//! The same, as somebody wrote it who knows the tables: prepared statements, one after the other, in one transaction.

use mysql_async::prelude::Queryable;
use tokio_postgres::types::ToSql;

use crate::base::Talk;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// The account goes; what they wrote stays and is nobody's.
    Remove,
    /// Everything stays, and the account is nobody's.
    Anonymise,
    /// The account is shut and what they wrote hidden, until it is restored.
    SetAside,
    /// It is as before.
    Restore,
}

const FIND: &str = "SELECT id FROM contacts WHERE email = ?";
const REMOVE: [&str; 15] = [
    "UPDATE papers SET submitter_id = NULL WHERE submitter_id = ?",
    "UPDATE papers SET lead_id = NULL WHERE lead_id = ?",
    "UPDATE papers SET shepherd_id = NULL WHERE shepherd_id = ?",
    "UPDATE reviews SET contact_id = NULL WHERE contact_id = ?",
    "UPDATE reviews SET requested_by = NULL WHERE requested_by = ?",
    "UPDATE comments SET contact_id = NULL WHERE contact_id = ?",
    "UPDATE actions SET whom_id = NULL WHERE whom_id = ?",
    "UPDATE actions SET contact_id = NULL, address = NULL WHERE contact_id = ?",
    "DELETE FROM conflicts WHERE contact_id = ?",
    "DELETE FROM preferences WHERE contact_id = ?",
    "DELETE FROM refusals WHERE contact_id = ?",
    "DELETE FROM ratings WHERE contact_id = ?",
    "DELETE FROM watches WHERE contact_id = ?",
    "DELETE FROM interests WHERE contact_id = ?",
    "DELETE FROM tokens WHERE contact_id = ?",
];
const GONE: &str = "DELETE FROM contacts WHERE id = ?";
const ANONYMISE: [&str; 3] = [
    "UPDATE actions SET address = NULL WHERE contact_id = ?",
    "UPDATE refusals SET reason = NULL WHERE contact_id = ?",
    "DELETE FROM tokens WHERE contact_id = ?",
];
const NOBODY: &str = "UPDATE contacts SET first_name = '', last_name = '', affiliation = NULL, collaborators = NULL, \
    email = concat(RANDOM, '@anonymous.invalid') WHERE id = ?";
const SET_ASIDE: [&str; 3] = [
    "UPDATE contacts SET disabled = 1 WHERE id = ?",
    "UPDATE reviews SET hidden = 1 WHERE contact_id = ?",
    "UPDATE comments SET hidden = 1 WHERE contact_id = ?",
];

/// The statements of a deed, over a connection.
pub struct ByHand {
    talk: Talk,
    steps: Steps,
}

enum Steps {
    Postgres(Vec<tokio_postgres::Statement>),
    Mariadb(Vec<mysql_async::Statement>),
}

impl ByHand {
    pub async fn prepare(mut talk: Talk, deed: Deed) -> Self {
        let mut texts: Vec<String> = vec![FIND.to_owned()];
        let all = |texts: &mut Vec<String>, of: &[&str]| texts.extend(of.iter().map(|it| (*it).to_owned()));
        match deed {
            Deed::Remove => all(&mut texts, &[&REMOVE[..], &[GONE]].concat()),
            Deed::Anonymise => {
                let random = match talk {
                    Talk::Postgres(_) => "replace(gen_random_uuid()::text, '-', '')",
                    Talk::Mariadb(_) => "sha2(concat(uuid(), rand()), 256)",
                };
                all(&mut texts, &ANONYMISE);
                texts.push(NOBODY.replace("RANDOM", random));
            }
            Deed::SetAside => all(&mut texts, &SET_ASIDE),
            Deed::Restore => texts.extend(SET_ASIDE.iter().map(|step| step.replace(" = 1", " = 0"))),
        }
        let steps = match &mut talk {
            Talk::Postgres(client) => {
                let mut steps = Vec::new();
                for text in &texts {
                    let text = text.replace("email = ?", "lower(email) = lower($1)").replace('?', "$1");
                    steps.push(client.prepare(&text).await.unwrap_or_else(|error| panic!("{error:?} {text}")));
                }
                Steps::Postgres(steps)
            }
            Talk::Mariadb(conn) => {
                let mut steps = Vec::new();
                for text in &texts {
                    steps.push(conn.prep(text.as_str()).await.unwrap_or_else(|error| panic!("{error} {text}")));
                }
                Steps::Mariadb(steps)
            }
        };
        Self { talk, steps }
    }

    /// Does it to whoever has an address.
    pub async fn done(&mut self, email: &str) {
        match (&mut self.talk, &self.steps) {
            (Talk::Postgres(client), Steps::Postgres(steps)) => {
                let [find, steps @ ..] = steps.as_slice() else { return };
                client.batch_execute("BEGIN").await.expect("a transaction");
                let id: i64 = client.query_one(find, &[&email]).await.expect("a person").get(0);
                let parameters: [&(dyn ToSql + Sync); 1] = [&id];
                for step in steps {
                    client.execute(step, &parameters).await.expect("a step");
                }
                client.batch_execute("COMMIT").await.expect("a commit");
            }
            (Talk::Mariadb(conn), Steps::Mariadb(steps)) => {
                let [find, steps @ ..] = steps.as_slice() else { return };
                conn.query_drop("START TRANSACTION").await.expect("a transaction");
                let id: Option<i64> = conn.exec_first(find, (email,)).await.expect("a query");
                let id = id.expect("a person");
                for step in steps {
                    conn.exec_drop(step, (id,)).await.expect("a step");
                }
                conn.query_drop("COMMIT").await.expect("a commit");
            }
            _ => unreachable!("a connection and its own statements"),
        }
    }
}
