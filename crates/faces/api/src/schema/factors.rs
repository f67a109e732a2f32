//! Second factors.

use candor_words::Instant;
use utoipa::ToSchema;

/// What a factor is.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum FactorMethod {
    Passkey,
    Totp,
    MailCode,
    SmsCode,
    RecoveryCode,
}

/// One second factor.
#[derive(ToSchema)]
pub(crate) struct Factor {
    /// Names it.
    id: String,
    method: FactorMethod,
    /// What its person calls it; may be empty.
    label: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    added_at: Instant,
    /// When it was last used.
    #[schema(value_type = Option<String>, format = DateTime)]
    used_at: Option<Instant>,
    /// How many recovery codes are left.
    n_left: Option<u64>,
    /// True for a passkey that is kept in step over several devices.
    is_synced: bool,
}

/// The factors of one person.
#[derive(ToSchema)]
pub(crate) struct Factors {
    items: Vec<Factor>,
}

/// How many factors were taken away.
#[derive(ToSchema)]
pub(crate) struct FactorsReset {
    n_removed: u64,
}
