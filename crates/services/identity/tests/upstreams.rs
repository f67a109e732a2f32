//! Signing in elsewhere: nobody is asked before a yes, nobody's account is taken over, nothing else is kept.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use candor_identity::{
    Agreed, Back, NewPlace, NewUpstream, Opened, Session, Shape, Step, Switch, Token, UpstreamAnswer, UpstreamParts,
    UpstreamStep,
};
use candor_identity_port::{
    Company, Directory, DirectoryError, DirectoryPerson, Provider, Upstream, UpstreamAttempt, UpstreamEmail,
    UpstreamError, UpstreamPerson,
};
use candor_vault::{Ask, Caller, NewTenant, VaultError};
use candor_words::{Secret, SeededEntropy, SubjectId};
use parking_lot::Mutex;
use serde_json::json;
use support::{POLICY, World, code, visit, world_of};

const ADA: &str = "ada@example.org";
const EVE: &str = "eve@example.org";

/// The policy of the other tests, with what a linked site and the company's directory may give.
fn policy() -> String {
    let more = r#"
data site "Your profile at the site" {
    name "Name at the site": Name, optional, from linked site, linked other
    email "Address at the site": EmailAddress, optional, from linked site, linked other
}
data staff "What your company says of you" {
    mail "Address at work": EmailAddressWork, optional, from organisation
    department "Department": Professional, optional, from organisation
}
purpose site_sign_in "Sign you in with the site" is EnforceAccessControl {
    because consent
    uses site
    notice "Do you agree that we get your name and address from the site to sign you in?"
}
purpose staff_sign_in "Sign in the company's people" is EnforceAccessControl {
    because contract
    uses staff.mail
}
purpose planning "Plan who works where" is ServiceProvision {
    because contract
    uses staff.department
}
keep site until contract ends, then erase within 30 days
keep staff until contract ends, then erase within 30 days
"#;
    POLICY.replace("\nage at least", &format!("{more}\nage at least"))
}

/// Somebody at the provider: how it calls them, and their address with whether it was verified.
type Known = (String, Option<(String, bool)>);

/// A provider and a directory that say what they are told to, and count how often they are asked.
#[derive(Default)]
struct Said {
    n_asked: Mutex<usize>,
    /// The claims that were asked for last.
    wanted: Mutex<Vec<String>>,
    /// Who signs in there: account, address, whether it is verified.
    person: Mutex<Option<Known>>,
}

impl Said {
    fn is(&self, account: &str, email: Option<(&str, bool)>) {
        let email = email.map(|(address, is_verified)| (address.to_owned(), is_verified));
        *self.person.lock() = Some((account.to_owned(), email));
    }

    fn asked(&self, wanted: &[String]) {
        *self.n_asked.lock() += 1;
        *self.wanted.lock() = wanted.to_vec();
    }
}

struct Fake(Arc<Said>);

#[async_trait]
impl Upstream for Fake {
    async fn begin(
        &self,
        provider: &Provider,
        attempt: &UpstreamAttempt,
        wanted: &[String],
    ) -> Result<String, UpstreamError> {
        self.0.asked(wanted);
        Ok(format!("{}?state={}&back={}", provider.issuer, attempt.state.expose(), provider.redirect_uri))
    }

    async fn finish(
        &self,
        provider: &Provider,
        attempt: &UpstreamAttempt,
        answer: &UpstreamAnswer,
        wanted: &[String],
    ) -> Result<UpstreamPerson, UpstreamError> {
        self.0.asked(wanted);
        assert_eq!(attempt.state.expose(), &answer.state);
        let (subject, email) = self.0.person.lock().clone().ok_or(UpstreamError::Refused { code: "access_denied" })?;
        Ok(UpstreamPerson {
            issuer: provider.issuer.clone(),
            subject,
            email: email.map(|(address, is_verified)| UpstreamEmail { address, is_verified }),
            claims: BTreeMap::from([
                ("name".to_owned(), "Ada Lovelace".to_owned()),
                // Nobody asked for it.
                ("birthdate".to_owned(), "1815-12-10".to_owned()),
            ]),
        })
    }
}

#[async_trait]
impl Directory for Fake {
    async fn verify(
        &self,
        _: &Company,
        user: &str,
        password: &Secret<String>,
        wanted: &[String],
    ) -> Result<DirectoryPerson, DirectoryError> {
        self.0.asked(wanted);
        if password.expose() != "right" {
            return Err(DirectoryError::CredentialsWrong);
        }
        let said = [("mail", format!("{user}@example.org")), ("department", "Engines".to_owned())];
        Ok(DirectoryPerson {
            name: format!("uid={user}"),
            id: user.to_owned(),
            attributes: said.into_iter().map(|(name, value)| (name.to_owned(), vec![value])).collect(),
        })
    }
}

struct Scene {
    world: World,
    said: Arc<Said>,
    admin: Caller,
}

fn site(name: &str) -> NewUpstream {
    NewUpstream {
        name: name.into(),
        title: "The site".into(),
        purpose: "site_sign_in".into(),
        fields: [("name", "site.name"), ("email", "site.email")].map(|(a, b)| (a.to_owned(), b.to_owned())).into(),
        opens_accounts: true,
        place: NewPlace::Provider {
            issuer: format!("https://{name}.example"),
            shape: Shape::Plain,
            directories: Vec::new(),
            client_id: "candor".into(),
            client_secret: Some(Secret::new("planted".into())),
        },
    }
}

fn company() -> NewUpstream {
    NewUpstream {
        name: "work".into(),
        title: "The company".into(),
        purpose: "staff_sign_in".into(),
        fields: [("mail".to_owned(), "staff.mail".to_owned())].into(),
        opens_accounts: true,
        place: NewPlace::Company {
            address: "ldaps://ad.example".into(),
            start_tls: false,
            trusted: None,
            base: "dc=example".into(),
            filter: "(uid={user})".into(),
            reader: Some(("cn=reader".into(), Secret::new("planted".into()))),
            id_attribute: "entryUUID".into(),
        },
    }
}

async fn scene() -> Scene {
    let world = world_of(&policy()).await;
    let said = Arc::new(Said::default());
    let outside = UpstreamParts { upstream: Arc::new(Fake(said.clone())), directory: Arc::new(Fake(said.clone())) };
    world.identity.reach_by(outside);
    let sources = vec![("policy.candor".to_owned(), policy())];
    let new = NewTenant { slug: "other".into(), title: "Other".into(), sources };
    // The administrator's key of the world's own tenant is shown once, before this: another tenant's shows nothing of it.
    let other = world.identity.vault().create_tenant(new).await.unwrap();
    let admin = world.identity.vault().authenticate(other.administrator.secret.expose()).await.unwrap();
    let tenant = world.identity.tenant("other").await.unwrap();
    let scene = Scene { world: World { tenant, ..world }, said, admin };
    for place in [site("site"), site("other"), company()] {
        scene.world.identity.put_upstream(&scene.admin, place).await.unwrap();
    }
    scene
}

fn browser(seed: u64) -> Token {
    Token::draw(&SeededEntropy::new(seed))
}

fn agreed() -> Agreed {
    Agreed { is_old_enough: Some(true), then: None }
}

fn opened(step: UpstreamStep) -> Opened {
    match step {
        UpstreamStep::Step(Step::SignedIn { opened, .. }) => opened,
        other => panic!("not signed in: {other:?}"),
    }
}

impl Scene {
    async fn go(&self, place: &str, browser: &Token, session: Option<&Session>) -> String {
        let World { identity, tenant, .. } = &self.world;
        let address = identity.go_to(tenant, place, agreed(), browser, session, &visit()).await.unwrap();
        let (_, state) = address.split_once("state=").unwrap();
        state.split('&').next().unwrap().to_owned()
    }

    async fn back(
        &self,
        place: &str,
        state: &str,
        browser: Option<&Token>,
        session: Option<&Session>,
    ) -> Result<UpstreamStep, VaultError> {
        let answer = UpstreamAnswer { state: state.to_owned(), code: Some("c".into()), ..UpstreamAnswer::default() };
        let back = Back { answer, browser, session };
        self.world.identity.come_back(&self.world.tenant, place, back, &visit()).await
    }

    async fn sign_in(&self, place: &str, browser: &Token) -> UpstreamStep {
        let state = self.go(place, browser, None).await;
        self.back(place, &state, Some(browser), None).await.unwrap()
    }

    async fn at_work(&self, user: &str, password: &str) -> Result<UpstreamStep, VaultError> {
        let World { identity, tenant, .. } = &self.world;
        let typed = (user, Secret::new(password.to_owned()));
        identity.sign_in_with_company(tenant, "work", typed, (agreed(), &browser(1)), &visit()).await
    }

    fn n_asked(&self) -> usize {
        *self.said.n_asked.lock()
    }

    /// What is kept for a purpose, with its source.
    async fn kept(&self, subject: SubjectId, purpose: &str, fields: &[&str]) -> serde_json::Value {
        let ask = Ask {
            subject,
            purpose: purpose.into(),
            recipient: None,
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            record: None,
            channel: None,
            gpc: false,
            approval: None,
        };
        let person = self.world.identity.person(self.world.tenant.id, subject);
        let answer = self.world.identity.vault().read(&person, &ask).await.unwrap();
        serde_json::to_value(answer.records).unwrap()
    }

    async fn n_subjects(&self) -> usize {
        self.world.identity.vault().subjects(&self.admin, None, 100).await.unwrap().rows.len()
    }
}

#[tokio::test]
async fn nobody_is_asked_anything_before_a_yes() {
    let scene = scene().await;
    let World { identity, tenant, .. } = &scene.world;
    let gate = identity.gate(tenant, "site").await.unwrap();
    let titles: Vec<&str> = gate.fetched.iter().map(|asked| asked.title.as_str()).collect();
    assert_eq!(titles, ["Address at the site", "Name at the site"]);
    assert_eq!(
        gate.notice.as_deref(),
        Some("Do you agree that we get your name and address from the site to sign you in?")
    );
    assert_eq!((gate.host.as_str(), gate.is_consent, gate.at_least), ("site.example", true, Some(16)));
    assert!(identity.gate(tenant, "work").await.unwrap().takes_password);
    assert_eq!(identity.ways_upstream(tenant).await.unwrap().len(), 3);
    let young = Agreed { is_old_enough: None, then: None };
    let refused = identity.go_to(tenant, "site", young, &browser(1), None, &visit()).await.unwrap_err();
    assert_eq!(refused.code(), "upstream.age");
    assert_eq!(scene.n_asked(), 0);
    scene.go("site", &browser(1), None).await;
    assert_eq!(scene.n_asked(), 1);
    assert_eq!(*scene.said.wanted.lock(), ["email", "name"], "and no more than was said");
}

#[tokio::test]
async fn a_newcomer_with_a_verified_address_gets_an_account_of_what_was_permitted() {
    let scene = scene().await;
    scene.said.is("1", Some((ADA, true)));
    let first = opened(scene.sign_in("site", &browser(1)).await).session;
    let kept = scene.kept(first.subject, "site_sign_in", &["site.name", "site.email"]).await;
    let text = kept.to_string();
    assert!(text.contains("Ada Lovelace") && text.contains(ADA), "{text}");
    assert_eq!(text.matches("linked:site").count(), 2, "every value says where it came from: {text}");
    let again = opened(scene.sign_in("site", &browser(2)).await).session;
    assert_eq!(first.subject, again.subject);
    let other = opened(scene.at_work("ada", "right").await.unwrap()).session;
    assert_ne!(first.subject, other.subject, "another place, another account");
    let all = scene.kept(other.subject, "staff_sign_in", &["staff.mail"]).await;
    assert!(all.to_string().contains("\"organisation\""), "{all}");
    assert!(!all.to_string().contains("Engines"), "the purpose does not use it: {all}");
    let World { identity, tenant, .. } = &scene.world;
    let person = identity.person(tenant.id, first.subject);
    let consents = identity.vault().consents(&person, first.subject, None, 10).await.unwrap().rows;
    assert!(serde_json::to_string(&consents).unwrap().contains("sign_in_gate"), "the yes is a consent");
}

#[tokio::test]
async fn an_account_is_never_taken_over_by_what_a_provider_says() {
    for is_verified in [false, true] {
        let scene = scene().await;
        let victim = match scene.world.account(ADA).await {
            Step::SignedIn { opened, .. } => opened.session.subject,
            other => panic!("{other:?}"),
        };
        scene.said.is("evil", Some((ADA, is_verified)));
        assert!(matches!(scene.sign_in("site", &browser(1)).await, UpstreamStep::Written));
        assert_eq!(scene.n_subjects().await, 1, "and no second account");
        let (_, text) = scene.world.letters.to(ADA, 2).await;
        let letter = code(&text);
        let World { identity, tenant, .. } = &scene.world;
        // The victim, curious, opens it in a browser of their own: what began elsewhere is not linked.
        let opened_by = |browser: Token| {
            let letter = letter.clone();
            async move { identity.open_letter(tenant, "site", (&letter, &browser), &visit()).await }
        };
        assert!(!identity.is_letter_waiting(tenant, &letter, &browser(2)).await.unwrap());
        assert_eq!(opened_by(browser(2)).await.unwrap_err().code(), "code.over");
        let other = identity.open_letter(tenant, "other", (&letter, &browser(1)), &visit()).await;
        assert_eq!(other.unwrap_err().code(), "code.over", "nor at another place");
        // Who reads the mail in the browser in which it began is both.
        assert!(identity.is_letter_waiting(tenant, &letter, &browser(1)).await.unwrap());
        assert_eq!(opened(opened_by(browser(1)).await.unwrap()).session.subject, victim);
        assert_eq!(opened_by(browser(1)).await.unwrap_err().code(), "code.over", "and once");
        assert_eq!(opened(scene.sign_in("site", &browser(3)).await).session.subject, victim);
    }
}

#[tokio::test]
async fn a_page_tells_nobody_whether_an_unverified_address_has_an_account() {
    let scene = scene().await;
    scene.world.account(ADA).await;
    for (account, address) in [("1", ADA), ("2", EVE)] {
        scene.said.is(account, Some((address, false)));
        assert!(matches!(scene.sign_in("site", &browser(1)).await, UpstreamStep::Written));
    }
    assert_eq!(scene.n_subjects().await, 1);
    let (_, text) = scene.world.letters.to(EVE, 1).await;
    let World { identity, tenant, .. } = &scene.world;
    let opened = opened(identity.open_letter(tenant, "site", (&code(&text), &browser(1)), &visit()).await.unwrap());
    assert_eq!(scene.n_subjects().await, 2, "an account of one's own, once the address is proved");
    let kept = scene.kept(opened.session.subject, "site_sign_in", &["site.email"]).await;
    assert!(kept.to_string().contains(EVE));
}

#[tokio::test]
async fn what_is_brought_back_belongs_to_one_browser_one_place_and_one_time() {
    let scene = scene().await;
    scene.said.is("1", Some((ADA, true)));
    let state = scene.go("site", &browser(1), None).await;
    let n_asked = scene.n_asked();
    let refused = |outcome: Result<UpstreamStep, VaultError>| outcome.unwrap_err().code();
    assert_eq!(refused(scene.back("site", &state, Some(&browser(2)), None).await), "upstream.over", "another browser");
    assert_eq!(refused(scene.back("site", &state, None, None).await), "upstream.over", "no cookie");
    assert_eq!(refused(scene.back("other", &state, Some(&browser(1)), None).await), "upstream.over", "another place");
    assert_eq!(refused(scene.back("site", "guessed", Some(&browser(1)), None).await), "upstream.over");
    assert_eq!(scene.n_asked(), n_asked, "and nothing was exchanged");
    opened(scene.back("site", &state, Some(&browser(1)), None).await.unwrap());
    assert_eq!(refused(scene.back("site", &state, Some(&browser(1)), None).await), "upstream.over", "twice");
    let late = scene.go("site", &browser(1), None).await;
    scene.world.clock.advance(candor_words::Span::new(11, candor_words::SpanUnit::Minute));
    assert_eq!(refused(scene.back("site", &late, Some(&browser(1)), None).await), "upstream.over", "too late");
}

#[tokio::test]
async fn who_is_signed_in_links_their_account_and_ends_the_link() {
    let scene = scene().await;
    let Step::SignedIn { opened: first, .. } = scene.world.account(ADA).await else { panic!() };
    let Step::SignedIn { opened: second, .. } = scene.world.account(EVE).await else { panic!() };
    scene.said.is("1", Some(("unknown@example.org", false)));
    let state = scene.go("site", &browser(1), Some(&first.session)).await;
    let by_other = scene.back("site", &state, Some(&browser(1)), Some(&second.session)).await;
    assert_eq!(by_other.unwrap_err().code(), "upstream.over", "somebody else is signed in by now");
    let state = scene.go("site", &browser(1), Some(&first.session)).await;
    let linked = scene.back("site", &state, Some(&browser(1)), Some(&first.session)).await.unwrap();
    assert!(matches!(linked, UpstreamStep::Linked { .. }));
    assert_eq!(opened(scene.sign_in("site", &browser(5)).await).session.subject, first.session.subject);

    let state = scene.go("site", &browser(1), Some(&second.session)).await;
    let taken = scene.back("site", &state, Some(&browser(1)), Some(&second.session)).await;
    assert_eq!(taken.unwrap_err().code(), "link.taken");

    let identity = &scene.world.identity;
    let links = identity.links(&first.session).await.unwrap();
    assert_eq!((links.len(), links[0].title.as_str()), (1, "The site"));
    assert_eq!(identity.unlink(&second.session, &links[0].id).await.unwrap_err().code(), "link.unknown");
    identity.unlink(&first.session, &links[0].id).await.unwrap();
    assert!(matches!(scene.sign_in("site", &browser(6)).await, UpstreamStep::Written), "it opens nothing any more");
}

#[tokio::test]
async fn a_refusal_there_signs_nobody_in_and_makes_nobody() {
    let scene = scene().await;
    let state = scene.go("site", &browser(1), None).await;
    assert_eq!(scene.back("site", &state, Some(&browser(1)), None).await.unwrap_err().code(), "upstream.refused");
    assert_eq!(scene.n_subjects().await, 0);
}

#[tokio::test]
async fn passwords_of_the_company_are_not_guessed_from_here() {
    let scene = scene().await;
    for _ in 0..5 {
        assert!(matches!(scene.at_work("ada", "wrong").await.unwrap(), UpstreamStep::Step(Step::Refused)));
    }
    let n_asked = scene.n_asked();
    assert_eq!(scene.at_work("ADA ", "right").await.unwrap_err().code(), "upstream.too_often");
    assert_eq!(scene.n_asked(), n_asked, "the directory is not asked, and locks nobody");
    opened(scene.at_work("grace", "right").await.unwrap());
}

#[tokio::test]
async fn a_place_is_held_to_the_policy_and_shows_no_secret() {
    let scene = scene().await;
    let identity = &scene.world.identity;
    let refused = |place: NewUpstream| async { identity.put_upstream(&scene.admin, place).await.unwrap_err().code() };
    let with_field = |field: &str| NewUpstream { fields: [("name".into(), field.into())].into(), ..site("site") };
    for field in ["account.email", "staff.mail", "site.nothing", "account.password"] {
        assert_eq!(refused(with_field(field)).await, "upstream.field_not_permitted", "{field}");
    }
    assert_eq!(refused(NewUpstream { purpose: "no_such".into(), ..site("site") }).await, "purpose.unknown");
    assert_eq!(refused(NewUpstream { name: "../x".into(), ..site("site") }).await, "upstream.malformed");
    let open = |issuer: &str| NewPlace::Provider {
        issuer: issuer.into(),
        shape: Shape::Plain,
        directories: Vec::new(),
        client_id: "candor".into(),
        client_secret: None,
    };
    for issuer in ["http://site.example", "http://127.0.0.1.site.example", "javascript:x", ""] {
        let place = NewUpstream { place: open(issuer), ..site("site") };
        assert_eq!(refused(place).await, "upstream.malformed", "{issuer}");
    }
    let shown = identity.upstreams(&scene.admin).await.unwrap();
    assert_eq!(shown.len(), 3);
    let shown = format!("{} {shown:?}", json!(shown));
    assert!(!shown.contains("planted") && shown.contains("\"has_secret\":true"), "{shown}");
    let person = identity.person(scene.world.tenant.id, SubjectId::from_bytes([1; 16]));
    assert_eq!(identity.put_upstream(&person, site("site")).await.unwrap_err().code(), "key.scope_missing");
    identity.remove_upstream(&scene.admin, "site").await.unwrap();
    assert_eq!(identity.gate(&scene.world.tenant, "site").await.unwrap_err().code(), "upstream.unknown");
}

#[tokio::test]
async fn a_place_that_asks_somebody_else_from_now_on_links_nobody_yet() {
    let scene = scene().await;
    scene.said.is("1", Some((ADA, true)));
    let first = opened(scene.sign_in("site", &browser(1)).await).session;
    let place = NewPlace::Provider {
        issuer: "https://elsewhere.example".into(),
        shape: Shape::Plain,
        directories: Vec::new(),
        client_id: "candor".into(),
        client_secret: None,
    };
    let moved = NewUpstream { place, ..site("site") };
    scene.world.identity.put_upstream(&scene.admin, moved).await.unwrap();
    let second = opened(scene.sign_in("site", &browser(1)).await).session;
    assert_ne!(first.subject, second.subject);
}

#[tokio::test]
async fn a_place_that_is_switched_off_signs_nobody_in_and_keeps_its_links() {
    let scene = scene().await;
    let World { identity, tenant, .. } = &scene.world;
    scene.said.is("1", Some((ADA, true)));
    let first = opened(scene.sign_in("site", &browser(1)).await).session;
    let away = scene.go("site", &browser(2), None).await;
    let switch = |to| identity.switch_upstream(&scene.admin, "site", to);
    let off = switch(Switch::Off).await.unwrap();
    assert!(off.off_at.is_some() && switch(Switch::Off).await.unwrap() == off, "twice is once");

    // Whoever is on their way comes back to a closed door; nobody is asked anything from now on.
    let n_asked = scene.n_asked();
    let came = scene.back("site", &away, Some(&browser(2)), None).await;
    assert_eq!(came.unwrap_err().code(), "upstream.off");
    assert_eq!(identity.gate(tenant, "site").await.unwrap_err().code(), "upstream.off");
    let sent = identity.go_to(tenant, "site", agreed(), &browser(3), None, &visit()).await;
    assert_eq!(sent.unwrap_err().code(), "upstream.off");
    assert_eq!(scene.n_asked(), n_asked);
    assert!(identity.ways_upstream(tenant).await.unwrap().iter().all(|(name, _)| name != "site"));
    let company = identity.switch_upstream(&scene.admin, "work", Switch::Off).await.unwrap();
    assert!(company.off_at.is_some());
    assert_eq!(scene.at_work("ada", "right").await.unwrap_err().code(), "upstream.off");
    assert_eq!(scene.n_asked(), n_asked, "nor the directory");

    // What changes about it leaves it off; switched on again, the same person is who they were.
    assert_eq!(identity.put_upstream(&scene.admin, site("site")).await.unwrap().off_at, off.off_at);
    let person = identity.person(tenant.id, first.subject);
    assert_eq!(identity.switch_upstream(&person, "site", Switch::On).await.unwrap_err().code(), "key.scope_missing");
    assert_eq!(switch(Switch::On).await.unwrap().off_at, None);
    assert_eq!(opened(scene.sign_in("site", &browser(1)).await).session.subject, first.subject);
}
