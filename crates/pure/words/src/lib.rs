//! The words every floor shares: ids, instants, spans, secrets, and the traits that stand for
//! time and chance.
//!
//! Nothing here tells the time or rolls dice: [`Clock`] and [`Entropy`] are arguments, so that
//! what is built on them gives the same output for the same input.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod clock;
mod encoding;
mod entropy;
mod id;
mod instant;
mod language;
mod loopback;
mod secret;
mod span;

pub use clock::{Clock, ManualClock, SystemClock};
pub use encoding::{HexError, from_hex, to_hex};
pub use entropy::{Entropy, SeededEntropy};
pub use id::{
    ApiKeyId, ClientId, HoldId, IdError, JobId, OrganisationId, RecordId, RequestId, SecretId, SubjectId, SubjectRef,
    TenantId,
};
pub use instant::{Instant, InstantError};
pub use language::Language;
pub use loopback::is_loopback;
pub use secret::Secret;
pub use span::{Span, SpanUnit};
