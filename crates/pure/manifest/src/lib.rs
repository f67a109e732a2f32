//! The manifest language: text, tree, checked manifest; diagnostics, formatter, JSON form.
//!
//! Written down in `spec/manifest.md`. [`parse`] reads the shape of a text, [`check`] its meaning.
//!
//! ```
//! use candor_manifest::{Source, check, render};
//!
//! let sources = [Source { path: "policy.candor".to_owned(), text: "law gpdr".to_owned() }];
//! let findings = check(&sources).unwrap_err();
//! assert!(render(&findings, &sources, false).contains("did you mean `gdpr`?"));
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod bounds;
pub mod check;
pub mod diagnostic;
pub mod dpv;
mod format;
mod json;
pub mod law;
mod lex;
pub mod model;
mod parse;
mod source;
pub mod spell;
pub mod stencil;
pub mod tree;

pub use check::{Checked, check};
pub use diagnostic::{Diagnostic, Label, LocatedDiagnostic, LocatedLabel, Severity, locate, render};
pub use format::{WIDTH_MAX, format};
pub use json::{JsonFormError, from_json, to_json};
pub use model::Manifest;
pub use parse::parse;
pub use source::{Position, Source, TextSpan, position, text_at};
pub use tree::Tree;
