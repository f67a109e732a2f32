//! What a purpose may do, by its class, its basis and the fields it uses.

use crate::check::draft::{Draft, ReadPurpose};
use crate::check::purpose::message::refuse_marketing_basis;
use crate::diagnostic::{Diagnostic, Report, codes};
use crate::model::{Basis, CHANNEL_SLOTS_MAX, FieldIx, OptOut, SpecialBasis};
use crate::source::TextSpan;

pub(super) fn hold(draft: &Draft, report: &mut Report) {
    channels(draft, report);
    for read in draft.purposes() {
        report.keep(refuse_marketing_basis(&read.purpose, read.because));
        special(read, draft, report);
        sale(read, draft, report);
        de_identified(read, draft, report);
        notice(read, report);
    }
    let sells = draft.purposes().any(|read| read.purpose.is_sale);
    if let Some(span) = draft.sells_data
        && !sells
        && !draft.unread.purposes
    {
        let finding = Diagnostic::new(&codes::SALE_WITHOUT_PURPOSE, span, "no purpose sells data");
        report.push(finding.help("take `sells data` out"));
    }
    for collection in &draft.collections {
        let contract = draft.purposes().find(|read| {
            read.purpose.basis == Basis::Contract
                && read.purpose.uses.iter().any(|field| collection.value.fields.contains(field))
        });
        if let Some(read) = contract {
            let message = format!("switching `{}` off takes away what a contract needs", collection.value.name);
            let finding = Diagnostic::new(&codes::COLLECTION_OF_CONTRACT, collection.span, message);
            report.push(finding.also(read.because, format!("purpose `{}` rests on the contract", read.purpose.name)));
        }
    }
}

/// Each pair of a purpose and a channel people can opt out of has a place of its own in their standing.
fn channels(draft: &Draft, report: &mut Report) {
    let mut n_pairs = 0;
    for read in draft.purposes().filter(|read| read.purpose.opt_out == OptOut::Offered) {
        n_pairs += read.purpose.channels.len();
        if n_pairs > CHANNEL_SLOTS_MAX {
            let message =
                format!("a policy has at most {CHANNEL_SLOTS_MAX} pairs of a purpose and a channel to opt out of");
            report.push(Diagnostic::new(&codes::TOO_MANY, read.name, message));
            return;
        }
    }
}

/// Every field the purpose touches, and where it is written.
fn touched(read: &ReadPurpose) -> impl Iterator<Item = (FieldIx, TextSpan)> {
    let shared = read.shares.iter().map(|(field, _, span)| (*field, *span));
    read.uses.iter().copied().chain(shared)
}

fn special(read: &ReadPurpose, draft: &Draft, report: &mut Report) {
    let special = touched(read).find(|(field, _)| draft.field(*field).is_some_and(|field| field.special));
    let name = &read.purpose.name;
    match (special, read.purpose.special, read.special) {
        (Some((field, span)), None, _) => {
            let message = format!("purpose `{name}` uses a special category without a condition of Art. 9(2)");
            let finding = Diagnostic::new(&codes::SPECIAL_WITHOUT_BASIS, span, message);
            let at = draft.names.fields.span(field.at());
            report.push(
                finding
                    .also(at, "a special category")
                    .help("add a clause such as `special category because explicit consent`"),
            );
        }
        (Some(_), Some(SpecialBasis::ExplicitConsent), Some(span))
            if !matches!(read.purpose.basis, Basis::Consent { explicit: true, .. }) =>
        {
            let message = "explicit consent is claimed, but the purpose does not ask for it";
            let finding = Diagnostic::new(&codes::SPECIAL_CONSENT_NOT_EXPLICIT, span, message);
            report.push(finding.also(read.because, "this is its basis").help("write `because consent, explicit`"));
        }
        (None, Some(_), Some(span)) if !draft.unread.data && !draft.unread.purposes => {
            let message = format!("purpose `{name}` uses no special category");
            report.push(Diagnostic::new(&codes::SPECIAL_BASIS_UNUSED, span, message).help("take the clause out"));
        }
        _ => {}
    }
}

fn sale(read: &ReadPurpose, draft: &Draft, report: &mut Report) {
    if read.purpose.is_sale && draft.sells_data.is_none() {
        let message = format!("purpose `{}` sells data, but the policy does not say so", read.purpose.name);
        let finding = Diagnostic::new(&codes::SALE_NOT_DECLARED, read.name, message);
        report.push(finding.help("add the line `sells data`, or take the purpose out"));
    }
}

fn de_identified(read: &ReadPurpose, draft: &Draft, report: &mut Report) {
    if read.purpose.de_identified.is_none() {
        return;
    }
    if let Some((_, _, span)) = read.shares.first() {
        let message = "a de-identified purpose reads groups of people, and shares no single values";
        let finding = Diagnostic::new(&codes::DE_IDENTIFIED_SHARE, *span, message);
        report.push(finding.help("share from a purpose of its own"));
    }
    for (field, span) in &read.uses {
        let Some(field) = draft.field(*field).filter(|field| field.identifies) else { continue };
        let message = format!("`{}` identifies, but the purpose is de-identified", field.name);
        let finding = Diagnostic::new(&codes::IDENTIFIER_IN_DE_IDENTIFIED, *span, message);
        report.push(finding.help("use a field that does not identify, such as one derived from it"));
    }
}

fn notice(read: &ReadPurpose, report: &mut Report) {
    if matches!(read.purpose.basis, Basis::Consent { .. }) && read.purpose.notice.is_none() {
        let message = format!("consent to `{}` is asked for with its title", read.purpose.name);
        let finding = Diagnostic::new(&codes::CONSENT_WITHOUT_NOTICE, read.because, message);
        report.push(finding.help("add `notice` and the text people consent to, between quotes"));
    }
}
