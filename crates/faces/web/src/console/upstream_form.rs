//! The form of a place to sign in elsewhere: a provider with the habits of Google, of Microsoft or of none, or a company's
//! directory. What may be kept from there, and for what, follows from the policy; the service refuses the rest.

use std::collections::BTreeMap;

use candor_identity::{NewPlace, NewUpstream, PlaceView, Shape, UpstreamView};
use candor_manifest::Manifest;
use candor_manifest::model::{Field, Purpose, Source};
use candor_vault::VaultError;
use candor_words::Secret;
use maud::{Markup, html};

use super::desk::{Filled, Seated, Wrong};
use crate::Language;
use crate::Posted;
use crate::kit::{CheckBox, Choice, ChoiceGroup, Input, InputKind, Weight, button};
use crate::language::said;
use crate::words::console::upstreams as words;

/// The fields that hold a secret: what was typed into them is shown to nobody, not even again to who typed it.
pub(super) const SECRETS: [&str; 2] = ["client_secret", "reader_password"];
/// The terms of purposes that sign people in.
const SIGNING_IN: [&str; 2] = ["IdentityAuthentication", "EnforceAccessControl"];
const TEXT_BYTES_MAX: u32 = 2_048;

/// What kind of place a form is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Google,
    Microsoft,
    Plain,
    Company,
}

impl Kind {
    pub(super) const ALL: [Self; 4] = [Self::Google, Self::Microsoft, Self::Plain, Self::Company];

    /// Its name in addresses; of a provider, its shape.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
            Self::Plain => "plain",
            Self::Company => "company",
        }
    }

    pub(super) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind of a place that is kept.
    pub(super) fn of(place: &PlaceView) -> Self {
        let of_shape = |shape| Self::of_name(shape).unwrap_or(Self::Plain);
        place.provider.as_ref().map_or(Self::Company, |provider| of_shape(provider.shape))
    }

    const fn shape(self) -> Shape {
        match self {
            Self::Google => Shape::Google,
            Self::Microsoft => Shape::Microsoft,
            Self::Plain | Self::Company => Shape::Plain,
        }
    }

    /// True when a source is one of this kind of place.
    const fn has(self, source: &Source) -> bool {
        matches!((self, source), (Self::Company, Source::Organisation))
            || (!matches!(self, Self::Company) && matches!(source, Source::Linked(_)))
    }
}

/// What a new form begins with: what is the same for everybody, and the usual claims for what the policy lets be kept.
pub(super) fn preset(manifest: &Manifest, elsewhere: &[(String, Source)], kind: Kind) -> Filled {
    let mut filled = Filled::default();
    match kind {
        Kind::Google => {
            filled.put("title", "Google");
            filled.put("issuer", "https://accounts.google.com");
        }
        Kind::Microsoft => {
            filled.put("title", "Microsoft");
            filled.put("issuer", "https://login.microsoftonline.com/{tenantid}/v2.0");
        }
        Kind::Plain => {}
        Kind::Company => {
            filled.put("filter", "(sAMAccountName={user})");
            filled.put("id_attribute", "objectGUID");
            filled.put("name", "company");
        }
    }
    // The policy names its providers; one that is called as the preset, or the only one, is meant.
    let named: Vec<&str> = elsewhere.iter().filter_map(|(_, source)| linked(source)).collect();
    let name = named.iter().find(|name| **name == kind.name()).or_else(|| {
        let is_other = |name: &&&str| Kind::of_name(name).is_none();
        named.iter().find(is_other).filter(|_| kind == Kind::Plain)
    });
    if kind != Kind::Company {
        filled.put("name", *name.unwrap_or(&if kind == Kind::Plain { "" } else { kind.name() }));
    }
    for (field, source) in elsewhere {
        let is_of_name = linked(source).is_none_or(|linked| name.is_some_and(|name| *name == linked));
        let claim = manifest.fields.iter().find(|known| known.name == *field).and_then(|field| usual(field, kind));
        if let Some(claim) = claim.filter(|_| kind.has(source) && is_of_name) {
            filled.put(&format!("claim.{field}"), claim);
        }
    }
    filled
}

fn linked(source: &Source) -> Option<&str> {
    match source {
        Source::Linked(name) => Some(name),
        _ => None,
    }
}

/// The claim or attribute that such a field usually comes from.
fn usual(field: &Field, kind: Kind) -> Option<&'static str> {
    let is_company = kind == Kind::Company;
    Some(match field.term.as_str() {
        term if term.starts_with("EmailAddress") => {
            if is_company {
                "mail"
            } else {
                "email"
            }
        }
        "Name" => {
            if is_company {
                "displayName"
            } else {
                "name"
            }
        }
        "TelephoneNumber" if is_company => "telephoneNumber",
        "Picture" if !is_company => "picture",
        _ => return None,
    })
}

/// The form as it stands for a place that is kept; secrets have to be given again.
pub(super) fn filled(place: &UpstreamView) -> Filled {
    let mut filled = Filled::default();
    filled.put("name", place.name.as_str());
    filled.put("title", place.title.as_str());
    filled.put("purpose", place.purpose.as_str());
    if place.opens_accounts {
        filled.tick("opens_accounts");
    }
    for (claim, field) in &place.fields {
        filled.put(&format!("claim.{field}"), claim.as_str());
    }
    if let Some(provider) = &place.place.provider {
        filled.put("issuer", provider.issuer.as_str());
        filled.put("client_id", provider.client_id.as_str());
        filled.put("directories", provider.directories.join("\n"));
    }
    if let Some(company) = &place.place.company {
        filled.put("address", company.address.as_str());
        filled.put("base", company.base.as_str());
        filled.put("filter", company.filter.as_str());
        filled.put("id_attribute", company.id_attribute.as_str());
        if company.start_tls {
            filled.tick("start_tls");
        }
    }
    filled
}

/// What the form says of a place.
pub(super) fn read(language: Language, kind: Kind, (filled, posted): (&Filled, &Posted)) -> Result<NewUpstream, Wrong> {
    let text = |name: &str| filled.get(name).trim().to_owned();
    let secret = |name: &str| {
        let typed = posted.get(name);
        (!typed.is_empty()).then(|| Secret::new(typed.to_owned()))
    };
    let mut fields = BTreeMap::new();
    for name in posted.names() {
        let (Some(field), claim) = (name.strip_prefix("claim."), posted.get(name).trim()) else { continue };
        if !claim.is_empty() && fields.insert(claim.to_owned(), field.to_owned()).is_some() {
            return Err(Wrong::one(name, words::claim_twice(language)));
        }
    }
    if filled.get("purpose").is_empty() {
        return Err(Wrong::one("purpose", words::purpose_missing(language)));
    }
    let place = if kind == Kind::Company {
        let reader = text("reader");
        let password = secret("reader_password").unwrap_or_else(|| Secret::new(String::new()));
        NewPlace::Company {
            address: text("address"),
            start_tls: filled.is_ticked("start_tls"),
            trusted: Some(text("trusted")).filter(|pem| !pem.is_empty()),
            base: text("base"),
            filter: text("filter"),
            reader: (!reader.is_empty()).then_some((reader, password)),
            id_attribute: text("id_attribute"),
        }
    } else {
        NewPlace::Provider {
            issuer: text("issuer"),
            shape: kind.shape(),
            directories: filled.lines("directories").into_iter().map(str::to_owned).collect(),
            client_id: text("client_id"),
            client_secret: secret("client_secret"),
        }
    };
    Ok(NewUpstream {
        name: text("name"),
        title: text("title"),
        purpose: text("purpose"),
        fields,
        opens_accounts: filled.is_ticked("opens_accounts"),
        place,
    })
}

/// Where what the service refuses stands in the form.
pub(super) fn fault(language: Language, error: &VaultError) -> Option<Wrong> {
    let detail = |name: &str| error.details().iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
    Some(match error.code() {
        "upstream.malformed" => {
            let part = detail("part").unwrap_or("name");
            let text = match part {
                "title" => words::bad_title(language),
                "issuer" => words::bad_issuer(language),
                "client_id" => words::bad_client_id(language),
                "address" => words::bad_address(language),
                "filter" => words::bad_filter(language),
                "name" => words::bad_name(language),
                _ => words::bad_text(language),
            };
            Wrong::one(part, text)
        }
        "upstream.field_not_permitted" => {
            let field = detail("field").unwrap_or_default();
            Wrong::one(&format!("claim.{field}"), words::not_permitted(language))
        }
        "purpose.unknown" => Wrong::one("purpose", words::purpose_missing(language)),
        "upstream.too_many" => Wrong::one("name", words::too_many(language)),
        _ => return None,
    })
}

/// What the fields of a form are made of.
pub(super) struct Sheet<'a> {
    pub seated: &'a Seated,
    pub manifest: &'a Manifest,
    pub elsewhere: &'a [(String, Source)],
    pub kind: Kind,
    pub filled: &'a Filled,
    pub wrong: &'a Wrong,
    /// True for a place that is kept: its name stays.
    pub is_kept: bool,
}

impl Sheet<'_> {
    /// The fields of the form.
    pub(super) fn fields(&self) -> Markup {
        let language = self.seated.language();
        let name = if self.is_kept {
            html! { input type="hidden" name="name" value=(self.filled.get("name")); }
        } else {
            self.text("name", words::name(language), Some(words::name_hint(language)), true)
        };
        html! {
            (self.text("title", words::place_title(language), None, true))
            (name)
            @if self.kind == Kind::Company { (self.company()) } @else { (self.provider()) }
            (self.purpose())
            (self.claims())
            (self.tick("opens_accounts", words::opens_accounts(language)))
            div class="buttons" { (button(Weight::Main, words::keep(language))) }
        }
    }

    fn provider(&self) -> Markup {
        let language = self.seated.language();
        html! {
            @if self.kind == Kind::Plain {
                (self.text("issuer", words::issuer(language), Some(words::issuer_hint(language)), true))
            } @else { input type="hidden" name="issuer" value=(self.filled.get("issuer")); }
            (self.text("client_id", words::client_id(language), Some(words::client_id_hint(language)), true))
            (self.secret("client_secret", words::client_secret(language)))
            @if self.kind == Kind::Microsoft {
                (Input::new("directories", html! { (words::directories(language)) }, InputKind::Lines)
                    .value(self.filled.get("directories")).hint(html! { (words::directories_hint(language)) })
                    .error(self.wrong.of("directories")).optional().markup(language))
            }
        }
    }

    fn company(&self) -> Markup {
        let language = self.seated.language();
        html! {
            (self.text("address", words::address(language), Some(words::address_hint(language)), true))
            (self.tick("start_tls", words::start_tls(language)))
            (self.text("base", words::base(language), Some(words::base_hint(language)), false))
            (self.text("filter", words::filter(language), Some(words::filter_hint(language)), true))
            (self.text("id_attribute", words::id_attribute(language), Some(words::id_attribute_hint(language)), true))
            (self.text("reader", words::reader(language), Some(words::reader_hint(language)), false))
            (self.secret("reader_password", words::reader_password(language)))
            (Input::new("trusted", html! { (words::trusted(language)) }, InputKind::Lines)
                .value(self.filled.get("trusted")).error(self.wrong.of("trusted"))
                .hint(html! { (words::trusted_hint(language)) @if self.is_kept { ". " (words::again_hint(language)) } })
                .optional().markup(language))
        }
    }

    fn text(&self, name: &str, label: &str, hint: Option<&str>, is_needed: bool) -> Markup {
        let mut input = Input::new(name, html! { (label) }, InputKind::Text)
            .value(self.filled.get(name))
            .error(self.wrong.of(name))
            .characters_max(TEXT_BYTES_MAX)
            .autocomplete("off");
        if let Some(hint) = hint {
            input = input.hint(html! { (hint) });
        }
        if !is_needed {
            input = input.optional();
        }
        input.markup(self.seated.language())
    }

    fn secret(&self, name: &str, label: &str) -> Markup {
        let language = self.seated.language();
        let hint = if self.is_kept { words::again_hint(language) } else { words::client_secret_hint(language) };
        Input::new(name, html! { (label) }, InputKind::Password)
            .hint(html! { (hint) })
            .error(self.wrong.of(name))
            .characters_max(TEXT_BYTES_MAX)
            .autocomplete("off")
            .optional()
            .markup(language)
    }

    fn tick(&self, name: &str, label: &str) -> Markup {
        CheckBox { name, label: html! { (label) }, is_ticked: self.filled.is_ticked(name), error: None }
            .markup(self.seated.language())
    }

    /// Which purpose it is for: those that use something that is kept from such a place, or sign people in and use nothing
    /// that is kept from another kind.
    fn purpose(&self) -> Markup {
        let language = self.seated.language();
        let uses_of = |purpose: &Purpose, is_meant: &dyn Fn(&Source) -> bool| {
            let names = purpose.uses.iter().filter_map(|ix| self.manifest.fields.get(ix.at())).map(|field| &field.name);
            let is_kept = |name: &String| self.elsewhere.iter().any(|(field, from)| field == name && is_meant(from));
            names.into_iter().any(is_kept)
        };
        let fits = |purpose: &&Purpose| {
            let signs_in = SIGNING_IN.contains(&purpose.term.as_str());
            uses_of(purpose, &|source| self.kind.has(source)) || (signs_in && !uses_of(purpose, &|_| true))
        };
        let choices = self.manifest.purposes.iter().filter(fits).map(|purpose| Choice {
            value: &purpose.name,
            label: said(language, &self.seated.at.policy_language, &purpose.title),
        });
        let group = ChoiceGroup {
            name: "purpose",
            legend: html! { (words::for_which(language)) },
            hint: None,
            error: self.wrong.of("purpose"),
            choices: choices.collect(),
            chosen: Some(self.filled.get("purpose")),
            is_row: false,
        };
        group.markup(language)
    }

    fn candidates(&self) -> impl Iterator<Item = &(String, Source)> {
        self.elsewhere.iter().filter(|(_, source)| self.kind.has(source))
    }

    /// For each field that may be kept from there: the claim that it comes from.
    fn claims(&self) -> Markup {
        let language = self.seated.language();
        let is_company = self.kind == Kind::Company;
        let hint = if is_company { words::fields_hint_company } else { words::fields_hint_provider };
        let input = |field: &str, source: &Source| {
            let known = self.manifest.fields.iter().find(|known| known.name == field);
            let label = html! {
                @match known {
                    Some(known) => (said(language, &self.seated.at.policy_language, &known.title)),
                    None => (field),
                }
                @if let Some(name) = linked(source) { " " span class="quiet" { (words::from_linked(language, name)) } }
            };
            let name = format!("claim.{field}");
            Input::new(&name, label, InputKind::Text)
                .value(self.filled.get(&name))
                .error(self.wrong.of(&name))
                .characters_max(TEXT_BYTES_MAX)
                .autocomplete("off")
                .optional()
                .markup(language)
        };
        html! {
            fieldset class="field" aria-describedby="fields-hint" {
                legend { (words::fields(language)) }
                p class="hint" id="fields-hint" { (hint(language)) }
                @if self.candidates().next().is_none() { p { (words::fields_none(language)) } }
                @for (field, source) in self.candidates() { (input(field, source)) }
            }
        }
    }
}
