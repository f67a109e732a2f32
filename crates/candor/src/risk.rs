//! Sign-in risk, as configured: the files of places, the bounds, the addresses that nobody signs in from.

use std::path::PathBuf;
use std::sync::Arc;

use candor_geoip::PlaceFiles;
use candor_identity::{RiskSettings, WithoutFactor};
use candor_identity_port::Networks;
use candor_risk::{AddressRange, Thresholds};
use serde::Deserialize;

use crate::trouble::Trouble;

/// The most ranges of addresses that may be listed.
const DENIED_MAX: usize = 10_000;

/// `[risk]` of the configuration file, every part of it optional.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RiskConfig {
    /// A file of cities or countries (MaxMind DB).
    pub geoip_city: Option<PathBuf>,
    /// A file of networks (MaxMind DB).
    pub geoip_asn: Option<PathBuf>,
    /// Above this score, one more factor is asked for.
    pub step_up_above: Option<f64>,
    /// Above this score, nobody is let in.
    pub deny_above: Option<f64>,
    /// Nobody signs in from there.
    pub denied_networks: Vec<String>,
    /// What becomes of a risky sign-in when no further factor can be asked for: `deny` or `allow`.
    pub without_factor: WithoutFactor,
}

impl RiskConfig {
    /// Opens the files and reads the rest.
    ///
    /// # Errors
    /// A file cannot be used; a bound is no positive number, or that for denial is below that for a factor; a range of
    /// addresses is none.
    pub fn settings(&self) -> Result<RiskSettings, Trouble> {
        let refuse = |reason: String| Trouble::bad_input("read `[risk]` of the configuration", reason);
        for (name, bound) in [("step_up_above", self.step_up_above), ("deny_above", self.deny_above)] {
            if bound.is_some_and(|bound| !bound.is_finite() || bound <= 0.0) {
                return Err(refuse(format!("`{name}` is not a number above 0")));
            }
        }
        if let (Some(step_up), Some(deny)) = (self.step_up_above, self.deny_above)
            && deny < step_up
        {
            return Err(refuse("`deny_above` is below `step_up_above`".to_owned()));
        }
        if self.denied_networks.len() > DENIED_MAX {
            return Err(refuse(format!("`denied_networks` has more than {DENIED_MAX} ranges")));
        }
        let range = |text: &String| {
            text.parse::<AddressRange>().map_err(|error| refuse(format!("`{text}` in `denied_networks`: {error}")))
        };
        Ok(RiskSettings {
            networks: self.networks()?,
            denied: self.denied_networks.iter().map(range).collect::<Result<_, _>>()?,
            thresholds: Thresholds { step_up_above: self.step_up_above, deny_above: self.deny_above },
            without_factor: self.without_factor,
        })
    }

    fn networks(&self) -> Result<Option<Arc<dyn Networks>>, Trouble> {
        if self.geoip_city.is_none() && self.geoip_asn.is_none() {
            return Ok(None);
        }
        let files = PlaceFiles::open(self.geoip_city.as_deref(), self.geoip_asn.as_deref())
            .map_err(|error| Trouble::bad_input("open the files of places", error))?;
        Ok(Some(Arc::new(files)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        toml::from_str::<RiskConfig>(text).unwrap().settings().err().map(|trouble| format!("{trouble:?}")).unwrap()
    }

    #[test]
    fn bounds_and_ranges_are_read() {
        let text = "step_up_above = 0.05\ndeny_above = 100\ndenied_networks = [\"203.0.113.0/24\", \"2001:db8::/32\"]";
        let settings = toml::from_str::<RiskConfig>(text).unwrap().settings().unwrap();
        assert_eq!(settings.thresholds, Thresholds { step_up_above: Some(0.05), deny_above: Some(100.0) });
        assert_eq!(settings.denied.len(), 2);
        assert!(settings.networks.is_none());
        assert_eq!(settings.without_factor, WithoutFactor::Deny, "when nothing is said");
        let allowed = toml::from_str::<RiskConfig>("without_factor = \"allow\"").unwrap().settings().unwrap();
        assert_eq!(allowed.without_factor, WithoutFactor::Allow);
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_its_name() {
        assert!(refused("step_up_above = -1").contains("`step_up_above` is not a number above 0"));
        assert!(refused("deny_above = nan").contains("`deny_above` is not a number above 0"));
        assert!(refused("step_up_above = 2\ndeny_above = 1").contains("below"));
        assert!(refused("denied_networks = [\"example.com\"]").contains("`example.com`"));
        assert!(refused("geoip_city = \"/absent.mmdb\"").contains("/absent.mmdb"));
        assert!(toml::from_str::<RiskConfig>("geoip = \"x\"").is_err());
        assert!(toml::from_str::<RiskConfig>("without_factor = \"maybe\"").is_err());
    }
}
