//! The four roles and the shares of their operations, as in the paper's table of core workloads.

use crate::data::{PURPOSES, TENS, n_users};
use crate::dice::{Dice, Keys};
use crate::op::{By, Op, Set};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Controller,
    Customer,
    Processor,
    Regulator,
}

/// The most log entries one operation asks for.
const LOGS_MAX: u64 = 1_000;

impl Role {
    pub const ALL: [Self; 4] = [Self::Controller, Self::Customer, Self::Processor, Self::Regulator];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Controller => "controller",
            Self::Customer => "customer",
            Self::Processor => "processor",
            Self::Regulator => "regulator",
        }
    }

    /// The role's operations over `n_records` loaded records; `erased` are users that were erased before.
    pub fn ops(self, n_records: u64, n_ops: u64, erased: &[u64]) -> Vec<Op> {
        let mut dice = Dice::of(20_200_301 + self as u64);
        let keys = match self {
            Self::Controller => Keys::Uniform(n_records),
            _ => Keys::zipfian(n_records),
        };
        let n_users = n_users(n_records);
        (0..n_ops)
            .map(|at| {
                let key = keys.draw(&mut dice);
                let user = key % n_users;
                match self {
                    Self::Controller => controller(&mut dice, n_records + at, key, user),
                    Self::Customer => customer(&mut dice, at, key, user),
                    Self::Processor => processor(&mut dice, key),
                    Self::Regulator => regulator(&mut dice, user, erased),
                }
            })
            .collect()
    }
}

fn set(dice: &mut Dice) -> Set {
    match dice.below(3) {
        0 => Set::Objected,
        1 => Set::Scored(dice.below(2) == 0),
        _ => Set::Shared(dice.below(2) == 0),
    }
}

fn controller(dice: &mut Dice, fresh: u64, key: u64, user: u64) -> Op {
    match dice.below(100) {
        0..25 => Op::Create(fresh),
        25..50 => Op::Delete(match dice.below(3) {
            0 => By::Pur(key % PURPOSES),
            1 => By::Ttl(key % TENS),
            _ => By::Usr(user),
        }),
        _ => {
            let by = match dice.below(3) {
                0 => By::Pur(key % PURPOSES),
                1 => By::Usr(user),
                _ => By::Shr(key % TENS),
            };
            Op::UpdateMetadata(by, set(dice))
        }
    }
}

fn customer(dice: &mut Dice, at: u64, key: u64, user: u64) -> Op {
    match dice.below(5) {
        0 => Op::ReadByUsr(user),
        1 => Op::MetadataByKey(key),
        2 => Op::UpdateData { key, edition: at + 1 },
        3 => Op::UpdateMetadata(By::Key(key), set(dice)),
        _ => Op::Delete(By::Key(key)),
    }
}

fn processor(dice: &mut Dice, key: u64) -> Op {
    match dice.below(100) {
        0..80 => Op::ReadByKey(key),
        _ => match dice.below(3) {
            0 => Op::ReadByPur(key % PURPOSES),
            1 => Op::ReadByObj(key % TENS),
            _ => Op::ReadByDec(key % TENS),
        },
    }
}

fn regulator(dice: &mut Dice, user: u64, erased: &[u64]) -> Op {
    match dice.below(100) {
        0..46 => Op::MetadataByUsr(user),
        46..77 => Op::Logs(1 + dice.below(LOGS_MAX)),
        _ => Op::VerifyDeletion(erased[dice.below(erased.len() as u64) as usize]),
    }
}
