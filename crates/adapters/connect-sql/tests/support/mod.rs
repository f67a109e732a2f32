//! Maps of a policy with further places, people by their fields in it, and what reports and rows say.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod overdue;

use std::sync::Arc;

use candor_connect::Connector;
use candor_connect::testing;
pub use candor_connect::testing::Kept;
use candor_places::{Act, Correction, Did, Person, PersonIx, Report, SystemMap, Task, Trace};
use candor_words::Secret;

/// Whose rows there are is known by way of others alone.
pub const LED_TO: &str = "
    CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);
    CREATE TABLE logins (user_id int PRIMARY KEY REFERENCES users (id), login text NOT NULL);
    CREATE TABLE phones (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users (id), phone text);
    INSERT INTO users VALUES (1, 'ada@x.example'), (2, 'bob@x.example');
    INSERT INTO logins VALUES (1, 'ada99'), (2, 'bob7');
    INSERT INTO phones VALUES (1, 1, '+41 0'), (2, 2, '+41 9');";

pub const LED_TO_PLACES: &str = "
    place users key id {\n owned by subject through email as person.email\n on erasure delete\n}
    place logins key user_id {\n owned by users through user_id\n person.login at login\n on erasure delete\n}
    place phones key id {\n owned by users through user_id\n person.phone at phone\n on erasure delete\n}\n";

/// Ada has another telephone.
pub fn led_to_correction() -> Task {
    let phone =
        Correction { person: PersonIx(0), field: "person.phone".into(), value: Some(Secret::new("+41 1".into())) };
    Task { act: Act::Rectify(vec![phone]), people: vec![by_email("ada@x.example")] }
}

const HEAD: &str = r#"policy "Systems", version 2026-03-01
controller "Systems AG" in CH, contact a@systems.example
law gdpr
data person {
    email: EmailAddress, identifies the subject
    login: Username, identifies the subject
    number: Identifying, identifies the subject
    name: Name
    phone: TelephoneNumber, optional
    said: Communication, about others
}
purpose polls "Ask what you think" is CustomerCare {
    because legitimate interest "knowing what is missing"
    uses person.email
}
purpose service "Serve you" is ServiceProvision {
    because contract
    uses person
}
keep person until 10 years after last sign-in, then erase
rights under gdpr {
    access within 1 month
    rectification within 1 month
    erasure within 1 month
    restriction within 1 month
    portability within 1 month
}
"#;

/// The map that a manifest with these places says.
pub fn map(kind: &str, places: &str) -> Arc<SystemMap> {
    map_with(kind, "", places)
}

/// The same with further declarations; the groups that they declare are kept and used as the others are.
pub fn map_with(kind: &str, further: &str, places: &str) -> Arc<SystemMap> {
    let uses = if further.contains("data found") {
        "purpose found \"Find\" is ServiceProvision {\n because contract\n uses found\n}\nkeep found until 1 year after last sign-in, then erase\n"
    } else {
        ""
    };
    let text = format!("{HEAD}{further}{uses}system app \"The app\" is {kind} at env APP_DATABASE {{\n{places}\n}}\n");
    testing::map(&text)
}

/// A person by fields of the group `person`, and values.
pub fn person(identifiers: &[(&str, &str)]) -> Person {
    let fields: Vec<String> = identifiers.iter().map(|(field, _)| format!("person.{field}")).collect();
    let named = fields.iter().zip(identifiers).map(|(field, (_, value))| (field.as_str(), *value));
    testing::person(&named.collect::<Vec<_>>())
}

pub fn by_email(email: &str) -> Person {
    person(&[("email", email)])
}

pub fn erasure(people: Vec<Person>) -> Task {
    Task { act: Act::Erase, people }
}

pub async fn erase(connector: &dyn Connector, email: &str) -> Report {
    connector.carry_out(&erasure(vec![by_email(email)])).await.unwrap()
}

pub async fn traces(connector: &dyn Connector, email: &str) -> Vec<Trace> {
    connector.search(&[by_email(email)]).await.unwrap()
}

/// How many rows of a place something was done to.
pub fn rows(report: &Report, place: &str, did: Did) -> u64 {
    report.places.iter().filter(|it| it.place == place && it.did == did).map(|it| it.n_rows).sum()
}

/// What one of the people is given: every row with every value, in no order.
pub fn given(kept: &Kept, person: u32) -> Vec<String> {
    let theirs = kept.0.iter().filter(|row| row.person == PersonIx(person));
    let mut given: Vec<String> = theirs
        .map(|row| {
            let values = row
                .values
                .iter()
                .map(|value| format!("{}={:?} {} {}", value.column, value.value, value.is_withheld, value.is_provided));
            format!("{} {:?} {:?}: {}", row.place, row.key, row.role, values.collect::<Vec<_>>().join(", "))
        })
        .collect();
    given.sort();
    given
}

/// The value of a column in the rows of a place; `<withheld>` where it is.
pub fn values(kept: &Kept, place: &str, column: &str) -> Vec<String> {
    let rows = kept.0.iter().filter(|row| row.place == place);
    rows.flat_map(|row| &row.values)
        .filter(|value| value.column == column)
        .map(|value| if value.is_withheld { "<withheld>".into() } else { value.value.clone().unwrap_or_default() })
        .collect()
}
