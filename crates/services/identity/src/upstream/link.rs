//! Links: which account there is which account here.

use candor_ledger::EntryBody;
use candor_vault::{ErrorKind, TenantView, UPSTREAM_LINK_SLIPS, VaultError};
use candor_words::{Instant, RecordId, SubjectId, TenantId, to_hex};
use serde::{Deserialize, Serialize};

use crate::drawer::{Kept, Sort};
use crate::identity::Identity;
use crate::session::Session;
use crate::upstream::back::Said;
use crate::upstream::configured::Configured;
use crate::upstream::keep::Keeping;

/// The most links of one person.
const LINKS_MAX: usize = 50;

/// Body of a link's slip. It is called by a blinded name of the account there, and owned by the person here.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Link {
    upstream: RecordId,
    title: String,
    since: Instant,
}

impl Sort for Link {
    const KIND: u16 = UPSTREAM_LINK_SLIPS;
}

/// A link as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkView {
    /// Names it.
    pub id: String,
    /// What people call the place.
    pub title: String,
    /// Since when.
    pub since: Instant,
}

impl Identity {
    /// Who is linked to an account there.
    pub(crate) async fn linked(
        &self,
        tenant: TenantId,
        configured: &Configured,
        said: &Said,
    ) -> Result<Option<SubjectId>, VaultError> {
        let name = self.link_name(tenant, configured, said).await?;
        Ok(self.kept::<Link>(tenant, name).await?.and_then(|kept| kept.owner))
    }

    /// Links the account there to one here, and keeps what the policy permits; both are already proved.
    pub(crate) async fn link_account(
        &self,
        tenant: &TenantView,
        configured: &Configured,
        subject: SubjectId,
        said: &Said,
        keeping: Keeping,
    ) -> Result<(), VaultError> {
        match self.linked(tenant.id, configured, said).await? {
            Some(other) if other != subject => return Err(linked_elsewhere()),
            Some(_) => {}
            None => {
                let name = self.link_name(tenant.id, configured, said).await?;
                let body = Link { upstream: configured.id, title: configured.title.clone(), since: self.now() };
                let put = self.put_new(name, Some(subject), None, &body)?;
                let told = EntryBody::UpstreamLinked { upstream: configured.id, act: 1 };
                let person = self.person(tenant.id, subject);
                self.vault.change_slips(&person, vec![put], vec![(Some(subject), told)]).await?;
            }
        }
        self.keep(tenant, configured, subject, said, keeping).await
    }

    /// The links of whoever is signed in.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn links(&self, session: &Session) -> Result<Vec<LinkView>, VaultError> {
        let all = self.kept_of::<Link>(session.tenant, session.subject, LINKS_MAX).await?;
        let view = |kept: Kept<Link>| LinkView {
            id: to_hex(&kept.name[..16]),
            title: kept.body.title,
            since: kept.body.since,
        };
        Ok(all.into_iter().map(view).collect())
    }

    /// Ends a link: the account there opens nothing here any more.
    ///
    /// # Errors
    /// `link.unknown`.
    pub async fn unlink(&self, session: &Session, id: &str) -> Result<(), VaultError> {
        let all = self.kept_of::<Link>(session.tenant, session.subject, LINKS_MAX).await?;
        let found = all
            .iter()
            .find(|kept| to_hex(&kept.name[..16]) == id)
            .ok_or_else(|| VaultError::new(ErrorKind::Missing, "link.unknown", "there is no such link any more"))?;
        let told = EntryBody::UpstreamLinked { upstream: found.body.upstream, act: 2 };
        let person = self.person(session.tenant, session.subject);
        self.vault.change_slips(&person, vec![found.taken()], vec![(Some(session.subject), told)]).await.map(drop)
    }

    async fn link_name(&self, tenant: TenantId, configured: &Configured, said: &Said) -> Result<[u8; 32], VaultError> {
        // Lengths first, so that no two accounts have one text.
        let text = format!("{}:{}:{}{}", configured.id, said.issuer.len(), said.issuer, said.account);
        self.vault.slip_name(tenant, Link::KIND, text.as_bytes()).await
    }
}

fn linked_elsewhere() -> VaultError {
    VaultError::new(
        ErrorKind::Conflict,
        "link.taken",
        "the accounts were not linked: that account is linked to another one here",
    )
    .help("sign in with it, end the link there, and link it anew")
}
