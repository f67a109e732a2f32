//! Checking: whether a live system is as the policy maps it, and what a mapping of it could be.
//!
//! What is found and proposed is worked out in `candor-places`, from the live schema and a few values of each column. Names of
//! tables and columns go out, and what their values look like; no value does.

use std::sync::Arc;

use candor_connect::{ConnectError, Connector};
use candor_manifest::model::SystemKind;
use candor_places::sql::{Dialect, Needed};
use candor_places::{
    Catalogue, ColumnKind, Finding, KnownField, OverdueTask, Samples, SystemMap, check, check_overdue, discover,
};
use candor_vault::{Caller, ErrorKind, Scope, VaultError};
use serde::Serialize;

use crate::Rights;
use crate::trouble::refused;

/// The most findings that are told.
const FINDINGS_MAX: usize = 2_000;
/// How many values of a column are looked at.
const SAMPLE: usize = 50;
/// The most columns whose values are looked at.
const SAMPLED_MAX: usize = 400;

/// How a system compares with its mapping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SystemCheck {
    /// The system's name in the policy.
    pub system: String,
    /// What was found; nothing, when it is as mapped.
    pub findings: Vec<SystemFinding>,
    /// True when there were more.
    pub is_cut: bool,
}

/// One difference, or something to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SystemFinding {
    /// `error` when requests cannot be carried out as mapped, `warning` when somebody may be missed.
    pub weight: &'static str,
    /// A stable code.
    pub code: &'static str,
    /// Which table, object class, resource or file.
    pub place: String,
    /// Which column of it.
    pub column: Option<String>,
    /// What it is, and what to do.
    pub text: String,
}

/// A mapping that a live system suggests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SystemProposal {
    /// The system's name in the policy.
    pub system: String,
    /// Places as the policy would write them; read it, mend it, put it there by hand.
    pub proposal: String,
}

/// A system that was looked at.
struct Looked {
    map: Arc<SystemMap>,
    catalogue: Catalogue,
    samples: Samples,
    lacking: Vec<Needed>,
}

impl Rights {
    /// Compares the mapping of a system with its live schema.
    ///
    /// # Errors
    /// The caller lacks the admin scope; no such system; it is not connected, or does not answer.
    pub async fn check_system(&self, caller: &Caller, name: &str) -> Result<SystemCheck, VaultError> {
        let Looked { map, catalogue, samples, lacking } = self.looked_at(caller, name).await?;
        // Another organisation shows no tables: that it answers is all that can be seen.
        let mut findings = match map.kind {
            SystemKind::Opendsr => Vec::new(),
            kind => check(&map, &catalogue, dialect(kind), &samples),
        };
        let (endings, managed) = self.vault.retention_endings(caller.tenant()).await?;
        let task = OverdueTask { map: Arc::clone(&map), endings, managed, people: Vec::new() };
        findings.extend(check_overdue(&task, &catalogue, dialect(map.kind)));
        findings.extend(lacks(lacking));
        // Errors first: they stand in the way.
        findings.sort_by_key(|finding| !finding.is_error);
        let is_cut = findings.len() > FINDINGS_MAX;
        findings.truncate(FINDINGS_MAX);
        let findings = findings.into_iter().map(|found| SystemFinding {
            weight: if found.is_error { "error" } else { "warning" },
            code: found.code,
            place: found.place,
            column: found.column,
            text: found.what,
        });
        Ok(SystemCheck { system: name.to_owned(), findings: findings.collect(), is_cut })
    }

    /// Reads the live schema of a system, looks at a few values of its columns, and proposes places. Nothing is applied.
    ///
    /// # Errors
    /// Those of [`Rights::check_system`].
    pub async fn discover_system(&self, caller: &Caller, name: &str) -> Result<SystemProposal, VaultError> {
        let Looked { map, catalogue, samples, .. } = self.looked_at(caller, name).await?;
        let plan = self.vault.plan(caller.tenant(), None).await?;
        let fields = plan.manifest().fields.iter();
        let fields = fields.map(|field| KnownField {
            name: field.name.clone(),
            term: field.term.clone(),
            identifies: field.identifies,
        });
        let fields: Vec<KnownField> = fields.collect();
        Ok(SystemProposal { system: name.to_owned(), proposal: discover(&map, &catalogue, &samples, &fields) })
    }

    async fn looked_at(&self, caller: &Caller, name: &str) -> Result<Looked, VaultError> {
        caller.needs(Scope::Admin)?;
        let plan = self.vault.plan(caller.tenant(), None).await?;
        if !plan.manifest().systems.iter().any(|system| system.name == name) {
            return Err(VaultError::new(ErrorKind::Missing, "system.unknown", "the policy declares no such system")
                .help("list them at `/v1/systems`"));
        }
        let reached = self.within(self.reach(caller.tenant(), &plan, name)).await;
        let (map, connector) = reached.map_err(|error| refused(&error))?;
        let catalogue = self.within(connector.catalogue()).await.map_err(|error| refused(&error))?;
        let samples = self.samples(&catalogue, &*connector).await?;
        // What does not fit is told with the mapping.
        let lacking = match self.within(connector.lacking()).await {
            Err(ConnectError::SchemaDiffers { .. }) => Vec::new(),
            lacking => lacking.map_err(|error| refused(&error))?,
        };
        Ok(Looked { map, catalogue, samples, lacking })
    }

    /// A few values of the columns that hold text; they stay in this process.
    async fn samples(&self, catalogue: &Catalogue, connector: &dyn Connector) -> Result<Samples, VaultError> {
        let mut samples = Samples::new();
        for (table, column) in texts_of(catalogue) {
            let values = self.within(connector.sample(&table, &column, SAMPLE)).await;
            let values = values.map_err(|error| refused(&error))?;
            samples.insert((table, column), values.iter().map(|value| value.expose().clone()).collect());
        }
        Ok(samples)
    }
}

/// Rights that are missing, a finding for each table and use.
fn lacks(lacking: Vec<Needed>) -> Vec<Finding> {
    let mut all: Vec<(Needed, Vec<String>)> = Vec::new();
    for Needed { table, column, is_for_corrections } in lacking {
        let needed = Needed { table, column: None, is_for_corrections };
        match (column, all.iter_mut().find(|(known, columns)| *known == needed && !columns.is_empty())) {
            (Some(column), Some((_, columns))) => columns.push(column),
            (column, _) => all.push((needed, column.into_iter().collect())),
        }
    }
    let finding = |(Needed { table, is_for_corrections, .. }, columns): (Needed, Vec<String>)| {
        let right =
            if columns.is_empty() { "DELETE".to_owned() } else { format!("UPDATE of `{}`", columns.join("`, `")) };
        let wanted = if is_for_corrections { "corrections want" } else { "the mapping wants" };
        Finding {
            code: "privilege-missing",
            is_error: !is_for_corrections,
            what: format!("{wanted} {right}: grant it to the account that Candor uses there"),
            place: table,
            column: None,
        }
    };
    all.into_iter().map(finding).collect()
}

/// The columns that hold text, or may hold some within, with their tables.
fn texts_of(catalogue: &Catalogue) -> Vec<(String, String)> {
    let columns = catalogue.tables.iter().flat_map(|table| table.columns.iter().map(move |column| (table, column)));
    let texts = columns.filter(|(_, column)| holds_text(&column.kind));
    texts.take(SAMPLED_MAX).map(|(table, column)| (table.name.clone(), column.name.clone())).collect()
}

const fn holds_text(kind: &ColumnKind) -> bool {
    matches!(kind, ColumnKind::Text { .. } | ColumnKind::Array | ColumnKind::Json | ColumnKind::Other(_))
}

/// The dialect that tells what an erasure can do; what is no database is looked at as the strictest.
const fn dialect(kind: SystemKind) -> Dialect {
    match kind {
        SystemKind::Mariadb => Dialect::Mariadb,
        SystemKind::Sqlite => Dialect::Sqlite,
        _ => Dialect::Postgres,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_that_are_missing_are_told_table_by_table() {
        let need = |column: Option<&str>, is_for_corrections| Needed {
            table: "users".to_owned(),
            column: column.map(str::to_owned),
            is_for_corrections,
        };
        let found =
            lacks(vec![need(None, false), need(Some("a"), false), need(Some("b"), true), need(Some("c"), false)]);
        let told: Vec<(&str, bool)> =
            found.iter().map(|it| (it.what.split(':').next().unwrap(), it.is_error)).collect();
        let wanted = [
            ("the mapping wants DELETE", true),
            ("the mapping wants UPDATE of `a`, `c`", true),
            ("corrections want UPDATE of `b`", false),
        ];
        assert_eq!(told, wanted);
    }
}
