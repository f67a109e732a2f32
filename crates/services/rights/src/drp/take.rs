//! Taking a request: remembered before anything is done, then looked for whoever it is about.
//!
//! Whether somebody is known here is told to an agent only where it vouches for them. Whoever else is named, known or not,
//! is asked to sign in; an agent that guesses at addresses sees the same answer for all of them.

use candor_dsr::drp::Envelope;
use candor_dsr::drp::{Claims, Denial, Exercise, NewRequest, Revocation, Status, StatusObject};
use candor_manifest::Manifest;
use candor_manifest::model::RightKind;
use candor_vault::{Caller, ErrorKind, Expect, RequestView, VaultError};
use candor_words::{RequestId, Secret, Span, SpanUnit, SubjectId, TenantId};

use super::admit::{Calling, Mark, disbelieved, put, replayed};
use super::agents::{Agent, Vouching};
use super::{Brought, End, Kept, told};
use crate::Rights;
use crate::telling::{Telling, is_of};

/// How long a request is remembered after it was received.
const REMEMBERED: Span = Span::new(1, SpanUnit::Year);
/// How long the person has to prove who they are.
const PROVE_WITHIN: Span = Span::new(30, SpanUnit::Day);
/// When an agent may expect news of a request whose clock nobody has set yet.
const EXPECTED_WITHIN: Span = Span::new(45, SpanUnit::Day);
/// The terms of fields that hold what an agent says of people (W3C DPV, `pd:`).
const EMAIL: &[&str] = &["EmailAddress", "EmailAddressPersonal", "EmailAddressWork"];
const TELEPHONE: &[&str] = &["TelephoneNumber"];

/// Who is named, and how well that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meant {
    /// The agent vouches for a claim that names this subject, or nobody here.
    Vouched(Option<SubjectId>),
    /// A claim that nobody vouches for names this subject, or nobody here.
    Said(Option<SubjectId>),
    /// A claim that the agent vouches for and another one name two people.
    TwoPeople,
}

/// A claim, the terms of the fields that hold such, and whether it is relied on.
type Said<'a> = (Option<&'a Secret<String>>, &'a [&'a str], bool);

impl Rights {
    /// Takes a request; one with the same number of the agent's is the same request.
    ///
    /// # Errors
    /// The token is nobody's; the message is not believed, was used before, or says what is not supported here.
    pub async fn drp_take(&self, slug: &str, token: &str, body: &[u8]) -> Result<StatusObject, VaultError> {
        let entropy = &self.agent_parts()?.entropy;
        let calling = self.calling(slug, token).await?;
        let (opened, digest) = self.believe(&calling, body)?;
        let new = NewRequest::read(&opened).map_err(disbelieved)?;
        let (tenant, agent) = (calling.tenant.id, &calling.agent.body);
        refuse_unsupported(new.exercise)?;
        refuse_strangers(agent, new.status_callback.as_deref())?;
        let _turn = self.turns.take(&format!("drp {tenant} {}", agent.id)).await;
        let door = self.vault.door(tenant);
        let used = self.used(tenant, &agent.id, digest, opened.expires_at).await?;
        let number = match &new.agent_request_id {
            Some(number) => Some(self.mark_name(tenant, &format!("number {}", agent.id), number.as_bytes()).await?),
            None => None,
        };
        let known = match number {
            Some(name) => self.mark(tenant, name).await?,
            None => None,
        };
        let id = if let Some(Mark::Number(id)) = known { id } else { RequestId::random(entropy.as_ref()) };
        let _turn_at = self.turn_at(tenant, id).await;
        let mut kept = match known {
            Some(Mark::Number(id)) => {
                self.vault.change_slips(&door, vec![used], Vec::new()).await.map_err(replayed)?;
                let kept = self.brought(tenant, id).await?.ok_or_else(unknown)?;
                if kept.body.exercise != new.exercise.word() {
                    return Err(number_used());
                }
                kept
            }
            _ => {
                let mut kept = self.remembered(agent, &new, id);
                let mut with = vec![used];
                if let Some(name) = number {
                    with.push(put(name, &Mark::Number(kept.body.id), kept.expires_at, Expect::Absent)?);
                }
                self.put_brought(&door, &mut kept, with, Vec::new()).await.map_err(replayed)?;
                kept
            }
        };
        if !kept.body.is_settled {
            self.settle_brought(&door, agent, &new.claims, &mut kept).await?;
        }
        self.status_object(&calling.tenant, &kept.body).await
    }

    /// How far a request has come.
    ///
    /// # Errors
    /// The token is nobody's, or the request another agent's.
    pub async fn drp_status(&self, slug: &str, token: &str, id: &str) -> Result<StatusObject, VaultError> {
        let calling = self.calling(slug, token).await?;
        let kept = self.own(&calling, id.parse().map_err(|_| unknown())?).await?;
        self.status_object(&calling.tenant, &kept.body).await
    }

    /// Takes a request back for the person, unless it is being carried out or has ended.
    ///
    /// # Errors
    /// The token is nobody's, or the request another agent's; the message is not believed; it has ended or is under way.
    pub async fn drp_revoke(&self, slug: &str, token: &str, id: &str, body: &[u8]) -> Result<StatusObject, VaultError> {
        let calling = self.calling(slug, token).await?;
        let agent = &calling.agent.body;
        let envelope = Envelope::read(body).map_err(disbelieved)?;
        let opened = envelope.open_revocation(&agent.verify_key()?, &agent.id, &agent.business_id, self.vault.now());
        Revocation::read(&opened.map_err(disbelieved)?).map_err(disbelieved)?;
        let _turn = self.turns.take(&format!("drp {} {}", calling.tenant.id, agent.id)).await;
        let id = id.parse().map_err(|_| unknown())?;
        let _turn_at = self.turn_at(calling.tenant.id, id).await;
        let mut kept = self.own(&calling, id).await?;
        let (status, ..) = self.state_of(calling.tenant.id, &kept.body).await?;
        if status.is_final() {
            return Err(VaultError::new(
                ErrorKind::Conflict,
                "drp.ended",
                "the request was not taken back: it has ended already",
            )
            .help("look at its status"));
        }
        let door = self.vault.door(calling.tenant.id);
        let mut tells = Vec::new();
        if let Some(request) = kept.body.request {
            let subject = self.vault.withdraw_request(&door, request).await?.subject;
            tells.push((Some(subject), told(agent.record, request, 4)));
        }
        kept.body.end = Some(End::of(Status::Revoked, None, self.vault.now()));
        self.put_brought(&door, &mut kept, Vec::new(), tells).await?;
        self.status_object(&calling.tenant, &kept.body).await
    }

    /// Whose data a fulfilled request for access gives, while it may be fetched.
    ///
    /// # Errors
    /// The token is nobody's, or the request another agent's; there is nothing to fetch, or no longer.
    pub async fn drp_results(&self, slug: &str, token: &str, id: &str) -> Result<(Caller, SubjectId), VaultError> {
        let calling = self.calling(slug, token).await?;
        let kept = self.own(&calling, id.parse().map_err(|_| unknown())?).await?;
        let shown = self.status_object(&calling.tenant, &kept.body).await?;
        let request = kept.body.request.filter(|_| shown.results_url.is_some());
        let request = request.ok_or_else(|| {
            VaultError::new(ErrorKind::Missing, "drp.no_results", "there are no results of this request to fetch")
                .help("look at its status")
        })?;
        let door = self.vault.door(calling.tenant.id);
        let subject = self.vault.request(&door, request).await?.subject;
        Ok((door, subject))
    }

    /// A request of the agent that calls; those of another are as if they were not its business, and they are not.
    async fn own(&self, calling: &Calling, id: RequestId) -> Result<Kept, VaultError> {
        let kept = self.brought(calling.tenant.id, id).await?;
        kept.filter(|kept| kept.body.agent == calling.agent.body.id).ok_or_else(unknown)
    }

    fn remembered(&self, agent: &Agent, new: &NewRequest, id: RequestId) -> Kept {
        let now = self.vault.now();
        let body = Brought {
            id,
            agent: agent.id.clone(),
            exercise: new.exercise.word().to_owned(),
            number: new.agent_request_id.clone(),
            received_at: now,
            expected_by: now.plus(EXPECTED_WITHIN),
            prove_by: now.plus(PROVE_WITHIN),
            is_settled: false,
            request: None,
            has_begun: false,
            begin_at: None,
            end: None,
            callback: new.status_callback.as_deref().map(Telling::at),
        };
        Kept::new(body, now.plus(REMEMBERED))
    }

    /// Looks for whoever is named, opens their request, and begins it where the agent's word is enough.
    async fn settle_brought(
        &self,
        door: &Caller,
        agent: &Agent,
        claims: &Claims,
        kept: &mut Kept,
    ) -> Result<(), VaultError> {
        let plan = self.vault.plan(door.tenant(), None).await?;
        let (now, exercise) = (self.vault.now(), kept.body.right());
        let right = right_of(exercise);
        let deny = |denial: Denial| Some(End::of(Status::Denied, Some(denial.word()), now));
        let meant = self.meant(door, plan.manifest(), agent, claims).await?;
        let of_right = || plan.manifest().rights.iter().filter(|given| given.kind == right);
        let (given, identity_first) = (of_right().next().is_some(), of_right().any(|given| given.identity_first));
        // Reckoned for everybody alike: the clock of an open request would tell that somebody is known.
        kept.body.expected_by = of_right().map(|given| now.plus(given.within)).min().unwrap_or(kept.body.expected_by);
        let mut tells = Vec::new();
        match meant {
            _ if !given => kept.body.end = deny(Denial::ClaimNotCovered),
            Meant::TwoPeople | Meant::Vouched(None) => kept.body.end = deny(Denial::NoMatch),
            // Nothing of somebody who is not known is sold, and nothing more is said of it.
            Meant::Said(None) if exercise == Exercise::SaleOptOut && !identity_first => {
                kept.body.end = Some(End::of(Status::Fulfilled, None, now));
            }
            Meant::Said(None) => {}
            Meant::Vouched(Some(subject)) | Meant::Said(Some(subject)) => {
                let is_vouched = matches!(meant, Meant::Vouched(_));
                if let Some(open) = self.open_brought(door, subject, right, is_vouched).await? {
                    kept.body.request = Some(open.id);
                    tells.push((Some(subject), told(agent.record, open.id, if is_vouched { 5 } else { 1 })));
                } else if is_vouched {
                    kept.body.end = deny(Denial::NoMatch);
                }
            }
        }
        kept.body.is_settled = true;
        self.put_brought(door, kept, Vec::new(), tells).await?;
        self.begin(door, kept).await
    }

    /// Opens the request of a right, its identity proved by the agent's word where that is relied on. None when the subject
    /// is gone meanwhile.
    async fn open_brought(
        &self,
        door: &Caller,
        subject: SubjectId,
        right: RightKind,
        is_vouched: bool,
    ) -> Result<Option<RequestView>, VaultError> {
        let asked = candor_vault::NewRequest { right, country: None, received_at: None };
        let open = match self.vault.open_request(door, subject, asked).await {
            Err(error) if error.kind() == ErrorKind::Gone => return Ok(None),
            open => open?,
        };
        if !is_vouched {
            return Ok(Some(open));
        }
        match self.vault.prove_identity(door, open.id).await {
            // The policy wants more than anybody's word: the person has to see to it.
            Err(error) if error.kind() == ErrorKind::Conflict => Ok(Some(open)),
            proved => proved.map(Some),
        }
    }

    /// Who is named. A claim that the agent vouches for decides; without one, any claim does.
    async fn meant(
        &self,
        door: &Caller,
        manifest: &Manifest,
        agent: &Agent,
        claims: &Claims,
    ) -> Result<Meant, VaultError> {
        let vouches = |what, is_verified: bool| is_verified && agent.vouches_for.contains(&what);
        let said: [Said<'_>; 2] = [
            (claims.email.as_ref(), EMAIL, vouches(Vouching::Email, claims.email_verified)),
            (claims.phone_number.as_ref(), TELEPHONE, vouches(Vouching::PhoneNumber, claims.phone_number_verified)),
        ];
        let (mut found, mut is_vouched, mut is_two): (Option<SubjectId>, bool, bool) = (None, false, false);
        for (value, terms, is_relied_on) in said {
            let Some(value) = value else { continue };
            is_vouched |= is_relied_on;
            for field in fields_of(manifest, terms) {
                match (found, self.vault.holder(door, field, value.expose()).await?) {
                    (Some(one), Some(other)) if one != other => is_two = true,
                    (None, holder) => found = holder,
                    _ => {}
                }
            }
        }
        // INVARIANT: a vouched claim that names nobody lends its weight to no other claim that does.
        if is_vouched && found.is_some() && !self.is_vouched_for(door, manifest, &said, found).await? {
            is_vouched = false;
        }
        Ok(match is_vouched {
            true if is_two => Meant::TwoPeople,
            true => Meant::Vouched(found),
            // What is merely said twice over is not told apart either: whoever signs in says who they are.
            false => Meant::Said(found),
        })
    }

    async fn is_vouched_for(
        &self,
        door: &Caller,
        manifest: &Manifest,
        said: &[Said<'_>],
        subject: Option<SubjectId>,
    ) -> Result<bool, VaultError> {
        for (value, terms, _) in said.iter().filter(|(.., is_relied_on)| *is_relied_on) {
            let Some(value) = value else { continue };
            for field in fields_of(manifest, terms) {
                if self.vault.holder(door, field, value.expose()).await? == subject {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// By which claims people are found under the policy in force, in the protocol's words.
    pub(super) async fn found_by(&self, tenant: TenantId) -> Result<Vec<&'static str>, VaultError> {
        let plan = self.vault.plan(tenant, None).await?;
        let ways = [("email", EMAIL), ("phone_number", TELEPHONE)];
        let found = ways.into_iter().filter(|(_, terms)| fields_of(plan.manifest(), terms).next().is_some());
        Ok(found.map(|(word, _)| word).collect())
    }
}

/// The fields that hold what a claim says, and name one person each.
fn fields_of<'a>(manifest: &'a Manifest, terms: &[&str]) -> impl Iterator<Item = &'a str> {
    let fields = manifest.fields.iter();
    let fields = fields.filter(|field| field.identifies && !field.hashed && terms.contains(&field.term.as_str()));
    fields.map(|field| field.name.as_str())
}

/// The right that is exercised.
pub(super) const fn right_of(exercise: Exercise) -> RightKind {
    match exercise {
        Exercise::Deletion => RightKind::Erasure,
        Exercise::SaleOptOut | Exercise::SaleOptIn => RightKind::SaleOptOut,
        Exercise::Access | Exercise::AccessCategories | Exercise::AccessSpecific => RightKind::Access,
    }
}

/// What may be asked for here. Consent to a sale is the person's own to give, and what `access:categories` gives the protocol
/// does not say yet.
pub(super) const SUPPORTED: [Exercise; 3] = [Exercise::SaleOptOut, Exercise::Deletion, Exercise::Access];

fn refuse_unsupported(exercise: Exercise) -> Result<(), VaultError> {
    if SUPPORTED.contains(&exercise) {
        return Ok(());
    }
    Err(VaultError::new(
        ErrorKind::BadInput,
        "drp.exercise_unsupported",
        "the request was not taken: this right is not exercised over the protocol here",
    )
    .help("send one of those that the business's own entry lists"))
}

fn refuse_strangers(agent: &Agent, callback: Option<&str>) -> Result<(), VaultError> {
    if callback.is_none_or(|address| is_of(&agent.callback_hosts, address)) {
        return Ok(());
    }
    Err(VaultError::new(
        ErrorKind::BadInput,
        "drp.callback_unknown",
        "the request was not taken: it wants a host called back that was not declared for the agent",
    )
    .help("have the business declare the host, or ask for the status instead"))
}

fn number_used() -> VaultError {
    VaultError::new(
        ErrorKind::Conflict,
        "drp.number_used",
        "the request was not taken: its `agent-request-id` is that of another request",
    )
}

/// The protocol answers with 403 what is not the agent's own, and does not say whether there is such a request.
fn unknown() -> VaultError {
    VaultError::new(ErrorKind::Denied, "drp.not_yours", "the agent has brought no request of this id")
}
