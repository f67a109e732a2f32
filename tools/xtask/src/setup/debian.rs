//! Debian's packages: asked for in one call, and only when something is missing.
//!
//! None of their services is started: the tests start what they need themselves, on ports and in folders of their own.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::run::{Outcome, is_there, program, run};

/// Programs that any package may have brought, and the package that brings them here.
const PROGRAMS: [(&str, &str); 4] = [("cc", "gcc"), ("make", "make"), ("python3", "python3"), ("openssl", "openssl")];

/// Files that a package brings; not all of them lie where a user's shell looks.
const FILES: [(&str, &str); 12] = [
    ("/usr/bin/chromium", "chromium"),
    // Without a font a browser shows, and measures, nothing.
    ("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "fonts-dejavu-core"),
    ("/usr/sbin/slapd", "slapd"),
    ("/usr/bin/ldapsearch", "ldap-utils"),
    // A domain controller of Active Directory, and the schema that its domain is made of.
    ("/usr/share/doc/samba-ad-dc/copyright", "samba-ad-dc"),
    ("/usr/share/samba/setup/ad-schema", "samba-ad-provision"),
    ("/usr/sbin/apache2", "apache2"),
    ("/usr/lib/apache2/modules/mod_auth_openidc.so", "libapache2-mod-auth-openidc"),
    ("/usr/bin/testssl", "testssl.sh"),
    ("/usr/sbin/mariadbd", "mariadb-server"),
    ("/usr/bin/php", "php-cli"),
    // Opens what archives are encrypted with.
    ("/usr/bin/age", "age"),
];

/// Parts of PHP that sites need, and the packages that bring them.
const OF_PHP: [(&str, &str); 4] =
    [("mysqli", "php-mysql"), ("dom", "php-xml"), ("mbstring", "php-mbstring"), ("intl", "php-intl")];

/// What Debian asks whether a package's service may start; 101 is no.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// Installs the packages that are missing.
pub fn install() -> Outcome {
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    if !is_there("apt-get", &["--version"]) {
        return Err(format!("{} missing and there is no apt-get here: install them by hand", missing.join(" and ")));
    }
    run(program("apt-get", &["update"]))?;
    let mut install = program("apt-get", &["install", "-y", "--no-install-recommends"]);
    install.args(["-o", "DPkg::Lock::Timeout=500", "libc6-dev"]).args(missing);
    install.env("DEBIAN_FRONTEND", "noninteractive");
    let is_ours = refuse_to_start_services()?;
    let installed = run(install);
    if is_ours {
        fs::remove_file(POLICY).map_err(|error| format!("could not remove `{POLICY}`: {error}; remove it by hand"))?;
    }
    installed
}

fn missing() -> Vec<&'static str> {
    let programs = PROGRAMS.iter().filter(|(name, _)| !is_there(name, &["--help"]));
    let files = FILES.iter().filter(|(path, _)| !Path::new(path).exists());
    let mut missing: Vec<&str> = programs.chain(files).map(|(_, package)| *package).collect();
    // Debian keeps this part of Python in a package of its own.
    if !is_there("python3", &["-c", "import ensurepip, venv"]) {
        missing.push("python3-venv");
    }
    let has = |part| is_there("php", &["-r", &format!("exit(extension_loaded('{part}') ? 0 : 1);")]);
    missing.extend(OF_PHP.iter().filter(|(part, _)| !has(part)).map(|(_, package)| *package));
    if !has_postgres() {
        missing.push("postgresql");
    }
    missing
}

/// The server lies in a folder of its version; the client alone has one too.
fn has_postgres() -> bool {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.map(|version| version.path()).any(|version| version.join("bin/postgres").exists())
}

/// Has packages installed without their services starting; true when the file that says so is ours to remove.
fn refuse_to_start_services() -> Result<bool, String> {
    if Path::new(POLICY).exists() {
        return Ok(false);
    }
    let attempted = |error| format!("could not write `{POLICY}`: {error}; run this as root");
    fs::write(POLICY, "#!/bin/sh\nexit 101\n").map_err(attempted)?;
    fs::set_permissions(POLICY, fs::Permissions::from_mode(0o755)).map_err(attempted)?;
    Ok(true)
}
