//! The resolver against a real server on loopback.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod responder;

use candor_dns::DnsResolver;
use candor_identity_port::{DomainError, Domains};
use responder::{BROKEN, Responder, SILENT};

fn resolver(server: &Responder) -> DnsResolver {
    DnsResolver::at(server.address()).unwrap()
}

#[tokio::test]
async fn the_texts_of_a_name_are_put_together_from_their_parts() {
    let server = Responder::start();
    server.publish_parts(
        "_candor-challenge.example.org",
        vec![vec![b"candor-verification=".to_vec(), b"abc".to_vec()], vec![b"v=spf1 -all".to_vec()]],
    );
    let mut texts = resolver(&server).texts("_Candor-Challenge.Example.org").await.unwrap();
    texts.sort();
    assert_eq!(texts, ["candor-verification=abc", "v=spf1 -all"]);
}

#[tokio::test]
async fn nothing_published_and_no_such_name_are_answers() {
    let server = Responder::start();
    server.publish("empty.example", &[]);
    assert_eq!(resolver(&server).texts("empty.example").await, Ok(Vec::new()));
    assert_eq!(resolver(&server).texts("unknown.example").await, Ok(Vec::new()));
}

#[tokio::test]
async fn what_is_taken_back_is_gone_at_the_next_question() {
    let server = Responder::start();
    let resolver = resolver(&server);
    server.publish("example.org", &["one"]);
    assert_eq!(resolver.texts("example.org").await.unwrap(), ["one"]);
    server.publish("example.org", &["two"]);
    assert_eq!(resolver.texts("example.org").await.unwrap(), ["two"]);
}

#[tokio::test]
async fn a_resolver_that_cannot_say_or_does_not_answer_says_nothing_of_the_domain() {
    let server = Responder::start();
    assert_eq!(resolver(&server).texts(BROKEN).await, Err(DomainError::Failed));
    assert_eq!(resolver(&server).texts(SILENT).await, Err(DomainError::Unanswered));
    assert_eq!(resolver(&server).texts("no domain").await, Err(DomainError::Name));
}

#[tokio::test]
async fn texts_that_are_too_long_or_not_utf_8_are_left_out() {
    let server = Responder::start();
    server.publish_parts("example.org", vec![vec![vec![0xff, 0xfe]], vec![b"fits".to_vec()]]);
    assert_eq!(resolver(&server).texts("example.org").await.unwrap(), ["fits"]);
}
