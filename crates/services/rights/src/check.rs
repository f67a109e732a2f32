//! Checking: whether a live system is as the policy maps it, and what it holds that nobody mapped.
//!
//! Names of tables and columns go out, and how many of a column's values look like something; no value does.

use std::collections::BTreeMap;

use candor_manifest::Manifest;
use candor_places::{Catalogue, Column, ColumnKind, MappedOwner, MappedPlace, SystemMap, Table, TableKind};
use candor_vault::{Caller, ErrorKind, Scope, VaultError};
use candor_words::Secret;
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

impl Rights {
    /// Compares the mapping of a system with its live schema.
    ///
    /// # Errors
    /// The caller lacks the admin scope; no such system; it is not connected, or does not answer.
    pub async fn check_system(&self, caller: &Caller, name: &str) -> Result<SystemCheck, VaultError> {
        let (map, catalogue, _) = self.looked_at(caller, name).await?;
        let mut findings = compare(&map, &catalogue);
        let is_cut = findings.len() > FINDINGS_MAX;
        findings.truncate(FINDINGS_MAX);
        Ok(SystemCheck { system: name.to_owned(), findings, is_cut })
    }

    /// Reads the live schema of a system, looks at a few values of its columns, and proposes places. Nothing is applied.
    ///
    /// # Errors
    /// Those of [`Rights::check_system`].
    pub async fn discover_system(&self, caller: &Caller, name: &str) -> Result<SystemProposal, VaultError> {
        let (map, catalogue, connector) = self.looked_at(caller, name).await?;
        let plan = self.vault.plan(caller.tenant(), None).await?;
        let mut likely: BTreeMap<(String, String), Likely> = BTreeMap::new();
        let mut n_sampled = 0;
        for table in &catalogue.tables {
            for column in table.columns.iter().filter(|column| matches!(column.kind, ColumnKind::Text { .. })) {
                let by_name = kind_of_name(&column.name);
                let mut found = by_name.map(|term| Likely { term, n_alike: 0, n_looked_at: 0 });
                if n_sampled < SAMPLED_MAX {
                    n_sampled += 1;
                    let values = self.within(connector.sample(&table.name, &column.name, SAMPLE)).await;
                    let values = values.map_err(|error| refused(&error))?;
                    found = weigh(found, &values);
                }
                found.map(|found| likely.insert((table.name.clone(), column.name.clone()), found));
            }
        }
        Ok(SystemProposal { system: name.to_owned(), proposal: propose(&map, &catalogue, &likely, plan.manifest()) })
    }

    async fn looked_at(
        &self,
        caller: &Caller,
        name: &str,
    ) -> Result<(std::sync::Arc<SystemMap>, Catalogue, std::sync::Arc<dyn candor_connect::Connector>), VaultError> {
        caller.needs(Scope::Admin)?;
        let plan = self.vault.plan(caller.tenant(), None).await?;
        if !plan.manifest().systems.iter().any(|system| system.name == name) {
            return Err(VaultError::new(ErrorKind::Missing, "system.unknown", "the policy declares no such system")
                .help("list them at `/v1/systems`"));
        }
        let reached = self.within(self.reach(caller.tenant(), &plan, name)).await;
        let (map, connector) = reached.map_err(|error| refused(&error))?;
        let catalogue = self.within(connector.catalogue()).await.map_err(|error| refused(&error))?;
        Ok((map, catalogue, connector))
    }
}

fn compare(map: &SystemMap, catalogue: &Catalogue) -> Vec<SystemFinding> {
    let mut findings = Vec::new();
    let mut find = |weight, code, place: &str, column: Option<&str>, text: String| {
        findings.push(SystemFinding { weight, code, place: place.to_owned(), column: column.map(str::to_owned), text });
    };
    for place in &map.places {
        let Some(table) = catalogue.tables.iter().find(|table| table.name == place.name) else {
            find("error", "place.missing", &place.name, None, "the system has no such table: mend its name".to_owned());
            continue;
        };
        for column in columns_of(place) {
            if !table.columns.iter().any(|known| known.name == column) {
                find("error", "column.missing", &place.name, Some(column), "the table has no such column".to_owned());
            }
        }
        let is_unique = place.key == table.primary_key || table.unique.contains(&place.key);
        if !is_unique && table.kind == TableKind::Table {
            let text = "the key of the mapping is neither the table's primary key nor unique: rows may be taken for one another";
            find("warning", "key.ambiguous", &place.name, None, text.to_owned());
        }
        if table.kind != TableKind::Table {
            find(
                "warning",
                "place.shows_others",
                &place.name,
                None,
                "it shows rows of other tables: map those".to_owned(),
            );
        }
        for trigger in &table.triggers {
            let text = format!("the trigger `{}` runs when its rows change: see where it writes", trigger.name);
            find("warning", "trigger.runs", &place.name, None, text);
        }
        let mapped = columns_of(place);
        for column in unmapped(table, &mapped) {
            let text =
                "its name says personal data and no field is mapped there: map it, or make sure that it holds none";
            find("warning", "column.unmapped", &place.name, Some(&column.name), text.to_owned());
        }
    }
    for table in catalogue.tables.iter().filter(|table| map.place(&table.name).is_none()) {
        let refers = table.foreign_keys.iter().find(|key| map.place(&key.to).is_some());
        if let Some(key) = refers {
            let text = format!("it refers to `{}`, whose rows are people's, and nobody owns its own: map it", key.to);
            find("warning", "table.unowned", &table.name, None, text);
        }
        for column in unmapped(table, &[]) {
            let text = "its name says personal data and the policy does not map its table";
            find("warning", "table.unmapped", &table.name, Some(&column.name), text.to_owned());
        }
    }
    findings.sort_by_key(|finding| finding.weight != "error");
    findings
}

fn columns_of(place: &MappedPlace) -> Vec<&str> {
    let owners = place.owned_by.iter().chain(&place.accessed_by).filter_map(|owner| match owner {
        MappedOwner::Subject { column, .. } => Some(column.as_str()),
        MappedOwner::Place(_) => None,
    });
    let mapped = place.columns.iter().map(|column| column.column.as_str());
    let mut columns: Vec<&str> = place.key.iter().map(String::as_str).chain(owners).chain(mapped).collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}

fn unmapped<'t>(table: &'t Table, mapped: &[&str]) -> impl Iterator<Item = &'t Column> {
    let mapped: Vec<String> = mapped.iter().map(|column| (*column).to_owned()).collect();
    table.columns.iter().filter(move |column| !mapped.contains(&column.name) && kind_of_name(&column.name).is_some())
}

/// What a column is likely to hold.
struct Likely {
    /// The DPV term.
    term: &'static str,
    n_alike: usize,
    n_looked_at: usize,
}

/// The DPV term that a column's name suggests.
fn kind_of_name(name: &str) -> Option<&'static str> {
    const KNOWN: [(&str, &str); 20] = [
        ("email", "EmailAddress"),
        ("e_mail", "EmailAddress"),
        ("mail", "EmailAddress"),
        ("phone", "TelephoneNumber"),
        ("mobile", "TelephoneNumber"),
        ("telephone", "TelephoneNumber"),
        ("firstname", "Name"),
        ("lastname", "Name"),
        ("first_name", "Name"),
        ("last_name", "Name"),
        ("surname", "Name"),
        ("display_name", "Name"),
        ("full_name", "Name"),
        ("street", "PhysicalAddress"),
        ("postcode", "PhysicalAddress"),
        ("address", "PhysicalAddress"),
        ("ip_address", "IPAddress"),
        ("birth", "BirthDate"),
        ("iban", "BankAccount"),
        ("user_agent", "DeviceSoftware"),
    ];
    let name = name.to_ascii_lowercase();
    // The longest that fits: `ip_address` is no postal one.
    let fitting = KNOWN.iter().filter(|(known, _)| name == *known || name.contains(known));
    fitting.max_by_key(|(known, _)| known.len()).map(|(_, term)| *term)
}

/// What the values say: many that look like addresses say more than a name.
fn weigh(by_name: Option<Likely>, values: &[Secret<String>]) -> Option<Likely> {
    let is_email = |value: &&Secret<String>| {
        let (local, domain) = value.expose().split_once('@').unwrap_or_default();
        !local.is_empty() && domain.contains('.') && !value.expose().contains(char::is_whitespace)
    };
    let n_alike = values.iter().filter(is_email).count();
    match by_name {
        Some(likely) if likely.term != "EmailAddress" => Some(likely),
        Some(likely) => Some(Likely { n_alike, n_looked_at: values.len(), ..likely }),
        None if n_alike * 2 > values.len() => Some(Likely { term: "EmailAddress", n_alike, n_looked_at: values.len() }),
        None => None,
    }
}

fn propose(
    map: &SystemMap,
    catalogue: &Catalogue,
    likely: &BTreeMap<(String, String), Likely>,
    manifest: &Manifest,
) -> String {
    let mut text = String::new();
    for table in catalogue.tables.iter().filter(|table| table.kind == TableKind::Table) {
        let of_table: Vec<(&String, &Likely)> = likely
            .iter()
            .filter(|((name, _), _)| *name == table.name)
            .map(|((_, column), likely)| (column, likely))
            .collect();
        if of_table.is_empty() {
            continue;
        }
        let known = if map.place(&table.name).is_some() { "  # mapped already" } else { "" };
        text.push_str(&format!("place {} key {} {{{known}\n", table.name, table.primary_key.join(", ")));
        for (column, likely) in of_table {
            let why = format!(
                "likely {}: its name or {} of {} values say so",
                likely.term, likely.n_alike, likely.n_looked_at
            );
            match manifest.fields.iter().find(|field| field.term.starts_with(likely.term)) {
                Some(field) => text.push_str(&format!("    {} at {column}  # {why}\n", field.name)),
                None => text.push_str(&format!("    # {column}: {why}; no field of the policy has that term\n")),
            }
        }
        for key in table.foreign_keys.iter().filter(|key| map.place(&key.to).is_some()) {
            text.push_str(&format!("    # perhaps: owned by {} through {}\n", key.to, key.columns.join(", ")));
        }
        text.push_str("}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use candor_manifest::model::{PlaceErasure, SystemKind};
    use candor_places::{ForeignKey, MappedColumn, OnDelete};

    use super::*;

    fn table(name: &str, columns: &[&str]) -> Table {
        let column = |name: &&str| Column {
            name: (*name).to_owned(),
            kind: ColumnKind::Text { chars_max: None },
            is_nullable: true,
            default: None,
            is_generated: false,
        };
        Table {
            name: name.to_owned(),
            kind: TableKind::Table,
            columns: columns.iter().map(column).collect(),
            primary_key: vec!["id".to_owned()],
            unique: Vec::new(),
            foreign_keys: Vec::new(),
            triggers: Vec::new(),
            n_rows: None,
        }
    }

    fn map() -> SystemMap {
        let column = |column: &str| MappedColumn {
            field: Some("account.email".to_owned()),
            column: column.to_owned(),
            only_where: None,
            identifies: true,
            about_others: false,
            is_provided: true,
        };
        let place = MappedPlace {
            name: "users".to_owned(),
            key: vec!["id".to_owned()],
            only_where: None,
            owned_by: vec![MappedOwner::Subject { field: "account.email".into(), column: "mail".into() }],
            accessed_by: Vec::new(),
            columns: vec![column("mail")],
            on_erasure: PlaceErasure::Delete,
            kept_because: None,
            on_restriction: None,
        };
        SystemMap {
            name: "shop".into(),
            title: "Shop".into(),
            kind: SystemKind::Sqlite,
            env: "SHOP".into(),
            template: None,
            places: vec![place],
        }
    }

    fn codes(tables: Vec<Table>) -> Vec<&'static str> {
        compare(&map(), &Catalogue { tables }).into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn what_is_missing_unmapped_unowned_or_ambiguous_is_named() {
        assert_eq!(codes(vec![table("users", &["id", "mail"])]), [""; 0]);
        assert_eq!(codes(vec![]), ["place.missing"]);
        assert_eq!(codes(vec![table("users", &["id"])]), ["column.missing"]);
        assert_eq!(codes(vec![table("users", &["id", "mail", "phone"])]), ["column.unmapped"]);
        let mut odd = table("users", &["id", "mail"]);
        odd.primary_key = vec!["mail".to_owned()];
        assert_eq!(codes(vec![odd]), ["key.ambiguous"]);
        let mut orders = table("orders", &["id", "user"]);
        orders.foreign_keys.push(ForeignKey {
            columns: vec!["user".into()],
            to: "users".into(),
            to_columns: vec!["id".into()],
            on_delete: OnDelete::Refuse,
        });
        assert_eq!(codes(vec![table("users", &["id", "mail"]), orders]), ["table.unowned"]);
    }

    #[test]
    fn values_say_more_than_names() {
        let values: Vec<Secret<String>> =
            ["a@b.example", "c@d.example", "x"].map(|text| Secret::new(text.to_owned())).into();
        let likely = weigh(None, &values).unwrap();
        assert_eq!((likely.term, likely.n_alike, likely.n_looked_at), ("EmailAddress", 2, 3));
        assert!(weigh(None, &values[2..]).is_none());
        assert_eq!(kind_of_name("IP_Address"), Some("IPAddress"));
        assert_eq!(kind_of_name("stars"), None);
    }
}
