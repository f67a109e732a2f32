//! A DNS server on loopback that knows a few texts: it answers over UDP, and what it does not know does not exist.

use std::collections::BTreeMap;
use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex, PoisonError};

/// What is published: each text as the bytes of its parts.
type Published = BTreeMap<String, Vec<Vec<Vec<u8>>>>;

/// A name that the server cannot find out about.
pub const BROKEN: &str = "broken.example";
/// A name that it does not answer about.
pub const SILENT: &str = "silent.example";

/// The server; it ends with the test's process.
#[derive(Clone)]
pub struct Responder {
    address: SocketAddr,
    published: Arc<Mutex<Published>>,
}

impl Responder {
    /// Begins to answer.
    pub fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port on loopback");
        let address = socket.local_addr().expect("its address");
        let published: Arc<Mutex<Published>> = Arc::default();
        let known = Arc::clone(&published);
        std::thread::spawn(move || {
            let mut asked = [0; 512];
            while let Ok((n, from)) = socket.recv_from(&mut asked) {
                let answer = asked.get(..n).and_then(|asked| answer(asked, &known));
                if let Some(answer) = answer {
                    let _ = socket.send_to(&answer, from);
                }
            }
        });
        Self { address, published }
    }

    /// Where it answers.
    #[allow(dead_code, reason = "each test binary uses its part")]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Publishes texts under a name, in the place of those before; each is given as its parts.
    #[allow(dead_code, reason = "each test binary uses its part")]
    pub fn publish_parts(&self, name: &str, texts: Vec<Vec<Vec<u8>>>) {
        self.published.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), texts);
    }

    /// Publishes short texts under a name, in the place of those before.
    #[allow(dead_code, reason = "each test binary uses its part")]
    pub fn publish(&self, name: &str, texts: &[&str]) {
        self.publish_parts(name, texts.iter().map(|text| vec![text.as_bytes().to_vec()]).collect());
    }
}

/// The answer to one question. Source: RFC 1035, 4.1.
fn answer(asked: &[u8], known: &Mutex<Published>) -> Option<Vec<u8>> {
    let (mut at, mut labels) = (12, Vec::new());
    loop {
        let length = usize::from(*asked.get(at)?);
        if length == 0 {
            break;
        }
        labels.push(String::from_utf8_lossy(asked.get(at + 1..at + 1 + length)?).to_ascii_lowercase());
        at += 1 + length;
    }
    let question_end = at + 5;
    let is_text = asked.get(at + 1..at + 3)? == [0, 16];
    let name = labels.join(".");
    if name == SILENT {
        return None;
    }
    let known = known.lock().unwrap_or_else(PoisonError::into_inner);
    let texts = known.get(&name);
    let code = match texts {
        _ if name == BROKEN => 2,
        Some(_) => 0,
        None => 3,
    };
    let texts = texts.filter(|_| is_text).map_or(&[][..], Vec::as_slice);
    let mut answer = asked.get(..2)?.to_vec();
    answer.extend([0x81, 0x80 | code, 0, 1, 0, u8::try_from(texts.len()).ok()?, 0, 0, 0, 0]);
    answer.extend(asked.get(12..question_end)?);
    for text in texts {
        let data: Vec<u8> = text.iter().flat_map(|part| [&[part.len() as u8], part.as_slice()].concat()).collect();
        answer.extend([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 1]);
        answer.extend(u16::try_from(data.len()).ok()?.to_be_bytes());
        answer.extend(data);
    }
    Some(answer)
}
