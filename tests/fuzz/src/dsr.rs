//! What other organisations send on behalf of people: requests, call-backs, signed messages, the directory of agents.

use candor_dsr::drp::{
    Envelope, KeySetup, NewRequest as AgentRequest, Revocation, Signer, agents, businesses, verify_key,
};
use candor_dsr::opendsr::{
    Callback, IDENTITIES_MAX, NewRequest, SaidStatus, read_discovery, read_received, request_number,
};
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

/// What a processor answers is of the request that was asked, or nothing; a number is one for every seed.
pub(crate) fn opendsr_answer(bytes: &[u8]) {
    const NUMBER: &str = "a7551968-d5d6-44b2-9831-815ac9017798";
    let names_it = || String::from_utf8_lossy(bytes).contains("subject_request_id");
    assert!(SaidStatus::read(bytes, NUMBER).is_err() || names_it());
    assert!(read_received(bytes, NUMBER).is_err() || names_it());
    let _ = read_discovery(bytes);
    let number = request_number(&[bytes]);
    assert_eq!((number.len(), number.as_bytes()[14]), (36, b'4'));
}

/// Bytes that nobody signed are not believed; what a message says is read only after that.
pub(crate) fn drp(bytes: &[u8]) {
    let signer = Signer::of(&[7; 32]).expect("a signer");
    let key = signer.verify_key().expect("its key");
    let now = Instant::from_millis(1_790_000_000_000);
    if let Ok(envelope) = Envelope::read(bytes) {
        assert!(envelope.open(&key, "AGENT", "BUSINESS", now).is_err(), "nobody signed this");
        assert!(envelope.open_revocation(&key, "AGENT", "BUSINESS", now).is_err(), "nor this");
        let _ = envelope.digest();
    }
    let Ok(message) = serde_json::from_slice(bytes) else { return };
    let sealed = signer.seal(&message);
    if let Ok(taken) =
        Envelope::read(sealed.as_bytes()).and_then(|of| of.open_revocation(&key, "AGENT", "BUSINESS", now))
    {
        let _ = Revocation::read(&taken);
    }
    let Ok(opened) = Envelope::read(sealed.as_bytes()).and_then(|of| of.open(&key, "AGENT", "BUSINESS", now)) else {
        return;
    };
    assert!(opened.expires_at > now);
    let _ = (AgentRequest::read(&opened), Revocation::read(&opened), KeySetup::read(&opened));
}

/// Nobody stands in a directory twice.
pub(crate) fn directory(bytes: &[u8]) {
    let _ = std::str::from_utf8(bytes).map(verify_key);
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
