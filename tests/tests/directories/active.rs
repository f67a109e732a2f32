//! Active Directory, by Samba: the policy of a vendor who manages such directories (policies/asign2).

use candor_connect::testing::person;
use candor_places::{Act, Did, Role};
use candor_tests::{DOMAIN, Samba};

use crate::people::{all, changes, connector, correction, given, lines, read, refusal, said, task};

const POLICY: &str = include_str!("../../../policies/asign2/policy.candor");
const ADA: [(&str, &str); 2] = [("directory.mail", "ada@id.example"), ("directory.login", "ada")];
const PASSWORD: &str = "C0rrect-horse-battery";

/// Ada, her colleague, a group, a computer that is hers to mind, and a shared mailbox whose secretary she is.
fn entries() -> String {
    let person = |cn: &str, login: &str, further: &str| {
        format!(
            "dn: CN={cn},OU=Staff,{DOMAIN}\nchangetype: add\nobjectClass: user\nsAMAccountName: {login}\n\
             userPrincipalName: {login}@ad.candor.test\nmail: {login}@id.example\ndisplayName: {cn}\n\
             userAccountControl: 514\n{further}"
        )
    };
    let (ada, grace) = (format!("CN=Ada Lovelace,OU=Staff,{DOMAIN}"), format!("CN=Grace Hopper,OU=Staff,{DOMAIN}"));
    [
        format!("dn: OU=Staff,{DOMAIN}\nchangetype: add\nobjectClass: organizationalUnit\n"),
        person(
            "Ada Lovelace",
            "ada",
            "givenName: Ada\nsn: Lovelace\ntelephoneNumber: +44 20 7946 0001\ndepartment: Engines\ntitle: Countess\n\
             streetAddress: 12 St James's Square\nemployeeID: 4711\nproxyAddresses: SMTP:ada@id.example\n\
             thumbnailPhoto:: /9j/4AAQSkZJRgABAQ==\n",
        ),
        person("Grace Hopper", "grace", &format!("sn: Hopper\nmanager: {ada}\n")),
        person("Office", "office", &format!("secretary: {ada}\nseeAlso: {ada}\n")),
        format!(
            "dn: CN=Engines,OU=Staff,{DOMAIN}\nchangetype: add\nobjectClass: group\nsAMAccountName: engines\n\
             member: {ada}\nmember: {grace}\nmanagedBy: {ada}\n"
        ),
        format!(
            "dn: CN=ENGINE1,OU=Staff,{DOMAIN}\nchangetype: add\nobjectClass: computer\nsAMAccountName: ENGINE1$\n\
             userAccountControl: 4096\nmanagedBy: {ada}\n"
        ),
        enabled(&ada),
        enabled(&grace),
    ]
    .join("\n")
}

/// Gives an account its password, and enables it.
fn enabled(name: &str) -> String {
    let quoted: Vec<u8> = format!("\"{PASSWORD}\"").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let password = base64(&quoted);
    format!(
        "dn: {name}\nchangetype: modify\nreplace: unicodePwd\nunicodePwd:: {password}\n\n\
         dn: {name}\nchangetype: modify\nreplace: userAccountControl\nuserAccountControl: 512\n"
    )
}

/// An account of a program.
fn account(name: &str, login: &str) -> String {
    let added = format!("dn: {name}\nchangetype: add\nobjectClass: user\nsAMAccountName: {login}\n");
    format!("{added}userPrincipalName: {login}@ad.candor.test\nuserAccountControl: 514\n\n{}", enabled(name))
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn start() -> Samba {
    let samba = Samba::start();
    samba.administrator().change(&entries());
    samba
}

fn signs_in(samba: &Samba, user: &str) -> bool {
    samba.account(&format!("{user}@ad.candor.test"), PASSWORD).signs_in()
}

#[tokio::test]
async fn an_export_of_a_domain_gives_the_entry_its_groups_and_no_secret() {
    let samba = start();
    let connector = connector(POLICY, samba.administrators_address());
    let rows = read(&connector, person(&ADA)).await;
    let own = given(&rows, "user");
    for line in [
        "sAMAccountName=ada",
        "title=Countess",
        "employeeID=4711",
        "thumbnailPhoto=ffd8ffe000104a46494600010101".get(..20).unwrap(),
    ] {
        assert!(own.iter().any(|given| given.starts_with(line)), "{line}: {own:?}");
    }
    assert!(own.iter().any(|line| line.starts_with("memberOf=CN=Engines")), "{own:?}");
    let id = own.iter().find_map(|line| line.strip_prefix("objectGUID=")).unwrap();
    assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    assert_eq!(rows.0.iter().find(|row| row.role == Role::Owner).unwrap().key, [id]);
    let all = all(&rows);
    assert!(
        !all.contains("unicodePwd")
            && !all.contains("supplementalCredentials")
            && !all.contains("nTSecurityDescriptor")
    );
    assert!(given(&rows, "group").contains("CN=Engines"), "{:?}", given(&rows, "group"));
    let catalogue = connector.catalogue().await.unwrap();
    let users = catalogue.tables.iter().find(|table| table.name == "user").unwrap();
    for column in
        ["mail", "telephoneNumber", "thumbnailPhoto", "homePostalAddress", "sAMAccountName", "department", "title"]
    {
        assert!(users.columns.iter().any(|known| known.name == column), "{column}");
    }
    assert!(users.columns.iter().find(|column| column.name == "objectGUID").unwrap().is_generated);
    assert!(users.n_rows.unwrap() >= 4);
}

#[tokio::test]
async fn a_correction_in_a_domain_renames_and_everybody_follows() {
    let samba = start();
    // The name of the entry is mapped too.
    let policy = POLICY.replace("directory.display_name at displayName", "directory.display_name at cn");
    let connector = connector(&policy, samba.administrators_address());
    let corrections = || {
        vec![
            correction("directory.display_name", Some("Ada King, Countess")),
            correction("directory.login", Some("aking")),
            correction("directory.telephone", Some("+44 20 7946 0002")),
            correction("directory.title", None),
            correction("directory.groups", Some("Poets")),
        ]
    };
    let report = connector.carry_out(&task(Act::Rectify(corrections()), person(&ADA))).await.unwrap();
    // Who is in a group, the group says.
    assert_eq!(said(&report), lines(&[("user", Did::Corrected, 1), ("user", Did::CannotHold, 1)]));
    let after = samba.dump();
    let renamed = after.keys().find(|name| name.contains("Ada King")).unwrap();
    let own = &after[renamed];
    assert!(own.contains("sAMAccountName: aking") && own.contains("telephoneNumber: +44 20 7946 0002"), "{own:?}");
    assert!(!own.iter().any(|line| line.starts_with("title:")));
    let group = &after[&format!("dn: CN=Engines,OU=Staff,{DOMAIN}")];
    assert!(group.iter().any(|line| line.starts_with("member: CN=Ada King")), "{group:?}");
    let again = person(&[("directory.mail", "ada@id.example")]);
    connector.carry_out(&task(Act::Rectify(corrections()), again)).await.unwrap();
    assert!(changes(&after, &samba.dump()).is_empty(), "{:?}", changes(&after, &samba.dump()));
}

#[tokio::test]
async fn an_account_is_disabled_and_enabled_again() {
    let samba = start();
    let policy = POLICY.replace(
        "        on erasure delete\n    }\n",
        "        on erasure delete\n        on restriction set userAccountControl to \"+2\"\n    }\n",
    );
    let connector = connector(&policy, samba.administrators_address());
    let before = samba.dump();
    assert!(signs_in(&samba, "ada"));
    for _ in 0..2 {
        let report = connector.carry_out(&task(Act::Restrict, person(&ADA))).await.unwrap();
        assert_eq!(said(&report), lines(&[("user", Did::Restricted, 1)]));
        assert!(!signs_in(&samba, "ada") && signs_in(&samba, "grace"));
    }
    connector.carry_out(&task(Act::LiftRestriction, person(&ADA))).await.unwrap();
    assert!(signs_in(&samba, "ada"));
    assert!(changes(&before, &samba.dump()).is_empty(), "{:?}", changes(&before, &samba.dump()));
}

#[tokio::test]
async fn an_account_of_a_domain_goes_with_every_link_to_it_and_leaves_a_tombstone_of_nobody() {
    let mut samba = start();
    let connector = connector(POLICY, samba.administrators_address());
    let before = samba.dump();
    let traces = connector.search(&[person(&ADA)]).await.unwrap();
    for (place, column) in
        [("user", "mail"), ("user", "proxyAddresses"), ("user", "manager"), ("group", "member"), ("user", "secretary")]
    {
        assert!(
            traces.iter().any(|trace| trace.place == place && trace.column == column),
            "{place}.{column}: {traces:?}"
        );
    }
    let report = connector.carry_out(&task(Act::Erase, person(&ADA))).await.unwrap();
    let said = said(&report);
    assert!(said.contains("user Deleted 1") && said.contains("group DeIdentified 1"), "{said:?}");
    let after = samba.dump();
    let left = changes(&before, &after);
    let is_about_her = |line: &String| line.contains("Ada Lovelace");
    let others: Vec<_> = left.iter().filter(|line| !is_about_her(line)).collect();
    assert!(others.is_empty(), "{others:?}");
    assert!(left.iter().all(|line| line.starts_with("- ")), "{left:?}");
    assert!(!format!("{after:?}").contains("Lovelace"));
    // The tombstone is looked at too: it was renamed before, and names nobody.
    assert_eq!(connector.search(&[person(&ADA)]).await.unwrap(), []);
    samba.restart();
    assert!(connector.carry_out(&task(Act::Erase, person(&ADA))).await.unwrap().places.is_empty());
    assert!(changes(&after, &samba.dump()).is_empty());
    // Somebody whom an administrator deleted by hand is still to be found among the tombstones.
    samba.administrator().change(&format!("dn: CN=Grace Hopper,OU=Staff,{DOMAIN}\nchangetype: delete\n"));
    let traces = connector.search(&[person(&[("directory.login", "grace")])]).await.unwrap();
    assert!(
        traces.iter().any(|trace| trace.place == "CN=Deleted Objects" && trace.column == "sAMAccountName"),
        "{traces:?}"
    );
}

#[tokio::test]
async fn a_deletion_that_stops_in_the_middle_is_brought_to_its_end() {
    let samba = start();
    // An account that may write and rename, and not yet delete: it stops before the last change.
    let candor = format!("CN=Candor,CN=Users,{DOMAIN}");
    samba.administrator().change(&account(&candor, "candor"));
    samba.give(&format!("OU=Staff,{DOMAIN}"), &candor, "RPWPLCLORC");
    let connector = connector(POLICY, samba.address("candor@ad.candor.test", PASSWORD));
    let before = samba.dump();
    let (code, text) = refusal(connector.carry_out(&task(Act::Erase, person(&ADA))).await);
    assert_eq!((code, text.contains("delete on user")), ("system.privilege_missing", true), "{text}");
    let after = samba.dump();
    assert_eq!(after.len(), before.len());
    assert!(after.keys().any(|name| name.contains("CN=going-")) && !format!("{after:?}").contains("Lovelace"));
    // By now nothing of hers leads to the entry.
    samba.give(&format!("OU=Staff,{DOMAIN}"), &candor, "SDDTDC");
    let report = connector.carry_out(&task(Act::Erase, person(&ADA))).await.unwrap();
    assert_eq!(said(&report), lines(&[("user", Did::Deleted, 1)]));
    assert_eq!(samba.dump().len(), before.len() - 1);
}

#[tokio::test]
async fn an_account_that_stays_in_a_domain_is_nobodys_and_disabled() {
    let samba = start();
    let policy = POLICY.replace("on erasure delete", "on erasure de-identify");
    let connector = connector(&policy, samba.administrators_address());
    let before = samba.dump();
    let report = connector.carry_out(&task(Act::Erase, person(&ADA))).await.unwrap();
    assert_eq!(said(&report), lines(&[("user", Did::DeIdentified, 1)]));
    let after = samba.dump();
    let (name, own) = after.iter().find(|(name, _)| name.contains("CN=erased-")).unwrap();
    let text = format!("{name} {own:?}");
    for mark in ["ada", "Ada", "Lovelace", "7946", "Countess", "Square", "4711", "/9j/"] {
        let without_groups: String = own.iter().filter(|line| !line.starts_with("memberOf")).cloned().collect();
        assert!(!without_groups.contains(mark) && !name.contains(mark), "{mark} in {text}");
    }
    assert!(own.contains("userAccountControl: 514") && !signs_in(&samba, "ada"), "{text}");
    let group = &after[&format!("dn: CN=Engines,OU=Staff,{DOMAIN}")];
    assert!(group.iter().any(|line| line.starts_with("member: CN=erased-")), "{group:?}");
    assert_eq!(before.len(), after.len());
    assert_eq!(connector.search(&[person(&ADA)]).await.unwrap(), []);
    connector.carry_out(&task(Act::Erase, person(&ADA))).await.unwrap();
    assert!(changes(&after, &samba.dump()).is_empty());
}

#[tokio::test]
async fn who_may_only_look_at_a_domain_is_told_so() {
    let samba = start();
    // In the open at first, then encrypted.
    let address = samba.address("grace@ad.candor.test", PASSWORD).replacen("ldaps://", "ldap://", 1) + "&starttls=yes";
    let connector = connector(POLICY, address);
    assert!(!read(&connector, person(&ADA)).await.0.is_empty());
    let before = samba.dump();
    let (code, text) = refusal(connector.carry_out(&task(Act::Erase, person(&ADA))).await);
    assert_eq!(code, "system.privilege_missing");
    assert!(text.contains("write on") || text.contains("rename on user"), "{text}");
    assert!(changes(&before, &samba.dump()).is_empty());
}
