//! What a form posted: `application/x-www-form-urlencoded`, bounded, each name once.

use candor_words::Secret;

/// The most bytes of a posted form.
pub const POSTED_BYTES_MAX: usize = 256 << 10;
/// The most fields of it.
pub const POSTED_FIELDS_MAX: usize = 256;
/// The most bytes of a field's name.
const NAME_BYTES_MAX: usize = 160;

/// The fields of a posted form; wiped from memory when dropped, for a password may be among them.
pub struct Posted(Vec<(String, Secret<String>)>);

/// What is wrong with a body that no page here sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PostedError {
    /// Too many bytes.
    #[error("the form was not read: it is longer than {POSTED_BYTES_MAX} bytes")]
    TooLong,
    /// Too many fields, or too long a name.
    #[error(
        "the form was not read: it has more than {POSTED_FIELDS_MAX} fields, or a name of over {NAME_BYTES_MAX} bytes"
    )]
    TooMany,
    /// A name stands twice: two readers could take different ones.
    #[error("the form was not read: a field stands in it twice")]
    Twice,
    /// Not text.
    #[error("the form was not read: it is not text in UTF-8")]
    NotText,
}

impl Posted {
    /// Reads a body.
    ///
    /// # Errors
    /// Too long, too many fields, a field twice, or bytes that are no text.
    pub fn read(body: &[u8]) -> Result<Self, PostedError> {
        if body.len() > POSTED_BYTES_MAX {
            return Err(PostedError::TooLong);
        }
        let mut fields: Vec<(String, Secret<String>)> = Vec::new();
        for (name, value) in form_urlencoded::parse(body) {
            let (name, value) = (name.into_owned(), Secret::new(value.into_owned()));
            if fields.len() >= POSTED_FIELDS_MAX || name.len() > NAME_BYTES_MAX {
                return Err(PostedError::TooMany);
            }
            // What could not be decoded was replaced by this mark, which nobody types.
            if [&name, value.expose()].iter().any(|text| text.contains('\u{fffd}')) {
                return Err(PostedError::NotText);
            }
            if fields.iter().any(|(known, _)| *known == name) {
                return Err(PostedError::Twice);
            }
            fields.push((name, value));
        }
        Ok(Self(fields))
    }

    /// A form without fields: what a page shows before anything was posted.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// The names of its fields, in the order in which they came.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The value of a field; empty when it was not posted.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.expose().as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_browsers_write_it() {
        let posted = Posted::read(b"name=Ada+L%C3%B6w&account.email=a%40b.example&empty=").unwrap();
        assert_eq!(posted.get("name"), "Ada L\u{f6}w");
        assert_eq!(posted.get("account.email"), "a@b.example");
        assert_eq!((posted.get("empty"), posted.get("absent")), ("", ""));
    }

    #[test]
    fn what_no_page_sends_is_refused() {
        let error = |body: &[u8]| Posted::read(body).err();
        assert_eq!(error(b"a=1&a=2"), Some(PostedError::Twice));
        assert_eq!(error(b"a=%ff"), Some(PostedError::NotText));
        assert_eq!(error(&vec![b'a'; POSTED_BYTES_MAX + 1]), Some(PostedError::TooLong));
        let many: String = (0..=POSTED_FIELDS_MAX).map(|at| format!("f{at}=&")).collect();
        assert_eq!(error(many.as_bytes()), Some(PostedError::TooMany));
        assert_eq!(error(format!("{}=1", "n".repeat(161)).as_bytes()), Some(PostedError::TooMany));
    }
}
