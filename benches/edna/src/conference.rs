//! A conference whose tables are like HotCRP's: contacts, papers, reviews, and ten tables that lead to contacts.
//!
//! As large as in Edna's evaluation (SOSP 2023, § 7): 3 080 contacts, of whom 80 review; 550 papers with 8 reviews each. Written
//! so that PostgreSQL and MariaDB take the same statements.

use std::fmt::Write;

/// Who reviews.
pub const REVIEWERS: usize = 80;
const CONTACTS: usize = 3_080;
const PAPERS: usize = 550;
const TOPICS: usize = 20;
/// A reviewer's own rows: 55 reviews, as 550 papers with 8 each make for 80.
const REVIEWS: usize = 55;
const PREFERENCES: usize = 40;
const ACTIONS: usize = 30;
const COMMENTS: usize = 10;
const WATCHES: usize = 10;
const RATINGS: usize = 8;
const INTERESTS: usize = 8;
const CONFLICTS: usize = 5;
const LEADS: usize = 5;
const REFUSALS: usize = 3;
const TOKENS: usize = 2;
/// Rows that are added for a measured person have numbers above this.
const ADDED: usize = 1_000_000;

/// Every column that leads somewhere has an index, as has the address as it is looked up.
pub const SCHEMA: &str = "
    CREATE TABLE contacts (id bigint PRIMARY KEY, email varchar(120) NOT NULL, first_name varchar(120) NOT NULL DEFAULT '',
        last_name varchar(120) NOT NULL DEFAULT '', affiliation varchar(200), collaborators text, roles int NOT NULL DEFAULT 0,
        disabled int NOT NULL DEFAULT 0);
    CREATE TABLE topics (id bigint PRIMARY KEY, name varchar(200) NOT NULL);
    CREATE TABLE papers (id bigint PRIMARY KEY, title varchar(500) NOT NULL, abstract text, submitter_id bigint REFERENCES contacts (id),
        lead_id bigint REFERENCES contacts (id), shepherd_id bigint REFERENCES contacts (id));
    CREATE TABLE reviews (id bigint PRIMARY KEY, paper_id bigint NOT NULL REFERENCES papers (id), contact_id bigint REFERENCES contacts (id),
        requested_by bigint REFERENCES contacts (id), score int NOT NULL, body text NOT NULL, hidden int NOT NULL DEFAULT 0);
    CREATE TABLE comments (id bigint PRIMARY KEY, paper_id bigint NOT NULL REFERENCES papers (id), contact_id bigint REFERENCES contacts (id),
        body text NOT NULL, hidden int NOT NULL DEFAULT 0);
    CREATE TABLE actions (id bigint PRIMARY KEY, contact_id bigint REFERENCES contacts (id), whom_id bigint REFERENCES contacts (id),
        address varchar(45), action varchar(200) NOT NULL);
    CREATE TABLE conflicts (paper_id bigint NOT NULL REFERENCES papers (id), contact_id bigint NOT NULL REFERENCES contacts (id),
        kind int NOT NULL, PRIMARY KEY (paper_id, contact_id));
    CREATE TABLE preferences (paper_id bigint NOT NULL REFERENCES papers (id), contact_id bigint NOT NULL REFERENCES contacts (id),
        preference int NOT NULL, PRIMARY KEY (paper_id, contact_id));
    CREATE TABLE refusals (paper_id bigint NOT NULL REFERENCES papers (id), contact_id bigint NOT NULL REFERENCES contacts (id),
        reason text, PRIMARY KEY (paper_id, contact_id));
    CREATE TABLE ratings (review_id bigint NOT NULL REFERENCES reviews (id), contact_id bigint NOT NULL REFERENCES contacts (id),
        rating int NOT NULL, PRIMARY KEY (review_id, contact_id));
    CREATE TABLE watches (paper_id bigint NOT NULL REFERENCES papers (id), contact_id bigint NOT NULL REFERENCES contacts (id),
        PRIMARY KEY (paper_id, contact_id));
    CREATE TABLE interests (contact_id bigint NOT NULL REFERENCES contacts (id), topic_id bigint NOT NULL REFERENCES topics (id),
        interest int NOT NULL, PRIMARY KEY (contact_id, topic_id));
    CREATE TABLE tokens (id bigint PRIMARY KEY, contact_id bigint NOT NULL REFERENCES contacts (id), digest varchar(64) NOT NULL);
    CREATE INDEX papers_submitter ON papers (submitter_id); CREATE INDEX papers_lead ON papers (lead_id);
    CREATE INDEX papers_shepherd ON papers (shepherd_id); CREATE INDEX reviews_paper ON reviews (paper_id);
    CREATE INDEX reviews_contact ON reviews (contact_id); CREATE INDEX reviews_requested ON reviews (requested_by);
    CREATE INDEX comments_contact ON comments (contact_id); CREATE INDEX actions_contact ON actions (contact_id);
    CREATE INDEX actions_whom ON actions (whom_id); CREATE INDEX conflicts_contact ON conflicts (contact_id);
    CREATE INDEX preferences_contact ON preferences (contact_id); CREATE INDEX refusals_contact ON refusals (contact_id);
    CREATE INDEX ratings_contact ON ratings (contact_id); CREATE INDEX watches_contact ON watches (contact_id);
    CREATE INDEX tokens_contact ON tokens (contact_id);";

/// In children's order, so that rows can be taken away from the front on.
pub const TABLES: [&str; 13] = [
    "tokens",
    "interests",
    "watches",
    "ratings",
    "refusals",
    "preferences",
    "conflicts",
    "actions",
    "comments",
    "reviews",
    "papers",
    "topics",
    "contacts",
];

/// The address of the nth contact.
pub fn email(n: usize) -> String {
    format!("c{n}@conference.example")
}

/// Statements that fill the tables.
pub fn everybody() -> String {
    let mut rows = Inserts::default();
    for n in 1..=CONTACTS {
        rows.contact(n);
    }
    for n in 1..=TOPICS {
        rows.add("topics", &format!("({n}, 'Topic {n}')"));
    }
    for n in 1..=PAPERS {
        let submitter = REVIEWERS + 1 + n * 5 % (CONTACTS - REVIEWERS);
        let lead = if n <= REVIEWERS * LEADS { (n % REVIEWERS + 1).to_string() } else { "NULL".to_owned() };
        rows.add(
            "papers",
            &format!("({n}, 'On the matter of {n}', 'We show that {n} can be done.', {submitter}, {lead}, NULL)"),
        );
    }
    for n in 1..=REVIEWERS {
        rows.reviewer(n, n * 100);
    }
    rows.text()
}

/// Statements that add one more reviewer with this number.
pub fn one_more(n: usize) -> String {
    let mut rows = Inserts::default();
    let n = added(n);
    rows.contact(n);
    rows.reviewer(n, n * 100);
    let mut text = rows.text();
    let _ = write!(text, "UPDATE papers SET shepherd_id = {n} WHERE id > 540 AND shepherd_id IS NULL;");
    text
}

/// The number of the nth one more.
pub const fn added(n: usize) -> usize {
    ADDED + 1 + n
}

/// Statements that take away what is left of everybody who was added.
pub fn taken_away() -> String {
    let of_contact = ["interests", "watches", "ratings", "refusals", "preferences", "conflicts"];
    let mut text = format!("DELETE FROM tokens WHERE id > {ADDED};");
    for table in of_contact {
        let _ = write!(text, "DELETE FROM {table} WHERE contact_id > {ADDED};");
    }
    let _ = write!(text, "UPDATE papers SET shepherd_id = NULL WHERE shepherd_id IS NOT NULL;");
    for table in ["actions", "comments", "reviews", "contacts"] {
        let _ = write!(text, "DELETE FROM {table} WHERE id > {ADDED};");
    }
    text
}

/// A query for what is left of whoever was added and for how many rows there are, the same whoever they were.
pub fn left() -> String {
    let count = |table: &str, condition: &str| format!("(SELECT count(*) FROM {table} WHERE {condition})");
    let mut parts: Vec<String> = TABLES.iter().map(|table| count(table, "1 = 1")).collect();
    for table in ["reviews", "comments", "actions"] {
        parts.push(count(table, &format!("id > {ADDED} AND contact_id IS NULL")));
        parts.push(count(table, &format!("id > {ADDED} AND contact_id > {ADDED}")));
    }
    for table in ["reviews", "comments"] {
        parts.push(count(table, &format!("id > {ADDED} AND hidden = 1")));
    }
    parts.push(count("actions", &format!("id > {ADDED} AND address IS NULL")));
    parts.push(count("papers", "shepherd_id IS NOT NULL"));
    let of_contact = [
        "email LIKE 'c%@conference.example'",
        "email LIKE '%@anonymous.invalid'",
        "first_name = '' AND last_name = ''",
        "affiliation IS NULL AND collaborators IS NULL",
        "disabled = 1",
    ];
    for condition in of_contact {
        parts.push(count("contacts", &format!("id > {ADDED} AND {condition}")));
    }
    format!("SELECT concat_ws(' ', {})", parts.join(", "))
}

/// Rows by table, in the order in which they may be put in.
#[derive(Default)]
struct Inserts(std::collections::BTreeMap<usize, Vec<String>>);

impl Inserts {
    fn add(&mut self, table: &str, row: &str) {
        let at = TABLES.iter().rev().position(|it| *it == table).expect("a table");
        self.0.entry(at).or_default().push(row.to_owned());
    }

    fn contact(&mut self, n: usize) {
        let (email, roles) = (email(n), usize::from(n <= REVIEWERS || n > ADDED));
        self.add("contacts", &format!("({n}, '{email}', 'First {n}', 'Last {n}', 'University of {n}', 'Somebody of {n}, another of {n}', {roles}, 0)"));
    }

    fn reviewer(&mut self, n: usize, from: usize) {
        let paper = |k: usize, step: usize| (n + k * step) % PAPERS + 1;
        for k in 0..REVIEWS {
            let id = from + k;
            let body =
                "The paper is clearly written and the evaluation thorough, and it could say more about related work. "
                    .repeat(8);
            self.add("reviews", &format!("({id}, {}, {n}, NULL, {}, '{body}', 0)", paper(k, 10), k % 5 + 1));
        }
        for k in 0..COMMENTS {
            self.add(
                "comments",
                &format!("({}, {}, {n}, 'I agree with the second reviewer.', 0)", from + k, paper(k, 11)),
            );
        }
        for k in 0..ACTIONS {
            self.add("actions", &format!("({}, {n}, NULL, '2001:db8::{k:x}', 'Review {k} edited')", from + k));
        }
        for k in 0..PREFERENCES {
            self.add("preferences", &format!("({}, {n}, {})", paper(k, 13), k % 20));
        }
        for k in 0..CONFLICTS {
            self.add("conflicts", &format!("({}, {n}, 1)", paper(k, 17)));
        }
        for k in 0..REFUSALS {
            self.add("refusals", &format!("({}, {n}, 'I know too little of it')", paper(k, 19)));
        }
        for k in 0..WATCHES {
            self.add("watches", &format!("({}, {n})", paper(k, 23)));
        }
        // The reviews of the first reviewer are there whoever else is.
        for k in 0..RATINGS {
            self.add("ratings", &format!("({}, {n}, 1)", 100 + k));
        }
        for k in 0..INTERESTS {
            self.add("interests", &format!("({n}, {}, 2)", k + 1));
        }
        for k in 0..TOKENS {
            self.add("tokens", &format!("({}, {n}, 'b94d27b9934d3e08')", from + k));
        }
    }

    fn text(self) -> String {
        let mut text = String::new();
        for (at, rows) in self.0 {
            let Some(table) = TABLES.iter().rev().nth(at) else { continue };
            for some in rows.chunks(500) {
                let _ = write!(text, "INSERT INTO {table} VALUES {};", some.join(", "));
            }
        }
        text
    }
}
