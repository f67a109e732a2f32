//! The problems that this crate itself answers with: one list for the code and for the page of codes.

/// A problem as the page of codes shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// The status it comes with.
    pub status: u16,
    /// Its stable code.
    pub code: &'static str,
    /// When it is answered.
    pub when: &'static str,
}

const fn listed(status: u16, code: &'static str, when: &'static str) -> Listed {
    Listed { status, code, when }
}

/// Every problem of the door itself, by code.
pub const LISTED: &[Listed] = &[
    listed(413, "body.too_large", "the body is longer than the server takes"),
    listed(415, "body.content_type", "the body is not declared as `application/json`"),
    listed(400, "body.duplicate_key", "an object in the body names a key twice"),
    listed(400, "body.incomplete", "the body ended before all of it arrived"),
    listed(400, "body.malformed", "the body is not JSON"),
    listed(400, "body.missing_field", "a field that the operation needs is missing"),
    listed(400, "body.not_utf8", "the body is not UTF-8"),
    listed(400, "body.too_deep", "the body nests deeper than 16 levels"),
    listed(400, "body.unknown_field", "the body holds a field that the operation does not know"),
    listed(400, "body.wrong_type", "a value is not of the type that the operation expects"),
    listed(500, "internal", "the server failed; the incident number finds it in the log"),
    listed(405, "method.unknown", "the address is known, the method is not offered there"),
    listed(414, "path.too_long", "the path is longer than the server takes"),
    listed(414, "query.too_long", "the query is longer than the server takes"),
    listed(429, "rate.exceeded", "the key sends more requests than its rate allows"),
    listed(503, "not_ready", "the store does not answer"),
    listed(404, "route.unknown", "there is nothing at this address"),
    listed(504, "timeout", "the answer took longer than the server waits"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_listed_once() {
        let mut codes: Vec<_> = LISTED.iter().map(|listed| listed.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), LISTED.len());
    }
}
