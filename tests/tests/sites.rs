//! Sites that are real, and what each right does there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod sites {
    mod standing;
}
