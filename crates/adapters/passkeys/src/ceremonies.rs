//! Both ceremonies, over webauthn-rs.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use candor_identity_port::{Ceremony, Claimed, Holder, Passkey, PasskeyError, Passkeys, Site};
use candor_words::SubjectId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, WebauthnError,
};

use crate::{answer, kept, site};

/// What is kept while a registration runs.
#[derive(Serialize, Deserialize)]
struct Registration {
    known: Vec<Vec<u8>>,
    state: PasskeyRegistration,
}

/// Runs ceremonies; holds nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct WebAuthn;

impl Passkeys for WebAuthn {
    fn start_registration(&self, site: &Site, holder: &Holder, known: &[Vec<u8>]) -> Result<Ceremony, PasskeyError> {
        let webauthn = site::prepared(site)?;
        let handle = Uuid::from_bytes(*holder.subject.as_bytes());
        let excluded = known.to_vec();
        let (challenge, state) = webauthn
            .start_passkey_registration(handle, &holder.name, &holder.name, Some(excluded))
            .map_err(|error| refused(&error))?;
        let mut options = written(&challenge)?;
        // Discoverable, so that it signs in without a name being typed. The library leaves it to the authenticator.
        options["publicKey"]["authenticatorSelection"]["residentKey"] = "required".into();
        options["publicKey"]["authenticatorSelection"]["requireResidentKey"] = true.into();
        begun(&options, &Registration { known: known.to_vec(), state })
    }

    fn finish_registration(&self, site: &Site, state: &[u8], answer: &str) -> Result<Passkey, PasskeyError> {
        let webauthn = site::prepared(site)?;
        let Registration { known, state } = read_state(state)?;
        let answer: RegisterPublicKeyCredential = answer::read(answer)?;
        answer::check_page(answer.response.client_data_json.as_ref(), site)?;
        // The library refuses it too, and calls it an altered algorithm.
        if known.iter().any(|known| known.as_slice() == answer.raw_id.as_slice()) {
            return Err(PasskeyError::Known);
        }
        let registered = webauthn.finish_passkey_registration(&answer, &state).map_err(|error| refused(&error))?;
        kept::keep(registered)
    }

    fn start_sign_in(&self, site: &Site, allowed: &[Vec<u8>]) -> Result<Ceremony, PasskeyError> {
        let webauthn = site::prepared(site)?;
        let (challenge, state) = webauthn.start_discoverable_authentication().map_err(|error| refused(&error))?;
        let mut options = written(&challenge)?;
        // The person presses a button; the page decides whether the browser also offers passkeys in a field.
        if let Some(options) = options.as_object_mut() {
            options.remove("mediation");
        }
        if !allowed.is_empty() {
            // The state stays without a list: the answer is checked against the passkey as it is kept *then*.
            let listed = allowed.iter().map(|id| json!({ "type": "public-key", "id": URL_SAFE_NO_PAD.encode(id) }));
            options["publicKey"]["allowCredentials"] = listed.collect::<Vec<_>>().into();
        }
        begun(&options, &state)
    }

    fn claimed(&self, answer: &str) -> Result<Claimed, PasskeyError> {
        let answer: PublicKeyCredential = answer::read(answer)?;
        let subject = match answer.get_user_unique_id() {
            Some(handle) => Some(SubjectId::from_bytes(handle.try_into().map_err(|_| PasskeyError::Answer)?)),
            None => None,
        };
        Ok(Claimed { id: answer.get_credential_id().to_vec(), subject })
    }

    fn finish_sign_in(
        &self,
        site: &Site,
        state: &[u8],
        answer: &str,
        passkey: &Passkey,
    ) -> Result<Passkey, PasskeyError> {
        let webauthn = site::prepared(site)?;
        let state: DiscoverableAuthentication = read_state(state)?;
        let answer: PublicKeyCredential = answer::read(answer)?;
        answer::check_page(answer.response.client_data_json.as_ref(), site)?;
        let mut registered = kept::read(passkey)?;
        let used = webauthn
            .finish_discoverable_authentication_v2(&answer, state, &registered)
            .map_err(|error| refused(&error))?;
        if !used.user_verified() {
            return Err(PasskeyError::Unverified);
        }
        registered.update_credential(&used).ok_or(PasskeyError::Mismatch)?;
        kept::keep(registered)
    }
}

fn written(value: &impl Serialize) -> Result<serde_json::Value, PasskeyError> {
    serde_json::to_value(value).map_err(|_| PasskeyError::Site)
}

fn begun(options: &serde_json::Value, state: &impl Serialize) -> Result<Ceremony, PasskeyError> {
    let state = serde_json::to_vec(state).map_err(|_| PasskeyError::Site)?;
    Ok(Ceremony { options: options.to_string(), state })
}

fn read_state<T: DeserializeOwned>(state: &[u8]) -> Result<T, PasskeyError> {
    serde_json::from_slice(state).map_err(|_| PasskeyError::Mismatch)
}

/// What the library found, in our words: what it says itself may hold parts of the answer.
fn refused(error: &WebauthnError) -> PasskeyError {
    match error {
        WebauthnError::Configuration => PasskeyError::Site,
        WebauthnError::UserNotPresent | WebauthnError::UserNotVerified => PasskeyError::Unverified,
        WebauthnError::AuthenticationFailure => PasskeyError::Signature,
        WebauthnError::CredentialPossibleCompromise => PasskeyError::Copied,
        WebauthnError::InvalidClientDataType
        | WebauthnError::MismatchedChallenge
        | WebauthnError::InvalidRPOrigin
        | WebauthnError::InvalidRPIDHash
        | WebauthnError::CredentialCrossOrigin
        | WebauthnError::CredentialNotFound
        | WebauthnError::CredentialBackupEligibilityInconsistent => PasskeyError::Mismatch,
        _ => PasskeyError::Answer,
    }
}
