//! Countries: which codes exist, which are in the EEA, which have an adequacy decision.

use crate::model::Country;

/// The day on which the lists of this file were true.
pub const AS_OF: &str = "2026-02-01";

/// ISO 3166-1 alpha-2.
const CODES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS \
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI \
    FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR \
    IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM \
    MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT \
    PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM \
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// The 27 member states of the Union, and Iceland, Liechtenstein and Norway.
const EEA: &str = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK";

/// Countries with a decision of the Commission under GDPR Art. 45(3); for Canada commercial organisations, for
/// the United States those certified under the Data Privacy Framework.
const ADEQUATE: &str = "AD AR BR CA CH FO GB GG IL IM JE JP KR NZ US UY";

fn lists(list: &str, country: Country) -> bool {
    list.split_whitespace().any(|code| code == country.as_str())
}

/// Reads an ISO 3166-1 alpha-2 code, upper case.
pub fn country(code: &str) -> Option<Country> {
    let letters: [u8; 2] = code.as_bytes().try_into().ok()?;
    Some(Country(letters)).filter(|country| lists(CODES, *country))
}

/// True for the European Economic Area.
pub fn is_eea(country: Country) -> bool {
    lists(EEA, country)
}

/// True when data may go there from the EEA as within it: a member, or a country with an adequacy decision.
pub fn is_adequate(country: Country) -> bool {
    is_eea(country) || lists(ADEQUATE, country)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_name_countries_that_exist() {
        assert_eq!(CODES.split_whitespace().count(), 249);
        assert_eq!(EEA.split_whitespace().count(), 30);
        for code in EEA.split_whitespace().chain(ADEQUATE.split_whitespace()) {
            assert!(country(code).is_some(), "{code}");
        }
        assert!(country("UK").is_none() && country("de").is_none() && country("00").is_none());
    }
}
