//! Which act a right is in connected systems.

use candor_manifest::model::RightKind;
use candor_places::{Act, PersonIx, Task};
use candor_vault::{ErrorKind, VaultError, right_of};

use crate::named::Named;

/// The rights that are carried out in connected systems by changing them.
pub(crate) const fn is_carried_out(right: RightKind) -> bool {
    matches!(right, RightKind::Erasure | RightKind::Rectification | RightKind::Restriction)
}

/// The task of a right for the people of some requests.
pub(crate) fn task(right: &str, named: &[&Named]) -> Result<Task, VaultError> {
    let act = match right_of(right) {
        Some(RightKind::Erasure) => Act::Erase,
        Some(RightKind::Rectification) => {
            Act::Rectify((0..).map(PersonIx).zip(named).flat_map(|(person, named)| named.corrections(person)).collect())
        }
        Some(RightKind::Restriction) => Act::Restrict,
        _ => return Err(not_there(right)),
    };
    Ok(Task { act, people: named.iter().map(|named| named.person()).collect() })
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
