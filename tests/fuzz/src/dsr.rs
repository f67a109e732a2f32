//! What other organisations send on behalf of people: requests, call-backs, signed messages, the directory of agents.

use candor_dsr::drp::{Envelope, NewRequest as AgentRequest, Revocation, Signer, agents, businesses};
use candor_dsr::opendsr::{Callback, IDENTITIES_MAX, NewRequest};
use candor_words::Instant;

/// A request of a controller keeps its bounds, and is read back from what it is written as.
pub(crate) fn opendsr(bytes: &[u8]) {
    let _ = Callback::read(bytes, "https://controller.example/callbacks");
    let Ok(request) = NewRequest::read(bytes) else { return };
    assert!((1..=IDENTITIES_MAX).contains(&request.identities.len()));
    let again = NewRequest::read(&request.write()).expect("what was written");
    assert_eq!((again.id, again.kind, again.submitted_at), (request.id, request.kind, request.submitted_at));
    let values = |of: &[candor_dsr::opendsr::Identity]| -> Vec<String> {
        of.iter().map(|identity| identity.value.expose().clone()).collect()
    };
    assert_eq!(values(&again.identities), values(&request.identities));
}

/// Bytes that nobody signed are not believed; what a message says is read only after that.
pub(crate) fn drp(bytes: &[u8]) {
    let signer = Signer::of(&[7; 32]).expect("a signer");
    let key = signer.verify_key().expect("its key");
    let now = Instant::from_millis(1_790_000_000_000);
    if let Ok(envelope) = Envelope::read(bytes) {
        assert!(envelope.open(&key, "AGENT", "BUSINESS", now).is_err(), "nobody signed this");
    }
    let Ok(message) = serde_json::from_slice(bytes) else { return };
    let sealed = signer.seal(&message);
    let Ok(opened) = Envelope::read(sealed.as_bytes()).and_then(|of| of.open(&key, "AGENT", "BUSINESS", now)) else {
        return;
    };
    assert!(opened.expires_at > now);
    let _ = (AgentRequest::read(&opened), Revocation::read(&opened));
}

/// Nobody stands in a directory twice.
pub(crate) fn directory(bytes: &[u8]) {
    if let Ok(mut agents) = agents(bytes) {
        let n_agents = agents.len();
        agents.sort_by(|one, other| one.id.cmp(&other.id));
        agents.dedup_by(|one, other| one.id == other.id);
        assert_eq!(agents.len(), n_agents);
    }
    if let Ok(businesses) = businesses(bytes) {
        assert!(businesses.iter().all(|business| business.api_base.starts_with("https://")));
    }
}
