//! OpenDSR 2.0, the processor's side: taken, repeated, carried out in systems, told of, taken back.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../vault/tests/support/mortal.rs"]
mod mortal;
mod support;

use std::sync::Arc;

use async_trait::async_trait;
use candor_connect::{Callback, CallbackError, Callbacks};
use candor_dsr::opendsr::{Callback as Told, ProcessorKey, Status};
use candor_rights::{ProcessorPlace, TELLS_MAX};
use candor_store_memory::MemoryStore;
use candor_vault::{ErrorKind, NewKey, Scope};
use candor_words::Instant;
use mortal::Mortal;
use parking_lot::Mutex;
use serde_json::{Value, json};
use support::{POLICY, Patience, World, world, world_over};

const ID: &str = "a7551968-d5d6-44b2-9831-815ac9017798";
const CALLBACK: &str = "https://controller.example/opendsr/callbacks";

fn place() -> ProcessorPlace {
    ProcessorPlace { domain: "opendsr.sketch.example".into(), callback_hosts: vec!["controller.example".into()] }
}

fn body(kind: &str, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut body = json!({
        "regulation": "gdpr", "subject_request_id": ID, "subject_request_type": kind, "api_version": "2.0",
        "submitted_time": "2026-05-31T15:00:00Z", "status_callback_urls": [CALLBACK],
        "subject_identities": [
            {"identity_type": "email", "identity_format": "raw", "identity_value": "ada@example.org"},
            {"identity_type": "ios_vendor_id", "identity_format": "raw", "identity_value": "anything"},
        ],
    });
    change(&mut body);
    body.to_string().into_bytes()
}

async fn status(world: &World) -> Status {
    world.rights.opendsr_status(&world.admin, &place(), ID).await.unwrap().request_status
}

async fn until(world: &World, wanted: Status) {
    let patience = Patience::default();
    while patience.lasts() {
        if status(world).await == wanted {
            return;
        }
        world.clock.set(Instant::from_millis(world.vault.now().as_millis() + 2_000));
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("not {wanted:?} but {:?}", status(world).await);
}

/// A controller that notes what it is told, and takes nothing while it is down.
#[derive(Default)]
struct Controller {
    told: Mutex<Vec<Callback>>,
    is_down: Mutex<bool>,
    n_calls: Mutex<u32>,
}

#[async_trait]
impl Callbacks for Controller {
    async fn post(&self, callback: &Callback) -> Result<(), CallbackError> {
        *self.n_calls.lock() += 1;
        if *self.is_down.lock() {
            return Err(CallbackError::Refused { status: 500 });
        }
        self.told.lock().push(callback.clone());
        Ok(())
    }
}

fn key() -> ProcessorKey {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
    let random = aws_lc_rs::rand::SystemRandom::new();
    let pair = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
    ProcessorKey::of("opendsr.sketch.example", pair.as_ref()).unwrap()
}

fn statuses(controller: &Controller) -> Vec<Status> {
    let told = controller.told.lock();
    told.iter().map(|callback| Told::read(&callback.body, CALLBACK).unwrap().request_status).collect()
}

#[tokio::test]
async fn an_erasure_that_a_controller_sends_reaches_every_system_and_it_is_told() {
    let world = world().await;
    let ada = world.ada().await;
    let (controller, key) = (Controller::default(), key());
    world.forum.fail(support::Fault::Down);

    let received = world.rights.opendsr_take(&world.admin, &place(), &body("erasure", |_| {})).await.unwrap();
    assert_eq!((received.subject_request_id.as_str(), received.received_time), (ID, world.vault.now()));
    assert_eq!(status(&world).await, Status::InProgress);
    assert_eq!(world.rights.opendsr_tell(&key, &controller).await.unwrap(), 1);
    assert_eq!(world.rights.opendsr_tell(&key, &controller).await.unwrap(), 0, "told once");

    world.forum.fail(support::Fault::None);
    until(&world, Status::Completed).await;
    assert_eq!(world.vault.subject(&world.admin, ada).await.unwrap_err().code(), "subject.erased");
    assert_eq!((world.shop.rows("users").len(), world.forum.rows("posts")[0]["email"].as_str()), (1, "gone"));
    assert_eq!(world.rights.opendsr_tell(&key, &controller).await.unwrap(), 1);
    assert_eq!(statuses(&controller), [Status::InProgress, Status::Completed]);

    let told = controller.told.lock();
    let header = |name: &str| told[0].headers.iter().find(|(known, _)| *known == name).unwrap().1.clone();
    assert_eq!(header("x-opendsr-processor-domain"), "opendsr.sketch.example");
    assert!(!header("x-opendsr-signature").is_empty());
    assert!(told.iter().all(|callback| !String::from_utf8_lossy(&callback.body).contains("ada@")));
}

#[tokio::test]
async fn sent_again_it_is_the_same_request_and_its_number_is_that_of_no_other() {
    let world = world().await;
    let ada = world.ada().await;
    let hold = world.vault.place_hold(&world.admin, ada, "a dispute", None).await.unwrap();
    let (world_, place_) = (&world, &place());
    let take = |body: Vec<u8>| async move { world_.rights.opendsr_take(&world_.admin, place_, &body).await };
    let first = take(body("erasure", |_| {})).await.unwrap();
    let again = take(body("erasure", |_| {})).await.unwrap();
    assert_eq!(json!(first), json!(again));
    assert_eq!(status(&world).await, Status::Pending, "a hold is in force: {hold:?}");
    let open = world.vault.requests(&world.admin, Some(ada), None, 10).await.unwrap();
    assert_eq!(open.rows.len(), 1);
    let other = take(body("access", |_| {})).await.unwrap_err();
    assert_eq!((other.kind(), other.code()), (ErrorKind::Conflict, "opendsr.id_used"));

    let cancelled = world.rights.opendsr_cancel(&world.admin, ID).await.unwrap();
    assert_eq!(cancelled.subject_request_id, ID);
    assert_eq!(status(&world).await, Status::Cancelled);
    let open = world.vault.requests(&world.admin, Some(ada), None, 10).await.unwrap();
    assert_eq!(open.rows[0].state, "withdrawn");
    assert!(world.vault.subject(&world.admin, ada).await.is_ok());
    world.rights.opendsr_cancel(&world.admin, ID).await.unwrap();
}

#[tokio::test]
async fn what_is_done_cannot_be_taken_back() {
    let world = world().await;
    world.ada().await;
    world.rights.opendsr_take(&world.admin, &place(), &body("erasure", |_| {})).await.unwrap();
    until(&world, Status::Completed).await;
    let late = world.rights.opendsr_cancel(&world.admin, ID).await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Conflict);
    assert_eq!(status(&world).await, Status::Completed);
}

#[tokio::test]
async fn whether_somebody_is_known_is_not_told() {
    let world = world().await;
    world.ada().await;
    let stranger = body("erasure", |body| {
        body["subject_identities"][0]["identity_value"] = "nobody@example.org".into();
    });
    world.rights.opendsr_take(&world.admin, &place(), &stranger).await.unwrap();
    let told = world.rights.opendsr_status(&world.admin, &place(), ID).await.unwrap();
    assert_eq!((told.request_status, told.results_url), (Status::Completed, None));
    assert_eq!(world.shop.rows("users").len(), 2);
}

#[tokio::test]
async fn access_gives_results_to_the_controller_that_asked() {
    let world = world().await;
    let ada = world.ada().await;
    world.rights.opendsr_take(&world.admin, &place(), &body("access", |_| {})).await.unwrap();
    let told = world.rights.opendsr_status(&world.admin, &place(), ID).await.unwrap();
    assert_eq!(told.results_url, Some(format!("https://opendsr.sketch.example/v2/requests/{ID}/results")));
    assert_eq!(world.rights.opendsr_results(&world.admin, ID).await.unwrap().0, ada);

    let new = NewKey {
        label: "another".into(),
        scopes: vec![Scope::Rights],
        recipient: None,
        purposes: None,
        expires_at: None,
    };
    let issued = world.vault.issue_key(&world.admin, new).await.unwrap();
    let another = world.vault.authenticate(issued.secret.expose()).await.unwrap();
    for error in [
        world.rights.opendsr_status(&another, &place(), ID).await.map(drop).unwrap_err(),
        world.rights.opendsr_results(&another, ID).await.map(drop).unwrap_err(),
        world.rights.opendsr_cancel(&another, ID).await.map(drop).unwrap_err(),
    ] {
        assert_eq!(error.code(), "opendsr.unknown");
    }
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_and_leaves_nothing() {
    let world = world().await;
    let ada = world.ada().await;
    let cases: [(&str, Vec<u8>); 4] = [
        ("opendsr.malformed", b"{}".to_vec()),
        (
            "opendsr.callback_unknown",
            body("erasure", |body| {
                body["status_callback_urls"][0] = "https://controller.example.evil.example/".into();
            }),
        ),
        (
            "opendsr.identity_unsupported",
            body("erasure", |body| {
                body["subject_identities"] = json!([{"identity_type": "email", "identity_format": "sha1",
                "identity_value": "0123456789012345678901234567890123456789"}]);
            }),
        ),
        (
            "opendsr.two_people",
            body("erasure", |body| {
                body["subject_identities"][1] = json!({"identity_type": "controller_customer_id", "identity_format": "raw", "identity_value": "C-99"});
            }),
        ),
    ];
    let values = [("email", "eve@example.org"), ("name", "Eve"), ("customer", "C-99")];
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let record = candor_vault::NewRecord { group: "account".into(), values, source: "subject".into() };
    let eve = candor_vault::NewSubject { records: vec![record], contract: None };
    world.vault.create_subject(&world.admin, eve).await.unwrap();
    for (code, body) in cases {
        let error = world.rights.opendsr_take(&world.admin, &place(), &body).await.unwrap_err();
        assert_eq!(error.code(), code);
        assert_eq!(
            world.rights.opendsr_status(&world.admin, &place(), ID).await.unwrap_err().code(),
            "opendsr.unknown"
        );
    }
    assert!(world.vault.requests(&world.admin, Some(ada), None, 10).await.unwrap().rows.is_empty());
}

#[tokio::test]
async fn a_controller_that_is_down_is_told_again_and_not_for_ever() {
    let world = world().await;
    world.ada().await;
    let (controller, key) = (Controller::default(), key());
    *controller.is_down.lock() = true;
    world.rights.opendsr_take(&world.admin, &place(), &body("access", |_| {})).await.unwrap();
    for _ in 0..100 {
        assert_eq!(world.rights.opendsr_tell(&key, &controller).await.unwrap(), 0);
        world.clock.set(Instant::from_millis(world.vault.now().as_millis() + 600_000));
    }
    assert_eq!(*controller.n_calls.lock(), TELLS_MAX);

    let controller = Controller::default();
    *controller.is_down.lock() = true;
    let other = body("access", |body| body["subject_request_id"] = ID.replace("a7551968", "b7551968").into());
    world.rights.opendsr_take(&world.admin, &place(), &other).await.unwrap();
    world.rights.opendsr_tell(&key, &controller).await.unwrap();
    *controller.is_down.lock() = false;
    assert_eq!(world.rights.opendsr_tell(&key, &controller).await.unwrap(), 0, "not before its time");
    world.clock.set(Instant::from_millis(world.vault.now().as_millis() + 5_000));
    assert_eq!(world.rights.opendsr_tell(&key, &controller).await.unwrap(), 1);
    assert_eq!(statuses(&controller), [Status::Completed]);
}

#[tokio::test]
async fn a_controller_that_is_told_while_its_request_is_taken_gets_its_answer() {
    for n in 0..16 {
        let store = Mortal::new(Arc::new(MemoryStore::new()), u64::MAX, false);
        let world = world_over(store.clone(), POLICY, &[]).await;
        world.ada().await;
        let (controller, key, (place, body)) = (Controller::default(), key(), (place(), body("access", |_| {})));
        let tell = async {
            for _ in 0..n {
                tokio::task::yield_now().await;
            }
            world.rights.opendsr_tell(&key, &controller).await
        };
        let (taken, told) = tokio::join!(world.rights.opendsr_take(&world.admin, &place, &body), tell);
        assert!(taken.is_ok() && told.is_ok() && !store.is_dead(), "at {n}: {taken:?} {told:?}");
        assert_eq!(status(&world).await, Status::Completed, "at {n}");
        world.rights.opendsr_tell(&key, &controller).await.unwrap();
        let told = statuses(&controller);
        assert_eq!(told.iter().filter(|status| **status == Status::Completed).count(), 1, "at {n}: {told:?}");
    }
}
