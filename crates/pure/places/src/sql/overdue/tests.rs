//! The plan by itself: what is compared with which instant, what goes before what, and what cannot be done.

use std::sync::Arc;

use candor_manifest::Source;
use candor_manifest::model::KeepEvent;

use super::*;
use crate::catalogue::{Catalogue, Column, ColumnKind, ForeignKey, OnDelete, Table, TableKind};
use crate::map::SystemMap;
use crate::overdue::{Began, Concerned};
use crate::person::Person;

const HEAD: &str = r#"policy "Systems", version 2026-03-01
controller "Systems AG" in CH, contact a@systems.example
law gdpr
data person {
    email: EmailAddress, identifies the subject
    said: Communication
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

fn map(kind: &str, posts: &str) -> Arc<SystemMap> {
    let text = format!(
        "{HEAD}system app is {kind} at env APP {{\n place users key id {{\n owned by subject through email as person.email\n on erasure delete\n }}\n place posts key id {{\n owned by users through author\n person.said at body\n {posts}\n }}\n}}\n"
    );
    let checked = candor_manifest::check(&[Source { path: "test.candor".into(), text }]).unwrap();
    Arc::new(SystemMap::of(&checked.manifest, &checked.manifest.systems[0]))
}

fn column(name: &str, kind: ColumnKind, is_nullable: bool) -> Column {
    Column { name: name.into(), kind, is_nullable, default: None, is_generated: false }
}

fn catalogue() -> Catalogue {
    let table = |name: &str, columns, foreign_keys| Table {
        name: name.into(),
        kind: TableKind::Table,
        columns,
        primary_key: vec!["id".into()],
        unique: Vec::new(),
        foreign_keys,
        triggers: Vec::new(),
        n_rows: None,
    };
    let text = || ColumnKind::Text { chars_max: None };
    let users = vec![column("id", ColumnKind::Number, false), column("email", text(), false)];
    let posts = vec![
        column("id", ColumnKind::Number, false),
        column("author", ColumnKind::Number, true),
        column("body", text(), true),
        column("at", ColumnKind::Moment, true),
        column("day", ColumnKind::Date, true),
        column("mark", text(), true),
    ];
    let author = ForeignKey {
        columns: vec!["author".into()],
        to: "users".into(),
        to_columns: vec!["id".into()],
        on_delete: OnDelete::Refuse,
    };
    Catalogue { tables: vec![table("users", users, Vec::new()), table("posts", posts, vec![author])] }
}

fn task(map: &Arc<SystemMap>) -> OverdueTask {
    let ending = |field: &str, event| Ending {
        field: format!("person.{field}"),
        all: vec![vec![Began { event, by: "2024-11-01T10:00:00Z".parse().unwrap() }]],
    };
    let endings = || vec![ending("email", KeepEvent::LastSignIn), ending("said", KeepEvent::Created)];
    OverdueTask { map: Arc::clone(map), endings: endings(), managed: endings(), people: Vec::new() }
}

fn plan(posts: &str) -> OverduePlan {
    let map = map("postgres", posts);
    let graph = Graph::of(&map, &catalogue()).unwrap();
    overdue(&graph, Dialect::Postgres, &task(&map)).unwrap()
}

fn set(plan: &OverduePlan, name: &str) -> String {
    plan.steps.iter().flat_map(|step| &step.sets).find(|(it, ..)| it == name).unwrap().2.clone()
}

fn why(plan: &OverduePlan) -> Vec<&str> {
    plan.cannot.iter().map(|it| it.because.as_deref().unwrap()).collect()
}

#[test]
fn a_row_is_over_by_its_own_column_and_whoever_owns_it_by_what_the_vault_knows() {
    let plan = plan("created at at\n on erasure delete");
    let posts = set(&plan, "candor_b1");
    assert!(posts.contains(r#"t."at" <= TIMESTAMPTZ '2024-11-01 10:00:00+00'"#), "{posts}");
    let users = set(&plan, "candor_b0");
    assert!(
        users.contains("m.field = 'ended' AND m.value = 'person.email'") && !users.contains("TIMESTAMPTZ"),
        "{users}"
    );
    assert_eq!(why(&plan), [""; 0]);
}

#[test]
fn the_day_of_a_date_counts_whole() {
    let posts = set(&plan("created at day\n on erasure delete"), "candor_b1");
    assert!(posts.contains(r#"t."day" < DATE '2024-11-01'"#), "{posts}");
}

#[test]
fn what_refers_goes_before_what_it_refers_to_and_what_stays_holds_it_back() {
    let plan = plan("created at at\n on erasure delete");
    let deleted: Vec<&str> =
        plan.changes.iter().filter(|it| it.did == OverdueDid::Deleted).map(|it| it.place.as_str()).collect();
    assert_eq!(deleted, ["posts", "users"]);
    let narrowing = &plan.steps.last().unwrap().again;
    assert!(
        narrowing.iter().any(|it| it.starts_with("DELETE FROM candor_x0") && it.contains("candor_x1")),
        "{narrowing:#?}"
    );
}

#[test]
fn a_rule_that_reaches_no_row_is_told_with_what_is_missing() {
    let unsaid = plan("on erasure delete");
    assert!(why(&unsaid)[0].contains("add `created at COLUMN`"), "{:#?}", unsaid.cannot);
    assert!(set(&unsaid, "candor_b1").ends_with("1 = 0"));
    let unfit = plan("created at mark\n on erasure delete");
    assert!(why(&unfit)[0].contains("`mark` holds neither dates nor numbers"), "{:#?}", unfit.cannot);
}

#[test]
fn a_system_without_sets_is_asked_for_people_whose_every_field_is_over() {
    let map = map("scim", "on erasure delete");
    let mut task = task(&map);
    let nobody = || Person { identifiers: Vec::new() };
    let concerned = |held: Option<&str>, ended: &[&str]| Concerned {
        person: nobody(),
        held: held.map(str::to_owned),
        is_managed: false,
        ended: ended.iter().map(|it| (*it).to_owned()).collect(),
    };
    let cannot = task.wholly_ended().unwrap_err();
    assert_eq!((cannot.len(), cannot[0].place.as_str()), (1, "posts"), "a record's own date is not known of people");
    for endings in [&mut task.endings, &mut task.managed] {
        endings[1].all = endings[0].all.clone();
    }
    let both = ["person.email", "person.said"];
    task.people = vec![concerned(None, &both), concerned(Some("case 17"), &both), concerned(None, &both[..1])];
    assert_eq!(task.wholly_ended().unwrap().len(), 1);
}
