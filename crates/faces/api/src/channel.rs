//! Channels as the API writes them.

use candor_decision::Channel;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A way to reach people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Channel)]
pub(crate) enum ChannelName {
    Email,
    Sms,
    Telephone,
    Post,
    InApp,
    Push,
}

impl From<ChannelName> for Channel {
    fn from(name: ChannelName) -> Self {
        match name {
            ChannelName::Email => Self::Email,
            ChannelName::Sms => Self::Sms,
            ChannelName::Telephone => Self::Telephone,
            ChannelName::Post => Self::Post,
            ChannelName::InApp => Self::InApp,
            ChannelName::Push => Self::Push,
        }
    }
}
