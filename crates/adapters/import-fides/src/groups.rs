//! Collections as data groups, columns as fields.

use candor_manifest::dpv;

use crate::names::{Taken, name_of, one_line, quoted};
use crate::shapes::{Collection, Dataset, Field, Reference, Resources};
use crate::taxonomy::{Taxonomy, Term};
use crate::writing::Writing;

/// The longest description that serves as a title.
const TITLE_BYTES_MAX: usize = 80;
/// The group of what systems declare and no dataset holds.
const DECLARED: &str = "declared";
/// Nested fields deeper than this are left out; YAML's own bound is wider.
const NESTED_MAX: usize = 16;

/// A collection as a group.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    title: Option<String>,
    pub(crate) dataset: String,
    /// The collection's own name.
    pub(crate) collection: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) retention: Option<String>,
}

/// A column, and the field it is when it is about a person.
#[derive(Debug)]
pub(crate) struct Column {
    /// Its own name, with those of what it is nested in.
    pub(crate) path: String,
    pub(crate) field: Option<PersonalField>,
    pub(crate) is_key: bool,
    pub(crate) identity: bool,
    pub(crate) is_deleted: bool,
    pub(crate) references: Vec<Reference>,
}

/// A field about a person.
#[derive(Debug)]
pub(crate) struct PersonalField {
    /// `group.field`
    pub(crate) name: String,
    pub(crate) categories: Vec<String>,
    pub(crate) term: Term,
    kind: Option<&'static str>,
    length: Option<u32>,
}

impl Group {
    pub(crate) fn fields(&self) -> impl Iterator<Item = &PersonalField> {
        self.columns.iter().filter_map(|column| column.field.as_ref())
    }

    /// A table that holds an identity has one row a person, as far as the source tells.
    fn is_many(&self) -> bool {
        self.dataset != DECLARED && !self.columns.iter().any(|column| column.identity)
    }
}

impl PersonalField {
    /// True for the special categories of GDPR Art. 9.
    pub(crate) fn is_special(&self) -> bool {
        dpv::data(self.term.name).is_some_and(|term| term.special)
    }
}

/// Every collection as a group, those about nobody too: they may own rows that are about somebody.
pub(crate) fn collect(resources: &Resources, taxonomy: &Taxonomy, writing: &mut Writing) -> Vec<Group> {
    let mut taken = Taken::default();
    let mut groups = Vec::new();
    for dataset in &resources.dataset {
        for collection in &dataset.collections {
            let skips = collection.fides_meta.as_ref().is_some_and(|meta| meta.skip_processing);
            if skips {
                writing
                    .note(format!("collection `{}` is marked to be passed over, and was", one_line(&collection.name)));
                continue;
            }
            groups.push(group(dataset, collection, taxonomy, &mut taken, writing));
        }
    }
    groups
}

fn group(
    dataset: &Dataset,
    collection: &Collection,
    taxonomy: &Taxonomy,
    taken: &mut Taken,
    writing: &mut Writing,
) -> Group {
    let name = taken.free(&name_of(&collection.name));
    let title = collection.description.as_deref().map(one_line);
    let mut group = Group {
        title: title.filter(|title| (1..=TITLE_BYTES_MAX).contains(&title.len())),
        dataset: dataset.fides_key.clone(),
        collection: collection.name.clone(),
        columns: Vec::new(),
        retention: collection.retention.clone().or_else(|| dataset.retention.clone()),
        name,
    };
    let inherited = collection.data_categories.clone().or_else(|| dataset.data_categories.clone()).unwrap_or_default();
    let mut of_group = Columns { taxonomy, taken: Taken::default(), left_out: 0 };
    of_group.add(&mut group, &collection.fields, "", &inherited, 0, writing);
    if of_group.left_out > 0 {
        writing.note(format!(
            "`{}`: {} columns have no category of a person and were left out",
            group.name, of_group.left_out
        ));
    }
    group
}

struct Columns<'t> {
    taxonomy: &'t Taxonomy,
    taken: Taken,
    left_out: usize,
}

impl Columns<'_> {
    fn add(
        &mut self,
        group: &mut Group,
        fields: &[Field],
        prefix: &str,
        inherited: &[String],
        depth: usize,
        writing: &mut Writing,
    ) {
        if depth > NESTED_MAX {
            writing.note(format!("`{}`: fields nested deeper than {NESTED_MAX} were left out", group.name));
            return;
        }
        for field in fields {
            let path = format!("{prefix}{}", field.name);
            let categories = field.data_categories.clone().unwrap_or_else(|| inherited.to_vec());
            if let Some(nested) = &field.fields {
                self.add(group, nested, &format!("{path}."), &categories, depth + 1, writing);
                continue;
            }
            let column = self.column(&group.name, field, path, categories, writing);
            self.left_out += usize::from(column.field.is_none());
            group.columns.push(column);
        }
    }

    fn column(
        &mut self,
        group: &str,
        field: &Field,
        path: String,
        mut categories: Vec<String>,
        writing: &mut Writing,
    ) -> Column {
        let meta = field.fides_meta.as_ref();
        let identity = meta.and_then(|meta| meta.identity.as_deref());
        if let (Some(identity), true) = (identity, categories.is_empty()) {
            let category = match identity {
                "email" => "user.contact.email",
                "phone_number" => "user.contact.phone_number",
                _ => "user.unique_id",
            };
            categories.push(category.to_owned());
        }
        let mut about_people: Vec<String> =
            categories.into_iter().filter(|key| self.taxonomy.category(key).is_some()).collect();
        // A special category among them wins: what it asks for must not be lost.
        let is_special = |key: &String| {
            self.taxonomy.category(key).and_then(|term| dpv::data(term.name)).is_some_and(|term| term.special)
        };
        about_people.sort_by_key(|key| !is_special(key));
        let term = about_people.first().and_then(|key| self.taxonomy.category(key));
        if about_people.len() > 1 {
            writing.note(format!(
                "`{group}`: column `{}` has several categories; `{}` names its term",
                one_line(&path),
                one_line(&about_people[0])
            ));
        }
        let personal = term.map(|term| PersonalField {
            name: format!("{group}.{}", self.taken.free(&name_of(&path))),
            categories: about_people,
            term,
            kind: meta.and_then(|meta| meta.data_type.as_deref()).and_then(kind),
            length: meta.and_then(|meta| meta.length),
        });
        let deletes = meta.and_then(|meta| meta.masking_strategy_override.as_ref());
        Column {
            path,
            field: personal,
            is_key: meta.is_some_and(|meta| meta.primary_key == Some(true)),
            identity: identity.is_some(),
            is_deleted: deletes.is_some_and(|masking| masking.strategy == "delete"),
            references: meta.and_then(|meta| meta.references.as_ref()).map_or_else(Vec::new, |references| {
                references
                    .iter()
                    .map(|reference| Reference {
                        dataset: reference.dataset.clone(),
                        field: reference.field.clone(),
                        direction: reference.direction.clone(),
                    })
                    .collect()
            }),
        }
    }
}

/// The kind of value of a Fides data type; text when none.
fn kind(data_type: &str) -> Option<&'static str> {
    match data_type {
        "boolean" => Some("flag"),
        "integer" | "float" => Some("number"),
        list if list.ends_with("[]") => Some("list"),
        _ => None,
    }
}

/// A group of the categories that systems declare and no dataset holds.
pub(crate) fn declared(categories: &[String], taxonomy: &Taxonomy) -> Option<Group> {
    let mut taken = Taken::default();
    let columns = categories.iter().filter_map(|key| {
        let term = taxonomy.category(key)?;
        let short = key.strip_prefix("user.").unwrap_or(key);
        let name = format!("{DECLARED}.{}", taken.free(&name_of(short)));
        let field = PersonalField { name, categories: vec![key.clone()], term, kind: None, length: None };
        Some(Column {
            path: String::new(),
            field: Some(field),
            is_key: false,
            identity: false,
            is_deleted: false,
            references: Vec::new(),
        })
    });
    let columns: Vec<Column> = columns.collect();
    (!columns.is_empty()).then(|| Group {
        name: DECLARED.to_owned(),
        title: Some("Declared by systems, held by no dataset".to_owned()),
        dataset: DECLARED.to_owned(),
        collection: String::new(),
        columns,
        retention: None,
    })
}

/// Writes the groups that hold something about people.
pub(crate) fn write(groups: &[Group], unused: &dyn Fn(&PersonalField) -> bool, writing: &mut Writing) {
    for group in groups.iter().filter(|group| group.fields().next().is_some()) {
        writing.line("");
        let orphans: Vec<&str> = group.fields().filter(|field| unused(field)).map(|field| short(&field.name)).collect();
        if !orphans.is_empty() {
            writing.ask(
                "",
                format!("no system declares a use of {}; name the purpose, or take them out", orphans.join(", ")),
            );
        }
        let title = group.title.as_deref().map(|title| format!(" {}", quoted(title))).unwrap_or_default();
        let many = if group.is_many() { ", many per subject" } else { "" };
        writing.line(format!("data {}{title}{many} {{", group.name));
        for column in &group.columns {
            if let Some(field) = &column.field {
                write_field(column, field, writing);
            }
        }
        writing.line("}");
    }
}

fn write_field(column: &Column, field: &PersonalField, writing: &mut Writing) {
    if field.term.is_broader {
        writing.ask(
            "    ",
            format!(
                "`{}` is broader than the source's `{}`; is there a closer term?",
                field.term.name,
                one_line(&field.categories[0])
            ),
        );
    }
    if field.term.name == "Password" {
        writing.ask("    ", "the source does not say whether this is a hash; if so, add `kept as hash`");
    }
    let identifies = if column.identity { ", identifies the subject" } else { "" };
    let kind = field.kind.map(|kind| format!(", as {kind}")).unwrap_or_default();
    let length = field.length.filter(|length| (1..=20_000).contains(length) && field.kind.is_none());
    let length = length.map(|length| format!(", at most {length} bytes")).unwrap_or_default();
    writing.line(format!("    {}: {}{identifies}{kind}{length}", short(&field.name), field.term.name));
}

/// What follows the dot.
pub(crate) fn short(name: &str) -> &str {
    name.split_once('.').map_or(name, |(_, short)| short)
}
