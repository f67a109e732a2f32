//! The form of a JSON text, whatever it means: depth and keys.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::fault;
use crate::Problem;

/// The most levels of arrays and objects.
pub(super) const DEPTH_MAX: usize = 16;

/// What the walk stumbled over; serde's errors carry text only.
#[derive(Debug)]
enum Stumble {
    TooDeep,
    KeyTwice(String),
}

/// Refuses a text that is not JSON, nests too deep or names a key twice.
pub(super) fn check(text: &str) -> Result<(), Problem> {
    let stumble = RefCell::new(None);
    let mut reader = serde_json::Deserializer::from_str(text);
    let walk = Walk { depth: 0, stumble: &stumble, path: None };
    let outcome = walk.deserialize(&mut reader).and_then(|()| reader.end());
    let Err(error) = outcome else { return Ok(()) };
    Err(match stumble.into_inner() {
        Some(Stumble::TooDeep) => fault::too_deep(),
        Some(Stumble::KeyTwice(pointer)) => fault::key_twice(&pointer),
        None => fault::malformed(&error),
    })
}

#[derive(Clone, Copy)]
struct Walk<'a> {
    depth: usize,
    stumble: &'a RefCell<Option<Stumble>>,
    path: Option<&'a Step<'a>>,
}

/// One step of the way from the root, kept on the stack.
struct Step<'a> {
    name: &'a str,
    before: Option<&'a Step<'a>>,
}

impl<'a> Walk<'a> {
    fn stumble<E: serde::de::Error>(&self, over: Stumble) -> E {
        self.stumble.replace(Some(over));
        E::custom("refused")
    }

    fn below<'b, E: serde::de::Error>(&self, path: Option<&'b Step<'b>>) -> Result<Walk<'b>, E>
    where
        'a: 'b,
    {
        if self.depth >= DEPTH_MAX {
            return Err(self.stumble(Stumble::TooDeep));
        }
        Ok(Walk { depth: self.depth + 1, stumble: self.stumble, path })
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let below = self.below(self.path)?;
        while items.next_element_seed(below)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        self.below::<A::Error>(None)?;
        // Small objects are searched in line; large ones would make that quadratic.
        let mut seen = Seen::default();
        while let Some(key) = entries.next_key_seed(Key)? {
            let step = Step { name: &key, before: self.path };
            if seen.contains(&key) {
                return Err(self.stumble(Stumble::KeyTwice(pointer(&step))));
            }
            entries.next_value_seed(self.below(Some(&step))?)?;
            seen.insert(key);
        }
        Ok(())
    }
}

#[derive(Default)]
struct Seen<'de> {
    few: Vec<Cow<'de, str>>,
    many: std::collections::HashSet<Cow<'de, str>>,
}

impl<'de> Seen<'de> {
    fn contains(&self, key: &str) -> bool {
        self.few.iter().any(|seen| seen == key) || self.many.contains(key)
    }

    fn insert(&mut self, key: Cow<'de, str>) {
        if self.few.len() < 16 {
            self.few.push(key);
        } else {
            self.many.insert(key);
        }
    }
}

/// Reads a key without copying it when it holds no escape.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }
    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

/// The way to a step as a JSON pointer; positions in arrays are left out.
fn pointer(step: &Step<'_>) -> String {
    let before = step.before.map(pointer).unwrap_or_default();
    format!("{before}/{}", fault::escaped(step.name))
}
