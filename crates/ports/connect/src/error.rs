//! Why a system did not do what it was asked.

use crate::SinkClosed;

/// Why a system did not do what it was asked. Names of tables and columns stand in it, nothing of anybody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// No connection came about, it broke, or the system is starting or stopping.
    #[error("the system was not reached: {why}; it is tried again")]
    Unreachable {
        /// Without values.
        why: String,
    },
    /// The system did not answer in time.
    #[error("the system did not answer within {seconds} seconds; it is tried again")]
    TimedOut {
        /// The bound.
        seconds: u64,
    },
    /// The system asks for patience, or others hold what is needed.
    #[error("the system is busy; it is tried again")]
    Busy {
        /// In how many seconds, when the system said so.
        retry_after_seconds: Option<u64>,
    },
    /// It was asked and has not done it yet.
    #[error("the organisation was asked, and has not answered yet: {answer}; it is asked again")]
    Awaited {
        /// How far it says that it is.
        answer: String,
    },
    /// The connection would show data on the way.
    #[error("the system was not asked: its address is neither this machine nor encrypted; use TLS")]
    Insecure,
    /// The address is no address of this kind of system.
    #[error("the system was not asked: what `{env}` holds is not its address: {why}")]
    AddressMalformed {
        /// The environment variable.
        env: String,
        /// What is wrong with it, without the address.
        why: &'static str,
    },
    /// The environment variable of the system is not set, or nobody configured the system.
    #[error("the system was not asked: `{env}` is not set; set it to the system's address where the server runs")]
    NotConfigured {
        /// The environment variable.
        env: String,
    },
    /// The tenant has no secret of the name that the policy says, for that purpose and recipient.
    #[error(
        "the system was not asked: the tenant has no secret `{secret}` for that purpose and recipient; put one, then have the step tried again"
    )]
    SecretMissing {
        /// What the policy calls it.
        secret: String,
    },
    /// The secret is not handed out, or leads where it must not.
    #[error("the system was not asked: the secret `{secret}` is not used: {why}")]
    SecretRefused {
        /// What the policy calls it.
        secret: String,
        /// What stands in the way, and what to do.
        why: String,
    },
    /// Its credentials are refused, or do not allow what is needed.
    #[error("the system refused the account that Candor uses there: {what}; grant what is missing")]
    PrivilegeMissing {
        /// `SELECT on app.users`.
        what: String,
    },
    /// The live schema is not what the manifest maps.
    #[error("the system is not as the policy maps it: {what}; run `candor systems check`")]
    SchemaDiffers {
        /// Which table or column, and how.
        what: String,
    },
    /// Doing it would break or miss something; nothing was done.
    #[error("nothing was done: {why}")]
    Refused {
        /// What, and what to do.
        why: String,
    },
    /// The system said no for a reason of its own.
    #[error("the system failed: {why}")]
    Failed {
        /// Its code or class, without values.
        why: String,
    },
    /// Whoever wanted the rows has gone.
    #[error(transparent)]
    SinkClosed(#[from] SinkClosed),
}

impl ConnectError {
    /// A stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "system.unreachable",
            Self::TimedOut { .. } => "system.timed_out",
            Self::Busy { .. } => "system.busy",
            Self::Awaited { .. } => "system.awaited",
            Self::Insecure => "system.insecure",
            Self::AddressMalformed { .. } => "system.address_malformed",
            Self::NotConfigured { .. } => "system.not_configured",
            Self::SecretMissing { .. } => "system.secret_missing",
            Self::SecretRefused { .. } => "system.secret_refused",
            Self::PrivilegeMissing { .. } => "system.privilege_missing",
            Self::SchemaDiffers { .. } => "system.schema_differs",
            Self::Refused { .. } => "system.refused",
            Self::Failed { .. } => "system.failed",
            Self::SinkClosed(_) => "system.sink_closed",
        }
    }

    /// Whether the same may succeed later without anybody mending anything.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::TimedOut { .. } | Self::Busy { .. } | Self::Awaited { .. })
    }
}
