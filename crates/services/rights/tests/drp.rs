//! The Data Rights Protocol 1.0 over time: nothing is begun before the person proved who they are, however that is done, and
//! what they do not prove in time is denied; a request is told of until somebody takes it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../vault/tests/support/mortal.rs"]
mod mortal;
mod support;

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use candor_connect::{Callback, CallbackError, Callbacks};
use candor_dsr::drp::{Signer, Status, StatusObject};
use candor_rights::{AgentParts, NewAgent, Vouching};
use candor_store_memory::MemoryStore;
use candor_vault::ErrorKind;
use candor_words::{Instant, SeededEntropy, SubjectId};
use mortal::Mortal;
use parking_lot::Mutex;
use serde_json::{Value, json};
use support::{POLICY, World, world_over, world_with};

const CALLBACK: &str = "https://agent.example/told";
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

fn signer() -> Signer {
    Signer::of(&[7; 32]).unwrap()
}

/// An agent, with the token that it agreed on.
async fn hear(world: &World, vouches_for: Vec<Vouching>) -> String {
    world.rights.hear_agents_by(AgentParts { entropy: Arc::new(SeededEntropy::new(77)) });
    let new = NewAgent {
        id: "SLIP".into(),
        name: "Permission Slip".into(),
        verify_key: STANDARD.encode(signer().verify_key().unwrap()),
        web_url: None,
        business_id: None,
        vouches_for,
        callback_hosts: vec!["agent.example".into()],
    };
    world.rights.put_agent(&world.admin, new).await.unwrap();
    let given = world.rights.drp_pair("sketch", "SLIP", message(world, &json!({})).as_bytes()).await.unwrap();
    given.token.expose().clone()
}

fn message(world: &World, more: &Value) -> String {
    let now = world.vault.now();
    let mut message = json!({
        "agent-id": "SLIP", "business-id": "SKETCH", "drp.version": "1.0", "issued-at": now,
        "expires-at": Instant::from_millis(now.as_millis() + 600_000), "status_callback": CALLBACK,
        "email": "ada@example.org",
    });
    message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    signer().seal(&message)
}

async fn ask(world: &World, token: &str, more: Value) -> StatusObject {
    world.rights.drp_take("sketch", token, message(world, &more).as_bytes()).await.unwrap()
}

async fn ada(world: &World) -> SubjectId {
    world.ada().await
}

fn pass(world: &World, ms: i64) {
    world.clock.set(Instant::from_millis(world.vault.now().as_millis() + ms));
}

/// An agent that notes what it is told, and takes nothing while it is down.
#[derive(Default)]
struct Agent {
    told: Mutex<Vec<Value>>,
    is_down: Mutex<bool>,
}

#[async_trait]
impl Callbacks for Agent {
    async fn post(&self, callback: &Callback) -> Result<(), CallbackError> {
        assert_eq!((callback.address.as_str(), callback.content_type), (CALLBACK, "application/json"));
        if *self.is_down.lock() {
            return Err(CallbackError::Unreachable);
        }
        self.told.lock().push(serde_json::from_slice(&callback.body).unwrap());
        Ok(())
    }
}

#[tokio::test]
async fn a_proof_by_other_means_lets_a_deletion_begin_and_nothing_before_it_does() {
    let world = world_with(&[]).await;
    let (subject, agent) = (ada(&world).await, Agent::default());
    let token = hear(&world, Vec::new()).await;
    let asked = ask(&world, &token, json!({ "exercise": "deletion" })).await;
    assert_eq!((asked.status, asked.reason), (Status::InProgress, Some("need_user_verification")));
    for _ in 0..3 {
        world.rights.drp_tend(&agent).await.unwrap();
    }
    assert!(world.vault.subject(&world.admin, subject).await.is_ok(), "the agent's word erases nobody");
    let open = world.vault.requests(&world.admin, Some(subject), None, 10).await.unwrap().rows.remove(0);
    world.vault.prove_identity(&world.admin, open.id).await.unwrap();
    world.rights.drp_tend(&agent).await.unwrap();
    let gone = world.vault.subject(&world.admin, subject).await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::Gone);
    world.rights.drp_tend(&agent).await.unwrap();
    let told: Vec<Value> = agent.told.lock().iter().map(|told| told["status"].clone()).collect();
    assert_eq!(told, ["in_progress", "fulfilled"], "each once");
}

#[tokio::test]
async fn what_is_not_proved_in_time_is_denied_and_stays_so() {
    let world = world_with(&[]).await;
    let (subject, agent) = (ada(&world).await, Agent::default());
    let token = hear(&world, Vec::new()).await;
    let known = ask(&world, &token, json!({ "exercise": "deletion" })).await;
    let unknown = ask(&world, &token, json!({ "exercise": "deletion", "email": "nobody@example.org" })).await;
    assert_eq!((known.status, known.reason, known.expected_by), (unknown.status, unknown.reason, unknown.expected_by));
    pass(&world, 31 * DAY_MS);
    world.rights.drp_tend(&agent).await.unwrap();
    for id in [&known.request_id, &unknown.request_id] {
        let late = world.rights.drp_status("sketch", &token, id).await.unwrap();
        assert_eq!((late.status, late.reason), (Status::Denied, Some("insuf_verification")));
    }
    let person = world.vault.person(world.tenant, subject);
    let too_late = world.rights.drp_confirm(&person, subject, &known.request_id).await.unwrap_err();
    assert_eq!(too_late.code(), "drp.over");
    assert!(world.vault.subject(&world.admin, subject).await.is_ok());
    let open = world.vault.requests(&world.admin, Some(subject), None, 10).await.unwrap().rows.remove(0);
    assert_eq!(open.state, "refused");
}

#[tokio::test]
async fn somebody_whom_the_agent_could_not_name_is_found_by_signing_in() {
    let world = world_with(&[]).await;
    let subject = ada(&world).await;
    let token = hear(&world, Vec::new()).await;
    let asked = ask(&world, &token, json!({ "exercise": "access", "email": "an.older@example.org" })).await;
    let person = world.vault.person(world.tenant, subject);
    world.rights.drp_confirm(&person, subject, &asked.request_id).await.unwrap();
    let done = world.rights.drp_status("sketch", &token, &asked.request_id).await.unwrap();
    assert_eq!((done.status, done.results_url.is_some()), (Status::Fulfilled, true));
    let (_, whose) = world.rights.drp_results("sketch", &token, &asked.request_id).await.unwrap();
    assert_eq!(whose, subject);
    pass(&world, 31 * DAY_MS);
    let over = world.rights.drp_results("sketch", &token, &asked.request_id).await.unwrap_err();
    assert_eq!(over.code(), "drp.no_results", "results are there for thirty days");
}

#[tokio::test]
async fn an_agent_is_told_when_it_is_back_and_a_hold_keeps_a_request_open() {
    let world = world_with(&[]).await;
    let (subject, agent) = (ada(&world).await, Agent::default());
    let token = hear(&world, vec![Vouching::Email]).await;
    let hold = world.vault.place_hold(&world.admin, subject, "a lawsuit", None).await.unwrap();
    let asked = ask(&world, &token, json!({ "exercise": "deletion", "email_verified": true })).await;
    assert_eq!((asked.status, asked.reason), (Status::InProgress, None), "proved, and held");
    *agent.is_down.lock() = true;
    world.rights.drp_tend(&agent).await.unwrap();
    *agent.is_down.lock() = false;
    world.rights.drp_tend(&agent).await.unwrap();
    assert!(agent.told.lock().is_empty(), "not tried again at once");
    pass(&world, 10_000);
    world.rights.drp_tend(&agent).await.unwrap();
    assert_eq!(agent.told.lock().len(), 1);
    world.vault.lift_hold(&world.admin, subject, hold.id).await.unwrap();
    pass(&world, 600_000);
    world.rights.drp_tend(&agent).await.unwrap();
    assert_eq!(agent.told.lock().last().unwrap()["status"], "fulfilled");
}

/// More commits than a request takes from the agent's word, or the person's, to its end.
const COMMITS_MAX: usize = 24;

/// A world whose store lets whoever else is at it go on before each commit.
async fn shared_world() -> World {
    let store = Mortal::new(Arc::new(MemoryStore::new()), u64::MAX, false);
    let world = world_over(store.clone(), POLICY, &[]).await;
    assert!(!store.is_dead());
    world
}

/// Looks after requests once somebody else has had so many commits.
async fn tend_after(world: &World, agent: &Agent, n_commits: usize) {
    for _ in 0..n_commits {
        tokio::task::yield_now().await;
    }
    world.rights.drp_tend(agent).await.unwrap();
}

#[tokio::test]
async fn whoever_says_yes_and_the_runner_of_jobs_are_not_in_each_others_way() {
    for n in 0..COMMITS_MAX {
        let world = shared_world().await;
        let (subject, agent) = (ada(&world).await, Agent::default());
        let token = hear(&world, Vec::new()).await;
        let asked = ask(&world, &token, json!({ "exercise": "deletion" })).await;
        let person = world.vault.person(world.tenant, subject);
        let confirming = world.rights.drp_confirm(&person, subject, &asked.request_id);
        let (confirmed, ()) = tokio::join!(confirming, tend_after(&world, &agent, n));
        assert!(confirmed.is_ok(), "at {n}: {confirmed:?}");
        let subject = world.vault.subject(&world.admin, subject).await;
        assert!(subject.is_err_and(|error| error.kind() == ErrorKind::Gone), "it is done when it is answered, at {n}");
        world.rights.drp_tend(&agent).await.unwrap();
        world.rights.drp_tend(&agent).await.unwrap();
        let told: Vec<Value> = agent.told.lock().iter().map(|told| told["status"].clone()).collect();
        assert_eq!(told.iter().filter(|status| *status == "fulfilled").count(), 1, "at {n}: {told:?}");
    }
}

#[tokio::test]
async fn an_agent_that_is_relied_on_and_the_runner_of_jobs_are_not_in_each_others_way() {
    for n in 0..COMMITS_MAX {
        let world = shared_world().await;
        let agent = Agent::default();
        ada(&world).await;
        let token = hear(&world, vec![Vouching::Email]).await;
        let body = message(&world, &json!({ "exercise": "access", "email_verified": true }));
        let taking = world.rights.drp_take("sketch", &token, body.as_bytes());
        let (taken, ()) = tokio::join!(taking, tend_after(&world, &agent, n));
        assert_eq!(taken.map(|taken| taken.status).ok(), Some(Status::Fulfilled), "at {n}");
    }
}
