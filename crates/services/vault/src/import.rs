//! Importing people from elsewhere: many at once, each row a unit of its own, none of them twice.
//!
//! A row is known by the import it belongs to (a digest that names it) and its number; both stand, blinded, in the unit
//! that makes the subject, so that a row sent again after any crash is answered with the subject it made. Values pass
//! the same door as every write. A consent comes with its evidence: when it was said, and to which text.

use std::collections::HashSet;
use std::sync::Arc;

use candor_decision::FieldIx;
use candor_ledger::{Digest, EntryBody};
use candor_manifest::model::{Field, ValueKind};
use candor_seal::Envelope;
use candor_store::{Change, Guard, IdempotencyRow};
use candor_words::{Instant, Span, SpanUnit, SubjectId, to_hex};
use futures_util::stream::{self, StreamExt};
use serde_json::{Value, json};

use crate::caller::{Caller, Scope};
use crate::choice::{Told, told};
use crate::consent::{Asked, ConsentAct, ConsentVerb};
use crate::draft::Draft;
use crate::records::{NewRecord, Reason};
use crate::standing_form::{ConsentForm, ConsentState, ContractForm};
use crate::subjects::{NEW_RECORDS_MAX, NewContract};
use crate::tenant::{Policy, Tenant};
use crate::value::normalised;
use crate::{ErrorKind, Vault, VaultError};

/// The most rows one call takes.
pub const IMPORT_ROWS_MAX: usize = 500;
/// How many rows are under way at the same time, so that the store commits them in groups.
const AT_ONCE: usize = 128;
/// How long a row is known: an import that broke off can be taken up again for this long.
const KNOWN: Span = Span::new(30, SpanUnit::Day);
/// The most consents one row may bring.
const CONSENTS_MAX: usize = 64;
/// What the blind index calls rows; no field is called so.
const BLIND_NAME: &str = "@import";
/// The method of a consent when none is named.
const METHOD: &str = "import";

/// A person as a row of an import tells them.
#[derive(Debug, Clone)]
pub struct ImportedPerson {
    /// The row's number in the import.
    pub row: u64,
    /// The records. A text stands for a number, a flag or a list where the field is one.
    pub records: Vec<NewRecord>,
    /// The contract, when there is one.
    pub contract: Option<NewContract>,
    /// What the person said about purposes.
    pub consents: Vec<ImportedConsent>,
}

/// A consent that was asked for elsewhere, with its evidence.
#[derive(Debug, Clone)]
pub struct ImportedConsent {
    /// The purpose.
    pub purpose: String,
    /// What was said; `Confirmed` where the policy wants a double opt-in and it was confirmed elsewhere.
    pub act: ConsentVerb,
    /// When it was said.
    pub at: Option<Instant>,
    /// The exact text that was shown.
    pub text: Option<String>,
    /// SHA-256 of that text, when the text itself is not at hand.
    pub text_digest: Option<[u8; 32]>,
    /// The text's language (BCP 47).
    pub language: Option<String>,
    /// How it was said; `import` when not known.
    pub method: Option<String>,
}

/// What became of a row.
#[derive(Debug, Clone)]
pub struct ImportedRow {
    /// The row's number.
    pub row: u64,
    /// What became of it.
    pub outcome: RowOutcome,
}

/// What became of a row.
#[derive(Debug, Clone)]
pub enum RowOutcome {
    /// It made this subject.
    Made(SubjectId),
    /// It had made this subject before.
    Known(SubjectId),
    /// Nothing was made of it.
    Refused(VaultError),
}

impl Vault {
    /// Makes a subject of each row that has made none yet. Rows are answered in the order given.
    ///
    /// # Errors
    /// The caller lacks the write scope, or the consent scope where rows bring consents; more than 500 rows; trouble of
    /// the store or the server's own, after which the same rows may be sent again. What is wrong with one row alone
    /// refuses that row.
    pub async fn import_people(
        &self,
        caller: &Caller,
        import: [u8; 32],
        people: Vec<ImportedPerson>,
    ) -> Result<Vec<ImportedRow>, VaultError> {
        caller.needs(Scope::Write)?;
        if people.iter().any(|person| !person.consents.is_empty()) {
            caller.needs(Scope::Consent)?;
        }
        if people.len() > IMPORT_ROWS_MAX {
            return Err(VaultError::bad("import.rows_too_many", "at most 500 rows are imported at once"));
        }
        let tenant = self.tenant(caller.tenant()).await?;
        let policy = Arc::clone(tenant.policy_at(self.now())?);
        let (at_once, in_turn) = apart(&policy, people);
        let import_at = async |(at, person)| (at, self.import_row(caller, &tenant, &import, person).await);
        let mut rows: Vec<_> = stream::iter(at_once.into_iter().map(import_at)).buffered(AT_ONCE).collect().await;
        for (at, person) in in_turn {
            rows.push((at, self.import_row(caller, &tenant, &import, person).await));
        }
        rows.sort_by_key(|(at, _)| *at);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    async fn import_row(
        &self,
        caller: &Caller,
        tenant: &Tenant,
        import: &[u8; 32],
        person: ImportedPerson,
    ) -> Result<ImportedRow, VaultError> {
        let row = person.row;
        let key = row_key(tenant, import, row);
        let error = match self.import_person(caller, key, *import, person).await {
            Ok(subject) => return Ok(ImportedRow { row, outcome: RowOutcome::Made(subject) }),
            Err(error) => error,
        };
        if matches!(error.kind(), ErrorKind::Internal | ErrorKind::Unavailable) {
            return Err(error);
        }
        // A row that was here before meets its own identifiers, or its own key.
        let outcome = match self.known_row(tenant, key).await? {
            Some(subject) => RowOutcome::Known(subject),
            None => RowOutcome::Refused(error),
        };
        Ok(ImportedRow { row, outcome })
    }

    async fn import_person(
        &self,
        caller: &Caller,
        key: [u8; 32],
        import: [u8; 32],
        person: ImportedPerson,
    ) -> Result<SubjectId, VaultError> {
        if person.records.len() > NEW_RECORDS_MAX {
            return Err(VaultError::bad("subject.records_too_many", "a new subject takes at most 100 records at once"));
        }
        if person.consents.len() > CONSENTS_MAX {
            return Err(VaultError::bad("import.consents_too_many", "a row brings at most 64 consents"));
        }
        let mut draft = self.draft_new(caller).await?;
        let now = draft.now;
        draft.form.contract = person.contract.map(|contract| ContractForm { since: now, until: contract.until });
        let created = draft.enter(EntryBody::SubjectCreated);
        let detail = json!({ "contract": person.contract.is_some(), "imported": true });
        draft.event("subject.created", None, &detail, created);
        for mut record in person.records {
            read_texts(&draft.policy, &mut record);
            self.write_record(&mut draft, &record, None, Reason::Written).await?;
        }
        for consent in person.consents {
            self.import_consent(caller, &mut draft, consent)?;
        }
        let subject = draft.subject();
        let answer = draft.tenant.key()?.seal_blob(self.entropy.as_ref(), &label(&key), subject.as_bytes())?;
        draft.unit.guards.push(Guard::IdempotencyFree(key, now, Vec::new()));
        draft.put(Change::PutIdempotency(IdempotencyRow { key, request: import, answer, expires_at: now.plus(KNOWN) }));
        self.apply(draft).await?;
        Ok(subject)
    }

    /// The subject that a row made before.
    async fn known_row(&self, tenant: &Tenant, key: [u8; 32]) -> Result<Option<SubjectId>, VaultError> {
        let known = self.store.idempotency(tenant.id(), key).await?.filter(|row| self.now() < row.expires_at);
        let Some(known) = known else { return Ok(None) };
        let version = Envelope::parse(&known.answer)?.key_version();
        let answer = tenant.key_of(version)?.open_blob(&label(&key), &known.answer)?;
        let bytes = answer.expose().as_slice().try_into().map_err(|_| VaultError::damaged("imported row"))?;
        Ok(Some(SubjectId::from_bytes(bytes)))
    }

    /// Notes a consent with its evidence; the ledger's entry stands at the time of the import, the consent at the time
    /// when it was given.
    fn import_consent(&self, caller: &Caller, draft: &mut Draft, new: ImportedConsent) -> Result<(), VaultError> {
        caller.may_ask_for(&new.purpose)?;
        let (Some(at), true) = (new.at, new.text.is_some() || new.text_digest.is_some()) else {
            return Err(VaultError::unprocessable(
                "consent.evidence_missing",
                "the consent was not imported: it comes without its time or without the text that was shown",
            )
            .detail("purpose", &new.purpose)
            .help("name when it was said and the text or its SHA-256, or ask for consent anew"));
        };
        if at > draft.now {
            return Err(VaultError::unprocessable(
                "consent.at_future",
                "the consent was not imported: it is said to be given in the future",
            )
            .detail("purpose", &new.purpose));
        }
        let method = new.method.or_else(|| Some(METHOD.to_owned()));
        let act = ConsentAct { purpose: new.purpose, act: new.act, text: new.text, language: new.language, method };
        act.check()?;
        let policy = Arc::clone(&draft.policy);
        let asked = Asked::of(&policy.plan, &act, None)?;
        let state = match act.act {
            ConsentVerb::Confirmed => ConsentState::Given,
            verb => asked.state_after(verb, None)?,
        };
        let text = match new.text_digest.filter(|_| act.text.is_none()) {
            Some(digest) => Digest(digest),
            None => self.text_of(draft, &asked, &act, None)?,
        };
        let until = asked.lasts.filter(|_| state == ConsentState::Given).map(|lasts| at.plus(lasts));
        draft
            .form
            .consents
            .insert(act.purpose.clone(), ConsentForm { state, at, text: to_hex(&text.0), until, shown_at: None });
        let mut detail = json!({ "text": to_hex(&text.0), "method": act.method, "imported": true, "said_at": at });
        let purpose = asked.purpose;
        let (kind, body) = match state {
            ConsentState::Unconfirmed => {
                ("consent.unconfirmed", told(self.entropy.as_ref(), Told::ConsentUnconfirmed, &mut detail))
            }
            ConsentState::Given => ("consent.given", EntryBody::ConsentGiven { purpose, text }),
            ConsentState::Refused => ("consent.refused", EntryBody::ConsentRefused { purpose, text }),
            ConsentState::Withdrawn => ("consent.withdrawn", EntryBody::ConsentWithdrawn { purpose, text }),
        };
        let entry = draft.enter(body);
        draft.further_event(kind, Some(&act.purpose), &detail, entry);
        Ok(())
    }
}

/// People at their places in the call.
type Placed = Vec<(usize, ImportedPerson)>;

/// Those who can be made at the same time, and those who share an identifier with somebody before them: they wait, so
/// that the earlier row has it.
fn apart(policy: &Policy, people: Vec<ImportedPerson>) -> (Placed, Placed) {
    let mut taken = HashSet::new();
    people.into_iter().enumerate().partition(|(_, person)| {
        let mut is_first = true;
        for record in &person.records {
            for (name, value) in &record.values {
                let name = format!("{}.{name}", record.group);
                let identifies = |at: FieldIx| policy.manifest().fields[at.at()].identifies;
                if policy.plan.field(&name).is_some_and(identifies) {
                    is_first &= taken.insert((name, normalised(value)));
                }
            }
        }
        is_first
    })
}

fn row_key(tenant: &Tenant, import: &[u8; 32], row: u64) -> [u8; 32] {
    let mut bytes = import.to_vec();
    bytes.extend_from_slice(&row.to_be_bytes());
    *tenant.blind.blind(BLIND_NAME, &bytes).as_bytes()
}

/// Binds a sealed answer to its row.
fn label(key: &[u8; 32]) -> String {
    format!("import/{}", to_hex(key))
}

/// Reads texts as what their fields are: a file of columns knows nothing but texts.
fn read_texts(policy: &Policy, record: &mut NewRecord) {
    for (name, value) in &mut record.values {
        let field = policy.plan.field(&format!("{}.{name}", record.group));
        let Some(field) = field.map(|field| &policy.manifest().fields[field.at()]) else { continue };
        if let Value::String(text) = value
            && let Some(read) = read_text(field, text)
        {
            *value = read;
        }
    }
}

/// `None` leaves the text as it is, for the door to take or refuse.
fn read_text(field: &Field, text: &str) -> Option<Value> {
    match field.kind {
        ValueKind::Text | ValueKind::Date | ValueKind::Time => None,
        ValueKind::Number => text.trim().parse::<serde_json::Number>().ok().map(Value::Number),
        ValueKind::Flag => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Some(Value::Bool(true)),
            "false" | "no" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        ValueKind::List => match serde_json::from_str::<Vec<String>>(text) {
            Ok(items) => Some(items.into()),
            Err(_) => Some(text.split(';').map(str::trim).filter(|item| !item.is_empty()).collect()),
        },
    }
}
