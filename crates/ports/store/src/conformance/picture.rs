//! Everything that can be read about the small ids of `samples`, as text to compare.

use std::fmt::Debug;
use std::sync::Arc;

use crate::Store;

use super::samples::{GROUP, api_key_id, at, record_id, reference, request_id, subject_id, tenant_id};
use super::wait;

/// The ids that are asked for: 1 to this.
pub(super) const IDS: u8 = 6;
pub(super) const GROUPS: [&str; 3] = [GROUP, "profile", "ticket"];

/// Asks every query of the port for tenants 1 and 2.
pub(super) fn picture(store: &Arc<dyn Store>) -> Vec<String> {
    let mut lines = Lines::default();
    lines.add("tenants", wait(store.tenants(None, 100)));
    for n in 1..=IDS {
        lines.add("api key", wait(store.api_key(api_key_id(n))));
        lines.add("slug", wait(store.tenant_by_slug(&format!("tenant-{n:03}"))));
    }
    for tenant in [1, 2] {
        of_tenant(store, tenant, &mut lines);
    }
    lines.0
}

fn of_tenant(store: &Arc<dyn Store>, tenant: u8, lines: &mut Lines) {
    let of = tenant_id(tenant);
    lines.add("tenant", wait(store.tenant(of)));
    lines.add("policies", wait(store.policies(of)));
    lines.add("subjects", wait(store.subjects(of, None, 100)));
    lines.add("due", wait(store.due(of, at(4), None, 100)));
    lines.add("later due", wait(store.due(of, at(9), Some((at(2), subject_id(3))), 2)));
    lines.add("n due", wait(store.count_due(of, at(4))));
    lines.add("next due", wait(store.next_due(of, at(2))));
    let all: Vec<_> = (1..=IDS).rev().map(subject_id).collect();
    lines.add("retained", wait(store.retained(of, &all)));
    lines.add("requests", wait(store.requests(of, None, None, 100)));
    lines.add("api keys", wait(store.api_keys(of, None, 100)));
    lines.add("secrets", wait(store.secrets(of, None, 100)));
    for kind in [1, 2] {
        lines.add("slips", wait(store.slips(of, kind, None, None, 100)));
    }
    lines.add("lasting slips", wait(store.lasting_slips(of, None, 100)));
    lines.add("expired slips", wait(store.has_expired_slips(of, at(3))));
    lines.add("jobs", wait(store.jobs(of, None, 100)));
    for state in 0..3 {
        lines.add("notices", wait(store.notices(of, [1; 32], 0, state, None, 100)));
    }
    lines.add("notice counts", wait(store.notice_counts(of, [1; 32])));
    lines.add("checkpoint", wait(store.checkpoint(of)));
    lines.add("checkpoints", wait(store.checkpoints(of, None, 100)));
    lines.add("indexed to", wait(store.indexed_to(of)));
    let size = wait(store.ledger_size(of)).unwrap();
    lines.add("ledger size", size);
    for index in 0..=size / 256 {
        lines.add("bundle", wait(store.bundle(of, index)));
        lines.add("tile", wait(store.tile(of, 0, index)));
    }
    lines.add("upper tile", wait(store.tile(of, 1, 0)));
    for group in GROUPS {
        lines.add("records of group", wait(store.records_of_group(of, group, None, 100)));
    }
    for n in 1..=IDS {
        lines.add("index", wait(store.subject_by_index(of, [n; 32])));
        lines.add("idempotency", wait(store.idempotency(of, [n; 32])));
        lines.add("text", wait(store.text(of, [n; 32])));
        lines.add("secret", wait(store.secret(of, &format!("secret_{n}"))));
        lines.add("slip", wait(store.slip(of, 1, [n; 32])));
        lines.add("request", wait(store.request(of, request_id(n))));
        lines.add("entries of", wait(store.entries_of(of, reference(n), None, 100)));
        of_subject(store, tenant, n, lines);
    }
}

fn of_subject(store: &Arc<dyn Store>, tenant: u8, n: u8, lines: &mut Lines) {
    let (of, subject) = (tenant_id(tenant), subject_id(n));
    lines.add("state", wait(store.subject_state(of, subject)));
    lines.add("slips of", wait(store.slips(of, 1, Some(subject), None, 100)));
    lines.add("indexes", wait(store.indexes(of, subject)));
    lines.add("events", wait(store.events(of, subject, None, 100)));
    lines.add("few events", wait(store.events(of, subject, Some(1), 2)));
    lines.add("event at", wait(store.event_at(of, subject, at(n))));
    lines.add("keys", wait(store.keys(of, subject)));
    lines.add("holds", wait(store.holds(of, subject)));
    lines.add("notice", wait(store.notice(of, [1; 32], 0, subject)));
    lines.add("requests of", wait(store.requests(of, Some(subject), None, 2)));
    lines.add("records", wait(store.records(of, subject, None, None, 100)));
    let after = Some((GROUPS[1].to_owned(), record_id(2)));
    lines.add("later records", wait(store.records(of, subject, None, after, 2)));
    for group in GROUPS {
        lines.add("group", wait(store.records(of, subject, Some(group), None, 100)));
        lines.add("record", wait(store.record(of, subject, group, record_id(n))));
    }
    for (group, record) in GROUPS.into_iter().flat_map(|group| (1..=IDS).map(move |record| (group, record))) {
        lines.add("history", wait(store.history(of, subject, group, record_id(record), None, 100)));
    }
}

#[derive(Default)]
struct Lines(Vec<String>);

impl Lines {
    fn add(&mut self, name: &str, answer: impl Debug) {
        self.0.push(format!("{name}: {answer:?}"));
    }
}
