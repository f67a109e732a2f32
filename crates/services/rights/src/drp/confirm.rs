//! The person says whether a request is theirs: they are signed in, or have opened the link of a letter to the address by which
//! they are known, so that it is known who they are (promise d20).

use candor_dsr::drp::{Denial, Exercise, Status};
use candor_vault::{Caller, ErrorKind, IdentityProof, VaultError};
use candor_words::{Instant, RecordId, RequestId, SubjectId, TenantId};

use super::carry::is_proved;
use super::take::right_of;
use super::{End, Kept, told};
use crate::Rights;
use crate::telling::is_of;

/// A request as the person who is signed in is shown it.
#[derive(Debug, Clone)]
pub struct AskedFor {
    /// Who asks in their name.
    pub agent: String,
    /// The agent's site.
    pub web_url: Option<String>,
    /// Which right.
    pub exercise: Exercise,
    /// When it came.
    pub received_at: Instant,
    /// When it is too late to say that it is theirs.
    pub prove_by: Instant,
    /// Where it stands.
    pub state: AskedState,
    /// Where the agent wants them back, if that is a place of the agent's.
    pub back: Option<String>,
}

/// Where a request stands, for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedState {
    /// They are asked.
    Open,
    /// They said yes, or were not asked for more.
    Confirmed,
    /// It has ended.
    Over,
    /// It is about somebody else.
    Others,
}

impl Rights {
    /// A request that an agent brought, as whoever is signed in may see it; none when there is no such request.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn drp_asked(
        &self,
        person: &Caller,
        subject: SubjectId,
        id: &str,
        back: &str,
    ) -> Result<Option<AskedFor>, VaultError> {
        self.shown_to(person.tenant(), Some(subject), id, back).await
    }

    /// The same for whoever has its address and is not signed in: never that it is somebody else's, for nobody is told who is
    /// known here.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn drp_waiting(&self, tenant: TenantId, id: &str, back: &str) -> Result<Option<AskedFor>, VaultError> {
        self.shown_to(tenant, None, id, back).await
    }

    async fn shown_to(
        &self,
        tenant: TenantId,
        subject: Option<SubjectId>,
        id: &str,
        back: &str,
    ) -> Result<Option<AskedFor>, VaultError> {
        let Some(kept) = self.asked(tenant, id).await? else { return Ok(None) };
        let agents = self.known_agents(tenant).await?;
        let Some(agent) = agents.into_iter().find(|known| known.body.id == kept.body.agent) else { return Ok(None) };
        let (status, _, open) = self.state_of(tenant, &kept.body).await?;
        let state = match &open {
            Some(open) if subject.is_some_and(|subject| subject != open.subject) => AskedState::Others,
            _ if status.is_final() => AskedState::Over,
            Some(open) if is_proved(kept.body.right(), open) => AskedState::Confirmed,
            _ => AskedState::Open,
        };
        Ok(Some(AskedFor {
            exercise: kept.body.right(),
            received_at: kept.body.received_at,
            prove_by: kept.body.prove_by,
            state,
            back: is_of(&agent.body.callback_hosts, back).then(|| back.to_owned()),
            agent: agent.body.name,
            web_url: agent.body.web_url,
        }))
    }

    /// The person says that a request is theirs: it is begun.
    ///
    /// # Errors
    /// `drp.over`: it has ended, or is about somebody else; the policy wants more than a sign-in for this right.
    pub async fn drp_confirm(&self, person: &Caller, subject: SubjectId, id: &str) -> Result<(), VaultError> {
        self.confirmed(person, subject, id, IdentityProof::SignedIn).await
    }

    /// The same by the link of a letter to the address by which the person is known.
    ///
    /// # Errors
    /// As of [`Rights::drp_confirm`].
    pub async fn drp_confirm_by_letter(&self, person: &Caller, subject: SubjectId, id: &str) -> Result<(), VaultError> {
        self.confirmed(person, subject, id, IdentityProof::Mail).await
    }

    async fn confirmed(
        &self,
        person: &Caller,
        subject: SubjectId,
        id: &str,
        by: IdentityProof,
    ) -> Result<(), VaultError> {
        let tenant = person.tenant();
        let id = id.parse().map_err(|_| over())?;
        let _turn = self.turn_at(tenant, id).await;
        let (mut kept, agent) = self.open_to(person, subject, id).await?;
        let request = match kept.body.request {
            Some(request) => request,
            // The agent did not know by what they are known here; they have just shown it.
            None => {
                let right = right_of(kept.body.right());
                let asked = candor_vault::NewRequest { right, country: None, received_at: Some(kept.body.received_at) };
                self.vault.open_request(person, subject, asked).await?.id
            }
        };
        let door = self.vault.door(tenant);
        // Nobody says of themself that they answered a letter: whoever opened its link does.
        let says = if by == IdentityProof::SignedIn { person } else { &door };
        self.vault.prove_identity_by(says, request, by).await?;
        let tells = vec![(Some(subject), told(agent, request, 2))];
        kept.body.request = Some(request);
        self.put_brought(&door, &mut kept, Vec::new(), tells).await?;
        self.begin(&door, &mut kept).await
    }

    /// The person says that they did not ask for this: nothing is done.
    ///
    /// # Errors
    /// `drp.over`: it has ended, or is about somebody else.
    pub async fn drp_disown(&self, person: &Caller, subject: SubjectId, id: &str) -> Result<(), VaultError> {
        let tenant = person.tenant();
        let id = id.parse().map_err(|_| over())?;
        let _turn = self.turn_at(tenant, id).await;
        let (mut kept, agent) = self.open_to(person, subject, id).await?;
        let door = self.vault.door(tenant);
        let mut tells = Vec::new();
        if let Some(request) = kept.body.request {
            self.vault.withdraw_request(&door, request).await?;
            tells.push((Some(subject), told(agent, request, 3)));
        }
        kept.body.end = Some(End::of(Status::Denied, Some(Denial::SuspectedFraud.word()), self.vault.now()));
        self.put_brought(&door, &mut kept, Vec::new(), tells).await
    }

    async fn asked(&self, tenant: TenantId, id: &str) -> Result<Option<Kept>, VaultError> {
        let Ok(id) = id.parse::<RequestId>() else { return Ok(None) };
        self.brought(tenant, id).await
    }

    /// A request that this person may still say yes or no to, and the agent that brought it.
    async fn open_to(
        &self,
        person: &Caller,
        subject: SubjectId,
        id: RequestId,
    ) -> Result<(Kept, RecordId), VaultError> {
        let kept = self.brought(person.tenant(), id).await?.ok_or_else(over)?;
        let (status, _, open) = self.state_of(person.tenant(), &kept.body).await?;
        let is_waiting =
            open.as_ref().is_none_or(|open| open.subject == subject && !is_proved(kept.body.right(), open));
        if status.is_final() || !kept.body.is_settled || !is_waiting {
            return Err(over());
        }
        let agents = self.known_agents(person.tenant()).await?;
        let agent = agents.iter().find(|known| known.body.id == kept.body.agent).ok_or_else(over)?;
        Ok((kept, agent.body.record))
    }
}

fn over() -> VaultError {
    VaultError::new(ErrorKind::Conflict, "drp.over", "nothing was done: the request is not waiting for this answer")
        .help("have the agent bring it again")
}
