//! One server and its load: killed, started again, checked.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use candor_tests::{Client, Dice, Mirror, Server, ledger_check};

use crate::load::Load;

/// How many clients work at the same time.
const CLIENTS: usize = 4;
/// The longest that a server lives under load before it is killed.
const LIFE_MS: usize = 160;
/// The longest that a starting server lives before it is killed.
const START_MS: usize = 90;
/// How many people that nothing was done to are looked at all the same.
const ALSO_CHECKED: usize = 3;

/// The server under test and all that is known of it.
pub struct Round {
    server: Server,
    loads: Vec<Load>,
    ledger: Mirror,
    dice: Dice,
    first_checkpoint: PathBuf,
    n_answered: u64,
    began_at: Instant,
}

impl Round {
    /// Starts the server over an empty folder.
    pub fn begin(mut dice: Dice) -> Self {
        let server = Server::start_policy("tests/crash/crash.candor");
        let ledger = Mirror::of(&server, server.slug());
        let first_checkpoint = server.folder().join("checkpoint-first");
        let note = server.anonymous().get(&format!("/ledger/{}/checkpoint", server.slug())).bytes;
        std::fs::write(&first_checkpoint, note).unwrap();
        let loads = (0..CLIENTS).map(|name| Load::new(name, dice.split())).collect();
        Self { server, loads, ledger, dice, first_checkpoint, n_answered: 0, began_at: Instant::now() }
    }

    /// Lets the clients work, and kills the server in the midst of it; sometimes also while it stops, or while it
    /// starts again.
    pub fn kill_under_load(&mut self) {
        let life = Duration::from_millis(self.dice.below(LIFE_MS) as u64);
        let stops_first = self.dice.once_in(8).then(|| Duration::from_millis(self.dice.below(30) as u64));
        let client: Client = (*self.server).clone();
        let server = &mut self.server;
        self.n_answered += std::thread::scope(|scope| {
            let working: Vec<_> = self.loads.iter_mut().map(|load| scope.spawn(|| load.run(&client))).collect();
            // What is tested is a kill at any moment: the moment is the input, not a wait for something.
            std::thread::sleep(life);
            if let Some(a_while) = stops_first {
                server.tell_to_stop();
                std::thread::sleep(a_while);
            }
            server.kill();
            working.into_iter().map(|working| working.join().expect("a client that found nothing wrong")).sum::<u64>()
        });
        while self.dice.once_in(5) {
            let life = Duration::from_millis(self.dice.below(START_MS) as u64);
            self.server.kill_while_it_starts(life);
        }
        self.server.start_again();
    }

    /// Checks the ledger since the last look, and everybody to whom anything was done, and some others.
    pub fn check_after_restart(&mut self) {
        self.ledger.catch_up(&self.server);
        for load in &mut self.loads {
            for _ in 0..ALSO_CHECKED {
                let at = self.dice.below(load.people.len());
                if let Some(person) = load.people.get_mut(at) {
                    person.touched = true;
                }
            }
            for person in load.people.iter_mut().filter(|person| person.touched) {
                person.check(&self.server);
            }
        }
        // What was repeated is answered, and so in the ledger, too.
        self.ledger.catch_up(&self.server);
        for person in self.loads.iter_mut().flat_map(|load| &mut load.people) {
            person.check_witnesses(&self.ledger);
        }
    }

    /// Checks everybody, and the whole ledger by the tool that an auditor has.
    pub fn check_whole(&mut self) {
        for person in self.loads.iter_mut().flat_map(|load| &mut load.people) {
            person.check(&self.server);
        }
        let ledger = format!("http://{}/ledger/{}", self.server.address(), self.server.slug());
        let key = self.server.anonymous().get(&format!("/ledger/{}/key", self.server.slug())).text();
        let note = self.first_checkpoint.display().to_string();
        let checked = ledger_check(&[&ledger, "--key", key.trim(), "--old-checkpoint", &note]).output().unwrap();
        let said = String::from_utf8_lossy(&checked.stdout);
        assert_eq!(checked.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&checked.stderr));
    }

    /// Says how much was done.
    pub fn tell(&self) {
        let n_people: usize = self.loads.iter().map(|load| load.people.len()).sum();
        let n_lost: u64 = self.loads.iter().flat_map(|load| &load.people).map(|person| person.n_answers_lost).sum();
        println!(
            "{} answers, {n_people} people, {n_lost} answers lost, {} entries, {:.1} s",
            self.n_answered,
            self.ledger.size(),
            self.began_at.elapsed().as_secs_f32()
        );
    }
}
