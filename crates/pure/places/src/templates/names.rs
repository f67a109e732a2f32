//! How the tables of an installation are called: sites put a prefix of their own before every name.

use crate::catalogue::Catalogue;
use crate::map::SystemMap;

use super::Template;

/// The prefixes of an installation.
pub(super) struct Names {
    /// Before the tables that are there once.
    shared: String,
    /// Before the tables of each further site of a network (WordPress writes `wp_2_` and so on).
    further: Vec<String>,
}

/// One site of an installation.
pub(super) struct Site<'a> {
    shared: &'a str,
    own: &'a str,
    shares: &'a [&'a str],
    pub is_first: bool,
}

/// The tables that all sites of a WordPress network have in common.
const SHARED: [&str; 2] = ["users", "usermeta"];

impl Names {
    /// Reads the prefix off the place of accounts that the map declares; when that is the one taken for granted and the
    /// system has no such table, off the only such site that is there, and the place is named after it.
    pub(super) fn of(template: &Template, map: &mut SystemMap, catalogue: &Catalogue) -> Option<Self> {
        let declared = accounts(template, map)?.to_owned();
        let mut shared = declared.strip_suffix(template.accounts)?.to_owned();
        if catalogue.table(&declared).is_none() {
            shared = only_site(template, catalogue)?;
            let renamed = format!("{shared}{}", template.accounts);
            map.places
                .iter_mut()
                .filter(|place| place.name == declared)
                .for_each(|place| place.name.clone_from(&renamed));
        }
        let mut further: Vec<String> =
            catalogue.tables.iter().filter_map(|table| further_site(&shared, &table.name, template)).collect();
        further.sort_unstable();
        further.dedup();
        Some(Self { shared, further })
    }

    /// The name of a table that is there once.
    pub(super) fn shared(&self, table: &str) -> String {
        format!("{}{table}", self.shared)
    }

    /// Every site; the first has the prefix of the installation.
    pub(super) fn sites(&self) -> impl Iterator<Item = Site<'_>> {
        let site = |own, is_first| Site { shared: &self.shared, own, shares: &SHARED, is_first };
        std::iter::once(site(self.shared.as_str(), true)).chain(self.further.iter().map(move |own| site(own, false)))
    }
}

impl Site<'_> {
    /// What a table of this site is called.
    pub(super) fn table(&self, table: &str) -> String {
        let prefix = if self.shares.contains(&table) { self.shared } else { self.own };
        format!("{prefix}{table}")
    }
}

/// The place of accounts. The shortest name: `wp_users`, not `wp_2_old_users`.
pub(super) fn accounts<'a>(template: &Template, map: &'a SystemMap) -> Option<&'a str> {
    let names = map.places.iter().map(|place| place.name.as_str()).filter(|name| name.ends_with(template.accounts));
    names.min_by_key(|name| name.len())
}

fn only_site(template: &Template, catalogue: &Catalogue) -> Option<String> {
    let is_site =
        |prefix: &&str| template.known_by.iter().all(|other| catalogue.table(&format!("{prefix}{other}")).is_some());
    let mut found =
        catalogue.tables.iter().filter_map(|table| table.name.strip_suffix(template.accounts)).filter(is_site);
    let only = found.next()?;
    // Two sites in one database: which is meant, the manifest has to say.
    found.next().is_none().then(|| only.to_owned())
}

fn further_site(shared: &str, table: &str, template: &Template) -> Option<String> {
    if template.name != "wordpress" {
        return None;
    }
    let number = table.strip_prefix(shared)?.strip_suffix("_posts")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("{shared}{number}_"))
}
