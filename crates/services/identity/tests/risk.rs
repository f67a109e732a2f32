//! Sign-in risk: what is familiar is let in, what is unusual needs another factor, and what was seen is kept as counts alone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::net::IpAddr;
use std::sync::Arc;

use candor_identity::{
    Attempt, Language, Method, Opened, RiskAsked, RiskOutcome, RiskPage, RiskSettings, SignInView, SignUp,
    SignUpOutcome, StaffRoles, Step, Token, Visit, WithoutFactor,
};
use candor_identity_port::{Looked, Networks, Place};
use candor_risk::{Cause, Outcome, Thresholds};
use candor_vault::{Seat, StaffReason, VaultError};
use candor_words::{Secret, Span, SpanUnit, SubjectId};
use support::{PASSWORD, POLICY, World, form, world_with};

const ADA: &str = "ada@example.org";
const HOME: &str = "192.0.2.7";
const FAR: &str = "198.51.100.9";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36";

const JUDGED: &str = "
data signal \"Signals of a sign-in\", many per subject {
    location \"Location\": Location, from observed
    browser \"Browser\": BrowserFingerprint, from observed
    ip \"IP address\": IPAddress, from observed
    device_type \"Type of device\": DeviceBased, from observed
    at \"Time\": AuthenticationHistory, as time, from observed
    language \"Language\": Language, from observed
    user_agent \"User agent\": UserAgent, from observed
    fingerprint \"Device fingerprint\": DigitalFingerprint, from observed
}
purpose sign_in_risk \"Judge the risk of a sign-in\" is ServiceAccessDetermination {
    because legitimate interest \"keeping others out of your account\"
    uses signal
}
keep signal until 6 months after created, then erase within 7 days
staff security_desk \"Security\" for sign_in_risk
";

/// Home is in Germany, all else in India.
struct Map;

impl Networks for Map {
    fn place(&self, address: IpAddr) -> Place {
        let is_home = address.to_string() == HOME;
        Place {
            country: Looked::Found(if is_home { *b"DE" } else { *b"IN" }),
            asn: Looked::Found(if is_home { 64_500 } else { 64_501 }),
        }
    }
}

async fn judged(risk: RiskSettings) -> World {
    world_with(&format!("{POLICY}{JUDGED}"), risk).await
}

async fn judged_by_default() -> World {
    judged(RiskSettings { networks: Some(Arc::new(Map)), ..RiskSettings::default() }).await
}

fn at_home(device: Option<&Token>) -> Visit {
    Visit::new(Some(HOME.parse().unwrap()), FIREFOX, "de", device.map(|device| Token::parse(device.expose()).unwrap()))
}

fn far_away() -> Visit {
    Visit::new(Some(FAR.parse().unwrap()), CHROME, "ru,en", None)
}

/// A minute later than what was before, so that notes have an order.
async fn sign_in(world: &World, visit: &Visit) -> Step {
    later(world, 1, SpanUnit::Minute);
    let password = Secret::new(PASSWORD.to_owned());
    world.identity.sign_in(world.tenant.id, ADA, password, None, visit).await.unwrap()
}

/// Ada signs up at home; who she is, and what her browser was given.
async fn ada(world: &World) -> Opened {
    match world.account(ADA).await {
        Step::SignedIn { opened, .. } => opened,
        other => panic!("not signed in: {other:?}"),
    }
}

/// Signs in with the password and a code by mail, as somebody does who was asked for one.
async fn with_code(world: &World, subject: SubjectId, visit: &Visit) -> Step {
    later(world, 1, SpanUnit::Minute);
    let mut attempt = Attempt::by(subject, Method::Password, None);
    attempt.methods = attempt.methods.and(Method::MailCode);
    world.identity.advance(world.tenant.id, attempt, visit).await.unwrap()
}

async fn notes(world: &World, opened: &Opened) -> Vec<SignInView> {
    world.identity.sign_ins(&opened.session, Language::English).await.unwrap()
}

async fn kinds(world: &World, subject: SubjectId) -> Vec<&'static str> {
    let page = world.identity.vault().accesses(&world.administrator, subject, None, 100).await.unwrap();
    page.rows.iter().map(|row| row.kind).collect()
}

fn later(world: &World, count: u32, unit: SpanUnit) {
    world.clock.set(world.identity.now().plus(Span::new(count, unit)));
}

#[tokio::test]
async fn what_is_familiar_is_let_in_and_what_is_not_needs_another_factor() {
    let world = judged_by_default().await;
    let first = ada(&world).await;
    let home = at_home(first.device.as_ref());
    assert!(matches!(sign_in(&world, &home).await, Step::SignedIn { .. }));
    assert!(matches!(sign_in(&world, &far_away()).await, Step::Factor { .. }));
    let notes = notes(&world, &first).await;
    let told: Vec<_> = notes.iter().map(|note| (note.judgement.cause, note.is_completed)).collect();
    assert_eq!(told, [(Cause::Unusual, false), (Cause::Familiar, true), (Cause::JustMade, true)]);
}

/// A policy under which nobody can be written to: people have names.
fn without_addresses() -> String {
    let changes = [
        (
            "email \"Email address\": EmailAddress, identifies the subject",
            "email \"Email address\": EmailAddress, optional",
        ),
        ("Username, identifies the subject, optional", "Username, identifies the subject"),
    ];
    let changed = changes.iter().fold(POLICY.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    format!("{changed}{JUDGED}")
}

#[tokio::test]
async fn who_cannot_be_asked_for_more_is_not_let_in_unless_the_operator_says_so() {
    for (without_factor, is_let_in) in [(WithoutFactor::default(), false), (WithoutFactor::Allow, true)] {
        let settings = RiskSettings { networks: Some(Arc::new(Map)), without_factor, ..RiskSettings::default() };
        let world = world_with(&without_addresses(), settings).await;
        let values = [("account.username", "ada"), ("account.company", "Acme")];
        let values = values.map(|(name, value)| (name.to_owned(), value.into())).into();
        let filled = SignUp { values, ..form(ADA) };
        let outcome = world.identity.sign_up(&world.tenant, filled, &at_home(None)).await.unwrap();
        let SignUpOutcome::Done(Step::SignedIn { opened: first, .. }) = outcome else { panic!("{outcome:?}") };
        later(&world, 1, SpanUnit::Minute);
        let password = || Secret::new(PASSWORD.to_owned());
        let sign_in = |visit: Visit| {
            let world = &world;
            async move { world.identity.sign_in(world.tenant.id, "ada", password(), None, &visit).await }
        };
        assert!(
            matches!(sign_in(at_home(first.device.as_ref())).await, Ok(Step::SignedIn { .. })),
            "as she usually does"
        );
        later(&world, 1, SpanUnit::Minute);
        let elsewhere = sign_in(far_away()).await;
        if is_let_in {
            assert!(matches!(elsewhere, Ok(Step::SignedIn { .. })));
        } else {
            assert_eq!(elsewhere.unwrap_err().code(), "risk.no_factor");
        }
        let newest = &notes(&world, &first).await[0];
        assert_eq!((newest.judgement.cause, newest.is_completed), (Cause::Unusual, is_let_in));
    }
}

#[tokio::test]
async fn only_sign_ins_that_were_completed_are_learned() {
    let world = judged_by_default().await;
    let first = ada(&world).await;
    for _ in 0..5 {
        assert!(matches!(sign_in(&world, &far_away()).await, Step::Factor { .. }));
    }
    let own = |note: &SignInView| note.judgement.score.as_ref().unwrap().factors[0].levels[0].of_own;
    assert_eq!(own(&notes(&world, &first).await[0]), 1, "five that stopped half way count for nothing");
    let Step::SignedIn { opened, .. } = with_code(&world, first.session.subject, &far_away()).await else {
        panic!("two factors are enough")
    };
    let there = Visit { device: opened.device, ..far_away() };
    assert!(matches!(sign_in(&world, &there).await, Step::SignedIn { .. }), "now it is familiar");
}

#[tokio::test]
async fn a_device_is_known_by_the_cookie_that_it_was_given() {
    let world = judged_by_default().await;
    let first = ada(&world).await;
    sign_in(&world, &at_home(first.device.as_ref())).await;
    let device = |note: &SignInView| {
        let factors = &note.judgement.score.as_ref().unwrap().factors;
        factors.iter().find(|factor| factor.feature == candor_risk::Feature::Device).unwrap().clone()
    };
    assert!(!device(&notes(&world, &first).await[0]).is_new);
    sign_in(&world, &at_home(None)).await;
    let stranger = device(&notes(&world, &first).await[0]);
    assert!(stranger.is_new && stranger.ratio == 4.0);
}

#[tokio::test(start_paused = true)]
async fn whether_the_password_was_right_shows_by_the_time_neither() {
    let denied = vec!["198.51.100.0/24".parse().unwrap()];
    let world = judged(RiskSettings { denied, ..RiskSettings::default() }).await;
    ada(&world).await;
    let began_at = tokio::time::Instant::now();
    assert!(matches!(sign_in(&world, &far_away()).await, Step::Refused));
    assert!(began_at.elapsed() >= std::time::Duration::from_millis(500), "as long as a wrong password takes");
}

#[tokio::test]
async fn a_listed_address_is_turned_away_whatever_was_proved() {
    let denied = vec!["198.51.100.0/24".parse().unwrap()];
    let world = judged(RiskSettings { denied, ..RiskSettings::default() }).await;
    let first = ada(&world).await;
    assert!(matches!(sign_in(&world, &far_away()).await, Step::Refused));
    assert!(matches!(with_code(&world, first.session.subject, &far_away()).await, Step::Refused));
    let notes = notes(&world, &first).await;
    assert_eq!((notes[0].judgement.outcome, notes[0].judgement.cause), (Outcome::Deny, Cause::Listed));
    assert_eq!(kinds(&world, first.session.subject).await[..2], ["sign_in", "risk_judged"]);
}

#[tokio::test]
async fn above_the_bound_of_an_operator_nobody_is_let_in() {
    let thresholds = Thresholds { step_up_above: Some(0.5), deny_above: Some(50.0) };
    let world = judged(RiskSettings { networks: Some(Arc::new(Map)), thresholds, ..RiskSettings::default() }).await;
    let first = ada(&world).await;
    assert!(matches!(sign_in(&world, &far_away()).await, Step::Refused));
    assert!(matches!(sign_in(&world, &at_home(first.device.as_ref())).await, Step::SignedIn { .. }));
}

#[tokio::test]
async fn who_objected_is_not_looked_at_and_gives_another_factor() {
    let world = judged_by_default().await;
    let first = ada(&world).await;
    let (vault, subject) = (world.identity.vault(), first.session.subject);
    vault.object(&world.identity.person(world.tenant.id, subject), subject, "sign_in_risk").await.unwrap();
    let home = at_home(first.device.as_ref());
    assert!(matches!(sign_in(&world, &home).await, Step::Factor { .. }));
    assert!(matches!(with_code(&world, subject, &home).await, Step::SignedIn { .. }));
    let notes = notes(&world, &first).await;
    assert!(notes[..2].iter().all(|note| note.judgement.cause == Cause::NoSignal && note.judgement.score.is_none()));
    let kinds = kinds(&world, subject).await;
    assert!(
        !kinds[..kinds.iter().position(|kind| *kind == "objection").unwrap()].contains(&"risk_judged"),
        "{kinds:?}"
    );
}

#[tokio::test]
async fn what_is_older_than_the_policy_says_counts_no_more_and_is_gone() {
    let world = judged_by_default().await;
    let first = ada(&world).await;
    let home = at_home(first.device.as_ref());
    sign_in(&world, &home).await;
    later(&world, 24, SpanUnit::Week);
    assert!(matches!(sign_in(&world, &home).await, Step::SignedIn { .. }), "what was seen counts for half a year");
    later(&world, 27, SpanUnit::Week);
    assert!(matches!(sign_in(&world, &home).await, Step::Factor { .. }), "and then nobody is known");
    assert_eq!(notes(&world, &first).await[0].judgement.cause, Cause::NewAccount);
    assert_eq!(notes(&world, &first).await.len(), 1, "older notes are over");
}

#[tokio::test]
async fn neither_an_address_nor_a_user_agent_is_kept() {
    let world = judged_by_default().await;
    let first = ada(&world).await;
    sign_in(&world, &far_away()).await;
    sign_in(&world, &at_home(first.device.as_ref())).await;
    let mut n_kept = 0;
    for kind in 20..=23 {
        let page = world.identity.vault().slips(world.tenant.id, kind, None, None, 500).await.unwrap();
        for slip in page.rows {
            n_kept += 1;
            let body = String::from_utf8_lossy(&slip.body);
            for seen in ["192.0.2", "198.51", "Firefox", "Chrome", "Linux", "Windows", "ru,en", "64500", "\"DE\""] {
                assert!(!body.contains(seen), "kind {kind} keeps {seen}: {body}");
            }
            if let Some(device) = &first.device {
                assert!(!body.contains(device.expose()));
            }
        }
    }
    assert!(n_kept > 10, "{n_kept}");
}

#[tokio::test]
async fn every_weight_is_told_to_the_person_in_their_language() {
    let world = judged_by_default().await;
    let first = ada(&world).await;
    sign_in(&world, &at_home(first.device.as_ref())).await;
    sign_in(&world, &far_away()).await;
    let told = world.identity.sign_ins(&first.session, Language::German).await.unwrap().remove(0).explanation;
    assert!(told.summary.starts_with("Diese Anmeldung war ungewöhnlich"), "{}", told.summary);
    assert_eq!(told.lines.len(), 5);
    assert!(told.lines.iter().any(|line| line.text == "Neues Gerät: erhöht das Risiko auf das 4-Fache"));
    assert_eq!(told.lines.iter().map(|line| line.details.len()).sum::<usize>(), 10);
    assert!(!told.lines.iter().flat_map(|line| &line.details).any(|detail| detail.contains("alle zusammen")));
}

#[tokio::test]
async fn administrators_see_it_for_its_purpose_alone_and_the_person_sees_that_they_did() {
    let world = judged_by_default().await;
    let first = ada(&world).await;
    let subject = first.session.subject;
    let ask =
        |purpose: &'static str| world.identity.sign_ins_of(&world.administrator, subject, purpose, Language::English);
    let views = ask("sign_in_risk").await.unwrap();
    assert_eq!(views.len(), 1);
    assert_eq!(kinds(&world, subject).await[0], "disclosure");
    assert_eq!(ask("service").await.unwrap_err().code(), "field.not_used");
    assert_eq!(kinds(&world, subject).await[0], "refusal");
    assert_eq!(ask("marketing").await.unwrap_err().code(), "purpose.undeclared");
}

/// The seat of somebody who keeps the tenant's accounts safe.
async fn security_desk(world: &World, subject: SubjectId) -> Seat {
    let office = world.identity.vault().office(world.tenant.id);
    let roles = StaffRoles { roles: vec!["security_desk".into()], administrator: false };
    world.identity.set_staff(&office, subject, roles).await.unwrap();
    world.identity.seat(world.tenant.id, subject).await.unwrap()
}

async fn look(world: &World, seat: &Seat, asked: RiskAsked) -> Result<RiskPage, VaultError> {
    let why = (StaffReason::Security, "T-7");
    world.identity.look_at_risk(world.tenant.id, seat, asked, why, Language::English).await
}

const BOB: &str = "bob@example.org";

async fn bob(world: &World) -> SubjectId {
    match world.account(BOB).await {
        Step::SignedIn { opened, .. } => opened.session.subject,
        other => panic!("not signed in: {other:?}"),
    }
}

#[tokio::test]
async fn staff_with_a_role_for_it_sees_everybodys_judged_sign_ins_and_each_person_sees_that() {
    let world = judged_by_default().await;
    let bob = bob(&world).await;
    later(&world, 1, SpanUnit::Minute);
    let ada = ada(&world).await;
    sign_in(&world, &far_away()).await;
    let seat = security_desk(&world, bob).await;
    let page = look(&world, &seat, RiskAsked::default()).await.unwrap();
    let told: Vec<_> = page.rows.iter().map(|row| (row.subject, row.sign_in.outcome())).collect();
    let ada = ada.session.subject;
    assert_eq!(told, [(ada, RiskOutcome::StepUp), (ada, RiskOutcome::Allow), (bob, RiskOutcome::Allow)]);
    assert_eq!((page.n_withheld, page.next), (0, None));
    let weights = page.rows[0].sign_in.explanation.lines.iter().map(|line| line.details.len()).sum::<usize>();
    assert_eq!(weights, 10, "every weight is told");
    assert_eq!(kinds(&world, ada).await[..2], ["disclosure", "staff_access"]);
    assert_eq!(kinds(&world, bob).await[..2], ["disclosure", "staff_access"]);
    let looks = world.identity.looks(world.tenant.id, ada).await.unwrap();
    let looks: Vec<_> = looks.iter().map(|look| (look.purpose.as_str(), look.ticket.as_str())).collect();
    assert_eq!(looks, [("sign_in_risk", "T-7")]);

    // By outcome, nobody is touched whose sign-ins are not shown; by person likewise.
    let unusual = RiskAsked { outcome: Some(RiskOutcome::StepUp), ..RiskAsked::default() };
    assert_eq!(look(&world, &seat, unusual).await.unwrap().rows.len(), 1);
    let of_ada = RiskAsked { subject: Some(ada), ..RiskAsked::default() };
    assert_eq!(look(&world, &seat, of_ada).await.unwrap().rows.len(), 2);
    assert_eq!(world.identity.looks(world.tenant.id, bob).await.unwrap().len(), 1);
    let denied = RiskAsked { outcome: Some(RiskOutcome::Deny), subject: Some(ada), after: None };
    assert!(look(&world, &seat, denied).await.unwrap().rows.is_empty());
    assert_eq!(
        world.identity.looks(world.tenant.id, ada).await.unwrap().len(),
        4,
        "asked for by name, she learns of it"
    );
}

#[tokio::test]
async fn neither_another_role_nor_the_administrators_seat_sees_judged_sign_ins() {
    let world = judged_by_default().await;
    let ada = ada(&world).await.session.subject;
    for (is_administrator, purposes) in [(true, Vec::new()), (false, vec!["service".to_owned()])] {
        let seat = Seat { subject: ada, is_administrator, purposes };
        let refused = look(&world, &seat, RiskAsked::default()).await.unwrap_err();
        assert_eq!(refused.code(), "staff.purpose_foreign");
    }
    let seat = security_desk(&world, ada).await;
    let why = (StaffReason::Security, " ");
    let untold =
        world.identity.look_at_risk(world.tenant.id, &seat, RiskAsked::default(), why, Language::English).await;
    assert_eq!(untold.unwrap_err().code(), "staff.ticket");
    assert!(world.identity.looks(world.tenant.id, ada).await.unwrap().is_empty());
    assert!(!kinds(&world, ada).await.contains(&"staff_access"));
}

#[tokio::test]
async fn who_objected_is_left_out_and_the_rest_is_shown() {
    let world = judged_by_default().await;
    let bob = bob(&world).await;
    let ada = ada(&world).await.session.subject;
    let vault = world.identity.vault();
    vault.object(&world.identity.person(world.tenant.id, ada), ada, "sign_in_risk").await.unwrap();
    let seat = security_desk(&world, bob).await;
    let page = look(&world, &seat, RiskAsked::default()).await.unwrap();
    assert_eq!(page.rows.iter().map(|row| row.subject).collect::<Vec<_>>(), [bob]);
    assert_eq!(page.n_withheld, 1);
    assert_eq!(kinds(&world, ada).await[..2], ["refusal", "staff_access"], "she sees that it was tried");
}

#[tokio::test]
async fn many_judged_sign_ins_are_read_page_by_page_each_once() {
    let world = judged_by_default().await;
    let ada = ada(&world).await.session.subject;
    let seat = security_desk(&world, ada).await;
    for _ in 0..24 {
        sign_in(&world, &far_away()).await;
    }
    let first = look(&world, &seat, RiskAsked::default()).await.unwrap();
    assert_eq!(first.rows.len(), candor_identity::RISK_SEEN_MAX);
    let rest = look(&world, &seat, RiskAsked { after: first.next, ..RiskAsked::default() }).await.unwrap();
    assert_eq!((rest.rows.len(), rest.next), (5, None));
    let at: Vec<_> = first.rows.iter().chain(&rest.rows).map(|row| row.sign_in.at).collect();
    assert!(at.windows(2).all(|pair| pair[0] > pair[1]), "newest first");
}

#[tokio::test]
async fn sign_ins_at_the_same_time_are_all_counted() {
    let world = judged_by_default().await;
    let first = ada(&world).await;
    let (subject, tenant) = (first.session.subject, world.tenant.id);
    let mut at_once = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let identity = Arc::clone(&world.identity);
        at_once.spawn(async move {
            let mut attempt = Attempt::by(subject, Method::Password, None);
            attempt.methods = attempt.methods.and(Method::Totp);
            matches!(identity.advance(tenant, attempt, &at_home(None)).await, Ok(Step::SignedIn { .. }))
        });
    }
    assert!(at_once.join_all().await.into_iter().all(|is_in| is_in));
    sign_in(&world, &at_home(first.device.as_ref())).await;
    let newest = notes(&world, &first).await.remove(0).judgement.score.unwrap();
    let address = &newest.factors[0].levels[0];
    assert_eq!((address.own, address.of_own, address.of_all), (21, 21, 21));
}

#[tokio::test]
async fn an_erased_person_takes_counts_and_notes_along() {
    let world = judged_by_default().await;
    let first = ada(&world).await;
    let vault = world.identity.vault();
    vault.erase(&world.administrator, first.session.subject, None).await.unwrap();
    for kind in [20, 23] {
        let page = vault.slips(world.tenant.id, kind, None, None, 500).await.unwrap();
        assert!(page.rows.is_empty(), "kind {kind}");
    }
}

#[tokio::test]
async fn where_a_policy_does_not_ask_for_it_nothing_is_looked_at() {
    let world =
        world_with(POLICY, RiskSettings { denied: vec!["0.0.0.0/0".parse().unwrap()], ..RiskSettings::default() });
    let world = world.await;
    let first = ada(&world).await;
    assert!(matches!(sign_in(&world, &far_away()).await, Step::SignedIn { .. }));
    assert!(notes(&world, &first).await.is_empty());
    assert!(!kinds(&world, first.session.subject).await.contains(&"risk_judged"));
}
