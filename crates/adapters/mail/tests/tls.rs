//! The mailer and a relay that speaks TLS: mail goes through, and only to a relay whose certificate is trusted.
//!
//! The certificate under `tls/` was made for these tests and is trusted by nothing else.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use candor_mail::{Login, Mailer, Relay, Security};
use candor_notify::{Message, Notify, Undelivered};
use candor_words::Secret;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

const CERTIFICATE: &[u8] = include_bytes!("tls/cert.pem");
const KEY: &[u8] = include_bytes!("tls/key.pem");

type Heard = Arc<Mutex<Vec<String>>>;

fn config() -> Arc<ServerConfig> {
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE).unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(builder.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap())
}

/// A relay that speaks TLS from the first byte or from `STARTTLS` on; keeps what it heard under TLS.
fn relay(security: Security) -> (u16, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let known = Arc::clone(&heard);
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let known = Arc::clone(&known);
            std::thread::spawn(move || serve(stream, security, &known));
        }
    });
    (port, heard)
}

fn serve(mut stream: TcpStream, security: Security, heard: &Heard) -> Option<()> {
    if security == Security::StartTls {
        stream.write_all(b"220 relay\r\n").ok()?;
        for answer in ["250-relay\r\n250 STARTTLS\r\n", "220 go on\r\n"] {
            line(&mut stream)?;
            stream.write_all(answer.as_bytes()).ok()?;
        }
    }
    let tls = StreamOwned::new(ServerConnection::new(config()).unwrap(), stream);
    let mut reader = BufReader::new(tls);
    if security == Security::Tls {
        reader.get_mut().write_all(b"220 relay\r\n").ok()?;
    }
    let mut in_text = false;
    loop {
        let mut line = String::new();
        (reader.read_line(&mut line).ok()? > 0).then_some(())?;
        let line = line.trim_end();
        if in_text && line != "." {
            continue;
        }
        heard.lock().unwrap().push(line.to_owned());
        in_text = line == "DATA";
        let answer = match line.get(..4) {
            Some("EHLO") => "250-relay\r\n250 AUTH PLAIN\r\n",
            Some("AUTH") => "235 welcome\r\n",
            Some("DATA") => "354 go on\r\n",
            _ => "250 ok\r\n",
        };
        reader.get_mut().write_all(answer.as_bytes()).ok()?;
    }
}

/// One line, byte by byte, so that nothing of the handshake is read along.
fn line(stream: &mut TcpStream) -> Option<()> {
    let mut byte = [0];
    while byte != *b"\n" {
        stream.read_exact(&mut byte).ok()?;
    }
    Some(())
}

fn mailer(port: u16, security: Security, trusted: Option<Vec<u8>>) -> Mailer {
    let login = Some(Login { user: "candor".into(), password: Secret::new("secret".into()) });
    let from = "privacy@vendor.example".to_owned();
    Mailer::new(Relay { host: "localhost".into(), port: Some(port), security, login, from, trusted }).unwrap()
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
async fn mail_and_password_go_to_a_relay_whose_certificate_is_trusted() {
    for security in [Security::Tls, Security::StartTls] {
        let (port, heard) = relay(security);
        mailer(port, security, Some(CERTIFICATE.to_vec())).deliver(&message()).await.unwrap();
        let heard = heard.lock().unwrap().clone();
        assert!(heard.iter().any(|line| line.starts_with("AUTH PLAIN ")), "{security:?}: {heard:?}");
        assert!(heard.contains(&"RCPT TO:<ada@people.example>".to_owned()), "{security:?}: {heard:?}");
    }
}

#[tokio::test]
async fn to_a_relay_that_nobody_vouches_for_nothing_is_said() {
    for security in [Security::Tls, Security::StartTls] {
        let (port, heard) = relay(security);
        let answer = mailer(port, security, None).deliver(&message()).await;
        assert_eq!(answer, Err(Undelivered::Unreachable), "{security:?}");
        assert_eq!(heard.lock().unwrap().clone(), Vec::<String>::new(), "{security:?}");
    }
}
