//! TLS as operators live with it: renewed while people are served, and found sound by testssl.

use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use candor_tests::{Authority, Server, Setup};
use serde_json::Value;

#[test]
fn a_certificate_is_renewed_under_load_and_nobody_notices() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let server = Server::start_as(Setup::of_vendors(&["asign2"]).under_tls(&authority, folder.path()));
    let (is_over, n_answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (over, answered) = (&is_over, &n_answered);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            let reader = server.anonymous();
            scope.spawn(move || {
                // Each request is a connection of its own, and fails the test when it fails.
                while !over.load(Ordering::Relaxed) {
                    assert_eq!(reader.get("/health/live").status, 200);
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let _ends = Ends(over);
        let wait = |message: &str, n_times: usize| {
            wait_until(|| server.log().matches(message).count() >= n_times, message);
        };
        let shown = |known: &[String]| {
            let mut now = shown_at(server.address());
            wait_until(
                || {
                    now = shown_at(server.address());
                    !known.contains(&now)
                },
                "a new certificate",
            );
            now
        };
        let mut known = vec![shown_at(server.address())];
        // By itself, some seconds after its files changed.
        authority.certify(folder.path());
        known.push(shown(&known));
        // At once, when it is told to.
        for _ in 0..3 {
            authority.certify(folder.path());
            server.tell_to_read_again();
            known.push(shown(&known));
        }
        // A renewal that goes wrong ends nothing, and is logged.
        std::fs::write(folder.path().join("certificate.pem"), "not a certificate").unwrap();
        wait("the new certificate cannot be used", 1);
        assert_eq!(&shown_at(server.address()), known.last().unwrap());
        // And mends itself when the files are mended.
        authority.certify(folder.path());
        known.push(shown(&known));
        let before = n_answered.load(Ordering::Relaxed);
        wait_until(|| n_answered.load(Ordering::Relaxed) > before + 10, "answers");
    });
    assert!(n_answered.load(Ordering::Relaxed) > 50, "{n_answered:?}");
    let metrics = server.anonymous().get("/metrics").text();
    assert!(metrics.contains("candor_certificate_ends_at_seconds "), "{metrics}");
}

/// Has the load end, even when the test fails.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn wait_until(mut is_so: impl FnMut() -> bool, what: &str) {
    let until = Instant::now() + Duration::from_secs(150);
    while !is_so() {
        assert!(Instant::now() < until, "waited in vain for: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The fingerprint of the certificate that a new connection is shown, as OpenSSL sees it.
fn shown_at(address: &str) -> String {
    let script =
        format!("openssl s_client -connect {address} </dev/null 2>/dev/null | openssl x509 -noout -fingerprint");
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    assert!(shown.contains("Fingerprint="), "{shown}");
    shown
}

/// What testssl finds that is worse than a remark.
const BAD: [&str; 4] = ["LOW", "MEDIUM", "HIGH", "CRITICAL"];
/// Found and meant: the page at `/` is compressed, and says the same to everybody. BREACH needs a secret beside what an
/// attacker puts in; pages that hold one are not compressed.
const MEANT: &str = "BREACH";

#[test]
fn testssl_finds_nothing_below_an_a() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let server = Server::start_as(Setup::of_vendors(&["asign2"]).under_tls(&authority, folder.path()));
    let port = server.address().rsplit(':').next().unwrap();
    let (trusted, report) = (folder.path().join("trusted.pem"), folder.path().join("report.json"));
    std::fs::write(&trusted, authority.pem()).unwrap();
    let mut testssl = Command::new("testssl");
    testssl.args(["--quiet", "--color", "0", "--warnings", "off", "--nodns", "none", "--ip", "127.0.0.1"]);
    testssl.arg("--add-ca").arg(&trusted).arg("--jsonfile").arg(&report);
    // Protocols, suites, forward secrecy, defaults, preferences, headers, known holes.
    testssl.args(["-p", "-s", "-f", "-S", "-P", "-h", "-U", &format!("https://localhost:{port}")]);
    let said = testssl.output().expect("testssl is installed by `cargo xtask setup`");
    let report = std::fs::read_to_string(&report).unwrap_or_else(|_| panic!("{said:?}"));
    let findings: Vec<Value> = serde_json::from_str(&report).unwrap();
    let is = |finding: &Value, name: &str, of: &[&str]| of.iter().any(|one| finding[name] == *one);
    let bad: Vec<_> =
        findings.iter().filter(|found| is(found, "severity", &BAD) && !is(found, "id", &[MEANT])).collect();
    assert!(bad.is_empty(), "{bad:#?}");
    // It looked, and at what makes an A.
    for (id, begins) in [
        ("SSLv2", "not offered"),
        ("SSLv3", "not offered"),
        ("TLS1", "not offered"),
        ("TLS1_1", "not offered"),
        ("TLS1_2", "offered"),
        ("TLS1_3", "offered"),
        ("cipherlist_AVERAGE", "not offered"),
        ("PFS", "offered"),
        ("cert_chain_of_trust", "passed"),
        ("cert_trust", "Ok via SAN"),
        ("HSTS_time", "365 days"),
        ("heartbleed", "not vulnerable"),
        ("ROBOT", "not vulnerable"),
        ("secure_client_renego", "not vulnerable"),
        ("CRIME_TLS", "not vulnerable"),
        ("LUCKY13", "not vulnerable"),
    ] {
        let found = findings.iter().find(|found| found["id"] == id).unwrap_or_else(|| panic!("{id} was not looked at"));
        assert!(found["finding"].as_str().unwrap().starts_with(begins), "{found}");
    }
}
