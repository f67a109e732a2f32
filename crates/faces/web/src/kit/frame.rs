//! The frame of every page of the front door, signed out and signed in.

use maud::{DOCTYPE, Markup, html};

use super::{FormToken, Weight, button, form};
use crate::language::said;
use crate::layout::head;
use crate::words::console;
use crate::words::kit as words;
use crate::{Language, Reader};

/// Whose page it is.
#[derive(Debug, Clone, Copy)]
pub struct Tenant<'a> {
    /// Its name in addresses.
    pub slug: &'a str,
    /// What people call it.
    pub title: &'a str,
    /// The language its policy is written in (BCP 47).
    pub language: &'a str,
}

/// A place of the account area, in the order of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// What there is to see and do.
    Overview,
    /// Values, with source, purposes, bases and their end.
    Held,
    /// Who read what, when and why.
    Accesses,
    /// Consents with their history.
    Consents,
    /// Messages that can be declined, and those that cannot.
    Messages,
    /// Requests with their clocks; objection, restriction.
    Rights,
    /// Changes of the policy.
    Notices,
    /// Password, passkeys, further factors.
    Security,
    /// Where the person is signed in.
    Sessions,
    /// Export, deactivation, erasure.
    Leave,
}

impl Place {
    /// Every place, in order.
    pub const ALL: [Self; 10] = [
        Self::Overview,
        Self::Held,
        Self::Accesses,
        Self::Consents,
        Self::Messages,
        Self::Rights,
        Self::Notices,
        Self::Security,
        Self::Sessions,
        Self::Leave,
    ];

    /// What it is called.
    pub const fn title(self, language: Language) -> &'static str {
        match self {
            Self::Overview => words::overview(language),
            Self::Held => words::held(language),
            Self::Accesses => words::accesses(language),
            Self::Consents => words::consents(language),
            Self::Messages => words::messages(language),
            Self::Rights => words::rights(language),
            Self::Notices => words::notices(language),
            Self::Security => words::security(language),
            Self::Sessions => words::sessions(language),
            Self::Leave => words::leave(language),
        }
    }

    /// Its path below the account area; empty for the overview.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Held => "/data",
            Self::Accesses => "/accesses",
            Self::Consents => "/consents",
            Self::Messages => "/messages",
            Self::Rights => "/rights",
            Self::Notices => "/notices",
            Self::Security => "/security",
            Self::Sessions => "/sessions",
            Self::Leave => "/leave",
        }
    }
}

/// Where a page stands.
#[derive(Debug, Clone, Copy)]
pub enum Area<'a> {
    /// Nobody is signed in, or it is no matter.
    Door,
    /// A page of the account area.
    Account {
        /// Which place of it is marked in the navigation.
        here: Place,
        /// The token of the form that signs out.
        token: &'a FormToken,
    },
    /// A page of the administrator console.
    Console {
        /// Which place of it is marked in the navigation.
        here: Desk,
        /// The places that are open to whoever looks.
        places: &'a [Desk],
        /// The token of the form that signs out.
        token: &'a FormToken,
    },
}

/// A place of the administrator console, in the order of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desk {
    /// People: found, opened with a purpose, locked.
    People,
    /// Organisations that manage accounts.
    Organisations,
    /// Requests with their clocks.
    Requests,
    /// What is not agreed, and restricts use meanwhile.
    Disputes,
    /// Disclosures to authorities, and how many there were.
    Disclosures,
    /// Where data lives outside the vault.
    Systems,
    /// How risky sign-ins were held to be.
    Risk,
    /// Applications that people sign in to.
    Clients,
    /// Where people may sign in elsewhere.
    Upstreams,
    /// Who works here.
    Staff,
    /// API keys.
    Keys,
    /// Secrets, without themselves.
    Secrets,
    /// Versions of the policy, and the ledger.
    Policies,
}

impl Desk {
    /// Every place, in order.
    pub const ALL: [Self; 13] = [
        Self::People,
        Self::Organisations,
        Self::Requests,
        Self::Disputes,
        Self::Disclosures,
        Self::Systems,
        Self::Risk,
        Self::Clients,
        Self::Upstreams,
        Self::Staff,
        Self::Keys,
        Self::Secrets,
        Self::Policies,
    ];

    /// What it is called.
    pub const fn title(self, language: Language) -> &'static str {
        match self {
            Self::People => console::people(language),
            Self::Organisations => console::organisations(language),
            Self::Requests => console::requests(language),
            Self::Disputes => console::disputes::title(language),
            Self::Disclosures => console::disclosures::title(language),
            Self::Systems => console::systems::title(language),
            Self::Risk => console::risk::title(language),
            Self::Clients => console::clients::title(language),
            Self::Upstreams => console::upstreams::title(language),
            Self::Staff => console::staff(language),
            Self::Keys => console::keys(language),
            Self::Secrets => console::secrets(language),
            Self::Policies => console::policies(language),
        }
    }

    /// Its path below the tenant's.
    pub const fn path(self) -> &'static str {
        match self {
            Self::People => "console",
            Self::Organisations => "console/organisations",
            Self::Requests => "console/requests",
            Self::Disputes => "console/disputes",
            Self::Disclosures => "console/disclosures",
            Self::Systems => "console/systems",
            Self::Risk => "console/risk",
            Self::Clients => "console/clients",
            Self::Upstreams => "console/upstreams",
            Self::Staff => "console/staff",
            Self::Keys => "console/keys",
            Self::Secrets => "console/secrets",
            Self::Policies => "console/policies",
        }
    }
}

/// What a page is framed with.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Who reads it.
    pub reader: &'a Reader,
    /// Whose page it is.
    pub tenant: Tenant<'a>,
    /// The page's title; the tenant's is added to it.
    pub title: &'a str,
    /// Where it stands.
    pub area: Area<'a>,
}

impl Frame<'_> {
    /// Puts content into the frame.
    pub fn page(&self, content: &Markup) -> Markup {
        let language = self.reader.language;
        let title = format!("{} · {}", self.title, self.tenant.title);
        html! {
            (DOCTYPE)
            html lang=(language.tag()) {
                (head(&title, words::foot(language)))
                body {
                    a class="skip" href="#content" { (words::skip(language)) }
                    (self.top())
                    @match self.area {
                        Area::Door => main id="content" class="door" tabindex="-1" { (content) },
                        Area::Account { here, .. } => {
                            div class="account" {
                                (self.navigation(here))
                                main id="content" tabindex="-1" { (content) }
                            }
                        }
                        Area::Console { here, places, .. } => {
                            div class="account" {
                                (self.desks(here, places))
                                main id="content" tabindex="-1" { (content) }
                            }
                        }
                    }
                    (self.foot())
                }
            }
        }
    }

    fn top(&self) -> Markup {
        let language = self.reader.language;
        html! {
            header class="top bar" {
                a class="brand" href=(self.reader.href(&format!("/{}", self.tenant.slug))) {
                    (said(language, self.tenant.language, self.tenant.title))
                }
                nav class="languages" aria-label=(words::language(language)) {
                    @for other in Language::ALL {
                        @if other == language {
                            span lang=(other.tag()) aria-current="true" { (other.own_name()) }
                        } @else {
                            a lang=(other.tag()) hreflang=(other.tag()) href=(self.reader.switched(other)) { (other.own_name()) }
                        }
                    }
                }
                @if let Area::Account { token, .. } | Area::Console { token, .. } = self.area {
                    (form(token, &self.reader.href(&format!("/{}/sign-out", self.tenant.slug)), &html! {
                        (button(Weight::Quiet, words::sign_out(language)))
                    }))
                }
            }
        }
    }

    /// One list, shown beside the content where there is room, else folded above it.
    fn navigation(&self, here: Place) -> Markup {
        let language = self.reader.language;
        let list = html! {
            ul {
                @for place in Place::ALL {
                    @let href = self.reader.href(&format!("/{}/account{}", self.tenant.slug, place.path()));
                    li { a href=(href) aria-current=[(place == here).then_some("page")] { (place.title(language)) } }
                }
            }
        };
        html! {
            nav class="rail" aria-label=(words::account_area(language)) { (list) }
            details class="menu" {
                summary { (words::menu(language)) span { (here.title(language)) } }
                nav aria-label=(words::account_area(language)) { (list) }
            }
        }
    }

    /// The same for the console.
    fn desks(&self, here: Desk, places: &[Desk]) -> Markup {
        let language = self.reader.language;
        let list = html! {
            ul {
                @for place in places {
                    @let href = self.reader.href(&format!("/{}/{}", self.tenant.slug, place.path()));
                    li { a href=(href) aria-current=[(*place == here).then_some("page")] { (place.title(language)) } }
                }
            }
        };
        html! {
            nav class="rail" aria-label=(console::console(language)) { (list) }
            details class="menu" {
                summary { (words::menu(language)) span { (here.title(language)) } }
                nav aria-label=(console::console(language)) { (list) }
            }
        }
    }

    fn foot(&self) -> Markup {
        let language = self.reader.language;
        let policy = format!("/{}", self.tenant.slug);
        let links = [
            (policy.clone(), words::policy(language)),
            (format!("{policy}#rights"), words::your_rights(language)),
            (format!("{policy}#contact"), words::contact(language)),
            (format!("{policy}/versions"), words::earlier_versions(language)),
        ];
        html! {
            footer {
                nav aria-label=(words::ours(language)) {
                    ul { @for (href, text) in &links { li { a href=(self.reader.href(href)) { (text) } } } }
                }
                p { (words::foot(language)) " " (words::one_cookie(language)) }
            }
        }
    }
}
