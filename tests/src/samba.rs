//! An Active Directory domain that is real: a Samba domain controller, over TLS, with Ada and her colleagues.
//!
//! A domain takes a while to be made: it is made once and copied for each test. Its ports are fixed, so that each test has an
//! address of this machine to itself.

use std::fs::{self, File};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;

use crate::ldif::{Account, Dump};
use crate::{Authority, installed};

const START_WAIT: Duration = Duration::from_secs(120);
/// The administrator's password.
const ADMINISTRATOR: &str = "Passw0rd!Candor1";
/// The name below which all entries of the domain are.
pub const DOMAIN: &str = "DC=ad,DC=candor,DC=test";
/// Addresses of this machine that a domain may have: the last number.
const ADDRESSES: std::ops::RangeInclusive<u8> = 2..=9;
/// What changes with every look.
const VOLATILE: [&str; 8] = [
    "whenChanged",
    "uSNChanged",
    "dSCorePropagationData",
    "lastLogon",
    "lastLogonTimestamp",
    "logonCount",
    "badPwdCount",
    "badPasswordTime",
];

/// A running domain; it ends when dropped.
pub struct Samba {
    child: Option<Child>,
    address: String,
    folder: tempfile::TempDir,
    _address_lock: File,
}

impl Samba {
    /// Starts one of its own.
    ///
    /// # Panics
    /// When Samba is not installed (`cargo xtask setup`), or this is not root: the ports are below 1 024.
    pub fn start() -> Self {
        let made = made_once();
        let (lock, number) = free_address();
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path();
        let copied = Command::new("cp").arg("-a").arg(made.join("dc")).arg(at).status().expect("cp");
        assert!(copied.success(), "the domain was not copied");
        let authority = Authority::new();
        fs::write(at.join("ca.pem"), authority.pem()).expect("a file");
        let certified = authority.certify(at);
        let address = format!("127.0.0.{number}");
        let configuration = format!(
            "[global]\n netbios name = DC1\n realm = AD.CANDOR.TEST\n workgroup = CANDOR\n\
             server role = active directory domain controller\n server services = ldap\n\
             interfaces = {address}/8\n bind interfaces only = yes\n idmap_ldb:use rfc2307 = yes\n\
             lock directory = {at}/dc\n private dir = {at}/dc/private\n state directory = {at}/dc/state\n\
             cache directory = {at}/dc/cache\n binddns dir = {at}/dc/bind-dns\n pid directory = {at}\n\
             ncalrpc dir = {at}/ncalrpc\n log file = {at}/log.%m\n ldb:nosync = true\n\
             tls keyfile = {key}\n tls certfile = {certificate}\n tls cafile = {at}/ca.pem\n",
            at = at.display(),
            key = certified.key.display(),
            certificate = certified.certificate.display(),
        );
        fs::write(at.join("smb.conf"), configuration).expect("a file");
        let mut samba = Self { child: None, address, folder, _address_lock: lock };
        samba.restart();
        samba
    }

    /// Starts it again where it was.
    ///
    /// # Panics
    /// It does not listen in time.
    pub fn restart(&mut self) {
        self.kill();
        let at = self.folder.path();
        let log = || File::create(at.join("samba.log")).expect("a file");
        let mut serve = Command::new("/usr/sbin/samba");
        serve
            .args(["-i", "-M", "single", "--debug-stdout"])
            .arg(format!("--configfile={}", at.join("smb.conf").display()));
        // Its last process goes when its input ends, should the test be killed.
        serve.stdin(Stdio::piped()).stdout(log()).stderr(log());
        let child = self.child.insert(serve.spawn().expect("samba is not installed: run `cargo xtask setup`"));
        let until = Instant::now() + START_WAIT;
        while TcpStream::connect((self.address.as_str(), 636)).is_err() {
            let runs = child.try_wait().expect("a state").is_none();
            let log = fs::read_to_string(self.folder.path().join("samba.log")).unwrap_or_default();
            assert!(Instant::now() < until && runs, "samba does not listen: {log}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Kills it as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// What an environment variable of a system holds, for somebody who signs in there: `administrator@ad.candor.test`.
    pub fn address(&self, name: &str, password: &str) -> String {
        let (name, password) = (name.replace('@', "%40"), password.replace('%', "%25").replace('@', "%40"));
        format!("ldaps://{name}:{password}@{}/{DOMAIN}?ca={}/ca.pem", self.address, self.folder.path().display())
    }

    /// The same, for the administrator.
    pub fn administrators_address(&self) -> String {
        self.address("administrator@ad.candor.test", ADMINISTRATOR)
    }

    /// Every entry of the domain as it is, without what changes by itself.
    pub fn dump(&self) -> Dump {
        self.administrator().dump(DOMAIN, &VOLATILE)
    }

    /// Whoever may do everything.
    pub fn administrator(&self) -> Account {
        self.account("administrator@ad.candor.test", ADMINISTRATOR)
    }

    /// Somebody who signs in.
    pub fn account(&self, name: &str, password: &str) -> Account {
        let (url, trusted) = (format!("ldaps://{}", self.address), self.folder.path().join("ca.pem"));
        Account { url, trusted, name: name.to_owned(), password: password.to_owned() }
    }

    /// Gives somebody rights on an entry and all below it, by the letters of SDDL (`RPWP` reads and writes, `SD` deletes).
    ///
    /// # Panics
    /// It is refused.
    pub fn give(&self, entry: &str, to: &str, rights: &str) {
        let sid = sid_of(&self.dump(), to);
        let mut tool = Command::new("samba-tool");
        tool.args(["dsacl", "set", "--action=allow"]).arg(format!("--sddl=(A;CI;{rights};;;{sid})"));
        tool.arg(format!("--objectdn={entry}")).arg("-H").arg(self.folder.path().join("dc/private/sam.ldb"));
        tool.arg(format!("--configfile={}", self.folder.path().join("smb.conf").display()));
        let ended = tool.output().expect("samba-tool");
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
}

impl Drop for Samba {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The folder of a domain that was made once, with nobody in it.
fn made_once() -> PathBuf {
    let folder = installed("samba");
    fs::create_dir_all(&folder).expect("a folder");
    let lock = File::create(folder.join("lock")).expect("a file");
    lock.lock().expect("a lock");
    if !folder.join("made").exists() {
        make(&folder);
        fs::write(folder.join("made"), "").expect("a file");
    }
    folder
}

fn make(folder: &Path) {
    let _ = fs::remove_dir_all(folder.join("dc"));
    // Without a configuration of its own it would take the machine's.
    fs::write(folder.join("seed.conf"), "[global]\n").expect("a file");
    let mut tool = Command::new("samba-tool");
    tool.args(["domain", "provision", "--realm=AD.CANDOR.TEST", "--domain=CANDOR", "--server-role=dc"]);
    tool.args(["--dns-backend=SAMBA_INTERNAL", "--use-rfc2307", "--host-name=dc1", "--host-ip=127.0.0.2"]);
    tool.args(["--option=interfaces=lo", "--option=bind interfaces only=yes", "--option=dns forwarder="]);
    tool.args(["--option=server services=ldap", "--option=ldb:nosync=true"]);
    tool.arg(format!("--option=log file={}/log.%m", folder.display()));
    tool.arg(format!("--adminpass={ADMINISTRATOR}"));
    tool.arg("-s").arg(folder.join("seed.conf")).arg(format!("--targetdir={}", folder.join("dc").display()));
    let made = tool.output().expect("samba is not installed: run `cargo xtask setup`");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// An address that no other test has.
fn free_address() -> (File, u8) {
    let until = Instant::now() + 3 * START_WAIT;
    loop {
        for number in ADDRESSES {
            let lock = File::create(std::env::temp_dir().join(format!("candor-samba-{number}.lock"))).expect("a file");
            let is_free = lock.try_lock().is_ok() && TcpStream::connect((format!("127.0.0.{number}"), 636)).is_err();
            if is_free {
                return (lock, number);
            }
        }
        assert!(Instant::now() < until, "no address of this machine is free");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Somebody's security identifier as text, of its bytes: revision, how many parts, authority, parts ([MS-DTYP] 2.4.2.2).
fn sid_of(dump: &Dump, name: &str) -> String {
    let lines = dump.get(&format!("dn: {name}")).expect("the entry");
    let coded = lines.iter().find_map(|line| line.strip_prefix("objectSid:: ")).expect("an identifier");
    let bytes = base64::engine::general_purpose::STANDARD.decode(coded).expect("base64");
    let parts = bytes[8..].chunks_exact(4).map(|part| u32::from_le_bytes(part.try_into().expect("four bytes")));
    format!("S-{}-{}{}", bytes[0], bytes[7], parts.map(|part| format!("-{part}")).collect::<String>())
}
