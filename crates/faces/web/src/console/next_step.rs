//! What a request waits for, and who has to move: told in a line on the list, and at the top of the request's own page.

use candor_manifest::model::RightKind;
use candor_rights::Rights;
use candor_vault::{IdentityProof, RequestView, right_of};

use crate::Language;
use crate::words::console::requests as words;

/// What comes next of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NextStep {
    /// It is to be proved who asks, by a letter or by documents.
    Prove,
    /// It is to be proved by documents, and by nothing less.
    ProveByDocuments,
    /// The organisation that manages the account decides first.
    OrganisationDecides,
    /// The clock stands still until the person has said something.
    PersonSays,
    /// It is to be worked out what would be done.
    Plan,
    /// What would be done is worked out: it is carried out, or refused.
    Decide,
    /// Systems are at it.
    UnderWay,
    /// Systems are at it, and one of them waits for somebody.
    SeeToIt,
    /// The person is to be given a copy.
    HandOver,
    /// It is exercised in the vault, and then answered.
    Answer,
    /// It is closed.
    Over,
}

impl NextStep {
    /// What comes next; `run` is the state of what was begun in systems, where it is known.
    pub(super) fn of(request: &RequestView, run: Option<&str>) -> Self {
        let right = right_of(&request.right);
        match () {
            () if request.closed_at.is_some() => Self::Over,
            () if run == Some("waiting_for_somebody") => Self::SeeToIt,
            () if request.paused_at.is_some() => Self::PersonSays,
            () if request.routed && request.decided_at.is_none() => Self::OrganisationDecides,
            () if request.state == "running" => Self::UnderWay,
            () if request.identity_first && !is_proved(request) && request.identity_documents => Self::ProveByDocuments,
            () if request.identity_first && !is_proved(request) => Self::Prove,
            () if matches!(run, Some("planned")) || request.state == "planned" => Self::Decide,
            () if Rights::carries_out(&request.right) => Self::Plan,
            () if matches!(right, Some(RightKind::Access | RightKind::Portability)) => Self::HandOver,
            () => Self::Answer,
        }
    }

    /// True when whoever works at the console has to move.
    pub(super) const fn is_ours(self) -> bool {
        !matches!(self, Self::OrganisationDecides | Self::PersonSays | Self::UnderWay | Self::Over)
    }

    pub(super) const fn said(self, language: Language) -> &'static str {
        match self {
            Self::Prove => words::next_prove(language),
            Self::ProveByDocuments => words::next_documents(language),
            Self::OrganisationDecides => words::next_organisation(language),
            Self::PersonSays => words::next_person(language),
            Self::Plan => words::next_plan(language),
            Self::Decide => words::next_decide(language),
            Self::UnderWay => words::next_under_way(language),
            Self::SeeToIt => words::next_see_to_it(language),
            Self::HandOver => words::next_hand_over(language),
            Self::Answer => words::next_answer(language),
            Self::Over => words::next_over(language),
        }
    }
}

/// It has to be proved who asks, and is not.
pub(super) fn is_open_question(request: &RequestView) -> bool {
    request.identity_first && !is_proved(request)
}

fn is_proved(request: &RequestView) -> bool {
    let is_high = matches!(request.identity_proved_by, Some(IdentityProof::Documents | IdentityProof::Organisation));
    request.identity_proved_at.is_some() && (!request.identity_documents || is_high)
}
