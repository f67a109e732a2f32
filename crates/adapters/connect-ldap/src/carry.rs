//! Carries a plan out, change by change. What is already so, is passed over: a repetition does what is left.

use candor_connect::ConnectError;
use candor_places::Report;

use crate::outcome::{NO_SUCH_ATTRIBUTE, NO_SUCH_OBJECT, NOT_ALLOWED_ON_NON_LEAF, Trouble, VALUE_EXISTS};
use crate::owned::Work;
use crate::plan::{Change, Op, Plan, Step};
use crate::session::{Pages, Query};

/// Values of one request.
const VALUES_OF_REQUEST: usize = 500;

impl Work<'_> {
    /// Makes the changes of a plan.
    pub(crate) async fn carry(&self, plan: Plan) -> Result<Report, ConnectError> {
        for step in &plan.steps {
            match self.make(step).await {
                Err(Trouble::Code(_)) if step.is_wish => {}
                // It was there when the plan was made: somebody else is at it.
                Err(Trouble::Code(NO_SUCH_OBJECT)) => return Err(ConnectError::Busy { retry_after_seconds: None }),
                Err(trouble) => return Err(trouble.about(&step.attempted())),
                Ok(()) => {}
            }
        }
        Ok(Report::of_places(plan.reports))
    }

    async fn make(&self, step: &Step) -> Result<(), Trouble> {
        match &step.op {
            Op::Delete { dn } => self.delete(dn).await,
            Op::Rename { dn, own, keeps_old } => self.session.rename(dn, own, *keeps_old).await,
            Op::Modify { dn, changes } => match self.modify(dn, changes).await {
                Err(Trouble::Code(code)) => match &step.instead {
                    Some((when, instead)) if *when == code => self.modify(dn, instead).await,
                    _ => Err(Trouble::Code(code)),
                },
                made => made,
            },
        }
    }

    /// An entry that is gone by now is what was wanted.
    async fn delete(&self, dn: &str) -> Result<(), Trouble> {
        match self.session.delete(dn).await {
            Err(Trouble::Code(NO_SUCH_OBJECT)) => Ok(()),
            Err(Trouble::Code(NOT_ALLOWED_ON_NON_LEAF)) => {
                for below in self.below(dn).await?.iter().rev() {
                    match self.session.delete(below).await {
                        Err(Trouble::Code(NO_SUCH_OBJECT)) => {}
                        deleted => deleted?,
                    }
                }
                Ok(())
            }
            deleted => deleted,
        }
    }

    /// The names of an entry and all below it, those above first.
    pub(crate) async fn below(&self, dn: &str) -> Result<Vec<String>, Trouble> {
        let mut pages = Pages::of(Query::below(dn, "(objectClass=*)", &["1.1"]));
        let mut names = Vec::new();
        while let Some(page) = pages.next(self.session).await? {
            names.extend(page.into_iter().map(|entry| entry.dn));
        }
        let depth = |name: &String| crate::name::Name::parse(name).map_or(0, |name| name.above().count());
        names.sort_by_key(depth);
        Ok(names)
    }

    /// Changes an entry; when a value that is to go has gone by now, the changes are made one by one.
    async fn modify(&self, dn: &str, changes: &[Change]) -> Result<(), Trouble> {
        for some in requests(changes) {
            let made = self.session.modify(dn, some.iter().map(Change::to_mod).collect()).await;
            if !made.as_ref().is_err_and(|error| error.is(NO_SUCH_ATTRIBUTE)) {
                made?;
                continue;
            }
            for one in some.iter().flat_map(single) {
                match self.session.modify(dn, vec![one.to_mod()]).await {
                    Err(Trouble::Code(NO_SUCH_ATTRIBUTE | VALUE_EXISTS)) => {}
                    made => made?,
                }
            }
        }
        Ok(())
    }
}

/// Changes in requests that no directory finds too long. Only a removal of very many values is more than one.
fn requests(changes: &[Change]) -> Vec<Vec<Change>> {
    match changes {
        [Change::Remove(attribute, values), rest @ ..] if values.len() > VALUES_OF_REQUEST => {
            let removal = |values: &[Vec<u8>]| Change::Remove(attribute.clone(), values.to_vec());
            let mut requests: Vec<Vec<Change>> =
                values.chunks(VALUES_OF_REQUEST).map(|values| vec![removal(values)]).collect();
            if let Some(first) = requests.first_mut() {
                first.extend_from_slice(rest);
            }
            requests
        }
        changes => vec![changes.to_vec()],
    }
}

fn single(change: &Change) -> Vec<Change> {
    match change {
        Change::Remove(attribute, values) if !values.is_empty() => {
            values.iter().map(|value| Change::Remove(attribute.clone(), vec![value.clone()])).collect()
        }
        other => vec![other.clone()],
    }
}
