//! A server that is told to stop finishes what it began.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use candor_tests::Server;
use serde_json::json;

#[test]
fn reads_in_flight_are_answered_before_the_server_ends() {
    let mut server = Server::start("assigntask");
    let ada = server.person(&[("account", json!({ "email": "ada@engines.example", "name": "Ada" }))]);
    let body = json!({ "purpose": "service", "fields": ["account.email"] }).to_string();
    let mut in_flight: Vec<TcpStream> = (0..4).map(|_| begin(&server, &ada.at("/read"), body.len())).collect();

    server.tell_to_stop();
    let began_at = Instant::now();
    while TcpStream::connect(server.address()).is_ok() {
        assert!(began_at.elapsed() < Duration::from_secs(60), "a stopping server takes no new connections");
    }
    for stream in &mut in_flight {
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(answer.contains("ada@engines.example"), "{answer}");
    }
    assert!(server.ends_well());

    // What it disclosed at its end stands in the ledger.
    server.start_again();
    let ada = ada.asked_by(&server);
    let disclosed = ada.accesses().into_iter().filter(|access| access["kind"] == "disclosure").count();
    assert_eq!(disclosed, 4);
}

/// Begins a request, and returns when the server waits for its body.
fn begin(server: &Server, path: &str, body_bytes: usize) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: {body_bytes}\r\nexpect: 100-continue\r\n\r\n",
        server.address(),
        server.presented()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}
