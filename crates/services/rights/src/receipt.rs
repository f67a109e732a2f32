//! What a receipt tells: each system, each place, what was done there to how many rows, what is kept and why, and what the
//! search found. Nothing of anybody stands in it.

use std::collections::HashMap;

use candor_manifest::Manifest;
use candor_manifest::model::{Place, PlaceErasure, SystemKind};
use candor_places::{Did, Mark, PlaceReport, Trace};
use candor_vault::PlanInForce;
use serde_json::{Value, json};

use crate::run::{OfSystem, Run};
use crate::systems::word;

/// The rendering of a request whose steps are all done, with the policies that steps were carried out under later.
pub(crate) fn rendering(run: &Run, plan: &PlanInForce, later: &HashMap<String, PlanInForce>) -> Value {
    let manifest = plan.manifest();
    let systems: Vec<Value> = run
        .progress
        .steps
        .iter()
        .zip(&run.systems)
        .map(|(step, system)| {
            if !step.is_connected {
                return json!({
                    "system": step.system, "title": system.title, "kind": system.kind, "state": "not_connected",
                    "by": "the organisation itself: Candor does not reach this system", "places": system.mapped,
                });
            }
            let mapped_by = system.plan.as_ref().and_then(|digest| later.get(digest)).map(|plan| plan.manifest());
            let declared = mapped_by.unwrap_or(manifest).systems.iter().find(|declared| declared.name == step.system);
            let places = declared.map_or(&[][..], |declared| &declared.places);
            let mut told = json!({
                "system": step.system, "title": system.title, "kind": system.kind, "state": "done",
                "places": told(system, places, run.right == "erasure"),
                "search": search(system, run),
            });
            if let (Some(manifest), Some(digest)) = (mapped_by, &system.plan) {
                told["policy"] = json!({ "name": manifest.name, "version": manifest.version, "digest": digest });
            }
            told
        })
        .collect();
    let mut told = json!({
        "right": run.right,
        "request": run.request,
        "organisation": manifest.controller.name,
        "policy": { "name": manifest.name, "version": manifest.version, "digest": run.plan },
        "planned_at": run.planned_at,
        "approved_at": run.approved_at,
        "looked_for_by": run.named_by,
        "systems": systems,
        "recipients": recipients(manifest, run),
        "about": about(run),
        "corrected": (run.right == "rectification" || run.correction.is_some()).then(|| json!({
            "fields": run.corrected,
            "not_recomputed": run.not_recomputed.iter().map(|(field, why)| json!({ "field": field, "because": why })).collect::<Vec<_>>(),
        })),
    });
    if let Some(agreed) = &run.agreed {
        told["terms"] = json!(agreed);
    }
    told
}

/// Place by place: how many rows were there before, what was done to how many, and why rows stay.
fn told(system: &OfSystem, declared: &[Place], is_erasure: bool) -> Vec<Value> {
    let before = |place: &str| -> u64 {
        let of_place = system.previews.iter().filter(|preview| preview.would.place == place);
        of_place.map(|preview| preview.would.n_rows).sum()
    };
    let ground =
        |place: &str| declared.iter().find(|known| known.name == place).and_then(|known| known.kept_because.clone());
    let mut told: Vec<Value> = system
        .places
        .iter()
        .map(|done| {
            let PlaceReport { place, did, n_rows, because } = done;
            json!({
                "place": place, "did": did, "n_rows": n_rows, "n_rows_before": before(place),
                "because": because.clone().or_else(|| ground(place).filter(|_| *did == Did::Kept)),
            })
        })
        .collect();
    // A place that is kept on a ground is told even where a connector has nothing to say of it.
    let kept = declared.iter().filter(|place| is_erasure && place.on_erasure == PlaceErasure::Keep);
    for place in kept.filter(|place| !system.places.iter().any(|done| done.place == place.name)) {
        let n_rows: u64 = system.kept.iter().filter(|trace| trace.place == place.name).map(|trace| trace.n_rows).sum();
        told.push(json!({
            "place": place.name, "did": Did::Kept, "n_rows": n_rows, "n_rows_before": before(&place.name),
            "because": place.kept_because,
        }));
    }
    told
}

fn search(system: &OfSystem, run: &Run) -> Value {
    // Another organisation's word is told with what it did; nobody searches there.
    if !run.progress.searches || system.kind == word(SystemKind::Opendsr) {
        return Value::Null;
    }
    let traces = |traces: &[Trace]| -> Vec<Value> {
        traces
            .iter()
            .map(|trace| json!({ "place": trace.place, "column": trace.column, "n_rows": trace.n_rows }))
            .collect()
    };
    let mut told = json!({
        "at": system.searched_at, "found": traces(&system.left), "found_in_what_is_kept": traces(&system.kept),
    });
    if !system.accepted.is_empty() {
        told["decided_not_to_be_them"] = json!(system.accepted);
    }
    told
}

/// What a push carries: a restriction, the person's word about a purpose, or a correction.
fn about(run: &Run) -> Value {
    match &run.push {
        None if run.is_push() => json!({ "correction": true }),
        None => Value::Null,
        Some(Mark::Restriction) => json!({ "restriction": true }),
        Some(Mark::No(purpose)) => json!({ "purpose": purpose }),
    }
}

/// Whom the policy lets receive fields: who was told and when, and whom the person has to ask separately (GDPR Art. 19).
fn recipients(manifest: &Manifest, run: &Run) -> Vec<Value> {
    let told = (0_u16..).zip(&manifest.recipients).map(|(at, recipient)| {
        let telling = run.tellings.iter().find(|telling| telling.recipient == at);
        let told_at = telling.and_then(|telling| telling.told_at);
        let field = telling.and_then(|telling| manifest.fields.get(usize::from(telling.field)));
        json!({
            "name": recipient.name, "title": recipient.title, "country": recipient.country.as_str(),
            "policy": recipient.policy_url,
            "state": if told_at.is_some() { "told" } else { "to_be_asked_separately" },
            "told_at": told_at,
            "named_by": field.filter(|_| told_at.is_some()).map(|field| &field.name),
            "because": telling.and_then(|telling| telling.trouble.as_ref()).map(|trouble| &trouble.code),
        })
    });
    told.collect()
}
