//! The manifest language: text, tree, checked manifest; diagnostics, formatter, JSON form.

pub mod model;

pub use model::Manifest;
