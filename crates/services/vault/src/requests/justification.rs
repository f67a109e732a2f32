//! Why a right is delayed or refused: the W3C DPV's justifications for the GDPR, by name.

use candor_manifest::dpv::{Term, justifications};
use candor_manifest::model::RightKind;

use crate::VaultError;

/// Finds a justification, with or without the word before its article: `A12Complexity`.
pub(crate) fn justification(name: &str) -> Option<&'static Term> {
    let table = justifications();
    table.get(name).or_else(|| table.get(&format!("Justification{name}")))
}

/// An extension rests on Art. 12 alone.
pub(super) fn for_extension(name: &str) -> Result<&'static Term, VaultError> {
    fitting(name, |article| article == "A12")
}

/// A refusal rests on Art. 12 or, of an erasure, on Art. 17(3).
pub(super) fn for_refusal(name: &str, right: RightKind) -> Result<&'static Term, VaultError> {
    fitting(name, |article| article == "A12" || (article == "A17" && right == RightKind::Erasure))
}

fn fitting(name: &str, fits: impl Fn(&str) -> bool) -> Result<&'static Term, VaultError> {
    let found = justification(name).ok_or_else(|| {
        let error =
            VaultError::bad("justification.unknown", "nothing was changed: the justification is not one of the DPV's");
        match justifications().nearest(&format!("Justification{name}")) {
            Some(nearest) => error.detail("nearest", nearest),
            None => error,
        }
        .help("for instance `A12ManifestlyExcessive`, `A12Complexity` or `A17LegalClaims`")
    })?;
    let article = found.name.strip_prefix("Justification").and_then(|rest| rest.get(..3)).unwrap_or_default();
    if fits(article) {
        return Ok(found);
    }
    Err(VaultError::unprocessable(
        "justification.foreign",
        "nothing was changed: the justification is for another right or step",
    )
    .help("name one for GDPR Art. 12; of an erasure, one for Art. 17 will do to refuse it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_justification_is_known_with_and_without_its_prefix() {
        assert_eq!(justification("A12Complexity"), justification("JustificationA12Complexity"));
        assert!(justification("A12Laziness").is_none());
    }

    #[test]
    fn each_step_takes_what_its_articles_give() {
        assert!(for_extension("A12Complexity").is_ok());
        assert_eq!(for_extension("A17LegalClaims").unwrap_err().code(), "justification.foreign");
        assert!(for_refusal("A17LegalClaims", RightKind::Erasure).is_ok());
        assert_eq!(for_refusal("A17LegalClaims", RightKind::Access).unwrap_err().code(), "justification.foreign");
        assert_eq!(for_refusal("A12Complexty", RightKind::Access).unwrap_err().code(), "justification.unknown");
    }
}
