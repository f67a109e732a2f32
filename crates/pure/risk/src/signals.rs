//! What a sign-in attempt shows.

use std::net::IpAddr;

use candor_words::Instant;

use crate::{Level, Place, UserAgent, languages};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// The part of a day that counts as one time.
const PART_HOURS: i64 = 4;
/// 1970-01-01 was a Thursday; days are counted from Monday.
const FIRST_WEEKDAY: i64 = 3;
const DEVICE_BYTES_MAX: usize = 128;

/// What an attempt shows, before anything of it is used.
#[derive(Debug, Clone)]
pub struct Signals {
    /// The client's address, when it is known.
    pub address: Option<IpAddr>,
    /// Where the address is.
    pub place: Place,
    /// The user agent.
    pub user_agent: UserAgent,
    /// The header `Accept-Language`; empty when there is none.
    pub languages: String,
    /// The value of the device cookie, when one is shown.
    pub device: Option<String>,
    /// When.
    pub at: Instant,
}

impl Signals {
    /// The value of one level, as it is hashed; `None` when nobody can say.
    pub(crate) fn value(&self, level: Level) -> Option<Vec<u8>> {
        let text = match level {
            Level::Address => canonical(self.address?).to_string(),
            Level::Operator => self.place.asn.told()?.map(|asn| asn.to_string()).unwrap_or_default(),
            Level::Country => return Some(self.place.country.told()?.map(Vec::from).unwrap_or_default()),
            Level::UserAgent => self.user_agent.text().to_owned(),
            Level::Browser => self.user_agent.browser.to_string(),
            Level::System => self.user_agent.system.to_string(),
            Level::DeviceType => self.user_agent.device.as_str().to_owned(),
            Level::Languages => languages::in_order(&self.languages),
            Level::TimeOfWeek => time_of_week(self.at),
            Level::DeviceCookie => {
                let device = self.device.as_deref().unwrap_or_default();
                device[..device.floor_char_boundary(DEVICE_BYTES_MAX)].to_owned()
            }
        };
        Some(text.into_bytes())
    }
}

/// An IPv4 address within IPv6 is that IPv4 address; of IPv6, a customer's network (the first 64 bits) counts, for
/// devices renew the rest by themselves.
pub(crate) fn canonical(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
        v4 => v4,
    }
}

/// A part of the day in UTC, on a working day or at the weekend.
fn time_of_week(at: Instant) -> String {
    let day = at.as_millis().div_euclid(DAY_MS);
    let hour = at.as_millis().rem_euclid(DAY_MS) / HOUR_MS;
    let days = if (day + FIRST_WEEKDAY).rem_euclid(7) < 5 { "working day" } else { "weekend" };
    format!("{days} {}", hour / PART_HOURS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_part_of_a_day_and_its_kind() {
        let at = |text: &str| time_of_week(text.parse().unwrap());
        assert_eq!(at("2026-11-26T09:30:00Z"), "working day 2"); // a Thursday
        assert_eq!(at("2026-11-27T23:59:59Z"), "working day 5");
        assert_eq!(at("2026-11-28T00:00:00Z"), "weekend 0");
        assert_eq!(at("2026-11-29T12:00:00Z"), "weekend 3");
        assert_eq!(at("2026-11-30T00:00:00Z"), "working day 0");
        assert_eq!(at("1969-12-31T23:00:00Z"), "working day 5");
    }

    #[test]
    fn of_an_ipv6_address_the_network_counts() {
        let canonical = |text: &str| canonical(text.parse().unwrap()).to_string();
        assert_eq!(canonical("2001:db8:1:2:a:b:c:d"), "2001:db8:1:2::");
        assert_eq!(canonical("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(canonical("192.0.2.1"), "192.0.2.1");
    }
}
