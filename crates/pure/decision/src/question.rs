//! A question: may this purpose, for this recipient, now, use these fields of this subject?
//!
//! Inside, a question speaks in positions. [`resolve`] makes one of the names that a face was given;
//! what the policy does not declare is a refusal with a reason, never an error.

use candor_manifest::model::{Channel, PurposeIx, RecipientIx};
use candor_words::{Instant, SubjectId, TenantId};

use crate::{FieldSet, Plan, Reason};

/// What is asked, in positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// Whose policy applies.
    pub tenant: TenantId,
    /// Whose data it is.
    pub subject: SubjectId,
    /// What for.
    pub purpose: PurposeIx,
    /// Who would receive the fields; `None` means the controller itself uses them.
    pub recipient: Option<RecipientIx>,
    /// Which fields.
    pub fields: FieldSet,
    /// Over which channel a message would go out; `None` when nothing is sent.
    pub channel: Option<Channel>,
    /// Whether the subject would be recognisable.
    pub view: View,
    /// True when the request carries the Global Privacy Control signal, or the subject's profile does.
    pub gpc: bool,
    /// True when two people approved this very disclosure.
    pub approved: bool,
    /// The instant for which it is asked: now, or the past for a replay.
    pub at: Instant,
}

/// Whether the subject would be recognisable in what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    /// Values stand beside the subject they belong to.
    #[default]
    Identified,
    /// Values without identifiers, to be shown in groups only.
    DeIdentified,
    /// Hashes, to hold a candidate against: yes or no is all that leaves.
    Compared,
}

/// What is asked, in the names of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuestionByName<'a> {
    /// Whose policy applies.
    pub tenant: TenantId,
    /// Whose data it is.
    pub subject: SubjectId,
    /// What for.
    pub purpose: &'a str,
    /// Who would receive the fields; `None` means the controller itself uses them.
    pub recipient: Option<&'a str>,
    /// Which fields, as `group.field`.
    pub fields: &'a [&'a str],
    /// Over which channel a message would go out; `None` when nothing is sent.
    pub channel: Option<Channel>,
    /// Whether the subject would be recognisable.
    pub view: View,
    /// True when the request carries the Global Privacy Control signal, or the subject's profile does.
    pub gpc: bool,
    /// True when two people approved this very disclosure.
    pub approved: bool,
    /// The instant for which it is asked: now, or the past for a replay.
    pub at: Instant,
}

/// A question of which every name is known, but for the fields listed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Resolved<'a> {
    /// The question about the fields that the policy declares.
    pub question: Question,
    /// The fields that it does not: each refused as [`Reason::FieldUndeclared`].
    pub undeclared: Vec<&'a str>,
}

/// A name for which the whole question is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", reason.message())]
pub struct Unresolved<'a> {
    /// Why.
    pub reason: Reason,
    /// The name that the policy does not know or keeps to itself.
    pub name: &'a str,
}

/// Finds the positions of the names in a question.
///
/// # Errors
/// A purpose or recipient that the policy does not declare, or a purpose of Candor's own
/// ([`crate::Intrinsic`]), which only a right or a job may ask for. Fields that it does not declare
/// are listed in the answer, and the others go on.
pub fn resolve<'a>(plan: &Plan, asked: &QuestionByName<'a>) -> Result<Resolved<'a>, Unresolved<'a>> {
    if asked.purpose.starts_with('@') {
        return Err(Unresolved { reason: Reason::PurposeReserved, name: asked.purpose });
    }
    let purpose =
        plan.purpose(asked.purpose).ok_or(Unresolved { reason: Reason::PurposeUndeclared, name: asked.purpose })?;
    let recipient = asked
        .recipient
        .map(|name| plan.recipient(name).ok_or(Unresolved { reason: Reason::RecipientUndeclared, name }));
    let recipient = recipient.transpose()?;
    let mut fields = FieldSet::EMPTY;
    let mut undeclared = Vec::new();
    for name in asked.fields {
        match plan.field(name) {
            Some(ix) => fields.insert(ix),
            None => undeclared.push(*name),
        }
    }
    let &QuestionByName { tenant, subject, channel, view, gpc, approved, at, .. } = asked;
    let question = Question { tenant, subject, purpose, recipient, fields, channel, view, gpc, approved, at };
    Ok(Resolved { question, undeclared })
}
