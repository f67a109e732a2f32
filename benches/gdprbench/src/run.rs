//! One role over one side: eight workers, every answer held against the model.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use bench_bed::Spread;

use crate::model::Model;
use crate::op::{By, Op, Outcome};
use crate::role::Role;
use crate::side::Side;

/// How many operations are under way at once.
pub const WORKERS: usize = 8;
/// What the controller asks by repeats after a multiple of five users: so many parts never meet.
const PARTS: u64 = 5;

/// What a role took.
pub struct Ran {
    pub completion: Duration,
    pub all: Spread,
    /// By operation: how many, the median, and all of them together.
    pub by_op: BTreeMap<&'static str, (usize, Duration, Duration)>,
}

/// Keeps an operation and its place in the model together, where two operations could meet.
struct Locks {
    parts: Vec<Mutex<()>>,
    users: Vec<Mutex<()>>,
}

impl Locks {
    fn of(n_users: u64) -> Self {
        let many = |n: u64| (0..n).map(|_| Mutex::new(())).collect();
        Self { parts: many(PARTS), users: many(n_users) }
    }

    fn hold(&self, role: Role, op: &Op) -> Option<MutexGuard<'_, ()>> {
        let n_users = self.users.len() as u64;
        let user = match *op {
            Op::Create(key) | Op::UpdateData { key, .. } | Op::MetadataByKey(key) | Op::ReadByKey(key) => key % n_users,
            Op::Delete(by) | Op::UpdateMetadata(by, _) => match by {
                By::Key(key) => key % n_users,
                By::Usr(at) | By::Pur(at) | By::Ttl(at) | By::Shr(at) => at,
            },
            Op::ReadByUsr(user) => user,
            _ => 0,
        };
        let lock = match role {
            Role::Controller => &self.parts[(user % PARTS) as usize],
            Role::Customer => &self.users[user as usize],
            // Nobody changes anything meanwhile.
            Role::Processor | Role::Regulator => return None,
        };
        Some(lock.lock().expect("no panic meanwhile"))
    }
}

/// Carries all operations out; panics at the first answer that is not the model's.
pub fn run(side: &dyn Side, model: &Model, role: Role, ops: &[Op]) -> Ran {
    let locks = Locks::of(model.n_users());
    let next = AtomicUsize::new(0);
    let times = Mutex::new(Vec::with_capacity(ops.len()));
    let start = Instant::now();
    std::thread::scope(|scope| {
        for worker in 0..WORKERS {
            let (locks, next, times) = (&locks, &next, &times);
            scope.spawn(move || {
                let mut mine = Vec::new();
                while let Some(op) = ops.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let held = locks.hold(role, op);
                    let begun = Instant::now();
                    let outcome = side.carry_out(worker, op);
                    mine.push((op.name(), begun.elapsed()));
                    compare(op, &outcome, &model.carry_out(op));
                    drop(held);
                }
                times.lock().expect("no panic meanwhile").extend(mine);
            });
        }
    });
    let completion = start.elapsed();
    let times = times.into_inner().expect("no panic meanwhile");
    let mut by_name: BTreeMap<&'static str, Vec<Duration>> = BTreeMap::new();
    for (name, time) in &times {
        by_name.entry(name).or_default().push(*time);
    }
    let by_op = by_name.into_iter().map(|(name, times)| {
        let (n, sum) = (times.len(), times.iter().sum());
        (name, (n, Spread::of(times).at(0.5), sum))
    });
    Ran { completion, by_op: by_op.collect(), all: Spread::of(times.into_iter().map(|(_, time)| time).collect()) }
}

/// Holds everything that is left against the model, person by person.
pub fn compare_all(side: &dyn Side, model: &Model) {
    for user in 0..model.n_users() {
        if model.person(user).is_erased {
            continue;
        }
        for op in [Op::ReadByUsr(user), Op::MetadataByUsr(user)] {
            compare(&op, &side.carry_out(0, &op), &model.carry_out(&op));
        }
    }
}

fn compare(op: &Op, outcome: &Outcome, expected: &Outcome) {
    assert_eq!(outcome, expected, "{op:?}");
}
