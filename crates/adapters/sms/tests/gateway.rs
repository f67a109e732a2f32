//! The texter against a gateway on this machine that answers as it is told to.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::{Arc, Mutex};

use candor_notify::{Message, Notify, Undelivered};
use candor_sms::{Body, Gateway, Method, Texter};
use candor_words::Secret;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Answers every request with one status, and keeps what was asked.
async fn gateway(status: &'static str) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Arc::<Mutex<Vec<String>>>::default();
    let known = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = String::new();
            while !is_whole(&request) {
                let mut bytes = [0; 4096];
                let n_bytes = stream.read(&mut bytes).await.unwrap();
                request.push_str(std::str::from_utf8(&bytes[..n_bytes]).unwrap());
            }
            known.lock().unwrap().push(request);
            let answer = format!(
                "HTTP/1.1 {status}\r\nlocation: http://127.0.0.1:{port}/elsewhere\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (port, heard)
}

fn is_whole(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
    body.len() == length
}

fn texter(port: u16, body: Body) -> Texter {
    let headers = vec![("authorization".to_owned(), Secret::new("Bearer of-the-gateway".to_owned()))];
    let url = format!("http://127.0.0.1:{port}/send");
    Texter::new(Gateway { url, method: Method::Post, headers, body, trusted: None }).unwrap()
}

fn json() -> Body {
    Body::json(r#"{"to":"{to}","text":"{text}","reference":"{id}"}"#).unwrap()
}

fn message(to: &str, text: &str) -> Message {
    Message {
        id: "code.1".into(),
        to: Secret::new(to.into()),
        sender: "Vendor".into(),
        title: "Your code".into(),
        text: text.into(),
        opt_out: None,
    }
}

#[tokio::test]
async fn a_message_is_handed_over_as_the_gateway_asks_for_it() {
    let (port, heard) = gateway("202 Accepted").await;
    texter(port, json()).deliver(&message("+49 30 1234567", "Code \"123 456\"\nVendor")).await.unwrap();
    let form = Body::form("From=Vendor&To={to}&Body={text}").unwrap();
    texter(port, form).deliver(&message("+49 30 1234567", "a&b")).await.unwrap();
    let heard = heard.lock().unwrap().clone();
    assert!(heard[0].starts_with("POST /send HTTP/1.1\r\n"), "{heard:?}");
    assert!(heard[0].contains("\r\nauthorization: Bearer of-the-gateway\r\n"), "{heard:?}");
    assert!(heard[0].contains("\r\ncontent-type: application/json\r\n"), "{heard:?}");
    let said = heard[0].split("\r\n\r\n").nth(1).unwrap();
    assert_eq!(said, r#"{"reference":"code.1","text":"Code \"123 456\"\nVendor","to":"+49301234567"}"#);
    assert!(heard[1].ends_with("\r\n\r\nFrom=Vendor&To=%2B49301234567&Body=a%26b"), "{heard:?}");
}

#[tokio::test]
async fn what_the_gateway_answers_is_told_as_a_code() {
    for (status, expected) in [
        ("200 OK", Ok(())),
        ("429 Too Many Requests", Err(Undelivered::Later { code: 429 })),
        ("503 Service Unavailable", Err(Undelivered::Later { code: 503 })),
        ("400 Bad Request", Err(Undelivered::Never { code: 400 })),
        ("401 Unauthorized", Err(Undelivered::Unreachable)),
        ("307 Temporary Redirect", Err(Undelivered::Unreachable)),
    ] {
        let (port, heard) = gateway(status).await;
        assert_eq!(texter(port, json()).deliver(&message("+49301234567", "t")).await, expected, "{status}");
        assert_eq!(heard.lock().unwrap().len(), 1, "{status}: nothing is asked twice, and no redirect is followed");
    }
}

#[tokio::test]
async fn what_is_no_number_or_no_text_never_leaves() {
    let (port, heard) = gateway("200 OK").await;
    let texter = texter(port, json());
    let long = "x".repeat(1_001);
    for (to, text) in [
        ("030 1234567", "t"),
        ("ada@people.example", "t"),
        ("+49301234567", ""),
        ("+49301234567", "a\u{0}b"),
        ("+49301234567", &long),
    ] {
        assert_eq!(texter.deliver(&message(to, text)).await, Err(Undelivered::Never { code: 0 }), "{to}");
    }
    assert!(heard.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_gateway_that_is_not_there_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    assert_eq!(texter(port, json()).deliver(&message("+49301234567", "t")).await, Err(Undelivered::Unreachable));
}
