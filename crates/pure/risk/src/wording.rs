//! The texts of an explanation, in both languages side by side, and how numbers are written in them.

use candor_words::Language;

use crate::{Cause, Feature, Level};

/// Whom it is explained to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The person who signed in: learns nothing of what others show.
    Person,
    /// Who administers the tenant: also sees everybody's counts.
    Administrator,
}

/// A language and whom it is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wording {
    pub(crate) language: Language,
    pub(crate) audience: Audience,
}

/// The smallest score that is written out.
const SMALLEST: f64 = 0.0001;
/// The greatest.
const GREATEST: f64 = 1e6;

impl Wording {
    const fn choose<'a>(self, english: &'a str, german: &'a str) -> &'a str {
        match self.language {
            Language::English => english,
            Language::German => german,
        }
    }

    /// A score or ratio as it is read: two digits that count.
    pub(crate) fn figure(self, value: f64) -> String {
        if value < SMALLEST {
            return format!("{} {}", self.choose("less than", "unter"), self.decimal(SMALLEST, 4));
        }
        if value > GREATEST {
            return self.choose("more than a million", "über eine Million").to_owned();
        }
        let magnitude = value.log10().floor();
        let n_decimals = if magnitude >= 1.0 { 0 } else { (1.0 - magnitude) as usize };
        self.decimal(value, n_decimals)
    }

    fn decimal(self, value: f64, n_decimals: usize) -> String {
        let text = format!("{value:.n_decimals$}");
        let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        match self.language {
            Language::English => text.to_owned(),
            Language::German => text.replace('.', ","),
        }
    }

    /// What a ratio does to the risk.
    pub(crate) fn effect(self, ratio: f64) -> String {
        if (0.95..=1.05).contains(&ratio) {
            return self.choose("leaves the risk as it is", "lässt das Risiko, wie es ist").to_owned();
        }
        let times = self.figure(if ratio > 1.0 { ratio } else { 1.0 / ratio });
        match (self.language, ratio > 1.0) {
            (Language::English, true) => format!("raises the risk {times} ×"),
            (Language::English, false) => format!("lowers the risk {times} ×"),
            (Language::German, true) => format!("erhöht das Risiko auf das {times}-Fache"),
            (Language::German, false) => format!("teilt das Risiko durch {times}"),
        }
    }

    /// What a feature is called, and whether the person has ever shown it.
    pub(crate) const fn feature(self, feature: Feature, is_new: bool) -> &'static str {
        let (english, german) = match (feature, is_new) {
            (Feature::Network, false) => ("Network and place", "Netz und Ort"),
            (Feature::Network, true) => ("New network and place", "Neues Netz und neuer Ort"),
            (Feature::Software, false) => ("Browser and system", "Browser und System"),
            (Feature::Software, true) => ("New browser and system", "Neuer Browser und neues System"),
            (Feature::Language, false) => ("Languages of the browser", "Sprachen des Browsers"),
            (Feature::Language, true) => ("New languages of the browser", "Neue Sprachen des Browsers"),
            (Feature::Time, false) => ("Time of the week", "Zeit in der Woche"),
            (Feature::Time, true) => ("New time of the week", "Neue Zeit in der Woche"),
            (Feature::Device, false) => ("Device", "Gerät"),
            (Feature::Device, true) => ("New device", "Neues Gerät"),
        };
        match self.language {
            Language::English => english,
            Language::German => german,
        }
    }

    /// In how many of the person's sign-ins a value was shown.
    pub(crate) fn shown(self, level: Level, own: u64, of_own: u64) -> String {
        let how = self.level(level);
        match (self.language, self.audience) {
            (Language::English, Audience::Person) => format!("you signed in {how} {own} of {of_own} times"),
            (Language::English, Audience::Administrator) => {
                format!("the person signed in {how} {own} of {of_own} times")
            }
            (Language::German, Audience::Person) => format!("Sie haben sich {own} von {of_own} Mal {how} angemeldet"),
            (Language::German, Audience::Administrator) => {
                format!("die Person hat sich {own} von {of_own} Mal {how} angemeldet")
            }
        }
    }

    /// In how many of everybody's sign-ins it was; said to administrators only.
    pub(crate) fn shown_by_all(self, all: u64, of_all: u64) -> Option<String> {
        let text = match self.language {
            Language::English => format!("everybody together {all} of {of_all} times"),
            Language::German => format!("alle zusammen {all} von {of_all} Mal"),
        };
        (self.audience == Audience::Administrator).then_some(text)
    }

    /// The part of its feature that a level makes up.
    pub(crate) fn weight(self, weight: f64) -> String {
        let percent = (weight * 1000.0).round() / 10.0;
        format!("{} {} %", self.choose("weight", "Gewicht"), self.decimal(percent, 1))
    }

    const fn level(self, level: Level) -> &'static str {
        let (english, german) = match level {
            Level::Address => ("from this address", "von dieser Adresse aus"),
            Level::Operator => ("through this network operator", "über diesen Netzbetreiber"),
            Level::Country => ("from this country", "aus diesem Land"),
            Level::UserAgent => ("with exactly this browser program", "mit genau diesem Browserprogramm"),
            Level::Browser => ("with this browser and version", "mit diesem Browser in dieser Version"),
            Level::System => ("with this operating system", "mit diesem Betriebssystem"),
            Level::DeviceType => ("with this type of device", "mit dieser Art von Gerät"),
            Level::Languages => ("with these languages", "mit diesen Sprachen"),
            Level::TimeOfWeek => ("at this time of the week", "zu dieser Zeit in der Woche"),
            Level::DeviceCookie => ("on this device", "an diesem Gerät"),
        };
        match self.language {
            Language::English => english,
            Language::German => german,
        }
    }

    /// What the number of a person's sign-ins does.
    pub(crate) fn activity(self, own: u64, ratio: f64) -> String {
        let effect = self.effect(ratio);
        match (self.language, self.audience) {
            (Language::English, Audience::Person) => {
                format!("How often you sign in ({own} times), beside how often others do: {effect}")
            }
            (Language::English, Audience::Administrator) => {
                format!("How often the person signs in ({own} times), beside how often others do: {effect}")
            }
            (Language::German, Audience::Person) => {
                format!("Wie oft Sie sich anmelden ({own} Mal), verglichen mit anderen: {effect}")
            }
            (Language::German, Audience::Administrator) => {
                format!("Wie oft sich die Person anmeldet ({own} Mal), verglichen mit anderen: {effect}")
            }
        }
    }

    /// What followed, and why.
    pub(crate) const fn cause(self, cause: Cause) -> &'static str {
        let (english, german) = match (cause, self.audience) {
            (Cause::Familiar, Audience::Person) => {
                ("This sign-in looked like you, and went on.", "Diese Anmeldung sah nach Ihnen aus und ging weiter.")
            }
            (Cause::Familiar, Audience::Administrator) => (
                "This sign-in looked like the person, and went on.",
                "Diese Anmeldung sah nach der Person aus und ging weiter.",
            ),
            (Cause::NewAccount, _) => (
                "No earlier sign-in is known to compare with, so one more factor was asked for.",
                "Es ist keine frühere Anmeldung zum Vergleichen bekannt, daher wurde ein weiterer Faktor verlangt.",
            ),
            (Cause::JustMade, _) => (
                "The account was made in this sign-in, and there was nothing to compare with.",
                "Das Konto entstand mit dieser Anmeldung, und es gab nichts zum Vergleichen.",
            ),
            (Cause::NoSignal, _) => (
                "No signal of this sign-in may be used, so one more factor was asked for.",
                "Kein Merkmal dieser Anmeldung darf verwendet werden, daher wurde ein weiterer Faktor verlangt.",
            ),
            (Cause::Unusual, _) => (
                "This sign-in was unusual, so one more factor was asked for.",
                "Diese Anmeldung war ungewöhnlich, daher wurde ein weiterer Faktor verlangt.",
            ),
            (Cause::FarTooUnusual, _) => (
                "This sign-in was so unusual that it was turned away.",
                "Diese Anmeldung war so ungewöhnlich, dass sie abgewiesen wurde.",
            ),
            (Cause::Listed, _) => (
                "This sign-in came from an address that the operator has shut out.",
                "Diese Anmeldung kam von einer Adresse, die der Betreiber ausgeschlossen hat.",
            ),
        };
        match self.language {
            Language::English => english,
            Language::German => german,
        }
    }

    /// The score beside its bounds.
    pub(crate) fn bounds(self, value: f64, step_up_above: f64, deny_above: Option<f64>) -> String {
        let (value, step_up) = (self.figure(value), self.figure(step_up_above));
        let denied = deny_above.map(|bound| self.figure(bound));
        match (self.language, denied) {
            (Language::English, None) => format!("The risk was {value}; above {step_up} one more factor is asked for."),
            (Language::English, Some(bound)) => format!(
                "The risk was {value}; above {step_up} one more factor is asked for, above {bound} nobody is let in."
            ),
            (Language::German, None) => {
                format!("Das Risiko betrug {value}; über {step_up} wird ein weiterer Faktor verlangt.")
            }
            (Language::German, Some(bound)) => format!(
                "Das Risiko betrug {value}; über {step_up} wird ein weiterer Faktor verlangt, über {bound} wird niemand eingelassen."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_two_digits_that_count() {
        let english = Wording { language: Language::English, audience: Audience::Person };
        let german = Wording { language: Language::German, ..english };
        for (value, in_english, in_german) in [
            (4.0, "4", "4"),
            (0.001_234, "0.0012", "0,0012"),
            (0.02, "0.02", "0,02"),
            (0.1, "0.1", "0,1"),
            (1.55, "1.6", "1,6"),
            (17.4, "17", "17"),
            (123_456.0, "123456", "123456"),
            (1e-30, "less than 0.0001", "unter 0,0001"),
            (1e30, "more than a million", "über eine Million"),
        ] {
            assert_eq!((english.figure(value).as_str(), german.figure(value).as_str()), (in_english, in_german));
        }
    }

    #[test]
    fn a_ratio_is_told_as_what_it_does() {
        let english = Wording { language: Language::English, audience: Audience::Person };
        let german = Wording { language: Language::German, ..english };
        assert_eq!(english.effect(4.0), "raises the risk 4 ×");
        assert_eq!(english.effect(0.05), "lowers the risk 20 ×");
        assert_eq!(english.effect(1.0), "leaves the risk as it is");
        assert_eq!(german.effect(4.0), "erhöht das Risiko auf das 4-Fache");
        assert_eq!(german.effect(0.05), "teilt das Risiko durch 20");
    }
}
