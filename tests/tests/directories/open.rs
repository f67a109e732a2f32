//! OpenLDAP: a company with people, groups, managers and things that are somebody's.

use std::fmt::Write as _;

use candor_connect::testing::person;
use candor_places::{Act, Did, PersonIx, Role, Task};
use candor_tests::{COMPANY, Slapd};

use crate::people::{all, changes, connector, correction, given, lines, read, read_each, refusal, said, task};

const POLICY: &str = include_str!("company.candor");

/// What docs/directories.md gives to Candor, word by word; `reader` may look, `blind` may look at everything but addresses, and
/// `nobody` at nothing.
fn rules() -> String {
    let docs = include_str!("../../../docs/directories.md");
    let block = docs.split("```text\n").find(|block| block.starts_with("limits")).unwrap();
    let block = block.split("```").next().unwrap();
    let (limits, access) = block.split_once("\n\n").unwrap();
    let nobody = "by dn.exact=\"cn=nobody,dc=company,dc=example\" none";
    let blind = "by dn.exact=\"cn=blind,dc=company,dc=example\" none";
    let candor = "by dn.exact=\"cn=candor,dc=company,dc=example\" write";
    format!(
        "overlay memberof\noverlay ppolicy\n{limits}\n{}\n\
         access to attrs=mail dn.subtree=\"ou=people,dc=company,dc=example\" {blind} {nobody} {candor} by users read by * none\n{}\n",
        limits.replace("cn=candor", "cn=reader"),
        // A line of a configuration that is empty ends nothing; one that begins with a space goes on.
        access.replace("\n\n", "\n").replace("    by users read", &format!("    {nobody}\n    by users read")),
    )
}

/// Six accounts of programs, three people, and what speaks of them.
const ENTRIES: &str = r#"dn: dc=company,dc=example
objectClass: dcObject
objectClass: organization
o: Company
dc: company

dn: cn=candor,dc=company,dc=example
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: candor
userPassword: candor's password

dn: cn=reader,dc=company,dc=example
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: reader's password

dn: cn=blind,dc=company,dc=example
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: blind
userPassword: blind's password

dn: cn=nobody,dc=company,dc=example
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: nobody
userPassword: nobody's password

dn: ou=people,dc=company,dc=example
objectClass: organizationalUnit
ou: people

dn: ou=things,dc=company,dc=example
objectClass: organizationalUnit
ou: things

dn: uid=ada,ou=people,dc=company,dc=example
objectClass: inetOrgPerson
objectClass: posixAccount
uid: ada
cn: Ada Lovelace
cn;lang-fr: Augusta Ada
sn: Lovelace
displayName: Ada Lovelace
mail: ada@company.example
mail: a.lovelace@company.example
telephoneNumber: +44 20 7946 0001
homePostalAddress: 12 St James's Square
manager: uid=charles,ou=people,dc=company,dc=example
uidNumber: 10001
gidNumber: 10000
homeDirectory: /home/ada
gecos: Ada Lovelace
userPassword: correct horse

dn: cn=telephone,uid=ada,ou=people,dc=company,dc=example
objectClass: device
cn: telephone
serialNumber: adas-telephone

dn: uid=charles,ou=people,dc=company,dc=example
objectClass: inetOrgPerson
uid: charles
cn: Charles Babbage
sn: Babbage
mail: charles@company.example
secretary: uid=ada,ou=people,dc=company,dc=example
userPassword: battery staple

dn: uid=grace,ou=people,dc=company,dc=example
objectClass: inetOrgPerson
uid: grace
cn: Grace Hopper
sn: Hopper
mail: grace@company.example
manager: UID=Ada, OU=People, dc=company,dc=example
userPassword: battery staple

dn: cn=engines,dc=company,dc=example
objectClass: groupOfNames
cn: engines
member: uid=ada,ou=people,dc=company,dc=example
member: uid=charles,ou=people,dc=company,dc=example

dn: cn=poets,dc=company,dc=example
objectClass: groupOfNames
cn: poets
member: uid=ada,ou=people,dc=company,dc=example
owner: uid=ada,ou=people,dc=company,dc=example

dn: cn=unix,dc=company,dc=example
objectClass: posixGroup
cn: unix
gidNumber: 10000
memberUid: ada
memberUid: grace

dn: cn=machine,ou=things,dc=company,dc=example
objectClass: device
cn: machine
owner: uid=ada,ou=people,dc=company,dc=example

dn: cn=archive,ou=things,dc=company,dc=example
objectClass: groupOfUniqueNames
cn: archive
uniqueMember: uid=charles,ou=people,dc=company,dc=example
owner: uid=ada,ou=people,dc=company,dc=example

"#;

const ADA: [(&str, &str); 2] = [("account.email", "Ada@Company.example"), ("account.login", "ada")];

fn start() -> Slapd {
    Slapd::start(&rules(), ENTRIES)
}

fn candor(slapd: &Slapd) -> String {
    slapd.address(&format!("cn=candor,{COMPANY}"), "candor's password")
}

#[tokio::test]
async fn an_export_gives_what_the_entry_says_and_who_names_it_but_no_secret() {
    let slapd = start();
    let rows = read(&connector(POLICY, candor(&slapd)), person(&ADA)).await;
    let own = given(&rows, "inetOrgPerson");
    for line in
        ["mail=ada@company.example", "mail=a.lovelace@company.example", "cn;lang-fr=Augusta Ada", "gecos=Ada Lovelace"]
    {
        assert!(own.contains(line), "{line}: {own:?}");
    }
    assert!(own.contains(&format!("dn=uid=ada,ou=people,{COMPANY}")));
    assert!(own.iter().any(|line| line.starts_with("createTimestamp=")));
    assert!(!all(&rows).contains("horse") && !all(&rows).contains("userPassword"), "{}", all(&rows));
    // What is hers through her entry, and whoever names it.
    assert!(given(&rows, "device").contains("cn=machine"));
    let group = given(&rows, "groupOfNames");
    assert!(group.contains("cn=engines") && group.contains("cn=poets"), "{group:?}");
    assert!(given(&rows, "posixGroup").contains("memberUid=ada"));
    assert!(!group.iter().any(|line| line.contains("charles")), "members of groups are others: {group:?}");
    let archive: Vec<_> = rows.0.iter().filter(|row| row.place == "groupOfUniqueNames").collect();
    assert!(matches!(archive.as_slice(), [row] if row.role == Role::Owner));
    assert!(!given(&rows, "groupOfUniqueNames").iter().any(|line| line.contains("charles")));
    assert!(rows.0.iter().all(|row| row.person == PersonIx(0)));
}

#[tokio::test]
async fn further_identifiers_are_told_before_anything_changes() {
    let slapd = start();
    let connector = connector(POLICY, candor(&slapd));
    let found = connector.identify(&[person(&[("account.email", "ada@company.example")])]).await.unwrap();
    let mut found: Vec<_> =
        found.iter().map(|one| (one.identifier.field.as_str(), one.identifier.value.expose().as_str())).collect();
    found.sort_unstable();
    assert_eq!(found, [("account.email", "a.lovelace@company.example"), ("account.login", "ada")]);
}

#[tokio::test]
async fn an_erased_entry_is_gone_with_everything_that_named_it_and_nothing_else() {
    let slapd = start();
    let connector = connector(POLICY, candor(&slapd));
    let before = slapd.dump();
    let traces = connector.search(&[person(&ADA)]).await.unwrap();
    assert!(
        traces.iter().any(|trace| trace.place == "groupOfNames" && trace.column == "member" && trace.n_rows == 2),
        "{traces:?}"
    );
    assert!(traces.iter().any(|trace| trace.place == "inetOrgPerson" && trace.column == "mail" && trace.is_mapped));
    let preview = connector.preview(&task(Act::Erase, person(&ADA))).await.unwrap();
    assert_eq!(slapd.dump(), before, "a preview changes nothing");
    let report = connector.carry_out(&task(Act::Erase, person(&ADA))).await.unwrap();
    let expected = [
        ("groupOfNames", Did::DeIdentified, 2),
        ("posixGroup", Did::DeIdentified, 1),
        ("inetOrgPerson", Did::DeIdentified, 2),
        ("groupOfUniqueNames", Did::Kept, 1),
        ("device", Did::Deleted, 1),
        ("inetOrgPerson", Did::Deleted, 1),
    ];
    assert_eq!(said(&report), lines(&expected));
    let previewed: Vec<_> = preview.iter().map(|one| one.would.clone()).collect();
    assert_eq!(previewed, report.places, "the preview says what is done");
    let statements: Vec<&str> = preview.iter().flat_map(|one| &one.statements).map(String::as_str).collect();
    assert!(statements.contains(&"dn: <inetOrgPerson>\nchangetype: delete"), "{statements:#?}");
    assert!(statements.iter().all(|one| !one.contains("ada") && !one.contains("dc=")), "{statements:#?}");
    let mut expected: Vec<String> = before
        .iter()
        .filter(|(name, _)| name.contains("uid=ada") || name.contains("cn=machine"))
        .flat_map(|(name, lines)| {
            lines.iter().map(move |line| format!("- {name} | {line}")).chain([format!("- {name}")])
        })
        .collect();
    expected.extend([
        format!("- dn: cn=engines,{COMPANY} | member: uid=ada,ou=people,{COMPANY}"),
        format!("- dn: cn=poets,{COMPANY} | member: uid=ada,ou=people,{COMPANY}"),
        // It must have a member, and has none left.
        format!("+ dn: cn=poets,{COMPANY} | member: cn=poets,{COMPANY}"),
        format!("- dn: cn=poets,{COMPANY} | owner: uid=ada,ou=people,{COMPANY}"),
        format!("- dn: cn=unix,{COMPANY} | memberUid: ada"),
        format!("- dn: uid=charles,ou=people,{COMPANY} | secretary: uid=ada,ou=people,{COMPANY}"),
        format!("- dn: uid=grace,ou=people,{COMPANY} | manager: UID=Ada, OU=People, dc=company,dc=example"),
    ]);
    let changed: Vec<String> = changes(&before, &slapd.dump()).into_iter().collect();
    expected.sort_unstable();
    assert_eq!(changed, expected);
    // What is kept on a ground still names her, as mapped; nothing else does.
    let left = connector.search(&[person(&ADA)]).await.unwrap();
    assert!(
        matches!(left.as_slice(), [trace] if trace.place == "groupOfUniqueNames" && trace.column == "owner" && trace.is_mapped),
        "{left:?}"
    );
    let after = slapd.dump();
    let report = connector.carry_out(&task(Act::Erase, person(&ADA))).await.unwrap();
    assert!(report.places.is_empty(), "{report:?}");
    assert_eq!(slapd.dump(), after, "a repetition changes nothing");
}

#[tokio::test]
async fn an_entry_that_stays_is_nobodys_disabled_and_still_joined() {
    let slapd = start();
    let policy = POLICY.replacen("on erasure delete", "on erasure de-identify", 1);
    let connector = connector(&policy, candor(&slapd));
    let before = slapd.dump();
    assert!(account(&slapd, "ada", "correct horse").signs_in());
    connector.carry_out(&task(Act::Erase, person(&ADA))).await.unwrap();
    let after = slapd.dump();
    let (name, lines) = after.iter().find(|(name, _)| name.starts_with("dn: uid=erased-")).unwrap();
    let text = format!("{name}\n{}", lines.iter().cloned().collect::<Vec<_>>().join("\n"));
    for mark in ["ada", "Ada", "Lovelace", "Augusta", "7946", "Square", "charles", "userPassword"] {
        assert!(!text.contains(mark), "{mark} in {text}");
    }
    assert!(lines.contains("uidNumber: 10001") && lines.contains("homeDirectory: /nonexistent"), "{text}");
    let pseudonym = name.strip_prefix("dn: ").unwrap();
    assert!(after[&format!("dn: cn=engines,{COMPANY}")].contains(&format!("member: {pseudonym}")), "joins hold");
    let uid = pseudonym.split(['=', ',']).nth(1).unwrap();
    assert!(after[&format!("dn: cn=unix,{COMPANY}")].contains(&format!("memberUid: {uid}")));
    for other in ["charles", "grace"] {
        let name = format!("dn: uid={other},ou=people,{COMPANY}");
        assert!(after[&name].len() == before[&name].len() && account(&slapd, other, "battery staple").signs_in());
    }
    assert!(!account(&slapd, "ada", "correct horse").signs_in() && !account(&slapd, uid, "correct horse").signs_in());
    connector.carry_out(&task(Act::Erase, person(&ADA))).await.unwrap();
    assert_eq!(slapd.dump(), after, "a repetition changes nothing");
}

fn account(slapd: &Slapd, user: &str, password: &str) -> candor_tests::Account {
    slapd.account(&format!("uid={user},ou=people,{COMPANY}"), password)
}

#[tokio::test]
async fn a_correction_reaches_copies_the_entrys_name_and_whoever_names_it() {
    let slapd = start();
    let connector = connector(POLICY, candor(&slapd));
    let before = slapd.dump();
    let corrections = || {
        vec![
            correction("account.name", Some("Ada King")),
            correction("account.shown", Some("Ada King")),
            correction("account.login", Some("ada.king, countess")),
            correction("account.email", Some("ada.king@company.example")),
            correction("account.telephone", None),
        ]
    };
    let report = connector.carry_out(&task(Act::Rectify(corrections()), person(&ADA))).await.unwrap();
    assert_eq!(said(&report), lines(&[("inetOrgPerson", Did::Corrected, 1)]));
    let after = slapd.dump();
    let name = format!(r"uid=ada.king\, countess,ou=people,{COMPANY}");
    let shown = after.keys().find(|name| name.starts_with("dn: uid=ada.king")).unwrap();
    let lines = &after[shown];
    assert!(lines.contains("cn: Ada King") && lines.contains("displayName: Ada King"), "{lines:?}");
    assert!(lines.contains("uid: ada.king, countess") && !lines.contains("uid: ada"));
    // The address that she was known by is put right; the other stands.
    assert!(lines.contains("mail: ada.king@company.example") && lines.contains("mail: a.lovelace@company.example"));
    assert!(!lines.contains("mail: ada@company.example"));
    assert!(!lines.iter().any(|line| line.starts_with("telephoneNumber") || line.contains("Augusta")), "{lines:?}");
    let names_her = |lines: &std::collections::BTreeSet<String>| {
        lines.iter().any(|line| {
            line.to_lowercase().contains("ada.king\\, countess")
                || line.to_lowercase().contains("ada.king\\2c countess")
        })
    };
    for holder in ["cn=engines", "cn=poets", "cn=machine,ou=things", "uid=charles,ou=people", "uid=grace,ou=people"] {
        let lines = &after[&format!("dn: {holder},{COMPANY}")];
        assert!(names_her(lines), "{holder}: {lines:?}");
        assert!(!lines.iter().any(|line| line.to_lowercase().contains("uid=ada,")), "{holder}: {lines:?}");
    }
    assert!(after[&format!("dn: cn=unix,{COMPANY}")].contains("memberUid: ada.king, countess"));
    assert_eq!(before.len(), after.len(), "{name}");
    let again = person(&[("account.email", "a.lovelace@company.example"), ("account.login", "ada.king, countess")]);
    let repeated = Act::Rectify(vec![
        correction("account.login", Some("ada.king, countess")),
        correction("account.name", Some("Ada King")),
    ]);
    connector.carry_out(&task(repeated, again)).await.unwrap();
    assert_eq!(slapd.dump(), after, "a repetition changes nothing");
    let emptied = Act::Rectify(vec![correction("account.name", None)]);
    let report =
        connector.carry_out(&task(emptied, person(&[("account.email", "a.lovelace@company.example")]))).await.unwrap();
    assert!(
        report.places.iter().any(|line| line.did == Did::CannotHold && line.because.as_ref().unwrap().contains("`cn`")),
        "{report:?}"
    );
}

#[tokio::test]
async fn a_rename_that_stopped_in_the_middle_is_brought_to_its_end() {
    let slapd = start();
    // The entry has its new name and still the old value; nobody was told yet.
    let rename =
        format!("dn: uid=ada,ou=people,{COMPANY}\nchangetype: modrdn\nnewrdn: uid=countess\ndeleteoldrdn: 0\n");
    slapd.administrator().change(&rename);
    let act = Act::Rectify(vec![correction("account.login", Some("countess"))]);
    connector(POLICY, candor(&slapd)).carry_out(&task(act, person(&ADA))).await.unwrap();
    let after = slapd.dump();
    let text = format!("{after:?}").to_lowercase();
    assert!(!text.contains("uid=ada,") && !text.contains("uid: ada\"") && !text.contains("memberuid: ada\""), "{text}");
    assert!(after[&format!("dn: cn=engines,{COMPANY}")].contains(&format!("member: uid=countess,ou=people,{COMPANY}")));
}

#[tokio::test]
async fn a_restriction_is_a_mark_that_comes_and_goes() {
    let slapd = start();
    let connector = connector(POLICY, candor(&slapd));
    let before = slapd.dump();
    for _ in 0..2 {
        let report = connector.carry_out(&task(Act::Restrict, person(&ADA))).await.unwrap();
        assert!(said(&report).contains("inetOrgPerson Restricted 1"), "{report:?}");
        assert!(said(&report).contains("device CannotHold 1"), "{report:?}");
        let changed: Vec<_> = changes(&before, &slapd.dump()).into_iter().collect();
        assert_eq!(changed, [format!("+ dn: uid=ada,ou=people,{COMPANY} | employeeType: restricted")]);
    }
    for _ in 0..2 {
        connector.carry_out(&task(Act::LiftRestriction, person(&ADA))).await.unwrap();
        assert_eq!(slapd.dump(), before);
    }
}

#[tokio::test]
async fn a_mark_that_is_lifted_leaves_what_the_policy_says_otherwise() {
    let slapd = start();
    let policy = POLICY.replace("to \"restricted\"", "to \"restricted\", otherwise \"full\"");
    assert_ne!(policy, POLICY);
    let connector = connector(&policy, candor(&slapd));
    let before = slapd.dump();
    let ada = format!("+ dn: uid=ada,ou=people,{COMPANY} | employeeType: ");
    for (act, says) in [(Act::Restrict, "restricted"), (Act::LiftRestriction, "full"), (Act::Restrict, "restricted")] {
        let task = task(act, person(&ADA));
        for _ in 0..2 {
            connector.carry_out(&task).await.unwrap();
            let changed: Vec<_> = changes(&before, &slapd.dump()).into_iter().collect();
            assert_eq!(changed, [format!("{ada}{says}")]);
        }
    }
}

#[tokio::test]
async fn what_the_account_may_not_do_is_refused_by_name() {
    let slapd = start();
    let by =
        |name: &str| connector(POLICY, slapd.address(&format!("cn={name},{COMPANY}"), &format!("{name}'s password")));
    let before = slapd.dump();
    let (code, text) = refusal(by("reader").carry_out(&task(Act::Erase, person(&ADA))).await);
    assert_eq!(code, "system.privilege_missing");
    assert!(text.contains("write on groupOfNames.member"), "{text}");
    let act = Act::Rectify(vec![correction("account.telephone", Some("+44 1"))]);
    let (_, text) = refusal(by("reader").carry_out(&task(act, person(&ADA))).await);
    assert!(text.contains("write on inetOrgPerson.telephoneNumber"), "{text}");
    // Who sees no addresses finds nobody by them: that is no erasure.
    let (code, text) = refusal(by("blind").carry_out(&task(Act::Erase, person(&ADA))).await);
    assert_eq!(code, "system.privilege_missing");
    assert!(text.contains("inetOrgPerson.mail"), "{text}");
    assert_eq!(refusal(by("nobody").search(&[person(&ADA)]).await).0, "system.privilege_missing");
    let wrong = connector(POLICY, slapd.address(&format!("cn=candor,{COMPANY}"), "wrong"));
    assert_eq!(refusal(wrong.catalogue().await).0, "system.privilege_missing");
    let (code, text) = refusal(
        connector(&POLICY.replace("at displayName", "at nickName"), candor(&slapd)).identify(&[person(&ADA)]).await,
    );
    assert_eq!(code, "system.schema_differs");
    assert!(text.contains("nickName"), "{text}");
    assert_eq!(slapd.dump(), before);
}

#[tokio::test]
async fn a_directory_that_limits_what_it_shows_is_no_proof_that_nobody_is_there() {
    let rules = rules();
    let rules = rules.lines().filter(|line| !line.starts_with("limits")).collect::<Vec<_>>().join("\n");
    let mut entries = ENTRIES.to_owned();
    (0..600)
        .for_each(|n| write!(entries, "dn: cn=d{n},ou=things,{COMPANY}\nobjectClass: device\ncn: d{n}\n\n").unwrap());
    let slapd = Slapd::start(&rules, &entries);
    let (code, text) = refusal(connector(POLICY, candor(&slapd)).search(&[person(&ADA)]).await);
    assert_eq!(code, "system.privilege_missing");
    assert!(text.contains("limit"), "{text}");
}

#[tokio::test]
async fn the_catalogue_says_what_entries_have_and_must_have() {
    let slapd = start();
    let connector = connector(POLICY, candor(&slapd));
    let catalogue = connector.catalogue().await.unwrap();
    let people = catalogue.tables.iter().find(|table| table.name == "inetOrgPerson").unwrap();
    assert_eq!(people.n_rows, Some(3));
    let column = |name: &str| people.columns.iter().find(|column| column.name == name);
    assert!(!column("sn").unwrap().is_nullable && column("mail").unwrap().is_nullable);
    assert!(column("homePostalAddress").is_some() && column("thumbnailPhoto").is_none());
    assert!(column("entryUUID").unwrap().is_generated);
    assert!(column("userPassword").is_none());
    assert!(!catalogue.tables.iter().any(|table| table.name == "country"), "classes without entries are left out");
    let sample = connector.sample("inetOrgPerson", "mail", 2).await.unwrap();
    assert_eq!(sample.len(), 2);
    assert!(connector.sample("simpleSecurityObject", "userPassword", 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_thing_of_two_outlives_the_first_of_them_and_goes_with_the_second() {
    let slapd = start();
    let archive = format!("dn: cn=archive,ou=things,{COMPANY}");
    let owners = format!("{archive}\nchangetype: modify\nadd: seeAlso\nseeAlso: uid=grace,ou=people,{COMPANY}\n");
    slapd.administrator().change(&owners);
    let connector = connector(&POLICY.replace("on erasure keep \"Archive\"", "on erasure delete"), candor(&slapd));
    let report = connector.carry_out(&task(Act::Erase, person(&ADA))).await.unwrap();
    assert!(said(&report).contains("groupOfUniqueNames DeIdentified 1"), "{report:?}");
    let left = &slapd.dump()[&archive];
    assert!(!left.iter().any(|line| line.starts_with("owner")) && left.iter().any(|line| line.starts_with("seeAlso")));
    let grace = person(&[("account.email", "grace@company.example")]);
    let report = connector.carry_out(&task(Act::Erase, grace)).await.unwrap();
    assert!(said(&report).contains("groupOfUniqueNames Deleted 1"), "{report:?}");
    assert!(!slapd.dump().contains_key(&archive));
}

#[tokio::test]
async fn what_speaks_of_somebody_is_shown_to_them_in_part_and_stays_without_them() {
    let slapd = start();
    let policy = POLICY.replace(
        "owned by inetOrgPerson through owner\n        owned jointly by inetOrgPerson through seeAlso",
        "owned by inetOrgPerson through seeAlso\n        accessed by inetOrgPerson through owner",
    );
    let connector = connector(&policy.replace("on erasure keep \"Archive\"", "on erasure delete"), candor(&slapd));
    let rows = read(&connector, person(&ADA)).await;
    assert!(rows.0.iter().any(|row| row.place == "groupOfUniqueNames" && row.role == Role::Mentioned));
    let given = given(&rows, "groupOfUniqueNames");
    assert_eq!(given.into_iter().collect::<Vec<_>>(), [format!("owner=uid=ada,ou=people,{COMPANY}")]);
    let report = connector.carry_out(&task(Act::Erase, person(&ADA))).await.unwrap();
    assert!(said(&report).contains("groupOfUniqueNames DeIdentified 1"), "{report:?}");
    let left = &slapd.dump()[&format!("dn: cn=archive,ou=things,{COMPANY}")];
    assert!(!format!("{left:?}").contains("ada") && left.iter().any(|line| line.starts_with("uniqueMember")));
}

#[tokio::test]
async fn several_people_who_are_read_together_are_each_given_what_they_are_given_alone() {
    let slapd = start();
    // One thing of two people, by two attributes; and one entry is Grace's by her address and Ada's through hers.
    for (name, more) in [
        (format!("cn=archive,ou=things,{COMPANY}"), format!("add: seeAlso\nseeAlso: uid=charles,ou=people,{COMPANY}")),
        (format!("uid=grace,ou=people,{COMPANY}"), format!("add: seeAlso\nseeAlso: uid=ada,ou=people,{COMPANY}")),
    ] {
        slapd.administrator().change(&format!("dn: {name}\nchangetype: modify\n{more}\n"));
    }
    let jointly = POLICY.replace(
        "owned by subject through mail as account.email",
        "owned by subject through mail as account.email\n        owned jointly by inetOrgPerson through seeAlso",
    );
    let spoken_of = POLICY.replace("owned jointly by inetOrgPerson", "accessed by inetOrgPerson");
    let people = || {
        ["ada@company.example", "charles@company.example", "grace@company.example"]
            .map(|email| person(&[("account.email", email)]))
    };
    for policy in [POLICY, &jointly, &spoken_of] {
        let connector = connector(policy, candor(&slapd));
        let together = read_each(&connector, &people()).await;
        for (at, one) in people().into_iter().enumerate() {
            let alone = read_each(&connector, &[one]).await.remove(0);
            assert_eq!(together[at], alone, "{at}");
            assert!(!alone.is_empty());
        }
        assert!(!together[0].iter().any(|row| row.contains("seeAlso=Some(\"uid=charles")), "{:?}", together[0]);
    }
}

#[tokio::test]
async fn a_thing_that_stays_is_without_its_person() {
    let slapd = start();
    let policy = POLICY.replace(
        "owned by inetOrgPerson through owner\n        on erasure delete",
        "owned by inetOrgPerson through owner\n        account.telephone at serialNumber\n        on erasure de-identify",
    );
    let machine = format!("dn: cn=machine,ou=things,{COMPANY}");
    slapd.administrator().change(&format!("{machine}\nchangetype: modify\nadd: serialNumber\nserialNumber: 7946\n"));
    connector(&policy, candor(&slapd)).carry_out(&task(Act::Erase, person(&ADA))).await.unwrap();
    let left: Vec<_> = slapd.dump()[&machine].iter().cloned().collect();
    assert_eq!(left, ["cn: machine", "objectClass: device"]);
}

#[tokio::test]
async fn where_nobody_mapped_anything_somebody_is_found_all_the_same() {
    let slapd = start();
    let archive = format!(
        "dn: cn=archive,ou=things,{COMPANY}\nchangetype: modify\nadd: description\ndescription: ask <ADA@company.example>\n"
    );
    slapd.administrator().change(&archive);
    let connector = connector(POLICY, candor(&slapd));
    connector.carry_out(&task(Act::Erase, person(&ADA))).await.unwrap();
    let left = connector.search(&[person(&ADA)]).await.unwrap();
    let left: Vec<_> = left.iter().map(|trace| (trace.column.as_str(), trace.n_rows, trace.is_mapped)).collect();
    assert_eq!(left, [("description", 1, false), ("owner", 1, true)]);
}

#[tokio::test]
async fn an_entry_of_two_places_is_changed_once() {
    let account = "    place posixAccount key entryUUID {
        owned by subject through uid as account.login
        account.login at uid
        account.name at gecos
        on erasure delete
    }
    place device";
    for (erasure, did) in [("on erasure delete", Did::Deleted), ("on erasure de-identify", Did::DeIdentified)] {
        let slapd = start();
        let policy = POLICY.replacen("    place device", account, 1).replace("on erasure delete", erasure);
        let connector = connector(&policy, candor(&slapd));
        let corrections =
            vec![correction("account.login", Some("countess")), correction("account.name", Some("Ada King"))];
        connector.carry_out(&task(Act::Rectify(corrections), person(&ADA))).await.unwrap();
        let lines = &slapd.dump()[&format!("dn: uid=countess,ou=people,{COMPANY}")];
        assert!(lines.contains("gecos: Ada King") && lines.contains("cn: Ada King"), "{lines:?}");
        let her = person(&[("account.email", "ada@company.example"), ("account.login", "countess")]);
        let report = connector.carry_out(&task(Act::Erase, her)).await.unwrap();
        for place in ["inetOrgPerson", "posixAccount"] {
            let is_line = |line: &&candor_places::PlaceReport| line.place == place && line.did == did;
            assert!(report.places.iter().any(|line| is_line(&line)), "{place}: {report:?}");
        }
        assert!(
            !format!("{:?}", slapd.dump()).contains("countess@") && !format!("{:?}", slapd.dump()).contains("Ada King")
        );
    }
}

#[tokio::test]
async fn two_erasures_of_one_person_at_once_end_as_one_does() {
    let slapd = start();
    let connector = connector(POLICY, candor(&slapd));
    let erased = || async {
        for _ in 0..20 {
            match connector.carry_out(&task(Act::Erase, person(&ADA))).await {
                Ok(_) => return,
                Err(error) => assert!(error.is_passing(), "{error}"),
            }
        }
        panic!("it does not come to an end");
    };
    tokio::join!(erased(), erased());
    assert!(!format!("{:?}", slapd.dump()).contains("ada@company.example"));
    assert_eq!(connector.search(&[person(&ADA)]).await.unwrap().len(), 1, "what is kept");
}

#[tokio::test]
async fn a_directory_that_is_killed_in_the_middle_is_finished_when_it_is_back() {
    let mut slapd = Slapd::start(&rules(), &crowd(400));
    let connector = connector(POLICY, candor(&slapd));
    let before = slapd.dump();
    let everybody = || Task { act: Act::Erase, people: (0..300).map(of_crowd).collect() };
    let (mut n_broken, mut wait) = (0, 5);
    loop {
        let process = slapd.process().unwrap();
        let asked = connector.clone();
        let running = tokio::spawn(async move { asked.carry_out(&everybody()).await });
        let n_before = slapd.dump().len();
        // Killed as soon as some are gone, each time a little later.
        while n_broken < 4 && !running.is_finished() && slapd.dump().len() + wait > n_before {
            tokio::task::yield_now().await;
        }
        if n_broken < 4 {
            assert_eq!(slapd.process(), Some(process));
            slapd.kill();
        }
        match running.await.unwrap() {
            Ok(_) => {
                if slapd.process().is_none() {
                    slapd.restart();
                }
                break;
            }
            Err(error) => {
                assert!(error.is_passing(), "{error}");
                (n_broken, wait) = (n_broken + 1, wait * 2);
                slapd.restart();
            }
        }
    }
    assert!(n_broken >= 1, "it was killed in the middle {n_broken} times");
    let after = slapd.dump();
    assert!(!format!("{after:?}").contains("uid=u0,") && !after.keys().any(|name| name.contains("uid=u299,")));
    let expected = before.iter().filter(|(name, _)| (0..300).all(|n| !name.contains(&format!("uid=u{n},"))));
    assert_eq!(after.len(), expected.count());
    assert!(connector.search(&(0..300).map(of_crowd).collect::<Vec<_>>()).await.unwrap().is_empty());
}

#[tokio::test]
async fn five_hundred_of_five_thousand_go_with_few_searches() {
    let slapd = Slapd::start(&rules(), &crowd(5_000));
    let connector = connector(POLICY, candor(&slapd));
    let before = slapd.dump();
    let people: Vec<_> = (0..500).map(of_crowd).collect();
    let (n_searches, peak) = (searches(&slapd), peak_kib());
    let begun = std::time::Instant::now();
    let report = connector.carry_out(&Task { act: Act::Erase, people }).await.unwrap();
    let erased_ms = begun.elapsed().as_millis();
    assert!(said(&report).contains("inetOrgPerson Deleted 500"), "{report:?}");
    assert!(said(&report).contains("groupOfNames DeIdentified 6"), "{report:?}");
    let n_erasing = searches(&slapd) - n_searches;
    let people: Vec<_> = (0..500).map(of_crowd).collect();
    let begun = std::time::Instant::now();
    assert!(connector.search(&people).await.unwrap().is_empty());
    let (searched_ms, grown) = (begun.elapsed().as_millis(), peak_kib() - peak);
    println!(
        "500 of 5 000: erased in {erased_ms} ms with {n_erasing} searches, searched again in {searched_ms} ms, {grown} KiB"
    );
    assert!(n_erasing < 50, "{n_erasing} searches");
    assert!(grown < 32 * 1_024, "{grown} KiB");
    assert_eq!(slapd.dump().len(), before.len() - 500);
}

/// How many searches the directory was asked for so far.
fn searches(slapd: &Slapd) -> u64 {
    let counted = slapd.administrator().value("cn=Search,cn=Operations,cn=Monitor", "monitorOpInitiated");
    counted.unwrap().parse().unwrap()
}

/// The most memory that this test has had.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn of_crowd(n: usize) -> candor_places::Person {
    person(&[("account.email", &format!("u{n}@company.example")), ("account.login", &format!("u{n}"))])
}

/// Many people; a group of all, and one for each hundred.
fn crowd(n_people: usize) -> String {
    let mut entries = ENTRIES.to_owned();
    for n in 0..n_people {
        write!(
            entries,
            "dn: uid=u{n},ou=people,{COMPANY}\nobjectClass: inetOrgPerson\nuid: u{n}\ncn: Number {n}\nsn: {n}\n\
             mail: u{n}@company.example\n"
        )
        .unwrap();
        // Each has the one before as manager.
        let manager = n.saturating_sub(1);
        writeln!(entries, "manager: uid=u{manager},ou=people,{COMPANY}\n").unwrap();
    }
    let groups = (0..n_people.div_ceil(100)).map(|at| (format!("h{at}"), at * 100..(at * 100 + 100).min(n_people)));
    for (name, members) in groups.chain([("all".to_owned(), 0..n_people)]) {
        writeln!(
            entries,
            "dn: cn={name},{COMPANY}\nobjectClass: groupOfNames\ncn: {name}\nmember: uid=grace,ou=people,{COMPANY}"
        )
        .unwrap();
        members.for_each(|n| writeln!(entries, "member: uid=u{n},ou=people,{COMPANY}").unwrap());
        entries.push('\n');
    }
    entries
}

#[test]
fn an_address_that_would_show_data_on_the_way_is_refused() {
    let refused = |address: &str| {
        let map = candor_connect::testing::map(POLICY);
        candor_connect_ldap::ldap(map, &candor_words::Secret::new(address.to_owned())).err().unwrap().code()
    };
    assert_eq!(refused("ldap://cn=candor:x@directory.example/dc=x"), "system.insecure");
    assert_eq!(refused("ldaps://directory.example/dc=x"), "system.address_malformed");
}
