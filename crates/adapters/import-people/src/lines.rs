//! A reader that gives out a bounded number of bytes until it is told that a row has ended.

use std::io::{self, Read, Seek, SeekFrom};

/// How far a row may reach beyond its bound, because readers fill their buffers.
const AHEAD_BYTES: u64 = 64 << 10;

/// Counts the bytes of the row that is being read.
#[derive(Debug)]
pub(crate) struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R> Bounded<R> {
    pub(crate) const fn new(inner: R) -> Self {
        Self { inner, left: crate::ROW_BYTES_MAX as u64 + AHEAD_BYTES }
    }

    /// A row ended: the next has the whole bound again.
    pub(crate) const fn row_ended(&mut self) {
        self.left = crate::ROW_BYTES_MAX as u64 + AHEAD_BYTES;
    }

    /// True when the row in hand went beyond its bound.
    pub(crate) const fn is_spent(&self) -> bool {
        self.left == 0
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the row is too long"));
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(into.len());
        let n = self.inner.read(&mut into[..most])?;
        self.left -= n as u64;
        Ok(n)
    }
}

impl<R: Seek> Seek for Bounded<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.row_ended();
        self.inner.seek(to)
    }
}
