//! The mailer against a relay on this machine that speaks as it is told to.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::{Arc, Mutex};

use candor_mail::{Mailer, Relay, Security};
use candor_notify::{Message, Notify, Undelivered};
use candor_words::Secret;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

/// Answers each verb with its line, and keeps the commands; offers no TLS.
async fn relay(answers: &'static [(&'static str, &'static str)]) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Arc::<Mutex<Vec<String>>>::default();
    let known = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let known = Arc::clone(&known);
            tokio::spawn(async move {
                let (read, mut write) = stream.into_split();
                let mut lines = BufReader::new(read).lines();
                write.write_all(b"220 relay.example\r\n").await.ok()?;
                let mut in_text = false;
                while let Some(line) = lines.next_line().await.ok()? {
                    if in_text && line != "." {
                        continue;
                    }
                    known.lock().unwrap().push(line.clone());
                    let verb = line.get(..4).unwrap_or("DOT").to_owned();
                    let chosen = answers.iter().find(|(known, _)| *known == verb).map(|(_, answer)| *answer);
                    let usual = if verb == "DATA" { "354 go on" } else { "250 ok" };
                    let answer = chosen.unwrap_or(usual);
                    in_text = verb == "DATA" && answer.starts_with("354");
                    write.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
                }
                Some(())
            });
        }
    });
    (port, heard)
}

fn mailer(port: u16, security: Security) -> Mailer {
    let from = "privacy@vendor.example".to_owned();
    Mailer::new(Relay { host: "127.0.0.1".into(), port: Some(port), security, login: None, from, trusted: None })
        .unwrap()
}

fn message() -> Message {
    Message {
        id: "notice.1".into(),
        to: Secret::new("ada@people.example".into()),
        sender: "Vendor".into(),
        title: "What changes".into(),
        text: "Hello.\n".into(),
        opt_out: None,
    }
}

#[tokio::test]
async fn a_message_is_handed_over_in_a_dialogue() {
    let (port, heard) = relay(&[]).await;
    mailer(port, Security::Plain).deliver(&message()).await.unwrap();
    let heard = heard.lock().unwrap().clone();
    for command in ["MAIL FROM:<privacy@vendor.example>", "RCPT TO:<ada@people.example>", "DATA", "."] {
        assert!(heard.iter().any(|line| line.starts_with(command)), "{command}: {heard:?}");
    }
}

#[tokio::test]
async fn the_relays_answer_says_whether_to_come_again() {
    for (answers, expected) in [
        (&[("RCPT", "450 busy")][..], Undelivered::Later { code: 450 }),
        (&[("RCPT", "550 no such mailbox")][..], Undelivered::Never { code: 550 }),
        (&[("DOT", "552 too much")][..], Undelivered::Never { code: 552 }),
        (&[("MAIL", "421 going away")][..], Undelivered::Unreachable),
        (&[("MAIL", "530 log in first")][..], Undelivered::Unreachable),
    ] {
        let answers: &'static [(&'static str, &'static str)] = answers;
        let (port, _) = relay(answers).await;
        assert_eq!(mailer(port, Security::Plain).deliver(&message()).await, Err(expected), "{answers:?}");
    }
}

#[tokio::test]
async fn a_relay_that_is_not_there_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    assert_eq!(mailer(port, Security::Plain).deliver(&message()).await, Err(Undelivered::Unreachable));
}

#[tokio::test]
async fn nothing_is_said_to_a_relay_that_offers_no_tls() {
    let (port, heard) = relay(&[]).await;
    assert_eq!(mailer(port, Security::StartTls).deliver(&message()).await, Err(Undelivered::Unreachable));
    let heard = heard.lock().unwrap().clone();
    assert!(!heard.iter().any(|line| line.starts_with("MAIL") || line.contains("ada@")), "{heard:?}");
    // Nor to one that answers a greeting of TLS with words.
    let (port, heard) = relay(&[]).await;
    assert_eq!(mailer(port, Security::Tls).deliver(&message()).await, Err(Undelivered::Unreachable));
    assert!(!heard.lock().unwrap().iter().any(|line| line.contains("ada@")));
}
