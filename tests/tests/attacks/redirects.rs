//! Nobody is sent away: neither by an address that they were given, nor by a header that somebody else wrote.

use std::io::{Read, Write};
use std::net::TcpStream;

use candor_tests::{At, Browser, FrontDoor, PASSWORD};

const ELSEWHERE: [&str; 14] = [
    "https://evil.example/door/account",
    "//evil.example/door/account",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/door//evil.example",
    "/door/../../evil.example",
    "/door@evil.example",
    "/door.evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/door/\tevil.example",
    "/door/%0d%0aset-cookie:%20a=b\r\nset-cookie: a=b",
    " /door/account",
];

#[test]
fn signing_in_leads_to_a_page_of_the_tenant_whatever_the_address_said() {
    let door = FrontDoor::open();
    door.sign_up("ada@example.org");
    for to in ELSEWHERE {
        let mut visitor = door.visitor();
        let escaped: String = to.bytes().map(|byte| format!("%{byte:02x}")).collect();
        visitor.get(&format!("/door/sign-in?then={escaped}"));
        assert_eq!(visitor.hidden("then"), None, "{to}");
        let fields = [("identifier", "ada@example.org"), ("password", PASSWORD), ("then", to)];
        let reply = visitor.submit("/door/sign-in", &fields);
        assert_eq!((reply.status, reply.header("location")), (303, Some("/door/account")), "{to}");
        // Who is signed in already is sent on from the page itself.
        let reply = visitor.get(&format!("/door/sign-in?then={escaped}"));
        assert_eq!((reply.status, reply.header("location")), (303, Some("/door/account")), "{to}");
    }
    let mut visitor = door.visitor();
    visitor.get("/door/sign-in?then=/door/account/prove");
    let fields = [("identifier", "ada@example.org"), ("password", PASSWORD), ("then", "/door/account/prove")];
    let reply = visitor.submit("/door/sign-in", &fields);
    assert_eq!(reply.header("location"), Some("/door/account/prove"), "a page of the tenant is gone on to");
}

#[test]
fn a_browser_stays_where_it_is() {
    let door = FrontDoor::open();
    door.sign_up("ada@example.org");
    let browser = Browser::start();
    for to in ["//evil.example/", "/\\evil.example/", "/door/..//evil.example"] {
        let page = browser.page();
        page.goto(&door.url(&format!("/door/sign-in?then={}", to.replace('\\', "%5c"))));
        page.fill(At::Css("[name=identifier]"), "ada@example.org");
        page.fill(At::Css("[name=password]"), PASSWORD);
        page.click(At::Button("Sign in"));
        assert!(page.url().starts_with(&door.url("/door/account")), "{to} led to {}", page.url());
    }
}

/// Sends a request as it stands and reads the answer.
fn raw(door: &FrontDoor, request: &str) -> String {
    let mut stream = TcpStream::connect(door.server.address()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn letters_and_redirections_lead_to_the_address_that_the_operator_named_whatever_the_host_says() {
    let door = FrontDoor::open();
    door.sign_up("ada@example.org");
    let mut eve = door.visitor();
    eve.get("/door/recover");
    let (name, guest) = eve.cookies().iter().next().map(|(name, value)| (name.clone(), value.clone())).unwrap();
    let body = format!("form_token={}&address=ada%40example.org", eve.token());
    let hosts = [
        ("POST /door/recover", "host: evil.example"),
        ("POST /door/recover", "host: id.acme.example@evil.example"),
        ("POST /door/recover", "host: id.acme.example:80@evil.example"),
        ("POST /door/recover", "host: x\r\nx-forwarded-host: evil.example\r\nforwarded: host=evil.example"),
        ("POST /door/recover", "host: x\r\nx-forwarded-proto: http\r\nx-original-url: https://evil.example/"),
        ("POST http://evil.example/door/recover", "host: evil.example"),
    ];
    let mut n_letters = 1;
    for (line, host) in hosts {
        let answer = raw(
            &door,
            &format!(
                "{line} HTTP/1.1\r\n{host}\r\ncookie: {name}={guest}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
                 content-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            ),
        );
        assert!(!answer.contains("evil.example"), "{line} {host}: {answer}");
        // A host that is none may be refused; a letter that leaves has the operator's address.
        if answer.starts_with("HTTP/1.1 200 ") {
            n_letters += 1;
            assert!(door.link(n_letters - 1).starts_with("/door/recover/set?code="), "{line} {host}");
        } else {
            assert!(answer.starts_with("HTTP/1.1 400 "), "{line} {host}: {answer}");
        }
    }
    assert!(n_letters > 3, "letters were sent");
    for letter in door.sink.mails() {
        assert!(!letter.raw.contains("evil.example"), "{}", letter.raw);
    }
    let answer = raw(&door, "GET /door/account/prove HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 303 ") && !answer.contains("evil.example"), "{answer}");
}
