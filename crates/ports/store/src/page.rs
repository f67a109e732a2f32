//! Every list is paged.

/// The most rows one page may hold.
pub const PAGE_MAX: usize = 500;

/// A part of a list, and where the next part begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, C> {
    /// The rows, in the list's order.
    pub rows: Vec<T>,
    /// The cursor to ask the next page with; `None` when this is the last.
    pub next: Option<C>,
}
