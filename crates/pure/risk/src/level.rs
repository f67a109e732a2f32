//! What an attempt is compared by: features, each a short ladder of levels from the most to the least specific.
//!
//! The weights of a ladder sum to one. Those of network and software are the published ones (`docs/risk.md`); a
//! feature of one level needs none. Exactly eight signals feed them, so that a policy can name each.

use serde::{Deserialize, Serialize};

/// One independent factor of the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Where the attempt comes from.
    Network,
    /// What it comes with.
    Software,
    /// The languages that the browser asks for.
    Language,
    /// When it happens.
    Time,
    /// The device, known by a cookie.
    Device,
}

/// One level of a feature. The order is that of features, and within a feature the most specific comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The full address.
    Address,
    /// The network operator (autonomous system).
    Operator,
    /// The country of the address.
    Country,
    /// The full text of the user agent.
    UserAgent,
    /// Browser and version.
    Browser,
    /// Operating system and version.
    System,
    /// Desktop, mobile, tablet.
    DeviceType,
    /// The languages, in order.
    Languages,
    /// Part of the day, on a working day or at the weekend.
    TimeOfWeek,
    /// The device cookie.
    DeviceCookie,
}

/// What is observed of a sign-in, as a policy names it. No ninth exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Country of the address.
    Location,
    /// Browser and version.
    Browser,
    /// The address, and the network that it belongs to.
    Address,
    /// Desktop, mobile, tablet.
    DeviceType,
    /// When.
    Time,
    /// Languages that the browser asks for.
    Language,
    /// The user agent's text, and the system that it names.
    UserAgent,
    /// A cookie that marks the device.
    Fingerprint,
}

impl Signal {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Location,
        Self::Browser,
        Self::Address,
        Self::DeviceType,
        Self::Time,
        Self::Language,
        Self::UserAgent,
        Self::Fingerprint,
    ];
}

/// The signals that may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SignalSet(u8);

impl SignalSet {
    /// Every signal.
    pub const ALL: Self = Self(u8::MAX);

    /// With one more.
    #[must_use]
    pub const fn with(self, signal: Signal) -> Self {
        Self(self.0 | 1 << signal as u8)
    }

    /// Without one.
    #[must_use]
    pub const fn without(self, signal: Signal) -> Self {
        Self(self.0 & !(1 << signal as u8))
    }

    /// True when this signal may be used.
    pub const fn has(self, signal: Signal) -> bool {
        self.0 & (1 << signal as u8) != 0
    }

    /// True when none may.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<Signal> for SignalSet {
    fn from_iter<T: IntoIterator<Item = Signal>>(signals: T) -> Self {
        signals.into_iter().fold(Self::default(), Self::with)
    }
}

impl Level {
    /// All of them, in order.
    pub const ALL: [Self; 10] = [
        Self::Address,
        Self::Operator,
        Self::Country,
        Self::UserAgent,
        Self::Browser,
        Self::System,
        Self::DeviceType,
        Self::Languages,
        Self::TimeOfWeek,
        Self::DeviceCookie,
    ];

    /// The feature whose ladder it stands on.
    pub const fn feature(self) -> Feature {
        match self {
            Self::Address | Self::Operator | Self::Country => Feature::Network,
            Self::UserAgent | Self::Browser | Self::System | Self::DeviceType => Feature::Software,
            Self::Languages => Feature::Language,
            Self::TimeOfWeek => Feature::Time,
            Self::DeviceCookie => Feature::Device,
        }
    }

    /// The signal it is made of.
    pub const fn signal(self) -> Signal {
        match self {
            Self::Address | Self::Operator => Signal::Address,
            Self::Country => Signal::Location,
            Self::UserAgent | Self::System => Signal::UserAgent,
            Self::Browser => Signal::Browser,
            Self::DeviceType => Signal::DeviceType,
            Self::Languages => Signal::Language,
            Self::TimeOfWeek => Signal::Time,
            Self::DeviceCookie => Signal::Fingerprint,
        }
    }

    /// Its weight while the whole ladder stands. Source: Wiefling et al. (2022), tuned on 31.3 million sign-ins.
    pub const fn weight(self) -> f64 {
        match self {
            Self::Address => 0.6,
            Self::Operator => 0.3,
            Self::Country => 0.1,
            Self::UserAgent => 0.538_665_384_055_135_9,
            Self::Browser => 0.268_045_149_862_566_6,
            Self::System => 0.188_182_951_001_095_36,
            Self::DeviceType => 0.005_106_515_081_202_152_5,
            Self::Languages | Self::TimeOfWeek | Self::DeviceCookie => 1.0,
        }
    }

    /// Its stable name: part of what is hashed, stored and answered.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Operator => "operator",
            Self::Country => "country",
            Self::UserAgent => "user_agent",
            Self::Browser => "browser",
            Self::System => "system",
            Self::DeviceType => "device_type",
            Self::Languages => "languages",
            Self::TimeOfWeek => "time_of_week",
            Self::DeviceCookie => "device_cookie",
        }
    }
}

impl Feature {
    /// Its stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Software => "software",
            Self::Language => "language",
            Self::Time => "time",
            Self::Device => "device",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_of_each_feature_sum_to_one() {
        let features = [Feature::Network, Feature::Software, Feature::Language, Feature::Time, Feature::Device];
        for feature in features {
            let sum: f64 = Level::ALL.iter().filter(|level| level.feature() == feature).map(|l| l.weight()).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{feature:?}: {sum}");
        }
    }

    #[test]
    fn every_signal_feeds_a_level_and_no_level_has_another() {
        let fed: SignalSet = Level::ALL.iter().map(|level| level.signal()).collect();
        assert_eq!(fed, SignalSet::ALL);
        assert!(Signal::ALL.iter().all(|&signal| !SignalSet::ALL.without(signal).has(signal)));
    }

    #[test]
    fn the_levels_of_a_feature_stand_together() {
        assert!(Level::ALL.is_sorted());
        assert!(Level::ALL.is_sorted_by_key(|level| level.feature()));
    }
}
