//! One call.

use candor_words::Secret;

/// What is asked of a site.
pub struct Call {
    /// How.
    pub method: Method,
    /// Where: a path and query below the site's address, encoded; or a whole address that the site named itself.
    pub target: Secret<String>,
    /// What is said of it where it fails: without values, such as `DELETE /Users/{id}`.
    pub what: String,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// The headers of the answer that are kept.
    pub keeps: &'static [&'static str],
    /// What is sent: its media type and the bytes.
    pub body: Option<(&'static str, Secret<Vec<u8>>)>,
}

/// How something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of HTTP")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// Its name in HTTP.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl Call {
    /// A call without a body.
    pub fn new(method: Method, target: impl Into<String>, what: impl Into<String>) -> Self {
        let target = Secret::new(target.into());
        Self { method, target, what: what.into(), headers: Vec::new(), keeps: &[], body: None }
    }

    /// With a body.
    #[must_use]
    pub fn with_body(mut self, kind: &'static str, body: Vec<u8>) -> Self {
        self.body = Some((kind, Secret::new(body)));
        self
    }

    /// Keeping headers of the answer.
    #[must_use]
    pub const fn keeping(mut self, names: &'static [&'static str]) -> Self {
        self.keeps = names;
        self
    }

    /// With a header.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

// Where it goes may hold what somebody is looked for by.
impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("what", &self.what).finish_non_exhaustive()
    }
}
