//! Keys that sign: made from a secret, wiped when dropped, never printed.

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
};
use candor_words::Entropy;
use zeroize::Zeroizing;

use crate::{Algorithm, Jwk, JwkError, JwsError};

/// How often a secret is drawn anew because the curve has no such key (chance 2⁻³² each time).
const DRAWS_MAX: usize = 8;

/// A private key that signs with one algorithm. Its id is the thumbprint of its public half.
pub struct SigningKey {
    pair: Pair,
    secret: Zeroizing<Vec<u8>>,
    public: Jwk,
}

enum Pair {
    EdDsa(Ed25519KeyPair),
    Es256(EcdsaKeyPair),
    Rs256(RsaKeyPair),
}

impl SigningKey {
    /// Makes a new key out of `entropy`, for `EdDSA` or `ES256`.
    ///
    /// # Errors
    /// `RS256`: its primes are found by the library alone ([`SigningKey::generate_rs256`]).
    pub fn generate(algorithm: Algorithm, entropy: &dyn Entropy) -> Result<Self, JwkError> {
        if algorithm == Algorithm::Rs256 {
            return Err(JwkError::SecretUnfit);
        }
        let mut secret = Zeroizing::new([0; 32]);
        let mut key = Err(JwkError::SecretUnfit);
        for _ in 0..DRAWS_MAX {
            entropy.fill(secret.as_mut_slice());
            key = Self::from_secret(algorithm, secret.as_slice());
            if key.is_ok() {
                break;
            }
        }
        key
    }

    /// Makes a new RSA key of 2048 bits, for applications that verify nothing else. It takes about a second of work.
    /// The one function of this crate that draws chance by itself: the library offers no other way to find primes.
    ///
    /// # Errors
    /// The library found none.
    pub fn generate_rs256() -> Result<Self, JwkError> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| JwkError::SecretUnfit)?;
        let der = pair.as_der().map_err(|_| JwkError::SecretUnfit)?;
        Self::from_secret(Algorithm::Rs256, der.as_ref())
    }

    /// Takes up a key from its secret: the seed of 32 bytes (`EdDSA`), the scalar of 32 bytes (`ES256`), or the
    /// PKCS #8 document (`RS256`).
    ///
    /// # Errors
    /// The secret is not one of this kind.
    pub fn from_secret(algorithm: Algorithm, secret: &[u8]) -> Result<Self, JwkError> {
        let (pair, public) = match algorithm {
            Algorithm::EdDsa => ed25519(secret)?,
            Algorithm::Es256 => p256(secret)?,
            Algorithm::Rs256 => rsa(secret)?,
        };
        Ok(Self { pair, secret: Zeroizing::new(secret.to_vec()), public })
    }

    /// The secret, to be sealed and kept.
    pub fn secret(&self) -> &[u8] {
        &self.secret
    }

    /// What the key signs with.
    pub const fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    /// The public half, to be published.
    pub const fn public(&self) -> &Jwk {
        &self.public
    }

    /// The id by which tokens name the key: the thumbprint of its public half.
    pub fn key_id(&self) -> &str {
        self.public.key_id().unwrap_or_default()
    }

    /// Signs a message. Of the nonce that ECDSA needs, the library takes care.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, JwsError> {
        match &self.pair {
            Pair::EdDsa(pair) => Ok(pair.sign(message).as_ref().to_vec()),
            Pair::Es256(pair) => {
                let signature = pair.sign(&SystemRandom::new(), message).map_err(|_| JwsError::NotSigned)?;
                Ok(signature.as_ref().to_vec())
            }
            Pair::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .map_err(|_| JwsError::NotSigned)?;
                Ok(signature)
            }
        }
    }
}

fn ed25519(seed: &[u8]) -> Result<(Pair, Jwk), JwkError> {
    let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| JwkError::SecretUnfit)?;
    let public = <[u8; 32]>::try_from(pair.public_key().as_ref()).map_err(|_| JwkError::SecretUnfit)?;
    Ok((Pair::EdDsa(pair), Jwk::ed25519(public)?))
}

fn p256(scalar: &[u8]) -> Result<(Pair, Jwk), JwkError> {
    let private = PrivateKey::from_private_key(&ECDH_P256, scalar).map_err(|_| JwkError::SecretUnfit)?;
    let public = private.compute_public_key().map_err(|_| JwkError::SecretUnfit)?;
    let pair = EcdsaKeyPair::from_private_key_and_public_key(&ECDSA_P256_SHA256_FIXED_SIGNING, scalar, public.as_ref())
        .map_err(|_| JwkError::SecretUnfit)?;
    let point = public.as_ref().get(1..).and_then(|point| <[u8; 64]>::try_from(point).ok());
    Ok((Pair::Es256(pair), Jwk::p256(point.ok_or(JwkError::SecretUnfit)?)?))
}

fn rsa(document: &[u8]) -> Result<(Pair, Jwk), JwkError> {
    let pair = RsaKeyPair::from_pkcs8(document).map_err(|_| JwkError::SecretUnfit)?;
    let (modulus, exponent) = public_of(pair.public_key().as_ref()).ok_or(JwkError::SecretUnfit)?;
    let public = Jwk::rsa(modulus, exponent)?;
    Ok((Pair::Rs256(pair), public))
}

/// Modulus and exponent out of an `RSAPublicKey` (RFC 8017, appendix A.1.1), as the library writes it.
fn public_of(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sequence, _) = element(0x30, der)?;
    let (modulus, rest) = element(0x02, sequence)?;
    let (exponent, _) = element(0x02, rest)?;
    Some((modulus, exponent))
}

/// The content of a DER element of a tag, and what follows it; lengths of up to two bytes.
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = match *der {
        [is, 0x82, high, low, ..] if is == tag => (usize::from(high) << 8 | usize::from(low), der.get(4..)?),
        [is, 0x81, low, ..] if is == tag => (usize::from(low), der.get(3..)?),
        [is, low, ..] if is == tag && low < 0x80 => (usize::from(low), der.get(2..)?),
        _ => return None,
    };
    rest.split_at_checked(length)
}
