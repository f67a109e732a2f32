//! Works out what a bound on the score means: how many simulated attackers it stops, and how often people are asked.
//!
//! `cargo run --release -p candor-risk --example thresholds` prints the table of `docs/risk.md`. Towns of several sizes
//! sign in for half a year; then each of three attackers tries every account once: *naive* (any network, any
//! browser), *VPN* (the right country), *targeted* (the right country and operator, a popular browser, the person's
//! languages). None has the device's cookie. For some bounds, the usual one first, it says which part of the attempts each
//! attacker and the people themselves make lies above: what is stopped, and who is asked.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a simulation")]

use std::collections::BTreeMap;

use candor_risk::{
    Attempt, Level, Looked, NameKey, PersonTally, Place, SignalSet, Signals, Thresholds, Totals, UserAgent, ValueName,
    ValueTally, Week, history, learn, score,
};
use candor_words::{Instant, Secret};

const DAY_MS: i64 = 24 * 3_600_000;
const DAYS: i64 = 180;
const COUNTRIES: [[u8; 2]; 8] = [*b"DE", *b"DE", *b"DE", *b"DE", *b"AT", *b"CH", *b"IN", *b"US"];
const BROWSERS: usize = 12;

struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end.max(1) as u64) as usize
    }

    /// Small numbers more often than great ones, as browsers and operators are.
    fn popular(&mut self, end: usize) -> usize {
        let first = self.below(end);
        self.below(first + 1)
    }
}

#[derive(Clone)]
struct Person {
    country: [u8; 2],
    asn: u32,
    home: u32,
    office: u32,
    browser: usize,
    language: usize,
    device: usize,
    hour: usize,
    every_days: usize,
}

fn person(dice: &mut Dice, number: usize) -> Person {
    let country = COUNTRIES[dice.below(COUNTRIES.len())];
    let asn = 64_500 + u32::from(country[0]) * 20 + dice.popular(6) as u32;
    Person {
        country,
        asn,
        home: number as u32 * 16,
        office: 0xf000_0000 + dice.below(12) as u32,
        browser: dice.popular(BROWSERS),
        language: dice.popular(4),
        device: number * 8,
        hour: dice.below(24),
        every_days: 1 + dice.popular(20),
    }
}

fn agent(browser: usize, day: i64) -> String {
    // A new version every six weeks.
    let version = 120 + day / 42;
    match browser % 4 {
        0 => format!("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/{version}.0.{browser} Safari/537.36"),
        1 => {
            format!("Mozilla/5.0 (iPhone; CPU iPhone OS 17_{browser} like Mac OS X) Version/17.{browser} Mobile Safari")
        }
        2 => format!("Mozilla/5.0 (X11; Linux x86_64; rv:{version}.0) Gecko Firefox/{version}.0 {browser}"),
        _ => format!("Mozilla/5.0 (Linux; Android 14; P{browser}) Chrome/{version}.0 Mobile Safari/537.36"),
    }
}

/// A person's own sign-in: now and then from elsewhere, at another time, on another device.
fn own(dice: &mut Dice, person: &Person, day: i64) -> Signals {
    let is_away = dice.below(10) == 0;
    let is_other = dice.below(12) == 0;
    let address = match (is_away, dice.below(3)) {
        (true, _) => dice.below(1 << 24) as u32 | 0x0a00_0000,
        (false, 0) => person.office,
        (false, _) => person.home,
    };
    let asn = if is_away { 64_500 + dice.below(2_000) as u32 } else { person.asn };
    Signals {
        address: Some(std::net::Ipv4Addr::from(address).into()),
        place: Place { country: Looked::Found(person.country), asn: Looked::Found(asn) },
        user_agent: UserAgent::parse(&agent(if is_other { person.browser + 1 } else { person.browser }, day)),
        languages: format!("l{}", person.language),
        device: Some(format!("d{}", person.device + usize::from(is_other))),
        at: Instant::from_millis(day * DAY_MS + ((person.hour + dice.below(5)) % 24) as i64 * 3_600_000),
    }
}

/// An attacker's.
fn attack(dice: &mut Dice, kind: &str, person: &Person, day: i64) -> Signals {
    let country = if kind == "naive" { COUNTRIES[dice.below(8)] } else { person.country };
    let asn = if kind == "targeted" { person.asn } else { 64_500 + dice.below(2_000) as u32 };
    let browser = if kind == "targeted" { dice.popular(4) } else { dice.popular(BROWSERS) };
    let language = if kind == "targeted" { person.language } else { dice.popular(4) };
    Signals {
        address: Some(std::net::Ipv4Addr::from(dice.below(1 << 24) as u32 | 0x0b00_0000).into()),
        place: Place { country: Looked::Found(country), asn: Looked::Found(asn) },
        user_agent: UserAgent::parse(&agent(browser, day)),
        languages: format!("l{language}"),
        device: None,
        at: Instant::from_millis(day * DAY_MS + dice.below(24) as i64 * 3_600_000),
    }
}

#[derive(Default)]
struct Kept {
    people: BTreeMap<usize, PersonTally>,
    totals: Totals,
    values: BTreeMap<(Level, ValueName), ValueTally>,
}

impl Kept {
    fn values(&self, attempt: &Attempt) -> Vec<ValueTally> {
        let found = |level, name| self.values.get(&(level, name)).cloned().unwrap_or_default();
        attempt.values().iter().map(|named| found(named.level, named.name)).collect()
    }

    fn score(&self, attempt: &Attempt, person: usize) -> Option<f64> {
        let nobody = PersonTally::default();
        let person = self.people.get(&person).unwrap_or(&nobody);
        let since = Week::of(Instant::from_millis(0));
        Some(score(&history(attempt, person, &self.totals, &self.values(attempt), since))?.value)
    }

    fn learn(&mut self, attempt: &Attempt, person: usize, at: Instant) {
        let mut values = self.values(attempt);
        let since = Week::of(Instant::from_millis(0));
        let own = self.people.entry(person).or_default();
        learn(attempt, own, &mut self.totals, &mut values, (since, Week::of(at)));
        for (named, tally) in attempt.values().iter().zip(values) {
            self.values.insert((named.level, named.name), tally);
        }
    }
}

/// How a kind of town fares: the scores of the people's own sign-ins, and of each attacker's.
#[derive(Default)]
struct Scores {
    own: Vec<f64>,
    attacks: [Vec<f64>; 3],
}

const ATTACKERS: [&str; 3] = ["naive", "VPN", "targeted"];

fn town(n_people: usize, seed: u64, scores: &mut Scores) {
    let dice = &mut Dice(seed);
    let key = NameKey::new(&Secret::new([1; 32]));
    let people: Vec<Person> = (0..n_people).map(|number| person(dice, number)).collect();
    let mut kept = Kept::default();
    for day in 0..DAYS {
        for (number, person) in people.iter().enumerate() {
            if dice.below(person.every_days) > 0 {
                continue;
            }
            let signals = own(dice, person, day);
            let attempt = Attempt::new(&signals, SignalSet::ALL, &key);
            // The last third is measured: those whose habits are known.
            if day > DAYS * 2 / 3 {
                scores.own.extend(kept.score(&attempt, number));
            }
            kept.learn(&attempt, number, signals.at);
        }
    }
    for (kind, scores) in ATTACKERS.iter().zip(&mut scores.attacks) {
        for (number, person) in people.iter().enumerate().cycle().take(n_people.max(20)) {
            let signals = attack(dice, kind, person, DAYS);
            scores.extend(kept.score(&Attempt::new(&signals, SignalSet::ALL, &key), number));
        }
    }
}

fn part_above(scores: &[f64], bound: f64) -> f64 {
    100.0 * scores.iter().filter(|score| **score > bound).count() as f64 / scores.len() as f64
}

fn main() {
    println!("people  bound   naive   VPN     targeted  own sign-ins asked");
    for n_people in [1, 2, 3, 5, 10, 20, 200, 2_000] {
        let mut scores = Scores::default();
        for seed in 0..(400 / n_people as u64).max(1) {
            town(n_people, seed, &mut scores);
        }
        let usual = Thresholds::default().step_up_above(n_people as u64);
        let mut bounds = vec![usual, 0.005, 0.01, 0.02, 0.05, 0.2, 1.0];
        bounds.dedup();
        for bound in bounds {
            let [naive, vpn, targeted] = scores.attacks.each_ref().map(|scores| part_above(scores, bound));
            let own = part_above(&scores.own, bound);
            println!("{n_people:6}  {bound:5.3}  {naive:6.2}  {vpn:6.2}  {targeted:8.2}  {own:6.2}");
        }
    }
}
