//! A mail relay on this machine that keeps what it is given: a real SMTP dialogue over TCP (RFC 5321).

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The most mails that are kept, and the most lines of one.
const MAILS_MAX: usize = 10_000;
const LINES_MAX: usize = 10_000;

/// A mail as it came over the wire.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The address in `MAIL FROM`.
    pub from: String,
    /// The addresses in `RCPT TO`.
    pub to: Vec<String>,
    /// Headers and body, lines ended by `\n`.
    pub raw: String,
}

/// A relay that accepts everything, unless it is told otherwise.
pub struct MailSink {
    address: String,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    mails: Vec<Mail>,
    /// What to answer to `RCPT TO` of an address, and how often; after that it is accepted.
    answers: BTreeMap<String, (String, u32)>,
    /// Every command of the dialogue but the content, in order.
    commands: Vec<String>,
}

impl MailSink {
    /// Listens on a free port of this machine.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address").to_string();
        let shared = Arc::<Mutex<Shared>>::default();
        let known = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&known);
                std::thread::spawn(move || talk(stream, &shared));
            }
        });
        Self { address, shared }
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Answers the next `times` attempts at an address with a line such as `550 no such mailbox`.
    pub fn answer(&self, to: &str, line: &str, times: u32) {
        self.shared.lock().unwrap().answers.insert(to.to_owned(), (line.to_owned(), times));
    }

    /// The mails that came, in order.
    pub fn mails(&self) -> Vec<Mail> {
        self.shared.lock().unwrap().mails.clone()
    }

    /// The commands of every dialogue, in order.
    pub fn commands(&self) -> Vec<String> {
        self.shared.lock().unwrap().commands.clone()
    }

    /// Waits until so many mails have come.
    #[track_caller]
    pub fn wait_for(&self, n: usize) -> Vec<Mail> {
        let began_at = Instant::now();
        while began_at.elapsed() < Duration::from_secs(150) {
            let mails = self.mails();
            if mails.len() >= n {
                return mails;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("{} of {n} mails came: {:?}", self.mails().len(), self.commands());
    }
}

fn talk(stream: TcpStream, shared: &Mutex<Shared>) -> Option<()> {
    let mut say = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let mut answer = move |line: &str| write!(say, "{line}\r\n").ok();
    answer("220 sink.example ready")?;
    let (mut from, mut to) = (String::new(), Vec::new());
    while let Some(line) = lines.next() {
        shared.lock().unwrap().commands.push(line.clone());
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => {
                answer("250-sink.example")?;
                answer("250 8BITMIME")?;
            }
            "HELO" | "NOOP" => answer("250 ok")?,
            "MAIL" => {
                from = addressed(&line);
                to.clear();
                answer("250 ok")?;
            }
            "RCPT" => {
                let address = addressed(&line);
                match refusal(shared, &address) {
                    Some(refusal) => answer(&refusal)?,
                    None => {
                        to.push(address);
                        answer("250 ok")?;
                    }
                }
            }
            "DATA" => {
                answer("354 go on, end with a dot")?;
                let raw = content(&mut lines);
                keep(shared, Mail { from: from.clone(), to: to.clone(), raw });
                answer("250 taken")?;
            }
            "RSET" => answer("250 ok")?,
            "QUIT" => {
                answer("221 bye")?;
                return Some(());
            }
            _ => answer("502 unknown")?,
        }
    }
    Some(())
}

fn refusal(shared: &Mutex<Shared>, address: &str) -> Option<String> {
    let mut shared = shared.lock().unwrap();
    let (line, times) = shared.answers.get_mut(address)?;
    *times = times.checked_sub(1)?;
    Some(line.clone())
}

/// Up to the lone dot, with leading dots unstuffed.
fn content(lines: &mut impl Iterator<Item = String>) -> String {
    let mut raw = String::new();
    for line in lines.take(LINES_MAX).take_while(|line| line != ".") {
        raw += line.strip_prefix('.').unwrap_or(&line);
        raw += "\n";
    }
    raw
}

fn keep(shared: &Mutex<Shared>, mail: Mail) {
    let mut shared = shared.lock().unwrap();
    if shared.mails.len() < MAILS_MAX {
        shared.mails.push(mail);
    }
}

/// What stands between angle brackets.
fn addressed(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(address, _)| address.to_owned()).unwrap_or_default()
}

impl Mail {
    /// A header's value, unfolded; its words in RFC 2047 stay encoded.
    pub fn header(&self, name: &str) -> Option<String> {
        let (head, _) = self.raw.split_once("\n\n")?;
        let unfolded = head.replace("\n ", " ").replace("\n\t", " ");
        unfolded.lines().find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }

    /// The text, decoded from quoted-printable, its soft line breaks joined.
    pub fn text(&self) -> String {
        let (_, body) = self.raw.split_once("\n\n").expect("a body");
        if self.header("content-transfer-encoding").as_deref() != Some("quoted-printable") {
            return body.to_owned();
        }
        let joined = body.replace("=\n", "");
        let mut bytes = Vec::new();
        let mut rest = joined.as_bytes();
        while let Some((byte, after)) = rest.split_first() {
            let code = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
            match code.filter(|_| *byte == b'=').and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                Some(decoded) => {
                    bytes.push(decoded);
                    rest = &after[2..];
                }
                None => {
                    bytes.push(*byte);
                    rest = after;
                }
            }
        }
        String::from_utf8(bytes).expect("UTF-8").replace('\r', "")
    }
}
