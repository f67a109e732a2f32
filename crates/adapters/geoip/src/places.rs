//! The files an operator names, asked together.

use std::net::IpAddr;
use std::path::Path;

use candor_identity_port::{Looked, Networks, Place};
use serde::Deserialize;

use crate::PlacesError;
use crate::file::PlaceFile;

/// What a record of a city or country file says that is used here.
#[derive(Deserialize)]
struct CountryRecord<'a> {
    #[serde(borrow)]
    country: Option<Country<'a>>,
}

#[derive(Deserialize)]
struct Country<'a> {
    iso_code: Option<&'a str>,
}

/// The same of a file of networks.
#[derive(Deserialize)]
struct AsnRecord {
    autonomous_system_number: Option<u32>,
}

/// The operator's files.
pub struct PlaceFiles {
    countries: Option<PlaceFile>,
    networks: Option<PlaceFile>,
}

impl PlaceFiles {
    /// Opens the files that are named: one of cities or countries, one of networks.
    ///
    /// # Errors
    /// A file cannot be read, is damaged, or tells of something else.
    pub fn open(countries: Option<&Path>, networks: Option<&Path>) -> Result<Self, PlacesError> {
        let of_countries = |path| PlaceFile::open(path, &["City", "Country", "Enterprise"], "cities or countries");
        let of_networks = |path| PlaceFile::open(path, &["ASN", "ISP"], "networks (ASN)");
        Ok(Self {
            countries: countries.map(of_countries).transpose()?,
            networks: networks.map(of_networks).transpose()?,
        })
    }
}

impl Networks for PlaceFiles {
    fn place(&self, address: IpAddr) -> Place {
        let country = |record: CountryRecord<'_>| code(record.country?.iso_code?);
        let asn = |record: AsnRecord| record.autonomous_system_number;
        Place {
            country: self.countries.as_ref().map_or(Looked::Nowhere, |file| file.look(address, country)),
            asn: self.networks.as_ref().map_or(Looked::Nowhere, |file| file.look(address, asn)),
        }
    }
}

/// Two upper-case letters, or nothing.
fn code(text: &str) -> Option<[u8; 2]> {
    let code: [u8; 2] = text.as_bytes().try_into().ok()?;
    code.iter().all(u8::is_ascii_uppercase).then_some(code)
}
