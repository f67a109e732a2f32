//! What a manifest says of one system, in names.

use candor_manifest::model::{
    Calls, Condition, FieldIx, Link, Manifest, MarkOn, Owner, Place, PlaceClock, PlaceErasure, PlaceMark, Source,
    System, SystemKind,
};

use crate::{Mark, templates};

/// One system with its places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemMap {
    /// Its name in the manifest.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What it is.
    pub kind: SystemKind,
    /// What holds its address, as errors name it: an environment variable, or `secret NAME`.
    pub env: String,
    /// The clause of the manifest that says so: `env NAME`, or `secret NAME for PURPOSE with RECIPIENT`.
    pub at: String,
    /// A known schema that it is an instance of.
    pub template: Option<String>,
    /// How many calls it is asked in a second at most, when it is a web service.
    pub calls_per_second: Option<u32>,
    /// Its places, in the order of the manifest.
    pub places: Vec<MappedPlace>,
}

/// A table, object class, resource or file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedPlace {
    /// Its name there; what stands before a dot is its schema, where the system has schemas.
    pub name: String,
    /// The columns that together name a row.
    pub key: Vec<String>,
    /// Which of its rows are meant; all, when nothing is said.
    pub only_where: Option<Condition>,
    /// Whose its rows are: at least one.
    pub owned_by: Vec<MappedOwner>,
    /// Who else its rows speak of.
    pub accessed_by: Vec<MappedOwner>,
    /// Which field stands in which column.
    pub columns: Vec<MappedColumn>,
    /// What erasure does to its rows.
    pub on_erasure: PlaceErasure,
    /// Why they are kept, when they are.
    pub kept_because: Option<String>,
    /// How its rows say that the subject restricted processing, or said no to a purpose.
    pub marks: Vec<MappedMark>,
    /// Columns that say when something happened from which keep rules count.
    pub clocks: Vec<PlaceClock>,
    /// How its rows are asked for and changed, when the system is a web service.
    pub calls: Option<Calls>,
}

/// A column that marks rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedMark {
    /// What it marks.
    pub of: Mark,
    /// The column.
    pub column: String,
    /// What it is set to.
    pub to: String,
    /// What it says when the mark is taken away; when nothing is said, what the system has for it: a default, or nothing.
    pub otherwise: Option<String>,
}

/// Whose a row is, or whom it speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MappedOwner {
    /// The subject, found by an identifier in a column.
    Subject {
        /// The field that identifies, `group.name`.
        field: String,
        /// The column that holds it.
        column: String,
    },
    /// The owner of a row of another place.
    Place(Link),
}

/// A column that holds personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedColumn {
    /// The field that the manifest maps there, `group.name`; none for what only a template knows.
    pub field: Option<String>,
    /// Where it stands.
    pub column: String,
    /// In which of the rows; in all, when nothing is said.
    pub only_where: Option<Condition>,
    /// A value of it names one subject.
    pub identifies: bool,
    /// It may hold data about others.
    pub about_others: bool,
    /// The subject provided it: what portability gives back (GDPR Art. 20(1)).
    pub is_provided: bool,
}

impl SystemMap {
    /// The system as the manifest declares it, with the accounts of its template if the manifest does not declare them. What
    /// else the template adds depends on which tables are there: see [`completed`](Self::completed).
    pub fn of(manifest: &Manifest, system: &System) -> Self {
        let mut places: Vec<_> = system.places.iter().map(|place| MappedPlace::of(manifest, place)).collect();
        places.extend(templates::accounts(manifest, system.template.as_deref(), &places));
        Self {
            name: system.name.clone(),
            title: system.title.clone(),
            kind: system.kind,
            env: system.at.holder(),
            at: system.at.clause(manifest),
            template: system.template.clone(),
            calls_per_second: system.calls_per_second,
            places,
        }
    }

    /// The place of a name.
    pub fn place(&self, name: &str) -> Option<&MappedPlace> {
        self.places.iter().find(|place| place.name == name)
    }
}

impl MappedMark {
    fn of(manifest: &Manifest, mark: &PlaceMark) -> Self {
        let purpose = |at: usize| manifest.purposes.get(at).map(|purpose| purpose.name.clone()).unwrap_or_default();
        Self {
            of: match mark.on {
                MarkOn::Restriction => Mark::Restriction,
                MarkOn::No(at) => Mark::No(purpose(at.at())),
            },
            column: mark.column.clone(),
            to: mark.to.clone(),
            otherwise: mark.otherwise.clone(),
        }
    }
}

impl MappedPlace {
    /// The mark that a place can hold of this.
    pub fn mark(&self, of: &Mark) -> Option<&MappedMark> {
        self.marks.iter().find(|mark| mark.of == *of)
    }

    fn of(manifest: &Manifest, place: &Place) -> Self {
        let owners = |owners: &[Owner]| owners.iter().map(|owner| MappedOwner::of(manifest, owner)).collect();
        Self {
            name: place.name.clone(),
            key: place.key.clone(),
            only_where: place.only_where.clone(),
            owned_by: owners(&place.owned_by),
            accessed_by: owners(&place.accessed_by),
            columns: place
                .columns
                .iter()
                .filter_map(|column| {
                    let field = manifest.fields.get(column.field.at())?;
                    Some(MappedColumn {
                        field: Some(field.name.clone()),
                        column: column.column.clone(),
                        only_where: column.only_where.clone(),
                        identifies: field.identifies,
                        about_others: field.about_others,
                        is_provided: field.sources.contains(&Source::Subject),
                    })
                })
                .collect(),
            on_erasure: place.on_erasure,
            kept_because: place.kept_because.clone(),
            marks: place.marks.iter().map(|mark| MappedMark::of(manifest, mark)).collect(),
            clocks: place.clocks.clone(),
            calls: place.calls.clone(),
        }
    }
}

impl MappedOwner {
    fn of(manifest: &Manifest, owner: &Owner) -> Self {
        match owner {
            Owner::Subject { by, column } => Self::Subject { field: name_of(manifest, *by), column: column.clone() },
            Owner::Place(link) => Self::Place(link.clone()),
        }
    }
}

fn name_of(manifest: &Manifest, field: FieldIx) -> String {
    manifest.fields.get(field.at()).map(|field| field.name.clone()).unwrap_or_default()
}
