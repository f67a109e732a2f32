//! Laws of the comparison, over the policies of the repository and over small changes drawn at random.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use candor_manifest::model::{FieldIx, RecipientIx, Share};
use candor_manifest::{Manifest, Source, check};
use candor_publish::{Class, Comparison, PageContext, compare, comparison_page};
use candor_words::Span;

const SLUGS: [&str; 5] = ["asign2", "miniorange-cloud", "assigntask", "miniorange-plugins", "plugin-vendor"];
const N_DRAWS: u64 = 200;

fn policies() -> Vec<Manifest> {
    let read = |slug: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../policies").join(slug).join("policy.candor");
        let text = std::fs::read_to_string(path).expect("the policy can be read");
        check(&[Source { path: slug.to_owned(), text }]).expect("the policy holds").manifest
    };
    SLUGS.into_iter().map(read).collect()
}

/// Repeatable chance. Source: splitmix64 (Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % bound as u64).unwrap()
    }
}

/// A policy beside one that uses, shares or keeps more; `None` when the draw changes nothing.
fn widened(old: &Manifest, dice: &mut Dice) -> Option<Manifest> {
    let mut new = old.clone();
    let field = FieldIx(u16::try_from(dice.below(old.fields.len())).unwrap());
    let at = dice.below(old.purposes.len());
    let purpose = &mut new.purposes[at];
    match dice.below(3) {
        0 if !purpose.uses.contains(&field) => purpose.uses.push(field),
        1 => {
            let with = RecipientIx(u16::try_from(dice.below(old.recipients.len())).unwrap());
            if purpose.shares.iter().any(|share| share.with == with && share.fields.contains(&field)) {
                return None;
            }
            purpose.shares.push(Share { with, fields: vec![field], on_instruction: false });
        }
        2 => {
            let at = dice.below(new.keeps.len());
            let after = new.keeps[at].after?;
            new.keeps[at].after = Some(Span::new(after.count + 1, after.unit));
        }
        _ => return None,
    }
    Some(new)
}

fn only_narrows(comparison: &Comparison) -> bool {
    !comparison.changes.is_empty() && comparison.changes.iter().all(|change| change.class == Class::Narrows)
}

#[test]
fn no_policy_differs_from_itself() {
    for policy in policies() {
        assert_eq!(compare(&policy, &policy).changes, [], "{}", policy.name);
    }
}

#[test]
fn what_uses_shares_or_keeps_more_is_significant_one_way_and_narrows_the_other() {
    let policies = policies();
    let mut n_drawn = 0;
    for seed in 0..N_DRAWS {
        let mut dice = Dice(seed);
        let old = &policies[dice.below(policies.len())];
        let Some(new) = widened(old, &mut dice) else { continue };
        n_drawn += 1;
        let there = compare(old, &new);
        assert!(
            !there.changes.is_empty() && there.changes.iter().all(|change| change.class.is_significant()),
            "{there:?}"
        );
        assert!(only_narrows(&compare(&new, old)), "{seed}");
    }
    assert!(n_drawn > N_DRAWS / 2);
}

#[test]
fn a_field_more_is_never_a_narrowing() {
    for old in policies() {
        for at in 0..old.purposes.len() {
            // Every seventh field, beginning elsewhere for each purpose, keeps the test short.
            for field in (at % 7..old.fields.len()).step_by(7).map(|ix| FieldIx(u16::try_from(ix).unwrap())) {
                let mut new = old.clone();
                if new.purposes[at].uses.contains(&field) {
                    continue;
                }
                new.purposes[at].uses.push(field);
                let comparison = compare(&old, &new);
                assert!(comparison.changes.iter().all(|change| change.class != Class::Narrows), "{comparison:?}");
                assert_eq!(comparison.changes[0].fields, [old.fields[field.at()].name.as_str()]);
            }
        }
    }
}

#[test]
fn two_unrelated_policies_are_told_apart_down_to_the_controller() {
    let policies = policies();
    let comparison = compare(&policies[0], &policies[2]);
    assert_eq!(comparison.class(), Some(Class::Transfer));
    let context = PageContext { tenant_slug: "acme", base_path: "", versions: &[] };
    let compared = candor_publish::Compared { name: "Acme", old: ("1", "1"), new: ("2", "2") };
    let page = comparison_page(&comparison, &compared, &context).into_string();
    for change in &comparison.changes {
        assert!(page.contains(&format!(">{}</span>", change.code)), "{}", change.code);
    }
}
