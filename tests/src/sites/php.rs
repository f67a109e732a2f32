//! PHP: a script that runs once, and its own web server in front of a site.

use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Client;

const START_WAIT: Duration = Duration::from_secs(60);

/// A site that is served; it ends when dropped.
pub(super) struct Served {
    child: Child,
    client: Client,
}

impl Served {
    /// Serves a folder; a router, if one, says what answers which path.
    pub(super) fn start(folder: &Path, router: Option<&Path>, port: u16, environment: &[(&str, String)]) -> Self {
        let mut serve = php(environment);
        serve.arg("-S").arg(format!("127.0.0.1:{port}")).arg("-t").arg(folder).args(router).current_dir(folder);
        let child = serve.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.expect("PHP is not installed: run `cargo xtask setup`");
        let until = Instant::now() + START_WAIT;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "PHP does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { child, client: Client::new(&format!("http://127.0.0.1:{port}"), None) }
    }

    /// The page at a path.
    #[track_caller]
    pub(super) fn renders(&self, path: &str) -> String {
        let page = self.client.get(path);
        let text = String::from_utf8_lossy(&page.bytes).into_owned();
        assert_eq!(page.status, 200, "{path}: {text}");
        text
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a script to its end, and gives what it wrote.
#[track_caller]
pub(super) fn run(script: &Path, args: &[&str], input: &str, environment: &[(&str, String)]) -> String {
    let mut php = php(environment);
    php.arg(script).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = php.spawn().expect("PHP is not installed: run `cargo xtask setup`");
    std::io::Write::write_all(&mut child.stdin.take().expect("its input"), input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("its end");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}: {said} {}", script.display(), String::from_utf8_lossy(&output.stderr));
    said
}

fn php(environment: &[(&str, String)]) -> Command {
    let mut php = Command::new("php");
    // Nothing of it is mailed.
    php.args(["-d", "sendmail_path=/bin/true", "-d", "display_errors=stderr"]);
    php.envs(environment.iter().map(|(name, value)| (*name, value)));
    php
}
