//! The operations, one family of endpoints per file.

use utoipa_axum::router::OpenApiRouter;

use crate::state::ApiState;

mod accesses;
mod account;
mod agents;
mod analytics;
mod clients;
mod collections;
mod consents;
mod contested;
mod disclosures;
mod disputes;
mod export;
mod factors;
mod holds;
mod imports;
mod keys;
mod ledger;
mod notices;
mod objections;
mod organisations;
mod policies;
mod preferences;
mod read;
mod receipts;
mod records;
mod requests;
mod restriction;
mod retention;
mod rights;
mod rotation;
mod runs;
mod secrets;
mod sign_in_audit;
mod sign_ins;
mod staff;
mod subjects;
mod systems;
mod upstreams;
mod verify;
mod why;

/// Every operation, with what OpenAPI says of it.
pub(crate) fn all() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .merge(policies::routes())
        .merge(notices::routes())
        .merge(collections::routes())
        .merge(clients::routes())
        .merge(keys::routes())
        .merge(rotation::routes())
        .merge(secrets::routes())
        .merge(organisations::routes())
        .merge(staff::routes())
        .merge(upstreams::routes())
        .merge(agents::routes())
        .merge(subjects::routes())
        .merge(verify::routes())
        .merge(factors::routes())
        .merge(imports::routes())
        .merge(account::routes())
        .merge(records::routes())
        .merge(read::routes())
        .merge(analytics::routes())
        .merge(why::routes())
        .merge(consents::routes())
        .merge(receipts::routes())
        .merge(objections::routes())
        .merge(preferences::routes())
        .merge(restriction::routes())
        .merge(retention::routes())
        .merge(rights::routes())
        .merge(export::routes())
        .merge(holds::routes())
        .merge(requests::routes())
        .merge(runs::routes())
        .merge(contested::routes())
        .merge(disputes::routes())
        .merge(systems::routes())
        .merge(disclosures::routes())
        .merge(accesses::routes())
        .merge(sign_in_audit::routes())
        .merge(sign_ins::routes())
        .merge(ledger::routes())
}
