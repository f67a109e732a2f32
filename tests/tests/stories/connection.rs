//! A connection outlives a refusal: what follows on it is answered too.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use candor_tests::Server;

#[test]
fn a_refusal_that_never_looked_at_the_body_leaves_the_connection_usable() {
    let server = Server::start("asign2");
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let body = format!("{{\"padding\":\"{}\"}}", "x".repeat(30_000));
    let head =
        "POST /v1/subjects HTTP/1.1\r\nhost: x\r\nauthorization: Bearer nobody\r\ncontent-type: application/json\r\n";
    for _ in 0..5 {
        write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).unwrap();
        assert!(next_answer(&mut stream).starts_with("HTTP/1.1 401 "));
    }
    stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    assert!(next_answer(&mut stream).starts_with("HTTP/1.1 200 "));
}

/// Reads one answer: the head, then as many bytes as it announces.
fn next_answer(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("the connection is still there");
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase().replacen("http/", "HTTP/", 1);
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    head
}
