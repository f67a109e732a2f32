//! An attempt as counts know it: the keyed names of what it shows, most specific first within each feature.

use crate::{Feature, Level, NameKey, SignalSet, Signals, ValueName};

/// One value of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// Which level it is a value of.
    pub level: Level,
    /// Its name.
    pub name: ValueName,
}

/// The names of an attempt. A level that may not be used, or that nobody can say, is not among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    values: Vec<Named>,
}

impl Attempt {
    /// Names what an attempt shows, as far as it may be used. Nothing else of the signals is looked at.
    pub fn new(signals: &Signals, usable: SignalSet, key: &NameKey) -> Self {
        let usable = Level::ALL.into_iter().filter(|level| usable.has(level.signal()));
        let values = usable.filter_map(|level| {
            let value = signals.value(level)?;
            Some(Named { level, name: key.name(level, &value) })
        });
        Self { values: values.collect() }
    }

    /// Its values, in the order of their levels; at most one for each.
    pub fn values(&self) -> &[Named] {
        &self.values
    }

    /// True when nothing of the attempt may be used.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The same attempt from another device: what is learned of a device that has just been given its cookie.
    #[must_use]
    pub fn on_device(mut self, device: &str, key: &NameKey) -> Self {
        let cookie = self.values.iter_mut().filter(|value| value.level == Level::DeviceCookie);
        cookie.for_each(|value| value.name = key.name(Level::DeviceCookie, device.as_bytes()));
        self
    }

    /// The most specific value of a feature.
    pub(crate) fn first_of(&self, feature: Feature) -> Option<Named> {
        self.values.iter().find(|value| value.level.feature() == feature).copied()
    }
}

#[cfg(test)]
mod tests {
    use candor_words::{Instant, Secret};

    use super::*;
    use crate::{Looked, Place, Signal, UserAgent};

    fn signals(place: Place) -> Signals {
        Signals {
            address: Some("192.0.2.1".parse().unwrap()),
            place,
            user_agent: UserAgent::parse("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0"),
            languages: "de".to_owned(),
            device: None,
            at: Instant::from_millis(0),
        }
    }

    fn levels(signals: &Signals, usable: SignalSet) -> Vec<Level> {
        let attempt = Attempt::new(signals, usable, &NameKey::new(&Secret::new([7; 32])));
        attempt.values().iter().map(|value| value.level).collect()
    }

    #[test]
    fn what_may_not_be_used_has_no_name() {
        let place = Place { country: Looked::Found(*b"DE"), asn: Looked::Found(64_500) };
        assert_eq!(levels(&signals(place), SignalSet::ALL), Level::ALL);
        assert_eq!(levels(&signals(place), SignalSet::default()), []);
        let usable: SignalSet = [Signal::Location, Signal::Browser].into_iter().collect();
        assert_eq!(levels(&signals(place), usable), [Level::Country, Level::Browser]);
    }

    #[test]
    fn without_a_file_of_places_there_is_no_place() {
        let usable: SignalSet = [Signal::Location, Signal::Address].into_iter().collect();
        assert_eq!(levels(&signals(Place::default()), usable), [Level::Address]);
        let of_country = Place { country: Looked::Unknown, asn: Looked::Nowhere };
        assert_eq!(levels(&signals(of_country), usable), [Level::Address, Level::Country]);
    }

    #[test]
    fn a_device_that_was_given_a_cookie_is_known_by_it() {
        let key = NameKey::new(&Secret::new([7; 32]));
        let mut shown = signals(Place::default());
        let given = Attempt::new(&shown, SignalSet::ALL, &key).on_device("c00kie", &key);
        shown.device = Some("c00kie".to_owned());
        assert_eq!(given, Attempt::new(&shown, SignalSet::ALL, &key));
    }
}
