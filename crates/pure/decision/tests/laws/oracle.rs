//! The oracle: reads the manifest itself, one question and one field at a time, slowly and plainly.
//!
//! It shares no code with the plan: no bit sets over purposes or fields of its own, no compiled rows.

use candor_decision::{
    AgeState, ContractState, FieldIx, Ground, Intrinsic, Question, Reason, Standing, SubjectState, View,
};
use candor_manifest::Manifest;
use candor_manifest::model::{Basis, Derive, Field, OptOut, Purpose, RecipientRole, Share, Source, SpecialBasis};

pub type Answer = Result<Ground, Reason>;

enum Asked<'a> {
    Declared(&'a Purpose),
    Intrinsic(Intrinsic),
}

use Asked::{Declared, Intrinsic as Own};

/// Answers for every field asked for, lowest position first.
pub fn answers(manifest: &Manifest, standing: &Standing, question: &Question) -> Vec<(FieldIx, Answer)> {
    let fields = question.fields.iter();
    fields.map(|field| (field, answer(manifest, standing, question, field))).collect()
}

pub fn answer(manifest: &Manifest, standing: &Standing, question: &Question, field: FieldIx) -> Answer {
    let purpose = asked_purpose(manifest, question).ok_or(Reason::PurposeUndeclared)?;
    if question.recipient.is_some_and(|recipient| manifest.recipients.get(recipient.at()).is_none()) {
        return Err(Reason::RecipientUndeclared);
    }
    subject_allows(manifest, &purpose, standing, question)?;
    basis_allows(&purpose, standing, question)?;
    form_allows(manifest, &purpose, standing, question)?;
    field_allows(manifest, &purpose, standing, question, field)
}

fn asked_purpose<'a>(manifest: &'a Manifest, question: &Question) -> Option<Asked<'a>> {
    let at = question.purpose.at();
    match manifest.purposes.get(at) {
        Some(purpose) => Some(Declared(purpose)),
        None => Intrinsic::ALL.get(at - manifest.purposes.len()).copied().map(Own),
    }
}

fn subject_allows(
    manifest: &Manifest,
    purpose: &Asked<'_>,
    standing: &Standing,
    question: &Question,
) -> Result<(), Reason> {
    let reaches_sealed = matches!(purpose, Own(Intrinsic::Access | Intrinsic::Storage | Intrinsic::Claims));
    if standing.state == SubjectState::Erased {
        return Err(Reason::SubjectErased);
    }
    if standing.state == SubjectState::Quarantined && !reaches_sealed {
        return Err(Reason::SubjectQuarantined);
    }
    if manifest.age.is_some() && standing.age == AgeState::Under && !reaches_sealed {
        return Err(Reason::AgeUnder);
    }
    if matches!(purpose, Own(Intrinsic::Claims)) && standing.holds == 0 {
        return Err(Reason::HoldMissing);
    }
    let is_counting = matches!(purpose, Declared(purpose) if purpose.de_identified.is_some());
    let is_storing = matches!(purpose, Own(Intrinsic::Storage));
    let is_anonymous = standing.state == SubjectState::Anonymous && !is_counting && !is_storing;
    let Declared(purpose) = purpose else {
        return if is_anonymous { Err(Reason::SubjectAnonymous) } else { Ok(()) };
    };
    let rests_on_consent = matches!(purpose.basis, Basis::Consent { .. });
    if let Some(restriction) = &standing.restriction {
        let is_over = restriction.until.is_some_and(|until| question.at >= until);
        let by_terms = restriction.allowed.contains(question.purpose);
        if !is_over && !by_terms && !purpose.survives_restriction && !rests_on_consent {
            return Err(Reason::Restriction);
        }
    }
    if standing.state == SubjectState::Deactivated {
        let consented_message = rests_on_consent && !purpose.channels.is_empty();
        if purpose.is_marketing || consented_message {
            return Err(Reason::SubjectDeactivated);
        }
    }
    if is_anonymous {
        return Err(Reason::SubjectAnonymous);
    }
    Ok(())
}

fn basis_allows(purpose: &Asked<'_>, standing: &Standing, question: &Question) -> Result<(), Reason> {
    let Declared(purpose) = purpose else { return Ok(()) };
    if purpose.yields_to_gpc && question.gpc {
        return Err(Reason::Gpc);
    }
    let may_be_objected_to = matches!(purpose.basis, Basis::LegitimateInterest(_) | Basis::PublicTask(_));
    if (may_be_objected_to || purpose.is_marketing) && standing.objections.contains(question.purpose) {
        return Err(Reason::BasisObjected);
    }
    match (&purpose.basis, standing.contract) {
        (Basis::Consent { .. }, _) if !standing.consents.contains(question.purpose) => Err(Reason::BasisConsentMissing),
        (Basis::Contract, ContractState::None) => Err(Reason::BasisContractMissing),
        (Basis::Contract, ContractState::ActiveUntil(Some(until))) if question.at >= until => {
            Err(Reason::BasisContractEnded)
        }
        (Basis::Consent { .. }, _) if standing.outgrown.is_whole(question.purpose) => Err(Reason::BasisConsentAgain),
        _ if standing.ended.contains(question.purpose) => Err(Reason::KeepEnded),
        _ => Ok(()),
    }
}

fn form_allows(
    manifest: &Manifest,
    purpose: &Asked<'_>,
    standing: &Standing,
    question: &Question,
) -> Result<(), Reason> {
    if let Declared(purpose) = purpose
        && purpose.de_identified.is_some()
        && question.view != View::DeIdentified
    {
        return Err(Reason::ViewIdentified);
    }
    if let Some(channel) = question.channel {
        let Declared(declared) = purpose else {
            let tells = matches!(purpose, Own(Intrinsic::Notice));
            let is_served = matches!(channel, candor_decision::Channel::Email | candor_decision::Channel::InApp);
            return if tells && is_served { rest_of_form(manifest, question) } else { Err(Reason::ChannelUndeclared) };
        };
        if !declared.channels.contains(&channel) {
            return Err(Reason::ChannelUndeclared);
        }
        if declared.opt_out == OptOut::Offered {
            let slot = slot(manifest, question.purpose.at(), channel);
            if standing.opt_outs.iter().any(|opted_out| usize::from(opted_out.0) == slot) {
                return Err(Reason::OptedOut);
            }
        }
    }
    rest_of_form(manifest, question)
}

fn rest_of_form(manifest: &Manifest, question: &Question) -> Result<(), Reason> {
    let recipient = question.recipient.map(|recipient| &manifest.recipients[recipient.at()]);
    if recipient.is_some_and(|recipient| recipient.role == RecipientRole::Authority) && !question.approved {
        return Err(Reason::ApprovalMissing);
    }
    if question.fields.is_empty() {
        return Err(Reason::QuestionEmpty);
    }
    Ok(())
}

/// Slots are counted over the purposes that offer an opt-out, in the order of the text.
fn slot(manifest: &Manifest, purpose_at: usize, channel: candor_decision::Channel) -> usize {
    let offering = manifest.purposes.iter().enumerate().filter(|(_, purpose)| purpose.opt_out == OptOut::Offered);
    let mut pairs = offering.flat_map(|(at, purpose)| purpose.channels.iter().map(move |channel| (at, *channel)));
    pairs.position(|pair| pair == (purpose_at, channel)).unwrap()
}

fn field_allows(
    manifest: &Manifest,
    purpose: &Asked<'_>,
    standing: &Standing,
    question: &Question,
    ix: FieldIx,
) -> Answer {
    let field = manifest.fields.get(ix.at()).ok_or(Reason::FieldUndeclared)?;
    is_named(manifest, purpose, question, ix)?;
    if field.held_by.is_some() {
        return Err(Reason::FieldHeldElsewhere);
    }
    let may_hold_against = match question.view {
        View::Compared => matches!(purpose, Declared(_)) && question.recipient.is_none(),
        _ => matches!(purpose, Own(Intrinsic::Storage)),
    };
    if field.hashed && !may_hold_against {
        return Err(Reason::FieldHashed);
    }
    if question.view == View::Compared && !field.hashed {
        return Err(Reason::ViewCompared);
    }
    if let Declared(purpose) = purpose
        && field.special
    {
        special_allows(purpose, standing, question)?;
    }
    let is_de_identified = matches!(purpose, Declared(purpose) if purpose.de_identified.is_some());
    if (is_de_identified || question.view == View::DeIdentified) && identifies(manifest, field, 0) {
        return Err(Reason::ViewDeIdentified);
    }
    let ground = ground(purpose, standing, question, ix)?;
    if ground_is_consent(purpose) && standing.outgrown.fields(question.purpose, question.recipient).contains(ix) {
        return Err(Reason::FieldConsentAgain);
    }
    Ok(ground)
}

fn ground_is_consent(purpose: &Asked<'_>) -> bool {
    matches!(purpose, Declared(purpose) if matches!(purpose.basis, Basis::Consent { .. }))
}

fn is_named(manifest: &Manifest, purpose: &Asked<'_>, question: &Question, ix: FieldIx) -> Result<(), Reason> {
    match (purpose, question.recipient) {
        (Declared(purpose), None) if !purpose.uses.contains(&ix) => Err(Reason::FieldNotUsed),
        (Declared(_), Some(_)) if shares_of(purpose, question, ix).is_empty() => Err(Reason::RecipientNotShared),
        (Own(_), Some(_)) => Err(Reason::RecipientNotShared),
        (Own(Intrinsic::Notice), None) if address(manifest) != Some(ix) => Err(Reason::FieldNotUsed),
        (Own(Intrinsic::Portability), None) if !is_portable(manifest, ix) => Err(Reason::FieldNotPortable),
        _ => Ok(()),
    }
}

fn shares_of<'a>(purpose: &Asked<'a>, question: &Question, ix: FieldIx) -> Vec<&'a Share> {
    let Declared(purpose) = purpose else { return Vec::new() };
    let with = purpose.shares.iter().filter(|share| Some(share.with) == question.recipient);
    with.filter(|share| share.fields.contains(&ix)).collect()
}

fn is_portable(manifest: &Manifest, ix: FieldIx) -> bool {
    let by_agreement = manifest.purposes.iter().any(|purpose| {
        let agreed = matches!(purpose.basis, Basis::Consent { .. } | Basis::Contract);
        let shared = purpose.shares.iter().any(|share| share.fields.contains(&ix));
        agreed && (purpose.uses.contains(&ix) || shared)
    });
    by_agreement && manifest.fields[ix.at()].sources.contains(&Source::Subject)
}

/// Where a subject is written to: an address of theirs that identifies them before one that they only gave.
fn address(manifest: &Manifest) -> Option<FieldIx> {
    let (mut identifying, mut given) = (None, None);
    for (at, field) in manifest.fields.iter().enumerate() {
        let is_mail = ["EmailAddress", "EmailAddressPersonal", "EmailAddressWork"].contains(&field.term.as_str());
        let is_elsewhere = field.held_by.is_some() || field.hashed || field.derived.is_some();
        if !is_mail || is_elsewhere || field.about_others {
            continue;
        }
        let ix = FieldIx(u16::try_from(at).unwrap());
        if field.identifies {
            identifying = identifying.or(Some(ix));
        }
        if field.sources.contains(&Source::Subject) {
            given = given.or(Some(ix));
        }
    }
    identifying.or(given)
}

fn special_allows(purpose: &Purpose, standing: &Standing, question: &Question) -> Result<(), Reason> {
    let by_basis = matches!(purpose.basis, Basis::Consent { explicit: true, .. });
    match purpose.special {
        Some(SpecialBasis::ExplicitConsent) => (),
        Some(_) => return Ok(()),
        None if by_basis => (),
        None => return Err(Reason::SpecialConditionMissing),
    }
    let is_covered = !standing.outgrown.is_whole(question.purpose);
    if standing.consents.contains(question.purpose) && is_covered { Ok(()) } else { Err(Reason::SpecialConsentMissing) }
}

/// A field names a subject, or is the same text as one that does.
fn identifies(manifest: &Manifest, field: &Field, depth: usize) -> bool {
    if field.identifies {
        return true;
    }
    let Some(derived) = &field.derived else { return false };
    let is_same = matches!(derived.by, Derive::Copy | Derive::Lowercase);
    // Fields drawn at random may derive in a circle.
    is_same && depth <= manifest.fields.len() && identifies(manifest, &manifest.fields[derived.from.at()], depth + 1)
}

fn ground(purpose: &Asked<'_>, standing: &Standing, question: &Question, ix: FieldIx) -> Answer {
    let Declared(declared) = purpose else { return Ok(Ground::LegalObligation) };
    if let Some(recipient) = question.recipient {
        let shares = shares_of(purpose, question, ix);
        if shares.iter().all(|share| share.on_instruction) {
            let is_instructed = standing.instructions.iter().any(|pair| pair == (question.purpose, recipient));
            return if is_instructed { Ok(Ground::Instruction) } else { Err(Reason::InstructionMissing) };
        }
    }
    Ok(match declared.basis {
        Basis::Consent { .. } => Ground::Consent,
        Basis::Contract => Ground::Contract,
        Basis::LegalObligation(_) => Ground::LegalObligation,
        Basis::VitalInterest => Ground::VitalInterest,
        Basis::PublicTask(_) => Ground::PublicTask,
        Basis::LegitimateInterest(_) => Ground::LegitimateInterest,
    })
}
