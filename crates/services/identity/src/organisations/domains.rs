//! Domains: named, proved by what they publish, looked at again and again, and lost.
//!
//! The proof is a text under `_candor-challenge.DOMAIN` or the domain itself: `candor-verification=` and a token that was
//! drawn for it. A domain belongs to one organisation of a tenant at a time; one that nobody proved within a week is free
//! again. The ledger knows domains by blinded names.

use candor_identity_port::{DomainError, domain_of};
use candor_vault::{Caller, ErrorKind, Scope, VaultError};
use candor_words::{Instant, OrganisationId, SubjectId, TenantId};
use serde::{Deserialize, Serialize};

use super::{Act, DOMAINS_MAX, Organisation, told, unprocessable};
use crate::drawer::{Kept, Sort};
use crate::identity::Identity;
use crate::token::Token;

/// How often a proof is looked at again: daily; hourly once it is missing.
pub const RECHECK_MS: i64 = 24 * 60 * 60 * 1000;
/// How often one that is missing is looked for.
const MISSING_RECHECK_MS: i64 = 60 * 60 * 1000;
/// How long a proof may be missing before the organisation loses the domain: a week.
pub const GRACE_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// How long a domain waits to be proved: a week.
const PROVE_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// What stands before the token.
const MARK: &str = "candor-verification=";
/// Where the text is looked for first.
const LABEL: &str = "_candor-challenge";

/// Body of a domain's slip.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Domain {
    pub organisation: OrganisationId,
    pub domain: String,
    pub token: String,
    pub named_at: Instant,
    pub proved_at: Option<Instant>,
    /// When the proof was looked at last.
    pub checked_at: Option<Instant>,
    /// Since when it is missing.
    pub missing_since: Option<Instant>,
    /// How far accounts were looked through, while they are.
    pub walk: Option<Walk>,
}

/// How far a walk over all accounts has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Walk {
    Begin,
    After(SubjectId),
}

impl Sort for Domain {
    const KIND: u16 = 52;
}

/// A domain as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DomainView {
    /// Its name.
    pub domain: String,
    /// Under which name the proof is to be published, as a TXT record.
    pub challenge_name: String,
    /// The text to publish there.
    pub challenge_text: String,
    /// Since when it is proved.
    pub proved_at: Option<Instant>,
    /// When the proof was looked at last.
    pub checked_at: Option<Instant>,
    /// Since when the proof is missing; a week later the domain is lost.
    pub missing_since: Option<Instant>,
    /// True while accounts are being looked through.
    pub claiming: bool,
}

impl Domain {
    fn view(&self) -> DomainView {
        DomainView {
            domain: self.domain.clone(),
            challenge_name: format!("{LABEL}.{}", self.domain),
            challenge_text: format!("{MARK}{}", self.token),
            proved_at: self.proved_at,
            checked_at: self.checked_at,
            missing_since: self.missing_since,
            claiming: self.walk.is_some(),
        }
    }

    /// True when the proof is to be looked at.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        let wait = if self.missing_since.is_some() { MISSING_RECHECK_MS } else { RECHECK_MS };
        let since = self.checked_at.unwrap_or(self.named_at);
        self.proved_at.is_some() && now.as_millis() - since.as_millis() >= wait
    }
}

impl Identity {
    /// Names a domain; what is to be published stands in the answer. Naming it again shows the same.
    ///
    /// # Errors
    /// The caller lacks the admin scope; `organisation.unknown`; `domain.malformed`; `domain.taken`: another
    /// organisation has it; too many domains.
    pub async fn name_domain(
        &self,
        actor: &Caller,
        organisation: OrganisationId,
        domain: &str,
    ) -> Result<DomainView, VaultError> {
        actor.needs(Scope::Admin)?;
        let tenant = actor.tenant();
        let domain = parsed(domain)?;
        let mut kept = self.kept_organisation(tenant, organisation).await?;
        let name = self.domain_name(tenant, &domain).await?;
        if let Some(known) = self.kept::<Domain>(tenant, name).await? {
            if known.body.organisation == organisation {
                return Ok(known.body.view());
            }
            return Err(VaultError::new(
                ErrorKind::Conflict,
                "domain.taken",
                "the domain was not named: another organisation has it",
            ));
        }
        // One that was named and not proved in time stands in the list still.
        kept.body.domains.retain(|known| *known != domain);
        if kept.body.domains.len() >= DOMAINS_MAX {
            return Err(unprocessable("domain.too_many", "the domain was not named: the organisation has too many")
                .detail("max", DOMAINS_MAX));
        }
        kept.body.domains.push(domain.clone());
        let body = Domain {
            organisation,
            domain,
            token: Token::draw(self.entropy.as_ref()).expose().to_owned(),
            named_at: self.now(),
            proved_at: None,
            checked_at: None,
            missing_since: None,
            walk: None,
        };
        let put = self.put_new(name, None, Some(self.in_ms(PROVE_MS)), &body)?;
        let told = told(organisation, Act::Named, Some(name));
        self.vault.change_slips(actor, vec![put, kept.put_again()?], vec![told]).await?;
        Ok(body.view())
    }

    /// Looks whether the domain publishes its proof; if so, it is the organisation's, and the accounts on it are
    /// claimed, with notice.
    ///
    /// # Errors
    /// The caller lacks the admin scope; `domain.unknown`; `domain.unproved`: the text is not published;
    /// `domain.no_resolver`, `domain.unanswered`: it could not be looked up.
    pub async fn prove_domain(
        &self,
        actor: &Caller,
        organisation: OrganisationId,
        domain: &str,
    ) -> Result<DomainView, VaultError> {
        actor.needs(Scope::Admin)?;
        self.frame(actor.tenant()).await?;
        let mut kept = self.domain_of_organisation(actor.tenant(), organisation, domain).await?;
        if !self.is_published(&kept.body).await? {
            return Err(unprocessable("domain.unproved", "the domain is not proved: it does not publish the text")
                .help("publish the TXT record, wait until it can be seen, and try again"));
        }
        let now = self.now();
        let is_new = kept.body.proved_at.is_none();
        kept.body.proved_at.get_or_insert(now);
        (kept.body.checked_at, kept.body.missing_since) = (Some(now), None);
        // Whoever came since the last time is claimed too.
        kept.body.walk.get_or_insert(Walk::Begin);
        kept.expires_at = None;
        let told = is_new.then(|| told(organisation, Act::Proved, Some(kept.name)));
        self.vault.change_slips(actor, vec![kept.put_again()?], told.into_iter().collect()).await?;
        Ok(kept.body.view())
    }

    /// Takes a domain away from an organisation; accounts that it managed by it are let go.
    ///
    /// # Errors
    /// The caller lacks the admin scope; `domain.unknown`.
    pub async fn take_domain(
        &self,
        actor: &Caller,
        organisation: OrganisationId,
        domain: &str,
    ) -> Result<(), VaultError> {
        actor.needs(Scope::Admin)?;
        let domain = parsed(domain)?;
        self.domain_of_organisation(actor.tenant(), organisation, &domain).await?;
        self.forget_domain(actor, organisation, &domain, Act::TakenAway).await
    }

    /// Takes a domain off its organisation, whose members are looked at next.
    pub(super) async fn forget_domain(
        &self,
        actor: &Caller,
        organisation: OrganisationId,
        domain: &str,
        act: Act,
    ) -> Result<(), VaultError> {
        self.drop_domain(actor, domain, (organisation, act)).await?;
        let mut kept = self.kept_organisation(actor.tenant(), organisation).await?;
        kept.body.domains.retain(|known| known != domain);
        kept.body.look_at = Some(self.now());
        self.vault.change_slips(actor, vec![kept.put_again()?], Vec::new()).await.map(drop)
    }

    pub(super) async fn drop_domain(
        &self,
        actor: &Caller,
        domain: &str,
        (organisation, act): (OrganisationId, Act),
    ) -> Result<(), VaultError> {
        let name = self.domain_name(actor.tenant(), domain).await?;
        match self.kept::<Domain>(actor.tenant(), name).await? {
            Some(kept) if kept.body.organisation == organisation => {
                let told = told(organisation, act, Some(name));
                self.vault.change_slips(actor, vec![kept.taken()], vec![told]).await.map(drop)
            }
            _ => Ok(()),
        }
    }

    /// The organisation that proved a domain; `None` when none did.
    pub(super) async fn proved_domain(
        &self,
        tenant: TenantId,
        domain: &str,
    ) -> Result<Option<Kept<Domain>>, VaultError> {
        let name = self.domain_name(tenant, domain).await?;
        Ok(self.kept::<Domain>(tenant, name).await?.filter(|kept| kept.body.proved_at.is_some()))
    }

    /// The domains of an organisation that are proved.
    pub(super) async fn proved_domains(&self, tenant: TenantId, of: &Organisation) -> Result<Vec<String>, VaultError> {
        let mut proved = Vec::new();
        for domain in &of.domains {
            let kept = self.proved_domain(tenant, domain).await?;
            proved.extend(kept.filter(|kept| kept.body.organisation == of.id).map(|kept| kept.body.domain));
        }
        Ok(proved)
    }

    pub(super) async fn domain_view(&self, tenant: TenantId, domain: &str) -> Result<Option<DomainView>, VaultError> {
        let name = self.domain_name(tenant, domain).await?;
        Ok(self.kept::<Domain>(tenant, name).await?.map(|kept| kept.body.view()))
    }

    async fn domain_of_organisation(
        &self,
        tenant: TenantId,
        organisation: OrganisationId,
        domain: &str,
    ) -> Result<Kept<Domain>, VaultError> {
        let name = self.domain_name(tenant, &parsed(domain)?).await?;
        let found = self.kept::<Domain>(tenant, name).await?;
        found.filter(|kept| kept.body.organisation == organisation).ok_or_else(|| {
            VaultError::new(ErrorKind::Missing, "domain.unknown", "the organisation has no such domain")
                .help("name it first; one that is not proved within a week is forgotten")
        })
    }

    /// Looks at both places where the text may stand.
    pub(super) async fn is_published(&self, domain: &Domain) -> Result<bool, VaultError> {
        let Some(domains) = self.domains.get() else {
            return Err(VaultError::new(
                ErrorKind::Unavailable,
                "domain.no_resolver",
                "the domain was not looked up: no DNS resolver is configured",
            )
            .help("name one in the configuration: `[dns] resolver = \"127.0.0.1:53\"`"));
        };
        let expected = format!("{MARK}{}", domain.token);
        for name in [format!("{LABEL}.{}", domain.domain), domain.domain.clone()] {
            match domains.texts(&name).await {
                // What is compared is no secret: it is published.
                Ok(texts) if texts.iter().any(|text| text.trim() == expected) => return Ok(true),
                Ok(_) | Err(DomainError::Name) => {}
                Err(DomainError::Unanswered | DomainError::Failed) => return Err(unanswered()),
            }
        }
        Ok(false)
    }

    async fn domain_name(&self, tenant: TenantId, domain: &str) -> Result<[u8; 32], VaultError> {
        self.vault.slip_name(tenant, Domain::KIND, domain.as_bytes()).await
    }
}

/// A domain as somebody typed it.
fn parsed(text: &str) -> Result<String, VaultError> {
    domain_of(text.trim()).filter(|domain| !domain.starts_with('_')).ok_or_else(|| {
        VaultError::new(ErrorKind::BadInput, "domain.malformed", "nothing was changed: that cannot be a domain")
            .help("write it as in an address, such as `example.org`; other scripts in their ASCII form (`xn--…`)")
    })
}

/// The domain of an address, as domains are kept.
pub(super) fn domain_in(address: &str) -> Option<String> {
    domain_of(address.rsplit_once('@')?.1)
}

fn unanswered() -> VaultError {
    VaultError::new(
        ErrorKind::Unavailable,
        "domain.unanswered",
        "the domain was not looked up: the DNS resolver did not say what it publishes",
    )
    .help("try again; if it lasts, look at the resolver")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_on_the_domain_after_its_last_at() {
        assert_eq!(domain_in("ada@Example.ORG").as_deref(), Some("example.org"));
        assert_eq!(domain_in("\"a@b.example\"@example.org").as_deref(), Some("example.org"));
        assert_eq!(domain_in("ada@mail.example.org").as_deref(), Some("mail.example.org"));
        assert_eq!(domain_in("ada"), None);
    }
}
