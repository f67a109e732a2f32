//! Applications are told that somebody signed out, beside what the person waits for.
//!
//! Their tokens are over whether or not they hear of it: this only spares them asking.

use std::sync::Arc;
use std::time::Duration;

use candor_identity_port::{BackChannel, BackChannelError};
use parking_lot::RwLock;

use crate::identity::Identity;
use crate::oidc::logout::Notice;

/// How often an application that does not answer is told again, and after what waits.
const WAITS: [Duration; 3] = [Duration::ZERO, Duration::from_secs(2), Duration::from_secs(10)];

/// Who brings logout tokens, once it was said.
#[derive(Default)]
pub(crate) struct BackChannels(RwLock<Option<Arc<dyn BackChannel>>>);

impl Identity {
    /// Says who brings logout tokens to applications. Without anybody, they find out by asking.
    pub fn tell_applications_by(&self, back_channel: Arc<dyn BackChannel>) {
        *self.back_channels.0.write() = Some(back_channel);
    }

    pub(crate) fn tell_applications(&self, notices: Vec<Notice>) {
        let Some(back_channel) = self.back_channels.0.read().clone() else { return };
        for notice in notices {
            let back_channel = Arc::clone(&back_channel);
            tokio::spawn(async move {
                for wait in WAITS {
                    tokio::time::sleep(wait).await;
                    match back_channel.tell(&notice.uri, &notice.logout_token).await {
                        Ok(()) => return,
                        // Who says no says it again.
                        Err(error @ (BackChannelError::Refused { status: 400..=499 } | BackChannelError::Insecure)) => {
                            tracing::warn!(%error, "an application was not told that somebody signed out");
                            return;
                        }
                        Err(_) => {}
                    }
                }
                tracing::warn!("an application does not answer, and was not told that somebody signed out");
            });
        }
    }
}
