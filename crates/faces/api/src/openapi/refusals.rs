//! With which statuses an operation may refuse, worked out from its row in the table of routes.
//!
//! Each status stands in the document by itself, not under `default`, so that whoever compares answers with
//! the document notices one that nobody foresaw.

use serde_json::{Map, Value, json};

use crate::routes::{Access, Route};

/// A condition on an operation, and what it may be refused with when it holds.
type Refusal = (fn(&Route, &Map<String, Value>) -> bool, u16, &'static str);

const REFUSALS: &[Refusal] = &[
    (|_, _| true, 400, "The path, the query, a header or the body is not of the described form"),
    (needs_key, 401, "No API key, or one that is not accepted"),
    (|route, _| is_bounded(route), 403, "The key or the policy does not allow it"),
    (|route, _| names_something(route), 404, "There is no such thing"),
    (|route, _| is_about_somebody(route), 410, "The subject was erased"),
    (depends_on_state, 409, "It conflicts with the present state"),
    (reads_body, 413, "The body is longer than the server takes"),
    (|_, _| true, 414, "The path or the query is longer than the server takes"),
    (|_, operation| operation.contains_key("requestBody"), 415, "The body is not declared as `application/json`"),
    (|route, _| makes_sense_or_not(route), 422, "It makes no sense under the policy or in the present state"),
    (needs_key, 429, "The key sends more requests than its rate allows"),
    (|_, _| true, 500, "The server failed; the incident number finds it in the log"),
    (|_, _| true, 503, "The store does not answer now"),
    (|_, _| true, 504, "The answer took longer than the server waits"),
];

/// Adds to an operation's answers each refusal that it may give.
pub(super) fn add(operation: &mut Map<String, Value>, route: &Route) {
    let possible = REFUSALS.iter().filter(|(may_come, ..)| may_come(route, operation));
    let possible: Vec<_> =
        possible.map(|(_, status, description)| (status.to_string(), refusal(description))).collect();
    if let Some(Value::Object(responses)) = operation.get_mut("responses") {
        responses.extend(possible);
    }
}

fn refusal(description: &str) -> Value {
    json!({
        "description": description,
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } }
    })
}

fn needs_key(route: &Route, _: &Map<String, Value>) -> bool {
    route.access != Access::Public
}

fn is_bounded(route: &Route) -> bool {
    matches!(route.access, Access::Scoped(_) | Access::AnyOf(_))
}

/// Writes, and a letter and a receipt, which an open request does not have yet, or an archive, which it may have to wait for.
fn depends_on_state(route: &Route, _: &Map<String, Value>) -> bool {
    route.writes || ["/letter", "/receipt", "/archive"].iter().any(|end| route.path.ends_with(end))
}

/// Names of years are no names.
fn names_something(route: &Route) -> bool {
    route.path.contains('{') && !route.path.contains("{year}")
}

fn is_about_somebody(route: &Route) -> bool {
    ["{subject}", "{request}", "{disclosure}"].iter().any(|name| route.path.contains(name))
}

/// A write with an `Idempotency-Key` reads what is sent, whether or not the operation does.
fn reads_body(route: &Route, operation: &Map<String, Value>) -> bool {
    route.writes || operation.contains_key("requestBody")
}

/// Writes, questions whose purpose or fields the policy may not know, and systems that are not as the policy maps them.
fn makes_sense_or_not(route: &Route) -> bool {
    route.writes || route.method == "POST" || route.path.starts_with("/v1/systems/{name}/")
}
