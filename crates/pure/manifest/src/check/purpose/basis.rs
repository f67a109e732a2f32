//! `because …` and `special category because …`: GDPR Art. 6(1) and 9(2).

use crate::check::clause;
use crate::check::cursor::{Cursor, Read};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::{Basis, SpecialBasis};
use crate::source::Spanned;

#[derive(Clone, Copy)]
enum Kind {
    Consent,
    Contract,
    LegalObligation,
    VitalInterest,
    PublicTask,
    LegitimateInterest,
}

const KINDS: [(&str, Kind); 6] = [
    ("consent", Kind::Consent),
    ("contract", Kind::Contract),
    ("legal obligation", Kind::LegalObligation),
    ("vital interest", Kind::VitalInterest),
    ("public task", Kind::PublicTask),
    ("legitimate interest", Kind::LegitimateInterest),
];

const SPECIAL: [(&str, SpecialBasis); 10] = [
    ("explicit consent", SpecialBasis::ExplicitConsent),
    ("employment", SpecialBasis::Employment),
    ("vital interest", SpecialBasis::VitalInterest),
    ("not for profit", SpecialBasis::NotForProfit),
    ("made public", SpecialBasis::MadePublic),
    ("legal claims", SpecialBasis::LegalClaims),
    ("substantial public interest", SpecialBasis::SubstantialPublicInterest),
    ("health care", SpecialBasis::HealthCare),
    ("public health", SpecialBasis::PublicHealth),
    ("research", SpecialBasis::Research),
];

/// Reads what stands behind `because`.
pub(super) fn read(line: &mut Cursor<'_>, slot: &mut Option<Spanned<Basis>>) -> Read<()> {
    let start = line.here();
    let kind = line.choice("a legal basis", &KINDS)?;
    let value = match kind {
        Kind::Consent => consent(line)?,
        Kind::Contract => Basis::Contract,
        Kind::LegalObligation => Basis::LegalObligation(line.text("the law that obliges")?.value),
        Kind::VitalInterest => Basis::VitalInterest,
        Kind::PublicTask => Basis::PublicTask(line.text("the task")?.value),
        Kind::LegitimateInterest => Basis::LegitimateInterest(line.text("the interest")?.value),
    };
    refuse_second(line)?;
    let span = line.since(start);
    if let Some(first) = slot {
        let finding = Diagnostic::new(&codes::TWO_BASES, span, "a purpose has one legal basis").because("the second");
        return Err(finding.also(first.span, "the first").help("keep one, or write two purposes"));
    }
    *slot = Some(Spanned { value, span });
    Ok(())
}

/// `because consent or contract`, `because consent, contract`.
fn refuse_second(line: &mut Cursor<'_>) -> Read<()> {
    let joined = line.comma() || line.eat("or") || line.eat("and");
    let start = line.here();
    if joined && line.choice("a legal basis", &KINDS).is_ok() {
        let span = line.since(start);
        let finding = Diagnostic::new(&codes::TWO_BASES, span, "a purpose has one legal basis");
        return Err(finding.help("keep one, or write two purposes"));
    }
    if joined {
        return Err(clause::unknown(line, "this basis", &["double opt-in", "explicit", "lasts"]));
    }
    Ok(())
}

fn consent(line: &mut Cursor<'_>) -> Read<Basis> {
    let (mut double, mut explicit, mut lasts) = (None, None, None);
    loop {
        let start = line.here();
        if line.comma_then("double opt-in") {
            clause::once(&mut double, (), line.since(start), "double opt-in")?;
        } else if line.comma_then("explicit") {
            clause::once(&mut explicit, (), line.since(start), "explicit")?;
        } else if line.comma_then("lasts") {
            let span = line.span("how long consent lasts")?;
            clause::once(&mut lasts, span, line.since(start), "lasts")?;
        } else {
            return Ok(Basis::Consent { double_opt_in: double.is_some(), explicit: explicit.is_some(), lasts });
        }
    }
}

/// Reads `special category because …`.
pub(super) fn read_special(line: &mut Cursor<'_>) -> Read<SpecialBasis> {
    line.expect("special category because")?;
    line.choice("a condition of GDPR Art. 9(2)", &SPECIAL)
}
