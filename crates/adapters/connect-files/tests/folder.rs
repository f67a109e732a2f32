//! Against real folders: what each right does to files, and what files can do to it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;

use async_trait::async_trait;
use candor_connect::testing::{Kept, map, person};
use candor_connect::{ConnectError, Connector};
use candor_connect_files::{Folder, files};
use candor_connect_rows::{ByRows, Change, Rows as _, What};
use candor_places::{Act, Correction, Did, Person, PersonIx, Task};
use candor_words::Secret;

const POLICY: &str = r#"
policy "Shop", version 1
controller "Example" in DE, contact privacy@example.org
law gdpr
data account {
    email: EmailAddress, identifies the subject
    number: AccountIdentifier, identifies the subject
    name: Name
    address: IPAddress, from observed
}
purpose shop "Sell you things" is ServiceProvision {
    because contract
    uses account
}
keep account until contract ends, then erase
rights under gdpr {
    access within 1 month
    rectification within 1 month
    erasure within 1 month
    restriction within 1 month
    portability within 1 month
}
system exports is files at env EXPORTS {
    place people.csv key id {
        owned by subject through mail as account.email
        account.number at id
        account.email at mail
        account.name at name
        on erasure delete
        on restriction set held to "yes"
    }
    place orders.jsonl key order.id {
        owned by people.csv through customer
        account.name at ship.name
        on erasure de-identify
    }
    place logs/*.jsonl key id {
        owned by subject through user as account.email
        account.address at address
        on erasure delete
    }
}
"#;

const PEOPLE: &str = "\u{feff}id;name;mail;held\r\n\
    1;\"Rosa \"\"R\"\" Kern\";Rosa@Ships.example;no\r\n\
    2;Otto;otto@ships.example;no\r\n\
    \r\n\
    3;\"Two\nlines\";  x@ships.example;\r\n";
const ORDERS: &str = "{\"order\": {\"id\": \"a\"}, \"customer\": 1, \"ship\": {\"name\": \"Rosa\"}}\n\
    {\"order\":{\"id\":\"b\"},\"customer\":2,\"ship\":{\"name\":\"Otto\"},\"n\":1.50}\n";
const LOG: &str = "{\"id\": 1, \"user\": \"rosa@ships.example\", \"address\": \"198.51.100.7\"}\n\
    {\"id\": 2,  \"user\": \"otto@ships.example\"}\n";

fn shop() -> (tempfile::TempDir, ByRows<Folder>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("people.csv"), PEOPLE).unwrap();
    fs::write(folder.path().join("orders.jsonl"), ORDERS).unwrap();
    fs::create_dir(folder.path().join("logs")).unwrap();
    fs::write(folder.path().join("logs/1.jsonl"), LOG).unwrap();
    fs::write(folder.path().join("logs/2.jsonl"), LOG.replace("rosa@", "nobody@")).unwrap();
    let connector = connector(folder.path());
    (folder, connector)
}

fn connector(folder: &Path) -> ByRows<Folder> {
    files(map(POLICY), &Secret::new(folder.display().to_string())).unwrap()
}

fn read(folder: &tempfile::TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap()
}

fn rosa() -> Vec<Person> {
    vec![person(&[("account.email", "rosa@ships.example")])]
}

fn task(act: Act) -> Task {
    Task { act, people: rosa() }
}

#[tokio::test]
async fn a_person_is_exported_from_every_file() {
    let (_folder, connector) = shop();
    let mut rows = Kept::default();
    connector.read(&rosa(), &mut rows).await.unwrap();
    let mut found: Vec<_> = rows.0.iter().map(|row| format!("{} {}", row.place, row.key[0])).collect();
    found.sort();
    assert_eq!(found, ["logs/*.jsonl 1", "orders.jsonl a", "people.csv 1"]);
    let person = rows.0.iter().find(|row| row.place == "people.csv").unwrap();
    let name = person.values.iter().find(|value| value.field.as_deref() == Some("account.name")).unwrap();
    assert_eq!(name.value.as_deref(), Some("Rosa \"R\" Kern"));
    let further = connector.identify(&rosa()).await.unwrap();
    assert_eq!(further.iter().map(|one| one.identifier.value.expose().as_str()).collect::<Vec<_>>(), ["1"]);
}

#[tokio::test]
async fn erasure_leaves_every_other_byte_as_it_was() {
    let (folder, connector) = shop();
    fs::set_permissions(folder.path().join("people.csv"), fs::Permissions::from_mode(0o640)).unwrap();
    let untouched = fs::metadata(folder.path().join("logs/2.jsonl")).unwrap();
    let report = connector.carry_out(&task(Act::Erase)).await.unwrap();
    let did: Vec<_> = report.places.iter().map(|place| (place.place.as_str(), place.did, place.n_rows)).collect();
    let wanted =
        [("orders.jsonl", Did::DeIdentified, 1), ("people.csv", Did::Deleted, 1), ("logs/*.jsonl", Did::Deleted, 1)];
    assert_eq!(did, wanted);
    let without = PEOPLE.replace("1;\"Rosa \"\"R\"\" Kern\";Rosa@Ships.example;no\r\n", "");
    assert_eq!(read(&folder, "people.csv"), without);
    let orders = read(&folder, "orders.jsonl");
    assert!(orders.ends_with(ORDERS.split_once('\n').unwrap().1), "{orders}");
    assert!(orders.starts_with(r#"{"customer":null,"order":{"id":"a"},"ship":{"name":null}}"#), "{orders}");
    assert_eq!(read(&folder, "logs/1.jsonl"), LOG.split_once('\n').unwrap().1);
    let mode = fs::metadata(folder.path().join("people.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640, "permissions are kept");
    assert_eq!(fs::metadata(folder.path().join("logs/2.jsonl")).unwrap().ino(), untouched.ino(), "not rewritten");
    assert_eq!(connector.search(&rosa()).await.unwrap(), []);
    assert!(connector.carry_out(&task(Act::Erase)).await.unwrap().places.is_empty(), "what is gone is done");
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with(".candor-")), "{left:?}");
}

#[tokio::test]
async fn values_are_put_right_and_rows_marked() {
    let (folder, connector) = shop();
    let value = Some(Secret::new("Rosa; again".to_owned()));
    let corrections = vec![Correction { person: PersonIx(0), field: "account.name".to_owned(), value }];
    connector.carry_out(&task(Act::Rectify(corrections))).await.unwrap();
    assert_eq!(read(&folder, "people.csv"), PEOPLE.replace("Rosa \"\"R\"\" Kern", "Rosa; again"));
    assert!(read(&folder, "orders.jsonl").contains(r#""ship":{"name":"Rosa; again"}"#));
    connector.carry_out(&task(Act::Restrict)).await.unwrap();
    assert!(read(&folder, "people.csv").contains("Rosa@Ships.example;yes\r\n"));
    connector.carry_out(&task(Act::LiftRestriction)).await.unwrap();
    assert!(read(&folder, "people.csv").contains("Rosa@Ships.example;no\r\n"));
}

#[tokio::test]
async fn a_search_sees_unmapped_files_lines_and_names() {
    let (folder, connector) = shop();
    fs::write(folder.path().join("notes.txt"), "asked by ROSA@ships.example, twice\n").unwrap();
    let long = format!("{}rosa@ships.example{}", "x ".repeat(131_050), " y".repeat(100_000));
    fs::write(folder.path().join("dump.bin"), long).unwrap();
    fs::write(folder.path().join("rosa@ships.example.pdf"), "nothing").unwrap();
    fs::write(folder.path().join("other.csv"), "a,b\n1,rosa@ships.example\n").unwrap();
    let traces = connector.search(&rosa()).await.unwrap();
    let has = |place: &str, column: &str, is_mapped: bool| {
        traces.iter().any(|trace| trace.place == place && trace.column == column && trace.is_mapped == is_mapped)
    };
    assert!(has("notes.txt", "line", false), "{traces:?}");
    assert!(has("dump.bin", "line", false), "what stands across two portions is seen: {traces:?}");
    assert!(has("names of files", "name", false), "{traces:?}");
    assert!(has("other.csv", "b", false), "{traces:?}");
    assert!(has("people.csv", "mail", true) && has("logs/*.jsonl", "user", true), "{traces:?}");
    assert!(!format!("{traces:?}").to_lowercase().contains("rosa@"), "a trace names nobody: {traces:?}");
}

#[tokio::test]
async fn what_cannot_be_seen_into_is_refused_never_passed_over() {
    let (folder, connector) = shop();
    fs::write(folder.path().join("old.csv.gz"), [0x1f, 0x8b]).unwrap();
    let refused = connector.search(&rosa()).await.unwrap_err();
    assert!(refused.to_string().contains("compressed"), "{refused}");
    fs::remove_file(folder.path().join("old.csv.gz")).unwrap();
    let outside = tempfile::NamedTempFile::new().unwrap();
    symlink(outside.path(), folder.path().join("logs/3.jsonl")).unwrap();
    let refused = connector.carry_out(&task(Act::Erase)).await.unwrap_err();
    assert!(refused.to_string().contains("leads out of the folder"), "{refused}");
    assert!(connector.search(&rosa()).await.is_err());
    fs::remove_file(folder.path().join("logs/3.jsonl")).unwrap();
    symlink(folder.path().join("logs/1.jsonl"), folder.path().join("logs/3.jsonl")).unwrap();
    fs::hard_link(folder.path().join("people.csv"), folder.path().join("people.bak")).unwrap();
    let refused = connector.carry_out(&task(Act::Erase)).await.unwrap_err();
    assert!(refused.to_string().contains("hard link"), "{refused}");
}

#[tokio::test]
async fn a_file_that_is_not_as_mapped_is_refused_without_its_values() {
    for (name, text, said) in [
        ("people.csv", "id;name\n1;Rosa\n", "has no column `mail`"),
        ("people.csv", "id;mail;name;held\n1;\"rosa@ships.example\n", "a quote is not closed"),
        ("people.csv", "id;mail;name;held\n;rosa@ships.example;;\n", "has no key"),
        ("logs/1.jsonl", "{\"user\": \"rosa@ships.example\"\n", "a line is no JSON object"),
    ] {
        let (folder, connector) = shop();
        fs::write(folder.path().join(name), text).unwrap();
        let refused = connector.carry_out(&task(Act::Erase)).await.unwrap_err().to_string();
        assert!(refused.contains(said), "{refused}");
        assert!(!refused.contains("rosa"), "{refused}");
        assert_eq!(read(&folder, name), text, "nothing was done");
    }
    let (folder, connector) = shop();
    fs::remove_file(folder.path().join("people.csv")).unwrap();
    let gone = connector.carry_out(&task(Act::Erase)).await.unwrap_err();
    assert!(matches!(gone, ConnectError::SchemaDiffers { .. }), "{gone}");
}

#[tokio::test]
async fn a_row_that_was_changed_since_it_was_found_is_found_again_first() {
    let (folder, connector) = shop();
    let map = map(POLICY);
    let place = map.place("people.csv").unwrap();
    // As a walk found it, in a state that it has no longer.
    let hash = "0".repeat(32);
    let stale = Change { key: vec!["1".to_owned()], version: Some(hash), kept: vec![], what: What::Delete };
    connector.0.apply(place, vec![stale]).await.unwrap();
    assert_eq!(read(&folder, "people.csv"), PEOPLE, "of no file that there is");
    let found = version_of(&connector, place).await;
    fs::write(folder.path().join("people.csv"), PEOPLE.replace("Rosa@", "rosa@")).unwrap();
    let changed = Change { key: vec!["1".to_owned()], version: Some(found), kept: vec![], what: What::Delete };
    let busy = connector.0.apply(place, vec![changed]).await.unwrap_err();
    assert!(busy.is_passing(), "{busy}");
}

async fn version_of(connector: &ByRows<Folder>, place: &candor_places::MappedPlace) -> String {
    struct One(Option<String>);
    #[async_trait]
    impl candor_connect_rows::RowTaker for One {
        async fn take(&mut self, row: candor_connect_rows::LiveRow) -> Result<(), ConnectError> {
            self.0 = row.version;
            Ok(())
        }
    }
    let want = candor_connect_rows::Want {
        column: "mail".to_owned(),
        values: vec![Secret::new("rosa@ships.example".to_owned())],
    };
    let mut one = One(None);
    connector.0.find(place, &[want], &mut one).await.unwrap();
    one.0.unwrap()
}

#[tokio::test]
async fn only_one_rewrites_at_a_time_and_what_broke_off_leaves_nothing() {
    let (folder, connector) = shop();
    let left = folder.path().join(".candor-people.csv");
    fs::write(&left, "what a broken-off rewriting left").unwrap();
    let lock = fs::File::create(folder.path().join(".candor.lock")).unwrap();
    lock.lock().unwrap();
    let busy = connector.carry_out(&task(Act::Erase)).await.unwrap_err();
    assert_eq!(busy, ConnectError::Busy { retry_after_seconds: None });
    drop(lock);
    connector.carry_out(&task(Act::Erase)).await.unwrap();
    assert!(!left.exists());
    assert!(!read(&folder, "people.csv").contains("Rosa"));
}

#[tokio::test]
async fn a_large_file_is_rewritten_in_little_memory() {
    let (folder, connector) = shop();
    let mut file = std::io::BufWriter::new(fs::File::create(folder.path().join("logs/1.jsonl")).unwrap());
    let filler = "z".repeat(400);
    for n in 0..100_000 {
        let who = if n == 77_777 { "rosa" } else { "otto" };
        writeln!(file, "{{\"id\": {n}, \"user\": \"{who}@ships.example\", \"text\": \"{filler}\"}}").unwrap();
    }
    drop(file);
    let before = peak_kib();
    let report = connector.carry_out(&task(Act::Erase)).await.unwrap();
    assert_eq!(report.places.last().unwrap().n_rows, 1);
    assert_eq!(connector.search(&rosa()).await.unwrap(), []);
    let grown = peak_kib() - before;
    assert!(grown < 24 * 1024, "a file of 45 MB took {grown} KiB");
    assert_eq!(read(&folder, "logs/1.jsonl").lines().count(), 99_999);
}

/// The most memory that this process ever had.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_catalogue_tells_files_and_their_columns() {
    let (folder, connector) = shop();
    fs::write(folder.path().join("other.tsv"), "a\tb\n").unwrap();
    let catalogue = connector.catalogue().await.unwrap();
    let columns = |name: &str| {
        let table = catalogue.tables.iter().find(|table| table.name == name).unwrap();
        table.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(columns("people.csv"), ["id", "name", "mail", "held"]);
    assert_eq!(columns("other.tsv"), ["a", "b"]);
    assert!(columns("orders.jsonl").contains(&"ship.name"));
    assert_eq!(connector.sample("people.csv", "mail", 2).await.unwrap().len(), 2);
}

#[test]
fn an_address_is_a_folder() {
    for text in ["exports", "", "https://example.org"] {
        assert!(files(map(POLICY), &Secret::new(text.to_owned())).is_err(), "{text}");
    }
    assert!(files(map(POLICY), &Secret::new("file:///srv/exports".to_owned())).is_ok());
}
