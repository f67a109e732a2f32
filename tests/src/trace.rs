//! Looks for what must be gone: a planted mark, as it is or in another guise, in any bytes.
//!
//! Looked for are the mark itself, its hexadecimal, its base64 wherever in a longer text it stood, and of
//! each planted value the plain MD5, SHA-1 and SHA-256, raw, in hexadecimal and in base64; all of that as it was
//! planted, in lower case, in upper case, and trimmed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use sha2::Digest;

/// Every needle begins with so many bytes that are compared at once.
const START: usize = 8;

/// What to look for.
pub struct Trace {
    /// By its first bytes: the whole needle, and what it is.
    needles: BTreeMap<[u8; START], Vec<(Vec<u8>, String)>>,
    /// Which first two bytes a needle can have.
    first: Vec<bool>,
}

impl Trace {
    /// A trace of a mark that stands in each of these values.
    pub fn of(mark: &str, values: &[String]) -> Self {
        let mut trace = Self { needles: BTreeMap::new(), first: vec![false; 1 << 16] };
        for mark in spellings(mark) {
            trace.add(mark.as_bytes().to_vec(), "itself".to_owned());
            trace.add_texts_of(mark.as_bytes(), "it");
            for (before, skipped) in [(0, 0), (1, 2), (2, 3)] {
                // Of the first and the last character other bits than the mark's may be part.
                let shifted = [vec![0; before], mark.as_bytes().to_vec()].concat();
                let whole = shifted.len() / 3 * 4;
                for (engine, name) in [(&STANDARD_NO_PAD, "base64"), (&URL_SAFE_NO_PAD, "base64url")] {
                    let text = engine.encode(&shifted);
                    let inner = text.as_bytes()[skipped..whole.max(skipped)].to_vec();
                    trace.add(inner, format!("{name} of it"));
                }
            }
        }
        for value in values.iter().flat_map(|value| spellings(value)) {
            let hashes = [
                ("MD5", md5::Md5::digest(value.as_bytes()).to_vec()),
                ("SHA-1", sha1::Sha1::digest(value.as_bytes()).to_vec()),
                ("SHA-256", sha2::Sha256::digest(value.as_bytes()).to_vec()),
            ];
            for (name, hash) in hashes {
                let what = format!("{name} of `{value}`");
                trace.add_texts_of(&hash, &what);
                trace.add(STANDARD_NO_PAD.encode(&hash).into_bytes(), format!("base64 of the {what}"));
                trace.add(URL_SAFE_NO_PAD.encode(&hash).into_bytes(), format!("base64url of the {what}"));
                trace.add(hash, what);
            }
        }
        trace
    }

    fn add_texts_of(&mut self, bytes: &[u8], what: &str) {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.add(hex.to_uppercase().into_bytes(), format!("hexadecimal of {what}"));
        self.add(hex.into_bytes(), format!("hexadecimal of {what}"));
    }

    fn add(&mut self, needle: Vec<u8>, what: String) {
        let start: [u8; START] = needle[..START].try_into().expect("a needle of 8 bytes or more");
        self.first[usize::from(u16::from_be_bytes([start[0], start[1]]))] = true;
        self.needles.entry(start).or_default().push((needle, what));
    }

    /// What of it stands in these bytes.
    pub fn in_bytes(&self, bytes: &[u8]) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        for (at, window) in bytes.windows(START).enumerate() {
            if !self.first[usize::from(u16::from_be_bytes([window[0], window[1]]))] {
                continue;
            }
            let needles = self.needles.get(window).into_iter().flatten();
            let here = needles.filter(|(needle, _)| bytes[at..].starts_with(needle));
            found.extend(here.map(|(_, what)| what.as_str()));
        }
        found
    }

    /// What of it stands in the files below a folder, and in their names: each finding with the file.
    pub fn in_folder(&self, folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        self.walk(folder, &mut found);
        found
    }

    fn walk(&self, folder: &Path, found: &mut Vec<String>) {
        for item in std::fs::read_dir(folder).expect("a folder") {
            let path = item.expect("an item").path();
            let name = path.file_name().map(|name| name.as_encoded_bytes().to_vec()).unwrap_or_default();
            let shown = path.display();
            found.extend(self.in_bytes(&name).into_iter().map(|what| format!("{what} in the name `{shown}`")));
            if path.is_dir() {
                self.walk(&path, found);
            } else if let Ok(bytes) = std::fs::read(&path) {
                found.extend(self.in_bytes(&bytes).into_iter().map(|what| format!("{what} in `{shown}`")));
            }
        }
    }
}

fn spellings(text: &str) -> BTreeSet<String> {
    [text.to_owned(), text.to_lowercase(), text.to_uppercase(), text.trim().to_owned()].into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_guise_is_found_wherever_it_stands() {
        let trace = Trace::of("kestrel90210", &["To kestrel90210 ".to_owned()]);
        let found = |bytes: &[u8]| !trace.in_bytes(&[b"\x00\xff...".as_slice(), bytes, b"!"].concat()).is_empty();
        assert!(found(b"a kestrel90210") && found(b"KESTREL90210") && !found(b"a kestrel9021"));
        assert!(found(b"6b65737472656c3930323130"));
        for before in ["", "1", "22", "333"] {
            for after in ["", "1", "22"] {
                let text = format!("{before}kestrel90210{after}");
                assert!(found(STANDARD_NO_PAD.encode(&text).as_bytes()), "{text}");
                assert!(found(URL_SAFE_NO_PAD.encode(&text).as_bytes()), "{text}");
            }
        }
        assert!(found(&sha2::Sha256::digest(b"To kestrel90210 ")));
        assert!(found(&md5::Md5::digest(b"to kestrel90210 ")));
        assert!(found(STANDARD_NO_PAD.encode(sha1::Sha1::digest(b"To kestrel90210")).as_bytes()));
        assert!(!found(&sha2::Sha256::digest(b"to somebody else")));
    }
}
