//! A running `candor serve`.

use std::io::{BufRead, BufReader};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::{Client, Setup};

/// A server over a fresh folder; stopped and removed when dropped.
///
/// It asks with the administrator key of the first tenant.
pub struct Server {
    child: Child,
    client: Client,
    admin_keys: Vec<String>,
    slugs: Vec<String>,
    setup: Setup,
    folder: tempfile::TempDir,
}

impl Server {
    /// Starts the server with a vendor's policy, waits until it answers.
    pub fn start(vendor: &str) -> Self {
        Self::start_with(&[vendor])
    }

    /// Starts the server with several vendors' policies, each of them a tenant.
    pub fn start_with(vendors: &[&str]) -> Self {
        Self::start_as(Setup::of_vendors(vendors))
    }

    /// Starts the server with a policy of the test's own, a `.candor` file below `tests/`.
    pub fn start_policy(file: &str) -> Self {
        Self::start_policy_over(file, None, &[])
    }

    /// The same with the store in a folder of the test's own, and further variables of the environment.
    pub fn start_policy_over(file: &str, data: Option<&Path>, variables: &[(&'static str, &str)]) -> Self {
        let environment = variables.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let policies = vec![Path::new("tests").join(file)];
        Self::start_as(Setup { policies, data: data.map(Path::to_owned), environment, ..Setup::default() })
    }

    /// Starts the server as a test sets it up.
    pub fn start_as(setup: Setup) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let name = |policy: &PathBuf| policy.file_stem().map(|name| name.to_string_lossy().into_owned());
        let slugs: Vec<String> = setup.policies.iter().filter_map(name).collect();
        let started = Started::over(folder.path(), &setup).unwrap_or_else(|refused| panic!("{refused}"));
        assert_eq!(started.keys.len(), slugs.len(), "the administrator keys are shown at the first start");
        let client = setup.client(&started.address, started.keys.first().map(String::as_str));
        Self { child: started.child, client, admin_keys: started.keys, slugs, setup, folder }
    }

    /// Starts the server over a folder that holds a tenant already.
    pub(crate) fn over(
        folder: tempfile::TempDir,
        (slug, policy): (&str, &Path),
        key: String,
        variables: &[(&'static str, &str)],
    ) -> Self {
        let mut setup = Setup { policies: vec![policy.to_path_buf()], ..Setup::default() };
        setup.environment.extend(variables.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let started = Started::over(folder.path(), &setup).unwrap_or_else(|refused| panic!("{refused}"));
        let client = setup.client(&started.address, Some(&key));
        Self { child: started.child, client, admin_keys: vec![key], slugs: vec![slug.to_owned()], setup, folder }
    }

    /// Stops it as an operator would, and starts it again over the same folder.
    pub fn restart(&mut self) {
        self.tell_to_stop();
        assert!(self.ends_well(), "a stopped server ends well");
        self.start_again();
    }

    /// Kills it in the midst of whatever it does, and starts it again over the same folder.
    pub fn kill_and_restart(&mut self) {
        self.kill();
        self.start_again();
    }

    /// Kills it in the midst of whatever it does, and leaves it so.
    pub fn kill(&mut self) {
        self.child.kill().expect("the server is running");
        self.child.wait().expect("the server ends");
    }

    /// Starts it again over the same folder, after it ended.
    pub fn start_again(&mut self) {
        self.try_start_again().unwrap_or_else(|refused| panic!("{refused}"));
    }

    /// Starts it again over the same folder; what it says when it refuses to.
    pub fn try_start_again(&mut self) -> Result<(), String> {
        let started = Started::over(self.folder.path(), &self.setup)?;
        assert_eq!(started.keys, [""; 0], "the administrator keys are shown only once");
        self.child = started.child;
        self.client = self.setup.client(&started.address, self.admin_keys.first().map(String::as_str));
        Ok(())
    }

    /// Begins to start it over the same folder, and kills it after a while, whether it served by then or not.
    pub fn kill_while_it_starts(&mut self, after: Duration) {
        let mut child = self.setup.command(self.folder.path()).stdout(Stdio::null()).spawn().expect("candor starts");
        // What is tested is a kill at any moment: the moment is the input, not a wait for something.
        std::thread::sleep(after);
        child.kill().expect("the server is running");
        child.wait().expect("the server ends");
    }

    /// Its process, as the system numbers it.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// True while its process lives.
    pub fn lives(&mut self) -> bool {
        self.child.try_wait().expect("its state").is_none()
    }

    /// The first tenant's name in addresses.
    pub fn slug(&self) -> &str {
        &self.slugs[0]
    }

    /// The administrator of a tenant.
    pub fn tenant(&self, slug: &str) -> Client {
        let at = self.slugs.iter().position(|known| known == slug).expect("a tenant that was started");
        self.client.with_key(&self.admin_keys[at])
    }

    /// The folder that holds everything.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A key with these scopes and bounds.
    #[track_caller]
    pub fn key(&self, bounds: &serde_json::Value) -> Client {
        let issued = self.post("/v1/keys", bounds).json(201);
        self.client.with_key(issued["secret"].as_str().expect("the secret, shown once"))
    }

    /// Tells it to stop, as an operator would, and goes on at once.
    pub fn tell_to_stop(&self) {
        self.signal("-TERM");
    }

    /// Has it read its files again, as an operator would.
    pub fn tell_to_read_again(&self) {
        self.signal("-HUP");
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// What it wrote into its log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Waits until it ended; true when it says that all went well.
    pub fn ends_well(&mut self) -> bool {
        self.child.wait().expect("the server ends").success()
    }
}

impl Deref for Server {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A `candor serve` that answers, and the keys that it showed.
struct Started {
    child: Child,
    address: String,
    keys: Vec<String>,
}

impl Started {
    /// Waits until the server answers; what it said when it ended before.
    fn over(folder: &Path, setup: &Setup) -> Result<Self, String> {
        let mut child = setup.command(folder).stdout(Stdio::piped()).spawn().expect("candor starts");
        let (send, lines) = mpsc::channel();
        let stdout = child.stdout.take().expect("its output");
        std::thread::spawn(move || {
            BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|line| send.send(line))
        });
        let mut keys = Vec::new();
        loop {
            let Ok(line) = lines.recv_timeout(Duration::from_secs(60)) else {
                let _ = child.kill();
                let _ = child.wait();
                let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
                return Err(format!("the server did not start: {log}"));
            };
            let word = |start: &str| line.split_whitespace().find(|word| word.starts_with(start)).map(str::to_owned);
            keys.extend(word("candor_"));
            if let Some(address) = word("http://127.0.0.1:").or_else(|| word("https://127.0.0.1:")) {
                return Ok(Self { child, address: address.trim_end_matches(['/', '.']).to_owned(), keys });
            }
        }
    }
}
