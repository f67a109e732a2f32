//! The service, and one declared call of it.

use std::sync::Arc;

use candor_call::{Call as Asked, Method, Reply, Site};
use candor_connect::ConnectError;
use candor_manifest::model::{BodyForm, Call, CallMethod, Calls};
use candor_places::{MappedPlace, SystemMap};
use serde_json::Value;

use crate::fill::{Unfilled, Values, form, json, target};

/// A web service.
#[derive(Debug)]
pub struct Service {
    pub(crate) map: Arc<SystemMap>,
    pub(crate) site: Site,
}

/// What is sent beside what a call's own text says.
pub(crate) enum Sent<'a> {
    /// Nothing.
    Nothing,
    /// The columns that change, as a document and as pairs.
    Changes(&'a Value, &'a [(String, Option<String>)]),
}

impl Service {
    /// Asks a declared call.
    pub(crate) async fn ask(&self, call: &Call, values: Values<'_>, sent: Sent<'_>) -> Result<Reply, Trouble> {
        let target = target(&call.target, values)?;
        self.ask_at(call, target, values, sent).await
    }

    /// Asks a declared call at another address: that of a further page.
    pub(crate) async fn ask_at(
        &self,
        call: &Call,
        target: String,
        values: Values<'_>,
        sent: Sent<'_>,
    ) -> Result<Reply, Trouble> {
        let mut asked = Asked::new(method(call.method), target, said(call)).with_header("accept", "application/json");
        if let Some(body) = &call.body {
            let (kind, bytes) = match (body.form, &body.text, sent) {
                (BodyForm::Form, Some(stencil), _) => (FORM, form(stencil, values)?.into_bytes()),
                (BodyForm::Json, Some(stencil), _) => (JSON, json(stencil, values)?.to_string().into_bytes()),
                (BodyForm::Form, None, Sent::Changes(_, pairs)) => (FORM, pairs_of(pairs).into_bytes()),
                (BodyForm::Json, None, Sent::Changes(document, _)) => (JSON, document.to_string().into_bytes()),
                (_, None, Sent::Nothing) => (JSON, Vec::new()),
            };
            asked = asked.with_body(kind, bytes);
        }
        Ok(self.site.send(&asked).await?)
    }
}

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// What stood in the way of a call.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// A value cannot be asked for with it.
    Unfilled(Unfilled),
    /// As for any call.
    Connect(ConnectError),
}

impl From<Unfilled> for Trouble {
    fn from(unfilled: Unfilled) -> Self {
        Self::Unfilled(unfilled)
    }
}

impl From<ConnectError> for Trouble {
    fn from(error: ConnectError) -> Self {
        Self::Connect(error)
    }
}

impl Trouble {
    /// As an error of a call.
    pub fn of(self, call: &Call) -> ConnectError {
        let why = match self {
            Self::Connect(error) => return error,
            Self::Unfilled(Unfilled::Malformed) => "is malformed",
            Self::Unfilled(Unfilled::NoValue) => "needs a column that the row does not have",
            Self::Unfilled(Unfilled::Quotes) => "cannot be asked for a value with a quote or backslash in it",
        };
        ConnectError::Refused { why: format!("`{}` {why}", said(call)) }
    }
}

/// A call, with places where values stand.
pub(crate) fn said(call: &Call) -> String {
    format!("{} {}", method(call.method).name(), call.target)
}

/// The calls of a place.
pub(crate) fn calls(place: &MappedPlace) -> Result<&Calls, ConnectError> {
    place
        .calls
        .as_ref()
        .ok_or_else(|| ConnectError::Refused { why: format!("the policy declares no calls for `{}`", place.name) })
}

const fn method(method: CallMethod) -> Method {
    match method {
        CallMethod::Get => Method::Get,
        CallMethod::Post => Method::Post,
        CallMethod::Put => Method::Put,
        CallMethod::Patch => Method::Patch,
        CallMethod::Delete => Method::Delete,
    }
}

/// Columns as a form names them: `address[city]` for what stands in something else.
fn pairs_of(pairs: &[(String, Option<String>)]) -> String {
    let mut out = String::new();
    for (column, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        let mut steps = column.split('.');
        let mut name = steps.next().unwrap_or_default().to_owned();
        steps.for_each(|step| name.push_str(&format!("[{step}]")));
        crate::fill::encoded(&name, &mut out);
        out.push('=');
        crate::fill::encoded(value.as_deref().unwrap_or_default(), &mut out);
    }
    out
}
