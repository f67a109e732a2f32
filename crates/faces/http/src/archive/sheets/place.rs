//! The tables of connected systems: one for each place, its columns those of the first row.

use std::collections::{BTreeMap, BTreeSet};

use candor_vault::SystemRow;
use serde_json::{Map, Value};

/// The most characters of a system's or a place's name in the name of a file.
const NAME_CHARS_MAX: usize = 40;

/// The places that rows came from, by system and place: as many as the policy maps.
#[derive(Default)]
pub(super) struct Places {
    known: BTreeMap<(String, String), PlaceSheet>,
    taken: BTreeSet<String>,
}

/// A place as a table.
pub(super) struct PlaceSheet {
    /// The name of its file without the ending.
    pub(super) sheet: String,
    columns: Vec<String>,
}

impl Places {
    /// The table of a row's place.
    pub(super) fn of(&mut self, row: &SystemRow) -> &PlaceSheet {
        let taken = &mut self.taken;
        self.known.entry((row.system.clone(), row.place.clone())).or_insert_with(|| {
            let plain = format!("systems/{}/{}", plain(&row.system), plain(&row.place));
            let numbered = (2_u32..).map(|n| format!("{plain}-{n}"));
            let mut names = std::iter::once(plain.clone()).chain(numbered);
            let sheet = names.find(|name| !taken.contains(name)).unwrap_or_default();
            taken.insert(sheet.clone());
            let columns = row.values.keys().chain(row.withheld.iter().map(|one| &one.field));
            PlaceSheet { sheet, columns: columns.cloned().collect::<BTreeSet<_>>().into_iter().collect() }
        })
    }
}

impl PlaceSheet {
    pub(super) fn header(&self) -> Vec<String> {
        let ends = ["further", "withheld"].map(str::to_owned);
        ["key", "role"].map(str::to_owned).into_iter().chain(self.columns.iter().cloned()).chain(ends).collect()
    }

    /// A row under that header; what the first row did not have stands in a column of its own, as JSON.
    pub(super) fn line(&self, row: &SystemRow) -> Vec<String> {
        let value = |column: &String| row.values.get(column).and_then(|value| value.value.clone()).unwrap_or_default();
        let is_further = |column: &String| self.columns.binary_search(column).is_err();
        let further = row.values.iter().filter(|(column, _)| is_further(column));
        let further = further.map(|(column, value)| (column.clone(), Value::from(value.value.clone())));
        let further: Map<String, Value> = further.collect();
        let further = if further.is_empty() { String::new() } else { Value::Object(further).to_string() };
        let withheld: Vec<String> = row.withheld.iter().map(|one| format!("{} ({})", one.field, one.code)).collect();
        let mut line = vec![row.key.join(" "), row.role.to_owned()];
        line.extend(self.columns.iter().map(value));
        line.extend([further, withheld.join(", ")]);
        line
    }
}

/// A name of a file out of any name.
fn plain(name: &str) -> String {
    let plain = |char: char| if char.is_ascii_alphanumeric() || "-_".contains(char) { char } else { '_' };
    name.chars().take(NAME_CHARS_MAX).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use candor_vault::{SystemValue, WithheldField};

    use super::*;

    fn row(place: &str, values: &[(&str, &str)], withheld: &[&str]) -> SystemRow {
        let value = |text: &str| SystemValue { value: Some(text.to_owned()), field: None };
        let withheld = withheld.iter().map(|field| WithheldField {
            field: (*field).to_owned(),
            code: "others.information",
            message: "",
        });
        SystemRow {
            system: "shop".into(),
            place: place.into(),
            key: vec!["7".into()],
            role: "owner",
            values: values.iter().map(|(column, text)| ((*column).to_owned(), value(text))).collect(),
            withheld: withheld.collect(),
        }
    }

    #[test]
    fn a_column_that_came_later_is_not_lost() {
        let mut places = Places::default();
        let first = row("notes", &[("b", "1")], &["a"]);
        assert_eq!(places.of(&first).header(), ["key", "role", "a", "b", "further", "withheld"]);
        assert_eq!(places.of(&first).line(&first), ["7", "owner", "", "1", "", "a (others.information)"]);
        let later = row("notes", &[("b", "2"), ("c", "3")], &[]);
        assert_eq!(places.of(&later).line(&later), ["7", "owner", "", "2", "{\"c\":\"3\"}", ""]);
    }

    #[test]
    fn names_of_files_are_plain_and_no_two_places_share_one() {
        let mut places = Places::default();
        let mut sheet = |place: &str| places.of(&row(place, &[], &[])).sheet.clone();
        assert_eq!(sheet("public.orders"), "systems/shop/public_orders");
        assert_eq!(sheet("public/orders"), "systems/shop/public_orders-2");
        assert_eq!(sheet("public.orders"), "systems/shop/public_orders");
        assert_eq!(sheet("../ä"), "systems/shop/____");
        assert!(sheet(&"x".repeat(300)).len() < 64);
    }
}
