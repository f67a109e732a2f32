//! Blots out what looks like an identifier in free text: email addresses, telephone numbers, IP and hardware
//! addresses, and the long random words that stand for accounts, sessions and keys.
//!
//! Each finder reads the text once. Where a word could be either, it is taken for an identifier: a version number
//! with four parts is blotted, a date is not.

use std::net::Ipv6Addr;
use std::ops::Range;

use super::BLOT;

/// The fewest digits of a telephone number.
const TELEPHONE_DIGITS_MIN: usize = 7;
/// The fewest characters of a random word in hexadecimal.
const HEX_MIN: usize = 16;
/// The fewest characters of a random word of letters and digits.
const RANDOM_MIN: usize = 20;

/// Replaces every identifier by one mark; never longer than what it was given.
pub(super) fn blot(text: &str) -> String {
    let mut found = Vec::new();
    emails(text, &mut found);
    for word in runs(text, |c| c.is_ascii_hexdigit() || matches!(c, ':' | '.')) {
        found.extend(address(text, word));
    }
    for word in runs(text, |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '=')) {
        found.extend(token(text, word));
    }
    telephones(text, &mut found);
    found.sort_by_key(|range| range.start);
    let mut blotted = String::with_capacity(text.len());
    let mut copied_to = 0;
    for range in found {
        if range.start >= copied_to {
            blotted.push_str(text.get(copied_to..range.start).unwrap_or_default());
            blotted.push_str(BLOT);
        }
        copied_to = copied_to.max(range.end);
    }
    blotted.push_str(text.get(copied_to..).unwrap_or_default());
    blotted
}

/// The longest stretches of characters that belong.
fn runs(text: &str, belongs: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), '\0')]) {
        match (belongs(c) && at < text.len(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                runs.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    runs
}

/// `local@domain.tld`, with an `@` as it is, percent-encoded or of full width.
fn emails(text: &str, found: &mut Vec<Range<usize>>) {
    let mut read_to = 0;
    for (at, c) in text.char_indices() {
        let mark = match c {
            '@' | '＠' => c.len_utf8(),
            '%' if text.get(at..at + 3) == Some("%40") => 3,
            _ => continue,
        };
        let before = text.get(read_to..at).unwrap_or_default();
        let local: usize = before.chars().rev().take_while(|c| is_local(*c)).map(char::len_utf8).sum();
        let after = text.get(at + mark..).unwrap_or_default();
        let domain: usize = after.chars().take_while(|c| is_domain(*c)).map(char::len_utf8).sum();
        let domain = after.get(..domain).unwrap_or_default().trim_end_matches(['.', '-']);
        // What was read to the left of one mark is not read again for the next.
        read_to = at + mark;
        if local > 0 && domain.trim_start_matches('.').contains('.') {
            found.push(at - local..at + mark + domain.len());
        }
    }
}

fn is_local(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '+' | '-' | '\'' | '%' | '!' | '#' | '$' | '*' | '~' | '"')
}

fn is_domain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-')
}

/// An IPv4, IPv6 or hardware address in a run of hexadecimal digits, dots and colons.
fn address(text: &str, run: Range<usize>) -> Option<Range<usize>> {
    let inner = text.get(run.clone())?;
    if let Some(range) = ipv4(inner) {
        // `::ffff:192.0.2.1` goes whole.
        let start = if inner.get(..range.start)?.contains("::") { 0 } else { range.start };
        return Some(run.start + start..run.start + range.end);
    }
    let is_cut_off = text.get(..run.start)?.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let start = match (is_cut_off, inner.starts_with("::")) {
        // The end of a word, as in `node:2001:db8::1`: what follows its colon may be an address.
        (true, _) => inner.find(':')? + 1,
        (false, true) => 0,
        (false, false) => inner.len() - inner.trim_start_matches([':', '.']).len(),
    };
    let mut candidate = inner.get(start..)?.trim_end_matches('.');
    if candidate.ends_with(':') && !candidate.ends_with("::") {
        candidate = candidate.trim_end_matches(':');
    }
    let is_address = |word: &str| is_ipv6(word) || is_hardware(word);
    // With one group too many, a word before it (`bad:`) or a port behind it, all of it goes.
    let is_found = is_address(candidate)
        || candidate.split_once(':').is_some_and(|(_, but_first)| is_address(but_first))
        || candidate.rsplit_once(':').is_some_and(|(but_last, _)| is_address(but_last));
    is_found.then(|| run.start + start..run.start + start + candidate.len())
}

/// Four numbers up to 255 between dots, and no fifth.
fn ipv4(inner: &str) -> Option<Range<usize>> {
    for word in runs(inner, |c| c.is_ascii_digit() || c == '.') {
        let dotted = inner.get(word.clone())?;
        let start = word.start + dotted.len() - dotted.trim_start_matches('.').len();
        let dotted = dotted.trim_matches('.');
        let parts = dotted.split('.');
        let fits = |part: &str| (1..=3).contains(&part.len()) && part.parse::<u16>().is_ok_and(|part| part <= 255);
        if parts.clone().count() == 4 && parts.clone().all(fits) {
            return Some(start..start + dotted.len());
        }
    }
    None
}

/// Words such as `ada::face` are not addresses, although they parse as one.
fn is_ipv6(word: &str) -> bool {
    let colons = word.bytes().filter(|byte| *byte == b':').count();
    let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
    (2..=8).contains(&colons) && (has_digit || colons > 3) && word.parse::<Ipv6Addr>().is_ok()
}

/// `00:1b:44:11:3a:b7`.
fn is_hardware(word: &str) -> bool {
    word.len() == 17 && word.split(':').count() == 6 && word.split(':').all(|pair| pair.len() == 2)
}

/// A random word: 16 hexadecimal digits or more (also as a UUID), or 20 letters and digits in no order.
fn token(text: &str, run: Range<usize>) -> Option<Range<usize>> {
    let word = text.get(run.clone())?;
    let word = word.trim_start_matches(['-', '_', '+', '=']);
    let start = run.end - word.len();
    let word = word.trim_end_matches(['-', '_', '+']);
    // `key=VALUE` is a name and a value; padding at the end belongs to the value.
    let name = word.trim_end_matches('=').rfind('=').map_or(0, |at| at + 1);
    let value = word.get(name..)?;
    (is_hex(value) || is_random(value)).then(|| start + name..start + word.len())
}

fn is_hex(word: &str) -> bool {
    let dashes = word.bytes().filter(|byte| *byte == b'-').count();
    let word = word.bytes().filter(|byte| *byte != b'-');
    let n_digits = word.clone().filter(u8::is_ascii_digit).count();
    let n = word.clone().count();
    n >= HEX_MIN && n_digits > 0 && dashes <= 4 && word.clone().all(|byte| byte.is_ascii_hexdigit())
}

/// Between words and numbers the kind of character changes seldom; in random text at every other one.
/// A capital followed by a small letter is how words begin, and does not count.
fn is_random(word: &str) -> bool {
    let kinds = word.bytes().filter_map(|byte| match byte {
        b'0'..=b'9' => Some(0_u8),
        b'A'..=b'Z' => Some(1),
        b'a'..=b'z' => Some(2),
        _ => None,
    });
    let n = kinds.clone().count();
    let changes = kinds.clone().zip(kinds.skip(1)).filter(|(a, b)| a != b && (*a, *b) != (1, 2)).count();
    n >= RANDOM_MIN && changes * 10 >= n * 3
}

/// Seven digits or more, with what people write between them.
fn telephones(text: &str, found: &mut Vec<Range<usize>>) {
    let mut begun: Option<Number> = None;
    let mut skip_to = 0;
    for (at, c) in text.char_indices() {
        if at < skip_to {
            continue;
        }
        let is_begun = begun.as_ref().is_some_and(|number| number.n_between == 0);
        if let Some(date) = date_at(text, at).filter(|_| !is_begun) {
            found.extend(begun.take().and_then(Number::ends));
            skip_to = at + date;
            continue;
        }
        match (&mut begun, c) {
            (Some(number), digit) if digit.is_numeric() => number.takes_digit(at + digit.len_utf8()),
            (None, digit) if digit.is_numeric() => begun = Some(Number::new(at, at + digit.len_utf8(), 1)),
            (None, '+' | '(') => begun = Some(Number::new(at, at + 1, 0)),
            (Some(number), between) if is_between(between) && number.n_between < 3 => number.n_between += 1,
            _ => found.extend(begun.take().and_then(Number::ends)),
        }
    }
    found.extend(begun.and_then(Number::ends));
}

fn is_between(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '-' | '\u{2011}' | '\u{2013}' | '.' | '/' | '(' | ')')
}

/// Digits on their way to a telephone number.
struct Number {
    start: usize,
    end: usize,
    n_digits: usize,
    n_between: u8,
}

impl Number {
    const fn new(start: usize, end: usize, n_digits: usize) -> Self {
        Self { start, end, n_digits, n_between: 0 }
    }

    const fn takes_digit(&mut self, end: usize) {
        self.end = end;
        self.n_digits += 1;
        self.n_between = 0;
    }

    fn ends(self) -> Option<Range<usize>> {
        (self.n_digits >= TELEPHONE_DIGITS_MIN).then_some(self.start..self.end)
    }
}

/// The length of a date such as `2026-11-21` that begins here and is not part of a longer number.
fn date_at(text: &str, at: usize) -> Option<usize> {
    const LEN: usize = "2026-11-21".len();
    let date = text.get(at..at + LEN).filter(|date| date.starts_with(['1', '2']))?;
    let ends = !text.get(at + LEN..)?.starts_with(|c: char| c.is_numeric() || c == '-');
    (ends && date.parse::<jiff::civil::Date>().is_ok()).then_some(LEN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn identifiers_are_blotted_out() {
        for (text, expected) in [
            // Email addresses.
            ("ask ada@people.example today", "ask … today"),
            ("<Ada.King+list@mail.people.example>", "<…>"),
            ("mailto:ada@people.example.", "mailto:…."),
            ("?email=ada%40people.example&x=1", "?email=…&x=1"),
            ("ada＠people.example", "…"),
            ("größe@bücher.example, o'hara@x.example", "…, …"),
            ("\"ada\"@people.example", "…"),
            // Telephone numbers.
            ("call +1 555 0101 234 now", "call … now"),
            ("(030) 901820-77", "…"),
            ("0171/5550123", "…"),
            ("+44 (0) 20 7946 0958", "…"),
            ("5550123", "…"),
            ("١٢٣٤٥٦٧", "…"),
            ("born 2026-11-21, call 555-0123-4", "born 2026-11-21, call …"),
            ("card 4929 1111 2222 3333", "card …"),
            // IP and hardware addresses.
            ("from 203.0.113.77:443", "from …:443"),
            ("203.0.113.77.", "…."),
            ("10.0.0.0/8", "…/8"),
            ("ip203.0.113.77", "ip…"),
            ("at fe80::1: refused", "at …: refused"),
            ("[2001:db8::1]:443", "[…]:443"),
            ("node:2001:db8::1", "node:…"),
            ("bad:1:2:3:4:5:6:7:8", "…"),
            ("1:2:3:4:5:6:7:8:443", "…"),
            ("::ffff:203.0.113.77", "…"),
            ("::1", "…"),
            ("00:1b:44:11:3a:b7", "…"),
            // Random words.
            ("id 550e8400-e29b-41d4-a716-446655440000 x", "id … x"),
            ("d41d8cd98f00b204", "…"),
            ("sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "sha256:…"),
            ("token=dGhlIHF1aWNrIGJyb3duIGZveA==", "token=…"),
            ("Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", "Bearer …"),
            ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "…"),
        ] {
            assert_eq!(blot(text), expected, "{text}");
        }
    }

    #[test]
    fn ordinary_words_stay() {
        for text in [
            "",
            "boards, then reports, then 12 exports",
            "@ada asked for 3@5 apples",
            "user@host",
            "2026-11-21",
            "2026-11-21T10:30:00Z",
            "on 2026-11-21 10:30:00",
            "12:34:56",
            "version 1.2.3",
            "port 65535, 123456 rows",
            "1,000,000",
            "std::fs::read and abc::Def",
            "a :: b",
            "1.2.3.4.5",
            "getElementByIdAndNameOrTag",
            "internationalisation_of_everything",
            "selfhosted-content-shape-2026-v2",
            "Request_ID_2024_Alpha_Beta_7",
            "/Projects/2024/Boards/Settings",
            "deadbeef",
            "naïve façade — “quoted”",
        ] {
            assert_eq!(blot(text), text);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_never_grows(text in "\\PC{0,200}") {
            prop_assert!(blot(&text).len() <= text.len());
        }

        #[test]
        fn planted_identifiers_never_stay(
            before in "[a-z ,.;(]{0,20}[ ,;(]", after in "([ ,;)][a-z ,.;]{0,20})?",
            planted in prop_oneof![
                "[a-z]{1,8}\\.[a-z]{1,8}@[a-z]{1,8}\\.example",
                "\\+[1-9]{2} [0-9]{3} [0-9]{4,7}",
                "(10|172|192)\\.[1-9][0-9]?\\.[0-9]{1,2}\\.[1-9][0-9]?",
                "2001:db8:[0-9a-f]{1,4}::[1-9a-f]{1,4}",
                "[0-9][0-9a-f]{31}",
            ],
        ) {
            let blotted = blot(&format!("{before}{planted}{after}"));
            prop_assert!(!blotted.contains(&planted), "{blotted}");
            prop_assert!(blotted.contains(BLOT));
        }
    }
}
