//! One keep-alive connection that asks and waits: HTTP/1.1, answers with a length.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// The line of the status and the headers.
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    /// What the answer gives to the browser as a cookie whose name begins so: `name=value`.
    pub fn cookie(&self, begins: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        let pairs = lines.filter_map(|line| line.split(';').next());
        pairs.filter(|pair| !pair.ends_with('=')).find(|pair| pair.starts_with(begins))
    }
}

/// A connection of one caller.
pub struct Client {
    stream: TcpStream,
    key: String,
    buffer: Vec<u8>,
}

impl Client {
    /// Connects.
    ///
    /// # Errors
    /// Nobody listens.
    pub fn connect(address: SocketAddr, key: &str) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, key: key.to_owned(), buffer: Vec::with_capacity(64 << 10) })
    }

    /// Asks the API and waits for the answer.
    ///
    /// # Errors
    /// The connection breaks, or the answer is not of the simple form that the server gives.
    pub fn ask(&mut self, method: &str, path: &str, body: &str) -> std::io::Result<Answer> {
        let headers = format!("authorization: Bearer {}\r\ncontent-type: application/json\r\n", self.key);
        self.send(method, path, &headers, body)
    }

    /// Asks for a page, or sends a form, as a browser with these cookies.
    ///
    /// # Errors
    /// As of [`Client::ask`].
    pub fn browse(&mut self, method: &str, path: &str, cookies: &str, form: &str) -> std::io::Result<Answer> {
        let headers = format!(
            "cookie: {cookies}\r\ncontent-type: application/x-www-form-urlencoded\r\nsec-fetch-site: same-origin\r\n"
        );
        self.send(method, path, &headers, form)
    }

    /// Posts a form, with what proves who asks.
    ///
    /// # Errors
    /// As of [`Client::ask`].
    pub fn post(&mut self, path: &str, authorization: &str, form: &str) -> std::io::Result<Answer> {
        let headers = format!("authorization: {authorization}\r\ncontent-type: application/x-www-form-urlencoded\r\n");
        self.send("POST", path, &headers, form)
    }

    fn send(&mut self, method: &str, path: &str, headers: &str, body: &str) -> std::io::Result<Answer> {
        let length = body.len();
        let request =
            format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{headers}content-length: {length}\r\n\r\n{body}");
        self.stream.write_all(request.as_bytes())?;
        self.buffer.clear();
        let mut part = [0; 16 << 10];
        loop {
            if let Some(answer) = whole(&self.buffer) {
                return Ok(answer);
            }
            match self.stream.read(&mut part)? {
                0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                n => self.buffer.extend_from_slice(&part[..n]),
            }
        }
    }
}

/// The answer, once all of it is there.
fn whole(bytes: &[u8]) -> Option<Answer> {
    let body_at = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&bytes[..body_at]).ok()?;
    let status = head.split_ascii_whitespace().nth(1)?.parse().ok()?;
    let length = head.lines().filter_map(|line| line.split_once(": "));
    let length =
        length.filter(|(name, _)| name.eq_ignore_ascii_case("content-length")).map(|(_, length)| length).next();
    let length = length.map_or(Some(0), |length| length.trim().parse::<usize>().ok())?;
    let body = bytes.get(body_at..body_at + length)?;
    Some(Answer { status, head: head.to_owned(), body: body.to_vec() })
}
