//! Exports: all that is kept about a subject (access), or what the subject provided (portability), as a
//! stream of parts.
//!
//! Each record goes through `decide` with the purpose that every policy has for the right; its values leave
//! after the page's disclosures are durable. Memory holds one page. The last part names the ledger entry
//! that keeps the digest of everything before it: SHA-256 over each part as one line of JSON
//! ([`ExportPart::to_line`]), so that whoever receives the lines can check them with `sha256sum`.
//! Several requests are exported together so that systems are read once for all of them ([`Vault::export_of_requests`]).
//! Source: GDPR Art. 15 and 20; promises c30, c31, d22.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use candor_ledger::{Digest, EntryBody, ExportSums};
use candor_manifest::model::RightKind;
use candor_store::RecordRow;
use candor_words::{Entropy, Instant, RecordId, RequestId, SubjectId, TenantId};
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;

use crate::accesses::AccessView;
use crate::caller::{Caller, Scope};
use crate::recipients::RecipientView;
use crate::tenant::Tenant;
use crate::{Vault, VaultError};

mod choices;
mod held;
mod of_request;
mod records;
mod systems;
mod together;

pub use choices::ExportedChoice;
pub use held::{HeldRecord, ValueEnd};
pub use records::{ExportedRecord, WithheldField};
pub use systems::{FromSystem, SystemEnd, SystemRow, SystemValue};
use together::Company;
pub use together::EXPORTS_TOGETHER_MAX;

/// How many rows one page of an export holds.
pub const EXPORT_PAGE_ROWS: usize = 64;

/// Which right the export answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportKind {
    /// All that is kept, and who received it (GDPR Art. 15).
    Access,
    /// What the subject provided for purposes on consent or contract (Art. 20).
    Portability,
}

impl ExportKind {
    /// The number under which ledger entries know it.
    const fn form(self) -> u8 {
        match self {
            Self::Access => 1,
            Self::Portability => 2,
        }
    }
}

/// One part of an export.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum ExportPart {
    /// What follows, and under which policy.
    Begin(ExportHead),
    /// One record with its values in the open.
    Record(ExportedRecord),
    /// A row of a connected system.
    Row(SystemRow),
    /// How reading a connected system ended.
    System(SystemEnd),
    /// What the subject chose, oldest first: consents, objections, opt-outs, restrictions.
    Choices {
        /// A page of them.
        choices: Vec<ExportedChoice>,
    },
    /// Who may receive what, and who did.
    Recipients {
        /// All of them.
        recipients: Vec<RecipientView>,
    },
    /// What the ledger says of the subject, newest first.
    Accesses {
        /// A page of it.
        accesses: Vec<AccessView>,
    },
    /// That was all.
    End(ExportEnd),
}

impl ExportPart {
    /// Writes the part as one line of JSON, its line feed included.
    ///
    /// # Errors
    /// Never for a part that an export gave out.
    pub fn to_line(&self) -> Result<Vec<u8>, VaultError> {
        let mut line = serde_json::to_vec(self).map_err(|_| VaultError::damaged("export part"))?;
        line.push(b'\n');
        Ok(line)
    }
}

/// How an export begins.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ExportHead {
    pub format: &'static str,
    pub kind: ExportKind,
    pub tenant: TenantId,
    pub organisation: String,
    pub policy: String,
    pub policy_version: String,
    /// The digest of the policy that decides.
    pub plan: String,
    pub subject: SubjectId,
    pub at: Instant,
}

/// How an export ends.
#[derive(Debug, Clone, Serialize)]
pub struct ExportEnd {
    /// SHA-256 over the lines of all parts before this one, in hexadecimal.
    pub digest: String,
    /// The ledger entry that keeps the digest.
    pub entry: u64,
    /// When it was made.
    pub at: Instant,
    /// How many records were given.
    pub n_records: u64,
    /// How many values.
    pub n_values: u64,
}

/// An export that is being pulled.
pub struct Export {
    vault: Arc<Vault>,
    tenant: Arc<Tenant>,
    caller: Caller,
    subject: SubjectId,
    kind: ExportKind,
    stage: Stage,
    /// What may be handed out, each with the room that it takes.
    ready: VecDeque<(ExportPart, Option<OwnedSemaphorePermit>)>,
    /// The room of what was handed out last: whoever has it asks for the next once it is written.
    in_hand: Option<OwnedSemaphorePermit>,
    digest: Context,
    n_records: u64,
    n_values: u64,
    /// The request that it answers.
    request: Option<RequestId>,
    /// What connected systems bring: they are read while the vault's own records are handed out, and
    /// for all of a company at once.
    brought: Option<tokio::sync::mpsc::Receiver<FromSystem>>,
    /// Those that are made beside it.
    company: Option<Company>,
}

/// What the next page is of.
#[derive(Debug)]
enum Stage {
    Begin,
    Records { after: Option<(String, RecordId)> },
    History { of: VecDeque<RecordRow>, before: Option<u32>, then: Option<(String, RecordId)> },
    BeginSystems,
    Systems { rows: tokio::sync::mpsc::Receiver<FromSystem>, n_rows: BTreeMap<String, u64> },
    Choices { after: Option<u64> },
    Recipients,
    Accesses { below: Option<u64> },
    End,
    Over,
}

impl Vault {
    /// Begins an export of a subject.
    ///
    /// # Errors
    /// The caller lacks the rights scope, or is bound to a recipient; no such subject; it was erased.
    pub async fn export(
        self: &Arc<Self>,
        caller: &Caller,
        subject: SubjectId,
        kind: ExportKind,
    ) -> Result<Export, VaultError> {
        caller.needs(Scope::Rights)?;
        if caller.recipient().is_some() {
            return Err(VaultError::denied(
                "key.recipient_foreign",
                "an export is for the subject, and the key is bound to a recipient",
            )
            .help("use a key of the controller itself"));
        }
        if caller.staff_reason().is_some() {
            return Err(VaultError::denied(
                "caller.staff",
                "an export is for the subject, and staff reads for a purpose",
            )
            .help("read the fields that a purpose of the role may use"));
        }
        let tenant = self.tenant(caller.tenant()).await?;
        let live = self.live_for(caller, &tenant, subject).await?;
        let right = match kind {
            ExportKind::Access => RightKind::Access,
            ExportKind::Portability => RightKind::Portability,
        };
        self.refuse_undecided(caller, &tenant, (&live.form, subject), live.policy.manifest(), right).await?;
        Ok(Export {
            vault: Arc::clone(self),
            tenant,
            caller: caller.clone(),
            subject,
            kind,
            stage: Stage::Begin,
            ready: VecDeque::new(),
            in_hand: None,
            digest: Context::new(&SHA256),
            n_records: 0,
            n_values: 0,
            request: None,
            brought: None,
            company: None,
        })
    }
}

impl Export {
    /// Which right it answers.
    pub const fn kind(&self) -> ExportKind {
        self.kind
    }

    /// When it is now, as the vault tells the time.
    pub fn at(&self) -> Instant {
        self.vault.now()
    }

    /// Chance, as the vault draws it: for whoever encrypts the export.
    pub fn entropy(&self) -> &Arc<dyn Entropy> {
        &self.vault.entropy
    }

    /// Signs the list of the files that it was written into, with the key of the tenant's ledger.
    pub fn sign(&self, sums: &ExportSums) -> String {
        sums.sign(&self.tenant.signer)
    }

    /// The next part; `None` after the last.
    ///
    /// # Errors
    /// The subject was erased meanwhile, or the store does not answer; the export is then over.
    pub async fn next(&mut self) -> Result<Option<ExportPart>, VaultError> {
        self.in_hand = None;
        while self.ready.is_empty() && !matches!(self.stage, Stage::Over) {
            // Taken out, so that an error leaves the export over rather than half repeated.
            let stage = std::mem::replace(&mut self.stage, Stage::Over);
            if let Some(company) = &mut self.company {
                company.turn(&stage).await;
            }
            self.stage = self.advance(stage).await?;
        }
        if matches!(self.stage, Stage::Over) {
            // Its last page is on its way; what follows is not out of the vault.
            self.company = None;
        }
        let Some((part, room)) = self.ready.pop_front() else { return Ok(None) };
        self.in_hand = room;
        Ok(Some(part))
    }

    async fn advance(&mut self, stage: Stage) -> Result<Stage, VaultError> {
        Ok(match stage {
            Stage::Begin => {
                let head = self.head()?;
                self.push(ExportPart::Begin(head))?;
                if self.company.is_none() {
                    self.brought = self.begin_systems().await?;
                }
                Stage::Records { after: None }
            }
            Stage::Records { after } => self.records(after).await?,
            Stage::History { of, before, then } => self.history(of, before, then).await?,
            Stage::BeginSystems => match self.brought.take() {
                Some(rows) => Stage::Systems { rows, n_rows: BTreeMap::new() },
                None => self.after_systems(),
            },
            Stage::Systems { rows, n_rows } => self.systems(rows, n_rows).await?,
            Stage::Choices { after } => self.choices(after).await?,
            Stage::Recipients => {
                let recipients = self.vault.recipients_of(&self.tenant, self.subject).await?;
                self.push(ExportPart::Recipients { recipients })?;
                Stage::Accesses { below: None }
            }
            Stage::Accesses { below } => self.accesses(below).await?,
            Stage::End => self.end().await?,
            Stage::Over => Stage::Over,
        })
    }

    fn head(&self) -> Result<ExportHead, VaultError> {
        let at = self.vault.now();
        let policy = self.tenant.policy_at(at)?;
        Ok(ExportHead {
            format: "candor-export/1",
            kind: self.kind,
            tenant: self.tenant.id(),
            organisation: policy.manifest().controller.name.clone(),
            policy: policy.manifest().name.clone(),
            policy_version: policy.manifest().version.clone(),
            plan: policy.digest.clone(),
            subject: self.subject,
            at,
        })
    }

    async fn accesses(&mut self, below: Option<u64>) -> Result<Stage, VaultError> {
        let page = self.vault.accesses_of(&self.tenant, self.subject, below, EXPORT_PAGE_ROWS).await?;
        if !page.rows.is_empty() {
            self.push(ExportPart::Accesses { accesses: page.rows })?;
        }
        Ok(page.next.map_or(Stage::End, |next| Stage::Accesses { below: Some(next) }))
    }

    async fn end(&mut self) -> Result<Stage, VaultError> {
        let digest = self.digest.clone().finish();
        let digest = Digest(digest.as_ref().try_into().unwrap_or_default());
        let live = self.vault.live(&self.tenant, self.subject).await?;
        let at = self.vault.now();
        let entry = self.record(&live, at, EntryBody::Exported { digest, form: self.kind.form() }).await?;
        let (n_records, n_values) = (self.n_records, self.n_values);
        let end = ExportEnd { digest: digest.to_string(), entry, at, n_records, n_values };
        self.ready.push_back((ExportPart::End(end), None));
        Ok(Stage::Over)
    }

    /// Counts a part into the digest and makes it ready to be handed out.
    fn push(&mut self, part: ExportPart) -> Result<(), VaultError> {
        self.push_with(part, None)
    }

    /// The same of one that takes room until it is written.
    fn push_with(&mut self, part: ExportPart, room: Option<OwnedSemaphorePermit>) -> Result<(), VaultError> {
        self.digest.update(&part.to_line()?);
        self.ready.push_back((part, room));
        Ok(())
    }
}
