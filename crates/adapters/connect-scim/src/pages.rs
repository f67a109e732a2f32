//! Lists, page by page. Source: RFC 7644, section 3.4.2.4.

use candor_call::{Call, Method};
use candor_connect::ConnectError;
use candor_scim::{Filter, list};
use serde_json::Value;

use crate::service::{Scim, done, escaped};

const PAGE: usize = 100;
/// The most resources of one kind that are gone through.
const RESOURCES_MAX: usize = 1_000_000;

/// A list that is read.
pub(crate) struct Pages<'a> {
    service: &'a Scim,
    endpoint: &'a str,
    filter: Option<Filter>,
    start: usize,
    first_id: Option<String>,
    is_over: bool,
}

/// The service does not know this filter.
pub(crate) struct NoFilter;

impl<'a> Pages<'a> {
    /// All resources of a kind, or those that a filter names.
    pub fn of(service: &'a Scim, endpoint: &'a str, filter: Option<Filter>) -> Self {
        Self { service, endpoint, filter, start: 1, first_id: None, is_over: false }
    }

    /// The next page; an empty one at the end.
    pub async fn next(&mut self) -> Result<Result<Vec<Value>, NoFilter>, ConnectError> {
        if self.is_over {
            return Ok(Ok(Vec::new()));
        }
        let endpoint = self.endpoint;
        let mut target = format!("/{endpoint}?startIndex={}&count={PAGE}", self.start);
        let mut what = format!("GET /{endpoint}");
        if let Some(filter) = &self.filter {
            target.push_str(&format!("&filter={}", escaped(&filter.to_string())));
            what.push_str(&format!("?filter={} eq …", filter.path()));
        }
        let reply = self.service.send(Call::new(Method::Get, target, what)).await?;
        if self.filter.is_some() && matches!(reply.status, 400 | 501) {
            return Ok(Err(NoFilter));
        }
        if reply.is_gone() {
            let what = format!("it has no `{endpoint}`");
            return Err(ConnectError::SchemaDiffers { what });
        }
        let what = reply.what.clone();
        let page =
            list(done(reply)?.json()?).map_err(|error| ConnectError::Failed { why: format!("`{what}`: {error}") })?;
        let first_id = page.resources.first().and_then(|first| first.get("id")).and_then(Value::as_str);
        if first_id.is_some() && first_id == self.first_id.as_deref() {
            let why = format!("`{what}` gives the same page again and again");
            return Err(ConnectError::Failed { why });
        }
        self.first_id = first_id.map(str::to_owned);
        self.start += page.resources.len();
        let n_all = usize::try_from(page.n_all).unwrap_or(usize::MAX);
        self.is_over = page.resources.is_empty() || self.start > n_all;
        if self.start > RESOURCES_MAX {
            let why = format!("there are more than {RESOURCES_MAX} of `{endpoint}`");
            return Err(ConnectError::Refused { why });
        }
        Ok(Ok(page.resources))
    }
}
