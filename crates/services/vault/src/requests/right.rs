//! Rights by name, as the API and the stored requests write them.

use candor_manifest::model::RightKind;

const NAMES: [(RightKind, &str, &str); 9] = [
    (RightKind::Access, "access", "access to your data"),
    (RightKind::Rectification, "rectification", "correction of your data"),
    (RightKind::Erasure, "erasure", "erasure of your data"),
    (RightKind::Restriction, "restriction", "restriction of processing"),
    (RightKind::Portability, "portability", "your data in a portable form"),
    (RightKind::Objection, "objection", "your objection to processing"),
    (RightKind::Withdrawal, "withdrawal", "withdrawal of your consent"),
    (RightKind::AutomatedDecision, "automated_decision", "review of an automated decision"),
    (RightKind::SaleOptOut, "sale_opt_out", "opting out of sale and sharing"),
];

/// Reads a right's name.
pub fn right_of(name: &str) -> Option<RightKind> {
    NAMES.iter().find(|(_, known, _)| *known == name).map(|(right, ..)| *right)
}

/// Writes a right's name.
pub fn right_name(right: RightKind) -> &'static str {
    NAMES.iter().find(|(known, ..)| *known == right).map_or("access", |(_, name, _)| name)
}

/// What a letter calls it.
pub(crate) fn right_title(right: RightKind) -> &'static str {
    NAMES.iter().find(|(known, ..)| *known == right).map_or("your data", |(.., title)| title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_right_has_a_name_that_reads_back() {
        for right in RightKind::ALL {
            assert_eq!(right_of(right_name(right)), Some(right));
        }
    }
}
