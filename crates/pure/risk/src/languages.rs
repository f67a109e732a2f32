//! The languages that a browser asks for: their tags in order, without weights.

/// How many tags are looked at.
pub const LANGUAGES_MAX: usize = 6;
const TAG_BYTES_MAX: usize = 16;
const HEADER_BYTES_MAX: usize = 512;

/// Brings a header such as `de-DE,de;q=0.9,en;q=0.8` into one form: `de-de,de,en`. Anything else in it is passed over.
pub(crate) fn in_order(header: &str) -> String {
    let header = &header[..header.floor_char_boundary(HEADER_BYTES_MAX)];
    let tags = header.split(',').take(LANGUAGES_MAX).filter_map(tag);
    tags.collect::<Vec<_>>().join(",")
}

fn tag(part: &str) -> Option<String> {
    let tag = part.split(';').next()?.trim();
    let is_tag = !tag.is_empty()
        && tag.len() <= TAG_BYTES_MAX
        && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'*');
    is_tag.then(|| tag.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_keep_their_order_and_lose_their_weights() {
        assert_eq!(in_order("de-DE, de;q=0.9,en;q=0.8"), "de-de,de,en");
        assert_eq!(in_order("*"), "*");
    }

    #[test]
    fn what_is_no_tag_is_passed_over() {
        assert_eq!(in_order(""), "");
        assert_eq!(in_order("<script>,en,,x\u{e4}"), "en");
        assert_eq!(in_order(&"en,".repeat(500)).split(',').count(), LANGUAGES_MAX);
    }
}
