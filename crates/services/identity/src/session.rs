//! Sessions: somebody is signed in until they leave, were idle too long, or it was long enough. Source: OWASP ASVS 5.0,
//! chapter 7, level 2.
//!
//! The browser holds a token; the store a blinded name of it and a body sealed under the person's key, so that an erased
//! person's sessions cannot be read any more. Every sign-in draws a new token: none is taken from outside.

use candor_ledger::EntryBody;
use candor_vault::{Caller, ErrorKind, SlipChange, VaultError};
use candor_words::{Instant, SubjectId, TenantId, to_hex};
use serde::{Deserialize, Serialize};

use crate::drawer::{Kept, Sort};
use crate::identity::Identity;
use crate::method::Methods;
use crate::token::Token;
use crate::visit::Visit;

/// How long a session lasts at most: twelve hours.
pub const SESSION_MS: i64 = 12 * 60 * 60 * 1000;
/// How long it lasts while nothing is done: half an hour.
pub const SESSION_IDLE_MS: i64 = 30 * 60 * 1000;
/// How long after proving who one is the dangerous acts need no new proof: five minutes.
const FRESH_MS: i64 = 5 * 60 * 1000;
/// A session that was seen is written again no sooner than after this.
const SEEN_MS: i64 = 60 * 1000;
/// The most sessions of one person; the oldest end.
const SESSIONS_MAX: usize = 50;

/// Why sessions ended, as the ledger numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignOutCause {
    /// The person left.
    Person = 1,
    /// The person ended all of theirs.
    Everywhere = 2,
    /// An administrator ended them.
    Administrator = 3,
    /// There is a new password.
    NewPassword = 4,
}

/// Body of a session's slip.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SessionBody {
    began_at: Instant,
    seen_at: Instant,
    /// When the person last proved who they are.
    proved_at: Instant,
    methods: Methods,
    /// What the device calls itself.
    device: String,
    /// When the person last proved a second factor.
    #[serde(default)]
    factor_at: Option<Instant>,
    /// A second factor is required, and the person has none yet.
    #[serde(default)]
    owes_factor: bool,
}

impl Sort for SessionBody {
    const KIND: u16 = 1;
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Session {
    /// At which tenant.
    pub tenant: TenantId,
    /// Who.
    pub subject: SubjectId,
    /// What they proved themself with.
    pub methods: Methods,
    /// Since when.
    pub began_at: Instant,
    /// When they last proved who they are.
    pub proved_at: Instant,
    /// True while all that the person may do is set up the second factor that is required of them.
    pub owes_factor: bool,
    name: [u8; 32],
    fresh_until: Instant,
    factor_fresh_until: Option<Instant>,
}

impl Session {
    /// True while the person proved who they are only just now: what cannot be taken back needs that.
    pub fn is_fresh(&self, now: Instant) -> bool {
        now < self.fresh_until
    }

    /// What its slip is called.
    pub(crate) const fn name(&self) -> [u8; 32] {
        self.name
    }

    /// True while the person proved a second factor only just now.
    pub fn has_fresh_factor(&self, now: Instant) -> bool {
        self.factor_fresh_until.is_some_and(|until| now < until)
    }

    /// Names the session to the person and to relying parties (`sid`); it opens nothing.
    pub fn id(&self) -> String {
        to_hex(&self.name[..16])
    }
}

/// A session that was just begun, with the token that the browser gets.
#[derive(Debug)]
pub struct Opened {
    /// The session.
    pub session: Session,
    /// For the cookie.
    pub token: Token,
    /// For the device's own cookie, when the browser showed none.
    pub device: Option<Token>,
}

/// A session as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionView {
    /// Names it.
    pub id: String,
    /// When it began.
    pub began_at: Instant,
    /// When it was last used.
    pub seen_at: Instant,
    /// What the device calls itself; empty when it does not.
    pub device: String,
    /// What was proved.
    pub methods: Methods,
    /// True for the one that asks.
    pub is_this: bool,
}

impl Identity {
    /// Begins a session of somebody who proved who they are, with the entry that says so, in one unit.
    pub(crate) async fn begin_session(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        methods: Methods,
        visit: &Visit,
    ) -> Result<Opened, VaultError> {
        let (now, token) = (self.now(), Token::draw(self.entropy.as_ref()));
        let name = self.name_of::<SessionBody>(tenant, &token).await?;
        let body = SessionBody {
            began_at: now,
            seen_at: now,
            proved_at: now,
            methods,
            device: visit.device_name(),
            factor_at: methods.has_second().then_some(now),
            owes_factor: self.owes_factor(tenant, subject).await?,
        };
        self.refuse_locked(tenant, subject).await?;
        let mut changes = vec![self.put_new(name, Some(subject), Some(self.in_ms(SESSION_IDLE_MS)), &body)?];
        // INVARIANT: no session begins beside a lock that is placed meanwhile.
        changes.push(self.unlocked(tenant, subject).await?);
        let mut others = self.kept_of::<SessionBody>(tenant, subject, SESSIONS_MAX * 2).await?;
        others.sort_by_key(|kept| kept.body.seen_at);
        let n_over = (others.len() + 1).saturating_sub(SESSIONS_MAX);
        changes.extend(others.iter().take(n_over).map(Kept::taken));
        let told = (Some(subject), EntryBody::SignIn { methods: methods.bits(), outcome: 1 });
        self.vault.change_slips(&self.person(tenant, subject), changes, vec![told]).await?;
        let kept = Kept { name, owner: Some(subject), version: 1, expires_at: None, body };
        let device = match visit.device {
            Some(_) => None,
            None => Some(self.draw_device(tenant).await?),
        };
        Ok(Opened { session: session(tenant, subject, &kept), token, device })
    }

    /// Who is signed in with this token; `None` when nobody is, any more, or only to set up a second factor.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn session(&self, tenant: TenantId, token: &Token) -> Result<Option<Session>, VaultError> {
        Ok(self.session_to_enrol(tenant, token).await?.filter(|session| !session.owes_factor))
    }

    /// As [`Identity::session`], and also who is signed in for nothing but to set up the second factor that they owe.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn session_to_enrol(&self, tenant: TenantId, token: &Token) -> Result<Option<Session>, VaultError> {
        let Some(mut kept) = self.kept_by::<SessionBody>(tenant, token).await? else { return Ok(None) };
        let Some(subject) = kept.owner else { return Ok(None) };
        let now = self.now();
        let end = kept.body.began_at.as_millis().saturating_add(SESSION_MS);
        if now.as_millis() >= end {
            return Ok(None);
        }
        if now.as_millis() - kept.body.seen_at.as_millis() >= SEEN_MS {
            kept.body.seen_at = now;
            kept.expires_at = Some(Instant::from_millis(self.in_ms(SESSION_IDLE_MS).as_millis().min(end)));
            // Of two requests at once one writes it; the other is as good.
            match self.vault.change_slips(&self.door(tenant), vec![kept.put_again()?], Vec::new()).await {
                Err(error) if error.code() == "slip.changed" => {}
                done => drop(done?),
            }
        }
        Ok(Some(session(tenant, subject, &kept)))
    }

    /// Notes that the person proved once more who they are, in a session that goes on.
    pub(crate) async fn prove_again(&self, session: &Session, methods: Methods) -> Result<(), VaultError> {
        let kept = self.kept::<SessionBody>(session.tenant, session.name).await?;
        let mut kept = kept.ok_or_else(not_signed_in)?;
        kept.body.proved_at = self.now();
        kept.body.methods = Methods::from_bits(kept.body.methods.bits() | methods.bits());
        if methods.has_second() {
            kept.body.factor_at = Some(self.now());
            kept.body.owes_factor = false;
        }
        let person = self.person(session.tenant, session.subject);
        self.vault.change_slips(&person, vec![kept.put_again()?], Vec::new()).await.map(drop)
    }

    /// The sessions of whoever is signed in.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn sessions(&self, session: &Session) -> Result<Vec<SessionView>, VaultError> {
        let mut all = self.kept_of::<SessionBody>(session.tenant, session.subject, SESSIONS_MAX * 2).await?;
        all.sort_by_key(|kept| std::cmp::Reverse(kept.body.seen_at));
        let view = |kept: Kept<SessionBody>| SessionView {
            id: to_hex(&kept.name[..16]),
            began_at: kept.body.began_at,
            seen_at: kept.body.seen_at,
            device: kept.body.device,
            methods: kept.body.methods,
            is_this: kept.name == session.name,
        };
        Ok(all.into_iter().map(view).collect())
    }

    /// Ends the session.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn sign_out(&self, session: &Session) -> Result<(), VaultError> {
        let gone = SlipChange::Drop(SessionBody::KIND, session.name, candor_vault::Expect::Anything);
        let told = EntryBody::SignedOut { n_sessions: 1, cause: SignOutCause::Person as u8 };
        let person = self.person(session.tenant, session.subject);
        let notices = self.logout_notices(session.tenant, session.subject, Some(session.name)).await?;
        self.vault.change_slips(&person, vec![gone], vec![(Some(session.subject), told)]).await?;
        self.tell_applications(notices);
        Ok(())
    }

    /// Ends one of the person's sessions by its id.
    ///
    /// # Errors
    /// `session.unknown`.
    pub async fn end_session(&self, session: &Session, id: &str) -> Result<(), VaultError> {
        let all = self.kept_of::<SessionBody>(session.tenant, session.subject, SESSIONS_MAX * 2).await?;
        let found = all.iter().find(|kept| to_hex(&kept.name[..16]) == id).ok_or_else(|| {
            VaultError::new(ErrorKind::Missing, "session.unknown", "there is no such session any more")
        })?;
        let gone = SlipChange::Drop(SessionBody::KIND, found.name, candor_vault::Expect::Anything);
        let told = EntryBody::SignedOut { n_sessions: 1, cause: SignOutCause::Person as u8 };
        let person = self.person(session.tenant, session.subject);
        let notices = self.logout_notices(session.tenant, session.subject, Some(found.name)).await?;
        self.vault.change_slips(&person, vec![gone], vec![(Some(session.subject), told)]).await?;
        self.tell_applications(notices);
        Ok(())
    }

    /// Ends every session of a person; how many. `actor` is who brought it about.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn end_sessions(
        &self,
        actor: &Caller,
        subject: SubjectId,
        cause: SignOutCause,
    ) -> Result<u32, VaultError> {
        let all = self.kept_of::<SessionBody>(actor.tenant(), subject, SESSIONS_MAX * 2).await?;
        let n_sessions = u32::try_from(all.len()).unwrap_or(u32::MAX);
        if n_sessions > 0 {
            let gone = SlipChange::DropAllOf(subject, SessionBody::KIND);
            let told = EntryBody::SignedOut { n_sessions, cause: cause as u8 };
            let notices = self.logout_notices(actor.tenant(), subject, None).await?;
            self.vault.change_slips(actor, vec![gone], vec![(Some(subject), told)]).await?;
            self.tell_applications(notices);
        }
        Ok(n_sessions)
    }
}

fn session(tenant: TenantId, subject: SubjectId, kept: &Kept<SessionBody>) -> Session {
    let SessionBody { began_at, proved_at, methods, factor_at, owes_factor, .. } = kept.body;
    let fresh = |at: Instant| Instant::from_millis(at.as_millis().saturating_add(FRESH_MS));
    let (fresh_until, factor_fresh_until) = (fresh(proved_at), factor_at.map(fresh));
    let name = kept.name;
    Session { tenant, subject, methods, began_at, proved_at, owes_factor, name, fresh_until, factor_fresh_until }
}

pub(crate) fn not_signed_in() -> VaultError {
    VaultError::new(ErrorKind::Unauthenticated, "session.none", "nobody is signed in").help("sign in first")
}
