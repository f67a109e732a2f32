//! The text form: one key a line, `candor-root-key v1 <version> <base64>`, the newest last.
//!
//! Empty lines and lines that begin with `#` are for people.

use base64::prelude::{BASE64_STANDARD, Engine};
use candor_seal::{KeyVersion, RootKey};
use candor_words::Secret;

use crate::KeyringError;

const NAME: &str = "candor-root-key";
const FORM: &str = "v1";
pub(crate) const KEY_BYTES: usize = 32;
/// Room for some hundred versions.
pub(crate) const TEXT_BYTES_MAX: u64 = 64 << 10;

/// Reads every key.
pub(crate) fn read_keys(text: &str) -> Result<Vec<RootKey>, KeyringError> {
    if text.len() as u64 > TEXT_BYTES_MAX {
        return Err(KeyringError::TooLong { max: TEXT_BYTES_MAX });
    }
    let mut keys: Vec<RootKey> = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        if text.trim().is_empty() || text.starts_with('#') {
            continue;
        }
        let (version, bytes) = read_line(text).ok_or(KeyringError::Malformed { line })?;
        if keys.last().is_some_and(|before| before.version() >= version) {
            return Err(KeyringError::OutOfOrder { line });
        }
        keys.push(RootKey::new(version, &bytes).map_err(candor_keys::KeysError::from)?);
    }
    Ok(keys)
}

/// Writes one key as a line.
pub(crate) fn write_line(version: KeyVersion, bytes: &Secret<[u8; KEY_BYTES]>) -> Secret<String> {
    let key = Secret::new(BASE64_STANDARD.encode(bytes.expose()));
    Secret::new(format!("{NAME} {FORM} {} {}\n", version.get(), key.expose()))
}

/// The text without the line of a version; people's own lines stay.
pub(crate) fn without_line(text: &str, version: KeyVersion) -> String {
    let is_of = |line: &str| read_line(line).is_some_and(|(found, _)| found == version);
    text.split_inclusive('\n').filter(|line| !is_of(line)).collect()
}

fn read_line(text: &str) -> Option<(KeyVersion, Secret<[u8; KEY_BYTES]>)> {
    let mut words = text.split_ascii_whitespace();
    if (words.next()?, words.next()?) != (NAME, FORM) {
        return None;
    }
    let version: u16 = words.next()?.parse().ok().filter(|version| *version > 0)?;
    let decoded = Secret::new(BASE64_STANDARD.decode(words.next()?).ok()?);
    let bytes = <[u8; KEY_BYTES]>::try_from(decoded.expose().as_slice()).ok()?;
    match words.next() {
        Some(_) => None,
        None => Some((KeyVersion::new(version), Secret::new(bytes))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(version: u16) -> String {
        write_line(KeyVersion::new(version), &Secret::new([version as u8; 32])).expose().clone()
    }

    #[test]
    fn lines_read_back_as_the_keys_they_were_written_from() {
        let text = format!("# made for tests\n\n{}{}", line(1), line(3));
        let versions: Vec<u16> = read_keys(&text).unwrap().iter().map(|key| key.version().get()).collect();
        assert_eq!(versions, [1, 3]);
    }

    #[test]
    fn a_line_that_is_no_key_is_refused_with_its_number() {
        let good = line(1);
        let cases = [
            "hello".to_owned(),
            good.replace("v1", "v2"),
            good.replace(" 1 ", " 0 "),
            good.replace(" 1 ", " 70000 "),
            good.replace("=", ""),
            good.replace("AQ", "A!"),
            good.trim().to_owned() + " more",
            "candor-root-key v1 1 AQEB".to_owned(),
            "candor-root-key v1 1".to_owned(),
        ];
        for case in cases {
            let refused = read_keys(&format!("# a comment\n{case}"));
            assert!(matches!(refused, Err(KeyringError::Malformed { line: 2 })), "{case}");
        }
    }

    #[test]
    fn one_line_is_taken_out_and_the_others_stay_as_they_are() {
        let text = format!("# ours\n{}\n{}{}", line(1), line(2), line(3).trim());
        assert_eq!(without_line(&text, KeyVersion::new(2)), format!("# ours\n{}\n{}", line(1), line(3).trim()));
    }

    #[test]
    fn versions_that_do_not_ascend_are_refused() {
        for (first, second) in [(2, 1), (2, 2)] {
            let refused = read_keys(&(line(first) + &line(second)));
            assert!(matches!(refused, Err(KeyringError::OutOfOrder { line: 2 })));
        }
    }

    #[test]
    fn an_error_never_shows_the_key() {
        let Err(error) = read_keys(&line(1).replace("v1", "v9")) else { panic!("the line was read") };
        assert!(!format!("{error:?} {error}").contains("AQEB"));
    }
}
