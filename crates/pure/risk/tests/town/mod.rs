//! A small town whose people sign in: signals drawn by chance that repeats, learned as a server learns them and
//! written down as the direct definition reads them.

use std::collections::BTreeMap;

use candor_risk::{
    Attempt, History, Level, Looked, NameKey, Named, PersonTally, Place, SignalSet, Signals, Totals, UserAgent,
    ValueName, ValueTally, Week, history, learn,
};
use candor_words::{Instant, Secret};

use crate::direct::SignIn;

const DAY_MS: i64 = 24 * 3_600_000;
const AGENTS: [&str; 6] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:129.0) Gecko/20100101 Firefox/129.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 Chrome/126.0.0.1 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Version/17.4 Mobile/15E148 Safari/604.1",
    "curl/8.5.0",
];

/// Chance that repeats (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end.max(1) as u64) as usize
    }
}

/// What one attempt shows, by the positions drawn.
#[derive(Debug, Clone)]
pub struct Shown {
    pub person: usize,
    pub day: i64,
    hour: i64,
    address: usize,
    place: Place,
    agent: usize,
    languages: usize,
    device: Option<usize>,
}

impl Shown {
    /// Mostly a person's own habits; every fourth time something else.
    pub fn drawn(dice: &mut Dice, person: usize, day: i64) -> Self {
        let mut habit = |own: usize, n: usize| if dice.below(4) == 0 { dice.below(n) } else { own % n };
        let address = habit(person, 6);
        // An address mostly stays with its operator and country, but files of places change.
        let asn = habit(address, 4);
        let country = habit(asn, 3);
        Self {
            person,
            day,
            hour: habit(person, 24) as i64,
            address,
            place: Place {
                country: [Looked::Unknown, Looked::Found(*b"DE"), Looked::Found(*b"IN")][country],
                asn: if asn == 0 { Looked::Unknown } else { Looked::Found(64_500 + asn as u32) },
            },
            agent: habit(person, AGENTS.len()),
            languages: habit(person, 3),
            device: [None, Some(1), Some(2), Some(3)][habit(person, 4)],
        }
    }

    pub fn at(&self) -> Instant {
        Instant::from_millis(self.day * DAY_MS + self.hour * 3_600_000)
    }

    /// When its day began; what is kept is reckoned from there, so that time does not go back within a day.
    pub fn morning(&self) -> Instant {
        Instant::from_millis(self.day * DAY_MS)
    }

    fn signals(&self, has_places: bool) -> Signals {
        Signals {
            address: Some(std::net::IpAddr::from([192, 0, 2, self.address as u8])),
            place: if has_places { self.place } else { Place::default() },
            user_agent: UserAgent::parse(AGENTS[self.agent]),
            languages: ["de", "en,de;q=0.5", ""][self.languages].to_owned(),
            device: self.device.map(|device| format!("device {device}")),
            at: self.at(),
        }
    }

    /// The same, told to the direct definition in its own words.
    pub fn sign_in(&self, levels: &[Level]) -> SignIn {
        let agent = UserAgent::parse(AGENTS[self.agent]);
        let weekend = (self.day + 3) % 7 >= 5;
        let values = levels.iter().map(|level| {
            let value = match level {
                Level::Address => self.address.to_string(),
                Level::Operator => self.place.asn.found().map_or_else(|| "unknown".to_owned(), |asn| asn.to_string()),
                Level::Country => self
                    .place
                    .country
                    .found()
                    .map_or("unknown", |country| if country == *b"DE" { "DE" } else { "IN" })
                    .to_owned(),
                Level::UserAgent => AGENTS[self.agent].to_owned(),
                Level::Browser => agent.browser.to_string(),
                Level::System => agent.system.to_string(),
                Level::DeviceType => agent.device.as_str().to_owned(),
                Level::Languages => self.languages.to_string(),
                Level::TimeOfWeek => format!("{} {}", if weekend { "weekend" } else { "working day" }, self.hour / 4),
                Level::DeviceCookie => {
                    self.device.map_or_else(|| "none".to_owned(), |device| format!("device {device}"))
                }
            };
            (*level, value)
        });
        SignIn { person: self.person, values: values.collect() }
    }
}

/// What a server would keep.
pub struct Kept {
    pub usable: SignalSet,
    pub has_places: bool,
    key: NameKey,
    people: BTreeMap<usize, PersonTally>,
    totals: Totals,
    values: BTreeMap<(Level, ValueName), ValueTally>,
}

impl Kept {
    pub fn new(usable: SignalSet, has_places: bool) -> Self {
        Self {
            usable,
            has_places,
            key: NameKey::new(&Secret::new([42; 32])),
            people: BTreeMap::new(),
            totals: Totals::default(),
            values: BTreeMap::new(),
        }
    }

    pub fn attempt(&self, shown: &Shown) -> Attempt {
        Attempt::new(&shown.signals(self.has_places), self.usable, &self.key)
    }

    pub fn learn(&mut self, shown: &Shown, since: Week) {
        let attempt = self.attempt(shown);
        let mut values = self.values_of(attempt.values());
        let person = self.people.entry(shown.person).or_default();
        learn(&attempt, person, &mut self.totals, &mut values, (since, Week::of(shown.at())));
        for (named, tally) in attempt.values().iter().zip(values) {
            self.values.insert((named.level, named.name), tally);
        }
    }

    pub fn history(&self, shown: &Shown, since: Week) -> History {
        let attempt = self.attempt(shown);
        let nobody = PersonTally::default();
        let person = self.people.get(&shown.person).unwrap_or(&nobody);
        history(&attempt, person, &self.totals, &self.values_of(attempt.values()), since)
    }

    fn values_of(&self, values: &[Named]) -> Vec<ValueTally> {
        let tally = |named: &Named| self.values.get(&(named.level, named.name)).cloned().unwrap_or_default();
        values.iter().map(tally).collect()
    }
}
