//! What is over its time in a system that has no sets: an erasure of the people whose every field there is over.

use candor_places::{
    Act, Concerned, Did, Identifier, Overdue, OverdueDid, OverdueTask, Person, PlaceReport, Preview, Task,
};
use candor_words::Secret;

use crate::{ConnectError, Connector};

pub(crate) async fn preview<C: Connector + ?Sized>(
    connector: &C,
    task: &OverdueTask,
) -> Result<Vec<Overdue>, ConnectError> {
    let (people, mut overdue) = begin(connector, task).await?;
    if !people.is_empty() {
        let previews = connector.preview(&erasure(&people)).await?;
        overdue.extend(previews.into_iter().map(|Preview { would, statements }| told(task, would, statements)));
    }
    Ok(overdue)
}

pub(crate) async fn end<C: Connector + ?Sized>(
    connector: &C,
    task: &OverdueTask,
) -> Result<Vec<Overdue>, ConnectError> {
    let (people, mut overdue) = begin(connector, task).await?;
    if !people.is_empty() {
        let report = connector.carry_out(&erasure(&people)).await?;
        overdue.extend(report.places.into_iter().map(|place| told(task, place, Vec::new())));
    }
    Ok(overdue)
}

/// Who is over as a whole, and what stays; nobody, where that cannot be said of people.
async fn begin<'a, C: Connector + ?Sized>(
    connector: &C,
    task: &'a OverdueTask,
) -> Result<(Vec<&'a Concerned>, Vec<Overdue>), ConnectError> {
    match task.wholly_ended() {
        Ok(people) => Ok((people, held(connector, task).await?)),
        Err(cannot) => Ok((Vec::new(), cannot)),
    }
}

/// The rows that would go but for a hold or a restriction, by its ground.
async fn held<C: Connector + ?Sized>(connector: &C, task: &OverdueTask) -> Result<Vec<Overdue>, ConnectError> {
    let mut overdue = Vec::new();
    for ground in candor_places::sql::grounds(task) {
        let is_meant = |concerned: &&Concerned| concerned.held.as_ref() == Some(&ground) && !concerned.ended.is_empty();
        let people: Vec<&Concerned> = task.people.iter().filter(is_meant).collect();
        if people.is_empty() {
            continue;
        }
        let changes = connector.preview(&erasure(&people)).await?.into_iter().map(|preview| preview.would);
        overdue.extend(changes.filter(|would| would.n_rows > 0 && would.did != Did::Kept).map(|would| Overdue {
            place: would.place,
            did: OverdueDid::Held,
            fields: Vec::new(),
            n_rows: would.n_rows,
            because: Some(ground.clone()),
            statements: Vec::new(),
        }));
    }
    Ok(overdue)
}

fn erasure(people: &[&Concerned]) -> Task {
    let identifier =
        |it: &Identifier| Identifier { field: it.field.clone(), value: Secret::new(it.value.expose().clone()) };
    let person =
        |concerned: &&Concerned| Person { identifiers: concerned.person.identifiers.iter().map(identifier).collect() };
    Task { act: Act::Erase, people: people.iter().map(person).collect() }
}

fn told(task: &OverdueTask, report: PlaceReport, statements: Vec<String>) -> Overdue {
    let did = match report.did {
        Did::Deleted => OverdueDid::Deleted,
        Did::Kept => OverdueDid::Kept,
        Did::CannotHold => OverdueDid::CannotHold,
        Did::DeIdentified | Did::Corrected | Did::Restricted | Did::Lifted | Did::Stopped | Did::Allowed => {
            OverdueDid::DeIdentified
        }
    };
    let fields = task.map.place(&report.place).map(|place| {
        let fields = place.columns.iter().filter_map(|column| column.field.clone());
        fields.collect()
    });
    Overdue {
        place: report.place,
        did,
        fields: fields.unwrap_or_default(),
        n_rows: report.n_rows,
        because: report.because,
        statements,
    }
}
