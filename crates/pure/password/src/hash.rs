//! One password hash, whatever wrote it.

use crate::argon2id::Argon;
use crate::bcrypt_form::Bcrypt;
use crate::error::HashError;
use crate::memory::HashMemory;
use crate::pbkdf2_form::Pbkdf2;
use crate::scrypt_form::Scrypt;
use crate::wordpress::Phpass;

/// The longest text that is read as a password hash.
pub const HASH_BYTES_MAX: usize = 512;

/// A password hash that is well-formed and of bounded cost.
#[derive(Debug, Clone)]
pub struct PasswordHash(Form);

#[derive(Debug, Clone)]
enum Form {
    Argon(Argon),
    Bcrypt(Bcrypt),
    Pbkdf2(Pbkdf2),
    Scrypt(Scrypt),
    Phpass(Phpass),
}

impl PasswordHash {
    /// Reads the text of a hash.
    ///
    /// # Errors
    /// A text that is no hash of a known form; one that does not keep to its form; one that would cost too much.
    pub fn parse(text: &str) -> Result<Self, HashError> {
        if text.len() > HASH_BYTES_MAX || !text.is_ascii() {
            return Err(HashError::UnknownForm);
        }
        // Django writes the algorithm's name before the hash of another library.
        let text = text.strip_prefix("argon2").filter(|rest| rest.starts_with("$argon2")).unwrap_or(text);
        if text.starts_with("$argon2") {
            return Argon::parse(text).map(|argon| Self(Form::Argon(argon)));
        }
        if let Some(bcrypt) = Bcrypt::parse(text) {
            return bcrypt.map(|bcrypt| Self(Form::Bcrypt(bcrypt)));
        }
        if let Some(pbkdf2) = Pbkdf2::parse(text) {
            return pbkdf2.map(|pbkdf2| Self(Form::Pbkdf2(pbkdf2)));
        }
        if let Some(rest) = text.strip_prefix("$scrypt$") {
            return Scrypt::parse(rest).map(|scrypt| Self(Form::Scrypt(scrypt)));
        }
        if let Some(rest) = text.strip_prefix("$P$").or_else(|| text.strip_prefix("$H$")) {
            return Phpass::parse(rest).map(|phpass| Self(Form::Phpass(phpass)));
        }
        Err(HashError::UnknownForm)
    }

    /// Says whether a candidate is the password that was hashed. Takes as long as the hash costs, whatever comes of
    /// it; the last comparison takes the same time wherever the first difference is.
    pub fn matches(&self, candidate: &[u8], memory: &mut HashMemory) -> bool {
        match &self.0 {
            Form::Argon(argon) => argon.matches(candidate, memory),
            Form::Bcrypt(bcrypt) => bcrypt.matches(candidate),
            Form::Pbkdf2(pbkdf2) => pbkdf2.matches(candidate),
            Form::Scrypt(scrypt) => scrypt.matches(candidate),
            Form::Phpass(phpass) => phpass.matches(candidate),
        }
    }

    /// True when it is at least as strong as what [`crate::hash_candidate`] makes.
    pub fn is_current(&self) -> bool {
        matches!(&self.0, Form::Argon(argon) if argon.is_current())
    }

    /// What the form is called.
    pub const fn form(&self) -> &'static str {
        match &self.0 {
            Form::Argon(argon) => argon.form(),
            Form::Bcrypt(bcrypt) => bcrypt.form(),
            Form::Pbkdf2(_) => crate::pbkdf2_form::FORM,
            Form::Scrypt(_) => crate::scrypt_form::FORM,
            Form::Phpass(_) => crate::wordpress::FORM,
        }
    }
}

#[cfg(test)]
mod tests;
