//! Requests that agents bring for people (Data Rights Protocol 1.0): looked after again and again.

use std::sync::Arc;

use candor_backchannel::HttpBackChannel;
use candor_rights::Rights;
use tokio::sync::watch;

use crate::server::JOBS_INTERVAL;

/// Begins what was proved, ends what is late and tells agents what changed, until told to stop.
pub async fn tend(rights: Arc<Rights>, mut stop: watch::Receiver<bool>) {
    let callbacks = HttpBackChannel::new();
    loop {
        if let Err(error) = rights.drp_tend(&callbacks).await {
            tracing::warn!(code = error.code(), "a pass over what agents brought was cut short");
        }
        tokio::select! {
            () = tokio::time::sleep(JOBS_INTERVAL) => {}
            stopped = stop.wait_for(|stop| *stop) => {
                drop(stopped);
                return;
            }
        }
    }
}
