//! The door's pages: signing up, signing in, getting back in, leaving.
//!
//! Every handler takes an [`At`]: at which tenant, in which language, with which cookie, and who is signed in. Whatever
//! changes something takes an [`OwnForm`], which cannot be had without the token of a form that this server showed to this
//! browser. Answers are made with [`At::page`] and [`At::go`], which set cookies and let nothing be kept by caches.

mod applications;
mod asked;
mod at;
mod confirm;
mod cookies;
mod email;
mod factors;
mod guard;
mod own_form;
mod prove;
mod recover;
mod sign_in;
mod sign_out;
mod sign_up;
mod trouble;
mod upstream;
mod who_asks;

pub(crate) use asked::way_for_anybody;
pub use at::{At, DoorState, Enrolling, SignedIn};
pub(crate) use at::{escaped, parameter};
pub(crate) use cookies::Jar;
pub use own_form::OwnForm;
pub(crate) use trouble::{status as trouble_status, text as trouble_text};

use std::sync::Arc;

use axum::routing::{get, post};
use axum::{Router, middleware};
use candor_identity::Identity;
use candor_rights::Rights;

/// Builds the routes of the door. With `rights`, people are asked about what agents bring in their name.
pub fn door_router(identity: Arc<Identity>, rights: Option<Arc<Rights>>) -> Router {
    Router::new()
        .route("/{tenant}/sign-in", get(sign_in::page).post(sign_in::sign_in))
        .route("/{tenant}/sign-in/with/{place}", get(upstream::gate).post(upstream::agree))
        .route("/{tenant}/sign-in/with/{place}/back", get(upstream::back))
        .route("/{tenant}/sign-in/with/{place}/confirm", get(upstream::letter).post(upstream::open_letter))
        .route("/{tenant}/account/links", get(upstream::links).post(upstream::unlink))
        .route("/{tenant}/sign-up", get(sign_up::page).post(sign_up::sign_up))
        .route("/{tenant}/sign-up/confirm", get(sign_up::confirm_page).post(sign_up::confirm))
        .route("/{tenant}/sign-out", post(sign_out::sign_out))
        .route("/{tenant}/recover", get(recover::page).post(recover::recover))
        .route("/{tenant}/recover/set", get(recover::set_page).post(recover::set))
        .route("/{tenant}/account/email", get(email::page).post(email::change))
        .route("/{tenant}/account/email/confirm", get(confirm::page).post(confirm::confirm))
        .route("/{tenant}/account/prove", get(prove::page).post(prove::prove))
        .route("/{tenant}/requests/{request}/confirm", get(who_asks::page).post(who_asks::answer))
        .route("/{tenant}/asked/{request}", get(asked::page).post(asked::write))
        .route("/{tenant}/asked/{request}/confirm", get(asked::letter).post(asked::answer))
        .merge(applications::routes())
        .merge(crate::account::routes())
        .merge(factors::routes())
        .merge(crate::console::routes())
        .layer(middleware::map_response(guard::guard))
        .with_state(DoorState { identity, rights })
}
