//! A row on its way into an export: what of it a person is given.

use candor_places::{FoundRow, MappedOwner, MappedPlace, PersonIx, Role, RowValue, VALUE_BYTES_MAX};

use crate::LiveRow;
use crate::row::is_column;
use crate::walk::{clause_column, is_there};

/// What a person is given of a row. The owner is given all of it but who the other
/// owners are, and what others wrote that may be about others. Somebody whom it only speaks
/// of is given what is mapped, without what identifies its owner, or is about others (GDPR Art. 15(4)).
pub(crate) fn found_row(
    place: &MappedPlace,
    row: &LiveRow,
    role: Role,
    person: PersonIx,
    is_theirs: &dyn Fn(&str, &str) -> bool,
) -> FoundRow {
    let clauses = || place.owned_by.iter().chain(&place.accessed_by).filter(|clause| !is_there(clause));
    let mut values = Vec::new();
    for (column, value) in row.body.cells() {
        let mapped = place
            .columns
            .iter()
            .filter(|mapped| row.meets(mapped.only_where.as_ref()))
            .filter(|mapped| is_column(&mapped.column, &column))
            .find(|mapped| !mapped.column.contains('[') || row.values(&mapped.column).contains(&value));
        let link = clauses().find(|clause| is_column(clause_column(place, clause), &column));
        let is_link_of_others = link.is_some_and(|link| {
            let is_shared = place.owned_by.len() > 1 || role == Role::Mentioned || place.accessed_by.contains(link);
            is_shared && !is_theirs(clause_column(place, link), &value)
        });
        let is_withheld = match role {
            Role::Owner => is_link_of_others || mapped.is_some_and(|mapped| mapped.about_others && !mapped.is_provided),
            Role::Mentioned => {
                is_link_of_others
                    || (link.is_none() && mapped.is_some_and(|mapped| mapped.identifies || mapped.about_others))
            }
        };
        if role == Role::Mentioned && mapped.is_none() && link.is_none() && !place.key.contains(&column) {
            continue;
        }
        let field = mapped.map_or_else(|| link.and_then(field_of), |mapped| mapped.field.clone());
        let is_too_long = value.len() > VALUE_BYTES_MAX;
        values.push(RowValue {
            column,
            field,
            value: (!is_withheld && !is_too_long).then_some(value),
            is_too_long,
            is_withheld,
            is_provided: role == Role::Owner && mapped.is_some_and(|mapped| mapped.is_provided),
        });
    }
    FoundRow { person, place: place.name.clone(), key: row.key.clone(), role, values }
}

fn field_of(owner: &MappedOwner) -> Option<String> {
    match owner {
        MappedOwner::Subject { field, .. } => Some(field.clone()),
        MappedOwner::Place(_) => None,
    }
}
