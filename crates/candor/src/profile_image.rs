//! Where profile pictures are fetched, as configured; without it, nobody is asked for any.

use std::sync::Arc;

use candor_identity::ProfileImageParts;
use candor_profile_image::HttpProfileImages;
use serde::Deserialize;

use crate::trouble::Trouble;

/// What policies call the recipient when the configuration does not say.
const RECIPIENT: &str = "gravatar";

/// `[profile_image]` of the configuration file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProfileImageConfig {
    /// The address of one picture, with `{hash}` where the digest of the address of mail goes.
    pub url: Option<String>,
    /// What policies call the recipient that is asked there; `gravatar` when not given.
    pub recipient: Option<String>,
}

impl ProfileImageConfig {
    /// Prepares for the service.
    ///
    /// # Errors
    /// The address is none that may be asked; a recipient without one.
    pub fn parts(&self) -> Result<Option<ProfileImageParts>, Trouble> {
        let refuse = |reason: String| Trouble::bad_input("read `[profile_image]` of the configuration", reason);
        let Some(url) = &self.url else {
            return match self.recipient {
                Some(_) => Err(refuse("`recipient` is named and `url` is not".to_owned())),
                None => Ok(None),
            };
        };
        let images = HttpProfileImages::at(url).map_err(|error| refuse(error.to_string()))?;
        let recipient = self.recipient.clone().unwrap_or_else(|| RECIPIENT.to_owned());
        Ok(Some(ProfileImageParts { images: Arc::new(images), recipient }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<ProfileImageParts>, Trouble> {
        toml::from_str::<ProfileImageConfig>(text).unwrap().parts()
    }

    #[test]
    fn without_an_address_nobody_is_asked() {
        assert!(read("").unwrap().is_none());
        let parts = read("url = \"https://pictures.example/avatar/{hash}\"").unwrap().unwrap();
        assert_eq!(parts.recipient, "gravatar");
        for (text, why) in [
            ("recipient = \"gravatar\"", "`url` is not"),
            ("url = \"https://pictures.example/\"", "{hash}"),
            ("url = \"http://pictures.example/{hash}\"", "https"),
        ] {
            let refused = format!("{:?}", read(text).err().unwrap());
            assert!(refused.contains(why), "{refused}");
        }
    }
}
