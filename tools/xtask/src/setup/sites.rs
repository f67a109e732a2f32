//! Programs of web sites that people really run: WordPress and MediaWiki as Debian ships them, unpacked below
//! `target/sites`.
//!
//! They are not installed: no web server, no shared configuration and no service comes with them. The tests give each its
//! configuration and its database. What is there already, in the same version, is left alone.

use std::fs;
use std::path::Path;

use crate::run::{Outcome, output, program, run, target};

/// Each package whose files are unpacked. What WordPress links to lies in further packages.
const PACKAGES: [&str; 9] = [
    "wordpress",
    "wordpress-theme-twentytwentythree",
    "php-getid3",
    "libjs-underscore",
    "libjs-cropper",
    "libjs-prototype",
    "libjs-scriptaculous",
    "mediawiki",
    "mediawiki-classes",
];
/// What no test looks at and takes half of the room.
const LEFT_OUT: [&str; 3] =
    ["./usr/share/mediawiki/extensions-core", "./usr/share/doc", "./var/lib/wordpress/wp-content/languages"];

/// Unpacks the packages unless they are there.
pub fn install() -> Outcome {
    let folder = target().join("sites");
    let stamp = folder.join("unpacked");
    let wanted = PACKAGES.join("\n");
    if fs::read_to_string(&stamp).is_ok_and(|unpacked| unpacked == wanted) {
        return Ok(());
    }
    let failed = |error| format!("could not make ready `{}`: {error}", folder.display());
    let fetched = folder.join("fetched");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(failed)?;
    }
    fs::create_dir_all(&fetched).map_err(failed)?;
    fetch(&fetched)?;
    for package in fs::read_dir(&fetched).map_err(failed)? {
        unpack(&package.map_err(failed)?.path(), &folder)?;
    }
    fs::remove_dir_all(&fetched).map_err(failed)?;
    fs::write(stamp, wanted).map_err(failed)
}

fn fetch(to: &Path) -> Outcome {
    let download = || {
        let mut download = program("apt-get", &["download", "-q"]);
        download.args(PACKAGES).current_dir(to);
        run(download)
    };
    // Its lists may be older than what is to be had.
    download().or_else(|_| run(program("apt-get", &["update"])).and_then(|()| download()))
}

fn unpack(package: &Path, to: &Path) -> Outcome {
    let left_out: String = LEFT_OUT.iter().map(|path| format!(" --exclude={path}")).collect();
    let script =
        format!("set -o pipefail; dpkg-deb --fsys-tarfile \"$0\" | tar -x -C \"$1\" --no-same-owner{left_out}");
    let mut unpack = program("bash", &["-c", &script]);
    unpack.arg(package).arg(to);
    output(unpack).map(|_| ()).ok_or_else(|| format!("could not unpack `{}`; is `dpkg` here?", package.display()))
}
