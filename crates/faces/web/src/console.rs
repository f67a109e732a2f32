//! The administrator console: people who work for the tenant, at work.
//!
//! Every page begins with a [`desk::Seated`]: somebody who is signed in and has a seat. Roles of the policy open fields of
//! people, for a stated purpose and reason, through the vault; the seat of an administrator opens everything else and no
//! field. Whatever changes something wants a fresh proof of who acts, with a second factor where they have one.

mod desk;
mod keys;
mod member;
mod organisation;
mod organisations;
mod people;
mod person;
mod policies;
mod requests;
mod secrets;
mod staff;

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
        .route("/{tenant}/console/requests", get(requests::page))
        .route("/{tenant}/console/staff", get(staff::page).post(staff::set))
        .route("/{tenant}/console/keys", get(keys::page).post(keys::revoke))
        .route("/{tenant}/console/secrets", get(secrets::page).post(secrets::change))
        .route("/{tenant}/console/policies", get(policies::page))
        .route("/{tenant}/account/organisation", get(member::page))
}
