//! Lists in pages: `?after=…&limit=…` in, `{items, next}` out.
//!
//! A cursor is opaque to callers: what it says may change, that it continues the list may not.

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use candor_http::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The most items of one page.
pub(crate) const PAGE_ITEMS_MAX: usize = 500;
const PAGE_ITEMS: usize = 100;
const CURSOR_BYTES_MAX: usize = 400;

/// Which page is asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageAsked {
    /// `next` of the page before; without it, the first page.
    #[param(max_length = 400)]
    after: Option<String>,
    /// How many items at most; 100 when not given.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

impl PageAsked {
    pub(crate) fn new(after: Option<String>, limit: Option<usize>) -> Self {
        Self { after, limit }
    }

    /// How many items at most.
    pub(crate) fn limit(&self) -> Result<usize, Problem> {
        let limit = self.limit.unwrap_or(PAGE_ITEMS);
        if (1..=PAGE_ITEMS_MAX).contains(&limit) {
            return Ok(limit);
        }
        let detail = format!("a page has 1 to {PAGE_ITEMS_MAX} items");
        Err(Problem::new(StatusCode::BAD_REQUEST, "page.limit", detail).help("ask for fewer and follow `next`"))
    }

    /// Where the page begins, read by `parse` from the text that [`Page::new`] was given.
    pub(crate) fn after<T>(&self, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Problem> {
        let Some(cursor) = &self.after else { return Ok(None) };
        let text = Some(cursor)
            .filter(|cursor| cursor.len() <= CURSOR_BYTES_MAX)
            .and_then(|cursor| URL_SAFE_NO_PAD.decode(cursor).ok())
            .and_then(|bytes| String::from_utf8(bytes).ok());
        text.and_then(|text| parse(&text)).map(Some).ok_or_else(|| {
            Problem::new(StatusCode::BAD_REQUEST, "page.cursor", "`after` is not the `next` of a page of this list")
                .help("leave `after` out to begin again")
        })
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The items, in the order of the list.
    items: Vec<T>,
    /// What to give as `after` for the next page; `null` at the end.
    next: Option<String>,
}

impl<T> Page<T> {
    pub(crate) fn new(items: Vec<T>, next: Option<impl ToString>) -> Self {
        Self { items, next: next.map(|next| URL_SAFE_NO_PAD.encode(next.to_string())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back() {
        let page = Page::new(vec![1], Some("sub_1"));
        let asked = PageAsked { after: page.next, limit: None };
        assert_eq!(asked.after(|text| Some(text.to_owned())).unwrap().as_deref(), Some("sub_1"));
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        for after in ["!", "c3Vi", &"A".repeat(1000)] {
            let asked = PageAsked { after: Some(after.to_owned()), limit: None };
            assert_eq!(asked.after(|text| text.parse::<u64>().ok()).unwrap_err().code(), "page.cursor", "{after}");
        }
    }

    #[test]
    fn a_page_has_a_bound_and_the_message_names_it() {
        for limit in [0, 501] {
            let refused = PageAsked { after: None, limit: Some(limit) }.limit().unwrap_err();
            assert_eq!(refused.to_json()["detail"], "a page has 1 to 500 items");
        }
    }
}
