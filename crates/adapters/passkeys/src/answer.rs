//! What a browser answered: read with a bound, and looked at before the library does.

use candor_identity_port::{PasskeyError, Site};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The longest answer that is read: a credential's id has at most 1 023 bytes, and attestation comes uninvited.
const ANSWER_BYTES_MAX: usize = 64 << 10;

/// Reads an answer.
///
/// # Errors
/// [`PasskeyError::Answer`].
pub(crate) fn read<T: DeserializeOwned>(answer: &str) -> Result<T, PasskeyError> {
    if answer.len() > ANSWER_BYTES_MAX {
        return Err(PasskeyError::Answer);
    }
    serde_json::from_str(answer).map_err(|_| PasskeyError::Answer)
}

/// What the browser says of the page that asked; the rest is the library's to look at.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData<'a> {
    #[serde(borrow)]
    origin: std::borrow::Cow<'a, str>,
    #[serde(default)]
    cross_origin: bool,
    top_origin: Option<serde::de::IgnoredAny>,
}

/// Refuses answers that were given to another page than the site's own: the origin is compared byte for byte, and a
/// frame inside another site's page is another page. The library allows more than this in either.
///
/// # Errors
/// [`PasskeyError::Mismatch`], or [`PasskeyError::Answer`] when it says nothing of the page.
pub(crate) fn check_page(client_data: &[u8], site: &Site) -> Result<(), PasskeyError> {
    let client_data: ClientData<'_> = serde_json::from_slice(client_data).map_err(|_| PasskeyError::Answer)?;
    let is_own = client_data.origin == site.origin && !client_data.cross_origin && client_data.top_origin.is_none();
    if is_own { Ok(()) } else { Err(PasskeyError::Mismatch) }
}
