//! The site as webauthn-rs wants it: one origin, whose host is the relying party's id.

use candor_identity_port::{PasskeyError, Site};
use url::{Host, Url};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// Makes a site ready for a ceremony.
///
/// # Errors
/// [`PasskeyError::Site`]: browsers use passkeys on https, and on `localhost`; addresses in numbers have none.
pub(crate) fn prepared(site: &Site) -> Result<Webauthn, PasskeyError> {
    let origin = Url::parse(&site.origin).map_err(|_| PasskeyError::Site)?;
    if origin.origin().ascii_serialization() != site.origin {
        return Err(PasskeyError::Site);
    }
    let Some(Host::Domain(host)) = origin.host() else { return Err(PasskeyError::Site) };
    if origin.scheme() != "https" && host != "localhost" {
        return Err(PasskeyError::Site);
    }
    let builder = WebauthnBuilder::new(host, &origin).map_err(|_| PasskeyError::Site)?;
    builder.rp_name(&site.name).build().map_err(|_| PasskeyError::Site)
}
