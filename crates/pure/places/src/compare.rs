//! How values are compared, here as in the vault.

/// A value as look-ups compare it: without the space around it and without case.
pub fn normalised(text: &str) -> String {
    text.trim().to_lowercase()
}
