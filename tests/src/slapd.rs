//! OpenLDAP as it is, over TLS, with the entries and the access rules of a test.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::ldif::{Account, Dump};
use crate::ports::free_port;

const START_WAIT: Duration = Duration::from_secs(60);

/// The name below which all entries of a test are.
pub const COMPANY: &str = "dc=company,dc=example";

/// A running slapd; it ends when dropped.
pub struct Slapd {
    child: Option<Child>,
    port: u16,
    folder: tempfile::TempDir,
}

impl Slapd {
    /// Starts one with entries; `rules` are the lines of its configuration after those of the database.
    ///
    /// # Panics
    /// When slapd is not installed (`cargo xtask setup`), or takes the entries or rules for none.
    pub fn start(rules: &str, entries: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path();
        std::fs::create_dir(at.join("db")).expect("a folder");
        std::fs::write(at.join("slapd.conf"), configuration(at, rules)).expect("a file");
        std::fs::write(at.join("entries.ldif"), entries).expect("a file");
        let mut add = Command::new("/usr/sbin/slapadd");
        add.args(["-q", "-f"]).arg(at.join("slapd.conf")).arg("-l").arg(at.join("entries.ldif"));
        let added = add.output().expect("slapd is not installed: run `cargo xtask setup`");
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        let mut slapd = Self { child: None, port: free_port(), folder };
        slapd.restart();
        slapd
    }

    /// Starts it again where it was.
    ///
    /// # Panics
    /// It does not listen within a minute.
    pub fn restart(&mut self) {
        self.kill();
        let mut serve = Command::new("/usr/sbin/slapd");
        serve.arg("-f").arg(self.folder.path().join("slapd.conf"));
        serve.args(["-h", &format!("ldaps://127.0.0.1:{}", self.port), "-d", "0"]);
        let child = self.child.insert(serve.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("slapd"));
        let until = Instant::now() + START_WAIT;
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < until && child.try_wait().expect("a state").is_none(), "slapd does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Kills it as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Its id as a process, while it runs.
    pub fn process(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("ldaps://127.0.0.1:{}", self.port)
    }

    /// What an environment variable of a system holds, for somebody who signs in there.
    pub fn address(&self, name: &str, password: &str) -> String {
        let password = password.replace('%', "%25").replace('@', "%40");
        let ca = tls("cert.pem");
        format!("ldaps://{name}:{password}@127.0.0.1:{}/{COMPANY}?ca={}", self.port, ca.display())
    }

    /// Every entry as it is.
    pub fn dump(&self) -> Dump {
        self.administrator().dump(COMPANY, &[])
    }

    /// Whoever may do everything.
    pub fn administrator(&self) -> Account {
        self.account(&format!("cn=admin,{COMPANY}"), ADMINISTRATOR)
    }

    /// Somebody who signs in.
    pub fn account(&self, name: &str, password: &str) -> Account {
        Account { url: self.url(), trusted: tls("cert.pem"), name: name.to_owned(), password: password.to_owned() }
    }
}

/// The password of `cn=admin`.
const ADMINISTRATOR: &str = "the admin's password";

impl Drop for Slapd {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A file of the certificate that it shows.
pub(crate) fn tls(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/adapters/ldap-bind/tests/tls").join(file)
}

fn configuration(at: &Path, rules: &str) -> String {
    let (at, certificate, key) = (at.display(), tls("cert.pem"), tls("key.pem"));
    let (certificate, key) = (certificate.display(), key.display());
    format!(
        "include /etc/ldap/schema/core.schema\n\
         include /etc/ldap/schema/cosine.schema\n\
         include /etc/ldap/schema/nis.schema\n\
         include /etc/ldap/schema/inetorgperson.schema\n\
         pidfile {at}/pid\nargsfile {at}/args\n\
         modulepath /usr/lib/ldap\nmoduleload back_mdb\nmoduleload memberof\nmoduleload ppolicy\n\
         TLSCertificateFile {certificate}\nTLSCertificateKeyFile {key}\n\
         database monitor\naccess to * by dn.exact=\"cn=admin,{COMPANY}\" read\n\
         database mdb\nmaxsize 268435456\nsuffix \"{COMPANY}\"\n\
         rootdn \"cn=admin,{COMPANY}\"\nrootpw \"{ADMINISTRATOR}\"\ndirectory {at}/db\n\
         index objectClass,entryUUID,uid,mail,member eq\n\
         {rules}\n"
    )
}
