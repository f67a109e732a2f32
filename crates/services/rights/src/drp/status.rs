//! What an agent is told of a request: the states of section 3.02.

use candor_dsr::drp::{BusinessEntry, Denial, Exercise, Reason, Status, StatusObject};
use candor_manifest::model::Contact;
use candor_vault::{RequestView, TenantView, VaultError};
use candor_words::{Instant, Span, SpanUnit, TenantId};

use super::Brought;
use super::agents::own_id;
use super::carry::is_proved;
use super::take::SUPPORTED;
use crate::Rights;

/// How long results may be fetched after a request was fulfilled; a request is remembered much longer.
const RESULTS_LAST: Span = Span::new(30, SpanUnit::Day);

impl Rights {
    /// What a business says of itself, as the directory of the protocol's steward lists it.
    ///
    /// # Errors
    /// No such business.
    pub async fn drp_business(&self, slug: &str) -> Result<BusinessEntry, VaultError> {
        let tenant = self.business(slug).await?;
        let plan = self.vault.plan(tenant.id, None).await?;
        let rights = &plan.manifest().rights;
        let is_given = |exercise: &Exercise| rights.iter().any(|given| given.kind == super::take::right_of(*exercise));
        let contact = plan.manifest().controller.contacts.iter().find_map(|contact| match contact {
            Contact::Email(address) => Some(address.clone()),
            _ => None,
        });
        let contact = contact.unwrap_or_default();
        Ok(BusinessEntry {
            id: own_id(&tenant.slug),
            name: tenant.title.clone(),
            logo: None,
            api_base: self.below(&tenant, "drp"),
            supported_actions: SUPPORTED.into_iter().filter(is_given).collect(),
            supported_verifications: self.found_by(tenant.id).await?,
            privacy_policy_url: self.page(&tenant, ""),
            web_url: self.page(&tenant, ""),
            technical_contact: contact.clone(),
            business_contact: contact,
        })
    }

    /// The status object of a request as it stands.
    pub(super) async fn status_object(&self, tenant: &TenantView, kept: &Brought) -> Result<StatusObject, VaultError> {
        let (status, reason, open) = self.state_of(tenant.id, kept).await?;
        let (now, waits) = (self.vault.now(), reason == Some(Reason::NeedUserVerification.word()));
        let ended_at = open.as_ref().and_then(|open| open.closed_at).or(kept.end.as_ref().map(|end| end.at));
        let is_access = kept.right() == Exercise::Access && kept.request.is_some();
        let fetch_by = ended_at.filter(|_| status == Status::Fulfilled && is_access).map(|at| at.plus(RESULTS_LAST));
        let due_at = open.as_ref().filter(|open| is_proved(kept.right(), open)).map(|open| open.due_at);
        Ok(StatusObject {
            request_id: kept.id.to_string(),
            received_at: kept.received_at,
            expected_by: due_at.unwrap_or(kept.expected_by),
            agent_request_id: kept.number.clone(),
            processing_details: details(status, reason).to_owned(),
            status,
            reason,
            user_verification_url: waits.then(|| self.page(tenant, &format!("/account/asked/{}", kept.id))),
            expires_at: if waits { Some(kept.prove_by) } else { fetch_by },
            results_url: fetch_by
                .filter(|fetch_by| now < *fetch_by)
                .map(|_| format!("{}/v1/data-rights-request/{}/results", self.below(tenant, "drp"), kept.id)),
        })
    }

    /// How far a request is, why, and the request that it became.
    pub(super) async fn state_of(
        &self,
        tenant: TenantId,
        kept: &Brought,
    ) -> Result<(Status, Option<&'static str>, Option<RequestView>), VaultError> {
        if let Some(end) = &kept.end {
            let reason = end.reason.as_deref().and_then(Denial::of).map(Denial::word);
            return Ok((Status::of(&end.status).unwrap_or(Status::Denied), reason, None));
        }
        let waits = Some(Reason::NeedUserVerification.word());
        let Some(request) = kept.request else {
            return Ok(if !kept.is_settled {
                (Status::Open, None, None)
            } else if is_late(kept, self.vault.now()) {
                (Status::Denied, Some(Denial::InsufVerification.word()), None)
            } else {
                (Status::InProgress, waits, None)
            });
        };
        let open = self.vault.request(&self.vault.door(tenant), request).await?;
        let (status, reason) = match open.state.as_str() {
            "answered" => (Status::Fulfilled, None),
            "withdrawn" => (Status::Revoked, None),
            "refused" => (Status::Denied, Some(denial(open.refused_because.as_deref()).word())),
            _ if !is_proved(kept.right(), &open) && is_late(kept, self.vault.now()) => {
                (Status::Denied, Some(Denial::InsufVerification.word()))
            }
            _ if !is_proved(kept.right(), &open) => (Status::InProgress, waits),
            _ => (Status::InProgress, None),
        };
        Ok((status, reason, Some(open)))
    }

    /// Where people reach a page of the tenant.
    fn page(&self, tenant: &TenantView, below: &str) -> String {
        format!("{}/{}{below}", self.public_url(), tenant.slug)
    }

    fn below(&self, tenant: &TenantView, what: &str) -> String {
        format!("{}/{what}/{}", self.public_url(), tenant.slug)
    }

    /// Where this server is reached, without a slash at the end.
    pub(crate) fn public_url(&self) -> &str {
        self.vault.post().map_or("", |post| post.public_url.as_str())
    }
}

/// The person did not prove who they are in time.
pub(super) fn is_late(kept: &Brought, now: Instant) -> bool {
    now >= kept.prove_by
}

/// Why a request was refused, as the protocol has it. Source: section 3.02 beside the DPV's justifications.
fn denial(because: Option<&str>) -> Denial {
    let because = because.unwrap_or_default();
    match because.strip_prefix("Justification").unwrap_or(because) {
        "A12IdentityFailure" | "A12IdentityRequired" | "A12InformationRequired" => Denial::InsufVerification,
        "A12MaliciousIntent" => Denial::SuspectedFraud,
        "A12ManifestlyExcessive" => Denial::TooManyRequests,
        other if other.starts_with("A17") => Denial::ClaimNotCovered,
        _ => Denial::Other,
    }
}

/// What an agent may tell the person.
fn details(status: Status, reason: Option<&str>) -> &'static str {
    match (status, reason) {
        (Status::Open, _) => "the request was received",
        (Status::InProgress, Some(_)) => {
            "the person signs in at the address given, or has a letter sent, and says that the request is theirs, before anything is done"
        }
        (Status::InProgress, None) => "the request is being carried out",
        (Status::Fulfilled, _) => "the request was carried out",
        (Status::Revoked, _) => "the request was taken back",
        (Status::Expired, _) => "the time of the request is over",
        (Status::Denied, Some("suspected_fraud")) => "the person says that they did not ask for this",
        (Status::Denied, Some("insuf_verification")) => "it was not proved who is asking",
        (Status::Denied, Some("no_match")) => "nobody is known by what was said of the person",
        (Status::Denied, Some("claim_not_covered")) => "the law gives no such right over this data here",
        (Status::Denied, Some("too_many_requests")) => "the same was asked for too often",
        (Status::Denied, _) => "the request was refused; the business tells the person why",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_the_protocols_word_for_its_reason() {
        for (because, expected) in [
            ("JustificationA12IdentityFailure", Denial::InsufVerification),
            ("JustificationA12ManifestlyExcessive", Denial::TooManyRequests),
            ("JustificationA12MaliciousIntent", Denial::SuspectedFraud),
            ("A17LegalClaims", Denial::ClaimNotCovered),
            ("JustificationA12ManifestlyUnfounded", Denial::Other),
        ] {
            assert_eq!(denial(Some(because)), expected, "{because}");
        }
    }
}
