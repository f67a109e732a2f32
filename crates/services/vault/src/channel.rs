//! Channels by name, as the API and the stored standing write them.

use candor_manifest::model::Channel;

const NAMES: [(Channel, &str); 6] = [
    (Channel::Email, "email"),
    (Channel::Sms, "sms"),
    (Channel::Telephone, "telephone"),
    (Channel::Post, "post"),
    (Channel::InApp, "in_app"),
    (Channel::Push, "push"),
];

/// Reads a channel's name.
pub fn channel_of(name: &str) -> Option<Channel> {
    NAMES.iter().find(|(_, known)| *known == name).map(|(channel, _)| *channel)
}

/// Writes a channel's name.
pub fn channel_name(channel: Channel) -> &'static str {
    NAMES.iter().find(|(known, _)| *known == channel).map_or("email", |(_, name)| name)
}

/// The name of a channel by the number under which ledger entries know it.
pub(crate) fn channel_by_number(number: u16) -> Option<&'static str> {
    NAMES.get(usize::from(number)).map(|(_, name)| *name)
}

/// The number under which ledger entries know a channel.
pub(crate) fn channel_number(channel: Channel) -> u16 {
    let at = NAMES.iter().position(|(known, _)| *known == channel);
    at.and_then(|at| u16::try_from(at).ok()).unwrap_or(u16::MAX)
}
