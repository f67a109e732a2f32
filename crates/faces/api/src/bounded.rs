//! Texts and lists with a bound: whatever is longer is refused while it is read, with the number.

use serde::de::{Deserialize, Deserializer, Error as _, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// A text of at most `MAX` bytes, and at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text<const MAX: usize>(pub(crate) String);

/// A name of the policy, a reference, a label.
pub(crate) type Name = Text<128>;

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if (1..=MAX).contains(&text.len()) {
            return Ok(Self(text));
        }
        Err(D::Error::invalid_length(text.len(), &Bound("text", "bytes", MAX)))
    }
}

/// A list of at most `MAX` items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct List<T, const MAX: usize>(pub(crate) Vec<T>);

impl<T, const MAX: usize> Default for List<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Deserialize<'de> for List<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(Items(PhantomData))
    }
}

struct Items<T, const MAX: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MAX: usize> Visitor<'de> for Items<T, MAX> {
    type Value = List<T, MAX>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Bound("list", "items", MAX), f)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            if list.len() == MAX {
                return Err(A::Error::invalid_length(MAX + 1, &self));
            }
            list.push(item);
        }
        Ok(List(list))
    }
}

struct Bound(&'static str, &'static str, usize);

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(what, unit, max) = self;
        write!(f, "a {what} of 1 to {max} {unit}")
    }
}

impl serde::de::Expected for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use candor_http::read_json;

    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Body {
        #[expect(dead_code, reason = "only its reading is under test")]
        names: List<Text<4>, 2>,
    }

    #[test]
    fn what_is_longer_is_refused_with_the_number() {
        for (body, detail) in [
            (r#"{"names": ["abcde"]}"#, "a value is not a text of 1 to 4 bytes"),
            (r#"{"names": [""]}"#, "a value is not a text of 1 to 4 bytes"),
            (r#"{"names": ["a", "b", "c"]}"#, "a value is not a list of 1 to 2 items"),
        ] {
            assert_eq!(read_json::<Body>(body.as_bytes()).unwrap_err().to_json()["detail"], detail, "{body}");
        }
        read_json::<Body>(br#"{"names": ["abcd"]}"#).unwrap();
    }
}
