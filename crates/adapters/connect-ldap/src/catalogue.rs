//! What a directory says of itself: its object classes as tables, with the attributes that their entries have or may have.

use std::collections::{BTreeMap, BTreeSet};

use candor_connect::ConnectError;
use candor_places::{Catalogue, Column, Table, TableKind};
use candor_words::Secret;

use crate::attributes::is_secret;
use crate::outcome::Trouble;
use crate::owned::Work;
use crate::session::{Pages, Query};

/// Entries that are looked at to tell which classes and attributes are in use.
const ENTRIES_MAX: u64 = 100_000;

/// What is in use of a class.
#[derive(Default)]
struct Used {
    n_entries: u64,
    attributes: BTreeSet<String>,
}

impl Work<'_> {
    /// Every class that has entries, and those of the map. A column is what its entries have, must have or may have; one that
    /// may stand several times in an entry is told as what each of its values is.
    pub(crate) async fn catalogue(&self) -> Result<Catalogue, ConnectError> {
        let schema = &self.world.schema;
        let used = self.used().await?;
        let is_meant = |name: &str| used.contains_key(&name.to_lowercase()) || self.map.place(name).is_some();
        let classes = schema.classes().filter(|class| is_meant(&class.name) && !class.name.eq_ignore_ascii_case("top"));
        let tables = classes.map(|class| {
            let of = [class.name.clone()];
            let must = schema.must(&of);
            let used = used.get(&class.name.to_lowercase());
            let mut words: BTreeSet<String> = must.union(&schema.may(&of)).cloned().collect();
            words.extend(used.into_iter().flat_map(|used| used.attributes.iter().cloned()));
            let columns = words.iter().filter(|word| !is_secret(word)).map(|word| {
                let attribute = schema.attribute(word);
                Column {
                    name: attribute.map_or(word, |attribute| &attribute.name).clone(),
                    kind: schema.kind(word),
                    is_nullable: !must.contains(word),
                    has_default: false,
                    is_generated: attribute.is_some_and(|attribute| !attribute.is_written),
                }
            });
            Table {
                name: class.name.clone(),
                kind: TableKind::Table,
                columns: columns.collect(),
                primary_key: vec![if self.world.is_active { "objectGUID" } else { "entryUUID" }.to_owned()],
                unique: vec![vec!["dn".to_owned()]],
                foreign_keys: Vec::new(),
                triggers: Vec::new(),
                n_rows: Some(used.map(|used| used.n_entries).unwrap_or_default()),
            }
        });
        Ok(Catalogue { tables: tables.collect() })
    }

    /// What is in use below the base, by class; of a very large directory, in its first entries.
    async fn used(&self) -> Result<BTreeMap<String, Used>, ConnectError> {
        let refused = |error: Trouble| error.about("search below the base");
        let wanted = |attributes: &[&str], names_only| {
            let query = Query::below(&self.world.base, "(objectClass=*)", attributes);
            Pages::of(Query { names_only, ..query })
        };
        let (mut classes, mut names) = (wanted(&["objectClass"], false), wanted(self.world.everything(), true));
        let (mut used, mut n_entries) = (BTreeMap::<String, Used>::new(), 0);
        while n_entries < ENTRIES_MAX {
            let of = classes.next(self.session).await.map_err(refused)?;
            let (Some(of), Some(has)) = (of, names.next(self.session).await.map_err(refused)?) else { break };
            let has: BTreeMap<&str, _> = has.iter().map(|entry| (entry.dn.as_str(), &entry.attributes)).collect();
            for entry in &of {
                n_entries += 1;
                let words = has.get(entry.dn.as_str()).into_iter().flat_map(|attributes| attributes.iter());
                let words: Vec<String> = words.map(|(name, _)| self.world.schema.word(name)).collect();
                for class in entry.classes() {
                    let used = used.entry(class.to_lowercase()).or_default();
                    used.n_entries += 1;
                    used.attributes.extend(words.iter().cloned());
                }
            }
        }
        Ok(used)
    }

    /// Values of an attribute, for the rules that recognise personal data.
    pub(crate) async fn sample(
        &self,
        table: &str,
        column: &str,
        limit: usize,
    ) -> Result<Vec<Secret<String>>, ConnectError> {
        let schema = &self.world.schema;
        if is_secret(column) {
            return Ok(Vec::new());
        }
        if schema.class(table).is_none() || schema.attribute(column).is_none() {
            return Err(ConnectError::SchemaDiffers { what: format!("there is no `{table}.{column}`") });
        }
        let filter = format!("(&(objectClass={})({column}=*))", candor_ldap_wire::escaped(table));
        let refused = |error: Trouble| error.about(&format!("search on {table}.{column}"));
        let mut pages = Pages::of(Query::below(&self.world.base, filter, &[column]));
        let (mut values, limit) = (Vec::new(), limit.clamp(1, 1_000));
        while let Some(page) = pages.next(self.session).await.map_err(refused)? {
            values
                .extend(page.iter().flat_map(|entry| entry.texts(column).take(1).collect::<Vec<_>>()).map(Secret::new));
            if values.len() >= limit {
                break;
            }
        }
        values.truncate(limit);
        Ok(values)
    }
}
