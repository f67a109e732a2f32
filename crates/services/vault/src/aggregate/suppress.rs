//! Which combinations of values are shown: those that enough people share, and that no total gives away.
//!
//! A question with fewer fields counts the same people in coarser groups. Whoever takes what is shown of a coarser
//! group from its count holds what was suppressed of it. So in every coarser group what is suppressed is nothing, or
//! several combinations that together are at least as many people as the policy's smallest group. Where it is less,
//! the smallest combination that is still shown is suppressed with it.
//!
//! What this does not reach: several questions taken together, at different times or over groups that overlap
//! otherwise than as coarser and finer. `docs/hardening.md` says what is left to whoever issues keys.

use std::collections::HashMap;

/// The most fields that one question may count by: each doubles the coarser questions there are.
pub const AGGREGATE_FIELDS_MAX: usize = 8;
/// How often the coarser groups are gone through; what has not settled by then is not shown at all.
const PASSES_MAX: usize = 64;

/// A combination: a number for the value of each field, and how many people share it.
pub(super) struct Cell {
    pub values: Vec<u32>,
    pub n_subjects: u64,
}

/// Tells of each combination whether it may be shown.
pub(super) fn shown(cells: &[Cell], group_min: u64) -> Vec<bool> {
    let mut is_shown: Vec<bool> = cells.iter().map(|cell| cell.n_subjects >= group_min).collect();
    let n_fields = cells.iter().map(|cell| cell.values.len()).max().unwrap_or(0);
    if n_fields > AGGREGATE_FIELDS_MAX {
        return vec![false; cells.len()];
    }
    for _ in 0..PASSES_MAX {
        let mut is_settled = true;
        // Each set of fields but the whole one is a coarser question; the empty one is the number of all.
        for kept in 0..(1_u32 << n_fields) - 1 {
            for given_away in too_little_hidden(cells, &is_shown, kept, group_min) {
                if let Some(is_shown) = is_shown.get_mut(given_away) {
                    *is_shown = false;
                    is_settled = false;
                }
            }
        }
        if is_settled {
            return is_shown;
        }
    }
    vec![false; cells.len()]
}

/// What is hidden and shown of a coarser group.
#[derive(Default)]
struct Coarser {
    n_hidden: u64,
    n_subjects_hidden: u64,
    /// The smallest combination that is shown: how many share it, and where it stands.
    smallest: Option<(u64, usize)>,
}

/// The combinations to suppress as well, one of each coarser group that hides too few people.
fn too_little_hidden(cells: &[Cell], is_shown: &[bool], kept: u32, group_min: u64) -> Vec<usize> {
    let mut coarser: HashMap<[u32; AGGREGATE_FIELDS_MAX], Coarser> = HashMap::new();
    for (at, (cell, is_shown)) in cells.iter().zip(is_shown).enumerate() {
        let group = coarser.entry(coarsened(&cell.values, kept)).or_default();
        if *is_shown {
            let smallest = group.smallest.unwrap_or((u64::MAX, at));
            group.smallest = Some(smallest.min((cell.n_subjects, at)));
        } else {
            group.n_hidden += 1;
            group.n_subjects_hidden = group.n_subjects_hidden.saturating_add(cell.n_subjects);
        }
    }
    // One that is suppressed alone is what the others leave of the count, however many share it.
    let is_leaking = |group: &Coarser| group.n_hidden == 1 || group.n_hidden > 0 && group.n_subjects_hidden < group_min;
    let leaking = coarser.into_values().filter(is_leaking);
    leaking.filter_map(|group| group.smallest).map(|(_, at)| at).collect()
}

/// The values of the fields that a coarser question keeps.
fn coarsened(values: &[u32], kept: u32) -> [u32; AGGREGATE_FIELDS_MAX] {
    let mut coarse = [u32::MAX; AGGREGATE_FIELDS_MAX];
    for (at, (to, value)) in coarse.iter_mut().zip(values).enumerate() {
        if kept >> at & 1 == 1 {
            *to = *value;
        }
    }
    coarse
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes a table of counts, row by row; returns it with `.` for what is suppressed.
    fn table(rows: &[&[u64]], group_min: u64) -> Vec<String> {
        let cells = rows
            .iter()
            .enumerate()
            .flat_map(|(row, counts)| counts.iter().enumerate().map(move |(column, count)| (row, column, *count)));
        let cells: Vec<Cell> = cells
            .map(|(row, column, n_subjects)| Cell { values: vec![row as u32, column as u32], n_subjects })
            .collect();
        let is_shown = shown(&cells, group_min);
        let text =
            |(cell, is_shown): (&Cell, &bool)| if *is_shown { cell.n_subjects.to_string() } else { ".".to_owned() };
        let texts: Vec<String> = cells.iter().zip(&is_shown).map(text).collect();
        texts.chunks(rows[0].len()).map(|row| row.join(" ")).collect()
    }

    #[test]
    fn a_table_without_small_cells_is_shown_whole() {
        assert_eq!(table(&[&[10, 11], &[12, 13]], 10), ["10 11", "12 13"]);
    }

    #[test]
    fn one_small_cell_takes_one_of_its_row_one_of_its_column_and_the_corner_with_it() {
        assert_eq!(table(&[&[3, 20, 30], &[21, 40, 50], &[31, 51, 60]], 10), [". . 30", ". . 50", "31 51 60"]);
    }

    #[test]
    fn small_cells_that_hide_each_other_take_no_other_with_them() {
        assert_eq!(table(&[&[5, 5, 30], &[6, 6, 50], &[31, 51, 60]], 10), [". . 30", ". . 50", "31 51 60"]);
    }

    #[test]
    fn two_small_cells_are_not_enough_when_they_are_few_together() {
        assert_eq!(table(&[&[1, 2, 30, 40]], 10), [". . . 40"]);
    }

    #[test]
    fn more_fields_than_the_bound_show_nothing() {
        let cells = [Cell { values: vec![0; AGGREGATE_FIELDS_MAX + 1], n_subjects: 100 }];
        assert_eq!(shown(&cells, 10), [false]);
    }

    #[test]
    fn in_every_coarser_group_nobody_or_enough_are_hidden() {
        // A table of four fields, filled by a generator that repeats.
        let mut seed = 7_u64;
        for _ in 0..200 {
            let mut cells = Vec::new();
            for at in 0..36_u32 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let values = vec![at % 2, at / 2 % 3, at / 6 % 3, at / 18];
                cells.push(Cell { values, n_subjects: 1 + (seed >> 60) });
            }
            let is_shown = shown(&cells, 6);
            for kept in 0..15 {
                assert_eq!(too_little_hidden(&cells, &is_shown, kept, 6), [0_usize; 0]);
            }
            assert!(cells.iter().zip(&is_shown).all(|(cell, is_shown)| !is_shown || cell.n_subjects >= 6));
        }
    }
}
