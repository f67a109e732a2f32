//! What calls give and change, as rows.

use async_trait::async_trait;
use candor_connect::ConnectError;
use candor_connect_rows::{Body, Change, Edit, LiveRow, RowTaker, Rows, Sweep, Want, What};
use candor_manifest::model::{Call, Calls};
use candor_manifest::stencil::Stencil;
use candor_places::{
    Catalogue, Column, ColumnKind, DocumentPath, MappedOwner, MappedPlace, Person, SystemMap, Table, TableKind,
    document_cells,
};
use candor_words::Secret;
use serde_json::Value;

use crate::answer;
use crate::asked::{Sent, Service, Trouble, calls, said};
use crate::change::{changes, document, is_so, stands_in_list};
use crate::fill::Unfilled;
use crate::pages::Pages;

/// For more values than this all rows are gone through once, where they can be listed, rather than asked for each.
const FINDS_MAX: usize = 500;

#[async_trait]
impl Rows for Service {
    fn map(&self) -> &SystemMap {
        &self.map
    }

    async fn find(&self, place: &MappedPlace, wants: &[Want], rows: &mut dyn RowTaker) -> Result<(), ConnectError> {
        let calls = calls(place)?;
        let n_values: usize = wants.iter().map(|want| want.values.len()).sum();
        let can_find = |want: &Want| calls.find.iter().any(|find| find.column == want.column);
        if let Some(list) = &calls.list
            && (n_values > FINDS_MAX || !wants.iter().all(can_find))
        {
            return self.give(place, list, None, rows).await.map_err(|trouble| trouble.of(list));
        }
        for want in wants {
            let find = calls.find.iter().find(|find| find.column == want.column);
            let find = find.ok_or_else(|| ConnectError::Refused {
                why: format!("no call finds rows of `{}` by `{}`", place.name, want.column),
            })?;
            for value in &want.values {
                match (self.give(place, &find.call, Some((&want.column, value)), rows).await, &calls.list) {
                    // What cannot be asked for is looked for among all.
                    (Err(Trouble::Unfilled(Unfilled::Quotes)), Some(list)) => {
                        return self.give(place, list, None, rows).await.map_err(|trouble| trouble.of(list));
                    }
                    (outcome, _) => outcome.map_err(|trouble| trouble.of(&find.call))?,
                }
            }
        }
        Ok(())
    }

    async fn apply(&self, place: &MappedPlace, changes: Vec<Change>) -> Result<(), ConnectError> {
        for change in changes {
            match &change.what {
                What::Delete => self.delete(place, &change).await?,
                What::Edit(edits) => self.edit(place, &change, edits).await?,
            }
        }
        Ok(())
    }

    fn can(&self, place: &MappedPlace, what: &What) -> Result<(), ConnectError> {
        let calls = calls(place)?;
        let is_chosen = |edit: &Edit| edit.column().contains('[');
        if let What::Edit(edits) = what
            && let Some(edit) = edits.iter().find(|edit| is_chosen(edit))
        {
            let why =
                format!("`{}` of `{}` is one of several values, and no call changes one", edit.column(), place.name);
            return Err(ConnectError::Refused { why });
        }
        match call_of(calls, what) {
            Some(_) => Ok(()),
            None => Err(ConnectError::Refused {
                why: format!("the policy declares no call that does this in `{}`", place.name),
            }),
        }
    }

    fn statements(&self, place: &MappedPlace, what: &What) -> Vec<String> {
        let call = place.calls.as_ref().and_then(|calls| call_of(calls, what));
        let columns = match what {
            What::Edit(edits) if place.calls.as_ref().is_some_and(|calls| calls.change.as_ref() == call) => {
                let columns: Vec<&str> = edits.iter().map(Edit::column).collect();
                format!(" with {}", columns.join(", "))
            }
            _ => String::new(),
        };
        call.map(|call| format!("{}{columns}", said(call))).into_iter().collect()
    }

    fn columns_kept(&self, place: &MappedPlace) -> Vec<String> {
        let calls = place.calls.iter();
        let all = calls.flat_map(|calls| [&calls.delete, &calls.change, &calls.de_identify]).flatten();
        let mut columns: Vec<String> = all.flat_map(columns_of).collect();
        columns.extend(place.columns.iter().map(|column| column.column.clone()));
        for owner in place.owned_by.iter().chain(&place.accessed_by) {
            match owner {
                MappedOwner::Subject { column, .. } => columns.push(column.clone()),
                MappedOwner::Place(link) => columns.push(link.through.clone()),
            }
        }
        columns
    }

    async fn sweep(&self, people: &[Person], seen: &mut dyn Sweep) -> Result<(), ConnectError> {
        for place in &self.map.places {
            let calls = calls(place)?;
            if let Some(list) = &calls.list {
                self.see(place, list, None, seen).await.map_err(|trouble| trouble.of(list))?;
                continue;
            }
            // What cannot be listed is asked for everything that names a person.
            let by_subject = place.owned_by.iter().chain(&place.accessed_by).filter_map(|owner| match owner {
                MappedOwner::Subject { column, .. } => Some(column),
                MappedOwner::Place(_) => None,
            });
            for column in by_subject {
                let Some(find) = calls.find.iter().find(|find| find.column == *column) else { continue };
                let mut texts: Vec<&str> = Vec::new();
                texts.extend(people.iter().flat_map(|one| &one.identifiers).map(|one| one.value.expose().trim()));
                texts.sort_unstable();
                texts.dedup();
                for text in texts.into_iter().filter(|text| !text.is_empty()) {
                    match self.see(place, &find.call, Some((column, text)), seen).await {
                        // An identifier of another kind: nothing of it could stand there.
                        Err(Trouble::Unfilled(_)) | Ok(()) => {}
                        Err(trouble) => return Err(trouble.of(&find.call)),
                    }
                }
            }
        }
        Ok(())
    }

    async fn catalogue(&self) -> Result<Catalogue, ConnectError> {
        let mut catalogue = Catalogue::default();
        for place in &self.map.places {
            let mut names: Vec<String> = place.columns.iter().map(|column| column.column.clone()).collect();
            if let Some(list) = &calls(place)?.list {
                let nothing = |_: &str| None;
                let pages = Pages::of(self, list, &nothing);
                let page = pages.map_err(|trouble| trouble.of(list))?.next().await?.unwrap_or_default();
                names = page.iter().flat_map(document_cells).map(|(name, _)| name).collect();
            }
            names.sort();
            names.dedup();
            let column = |name: String| Column {
                name,
                kind: ColumnKind::Text { chars_max: None },
                is_nullable: true,
                default: None,
                is_generated: false,
            };
            catalogue.tables.push(Table {
                name: place.name.clone(),
                kind: TableKind::Table,
                columns: names.into_iter().map(column).collect(),
                primary_key: place.key.clone(),
                unique: Vec::new(),
                foreign_keys: Vec::new(),
                triggers: Vec::new(),
                n_rows: None,
            });
        }
        Ok(catalogue)
    }

    async fn sample(&self, table: &str, column: &str, limit: usize) -> Result<Vec<Secret<String>>, ConnectError> {
        let list = self.map.place(table).and_then(|place| place.calls.as_ref()?.list.as_ref());
        let (Some(list), Some(path)) = (list, DocumentPath::parse(column)) else { return Ok(Vec::new()) };
        let nothing = |_: &str| None;
        let mut pages = Pages::of(self, list, &nothing).map_err(|trouble| trouble.of(list))?;
        let mut found = Vec::new();
        while found.len() < limit {
            let Some(page) = pages.next().await? else { break };
            found.extend(page.iter().flat_map(|row| path.values(row)).map(Secret::new));
        }
        found.truncate(limit);
        Ok(found)
    }
}

/// The call that does a change, if one is declared.
fn call_of<'c>(calls: &'c Calls, what: &What) -> Option<&'c Call> {
    match what {
        What::Delete => calls.delete.as_ref(),
        What::Edit(edits) => {
            let takes_away = edits.iter().all(|edit| matches!(edit, Edit::Blank { .. } | Edit::Unlink { .. }));
            let of_its_own = calls.de_identify.as_ref().filter(|_| takes_away);
            of_its_own.or(calls.change.as_ref())
        }
    }
}

fn columns_of(call: &Call) -> Vec<String> {
    let body = call.body.as_ref().and_then(|body| body.text.as_deref());
    // Of JSON each text is a stencil of its own: braces around it are none.
    let texts = body.map(|text| match serde_json::from_str::<Value>(text) {
        Ok(document) => document_cells(&document).into_iter().map(|(_, text)| text).collect(),
        Err(_) => vec![text.to_owned()],
    });
    let texts = texts.into_iter().flatten().chain([call.target.clone()]);
    texts
        .filter_map(|text| Stencil::parse(&text).ok())
        .flat_map(|stencil| stencil.columns().map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

impl Service {
    /// Gives the rows of a call to who follows people.
    async fn give(
        &self,
        place: &MappedPlace,
        call: &Call,
        by: Option<(&str, &Secret<String>)>,
        rows: &mut dyn RowTaker,
    ) -> Result<(), Trouble> {
        let value = |column: &str| by.filter(|(by, _)| *by == column).map(|(_, value)| value.expose().clone());
        let mut pages = Pages::of(self, call, &value)?;
        while let Some(page) = pages.next().await? {
            for row in page {
                let row = LiveRow::of(place, Body::Document(row), None).ok_or_else(|| no_key(place))?;
                rows.take(row).await?;
            }
        }
        Ok(())
    }

    /// Shows the rows of a call to a search.
    async fn see(
        &self,
        place: &MappedPlace,
        call: &Call,
        by: Option<(&str, &str)>,
        seen: &mut dyn Sweep,
    ) -> Result<(), Trouble> {
        let value = |column: &str| by.filter(|(by, _)| *by == column).map(|(_, value)| value.to_owned());
        let mut pages = Pages::of(self, call, &value)?;
        while let Some(page) = pages.next().await? {
            page.iter().for_each(|row| seen.row(&place.name, &document_cells(row)));
        }
        Ok(())
    }

    async fn delete(&self, place: &MappedPlace, change: &Change) -> Result<(), ConnectError> {
        let Some(call) = &calls(place)?.delete else { return Err(no_key(place)) };
        let values = |column: &str| value_of(place, change, column);
        let reply = self.ask(call, &values, Sent::Nothing).await.map_err(|trouble| trouble.of(call))?;
        if reply.is_gone() {
            return Ok(());
        }
        // 202: it will go, and whoever searches again later sees whether it has.
        let is_later = reply.status == 202;
        done(reply, call)?;
        match self.now(place, change).await? {
            Some(Some(_)) if !is_later => Err(not_done(call)),
            _ => Ok(()),
        }
    }

    async fn edit(&self, place: &MappedPlace, change: &Change, edits: &[Edit]) -> Result<(), ConnectError> {
        let Some(call) = call_of(calls(place)?, &change.what) else { return Err(no_key(place)) };
        let pairs = changes(change, edits)?;
        let now = match self.now(place, change).await? {
            Some(None) => return Ok(()),
            Some(Some(row)) if is_so(&row, &pairs) => return Ok(()),
            now => now.flatten(),
        };
        let is_derived = call.body.as_ref().is_some_and(|body| body.text.is_none());
        if let Some(row) = now.as_ref().filter(|_| is_derived) {
            stands_in_list(row, &pairs)?;
        }
        let sent = document(&pairs, now.as_ref());
        let values = |column: &str| value_of(place, change, column);
        let asked = self.ask(call, &values, Sent::Changes(&sent, &pairs)).await;
        let reply = asked.map_err(|trouble| trouble.of(call))?;
        if reply.is_gone() {
            return Ok(());
        }
        let is_later = reply.status == 202;
        done(reply, call)?;
        // A text of its own may do otherwise than by emptying columns: a search sees what it did.
        match self.now(place, change).await? {
            Some(Some(row)) if is_derived && !is_later && !is_so(&row, &pairs) => Err(not_done(call)),
            _ => Ok(()),
        }
    }

    /// The row as it is now, if rows can be asked for by their key: nothing inside when it has gone.
    async fn now(&self, place: &MappedPlace, change: &Change) -> Result<Option<Option<Value>>, ConnectError> {
        let (Some(column), Some(key)) = (place.key.first(), change.key.first()) else { return Ok(None) };
        let find = calls(place)?.find.iter().find(|find| find.column == *column);
        let Some(find) = find.filter(|_| place.key.len() == 1) else { return Ok(None) };
        let values = |asked: &str| (asked == column).then(|| key.clone());
        let asked = self.ask(&find.call, &values, Sent::Nothing).await;
        let reply = asked.map_err(|trouble| trouble.of(&find.call))?;
        if reply.is_gone() {
            return Ok(Some(None));
        }
        let document = answer::document(reply, &find.call)?;
        let path = DocumentPath::parse(column);
        let is_it = |row: &Value| path.as_ref().is_some_and(|path| path.values(row).iter().any(|value| value == key));
        Ok(Some(answer::rows(&document, &find.call)?.into_iter().find(is_it)))
    }
}

/// Judges the answer to a call that changes: its status, and what it says, if it says anything that can be read.
fn done(reply: candor_call::Reply, call: &Call) -> Result<(), ConnectError> {
    let reply = reply.done()?;
    if call.fails_where.is_none() {
        return Ok(());
    }
    answer::document(reply, call).map(|_| ())
}

fn value_of(place: &MappedPlace, change: &Change, column: &str) -> Option<String> {
    let key = place.key.iter().zip(&change.key).find(|(name, _)| *name == column).map(|(_, value)| value.clone());
    key.or_else(|| change.kept.iter().find(|(name, _)| name == column).map(|(_, value)| value.clone()))
}

fn not_done(call: &Call) -> ConnectError {
    ConnectError::Failed { why: format!("`{}` was answered as done, and was not", said(call)) }
}

fn no_key(place: &MappedPlace) -> ConnectError {
    ConnectError::SchemaDiffers { what: format!("a row of `{}` has no `{}`", place.name, place.key.join("`, `")) }
}
