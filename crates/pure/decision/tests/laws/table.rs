//! The decision table is decided, not described.

use candor_decision::{FieldIx, Ground, Intrinsic, PurposeIx, Reason, RecipientIx, Row};
use candor_manifest::model::{Basis, Purpose, RecipientRole};
use proptest::prelude::*;

use crate::draw;
use crate::policy::{self, CONSENT, compile, purpose, recipient, share, with_fields};

#[test]
fn the_table_says_who_may_use_what_and_what_would_refuse_it() {
    let mut manifest = with_fields(1);
    manifest.recipients.push(recipient("police", RecipientRole::Authority));
    let newsletter = Purpose { is_marketing: true, yields_to_gpc: true, ..purpose("newsletter", CONSENT, &[0]) };
    let warrant = Basis::LegalObligation("a warrant".to_owned());
    let warrant = Purpose { shares: vec![share(0, &[0], false)], ..purpose("warrant", warrant, &[]) };
    manifest.purposes = vec![newsletter, warrant];
    let plan = compile(manifest);
    let rows: Vec<Row> = plan.table().collect();

    let row = |purpose, recipient| {
        let mut rows = rows.iter().filter(|row| row.field == FieldIx(0));
        rows.find(|row| row.purpose == PurposeIx(purpose) && row.recipient == recipient).copied()
    };
    let newsletter = row(0, None).unwrap();
    assert_eq!(newsletter.outcome, Ok(Ground::Consent));
    use Reason::{BasisConsentMissing, BasisObjected, Gpc, SubjectDeactivated, SubjectQuarantined};
    assert_eq!(
        newsletter.unless().collect::<Vec<_>>(),
        [SubjectQuarantined, SubjectDeactivated, Gpc, BasisObjected, BasisConsentMissing]
    );
    assert_eq!(row(0, Some(RecipientIx(0))), None);
    assert_eq!(row(1, None).unwrap().outcome, Err(Reason::FieldNotUsed));
    let warrant = row(1, Some(RecipientIx(0))).unwrap();
    assert_eq!(warrant.outcome, Ok(Ground::LegalObligation));
    assert!(warrant.unless().any(|reason| reason == Reason::ApprovalMissing));
    let claims = rows.iter().find(|row| row.purpose == plan.intrinsic(Intrinsic::Claims)).unwrap();
    assert_eq!(claims.unless().collect::<Vec<_>>(), [Reason::HoldMissing]);
}

proptest! {
    #[test]
    fn the_table_allows_exactly_what_some_subject_may_allow(size in draw::sizes()) {
        let plan = policy::compile(draw::manifest(size));
        for row in plan.table() {
            let at_best = plan.fields_of(row.purpose, row.recipient).contains(row.field);
            prop_assert_eq!(row.outcome.is_ok(), at_best);
        }
    }
}
