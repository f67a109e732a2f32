//! What has to be done again and again: proofs looked at, accounts looked through, people told, deadlines kept.
//!
//! One pass after the other; each step can be done twice. What is under way stands in the slips, so that a server that was
//! stopped goes on where it was.

use candor_vault::{Caller, ErrorKind, PAGE_MAX, TenantView, VaultError};
use candor_words::{Instant, OrganisationId, TenantId};

use super::domains::{Domain, GRACE_MS, domain_in};
use super::letters::{self, About};
use super::members::{MemberAct, Membership, entry};
use super::{Act, Frame, MemberState, Organisation, told};
use crate::drawer::{Kept, Sort, read};
use crate::identity::Identity;

/// How long it takes until somebody who could not be written to is written to again: a day.
const TELL_AGAIN_MS: i64 = 24 * 60 * 60 * 1000;
/// The same when the relay does not answer: five minutes.
const RELAY_AGAIN_MS: i64 = 5 * 60 * 1000;

impl Identity {
    /// One pass over the organisations of every tenant. A tenant that fails does not keep the others back.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn tend_organisations(&self) -> Result<(), VaultError> {
        let mut after = None;
        loop {
            let page = self.vault.tenants(after, PAGE_MAX).await?;
            for tenant in page.rows {
                if let Err(error) = self.tend_tenant(&tenant).await {
                    tracing::warn!(code = error.code(), "organisations of a tenant were not tended to the end");
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn tend_tenant(&self, tenant: &TenantView) -> Result<(), VaultError> {
        let office = self.vault.office(tenant.id);
        let organisations = self.all_organisations(tenant.id).await?;
        if organisations.is_empty() {
            return Ok(());
        }
        let frame = self.frame(tenant.id).await.ok();
        for kept in self.all_domains(tenant.id).await? {
            self.tend_domain(&office, frame.as_ref(), kept).await?;
        }
        for kept in organisations {
            // Read again: its domains may just have changed.
            let Ok(kept) = self.kept_organisation(tenant.id, kept.body.id).await else { continue };
            if kept.body.look_at.is_some_and(|at| at <= self.now()) {
                self.tend_members(&office, tenant, frame.as_ref(), kept).await?;
            }
        }
        Ok(())
    }

    async fn tend_domain(
        &self,
        office: &Caller,
        frame: Option<&Frame>,
        mut kept: Kept<Domain>,
    ) -> Result<(), VaultError> {
        let now = self.now();
        if kept.body.is_due(now) {
            let was_missing = kept.body.missing_since;
            // A resolver that does not answer says nothing of the domain: neither proved nor missing.
            match self.is_published(&kept.body).await {
                Ok(true) => (kept.body.missing_since, kept.body.checked_at) = (None, Some(now)),
                Ok(false) => {
                    let since = *kept.body.missing_since.get_or_insert(now);
                    kept.body.checked_at = Some(now);
                    if now.as_millis() - since.as_millis() >= GRACE_MS {
                        return self.forget_domain(office, kept.body.organisation, &kept.body.domain, Act::Lost).await;
                    }
                }
                Err(error) => {
                    tracing::warn!(code = error.code(), "a domain's proof could not be looked at");
                    return Ok(());
                }
            }
            let told = (was_missing.is_none() && kept.body.missing_since.is_some())
                .then(|| told(kept.body.organisation, Act::Unproved, Some(kept.name)));
            self.vault.change_slips(office, vec![kept.put_again()?], told.into_iter().collect()).await?;
            kept.version += 1;
        }
        if let Some(frame) = frame
            && kept.body.walk.is_some()
        {
            while !self.walk(office, frame, &mut kept).await? {
                self.vault.change_slips(office, vec![kept.put_again()?], Vec::new()).await?;
                kept.version += 1;
            }
            self.vault.change_slips(office, vec![kept.put_again()?], Vec::new()).await?;
            self.look_at(office.tenant(), kept.body.organisation, self.now()).await?;
        }
        Ok(())
    }

    /// Looks at every member of an organisation, and says when to look again.
    async fn tend_members(
        &self,
        office: &Caller,
        tenant: &TenantView,
        frame: Option<&Frame>,
        mut of: Kept<Organisation>,
    ) -> Result<(), VaultError> {
        let proved = self.proved_domains(tenant.id, &of.body).await?;
        let (mut next, mut after): (Option<Instant>, _) = (None, None);
        loop {
            let page = self.memberships(tenant.id, of.body.id, after, PAGE_MAX).await?;
            for kept in page.rows {
                let again = match frame {
                    Some(frame) if proved.contains(&kept.body.domain) => {
                        self.tend_member(office, tenant, frame, &of.body, kept).await?
                    }
                    // The domain was lost, or the policy lets nobody manage accounts any more.
                    _ => {
                        self.end_membership(office, &kept, MemberAct::LetGo).await?;
                        None
                    }
                };
                next = [next, again].into_iter().flatten().min();
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        of.body.look_at = next;
        match self.vault.change_slips(office, vec![of.put_again()?], Vec::new()).await {
            // Somebody changed it meanwhile: it is looked at once more.
            Err(error) if error.code() == "slip.changed" => Ok(()),
            done => done.map(drop),
        }
    }

    /// Does what is due of one member; when to look again.
    async fn tend_member(
        &self,
        office: &Caller,
        tenant: &TenantView,
        frame: &Frame,
        of: &Organisation,
        mut kept: Kept<Membership>,
    ) -> Result<Option<Instant>, VaultError> {
        let now = self.now();
        let Some(subject) = kept.owner.filter(|_| kept.body.state == MemberState::Claimed) else { return Ok(None) };
        let told = kept.body.told_at.and(kept.body.deadline);
        let Some(deadline) = told else {
            if kept.body.tell_at > now {
                return Ok(Some(kept.body.tell_at));
            }
            let again = self.tell_claim(office, tenant, frame, of, &mut kept).await?;
            return Ok(Some(again));
        };
        if deadline > now {
            return Ok(Some(deadline));
        }
        let address = self.managed_address(tenant.id, frame, subject, false).await?;
        let is_on = |address: &candor_words::Secret<String>| {
            domain_in(address.expose()).as_deref() == Some(kept.body.domain.as_str())
        };
        if !address.as_ref().is_some_and(is_on) {
            self.end_membership(office, &kept, MemberAct::Left).await?;
            return Ok(None);
        }
        self.vault.set_managed(office, subject, true).await?;
        kept.body.state = MemberState::Managed;
        let told = entry(&kept, MemberAct::Managed);
        self.vault.change_slips(office, vec![kept.put_again()?], vec![told]).await?;
        self.write_to(tenant.id, subject, &About::Managed).await?;
        Ok(None)
    }

    /// Writes to somebody that their account is claimed. The deadline that the letter names stands before it leaves, for
    /// its reader may look at once; it counts when the relay has taken the letter. Who cannot be written to is not managed.
    async fn tell_claim(
        &self,
        office: &Caller,
        tenant: &TenantView,
        frame: &Frame,
        of: &Organisation,
        kept: &mut Kept<Membership>,
    ) -> Result<Instant, VaultError> {
        let now = self.now();
        let Some(subject) = kept.owner else { return Ok(now) };
        let deadline = now.plus(frame.notice);
        let delivered = match self.managed_address(tenant.id, frame, subject, true).await? {
            Some(address) => {
                kept.body.deadline = Some(deadline);
                self.vault.change_slips(office, vec![kept.put_again()?], Vec::new()).await?;
                kept.version += 1;
                let link = format!("{}/{}/account/organisation", self.public_url(), tenant.slug);
                let letter = letters::claimed(&tenant.title, &of.title, &kept.body.domain, deadline, &link);
                self.deliver_letter(tenant, address, letter).await
            }
            None => Ok(false),
        };
        let again = match delivered {
            Ok(true) => {
                kept.body.told_at = Some(now);
                deadline
            }
            Ok(false) => Instant::from_millis(now.as_millis() + TELL_AGAIN_MS),
            Err(error) if error.kind() == ErrorKind::Unavailable => {
                Instant::from_millis(now.as_millis() + RELAY_AGAIN_MS)
            }
            Err(error) => return Err(error),
        };
        kept.body.tell_at = again;
        self.vault.change_slips(office, vec![kept.put_again()?], Vec::new()).await?;
        Ok(again)
    }

    /// Sees to it that an organisation's members are looked at by then.
    pub(super) async fn look_at(
        &self,
        tenant: TenantId,
        organisation: OrganisationId,
        at: Instant,
    ) -> Result<(), VaultError> {
        // Of several who say so at once, each tries until it stands.
        for _ in 0..16 {
            let mut kept = self.kept_organisation(tenant, organisation).await?;
            if kept.body.look_at.is_some_and(|known| known <= at) {
                return Ok(());
            }
            kept.body.look_at = Some(at);
            match self.vault.change_slips(&self.vault.office(tenant), vec![kept.put_again()?], Vec::new()).await {
                Err(error) if error.code() == "slip.changed" => {}
                done => return done.map(drop),
            }
        }
        Err(super::unprocessable(
            "slip.changed",
            "the organisation was changed by others at the same time, again and again",
        ))
    }

    async fn all_domains(&self, tenant: TenantId) -> Result<Vec<Kept<Domain>>, VaultError> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = self.vault.slips(tenant, Domain::KIND, None, after, PAGE_MAX).await?;
            for slip in page.rows {
                all.push(read(slip)?);
            }
            after = page.next;
            if after.is_none() {
                return Ok(all);
            }
        }
    }
}
