//! A connection's beginning: both sides come to terms in time, or it ends.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use super::Tls;

/// How much more of a request in the open is read, and for how long, so that its sender sees the answer.
const PLAIN_BYTES_MAX: u64 = 64 << 10;
const PLAIN_WAIT: Duration = Duration::from_secs(1);

const PLAIN_ANSWER: &str = "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\n\
    content-length: 70\r\nconnection: close\r\n\r\n\
    this server speaks TLS here: ask again with an address in `https://`.\n";

impl Tls {
    /// Comes to terms with a client.
    ///
    /// # Errors
    /// It took longer than `wait`, speaks something else, or nothing that both know.
    pub(crate) async fn accept(&self, stream: TcpStream, wait: Duration) -> io::Result<TlsStream<TcpStream>> {
        tokio::time::timeout(wait, self.handshake(stream))
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }

    async fn handshake(&self, mut stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let mut first = [0];
        stream.peek(&mut first).await?;
        // A method of HTTP. What TLS begins with is no letter.
        if first[0].is_ascii_uppercase() {
            refuse_plain(&mut stream).await?;
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a request in the open"));
        }
        self.acceptor.accept(stream).await
    }
}

/// Says in the open that nothing is said in the open. Whatever was asked is not looked at.
async fn refuse_plain(stream: &mut TcpStream) -> io::Result<()> {
    stream.write_all(PLAIN_ANSWER.as_bytes()).await?;
    stream.shutdown().await?;
    // What is left unread when a connection closes takes the answer with it.
    let (mut rest, mut nowhere) = (stream.take(PLAIN_BYTES_MAX), tokio::io::sink());
    let _ = tokio::time::timeout(PLAIN_WAIT, tokio::io::copy(&mut rest, &mut nowhere)).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_in_the_open_is_as_long_as_it_says() {
        let (head, body) = PLAIN_ANSWER.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{}", body.len());
    }
}
