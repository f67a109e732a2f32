//! Against a real OpenLDAP server that the test starts, with TLS from the first byte and by StartTLS.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

#[path = "../../../../tests/src/ports.rs"]
mod ports;

use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use candor_identity_port::{Company, Directory as _, DirectoryError, DirectoryPerson, Reader};
use candor_ldap_bind::LdapDirectory;
use candor_words::Secret;
use ports::free_port;

const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tls/cert.pem");
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tls/key.pem");
const START_WAIT: Duration = Duration::from_secs(60);

const PEOPLE: &str = "\
dn: dc=company,dc=example
objectClass: dcObject
objectClass: organization
o: Company
dc: company

dn: cn=reader,dc=company,dc=example
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: reader's password

dn: uid=ada,dc=company,dc=example
objectClass: inetOrgPerson
uid: ada
cn: Ada Lovelace
sn: Lovelace
mail: ada@company.example
homePhone: 0123 456789
userPassword: correct horse

dn: uid=grace,dc=company,dc=example
objectClass: inetOrgPerson
uid: grace
cn: Grace Hopper
sn: Hopper
mail: shared@company.example
userPassword: battery staple

dn: uid=a*c,dc=company,dc=example
objectClass: inetOrgPerson
uid: a*c
cn: Star
sn: Star
mail: shared@company.example
userPassword: battery staple

dn: uid=nopassword,dc=company,dc=example
objectClass: inetOrgPerson
uid: nopassword
cn: No Password
sn: Password
";

struct Slapd {
    child: Child,
    plain: u16,
    tls: u16,
    _folder: tempfile::TempDir,
}

impl Slapd {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        std::fs::create_dir(at.join("db")).unwrap();
        std::fs::write(at.join("slapd.conf"), configuration(at)).unwrap();
        std::fs::write(at.join("people.ldif"), PEOPLE).unwrap();
        let added = Command::new("/usr/sbin/slapadd")
            .args(["-q", "-f"])
            .arg(at.join("slapd.conf"))
            .arg("-l")
            .arg(at.join("people.ldif"))
            .output()
            .expect("slapd is not installed: run `cargo xtask setup`");
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        let (plain, tls) = (free_port(), free_port());
        let child = Command::new("/usr/sbin/slapd")
            .arg("-f")
            .arg(at.join("slapd.conf"))
            .args(["-h", &format!("ldap://127.0.0.1:{plain} ldaps://127.0.0.1:{tls}"), "-d", "0"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut slapd = Self { child, plain, tls, _folder: folder };
        let until = Instant::now() + START_WAIT;
        while TcpStream::connect(("127.0.0.1", tls)).is_err() {
            assert!(Instant::now() < until, "slapd does not listen");
            assert!(slapd.child.try_wait().unwrap().is_none(), "slapd ended");
            std::thread::sleep(Duration::from_millis(10));
        }
        slapd
    }

    fn company(&self) -> Company {
        Company {
            address: format!("ldaps://127.0.0.1:{}", self.tls),
            start_tls: false,
            trusted: Some(std::fs::read(CERTIFICATE).unwrap()),
            base: "dc=company,dc=example".into(),
            filter: "(&(objectClass=inetOrgPerson)(|(uid={user})(mail={user})))".into(),
            reader: Some(Reader {
                name: "cn=reader,dc=company,dc=example".into(),
                password: Secret::new("reader's password".into()),
            }),
            id_attribute: "entryUUID".into(),
        }
    }
}

impl Drop for Slapd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Nobody reads without being somebody; people read themselves; the reader reads no home phones.
fn configuration(at: &Path) -> String {
    let at = at.display();
    format!(
        "include /etc/ldap/schema/core.schema\n\
         include /etc/ldap/schema/cosine.schema\n\
         include /etc/ldap/schema/inetorgperson.schema\n\
         pidfile {at}/pid\nargsfile {at}/args\n\
         modulepath /usr/lib/ldap\nmoduleload back_mdb\n\
         TLSCertificateFile {CERTIFICATE}\nTLSCertificateKeyFile {KEY}\n\
         database mdb\nmaxsize 16777216\nsuffix \"dc=company,dc=example\"\n\
         rootdn \"cn=admin,dc=company,dc=example\"\ndirectory {at}/db\n\
         access to attrs=userPassword by anonymous auth by * none\n\
         access to attrs=homePhone by self read by * none\n\
         access to * by users read by * none\n"
    )
}

async fn sign_in(company: &Company, user: &str, password: &str) -> Result<DirectoryPerson, DirectoryError> {
    let wanted = ["mail".to_owned(), "homePhone".to_owned()];
    LdapDirectory.verify(company, user, &Secret::new(password.to_owned()), &wanted).await
}

async fn refusal(company: &Company, user: &str, password: &str) -> DirectoryError {
    sign_in(company, user, password).await.expect_err("a refusal")
}

#[tokio::test]
async fn the_right_password_lets_in_and_only_what_was_wanted_is_said() {
    let slapd = Slapd::start();
    let company = slapd.company();
    let ada = sign_in(&company, "ada", "correct horse").await.unwrap();
    assert_eq!(ada.name, "uid=ada,dc=company,dc=example");
    assert_eq!(ada.id.len(), 36);
    let names: Vec<&str> = ada.attributes.keys().map(String::as_str).collect();
    assert_eq!(names, ["homePhone", "mail"], "read as the person: the reader may not see home phones");
    assert_eq!(ada.attributes["mail"], ["ada@company.example"]);
    let by_mail = sign_in(&company, "ada@company.example", "correct horse").await.unwrap();
    assert_eq!(by_mail.id, ada.id);
    let nothing = LdapDirectory.verify(&company, "ada", &Secret::new("correct horse".into()), &[]).await.unwrap();
    assert!(nothing.attributes.is_empty());

    let start_tls = Company { address: format!("ldap://127.0.0.1:{}", slapd.plain), start_tls: true, ..company };
    assert_eq!(sign_in(&start_tls, "ada", "correct horse").await.unwrap().id, ada.id);
    let plain = Company { start_tls: false, ..start_tls };
    assert_eq!(sign_in(&plain, "ada", "correct horse").await.unwrap().id, ada.id, "within this machine");
}

#[tokio::test]
async fn everything_else_lets_nobody_in() {
    let slapd = Slapd::start();
    let company = slapd.company();
    assert_eq!(refusal(&company, "ada", "wrong").await, DirectoryError::CredentialsWrong);
    assert_eq!(refusal(&company, "nobody", "correct horse").await, DirectoryError::CredentialsWrong);
    assert_eq!(refusal(&company, "nopassword", "x").await, DirectoryError::CredentialsWrong);
    assert_eq!(refusal(&company, "", "correct horse").await, DirectoryError::CredentialsWrong);
    // The directory itself would take an empty password for somebody anonymous and say yes.
    assert_eq!(refusal(&company, "ada", "").await, DirectoryError::PasswordMissing);
    assert_eq!(refusal(&company, "shared@company.example", "battery staple").await, DirectoryError::Ambiguous);
    let long = "x".repeat(2_000);
    assert!(matches!(refusal(&company, "ada", &long).await, DirectoryError::TooLong { .. }));
    assert!(matches!(refusal(&company, &long, "x").await, DirectoryError::TooLong { .. }));
}

#[tokio::test]
async fn what_is_typed_is_a_name_and_never_a_filter() {
    let slapd = Slapd::start();
    let company = slapd.company();
    for user in ["*", "ad*", "ada)(uid=*", "*)(|(uid=*", "ada\0", "a\\2ac"] {
        assert_eq!(refusal(&company, user, "correct horse").await, DirectoryError::CredentialsWrong, "{user:?}");
    }
    let star = sign_in(&company, "a*c", "battery staple").await.unwrap();
    assert_eq!(star.name, "uid=a*c,dc=company,dc=example");
}

#[tokio::test]
async fn a_directory_that_is_not_as_configured_is_told_from_a_wrong_password() {
    let slapd = Slapd::start();
    let with = |change: fn(&mut Company)| {
        let mut company = slapd.company();
        change(&mut company);
        company
    };
    let wrong_reader = with(|company| company.reader.as_mut().unwrap().password = Secret::new("wrong".into()));
    assert_eq!(refusal(&wrong_reader, "ada", "correct horse").await, DirectoryError::SearchRefused { result: 49 });
    let empty_reader = with(|company| company.reader.as_mut().unwrap().password = Secret::new(String::new()));
    let malformed = |what| DirectoryError::ConfigurationMalformed { what };
    assert_eq!(refusal(&empty_reader, "ada", "correct horse").await, malformed("reader"));
    let nobody = with(|company| company.reader = None);
    assert_eq!(refusal(&nobody, "ada", "correct horse").await, DirectoryError::SearchRefused { result: 32 });
    let base = with(|company| company.base = "dc=other,dc=example".into());
    assert!(matches!(refusal(&base, "ada", "correct horse").await, DirectoryError::SearchRefused { .. }));
    let id = with(|company| company.id_attribute = "objectGUID".into());
    assert_eq!(refusal(&id, "ada", "correct horse").await, DirectoryError::IdMissing);
    let stranger = with(|company| company.trusted = None);
    assert_eq!(refusal(&stranger, "ada", "correct horse").await, DirectoryError::Unreachable);
    let garbage = with(|company| company.trusted = Some(b"-----BEGIN CERTIFICATE-----\n???".to_vec()));
    assert_eq!(refusal(&garbage, "ada", "correct horse").await, malformed("certificates"));
    let gone = with(|company| company.address = format!("ldaps://127.0.0.1:{}", free_port()));
    assert_eq!(refusal(&gone, "ada", "correct horse").await, DirectoryError::Unreachable);
}
