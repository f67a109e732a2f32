//! What is known of sites that many people run: which of their tables hold personal data, whose each row is, and what its
//! erasure should do.
//!
//! A manifest that names a template declares of the site's tables what it wants to; the template adds the rest. Where both
//! know a table, the manifest says whose its rows are and what erasure does, and the template adds only the columns that the
//! manifest does not mention. Tables that are not there are left out: no shop, no places of a shop. What neither knows (the
//! table of a plugin) is nobody's place; the search finds it all the same. See docs/sites.md for every table and why.

mod drupal;
mod joomla;
mod mediawiki;
mod names;
mod sketch;
mod woocommerce;
mod wordpress;

use candor_manifest::model::{Link, LinkStands, Manifest, PlaceErasure};

use crate::catalogue::{Catalogue, Table};
use crate::map::{MappedColumn, MappedOwner, MappedPlace, SystemMap};

use names::{Names, Site};
use sketch::Sketch;

/// A kind of site.
#[derive(Debug, Clone, Copy)]
struct Template {
    name: &'static str,
    /// The table of accounts: all else leads to it.
    accounts: &'static str,
    /// The columns that name an account there, of which the first is the key that others refer to.
    key: &'static [&'static str],
    /// The column of an account's address.
    email: &'static str,
    /// What becomes of an account when the manifest does not say.
    on_erasure: PlaceErasure,
    /// What the tables' names begin with when nobody changed it.
    prefix: &'static str,
    /// What stands in a column that refers to no account, in the site's own convention.
    nobody: Option<&'static str>,
    /// How the site and its plugins call columns that refer to an account: sites declare no foreign keys.
    referring: &'static [&'static str],
    /// Two more tables by which such a site is known.
    known_by: [&'static str; 2],
    /// Each list with the tables of one of its parts.
    parts: &'static [&'static [Sketch]],
}

const TEMPLATES: [Template; 4] = [wordpress::TEMPLATE, drupal::TEMPLATE, joomla::TEMPLATE, mediawiki::TEMPLATE];

/// The place that a manifest need not declare: the accounts of its template's site, found by the field that identifies people
/// by address. Nothing, when the manifest declares it under whatever prefix, has no such field, or names no template.
pub(crate) fn accounts(manifest: &Manifest, template: Option<&str>, declared: &[MappedPlace]) -> Option<MappedPlace> {
    let template = find(template?)?;
    if declared.iter().any(|place| place.name.ends_with(template.accounts)) {
        return None;
    }
    let field = manifest.fields.iter().find(|field| field.identifies && field.term.starts_with("EmailAddress"))?;
    Some(MappedPlace {
        name: format!("{}{}", template.prefix, template.accounts),
        key: template.key.iter().map(|&column| column.to_owned()).collect(),
        only_where: None,
        owned_by: vec![MappedOwner::Subject { field: field.name.clone(), column: template.email.to_owned() }],
        accessed_by: Vec::new(),
        columns: vec![MappedColumn {
            field: Some(field.name.clone()),
            column: template.email.to_owned(),
            only_where: None,
            identifies: true,
            about_others: false,
            is_provided: true,
        }],
        on_erasure: template.on_erasure,
        kept_because: None,
        marks: Vec::new(),
        clocks: Vec::new(),
        calls: None,
    })
}

impl SystemMap {
    /// The map with what its template adds to it for the tables that are there, and the catalogue with what the site holds to
    /// without its database knowing: what a link to nobody is. Without a template both are as they were.
    #[must_use]
    pub fn completed(&self, catalogue: &mut Catalogue) -> Self {
        let mut map = self.clone();
        let Some(template) = self.template.as_deref().and_then(find) else { return map };
        let Some(names) = Names::of(&template, &mut map, catalogue) else { return map };
        let Some(field) = email_field(&template, &map, &names) else { return map };
        for site in names.sites() {
            template.parts.iter().copied().flatten().for_each(|sketch| add(sketch, &site, &field, catalogue, &mut map));
        }
        if let Some(nobody) = map.nobody() {
            map.places.iter().for_each(|place| unlinked_by(nobody, place, catalogue));
        }
        map
    }

    /// What stands in a link to no account, by the convention of the template's site.
    pub(crate) fn nobody(&self) -> Option<&'static str> {
        self.template.as_deref().and_then(find)?.nobody
    }

    /// By which columns tables that nobody mapped may refer to accounts of the template's site: the table of accounts, how the
    /// site's tables begin, and the names of such columns.
    pub(crate) fn referring(&self) -> Option<(&str, &str, &'static [&'static str])> {
        let template = self.template.as_deref().and_then(find)?;
        let accounts = names::accounts(&template, self)?;
        Some((accounts, accounts.strip_suffix(template.accounts)?, template.referring))
    }
}

/// Where a link must refer to something and the database does not say to what, it is the site's nobody.
fn unlinked_by(nobody: &str, place: &MappedPlace, catalogue: &mut Catalogue) {
    let Some(table) = catalogue.tables.iter_mut().find(|table| table.name == place.name) else { return };
    for owner in &place.owned_by {
        let MappedOwner::Place(Link { through, stands: LinkStands::Here, .. }) = owner else { continue };
        let is_enforced = table.foreign_keys.iter().any(|key| key.columns.contains(through));
        let column = table.columns.iter_mut().find(|column| column.name == *through);
        if let Some(column) = column.filter(|column| !is_enforced && !column.is_nullable && column.default.is_none()) {
            column.default = Some(nobody.to_owned());
        }
    }
}

/// The field by which the accounts of the site are found.
fn email_field(template: &Template, map: &SystemMap, names: &Names) -> Option<String> {
    let accounts = map.place(&names.shared(template.accounts))?;
    let of_subject = |owner: &MappedOwner| match owner {
        MappedOwner::Subject { field, column } => Some((field.clone(), column.clone())),
        MappedOwner::Place(_) => None,
    };
    let mut found = accounts.owned_by.iter().filter_map(of_subject);
    let first = found.next()?;
    let by_address = found.find(|(_, column)| column == template.email);
    Some(by_address.unwrap_or(first).0)
}

fn add(sketch: &Sketch, site: &Site<'_>, field: &str, catalogue: &Catalogue, map: &mut SystemMap) {
    // What every site of an installation shares stands there once.
    if sketch.is_shared && !site.is_first {
        return;
    }
    let name = site.table(sketch.table);
    let Some(table) = catalogue.table(&name) else { return };
    let mut drawn = sketch.drawn(site, field);
    // Versions of a program differ: what is not there holds nothing of anybody.
    drawn.columns.retain(|column| table.column(&column.column).is_some());
    if let Some(declared) = map.places.iter_mut().find(|place| place.name == name && !sketch.is_apart) {
        let is_new = |column: &MappedColumn| declared.columns.iter().all(|known| known.column != column.column);
        let new: Vec<_> = drawn.columns.into_iter().filter(is_new).collect();
        declared.columns.extend(new);
        return;
    }
    let has_key = drawn.key.iter().all(|column| table.column(column).is_some());
    drawn.owned_by.retain(|owner| stands(owner, table, catalogue, map));
    if has_key && !drawn.owned_by.is_empty() {
        map.places.push(drawn);
    }
}

/// Whether the owner is there: the column that names them, and the place that it leads to.
fn stands(owner: &MappedOwner, table: &Table, catalogue: &Catalogue, map: &SystemMap) -> bool {
    match owner {
        MappedOwner::Subject { column, .. } => table.column(column).is_some(),
        MappedOwner::Place(link) => {
            let of = if link.stands == LinkStands::Here { Some(table) } else { catalogue.table(&link.place) };
            let has_column = of.is_some_and(|of| of.column(&link.through).is_some());
            has_column && map.place(&link.place).is_some()
        }
    }
}

fn find(name: &str) -> Option<Template> {
    TEMPLATES.into_iter().find(|template| template.name == name)
}

#[cfg(test)]
mod tests;
