//! Who works at the console, what they see of people, what people see of them; and locks.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod support;

use candor_identity::{Opened, StaffRoles, Step};
use candor_vault::{Ask, Caller, ErrorKind, NewKey, Scope, Seat, StaffReason};
use candor_words::{Secret, SubjectId};
use support::{PASSWORD, POLICY, World, visit, world_of};

const ADA: &str = "ada@example.org";
const BOB: &str = "bob@example.org";

async fn world() -> World {
    let policy = format!(
        "{POLICY}\n
purpose support \"Help you\" is CustomerCare {{
    because legitimate interest \"answering who asks us\"
    uses account.company
}}

staff support_desk \"Support\" for support
"
    );
    world_of(&policy).await
}

fn opened(step: Step) -> Opened {
    match step {
        Step::SignedIn { opened, .. } => opened,
        other => panic!("not signed in: {other:?}"),
    }
}

#[tokio::test]
async fn staff_reads_for_a_purpose_of_the_role_and_the_person_sees_it() {
    let world = world().await;
    let (identity, tenant) = (&world.identity, world.tenant.id);
    let office = identity.vault().office(tenant);
    let (ada, bob) = (opened(world.account(ADA).await).session, opened(world.account(BOB).await).session);
    assert_eq!(identity.seat(tenant, bob.subject).await.unwrap_err().code(), "staff.none");
    let unknown = StaffRoles { roles: vec!["tailor".into()], administrator: false };
    assert_eq!(identity.set_staff(&office, bob.subject, unknown).await.unwrap_err().code(), "role.undeclared");
    let roles = StaffRoles { roles: vec!["support_desk".into()], administrator: false };
    let staff = identity.set_staff(&office, bob.subject, roles).await.unwrap().unwrap();
    let seat = identity.seat(tenant, bob.subject).await.unwrap();
    assert_eq!(seat.purposes, ["support"]);

    let look = async |purpose: &'static str, field: &str, ticket: &'static str| {
        let why = (StaffReason::Asked, ticket);
        identity.look(tenant, &seat, ada.subject, (purpose, vec![field.to_owned()]), why).await
    };
    assert_eq!(look("service", "account.company", "T-1").await.unwrap_err().code(), "staff.purpose_foreign");
    assert_eq!(look("support", "account.company", " ").await.unwrap_err().code(), "staff.ticket");
    let answer = look("support", "account.company", "T-1").await.unwrap();
    assert_eq!(answer.records[0].values["company"].value, "Acme");
    let refused = look("support", "account.email", "T-2").await.unwrap();
    assert!(refused.records.is_empty(), "what the purpose may not use is refused, and seen too");

    let person = identity.person(tenant, ada.subject);
    let seen = identity.vault().accesses(&person, ada.subject, None, 50).await.unwrap().rows;
    let of_staff: Vec<_> = seen.iter().filter(|access| access.actor == Some(staff.actor)).collect();
    let kinds: Vec<_> = of_staff.iter().map(|access| (access.kind, access.reason)).collect();
    assert_eq!(kinds[0], ("staff_access", Some("staff.asked")));
    assert_eq!(kinds[1].0, "refusal");
    assert_eq!((kinds[2].0, kinds[3].0), ("staff_access", "disclosure"));
    assert_eq!(of_staff[3].purpose.as_deref(), Some("support"));
    assert_eq!(of_staff[3].actor_label.as_deref(), Some("a member of staff"));
    let looks = identity.looks(tenant, ada.subject).await.unwrap();
    let mut tickets: Vec<_> = looks.iter().map(|look| look.ticket.as_str()).collect();
    tickets.sort_unstable();
    assert_eq!(tickets, ["T-1", "T-2"]);

    // Neither an export nor anything beyond the role, whatever the seat.
    let both = StaffRoles { roles: vec!["support_desk".into()], administrator: true };
    identity.set_staff(&office, bob.subject, both).await.unwrap();
    let seat = identity.seat(tenant, bob.subject).await.unwrap();
    let caller = identity.vault().staff(tenant, &seat, StaffReason::Asked).await.unwrap();
    let export = identity.vault().export(&caller, ada.subject, candor_vault::ExportKind::Access).await;
    assert_eq!(export.map(drop).unwrap_err().code(), "caller.staff");
    identity.set_staff(&office, bob.subject, StaffRoles::default()).await.unwrap();
    assert_eq!(identity.seat(tenant, bob.subject).await.unwrap_err().code(), "staff.none");
}

#[tokio::test]
async fn a_key_that_staff_issues_reads_for_the_purposes_that_it_names_and_no_key_without_one_is_issued() {
    let world = world().await;
    let (identity, tenant) = (&world.identity, world.tenant.id);
    let ada = opened(world.account(ADA).await).session;
    let seat = Seat { subject: ada.subject, is_administrator: true, purposes: Vec::new() };
    let staff = identity.vault().staff(tenant, &seat, StaffReason::Maintenance).await.unwrap();
    let issue = async |by: &Caller, scope: Scope, purposes: Option<&[&str]>| {
        let purposes = purposes.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        let new = NewKey { label: "mailer".into(), scopes: vec![scope], recipient: None, purposes, expires_at: None };
        identity.vault().issue_key(by, new).await
    };
    for unsaid in [None, Some([].as_slice())] {
        assert_eq!(issue(&staff, Scope::Read, unsaid).await.unwrap_err().code(), "key.purposes_unsaid");
    }
    issue(&staff, Scope::Write, None).await.unwrap();
    issue(&world.administrator, Scope::Read, None).await.unwrap();
    let issued = issue(&staff, Scope::Read, Some(&["support"])).await.unwrap();
    let mailer = identity.vault().authenticate(issued.secret.expose()).await.unwrap();
    let read = async |purpose: &str| {
        let fields = vec!["account.company".to_owned()];
        let ask = Ask { purpose: purpose.into(), fields, ..support_ask(ada.subject) };
        identity.vault().read(&mailer, &ask).await.map(|answer| answer.records.len())
    };
    assert_eq!(read("support").await.unwrap(), 1);
    assert_eq!(read("sign_in").await.unwrap_err().code(), "key.purpose_foreign");
}

fn support_ask(subject: SubjectId) -> Ask {
    Ask {
        subject,
        purpose: "support".into(),
        recipient: None,
        fields: Vec::new(),
        record: None,
        channel: None,
        gpc: false,
        approval: None,
    }
}

#[tokio::test]
async fn a_lock_ends_sessions_and_keeps_out_and_tells_nobody_who_guesses() {
    let world = world().await;
    let (identity, tenant) = (&world.identity, world.tenant.id);
    let office = identity.vault().office(tenant);
    let ada = opened(world.account(ADA).await);
    let subject = ada.session.subject;
    assert!(identity.lock(&office, subject).await.unwrap().locked);
    assert!(identity.session(tenant, &ada.token).await.unwrap().is_none(), "the session ended");
    assert!(matches!(world.sign_in(ADA, "not the password").await, Step::Refused), "a guess is refused like any");
    let password = Secret::new(PASSWORD.to_owned());
    let told = identity.sign_in(tenant, ADA, password, None, &visit()).await.unwrap_err();
    assert_eq!((told.code(), told.kind()), ("account.locked", ErrorKind::Denied));
    // Nor by a session that changes its password meanwhile.
    let again = identity
        .change_password(
            &world.tenant,
            &ada.session,
            Secret::new(PASSWORD.to_owned()),
            Secret::new("another fine pass phrase".to_owned()),
            &visit(),
        )
        .await;
    assert_eq!(again.map(drop).unwrap_err().code(), "account.locked");
    assert!(!identity.unlock(&office, subject).await.unwrap().locked);
    opened(world.sign_in(ADA, "another fine pass phrase").await);
    let person = identity.person(tenant, subject);
    assert_eq!(identity.lock(&person, subject).await.unwrap_err().code(), "key.scope_missing");
}
