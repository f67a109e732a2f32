//! The bytes of a record: each value sealed on its own, with its source, version and time.
//!
//! `count`, then per value: `name` (a byte for its length), `head` (one byte), `[class u16]`, `version`,
//! `[written_at]`, `[source]` (a byte for its length), `[index 32 bytes]`, `envelope` (its length before it). In the
//! head stand which of the fixed sources it is, 7 for one that is written out; whether there is an index (8); whether class
//! (16) and time (32) are those of the value before; whether it is sealed away (64). Counts, lengths and versions take seven bits a byte, the
//! lowest first; times are milliseconds, their sign in the lowest bit. Values are in the order of their names. What does not read back exactly is
//! damage.

use std::collections::BTreeMap;

use candor_words::Instant;

/// One sealed value and what is known about it in the open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SealedValue {
    pub source: String,
    pub class: u16,
    pub version: u32,
    pub written_at: Instant,
    /// The blind index it is found by, for identifiers.
    pub index: Option<[u8; 32]>,
    /// True when its time has ended: no purpose reads it until it is erased, or its subject comes back.
    pub is_sealed: bool,
    pub envelope: Vec<u8>,
}

/// A record's values by field name within the group.
pub(crate) type RecordForm = BTreeMap<String, SealedValue>;

/// The sources that take no byte of their own; any other is written out.
const SOURCES: [&str; 7] = ["subject", "observed", "derived", "other_users", "organisation", "partners", "public"];
const SOURCE_WRITTEN_OUT: u8 = 7;
const HAS_INDEX: u8 = 8;
const CLASS_AS_BEFORE: u8 = 16;
const TIME_AS_BEFORE: u8 = 32;
const IS_SEALED: u8 = 64;

/// Writes a record.
pub(crate) fn write(form: &RecordForm) -> Vec<u8> {
    let bytes: usize =
        form.iter().map(|(name, value)| name.len() + value.source.len() + value.envelope.len() + 53).sum();
    let mut out = Vec::with_capacity(bytes + 2);
    put_number(&mut out, form.len() as u64);
    let mut before: Option<&SealedValue> = None;
    for (name, value) in form {
        put_short(&mut out, name);
        let fixed = SOURCES.iter().position(|source| *source == value.source);
        let class_as_before = before.is_some_and(|before| before.class == value.class);
        let time_as_before = before.is_some_and(|before| before.written_at == value.written_at);
        let mut head = fixed.and_then(|at| u8::try_from(at).ok()).unwrap_or(SOURCE_WRITTEN_OUT);
        head |= if value.index.is_some() { HAS_INDEX } else { 0 };
        head |= if class_as_before { CLASS_AS_BEFORE } else { 0 };
        head |= if time_as_before { TIME_AS_BEFORE } else { 0 };
        head |= if value.is_sealed { IS_SEALED } else { 0 };
        out.push(head);
        if !class_as_before {
            out.extend_from_slice(&value.class.to_be_bytes());
        }
        put_number(&mut out, u64::from(value.version));
        if !time_as_before {
            put_number(&mut out, folded(value.written_at.as_millis()));
        }
        if fixed.is_none() {
            put_short(&mut out, &value.source);
        }
        if let Some(index) = &value.index {
            out.extend_from_slice(index);
        }
        put_number(&mut out, value.envelope.len() as u64);
        out.extend_from_slice(&value.envelope);
        before = Some(value);
    }
    out
}

/// A record's bytes with zeros for each blind index; `None` when they are damaged.
pub fn without_indexes(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut form = read(bytes)?;
    form.values_mut().filter_map(|value| value.index.as_mut()).for_each(|index| *index = [0; 32]);
    Some(write(&form))
}

/// Reads a record whole.
pub(crate) fn read(bytes: &[u8]) -> Option<RecordForm> {
    values(bytes).map(|value| value.map(|value| (value.name.to_owned(), value.to_owned()))).collect()
}

/// A value as it stands in the bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ValueRef<'a> {
    pub name: &'a str,
    pub source: &'a str,
    pub class: u16,
    pub version: u32,
    pub written_at: Instant,
    pub index: Option<&'a [u8; 32]>,
    pub is_sealed: bool,
    pub envelope: &'a [u8],
}

impl ValueRef<'_> {
    fn to_owned(self) -> SealedValue {
        SealedValue {
            source: self.source.to_owned(),
            class: self.class,
            version: self.version,
            written_at: self.written_at,
            index: self.index.copied(),
            is_sealed: self.is_sealed,
            envelope: self.envelope.to_vec(),
        }
    }
}

/// Walks the values without copying them; `None` among them means damage, and is the last.
pub(crate) fn values(bytes: &[u8]) -> Values<'_> {
    let mut cursor = Cursor(bytes);
    let left = cursor.number().and_then(|count| u16::try_from(count).ok());
    Values { cursor, left: left.unwrap_or(1), broken: left.is_none(), before: None }
}

/// The walk over a record's values.
pub(crate) struct Values<'a> {
    cursor: Cursor<'a>,
    left: u16,
    broken: bool,
    before: Option<(u16, Instant)>,
}

impl<'a> Iterator for Values<'a> {
    type Item = Option<ValueRef<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            let trailing = !self.cursor.0.is_empty();
            self.cursor.0 = &[];
            return trailing.then_some(None);
        }
        self.left -= 1;
        let value = if self.broken { None } else { self.cursor.value(self.before) };
        match &value {
            Some(value) => self.before = Some((value.class, value.written_at)),
            None => {
                self.left = 0;
                self.cursor.0 = &[];
            }
        }
        Some(value)
    }
}

struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn value(&mut self, before: Option<(u16, Instant)>) -> Option<ValueRef<'a>> {
        let name = self.short()?;
        let [head] = *self.take::<1>()?;
        if head >= IS_SEALED * 2 {
            return None;
        }
        let is = |bit: u8| head & bit != 0;
        let class = if is(CLASS_AS_BEFORE) { before?.0 } else { u16::from_be_bytes(*self.take()?) };
        let version = u32::try_from(self.number()?).ok()?;
        let written_at = if is(TIME_AS_BEFORE) { before?.1 } else { Instant::from_millis(unfolded(self.number()?)) };
        let source = match SOURCES.get(usize::from(head & SOURCE_WRITTEN_OUT)) {
            Some(fixed) => fixed,
            None => self.short()?,
        };
        let index = if is(HAS_INDEX) { Some(self.take()?) } else { None };
        let length = usize::try_from(self.number()?).ok()?;
        let envelope = self.slice(length)?;
        Some(ValueRef { name, source, class, version, written_at, index, is_sealed: is(IS_SEALED), envelope })
    }

    /// A number in the one way that [`put_number`] writes it.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let [byte] = *self.take::<1>()?;
            let part = u64::from(byte & 0x7f);
            let is_longest_way = byte == 0 && shift > 0;
            if is_longest_way || (part << shift) >> shift != part {
                return None;
            }
            number |= part << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn take<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(head)
    }

    fn slice(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(head)
    }

    fn short(&mut self) -> Option<&'a str> {
        let [length] = *self.take::<1>()?;
        std::str::from_utf8(self.slice(usize::from(length))?).ok()
    }
}

// INVARIANT: field names are at most 64 bytes and sources at most 72, both bounded by the manifest.
fn put_short(out: &mut Vec<u8>, text: &str) {
    out.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
    out.extend_from_slice(text.as_bytes());
}

fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// A signed number as one that is small when it is near zero.
const fn folded(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

const fn unfolded(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> RecordForm {
        let value = |source: &str, class, at, index: Option<[u8; 32]>| SealedValue {
            source: source.into(),
            class,
            version: 300,
            written_at: Instant::from_millis(at),
            is_sealed: index.is_none(),
            index,
            envelope: vec![1; 200],
        };
        RecordForm::from([
            ("email".into(), value("linked:google", 7, 1_800_000_000_000, Some([9; 32]))),
            ("name".into(), value("subject", 7, 1_800_000_000_000, None)),
            ("place".into(), value("public", 700, -5, None)),
        ])
    }

    #[test]
    fn what_a_value_shares_with_the_one_before_is_not_written_again() {
        let one = |names: &[&str]| {
            let all = sample();
            names.iter().map(|name| ((*name).to_owned(), all["name"].clone())).collect::<RecordForm>()
        };
        let (alone, two) = (write(&one(&["a"])).len(), write(&one(&["a", "b"])).len());
        // A name, the head, the version and the envelope; no class, time or source.
        assert_eq!(two - alone, 2 + 1 + 2 + 2 + 200);
    }

    #[test]
    fn a_record_reads_back_as_it_was_written() {
        assert_eq!(read(&write(&sample())), Some(sample()));
        assert_eq!(read(&write(&RecordForm::new())), Some(RecordForm::new()));
    }

    #[test]
    fn a_record_without_indexes_is_otherwise_the_same() {
        let veiled = read(&without_indexes(&write(&sample())).unwrap()).unwrap();
        let mut expected = sample();
        expected.get_mut("email").unwrap().index = Some([0; 32]);
        assert_eq!(veiled, expected);
        assert_eq!(without_indexes(b"x"), None);
    }

    #[test]
    fn a_record_cut_short_or_with_more_bytes_is_damage() {
        let bytes = write(&sample());
        for end in 0..bytes.len() {
            assert_eq!(read(&bytes[..end]), None, "cut at {end}");
        }
        assert_eq!(read(&[bytes, vec![0]].concat()), None);
    }
}
