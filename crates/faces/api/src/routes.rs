//! Every operation in one table: who may ask, and whether a field can come back.
//!
//! INVARIANT: an operation that is not listed here is answered by nothing ([`crate::guard`]); tests hold
//! the table to the router, and `returns` to the schemas of the answers. `routes.golden` is the same
//! table as text, so that a change of it shows in a review.

use std::collections::HashMap;
use std::sync::LazyLock;

use candor_vault::Scope;

/// One operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: &'static str,
    /// The address as a template.
    pub path: &'static str,
    /// Who may ask.
    pub access: Access,
    /// Whether field values can come back.
    pub returns: ReturnsFields,
    /// True when it changes something: `Idempotency-Key` is honoured.
    pub writes: bool,
    /// True when the answer holds a secret that is shown once.
    pub answers_secret: bool,
}

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody: nothing in it is about a person.
    Public,
    /// Any key of the tenant.
    AnyKey,
    /// A key with the scope.
    Scoped(Scope),
    /// A key with one of the scopes.
    AnyOf(&'static [Scope]),
}

/// Whether field values can come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnsFields {
    /// Never.
    Never,
    /// Only what `decide` grants, for these purposes.
    Through(&'static [&'static str]),
}

impl Access {
    /// As it stands in the golden file.
    fn text(self) -> String {
        match self {
            Self::Public => "public".to_owned(),
            Self::AnyKey => "any key".to_owned(),
            Self::Scoped(scope) => scope.name().to_owned(),
            Self::AnyOf(scopes) => scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" or "),
        }
    }
}

const fn asks(method: &'static str, path: &'static str, access: Access) -> Route {
    Route { method, path, access, returns: ReturnsFields::Never, writes: false, answers_secret: false }
}

const fn writes(method: &'static str, path: &'static str, scope: Scope) -> Route {
    Route { writes: true, ..asks(method, path, Access::Scoped(scope)) }
}

const fn opens(method: &'static str, path: &'static str, scope: Scope, through: &'static [&'static str]) -> Route {
    Route { returns: ReturnsFields::Through(through), ..asks(method, path, Access::Scoped(scope)) }
}

/// Writes that several scopes allow would be unclear; reads may be.
const fn asks_any(method: &'static str, path: &'static str, scopes: &'static [Scope]) -> Route {
    asks(method, path, Access::AnyOf(scopes))
}

const fn public(path: &'static str) -> Route {
    asks("GET", path, Access::Public)
}

const ASKED: &[&str] = &["the declared purpose that the question names"];
const DE_IDENTIFIED: &[&str] = &["the de-identified purpose that the question names"];
const EXPORT: &[&str] = &["@access", "@portability"];
const APPROVE_OR_AUDIT: &[Scope] = &[Scope::Approve, Scope::Audit];
const ADMIN_OR_RIGHTS: &[Scope] = &[Scope::Admin, Scope::Rights];
const AUDIT_OR_RIGHTS: &[Scope] = &[Scope::Audit, Scope::Rights];

use Access::{AnyKey, Scoped};

/// The table, by address.
pub static ROUTES: &[Route] = &[
    public("/ledger/{tenant}/checkpoint"),
    public("/ledger/{tenant}/consistency"),
    public("/ledger/{tenant}/key"),
    public("/ledger/{tenant}/receipts/{entry}"),
    public("/ledger/{tenant}/tile/{*path}"),
    asks("GET", "/v1/agents", Scoped(Scope::Admin)),
    writes("DELETE", "/v1/agents/{agent}", Scope::Admin),
    writes("PUT", "/v1/agents/{agent}", Scope::Admin),
    opens("POST", "/v1/aggregates", Scope::Read, DE_IDENTIFIED),
    opens("POST", "/v1/aggregates/export", Scope::Read, DE_IDENTIFIED),
    Route { answers_secret: true, ..writes("POST", "/v1/client-invitations", Scope::Admin) },
    asks("GET", "/v1/clients", Scoped(Scope::Admin)),
    Route { answers_secret: true, ..writes("POST", "/v1/clients", Scope::Admin) },
    writes("DELETE", "/v1/clients/{client}", Scope::Admin),
    asks("GET", "/v1/clients/{client}", Scoped(Scope::Admin)),
    writes("PUT", "/v1/clients/{client}", Scope::Admin),
    Route { answers_secret: true, ..writes("POST", "/v1/clients/{client}/secret", Scope::Admin) },
    asks("GET", "/v1/collections", AnyKey),
    writes("PUT", "/v1/collections/{name}", Scope::Admin),
    asks("GET", "/v1/consents/again", Scoped(Scope::Consent)),
    asks_any("GET", "/v1/disclosures", APPROVE_OR_AUDIT),
    asks_any("GET", "/v1/disclosures/{disclosure}", APPROVE_OR_AUDIT),
    writes("POST", "/v1/disclosures/{disclosure}/approve", Scope::Approve),
    writes("POST", "/v1/disclosures/{disclosure}/refuse", Scope::Approve),
    asks("GET", "/v1/disputes", Scoped(Scope::Rights)),
    asks("GET", "/v1/door", AnyKey),
    writes("PUT", "/v1/door", Scope::Admin),
    writes("POST", "/v1/imports/{import}/people", Scope::Write),
    asks("GET", "/v1/keys", Scoped(Scope::Admin)),
    Route { answers_secret: true, ..writes("POST", "/v1/keys", Scope::Admin) },
    writes("DELETE", "/v1/keys/{key}", Scope::Admin),
    asks("GET", "/v1/objections", Scoped(Scope::Rights)),
    asks("GET", "/v1/organisations", Scoped(Scope::Admin)),
    writes("POST", "/v1/organisations", Scope::Admin),
    writes("DELETE", "/v1/organisations/{organisation}", Scope::Admin),
    asks("GET", "/v1/organisations/{organisation}", Scoped(Scope::Admin)),
    asks("GET", "/v1/organisations/{organisation}/addresses", Scoped(Scope::Admin)),
    writes("POST", "/v1/organisations/{organisation}/addresses/{address}/decide", Scope::Admin),
    writes("PUT", "/v1/organisations/{organisation}/deciders", Scope::Admin),
    writes("DELETE", "/v1/organisations/{organisation}/domains/{domain}", Scope::Admin),
    writes("PUT", "/v1/organisations/{organisation}/domains/{domain}", Scope::Admin),
    writes("POST", "/v1/organisations/{organisation}/domains/{domain}/prove", Scope::Admin),
    asks("GET", "/v1/organisations/{organisation}/members", Scoped(Scope::Admin)),
    writes("DELETE", "/v1/organisations/{organisation}/members/{subject}", Scope::Admin),
    asks("GET", "/v1/organisations/{organisation}/requests", Scoped(Scope::Admin)),
    asks("GET", "/v1/policies", AnyKey),
    writes("POST", "/v1/policies", Scope::Admin),
    asks("GET", "/v1/policies/{digest}/notices", Scoped(Scope::Admin)),
    asks("GET", "/v1/policies/{digest}/notices/undeliverable", Scoped(Scope::Admin)),
    opens("POST", "/v1/reads", Scope::Read, ASKED),
    asks("GET", "/v1/requests", Scoped(Scope::Rights)),
    opens("POST", "/v1/requests:archives", Scope::Rights, EXPORT),
    writes("POST", "/v1/requests:batch", Scope::Rights),
    asks("GET", "/v1/requests/{request}", Scoped(Scope::Rights)),
    writes("POST", "/v1/requests/{request}/approve", Scope::Rights),
    opens("POST", "/v1/requests/{request}/archive", Scope::Rights, EXPORT),
    writes("POST", "/v1/requests/{request}/complete", Scope::Rights),
    writes("POST", "/v1/requests/{request}/decide", Scope::Admin),
    asks("GET", "/v1/requests/{request}/dispute", Scoped(Scope::Rights)),
    writes("POST", "/v1/requests/{request}/dispute", Scope::Rights),
    writes("POST", "/v1/requests/{request}/dispute/override", Scope::Admin),
    writes("POST", "/v1/requests/{request}/dispute/settle", Scope::Rights),
    writes("POST", "/v1/requests/{request}/dispute/withdraw", Scope::Admin),
    writes("POST", "/v1/requests/{request}/extend", Scope::Rights),
    writes("POST", "/v1/requests/{request}/identity", Scope::Rights),
    writes("POST", "/v1/requests/{request}/identity/documents", Scope::Rights),
    writes("POST", "/v1/requests/{request}/identity/letter", Scope::Rights),
    asks("GET", "/v1/requests/{request}/letter", Scoped(Scope::Rights)),
    writes("POST", "/v1/requests/{request}/pause", Scope::Rights),
    writes("POST", "/v1/requests/{request}/plan", Scope::Rights),
    asks("GET", "/v1/requests/{request}/receipt", Scoped(Scope::Rights)),
    writes("POST", "/v1/requests/{request}/refuse", Scope::Rights),
    writes("POST", "/v1/requests/{request}/resume", Scope::Rights),
    asks("GET", "/v1/requests/{request}/steps", Scoped(Scope::Rights)),
    writes("POST", "/v1/requests/{request}/steps/{system}/retry", Scope::Rights),
    writes("POST", "/v1/requests/{request}/steps/{system}/accept-found", Scope::Admin),
    opens("POST", "/v1/research", Scope::Read, DE_IDENTIFIED),
    asks("GET", "/v1/rotation", Scoped(Scope::Admin)),
    writes("POST", "/v1/rotation", Scope::Admin),
    asks("GET", "/v1/secrets", Scoped(Scope::Admin)),
    writes("DELETE", "/v1/secrets/{name}", Scope::Admin),
    writes("PUT", "/v1/secrets/{name}", Scope::Admin),
    asks("GET", "/v1/sign-in-audit", Scoped(Scope::Audit)),
    writes("POST", "/v1/signing-keys", Scope::Admin),
    asks("GET", "/v1/upstreams", Scoped(Scope::Admin)),
    writes("DELETE", "/v1/upstreams/{name}", Scope::Admin),
    writes("PUT", "/v1/upstreams/{name}", Scope::Admin),
    writes("POST", "/v1/upstreams/{name}/switch", Scope::Admin),
    asks("GET", "/v1/retention", AnyKey),
    writes("PUT", "/v1/retention/lengths/{group}", Scope::Admin),
    asks("GET", "/v1/retention/preview", Scoped(Scope::Admin)),
    writes("POST", "/v1/retention/run", Scope::Admin),
    asks("GET", "/v1/retention/systems", Scoped(Scope::Admin)),
    writes("POST", "/v1/retention/systems/run", Scope::Admin),
    asks("GET", "/v1/staff", Scoped(Scope::Admin)),
    writes("DELETE", "/v1/staff/{subject}", Scope::Admin),
    writes("PUT", "/v1/staff/{subject}", Scope::Admin),
    asks("GET", "/v1/subjects", AnyKey),
    writes("POST", "/v1/subjects", Scope::Write),
    asks("POST", "/v1/subjects/find", Scoped(Scope::Read)),
    asks("POST", "/v1/subjects/verify", Scoped(Scope::Read)),
    asks("GET", "/v1/subjects/{subject}", AnyKey),
    asks_any("GET", "/v1/subjects/{subject}/accesses", AUDIT_OR_RIGHTS),
    writes("PUT", "/v1/subjects/{subject}/age", Scope::Write),
    asks("GET", "/v1/subjects/{subject}/consents", Scoped(Scope::Consent)),
    writes("POST", "/v1/subjects/{subject}/consents", Scope::Consent),
    asks("GET", "/v1/subjects/{subject}/consents/{purpose}/receipt", Scoped(Scope::Consent)),
    writes("DELETE", "/v1/subjects/{subject}/contract", Scope::Write),
    writes("PUT", "/v1/subjects/{subject}/contract", Scope::Write),
    writes("POST", "/v1/subjects/{subject}/deactivate", Scope::Consent),
    writes("POST", "/v1/subjects/{subject}/disclosures", Scope::Approve),
    writes("POST", "/v1/subjects/{subject}/disputes", Scope::Rights),
    writes("POST", "/v1/subjects/{subject}/erase", Scope::Rights),
    writes("POST", "/v1/subjects/{subject}/erase-minor", Scope::Rights),
    writes("PUT", "/v1/subjects/{subject}/events/{event}", Scope::Write),
    opens("POST", "/v1/subjects/{subject}/export", Scope::Rights, EXPORT),
    asks("GET", "/v1/subjects/{subject}/factors", Scoped(Scope::Admin)),
    writes("DELETE", "/v1/subjects/{subject}/factors", Scope::Admin),
    asks("GET", "/v1/subjects/{subject}/holds", Scoped(Scope::Hold)),
    writes("POST", "/v1/subjects/{subject}/holds", Scope::Hold),
    writes("DELETE", "/v1/subjects/{subject}/holds/{hold}", Scope::Hold),
    writes("DELETE", "/v1/subjects/{subject}/instructions/{purpose}/{recipient}", Scope::Consent),
    writes("PUT", "/v1/subjects/{subject}/instructions/{purpose}/{recipient}", Scope::Consent),
    writes("DELETE", "/v1/subjects/{subject}/lock", Scope::Admin),
    asks("GET", "/v1/subjects/{subject}/lock", Scoped(Scope::Admin)),
    writes("PUT", "/v1/subjects/{subject}/lock", Scope::Admin),
    asks("GET", "/v1/subjects/{subject}/notices", Scoped(Scope::Consent)),
    writes("POST", "/v1/subjects/{subject}/notices/{notice}/acknowledge", Scope::Consent),
    writes("PUT", "/v1/subjects/{subject}/managed", Scope::Admin),
    writes("POST", "/v1/subjects/{subject}/objections", Scope::Consent),
    writes("POST", "/v1/subjects/{subject}/objections/{purpose}/resolve", Scope::Rights),
    asks("GET", "/v1/subjects/{subject}/preferences", Scoped(Scope::Consent)),
    writes("PUT", "/v1/subjects/{subject}/preferences/{purpose}/{channel}", Scope::Consent),
    asks("GET", "/v1/subjects/{subject}/pushes", Scoped(Scope::Rights)),
    writes("POST", "/v1/subjects/{subject}/reactivate", Scope::Consent),
    opens("POST", "/v1/subjects/{subject}/read", Scope::Read, ASKED),
    asks_any("GET", "/v1/subjects/{subject}/recipients", AUDIT_OR_RIGHTS),
    asks("GET", "/v1/subjects/{subject}/records", AnyKey),
    writes("POST", "/v1/subjects/{subject}/records", Scope::Write),
    writes("DELETE", "/v1/subjects/{subject}/records/{group}/{record}", Scope::Write),
    writes("PATCH", "/v1/subjects/{subject}/records/{group}/{record}", Scope::Write),
    writes("POST", "/v1/subjects/{subject}/records/{group}/{record}/close", Scope::Write),
    writes("POST", "/v1/subjects/{subject}/rectify", Scope::Rights),
    writes("POST", "/v1/subjects/{subject}/requests", Scope::Rights),
    writes("PUT", "/v1/subjects/{subject}/restriction", Scope::Rights),
    writes("POST", "/v1/subjects/{subject}/restriction/lift", Scope::Rights),
    asks_any("GET", "/v1/subjects/{subject}/sign-in-audit", AUDIT_OR_RIGHTS),
    asks("POST", "/v1/subjects/{subject}/sign-ins", Scoped(Scope::Read)),
    asks("POST", "/v1/subjects/{subject}/why", Scoped(Scope::Audit)),
    asks_any("GET", "/v1/systems", ADMIN_OR_RIGHTS),
    asks("GET", "/v1/systems/{name}/check", Scoped(Scope::Admin)),
    asks("GET", "/v1/systems/{name}/discover", Scoped(Scope::Admin)),
    asks("GET", "/v1/transparency/{year}", AnyKey),
];

/// Finds an operation by method and address template.
pub(crate) fn find(method: &str, path: &str) -> Option<&'static Route> {
    static BY_PATH: LazyLock<HashMap<&'static str, Vec<&'static Route>>> = LazyLock::new(|| {
        let mut by_path: HashMap<&'static str, Vec<&'static Route>> = HashMap::new();
        for route in ROUTES {
            by_path.entry(route.path).or_default().push(route);
        }
        by_path
    });
    BY_PATH.get(path)?.iter().find(|route| route.method == method).copied()
}

/// The table as text: method, address, who may ask, whether it changes something, what can come back.
pub fn table_text() -> String {
    let mut text = String::from("# method path | access | asks or writes | fields that can come back\n");
    for route in ROUTES {
        let returns = match route.returns {
            ReturnsFields::Never => "no field".to_owned(),
            ReturnsFields::Through(purposes) => format!("through decide, for {}", purposes.join("; ")),
        };
        let kind = if route.writes { "writes" } else { "asks" };
        text.push_str(&format!("{} {} | {} | {kind} | {returns}\n", route.method, route.path, route.access.text()));
    }
    text
}
