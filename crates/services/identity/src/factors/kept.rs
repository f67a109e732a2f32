//! What is kept of a factor, and how its person sees it.

use candor_identity_port::Passkey;
use candor_ledger::EntryBody;
use candor_vault::{FACTOR_SLIPS, SlipChange, SlipTold, VaultError, factor_name};
use candor_words::{Instant, RecordId, SubjectId, TenantId};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::drawer::{Kept, Sort};
use crate::identity::Identity;
use crate::method::{Method, Methods};

/// The most factors of one person.
pub const FACTORS_MAX: usize = 20;
/// The longest name that a person gives a factor, in characters.
const LABEL_CHARS_MAX: usize = 60;

/// Bytes that open something; wiped when dropped, never printed.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
pub(crate) struct SecretBytes(pub(crate) Vec<u8>);

impl std::fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretBytes(…)")
    }
}

/// Body of a factor's slip.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Factor {
    pub label: String,
    pub added_at: Instant,
    pub used_at: Option<Instant>,
    pub held: Held,
}

/// What proves it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Held {
    /// The secret shared with an app, and the last step that counted.
    Totp { secret: SecretBytes, used_step: Option<i64> },
    /// A credential: its id, and public key and counter as the adapter keeps them.
    Passkey { id: Vec<u8>, kept: Vec<u8>, is_synced: bool },
    /// The account's address; it is read when a code is sent.
    MailCode,
    /// The account's telephone number; likewise.
    SmsCode,
    /// Digests of the codes that were not used yet.
    RecoveryCodes { digests: Vec<[u8; 32]> },
}

impl Sort for Factor {
    const KIND: u16 = FACTOR_SLIPS;
}

impl Factor {
    pub(crate) fn new(label: &str, held: Held, now: Instant) -> Self {
        Self { label: tidy(label), added_at: now, used_at: None, held }
    }

    pub(crate) const fn method(&self) -> Method {
        match self.held {
            Held::Totp { .. } => Method::Totp,
            Held::Passkey { .. } => Method::Passkey,
            Held::MailCode => Method::MailCode,
            Held::SmsCode => Method::SmsCode,
            Held::RecoveryCodes { .. } => Method::RecoveryCode,
        }
    }

    /// True for what is asked for at the door; a sheet of recovery codes alone is for nothing.
    pub(crate) const fn is_second(&self) -> bool {
        !matches!(self.held, Held::RecoveryCodes { .. })
    }

    /// The passkey that it is, if it is one.
    pub(crate) fn passkey(&self) -> Option<Passkey> {
        match &self.held {
            Held::Passkey { id, kept, is_synced } => {
                Some(Passkey { id: id.clone(), kept: kept.clone(), is_synced: *is_synced })
            }
            _ => None,
        }
    }
}

/// A factor as its person, or an administrator, sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactorView {
    /// Names it.
    pub id: String,
    /// What it is.
    pub method: Method,
    /// What its person calls it; may be empty.
    pub label: String,
    /// Since when.
    pub added_at: Instant,
    /// When it was last used.
    pub used_at: Option<Instant>,
    /// How many recovery codes are left.
    pub n_left: Option<usize>,
    /// True for a passkey that is kept in step over several devices.
    pub is_synced: bool,
}

/// What the ledger says of a factor; the numbers are those of `spec/ledger.md`, kind 48.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    Added = 1,
    Removed = 2,
    UsedUp = 3,
    Reset = 4,
}

impl Kept<Factor> {
    /// The factor's id: the first half of its slip's name.
    pub(crate) fn id(&self) -> RecordId {
        let mut id = [0; 16];
        id.copy_from_slice(&self.name[..16]);
        RecordId::from_bytes(id)
    }

    pub(crate) fn view(&self) -> FactorView {
        let n_left = match &self.body.held {
            Held::RecoveryCodes { digests } => Some(digests.len()),
            _ => None,
        };
        FactorView {
            id: self.id().to_string(),
            method: self.body.method(),
            label: self.body.label.clone(),
            added_at: self.body.added_at,
            used_at: self.body.used_at,
            n_left,
            is_synced: matches!(self.body.held, Held::Passkey { is_synced: true, .. }),
        }
    }

    pub(crate) fn told(&self, act: Act) -> SlipTold {
        told(self.owner, self.id(), self.body.method(), act)
    }
}

pub(crate) fn told(owner: Option<SubjectId>, factor: RecordId, method: Method, act: Act) -> SlipTold {
    (owner, EntryBody::FactorChanged { factor, sort: method.place(), act: act as u8 })
}

impl Identity {
    /// Every factor of a person, oldest first.
    pub(crate) async fn kept_factors(
        &self,
        tenant: TenantId,
        subject: SubjectId,
    ) -> Result<Vec<Kept<Factor>>, VaultError> {
        let mut all = self.kept_of::<Factor>(tenant, subject, FACTORS_MAX).await?;
        all.sort_by_key(|kept| (kept.body.added_at, kept.name));
        Ok(all)
    }

    /// What the person can be asked for at the door: nothing while all they have is a sheet of recovery codes.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn held_factors(&self, tenant: TenantId, subject: SubjectId) -> Result<Methods, VaultError> {
        let all = self.kept_factors(tenant, subject).await?;
        if !all.iter().any(|kept| kept.body.is_second()) {
            return Ok(Methods::default());
        }
        Ok(all.iter().fold(Methods::default(), |held, kept| held.and(kept.body.method())))
    }

    /// The change that puts a new factor, with what is said of it.
    pub(crate) fn put_factor(&self, subject: SubjectId, factor: &Factor) -> Result<(SlipChange, SlipTold), VaultError> {
        let id = RecordId::random(self.entropy.as_ref());
        let put = self.put_new(factor_name(id), Some(subject), None, factor)?;
        Ok((put, told(Some(subject), id, factor.method(), Act::Added)))
    }
}

/// One line of bounded length.
pub(crate) fn tidy(label: &str) -> String {
    label.chars().filter(|letter| !letter.is_control()).take(LABEL_CHARS_MAX).collect::<String>().trim().to_owned()
}
