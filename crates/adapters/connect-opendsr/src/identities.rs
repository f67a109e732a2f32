//! By what an organisation knows people: the identities that the policy maps.

use candor_dsr::opendsr::{IDENTITIES_MAX, Identity, IdentityFormat, IdentityType};
use candor_places::{MappedOwner, MappedPlace, Person, SystemMap};
use candor_words::Secret;

/// The identities of a person that the organisation knows them by, as far as they are known; none twice.
pub(crate) fn of(map: &SystemMap, person: &Person) -> Vec<Identity> {
    let mut known: Vec<(IdentityType, &str)> = Vec::new();
    for (kind, field) in map.places.iter().flat_map(named) {
        for identifier in person.identifiers.iter().filter(|identifier| identifier.field == field) {
            let value = identifier.value.expose().as_str();
            if !known.contains(&(kind, value)) && known.len() < IDENTITIES_MAX {
                known.push((kind, value));
            }
        }
    }
    let identity = |(kind, value): (IdentityType, &str)| Identity {
        kind,
        format: IdentityFormat::Raw,
        value: Secret::new(value.to_owned()),
    };
    known.into_iter().map(identity).collect()
}

/// Which field stands for which identity in a place.
fn named(place: &MappedPlace) -> impl Iterator<Item = (IdentityType, &str)> {
    let owners = place.owned_by.iter().filter_map(|owner| match owner {
        MappedOwner::Subject { field, column } => Some((IdentityType::of(column)?, field.as_str())),
        MappedOwner::Place(_) => None,
    });
    let columns =
        place.columns.iter().filter_map(|column| Some((IdentityType::of(&column.column)?, column.field.as_deref()?)));
    owners.chain(columns)
}
