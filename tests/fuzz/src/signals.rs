//! What browsers say of themselves when somebody signs in.

use candor_risk::{Attempt, NameKey, Place, SignalSet, Signals, USER_AGENT_BYTES_MAX, UserAgent};
use candor_words::{Instant, Secret};

/// What a browser's or system's name and version take together, at most.
const PRODUCT_BYTES_MAX: usize = 40;

/// Any text is a user agent, its parts are short and plain, and taking it apart again finds the same.
pub(crate) fn user_agent(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let agent = UserAgent::parse(text);
    assert!(agent.text().len() <= USER_AGENT_BYTES_MAX);
    for product in [&agent.browser, &agent.system] {
        let said = product.to_string();
        assert!(said.len() <= PRODUCT_BYTES_MAX, "{said}");
        assert!(said.chars().all(|c| c.is_ascii_alphanumeric() || " .-".contains(c)), "{said}");
    }
    assert_eq!(UserAgent::parse(agent.text()), agent);
    attempt(text, agent);
}

/// The same text as every header: each level has a name, whatever stands in it.
fn attempt(text: &str, user_agent: UserAgent) {
    let signals = Signals {
        address: Some([192, 0, 2, 1].into()),
        place: Place::default(),
        user_agent,
        languages: text.to_owned(),
        device: Some(text.to_owned()),
        at: Instant::from_millis(0),
    };
    let attempt = Attempt::new(&signals, SignalSet::ALL, &NameKey::new(&Secret::new([0; 32])));
    assert_eq!(attempt.values().len(), 8);
}
