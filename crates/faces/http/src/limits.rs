//! The bound of every input at the door.

use std::time::Duration;

/// How much, how long, how many: whatever goes beyond is refused with the number in the message.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The most bytes of a request's body.
    pub body_bytes_max: usize,
    /// The most bytes of a request's path.
    pub path_bytes_max: usize,
    /// The most bytes of a request's query.
    pub query_bytes_max: usize,
    /// The most bytes of a request's line and headers together.
    pub head_bytes_max: usize,
    /// The most headers of a request.
    pub headers_max: usize,
    /// The time in which a client must come to terms about TLS.
    pub handshake_wait: Duration,
    /// The time in which a client must send the head of its next request.
    pub head_wait: Duration,
    /// The time in which an answer must begin.
    pub answer_wait: Duration,
    /// The most connections open at once; more wait to be accepted.
    pub connections_max: usize,
    /// How long requests in flight may take to finish once the server is told to stop.
    pub stop_wait: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes_max: 1 << 20,
            path_bytes_max: 1024,
            query_bytes_max: 4096,
            head_bytes_max: 32 << 10,
            headers_max: 64,
            handshake_wait: Duration::from_secs(10),
            head_wait: Duration::from_secs(30),
            answer_wait: Duration::from_secs(30),
            connections_max: 4096,
            stop_wait: Duration::from_secs(10),
        }
    }
}
