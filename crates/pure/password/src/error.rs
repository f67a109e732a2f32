//! Why a text is not taken as a password hash.

/// What is wrong with a text that should be a password hash. No variant holds a part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// Plain text, or a form that is not read.
    #[error("the text is not a password hash of a form that is known")]
    UnknownForm,
    /// The form is known and something in it is not as the form wants it.
    #[error("the password hash is malformed: it says `{form}` and does not keep to that form")]
    Malformed {
        /// Which form it says it is.
        form: &'static str,
    },
    /// Verifying it would take more time or memory than one hash may.
    #[error("the password hash is costlier than one may be: verifying it would take too long")]
    TooCostly {
        /// Which form it is.
        form: &'static str,
    },
}

impl HashError {
    /// A stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownForm => "hash.unknown_form",
            Self::Malformed { .. } => "hash.malformed",
            Self::TooCostly { .. } => "hash.too_costly",
        }
    }
}
