//! The parts of Fides' resources that a manifest can take; members that are not named here are passed over.

use serde::Deserialize;

/// A file: any of its resources.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Resources {
    pub(crate) dataset: Vec<Dataset>,
    pub(crate) system: Vec<System>,
    pub(crate) organization: Vec<Organization>,
    pub(crate) data_category: Vec<Override>,
    pub(crate) data_use: Vec<Override>,
}

/// A key of the taxonomy that the source adds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Override {
    pub(crate) fides_key: String,
    pub(crate) name: Option<String>,
    pub(crate) parent_key: Option<String>,
}

/// Who is responsible.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Organization {
    pub(crate) name: Option<String>,
    pub(crate) controller: Option<ContactDetails>,
}

/// How somebody is reached.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ContactDetails {
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
}

/// A database.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Dataset {
    pub(crate) fides_key: String,
    pub(crate) name: Option<String>,
    pub(crate) retention: Option<String>,
    pub(crate) data_categories: Option<Vec<String>>,
    pub(crate) collections: Vec<Collection>,
}

/// A table.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Collection {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) retention: Option<String>,
    pub(crate) data_categories: Option<Vec<String>>,
    pub(crate) fides_meta: Option<CollectionMeta>,
    pub(crate) fields: Vec<Field>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CollectionMeta {
    pub(crate) skip_processing: bool,
}

/// A column, or a part of a document.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) retention: Option<String>,
    pub(crate) data_categories: Option<Vec<String>>,
    #[serde(alias = "fidesops_meta")]
    pub(crate) fides_meta: Option<FieldMeta>,
    pub(crate) fields: Option<Vec<Field>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FieldMeta {
    pub(crate) primary_key: Option<bool>,
    pub(crate) identity: Option<String>,
    pub(crate) data_type: Option<String>,
    pub(crate) length: Option<u32>,
    pub(crate) references: Option<Vec<Reference>>,
    pub(crate) masking_strategy_override: Option<Masking>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Masking {
    pub(crate) strategy: String,
}

/// An edge between two columns.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Reference {
    pub(crate) dataset: String,
    pub(crate) field: String,
    pub(crate) direction: Option<String>,
}

/// What processes data.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct System {
    pub(crate) fides_key: String,
    pub(crate) name: Option<String>,
    pub(crate) dataset_references: Option<Vec<String>>,
    pub(crate) privacy_declarations: Vec<Declaration>,
}

/// What a system processes which data for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Declaration {
    pub(crate) name: Option<String>,
    pub(crate) data_use: String,
    pub(crate) data_categories: Vec<String>,
    pub(crate) dataset_references: Option<Vec<String>>,
    pub(crate) legal_basis_for_processing: Option<String>,
    pub(crate) special_category_legal_basis: Option<String>,
    pub(crate) retention_period: Option<String>,
    pub(crate) data_shared_with_third_parties: bool,
    pub(crate) third_parties: Option<String>,
    pub(crate) shared_categories: Option<Vec<String>>,
}
