//! Checked manifest to plan; question and standing to decision; mints permits.
