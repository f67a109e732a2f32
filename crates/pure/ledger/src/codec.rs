//! The encoding of an entry's parts: big-endian numbers, ids and digests as they are.
//!
//! Source: spec/ledger.md, "Kinds".

use candor_words::{ApiKeyId, ClientId, HoldId, Instant, OrganisationId, RecordId, RequestId, SecretId};

use crate::{Digest, EntryBody, EntryError, FieldBits};

impl EntryBody {
    /// Tells whether the one optional id that some kinds have is there.
    pub(crate) fn has_id(&self) -> bool {
        matches!(self, Self::Disclosure { record: Some(_), .. } | Self::Erased { request: Some(_), .. })
    }

    #[rustfmt::skip]
    pub(crate) fn encode(&self, into: &mut Vec<u8>) {
        match self {
            Self::Disclosure { purpose, recipient, record, fields, n_values, ground } => {
                put_u16(into, *purpose);
                put_u16(into, *recipient);
                into.push(*ground);
                into.extend_from_slice(&n_values.to_be_bytes());
                if let Some(record) = record {
                    into.extend_from_slice(record.as_bytes());
                }
                put_fields(into, fields);
            }
            Self::Refusal { purpose, recipient, reason, fields } => {
                put_u16(into, *purpose);
                put_u16(into, *recipient);
                put_u16(into, *reason);
                put_fields(into, fields);
            }
            Self::ConsentGiven { purpose, text }
            | Self::ConsentRefused { purpose, text }
            | Self::ConsentWithdrawn { purpose, text } => {
                put_u16(into, *purpose);
                into.extend_from_slice(&text.0);
            }
            Self::Objection { purpose } => put_u16(into, *purpose),
            Self::ObjectionResolved { purpose, outcome } => {
                put_u16(into, *purpose);
                into.push(*outcome);
            }
            Self::OptOut { purpose, channel } | Self::OptIn { purpose, channel } => {
                put_u16(into, *purpose);
                put_u16(into, *channel);
            }
            Self::Restricted | Self::RestrictionLifted | Self::Deactivated | Self::Reactivated
            | Self::SubjectCreated => {}
            Self::HoldPlaced { hold } | Self::HoldLifted { hold } => into.extend_from_slice(hold.as_bytes()),
            Self::RecordWritten { record, fields, source } => {
                into.extend_from_slice(record.as_bytes());
                into.push(*source);
                put_fields(into, fields);
            }
            Self::Rectified { record, fields } => {
                into.extend_from_slice(record.as_bytes());
                put_fields(into, fields);
            }
            Self::Exported { digest, form } => {
                into.push(*form);
                into.extend_from_slice(&digest.0);
            }
            Self::Erased { n_keys, request } => {
                into.extend_from_slice(&n_keys.to_be_bytes());
                if let Some(request) = request {
                    into.extend_from_slice(request.as_bytes());
                }
            }
            Self::KeyDestroyed { class, version } => {
                put_u16(into, *class);
                put_u16(into, *version);
            }
            Self::Request { request, right, state, due } => {
                into.extend_from_slice(request.as_bytes());
                into.extend_from_slice(&[*right, *state]);
                into.extend_from_slice(&due.as_millis().to_be_bytes());
            }
            Self::PolicyInForce { policy, effective_at } => {
                into.extend_from_slice(&policy.0);
                into.extend_from_slice(&effective_at.as_millis().to_be_bytes());
            }
            Self::ApiKeyIssued { key } | Self::ApiKeyRevoked { key } => into.extend_from_slice(key.as_bytes()),
            Self::Approval { request, step } => {
                into.extend_from_slice(request.as_bytes());
                into.push(*step);
            }
            Self::StaffAccess { reason } => put_u16(into, *reason),
            Self::KeepEnded { rule, outcome, n_records, fields } => {
                put_u16(into, *rule);
                into.push(*outcome);
                into.extend_from_slice(&n_records.to_be_bytes());
                put_fields(into, fields);
            }
            Self::NoticeSent { policy, channel } => {
                into.extend_from_slice(&policy.0);
                put_u16(into, *channel);
            }
            Self::NoticeFailed { policy, channel, reason } => {
                into.extend_from_slice(&policy.0);
                put_u16(into, *channel);
                put_u16(into, *reason);
            }
            Self::NoticeAcknowledged { policy } => into.extend_from_slice(&policy.0),
            Self::Restored { size, lost } => {
                into.extend_from_slice(&size.to_be_bytes());
                into.push(*lost);
            }
            Self::KeyRotated { level, version } => {
                into.push(*level);
                put_u16(into, *version);
            }
            Self::KeysMoved { version, n_keys } => {
                put_u16(into, *version);
                into.extend_from_slice(&n_keys.to_be_bytes());
            }
            Self::RecordDeleted { record, group } => {
                into.extend_from_slice(record.as_bytes());
                put_u16(into, *group);
            }
            Self::SecretKept { secret, purpose, recipient } => {
                into.extend_from_slice(secret.as_bytes());
                put_u16(into, *purpose);
                put_u16(into, *recipient);
            }
            Self::SecretAsked { secret, purpose, recipient, reason } => {
                into.extend_from_slice(secret.as_bytes());
                put_u16(into, *purpose);
                put_u16(into, *recipient);
                put_u16(into, *reason);
            }
            Self::SecretRemoved { secret } => into.extend_from_slice(secret.as_bytes()),
            Self::Verified { purpose, fields, outcome } | Self::RiskJudged { purpose, fields, outcome } => {
                put_u16(into, *purpose);
                into.push(*outcome);
                put_fields(into, fields);
            }
            Self::SignIn { methods, outcome } => {
                put_u16(into, *methods);
                into.push(*outcome);
            }
            Self::SignedOut { n_sessions, cause } => {
                into.extend_from_slice(&n_sessions.to_be_bytes());
                into.push(*cause);
            }
            Self::FactorChanged { factor, sort, act } => {
                into.extend_from_slice(factor.as_bytes());
                into.extend_from_slice(&[*sort, *act]);
            }
            Self::CredentialChanged { what } => into.push(*what),
            Self::ClientChanged { client, recipient, act } | Self::GrantChanged { client, recipient, act } => {
                into.extend_from_slice(client.as_bytes());
                put_u16(into, *recipient);
                into.push(*act);
            }
            Self::OrganisationChanged { organisation, act, domain } => {
                into.extend_from_slice(organisation.as_bytes());
                into.push(*act);
                into.extend_from_slice(&domain.0);
            }
            Self::AccountClaimed { organisation, act, deadline } => {
                into.extend_from_slice(organisation.as_bytes());
                into.push(*act);
                into.extend_from_slice(&deadline.as_millis().to_be_bytes());
            }
            Self::StaffChanged { staff, role, act } => {
                into.extend_from_slice(staff.as_bytes());
                put_u16(into, *role);
                into.push(*act);
            }
            Self::Decided { matter, about, outcome } => {
                into.extend_from_slice(matter.as_bytes());
                into.extend_from_slice(&[*about, *outcome]);
            }
            Self::UpstreamChanged { upstream, act } | Self::UpstreamLinked { upstream, act } => {
                into.extend_from_slice(upstream.as_bytes());
                into.push(*act);
            }
            Self::Dispute { request, act } => {
                into.extend_from_slice(request.as_bytes());
                into.push(*act);
            }
            Self::RequestStep { request, system, state, n_rows } => {
                into.extend_from_slice(request.as_bytes());
                put_u16(into, *system);
                into.push(*state);
                into.extend_from_slice(&n_rows.to_be_bytes());
            }
            Self::RequestProved { request, receipt } => {
                into.extend_from_slice(request.as_bytes());
                into.extend_from_slice(&receipt.0);
            }
            Self::Pushed { push, purpose, state } => {
                into.extend_from_slice(push.as_bytes());
                put_u16(into, *purpose);
                into.push(*state);
            }
            Self::CorrectionPushed { push, fields, state } => {
                into.extend_from_slice(push.as_bytes());
                put_fields(into, fields);
                into.push(*state);
            }
            Self::RecipientTold { request, recipient, fields, state } => {
                into.extend_from_slice(request.as_bytes());
                put_u16(into, *recipient);
                put_fields(into, fields);
                into.push(*state);
            }
            Self::SystemKept { system, place, outcome, n_rows } => {
                put_u16(into, *system);
                put_u16(into, *place);
                into.push(*outcome);
                into.extend_from_slice(&n_rows.to_be_bytes());
            }
            Self::AgentChanged { agent, act } => {
                into.extend_from_slice(agent.as_bytes());
                into.push(*act);
            }
            Self::AgentRequest { agent, request, act } => {
                into.extend_from_slice(agent.as_bytes());
                into.extend_from_slice(request.as_bytes());
                into.push(*act);
            }
            Self::Other { code, payload } => {
                put_u16(into, *code);
                into.extend_from_slice(&payload.0);
            }
        }
    }

    // Parts are read in the order they are written here, which is the order of the encoding.
    #[rustfmt::skip]
    pub(crate) fn decode(kind: u8, has_id: bool, r: &mut Reader<'_>) -> Result<Self, EntryError> {
        let body = match kind {
            1 => {
                let (purpose, recipient, ground, n_values) = (r.u16()?, r.u16()?, r.u8()?, r.u32()?);
                let record = has_id.then(|| r.take().map(RecordId::from_bytes)).transpose()?;
                Self::Disclosure { purpose, recipient, record, fields: r.fields()?, n_values, ground }
            }
            2 => Self::Refusal { purpose: r.u16()?, recipient: r.u16()?, reason: r.u16()?, fields: r.fields()? },
            3 => Self::ConsentGiven { purpose: r.u16()?, text: r.digest()? },
            4 => Self::ConsentRefused { purpose: r.u16()?, text: r.digest()? },
            5 => Self::ConsentWithdrawn { purpose: r.u16()?, text: r.digest()? },
            6 => Self::Objection { purpose: r.u16()? },
            7 => Self::ObjectionResolved { purpose: r.u16()?, outcome: r.u8()? },
            8 => Self::OptOut { purpose: r.u16()?, channel: r.u16()? },
            9 => Self::OptIn { purpose: r.u16()?, channel: r.u16()? },
            10 => Self::Restricted,
            11 => Self::RestrictionLifted,
            12 => Self::Deactivated,
            13 => Self::Reactivated,
            14 => Self::HoldPlaced { hold: HoldId::from_bytes(r.take()?) },
            15 => Self::HoldLifted { hold: HoldId::from_bytes(r.take()?) },
            16 => Self::SubjectCreated,
            17 => {
                let (record, source) = (RecordId::from_bytes(r.take()?), r.u8()?);
                Self::RecordWritten { record, fields: r.fields()?, source }
            }
            18 => Self::Rectified { record: RecordId::from_bytes(r.take()?), fields: r.fields()? },
            19 => {
                let form = r.u8()?;
                Self::Exported { digest: r.digest()?, form }
            }
            20 => {
                let n_keys = r.u32()?;
                let request = has_id.then(|| r.take().map(RequestId::from_bytes)).transpose()?;
                Self::Erased { n_keys, request }
            }
            21 => Self::KeyDestroyed { class: r.u16()?, version: r.u16()? },
            22 => {
                let request = RequestId::from_bytes(r.take()?);
                Self::Request { request, right: r.u8()?, state: r.u8()?, due: r.instant()? }
            }
            23 => Self::PolicyInForce { policy: r.digest()?, effective_at: r.instant()? },
            24 => Self::ApiKeyIssued { key: ApiKeyId::from_bytes(r.take()?) },
            25 => Self::ApiKeyRevoked { key: ApiKeyId::from_bytes(r.take()?) },
            26 => Self::Approval { request: RequestId::from_bytes(r.take()?), step: r.u8()? },
            27 => Self::StaffAccess { reason: r.u16()? },
            28 => Self::KeepEnded { rule: r.u16()?, outcome: r.u8()?, n_records: r.u32()?, fields: r.fields()? },
            34 => Self::NoticeSent { policy: r.digest()?, channel: r.u16()? },
            35 => Self::NoticeFailed { policy: r.digest()?, channel: r.u16()?, reason: r.u16()? },
            36 => Self::NoticeAcknowledged { policy: r.digest()? },
            38 => Self::Restored { size: r.u64()?, lost: r.u8()? },
            39 => Self::KeyRotated { level: r.u8()?, version: r.u16()? },
            40 => Self::KeysMoved { version: r.u16()?, n_keys: r.u64()? },
            41 => Self::RecordDeleted { record: RecordId::from_bytes(r.take()?), group: r.u16()? },
            42 => Self::SecretKept { secret: SecretId::from_bytes(r.take()?), purpose: r.u16()?, recipient: r.u16()? },
            43 => {
                let (secret, purpose, recipient) = (SecretId::from_bytes(r.take()?), r.u16()?, r.u16()?);
                Self::SecretAsked { secret, purpose, recipient, reason: r.u16()? }
            }
            44 => Self::SecretRemoved { secret: SecretId::from_bytes(r.take()?) },
            45 => {
                let (purpose, outcome) = (r.u16()?, r.u8()?);
                Self::Verified { purpose, fields: r.fields()?, outcome }
            }
            46 => Self::SignIn { methods: r.u16()?, outcome: r.u8()? },
            47 => Self::SignedOut { n_sessions: r.u32()?, cause: r.u8()? },
            48 => Self::FactorChanged { factor: RecordId::from_bytes(r.take()?), sort: r.u8()?, act: r.u8()? },
            49 => Self::CredentialChanged { what: r.u8()? },
            50 => {
                let (purpose, outcome) = (r.u16()?, r.u8()?);
                Self::RiskJudged { purpose, fields: r.fields()?, outcome }
            }
            58 => Self::ClientChanged { client: ClientId::from_bytes(r.take()?), recipient: r.u16()?, act: r.u8()? },
            59 => Self::GrantChanged { client: ClientId::from_bytes(r.take()?), recipient: r.u16()?, act: r.u8()? },
            62 => {
                let (organisation, act) = (OrganisationId::from_bytes(r.take()?), r.u8()?);
                Self::OrganisationChanged { organisation, act, domain: r.digest()? }
            }
            63 => {
                let (organisation, act) = (OrganisationId::from_bytes(r.take()?), r.u8()?);
                Self::AccountClaimed { organisation, act, deadline: r.instant()? }
            }
            64 => Self::StaffChanged { staff: ApiKeyId::from_bytes(r.take()?), role: r.u16()?, act: r.u8()? },
            65 => Self::Decided { matter: RequestId::from_bytes(r.take()?), about: r.u8()?, outcome: r.u8()? },
            53 => Self::UpstreamChanged { upstream: RecordId::from_bytes(r.take()?), act: r.u8()? },
            54 => Self::UpstreamLinked { upstream: RecordId::from_bytes(r.take()?), act: r.u8()? },
            70 => Self::Dispute { request: RequestId::from_bytes(r.take()?), act: r.u8()? },
            72 => {
                let (request, system, state) = (RequestId::from_bytes(r.take()?), r.u16()?, r.u8()?);
                Self::RequestStep { request, system, state, n_rows: r.u64()? }
            }
            73 => Self::RequestProved { request: RequestId::from_bytes(r.take()?), receipt: r.digest()? },
            74 => Self::Pushed { push: RequestId::from_bytes(r.take()?), purpose: r.u16()?, state: r.u8()? },
            66 => Self::CorrectionPushed { push: RequestId::from_bytes(r.take()?), fields: r.fields()?, state: r.u8()? },
            75 => {
                let (request, recipient) = (RequestId::from_bytes(r.take()?), r.u16()?);
                Self::RecipientTold { request, recipient, fields: r.fields()?, state: r.u8()? }
            }
            76 => Self::SystemKept { system: r.u16()?, place: r.u16()?, outcome: r.u8()?, n_rows: r.u64()? },
            78 => Self::AgentChanged { agent: RecordId::from_bytes(r.take()?), act: r.u8()? },
            79 => {
                let (agent, request) = (RecordId::from_bytes(r.take()?), RequestId::from_bytes(r.take()?));
                Self::AgentRequest { agent, request, act: r.u8()? }
            }
            255 => Self::Other { code: r.u16()?, payload: r.digest()? },
            found => return Err(EntryError::KindUnknown { found }),
        };
        Ok(body)
    }
}

fn put_u16(into: &mut Vec<u8>, number: u16) {
    into.extend_from_slice(&number.to_be_bytes());
}

/// INVARIANT: a bitmap has at most 64 bytes, so its length fits one.
fn put_fields(into: &mut Vec<u8>, fields: &FieldBits) {
    let bytes = fields.trimmed();
    into.push(bytes.len() as u8);
    into.extend_from_slice(bytes);
}

/// What is left to read.
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl Reader<'_> {
    pub(crate) fn take<const N: usize>(&mut self) -> Result<[u8; N], EntryError> {
        let (part, rest) = self.0.split_first_chunk().ok_or(EntryError::CutShort)?;
        self.0 = rest;
        Ok(*part)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, EntryError> {
        self.take().map(u8::from_be_bytes)
    }

    fn u16(&mut self) -> Result<u16, EntryError> {
        self.take().map(u16::from_be_bytes)
    }

    fn u32(&mut self) -> Result<u32, EntryError> {
        self.take().map(u32::from_be_bytes)
    }

    fn u64(&mut self) -> Result<u64, EntryError> {
        self.take().map(u64::from_be_bytes)
    }

    pub(crate) fn instant(&mut self) -> Result<Instant, EntryError> {
        self.take().map(|bytes| Instant::from_millis(i64::from_be_bytes(bytes)))
    }

    pub(crate) fn digest(&mut self) -> Result<Digest, EntryError> {
        self.take().map(Digest)
    }

    fn fields(&mut self) -> Result<FieldBits, EntryError> {
        let len = usize::from(self.u8()?);
        let (bytes, rest) = self.0.split_at_checked(len).ok_or(EntryError::CutShort)?;
        self.0 = rest;
        FieldBits::from_trimmed(bytes).ok_or(EntryError::FieldsNotCanonical)
    }
}
