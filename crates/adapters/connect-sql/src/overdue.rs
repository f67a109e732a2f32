//! Rows that are over their time: found in sets, and ended in the transaction that found them.

use candor_connect::ConnectError;
use candor_places::sql::{Dialect, OverdueChange, OverdueCount, OverduePlan, overdue, people_json, roles_json};
use candor_places::{Overdue, OverdueTask};

use crate::carry_out::counts;
use crate::connector::Known;
use crate::driver::Session;
use crate::sets;

/// What would be done, and what stays, asked within a transaction that is undone.
pub(crate) async fn preview(
    session: &mut dyn Session,
    dialect: Dialect,
    known: &Known,
    task: &OverdueTask,
) -> Result<Vec<Overdue>, ConnectError> {
    let plan = make(session, dialect, known, task).await?;
    let told: Vec<&OverdueChange> = plan.changes.iter().filter(|change| change.count.is_some()).collect();
    let asked: Vec<&str> = told.iter().filter_map(|change| change.count.as_deref()).collect();
    let found = counts(session, dialect, &asked).await?;
    let mut overdue: Vec<Overdue> = told.into_iter().zip(found).map(|(change, n_rows)| done(change, n_rows)).collect();
    overdue.extend(stays(session, dialect, &plan.stays).await?);
    overdue.extend(plan.cannot);
    Ok(overdue)
}

/// Ends them.
pub(crate) async fn end(
    session: &mut dyn Session,
    dialect: Dialect,
    known: &Known,
    task: &OverdueTask,
) -> Result<Vec<Overdue>, ConnectError> {
    let plan = make(session, dialect, known, task).await?;
    let kept = stays(session, dialect, &plan.stays).await?;
    let mut overdue = Vec::new();
    for change in &plan.changes {
        let n_rows = session.execute(&change.statement, &[]).await?;
        if change.count.is_some() {
            overdue.push(Overdue { statements: Vec::new(), ..done(change, n_rows) });
        }
    }
    overdue.extend(kept);
    overdue.extend(plan.cannot);
    Ok(overdue)
}

async fn make(
    session: &mut dyn Session,
    dialect: Dialect,
    known: &Known,
    task: &OverdueTask,
) -> Result<OverduePlan, ConnectError> {
    let plan = overdue(&known.graph, dialect, task).map_err(|obstacles| {
        let all: Vec<String> = obstacles.iter().map(ToString::to_string).collect();
        ConnectError::Refused { why: all.join("; ") }
    })?;
    let people = (0_u32..).zip(&task.people).map(|(n, concerned)| (n, &concerned.person));
    let (owners, others) = plan.steps.split_at(plan.steps.iter().take_while(|step| is_of_owners(step)).count());
    for statement in dialect.drop_sets(others) {
        session.execute(&statement, &[]).await?;
    }
    sets::make(session, dialect, &people_json(people), owners).await?;
    session.execute(&dialect.fill_new(), &[&roles_json(task)]).await?;
    for step in others {
        sets::fill(session, dialect, step).await?;
    }
    Ok(plan)
}

fn is_of_owners(step: &candor_places::sql::Step) -> bool {
    step.sets.iter().all(|(name, ..)| name.starts_with("candor_r"))
}

fn done(change: &OverdueChange, n_rows: u64) -> Overdue {
    Overdue {
        place: change.place.clone(),
        did: change.did,
        fields: change.fields.clone(),
        n_rows,
        because: None,
        statements: vec![change.statement.clone()],
    }
}

async fn stays(
    session: &mut dyn Session,
    dialect: Dialect,
    counted: &[OverdueCount],
) -> Result<Vec<Overdue>, ConnectError> {
    let asked: Vec<&str> = counted.iter().map(|it| it.count.as_str()).collect();
    let found = counts(session, dialect, &asked).await?;
    let found = counted.iter().zip(found).filter(|(_, n_rows)| *n_rows > 0);
    Ok(found
        .map(|(it, n_rows)| Overdue {
            place: it.place.clone(),
            did: it.did,
            fields: it.fields.clone(),
            n_rows,
            because: it.because.clone(),
            statements: Vec::new(),
        })
        .collect())
}
