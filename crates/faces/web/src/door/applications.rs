//! The pages between an application and a person: what it may have, letting a device in, signing out at its wish.
//!
//! The protocol's endpoints are `candor-sso`'s; they send the browser here.

mod asked;
mod consent;
mod device;
mod hand_over;
mod leave;

use axum::Router;
use axum::routing::get;

use super::at::DoorState;

/// The routes.
pub(super) fn routes() -> Router<DoorState> {
    Router::new()
        .route("/{tenant}/consent", get(consent::page).post(consent::answer))
        .route("/{tenant}/device", get(device::page).post(device::answer))
        .route("/{tenant}/leave", get(leave::page).post(leave::answer))
}
