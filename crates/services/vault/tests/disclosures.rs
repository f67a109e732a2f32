//! Disclosures to authorities: two people, this very disclosure, once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;

use candor_decision::Verdict;
use candor_store_memory::MemoryStore;
use candor_vault::{Ask, Caller, DisclosureState, DisclosureView, ErrorKind, NewKey, Scope, Seat, StaffReason};
use candor_words::{Span, SpanUnit, SubjectId};
use support::{POLICY, World, world, world_over};

const ORDER: &str = "Court of X, order 17/2026";

struct Case {
    world: World,
    ada: SubjectId,
    /// A second person.
    second: Caller,
}

async fn case() -> Case {
    let world = world().await;
    let ada = world.ada().await;
    let second = key(&world, vec![Scope::Approve]).await;
    Case { world, ada, second }
}

async fn key(world: &World, scopes: Vec<Scope>) -> Caller {
    let new = NewKey { label: "second person".into(), scopes, recipient: None, purposes: None, expires_at: None };
    let issued = world.vault.issue_key(&world.admin, new).await.unwrap();
    world.vault.authenticate(issued.secret.expose()).await.unwrap()
}

impl Case {
    fn ask(&self, fields: &[&str]) -> Ask {
        Ask { recipient: Some("police".into()), ..self.world.ask(self.ada, "orders", fields) }
    }

    async fn propose(&self, fields: &[&str]) -> DisclosureView {
        self.world.vault.propose_disclosure(&self.world.admin, &self.ask(fields), ORDER).await.unwrap()
    }

    async fn approved(&self, fields: &[&str]) -> DisclosureView {
        let proposed = self.propose(fields).await;
        self.world.vault.approve_disclosure(&self.second, proposed.id).await.unwrap()
    }

    /// Reads under an approval; gives the number of values, or the first reason of refusal.
    async fn read(&self, approval: &DisclosureView, fields: &[&str]) -> Result<usize, &'static str> {
        let ask = Ask { approval: Some(approval.id), ..self.ask(fields) };
        self.read_as(ask).await
    }

    async fn read_as(&self, ask: Ask) -> Result<usize, &'static str> {
        let answer = self.world.vault.read(&self.world.admin, &ask).await.unwrap();
        match answer.verdict {
            Verdict::Granted => Ok(answer.records.iter().map(|record| record.values.len()).sum()),
            _ => Err(answer.refused[0].code),
        }
    }
}

#[tokio::test]
async fn promise_d06_an_authority_receives_what_two_people_approved_and_once() {
    let case = case().await;
    let fields = ["account.name", "account.email"];
    let unapproved = case.read_as(case.ask(&fields)).await;
    assert_eq!(unapproved, Err("approval.missing"));
    let approved = case.approved(&fields).await;
    assert_eq!(approved.state, DisclosureState::Approved);
    assert_eq!(case.read(&approved, &fields).await, Ok(2));
    let used = case.world.vault.disclosure(&case.second, approved.id).await.unwrap();
    assert_eq!((used.state, used.used_at), (DisclosureState::Used, Some(case.world.vault.now())));
    assert_eq!(case.read(&approved, &fields).await, Err("approval.missing"));
}

#[tokio::test]
async fn whoever_proposed_cannot_approve() {
    let case = case().await;
    let proposed = case.propose(&["account.name"]).await;
    let error = case.world.vault.approve_disclosure(&case.world.admin, proposed.id).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Denied, "disclosure.same_person"));
    assert_eq!(case.read(&proposed, &["account.name"]).await, Err("approval.missing"));
}

#[tokio::test]
async fn nobody_at_the_console_makes_a_second_person_of_themself_by_keys_that_make_keys() {
    let case = case().await;
    let (vault, tenant) = (&case.world.vault, case.world.admin.tenant());
    let seat = Seat { subject: case.ada, is_administrator: true, purposes: vec!["orders".into()] };
    let staff = vault.staff(tenant, &seat, StaffReason::Law).await.unwrap();
    let new = |scopes| NewKey { label: "mine".into(), scopes, recipient: None, purposes: None, expires_at: None };
    let refused = vault.issue_key(&staff, new(vec![Scope::Approve])).await.unwrap_err();
    assert_eq!(refused.code(), "key.approves");
    let mut maker = staff;
    for _ in 0..2 {
        let issued = vault.issue_key(&maker, new(vec![Scope::Admin])).await.unwrap();
        maker = vault.authenticate(issued.secret.expose()).await.unwrap();
        let refused = vault.issue_key(&maker, new(vec![Scope::Approve])).await.unwrap_err();
        assert_eq!(refused.code(), "key.approves", "what somebody may not make, a key of theirs may not either");
        let refused = vault.issue_key(&maker, new(vec![Scope::Read])).await.unwrap_err();
        assert_eq!(refused.code(), "key.purposes_unsaid");
    }
    vault.issue_key(&case.world.admin, new(vec![Scope::Approve])).await.unwrap();
}

#[tokio::test]
async fn a_proposal_alone_opens_nothing() {
    let case = case().await;
    let proposed = case.propose(&["account.name"]).await;
    assert_eq!(case.read(&proposed, &["account.name"]).await, Err("approval.missing"));
}

#[tokio::test]
async fn an_approval_opens_no_other_field_subject_purpose_or_recipient() {
    let case = case().await;
    let approved = case.approved(&["account.name"]).await;
    assert_eq!(case.read(&approved, &["account.name", "account.email"]).await, Err("approval.missing"));
    assert_eq!(case.read(&approved, &["account"]).await, Err("approval.missing"));
    let eve = case.world.person("eve@example.org", "Eve").await;
    let of_eve = Ask { subject: eve, approval: Some(approved.id), ..case.ask(&["account.name"]) };
    assert_eq!(case.read_as(of_eve).await, Err("approval.missing"));
    let elsewhere =
        Ask { recipient: Some("gateway".into()), approval: Some(approved.id), ..case.ask(&["account.name"]) };
    assert_eq!(case.read_as(elsewhere).await, Err("recipient.not_shared"));
    assert_eq!(case.read(&approved, &["account.name"]).await, Ok(1), "the attempts used nothing up");
}

#[tokio::test]
async fn an_approval_lapses_after_seven_days_and_a_proposal_too() {
    let case = case().await;
    let approved = case.approved(&["account.name"]).await;
    let proposed = case.propose(&["account.name"]).await;
    case.world.clock.advance(Span::new(7, SpanUnit::Day));
    assert_eq!(case.read(&approved, &["account.name"]).await, Err("approval.missing"));
    let error = case.world.vault.approve_disclosure(&case.second, proposed.id).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Conflict, "disclosure.not_waiting"));
    let page = case.world.vault.disclosures(&case.second, Some(case.ada), None, 10).await.unwrap();
    assert_eq!(page.rows.iter().map(|row| row.state).collect::<Vec<_>>(), [DisclosureState::Lapsed; 2]);
}

#[tokio::test]
async fn two_reads_at_once_use_an_approval_once() {
    let case = case().await;
    let approved = case.approved(&["account.name"]).await;
    let ask = Ask { approval: Some(approved.id), ..case.ask(&["account.name"]) };
    let answers = case.world.vault.read_many(&case.world.admin, &[ask.clone(), ask]).await.unwrap();
    let granted =
        answers.iter().filter(|answer| answer.as_ref().is_ok_and(|answer| answer.verdict == Verdict::Granted));
    assert_eq!(granted.count(), 1);
}

#[tokio::test]
async fn a_refused_disclosure_stays_refused() {
    let case = case().await;
    let proposed = case.propose(&["account.name"]).await;
    let refused = case.world.vault.refuse_disclosure(&case.second, proposed.id).await.unwrap();
    assert_eq!(refused.state, DisclosureState::Refused);
    let error = case.world.vault.approve_disclosure(&case.second, proposed.id).await.unwrap_err();
    assert_eq!(error.code(), "disclosure.not_waiting");
}

#[tokio::test]
async fn a_proposal_that_the_policy_could_never_answer_is_refused() {
    let case = case().await;
    let vault = &case.world.vault;
    let cases = [
        (Ask { recipient: Some("gateway".into()), ..case.ask(&["account.name"]) }, "disclosure.not_authority"),
        (Ask { recipient: None, ..case.ask(&["account.name"]) }, "recipient.undeclared"),
        (case.ask(&["account.job"]), "disclosure.fields_not_shared"),
        (case.ask(&[]), "disclosure.fields_not_shared"),
        (case.ask(&["account.shoe"]), "field.undeclared"),
        (Ask { purpose: "@access".into(), ..case.ask(&["account.name"]) }, "purpose.undeclared"),
    ];
    for (ask, code) in cases {
        let error = vault.propose_disclosure(&case.world.admin, &ask, ORDER).await.unwrap_err();
        assert_eq!(error.code(), code);
    }
    for reference in [String::new(), "x".repeat(201)] {
        let error =
            vault.propose_disclosure(&case.world.admin, &case.ask(&["account.name"]), &reference).await.unwrap_err();
        assert_eq!(error.code(), "disclosure.reference_length");
    }
    let reader = key(&case.world, vec![Scope::Read]).await;
    let error = vault.propose_disclosure(&reader, &case.ask(&["account.name"]), ORDER).await.unwrap_err();
    assert_eq!(error.code(), "key.scope_missing");
}

#[tokio::test]
async fn another_tenants_disclosure_is_unknown() {
    let store = Arc::new(MemoryStore::new());
    let world = world_over(store, POLICY).await;
    let ada = world.ada().await;
    let ask = Ask { recipient: Some("police".into()), ..world.ask(ada, "orders", &["account.name"]) };
    let proposed = world.vault.propose_disclosure(&world.admin, &ask, ORDER).await.unwrap();
    let new = candor_vault::NewTenant {
        slug: "other".into(),
        title: "Other".into(),
        sources: vec![("policy.candor".into(), POLICY.into())],
    };
    let other = world.vault.create_tenant(new).await.unwrap();
    let other = world.vault.authenticate(other.administrator.secret.expose()).await.unwrap();
    let error = world.vault.approve_disclosure(&other, proposed.id).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Missing, "disclosure.unknown"));
}

#[tokio::test]
async fn requests_of_subjects_are_listed_beside_disclosures() {
    let case = case().await;
    case.propose(&["account.name"]).await;
    let page = case.world.vault.requests(&case.world.admin, Some(case.ada), None, 10).await.unwrap();
    assert!(page.rows.is_empty(), "a disclosure is no request of the subject");
}

#[tokio::test]
async fn the_transparency_report_counts_what_authorities_asked_and_got() {
    let case = case().await;
    let vault = &case.world.vault;
    let first = case.approved(&["account.name"]).await;
    case.read(&first, &["account.name"]).await.unwrap();
    case.approved(&["account.name"]).await;
    let refused = case.propose(&["account.name"]).await;
    vault.refuse_disclosure(&case.second, refused.id).await.unwrap();
    vault.read(&case.world.admin, &case.world.ask(case.ada, "billing", &["account.name"])).await.unwrap();
    let report = vault.transparency(case.world.tenant, 2026).await.unwrap();
    let counts =
        (report.authority_proposed, report.authority_approved, report.authority_refused, report.authority_disclosed);
    assert_eq!(counts, (3, 2, 1, 1));
    let of = |recipient: Option<&str>| {
        report.disclosures.iter().find(|count| count.recipient.as_deref() == recipient).unwrap()
    };
    assert_eq!((of(None).n_disclosures, of(Some("police")).n_disclosures), (1, 1));
    assert_eq!(of(Some("police")).ground.unwrap().code(), "legal_obligation");
    assert_eq!(vault.transparency(case.world.tenant, 2025).await.unwrap().authority_proposed, 0);
    case.read_as(case.world.ask(case.ada, "billing", &["account.name"])).await.unwrap();
    let later = vault.transparency(case.world.tenant, 2026).await.unwrap();
    let inside = later.disclosures.iter().find(|count| count.recipient.is_none()).unwrap();
    assert_eq!(inside.n_disclosures, 2, "the tally goes on where it was");
}
