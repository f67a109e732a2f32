//! What somebody says is not right of what is held about them, without having to know what would be right (GDPR Art. 16,
//! 18(1)(a)).
//!
//! It is a request for rectification that is disputed as it is opened: its clock runs, and use is restricted in the same unit
//! (`requests/dispute.rs`). What is contested stands on the request, by the policy's names. What the person wrote about it is kept
//! under their own key, and goes when the dispute is over.

use candor_ledger::EntryBody;
use candor_manifest::model::RightKind;
use candor_store::{Change, PAGE_MAX, RequestRow};
use candor_words::{RecordId, RequestId, SubjectId};
use serde::{Deserialize, Serialize};

use super::dispute::note_in;
use super::{IdentityProof, NewRequest, OpenRequest, RequestForm, RequestView, State, form_of, right_name, view};
use crate::caller::{Caller, Scope};
use crate::draft::Draft;
use crate::records::no_record;
use crate::slips::{DISPUTE_SLIPS, request_slip};
use crate::staff::StaffReason;
use crate::{Vault, VaultError};

/// The most disputes of one person that are not over, or began within a day.
pub const DISPUTES_MAX: usize = 20;
/// The most characters of a reason, and of what is said to be right.
pub const DISPUTE_WORDS_MAX: usize = 500;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What is said not to be right: a kind of data, one record of it, or one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contested {
    /// The kind of data: a group of the policy.
    pub group: String,
    /// One record of it; all of them when none is named.
    pub record: Option<RecordId>,
    /// One field, by its whole name; every one when none is named.
    pub field: Option<String>,
}

impl Contested {
    /// True when a field of a record is among it.
    pub fn covers(&self, (group, record): (&str, RecordId), field: &str) -> bool {
        self.group == group
            && self.record.is_none_or(|own| own == record)
            && self.field.as_deref().is_none_or(|own| own == field)
    }
}

/// What the person wrote about it. Personal data: it is never printed.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DisputeWords {
    /// Why it is not right; at most [`DISPUTE_WORDS_MAX`] characters.
    pub reason: Option<String>,
    /// What would be right, where they know it; as long.
    pub proposed: Option<String>,
}

/// A dispute to be opened.
#[derive(Clone)]
pub struct NewDispute {
    /// What is not right.
    pub contested: Contested,
    /// What the person says of it.
    pub words: DisputeWords,
}

/// A dispute about what is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disputed {
    /// The request whose clock runs.
    pub request: RequestView,
    /// False when the same was disputed already.
    pub is_new: bool,
}

impl Vault {
    /// Opens a dispute about what is held: its clock runs, and use is restricted from then on, unless it is already. Saying
    /// again what is disputed already opens no second one.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such subject; it was erased; a group or field that the policy does not declare; a
    /// record that is not there; no law of the policy gives rectification; words out of bounds; [`DISPUTES_MAX`] disputes, or
    /// too many open requests.
    pub async fn dispute_held(
        &self,
        caller: &Caller,
        subject: SubjectId,
        new: NewDispute,
    ) -> Result<Disputed, VaultError> {
        caller.needs(Scope::Rights)?;
        let words = new.words.checked()?;
        let mut draft = self.draft(caller, subject).await?;
        self.refuse_unheld(&draft, &new.contested).await?;
        let known = self.contested_by(&draft).await?;
        if let Some((row, _)) = known.iter().find(|(_, form)| is_same(form, &new.contested)) {
            let open = OpenRequest::open_or_closed(row.clone())?;
            return Ok(Disputed { request: self.dispute_again(draft, open).await?, is_new: false });
        }
        let is_of_today = |row: &RequestRow| draft.now.as_millis() - row.received_at.as_millis() < DAY_MS;
        let n_known = known.iter().filter(|(row, form)| form.disputed_at.is_some() || is_of_today(row)).count();
        if n_known >= DISPUTES_MAX {
            return Err(too_many());
        }
        let right = NewRequest { right: RightKind::Rectification, country: None, received_at: None };
        let mut open = self.receive_in(&mut draft, &right).await?;
        open.form.contested = Some(new.contested);
        if caller.is_person() && open.form.identity_first && !open.form.identity_documents {
            IdentityProof::SignedIn.note_in(&mut open.form, draft.now);
            open.enter_state(State::IdentityProved, draft.now)?;
            draft.enter(open.entry(State::IdentityProved));
        }
        if let Some(words) = words {
            let body = serde_json::to_vec(&words).map_err(|_| VaultError::damaged("dispute"))?;
            self.slip_in_draft(&mut draft, (DISPUTE_SLIPS, request_slip(open.row.id)), &body)?;
        }
        note_in(&mut draft, &mut open);
        open.write()?;
        draft.put(Change::PutRequest(open.row.clone()));
        let now = draft.now;
        self.restrict_for(draft, open.row.id).await?;
        Ok(Disputed { request: view(&open.row, open.form, now), is_new: true })
    }

    /// What the person wrote about a dispute that is not over. Whoever else looks at it, the ledger says so first.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request; the person was erased.
    pub async fn dispute_words(&self, caller: &Caller, request: RequestId) -> Result<DisputeWords, VaultError> {
        caller.needs(Scope::Rights)?;
        let row = self.right_row(caller, request).await?;
        caller.may_reach(row.subject)?;
        let Some(slip) = self.slip(caller.tenant(), DISPUTE_SLIPS, request_slip(request)).await? else {
            return Ok(DisputeWords::default());
        };
        let words = serde_json::from_slice(&slip.body).map_err(|_| VaultError::damaged("dispute"))?;
        if !caller.is(row.subject) {
            let reason = caller.staff_reason().unwrap_or(StaffReason::Right) as u16;
            self.tell(caller, (Some(row.subject), EntryBody::StaffAccess { reason })).await?;
        }
        Ok(words)
    }

    /// True of a request that was opened for a dispute which is not over: taking it back takes back the dispute.
    pub(super) async fn is_only_disputed(&self, caller: &Caller, request: RequestId) -> Result<bool, VaultError> {
        let row = self.right_row(caller, request).await?;
        caller.may_reach(row.subject)?;
        let form = form_of(&row)?;
        let is_open = row.closed_at.is_none() && row.state != State::Running.name();
        Ok(is_open && form.contested.is_some() && form.disputed_at.is_some())
    }

    /// Refuses what the policy does not declare, and a record that the subject does not have.
    async fn refuse_unheld(&self, draft: &Draft, contested: &Contested) -> Result<(), VaultError> {
        let manifest = draft.policy.manifest();
        if !manifest.groups.iter().any(|group| group.name == contested.group) {
            return Err(VaultError::unprocessable(
                "group.undeclared",
                "nothing was disputed: the policy declares no such data group",
            ));
        }
        let is_of = |field: &String| field.split_once('.').is_some_and(|(group, _)| group == contested.group);
        if contested.field.as_ref().is_some_and(|field| !is_of(field) || manifest.field(field).is_none()) {
            return Err(VaultError::unprocessable(
                "field.undeclared",
                "nothing was disputed: the policy declares no such field in the data group",
            ));
        }
        if let Some(record) = contested.record {
            let found = self.store.record(draft.tenant.id(), draft.subject(), &contested.group, record).await?;
            found.ok_or_else(no_record)?;
        }
        Ok(())
    }

    /// The requests of the draft's subject that were opened for a dispute, closed ones too.
    async fn contested_by(&self, draft: &Draft) -> Result<Vec<(RequestRow, RequestForm)>, VaultError> {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = self.store.requests(draft.tenant.id(), Some(draft.subject()), after, PAGE_MAX).await?;
            for row in page.rows.into_iter().filter(|row| row.kind == right_name(RightKind::Rectification)) {
                let form = form_of(&row)?;
                if form.contested.is_some() {
                    found.push((row, form));
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(found);
            }
        }
    }
}

impl DisputeWords {
    /// What was written, without what is empty; none when nothing was.
    fn checked(self) -> Result<Option<Self>, VaultError> {
        let words = Self { reason: line(self.reason)?, proposed: line(self.proposed)? };
        Ok(Some(words).filter(|words| words.reason.is_some() || words.proposed.is_some()))
    }
}

/// A text within its bounds, trimmed; its lines end in one way.
fn line(text: Option<String>) -> Result<Option<String>, VaultError> {
    let text = text.map(|text| text.trim().replace("\r\n", "\n")).filter(|text| !text.is_empty());
    let is_odd = |text: &str| text.chars().any(|letter| letter.is_control() && letter != '\n');
    match text {
        Some(text) if text.chars().count() > DISPUTE_WORDS_MAX || is_odd(&text) => Err(VaultError::bad(
            "dispute.words",
            "nothing was disputed: a reason, and what would be right, have at most 500 characters and nothing but text",
        )),
        text => Ok(text),
    }
}

/// True of a dispute that is not over about the very same.
fn is_same(form: &RequestForm, contested: &Contested) -> bool {
    form.disputed_at.is_some() && form.contested.as_ref() == Some(contested)
}

/// What goes when a dispute is over: what the person wrote about it.
pub(super) fn forget_words(request: RequestId) -> Change {
    Change::DeleteSlip(DISPUTE_SLIPS, request_slip(request))
}

fn too_many() -> VaultError {
    VaultError::conflict(
        "dispute.too_many",
        "nothing was disputed: the subject has 20 disputes that are not over or began within a day",
    )
    .help("wait until some are settled, take some back, or dispute a whole record instead of each field")
    .detail("max", DISPUTES_MAX)
}
