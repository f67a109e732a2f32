//! Accounts: made when an address is confirmed, entered with a password, recovered, moved to another address.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use candor_identity::{Opened, SESSION_IDLE_MS, SESSION_MS, SignUp, SignUpOutcome, Step};
use candor_vault::Recurring;
use candor_words::{Instant, Secret};
use support::{PASSWORD, World, code, form, visit, world};

const ADA: &str = "ada@example.org";
const OTHER: &str = "another fine pass phrase";

fn opened(step: Step) -> Opened {
    match step {
        Step::SignedIn { opened, .. } => opened,
        other => panic!("not signed in: {other:?}"),
    }
}

fn later(world: &World, ms: i64) {
    world.clock.set(Instant::from_millis(world.identity.now().as_millis() + ms));
}

#[tokio::test]
async fn somebody_signs_up_confirms_and_signs_in_again() {
    let world = world().await;
    let first = opened(world.account(ADA).await);
    let again = opened(world.sign_in(ADA, PASSWORD).await);
    assert_eq!(first.session.subject, again.session.subject);
    assert_ne!(first.token, again.token, "every sign-in draws a new token");
    let found = world.identity.session(world.tenant.id, &again.token).await.unwrap().unwrap();
    assert_eq!(found.subject, again.session.subject);
    let sessions = world.identity.sessions(&found).await.unwrap();
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions[0].device, "Firefox, Linux");
    let standing = world
        .identity
        .vault()
        .subject(&world.identity.person(world.tenant.id, found.subject), found.subject)
        .await
        .unwrap()
        .standing
        .unwrap();
    assert!(format!("{standing:?}").contains("newsletter"), "the consent stands");
    assert_eq!(standing.age.as_deref(), Some("at_least"));
}

#[tokio::test]
async fn a_sign_up_notes_the_answers_that_were_given_and_no_others() {
    let world = world().await;
    for (email, answer, noted) in [
        ("yes@example.org", Some(true), &["consent.given"][..]),
        ("no@example.org", Some(false), &["consent.refused"]),
        ("open@example.org", None, &[]),
    ] {
        let consents = answer.map(|yes| ("newsletter".to_owned(), yes)).into_iter().collect();
        let filled = SignUp { consents, ..form(email) };
        assert!(matches!(world.identity.sign_up(&world.tenant, filled, &visit()).await, Ok(SignUpOutcome::Written)));
        let confirmed = code(&world.letters.to(email, 1).await.1);
        let subject = opened(world.identity.confirm_sign_up(&world.tenant, &confirmed, &visit()).await.unwrap());
        let subject = subject.session.subject;
        let person = world.identity.person(world.tenant.id, subject);
        let events = world.identity.vault().consents(&person, subject, None, 10).await.unwrap().rows;
        let said: Vec<_> = events.iter().map(|event| (event.purpose.as_str(), event.kind.as_str())).collect();
        let expected: Vec<_> = noted.iter().map(|kind| ("newsletter", *kind)).collect();
        assert_eq!(said, expected, "{email}");
    }
    // What the form does not ask about is answered by nobody.
    let filled = SignUp { consents: [("statistics".to_owned(), true)].into(), ..form(ADA) };
    let refused = world.identity.sign_up(&world.tenant, filled, &visit()).await.unwrap_err();
    assert_eq!(refused.code(), "signup.unknown_consent");
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_and_a_stranger_get_the_same_no() {
    let world = world().await;
    world.account(ADA).await;
    let began = tokio::time::Instant::now();
    assert!(matches!(world.sign_in(ADA, "not the password").await, Step::Refused));
    let known = began.elapsed();
    let began = tokio::time::Instant::now();
    assert!(matches!(world.sign_in("eve@example.org", "not the password").await, Step::Refused));
    let stranger = began.elapsed();
    assert!(known.as_millis().is_multiple_of(500) || known.as_millis() % 500 < 5, "{known:?}");
    assert_eq!(known.as_millis() / 500, stranger.as_millis() / 500);
    for _ in 0..9 {
        let _ = world.sign_in("eve@example.org", "not the password").await;
        let _ = world.sign_in(ADA, "not the password").await;
    }
    let refused = |who: &'static str| {
        let password = Secret::new(PASSWORD.to_owned());
        let world = &world;
        async move { world.identity.sign_in(world.tenant.id, who, password, None, &visit()).await.unwrap_err().code() }
    };
    assert_eq!(refused(ADA).await, "verify.too_often");
    assert_eq!(refused("eve@example.org").await, "verify.too_often");
}

#[tokio::test]
async fn nothing_is_kept_before_the_address_is_confirmed_nor_after_a_day() {
    let world = world().await;
    let outcome = world.identity.sign_up(&world.tenant, form(ADA), &visit()).await.unwrap();
    assert!(matches!(outcome, SignUpOutcome::Written));
    let store = world.identity.vault().store();
    assert!(store.subjects(world.tenant.id, None, 10).await.unwrap().rows.is_empty());
    let waiting = code(&world.letters.to(ADA, 1).await.1);
    assert!(world.identity.is_sign_up_waiting(&world.tenant, &waiting).await.unwrap());
    later(&world, candor_identity::CONFIRM_MS + 1);
    let error = world.identity.confirm_sign_up(&world.tenant, &waiting, &visit()).await.unwrap_err();
    assert_eq!(error.code(), "code.over");
    world.identity.vault().schedule(Recurring::SlipExpiry).await.unwrap();
    for job in store.lease_jobs(world.identity.now(), Instant::from_millis(i64::MAX / 2), 10).await.unwrap() {
        world.identity.vault().run_job(&job).await.unwrap();
    }
    assert!(store.slips(world.tenant.id, 3, None, None, 10).await.unwrap().rows.is_empty());
}

#[tokio::test]
async fn a_code_makes_one_account() {
    let world = world().await;
    world.identity.sign_up(&world.tenant, form(ADA), &visit()).await.unwrap();
    let waiting = code(&world.letters.to(ADA, 1).await.1);
    opened(world.identity.confirm_sign_up(&world.tenant, &waiting, &visit()).await.unwrap());
    let again = world.identity.confirm_sign_up(&world.tenant, &waiting, &visit()).await.unwrap_err();
    assert_eq!(again.code(), "code.over");
}

#[tokio::test]
async fn an_address_that_has_an_account_is_told_by_mail_alone() {
    let world = world().await;
    world.account(ADA).await;
    let outcome = world.identity.sign_up(&world.tenant, form(ADA), &visit()).await.unwrap();
    assert!(matches!(outcome, SignUpOutcome::Written));
    let (title, text) = world.letters.to(ADA, 2).await;
    assert_eq!(title, "You have an account at Acme");
    assert!(text.contains("https://id.example/acme/sign-in") && !text.contains("?code="));
}

#[tokio::test]
async fn somebody_too_young_leaves_nothing_and_gets_nothing() {
    let world = world().await;
    let young = SignUp { is_old_enough: Some(false), ..form(ADA) };
    let outcome = world.identity.sign_up(&world.tenant, young, &visit()).await.unwrap();
    assert!(matches!(outcome, SignUpOutcome::TooYoung { at_least: 16 }));
    let unsaid = SignUp { is_old_enough: None, ..form(ADA) };
    let error = world.identity.sign_up(&world.tenant, unsaid, &visit()).await.unwrap_err();
    assert_eq!(error.code(), "signup.age_unsaid");
    tokio::task::yield_now().await;
    assert_eq!(world.letters.n(), 0);
    assert!(world.identity.vault().store().slips(world.tenant.id, 3, None, None, 1).await.unwrap().rows.is_empty());
}

#[tokio::test]
async fn what_is_missing_or_not_asked_for_is_refused_by_name() {
    let world = world().await;
    let mut missing = form(ADA);
    missing.values.remove("account.company");
    let mut foreign = form(ADA);
    foreign.values.insert("account.shoe_size".to_owned(), 44.into());
    let mut split = form(ADA);
    split.values.insert("account.email".to_owned(), "ada@example.org\r\nBcc: eve@example.org".into());
    let weak = SignUp { password: Some(Secret::new("ada@example.org".to_owned())), ..form(ADA) };
    for (form, code) in [
        (missing, "signup.incomplete"),
        (foreign, "signup.unknown_field"),
        (split, "address.malformed"),
        (weak, "password.guessable"),
    ] {
        assert_eq!(world.identity.sign_up(&world.tenant, form, &visit()).await.unwrap_err().code(), code);
    }
}

#[tokio::test]
async fn a_session_ends_when_left_idle_or_old_and_all_end_together() {
    let world = world().await;
    let (identity, tenant) = (&world.identity, world.tenant.id);
    let first = opened(world.account(ADA).await);
    later(&world, SESSION_IDLE_MS);
    assert!(identity.session(tenant, &first.token).await.unwrap().is_none(), "idle");
    let second = opened(world.sign_in(ADA, PASSWORD).await);
    for _ in 0..SESSION_MS / SESSION_IDLE_MS * 2 - 1 {
        later(&world, SESSION_IDLE_MS / 2);
        assert!(identity.session(tenant, &second.token).await.unwrap().is_some());
    }
    later(&world, SESSION_IDLE_MS / 2);
    assert!(identity.session(tenant, &second.token).await.unwrap().is_none(), "long enough");
    let third = opened(world.sign_in(ADA, PASSWORD).await);
    let fourth = opened(world.sign_in(ADA, PASSWORD).await);
    identity.sign_out(&third.session).await.unwrap();
    assert!(identity.session(tenant, &third.token).await.unwrap().is_none(), "left");
    let person = identity.person(tenant, fourth.session.subject);
    let cause = candor_identity::SignOutCause::Everywhere;
    identity.end_sessions(&person, fourth.session.subject, cause).await.unwrap();
    assert!(identity.session(tenant, &fourth.token).await.unwrap().is_none(), "everywhere");
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_password_is_set_anew_once_and_ends_every_session() {
    let world = world().await;
    let (identity, tenant) = (&world.identity, &world.tenant);
    let session = opened(world.account(ADA).await);
    identity.recover(tenant, ADA, &visit()).await.unwrap();
    identity.recover(tenant, "eve@example.org", &visit()).await.unwrap();
    assert_eq!(world.letters.to("eve@example.org", 1).await.0, "No account at Acme");
    let waiting = code(&world.letters.to(ADA, 2).await.1);
    let seen = visit();
    let set = |password: &str| identity.set_password_by(tenant, &waiting, Secret::new(password.to_owned()), &seen);
    assert_eq!(set("ada@example.org").await.unwrap_err().code(), "password.guessable");
    set(OTHER).await.unwrap();
    assert_eq!(set(OTHER).await.unwrap_err().code(), "code.over");
    assert!(identity.session(tenant.id, &session.token).await.unwrap().is_none());
    assert!(matches!(world.sign_in(ADA, PASSWORD).await, Step::Refused));
    opened(world.sign_in(ADA, OTHER).await);
    assert_eq!(world.letters.to(ADA, 3).await.0, "Your password at Acme was changed");
}

#[tokio::test]
async fn an_address_moves_when_the_new_one_confirms_and_the_old_one_is_told_twice() {
    let world = world().await;
    let (identity, tenant) = (&world.identity, &world.tenant);
    let session = opened(world.account(ADA).await).session;
    identity.change_email(tenant, &session, "countess@example.org", &visit()).await.unwrap();
    assert_eq!(world.letters.to(ADA, 2).await.0, "Your address at Acme is about to change");
    let waiting = code(&world.letters.to("countess@example.org", 1).await.1);
    identity.confirm_email(tenant, &waiting, &visit()).await.unwrap();
    assert_eq!(world.letters.to(ADA, 3).await.0, "Your address at Acme was changed");
    opened(world.sign_in("countess@example.org", PASSWORD).await);
    later(&world, 6 * 60 * 1000);
    let error = identity.change_email(tenant, &session, "x@example.org", &visit()).await.unwrap_err();
    assert_eq!(error.code(), "session.stale");
    assert!(identity.prove_with_password(&session, Secret::new(PASSWORD.to_owned())).await.unwrap());
}

#[tokio::test]
async fn a_device_is_known_again_by_its_own_cookie_only() {
    let world = world().await;
    let device = world.identity.draw_device(world.tenant.id).await.unwrap();
    let known = world.identity.known_device(world.tenant.id, device.expose()).await.unwrap();
    assert_eq!(known, Some(device.clone()));
    let mut forged = device.expose().to_owned();
    let last = if forged.starts_with('A') { "B" } else { "A" };
    forged.replace_range(0..1, last);
    assert_eq!(world.identity.known_device(world.tenant.id, &forged).await.unwrap(), None);
}
