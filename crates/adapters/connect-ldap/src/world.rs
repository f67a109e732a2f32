//! What a directory says of itself before anything is asked of it: what it can, where its entries are, and its schema.

use std::collections::BTreeSet;

use candor_connect::ConnectError;

use crate::address::Address;
use crate::outcome::Trouble;
use crate::schema::Schema;
use crate::session::{Pages, Query, Session};

const ACTIVE_DIRECTORY: &str = "1.2.840.113556.1.4.800";
const SHOW_DELETED: &str = "1.2.840.113556.1.4.417";

/// A directory.
#[derive(Debug)]
pub(crate) struct World {
    /// Below these its entries are; definitions of its schema are none.
    pub(crate) contexts: Vec<String>,
    /// Below this one places lie.
    pub(crate) base: String,
    /// It is an Active Directory: it names members' groups, follows renames and keeps what was deleted.
    pub(crate) is_active: bool,
    /// It shows what was deleted.
    pub(crate) shows_deleted: bool,
    /// Its object classes and attributes.
    pub(crate) schema: Schema,
}

impl World {
    /// Everything an entry says of itself. Active Directory tells that without being asked for operational attributes, and
    /// would work each of those out.
    pub(crate) const fn everything(&self) -> &'static [&'static str] {
        if self.is_active { &["*"] } else { &["*", "+"] }
    }

    /// Asks the directory.
    pub(crate) async fn ask(session: &Session, address: &Address) -> Result<Self, ConnectError> {
        let root = session.entry(Query::of("", &["*", "+"])).await.map_err(|error| error.about("read on the root"))?;
        let root = root.ok_or_else(|| Trouble::Code(50).about("read on the root"))?;
        let is_active = root.has("supportedCapabilities", ACTIVE_DIRECTORY);
        let schema_at = root.texts("schemaNamingContext").next();
        let contexts: Vec<String> =
            root.texts("namingContexts").filter(|context| schema_at.as_ref() != Some(context)).collect();
        let found = root.texts("defaultNamingContext").next().or_else(|| contexts.first().cloned());
        let base = if address.base.is_empty() { found.unwrap_or_default() } else { address.base.clone() };
        if base.is_empty() {
            return Err(ConnectError::PrivilegeMissing { what: "read on namingContexts of the root".to_owned() });
        }
        let unwritten = match schema_at {
            Some(at) if is_active => kept_by_itself(session, &at).await?,
            _ => BTreeSet::new(),
        };
        let subschema = root.texts("subschemaSubentry").next().unwrap_or_else(|| "cn=Subschema".to_owned());
        let wanted = ["attributeTypes", "objectClasses", "dITContentRules"];
        let refused = |error: Trouble| error.about("read on the schema");
        let said = session.entry(Query::of(&subschema, &wanted)).await.map_err(refused)?;
        let said = said.ok_or_else(|| Trouble::Code(50).about("read on the schema"))?;
        let classes = said.texts("objectClasses").chain(said.texts("dITContentRules"));
        let schema = Schema::read(said.texts("attributeTypes"), classes, &unwritten);
        Ok(Self { shows_deleted: root.has("supportedControl", SHOW_DELETED), contexts, base, is_active, schema })
    }
}

/// The attributes that Active Directory keeps itself: back links (their numbers are odd) and what it works out.
async fn kept_by_itself(session: &Session, schema_at: &str) -> Result<BTreeSet<String>, ConnectError> {
    let has_bit = "1.2.840.113556.1.4.803";
    let filter =
        format!("(&(objectClass=attributeSchema)(|(linkID:{has_bit}:=1)(systemFlags:{has_bit}:=4)(systemOnly=TRUE)))");
    let mut pages = Pages::of(Query::below(schema_at, filter, &["lDAPDisplayName"]));
    let mut names = BTreeSet::new();
    while let Some(page) = pages.next(session).await.map_err(|error| error.about("read on the schema"))? {
        names.extend(page.iter().flat_map(|entry| entry.texts("lDAPDisplayName")).map(|name| name.to_lowercase()));
    }
    Ok(names)
}
