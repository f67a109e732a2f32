//! How much a text may hold. What is past a bound is refused with the bound in the message.

/// The most bytes one source may have.
pub const TEXT_BYTES_MAX: usize = 1024 * 1024;
/// The most statements a policy may have, over all its files.
pub const STATEMENTS_MAX: usize = 10_000;
/// How deep blocks may stand in blocks.
pub const DEPTH_MAX: usize = 3;
/// The most bytes a quoted text or a bare word may have.
pub const STRING_BYTES_MAX: usize = 4096;
/// The most bytes a name may have.
pub const NAME_BYTES_MAX: usize = 64;
/// The most diagnostics that are reported at once.
pub const DIAGNOSTICS_MAX: usize = 500;
/// The most groups, roles, collections and systems, each.
pub const DECLARATIONS_MAX: usize = 512;
/// The most bytes a field may allow for a value.
pub const VALUE_BYTES_MAX: u32 = 1024 * 1024;
/// The most bytes of a value whose field says nothing.
pub const VALUE_BYTES_DEFAULT: u32 = 4096;
