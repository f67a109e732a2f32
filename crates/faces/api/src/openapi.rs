//! The OpenAPI 3.1 document: what the handlers declare, completed from the table of routes.
//!
//! Scopes, the `Idempotency-Key` header, the form of ids, the refusals that an operation may answer with, and
//! whether fields can come back are added here for all operations alike, so that none can be forgotten.

use candor_words::{ApiKeyId, ClientId, HoldId, OrganisationId, RecordId, RequestId, SubjectId};
use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use crate::routes::{Access, ROUTES, ReturnsFields, Route};
use crate::schema;

mod refusals;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Candor",
        description = "Personal data behind an executable privacy policy: every read names a purpose, and gets what the policy grants it.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "reading", description = "Fields, for a purpose"),
        (name = "subjects", description = "People, without their fields"),
        (name = "front door", description = "How people sign in, as administrators look after it"),
        (name = "records", description = "What is kept about them"),
        (name = "choices", description = "What people consent to, object to, and choose"),
        (name = "rights", description = "Access, rectification, erasure, restriction, portability"),
        (name = "retention", description = "How long, and what then happens"),
        (name = "disclosures", description = "Authorities and recipients"),
        (name = "audit", description = "Who read what"),
        (name = "policy", description = "The policy in force"),
        (name = "keys", description = "API keys"),
        (name = "clients", description = "Applications that people sign in to, and their keys"),
        (name = "secrets", description = "What the tenant proves itself with elsewhere; written, never shown"),
        (name = "organisations", description = "Who manages accounts, with notice and within the policy's frame"),
        (name = "staff", description = "Who works at the console, and who is kept out of their account"),
        (name = "upstreams", description = "Where people may sign in elsewhere, after they agreed"),
        (name = "agents", description = "Agents that bring requests for people over the Data Rights Protocol"),
        (name = "ledger", description = "Proofs, for anybody")
    ),
    components(schemas(schema::Problem))
)]
pub(crate) struct Document;

/// Completes the document that the router gathered.
pub(crate) fn complete(gathered: &utoipa::openapi::OpenApi) -> Value {
    let mut document = serde_json::to_value(gathered).unwrap_or_default();
    document["components"]["securitySchemes"] = json!({
        "key": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "candor_<key id>_<secret>",
            "description": "An API key. The scopes it needs stand beside each operation."
        }
    });
    for route in ROUTES {
        let method = route.method.to_ascii_lowercase();
        if let Some(Value::Object(operation)) =
            document["paths"].get_mut(route.path).and_then(|path| path.get_mut(&method))
        {
            complete_operation(operation, route);
        }
    }
    name_rests(&mut document);
    document
}

fn complete_operation(operation: &mut Map<String, Value>, route: &Route) {
    let security = match route.access {
        Access::Public => json!([]),
        Access::AnyKey => json!([{ "key": [] }]),
        // OpenAPI 3.1 lets role names stand here for a scheme of any type.
        Access::Scoped(scope) => json!([{ "key": [scope.name()] }]),
        Access::AnyOf(scopes) => scopes.iter().map(|scope| json!({ "key": [scope.name()] })).collect(),
    };
    operation.insert("security".to_owned(), security);
    let through = match route.returns {
        ReturnsFields::Never => json!("never"),
        ReturnsFields::Through(purposes) => json!(purposes),
    };
    operation.insert("x-candor-returns-fields".to_owned(), through);
    refusals::add(operation, route);
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
    parameters.into_iter().flatten().filter(|parameter| parameter["in"] == "path").for_each(say_form);
    if route.writes {
        let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
        if let Value::Array(parameters) = parameters {
            parameters.push(json!({
                "name": "Idempotency-Key",
                "in": "header",
                "required": false,
                "description": "Repeating the request with the same key answers the same and changes nothing more",
                "schema": { "type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$" }
            }));
        }
    }
}

/// Ids have a form, and names a length; the address as a whole is bounded by the server.
fn say_form(parameter: &mut Value) {
    let prefix = match parameter["name"].as_str() {
        Some("subject") => SubjectId::PREFIX,
        Some("record") => RecordId::PREFIX,
        Some("request" | "disclosure" | "address") => RequestId::PREFIX,
        Some("hold") => HoldId::PREFIX,
        Some("organisation") => OrganisationId::PREFIX,
        Some("key") => ApiKeyId::PREFIX,
        Some("client") => ClientId::PREFIX,
        _ => return,
    };
    parameter["schema"]["pattern"] = json!(format!("^{prefix}_[0-9a-f]{{32}}$"));
}

/// The router's mark for the rest of an address is none in OpenAPI.
fn name_rests(document: &mut Value) {
    let Some(paths) = document["paths"].as_object_mut() else { return };
    let marked: Vec<String> = paths.keys().filter(|path| path.contains("{*")).cloned().collect();
    for path in marked {
        if let Some(item) = paths.remove(&path) {
            paths.insert(described_path(&path), item);
        }
    }
}

/// An address of the table as the document writes it.
pub(crate) fn described_path(path: &str) -> String {
    path.replace("{*", "{")
}
