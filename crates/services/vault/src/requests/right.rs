//! Rights by name, as the API and the stored requests write them.

use candor_manifest::model::RightKind;

const NAMES: [(RightKind, &str); 9] = [
    (RightKind::Access, "access"),
    (RightKind::Rectification, "rectification"),
    (RightKind::Erasure, "erasure"),
    (RightKind::Restriction, "restriction"),
    (RightKind::Portability, "portability"),
    (RightKind::Objection, "objection"),
    (RightKind::Withdrawal, "withdrawal"),
    (RightKind::AutomatedDecision, "automated_decision"),
    (RightKind::SaleOptOut, "sale_opt_out"),
];

/// Reads a right's name.
pub fn right_of(name: &str) -> Option<RightKind> {
    NAMES.iter().find(|(_, known)| *known == name).map(|(right, _)| *right)
}

/// Writes a right's name.
pub fn right_name(right: RightKind) -> &'static str {
    NAMES.iter().find(|(known, _)| *known == right).map_or("access", |(_, name)| name)
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
