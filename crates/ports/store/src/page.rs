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

impl<T, C> Page<T, C> {
    /// Makes a page of the rows that a store found when it looked for one more than the page
    /// holds ([`page_rows`] of `limit`, plus one): the surplus row tells that there are more.
    pub fn cut(mut rows: Vec<T>, limit: usize, cursor: impl FnOnce(&T) -> C) -> Self {
        let most = page_rows(limit);
        let more = rows.len() > most;
        rows.truncate(most);
        let next = if more { rows.last().map(cursor) } else { None };
        Self { rows, next }
    }
}

/// Returns how many rows a page holds when `limit` were asked for: from 1 to [`PAGE_MAX`].
pub const fn page_rows(limit: usize) -> usize {
    match limit {
        0 => 1,
        1..=PAGE_MAX => limit,
        _ => PAGE_MAX,
    }
}
