//! What the service says of itself: kinds of resources and their attributes. A service that says nothing is asked for
//! what the manifest maps.

use candor_call::{Call, Method};
use candor_connect::ConnectError;
use candor_places::{Catalogue, Column, ColumnKind, SystemMap, Table, TableKind};
use candor_scim::{Attribute, ResourceType, Schema, list, resource_types, schemas};
use serde_json::Value;

use crate::service::Scim;

/// Kinds of resources and their attributes.
#[derive(Debug, Default)]
pub(crate) struct Described {
    pub types: Vec<ResourceType>,
    schemas: Vec<Schema>,
}

impl Scim {
    /// What the service says of itself; asked for once.
    pub(crate) async fn described(&self) -> Result<&Described, ConnectError> {
        self.described
            .get_or_try_init(|| async {
                let types = self.description("ResourceTypes").await?;
                let schemas_said = self.description("Schemas").await?;
                Ok(Described { types: resource_types(&types), schemas: schemas(&schemas_said) })
            })
            .await
    }

    async fn description(&self, of: &str) -> Result<Vec<Value>, ConnectError> {
        let reply = self.send(Call::new(Method::Get, format!("/{of}"), format!("GET /{of}"))).await?;
        if matches!(reply.status, 400 | 403 | 404 | 405 | 501) {
            return Ok(Vec::new());
        }
        Ok(list(reply.json()?).map(|list| list.resources).unwrap_or_default())
    }

    /// Every endpoint that there is: what the service names, and what the manifest maps.
    pub(crate) async fn endpoints(&self) -> Result<Vec<String>, ConnectError> {
        let described = self.described().await?;
        let mut all: Vec<String> = described.types.iter().map(|kind| kind.endpoint.clone()).collect();
        for place in &self.map.places {
            if !all.iter().any(|known| known == endpoint(&place.name)) {
                all.push(endpoint(&place.name).to_owned());
            }
        }
        Ok(all)
    }
}

/// The endpoint of a place.
pub(crate) fn endpoint(place: &str) -> &str {
    place.trim_matches('/')
}

impl Described {
    /// The schema that extends a kind of resource with an attribute.
    pub fn extension_of(&self, endpoint: &str, attribute: &str) -> Option<&str> {
        let kind = self.types.iter().find(|kind| kind.endpoint == endpoint)?;
        let has = |id: &str| {
            let schema = self.schemas.iter().find(|schema| schema.id == id);
            schema.is_some_and(|schema| schema.attributes.iter().any(|known| known.name == attribute))
        };
        if has(&kind.schema) {
            return None;
        }
        kind.extensions.iter().map(String::as_str).find(|id| has(id))
    }

    /// Tables and columns.
    pub fn catalogue(&self, map: &SystemMap) -> Catalogue {
        let mut tables: Vec<Table> = self.types.iter().map(|kind| self.table(kind)).collect();
        for place in map.places.iter().filter(|_| self.types.is_empty()) {
            tables.push(table(endpoint(&place.name).to_owned(), Vec::new()));
        }
        Catalogue { tables }
    }

    fn table(&self, kind: &ResourceType) -> Table {
        let mut columns = vec![column("id", "string", false, true)];
        for id in std::iter::once(&kind.schema).chain(&kind.extensions) {
            let attributes =
                self.schemas.iter().filter(|schema| schema.id == *id).flat_map(|schema| &schema.attributes);
            for attribute in attributes.filter(|attribute| attribute.name != "id") {
                columns.extend(columns_of(attribute));
            }
        }
        let mut table = table(kind.endpoint.clone(), columns);
        let schema = self.schemas.iter().find(|schema| schema.id == kind.schema);
        let unique = schema.into_iter().flat_map(|schema| &schema.attributes).filter(|attribute| attribute.is_unique);
        table.unique = unique.map(|attribute| vec![attribute.name.clone()]).collect();
        table
    }
}

fn columns_of(attribute: &Attribute) -> Vec<Column> {
    if attribute.parts.is_empty() {
        return vec![column(&attribute.name, &attribute.kind, !attribute.is_required, attribute.is_read_only)];
    }
    let parts = attribute.parts.iter();
    parts
        .map(|part| {
            let name = format!("{}.{}", attribute.name, part.name);
            column(&name, &part.kind, true, attribute.is_read_only || part.is_read_only)
        })
        .collect()
}

fn column(name: &str, kind: &str, is_nullable: bool, is_generated: bool) -> Column {
    let kind = match kind {
        "string" | "reference" => ColumnKind::Text { chars_max: None },
        "boolean" => ColumnKind::Boolean,
        "integer" | "decimal" => ColumnKind::Number,
        "dateTime" => ColumnKind::Moment,
        "binary" => ColumnKind::Bytes,
        other => ColumnKind::Other(other.to_owned()),
    };
    Column { name: name.to_owned(), kind, is_nullable, default: None, is_generated }
}

pub(crate) fn table(name: String, columns: Vec<Column>) -> Table {
    Table {
        name,
        kind: TableKind::Table,
        columns,
        primary_key: vec!["id".to_owned()],
        unique: Vec::new(),
        foreign_keys: Vec::new(),
        triggers: Vec::new(),
        n_rows: None,
    }
}

/// Columns as a resource shows them, where the service does not describe itself.
pub(crate) fn columns_seen(resources: &[Value]) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for (name, _) in resources.iter().flat_map(candor_places::document_cells) {
        if !columns.iter().any(|known| known.name == name) {
            columns.push(column(&name, "string", true, name == "id" || name.starts_with("meta.")));
        }
    }
    columns
}
