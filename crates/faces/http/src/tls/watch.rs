//! Takes new certificates up while the server runs, and says in time when the one in use is about to end.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use candor_words::{Clock, Instant, Span, SpanUnit};
use tokio::sync::watch::Receiver;

use super::{Tls, TlsFiles};

/// How often the files are looked at.
const INTERVAL: Duration = Duration::from_secs(2);
/// How long before its end a certificate is warned of, once a day.
const WARNING: Span = Span::new(21, SpanUnit::Day);
const AGAIN: Span = Span::new(1, SpanUnit::Day);

impl Tls {
    /// Looks at the files again and again, and whenever the process gets a SIGHUP, until told to stop.
    pub async fn watch(&self, clock: &dyn Clock, mut stop: Receiver<bool>) {
        let mut hang_up = HangUp::listen();
        let mut seen = stamps(&self.files);
        let mut warn_at = Instant::from_millis(i64::MIN);
        loop {
            let now = clock.now();
            if now >= warn_at {
                self.warn(now);
                warn_at = now.plus(AGAIN);
            }
            let is_told = tokio::select! {
                () = tokio::time::sleep(INTERVAL) => false,
                () = hang_up.next() => true,
                stopped = stop.wait_for(|stop| *stop) => {
                    drop(stopped);
                    return;
                }
            };
            // Taken before the files are read: what changes meanwhile is seen the next time.
            let stamps = stamps(&self.files);
            if is_told || stamps != seen {
                seen = stamps;
                self.take_up();
                warn_at = now;
            }
        }
    }

    fn take_up(&self) {
        match self.reload() {
            Ok(()) => tracing::info!("the certificate was read again and is in use for new connections"),
            Err(error) => {
                tracing::error!(%error, "the new certificate cannot be used; the one from before stays in use");
            }
        }
    }

    fn warn(&self, now: Instant) {
        let Some(ends_at) = self.ends_at() else { return };
        match Remaining::of(ends_at, now) {
            Remaining::None => {
                tracing::error!(%ends_at, "the certificate has ended, and clients refuse it: put a new one in its place");
            }
            Remaining::Little => {
                tracing::warn!(%ends_at, "the certificate is about to end: put a new one in its place");
            }
            Remaining::Enough => {}
        }
    }
}

/// How much is left of a certificate's time.
#[derive(Debug, PartialEq, Eq)]
enum Remaining {
    None,
    Little,
    Enough,
}

impl Remaining {
    fn of(ends_at: Instant, now: Instant) -> Self {
        if ends_at <= now {
            Self::None
        } else if ends_at.minus(WARNING) <= now {
            Self::Little
        } else {
            Self::Enough
        }
    }
}

/// Tells one state of both files from another.
fn stamps(files: &TlsFiles) -> [Option<(SystemTime, u64)>; 2] {
    [&files.certificate, &files.key].map(|path| stamp(path))
}

fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// The signal with which operators have files read again.
struct HangUp {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl HangUp {
    #[cfg(unix)]
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self { signal: signal(SignalKind::hangup()).ok() }
    }

    #[cfg(not(unix))]
    fn listen() -> Self {
        Self {}
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal
            && signal.recv().await.is_some()
        {
            return;
        }
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_warned_of_three_weeks_before_its_end() {
        let at = |day| Instant::from_date(2026, 11, day).unwrap();
        let ends_at = at(30);
        for (day, remaining) in
            [(8, Remaining::Enough), (9, Remaining::Little), (29, Remaining::Little), (30, Remaining::None)]
        {
            assert_eq!(Remaining::of(ends_at, at(day)), remaining, "{day}");
        }
    }
}
