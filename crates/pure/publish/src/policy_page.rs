//! The public policy page: what is collected beside its purpose, who gets it, how long it is kept, what people can do.
//!
//! It is a fragment, the content of `<main>`: whoever serves it brings the frame. Every text of the manifest is
//! escaped. Anchors are stable: `#data-account.email`, `#purpose-billing`, `#recipient-gateway`, `#rights`.
//! One file per section below; the table of contents is made of the sections that have something to say.

mod choices;
mod closing;
mod collected;
mod purposes;
mod recipients;
mod retention;
mod rights;
mod summary;

use candor_manifest::Manifest;
use maud::{Markup, html};

use crate::wording;

/// What a page needs to know beyond the manifest: where it stands, and which versions there are.
#[derive(Debug, Clone, Copy)]
pub struct PageContext<'a> {
    /// The name of the tenant in addresses.
    pub tenant_slug: &'a str,
    /// What stands before the tenant in addresses: empty, or `/privacy`, without a slash at the end.
    pub base_path: &'a str,
    /// Every version that was in force, newest first; empty when none is known but this one.
    pub versions: &'a [VersionLink],
}

/// A version of the policy that can be read.
#[derive(Debug, Clone)]
pub struct VersionLink {
    /// The version as the policy writes it.
    pub version: String,
    /// Where it is; `None` for the one on the page.
    pub href: Option<String>,
}

impl PageContext<'_> {
    /// The address of a page of this tenant; of its policy page when `page` is empty.
    pub(crate) fn href(&self, page: &str) -> String {
        match page {
            "" => format!("{}/{}", self.base_path, self.tenant_slug),
            page => format!("{}/{}/{page}", self.base_path, self.tenant_slug),
        }
    }
}

/// One section of the page; `None` as content leaves it out.
struct Section {
    id: &'static str,
    title: &'static str,
    content: Option<Markup>,
}

/// Renders the policy for the people it is about.
pub fn policy_page(manifest: &Manifest, context: &PageContext<'_>) -> Markup {
    let sections = sections(manifest);
    html! {
        (head(manifest, context))
        (summary::summary(manifest))
        div class="with-contents" {
            (contents(&sections))
            div class="sections" {
                @for section in &sections {
                    @if let Some(content) = &section.content {
                        section id=(section.id) aria-labelledby={ (section.id) "-title" } {
                            h2 id={ (section.id) "-title" } { (section.title) }
                            (content)
                        }
                    }
                }
            }
        }
    }
}

fn sections(manifest: &Manifest) -> Vec<Section> {
    let section = |id, title, content| Section { id, title, content };
    vec![
        section("collected", "What we collect, and why", Some(collected::collected(manifest))),
        section("purposes", "What we use it for", Some(purposes::purposes(manifest))),
        section("choices", "What you decide", Some(choices::choices(manifest))),
        section("recipients", "Who else gets it", Some(recipients::recipients(manifest))),
        section("transfers", "Transfers to other countries", Some(recipients::transfers(manifest))),
        section("retention", "How long we keep it", Some(retention::retention(manifest))),
        section("rights", "Your rights", Some(rights::rights(manifest))),
        section("complaints", "Where to complain", rights::complaints(manifest)),
        section("security", "How we protect it", Some(closing::security(manifest))),
        section("organisations", "Accounts that an organisation manages", closing::organisations(manifest)),
        section("children", "Children", closing::children(manifest)),
        section("changes", "When this policy changes", Some(closing::changes(manifest))),
        section("contact", "Contact", Some(closing::contact(manifest))),
    ]
}

fn head(manifest: &Manifest, context: &PageContext<'_>) -> Markup {
    html! {
        header class="title" {
            p class="eyebrow" { "Privacy policy of " (manifest.controller.name) }
            h1 { (manifest.name) }
            p class="facts" {
                span { "Version " (manifest.version) }
                @if let Some(effective) = manifest.effective {
                    span { "In force from " time datetime=(effective) { (wording::date(effective)) } }
                }
            }
            (versions(context))
            nav class="forms" aria-label="Other forms of this policy" {
                ul {
                    li { a href=(context.href("versions")) { "Earlier versions" } }
                    li { a href=(context.href("records")) { "Records of processing" } }
                    li { a href=(context.href("policy.json")) { "As JSON" } }
                    li { a href=(context.href("policy.jsonld")) { "As linked data (DPV)" } }
                }
            }
        }
    }
}

fn versions(context: &PageContext<'_>) -> Markup {
    let others = || context.versions.iter().filter_map(|version| Some((version, version.href.as_ref()?)));
    html! {
        @if others().next().is_some() {
            nav class="versions" aria-label="Other versions" {
                p { "Other versions:" }
                ul {
                    @for (version, href) in others() { li { a href=(href) { (version.version) } } }
                }
            }
        }
    }
}

fn contents(sections: &[Section]) -> Markup {
    html! {
        nav class="contents" aria-label="On this page" {
            p class="contents-title" aria-hidden="true" { "On this page" }
            ol {
                @for section in sections.iter().filter(|section| section.content.is_some()) {
                    li { a href={ "#" (section.id) } { (section.title) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
