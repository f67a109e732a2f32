//! The bytes of a record: each value sealed on its own, with its source, version and time.
//!
//! `count u16`, then per value: `name u8+bytes`, `source u8+bytes`, `class u16`, `version u32`,
//! `written_at i64`, `flags u8` (1 = index follows, 2 = sealed away), `[index 32 bytes]`, `envelope u32+bytes`. Integers are big-endian; values
//! are in the order of their names. What does not read back exactly is damage.

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

/// Writes a record.
pub(crate) fn write(form: &RecordForm) -> Vec<u8> {
    let bytes: usize =
        form.iter().map(|(name, value)| name.len() + value.source.len() + value.envelope.len() + 53).sum();
    let mut out = Vec::with_capacity(bytes + 2);
    out.extend_from_slice(&u16::try_from(form.len()).unwrap_or(u16::MAX).to_be_bytes());
    for (name, value) in form {
        put_short(&mut out, name);
        put_short(&mut out, &value.source);
        out.extend_from_slice(&value.class.to_be_bytes());
        out.extend_from_slice(&value.version.to_be_bytes());
        out.extend_from_slice(&value.written_at.as_millis().to_be_bytes());
        out.push(u8::from(value.index.is_some()) | (u8::from(value.is_sealed) << 1));
        if let Some(index) = &value.index {
            out.extend_from_slice(index);
        }
        out.extend_from_slice(&u32::try_from(value.envelope.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(&value.envelope);
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
    let left = cursor.take::<2>().map(|count| u16::from_be_bytes(*count));
    Values { cursor, left: left.unwrap_or(1), broken: left.is_none() }
}

/// The walk over a record's values.
pub(crate) struct Values<'a> {
    cursor: Cursor<'a>,
    left: u16,
    broken: bool,
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
        let value = if self.broken { None } else { self.cursor.value() };
        if value.is_none() {
            self.left = 0;
            self.cursor.0 = &[];
        }
        Some(value)
    }
}

struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn value(&mut self) -> Option<ValueRef<'a>> {
        let name = self.short()?;
        let source = self.short()?;
        let class = u16::from_be_bytes(*self.take()?);
        let version = u32::from_be_bytes(*self.take()?);
        let written_at = Instant::from_millis(i64::from_be_bytes(*self.take()?));
        let [flags] = *self.take::<1>()?;
        let index = match flags {
            0 | 2 => None,
            1 | 3 => Some(self.take()?),
            _ => return None,
        };
        let length = usize::try_from(u32::from_be_bytes(*self.take()?)).ok()?;
        let envelope = self.slice(length)?;
        Some(ValueRef { name, source, class, version, written_at, index, is_sealed: flags & 2 != 0, envelope })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> RecordForm {
        let value = |index: Option<[u8; 32]>| SealedValue {
            source: "linked:google".into(),
            class: 7,
            version: 3,
            written_at: Instant::from_millis(12),
            index,
            is_sealed: index.is_none(),
            envelope: vec![1, 2, 3],
        };
        RecordForm::from([("email".into(), value(Some([9; 32]))), ("name".into(), value(None))])
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
