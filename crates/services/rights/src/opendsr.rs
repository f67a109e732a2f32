//! Requests that a controller sends on behalf of people: the processor's side of OpenDSR 2.0. The controller's own side is a
//! connector (`connect-opendsr`); what the service does for it stands in `asking.rs`.
//!
//! The controller is whoever holds the API key; it vouches for who the person is. Its number of a request makes it one
//! request however often it is sent. Whether somebody is known here is not told: a request about nobody is received and
//! completed like any other. What is kept of it names nobody (the request's id, digests, addresses to call back at) and ends.

use aws_lc_rs::digest::SHA256;
use candor_dsr::opendsr::{
    Cancelled, Discovery, Identity, IdentityFormat, IdentityType, NewRequest, Received, RequestStatus, RequestType,
    Status, SupportedIdentity,
};
use candor_manifest::Manifest;
use candor_manifest::model::RightKind;
use candor_vault::{
    CONTROLLER_REQUEST_SLIPS, Caller, ErrorKind, Expect, NewSlip, RequestView, Scope, Slip, SlipChange, VaultError,
};
use candor_words::{Instant, RequestId, Span, SpanUnit, SubjectId, TenantId, to_hex};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::Rights;
pub(crate) use asking::AWAITED;

use crate::telling::{Telling, is_of};

mod asking;
mod telling;

/// How long a request is remembered after it was received.
const REMEMBERED: Span = Span::new(1, SpanUnit::Year);
/// The terms of fields that hold the identity types of OpenDSR (W3C DPV, `pd:`).
pub(crate) const TERMS: [(IdentityType, &[&str]); 2] = [
    (IdentityType::Email, &["EmailAddress", "EmailAddressPersonal", "EmailAddressWork"]),
    (IdentityType::ControllerCustomerId, &["AccountIdentifier", "Identifier", "UID", "Username"]),
];

/// Where a processor is, and whom it calls back.
#[derive(Debug, Clone)]
pub struct ProcessorPlace {
    /// Its domain: that of its certificate, at which it is reached.
    pub domain: String,
    /// The hosts that may be called back; others are refused.
    pub callback_hosts: Vec<String>,
}

/// What is kept of a request.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    controller: String,
    id: String,
    kind: String,
    /// SHA-256 of the body, in hexadecimal.
    digest: String,
    received_at: Instant,
    expected_at: Instant,
    /// Which request it became; none when nobody is known, or it is not opened yet.
    request: Option<RequestId>,
    /// Whether it was opened, or found to be about nobody.
    is_settled: bool,
    is_cancelled: bool,
    callbacks: Vec<Telling>,
}

/// A request as it was read from the store.
struct Found {
    kept: Kept,
    name: [u8; 32],
    version: u32,
    expires_at: Option<Instant>,
}

impl Found {
    fn read(slip: &Slip) -> Result<Self, VaultError> {
        let kept = serde_json::from_slice(&slip.body).map_err(|_| damaged())?;
        Ok(Self { kept, name: slip.name, version: slip.version, expires_at: slip.expires_at })
    }
}

impl Rights {
    /// What can be asked for, and by what people may be named.
    ///
    /// # Errors
    /// The caller lacks the rights scope.
    pub async fn opendsr_discovery(&self, caller: &Caller, place: &ProcessorPlace) -> Result<Discovery, VaultError> {
        caller.needs(Scope::Rights)?;
        let plan = self.vault.plan(caller.tenant(), None).await?;
        let supported_identities = TERMS
            .iter()
            .filter(|(kind, _)| fields_of(plan.manifest(), *kind).next().is_some())
            .map(|(kind, _)| SupportedIdentity { identity_type: *kind, identity_format: IdentityFormat::Raw })
            .collect();
        Ok(Discovery {
            api_version: "2.0",
            supported_identities,
            supported_subject_request_types: RequestType::ALL.to_vec(),
            processor_certificate: format!("https://{}/v2/certificate.pem", place.domain),
        })
    }

    /// Takes a request; the same one sent again is answered as it was.
    ///
    /// # Errors
    /// The caller lacks the rights scope; the body is no request; the number was used for another one; an address to call
    /// back at is not one of the configured hosts'; the identities are of kinds that nobody is found by, or of two people.
    pub async fn opendsr_take(
        &self,
        caller: &Caller,
        place: &ProcessorPlace,
        body: &[u8],
    ) -> Result<Received, VaultError> {
        caller.needs(Scope::Rights)?;
        let new = NewRequest::read(body).map_err(|error| bad("opendsr.malformed", error.to_string()))?;
        place.refuse_strangers(&new.callbacks)?;
        let _turn = self.turns.take(&format!("opendsr {}", new.id)).await;
        let mut found = match self.controllers(caller, &new.id).await? {
            Some(found) if found.kept.digest != digest(body) => {
                return Err(VaultError::new(
                    ErrorKind::Conflict,
                    "opendsr.id_used",
                    "the request was not taken: its number is that of another request",
                )
                .help("give each request a number of its own"));
            }
            Some(found) => found,
            None => self.remember(caller, &new, digest(body)).await?,
        };
        if !found.kept.is_settled {
            self.settle(caller, &new, &mut found).await?;
        }
        let Kept { received_at, expected_at, .. } = found.kept;
        Ok(Received::of(caller.label(), &new.id, body, received_at, expected_at))
    }

    /// How far a request has come.
    ///
    /// # Errors
    /// The caller lacks the rights scope, or sent no such request.
    pub async fn opendsr_status(
        &self,
        caller: &Caller,
        place: &ProcessorPlace,
        id: &str,
    ) -> Result<RequestStatus, VaultError> {
        caller.needs(Scope::Rights)?;
        let kept = self.controllers(caller, id).await?.ok_or_else(unknown)?.kept;
        let request_status = self.status_of(caller, &kept).await?;
        let gives = kept.kind != RequestType::Erasure.word() && kept.request.is_some();
        let results_url = (gives && request_status == Status::Completed)
            .then(|| format!("https://{}/v2/requests/{id}/results", place.domain));
        Ok(RequestStatus {
            controller_id: kept.controller,
            expected_completion_time: kept.expected_at,
            subject_request_id: kept.id,
            request_status,
            api_version: "2.0",
            results_url,
        })
    }

    /// Whose data a completed request for access or portability gives.
    ///
    /// # Errors
    /// The caller lacks the rights scope, or sent no such request; it is an erasure, about nobody, or not completed.
    pub async fn opendsr_results(&self, caller: &Caller, id: &str) -> Result<(SubjectId, RightKind), VaultError> {
        caller.needs(Scope::Rights)?;
        let kept = self.controllers(caller, id).await?.ok_or_else(unknown)?.kept;
        let none = || {
            VaultError::new(ErrorKind::Missing, "opendsr.no_results", "there are no results of this request")
                .help("look at its status first")
        };
        let right = RequestType::of(&kept.kind).map(right_of).filter(|right| *right != RightKind::Erasure);
        let (right, request) = (right.ok_or_else(none)?, kept.request.ok_or_else(none)?);
        if self.status_of(caller, &kept).await? != Status::Completed {
            return Err(none());
        }
        Ok((self.vault.request(caller, request).await?.subject, right))
    }

    /// Takes a request back that was not begun.
    ///
    /// # Errors
    /// The caller lacks the rights scope, or sent no such request; it is being carried out, or was answered.
    pub async fn opendsr_cancel(&self, caller: &Caller, id: &str) -> Result<Cancelled, VaultError> {
        caller.needs(Scope::Rights)?;
        let _turn = self.turns.take(&format!("opendsr {id}")).await;
        let mut found = self.controllers(caller, id).await?.ok_or_else(unknown)?;
        if !found.kept.is_cancelled {
            match found.kept.request {
                Some(request) => {
                    self.vault.withdraw_request(caller, request).await?;
                }
                None if found.kept.is_settled => {
                    return Err(VaultError::new(
                        ErrorKind::Conflict,
                        "request.closed",
                        "nothing was changed: the request is closed",
                    ));
                }
                None => {}
            }
            (found.kept.is_cancelled, found.kept.is_settled) = (true, true);
            self.put_controllers(caller, &mut found).await?;
        }
        let received_time = self.vault.now();
        let controller_id = caller.label().to_owned();
        Ok(Cancelled { controller_id, received_time, subject_request_id: id.to_owned(), api_version: "2.0" })
    }

    /// Notes a request before anything is done about it: whatever breaks off from here on is gone on with when it is sent again.
    async fn remember(&self, caller: &Caller, new: &NewRequest, digest: String) -> Result<Found, VaultError> {
        let now = self.vault.now();
        let kept = Kept {
            controller: caller.label().to_owned(),
            id: new.id.clone(),
            kind: new.kind.word().to_owned(),
            digest,
            received_at: now,
            expected_at: now.plus(Span::new(1, SpanUnit::Month)),
            request: None,
            is_settled: false,
            is_cancelled: false,
            callbacks: new.callbacks.iter().map(|address| Telling::at(address)).collect(),
        };
        let name = self.name_of(caller.tenant(), caller, &new.id).await?;
        let mut found = Found { kept, name, version: 0, expires_at: Some(now.plus(REMEMBERED)) };
        self.put_controllers(caller, &mut found).await?;
        Ok(found)
    }

    /// Opens the request of whoever is named, and begins it; or notes that nobody is.
    async fn settle(&self, caller: &Caller, new: &NewRequest, found: &mut Found) -> Result<(), VaultError> {
        let subject = match self.named_here(caller, &new.identities).await {
            Ok(subject) => subject,
            // Nothing was begun: the number may be used for what the controller meant.
            Err(error) => {
                let drop = SlipChange::Drop(CONTROLLER_REQUEST_SLIPS, found.name, Expect::Anything);
                self.vault.change_slips(caller, vec![drop], Vec::new()).await?;
                return Err(error);
            }
        };
        let right = right_of(new.kind);
        let opened = match subject {
            Some(subject) => self.open_for(caller, subject, right, new.submitted_at).await?,
            None => None,
        };
        found.kept.is_settled = true;
        found.kept.request = opened.as_ref().map(|open| open.id);
        found.kept.expected_at = opened.as_ref().map_or(found.kept.received_at, |open| open.due_at);
        self.put_controllers(caller, found).await?;
        let Some(open) = opened else { return Ok(()) };
        let begun = match right {
            RightKind::Erasure => self.vault.erase_everywhere(caller, open.subject, Some(open.id)).await.map(drop),
            _ => self.vault.complete_request(caller, open.id).await.map(drop),
        };
        // A hold, or an organisation that decides: the request stays open, and its status says so.
        begun.or_else(|error| if error.kind() == ErrorKind::Conflict { Ok(()) } else { Err(error) })
    }

    /// The request of a right that is open for a subject; opened, and its identity proved by the controller's word. None when
    /// the subject is gone.
    async fn open_for(
        &self,
        caller: &Caller,
        subject: SubjectId,
        right: RightKind,
        submitted_at: Instant,
    ) -> Result<Option<RequestView>, VaultError> {
        let now = self.vault.now();
        let received_at = Some(submitted_at.min(now));
        let asked = candor_vault::NewRequest { right, country: None, received_at };
        let open = match self.vault.open_request(caller, subject, asked).await {
            Err(error) if error.kind() == ErrorKind::Gone => return Ok(None),
            open => open?,
        };
        if open.identity_first { self.vault.prove_identity(caller, open.id).await.map(Some) } else { Ok(Some(open)) }
    }

    /// Who is named by the identities; nobody, when nobody is known by any.
    async fn named_here(&self, caller: &Caller, identities: &[Identity]) -> Result<Option<SubjectId>, VaultError> {
        let plan = self.vault.plan(caller.tenant(), None).await?;
        let (mut is_looked_for, mut found) = (false, None);
        for identity in identities.iter().filter(|identity| identity.format == IdentityFormat::Raw) {
            for field in fields_of(plan.manifest(), identity.kind) {
                is_looked_for = true;
                let holder = self.vault.holder(caller, field, identity.value.expose()).await?;
                match (found, holder) {
                    (Some(one), Some(other)) if one != other => {
                        return Err(bad(
                            "opendsr.two_people",
                            "the request was not taken: its identities name two people",
                        ));
                    }
                    (None, Some(_)) => found = holder,
                    _ => {}
                }
            }
        }
        if !is_looked_for {
            return Err(bad(
                "opendsr.identity_unsupported",
                "the request was not taken: nobody is found here by the kinds and formats of its identities",
            )
            .help("send one of those that the discovery lists"));
        }
        Ok(found)
    }

    async fn status_of(&self, caller: &Caller, kept: &Kept) -> Result<Status, VaultError> {
        if kept.is_cancelled {
            return Ok(Status::Cancelled);
        }
        let Some(request) = kept.request else {
            return Ok(if kept.is_settled { Status::Completed } else { Status::Pending });
        };
        let request = self.vault.request(caller, request).await?;
        Ok(match request.state.as_str() {
            "answered" => Status::Completed,
            "refused" | "withdrawn" => Status::Cancelled,
            "running" | "planned" => Status::InProgress,
            _ => Status::Pending,
        })
    }

    async fn name_of(&self, tenant: TenantId, caller: &Caller, id: &str) -> Result<[u8; 32], VaultError> {
        let text = [caller.key().as_bytes().as_slice(), id.as_bytes()].concat();
        self.vault.slip_name(tenant, CONTROLLER_REQUEST_SLIPS, &text).await
    }

    /// A request of the caller's own; those of another key are as if they were not there.
    async fn controllers(&self, caller: &Caller, id: &str) -> Result<Option<Found>, VaultError> {
        let name = self.name_of(caller.tenant(), caller, id).await?;
        let slip = self.vault.slip(caller.tenant(), CONTROLLER_REQUEST_SLIPS, name).await?;
        slip.as_ref().map(Found::read).transpose()
    }

    async fn put_controllers(&self, caller: &Caller, found: &mut Found) -> Result<(), VaultError> {
        let expect = if found.version == 0 { Expect::Absent } else { Expect::Version(found.version) };
        let body = serde_json::to_vec(&found.kept).map_err(|_| damaged())?;
        let slip = NewSlip {
            kind: CONTROLLER_REQUEST_SLIPS,
            name: found.name,
            owner: None,
            expires_at: found.expires_at,
            body: Zeroizing::new(body),
        };
        self.vault.change_slips(caller, vec![SlipChange::Put(slip, expect)], Vec::new()).await?;
        found.version += 1;
        Ok(())
    }
}

impl ProcessorPlace {
    /// Refuses addresses of hosts that were not configured.
    fn refuse_strangers(&self, addresses: &[String]) -> Result<(), VaultError> {
        if addresses.iter().all(|address| is_of(&self.callback_hosts, address)) {
            return Ok(());
        }
        Err(bad(
            "opendsr.callback_unknown",
            "the request was not taken: it wants a host called back that is not configured",
        )
        .help("have the operator name the host under `[opendsr]`, or ask for the status instead"))
    }
}

/// The fields that hold a kind of identity.
fn fields_of(manifest: &Manifest, kind: IdentityType) -> impl Iterator<Item = &str> {
    let terms = TERMS.iter().find(|(known, _)| *known == kind).map_or(&[][..], |(_, terms)| *terms);
    manifest
        .fields
        .iter()
        .filter(|field| field.identifies && !field.hashed && terms.contains(&field.term.as_str()))
        .map(|field| field.name.as_str())
}

const fn right_of(kind: RequestType) -> RightKind {
    match kind {
        RequestType::Erasure => RightKind::Erasure,
        RequestType::Portability => RightKind::Portability,
        RequestType::Access => RightKind::Access,
    }
}

fn digest(body: &[u8]) -> String {
    to_hex(aws_lc_rs::digest::digest(&SHA256, body).as_ref())
}

fn bad(code: &'static str, message: impl Into<String>) -> VaultError {
    VaultError::new(ErrorKind::BadInput, code, message)
}

fn unknown() -> VaultError {
    VaultError::new(ErrorKind::Missing, "opendsr.unknown", "there is no request of this number")
        .help("the number is the one that the request was sent with, by the same key")
}

fn damaged() -> VaultError {
    VaultError::new(ErrorKind::Internal, "store.damaged", "the stored slip cannot be read back")
}
