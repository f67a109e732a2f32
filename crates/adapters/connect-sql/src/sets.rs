//! The sets of a task, made as temporary tables.

use candor_connect::ConnectError;
use candor_places::Person;
use candor_places::sql::{Dialect, Step, people_json};

use crate::driver::Session;

/// For up to so many people sets are parts of one statement, which has no statistics of them and needs none.
pub(crate) const SINGLE_PEOPLE_MAX: usize = 100;
/// A circle of ownership that is deeper than this is not followed.
const ROUNDS_MAX: usize = 10_000;

/// The people as a parameter.
pub(crate) fn people_of(people: &[Person]) -> String {
    people_json(people.iter().enumerate().filter_map(|(n, person)| Some((u32::try_from(n).ok()?, person))))
}

/// A text as JSON.
pub(crate) fn quoted(value: &str) -> String {
    candor_places::sql::json_text(value)
}

/// Makes the table of identifiers and the sets, within a transaction.
pub(crate) async fn make(
    session: &mut dyn Session,
    dialect: Dialect,
    people: &str,
    steps: &[Step],
) -> Result<(), ConnectError> {
    for statement in dialect.drop_sets(steps) {
        session.execute(&statement, &[]).await?;
    }
    for statement in dialect.create_inputs() {
        session.execute(&statement, &[]).await?;
    }
    session.execute(&dialect.fill_ids(), &[people]).await?;
    for step in steps {
        fill(session, dialect, step).await?;
    }
    Ok(())
}

/// Makes sets that lean on those before.
pub(crate) async fn fill(session: &mut dyn Session, dialect: Dialect, step: &Step) -> Result<(), ConnectError> {
    for (name, n_keys, select) in &step.sets {
        for statement in dialect.create_set(name, *n_keys, select) {
            session.execute(&statement, &[]).await?;
        }
    }
    around(session, &step.again).await
}

/// Repeats statements until none of them changes a row.
async fn around(session: &mut dyn Session, statements: &[String]) -> Result<(), ConnectError> {
    for _ in 0..ROUNDS_MAX {
        let mut n_changed = 0;
        for statement in statements {
            n_changed += session.execute(statement, &[]).await?;
        }
        if n_changed == 0 {
            return Ok(());
        }
    }
    Err(ConnectError::Refused {
        why: format!("ownership goes round more than {ROUNDS_MAX} times; look at the rows' owners"),
    })
}
