//! YAML, bounded: in bytes, depth and nodes; without anchors, so that no alias can make much of little.

use serde_saphyr::{Options, budget, options};

use crate::shapes::Resources;

/// The longest file.
pub const FILE_BYTES_MAX: usize = 4 << 20;
/// The most files of one translation.
pub const FILES_MAX: usize = 500;
const DEPTH_MAX: usize = 64;
const NODES_MAX: usize = 500_000;

/// Why nothing was translated.
#[derive(Debug, thiserror::Error)]
pub enum FidesError {
    /// Not YAML, not of Fides' shape, or beyond a bound.
    #[error(
        "`{path}` is not read: {reason}; Fides' YAML of at most {FILE_BYTES_MAX} bytes, {DEPTH_MAX} levels and without \
         anchors is"
    )]
    Malformed {
        /// Which file.
        path: String,
        /// What the reader says, in one line.
        reason: String,
    },
    /// Too many files.
    #[error("more than {FILES_MAX} files are named")]
    FilesTooMany,
    /// No dataset, no system.
    #[error("none of the files tells of a dataset or a system")]
    Nothing,
}

/// Reads every file into one set of resources.
pub(crate) fn read(sources: &[(String, String)]) -> Result<Resources, FidesError> {
    if sources.len() > FILES_MAX {
        return Err(FidesError::FilesTooMany);
    }
    let mut all = Resources::default();
    for (path, text) in sources {
        let one = read_one(text).map_err(|reason| FidesError::Malformed { path: path.clone(), reason })?;
        all.dataset.extend(one.dataset);
        all.system.extend(one.system);
        all.organization.extend(one.organization);
        all.data_category.extend(one.data_category);
        all.data_use.extend(one.data_use);
    }
    if all.dataset.is_empty() && all.system.is_empty() { Err(FidesError::Nothing) } else { Ok(all) }
}

fn read_one(text: &str) -> Result<Resources, String> {
    if text.len() > FILE_BYTES_MAX {
        return Err("it is too long".to_owned());
    }
    let read: Result<Option<Resources>, _> = serde_saphyr::from_str_with_options(text, bounds());
    let first_line = |error: serde_saphyr::Error| error.to_string().lines().next().unwrap_or_default().to_owned();
    Ok(read.map_err(first_line)?.unwrap_or_default())
}

fn bounds() -> Options {
    let budget = budget! {
        max_depth: DEPTH_MAX,
        flow_nesting_limit: DEPTH_MAX,
        max_nodes: NODES_MAX,
        max_events: NODES_MAX * 4,
        max_documents: 1,
        max_aliases: 0,
        max_anchors: 0,
        max_merge_keys: 0,
        max_total_scalar_bytes: FILE_BYTES_MAX,
    };
    options! {
        budget: budget,
        with_snippet: false,
    }
}
