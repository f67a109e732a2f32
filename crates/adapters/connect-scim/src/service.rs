//! The service: one call after the other.

use std::sync::Arc;

use candor_call::{Call, Method, Reply, Site};
use candor_connect::ConnectError;
use candor_connect_rows::{Body, LiveRow};
use candor_places::{MappedPlace, SystemMap};
use candor_scim::{MEDIA_TYPE, Operation, error_word, patch};
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::described::Described;

/// How often a change is begun anew because the resource had changed meanwhile.
const CONFLICTS_MAX: usize = 5;

/// A SCIM service.
#[derive(Debug)]
pub struct Scim {
    pub(crate) map: Arc<SystemMap>,
    pub(crate) site: Site,
    pub(crate) described: OnceCell<Described>,
}

/// What reads as a change of a resource: nothing when it is so already.
pub(crate) type Wanted<'a> = &'a (dyn Fn(&Value) -> Result<Vec<Operation>, ConnectError> + Sync);

impl Scim {
    pub(crate) fn new(map: Arc<SystemMap>, site: Site) -> Self {
        Self { map, site, described: OnceCell::new() }
    }

    /// A resource; nothing when it is gone.
    pub(crate) async fn get(&self, endpoint: &str, id: &str) -> Result<Option<(Value, Option<String>)>, ConnectError> {
        let call = Call::new(Method::Get, format!("/{endpoint}/{}", escaped(id)), format!("GET /{endpoint}/{{id}}"));
        let reply = self.send(call).await?;
        if reply.is_gone() {
            return Ok(None);
        }
        let etag = reply.etag.clone();
        let resource = done(reply)?.json()?;
        let version = resource.pointer("/meta/version").and_then(Value::as_str).map(str::to_owned);
        Ok(Some((resource, etag.or(version))))
    }

    /// Deletes a resource; one that is gone is deleted.
    pub(crate) async fn delete(&self, endpoint: &str, id: &str) -> Result<(), ConnectError> {
        let what = format!("DELETE /{endpoint}/{{id}}");
        let reply = self.send(Call::new(Method::Delete, format!("/{endpoint}/{}", escaped(id)), what)).await?;
        if reply.is_gone() { Ok(()) } else { done(reply).map(|_| ()) }
    }

    /// Changes a resource until it is as wanted. What was changed meanwhile is read again; and that the service did what
    /// it says is seen, not believed.
    pub(crate) async fn change(&self, endpoint: &str, id: &str, wanted: Wanted<'_>) -> Result<(), ConnectError> {
        let mut said_done = false;
        for _ in 0..CONFLICTS_MAX {
            let Some((resource, version)) = self.get(endpoint, id).await? else { return Ok(()) };
            let operations = wanted(&resource)?;
            if operations.is_empty() {
                return Ok(());
            }
            if said_done {
                let why = format!("`PATCH /{endpoint}/{{id}}` was answered as done, and was not");
                return Err(ConnectError::Failed { why });
            }
            let body = patch(&operations).to_string().into_bytes();
            let what = format!("PATCH /{endpoint}/{{id}}");
            let mut call = Call::new(Method::Patch, format!("/{endpoint}/{}", escaped(id)), what);
            call = call.with_body(MEDIA_TYPE, body);
            if let Some(version) = version {
                call = call.with_header("if-match", version);
            }
            let reply = self.send(call).await?;
            match reply.status {
                404 | 410 => return Ok(()),
                412 => {}
                _ => {
                    done(reply)?;
                    said_done = true;
                }
            }
        }
        Err(ConnectError::Busy { retry_after_seconds: None })
    }

    pub(crate) async fn send(&self, call: Call) -> Result<Reply, ConnectError> {
        self.site.send(&call.with_header("accept", format!("{MEDIA_TYPE}, application/json"))).await
    }

    /// A resource as a row of a place.
    pub(crate) fn row(&self, place: &MappedPlace, resource: Value) -> Option<LiveRow> {
        LiveRow::of(place, Body::Document(resource), None)
    }
}

/// The answer, if the service did what it was asked; else with the reason that it gave, if the standard names it.
pub(crate) fn done(reply: Reply) -> Result<Reply, ConnectError> {
    let word = error_word(&reply.body);
    let what = reply.what.clone();
    reply.done().map_err(|error| match (error, word) {
        (ConnectError::Failed { why }, Some(word)) => ConnectError::Failed { why: format!("{why}, {word}") },
        (_, Some("tooMany")) => ConnectError::Refused { why: format!("`{what}` concerns too many resources at once") },
        (error, _) => error,
    })
}

/// A text as one step of a path, or a value of a query.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
