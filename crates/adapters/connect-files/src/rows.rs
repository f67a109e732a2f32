//! Records as rows.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use candor_connect::ConnectError;
use candor_connect_rows::{Change, Edit, RowTaker, Rows, Sweep, Want, What};
use candor_places::sql::Matcher;
use candor_places::{
    Catalogue, Column, ColumnKind, DocumentPath, MappedPlace, Person, SystemMap, TASK_PEOPLE_MAX, Table, TableKind,
    normalised,
};
use candor_words::Secret;

use crate::folder::{Folder, Listed, failed, open};
use crate::record::Form;
use crate::rewrite::rewrite;
use crate::scan;

/// How many rows are looked at to learn which columns lines of JSON have.
const ROWS_SEEN_MAX: usize = 1_000;

#[async_trait]
impl Rows for Folder {
    fn map(&self) -> &SystemMap {
        &self.map
    }

    /// Each file is written anew once, however many people's rows stand in it.
    fn people_at_once(&self) -> usize {
        TASK_PEOPLE_MAX
    }

    async fn find(&self, place: &MappedPlace, wants: &[Want], rows: &mut dyn RowTaker) -> Result<(), ConnectError> {
        let mut wanted: HashMap<String, HashSet<String>> = HashMap::new();
        for want in wants {
            let values = want.values.iter().map(|value| normalised(value.expose()));
            wanted.entry(want.column.clone()).or_default().extend(values);
        }
        let mut portions = scan::rows(self, place, wanted);
        while let Some(portion) = portions.recv().await {
            for row in portion? {
                rows.take(row).await?;
            }
        }
        Ok(())
    }

    async fn apply(&self, place: &MappedPlace, changes: Vec<Change>) -> Result<(), ConnectError> {
        let (folder, place) = (self.clone(), place.clone());
        on_thread(move || rewrite(&folder, &place, changes)).await
    }

    fn can(&self, place: &MappedPlace, what: &What) -> Result<(), ConnectError> {
        let What::Edit(edits) = what else { return Ok(()) };
        match edits.iter().find(|edit| DocumentPath::parse(edit.column()).is_none()) {
            Some(edit) if Form::of(&place.name) != Some(Form::Csv) => Err(ConnectError::SchemaDiffers {
                what: format!("`{}` of `{}` is no path of a value", edit.column(), place.name),
            }),
            _ => Ok(()),
        }
    }

    fn statements(&self, place: &MappedPlace, what: &What) -> Vec<String> {
        let edits = match what {
            What::Delete => return vec![format!("rewrite {} without the row", place.name)],
            What::Edit(edits) => edits,
        };
        edits
            .iter()
            .map(|edit| match edit {
                Edit::Blank { column } | Edit::Unlink { column, .. } | Edit::Mark { column, to: None } => {
                    format!("rewrite {} with {column} emptied", place.name)
                }
                Edit::Put { column, .. } | Edit::Mark { column, .. } => {
                    format!("rewrite {} with {column} set", place.name)
                }
            })
            .collect()
    }

    async fn sweep(&self, people: &[Person], seen: &mut dyn Sweep) -> Result<(), ConnectError> {
        let matcher = Matcher::of(people);
        let mut named = Vec::new();
        let mut portions = scan::everything(self);
        while let Some(portion) = portions.recv().await {
            for (table, cells) in portion? {
                // A file that is named after somebody is not named where a trace is told.
                if let Some(matcher) = matcher.as_ref().filter(|_| self.map.place(&table).is_none()) {
                    matcher.named(&table, false, &mut named);
                }
                seen.row(if named.is_empty() { &table } else { "a file that is named after somebody" }, &cells);
                named.clear();
            }
        }
        Ok(())
    }

    async fn catalogue(&self) -> Result<Catalogue, ConnectError> {
        let folder = self.clone();
        on_thread(move || catalogue(&folder)).await
    }

    async fn sample(&self, table: &str, column: &str, limit: usize) -> Result<Vec<Secret<String>>, ConnectError> {
        let (folder, table, column) = (self.clone(), table.to_owned(), column.to_owned());
        on_thread(move || {
            let mut found = Vec::new();
            for (file, form) in files_of_table(&folder, &table)? {
                let mut records = open(&file.path, form, &table)?;
                while let Some(record) = records.read().map_err(|error| failed(&error, &table))? {
                    let Ok(Some(body)) = records.body(&record) else { continue };
                    found.extend(body.values(&column).into_iter().map(Secret::new));
                    if found.len() >= limit {
                        found.truncate(limit);
                        return Ok(found);
                    }
                }
            }
            Ok(found)
        })
        .await
    }
}

fn files_of_table(folder: &Folder, table: &str) -> Result<Vec<(Listed, Form)>, ConnectError> {
    if let Some(place) = folder.map.place(table) {
        return folder.files_of(place);
    }
    let files = folder.files()?.into_iter().filter(|file| file.name == table && !file.leads_out);
    Ok(files.filter_map(|file| Form::of(&file.name).map(|form| (file, form))).collect())
}

fn catalogue(folder: &Folder) -> Result<Catalogue, ConnectError> {
    let mut tables: Vec<(String, Vec<(Listed, Form)>)> = Vec::new();
    let mut is_mapped: HashSet<String> = HashSet::new();
    for place in &folder.map.places {
        let files = folder.files_of(place)?;
        is_mapped.extend(files.iter().map(|(file, _)| file.name.clone()));
        tables.push((place.name.clone(), files));
    }
    for file in folder.files()?.into_iter().filter(|file| !file.leads_out && !is_mapped.contains(&file.name)) {
        if let Some(form) = Form::of(&file.name) {
            tables.push((file.name.clone(), vec![(file, form)]));
        }
    }
    let mut catalogue = Catalogue::default();
    for (name, files) in tables {
        let columns = columns(&name, files)?;
        let primary_key = folder.map.place(&name).map(|place| place.key.clone()).unwrap_or_default();
        catalogue.tables.push(Table {
            name,
            kind: TableKind::Table,
            columns,
            primary_key,
            unique: Vec::new(),
            foreign_keys: Vec::new(),
            triggers: Vec::new(),
            n_rows: None,
        });
    }
    Ok(catalogue)
}

fn columns(table: &str, files: Vec<(Listed, Form)>) -> Result<Vec<Column>, ConnectError> {
    let mut names: Vec<String> = Vec::new();
    let mut add = |name: &str| {
        if !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    };
    for (file, form) in files {
        let mut records = open(&file.path, form, table)?;
        records.names.iter().for_each(|name| add(name));
        let mut n_seen = 0;
        while form == Form::JsonLines && n_seen < ROWS_SEEN_MAX {
            let Some(record) = records.read().map_err(|error| failed(&error, table))? else { break };
            n_seen += 1;
            if let Ok(Some(body)) = records.body(&record) {
                body.cells().iter().for_each(|(name, _)| add(name));
            }
        }
    }
    let column = |name: String| Column {
        name,
        kind: ColumnKind::Text { chars_max: None },
        is_nullable: true,
        default: None,
        is_generated: false,
    };
    Ok(names.into_iter().map(column).collect())
}

async fn on_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ConnectError> + Send + 'static,
) -> Result<T, ConnectError> {
    let broke = |_| ConnectError::Failed { why: "the work on the folder broke off".to_owned() };
    tokio::task::spawn_blocking(work).await.map_err(broke)?
}
