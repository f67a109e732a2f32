//! The permit: the single-use proof of a decision, without which the vault opens nothing.
//!
//! Only [`crate::Decision::permit`] makes one. It is neither `Clone` nor `Copy`, has no default and
//! reads from no text; [`Permit::spend`] uses it up.
//!
//! ```compile_fail,E0599
//! fn twice(permit: candor_decision::Permit) -> (candor_decision::Permit, candor_decision::Permit) {
//!     (permit.clone(), permit)
//! }
//! ```
//! ```compile_fail,E0382
//! fn twice(permit: candor_decision::Permit, now: candor_words::Instant) {
//!     let _ = permit.spend(now);
//!     let _ = permit.spend(now);
//! }
//! ```
//! ```compile_fail,E0451
//! fn forged(terms: candor_decision::Permit) -> candor_decision::Permit {
//!     candor_decision::Permit { ..terms }
//! }
//! ```
//! ```compile_fail,E0277
//! fn made_of_nothing<T: Default>() -> T { T::default() }
//! let permit: candor_decision::Permit = made_of_nothing();
//! ```
//! ```compile_fail,E0599
//! fn twice(spent: candor_decision::Spent) -> (candor_decision::Spent, candor_decision::Spent) {
//!     (spent.clone(), spent)
//! }
//! ```

use candor_manifest::model::{Channel, PurposeIx, RecipientIx};
use candor_words::{Instant, SubjectId, TenantId};

use crate::{Decision, FieldSet, Ground, Plan, Reason, View};

/// The longest life of a permit, in milliseconds from the instant of its question: what was decided
/// is not held up against the subject much later.
pub const PERMIT_MILLIS_MAX: i64 = 300_000;

/// The proof that a decision allowed some fields, good for one use.
#[derive(Debug)]
#[must_use = "a permit opens nothing until the vault takes it"]
pub struct Permit {
    terms: Terms,
}

/// A permit that was used in time: what the vault's opening function takes, by value.
#[derive(Debug)]
#[must_use = "a permit that was spent opens nothing until the vault takes it"]
pub struct Spent {
    terms: Terms,
}

#[derive(Debug)]
struct Terms {
    decision: Decision,
    deadline: Instant,
}

impl Permit {
    pub(crate) fn mint(decision: Decision, deadline: Instant) -> Result<Self, Refusal> {
        if decision.allowed.is_empty() {
            return Err(Refusal { decision: Box::new(decision) });
        }
        let latest = decision.question.at.as_millis().saturating_add(PERMIT_MILLIS_MAX);
        let deadline = deadline.min(Instant::from_millis(latest));
        Ok(Self { terms: Terms { decision, deadline } })
    }

    /// Uses the permit up.
    ///
    /// # Errors
    /// The deadline has passed. The permit is gone all the same; ask again.
    pub fn spend(self, now: Instant) -> Result<Spent, PermitError> {
        if now > self.terms.deadline {
            return Err(PermitError::Expired { deadline: self.terms.deadline });
        }
        Ok(Spent { terms: self.terms })
    }
}

macro_rules! shows_its_terms {
    ($($name:ty),*) => {$(
        impl $name {
            /// Whose policy it falls under.
            pub fn tenant(&self) -> TenantId {
                self.terms.decision.question.tenant
            }

            /// Whose data it opens.
            pub fn subject(&self) -> SubjectId {
                self.terms.decision.question.subject
            }

            /// What for.
            pub fn purpose(&self) -> PurposeIx {
                self.terms.decision.question.purpose
            }

            /// Who receives the fields; `None` means the controller itself.
            pub fn recipient(&self) -> Option<RecipientIx> {
                self.terms.decision.question.recipient
            }

            /// The fields it opens: those allowed, at least one.
            pub fn fields(&self) -> FieldSet {
                self.terms.decision.allowed
            }

            /// Over which channel a message goes out.
            pub fn channel(&self) -> Option<Channel> {
                self.terms.decision.question.channel
            }

            /// Whether the subject may be recognisable in what is read.
            pub fn view(&self) -> View {
                self.terms.decision.question.view
            }

            /// The instant for which it was decided.
            pub fn at(&self) -> Instant {
                self.terms.decision.question.at
            }

            /// The last instant at which it can be spent.
            pub fn deadline(&self) -> Instant {
                self.terms.deadline
            }

            /// The digest of the policy that decided.
            pub fn plan_digest(&self) -> &[u8; 32] {
                &self.terms.decision.plan_digest
            }

            /// The ground to record; [`Ground::Instruction`] as soon as one field rests on it.
            pub fn ground(&self) -> Ground {
                self.terms.decision.ground
            }

            /// True for [`crate::Intrinsic::Storage`] and [`View::Compared`]: what it opens may be sealed again, derived from
            /// and scrubbed, and never leaves the vault.
            pub fn stays_inside(&self) -> bool {
                self.terms.decision.stays_inside
            }
        }
    )*};
}

shows_its_terms!(Permit, Spent);

/// A decision that allowed no field.
#[derive(Debug, thiserror::Error)]
#[error("the policy allows none of the fields asked for")]
pub struct Refusal {
    decision: Box<Decision>,
}

impl Refusal {
    /// The decision, to explain it.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// The reason that is given first: the gate, or that of the first field.
    pub fn reason(&self, plan: &Plan) -> Reason {
        let of_field = || {
            let mut fields = self.decision.refused().iter();
            fields.find_map(|field| self.decision.reason(plan, field))
        };
        self.decision.stopped_by().or_else(of_field).unwrap_or(Reason::FieldNotUsed)
    }
}

/// A permit that cannot be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PermitError {
    /// It was held too long.
    #[error("the permit expired at `{deadline}`; ask again")]
    Expired {
        /// The last instant at which it could have been spent.
        deadline: Instant,
    },
}
