//! Active Directory, by Samba, under the policy of a vendor who manages such directories.

use base64::Engine as _;
use candor_tests::{DOMAIN, Samba};
use serde_json::json;

use crate::support::{assert_clean, carried_out, corrected, done, rows, server};

const POLICY: &str = include_str!("../../../policies/asign2/policy.candor");
const PASSWORD: &str = "C0rrect-horse-battery";

fn entries() -> String {
    let person = |cn: &str, login: &str, further: &str| {
        format!(
            "dn: CN={cn},OU=Staff,{DOMAIN}\nchangetype: add\nobjectClass: user\nsAMAccountName: {login}\n\
             userPrincipalName: {login}@ad.candor.test\nmail: {login}@id.example\ndisplayName: {cn}\n\
             userAccountControl: 514\n{further}\n"
        )
    };
    let quoted: Vec<u8> = format!("\"{PASSWORD}\"").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let password = base64::engine::general_purpose::STANDARD.encode(quoted);
    let ada = format!("CN=Ada Lovelace,OU=Staff,{DOMAIN}");
    [
        format!("dn: OU=Staff,{DOMAIN}\nchangetype: add\nobjectClass: organizationalUnit\n\n"),
        person("Ada Lovelace", "ada", "telephoneNumber: +44 20 7946 0001\ntitle: Countess\n"),
        person("Grace Hopper", "grace", &format!("manager: {ada}\n")),
        format!(
            "dn: CN=Engines,OU=Staff,{DOMAIN}\nchangetype: add\nobjectClass: group\nsAMAccountName: engines\nmember: {ada}\n\
             managedBy: {ada}\n\n"
        ),
        format!("dn: {ada}\nchangetype: modify\nreplace: unicodePwd\nunicodePwd:: {password}\n\n"),
        format!("dn: {ada}\nchangetype: modify\nreplace: userAccountControl\nuserAccountControl: 512\n"),
    ]
    .concat()
}

#[test]
fn every_right_of_an_account_reaches_the_domain_and_a_restriction_disables_it() {
    let samba = Samba::start();
    samba.administrator().change(&entries());
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("asign2.candor");
    let disabling = "        on erasure delete\n        on restriction set userAccountControl to \"+2\"\n    }\n";
    std::fs::write(&policy, POLICY.replace("        on erasure delete\n    }\n", disabling)).unwrap();
    let server = server(&policy, &[("ASIGN2_DIRECTORY", samba.administrators_address())]);
    let entry = json!({ "login": "ada", "mail": "ada@id.example", "display_name": "Ada Lovelace", "groups": ["Engines"],
        "locked": false });
    let record = json!({ "group": "directory", "values": entry, "source": "organisation" });
    let made = server.post("/v1/subjects", &json!({ "records": [record], "contract": {} })).json(201);
    let ada = server.known(candor_tests::text(&made["subject"]));
    let signs_in = || samba.account("ada@ad.candor.test", PASSWORD).signs_in();

    let given = rows(&ada, "directory").join("\n");
    for said in ["+44 20 7946 0001", "Countess", "CN=Engines"] {
        assert!(given.contains(said), "{said}: {given}");
    }
    assert!(!given.contains("grace@") && !given.contains("unicodePwd"), "{given}");

    let told = corrected(&server, &ada, "directory", &json!({ "display_name": "Ada King", "title": "Lady" }));
    assert_eq!(done(&told, "directory"), ["user corrected 1"]);
    let account = format!("dn: CN=Ada Lovelace,OU=Staff,{DOMAIN}");
    let lines = samba.dump()[&account].clone();
    assert!(lines.contains("displayName: Ada King") && lines.contains("title: Lady"), "{lines:?}");

    assert!(signs_in());
    let told = carried_out(&server, &ada, "restriction");
    assert!(done(&told, "directory").contains(&"user restricted 1".to_owned()), "{told:#}");
    assert!(!signs_in(), "the account is disabled");

    let told = carried_out(&server, &ada, "erasure");
    assert_clean(&told, "directory");
    let lines = done(&told, "directory");
    for line in ["user deleted 1", "group de_identified 1"] {
        assert!(lines.contains(&line.to_owned()), "{line}: {lines:?}");
    }
    let left = format!("{:?}", samba.dump());
    for mark in ["Lovelace", "Ada King", "ada@id.example", "7946"] {
        assert!(!left.contains(mark) && !told.to_string().contains(mark), "{mark}");
    }
    assert!(left.contains("grace@id.example"));
    ada.get("").problem(410, "subject.erased");
}
