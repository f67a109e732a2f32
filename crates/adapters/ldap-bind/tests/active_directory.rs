//! Against a server of the test's own that answers as Active Directory does, and as no directory should.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use candor_identity_port::{Company, Directory as _, DirectoryError};
use candor_ldap_bind::LdapDirectory;
use candor_words::Secret;

const BIND: u8 = 0x60;
const SEARCH: u8 = 0x63;

/// What the server says to a bind, and of the entry that a search finds.
#[derive(Clone)]
struct Answers {
    bind: (u8, String),
    entry: Vec<u8>,
}

/// One element of BER; contents up to 65 535 bytes.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x82, length[0], length[1]], content].concat()
}

fn result(tag: u8, code: u8, text: &str) -> Vec<u8> {
    element(tag, &[element(0x0a, &[code]), element(4, b""), element(4, text.as_bytes())].concat())
}

fn entry(name: &str, attribute: &str, value: &[u8]) -> Vec<u8> {
    let values = element(0x31, &element(4, value));
    let attribute = element(0x30, &[element(4, attribute.as_bytes()), values].concat());
    element(0x64, &[element(4, name.as_bytes()), element(0x30, &attribute)].concat())
}

/// Reads one request: the bytes of its number, and what it asks.
fn request(stream: &mut TcpStream) -> Option<(Vec<u8>, u8)> {
    let mut head = [0; 2];
    stream.read_exact(&mut head).ok()?;
    let length = match head[1] {
        short if short < 0x80 => usize::from(short),
        long => {
            let mut bytes = vec![0; usize::from(long & 0x7f)];
            stream.read_exact(&mut bytes).ok()?;
            bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte))
        }
    };
    let mut content = vec![0; length];
    stream.read_exact(&mut content).ok()?;
    let number = content[..2 + usize::from(content[1])].to_vec();
    let asked = content[number.len()];
    Some((number, asked))
}

fn serve(answers: Answers) -> Company {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            while let Some((number, asked)) = request(&mut stream) {
                let said: Vec<Vec<u8>> = match asked {
                    BIND => vec![result(0x61, answers.bind.0, &answers.bind.1)],
                    SEARCH => vec![answers.entry.clone(), result(0x65, 0, "")],
                    _ => break,
                };
                for one in said {
                    let message = element(0x30, &[number.clone(), one].concat());
                    if stream.write_all(&message).is_err() {
                        return;
                    }
                }
            }
        }
    });
    Company {
        address: format!("ldap://127.0.0.1:{port}"),
        start_tls: false,
        trusted: None,
        base: "DC=company,DC=example".into(),
        filter: "(sAMAccountName={user})".into(),
        reader: None,
        id_attribute: "objectGUID".into(),
    }
}

async fn outcome(answers: Answers) -> Result<String, DirectoryError> {
    let password = Secret::new("correct horse".to_owned());
    LdapDirectory.verify(&serve(answers), "ada", &password, &[]).await.map(|person| person.id)
}

fn ada() -> Vec<u8> {
    entry("CN=Ada,DC=company,DC=example", "objectGUID", &[0xab; 16])
}

#[tokio::test]
async fn what_active_directory_says_of_a_password_is_told_apart() {
    assert_eq!(outcome(Answers { bind: (0, String::new()), entry: ada() }).await, Ok("ab".repeat(16)));
    for (code, expected) in [
        ("52e", DirectoryError::CredentialsWrong),
        ("532", DirectoryError::PasswordExpired),
        ("533", DirectoryError::AccountDisabled),
        ("701", DirectoryError::AccountExpired),
        ("773", DirectoryError::PasswordMustChange),
        ("775", DirectoryError::AccountLocked),
    ] {
        let text =
            format!("80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data {code}, v4563");
        assert_eq!(outcome(Answers { bind: (49, text), entry: ada() }).await, Err(expected), "{code}");
    }
}

#[tokio::test]
async fn an_entry_without_a_name_is_nobody_though_the_directory_would_say_yes() {
    let nameless = entry("", "objectGUID", &[0xab; 16]);
    let said = outcome(Answers { bind: (0, String::new()), entry: nameless }).await;
    assert_eq!(said, Err(DirectoryError::CredentialsWrong));
}

#[tokio::test]
async fn an_entry_that_is_none_ends_the_sign_in_and_nothing_else() {
    for broken in [element(0x64, b""), element(0x64, &element(4, &[0xff])), element(0x64, &element(4, b"CN=Ada"))] {
        let said = outcome(Answers { bind: (0, String::new()), entry: broken }).await;
        assert_eq!(said, Err(DirectoryError::Unreachable));
    }
}
