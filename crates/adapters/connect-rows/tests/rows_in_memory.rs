//! People are followed through rows in memory, and each right does with them what the manifest says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use async_trait::async_trait;
use candor_connect::testing::{Kept, person};
use candor_connect::{ConnectError, Connector};
use candor_connect_rows::{Body, ByRows, Change, Edit, LiveRow, RowTaker, Rows, Sweep, Want, What};
use candor_manifest::model::{Condition, Link, LinkStands, PlaceErasure, SystemKind};
use candor_places::{
    Act, Catalogue, Correction, Did, DocumentPath, FoundRow, MappedColumn, MappedMark, MappedOwner, MappedPlace, Mark,
    Person, PersonIx, Role, SystemMap, Task,
};
use candor_words::Secret;
use parking_lot::Mutex;
use serde_json::{Value, json};

/// Tables in memory. It gives every row of a place, whatever is asked: so do services that know no filter.
struct Memory {
    map: SystemMap,
    tables: Mutex<Vec<(String, Vec<Value>)>>,
    /// What was done, in order.
    log: Mutex<Vec<String>>,
    /// After so many changes it fails.
    breaks_after: Mutex<Option<usize>>,
}

impl Memory {
    fn table(&self, name: &str) -> Vec<Value> {
        self.tables.lock().iter().find(|(known, _)| known == name).map(|(_, rows)| rows.clone()).unwrap_or_default()
    }
}

#[async_trait]
impl Rows for Memory {
    fn map(&self) -> &SystemMap {
        &self.map
    }

    async fn find(&self, place: &MappedPlace, _: &[Want], rows: &mut dyn RowTaker) -> Result<(), ConnectError> {
        for row in self.table(&place.name) {
            rows.take(LiveRow::of(place, Body::Document(row), None).unwrap()).await?;
        }
        Ok(())
    }

    async fn apply(&self, place: &MappedPlace, changes: Vec<Change>) -> Result<(), ConnectError> {
        for change in changes {
            if let Some(left) = self.breaks_after.lock().as_mut() {
                if *left == 0 {
                    return Err(ConnectError::Unreachable { why: "it broke".to_owned() });
                }
                *left -= 1;
            }
            let mut tables = self.tables.lock();
            let rows = &mut tables.iter_mut().find(|(name, _)| *name == place.name).unwrap().1;
            let key = DocumentPath::parse(&place.key[0]).unwrap();
            let is_it = |row: &Value| key.values(row) == change.key[..1];
            self.log.lock().push(format!("{} {} {:?}", place.name, change.key[0], change.what));
            match change.what {
                What::Delete => rows.retain(|row| !is_it(row)),
                What::Edit(edits) => {
                    let row = rows.iter_mut().find(|row| is_it(row)).unwrap();
                    edits.iter().for_each(|edit| change_one(row, edit));
                }
            }
        }
        Ok(())
    }

    fn can(&self, _: &MappedPlace, _: &What) -> Result<(), ConnectError> {
        Ok(())
    }

    fn statements(&self, place: &MappedPlace, what: &What) -> Vec<String> {
        vec![format!("{what:?} {}", place.name)]
    }

    async fn sweep(&self, _: &[Person], seen: &mut dyn Sweep) -> Result<(), ConnectError> {
        for (name, rows) in self.tables.lock().iter() {
            rows.iter().for_each(|row| seen.row(name, &Body::Document(row.clone()).cells()));
        }
        Ok(())
    }

    async fn catalogue(&self) -> Result<Catalogue, ConnectError> {
        Ok(Catalogue::default())
    }

    async fn sample(&self, _: &str, _: &str, _: usize) -> Result<Vec<Secret<String>>, ConnectError> {
        Ok(Vec::new())
    }
}

fn change_one(row: &mut Value, edit: &Edit) {
    let path = DocumentPath::parse(edit.column()).unwrap();
    match edit {
        Edit::Blank { .. } => path.change(row, &mut |_| Some(Value::Null)),
        Edit::Unlink { values, .. } => path.unlink(row, &|text| values.iter().any(|value| value == text)),
        Edit::Put { to, .. } => path.change(row, &mut |_| Some(json!(to))),
        Edit::Mark { column, to } => {
            row[column] = json!(to);
            true
        }
    };
}

fn subject(field: &str, column: &str) -> MappedOwner {
    MappedOwner::Subject { field: field.to_owned(), column: column.to_owned() }
}

fn link(place: &str, through: &str, stands: LinkStands) -> MappedOwner {
    MappedOwner::Place(Link { place: place.to_owned(), through: through.to_owned(), stands })
}

fn column(field: &str, column: &str) -> MappedColumn {
    MappedColumn {
        field: Some(field.to_owned()),
        column: column.to_owned(),
        only_where: None,
        identifies: field == "account.login" || field == "account.email",
        about_others: field == "note.text",
        is_provided: true,
    }
}

fn place(name: &str, owned_by: Vec<MappedOwner>, columns: Vec<MappedColumn>, on_erasure: PlaceErasure) -> MappedPlace {
    MappedPlace {
        name: name.to_owned(),
        key: vec!["id".to_owned()],
        only_where: None,
        owned_by,
        accessed_by: Vec::new(),
        columns,
        on_erasure,
        kept_because: (on_erasure == PlaceErasure::Keep).then(|| "Books are kept".to_owned()),
        marks: Vec::new(),
        clocks: Vec::new(),
        calls: None,
    }
}

fn mark(of: Mark, column: &str, to: &str, otherwise: Option<&str>) -> MappedMark {
    MappedMark { of, column: column.to_owned(), to: to.to_owned(), otherwise: otherwise.map(str::to_owned) }
}

/// Users, orders of users, lines of orders, devices that users name, rooms that two share, notes, groups.
fn memory() -> ByRows<Memory> {
    let by_login = || vec![subject("account.login", "login")];
    let mut users = place(
        "users",
        vec![subject("account.email", "email")],
        vec![column("account.email", "email"), column("account.login", "login"), column("account.name", "name")],
        PlaceErasure::Delete,
    );
    users.marks = vec![
        mark(Mark::Restriction, "active", "false", None),
        mark(Mark::No("news".to_owned()), "wanted", "no", Some("yes")),
    ];
    let mut notes = place("notes", by_login(), vec![column("note.text", "text")], PlaceErasure::DeIdentify);
    notes.only_where = Some(Condition { column: "kind".to_owned(), values: vec!["note".to_owned()] });
    notes.accessed_by = vec![subject("account.login", "to")];
    let mut groups = place("groups", vec![subject("account.login", "keeper")], Vec::new(), PlaceErasure::Delete);
    groups.accessed_by = vec![link("users", "members.value", LinkStands::Here)];
    let rooms = vec![subject("account.login", "first"), subject("account.login", "second")];
    let places = vec![
        users,
        place("orders", vec![link("users", "user", LinkStands::Here)], Vec::new(), PlaceErasure::Delete),
        place("lines", vec![link("orders", "order", LinkStands::Here)], Vec::new(), PlaceErasure::Delete),
        place("devices", vec![link("users", "device", LinkStands::There)], Vec::new(), PlaceErasure::Delete),
        place("rooms", rooms, Vec::new(), PlaceErasure::Delete),
        notes,
        groups,
        place("books", vec![link("users", "user", LinkStands::Here)], Vec::new(), PlaceErasure::Keep),
    ];
    let map = SystemMap {
        name: "memory".to_owned(),
        title: "Memory".to_owned(),
        kind: SystemKind::Http,
        at: "env MEMORY".to_owned(),
        env: "MEMORY".to_owned(),
        template: None,
        calls_per_second: None,
        places,
    };
    let tables = json!({
        "users": [
            {"id": 1, "email": "Rosa@ships.example", "login": "rosa", "name": "Rosa", "device": "d1", "active": true},
            {"id": 2, "email": "otto@ships.example", "login": "otto", "name": "Otto", "device": "d2"},
        ],
        "orders": [{"id": 10, "user": 1}, {"id": 11, "user": 2}],
        "lines": [{"id": 100, "order": 10}, {"id": 101, "order": 10}, {"id": 102, "order": 11}],
        "devices": [{"id": "d1"}, {"id": "d2"}],
        "rooms": [{"id": 5, "first": "rosa", "second": "otto"}, {"id": 6, "first": "rosa", "second": "rosa"}],
        "notes": [
            {"id": 7, "kind": "note", "login": "rosa", "to": "otto", "text": "see you"},
            {"id": 8, "kind": "note", "login": "otto", "to": "rosa", "text": "Mr X"},
            {"id": 9, "kind": "other", "login": "rosa"},
        ],
        "groups": [{"id": "g", "keeper": "otto", "members": [{"value": 1}, {"value": 2}]}],
        "books": [{"id": 20, "user": 1}],
        "unknown": [{"id": 30, "text": "asked by rosa@ships.example."}],
    });
    let tables = tables.as_object().unwrap().iter();
    let tables = tables.map(|(name, rows)| (name.clone(), rows.as_array().unwrap().clone())).collect();
    ByRows(Memory { map, tables: Mutex::new(tables), log: Mutex::default(), breaks_after: Mutex::default() })
}

fn rosa() -> Person {
    person(&[("account.email", "rosa@ships.example"), ("account.login", "rosa")])
}

fn task(act: Act) -> Task {
    Task { act, people: vec![rosa()] }
}

#[tokio::test]
async fn a_person_is_followed_through_owners_of_owners() {
    let memory = memory();
    let mut rows = Kept::default();
    memory.read(&[rosa()], &mut rows).await.unwrap();
    let mut found: Vec<String> =
        rows.0.iter().map(|row| format!("{} {} {:?}", row.place, row.key[0], row.role)).collect();
    found.sort();
    assert_eq!(
        found,
        [
            "books 20 Owner",
            "devices d1 Owner",
            "groups g Mentioned",
            "lines 100 Owner",
            "lines 101 Owner",
            "notes 7 Owner",
            "notes 8 Mentioned",
            "orders 10 Owner",
            "rooms 5 Owner",
            "rooms 6 Owner",
            "users 1 Owner",
        ]
    );
}

#[tokio::test]
async fn keys_that_differ_in_case_alone_are_of_two_people() {
    let memory = memory();
    let tables = json!({
        "users": [
            {"id": "cus_AbC", "email": "rosa@ships.example", "login": "rosa", "device": "dX"},
            {"id": "cus_aBc", "email": "otto@ships.example", "login": "otto", "device": "dx"},
        ],
        "orders": [{"id": 10, "user": "cus_AbC"}, {"id": 11, "user": "cus_aBc"}],
        "devices": [{"id": "dX"}, {"id": "dx"}],
        "groups": [{"id": "g", "keeper": "otto", "members": [{"value": "cus_AbC"}, {"value": "cus_aBc"}]}],
    });
    let tables = tables.as_object().unwrap().iter();
    *memory.0.tables.lock() = tables.map(|(name, rows)| (name.clone(), rows.as_array().unwrap().clone())).collect();
    let mut rows = Kept::default();
    memory.read(&[rosa()], &mut rows).await.unwrap();
    let mut found: Vec<String> = rows.0.iter().map(|row| format!("{} {}", row.place, row.key[0])).collect();
    found.sort();
    assert_eq!(found, ["devices dX", "groups g", "orders 10", "users cus_AbC"]);
    memory.carry_out(&task(Act::Erase)).await.unwrap();
    assert_eq!(memory.0.table("orders"), [json!({"id": 11, "user": "cus_aBc"})]);
    assert_eq!(memory.0.table("devices"), [json!({"id": "dx"})]);
    assert_eq!(memory.0.table("groups")[0]["members"], json!([{"value": "cus_aBc"}]), "who else is a member stays one");
}

#[tokio::test]
async fn what_is_about_others_is_withheld() {
    let memory = memory();
    let mut rows = Kept::default();
    memory.read(&[rosa()], &mut rows).await.unwrap();
    let shown = |place: &str, key: &str| {
        let row = rows.0.iter().find(|row| row.place == place && row.key[0] == key).unwrap();
        row.values.iter().filter_map(|value| value.value.clone()).collect::<Vec<_>>()
    };
    assert_eq!(shown("groups", "g"), ["g", "1"], "who else is a member is theirs to know");
    assert_eq!(shown("notes", "8"), ["8", "rosa"], "what another wrote is about others");
    assert_eq!(shown("rooms", "5"), ["rosa", "5"], "the other owner is not named");
    assert!(shown("notes", "7").contains(&"see you".to_owned()), "their own words are theirs");
}

#[tokio::test]
async fn further_identifiers_are_told() {
    let memory = memory();
    let found = memory.identify(&[person(&[("account.email", "rosa@ships.example")])]).await.unwrap();
    let found: Vec<_> =
        found.iter().map(|found| (found.identifier.field.as_str(), found.identifier.value.expose().as_str())).collect();
    assert_eq!(found, [("account.login", "rosa")]);
}

#[tokio::test]
async fn erasure_does_what_each_place_says_and_nothing_else() {
    let memory = memory();
    let preview = memory.preview(&task(Act::Erase)).await.unwrap();
    assert!(memory.0.log.lock().is_empty(), "a preview changes nothing");
    let report = memory.carry_out(&task(Act::Erase)).await.unwrap();
    assert_eq!(preview.into_iter().map(|preview| preview.would).collect::<Vec<_>>(), report.places);
    let did: Vec<String> =
        report.places.iter().map(|place| format!("{} {:?} {}", place.place, place.did, place.n_rows)).collect();
    assert_eq!(
        did,
        [
            "notes DeIdentified 2",
            "groups DeIdentified 1",
            "lines Deleted 2",
            "orders Deleted 1",
            "devices Deleted 1",
            "books Kept 1",
            "users Deleted 1",
            "rooms Deleted 1",
            "rooms DeIdentified 1",
        ]
    );
    assert_eq!(memory.0.table("users").len(), 1);
    assert_eq!(memory.0.table("rooms"), [json!({"id": 5, "first": null, "second": "otto"})]);
    assert_eq!(memory.0.table("groups"), [json!({"id": "g", "keeper": "otto", "members": [{"value": 2}]})]);
    let notes = memory.0.table("notes");
    assert_eq!(notes[0], json!({"id": 7, "kind": "note", "login": null, "to": "otto", "text": null}));
    assert_eq!(notes[1], json!({"id": 8, "kind": "note", "login": "otto", "to": null, "text": "Mr X"}));
    assert_eq!(notes[2]["login"], "rosa", "a row that is not meant is left alone");
    let again = memory.carry_out(&task(Act::Erase)).await.unwrap();
    assert!(again.places.iter().all(|place| place.did == Did::Kept), "a repetition finds nothing left: {again:?}");
}

#[tokio::test]
async fn an_erasure_that_broke_off_is_finished_by_a_repetition() {
    for n_changes in 0..9 {
        let memory = memory();
        *memory.0.breaks_after.lock() = Some(n_changes);
        let broken = memory.carry_out(&task(Act::Erase)).await;
        *memory.0.breaks_after.lock() = None;
        assert!(broken.is_err(), "{n_changes}");
        memory.carry_out(&task(Act::Erase)).await.unwrap();
        let left: Vec<usize> =
            ["users", "orders", "lines", "devices", "rooms"].map(|name| memory.0.table(name).len()).to_vec();
        assert_eq!(left, [1, 1, 1, 1, 1], "after {n_changes} changes");
    }
}

#[tokio::test]
async fn values_are_put_right_and_marks_set_and_taken_away() {
    let memory = memory();
    let correction = Correction {
        person: PersonIx(0),
        field: "account.name".to_owned(),
        value: Some(Secret::new("Rosalind".to_owned())),
    };
    memory.carry_out(&task(Act::Rectify(vec![correction]))).await.unwrap();
    assert_eq!(memory.0.table("users")[0]["name"], "Rosalind");
    assert_eq!(memory.0.table("users")[1]["name"], "Otto");
    let report = memory.carry_out(&task(Act::Restrict)).await.unwrap();
    assert_eq!(memory.0.table("users")[0]["active"], "false");
    let cannot = report.places.iter().filter(|place| place.did == Did::CannotHold).count();
    assert_eq!(cannot, 6, "each place without a mark says so: {report:?}");
    memory.carry_out(&task(Act::LiftRestriction)).await.unwrap();
    assert_eq!(memory.0.table("users")[0]["active"], "true");
    let report = memory.carry_out(&task(Act::Stop("news".to_owned()))).await.unwrap();
    assert_eq!(
        (report.places.len(), report.places[0].did),
        (1, Did::Stopped),
        "what is not mapped for it is left alone"
    );
    assert_eq!(memory.0.table("users")[0]["wanted"], "no");
    memory.carry_out(&task(Act::Allow("news".to_owned()))).await.unwrap();
    assert_eq!(memory.0.table("users")[0]["wanted"], "yes");
    assert!(memory.carry_out(&task(Act::Stop("polls".to_owned()))).await.unwrap().places.is_empty());
}

#[tokio::test]
async fn an_address_of_somebody_else_in_a_persons_rows_leads_nowhere_and_is_not_put_right() {
    let mut memory = memory();
    let orders = memory.0.map.places.iter_mut().find(|place| place.name == "orders").unwrap();
    orders.columns.push(column("account.email", "ask"));
    memory.0.tables.lock().iter_mut().find(|(name, _)| name == "orders").unwrap().1 = vec![
        json!({"id": 10, "user": 1, "ask": "otto@ships.example"}),
        json!({"id": 11, "user": 2}),
        json!({"id": 12, "user": 1, "ask": "ROSA@ships.example"}),
    ];
    let found = memory.identify(&[rosa()]).await.unwrap();
    let named: Vec<_> =
        found.iter().map(|it| (it.identifier.field.as_str(), it.identifier.value.expose().as_str())).collect();
    assert_eq!(named, [("orders.ask", "otto@ships.example")]);
    let value = Some(Secret::new("kern@ships.example".to_owned()));
    let correction = Correction { person: PersonIx(0), field: "account.email".to_owned(), value };
    memory.carry_out(&task(Act::Rectify(vec![correction]))).await.unwrap();
    let asks: Vec<Value> = memory.0.table("orders").iter().map(|row| row["ask"].clone()).collect();
    assert_eq!(asks, [json!("otto@ships.example"), Value::Null, json!("kern@ships.example")]);
    assert_eq!(memory.0.table("users")[0]["email"], "kern@ships.example");
}

#[tokio::test]
async fn a_search_looks_everywhere_and_says_what_is_mapped() {
    let memory = memory();
    let traces = memory.search(&[rosa()]).await.unwrap();
    let at = |place: &str| traces.iter().filter(|trace| trace.place == place).collect::<Vec<_>>();
    assert_eq!(at("unknown").len(), 1);
    assert!(!at("unknown")[0].is_mapped);
    assert!(at("users").iter().all(|trace| trace.is_mapped), "{traces:?}");
    assert_eq!(at("rooms").iter().map(|trace| trace.n_rows).sum::<u64>(), 3);
    assert!(!format!("{traces:?}").to_lowercase().contains("rosa"), "a trace names nobody");
}

#[test]
fn what_is_found_is_not_printed() {
    let row =
        FoundRow { person: PersonIx(0), place: "p".into(), key: vec!["zz".into()], role: Role::Owner, values: vec![] };
    assert!(!format!("{row:?}").contains("zz"));
}
