//! A picture of somebody that an outside service keeps under a hash of their address.

use async_trait::async_trait;

/// The largest picture, in bytes.
pub const IMAGE_BYTES_MAX: usize = 256 * 1024;

/// The kinds of pictures that are passed on: those that hold pixels and nothing that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    WebP,
}

impl ImageKind {
    /// The kind that the first bytes tell; whatever a header says of them is not listened to.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            _ => None,
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
        }
    }
}

/// A picture of a kind that is passed on, and not too large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileImage {
    kind: ImageKind,
    bytes: Vec<u8>,
}

impl ProfileImage {
    /// Takes bytes in; `None` when they begin like no picture that is passed on, or are too many.
    pub fn of(bytes: Vec<u8>) -> Option<Self> {
        let kind = ImageKind::of(&bytes)?;
        (bytes.len() <= IMAGE_BYTES_MAX).then_some(Self { kind, bytes })
    }

    /// What kind it is.
    pub const fn kind(&self) -> ImageKind {
        self.kind
    }

    /// It.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Why no picture was got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProfileImageError {
    /// The service does not answer, or only later than is waited for.
    #[error("the picture was not fetched: the service that keeps it does not answer")]
    Unreachable,
    /// It answers with something else than success.
    #[error("the picture was not fetched: the service that keeps it answered with the status {status}")]
    Refused {
        /// The status.
        status: u16,
    },
    /// What it sent is no picture that is passed on.
    #[error("the picture was not fetched: what came is no PNG, JPEG, GIF or WebP of at most {IMAGE_BYTES_MAX} bytes")]
    Unfit,
}

/// Fetches pictures. All that it is told of anybody is a digest.
#[async_trait]
pub trait ProfileImages: Send + Sync + 'static {
    /// The picture under a SHA-256 digest of an address; `None` when the service has none.
    ///
    /// # Errors
    /// What [`ProfileImageError`] names.
    async fn image(&self, digest: &[u8; 32]) -> Result<Option<ProfileImage>, ProfileImageError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell_what_is_passed_on() {
        for (bytes, kind) in [
            (&b"\x89PNG\r\n\x1a\n..."[..], Some(ImageKind::Png)),
            (b"\xff\xd8\xff\xe0", Some(ImageKind::Jpeg)),
            (b"GIF89a..", Some(ImageKind::Gif)),
            (b"GIF87a..", Some(ImageKind::Gif)),
            (b"RIFF\x00\x01\x02\x03WEBPVP8 ", Some(ImageKind::WebP)),
            (b"RIFF\x00\x01\x02\x03WAVE", None),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", None),
            (b"<!doctype html>", None),
            (b"\x89PN", None),
            (b"", None),
        ] {
            assert_eq!(ImageKind::of(bytes), kind);
            assert_eq!(ProfileImage::of(bytes.to_vec()).map(|image| image.kind()), kind);
        }
        let large = |n_bytes| ProfileImage::of([&b"GIF89a"[..], &vec![0; n_bytes - 6]].concat());
        assert!(large(IMAGE_BYTES_MAX).is_some() && large(IMAGE_BYTES_MAX + 1).is_none());
    }
}
