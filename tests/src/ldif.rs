//! What a directory holds, and changes to it, as LDIF (RFC 2849), by the programs of OpenLDAP.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Every entry by its name, each with its lines `attribute: value`.
pub type Dump = BTreeMap<String, BTreeSet<String>>;

/// Somebody who signs in at a directory.
pub struct Account {
    pub(crate) url: String,
    pub(crate) trusted: PathBuf,
    pub(crate) name: String,
    pub(crate) password: String,
}

impl Account {
    /// Everything below an entry, without attributes that change by themselves.
    ///
    /// # Panics
    /// The directory does not answer.
    pub fn dump(&self, base: &str, without: &[&str]) -> Dump {
        let mut search = self.command("ldapsearch");
        search.args(["-LLL", "-o", "ldif-wrap=no", "-E", "pr=500/noprompt", "-b", base, "(objectClass=*)", "*"]);
        let found = search.output().expect("ldapsearch");
        assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
        let text = String::from_utf8(found.stdout).expect("text");
        let mut dump = Dump::new();
        for entry in text.split("\n\n") {
            let mut lines = entry.lines().filter(|line| !line.starts_with('#'));
            let Some(name) = lines.next().filter(|line| line.starts_with("dn:")) else { continue };
            let is_meant = |line: &&str| !without.iter().any(|name| line.starts_with(&format!("{name}:")));
            dump.insert(name.to_owned(), lines.filter(is_meant).map(str::to_owned).collect());
        }
        dump
    }

    /// The first value of an attribute of an entry, operational ones too.
    pub fn value(&self, name: &str, attribute: &str) -> Option<String> {
        let mut search = self.command("ldapsearch");
        search.args(["-LLL", "-o", "ldif-wrap=no", "-s", "base", "-b", name, "(objectClass=*)", attribute]);
        let text = String::from_utf8(search.output().expect("ldapsearch").stdout).expect("text");
        text.lines().find_map(|line| line.strip_prefix(&format!("{attribute}: "))).map(str::to_owned)
    }

    /// Makes changes.
    ///
    /// # Panics
    /// The directory refuses one.
    pub fn change(&self, ldif: &str) {
        let mut modify = self.command("ldapmodify");
        let mut child =
            modify.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("ldapmodify");
        child.stdin.take().expect("its input").write_all(ldif.as_bytes()).expect("written");
        let ended = child.wait_with_output().expect("ldapmodify");
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }

    /// Whether it may sign in.
    pub fn signs_in(&self) -> bool {
        let mut search = self.command("ldapsearch");
        search.args(["-s", "base", "-b", "", "(objectClass=*)", "1.1"]);
        search.output().expect("ldapsearch").status.success()
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("LDAPTLS_CACERT", &self.trusted).env("LDAPTLS_REQCERT", "hard");
        command.args(["-x", "-H", &self.url, "-D", &self.name, "-w", &self.password]);
        command
    }
}
