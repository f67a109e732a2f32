//! The job that tells everybody by mail that the policy changes: in slices, resumable, at least once and as near to once as
//! mail allows.
//!
//! A slice walks the subjects by id and goes on where the last one ended; what became of each stands in a row of its own,
//! so that nobody is written to again. The entry of the disclosure of the address is durable before the relay sees it; the
//! entry and the row that say *sent* follow at once. When the process dies between the relay's answer and that row, this
//! one mail goes out again, under the same `Message-ID`: SMTP has no way to ask whether it was taken.

use std::sync::Arc;
use std::time::{Duration, Instant as Moment};

use candor_decision::{FieldSet, Intrinsic, Question, Reason, View, decide};
use candor_ledger::{CONTROLLER, Digest, Entry, EntryBody, FieldBits};
use candor_manifest::model::Channel;
use candor_notify::{Message, Notify, Undelivered};
use candor_publish::Notice;
use candor_store::{Change, JobRow, NoticeRow, Unit};
use candor_words::{Instant, Secret, SubjectId, to_hex};
use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};

use super::{NO_ADDRESS, NoticeState, notice_id};
use crate::channel::channel_number;
use crate::jobs::back_off_ms;
use crate::live::LiveSubject;
use crate::read::deadline;
use crate::tenant::{Policy, Tenant};
use crate::{Counters, ErrorKind, JobOutcome, Vault, VaultError};

/// The kind of the job.
pub(crate) const NOTICE_MAIL: &str = "notice.mail";
/// How many subjects are looked up at once.
const SUBJECTS_PER_PAGE: usize = 64;
/// How many mails are on their way at once.
const MAILS_AT_ONCE: usize = 8;
/// How long one slice goes on; other jobs wait no longer.
const SLICE: Duration = Duration::from_secs(5);
/// How long the job rests between two slices.
const REST_MS: i64 = 500;
/// How often a mail that the relay does not take yet is handed over.
const ATTEMPTS_MAX: u32 = 10;

/// How far the job has come.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Mailing {
    /// The digest of the version, in hexadecimal.
    policy: String,
    effective_at: Instant,
    /// The last subject that was looked at in this round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<SubjectId>,
    /// 0 while everybody is walked over; then each round tries again what was put off.
    #[serde(default)]
    round: u32,
}

impl Mailing {
    pub(crate) fn begin(policy: String, effective_at: Instant) -> Self {
        Self { policy, effective_at, after: None, round: 0 }
    }

    pub(crate) fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What everybody is told.
struct Mail<'a> {
    tenant: &'a Arc<Tenant>,
    policy: &'a Policy,
    id: [u8; 32],
    notice: Notice,
    text: String,
    carrier: &'a Arc<dyn Notify>,
}

/// How a slice ended.
enum Ended {
    /// There is more to do at once.
    More,
    /// Everybody was looked at in this round.
    Round,
    /// The carrier cannot be reached.
    Unreachable,
}

impl Vault {
    /// Runs one slice, and writes the job down anew with how far it came, or finishes it.
    pub(crate) async fn run_mailing(&self, job: &JobRow) -> Result<JobOutcome, VaultError> {
        let Ok(mut mailing) = serde_json::from_str::<Mailing>(&job.payload) else {
            return self.put_off(job, &VaultError::damaged("job")).await;
        };
        let ended = match self.mail_slice(job, &mut mailing).await {
            Ok(ended) => ended,
            Err(error) => return self.put_off(job, &error).await,
        };
        let finish = Unit::of(job.tenant).change(Change::FinishJob(job.id));
        let (wait_ms, attempts) = match ended {
            None => return self.close_job(job, finish, JobOutcome::Finished).await,
            Some(Ended::More) => (REST_MS, 0),
            Some(Ended::Round) => (back_off_ms(mailing.round), 0),
            Some(Ended::Unreachable) => {
                tracing::warn!(job.id = %job.id, attempts = job.attempts, "the mail relay cannot be reached: notice waits");
                (back_off_ms(job.attempts), job.attempts)
            }
        };
        let run_at = Instant::from_millis(self.now().as_millis().saturating_add(wait_ms));
        let again = JobRow { payload: mailing.write(), run_at, attempts, leased_until: None, ..job.clone() };
        self.close_job(job, finish.change(Change::PutJob(again)), JobOutcome::PutOff(run_at)).await
    }

    /// `None` when nothing is left to do.
    async fn mail_slice(&self, job: &JobRow, mailing: &mut Mailing) -> Result<Option<Ended>, VaultError> {
        let tenant = self.tenant(job.tenant).await?;
        let known =
            |policy: &&Arc<Policy>| policy.digest == mailing.policy && policy.effective_at == mailing.effective_at;
        let Some(policy) = tenant.policies.iter().find(known) else { return Ok(None) };
        // A version that another took the place of never decides: nobody needs to hear more of it.
        let Some((notice, _)) = self.notice_of(&tenant, policy, self.now()) else { return Ok(None) };
        let Some(carrier) = self.mail() else { return Ok(Some(Ended::Unreachable)) };
        let text = notice.mail();
        let mail = Mail { tenant: &tenant, policy, id: notice_id(policy), notice, text, carrier };
        let began_at = Moment::now();
        while began_at.elapsed() < SLICE {
            let (page, next) = self.next_to_mail(&mail, mailing).await?;
            let sent = stream::iter(page).map(|subject| self.mail_one(&mail, subject)).buffer_unordered(MAILS_AT_ONCE);
            let outcomes: Vec<Result<(), MailStop>> = sent.collect().await;
            for outcome in outcomes {
                match outcome {
                    Ok(()) => {}
                    Err(MailStop::Unreachable) => return Ok(Some(Ended::Unreachable)),
                    Err(MailStop::Vault(error)) => return Err(error),
                }
            }
            mailing.after = next;
            if next.is_none() {
                return self.end_round(&mail, mailing).await;
            }
        }
        Ok(Some(Ended::More))
    }

    async fn next_to_mail(
        &self,
        mail: &Mail<'_>,
        mailing: &Mailing,
    ) -> Result<(Vec<SubjectId>, Option<SubjectId>), VaultError> {
        let tenant = mail.tenant.id();
        if mailing.round == 0 {
            let page = self.store.subjects(tenant, mailing.after, SUBJECTS_PER_PAGE).await?;
            return Ok((page.rows.into_iter().filter(|row| row.state != 3).map(|row| row.id).collect(), page.next));
        }
        let (channel, state) = (channel_number(Channel::Email), NoticeState::PutOff as u8);
        let page = self.store.notices(tenant, mail.id, channel, state, mailing.after, SUBJECTS_PER_PAGE).await?;
        Ok((page.rows.into_iter().map(|row| row.subject).collect(), page.next))
    }

    async fn end_round(&self, mail: &Mail<'_>, mailing: &mut Mailing) -> Result<Option<Ended>, VaultError> {
        let (channel, state) = (channel_number(Channel::Email), NoticeState::PutOff as u8);
        let left = self.store.notices(mail.tenant.id(), mail.id, channel, state, None, 1).await?;
        mailing.round = mailing.round.saturating_add(1);
        Ok(if left.rows.is_empty() { None } else { Some(Ended::Round) })
    }

    /// Tells one subject, unless what became of it stands already.
    async fn mail_one(&self, mail: &Mail<'_>, subject: SubjectId) -> Result<(), MailStop> {
        let channel = channel_number(Channel::Email);
        let known = self.store.notice(mail.tenant.id(), mail.id, channel, subject).await.map_err(VaultError::from)?;
        if known.as_ref().is_some_and(|row| row.state != NoticeState::PutOff as u8) {
            return Ok(());
        }
        let live = match self.glance(mail.tenant, subject).await {
            Ok(live) => live,
            // Erased meanwhile: nobody is left to write to.
            Err(error) if matches!(error.kind(), ErrorKind::Gone | ErrorKind::Missing) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let attempts = known.map_or(0, |row| row.attempts) + 1;
        let (state, reason) = match self.address_for(mail, &live).await? {
            Err(Withheld::By(reason)) => (NoticeState::Withheld, reason as u16),
            Err(Withheld::NoAddress) => (NoticeState::Failed, NO_ADDRESS),
            Ok(address) => match mail.carrier.deliver(&mail.message(subject, address)).await {
                Ok(()) => (NoticeState::Sent, 0),
                Err(Undelivered::Later { code }) if attempts < ATTEMPTS_MAX => (NoticeState::PutOff, code),
                Err(Undelivered::Later { code } | Undelivered::Never { code }) => (NoticeState::Failed, code),
                Err(Undelivered::Unreachable) => return Err(MailStop::Unreachable),
            },
        };
        let row = NoticeRow { notice: mail.id, channel, subject, state: state as u8, attempts, reason, at: self.now() };
        Ok(self.note(mail, &live, row, state).await?)
    }

    /// Decides, opens the address, and makes the entry of its disclosure durable.
    async fn address_for(
        &self,
        mail: &Mail<'_>,
        live: &LiveSubject,
    ) -> Result<Result<Secret<String>, Withheld>, VaultError> {
        let plan = &live.policy.plan;
        let Some(field) = plan.address() else { return Ok(Err(Withheld::NoAddress)) };
        let question = Question {
            tenant: mail.tenant.id(),
            subject: live.row.id,
            purpose: plan.intrinsic(Intrinsic::Notice),
            recipient: None,
            fields: FieldSet::of(field),
            channel: Some(Channel::Email),
            view: View::Identified,
            gpc: false,
            approved: false,
            at: self.now(),
        };
        Counters::add(&self.counters().decisions, 1);
        let decision = decide(plan, &live.standing, &question);
        if let Some(reason) = decision.reason(plan, field) {
            Counters::add(&self.counters().refusals, 1);
            let fields = FieldBits::from_words(question.fields.as_words());
            let (purpose, reason_number) = (question.purpose.0, reason as u16);
            let body = EntryBody::Refusal { purpose, recipient: CONTROLLER, reason: reason_number, fields };
            mail.tenant.gather.append(vec![entry(live, question.at, body)]).await?;
            return Ok(Err(Withheld::By(reason)));
        }
        let Ok(permit) = decision.permit(deadline(question.at)) else { return Ok(Err(Withheld::NoAddress)) };
        let disclosed = self.disclose(mail.tenant, live, None, permit).await?;
        let opened = disclosed.records.iter().flat_map(|record| record.values.values()).next();
        let Some(address) = opened.and_then(|opened| opened.value.as_str()).filter(|text| !text.is_empty()) else {
            return Ok(Err(Withheld::NoAddress));
        };
        let address = Secret::new(address.to_owned());
        // INVARIANT: durable before the relay sees the address.
        mail.tenant.gather.append(vec![entry(live, question.at, disclosed.body)]).await?;
        Ok(Ok(address))
    }

    /// Writes down what became of it, with the entry that proves it.
    async fn note(
        &self,
        mail: &Mail<'_>,
        live: &LiveSubject,
        row: NoticeRow,
        state: NoticeState,
    ) -> Result<(), VaultError> {
        let policy = Digest(*mail.policy.plan.digest());
        let body = match state {
            NoticeState::Sent => Some(EntryBody::NoticeSent { policy, channel: row.channel }),
            NoticeState::Failed => Some(EntryBody::NoticeFailed { policy, channel: row.channel, reason: row.reason }),
            _ => None,
        };
        let mut unit = Unit::of(mail.tenant.id());
        unit.entries.extend(body.map(|body| entry(live, row.at, body)));
        // INVARIANT: no row of somebody who was erased meanwhile; whoever erases holds the same lock.
        let _writer = self.stripes.hold(row.subject).await;
        let subject = self.store.subject(mail.tenant.id(), row.subject).await?;
        if subject.is_some_and(|subject| subject.reference.is_some()) {
            unit.changes.push(Change::PutNotice(row));
            self.commit(unit).await?;
        }
        Ok(())
    }
}

impl Mail<'_> {
    fn message(&self, subject: SubjectId, to: Secret<String>) -> Message {
        // Named after the notice and the person, and telling neither: the same at every attempt.
        let mut named = self.id.to_vec();
        named.extend_from_slice(subject.as_bytes());
        let blinded = self.tenant.blind.blind(Intrinsic::Notice.name(), &named);
        Message {
            id: format!("notice.{}", to_hex(&blinded.as_bytes()[..16])),
            to,
            sender: self.sender().to_owned(),
            title: self.notice.title.clone(),
            text: self.text.clone(),
            opt_out: None,
        }
    }

    /// Whom people know: until the change it is the controller they dealt with.
    fn sender(&self) -> &str {
        let before = self.policy.since.as_ref().map(|since| &since.before);
        &before.map_or_else(|| self.policy.manifest(), |before| before.manifest()).controller.name
    }
}

/// Why nothing was handed to the carrier.
enum Withheld {
    By(Reason),
    NoAddress,
}

/// What ends a slice.
enum MailStop {
    Unreachable,
    Vault(VaultError),
}

impl From<VaultError> for MailStop {
    fn from(error: VaultError) -> Self {
        Self::Vault(error)
    }
}

/// An entry of the job's own: nobody's key acted.
pub(super) fn entry(live: &LiveSubject, at: Instant, body: EntryBody) -> Vec<u8> {
    let plan = Digest(*live.policy.plan.digest());
    Entry { at, subject: Some(live.reference), actor: None, plan, body }.to_bytes()
}
