//! Against a server of the test's own that answers as a large Active Directory does, and as no directory should.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use candor_connect::testing::person;
use candor_connect::{ConnectError, Connector};
use candor_manifest::model::{PlaceErasure, SystemKind};
use candor_places::{Act, Did, MappedOwner, MappedPlace, Person, SystemMap, Task};
use candor_words::Secret;

const BIND: u8 = 0x60;
const SEARCH: u8 = 0x63;

/// What is asked of a search: where, how deep, the bytes of the filter, and for which attributes.
struct Asked {
    base: String,
    scope: u8,
    filter: Vec<u8>,
    attributes: Vec<String>,
}

/// An entry: its name, and its attributes with their values.
type Entry = (&'static str, Vec<(&'static str, Vec<&'static str>)>);

/// One element of BER; contents up to 65 535 bytes.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x82, length[0], length[1]], content].concat()
}

/// The first element: its tag, its content, and what follows.
fn taken(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, length) = (*bytes.first()?, usize::from(*bytes.get(1)?));
    let (length, from) = match length {
        short if short < 0x80 => (short, 2),
        long => {
            let n = long & 0x7f;
            (bytes.get(2..2 + n)?.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), 2 + n)
        }
    };
    Some((tag, bytes.get(from..from + length)?, bytes.get(from + length..)?))
}

fn elements(mut bytes: &[u8]) -> Vec<(u8, &[u8])> {
    let mut all = Vec::new();
    while let Some((tag, content, rest)) = taken(bytes) {
        all.push((tag, content));
        bytes = rest;
    }
    all
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut head = [0; 2];
    stream.read_exact(&mut head).ok()?;
    let mut length = vec![0; if head[1] < 0x80 { 0 } else { usize::from(head[1] & 0x7f) }];
    stream.read_exact(&mut length).ok()?;
    let n = if length.is_empty() {
        usize::from(head[1])
    } else {
        length.iter().fold(0, |n, byte| n << 8 | usize::from(*byte))
    };
    let mut content = vec![0; n];
    stream.read_exact(&mut content).ok()?;
    Some(content)
}

fn told((name, attributes): Entry) -> Vec<u8> {
    let attributes: Vec<u8> = attributes
        .into_iter()
        .flat_map(|(attribute, values)| {
            let values: Vec<u8> = values.iter().flat_map(|value| element(4, value.as_bytes())).collect();
            element(0x30, &[element(4, attribute.as_bytes()), element(0x31, &values)].concat())
        })
        .collect();
    element(0x64, &[element(4, name.as_bytes()), element(0x30, &attributes)].concat())
}

/// A server that answers each search with what a function says; gives its address.
fn serve(answer: impl Fn(&Asked) -> Vec<Vec<u8>> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            while let Some(content) = message(&mut stream) {
                let parts = elements(&content);
                let ((_, number), (operation, request)) = (parts[0], parts[1]);
                let done = |tag| element(tag, &[element(0x0a, &[0]), element(4, b""), element(4, b"")].concat());
                let said = match operation {
                    BIND => vec![done(0x61)],
                    SEARCH => {
                        let parts = elements(request);
                        let asked = Asked {
                            base: text(parts[0].1),
                            scope: parts[1].1[0],
                            filter: parts[6].1.to_vec(),
                            attributes: elements(parts[7].1).iter().map(|(_, name)| text(name)).collect(),
                        };
                        [answer(&asked), vec![done(0x65)]].concat()
                    }
                    _ => break,
                };
                let said: Vec<u8> =
                    said.iter().flat_map(|one| element(0x30, &[element(2, number), one.clone()].concat())).collect();
                if stream.write_all(&said).is_err() {
                    break;
                }
            }
        }
    });
    format!("ldap://candor:x@127.0.0.1:{port}/DC=x")
}

/// A group with five members of which two are told at a time; Ada is the last.
fn large(asked: &Asked) -> Vec<Vec<u8>> {
    let has = |mark: &str| asked.filter.windows(mark.len()).any(|bytes| bytes == mark.as_bytes());
    let wants = |name: &str| asked.attributes.iter().any(|wanted| wanted == name);
    let ada = || -> Entry {
        (
            "CN=Ada,DC=x",
            vec![
                ("objectClass", vec!["top", "user"]),
                ("mail", vec!["ada@id.example"]),
                ("objectGUID", vec!["0123456789abcdef"]),
            ],
        )
    };
    let entries: Vec<Entry> = match (asked.base.as_str(), asked.scope) {
        ("", _) => vec![(
            "",
            vec![
                ("supportedCapabilities", vec!["1.2.840.113556.1.4.800"]),
                ("namingContexts", vec!["DC=x"]),
                ("defaultNamingContext", vec!["DC=x"]),
                ("schemaNamingContext", vec!["CN=Schema"]),
                ("subschemaSubentry", vec!["CN=Aggregate"]),
            ],
        )],
        ("CN=Aggregate", _) => vec![(
            "CN=Aggregate",
            vec![
                (
                    "attributeTypes",
                    vec![
                        "( 1.1 NAME 'mail' SYNTAX '1.3.6.1.4.1.1466.115.121.1.15' )",
                        "( 1.2 NAME 'member' SYNTAX '1.3.6.1.4.1.1466.115.121.1.12' )",
                        "( 1.3 NAME 'objectGUID' SYNTAX '1.3.6.1.4.1.1466.115.121.1.40' NO-USER-MODIFICATION )",
                    ],
                ),
                (
                    "objectClasses",
                    vec![
                        "( 2.1 NAME 'top' ABSTRACT )",
                        "( 2.2 NAME 'user' SUP top MAY mail )",
                        "( 2.3 NAME 'group' SUP top MAY member )",
                    ],
                ),
            ],
        )],
        ("DC=x", 0) => vec![("DC=x", vec![("objectClass", vec!["top"])])],
        ("CN=Ada,DC=x", _) => vec![ada()],
        ("DC=x", _) if has("ada@id.example") => vec![ada()],
        ("DC=x", _) if has("member") => {
            vec![(
                "CN=Large,DC=x",
                vec![("objectClass", vec!["top", "group"]), ("member;range=0-1", vec!["CN=A,DC=x", "CN=B,DC=x"])],
            )]
        }
        ("CN=Large,DC=x", _) if wants("member;range=2-*") => {
            vec![("CN=Large,DC=x", vec![("member;range=2-3", vec!["CN=C,DC=x", "CN=D,DC=x"])])]
        }
        ("CN=Large,DC=x", _) if wants("member;range=4-*") => {
            vec![("CN=Large,DC=x", vec![("member;range=4-*", vec!["cn=ada, dc=X"])])]
        }
        _ => Vec::new(),
    };
    entries.into_iter().map(told).collect()
}

fn connector(address: String) -> Arc<dyn Connector> {
    let place = MappedPlace {
        name: "user".to_owned(),
        key: vec!["objectGUID".to_owned()],
        only_where: None,
        owned_by: vec![MappedOwner::Subject { field: "account.email".to_owned(), column: "mail".to_owned() }],
        accessed_by: Vec::new(),
        columns: Vec::new(),
        on_erasure: PlaceErasure::Delete,
        kept_because: None,
        marks: Vec::new(),
        clocks: Vec::new(),
        calls: None,
    };
    let map = SystemMap {
        name: "directory".to_owned(),
        title: "The directory".to_owned(),
        kind: SystemKind::Ldap,
        at: "env DIRECTORY".to_owned(),
        env: "DIRECTORY".to_owned(),
        template: None,
        calls_per_second: None,
        places: vec![place],
    };
    candor_connect_ldap::ldap(Arc::new(map), &Secret::new(address)).unwrap()
}

fn ada() -> Vec<Person> {
    vec![person(&[("account.email", "ada@id.example")])]
}

#[tokio::test]
async fn a_group_that_is_told_in_parts_is_read_to_its_end() {
    let preview = connector(serve(large)).preview(&Task { act: Act::Erase, people: ada() }).await.unwrap();
    let group = preview.iter().find(|preview| preview.would.place == "group").expect("the group names her");
    assert_eq!((group.would.did, group.would.n_rows), (Did::DeIdentified, 1));
    assert_eq!(group.statements, ["dn: <group>\nchangetype: modify\ndelete: member\nmember: <value>"]);
}

#[tokio::test]
async fn an_answer_that_is_none_ends_the_step_and_nothing_else() {
    for broken in [element(0x64, b""), element(0x64, &element(4, &[0xff])), element(0x64, &element(4, b"CN=Ada"))] {
        let address = serve(move |asked| match asked.base.as_str() {
            "" | "CN=Aggregate" => large(asked),
            _ => vec![broken.clone()],
        });
        let outcome = connector(address).search(&ada()).await;
        assert!(matches!(outcome, Err(ConnectError::Failed { .. })), "{outcome:?}");
    }
}

#[tokio::test]
async fn an_entry_that_was_not_asked_for_is_nobodys_whatever_the_directory_takes_for_equal() {
    fn loose(asked: &Asked) -> Vec<Vec<u8>> {
        let entry = |name: &'static str, mail: &'static [&'static str]| -> Entry {
            let id = ["0123456789abcdef", "fedcba9876543210"][usize::from(name != "CN=Ada,DC=x")];
            let mail = ("mail", mail.to_vec());
            (name, vec![("objectClass", vec!["top", "user"]), mail, ("objectGUID", vec![id])])
        };
        let has = |mark: &str| asked.filter.windows(mark.len()).any(|bytes| bytes == mark.as_bytes());
        match asked.base.as_str() {
            "DC=x" if asked.scope != 0 && has("ada@id.example") => {
                let mut entries =
                    vec![entry("CN=Ada,DC=x", &["ada@id.example"]), entry("CN=Eve,DC=x", &["adá@id.example"])];
                if has("hidden@id.example") {
                    entries.push(entry("CN=Hidden,DC=x", &[]));
                }
                entries.into_iter().map(told).collect()
            }
            "DC=x" if has("hidden@id.example") => vec![told(entry("CN=Hidden,DC=x", &[]))],
            _ => large(asked),
        }
    }
    let connector = connector(serve(loose));
    let erasure = |named: &str| Task { act: Act::Erase, people: vec![person(&[("account.email", named)])] };
    let preview = connector.preview(&erasure("ada@id.example")).await.unwrap();
    let users: u64 = preview.iter().filter(|it| it.would.place == "user").map(|it| it.would.n_rows).sum();
    assert_eq!(users, 1, "{preview:?}");
    let both = vec![person(&[("account.email", "ada@id.example")]), person(&[("account.email", "bob@id.example")])];
    let preview = connector.preview(&Task { act: Act::Erase, people: both }).await.unwrap();
    let users: u64 = preview.iter().filter(|it| it.would.place == "user").map(|it| it.would.n_rows).sum();
    assert_eq!(users, 1, "{preview:?}");
    let refused = connector.preview(&erasure("hidden@id.example")).await.unwrap_err();
    assert!(matches!(refused, ConnectError::PrivilegeMissing { .. }), "whose it is does not show: {refused:?}");
}

#[tokio::test]
async fn a_server_that_hangs_up_is_asked_again_later() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || listener.incoming().for_each(drop));
    let outcome = connector(format!("ldap://candor:x@127.0.0.1:{port}/DC=x")).catalogue().await;
    assert!(outcome.is_err_and(|error| error.is_passing()));
}
