//! The runner of follow-up jobs.
