//! People in a folder of CSV and JSON Lines files: found, exported, put right, restricted and erased.
//!
//! A place is a file by its path below the folder, or several by a `*` in the last step (`logs/*.jsonl`); its columns are
//! those of the head of a CSV file, or the paths of a line's object. Files are read as a stream and rewritten beside
//! themselves, then put in place at once; every row that is not concerned stays as it is, byte by byte. See docs/files.md.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod csv;
mod edit;
mod folder;
mod record;
mod rewrite;
mod rows;
mod scan;

use std::sync::Arc;

use async_trait::async_trait;
use candor_connect::{ConnectError, Connector, Connectors};
use candor_connect_rows::ByRows;
use candor_places::SystemMap;
use candor_words::Secret;

pub use folder::Folder;
pub use record::{Form, Record, Records};

/// A connector to a folder: an absolute path, or a `file://` address of one. Making it opens nothing.
///
/// # Errors
/// What is configured is no absolute path.
pub fn files(map: Arc<SystemMap>, address: &Secret<String>) -> Result<ByRows<Folder>, ConnectError> {
    Ok(ByRows(Folder::new(map, address)?))
}

/// Makes connectors to folders.
#[derive(Debug, Clone, Copy, Default)]
pub struct Folders;

#[async_trait]
impl Connectors for Folders {
    async fn connect(&self, map: Arc<SystemMap>, address: &Secret<String>) -> Result<Arc<dyn Connector>, ConnectError> {
        Ok(Arc::new(files(map, address)?))
    }
}
