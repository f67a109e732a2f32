//! Whether somebody has an account is told to nobody: not by status, nor by words, nor by headers, nor by time.

use std::time::{Duration, Instant};

use candor_tests::{FrontDoor, PASSWORD, Reply, Visitor};

/// What an answer shows, but for what differs between any two.
fn shown(reply: &Reply, typed: &str, visitor: &Visitor) -> (u16, Vec<String>, String) {
    let names = reply.headers.iter().map(|(name, _)| name.clone()).collect();
    let text = reply.text().replace(typed, "TYPED").replace(&visitor.token(), "TOKEN");
    (reply.status, names, text)
}

const KNOWN: &str = "ada@example.org";
const UNKNOWN: &str = "bob@example.org";
/// How often both are tried at least, and at most: a network may not fail more than fifty times.
const ROUNDS_MIN: usize = 8;
const ROUNDS_MAX: usize = 22;

#[test]
fn a_wrong_password_and_a_name_that_nobody_has_get_the_same_answer() {
    let door = FrontDoor::open();
    door.sign_up(KNOWN);
    let mut answers = Vec::new();
    for typed in [KNOWN, UNKNOWN] {
        let mut visitor = door.visitor();
        let reply = door.sign_in(&mut visitor, typed, "no such password");
        answers.push(shown(&reply, typed, &visitor));
    }
    assert_eq!(answers[0].0, 422);
    assert_eq!(answers[0], answers[1]);
}

#[test]
fn signing_up_with_an_address_that_has_an_account_looks_like_any_other() {
    let door = FrontDoor::open();
    door.sign_up(KNOWN);
    let mut answers = Vec::new();
    for typed in [KNOWN, UNKNOWN] {
        let mut visitor = door.visitor();
        let reply = door.begin_sign_up(&mut visitor, typed, &[]);
        answers.push(shown(&reply, typed, &visitor));
    }
    assert_eq!(answers[0].0, 200);
    assert_eq!(answers[0], answers[1]);
    // Whoever reads the mail learns it, and nobody else.
    let letters = door.sink.wait_for(3);
    let to = |address: &str| letters.iter().filter(|letter| letter.to == [address]).count();
    assert_eq!((to(KNOWN), to(UNKNOWN)), (2, 1));
}

#[test]
fn asking_for_a_new_password_looks_the_same_whoever_is_asked_for() {
    let door = FrontDoor::open();
    door.sign_up(KNOWN);
    let mut answers = Vec::new();
    for typed in [KNOWN, UNKNOWN] {
        let mut visitor = door.visitor();
        visitor.get("/door/recover");
        let reply = visitor.submit("/door/recover", &[("address", typed)]);
        answers.push(shown(&reply, typed, &visitor));
    }
    assert_eq!(answers[0].0, 200);
    assert_eq!(answers[0], answers[1]);
}

#[test]
fn an_account_that_is_closed_to_guessing_looks_like_one_that_is_not_there() {
    let door = FrontDoor::open();
    door.sign_up(KNOWN);
    let statuses = |typed: &str| -> Vec<u16> {
        let attempt = |_| door.sign_in(&mut door.visitor(), typed, "no such password").status;
        // Side by side, for each waits for its step of time.
        std::thread::scope(|scope| {
            let attempts: Vec<_> = (0..12).map(|n| scope.spawn(move || attempt(n))).collect();
            let mut statuses: Vec<u16> = attempts.into_iter().map(|attempt| attempt.join().unwrap()).collect();
            statuses.sort_unstable();
            statuses
        })
    };
    let known = statuses(KNOWN);
    assert_eq!(known, statuses(UNKNOWN));
    assert_eq!(known.last(), Some(&429), "{known:?}");
    // Then the right password gets the same as a wrong one: whoever guesses does not learn that it was right.
    let right = door.sign_in(&mut door.visitor(), KNOWN, PASSWORD).status;
    assert_eq!(right, door.sign_in(&mut door.visitor(), UNKNOWN, PASSWORD).status);
}

#[test]
fn a_no_takes_as_long_whether_or_not_there_is_an_account() {
    let door = FrontDoor::open();
    door.sign_up(KNOWN);
    // The shortest of each: a machine that is busy makes some of them longer, and none shorter.
    let mut shortest = [Duration::MAX; 2];
    // A *no* leaves at steps of half a second; what is left beside them is the way there and back.
    let step = |wait: Duration| wait.as_millis() / 500;
    for round in 0..ROUNDS_MAX {
        // Which comes first changes, so that neither always finds what the other left.
        for kind in [round % 2, 1 - round % 2] {
            let mut visitor = door.visitor();
            visitor.get("/door/sign-in");
            let began_at = Instant::now();
            let typed = [KNOWN, UNKNOWN][kind];
            let no = visitor.submit("/door/sign-in", &[("identifier", typed), ("password", "no such password")]);
            assert_eq!(no.status, 422, "{typed} in round {round}");
            shortest[kind] = shortest[kind].min(began_at.elapsed());
        }
        // A machine that was busy all the time is asked some more.
        if round + 1 >= ROUNDS_MIN && step(shortest[0]) == step(shortest[1]) {
            break;
        }
    }
    let [known, unknown] = shortest;
    assert!(step(known) >= 1, "{known:?}");
    assert_eq!(step(known), step(unknown), "{known:?} and {unknown:?}");
}
