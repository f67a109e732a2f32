//! A server in memory with two tenants, a clock that stands still and chance that repeats.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use candor_http::{Limits, Metrics, Rate, dress, route_unknown};
use candor_identity::{Identity, IdentityParts};
use candor_seal::{KeyVersion, RootKey};
use candor_store_memory::MemoryStore;
use candor_vault::{NewKey, NewTenant, Scope, Vault, VaultParts};
use candor_words::{Instant, ManualClock, Secret, SeededEntropy, TenantId};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::conforms;
use crate::{ApiState, api_routes, openapi_document};

const POLICY: &str = include_str!("policy.candor");

pub struct World {
    pub vault: Arc<Vault>,
    pub clock: Arc<ManualClock>,
    pub tenant: TenantId,
    /// The administrator's key of `sketch`, as presented.
    pub key: String,
    /// The administrator's key of `other`.
    pub other_key: String,
    router: Router,
    document: Value,
}

/// An answer, read whole.
pub struct Answered {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    pub body: Value,
}

impl Answered {
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or("-")
    }
}

pub async fn world() -> World {
    world_at_rate(Rate { per_second: 1_000_000, burst: 1_000_000 }).await
}

pub async fn world_at_rate(rate: Rate) -> World {
    let clock = Arc::new(ManualClock::new(Instant::from_date(2026, 6, 1).unwrap()));
    let parts = VaultParts {
        store: Arc::new(MemoryStore::new()),
        clock: clock.clone(),
        entropy: Arc::new(SeededEntropy::new(42)),
        roots: vec![RootKey::new(KeyVersion::FIRST, &Secret::new([7; 32])).unwrap()],
        origin: "candor.test".into(),
    };
    let vault = Vault::open(parts).unwrap();
    let tenant = async |slug: &str| {
        let sources = vec![("policy.candor".to_owned(), POLICY.to_owned())];
        vault.create_tenant(NewTenant { slug: slug.into(), title: slug.into(), sources }).await.unwrap()
    };
    let (sketch, other) = (tenant("sketch").await, tenant("other").await);
    let parts = IdentityParts {
        vault: Arc::clone(&vault),
        entropy: Arc::new(SeededEntropy::new(43)),
        passkeys: Arc::new(candor_passkeys::WebAuthn),
        sms: None,
    };
    let state = ApiState::new(Arc::clone(&vault), rate).with_door(Identity::open(parts));
    let routes = api_routes(state).fallback(route_unknown);
    let limits = Limits { body_bytes_max: 16 << 10, ..Limits::default() };
    World {
        router: dress(routes, limits, Metrics::new(Arc::new(Vec::new))),
        document: openapi_document(),
        clock,
        tenant: sketch.tenant,
        key: sketch.administrator.secret.expose().clone(),
        other_key: other.administrator.secret.expose().clone(),
        vault,
    }
}

impl World {
    /// Sends a request with the administrator's key, and compares the answer with its description.
    pub async fn send(&self, method: &str, path: &str, body: Value) -> Answered {
        self.send_with(method, path, &[("authorization", &format!("Bearer {}", self.key))], &body.to_string()).await
    }

    pub async fn send_with(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answered {
        self.send_bytes(method, path, headers, body.as_bytes().to_vec()).await
    }

    pub async fn send_bytes(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answered {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = to_bytes(body, 64 << 20).await.unwrap().to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        let answered = Answered { status: head.status.as_u16(), headers: head.headers, bytes, body };
        conforms::check(&self.document, method, path, &answered);
        answered
    }

    /// Ada, under contract.
    pub async fn ada(&self) -> String {
        self.person("ada@people.example", "Ada Lovelace").await
    }

    pub async fn person(&self, email: &str, name: &str) -> String {
        let values = json!({"email": email, "name": name, "job": "analyst"});
        let body = json!({"records": [{"group": "account", "values": values}], "contract": {}});
        let created = self.send("POST", "/v1/subjects", body).await;
        assert_eq!(created.status, 201, "{}", created.body);
        created.body["subject"].as_str().unwrap().to_owned()
    }

    /// A key of `sketch` with bounds, as presented.
    pub async fn key_with(&self, scopes: Vec<Scope>, expires_at: Option<Instant>) -> (String, String) {
        let admin = self.vault.authenticate(&self.key).await.unwrap();
        let new = NewKey { label: "bounded".into(), scopes, recipient: None, purposes: None, expires_at };
        let issued = self.vault.issue_key(&admin, new).await.unwrap();
        (issued.id.to_string(), issued.secret.expose().clone())
    }

    /// What must not change when a request is refused at the door.
    pub async fn state_of(&self, subject: &str) -> (u64, u64) {
        let size = self.vault.store().ledger_size(self.tenant).await.unwrap();
        let row = self.vault.store().subject(self.tenant, subject.parse().unwrap()).await.unwrap().unwrap();
        (size, row.version)
    }
}

pub fn bearer(key: &str) -> String {
    format!("Bearer {key}")
}
