//! A first start that is killed at any moment: the next one serves, and somebody has seen a key that opens.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use candor_tests::{Client, Dice, candor, setting};

/// The longest that a first start lives before it is killed.
const LIFE_MS: usize = 250;
/// How long a start may take on a busy machine.
const START: Duration = Duration::from_secs(60);

/// Starts the server over a folder; what it prints is added to the file `out` there.
fn start(folder: &Path) -> Child {
    let out = File::options().create(true).append(true).open(folder.join("out")).unwrap();
    let log = File::options().create(true).append(true).open(folder.join("log")).unwrap();
    let mut command = candor(&["serve", "tests/tests/crash/crash.candor", "--listen", "127.0.0.1:0"]);
    command.arg("--data-dir").arg(folder.join("data")).arg("--key-file").arg(folder.join("root.key"));
    command.stdin(Stdio::null()).stdout(out).stderr(log).spawn().unwrap()
}

fn words(folder: &Path, start: &str) -> Vec<String> {
    let out = std::fs::read_to_string(folder.join("out")).unwrap();
    out.split_whitespace().filter(|word| word.starts_with(start)).map(str::to_owned).collect()
}

#[test]
fn a_first_start_killed_at_any_moment_locks_nobody_out() {
    let (kills, seed) = (setting("CANDOR_KILLS", 1000).div_ceil(25), setting("CANDOR_SEED", 20_261_125));
    println!("repeat it with CANDOR_SEED={seed}");
    let mut dice = Dice::new(seed);
    for kill in 1..=kills {
        let folder = tempfile::tempdir().unwrap();
        let life = Duration::from_millis(dice.below(LIFE_MS) as u64);
        println!("kill {kill} of {kills} after {life:?}");
        let mut child = start(folder.path());
        // What is tested is a kill at any moment: the moment is the input, not a wait for something.
        std::thread::sleep(life);
        child.kill().unwrap();
        child.wait().unwrap();
        let n_before = words(folder.path(), "http://").len();

        let mut child = start(folder.path());
        let began_at = Instant::now();
        while words(folder.path(), "http://").len() == n_before {
            let log = || std::fs::read_to_string(folder.path().join("log")).unwrap();
            assert!(child.try_wait().unwrap().is_none(), "the second start was refused: {}", log());
            assert!(began_at.elapsed() < START, "the second start took too long: {}", log());
            std::thread::yield_now();
        }
        let address = words(folder.path(), "http://").pop().unwrap();
        let keys = words(folder.path(), "candor_");
        let opens = |key: &String| Client::of(&address, key).get("/v1/subjects").status == 200;
        let n_open = keys.iter().filter(|key| opens(key)).count();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(n_open, 1, "one of the keys that were shown opens: {}", keys.len());
    }
}
