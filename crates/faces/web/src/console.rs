//! The administrator console: people who work for the tenant, at work.
//!
//! Every page begins with a [`desk::Seated`]: somebody who is signed in and has a seat. Roles of the policy open fields of
//! people, for a stated purpose and reason, through the vault; the seat of an administrator opens everything else and no
//! field. Whatever changes something wants a fresh proof of who acts, with a second factor where they have one.

mod client;
mod client_form;
mod clients;
mod desk;
mod disclosure;
mod disclosures;
mod dispute;
mod disputes;
mod keys;
mod member;
mod new_key;
mod next_step;
mod objection;
mod opened;
mod organisation;
mod organisations;
mod people;
mod person;
mod person_requests;
mod policies;
mod progress;
pub(crate) mod request;
mod request_act;
mod request_actions;
mod requests;
mod risk;
mod secrets;
mod shown_once;
mod staff;
mod sure;
mod systems;
mod transparency;
mod upstream_form;
mod upstreams;

use axum::Router;
use axum::routing::{get, post};

use crate::door::DoorState;

/// The routes of the console, and the page on which people see who manages their account.
pub(crate) fn routes() -> Router<DoorState> {
    Router::new()
        .route("/{tenant}/console", get(people::page).post(people::find))
        .route("/{tenant}/console/people/{subject}", get(person::page).post(person::read))
        .route("/{tenant}/console/people/{subject}/act", post(person::act))
        .route("/{tenant}/console/organisations", get(organisations::page).post(organisations::create))
        .route("/{tenant}/console/organisations/{organisation}", get(organisation::page).post(organisation::act))
        .route("/{tenant}/console/people/{subject}/requests", post(person_requests::open))
        .route("/{tenant}/console/requests", get(requests::page))
        .route("/{tenant}/console/requests/{request}", get(request::page).post(request_act::act))
        .route("/{tenant}/console/requests/{request}/letter", get(request::letter))
        .route("/{tenant}/console/requests/{request}/receipt", get(request::receipt))
        .route("/progress.js", get(progress::script))
        .route("/{tenant}/console/disputes", get(disputes::page))
        .route("/{tenant}/console/disputes/{request}", get(dispute::page).post(dispute::act))
        .route("/{tenant}/console/objections/{subject}/{purpose}", get(objection::page).post(objection::act))
        .route("/{tenant}/console/disclosures", get(disclosures::page).post(disclosures::propose))
        .route("/{tenant}/console/disclosures/new", get(disclosures::new_page))
        .route("/{tenant}/console/disclosures/{disclosure}", get(disclosure::page).post(disclosure::act))
        .route("/{tenant}/console/transparency", get(transparency::page))
        .route("/{tenant}/console/systems", get(systems::page))
        .route("/{tenant}/console/systems/{name}", get(systems::one))
        .route("/{tenant}/console/risk", get(risk::page).post(risk::look))
        .route("/{tenant}/console/clients", get(clients::page).post(clients::register))
        .route("/{tenant}/console/clients/new", get(clients::new_page))
        .route("/{tenant}/console/clients/{client}", get(client::page).post(client::change))
        .route("/{tenant}/console/clients/{client}/secret", post(client::renew))
        .route("/{tenant}/console/clients/{client}/remove", get(client::remove_page).post(client::remove))
        .route("/{tenant}/console/upstreams", get(upstreams::page))
        .route("/{tenant}/console/upstreams/new/{kind}", get(upstreams::new_page).post(upstreams::keep))
        .route("/{tenant}/console/upstreams/{place}", get(upstreams::change_page).post(upstreams::change))
        .route("/{tenant}/console/upstreams/{place}/switch", post(upstreams::switch))
        .route("/{tenant}/console/upstreams/{place}/remove", get(upstreams::remove_page).post(upstreams::remove))
        .route("/{tenant}/console/staff", get(staff::page).post(staff::set))
        .route("/{tenant}/console/keys", get(keys::page).post(keys::revoke))
        .route("/{tenant}/console/keys/new", get(new_key::page).post(new_key::issue))
        .route("/{tenant}/console/secrets", get(secrets::page).post(secrets::change))
        .route("/{tenant}/console/policies", get(policies::page))
        .route("/{tenant}/account/organisation", get(member::page))
}
