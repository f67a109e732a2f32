//! Second factors: added against a proof, asked for at the door, guessed at in vain, and gone only when they may.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../../adapters/passkeys/tests/ceremonies/device.rs"]
mod device;
mod support;

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use candor_factors::TotpSecret;
use candor_identity::{Identity, IdentityParts, Method, Methods, Opened, Session, Step, Token};
use candor_notify::{Message, Notify, Undelivered};
use candor_vault::TenantView;
use candor_words::{Instant, Secret, SeededEntropy};
use device::Device;
use parking_lot::Mutex;
use serde_json::Value;
use support::{PASSWORD, World, code, form, visit, world, world_of};

const ADA: &str = "ada@example.org";
const ORIGIN: &str = "https://id.example";

fn opened(step: Step) -> Opened {
    match step {
        Step::SignedIn { opened, .. } => opened,
        other => panic!("not signed in: {other:?}"),
    }
}

fn asked(step: Step) -> (Token, Methods) {
    match step {
        Step::Factor { token, offered } => (token, offered),
        other => panic!("not asked for a factor: {other:?}"),
    }
}

fn later(world: &World, ms: i64) {
    world.clock.set(Instant::from_millis(world.identity.now().as_millis() + ms));
}

/// The bytes of a secret as it is typed.
fn secret(text: &str) -> TotpSecret {
    let digits: Vec<u32> = text
        .bytes()
        .filter(|b| *b != b' ')
        .map(|b| "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(char::from(b)).unwrap() as u32)
        .collect();
    let bytes: Vec<u8> = digits
        .chunks(8)
        .flat_map(|chunk| {
            let word = chunk.iter().fold(0_u64, |word, digit| (word << 5) | u64::from(*digit));
            word.to_be_bytes()[3..].to_vec()
        })
        .collect();
    TotpSecret::from_bytes(&bytes).unwrap()
}

/// The digits that a message carries.
fn digits(text: &str) -> String {
    text.split(|c: char| !c.is_ascii_digit()).find(|part| part.len() == 6).expect("a code").to_owned()
}

struct App(TotpSecret);

impl World {
    async fn again(&self, opened: &Opened) -> Session {
        self.identity.session_to_enrol(self.tenant.id, &opened.token).await.unwrap().unwrap()
    }

    async fn with_app(&self, opened: &Opened) -> App {
        let session = self.again(opened).await;
        let enrolment = self.identity.begin_totp(&self.tenant, &session, "QR code").await.unwrap();
        let app = App(secret(enrolment.secret.expose()));
        let code = app.0.code_at(self.identity.now());
        self.identity.confirm_factor(&self.tenant, &session, &enrolment.token, &code, "Phone", &visit()).await.unwrap();
        later(self, 60_000);
        app
    }

    async fn prove(&self, token: &Token, method: Method, code: &str) -> Step {
        self.identity.prove(&self.tenant, token, method, code, &visit()).await.unwrap()
    }

    fn code_of(&self, app: &App) -> String {
        app.0.code_at(self.identity.now())
    }

    async fn with_passkey(&self, opened: &Opened) -> Device {
        let session = self.again(opened).await;
        let question = self.identity.begin_passkey(&self.tenant, &session).await.unwrap();
        let mut device = Device::new(ORIGIN, "id.example");
        let answer = device.create(&question.options).to_string();
        self.identity.confirm_passkey(&self.tenant, &session, &question.token, &answer, "Key", &visit()).await.unwrap();
        device
    }

    async fn sign_in_by(&self, device: &mut Device) -> Step {
        let question = self.identity.begin_passkey_sign_in(&self.tenant, &visit()).await.unwrap();
        let answer = device.get(&question.options).to_string();
        self.identity.sign_in_with_passkey(&self.tenant, &question.token, &answer, None, &visit()).await.unwrap()
    }
}

#[tokio::test]
async fn an_app_counts_once_its_first_code_was_right_and_is_asked_for_from_then_on() {
    let world = world().await;
    let first = opened(world.account(ADA).await);
    let session = world.again(&first).await;
    let enrolment = world.identity.begin_totp(&world.tenant, &session, "QR code").await.unwrap();
    assert!(enrolment.picture.unwrap().expose().starts_with("<svg"));
    assert!(!enrolment.address.expose().contains("ada"), "the app is told nothing of the person");
    let wrong = world.identity.confirm_factor(&world.tenant, &session, &enrolment.token, "000000", "", &visit()).await;
    assert_eq!(wrong.unwrap_err().code(), "code.wrong");
    opened(world.sign_in(ADA, PASSWORD).await);
    let app = App(secret(enrolment.secret.expose()));
    let code = world.code_of(&app);
    world
        .identity
        .confirm_factor(&world.tenant, &session, &enrolment.token, &code, "My phone\n", &visit())
        .await
        .unwrap();
    let views = world.identity.factors(&world.again(&first).await).await.unwrap();
    assert_eq!((views[0].method, views[0].label.as_str()), (Method::Totp, "My phone"));

    let (token, offered) = asked(world.sign_in(ADA, PASSWORD).await);
    assert_eq!(offered, Methods::of(Method::Totp));
    // The code that proved the app is used up.
    assert!(matches!(world.prove(&token, Method::Totp, &code).await, Step::Refused));
    later(&world, 30_000);
    let next = world.code_of(&app);
    let session = opened(world.prove(&token, Method::Totp, &next).await).session;
    assert_eq!(session.methods, Methods::of(Method::Password).and(Method::Totp));
    assert!(session.has_fresh_factor(world.identity.now()));

    let (token, _) = asked(world.sign_in(ADA, PASSWORD).await);
    assert!(matches!(world.prove(&token, Method::Totp, &next).await, Step::Refused), "a code counts once");
}

#[tokio::test]
async fn of_two_who_present_the_same_code_at_once_one_gets_in() {
    let world = world().await;
    let first = opened(world.account(ADA).await);
    let app = world.with_app(&first).await;
    let (one, _) = asked(world.sign_in(ADA, PASSWORD).await);
    let (other, _) = asked(world.sign_in(ADA, PASSWORD).await);
    let code = world.code_of(&app);
    let (one, other) = tokio::join!(world.prove(&one, Method::Totp, &code), world.prove(&other, Method::Totp, &code));
    let n_in = [one, other].iter().filter(|step| matches!(step, Step::SignedIn { .. })).count();
    assert_eq!(n_in, 1);
}

#[tokio::test]
async fn codes_are_not_guessed_however_many_attempts_are_begun() {
    let world = world().await;
    let first = opened(world.account(ADA).await);
    let app = world.with_app(&first).await;
    let mut n_guesses = 0;
    let refused = 'guessing: loop {
        let (token, _) = asked(world.sign_in(ADA, PASSWORD).await);
        for n in 0..5 {
            match world.identity.prove(&world.tenant, &token, Method::Totp, "000000", &visit()).await {
                Ok(step) => assert!(matches!(step, Step::Refused), "{n}"),
                Err(error) => break 'guessing error,
            }
            n_guesses += 1;
        }
        let over = world.identity.prove(&world.tenant, &token, Method::Totp, "000000", &visit()).await.unwrap_err();
        assert_eq!(over.code(), "code.over", "five wrong codes end an attempt");
    };
    assert_eq!((refused.code(), n_guesses), ("factor.too_often", 10));
    // Even the right code waits now, whoever has the password; and the person is told.
    let (token, _) = asked(world.sign_in(ADA, PASSWORD).await);
    let code = world.code_of(&app);
    let waits = world.identity.prove(&world.tenant, &token, Method::Totp, &code, &visit()).await.unwrap_err();
    assert_eq!(waits.code(), "factor.too_often");
    world.letters.titled(ADA, "Wrong codes at Acme").await;
    later(&world, 16 * 60_000);
    let (token, _) = asked(world.sign_in(ADA, PASSWORD).await);
    opened(world.prove(&token, Method::Totp, &world.code_of(&app)).await);
}

#[tokio::test]
async fn a_new_password_takes_no_factor_away() {
    let world = world().await;
    let first = opened(world.account(ADA).await);
    let app = world.with_app(&first).await;
    world.identity.recover(&world.tenant, ADA, &visit()).await.unwrap();
    let waiting = code(&world.letters.titled(ADA, "Set a new password for Acme").await);
    let new = || Secret::new("another fine pass phrase".to_owned());
    world.identity.set_password_by(&world.tenant, &waiting, new(), &visit()).await.unwrap();
    let (token, offered) = asked(world.sign_in(ADA, new().expose()).await);
    assert_eq!(offered, Methods::of(Method::Totp));
    assert!(matches!(world.prove(&token, Method::Totp, "000000").await, Step::Refused));
    opened(world.prove(&token, Method::Totp, &world.code_of(&app)).await);
}

#[tokio::test]
async fn a_code_by_mail_counts_for_the_attempt_that_asked_for_it_and_once() {
    let world = world().await;
    let first = opened(world.account(ADA).await);
    let session = world.again(&first).await;
    let n = world.letters.n();
    let enrolment = world.identity.begin_codes(&world.tenant, &session, Method::MailCode, &visit()).await.unwrap();
    let sent = digits(&world.letters.to(ADA, n + 1).await.1);
    world.identity.confirm_factor(&world.tenant, &session, &enrolment, &sent, "", &visit()).await.unwrap();
    let (one, offered) = asked(world.sign_in(ADA, PASSWORD).await);
    assert_eq!(offered, Methods::of(Method::MailCode));
    let (other, _) = asked(world.sign_in(ADA, PASSWORD).await);
    world.letters.to(ADA, n + 2).await;
    world.identity.send_code(&world.tenant, &one, Method::MailCode, &visit()).await.unwrap();
    let sent = digits(&world.letters.to(ADA, n + 3).await.1);
    assert!(matches!(world.prove(&other, Method::MailCode, &sent).await, Step::Refused), "another attempt's code");
    assert!(matches!(world.prove(&one, Method::MailCode, "000000").await, Step::Refused));
    opened(world.prove(&one, Method::MailCode, &sent).await);
    let over = world.identity.prove(&world.tenant, &one, Method::MailCode, &sent, &visit()).await.unwrap_err();
    assert_eq!(over.code(), "code.over");
}

#[tokio::test]
async fn a_code_goes_to_the_telephone_that_the_account_has() {
    let world = world().await;
    let mut with_number = form(ADA);
    with_number.values.insert("account.telephone".to_owned(), Value::from("+49 30 1234567"));
    world.identity.sign_up(&world.tenant, with_number, &visit()).await.unwrap();
    let confirm = code(&world.letters.to(ADA, 1).await.1);
    let first = opened(world.identity.confirm_sign_up(&world.tenant, &confirm, &visit()).await.unwrap());
    let session = world.again(&first).await;
    assert!(world.identity.addable(&session).await.unwrap().has(Method::SmsCode));
    let enrolment = world.identity.begin_codes(&world.tenant, &session, Method::SmsCode, &visit()).await.unwrap();
    let sent = digits(&world.texts.to("+49 30 1234567", 1).await.1);
    world.identity.confirm_factor(&world.tenant, &session, &enrolment, &sent, "", &visit()).await.unwrap();
    let (token, _) = asked(world.sign_in(ADA, PASSWORD).await);
    world.identity.send_code(&world.tenant, &token, Method::SmsCode, &visit()).await.unwrap();
    let sent = digits(&world.texts.to("+49 30 1234567", 2).await.1);
    let session = opened(world.prove(&token, Method::SmsCode, &sent).await).session;
    assert!(session.methods.is_multi_factor());
    // Three more are sent within the quarter of an hour, and no sixth.
    let (token, _) = asked(world.sign_in(ADA, PASSWORD).await);
    for _ in 0..3 {
        world.identity.send_code(&world.tenant, &token, Method::SmsCode, &visit()).await.unwrap();
    }
    let bound = world.identity.send_code(&world.tenant, &token, Method::SmsCode, &visit()).await.unwrap_err();
    assert_eq!(bound.code(), "factor.too_often");
}

/// A telephone whose holder types a code in the moment that it comes, before its carrier has said that it was taken.
struct Quick {
    identity: OnceLock<Arc<Identity>>,
    tenant: TenantView,
    token: Mutex<Option<Token>>,
    steps: Mutex<Vec<Step>>,
}

#[async_trait]
impl Notify for Quick {
    async fn deliver(&self, message: &Message) -> Result<(), Undelivered> {
        let (identity, typed) = (self.identity.get().unwrap(), digits(&message.text));
        let token = self.token.lock().take().unwrap();
        let step = identity.prove(&self.tenant, &token, Method::SmsCode, &typed, &visit()).await;
        self.steps.lock().push(step.unwrap());
        Ok(())
    }
}

#[tokio::test]
async fn a_code_counts_when_it_comes_however_quickly_it_is_typed() {
    let world = world().await;
    let mut with_number = form(ADA);
    with_number.values.insert("account.telephone".to_owned(), Value::from("+49 30 1234567"));
    world.identity.sign_up(&world.tenant, with_number, &visit()).await.unwrap();
    let confirm = code(&world.letters.to(ADA, 1).await.1);
    let first = opened(world.identity.confirm_sign_up(&world.tenant, &confirm, &visit()).await.unwrap());
    let session = world.again(&first).await;
    let enrolment = world.identity.begin_codes(&world.tenant, &session, Method::SmsCode, &visit()).await.unwrap();
    let sent = digits(&world.texts.to("+49 30 1234567", 1).await.1);
    world.identity.confirm_factor(&world.tenant, &session, &enrolment, &sent, "", &visit()).await.unwrap();

    let quick = Arc::new(Quick {
        identity: OnceLock::new(),
        tenant: world.tenant.clone(),
        token: Mutex::default(),
        steps: Mutex::default(),
    });
    let identity = Identity::open(IdentityParts {
        vault: Arc::clone(world.identity.vault()),
        entropy: Arc::new(SeededEntropy::new(8)),
        passkeys: Arc::new(candor_passkeys::WebAuthn),
        sms: Some(quick.clone()),
    });
    assert!(quick.identity.set(Arc::clone(&identity)).is_ok());
    let (token, _) = asked(world.sign_in(ADA, PASSWORD).await);
    *quick.token.lock() = Some(Token::parse(token.expose()).unwrap());
    identity.send_code(&world.tenant, &token, Method::SmsCode, &visit()).await.unwrap();
    let step = quick.steps.lock().remove(0);
    assert!(opened(step).session.methods.is_multi_factor());
}

#[tokio::test]
async fn recovery_codes_are_told_once_and_each_counts_once() {
    let world = world().await;
    let first = opened(world.account(ADA).await);
    let session = world.again(&first).await;
    let none = world.identity.new_recovery_codes(&world.tenant, &session, &visit()).await.unwrap_err();
    assert_eq!(none.code(), "factor.none");
    world.with_app(&first).await;
    let session = world.again(&first).await;
    let earlier = world.identity.new_recovery_codes(&world.tenant, &session, &visit()).await.unwrap();
    let sheet = world.identity.new_recovery_codes(&world.tenant, &session, &visit()).await.unwrap();
    assert_eq!(sheet.len(), 10);
    let (token, offered) = asked(world.sign_in(ADA, PASSWORD).await);
    assert!(offered.has(Method::RecoveryCode));
    let step = world.prove(&token, Method::RecoveryCode, earlier[0].expose()).await;
    assert!(matches!(step, Step::Refused), "an earlier sheet is worth nothing");
    opened(world.prove(&token, Method::RecoveryCode, &sheet[3].expose().to_lowercase()).await);
    let (token, _) = asked(world.sign_in(ADA, PASSWORD).await);
    assert!(matches!(world.prove(&token, Method::RecoveryCode, sheet[3].expose()).await, Step::Refused));
    opened(world.prove(&token, Method::RecoveryCode, sheet[4].expose()).await);
    let left: Vec<_> = world.identity.factors(&session).await.unwrap().iter().filter_map(|view| view.n_left).collect();
    assert_eq!(left, [8]);
}

#[tokio::test]
async fn a_factor_leaves_only_against_a_fresh_proof_of_one() {
    let world = world().await;
    let first = opened(world.account(ADA).await);
    let app = world.with_app(&first).await;
    let session = world.again(&first).await;
    let id = world.identity.factors(&session).await.unwrap()[0].id.clone();
    later(&world, 6 * 60_000);
    // A password alone does not do, however fresh.
    assert!(world.identity.prove_with_password(&session, Secret::new(PASSWORD.to_owned())).await.unwrap());
    let session = world.again(&first).await;
    assert!(session.is_fresh(world.identity.now()));
    let refused = world.identity.remove_factor(&world.tenant, &session, &id, &visit()).await.unwrap_err();
    assert_eq!(refused.code(), "factor.needed");
    assert_eq!(world.identity.begin_totp(&world.tenant, &session, "").await.unwrap_err().code(), "factor.needed");
    assert!(!world.identity.prove_with_code(&world.tenant, &session, Method::Totp, "000000", &visit()).await.unwrap());
    let code = world.code_of(&app);
    assert!(world.identity.prove_with_code(&world.tenant, &session, Method::Totp, &code, &visit()).await.unwrap());
    let session = world.again(&first).await;
    world.identity.new_recovery_codes(&world.tenant, &session, &visit()).await.unwrap();
    world.identity.remove_factor(&world.tenant, &session, &id, &visit()).await.unwrap();
    world.letters.titled(ADA, "A second factor was removed at Acme").await;
    assert!(world.identity.factors(&session).await.unwrap().is_empty(), "the sheet goes with the last one");
    opened(world.sign_in(ADA, PASSWORD).await);
}

#[tokio::test]
async fn where_a_factor_is_required_nobody_gets_in_without_and_the_last_one_stays() {
    let world = world().await;
    let vault = world.identity.vault();
    let first = opened(world.account(ADA).await);
    let person = world.identity.person(world.tenant.id, first.session.subject);
    assert_eq!(vault.require_factor(&person, true).await.unwrap_err().code(), "key.scope_missing");
    vault.require_factor(&world.administrator, true).await.unwrap();
    let owing = opened(world.sign_in(ADA, PASSWORD).await);
    assert!(owing.session.owes_factor);
    assert!(world.identity.session(world.tenant.id, &owing.token).await.unwrap().is_none(), "for nothing but to enrol");
    let app = world.with_app(&owing).await;
    let session = world.identity.session(world.tenant.id, &owing.token).await.unwrap().unwrap();
    let id = world.identity.factors(&session).await.unwrap()[0].id.clone();
    let last = world.identity.remove_factor(&world.tenant, &session, &id, &visit()).await.unwrap_err();
    assert_eq!(last.code(), "factor.required");
    let (token, _) = asked(world.sign_in(ADA, PASSWORD).await);
    let opened = opened(world.prove(&token, Method::Totp, &world.code_of(&app)).await);
    assert!(!opened.session.owes_factor);
}

#[tokio::test]
async fn a_policy_that_signs_in_with_a_factor_requires_one() {
    let policy: String = support::POLICY
        .replace("    password \"Password\"", "    second \"Second factor\": Authenticating\n    password \"Password\"")
        .replace("account.telephone, account.password", "account.telephone, account.password, account.second");
    let manifest = candor_manifest::check(&[candor_manifest::Source { path: "policy.candor".into(), text: policy }])
        .unwrap()
        .manifest;
    assert!(candor_identity::FrontDoor::of(&manifest).unwrap().factor_required);
    let world = world_of(support::POLICY).await;
    assert!(!world.identity.is_factor_required(world.tenant.id).await.unwrap());
}

#[tokio::test]
async fn an_administrator_takes_factors_away_and_the_person_is_told() {
    let world = world().await;
    let first = opened(world.account(ADA).await);
    let subject = first.session.subject;
    world.with_app(&first).await;
    let person = world.identity.person(world.tenant.id, subject);
    let refused = world.identity.reset_factors(&person, subject).await.unwrap_err();
    assert_eq!(refused.code(), "key.scope_missing");
    assert_eq!(world.identity.factors_of(&world.administrator, subject).await.unwrap().len(), 1);
    assert_eq!(world.identity.reset_factors(&world.administrator, subject).await.unwrap(), 1);
    world.letters.titled(ADA, "Your second factors at Acme were reset").await;
    assert!(world.identity.session_to_enrol(world.tenant.id, &first.token).await.unwrap().is_none());
    opened(world.sign_in(ADA, PASSWORD).await);
}

#[tokio::test]
async fn a_passkey_signs_in_alone_and_stands_in_for_every_other_factor() {
    let world = world().await;
    let first = opened(world.account(ADA).await);
    let mut device = world.with_passkey(&first).await;
    let session = opened(world.sign_in_by(&mut device).await).session;
    assert_eq!(session.subject, first.session.subject);
    assert_eq!(session.methods, Methods::of(Method::Passkey));
    assert!(session.has_fresh_factor(world.identity.now()));
    let (token, offered) = asked(world.sign_in(ADA, PASSWORD).await);
    assert_eq!(offered, Methods::of(Method::Passkey));
    let options = world.identity.ask_for_passkey(&world.tenant, &token).await.unwrap();
    let answer = device.get(&options).to_string();
    let mut stranger = Device::new(ORIGIN, "id.example");
    let forged = stranger.get(&options).to_string();
    let step = world.identity.prove_with_passkey(&world.tenant, &token, &forged, &visit()).await.unwrap();
    assert!(matches!(step, Step::Refused));
    let step = world.identity.prove_with_passkey(&world.tenant, &token, &answer, &visit()).await.unwrap();
    assert!(matches!(step, Step::Refused), "a question is used up by its first answer");
    let options = world.identity.ask_for_passkey(&world.tenant, &token).await.unwrap();
    let answer = device.get(&options).to_string();
    opened(world.identity.prove_with_passkey(&world.tenant, &token, &answer, &visit()).await.unwrap());
}

#[tokio::test]
async fn a_passkey_answer_counts_once_and_a_copy_never() {
    let world = world().await;
    let first = opened(world.account(ADA).await);
    let mut device = world.with_passkey(&first).await;
    let question = world.identity.begin_passkey_sign_in(&world.tenant, &visit()).await.unwrap();
    let answer = device.get(&question.options).to_string();
    let visit = visit();
    opened(world.identity.sign_in_with_passkey(&world.tenant, &question.token, &answer, None, &visit).await.unwrap());
    let again = world.identity.sign_in_with_passkey(&world.tenant, &question.token, &answer, None, &visit).await;
    assert_eq!(again.unwrap_err().code(), "code.over");
    device.counter = 0;
    assert!(matches!(world.sign_in_by(&mut device).await, Step::Refused), "its counter went back");
    // What nobody registered is refused in the same words.
    let mut stranger = Device::new(ORIGIN, "id.example");
    assert!(matches!(world.sign_in_by(&mut stranger).await, Step::Refused));
}

#[tokio::test]
async fn a_passkey_of_one_person_is_none_of_anothers() {
    let world = world().await;
    let ada = opened(world.account(ADA).await);
    let mut device = world.with_passkey(&ada).await;
    let bob = opened(world.account("bob@example.org").await);
    world.with_passkey(&bob).await;
    let (token, _) = asked(world.sign_in("bob@example.org", PASSWORD).await);
    let options = world.identity.ask_for_passkey(&world.tenant, &token).await.unwrap();
    let answer = device.get(&options).to_string();
    let step = world.identity.prove_with_passkey(&world.tenant, &token, &answer, &visit()).await.unwrap();
    assert!(matches!(step, Step::Refused));
}
