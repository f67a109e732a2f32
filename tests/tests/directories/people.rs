//! Connectors to a test's directory, and what they are asked.

use std::collections::BTreeSet;
use std::sync::Arc;

use candor_connect::testing::{Kept, map};
use candor_connect::{ConnectError, Connector};
use candor_places::{Act, Correction, Did, Person, PersonIx, Report, Task};
use candor_tests::Dump;
use candor_words::Secret;

/// A connector of a policy's text, for whoever signs in by an address.
pub(crate) fn connector(text: &str, address: String) -> Arc<dyn Connector> {
    candor_connect_ldap::ldap(map(text), &Secret::new(address)).expect("a connector")
}

/// A task for one.
pub(crate) fn task(act: Act, who: Person) -> Task {
    Task { act, people: vec![who] }
}

/// A value put right, of the first person.
pub(crate) fn correction(field: &str, value: Option<&str>) -> Correction {
    let value = value.map(|value| Secret::new(value.to_owned()));
    Correction { person: PersonIx(0), field: field.to_owned(), value }
}

/// What a report says, line by line.
pub(crate) fn said(report: &Report) -> BTreeSet<String> {
    report.places.iter().map(|line| format!("{} {:?} {}", line.place, line.did, line.n_rows)).collect()
}

/// What is expected of a report.
pub(crate) fn lines(lines: &[(&str, Did, u64)]) -> BTreeSet<String> {
    lines.iter().map(|(place, did, n_rows)| format!("{place} {did:?} {n_rows}")).collect()
}

/// The values that are given, of all rows of a place: `mail=ada@company.example`.
pub(crate) fn given(rows: &Kept, place: &str) -> BTreeSet<String> {
    let rows = rows.0.iter().filter(|row| row.place == place);
    let values = rows.flat_map(|row| row.values.iter()).filter(|value| !value.is_withheld);
    values.map(|value| format!("{}={}", value.column, value.value.clone().unwrap_or_default())).collect()
}

/// Everything that rows hold, withheld or not.
pub(crate) fn all(rows: &Kept) -> String {
    let values = rows.0.iter().flat_map(|row| row.values.iter());
    values.map(|value| format!("{}={}\n", value.column, value.value.clone().unwrap_or_default())).collect()
}

/// Reads what people's entries say.
pub(crate) async fn read(connector: &Arc<dyn Connector>, who: Person) -> Kept {
    let mut rows = Kept::default();
    connector.read(&[who], &mut rows).await.expect("an export");
    rows
}

/// What each of several people is given who are read together, row by row, in no order.
pub(crate) async fn read_each(connector: &Arc<dyn Connector>, people: &[Person]) -> Vec<BTreeSet<String>> {
    let mut rows = Kept::default();
    connector.read(people, &mut rows).await.expect("an export");
    let mut each = vec![BTreeSet::new(); people.len()];
    for row in rows.0 {
        let values = row.values.iter().map(|value| {
            // Of what is withheld nobody is given more than that it is there.
            let shown = if value.is_withheld { None } else { value.value.as_ref() };
            format!("{}={shown:?}", value.column)
        });
        let values: Vec<String> = values.collect();
        let row_of = format!("{} {:?} {:?} {values:?}", row.place, row.key, row.role);
        assert!(each[row.person.0 as usize].insert(row_of), "a row is given twice");
    }
    each
}

/// Lines that one dump has and the other has not: `+ dn: … | line` and `- dn: … | line`.
pub(crate) fn changes(before: &Dump, after: &Dump) -> BTreeSet<String> {
    let lines = |dump: &Dump| -> BTreeSet<String> {
        let of = dump
            .iter()
            .flat_map(|(name, lines)| lines.iter().map(move |line| format!("{name} | {line}")).chain([name.clone()]));
        of.collect()
    };
    let (before, after) = (lines(before), lines(after));
    let gone = before.difference(&after).map(|line| format!("- {line}"));
    gone.chain(after.difference(&before).map(|line| format!("+ {line}"))).collect()
}

/// An error's code and text.
pub(crate) fn refusal<T>(outcome: Result<T, ConnectError>) -> (&'static str, String) {
    match outcome {
        Ok(_) => panic!("it was not refused"),
        Err(error) => (error.code(), error.to_string()),
    }
}
