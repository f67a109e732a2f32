//! OpenLDAP: a company's directory that is real.

use std::path::Path;

use candor_tests::{COMPANY, Slapd};
use serde_json::json;

use crate::support::{assert_clean, carried_out, corrected, done, rows, server};

const RULES: &str =
    "limits dn.exact=\"cn=candor,dc=company,dc=example\" size=unlimited size.prtotal=unlimited time=unlimited
access to attrs=userPassword by dn.exact=\"cn=candor,dc=company,dc=example\" =w by anonymous auth by * none
access to * by dn.exact=\"cn=candor,dc=company,dc=example\" write by users read by * none";

const ENTRIES: &str = "dn: dc=company,dc=example
objectClass: dcObject
objectClass: organization
o: Company
dc: company

dn: cn=candor,dc=company,dc=example
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: candor
userPassword: of candor

dn: uid=ada,dc=company,dc=example
objectClass: inetOrgPerson
uid: ada
cn: Ada Lovelace
sn: Lovelace
displayName: Ada Lovelace
mail: ada@company.example
telephoneNumber: +44 20 7946 0001
userPassword: correct horse

dn: uid=grace,dc=company,dc=example
objectClass: inetOrgPerson
uid: grace
cn: Grace Hopper
sn: Hopper
mail: grace@company.example
manager: uid=ada,dc=company,dc=example

dn: cn=engines,dc=company,dc=example
objectClass: groupOfNames
cn: engines
member: uid=ada,dc=company,dc=example
member: uid=grace,dc=company,dc=example

dn: cn=machine,dc=company,dc=example
objectClass: device
cn: machine
serialNumber: adas-machine
owner: uid=ada,dc=company,dc=example
";

#[test]
fn every_right_of_an_employee_reaches_the_directory() {
    let slapd = Slapd::start(RULES, ENTRIES);
    let address = slapd.address(&format!("cn=candor,{COMPANY}"), "of candor");
    let server = server(Path::new("tests/tests/directories/company.candor"), &[("COMPANY_DIRECTORY", address)]);
    let account = json!({ "login": "ada", "email": "ada@company.example", "name": "Ada Lovelace" });
    let ada = server.person(&[("account", account)]);
    let entry = || slapd.dump()[&format!("dn: uid=ada,{COMPANY}")].clone();
    let grace = || slapd.dump()[&format!("dn: uid=grace,{COMPANY}")].clone();

    let given = rows(&ada, "directory").join("\n");
    for said in ["+44 20 7946 0001", "adas-machine", "groupOfNames"] {
        assert!(given.contains(said), "{said}: {given}");
    }
    assert!(!given.contains("grace@") && !given.contains("userPassword"), "{given}");

    let told = corrected(&server, &ada, "account", &json!({ "name": "Ada King", "telephone": "+44 20 7946 0002" }));
    assert_eq!(done(&told, "directory"), ["inetOrgPerson corrected 1"]);
    let lines = entry();
    // A copy is derived: it follows.
    for line in ["cn: Ada King", "displayName: Ada King", "telephoneNumber: +44 20 7946 0002"] {
        assert!(lines.contains(line), "{line}: {lines:?}");
    }

    let told = carried_out(&server, &ada, "restriction");
    assert!(done(&told, "directory").contains(&"inetOrgPerson restricted 1".to_owned()), "{told:#}");
    assert!(entry().contains("employeeType: restricted"), "{:?}", entry());
    ada.read("directory", &["account.email"]).refused("restriction");

    let told = carried_out(&server, &ada, "erasure");
    assert_clean(&told, "directory");
    let lines = done(&told, "directory");
    for line in ["inetOrgPerson deleted 1", "device deleted 1", "groupOfNames de_identified 1"] {
        assert!(lines.contains(&line.to_owned()), "{line}: {lines:?}");
    }
    let left = format!("{:?}", slapd.dump());
    for mark in ["ada@", "uid=ada", "Ada ", "7946", "adas-machine"] {
        assert!(!left.contains(mark) && !told.to_string().contains(mark), "{mark}: {left}");
    }
    assert!(grace().contains("mail: grace@company.example") && !grace().iter().any(|line| line.starts_with("manager")));
    ada.get("").problem(410, "subject.erased");
}
