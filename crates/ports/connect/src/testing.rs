//! What the tests of every connector start from: a map out of a policy's text, people, and a sink that keeps what it is given.
//!
//! Behind the feature `testing`, which only tests switch on.

#![allow(clippy::panic, clippy::indexing_slicing, reason = "a test that cannot begin ends")]

use std::sync::Arc;

use async_trait::async_trait;
use candor_manifest::Source;
use candor_places::{FoundRow, Identifier, Person, SystemMap};
use candor_words::Secret;

use crate::{RowSink, SinkClosed};

/// The map of the first system that a policy's text declares.
///
/// # Panics
/// The text is no sound policy, or declares no system.
#[must_use]
pub fn map(policy: &str) -> Arc<SystemMap> {
    let source = Source { path: "test.candor".to_owned(), text: policy.to_owned() };
    let manifest = candor_manifest::check(&[source]).unwrap_or_else(|findings| panic!("{findings:#?}")).manifest;
    Arc::new(SystemMap::of(&manifest, &manifest.systems[0]))
}

/// Somebody by what names them: `("account.email", "rosa@ships.example")`.
#[must_use]
pub fn person(identifiers: &[(&str, &str)]) -> Person {
    let identifier = |(field, value): &(&str, &str)| Identifier {
        field: (*field).to_owned(),
        value: Secret::new((*value).to_owned()),
    };
    Person { identifiers: identifiers.iter().map(identifier).collect() }
}

/// Keeps every row.
#[derive(Default)]
pub struct Kept(pub Vec<FoundRow>);

#[async_trait]
impl RowSink for Kept {
    async fn take(&mut self, row: FoundRow) -> Result<(), SinkClosed> {
        self.0.push(row);
        Ok(())
    }
}
