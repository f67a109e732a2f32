//! Files of places, written here and read by the adapter.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod mmdb;

use std::net::Ipv4Addr;
use std::path::PathBuf;

use candor_geoip::{PlaceFiles, PlacesError};
use candor_identity_port::{Looked, Networks, Place};
use tempfile::TempDir;

const BERLIN: (Ipv4Addr, u8) = (Ipv4Addr::new(192, 0, 2, 0), 25);
const PUNE: (Ipv4Addr, u8) = (Ipv4Addr::new(198, 51, 100, 0), 24);

fn cities() -> Vec<u8> {
    let odd = mmdb::country("Germany");
    let networks = [
        (BERLIN.0, BERLIN.1, mmdb::country("DE")),
        (PUNE.0, PUNE.1, mmdb::country("IN")),
        (Ipv4Addr::new(203, 0, 113, 0), 24, odd),
    ];
    mmdb::file("Test-City", &networks)
}

fn networks() -> Vec<u8> {
    mmdb::file("Test-ASN", &[(BERLIN.0, BERLIN.1, mmdb::asn(64_500)), (PUNE.0, PUNE.1, mmdb::asn(4_200_000_000))])
}

fn kept(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn place(files: &PlaceFiles, address: &str) -> Place {
    files.place(address.parse().unwrap())
}

#[test]
fn an_address_is_in_the_country_and_network_of_its_range() {
    let folder = TempDir::new().unwrap();
    let (cities, networks) = (kept(&folder, "city.mmdb", &cities()), kept(&folder, "asn.mmdb", &networks()));
    let files = PlaceFiles::open(Some(&cities), Some(&networks)).unwrap();
    let berlin = Place { country: Looked::Found(*b"DE"), asn: Looked::Found(64_500) };
    assert_eq!(place(&files, "192.0.2.127"), berlin);
    assert_eq!(place(&files, "::ffff:192.0.2.1"), berlin);
    let pune = Place { country: Looked::Found(*b"IN"), asn: Looked::Found(4_200_000_000) };
    assert_eq!(place(&files, "198.51.100.255"), pune);
    let unknown = Place { country: Looked::Unknown, asn: Looked::Unknown };
    for nowhere in ["192.0.2.128", "127.0.0.1", "2001:db8::1", "203.0.113.1"] {
        assert_eq!(place(&files, nowhere), unknown, "{nowhere}");
    }
}

#[test]
fn a_file_that_is_not_named_says_nothing() {
    let folder = TempDir::new().unwrap();
    let cities = kept(&folder, "city.mmdb", &cities());
    let files = PlaceFiles::open(Some(&cities), None).unwrap();
    assert_eq!(place(&files, "192.0.2.1"), Place { country: Looked::Found(*b"DE"), asn: Looked::Nowhere });
    assert_eq!(place(&PlaceFiles::open(None, None).unwrap(), "192.0.2.1"), Place::default());
}

#[test]
fn a_file_that_cannot_be_used_says_why() {
    let folder = TempDir::new().unwrap();
    let refused = |path: &PathBuf| PlaceFiles::open(Some(path), None).err().map(|error| error.to_string()).unwrap();
    let absent = refused(&folder.path().join("absent.mmdb"));
    assert!(absent.contains("absent.mmdb` was not read") && absent.contains("see that it is there"), "{absent}");
    let text = refused(&kept(&folder, "text.mmdb", b"country,code\nGermany,DE\n"));
    assert!(text.contains("is not a whole MaxMind DB file"), "{text}");
    let other = refused(&kept(&folder, "asn.mmdb", &networks()));
    assert!(other.contains("holds `Test-ASN`, but cities or countries are wanted here"), "{other}");
}

#[test]
fn a_damaged_file_is_refused_or_never_falls_over() {
    let folder = TempDir::new().unwrap();
    let whole = cities();
    let mut n_refused = 0;
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xff;
        match PlaceFiles::open(Some(&kept(&folder, "city.mmdb", &damaged)), None) {
            Ok(files) => _ = place(&files, "192.0.2.1"),
            Err(PlacesError::Damaged { .. } | PlacesError::OfOtherThings { .. }) => n_refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(n_refused > whole.len() / 20, "{n_refused} of {}", whole.len());
    let half = kept(&folder, "half.mmdb", &whole[..whole.len() / 2]);
    assert!(matches!(PlaceFiles::open(Some(&half), None), Err(PlacesError::Damaged { .. })));
}
