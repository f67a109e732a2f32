//! What a call gives, page by page. It ends where the service says so, where nothing new comes, or at a bound.

use candor_connect::ConnectError;
use candor_manifest::model::{Call, NextPage};
use candor_places::DocumentPath;
use serde_json::Value;

use crate::answer::{document, rows};
use crate::asked::{Sent, Service, Trouble, said};
use crate::fill::{Values, encoded, target};

/// The most pages of one list.
const PAGES_MAX: usize = 100_000;

/// A list that is read.
pub(crate) struct Pages<'a> {
    service: &'a Service,
    call: &'a Call,
    values: Values<'a>,
    /// Where the next page is; nothing at the end.
    at: Option<String>,
    first: String,
    n_pages: usize,
    n_rows: usize,
    last_first: Option<String>,
}

// The values are read by whoever goes through the pages, one after the other.
impl<'a> Pages<'a> {
    /// Begins a list.
    pub fn of(service: &'a Service, call: &'a Call, values: Values<'a>) -> Result<Self, Trouble> {
        let first = target(&call.target, values)?;
        let at = Some(match &call.next {
            Some(NextPage::Number { parameter }) => with(&first, parameter, "1"),
            Some(NextPage::Offset { parameter }) => with(&first, parameter, "0"),
            _ => first.clone(),
        });
        Ok(Self { service, call, values, at, first, n_pages: 0, n_rows: 0, last_first: None })
    }

    /// The next page; nothing at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<Value>>, ConnectError> {
        let Some(at) = self.at.take() else { return Ok(None) };
        let asked = self.service.ask_at(self.call, at.clone(), self.values, Sent::Nothing).await;
        let reply = asked.map_err(|trouble| trouble.of(self.call))?;
        if reply.is_gone() {
            return Ok(None);
        }
        let link = reply.next.clone();
        let document = document(reply, self.call)?;
        if document.is_null() {
            return Ok(None);
        }
        let rows = rows(&document, self.call)?;
        self.n_pages += 1;
        self.n_rows += rows.len();
        let first = rows.first().map(Value::to_string);
        if first.is_some() && first == self.last_first {
            return Err(self.failed("the same page again and again"));
        }
        self.last_first = first;
        self.at = self.following(&document, link, rows.last());
        if self.at.as_ref() == Some(&at) {
            return Err(self.failed("the same page again and again"));
        }
        if self.n_pages >= PAGES_MAX {
            return Err(self.failed("more than 100000 pages"));
        }
        Ok(Some(rows))
    }

    fn following(&self, document: &Value, link: Option<String>, last: Option<&Value>) -> Option<String> {
        let text = |of: &Value, path: &str| DocumentPath::parse(path)?.values(of).into_iter().next();
        match self.call.next.as_ref()? {
            NextPage::Mark { at, parameter } => {
                let mark = text(document, at).filter(|mark| mark != "false")?;
                Some(with(&self.first, parameter, &mark))
            }
            NextPage::Address { at } => text(document, at),
            NextPage::Link => link,
            NextPage::Number { parameter } => {
                last.map(|_| with(&self.first, parameter, &(self.n_pages + 1).to_string()))
            }
            NextPage::Offset { parameter } => last.map(|_| with(&self.first, parameter, &self.n_rows.to_string())),
            NextPage::After { column, parameter } => Some(with(&self.first, parameter, &text(last?, column)?)),
        }
    }

    fn failed(&self, what: &str) -> ConnectError {
        ConnectError::Failed { why: format!("`{}` gives {what}", said(self.call)) }
    }
}

/// An address with a further parameter.
fn with(target: &str, parameter: &str, value: &str) -> String {
    let mut out = target.to_owned();
    out.push(if target.contains('?') { '&' } else { '?' });
    encoded(parameter, &mut out);
    out.push('=');
    encoded(value, &mut out);
    out
}
