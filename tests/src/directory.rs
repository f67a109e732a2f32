//! A company's directory that is real: OpenLDAP with two people, over TLS.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const START_WAIT: Duration = Duration::from_secs(20);
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
pub struct CompanyDirectory {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl CompanyDirectory {
    /// Starts it with Ada in it, whose password is `correct horse`.
    ///
    /// # Panics
    /// When slapd is not installed (`cargo xtask setup`).
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path();
        std::fs::create_dir(at.join("db")).expect("a folder");
        std::fs::write(at.join("slapd.conf"), configuration(at)).expect("a file");
        std::fs::write(at.join("people.ldif"), PEOPLE).expect("a file");
        let mut add = Command::new("/usr/sbin/slapadd");
        add.args(["-q", "-f"]).arg(at.join("slapd.conf")).arg("-l").arg(at.join("people.ldif"));
        let added = add.output().expect("slapd is not installed: run `cargo xtask setup`");
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let mut serve = Command::new("/usr/sbin/slapd");
        serve.arg("-f").arg(at.join("slapd.conf")).args(["-h", &format!("ldaps://127.0.0.1:{port}"), "-d", "0"]);
        let child = serve.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("slapd");
        let until = Instant::now() + START_WAIT;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "slapd does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { child, port, _folder: folder }
    }

    /// What is asked of it, in the words of the API.
    pub fn place(&self) -> Value {
        json!({ "company": {
            "address": format!("ldaps://127.0.0.1:{}", self.port),
            "trusted": std::fs::read_to_string(tls("cert.pem")).expect("a certificate"),
            "base": "dc=company,dc=example",
            "filter": "(&(objectClass=inetOrgPerson)(uid={user}))",
            "reader": { "name": "cn=reader,dc=company,dc=example", "password": "the reader's password" },
            "id_attribute": "entryUUID",
        } })
    }
}

impl Drop for CompanyDirectory {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn tls(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/adapters/ldap-bind/tests/tls").join(file)
}

fn configuration(at: &Path) -> String {
    let (at, certificate, key) = (at.display(), tls("cert.pem"), tls("key.pem"));
    let (certificate, key) = (certificate.display(), key.display());
    format!(
        "include /etc/ldap/schema/core.schema\n\
         include /etc/ldap/schema/cosine.schema\n\
         include /etc/ldap/schema/inetorgperson.schema\n\
         pidfile {at}/pid\nargsfile {at}/args\n\
         modulepath /usr/lib/ldap\nmoduleload back_mdb\n\
         TLSCertificateFile {certificate}\nTLSCertificateKeyFile {key}\n\
         database mdb\nmaxsize 16777216\nsuffix \"dc=company,dc=example\"\ndirectory {at}/db\n\
         access to attrs=userPassword by anonymous auth by * none\n\
         access to * by users read by * none\n"
    )
}
