//! `/problems`: every code that a refusal may carry, with what it means and what can be done.

use candor_decision::Reason;
use candor_http::LISTED;
use maud::{DOCTYPE, Markup, html};

use crate::docs::STYLE;

/// The page of codes.
pub(crate) fn page() -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Problems · Candor" }
                style { (maud::PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { "Problems" }
                    p {
                        "Every refusal is " code { "application/problem+json" } " (RFC 9457) with a stable "
                        code { "code" } ". Others than those below come from the operation itself and say in "
                        code { "detail" } " and " code { "help" } " what stood in the way and what can be done."
                    }
                    h2 { "The policy or the subject's standing refuses a field" }
                    dl {
                        @for reason in Reason::ALL {
                            dt id=(reason.code()) { code { (reason.code()) } }
                            dd { (reason.message()) ". " span.help { (reason.help()) } }
                        }
                    }
                    h2 { "The request is refused at the door" }
                    dl {
                        @for listed in LISTED {
                            dt id=(listed.code) { code { (listed.code) } " " span.status { (listed.status) } }
                            dd { (listed.when) }
                        }
                        @for (code, status, when) in OWN {
                            dt id=(code) { code { (code) } " " span.status { (status) } }
                            dd { (when) }
                        }
                    }
                }
            }
        }
    }
}

/// The codes of this crate.
const OWN: &[(&str, u16, &str)] = &[
    ("idempotency.answer_lost", 409, "the same request was carried out, and its answer was lost in a crash"),
    ("idempotency.malformed", 400, "the idempotency key is not 1 to 128 visible ASCII characters"),
    ("idempotency.mismatch", 422, "the idempotency key was used for another request"),
    ("key.missing", 401, "the request presents no API key"),
    ("key.refused", 401, "the API key is malformed, unknown, expired or revoked"),
    ("key.scope_missing", 403, "the API key is not made for the operation"),
    ("page.cursor", 400, "`after` is not the `next` of a page of the list"),
    ("page.limit", 400, "a page has 1 to 500 items"),
    ("path.malformed", 400, "an id or name in the path is not of the expected form"),
    ("query.malformed", 400, "an option in the query is unknown or of the wrong type"),
    ("retention.length", 400, "the length is not a count and a unit"),
];
