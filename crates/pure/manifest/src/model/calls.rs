//! The calls by which the rows of a web service are found and changed.

use serde::Serialize;

use super::Condition;

/// What can be asked of a web service about the rows of a place.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Calls {
    /// Rows by the value of a column.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub find: Vec<FindCall>,
    /// All rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<Call>,
    /// A row goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete: Option<Call>,
    /// Values of a row change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Call>,
    /// A row becomes nobody's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub de_identify: Option<Call>,
}

/// How rows are found by the value of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindCall {
    /// The column.
    pub column: String,
    /// The call.
    pub call: Call,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Call {
    /// How it is asked.
    pub method: CallMethod,
    /// The path and query below the service's address, with places for values.
    pub target: String,
    /// What is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<CallBody>,
    /// Where in the answer the rows stand; without, it is a row, or an array of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows_at: Option<String>,
    /// How the next page is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<NextPage>,
    /// Rows that are there only to say that they are gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone_where: Option<Condition>,
    /// Answers that say no, whatever their status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fails_where: Option<Condition>,
}

/// The methods of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names are those of HTTP")]
pub enum CallMethod {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// What is sent with a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallBody {
    /// How it is written.
    pub form: BodyForm,
    /// The text, with places for values; without, the columns that change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// How what is sent is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyForm {
    /// As a posted form.
    Form,
    /// As JSON.
    Json,
}

/// How the next page is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum NextPage {
    /// The answer holds a mark that is sent along.
    Mark {
        /// Where in the answer.
        at: String,
        /// As which parameter.
        parameter: String,
    },
    /// The answer holds the address of the next page.
    Address {
        /// Where in the answer.
        at: String,
    },
    /// A `Link` header holds it (RFC 8288).
    Link,
    /// Pages are numbered from 1.
    Number {
        /// The parameter.
        parameter: String,
    },
    /// How many rows there were before.
    Offset {
        /// The parameter.
        parameter: String,
    },
    /// A column of the last row.
    After {
        /// Which column.
        column: String,
        /// As which parameter.
        parameter: String,
    },
}
