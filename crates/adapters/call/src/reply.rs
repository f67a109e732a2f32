//! What a site answered.

use candor_connect::ConnectError;
use serde_json::Value;

/// An answer, read whole.
pub struct Reply {
    /// What was asked, without values.
    pub what: String,
    /// The status of HTTP.
    pub status: u16,
    /// What tells this state of what was asked for from any other.
    pub etag: Option<String>,
    /// Where the next page is, when a `Link` header says so (RFC 8288).
    pub next: Option<String>,
    /// In how many seconds to ask again, when the site said so.
    pub retry_after_seconds: Option<u64>,
    /// The headers that the call wanted kept, by name.
    pub headers: Vec<(&'static str, String)>,
    /// What it says.
    pub body: Vec<u8>,
}

impl Reply {
    /// A header that the call wanted kept.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// True for 2xx.
    pub const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 300
    }

    /// True when what was asked for is not there, or no longer.
    pub const fn is_gone(&self) -> bool {
        matches!(self.status, 404 | 410)
    }

    /// The answer, if the site did what it was asked.
    ///
    /// # Errors
    /// It did not: credentials that do not reach, busy, or a failure of its own. Its words are not repeated.
    pub fn done(self) -> Result<Self, ConnectError> {
        match self.status {
            200..=299 => Ok(self),
            401 | 403 => Err(ConnectError::PrivilegeMissing { what: format!("`{}`", self.what) }),
            429 | 503 => Err(ConnectError::Busy { retry_after_seconds: self.retry_after_seconds }),
            502 | 504 => Err(ConnectError::Unreachable { why: self.said() }),
            300..=399 => Err(ConnectError::Failed { why: format!("{}; redirects are not followed", self.said()) }),
            _ => Err(ConnectError::Failed { why: self.said() }),
        }
    }

    /// The answer as JSON, if the site did what it was asked.
    ///
    /// # Errors
    /// As [`done`](Self::done); it is no JSON, or nested deeper than 128.
    pub fn json(self) -> Result<Value, ConnectError> {
        let reply = self.done()?;
        serde_json::from_slice(&reply.body)
            .map_err(|_| ConnectError::Failed { why: format!("`{}` was answered with what is no JSON", reply.what) })
    }

    fn said(&self) -> String {
        format!("`{}` was answered with {}", self.what, self.status)
    }
}

// What it says may be of somebody.
impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reply").field("what", &self.what).field("status", &self.status).finish_non_exhaustive()
    }
}
