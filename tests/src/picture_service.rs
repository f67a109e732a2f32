//! A service of profile pictures on this machine that keeps what it is asked: plain HTTP over TCP, one request a connection.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// The most bytes of one request's head.
const HEAD_BYTES_MAX: usize = 64 << 10;

/// The picture that it has of everybody: one green point.
pub const PICTURE: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x0b\x61\x57\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

type Meanwhile = Box<dyn FnMut() + Send>;

/// A service that has the same picture of everybody.
pub struct PictureService {
    address: String,
    heard: Arc<Mutex<Vec<String>>>,
    meanwhile: Arc<Mutex<Meanwhile>>,
}

impl PictureService {
    /// Listens on a free port of this machine.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address").to_string();
        let heard = Arc::<Mutex<Vec<String>>>::default();
        let meanwhile = Arc::new(Mutex::new(Box::new(|| ()) as Meanwhile));
        let (known, between) = (Arc::clone(&heard), Arc::clone(&meanwhile));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                answer(stream, &known, &between);
            }
        });
        Self { address, heard, meanwhile }
    }

    /// Where it is asked, as a server is configured.
    pub fn url(&self) -> String {
        format!("http://{}/avatar/{{hash}}?d=404", self.address)
    }

    /// The heads of the requests so far, as they came.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("the requests").clone()
    }

    /// Does something between each request and its answer.
    pub fn meanwhile(&self, act: impl FnMut() + Send + 'static) {
        *self.meanwhile.lock().expect("the act") = Box::new(act);
    }
}

fn answer(stream: TcpStream, heard: &Mutex<Vec<String>>, meanwhile: &Mutex<Meanwhile>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        reader.read_line(&mut head).ok().filter(|n| *n > 0 && head.len() <= HEAD_BYTES_MAX)?;
    }
    heard.lock().expect("the requests").push(head);
    meanwhile.lock().expect("the act")();
    let stream = reader.get_mut();
    let length = PICTURE.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    )
    .ok()?;
    stream.write_all(PICTURE).ok()
}
