//! `candor request archive`: the archive that a request asks for, encrypted to its person, straight into a file.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use candor_words::Secret;
use serde_json::{Value, json};

use crate::remote::{Asked, Place};
use crate::trouble::{Outcome, Trouble};

/// The longest file that is read for a passphrase.
const PASSPHRASE_BYTES_MAX: u64 = 1_024;
/// An archive takes as long as its systems and its network do.
pub(super) const WAIT: Duration = Duration::from_secs(24 * 3_600);

/// Fetch the archive that a request for access or portability asks for; it answers the request.
#[derive(Debug, clap::Args)]
pub struct Archive {
    /// The request.
    request: String,
    /// The file to write; it must not exist.
    #[arg(long, value_name = "FILE", requires = "Lock")]
    to: PathBuf,
    #[command(flatten)]
    lock: Lock,
    #[command(flatten)]
    place: Place,
}

/// Who may open it.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
pub(super) struct Lock {
    /// The public key of whoever may open it (`age1…`); several times for several people.
    #[arg(long = "age-key", visible_alias = "recipient", value_name = "KEY")]
    age_keys: Vec<String>,
    /// A file that holds the words which open it, as the person chose them.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Write a ZIP archive that whoever has the file can read.
    #[arg(long)]
    plain: bool,
}

impl Archive {
    pub fn run(self) -> Result<Outcome, Trouble> {
        let body = self.lock.body()?;
        let attempted = || format!("write the archive `{}`", self.to.display());
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.to);
        let mut file =
            file.map_err(|error| Trouble::bad_input(attempted(), error).next("name a file that does not exist"))?;
        let asked = Asked::new(&self.place.server, self.place.key.key()?, WAIT)?;
        let written = asked.download(&format!("/v1/requests/{}/archive", self.request), &body, &mut file);
        let written = written
            .and_then(|n_bytes| file.sync_all().map(|()| n_bytes).map_err(|error| Trouble::failed(attempted(), error)));
        if written.is_err() {
            // What broke off is no archive.
            let _ = std::fs::remove_file(&self.to);
        }
        let n_bytes = written?;
        self.place.print(&json!({ "file": self.to, "bytes": n_bytes }), told);
        Ok(Outcome::Fine)
    }
}

fn told(told: &Value) -> String {
    let file = told["file"].as_str().unwrap_or_default();
    let how = if file.ends_with(".age") { "; `age -d` opens it" } else { "" };
    format!("written   {file}: {} bytes{how}\n", told["bytes"])
}

impl Lock {
    /// Whether anything was said of it.
    pub(super) const fn is_said(&self) -> bool {
        !self.age_keys.is_empty() || self.passphrase_file.is_some() || self.plain
    }

    /// What the server is told of it.
    pub(super) fn body(&self) -> Result<Value, Trouble> {
        let Some(path) = &self.passphrase_file else { return Ok(json!({ "age_keys": self.age_keys })) };
        let mut text = String::new();
        let read = File::open(path).and_then(|file| file.take(PASSPHRASE_BYTES_MAX).read_to_string(&mut text));
        let words = Secret::new(text);
        read.map_err(|error| Trouble::bad_input(format!("read the passphrase in `{}`", path.display()), error))?;
        Ok(json!({ "passphrase": words.expose().trim_end_matches(['\r', '\n']) }))
    }
}
