//! Resources as rows.

use async_trait::async_trait;
use candor_connect::ConnectError;
use candor_connect_rows::{Change, Edit, RowTaker, Rows, Sweep, Want, What};
use candor_places::{Catalogue, DocumentPath, MappedOwner, MappedPlace, Person, SystemMap, document_cells};
use candor_scim::{Filter, Operation};
use candor_words::Secret;
use serde_json::Value;

use crate::change::{is_column, operations};
use crate::described::{columns_seen, endpoint, table};
use crate::pages::{NoFilter, Pages};
use crate::service::Scim;

/// For more values than this every resource is gone through once, rather than asked for each.
const FILTERS_MAX: usize = 200;
const GROUPS: &str = "Groups";

#[async_trait]
impl Rows for Scim {
    fn map(&self) -> &SystemMap {
        &self.map
    }

    async fn find(&self, place: &MappedPlace, wants: &[Want], rows: &mut dyn RowTaker) -> Result<(), ConnectError> {
        let endpoint = endpoint(&place.name);
        let n_values: usize = wants.iter().map(|want| want.values.len()).sum();
        if n_values > FILTERS_MAX {
            return self.all(place, endpoint, rows).await;
        }
        for want in wants {
            for value in &want.values {
                if want.column == "id" {
                    if let Some((resource, _)) = self.get(endpoint, value.expose()).await? {
                        self.give(place, resource, rows).await?;
                    }
                    continue;
                }
                if self.by_filter(place, endpoint, &want.column, value.expose(), rows).await?.is_err() {
                    return self.all(place, endpoint, rows).await;
                }
            }
        }
        Ok(())
    }

    async fn apply(&self, place: &MappedPlace, changes: Vec<Change>) -> Result<(), ConnectError> {
        let endpoint = endpoint(&place.name);
        for change in changes {
            let Some(id) = change.key.first() else { continue };
            match &change.what {
                What::Delete => {
                    if self.has_groups(place).await? {
                        self.leave_groups(id).await?;
                    }
                    self.delete(endpoint, id).await?;
                }
                What::Edit(edits) => {
                    let described = self.described().await?;
                    self.change(endpoint, id, &|resource| operations(described, endpoint, resource, edits)).await?;
                }
            }
        }
        Ok(())
    }

    fn can(&self, place: &MappedPlace, what: &What) -> Result<(), ConnectError> {
        if place.key != ["id"] {
            let what = format!("the key of `{}` is not `id`", place.name);
            return Err(ConnectError::SchemaDiffers { what });
        }
        let What::Edit(edits) = what else { return Ok(()) };
        match edits.iter().find(|edit| !is_column(edit.column())) {
            Some(edit) => Err(ConnectError::SchemaDiffers {
                what: format!("`{}` of `{}` is no path of an attribute", edit.column(), place.name),
            }),
            None => Ok(()),
        }
    }

    fn statements(&self, place: &MappedPlace, what: &What) -> Vec<String> {
        let endpoint = endpoint(&place.name);
        match what {
            What::Delete if endpoint == "Users" => {
                vec!["PATCH /Groups/{id} remove members[value eq …]".to_owned(), format!("DELETE /{endpoint}/{{id}}")]
            }
            What::Delete => vec![format!("DELETE /{endpoint}/{{id}}")],
            What::Edit(edits) => edits
                .iter()
                .map(|edit| {
                    let how = match edit {
                        Edit::Blank { .. } | Edit::Unlink { .. } => "remove",
                        Edit::Put { .. } | Edit::Mark { .. } => "replace",
                    };
                    format!("PATCH /{endpoint}/{{id}} {how} {}", edit.column())
                })
                .collect(),
        }
    }

    async fn sweep(&self, _: &[Person], seen: &mut dyn Sweep) -> Result<(), ConnectError> {
        for endpoint in self.endpoints().await? {
            let mapped = self.map.places.iter().find(|place| crate::described::endpoint(&place.name) == endpoint);
            let table = mapped.map_or(endpoint.as_str(), |place| place.name.as_str());
            let mut pages = Pages::of(self, &endpoint, None);
            loop {
                let page = match pages.next().await {
                    Ok(page) => page.unwrap_or_default(),
                    // Not every kind that a service names can be listed, such as `Me`.
                    Err(ConnectError::SchemaDiffers { .. }) if mapped.is_none() => break,
                    Err(error) => return Err(error),
                };
                if page.is_empty() {
                    break;
                }
                page.iter().for_each(|resource| seen.row(table, &document_cells(resource)));
            }
        }
        Ok(())
    }

    async fn catalogue(&self) -> Result<Catalogue, ConnectError> {
        let described = self.described().await?;
        let mut catalogue = described.catalogue(&self.map);
        for told in &mut catalogue.tables {
            if told.columns.len() <= 1 {
                let page = Pages::of(self, &told.name, None).next().await?.unwrap_or_default();
                *told = table(told.name.clone(), columns_seen(&page));
            }
        }
        Ok(catalogue)
    }

    async fn sample(&self, table: &str, column: &str, limit: usize) -> Result<Vec<Secret<String>>, ConnectError> {
        let Some(path) = DocumentPath::parse(column) else { return Ok(Vec::new()) };
        let mut pages = Pages::of(self, endpoint(table), None);
        let mut found: Vec<Secret<String>> = Vec::new();
        while found.len() < limit {
            let page = pages.next().await?.unwrap_or_default();
            if page.is_empty() {
                break;
            }
            found.extend(page.iter().flat_map(|resource| path.values(resource)).map(Secret::new));
        }
        found.truncate(limit);
        Ok(found)
    }
}

impl Scim {
    async fn give(&self, place: &MappedPlace, resource: Value, rows: &mut dyn RowTaker) -> Result<(), ConnectError> {
        match self.row(place, resource) {
            Some(row) => rows.take(row).await,
            None => Ok(()),
        }
    }

    async fn all(&self, place: &MappedPlace, endpoint: &str, rows: &mut dyn RowTaker) -> Result<(), ConnectError> {
        let mut pages = Pages::of(self, endpoint, None);
        loop {
            let page = pages.next().await?.unwrap_or_default();
            if page.is_empty() {
                return Ok(());
            }
            for resource in page {
                self.give(place, resource, rows).await?;
            }
        }
    }

    async fn by_filter(
        &self,
        place: &MappedPlace,
        endpoint: &str,
        column: &str,
        value: &str,
        rows: &mut dyn RowTaker,
    ) -> Result<Result<(), NoFilter>, ConnectError> {
        let Some(path) = self.filter_path(endpoint, column).await? else { return Ok(Err(NoFilter)) };
        // Where a service minds the case, the form in which addresses are mostly kept is asked for too.
        let mut values = vec![value.to_owned()];
        if value.to_lowercase() != value {
            values.push(value.to_lowercase());
        }
        for value in values {
            let Some(filter) = Filter::equals(&path, &value) else { return Ok(Err(NoFilter)) };
            let mut pages = Pages::of(self, endpoint, Some(filter));
            loop {
                let Ok(page) = pages.next().await? else { return Ok(Err(NoFilter)) };
                if page.is_empty() {
                    break;
                }
                for resource in page {
                    self.give(place, resource, rows).await?;
                }
            }
        }
        Ok(Ok(()))
    }

    /// A column as filters name it: without the choice in brackets, behind the schema that extends the resource.
    async fn filter_path(&self, endpoint: &str, column: &str) -> Result<Option<String>, ConnectError> {
        let Some(path) = DocumentPath::parse(column) else { return Ok(None) };
        let names: Vec<&str> = path.steps().map(|(name, _)| name).collect();
        let Some(first) = names.first() else { return Ok(None) };
        let extension = self.described().await?.extension_of(endpoint, first);
        let urn = extension.map(|urn| format!("{urn}:")).unwrap_or_default();
        Ok(Some(format!("{urn}{}", names.join("."))))
    }

    /// Whether who is deleted here may be a member of groups that the manifest says nothing of.
    async fn has_groups(&self, place: &MappedPlace) -> Result<bool, ConnectError> {
        let groups = self.map.places.iter().filter(|other| endpoint(&other.name) == GROUPS);
        let is_mapped = groups.flat_map(|groups| &groups.accessed_by).any(|other| match other {
            MappedOwner::Place(link) => link.place == place.name,
            MappedOwner::Subject { .. } => false,
        });
        let described = self.described().await?;
        Ok(!is_mapped && endpoint(&place.name) == "Users" && described.types.iter().any(|kind| kind.endpoint == GROUPS))
    }

    /// Takes somebody out of every group. Where groups cannot be listed or changed, the service does so itself.
    async fn leave_groups(&self, id: &str) -> Result<(), ConnectError> {
        let may_not = |error: &ConnectError| {
            matches!(error, ConnectError::PrivilegeMissing { .. } | ConnectError::SchemaDiffers { .. })
        };
        let mut groups: Vec<String> = Vec::new();
        let filter = Filter::equals("members.value", id);
        let mut pages = Pages::of(self, GROUPS, filter);
        let mut is_filtered = true;
        loop {
            let page = match pages.next().await {
                Ok(Ok(page)) => page,
                Ok(Err(NoFilter)) if is_filtered => {
                    pages = Pages::of(self, GROUPS, None);
                    is_filtered = false;
                    continue;
                }
                Ok(Err(NoFilter)) => break,
                Err(error) if may_not(&error) => return Ok(()),
                Err(error) => return Err(error),
            };
            if page.is_empty() {
                break;
            }
            let members = DocumentPath::parse("members.value");
            let has =
                |group: &&Value| members.as_ref().is_some_and(|path| path.values(group).iter().any(|one| one == id));
            groups.extend(page.iter().filter(has).filter_map(|group| Some(group.get("id")?.as_str()?.to_owned())));
        }
        let leaves = |group: &Value| {
            let members = DocumentPath::parse("members.value").map(|path| path.values(group)).unwrap_or_default();
            let is_member = members.iter().any(|one| one == id);
            let path = Operation::element("members", "value", id, None);
            Ok(if is_member { vec![Operation::Remove { path }] } else { Vec::new() })
        };
        for group in groups {
            match self.change(GROUPS, &group, &leaves).await {
                Err(error) if may_not(&error) => return Ok(()),
                outcome => outcome?,
            }
        }
        Ok(())
    }
}
