//! Organisations: a domain proved, its accounts claimed with notice, managed from the deadline on, and let go.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use candor_identity::{
    Confirmed, DomainView, GRACE_MS, Identity, MemberState, NewOrganisation, Opened, OrganisationView, RECHECK_MS, Step,
};
use candor_identity_port::{DomainError, Domains};
use candor_manifest::model::RightKind;
use candor_notify::{Message, Notify, Undelivered};
use candor_vault::{Caller, Decision, ExportKind, NewRequest};
use candor_words::{Instant, SubjectId, TenantId};
use parking_lot::Mutex;
use support::{PASSWORD, POLICY, World, code, visit, world_of};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const ADA: &str = "ada@example.org";
const EVE: &str = "eve@elsewhere.example";

/// What domains publish, as the test says.
#[derive(Default)]
struct Published(Mutex<BTreeMap<String, Vec<String>>>, Mutex<bool>);

#[async_trait]
impl Domains for Published {
    async fn texts(&self, name: &str) -> Result<Vec<String>, DomainError> {
        if *self.1.lock() {
            return Err(DomainError::Unanswered);
        }
        Ok(self.0.lock().get(name).cloned().unwrap_or_default())
    }
}

struct Company {
    world: World,
    published: Arc<Published>,
    office: Caller,
    organisation: OrganisationView,
}

fn policy() -> String {
    format!(
        "{POLICY}\n
purpose managing \"Let an organisation manage the accounts on its domain\" is AccountManagement {{
    because legitimate interest \"an organisation's charge of accounts on a domain that it owns\"
    uses account.email
    by email, no opt-out \"you must know when an organisation takes charge of your account\"
}}

purpose support \"Help you\" is CustomerCare {{
    because legitimate interest \"answering who asks us\"
    uses account.company
}}

staff support_desk \"Support\" for support

organisations {{
    claim accounts after notice of 14 days
    decide requests
}}
"
    )
}

async fn company() -> Company {
    let world = world_of(&policy()).await;
    let published = Arc::new(Published::default());
    world.identity.resolve_by(published.clone());
    let office = world.identity.vault().office(world.tenant.id);
    let new = NewOrganisation { title: "Engines Ltd".into(), deciders: Vec::new() };
    let organisation = world.identity.create_organisation(&office, new).await.unwrap();
    Company { world, published, office, organisation }
}

fn opened(step: Step) -> Opened {
    match step {
        Step::SignedIn { opened, .. } => opened,
        other => panic!("not signed in: {other:?}"),
    }
}

impl Company {
    async fn name(&self) -> DomainView {
        self.world.identity.name_domain(&self.office, self.organisation.id, "Example.org").await.unwrap()
    }

    fn publish(&self, domain: &DomainView) {
        let texts = vec!["v=spf1 -all".to_owned(), domain.challenge_text.clone()];
        self.published.0.lock().insert(domain.challenge_name.clone(), texts);
    }

    fn take_back(&self) {
        self.published.0.lock().clear();
    }

    async fn prove(&self) -> Result<DomainView, candor_vault::VaultError> {
        self.world.identity.prove_domain(&self.office, self.organisation.id, "example.org").await
    }

    async fn tend(&self) {
        self.world.identity.tend_organisations().await.unwrap();
    }

    fn later(&self, ms: i64) {
        self.world.clock.set(Instant::from_millis(self.world.identity.now().as_millis() + ms));
    }

    async fn account(&self, email: &str) -> Opened {
        opened(self.world.account(email).await)
    }

    async fn state(&self, subject: SubjectId) -> Option<MemberState> {
        let claim = self.world.identity.claim_of(self.world.tenant.id, subject).await.unwrap();
        claim.map(|claim| claim.state)
    }

    async fn managed(&self, subject: SubjectId) -> bool {
        let seen = self.world.identity.vault().subject(&self.office, subject).await.unwrap();
        seen.standing.unwrap().managed
    }

    /// Somebody whose account is managed; two letters went to them about it.
    async fn employee(&self) -> Opened {
        let ada = self.account(ADA).await;
        let domain = self.name().await;
        self.publish(&domain);
        self.prove().await.unwrap();
        self.tend().await;
        self.later(14 * DAY_MS);
        self.tend().await;
        assert!(self.managed(ada.session.subject).await);
        // Sessions do not last that long.
        opened(self.world.sign_in(ADA, PASSWORD).await)
    }

    fn person(&self, who: &Opened) -> Caller {
        self.world.identity.person(self.world.tenant.id, who.session.subject)
    }
}

#[tokio::test]
async fn a_domain_is_proved_by_what_it_publishes_and_by_nothing_else() {
    let company = company().await;
    let domain = company.name().await;
    assert_eq!(domain.challenge_name, "_candor-challenge.example.org");
    assert_eq!(company.prove().await.unwrap_err().code(), "domain.unproved");
    let other = DomainView { challenge_text: "candor-verification=another".into(), ..domain.clone() };
    company.publish(&other);
    assert_eq!(company.prove().await.unwrap_err().code(), "domain.unproved");
    *company.published.1.lock() = true;
    assert_eq!(company.prove().await.unwrap_err().code(), "domain.unanswered");
    *company.published.1.lock() = false;
    company.publish(&domain);
    assert!(company.prove().await.unwrap().proved_at.is_some());

    let identity = &company.world.identity;
    let new = NewOrganisation { title: "Other".into(), deciders: Vec::new() };
    let other = identity.create_organisation(&company.office, new).await.unwrap();
    let taken = identity.name_domain(&company.office, other.id, "example.org").await.unwrap_err();
    assert_eq!(taken.code(), "domain.taken");
    for bad in ["localhost", "exa mple.org", "_x.example.org", ""] {
        let error = identity.name_domain(&company.office, other.id, bad).await.unwrap_err();
        assert_eq!(error.code(), "domain.malformed", "{bad}");
    }
}

#[tokio::test]
async fn whoever_has_an_address_on_it_is_told_and_managed_only_after_the_deadline() {
    let company = company().await;
    let (ada, eve) = (company.account(ADA).await, company.account(EVE).await);
    let domain = company.name().await;
    company.tend().await;
    assert_eq!(company.state(ada.session.subject).await, None, "named is not proved");
    company.publish(&domain);
    company.prove().await.unwrap();
    company.tend().await;
    let (title, text) = company.world.letters.to(ADA, 2).await;
    assert_eq!(title, "Engines Ltd is about to manage your account at Acme");
    assert!(text.contains("2026-06-15") && text.contains("https://id.example/acme/account/organisation"), "{text}");
    let claim = company.world.identity.claim_of(company.world.tenant.id, ada.session.subject).await.unwrap().unwrap();
    assert_eq!((claim.state, claim.domain.as_str()), (MemberState::Claimed, "example.org"));
    assert_eq!(company.state(eve.session.subject).await, None);
    company.later(14 * DAY_MS - 1);
    // Somebody else comes, so that the members are looked at.
    company.account("bob@example.org").await;
    company.tend().await;
    assert!(!company.managed(ada.session.subject).await, "not before the deadline");
    company.later(1);
    company.tend().await;
    assert!(company.managed(ada.session.subject).await);
    assert_eq!(company.world.letters.to(ADA, 3).await.0, "Your account at Acme is managed now");
    assert!(!company.managed(eve.session.subject).await);
}

/// A relay that takes nothing, and notes the deadline that stands while it is asked.
struct Looking {
    identity: Arc<Identity>,
    tenant: TenantId,
    whom: SubjectId,
    deadlines: Mutex<Vec<Option<Instant>>>,
}

#[async_trait]
impl Notify for Looking {
    async fn deliver(&self, _: &Message) -> Result<(), Undelivered> {
        let claim = self.identity.claim_of(self.tenant, self.whom).await.unwrap().unwrap();
        self.deadlines.lock().push(claim.deadline);
        Err(Undelivered::Unreachable)
    }
}

#[tokio::test]
async fn the_deadline_stands_before_its_letter_leaves_and_counts_once_that_was_taken() {
    let company = company().await;
    let ada = company.account(ADA).await;
    let World { identity, tenant, letters, .. } = &company.world;
    let whom = ada.session.subject;
    let looking =
        Arc::new(Looking { identity: identity.clone(), tenant: tenant.id, whom, deadlines: Mutex::default() });
    letters.ask_first(Some(looking.clone()));
    let domain = company.name().await;
    company.publish(&domain);
    company.prove().await.unwrap();
    company.tend().await;
    let day = |n| Some(Instant::from_date(2026, 6, n).unwrap());
    assert_eq!(*looking.deadlines.lock(), [day(15)], "whoever opens the letter at once finds what it says");
    company.later(14 * DAY_MS);
    company.tend().await;
    assert!(!company.managed(whom).await, "nobody took the letter");
    assert_eq!(looking.deadlines.lock().last(), Some(&day(29)));
    letters.ask_first(None);
    company.later(DAY_MS);
    company.tend().await;
    let claim = identity.claim_of(tenant.id, whom).await.unwrap().unwrap();
    assert_eq!(claim.deadline, day(30));
    company.later(14 * DAY_MS);
    company.tend().await;
    assert!(company.managed(whom).await);
}

#[tokio::test]
async fn another_address_before_the_deadline_leaves_and_whoever_comes_later_is_told_too() {
    let company = company().await;
    let ada = company.account(ADA).await;
    let domain = company.name().await;
    company.publish(&domain);
    company.prove().await.unwrap();
    company.tend().await;
    let identity = &company.world.identity;
    identity.change_email(&company.world.tenant, &ada.session, "ada@home.example", &visit()).await.unwrap();
    let waiting = code(&company.world.letters.to("ada@home.example", 1).await.1);
    let confirmed = identity.confirm_email(&company.world.tenant, &waiting, &visit()).await.unwrap();
    assert_eq!(confirmed, Confirmed::Changed);
    assert_eq!(company.state(ada.session.subject).await, None, "she left");
    company.later(15 * DAY_MS);
    company.tend().await;
    assert!(!company.managed(ada.session.subject).await);

    let bob = company.account("bob@example.org").await;
    company.tend().await;
    assert_eq!(company.state(bob.session.subject).await, Some(MemberState::Claimed));
    company.world.letters.to("bob@example.org", 2).await;
}

#[tokio::test]
async fn who_is_managed_gets_another_address_only_with_approval() {
    let company = company().await;
    let ada = company.employee().await;
    let (identity, tenant) = (&company.world.identity, &company.world.tenant);
    let ask = async |to: &'static str, n| {
        let ada = opened(company.world.sign_in(ADA, PASSWORD).await);
        identity.change_email(tenant, &ada.session, to, &visit()).await.unwrap();
        let waiting = code(&company.world.letters.to(to, n).await.1);
        let confirmed = identity.confirm_email(tenant, &waiting, &visit()).await.unwrap();
        assert_eq!(confirmed, Confirmed::AwaitsApproval);
    };
    ask("ada@home.example", 1).await;
    opened(company.world.sign_in(ADA, PASSWORD).await);
    let id = Some(company.organisation.id);
    let waiting = identity.addresses_waiting(&company.office, id, None, 10).await.unwrap().rows;
    assert_eq!(waiting.len(), 1);
    assert!(!waiting[0].on_domain);
    identity.decide_address(&company.office, tenant, id, (waiting[0].id, false)).await.unwrap();
    opened(company.world.sign_in(ADA, PASSWORD).await);

    // No way round it: neither by the vault's own operations.
    let values = BTreeMap::from([("email".to_owned(), "ada@home.example".into())]);
    let new = candor_vault::NewRecord { group: "account".into(), values, source: "subject".into() };
    let person = company.person(&ada);
    let vault = identity.vault();
    let subject = ada.session.subject;
    let refused = vault.rectify(&person, subject, candor_vault::ONLY_RECORD, new.clone(), None).await.unwrap_err();
    assert_eq!(refused.code(), "organisation.approves");
    let refused = vault.patch_record(&person, subject, candor_vault::ONLY_RECORD, new).await.unwrap_err();
    assert_eq!(refused.code(), "organisation.approves");

    ask("ada@home.example", 2).await;
    let waiting = identity.addresses_waiting(&company.office, id, None, 10).await.unwrap().rows;
    identity.decide_address(&company.office, tenant, id, (waiting[0].id, true)).await.unwrap();
    opened(company.world.sign_in("ada@home.example", PASSWORD).await);
    assert!(!company.managed(subject).await, "the address is on no domain of the organisation any more");
}

#[tokio::test]
async fn requests_of_who_is_managed_are_the_organisations_to_decide() {
    let company = company().await;
    let ada = company.employee().await;
    let (identity, tenant) = (&company.world.identity, &company.world.tenant);
    let (vault, subject, person) = (identity.vault(), ada.session.subject, company.person(&ada));
    let export = async || vault.export(&person, subject, ExportKind::Access).await.map(drop).map_err(|e| e.code());
    assert_eq!(export().await, Err("organisation.decides"));
    assert_eq!(vault.erase(&person, subject, None).await.unwrap_err().code(), "organisation.decides");
    let ask = async |right| {
        let new = NewRequest { right, country: None, received_at: None };
        vault.open_request(&person, subject, new).await.unwrap()
    };
    let request = ask(RightKind::Access).await;
    assert!(request.routed && request.decided_at.is_none());
    assert_eq!(export().await, Err("organisation.decides"), "asking is not having");
    let waiting = identity.requests_waiting(&company.office, Some(company.organisation.id)).await.unwrap();
    assert_eq!(waiting.iter().map(|request| request.id).collect::<Vec<_>>(), [request.id]);
    let n_letters = company.world.letters.n();
    let decided = identity.decide_request(&company.office, tenant, request.id, Decision::Approve).await.unwrap();
    assert_eq!(decided.approved, Some(true));
    assert_eq!(export().await, Ok(()));
    tokio::task::yield_now().await;
    assert!(company.world.letters.n() > n_letters, "she is told");

    let erasure = ask(RightKind::Erasure).await;
    let refuse = Decision::Refuse { because: "A17LegalClaims" };
    let refused = identity.decide_request(&company.office, tenant, erasure.id, refuse).await.unwrap();
    assert_eq!((refused.state.as_str(), refused.approved), ("refused", Some(false)));
    assert_eq!(vault.erase(&person, subject, None).await.unwrap_err().code(), "organisation.decides");
    let erasure = ask(RightKind::Erasure).await;
    identity.decide_request(&company.office, tenant, erasure.id, Decision::Approve).await.unwrap();
    assert_eq!(vault.subject(&company.office, subject).await.unwrap_err().code(), "subject.erased");
}

#[tokio::test]
async fn a_proof_that_is_lost_ends_management_after_a_week_and_a_silent_resolver_ends_nothing() {
    let company = company().await;
    let ada = company.employee().await;
    let subject = ada.session.subject;
    *company.published.1.lock() = true;
    for _ in 0..20 {
        company.later(DAY_MS);
        company.tend().await;
    }
    assert!(company.managed(subject).await, "who does not answer says nothing");
    *company.published.1.lock() = false;
    company.take_back();
    company.later(RECHECK_MS);
    company.tend().await;
    assert!(company.managed(subject).await);
    company.later(GRACE_MS - 1);
    company.tend().await;
    assert!(company.managed(subject).await, "a week of grace");
    company.later(60 * 60 * 1000);
    company.tend().await;
    assert!(!company.managed(subject).await);
    assert_eq!(company.state(subject).await, None);
    let seen = company.world.identity.organisation(&company.office, company.organisation.id).await.unwrap();
    assert!(seen.domains.is_empty());
    assert_eq!(company.world.letters.to(ADA, 4).await.0, "Your account at Acme is yours again");
}

#[tokio::test]
async fn a_closed_organisation_lets_everybody_go() {
    let company = company().await;
    let ada = company.employee().await;
    company.world.identity.close_organisation(&company.office, company.organisation.id).await.unwrap();
    assert!(!company.managed(ada.session.subject).await);
    let identity = &company.world.identity;
    assert_eq!(
        identity.organisation(&company.office, company.organisation.id).await.unwrap_err().code(),
        "organisation.unknown"
    );
}
