//! How far a request has come: the states of section 3.02, and which may follow which.

use candor_words::Instant;
use serde::Serialize;

use crate::words::words;

words! {
    /// A state.
    Status {
        /// It was received.
        Open = "open",
        /// It is being carried out.
        InProgress = "in_progress",
        /// It was carried out.
        Fulfilled = "fulfilled",
        /// The person took it back.
        Revoked = "revoked",
        /// It was refused.
        Denied = "denied",
        /// The person did not do in time what was asked of them.
        Expired = "expired",
    }
}

words! {
    /// What a request waits for.
    Reason {
        /// The person has to prove who they are.
        NeedUserVerification = "need_user_verification",
    }
}

words! {
    /// Why a request is refused.
    Denial {
        /// Somebody else seems to ask.
        SuspectedFraud = "suspected_fraud",
        /// The person did not prove who they are.
        InsufVerification = "insuf_verification",
        /// Nobody is known by what was said.
        NoMatch = "no_match",
        /// The law does not give this right over this data.
        ClaimNotCovered = "claim_not_covered",
        /// The law does not hold for the person.
        OutsideJurisdiction = "outside_jurisdiction",
        /// The person asks too often.
        TooManyRequests = "too_many_requests",
        /// Another ground, which the details name.
        Other = "other",
    }
}

impl Status {
    /// Whether nothing follows any more.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Fulfilled | Self::Revoked | Self::Denied | Self::Expired)
    }

    /// Whether `next` may follow.
    pub const fn may_become(self, next: Self) -> bool {
        match self {
            Self::Open => !matches!(next, Self::Open),
            Self::InProgress => !matches!(next, Self::Open),
            Self::Fulfilled | Self::Revoked | Self::Denied | Self::Expired => false,
        }
    }
}

/// What is told of a request.
#[derive(Debug, Clone, Serialize)]
pub struct StatusObject {
    /// The business' number of it.
    pub request_id: String,
    /// When it came.
    pub received_at: Instant,
    /// When it will be done.
    pub expected_by: Instant,
    /// The agent's number of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_request_id: Option<String>,
    /// What happens, in words.
    pub processing_details: String,
    /// How far.
    pub status: Status,
    /// What it waits for, or why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// Where the person proves who they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_verification_url: Option<String>,
    /// When that is too late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Instant>,
    /// Where what was asked for is fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results_url: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_follows_a_final_state_and_every_state_has_a_way_to_one() {
        for &status in Status::ALL {
            let follows: Vec<_> = Status::ALL.iter().filter(|next| status.may_become(**next)).collect();
            assert_eq!(status.is_final(), follows.is_empty(), "{status:?}");
            assert!(!status.may_become(Status::Open), "{status:?}");
        }
    }

    #[test]
    fn each_word_is_read_as_it_is_written() {
        for &status in Status::ALL {
            assert_eq!(Status::of(status.word()), Some(status));
        }
        for &denial in Denial::ALL {
            assert_eq!(Denial::of(denial.word()), Some(denial));
        }
        assert_eq!(Status::of("Open"), None);
    }
}
