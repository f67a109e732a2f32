//! The same question over loopback: the real API, and a small keep-alive client beside it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::world::World;

const CONNECTIONS: usize = 128;

/// Serves the API and asks it for a time; returns answers in a second.
pub async fn rate(world: &Arc<World>, time: Duration) -> f64 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let rate = candor_http::Rate { per_second: 1_000_000, burst: 1_000_000 };
    let router = candor_api::api_routes(candor_api::ApiState::new(Arc::clone(&world.vault), rate));
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let requests = Arc::new(requests(world));
    let done = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let clients: Vec<_> = (0..CONNECTIONS)
        .map(|client| {
            let (requests, done) = (Arc::clone(&requests), Arc::clone(&done));
            tokio::spawn(async move {
                let mut stream = TcpStream::connect(address).await.expect("a connection");
                stream.set_nodelay(true).expect("no delay");
                let mut buffer = vec![0; 16 * 1024];
                let mut at = client;
                while start.elapsed() < time {
                    at = at.wrapping_mul(25_214_903_917).wrapping_add(11);
                    ask(&mut stream, &requests[(at >> 16) % requests.len()], &mut buffer).await;
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for client in clients {
        client.await.expect("a client that ends");
    }
    let rate = done.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64();
    server.abort();
    rate
}

async fn ask(stream: &mut TcpStream, request: &[u8], buffer: &mut [u8]) {
    stream.write_all(request).await.expect("a request sent");
    let mut filled = 0;
    loop {
        filled += stream.read(&mut buffer[filled..]).await.expect("an answer");
        if whole_bytes(&buffer[..filled]).is_some_and(|whole| filled >= whole) {
            assert!(buffer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&buffer[..filled]));
            return;
        }
    }
}

/// Every request as bytes, so that the client spends its time on sending.
fn requests(world: &World) -> Vec<Vec<u8>> {
    let body = r#"{"purpose":"billing","fields":["account.email","account.name"]}"#;
    let request = |subject| {
        format!(
            "POST /v1/subjects/{subject}/read HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            world.key,
            body.len()
        )
    };
    world.subjects.iter().map(|subject| request(subject).into_bytes()).collect()
}

/// How long the answer is, once its head is there.
fn whole_bytes(answer: &[u8]) -> Option<usize> {
    const LENGTH: &[u8] = b"content-length: ";
    let head = answer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let at = answer[..head].windows(LENGTH.len()).position(|window| window == LENGTH)? + LENGTH.len();
    let digits = answer[at..].iter().take_while(|byte| byte.is_ascii_digit());
    Some(head + digits.fold(0, |length, digit| length * 10 + usize::from(digit - b'0')))
}
