//! A task carried out: all of it in one transaction, or nothing.

use std::collections::BTreeSet;

use candor_connect::ConnectError;
use candor_places::sql::{Change, Dialect, Echo, ErasePlan, Guard, Obstacle, Step, mark, rectify, whose};
use candor_places::{Act, Correction, Did, Foreseen, PersonIx, PlaceReport, Preview, Report, Share, Task};
use candor_words::Secret;

use crate::connector::Known;
use crate::driver::{Access, Session};
use crate::sets;

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
        && task.people.len() <= sets::SINGLE_PEOPLE_MAX
    {
        let statement = if task.people.len() > 1 { &single.of_each } else { &single.of_one };
        return in_one_statement(session, plan, statement, &people).await;
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
    let (mut done, mut shares) = (vec![None; plan.changes.len()], Vec::new());
    for row in session.query(single, &[people]).await? {
        let mut numbers = row.into_iter().map(|value| value.and_then(|it| it.parse::<u64>().ok()));
        let (n, n_rows, person) = (numbers.next().flatten(), numbers.next().flatten(), numbers.next().flatten());
        let line = n.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
        let n_rows = n_rows.unwrap_or_default();
        match person.and_then(|person| u32::try_from(person).ok()) {
            Some(person) => shares.push(Share { line, person: PersonIx(person), n_rows }),
            None => done.get_mut(line).into_iter().for_each(|done| *done = Some(n_rows)),
        }
    }
    let lines = plan.changes.iter().zip(done).map(|(change, n_rows)| n_rows.and_then(|n_rows| told(change, n_rows)));
    let (places, shares) = kept_lines(lines, shares);
    Ok(Report { places, shares })
}

/// Lines that are told, and the shares of these alone.
fn kept_lines<T>(lines: impl Iterator<Item = Option<T>>, shares: Vec<Share>) -> (Vec<T>, Vec<Share>) {
    let (mut kept, mut at) = (Vec::new(), Vec::new());
    for line in lines {
        at.push(line.is_some().then_some(kept.len()));
        kept.extend(line);
    }
    let moved = |share: Share| Some(Share { line: at.get(share.line).copied().flatten()?, ..share });
    (kept, shares.into_iter().filter_map(moved).collect())
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
    let mut shares = shares(session, dialect, &work.changes, &work.asked_of(task)).await?;
    let mut done = vec![0; work.changes.len()];
    for at in order(known, &work.changes) {
        let (Some(change), Some(n_rows)) = (work.changes.get(at), done.get_mut(at)) else { continue };
        *n_rows = match &change.statement {
            Some(statement) => session.execute(statement, &[]).await?,
            None => counts(session, dialect, &[&change.count]).await?.first().copied().unwrap_or_default(),
        };
    }
    for echo in &work.echoes {
        let mut has_more = false;
        for _ in 0..ECHOES_MAX {
            let mut n_new = 0;
            for statement in &echo.refill {
                n_new += session.execute(statement, &[]).await?;
            }
            if n_new == 0 {
                break;
            }
            has_more = true;
            for at in &echo.again {
                let (Some(change), Some(n_rows)) = (work.changes.get(*at), done.get_mut(*at)) else { continue };
                if let Some(statement) = &change.statement {
                    *n_rows += session.execute(statement, &[]).await?;
                }
            }
        }
        if has_more && task.people.len() > 1 {
            // What was added to the sets meanwhile is somebody's too.
            shares.retain(|share| !echo.again.contains(&share.line));
            shares.extend(self::shares(session, dialect, &work.changes, &echo.again).await?);
        }
    }
    refuse_what_stayed(session, dialect, &work.changes).await?;
    let (places, shares) = kept_lines(work.changes.iter().zip(done).map(|(change, n)| told(change, n)), shares);
    Ok(Report { places, shares })
}

/// Nothing is told as done that a trigger or rule undid, or kept from being done.
async fn refuse_what_stayed(
    session: &mut dyn Session,
    dialect: Dialect,
    changes: &[Change],
) -> Result<(), ConnectError> {
    let (asked, of): (Vec<&str>, Vec<&Change>) =
        changes.iter().filter_map(|change| Some((change.stayed.as_deref()?, change))).unzip();
    let found = counts(session, dialect, &asked).await?;
    match of.into_iter().zip(found).find(|(_, n_rows)| *n_rows > 0) {
        Some((change, _)) => Err(ConnectError::Refused { why: change.stayed_says() }),
        None => Ok(()),
    }
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
) -> Result<Foreseen, ConnectError> {
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
    let n_guards = previews.len();
    let lines = work.changes.iter().zip(found).map(|(change, n_rows)| {
        let mut would = told(change, n_rows)?;
        if change.statement.is_some() && known.lasting.contains(&change.place) {
            would.because =
                Some(would.because.map_or_else(|| LASTING.to_owned(), |because| format!("{because}; {LASTING}")));
        }
        Some(Preview { would, statements: change.statement.iter().cloned().collect() })
    });
    let shares = shares(session, dialect, &work.changes, &work.asked_of(task)).await?;
    let (lines, shares) = kept_lines(lines, shares);
    previews.extend(lines);
    let shares = shares.into_iter().map(|share| Share { line: share.line + n_guards, ..share }).collect();
    Ok(Foreseen { previews, shares })
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
        let simple = |changes: Vec<Change>, corrections| {
            let steps = whose(&known.graph, dialect, changes.iter().map(|change| &*change.place));
            Self { steps, guards: Vec::new(), changes, echoes: Vec::new(), corrections }
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
            Act::Restrict | Act::LiftRestriction | Act::Stop(_) | Act::Allow(_) => {
                let changes = task.act.mark().map(|(of, turn)| mark(&known.graph, dialect, &of, turn));
                simple(changes.unwrap_or_default(), None)
            }
        })
    }

    /// Of which changes it is asked whose rows they are: of none, where there is one person.
    fn asked_of(&self, task: &Task) -> Vec<usize> {
        if task.people.len() > 1 { (0..self.changes.len()).collect() } else { Vec::new() }
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

/// Asks whose the rows of some changes are, of many at once.
async fn shares(
    session: &mut dyn Session,
    dialect: Dialect,
    changes: &[Change],
    asked: &[usize],
) -> Result<Vec<Share>, ConnectError> {
    let mut shares = Vec::new();
    for asked in asked.chunks(COUNTS_AT_ONCE) {
        let selects = asked.iter().filter_map(|at| {
            let (line, person) = (dialect.literal(&at.to_string()), dialect.number_text("s.person"));
            let n_rows = dialect.number_text("s.n");
            Some(format!("SELECT {line}, {person}, {n_rows} FROM ({}) AS s", changes.get(*at)?.shares))
        });
        let query = selects.collect::<Vec<_>>().join(" UNION ALL ");
        for row in session.query(&query, &[]).await? {
            let mut numbers = row.into_iter().map(|value| value.and_then(|it| it.parse::<u64>().ok()));
            let (line, person, n_rows) = (numbers.next().flatten(), numbers.next().flatten(), numbers.next().flatten());
            let line = line.and_then(|line| usize::try_from(line).ok());
            let person = person.and_then(|person| u32::try_from(person).ok());
            if let (Some(line), Some(person), Some(n_rows)) = (line, person, n_rows) {
                shares.push(Share { line, person: PersonIx(person), n_rows });
            }
        }
    }
    Ok(shares)
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
