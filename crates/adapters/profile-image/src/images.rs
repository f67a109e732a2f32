//! One request for one picture: bounded in time and size, no redirect followed, no cookie kept.

use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use candor_call::careful_client;
use candor_identity_port::{IMAGE_BYTES_MAX, ProfileImage, ProfileImageError, ProfileImages};
use reqwest::{Client, StatusCode};

use crate::address::{Address, AddressError};

const WAIT: Duration = Duration::from_secs(5);
/// How many connections wait for the next picture.
const CONNECTIONS_MAX: usize = 2;

/// Fetches pictures from one service.
pub struct HttpProfileImages {
    address: Address,
    client: OnceLock<Option<Client>>,
}

impl HttpProfileImages {
    /// Prepares for a service; `url` has `{hash}` where the digest goes, in hexadecimal.
    ///
    /// # Errors
    /// See [`AddressError`].
    pub fn at(url: &str) -> Result<Self, AddressError> {
        Ok(Self { address: Address::parse(url)?, client: OnceLock::new() })
    }
}

#[async_trait]
impl ProfileImages for HttpProfileImages {
    async fn image(&self, digest: &[u8; 32]) -> Result<Option<ProfileImage>, ProfileImageError> {
        let url = self.address.of(digest).map_err(|_| ProfileImageError::Unreachable)?;
        // The machine's certificates are read when the first picture is asked for: that takes a while.
        let client = self.client.get_or_init(client).as_ref().ok_or(ProfileImageError::Unreachable)?;
        let asked = client.get(url).header("accept", "image/png, image/jpeg, image/webp, image/gif").send();
        let mut answer = asked.await.map_err(|_| ProfileImageError::Unreachable)?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Ok(None),
            status => return Err(ProfileImageError::Refused { status: status.as_u16() }),
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|_| ProfileImageError::Unreachable)? {
            if bytes.len() + chunk.len() > IMAGE_BYTES_MAX {
                return Err(ProfileImageError::Unfit);
            }
            bytes.extend_from_slice(&chunk);
        }
        ProfileImage::of(bytes).map(Some).ok_or(ProfileImageError::Unfit)
    }
}

fn client() -> Option<Client> {
    careful_client([])?.timeout(WAIT).pool_max_idle_per_host(CONNECTIONS_MAX).build().ok()
}
