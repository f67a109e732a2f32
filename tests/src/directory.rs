//! A company's directory that is real: OpenLDAP with two people, over TLS.

use serde_json::{Value, json};

use crate::slapd::{COMPANY, Slapd, tls};

const RULES: &str = "access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none";
const PEOPLE: &str = "dn: dc=company,dc=example
objectClass: dcObject
objectClass: organization
o: Company
dc: company

dn: cn=reader,dc=company,dc=example
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: the reader's password

dn: uid=ada,dc=company,dc=example
objectClass: inetOrgPerson
uid: ada
cn: Ada Lovelace
sn: Lovelace
mail: ada@company.example
departmentNumber: planted-department
userPassword: correct horse
";

/// A running directory; it ends when dropped.
pub struct CompanyDirectory(Slapd);

impl CompanyDirectory {
    /// Starts it with Ada in it, whose password is `correct horse`.
    ///
    /// # Panics
    /// When slapd is not installed (`cargo xtask setup`).
    pub fn start() -> Self {
        Self(Slapd::start(RULES, PEOPLE))
    }

    /// What is asked of it, in the words of the API.
    pub fn place(&self) -> Value {
        json!({ "company": {
            "address": self.0.url(),
            "trusted": std::fs::read_to_string(tls("cert.pem")).expect("a certificate"),
            "base": COMPANY,
            "filter": "(&(objectClass=inetOrgPerson)(uid={user}))",
            "reader": { "name": "cn=reader,dc=company,dc=example", "password": "the reader's password" },
            "id_attribute": "entryUUID",
        } })
    }
}
