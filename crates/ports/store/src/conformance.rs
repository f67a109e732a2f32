//! What a store has to do, as checks that any store can be put through.
//!
//! `candor_store::conformance_tests!(make)` lists every check as a test of the adapter; `make`
//! returns an empty store and whatever has to live as long as it (a temporary directory, or `()`).
//! [`agree`] puts two stores through the same random units and compares all that can be read.
//! Needs no async runtime: the checks wait by [`wait`].

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a check fails by panicking")]

mod agreement;
mod due;
mod guards;
mod isolation;
mod jobs;
mod ledger;
mod lists;
mod picture;
mod racing;
mod random;
mod samples;
mod subjects;
mod units;
mod waiting;

use std::sync::Arc;

pub use agreement::agree;
pub use waiting::wait;

use crate::Store;

/// A check: panics when the store, empty at first, does something else than it has to.
pub type Check = fn(&Arc<dyn Store>);

/// Puts a store through every check, an empty one for each.
pub fn run<K>(make: impl Fn() -> (Arc<dyn Store>, K)) {
    for (_, check) in CHECKS {
        let (store, _kept) = make();
        check(&store);
    }
}

/// Names every check once, for the list and for the macro. `$d` stands for a dollar sign.
macro_rules! checks {
    ($d:tt $($module:ident::$name:ident,)*) => {
        $(pub use $module::$name;)*

        /// Every check, by name.
        pub const CHECKS: &[(&str, Check)] = &[$((stringify!($name), $name)),*];

        /// Lists every conformance check as a test; takes the path of a function that makes a store.
        #[macro_export]
        macro_rules! conformance_tests {
            ($d make:path) => {$(
                #[test]
                fn $name() {
                    let (store, _kept) = $d make();
                    $crate::conformance::$name(&store);
                }
            )*};
        }
    };
}

checks! { $
    units::a_unit_is_applied_whole_or_not_at_all,
    units::a_put_inserts_and_then_replaces,
    units::a_secret_is_kept_by_its_name,
    units::slips_are_kept_by_kind_and_name_and_end,
    units::changes_are_applied_in_order,
    units::a_unit_too_large_is_refused,
    units::a_unit_that_names_another_tenant_is_unfit,
    units::an_event_of_the_same_version_is_unfit,
    units::a_slug_of_another_tenant_is_refused,
    units::an_api_key_of_another_tenant_is_unfit,
    units::entries_count_from_the_units_first,
    units::a_forgotten_tenant_leaves_nothing_and_begins_anew,
    guards::each_guard_holds_and_fails_as_it_says,
    guards::an_idempotency_key_is_free_again_once_expired,
    isolation::no_query_shows_another_tenants_rows,
    isolation::an_unknown_tenant_has_nothing,
    lists::every_list_is_paged_with_an_exclusive_cursor,
    lists::a_page_holds_at_most_the_most,
    lists::history_comes_newest_first,
    lists::records_come_by_group_and_id,
    lists::policies_come_by_when_they_take_effect,
    subjects::a_subjects_state_is_whole,
    subjects::the_event_at_an_instant_is_the_last_before_it,
    subjects::forgetting_a_subject_removes_everything_of_it,
    subjects::deleting_a_record_removes_its_history,
    subjects::records_of_two_groups_with_one_id_keep_their_own_history,
    subjects::deleting_the_keys_of_a_class_leaves_the_others,
    subjects::a_blind_index_belongs_to_one_subject,
    due::who_is_due_comes_by_instant_and_is_put_off,
    due::what_retention_needs_is_read_whole,
    jobs::an_unfinished_job_is_unique,
    jobs::a_leased_job_is_not_leased_twice,
    jobs::a_job_is_leased_again_once_its_lease_ran_out,
    jobs::jobs_of_all_tenants_are_leased_oldest_first,
    ledger::entries_are_read_back_in_order,
    ledger::tiles_are_those_of_the_entries,
    ledger::a_partial_bundle_grows_with_each_unit,
    ledger::checkpoints_come_newest_first,
    ledger::the_index_of_entries_is_kept_by_subject,
    racing::one_of_many_racing_on_a_version_wins,
    racing::concurrent_entries_get_places_of_their_own,
    racing::a_read_after_a_commit_sees_it,
}
