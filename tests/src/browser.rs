//! A real browser: Chromium, driven by `tests/peers/browser.mjs`.
//!
//! [`Browser::start`], [`Browser::page`], then what a person does: [`Page::goto`], [`Page::fill`], [`Page::click`].
//! Whatever cannot be done in time fails the test and says what stood in the way. Only so many browsers run on a machine
//! at once; another waits for its turn, whichever process it belongs to.

mod at;
mod authenticator;
mod axe;
mod page;
mod turn;

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

pub use at::At;
pub use authenticator::{Authenticator, Passkeys};
pub use axe::{Culprit, Violation};
pub use page::{Arrived, Page, PageOptions, Scheme};

use crate::Peer;
use turn::Turn;

/// Where Debian puts the browser.
const CHROMIUM: &str = "/usr/bin/chromium";
/// How long the page may take for what it is told to do, on a machine that is busy.
const PAGE_WAIT_MS: &str = "60000";

/// A Chromium without a window; it ends when the last of it and its pages is dropped.
pub struct Browser {
    driver: Arc<Driver>,
    n_pages: Mutex<u64>,
}

impl Browser {
    /// Waits for a turn and starts it.
    ///
    /// # Panics
    /// When `cargo xtask setup` was not run.
    #[track_caller]
    pub fn start() -> Self {
        let turn = Turn::wait();
        let peer = Mutex::new(Peer::node("browser.mjs", &[PAGE_WAIT_MS, CHROMIUM]));
        Self { driver: Arc::new(Driver { peer, _turn: turn }), n_pages: Mutex::new(0) }
    }

    /// Opens a page with cookies of its own, as most people would see it.
    #[track_caller]
    pub fn page(&self) -> Page {
        self.page_with(PageOptions::default())
    }

    /// Opens a page with cookies of its own.
    #[track_caller]
    pub fn page_with(&self, options: PageOptions) -> Page {
        let mut n_pages = self.n_pages.lock().unwrap_or_else(PoisonError::into_inner);
        *n_pages += 1;
        let page = Page::new(Arc::clone(&self.driver), *n_pages);
        page.act("open", json!({ "options": options.told() }));
        page
    }
}

/// The one conversation with the browser, and its turn on this machine.
struct Driver {
    // Before the turn, so that the browser is gone when the next one starts.
    peer: Mutex<Peer>,
    _turn: Turn,
}

impl Driver {
    fn ask(&self, command: Value) -> Result<Value, String> {
        self.peer.lock().unwrap_or_else(PoisonError::into_inner).ask(command)
    }
}
