//! Why a signature or a key is not taken. No variant holds a part of what was read, but for names of the standard.

/// What is wrong with a signed text, or stood in the way of signing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// The text is longer than a token may be.
    #[error("the token was not read: it is longer than {max} bytes")]
    TooLong {
        /// The most bytes.
        max: usize,
    },
    /// The text is not three base64url parts with a JSON header.
    #[error("the token was not read: it is not a compact signature (RFC 7515)")]
    Malformed,
    /// The header holds a parameter with which the token would choose its own key or rules.
    #[error("the token was refused: its header holds `{parameter}`, and the key is chosen by who verifies")]
    HeaderRefused {
        /// Which parameter.
        parameter: &'static str,
    },
    /// The algorithm is not known, or not among those asked for.
    #[error("the token was refused: its algorithm is not among those that are allowed here")]
    AlgorithmRefused,
    /// The token is of another type than the one asked for.
    #[error("the token was refused: it is not of the type `{expected}`")]
    TypeRefused {
        /// The type asked for.
        expected: &'static str,
    },
    /// No key of the set has the token's key id and fits its algorithm.
    #[error("the token was refused: its key is not among those known; read the keys anew if they may have changed")]
    KeyUnknown,
    /// The signature does not verify.
    #[error("the token was refused: its signature does not verify")]
    SignatureWrong,
    /// The payload is not a JSON object within the bounds.
    #[error("the token was refused: what it signs is not a set of claims")]
    PayloadMalformed,
    /// Signing failed.
    #[error("the token was not signed: the key refused, or the claims are no JSON")]
    NotSigned,
}

/// What is wrong with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwkError {
    /// Longer, or more keys, than may be.
    #[error("the keys were not read: they are longer than {bytes_max} bytes or more than {keys_max}")]
    TooMany {
        /// The most bytes.
        bytes_max: usize,
        /// The most keys.
        keys_max: usize,
    },
    /// No JSON object of the form that RFC 7517 gives keys.
    #[error("the key was not read: it is not a JSON Web Key (RFC 7517)")]
    Malformed,
    /// A kind of key, curve, algorithm or use that is not spoken here.
    #[error("the key was not read: it is none of Ed25519, P-256 or RSA of 2048 to 4096 bits, for signatures")]
    Unsupported,
    /// The private part is there.
    #[error("the key was refused: it holds its private part; renew it, for it has been shown")]
    Private,
    /// The secret is not one of the algorithm's kind.
    #[error("the signing key was not made: the secret does not fit the algorithm")]
    SecretUnfit,
}
