//! Signing in elsewhere: an upstream provider, or the company's directory.
//!
//! A tenant names the places ([`configured`]). Whoever wants to sign in there is asked first ([`asked`]): what will be
//! fetched, for which purpose, in the policy's own words. Only a yes leads on, to the provider and back ([`away`],
//! [`back`]) or to the directory ([`company`]); after a no nothing was asked of anybody. Who comes back is somebody who was
//! linked before, or a newcomer ([`newcomer`]), who never gets an account that is there already without proving that it is
//! theirs. Of what is said of them, what the policy permits is kept with its source ([`keep`]), and nothing else.

use std::sync::{Arc, OnceLock};

use candor_identity_port::{Directory, Upstream};
use candor_vault::{ErrorKind, VaultError};

use crate::identity::Identity;

mod asked;
mod away;
mod back;
mod company;
mod configured;
mod keep;
mod link;
mod newcomer;
mod tries;

pub use asked::{AskedFor, Gate};
pub use away::{Agreed, Browser};
pub use back::{Back, UpstreamStep};
pub use configured::{
    CompanyView, NewPlace, NewUpstream, PlaceView, ProviderView, Switch, UPSTREAMS_MAX, UpstreamView,
};
pub use link::LinkView;

pub(crate) use tries::Tries;

/// How the places are reached.
pub struct UpstreamParts {
    /// Upstream providers.
    pub upstream: Arc<dyn Upstream>,
    /// Directories.
    pub directory: Arc<dyn Directory>,
}

/// What of the service this is about.
#[derive(Default)]
pub(crate) struct Reach {
    outside: OnceLock<UpstreamParts>,
    pub(crate) tries: Tries,
}

impl Identity {
    /// Says how the places are reached; until then nobody can sign in elsewhere. Asks nobody anything.
    pub fn reach_by(&self, outside: UpstreamParts) {
        let _ = self.reach.outside.set(outside);
    }

    fn outside(&self) -> Result<&UpstreamParts, VaultError> {
        self.reach.outside.get().ok_or_else(|| {
            VaultError::new(
                ErrorKind::Unavailable,
                "upstream.none",
                "nobody can sign in elsewhere: this server reaches no providers",
            )
        })
    }
}
