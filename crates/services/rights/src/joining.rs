//! Joining: what several requests want of one system at the same time is done there once, for all of them.
//!
//! Parts wait in a line for each system. Whoever takes the first takes along every other that asks the same there, for
//! somebody else: one person's requests take turns in each system. What waits while a system is busy is joined when it is
//! free again. The lines live in this process alone; what was lost with it is looked for again (`drive.rs`).

use std::collections::{HashMap, HashSet, VecDeque};

use candor_words::{RequestId, SubjectId, TenantId};
use parking_lot::Mutex;

use crate::machine::{PartState, Which};
use crate::run::Run;

/// The most requests that act or search together: a bound on how long rows are held, and on memory. Each such task goes through
/// whole tables: more people at a time make a batch cheaper.
pub(crate) const TOGETHER_MAX: usize = 5_000;
/// How many tasks are under way in one system at the same time.
pub(crate) const AT_ONCE: usize = 4;

/// Where parts wait: the tenant's system of that name.
pub(crate) type Line = (TenantId, String);

/// A part that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    pub request: RequestId,
    pub subject: SubjectId,
    /// The digest of the policy that it is carried out under.
    pub plan: String,
    pub right: String,
    pub at: usize,
    pub which: Which,
    /// With how many it goes at most: fewer, after it failed in company for want of time.
    pub together_max: usize,
}

/// Parts that are carried out together.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Company {
    pub dues: Vec<Due>,
    /// It changes rows of several people, and nobody else does meanwhile.
    is_act_of_many: bool,
}

/// The lines.
#[derive(Default)]
pub(crate) struct Joining(Mutex<HashMap<Line, Waiting>>);

struct Waiting {
    dues: VecDeque<Due>,
    /// Whose turn it is.
    busy: HashSet<SubjectId>,
    n_under_way: usize,
    is_act_of_many_under_way: bool,
    /// For how many people an act may be here.
    act_max: usize,
}

impl Default for Waiting {
    fn default() -> Self {
        Self {
            dues: VecDeque::new(),
            busy: HashSet::new(),
            n_under_way: 0,
            is_act_of_many_under_way: false,
            act_max: TOGETHER_MAX,
        }
    }
}

impl Due {
    /// A part of a request that may begin now.
    pub fn of(run: &Run, at: usize, which: Which) -> Option<(String, Self)> {
        let step = run.progress.steps.get(at)?;
        let part = match which {
            Which::Act => &step.act,
            Which::Search => &step.search,
        };
        let is_late = |code: &str| matches!(code, "system.timed_out" | "system.busy");
        let was_late = part.state == PartState::Waiting && part.trouble.as_ref().is_some_and(|why| is_late(&why.code));
        let shift = if was_late { part.attempts.saturating_mul(2).min(16) } else { 0 };
        let due = Self {
            request: run.request,
            subject: run.subject,
            plan: run.plan_at(at).to_owned(),
            right: run.right.clone(),
            at,
            which,
            // What a push says is one person's word.
            together_max: if run.is_push() { 1 } else { (TOGETHER_MAX >> shift).max(1) },
        };
        Some((step.system.clone(), due))
    }

    fn asks_the_same(&self, other: &Self) -> bool {
        self.which == other.which && self.at == other.at && self.right == other.right && self.plan == other.plan
    }
}

impl Joining {
    /// Has parts wait.
    pub fn add(&self, line: &Line, dues: impl IntoIterator<Item = Due>) {
        self.0.lock().entry(line.clone()).or_default().dues.extend(dues);
    }

    /// Takes what may be done together now; nothing when the system has enough to do, or everybody in line has to wait.
    pub fn take(&self, line: &Line) -> Option<Company> {
        let mut lines = self.0.lock();
        lines.get_mut(line)?.take()
    }

    /// Has parts that were taken wait again, in front; from now on so few people act at a time here.
    pub fn put_back(&self, line: &Line, dues: Vec<Due>, act_max: usize) {
        let mut lines = self.0.lock();
        let waiting = lines.entry(line.clone()).or_default();
        waiting.act_max = act_max;
        waiting.is_act_of_many_under_way &= act_max > 1;
        for due in dues.into_iter().rev() {
            waiting.busy.remove(&due.subject);
            waiting.dues.push_front(due);
        }
    }

    /// The turn of some people is over.
    pub fn free<'a>(&self, line: &Line, subjects: impl Iterator<Item = &'a SubjectId>) {
        if let Some(waiting) = self.0.lock().get_mut(line) {
            subjects.for_each(|subject| {
                waiting.busy.remove(subject);
            });
        }
    }

    /// What was taken together is done.
    pub fn end(&self, line: &Line, company: &Company) {
        let mut lines = self.0.lock();
        let Some(waiting) = lines.get_mut(line) else { return };
        waiting.n_under_way = waiting.n_under_way.saturating_sub(1);
        waiting.is_act_of_many_under_way &= !company.is_act_of_many;
        // How many act at a time is asked again when there is something to do.
        if waiting.n_under_way == 0 && waiting.dues.is_empty() {
            lines.remove(line);
        }
    }
}

impl Waiting {
    fn take(&mut self) -> Option<Company> {
        if self.n_under_way >= AT_ONCE {
            return None;
        }
        let may_act = |due: &Due| due.which == Which::Search || !self.is_act_of_many_under_way;
        let first = self.dues.iter().position(|due| may_act(due) && !self.busy.contains(&due.subject))?;
        let first = self.dues.remove(first)?;
        self.busy.insert(first.subject);
        let of_kind = if first.which == Which::Act { self.act_max } else { TOGETHER_MAX };
        let mut n_max = first.together_max.min(of_kind);
        let mut dues = vec![first];
        let mut left = VecDeque::with_capacity(self.dues.len());
        while let Some(due) = self.dues.pop_front() {
            let has_room = dues.len() < n_max && dues.len() < due.together_max;
            let joins = has_room && dues.first().is_some_and(|first| first.asks_the_same(&due));
            if joins && self.busy.insert(due.subject) {
                n_max = n_max.min(due.together_max);
                dues.push(due);
            } else {
                left.push_back(due);
            }
        }
        self.dues = left;
        self.n_under_way += 1;
        let is_act_of_many = dues.len() > 1 && dues.first().is_some_and(|first| first.which == Which::Act);
        self.is_act_of_many_under_way |= is_act_of_many;
        Some(Company { dues, is_act_of_many })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(of: u8, which: Which) -> Due {
        let mut bytes = [0; 16];
        bytes[0] = of;
        let (request, subject) = (RequestId::from_bytes(bytes), SubjectId::from_bytes(bytes));
        let (plan, right) = ("p".to_owned(), "erasure".to_owned());
        Due { request, subject, plan, right, at: 0, which, together_max: TOGETHER_MAX }
    }

    fn line() -> Line {
        (TenantId::from_bytes([1; 16]), "shop".into())
    }

    fn people(company: Option<Company>) -> Vec<u8> {
        company.into_iter().flat_map(|company| company.dues).map(|due| due.subject.as_bytes()[0]).collect()
    }

    #[test]
    fn what_waits_for_the_same_is_taken_together_but_one_person_once() {
        let joining = Joining::default();
        let other = Due { right: "restriction".into(), ..due(3, Which::Act) };
        joining
            .add(&line(), [due(1, Which::Act), due(2, Which::Act), due(1, Which::Act), other, due(4, Which::Search)]);
        let first = joining.take(&line()).unwrap();
        assert_eq!(first.dues.iter().map(|due| due.subject.as_bytes()[0]).collect::<Vec<_>>(), [1, 2]);
        // While rows of many are changed, nobody else changes any; searches go on.
        assert_eq!(people(joining.take(&line())), [4]);
        assert_eq!(joining.take(&line()), None);
        joining.free(&line(), first.dues.iter().map(|due| &due.subject));
        joining.end(&line(), &first);
        assert_eq!(people(joining.take(&line())), [1]);
        assert_eq!(people(joining.take(&line())), [3]);
    }

    #[test]
    fn whoever_ran_out_of_time_in_company_goes_with_fewer() {
        let joining = Joining::default();
        let few = Due { together_max: 2, ..due(2, Which::Act) };
        joining.add(&line(), [due(1, Which::Act), few, due(3, Which::Act)]);
        let first = joining.take(&line()).unwrap();
        assert_eq!(first.dues.len(), 2);
        joining.end(&line(), &first);
        assert_eq!(people(joining.take(&line())), [3]);
    }

    #[test]
    fn where_each_acts_alone_several_do_at_once() {
        let joining = Joining::default();
        joining.add(&line(), (0..9).map(|of| due(of, Which::Act)));
        let all = joining.take(&line()).unwrap();
        let mut dues = all.dues.clone();
        let rest = dues.split_off(1);
        joining.put_back(&line(), rest, 1);
        joining.end(&line(), &all);
        let taken: Vec<Vec<u8>> = (0..=AT_ONCE).map(|_| people(joining.take(&line()))).collect();
        assert_eq!(taken, [vec![1], vec![2], vec![3], vec![4], vec![]]);
    }
}
