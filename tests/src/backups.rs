//! Backups beside a server, and what can be made of one: a second server, restored from it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::{Client, Server, candor};

/// The folder of a server's backups.
pub struct Backups {
    folder: PathBuf,
    data: PathBuf,
    key_file: PathBuf,
}

impl Server {
    /// A folder for backups beside the server's own files, still empty.
    pub fn backups(&self) -> Backups {
        let folder = self.folder();
        Backups { folder: folder.join("backups"), data: folder.join("data"), key_file: folder.join("root.key") }
    }
}

impl Backups {
    /// Backs the store up, and returns the folder of the data file.
    #[track_caller]
    pub fn back_up(&self) -> PathBuf {
        let before = self.data_folders();
        said(self.run(&["backup"], &[&self.folder]), 0);
        self.data_folders().into_iter().find(|folder| !before.contains(folder)).expect("a new data folder")
    }

    /// Replaces the key file, and brings the mirror of the ledgers up to date.
    #[track_caller]
    pub fn refresh(&self) {
        said(self.run(&["backup", "--refresh"], &[&self.folder]), 0);
    }

    /// The key file.
    pub fn keys(&self) -> PathBuf {
        self.folder.join("candor-backup.keys")
    }

    /// The mirror of the ledgers.
    pub fn ledger(&self) -> PathBuf {
        self.folder.join("ledger")
    }

    /// Everything that was backed up.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn data_folders(&self) -> Vec<PathBuf> {
        let Ok(items) = std::fs::read_dir(&self.folder) else { return Vec::new() };
        let paths = items.map(|item| item.expect("an item").path());
        paths.filter(|path| path.join("data.db").is_file()).collect()
    }

    /// Restores a backup into a folder that is not there yet, and returns what was said.
    #[track_caller]
    pub fn restore(&self, backup: &Path, into: &Path, how: &[&str], code: i32) -> String {
        let mut command = candor(&["restore"]);
        command.arg(backup).args(how).arg("--data-dir").arg(into).arg("--key-file").arg(&self.key_file);
        said(command.output().expect("candor runs"), code)
    }

    /// Runs a command over the server's store and keys, with paths after it.
    pub fn run(&self, args: &[&str], paths: &[&Path]) -> Output {
        let mut command = candor(args);
        command.args(paths).arg("--data-dir").arg(&self.data).arg("--key-file").arg(&self.key_file);
        command.output().expect("candor runs")
    }

    /// Serves a data directory that was restored, with the root keys of the first server.
    #[track_caller]
    pub fn serve(&self, data: &Path, caller: &Client) -> Beside {
        Beside::over(data, &self.key_file, caller)
    }
}

/// What a command said; it must have ended with this code.
#[track_caller]
pub fn said(output: Output, code: i32) -> String {
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert_eq!(output.status.code(), Some(code), "{text}");
    text
}

/// A second server over a data directory; stopped when dropped.
pub struct Beside {
    child: Child,
    client: Client,
}

impl Beside {
    /// Serves what is in a data directory, without naming a policy; asks with the key of another server's caller.
    #[track_caller]
    pub fn over(data: &Path, key_file: &Path, caller: &Client) -> Self {
        let mut command = candor(&["serve", "--listen", "127.0.0.1:0"]);
        command.arg("--data-dir").arg(data).arg("--key-file").arg(key_file);
        let log = std::fs::File::create(data.with_extension("log")).expect("a log file");
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().expect("candor starts");
        let (send, lines) = mpsc::channel();
        let stdout = child.stdout.take().expect("its output");
        std::thread::spawn(move || {
            BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|line| send.send(line))
        });
        loop {
            let Ok(line) = lines.recv_timeout(Duration::from_secs(60)) else {
                let _ = child.kill();
                let _ = child.wait();
                panic!("the server did not start: {}", std::fs::read_to_string(data.with_extension("log")).unwrap());
            };
            if let Some(address) = line.split_whitespace().find(|word| word.starts_with("http://127.0.0.1:")) {
                let client = Client::new(address, Some(caller.presented()));
                return Self { child, client };
            }
        }
    }
}

impl std::ops::Deref for Beside {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
