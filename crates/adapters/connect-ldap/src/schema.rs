//! What a directory says of its object classes and attributes (RFC 4512, section 4.4).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use candor_places::ColumnKind;

use crate::definition::Definition;
use crate::entry::{is_bytes, plain};

/// How far up a class or attribute is followed.
const ABOVE_MAX: usize = 32;

/// An attribute.
#[derive(Debug, Clone)]
pub(crate) struct Attribute {
    /// Its first name.
    pub(crate) name: String,
    sup: Option<String>,
    syntax: Option<String>,
    /// It has one value at most.
    pub(crate) is_single: bool,
    /// People and programs write it, not the directory itself.
    pub(crate) is_written: bool,
}

/// An object class.
#[derive(Debug, Clone, Default)]
pub(crate) struct Class {
    /// Its first name.
    pub(crate) name: String,
    sups: Vec<String>,
    /// An entry can be of it alone.
    pub(crate) is_structural: bool,
    must: Vec<String>,
    may: Vec<String>,
}

/// A schema. Names are looked up without regard to case.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    attributes: Vec<Attribute>,
    by_name: HashMap<String, usize>,
    classes: BTreeMap<String, Class>,
}

impl Schema {
    /// Reads definitions; what is none is passed over. `unwritten` are attributes that the directory keeps itself and does
    /// not say so of.
    pub(crate) fn read(
        attributes: impl Iterator<Item = String>,
        classes: impl Iterator<Item = String>,
        unwritten: &BTreeSet<String>,
    ) -> Self {
        let mut schema = Self::default();
        for definition in attributes.filter_map(|text| Definition::parse(&text)) {
            schema.add_attribute(&definition, unwritten);
        }
        for definition in classes.filter_map(|text| Definition::parse(&text)) {
            schema.add_class(&definition);
        }
        schema
    }

    fn add_attribute(&mut self, definition: &Definition, unwritten: &BTreeSet<String>) {
        let Some(name) = definition.after("NAME").first() else { return };
        let first = |word| definition.after(word).first().cloned();
        let usage = first("USAGE");
        let is_written = !definition.says("NO-USER-MODIFICATION")
            && usage.is_none_or(|usage| usage == "userApplications")
            && !unwritten.contains(&name.to_lowercase());
        // `1.3.6…15{64}`: what may be long is said in braces.
        let syntax = first("SYNTAX").map(|syntax| syntax.split('{').next().unwrap_or_default().to_owned());
        let is_single = definition.says("SINGLE-VALUE");
        let at = self.attributes.len();
        self.attributes.push(Attribute { name: name.clone(), sup: first("SUP"), syntax, is_single, is_written });
        for name in definition.after("NAME").iter().chain([&definition.oid]) {
            self.by_name.entry(name.to_lowercase()).or_insert(at);
        }
    }

    /// Adds what is said of a class; a content rule says more of one that is there.
    fn add_class(&mut self, definition: &Definition) {
        let Some(name) = definition.after("NAME").first() else { return };
        let class = self.classes.entry(name.to_lowercase()).or_default();
        if class.name.is_empty() {
            class.name.clone_from(name);
            let is_other = definition.says("ABSTRACT") || definition.says("AUXILIARY");
            class.is_structural = !is_other;
        }
        class.sups.extend(definition.after("SUP").iter().chain(definition.after("AUX")).cloned());
        class.must.extend_from_slice(definition.after("MUST"));
        class.may.extend_from_slice(definition.after("MAY"));
    }

    /// The attribute of a description.
    pub(crate) fn attribute(&self, description: &str) -> Option<&Attribute> {
        let at = self.by_name.get(&plain(description).to_lowercase())?;
        self.attributes.get(*at)
    }

    /// One word for an attribute that has several names.
    pub(crate) fn word(&self, description: &str) -> String {
        self.attribute(description).map_or(plain(description), |attribute| attribute.name.as_str()).to_lowercase()
    }

    /// Whether two names are of one attribute.
    pub(crate) fn same(&self, one: &str, other: &str) -> bool {
        self.word(one) == self.word(other)
    }

    /// The classes, by name.
    pub(crate) fn classes(&self) -> impl Iterator<Item = &Class> {
        self.classes.values()
    }

    /// The class of a name.
    pub(crate) fn class(&self, name: &str) -> Option<&Class> {
        self.classes.get(&name.to_lowercase())
    }

    /// What entries of these classes must have, in words.
    pub(crate) fn must(&self, classes: &[String]) -> BTreeSet<String> {
        self.all(classes).flat_map(|class| &class.must).map(|name| self.word(name)).collect()
    }

    /// What entries of these classes may have, in words.
    pub(crate) fn may(&self, classes: &[String]) -> BTreeSet<String> {
        self.all(classes).flat_map(|class| &class.may).map(|name| self.word(name)).collect()
    }

    /// The classes with everything above them.
    fn all(&self, classes: &[String]) -> impl Iterator<Item = &Class> {
        let mut found: BTreeMap<String, &Class> = BTreeMap::new();
        let mut next: Vec<String> = classes.to_vec();
        for _ in 0..ABOVE_MAX {
            let mut above = Vec::new();
            for name in next {
                let Some(class) = self.class(&name) else { continue };
                if found.insert(name.to_lowercase(), class).is_none() {
                    above.extend(class.sups.iter().cloned());
                }
            }
            next = above;
        }
        found.into_values()
    }

    /// The class that says most of an entry.
    pub(crate) fn label(&self, classes: &[String]) -> String {
        let is_above = |one: &str, other: &str| {
            !one.eq_ignore_ascii_case(other)
                && self.all(&[other.to_owned()]).any(|class| class.name.eq_ignore_ascii_case(one))
        };
        let mut structural = classes.iter().filter(|name| self.class(name).is_none_or(|class| class.is_structural));
        let label = structural.find(|name| !classes.iter().any(|other| is_above(name, other)));
        label.or(classes.last()).cloned().unwrap_or_else(|| "entry".to_owned())
    }

    fn syntax(&self, description: &str) -> Option<&str> {
        let mut attribute = self.attribute(description)?;
        for _ in 0..ABOVE_MAX {
            if let Some(syntax) = &attribute.syntax {
                return Some(syntax);
            }
            attribute = self.attribute(attribute.sup.as_ref()?)?;
        }
        None
    }

    /// Whether its values name other entries.
    pub(crate) fn is_reference(&self, description: &str) -> bool {
        matches!(self.syntax(description), Some("1.3.6.1.4.1.1466.115.121.1.12" | "1.3.6.1.4.1.1466.115.121.1.34"))
    }

    /// The attributes whose values name other entries, and which may be written.
    pub(crate) fn references(&self) -> Vec<&str> {
        // The name of the entry itself, and what all other names are made of.
        let own = ["distinguishedName", "objectCategory", "defaultObjectCategory", "name", "aliasedObjectName"];
        let is_meant = |attribute: &&Attribute| {
            attribute.is_written
                && self.is_reference(&attribute.name)
                && !own.iter().any(|own| own.eq_ignore_ascii_case(&attribute.name))
        };
        self.attributes.iter().filter(is_meant).map(|attribute| attribute.name.as_str()).collect()
    }

    /// Whether its values are whole numbers.
    pub(crate) fn is_number(&self, description: &str) -> bool {
        matches!(self.syntax(description), Some("1.3.6.1.4.1.1466.115.121.1.27" | "1.2.840.113556.1.4.906"))
    }

    /// What stands in it. Of several values each is such a one.
    pub(crate) fn kind(&self, description: &str) -> ColumnKind {
        if is_bytes(description) {
            return ColumnKind::Bytes;
        }
        let Some(syntax) = self.syntax(description) else { return ColumnKind::Other("unknown".to_owned()) };
        match syntax {
            "1.3.6.1.4.1.1466.115.121.1.27" | "1.2.840.113556.1.4.906" | "1.3.6.1.4.1.1466.115.121.1.36" => {
                ColumnKind::Number
            }
            "1.3.6.1.4.1.1466.115.121.1.7" => ColumnKind::Boolean,
            "1.3.6.1.4.1.1466.115.121.1.24" | "1.3.6.1.4.1.1466.115.121.1.53" => ColumnKind::Moment,
            "1.3.6.1.1.16.1" => ColumnKind::Uuid,
            "1.3.6.1.4.1.1466.115.121.1.12" | "1.3.6.1.4.1.1466.115.121.1.34" => {
                ColumnKind::Other("distinguished name".to_owned())
            }
            "1.3.6.1.4.1.1466.115.121.1.40"
            | "1.3.6.1.4.1.1466.115.121.1.5"
            | "1.3.6.1.4.1.1466.115.121.1.8"
            | "1.3.6.1.4.1.1466.115.121.1.28"
            | "1.3.6.1.4.1.1466.115.121.1.4"
            | "1.2.840.113556.1.4.907" => ColumnKind::Bytes,
            _ => ColumnKind::Text { chars_max: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        let attributes = [
            "( 2.5.4.41 NAME 'name' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15{32768} )",
            "( 2.5.4.3 NAME ( 'cn' 'commonName' ) SUP name )",
            "( 2.5.4.49 NAME 'distinguishedName' SYNTAX 1.3.6.1.4.1.1466.115.121.1.12 )",
            "( 2.5.4.31 NAME 'member' SUP distinguishedName )",
            "( 1.2.3 NAME 'memberOf' SYNTAX 1.3.6.1.4.1.1466.115.121.1.12 NO-USER-MODIFICATION )",
            "( 1.2.4 NAME 'directReports' SYNTAX '1.3.6.1.4.1.1466.115.121.1.12' )",
            "( 1.2.5 NAME 'uidNumber' SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )",
        ];
        let classes = [
            "( 2.5.6.0 NAME 'top' ABSTRACT MUST objectClass )",
            "( 2.5.6.6 NAME 'person' SUP top STRUCTURAL MUST ( sn $ cn ) MAY telephoneNumber )",
            "( 2.5.6.7 NAME 'inetOrgPerson' SUP person STRUCTURAL MAY mail )",
            "( 1.3 NAME 'posixAccount' SUP top AUXILIARY MUST uidNumber )",
            "( 2.5.6.7 NAME 'inetOrgPerson' AUX posixAccount MAY info )",
        ];
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>().into_iter();
        Schema::read(owned(&attributes), owned(&classes), &BTreeSet::from(["directreports".to_owned()]))
    }

    #[test]
    fn what_is_said_above_holds_below() {
        let schema = schema();
        let classes = ["top".to_owned(), "inetOrgPerson".to_owned()];
        let must: Vec<String> = schema.must(&classes).into_iter().collect();
        assert_eq!(must, ["cn", "objectclass", "sn", "uidnumber"]);
        let may: Vec<String> = schema.may(&classes).into_iter().collect();
        assert_eq!(may, ["info", "mail", "telephonenumber"]);
        assert_eq!(
            schema.label(&["top".into(), "person".into(), "inetOrgPerson".into(), "posixAccount".into()]),
            "inetOrgPerson"
        );
        assert!(schema.same("commonName;lang-de", "CN"));
    }

    #[test]
    fn references_are_those_that_somebody_writes() {
        assert_eq!(schema().references(), ["member"]);
        assert!(schema().is_number("uidnumber"));
        assert_eq!(schema().kind("cn"), ColumnKind::Text { chars_max: None });
    }
}
