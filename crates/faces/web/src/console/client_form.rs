//! The form of an application: what it is, where people go back to, which purposes it may ask for. What may be is decided
//! by `pure/oidc` and the service; here it is only said in the page's language.

use candor_identity::Client;
use candor_manifest::Manifest;
use candor_oidc::{AuthMethod, ClientKind, ClientMetadata, DEVICE_CODE_GRANT, ErrorCode, RedirectUri};
use candor_vault::VaultError;
use maud::{Markup, html};
use serde_json::{Map, Value, json};

use super::desk::{Filled, Seated, Wrong};
use crate::Language;
use crate::kit::{BoxGroup, CheckBox, Choice, ChoiceGroup, Input, InputKind, Weight, button};
use crate::language::said;
use crate::words::console::clients as words;

/// The standard's grants, with the names of their boxes: a grant's own name may hold what a field's does not.
const GRANTS: [(&str, &str); 4] = [
    ("authorization_code", "authorization_code"),
    ("refresh_token", "refresh_token"),
    ("client_credentials", "client_credentials"),
    ("device_code", DEVICE_CODE_GRANT),
];
const ALGORITHMS: [&str; 3] = ["EdDSA", "ES256", "RS256"];
const METHODS: [&str; 4] = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
const NAME_BYTES_MAX: u32 = 100;
const ADDRESS_BYTES_MAX: u32 = 1_024;

/// What the form says of an application, and the purposes that it may ask for.
pub(super) fn read(language: Language, filled: &Filled) -> Result<(ClientMetadata, Vec<String>), Wrong> {
    let grants = filled.ticked("grant");
    let method = filled.get("method");
    let name = filled.get("name").trim();
    let mut wrong = Wrong::default();
    wrong.unless((1..=NAME_BYTES_MAX as usize).contains(&name.len()), "name", words::name_bad(language));
    wrong.unless(METHODS.contains(&method), "method", words::method_missing(language));
    wrong.unless(!grants.is_empty(), "grant", words::grants_missing(language));
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let standard = |name: &&str| GRANTS.iter().find(|(short, _)| short == name).map(|(_, standard)| *standard);
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    put("client_name", json!(name));
    put("application_type", json!(if filled.get("kind") == "native" { "native" } else { "web" }));
    put("redirect_uris", json!(filled.lines("redirects")));
    put("post_logout_redirect_uris", json!(filled.lines("after_logout")));
    put("token_endpoint_auth_method", json!(method));
    put("grant_types", json!(grants.iter().filter_map(standard).collect::<Vec<_>>()));
    put("id_token_signed_response_alg", json!(filled.get("algorithm")));
    put("require_pushed_authorization_requests", json!(filled.is_ticked("pushed")));
    put("dpop_bound_access_tokens", json!(filled.is_ticked("bound")));
    let back_channel = filled.get("back_channel").trim();
    if !back_channel.is_empty() {
        put("backchannel_logout_uri", json!(back_channel));
    }
    let keys = filled.get("keys").trim();
    if !keys.is_empty() {
        let read = serde_json::from_str(keys).map_err(|_| Wrong::one("keys", words::keys_bad(language)))?;
        put("jwks", read);
    }
    let purposes = filled.ticked("purpose").into_iter().map(str::to_owned).collect();
    match ClientMetadata::read(&members) {
        Ok(metadata) => Ok((metadata, purposes)),
        Err(error) if error.code == ErrorCode::InvalidRedirectUri => Err(redirects_bad(language, filled)),
        Err(_) => Err(what_is_wrong(language, filled, &grants)),
    }
}

/// Which of the two lists holds the address that cannot be one.
fn redirects_bad(language: Language, filled: &Filled) -> Wrong {
    let is_native = filled.get("kind") == "native";
    let redirects = filled.lines("redirects");
    let are_right = redirects.iter().all(|line| RedirectUri::register(line, is_native).is_ok());
    let of_logout =
        are_right && filled.lines("after_logout").iter().any(|line| RedirectUri::register(line, is_native).is_err());
    Wrong::one(if of_logout { "after_logout" } else { "redirects" }, words::redirects_bad(language))
}

/// The standard has one code for all the rest; the form knows which of its fields can be meant.
fn what_is_wrong(language: Language, filled: &Filled, grants: &[&str]) -> Wrong {
    let method = filled.get("method");
    if method == "none" && grants.contains(&"client_credentials") {
        return Wrong::one("grant", words::grants_unproved(language));
    }
    if method == "private_key_jwt" || !filled.get("keys").trim().is_empty() {
        return Wrong::one("keys", words::keys_bad(language));
    }
    if !filled.get("back_channel").trim().is_empty() {
        return Wrong::one("back_channel", words::back_channel_bad(language));
    }
    Wrong::one("name", words::malformed(language))
}

/// Where what the service refuses stands in the form.
pub(super) fn fault(language: Language, error: &VaultError) -> Option<Wrong> {
    match error.code() {
        "client.purpose_unshared" => Some(Wrong::one("purpose", words::unshared(language))),
        _ => None,
    }
}

/// The form as it stands for an application that is kept.
pub(super) fn filled(client: &Client) -> Filled {
    let metadata = &client.metadata;
    let lines = |uris: &[RedirectUri]| uris.iter().map(RedirectUri::as_str).collect::<Vec<_>>().join("\n");
    let mut filled = Filled::default();
    filled.put("name", metadata.client_name.as_str());
    filled.put("kind", if metadata.application_type == ClientKind::Native { "native" } else { "web" });
    filled.put("method", method_name(metadata.token_endpoint_auth_method));
    filled.put("redirects", lines(&metadata.redirect_uris));
    filled.put("after_logout", lines(&metadata.post_logout_redirect_uris));
    filled.put("algorithm", metadata.id_token_signed_response_alg.as_str());
    filled.put("back_channel", metadata.backchannel_logout_uri.clone().unwrap_or_default());
    filled.put("keys", metadata.jwks.as_ref().map(Value::to_string).unwrap_or_default());
    for (short, standard) in GRANTS {
        if metadata.uses(standard) {
            filled.tick(&format!("grant.{short}"));
        }
    }
    for purpose in &client.purposes {
        filled.tick(&format!("purpose.{purpose}"));
    }
    if metadata.require_pushed_authorization_requests {
        filled.tick("pushed");
    }
    if metadata.dpop_bound_access_tokens {
        filled.tick("bound");
    }
    filled
}

const fn method_name(method: AuthMethod) -> &'static str {
    match method {
        AuthMethod::ClientSecretBasic => METHODS[0],
        AuthMethod::ClientSecretPost => METHODS[1],
        AuthMethod::PrivateKeyJwt => METHODS[2],
        AuthMethod::None => METHODS[3],
    }
}

/// How an application proves itself, in words.
pub(super) fn method_said(language: Language, name: &str) -> &'static str {
    match name {
        "client_secret_basic" => words::method_basic(language),
        "client_secret_post" => words::method_post(language),
        "private_key_jwt" => words::method_key(language),
        _ => words::method_none(language),
    }
}

/// The same of one that is kept.
pub(super) fn proof_said(language: Language, client: &Client) -> &'static str {
    method_said(language, method_name(client.metadata.token_endpoint_auth_method))
}

/// The fields of a new application.
pub(super) fn fields(
    seated: &Seated,
    manifest: &Manifest,
    purposes: &[String],
    filled: &Filled,
    wrong: &Wrong,
) -> Markup {
    let language = seated.language();
    let methods = METHODS.iter().map(|name| (*name, method_said(language, name)));
    html! {
        (name(language, filled, wrong))
        (choices(language, "kind", words::kind(language), kinds(language), filled, wrong))
        (choices(language, "method", words::method(language), methods, filled, wrong))
        (how(seated, manifest, purposes, filled, wrong))
        div class="buttons" { (button(Weight::Main, words::register(language))) }
    }
}

/// The fields of one that is kept: its recipient and how it proves itself stay.
pub(super) fn fields_kept(
    seated: &Seated,
    manifest: &Manifest,
    purposes: &[String],
    filled: &Filled,
    wrong: &Wrong,
) -> Markup {
    let language = seated.language();
    html! {
        input type="hidden" name="method" value=(filled.get("method"));
        (name(language, filled, wrong))
        (choices(language, "kind", words::kind(language), kinds(language), filled, wrong))
        (how(seated, manifest, purposes, filled, wrong))
        div class="buttons" { (button(Weight::Main, crate::words::console::save(language))) }
    }
}

fn name(language: Language, filled: &Filled, wrong: &Wrong) -> Markup {
    Input::new("name", html! { (words::name(language)) }, InputKind::Text)
        .value(filled.get("name"))
        .hint(html! { (words::name_hint(language)) })
        .error(wrong.of("name"))
        .characters_max(NAME_BYTES_MAX)
        .autocomplete("off")
        .markup(language)
}

fn kinds(language: Language) -> impl Iterator<Item = (&'static str, &'static str)> {
    [("web", words::kind_web(language)), ("native", words::kind_native(language))].into_iter()
}

fn choices<'a>(
    language: Language,
    name: &str,
    legend: &str,
    answers: impl Iterator<Item = (&'a str, &'a str)>,
    filled: &Filled,
    wrong: &Wrong,
) -> Markup {
    let group = ChoiceGroup {
        name,
        legend: html! { (legend) },
        hint: None,
        error: wrong.of(name),
        choices: answers.map(|(value, text)| Choice { value, label: html! { (text) } }).collect(),
        chosen: Some(filled.get(name)),
        is_row: false,
    };
    group.markup(language)
}

fn how(seated: &Seated, manifest: &Manifest, purposes: &[String], filled: &Filled, wrong: &Wrong) -> Markup {
    let language = seated.language();
    let grant_said = |short: &str| match short {
        "authorization_code" => words::grant_code(language),
        "refresh_token" => words::grant_refresh(language),
        "client_credentials" => words::grant_client(language),
        _ => words::grant_device(language),
    };
    let grants = BoxGroup {
        name: "grant",
        legend: html! { (words::grants(language)) },
        hint: None,
        error: wrong.of("grant"),
        choices: GRANTS
            .iter()
            .map(|(short, _)| Choice { value: short, label: html! { (grant_said(short)) } })
            .collect(),
        ticked: filled.ticked("grant"),
    };
    let title = |name: &String| {
        let purpose = manifest.purposes.iter().find(|purpose| purpose.name == *name);
        html! {
            @if let Some(purpose) = purpose { (said(language, &seated.at.policy_language, &purpose.title)) " " }
            code { (name) }
        }
    };
    let purposes = BoxGroup {
        name: "purpose",
        legend: html! { (words::purposes(language)) },
        hint: Some(html! { (words::purposes_hint(language)) }),
        error: wrong.of("purpose"),
        choices: purposes.iter().map(|name| Choice { value: name, label: title(name) }).collect(),
        ticked: filled.ticked("purpose"),
    };
    let lines = |name: &'static str, label: &str, hint: &str| {
        Input::new(name, html! { (label) }, InputKind::Lines)
            .value(filled.get(name))
            .hint(html! { (hint) })
            .error(wrong.of(name))
            .optional()
            .markup(language)
    };
    let is_open = ["after_logout", "keys", "back_channel"].iter().any(|name| wrong.of(name).is_some());
    let box_of = |name: &str, label: &str| {
        CheckBox { name, label: html! { (label) }, is_ticked: filled.is_ticked(name), error: None }.markup(language)
    };
    let algorithms = ALGORITHMS.iter().map(|name| (*name, *name));
    html! {
        (grants.markup(language))
        (lines("redirects", words::redirects(language), words::redirects_hint(language)))
        (purposes.markup(language))
        details class="more" open[is_open] {
            summary { (words::further(language)) }
            (lines("after_logout", words::after_logout(language), words::after_logout_hint(language)))
            (choices(language, "algorithm", words::algorithm(language), algorithms, filled, wrong))
            (lines("keys", words::keys(language), words::keys_hint(language)))
            (Input::new("back_channel", html! { (words::back_channel(language)) }, InputKind::Text)
                .value(filled.get("back_channel")).error(wrong.of("back_channel")).characters_max(ADDRESS_BYTES_MAX)
                .autocomplete("off").optional().markup(language))
            fieldset class="field" {
                legend { (words::strictness(language)) }
                (box_of("pushed", words::pushed(language)))
                (box_of("bound", words::bound(language)))
            }
        }
    }
}
