//! Requests by the command line, and what is read out of their receipts.

use candor_tests::{Person, Server, Setup, candor, parts, text};
use serde_json::{Value, json};
use std::path::Path;

/// A server with one policy whose system stands in one variable.
pub(crate) fn server(policy: &Path, variables: &[(&'static str, String)]) -> Server {
    let slug = policy.file_stem().unwrap().to_string_lossy().into_owned();
    let mut setup = Setup::of_policy(policy);
    let allowed: Vec<String> = variables.iter().map(|(name, _)| format!("{slug}:{name}")).collect();
    setup.environment.push(("CANDOR_SYSTEMS", allowed.join(",")));
    setup.environment.extend(variables.iter().cloned());
    Server::start_as(setup)
}

/// What a command answers as JSON, with the code it ends with.
#[track_caller]
pub(crate) fn command(server: &Server, args: &[&str]) -> (Option<i32>, Value) {
    let mut command = candor(args);
    command.args(["--server", &format!("http://{}", server.address()), "--json"]);
    let output = command.env("CANDOR_API_KEY", server.presented()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let answer = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{args:?}: {said}"));
    (output.status.code(), answer)
}

/// Opens a request of somebody who proved who they are; its id.
#[track_caller]
pub(crate) fn opened(server: &Server, person: &Person, right: &str) -> String {
    let (code, opened) = command(server, &["request", "open", &person.id, right, "--identity-proved"]);
    assert_eq!(code, Some(0), "{opened:#}");
    text(&opened["id"]).to_owned()
}

/// Opens a request and has it carried out, by the command line; what its receipt tells.
#[track_caller]
pub(crate) fn carried_out(server: &Server, person: &Person, right: &str) -> Value {
    let request = opened(server, person, right);
    let (code, run) = command(server, &["request", "run", &request]);
    assert_eq!((code, &run["state"]), (Some(0), &json!("answered")), "{run:#}");
    told(server, &request)
}

/// Corrects values of somebody's record; what the receipt tells.
#[track_caller]
pub(crate) fn corrected(server: &Server, person: &Person, group: &str, values: &Value) -> Value {
    let request = opened(server, person, "rectification");
    let record = person.record_of(group);
    // Of a directory, the organisation tells.
    let source = if group == "directory" { "organisation" } else { "subject" };
    let correction = json!({ "group": group, "record": record, "values": values, "source": source });
    let correction = json!({ "correction": correction });
    let approved = server.post(&format!("/v1/requests/{request}/approve"), &correction);
    approved.json(200);
    server.steps_until(&format!("/v1/requests/{request}"), "answered");
    told(server, &request)
}

/// What the receipt of a request tells; it was verified by whoever asks nobody.
#[track_caller]
pub(crate) fn told(server: &Server, request: &str) -> Value {
    let (code, receipt) = command(server, &["request", "receipt", request]);
    assert_eq!(code, Some(0), "{receipt:#}");
    let (verified, said) = server.verify(&receipt);
    assert!(verified, "{said}");
    receipt["receipt"].clone()
}

/// A system in a receipt.
#[track_caller]
pub(crate) fn system<'a>(told: &'a Value, name: &str) -> &'a Value {
    let found = told["systems"].as_array().unwrap().iter().find(|system| system["system"] == name);
    found.unwrap_or_else(|| panic!("{told:#}"))
}

/// What a receipt tells of a system's places: `customers deleted 1`; what was done to no row is left out.
#[track_caller]
pub(crate) fn done(told: &Value, name: &str) -> Vec<String> {
    let places = system(told, name)["places"].as_array().unwrap().iter();
    let places = places.filter(|place| place["n_rows"] != 0);
    let mut done: Vec<String> =
        places.map(|place| format!("{} {} {}", text(&place["place"]), text(&place["did"]), place["n_rows"])).collect();
    done.sort();
    done
}

/// That a system was searched again, and nothing found outside of what is kept.
#[track_caller]
pub(crate) fn assert_clean(told: &Value, name: &str) {
    let search = &system(told, name)["search"];
    assert!(search["at"].is_string() && search["found"] == json!([]), "{told:#}");
}

/// The rows of an access export from a system, `place column=value …`; what is withheld shows as `column!`.
#[track_caller]
pub(crate) fn rows(person: &Person, system: &str) -> Vec<String> {
    let archive = person.post("/export?kind=access", &json!({})).archive();
    let rows = parts(&archive).into_iter().filter(|part| part["part"] == "row" && part["system"] == system);
    rows.map(|row| format!("{} {}", text(&row["place"]), row)).collect()
}
