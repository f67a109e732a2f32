//! A small manifest for the tests here, built by hand so that it can hold what the language would refuse.

use candor_manifest::model::{
    Basis, Channel, Contact, Controller, Country, DeIdentified, Field, FieldIx, Group, GroupIx, Keep, KeepAction,
    KeepEvent, Law, Manifest, OptOut, Purpose, PurposeIx, Recipient, RecipientIx, RecipientRole, Right, RightKind,
    Safeguard, Share, Source, ValueKind,
};
use candor_words::{Instant, Span, SpanUnit};

pub(crate) fn field(name: &str, title: &str, group: u16, term: &str) -> Field {
    Field {
        name: name.to_owned(),
        title: title.to_owned(),
        group: GroupIx(group),
        term: term.to_owned(),
        kind: ValueKind::Text,
        bytes_max: 4096,
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

pub(crate) fn purpose(name: &str, title: &str, term: &str, basis: Basis) -> Purpose {
    Purpose {
        name: name.to_owned(),
        title: title.to_owned(),
        term: term.to_owned(),
        basis,
        special: None,
        uses: Vec::new(),
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

pub(crate) fn keep(fields: Vec<FieldIx>, event: KeepEvent, after: Option<Span>, action: KeepAction) -> Keep {
    Keep { fields, purpose: None, event, after, action, within: None, sealed_for: None, grace: None }
}

/// Two groups, four fields, four purposes on four bases, one recipient abroad.
pub(crate) fn small() -> Manifest {
    let controller = Controller {
        name: "Sketch Ltd".to_owned(),
        country: Country(*b"IN"),
        contacts: vec![Contact::Email("privacy@sketch.example".to_owned())],
    };
    let mut manifest = Manifest::draft(controller);
    manifest.name = "Sketch Cloud".to_owned();
    manifest.version = "2026-01-29".to_owned();
    manifest.effective = Instant::from_date(2026, 2, 15);
    manifest.laws = vec![Law::Gdpr];
    let group = |name: &str, title: &str, many, fields: &[u16]| Group {
        name: name.to_owned(),
        title: title.to_owned(),
        many,
        fields: fields.iter().copied().map(FieldIx).collect(),
    };
    manifest.groups = vec![group("account", "your account", false, &[0, 1, 2]), group("ticket", "tickets", true, &[3])];
    let card = Field { held_by: Some(RecipientIx(0)), ..field("account.card", "payment card", 0, "PaymentCard") };
    manifest.fields = vec![
        Field { identifies: true, ..field("account.email", "email address", 0, "EmailAddress") },
        Field { optional: true, ..field("account.name", "name", 0, "Name") },
        card,
        Field { special: true, about_others: true, ..field("ticket.text", "description", 1, "Communication") },
    ];
    manifest.purposes = purposes();
    manifest.recipients = vec![Recipient {
        name: "gateway".to_owned(),
        title: "Example Payments".to_owned(),
        country: Country(*b"US"),
        role: RecipientRole::Processor,
        safeguard: Some(Safeguard::Scc),
        policy_url: Some("https://payments.example/privacy".to_owned()),
        told_at: None,
        is_transfer: true,
    }];
    let news = Keep {
        purpose: Some(PurposeIx(1)),
        ..keep(vec![FieldIx(0)], KeepEvent::ConsentWithdrawn, None, KeepAction::Erase)
    };
    let days = |n| Some(Span::new(n, SpanUnit::Day));
    manifest.keeps = vec![
        keep(vec![FieldIx(0), FieldIx(1)], KeepEvent::ContractEnds, days(30), KeepAction::Erase),
        keep(vec![FieldIx(3)], KeepEvent::Closed, days(90), KeepAction::Anonymise),
        news,
    ];
    let right = |kind, within| Right {
        kind,
        law: Law::Gdpr,
        within,
        extendable: None,
        identity_first: false,
        identity_documents: false,
    };
    manifest.rights = vec![
        right(RightKind::Access, Span::new(1, SpanUnit::Month)),
        right(RightKind::Rectification, Span::new(72, SpanUnit::Hour)),
        right(RightKind::Withdrawal, Span::new(1, SpanUnit::Day)),
    ];
    manifest
}

fn purposes() -> Vec<Purpose> {
    let share = Share { with: RecipientIx(0), fields: vec![FieldIx(1), FieldIx(2)], on_instruction: false };
    let consent = Basis::Consent { double_opt_in: true, explicit: false, lasts: None };
    let interest = Basis::LegitimateInterest("improving the product".to_owned());
    vec![
        Purpose {
            uses: vec![FieldIx(0), FieldIx(1)],
            shares: vec![share],
            channels: vec![Channel::Email],
            opt_out: OptOut::Fixed("invoices are part of the contract".to_owned()),
            ..purpose("billing", "Bill your subscription", "PaymentManagement", Basis::Contract)
        },
        Purpose {
            uses: vec![FieldIx(0)],
            channels: vec![Channel::Email],
            opt_out: OptOut::Offered,
            notice: Some("May we write to you?".to_owned()),
            is_marketing: true,
            ..purpose("newsletter", "Tell you what is new", "DirectMarketing", consent)
        },
        Purpose {
            uses: vec![FieldIx(3)],
            de_identified: Some(DeIdentified { group_min: 5 }),
            ..purpose("research", "Learn from use", "ResearchAndDevelopment", interest)
        },
        Purpose {
            uses: vec![FieldIx(1)],
            ..purpose("tax", "Keep invoices", "LegalCompliance", Basis::LegalObligation("§ 147 AO".to_owned()))
        },
    ]
}
