//! Which act a right is in connected systems.

use candor_manifest::model::RightKind;
use candor_places::{Act, Correction, Mark, PersonIx, Task, Turn};
use candor_vault::{ErrorKind, VaultError, right_of};

use crate::named::Named;

/// The rights that are carried out in connected systems by changing them.
pub(crate) const fn is_carried_out(right: RightKind) -> bool {
    matches!(right, RightKind::Erasure | RightKind::Rectification | RightKind::Restriction)
}

/// What requests want done in systems.
#[derive(Debug)]
pub(crate) enum Want {
    /// What the right of all of them is.
    Right(String),
    /// A mark that says what the person's word is now.
    Mark(Mark, Turn),
    /// A push that has nothing to say any more.
    Nothing,
}

impl Want {
    /// The task for the people of some requests; none when there is nothing to do.
    ///
    /// # Errors
    /// The right is not carried out in systems.
    pub fn task(&self, named: &[&Named]) -> Result<Option<Task>, VaultError> {
        let corrections = || (0..).map(PersonIx).zip(named).flat_map(|(person, named)| named.corrections(person));
        let act = match self {
            Self::Nothing => return Ok(None),
            Self::Mark(mark, turn) => mark.act(*turn),
            Self::Right(right) => match right_of(right) {
                Some(RightKind::Erasure) => Act::Erase,
                Some(RightKind::Rectification) => {
                    let corrections: Vec<Correction> = corrections().collect();
                    // All of it was corrected again meanwhile, or is not there any more.
                    if corrections.is_empty() {
                        return Ok(None);
                    }
                    Act::Rectify(corrections)
                }
                Some(RightKind::Restriction) => Act::Restrict,
                _ => return Err(not_there(right)),
            },
        };
        Ok(Some(Task { act, people: named.iter().map(|named| named.person()).collect() }))
    }
}

/// The right is not carried out in connected systems.
pub(crate) fn not_there(right: &str) -> VaultError {
    VaultError::new(
        ErrorKind::Unprocessable,
        "right.not_in_systems",
        "nothing was begun: this right is not carried out by changing connected systems",
    )
    .detail("right", right)
    .help("erasure, rectification and restriction are; an export reads connected systems as it is made")
}
