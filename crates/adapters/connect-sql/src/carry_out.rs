//! A task carried out: all of it in one transaction, or nothing.

use std::collections::BTreeSet;

use candor_connect::ConnectError;
use candor_places::sql::{Change, Dialect, Echo, ErasePlan, Guard, Obstacle, Step, owned, rectify, restrict};
use candor_places::{Act, Correction, Did, PlaceReport, Preview, Report, Task};
use candor_words::Secret;

use crate::connector::Known;
use crate::driver::{Access, Session};
use crate::sets;

/// Up to so many people an erasure is said in one statement: it has no statistics of them, and needs none.
const SINGLE_PEOPLE_MAX: usize = 100;
/// So many counts are asked for at once.
const COUNTS_AT_ONCE: usize = 50;
/// What is told of a table without transactions.
const LASTING: &str = "this table has no transactions: what is done in it stands even when a later step fails, and a repetition does the rest";
/// A trigger that goes on copying what is deleted is not followed further.
const ECHOES_MAX: usize = 5;

pub(crate) async fn carry_out(
    session: &mut dyn Session,
    dialect: Dialect,
    known: &Known,
    task: &Task,
) -> Result<Report, ConnectError> {
    let people = sets::people_of(&task.people);
    if let (Act::Erase, Some(single), Ok(plan)) = (&task.act, &known.single, &known.erase)
        && task.people.len() <= SINGLE_PEOPLE_MAX
    {
        return in_one_statement(session, plan, single, &people).await;
    }
    session.begin(Access::Write).await?;
    let report = staged(session, dialect, known, task, &people).await?;
    session.commit().await?;
    Ok(report)
}

async fn in_one_statement(
    session: &mut dyn Session,
    plan: &ErasePlan,
    single: &str,
    people: &str,
) -> Result<Report, ConnectError> {
    let mut places = Vec::new();
    for row in session.query(single, &[people]).await? {
        let mut numbers = row.into_iter().map(|value| value.and_then(|it| it.parse::<u64>().ok()).unwrap_or_default());
        let (n, n_rows) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
        let change = usize::try_from(n).ok().and_then(|n| plan.changes.get(n));
        places.extend(change.and_then(|change| told(change, n_rows)));
    }
    Ok(Report { places })
}

async fn staged(
    session: &mut dyn Session,
    dialect: Dialect,
    known: &Known,
    task: &Task,
    people: &str,
) -> Result<Report, ConnectError> {
    let work = Work::of(dialect, known, task)?;
    work.make(session, dialect, people).await?;
    let refusing: Vec<&Guard> = work.guards.iter().filter(|guard| guard.refuses).collect();
    let found =
        counts(session, dialect, &refusing.iter().map(|guard| guard.count.as_str()).collect::<Vec<_>>()).await?;
    if let Some((guard, _)) = refusing.iter().zip(found).find(|(_, n)| *n > 0) {
        return Err(ConnectError::Refused { why: guard.says() });
    }
    let mut done = vec![0; work.changes.len()];
    for at in order(known, &work.changes) {
        let (Some(change), Some(n_rows)) = (work.changes.get(at), done.get_mut(at)) else { continue };
        *n_rows = match &change.statement {
            Some(statement) => session.execute(statement, &[]).await?,
            None => counts(session, dialect, &[&change.count]).await?.first().copied().unwrap_or_default(),
        };
    }
    for echo in &work.echoes {
        for _ in 0..ECHOES_MAX {
            let mut n_new = 0;
            for statement in &echo.refill {
                n_new += session.execute(statement, &[]).await?;
            }
            if n_new == 0 {
                break;
            }
            for at in &echo.again {
                let (Some(change), Some(n_rows)) = (work.changes.get(*at), done.get_mut(*at)) else { continue };
                if let Some(statement) = &change.statement {
                    *n_rows += session.execute(statement, &[]).await?;
                }
            }
        }
    }
    Ok(Report { places: work.changes.iter().zip(done).filter_map(|(change, n)| told(change, n)).collect() })
}

/// In which order changes are made: as planned, where all of them are undone when one fails. Where some stand at once, what is
/// owned comes before its owners, so that whatever is left is still led to when the task is repeated.
fn order(known: &Known, changes: &[Change]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..changes.len()).collect();
    if changes.iter().any(|change| known.lasting.contains(&change.place)) {
        let distance = |at: &usize| changes.get(*at).and_then(|change| known.graph.distance(&change.place));
        // What is no place of anybody's is done first: links that stand in the way are cut there.
        order.sort_by_key(|at| std::cmp::Reverse(distance(at).unwrap_or(usize::MAX)));
    }
    order
}

/// What a task would do, asked within a transaction that is undone.
pub(crate) async fn preview(
    session: &mut dyn Session,
    dialect: Dialect,
    known: &Known,
    task: &Task,
) -> Result<Vec<Preview>, ConnectError> {
    let work = Work::of(dialect, known, task)?;
    work.make(session, dialect, &sets::people_of(&task.people)).await?;
    let found =
        counts(session, dialect, &work.guards.iter().map(|guard| guard.count.as_str()).collect::<Vec<_>>()).await?;
    let mut previews = Vec::new();
    for (guard, n_rows) in work.guards.iter().zip(found).filter(|(_, n)| *n > 0) {
        if guard.refuses {
            return Err(ConnectError::Refused { why: guard.says() });
        }
        let (place, because) = (guard.table.clone(), Some(guard.says()));
        previews
            .push(Preview { would: PlaceReport { place, did: Did::Deleted, n_rows, because }, statements: Vec::new() });
    }
    let found =
        counts(session, dialect, &work.changes.iter().map(|change| change.count.as_str()).collect::<Vec<_>>()).await?;
    for (change, n_rows) in work.changes.iter().zip(found) {
        if let Some(mut would) = told(change, n_rows) {
            if change.statement.is_some() && known.lasting.contains(&change.place) {
                would.because =
                    Some(would.because.map_or_else(|| LASTING.to_owned(), |because| format!("{because}; {LASTING}")));
            }
            previews.push(Preview { would, statements: change.statement.iter().cloned().collect() });
        }
    }
    Ok(previews)
}

/// What a task asks for, whatever it is.
struct Work {
    steps: Vec<Step>,
    guards: Vec<Guard>,
    changes: Vec<Change>,
    echoes: Vec<Echo>,
    corrections: Option<Secret<String>>,
}

impl Work {
    fn of(dialect: Dialect, known: &Known, task: &Task) -> Result<Self, ConnectError> {
        let simple = |changes, corrections| Self {
            steps: owned(&known.graph, dialect),
            guards: Vec::new(),
            changes,
            echoes: Vec::new(),
            corrections,
        };
        Ok(match &task.act {
            Act::Erase => {
                let plan = known.erase.as_ref().map_err(|obstacles| refused(obstacles))?;
                Self {
                    steps: plan.steps.clone(),
                    guards: plan.guards.clone(),
                    changes: plan.changes.clone(),
                    echoes: plan.echoes.clone(),
                    corrections: None,
                }
            }
            Act::Rectify(corrections) => {
                let fields: BTreeSet<&str> = corrections.iter().map(|it| it.field.as_str()).collect();
                simple(rectify(&known.graph, dialect, &fields), Some(Secret::new(corrections_json(corrections))))
            }
            Act::Restrict => simple(restrict(&known.graph, dialect, false), None),
            Act::LiftRestriction => simple(restrict(&known.graph, dialect, true), None),
        })
    }

    async fn make(&self, session: &mut dyn Session, dialect: Dialect, people: &str) -> Result<(), ConnectError> {
        sets::make(session, dialect, people, &self.steps).await?;
        if let Some(corrections) = &self.corrections {
            session.execute(&dialect.fill_new(), &[corrections.expose()]).await?;
        }
        Ok(())
    }
}

fn corrections_json(corrections: &[Correction]) -> String {
    let parts: Vec<String> = corrections
        .iter()
        .map(|it| {
            let value = it.value.as_ref().map_or_else(|| "null".to_owned(), |value| sets::quoted(value.expose()));
            format!("[{},{},{value}]", it.person.0, sets::quoted(&it.field))
        })
        .collect();
    format!("[{}]", parts.join(","))
}

fn refused(obstacles: &[Obstacle]) -> ConnectError {
    let all: Vec<String> = obstacles.iter().map(ToString::to_string).collect();
    ConnectError::Refused { why: all.join("; ") }
}

fn told(change: &Change, n_rows: u64) -> Option<PlaceReport> {
    (n_rows > 0 || !change.is_minor).then(|| PlaceReport {
        place: change.place.clone(),
        did: change.did,
        n_rows,
        because: change.because.clone(),
    })
}

/// Asks for several counts, many at once.
pub(crate) async fn counts(
    session: &mut dyn Session,
    dialect: Dialect,
    asked: &[&str],
) -> Result<Vec<u64>, ConnectError> {
    let mut found = Vec::with_capacity(asked.len());
    for asked in asked.chunks(COUNTS_AT_ONCE) {
        let columns: Vec<String> = asked.iter().map(|query| dialect.number_text(&format!("({query})"))).collect();
        let rows = session.query(&format!("SELECT {}", columns.join(", ")), &[]).await?;
        let row = rows.into_iter().next().unwrap_or_default();
        found.extend(row.into_iter().map(|value| value.and_then(|it| it.parse::<u64>().ok()).unwrap_or_default()));
    }
    Ok(found)
}
