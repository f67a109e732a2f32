//! Manifests built by hand, one declaration a line.

use candor_decision::{Channel, FieldIx, Plan, PurposeIx, Question, RecipientIx, View};
use candor_manifest::Manifest;
use candor_manifest::model::{
    Basis, Controller, Country, Field, GroupIx, OptOut, Purpose, Recipient, RecipientRole, Share, Source, ValueKind,
};
use candor_words::{Instant, SubjectId, TenantId};

pub const CONSENT: Basis = Basis::Consent { double_opt_in: false, explicit: false, lasts: None };
pub const EXPLICIT: Basis = Basis::Consent { double_opt_in: false, explicit: true, lasts: None };

pub fn interest() -> Basis {
    Basis::LegitimateInterest("keeping the service safe".to_owned())
}

pub fn empty() -> Manifest {
    let country = Country(*b"IN");
    Manifest::draft(Controller { name: "Asign2".to_owned(), country, contacts: Vec::new() })
}

/// Fields `f0`, `f1` … given by the subject, without anything special about them.
pub fn with_fields(n: usize) -> Manifest {
    let mut manifest = empty();
    manifest.fields = (0..n).map(|at| field(&format!("f{at}"))).collect();
    manifest
}

pub fn field(name: &str) -> Field {
    Field {
        name: name.to_owned(),
        title: name.to_owned(),
        group: GroupIx(0),
        term: "Name".to_owned(),
        kind: ValueKind::Text,
        bytes_max: 256,
        optional: false,
        identifies: false,
        special: false,
        about_others: false,
        hashed: false,
        held_by: None,
        sources: vec![Source::Subject],
        derived: None,
    }
}

pub fn purpose(name: &str, basis: Basis, uses: &[u16]) -> Purpose {
    Purpose {
        name: name.to_owned(),
        title: name.to_owned(),
        term: "ServiceProvision".to_owned(),
        basis,
        special: None,
        uses: uses.iter().copied().map(FieldIx).collect(),
        shares: Vec::new(),
        de_identified: None,
        channels: Vec::new(),
        opt_out: OptOut::None,
        notice: None,
        is_marketing: false,
        yields_to_gpc: false,
        is_sale: false,
        survives_restriction: false,
    }
}

pub fn share(with: u16, fields: &[u16], on_instruction: bool) -> Share {
    let fields = fields.iter().copied().map(FieldIx).collect();
    Share { with: RecipientIx(with), fields, on_instruction }
}

pub fn recipient(name: &str, role: RecipientRole) -> Recipient {
    Recipient {
        name: name.to_owned(),
        title: name.to_owned(),
        country: Country(*b"US"),
        role,
        safeguard: None,
        policy_url: None,
        told_at: None,
        is_transfer: true,
    }
}

pub fn compile(manifest: Manifest) -> Plan {
    Plan::compile(manifest, [7; 32]).unwrap()
}

pub fn now() -> Instant {
    Instant::from_millis(1_795_000_000_000)
}

/// Asks for every field of the plan, inside, identified, without a channel.
pub fn ask(plan: &Plan, purpose: PurposeIx) -> Question {
    Question {
        tenant: TenantId::from_bytes([1; 16]),
        subject: SubjectId::from_bytes([2; 16]),
        purpose,
        recipient: None,
        fields: plan.all_fields(),
        channel: None,
        view: View::Identified,
        gpc: false,
        approved: false,
        at: now(),
    }
}

pub const CHANNELS: [Channel; 6] =
    [Channel::Email, Channel::Sms, Channel::Telephone, Channel::Post, Channel::InApp, Channel::Push];
