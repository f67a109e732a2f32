//! A port for a program that has to be told one beforehand.
//!
//! It lies below those that the system gives out by itself, so that no connection takes it before the program does; and it is
//! locked, so that no other test takes it, whichever process that belongs to.

use std::fs::File;
use std::net::TcpListener;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

const PORTS: Range<u16> = 28_000..32_000;

/// The locks of this process: what it took is its own until it ends.
static LOCKS: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// A port of this machine that nobody listens on, and that nobody else is given while this process lives.
///
/// # Panics
/// There is none.
pub fn free_port() -> u16 {
    let folder = std::env::temp_dir().join("candor-ports");
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut locks = LOCKS.lock().unwrap_or_else(PoisonError::into_inner);
    // Processes that begin at once begin in different places.
    let first = std::process::id() as usize * 31;
    for at in 0..PORTS.len() {
        let port = PORTS.start + ((first + at) % PORTS.len()) as u16;
        let Ok(lock) = File::create(folder.join(port.to_string())) else { continue };
        if lock.try_lock().is_ok() && TcpListener::bind(("127.0.0.1", port)).is_ok() {
            locks.push(lock);
            return port;
        }
    }
    panic!("no port is free");
}

#[cfg(test)]
mod tests {
    use super::free_port;

    #[test]
    fn no_port_is_given_twice() {
        let (one, two) = (free_port(), free_port());
        assert_ne!(one, two);
    }
}
