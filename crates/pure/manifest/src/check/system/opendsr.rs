//! A system that `is opendsr`: another organisation that takes requests over OpenDSR. Its columns are the ways in which it
//! knows people.

use crate::diagnostic::{Diagnostic, Report, codes};
use crate::model::{Owner, Place, PlaceErasure, System, SystemKind};
use crate::source::TextSpan;

/// By what people may be named. Source: OpenDSR 2.0, section 5.1.
const IDENTITIES: [&str; 11] = [
    "controller_customer_id",
    "email",
    "android_advertising_id",
    "android_id",
    "fire_advertising_id",
    "ios_advertising_id",
    "ios_vendor_id",
    "microsoft_advertising_id",
    "microsoft_publisher_id",
    "roku_publisher_id",
    "roku_advertising_id",
];

pub(super) fn check(place: &Place, system: &System, span: TextSpan, report: &mut Report) {
    if system.kind != SystemKind::Opendsr {
        return;
    }
    let owners = place.owned_by.iter().map(|owner| match owner {
        Owner::Subject { column, .. } => Some(column.as_str()),
        Owner::Place(_) => None,
    });
    let columns = place.columns.iter().map(|column| Some(column.column.as_str()));
    let is_known = |column: Option<&str>| column.is_some_and(|column| IDENTITIES.contains(&column));
    let is_plain =
        place.only_where.is_none() && place.accessed_by.is_empty() && place.marks.is_empty() && place.clocks.is_empty();
    if !is_plain || !owners.chain(columns).all(is_known) {
        let message = format!("`{}` says more than by what OpenDSR names people", place.name);
        let help = "write `owned by subject through email as FIELD`, and further identities as `FIELD at \
                    controller_customer_id`";
        report.push(Diagnostic::new(&codes::IDENTITY_UNFIT, span, message).help(help));
    }
    if place.on_erasure == PlaceErasure::DeIdentify {
        let message = "OpenDSR asks for erasure whole, not for what is left without the person";
        report.push(Diagnostic::new(&codes::ERASURE_IMPOSSIBLE, span, message).help("write `delete`, or `keep`"));
    }
}
