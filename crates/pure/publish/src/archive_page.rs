//! The dated archive of a policy: every version, from when on it decides, its digest, and what it changed.

use candor_words::Instant;
use maud::{Markup, html};

use crate::{PageContext, wording};

/// A version of a policy, as the archive lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedVersion {
    /// The version as the policy writes it.
    pub version: String,
    /// Its name in addresses: the version, or the digest where a later text bears the same version.
    pub address: String,
    /// From when on it decides.
    pub in_force_from: Instant,
    /// SHA-256 of its text, in hexadecimal.
    pub digest: String,
    /// Where it stands now.
    pub standing: Standing,
}

/// Where a version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It was put and waits for its day.
    Coming,
    /// It decides.
    InForce,
    /// It was followed by another.
    Past,
    /// Another was put for the same day, so that it never decides.
    Replaced,
}

impl Standing {
    const fn badge(self) -> (&'static str, &'static str) {
        match self {
            Self::Coming => ("badge contract", "Not yet in force"),
            Self::InForce => ("badge interest", "In force"),
            Self::Past => ("badge past", "Earlier"),
            Self::Replaced => ("badge past", "Replaced before its day"),
        }
    }
}

/// Renders the archive; `versions` come newest first.
pub fn archive_page(name: &str, context: &PageContext<'_>, versions: &[ArchivedVersion]) -> Markup {
    html! {
        header class="title" {
            p class="eyebrow" { (name) }
            h1 { "All versions" }
            p class="lead" {
                "Every version of this policy stays here under its own address. Each use of data was decided under the "
                "version in force at its moment."
            }
        }
        @if versions.is_empty() { p { "There are none yet." } }
        @else {
            section class="changes" aria-label="Versions" {
                table class="cards" {
                    caption { "Newest first" }
                    thead {
                        tr {
                            th scope="col" { "Version" }
                            th scope="col" { "In force from" }
                            th scope="col" { "What changed" }
                            th scope="col" { "Digest (SHA-256)" }
                        }
                    }
                    tbody {
                        @for (at, version) in versions.iter().enumerate() { (row(context, version, versions.get(at + 1))) }
                    }
                }
            }
        }
    }
}

fn row(context: &PageContext<'_>, version: &ArchivedVersion, before: Option<&ArchivedVersion>) -> Markup {
    let (class, standing) = version.standing.badge();
    html! {
        tr {
            th scope="row" {
                a href=(context.href(&format!("versions/{}", version.address))) { (version.version) }
                " " span class=(class) { (standing) }
            }
            td data-label="In force from" {
                time datetime=(version.in_force_from) { (wording::date(version.in_force_from)) }
            }
            td data-label="What changed" {
                @match before {
                    Some(before) => {
                        a href=(context.href(&format!("compare/{}/{}", before.address, version.address))) {
                            "Compared with " (before.version)
                        }
                    }
                    None => "The first version",
                }
            }
            td data-label="Digest (SHA-256)" { code { (version.digest) } }
        }
    }
}
