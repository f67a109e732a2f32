//! When a certificate ends (RFC 5280, 4.1.2.5): the one thing of it that nobody else tells the server.

use candor_words::Instant;

const INTEGER: u8 = 0x02;
const SEQUENCE: u8 = 0x30;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const VERSION: u8 = 0xa0;

/// Reads the end of a certificate's validity; `None` for whatever is not a certificate.
pub fn ends_at(certificate: &[u8]) -> Option<Instant> {
    let (signed, _) = element(certificate, SEQUENCE)?;
    let (mut fields, _) = element(signed, SEQUENCE)?;
    if let Some((_, rest)) = element(fields, VERSION) {
        fields = rest;
    }
    // The serial number, the algorithm of the signature, who signed.
    for tag in [INTEGER, SEQUENCE, SEQUENCE] {
        fields = element(fields, tag)?.1;
    }
    let (validity, _) = element(fields, SEQUENCE)?;
    let (_, end) = time(validity)?;
    instant(time(end)?.0)
}

/// The digits of a time with its whole year, and what follows it.
fn time(input: &[u8]) -> Option<(String, &[u8])> {
    let (digits, century, rest) = match element(input, UTC_TIME) {
        Some((digits, rest)) => (digits, if digits.first()? >= &b'5' { "19" } else { "20" }, rest),
        None => element(input, GENERALIZED_TIME).map(|(digits, rest)| (digits, "", rest))?,
    };
    let digits = std::str::from_utf8(digits).ok()?.strip_suffix('Z')?;
    let whole = format!("{century}{digits}");
    (whole.len() == 14 && whole.bytes().all(|byte| byte.is_ascii_digit())).then_some((whole, rest))
}

fn instant(digits: String) -> Option<Instant> {
    let part = |from: usize, to: usize| digits.get(from..to);
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z").parse().ok()
}

/// One element of DER with this tag: what it holds, and what follows it.
fn element(input: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&[found, length], rest) = input.split_first_chunk::<2>()?;
    if found != tag {
        return None;
    }
    let (length, rest) = match usize::from(length) {
        length @ 0..=0x7f => (length, rest),
        n_bytes @ 0x81..=0x84 => {
            let (bytes, rest) = rest.split_at_checked(n_bytes - 0x80)?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    fn certificate(year: i32) -> Vec<u8> {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.not_after = date_time_ymd(year, 2, 3);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    #[test]
    fn a_certificate_ends_when_it_says_so() {
        // Until 2049 with two digits for the year, later with four.
        for year in [2027, 2049, 2050, 2100] {
            let at = Instant::from_date(i16::try_from(year).unwrap(), 2, 3);
            assert_eq!(ends_at(&certificate(year)), at, "{year}");
        }
    }

    #[test]
    fn what_is_no_certificate_ends_never_and_breaks_nothing() {
        let whole = certificate(2027);
        let last = whole.windows(12).rposition(|part| part == b"270203000000").unwrap();
        for length in 0..last + 12 {
            assert_eq!(ends_at(&whole[..length]), None, "{length}");
        }
        for at in 0..last {
            for byte in [0, 0x7f, 0x80, 0x84, 0xff] {
                let mut changed = whole.clone();
                changed[at] = byte;
                let _ = ends_at(&changed);
            }
        }
    }
}
