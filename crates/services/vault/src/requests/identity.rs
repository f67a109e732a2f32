//! Identity: how it is proved who asks, to the level that the policy wants, before anything leaves (GDPR Art. 12(6)).
//!
//! Proofs have two levels: being signed in, being reachable at the address on file, or a caller who vouches; and documents
//! that staff looked at, or the word of the organisation that manages the account. What staff saw of documents is kept
//! under the person's own key as long as the request is open, and goes in the unit that closes it. Source: promise d20.

use candor_manifest::Manifest;
use candor_manifest::model::RightKind;
use candor_store::{Change, PAGE_MAX};
use candor_words::{ApiKeyId, Instant, RequestId, SubjectId};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{RequestForm, State, form_of, right_name};
use crate::caller::{Caller, Scope};
use crate::choice::is_line;
use crate::slips::{Expect, NewSlip, PROVING_SLIPS, SlipChange, request_slip};
use crate::tenant::Tenant;
use crate::{ErrorKind, RequestView, Vault, VaultError};

/// How long what documents proved lets the person have what they asked for: thirty days.
const PROVED_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// How it was proved who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityProof {
    /// The caller checked it, and says so.
    Vouched,
    /// The person is signed in.
    SignedIn,
    /// They answered a letter to the address on file.
    Mail,
    /// The organisation that manages the account says so.
    Organisation,
    /// Staff looked at documents.
    Documents,
}

impl IdentityProof {
    /// The stable code.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vouched => "vouched",
            Self::SignedIn => "signed_in",
            Self::Mail => "mail",
            Self::Organisation => "organisation",
            Self::Documents => "documents",
        }
    }

    /// The same, written down on a request; with the instant, unless it was proved as well before.
    pub(crate) fn note_in(self, form: &mut RequestForm, at: Instant) {
        if form.identity_proved_at.is_none() || (self.is_high() && !form.identity_is_high()) {
            form.identity_proved_at = Some(at);
            form.identity_proved_by = Some(self);
        }
    }

    const fn is_high(self) -> bool {
        matches!(self, Self::Organisation | Self::Documents)
    }
}

impl RequestForm {
    /// Whether it is proved to the level that the policy wants.
    pub(crate) fn identity_is_proved(&self) -> bool {
        self.identity_proved_at.is_some() && (!self.identity_documents || self.identity_is_high())
    }

    fn identity_is_high(&self) -> bool {
        self.identity_proved_by.is_some_and(IdentityProof::is_high)
    }
}

/// What is kept of a proof while the request is open; it goes when that is closed, or the person is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proving {
    /// A letter went to the address on file, with a link that only its reader has.
    Asked {
        /// The digest of what the link carries.
        code: [u8; 32],
        /// When.
        at: Instant,
    },
    /// Staff looked at documents.
    Documents {
        /// What they saw: one line, in their words.
        seen: String,
        /// Who.
        by: ApiKeyId,
        /// When.
        at: Instant,
    },
}

impl Vault {
    /// Notes that the subject proved to be who they say, where the policy wants that first.
    ///
    /// # Errors
    /// Those of [`Vault::prove_identity_by`].
    pub async fn prove_identity(&self, caller: &Caller, request: RequestId) -> Result<RequestView, VaultError> {
        let proof = if caller.is_person() { IdentityProof::SignedIn } else { IdentityProof::Vouched };
        self.prove_identity_by(caller, request, proof).await
    }

    /// Notes how the subject proved to be who they say.
    ///
    /// # Errors
    /// The caller lacks the rights scope, or is the person themself and says more than that they are signed in; the
    /// tenant has no such request; it is closed; `identity.level`: the policy wants documents.
    pub async fn prove_identity_by(
        &self,
        caller: &Caller,
        request: RequestId,
        proof: IdentityProof,
    ) -> Result<RequestView, VaultError> {
        caller.needs(Scope::Rights)?;
        if caller.is_person() && proof != IdentityProof::SignedIn {
            return Err(VaultError::denied("identity.own_word", "nobody vouches for themself"));
        }
        let mut change = self.change(caller, request).await?;
        self.refuse_own_word(caller, change.open.row.subject).await?;
        if change.open.form.identity_documents && !proof.is_high() {
            return Err(VaultError::conflict(
                "identity.level",
                "identity was not noted as proved: the policy wants documents for this right",
            )
            .help("look at documents that show who is asking, and say what you saw"));
        }
        if proof == IdentityProof::Mail {
            // The letter's link is used up.
            change.unit.changes.push(forget_proving(request));
        }
        proof.note_in(&mut change.open.form, change.now);
        self.conclude_request(change, State::IdentityProved).await
    }

    /// Notes that staff looked at documents, and keeps what they saw until the request is closed.
    ///
    /// # Errors
    /// The caller lacks the rights scope, or is the person themself, also as a member of staff; no such request; it is closed; `identity.seen`: it is
    /// not said in one line of 1 to 200 bytes what was seen; the subject was erased.
    pub async fn prove_by_documents(
        &self,
        caller: &Caller,
        request: RequestId,
        seen: &str,
    ) -> Result<RequestView, VaultError> {
        caller.needs(Scope::Rights)?;
        caller.reaches_all()?;
        let seen = seen.trim();
        if !is_line(seen) {
            return Err(VaultError::bad(
                "identity.seen",
                "identity was not noted as proved: it is not said what was seen, in one line of 1 to 200 bytes",
            )
            .help("say which document it was and who looked at it; copy no number of it"));
        }
        let mut change = self.change(caller, request).await?;
        self.refuse_own_word(caller, change.open.row.subject).await?;
        let body = Proving::Documents { seen: seen.to_owned(), by: caller.key(), at: change.now };
        let slip = proving_slip(request, change.open.row.subject, &body)?;
        self.slip_in(caller, &change.tenant, slip, &mut change.unit).await?;
        IdentityProof::Documents.note_in(&mut change.open.form, change.now);
        self.conclude_request(change, State::IdentityProved).await
    }

    /// Refuses a member of staff who vouches for themself.
    async fn refuse_own_word(&self, caller: &Caller, subject: SubjectId) -> Result<(), VaultError> {
        let is_own =
            caller.staff_reason().is_some() && self.staff_actor(caller.tenant(), subject).await? == caller.key();
        if !is_own {
            return Ok(());
        }
        Err(VaultError::denied("identity.own_word", "nobody vouches for themself")
            .help("have somebody else at the console look at the documents"))
    }

    /// What is kept of how identity is proved, while the request is open.
    ///
    /// # Errors
    /// The caller lacks the rights scope, or is the person themself; no such request.
    pub async fn proving(&self, caller: &Caller, request: RequestId) -> Result<Option<Proving>, VaultError> {
        caller.needs(Scope::Rights)?;
        caller.reaches_all()?;
        self.right_row(caller, request).await?;
        let slip = self.slip(caller.tenant(), PROVING_SLIPS, request_slip(request)).await?;
        slip.map(|slip| serde_json::from_slice(&slip.body).map_err(|_| VaultError::damaged("proof"))).transpose()
    }

    /// Keeps that a letter asks the person to confirm a request; an earlier letter's link is worth nothing from then on.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request; it is closed; the subject was erased.
    pub async fn ask_by_letter(&self, caller: &Caller, request: RequestId, code: [u8; 32]) -> Result<(), VaultError> {
        caller.needs(Scope::Rights)?;
        caller.reaches_all()?;
        let mut change = self.change(caller, request).await?;
        let body = Proving::Asked { code, at: change.now };
        let slip = proving_slip(request, change.open.row.subject, &body)?;
        self.slip_in(caller, &change.tenant, slip, &mut change.unit).await?;
        self.commit(change.unit).await.map(drop)
    }

    /// Refuses a person what wants documents, unless a request of theirs for it was proved by them within thirty days.
    pub(crate) async fn refuse_below_level(
        &self,
        caller: &Caller,
        tenant: &Tenant,
        subject: SubjectId,
        manifest: &Manifest,
        right: RightKind,
    ) -> Result<(), VaultError> {
        let wants_documents = || manifest.rights.iter().any(|given| given.kind == right && given.identity_documents);
        if !caller.is_person() || !wants_documents() {
            return Ok(());
        }
        let (now, mut after) = (self.now(), None);
        loop {
            let page = self.store.requests(tenant.id(), Some(subject), after, PAGE_MAX).await?;
            for row in page.rows.iter().filter(|row| row.kind == right_name(right)) {
                let form = form_of(row)?;
                let is_fresh = |at: Instant| now.as_millis() - at.as_millis() < PROVED_MS;
                let is_proved = form.identity_is_high() && form.identity_proved_at.is_some_and(is_fresh);
                if is_proved && form.refused_because.is_none() {
                    return Ok(());
                }
            }
            after = page.next;
            if after.is_none() {
                return Err(VaultError::new(
                    ErrorKind::Denied,
                    "identity.documents_first",
                    "this was not done: the policy wants documents that show who is asking first",
                )
                .help("make a request; you are told what to show"));
            }
        }
    }
}

/// What goes when a request is closed: what staff saw of documents, or a letter's link.
pub(crate) fn forget_proving(request: RequestId) -> Change {
    Change::DeleteSlip(PROVING_SLIPS, request_slip(request))
}

fn proving_slip(request: RequestId, owner: SubjectId, body: &Proving) -> Result<SlipChange, VaultError> {
    let body = serde_json::to_vec(body).map_err(|_| VaultError::damaged("proof"))?;
    let (kind, name) = (PROVING_SLIPS, request_slip(request));
    let new = NewSlip { kind, name, owner: Some(owner), expires_at: None, body: Zeroizing::new(body) };
    Ok(SlipChange::Put(new, Expect::Anything))
}
