//! One target for each parser of what comes from outside: any bytes in, and nothing may panic.
//!
//! Each target is a function over bytes that also states what must hold of whatever it lets in. The fuzzers in
//! `fuzz/` run them for hours; `tests/smoke.rs` runs them over the kept corpus and seeded mutations of it, as
//! part of every test run. Start at [`TARGETS`].

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this crate is only tests")]

mod age;
mod api;
mod backup;
mod connect;
mod directory;
mod dsr;
mod factors;
mod forms;
mod imports;
mod jose;
mod ledger;
mod manifest;
mod oidc;
mod places;
mod seal;
mod signals;

/// A target: what it is called, here and in `fuzz/`, and what it does with an input.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, also that of its folder below `fuzz/corpus/`.
    pub name: &'static str,
    /// Takes any bytes; panics when something does not hold.
    pub run: fn(&[u8]),
}

const fn target(name: &'static str, run: fn(&[u8])) -> Target {
    Target { name, run }
}

/// Every target, by name.
pub const TARGETS: &[Target] = &[
    target("age_key", age::age_key),
    target("api_address", api::address),
    target("api_body", api::body),
    target("backup_files", backup::files),
    target("connect_records", connect::records),
    target("connect_scim", connect::scim),
    target("connect_stencil", connect::stencil),
    target("consent_receipt", ledger::consent_receipt),
    target("directory_address", directory::address),
    target("directory_definition", directory::definition),
    target("directory_name", directory::name),
    target("drp_directory", dsr::directory),
    target("drp_message", dsr::drp),
    target("envelope", seal::envelope),
    target("fides_yaml", imports::fides_yaml),
    target("import_rows", imports::import_rows),
    target("jose_jws", jose::jws),
    target("jose_keys", jose::keys),
    target("jose_proof", jose::proof),
    target("ledger_entry", ledger::entry),
    target("ledger_log", ledger::log),
    target("ledger_note", ledger::note),
    target("ledger_proof", ledger::proof),
    target("ledger_receipt", ledger::receipt),
    target("ledger_tile", ledger::tile),
    target("manifest_check", manifest::check),
    target("manifest_json", manifest::json),
    target("oidc_registration", oidc::registration),
    target("oidc_request", oidc::request),
    target("opendsr_answer", dsr::opendsr_answer),
    target("opendsr_request", dsr::opendsr),
    target("passkey_answer", factors::passkey_answer),
    target("passkey_object", factors::passkey_object),
    target("password_hash", imports::password_hash),
    target("places_address", places::address),
    target("places_discovered", places::discovered),
    target("places_trigger", places::trigger_text),
    target("recovery_code", factors::recovery_code),
    target("sign_up_form", forms::sign_up),
    target("tenant_export", backup::tenant),
    target("user_agent", signals::user_agent),
];

/// Runs the target of a name.
///
/// # Panics
/// There is no such target, or what it states does not hold of the input.
pub fn run(name: &str, input: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target of this name");
    (target.run)(input);
}
