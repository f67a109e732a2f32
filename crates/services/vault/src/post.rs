//! How the vault reaches people, and under which address people reach it.

use std::sync::Arc;

use candor_notify::Notify;

use crate::Vault;

/// The carriers at hand.
pub struct Post {
    /// Carries mail, when a relay is configured.
    pub mail: Option<Arc<dyn Notify>>,
    /// The address under which people reach the pages, without a slash at the end.
    pub public_url: String,
}

impl Vault {
    /// Gives the vault its carriers, once, before it serves; what is given later is left aside.
    pub fn tell_by(&self, post: Post) {
        let _ = self.post.set(post);
    }

    /// The carriers, once they were given.
    pub fn post(&self) -> Option<&Post> {
        self.post.get()
    }

    /// The carrier of mail, when there is one.
    pub(crate) fn mail(&self) -> Option<&Arc<dyn Notify>> {
        self.post.get().and_then(|post| post.mail.as_ref())
    }

    /// A tenant's policy page as people reach it; without an address of our own, as seen from our own pages.
    pub(crate) fn page_of(&self, slug: &str) -> String {
        let base = self.post.get().map_or("", |post| post.public_url.as_str());
        format!("{base}/{slug}")
    }
}
