//! A gateway of text messages on this machine that keeps what it is given: plain HTTP over TCP, one request a connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

/// The most bytes of one request's body.
const BODY_BYTES_MAX: usize = 64 << 10;

/// A text message as it came over the wire.
#[derive(Debug, Clone)]
pub struct Text {
    /// The number.
    pub to: String,
    /// The text.
    pub text: String,
    /// The header that lets the sender in.
    pub authorization: String,
}

/// A gateway that accepts everything.
pub struct SmsGateway {
    address: String,
    texts: Arc<Mutex<Vec<Text>>>,
}

impl SmsGateway {
    /// Listens on a free port of this machine.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address").to_string();
        let texts = Arc::<Mutex<Vec<Text>>>::default();
        let known = Arc::clone(&texts);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let known = Arc::clone(&known);
                std::thread::spawn(move || {
                    if let Some(text) = take(stream) {
                        known.lock().expect("the texts").push(text);
                    }
                });
            }
        });
        Self { address, texts }
    }

    /// Where it is asked.
    pub fn url(&self) -> String {
        format!("http://{}/messages", self.address)
    }

    /// What came so far.
    pub fn texts(&self) -> Vec<Text> {
        self.texts.lock().expect("the texts").clone()
    }

    /// Waits until as many came.
    ///
    /// # Panics
    /// Fewer came within a minute.
    pub fn wait_for(&self, n: usize) -> Vec<Text> {
        let began = Instant::now();
        loop {
            let texts = self.texts();
            if texts.len() >= n {
                return texts;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "{} of {n} text messages came", texts.len());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

fn take(stream: TcpStream) -> Option<Text> {
    let mut reader = BufReader::new(stream);
    let (mut length, mut authorization) = (0, String::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok().filter(|n| *n <= BODY_BYTES_MAX)?,
            "authorization" => value.trim().clone_into(&mut authorization),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let said: Value = serde_json::from_slice(&body).ok()?;
    let part = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
    reader.get_mut().write_all(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").ok()?;
    Some(Text { to: part("to"), text: part("text"), authorization })
}
