//! Edna's operations over tables like HotCRP's: a reviewer is removed, made anonymous, set aside and restored, on a real MariaDB
//! (as in Edna's evaluation) and a real PostgreSQL, beside the same written by hand.
//!
//! `cargo xtask bench edna [ROUNDS]`. A reviewer with 177 rows is put in, the deed is done by Candor's connector or by hand, in
//! turns, what is left is compared, and taken away again: the tables stay as large. Restore is not Edna's: an erasure here cannot
//! be undone, by design; what can is to be set aside (a restriction: marks that the place declares), and restoring takes the marks away.

mod base;
mod by_hand;
mod conference;

use std::sync::Arc;
use std::time::{Duration, Instant};

use base::{Base, Goes, Talk};
use by_hand::{ByHand, Deed};
use candor_connect::Connector;
use candor_places::{Act, Identifier, Person, Task};
use candor_words::Secret;

const WARM_UP: usize = 5;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() {
    let rounds = std::env::args().nth(1).and_then(|arg| arg.parse().ok()).unwrap_or(100);
    for base in [Base::mariadb(), Base::postgres()] {
        let mut talk = base.talk().await;
        talk.run(conference::SCHEMA).await;
        let lookup = match base {
            Base::Postgres(_) => "CREATE UNIQUE INDEX ON contacts (lower(email));",
            Base::Mariadb(_) => "CREATE UNIQUE INDEX contacts_email ON contacts (email);",
        };
        talk.run(lookup).await;
        talk.run(&conference::everybody()).await;
        tidy(&base, &mut talk).await;
        for deed in [Deed::Remove, Deed::Anonymise, Deed::SetAside, Deed::Restore] {
            measured(&base, &mut talk, deed, rounds).await;
        }
    }
}

async fn measured(base: &Base, talk: &mut Talk, deed: Deed, rounds: usize) {
    let goes = if deed == Deed::Anonymise { Goes::Anonymous } else { Goes::Away };
    let ours = base.connector(goes);
    let mut hand = ByHand::prepare(base.talk().await, deed).await;
    let mut times: [Vec<Duration>; 2] = Default::default();
    for round in 0..rounds + WARM_UP {
        let mut ends = Vec::new();
        for (way, times) in times.iter_mut().enumerate() {
            let n = round * 2 + way;
            talk.run(&conference::one_more(n)).await;
            if deed == Deed::Restore {
                carried_out(&ours, Act::Restrict, n).await;
            }
            let before = talk.text(&conference::left()).await;
            let begun = Instant::now();
            match way {
                0 => carried_out(&ours, act(deed), n).await,
                _ => hand.done(&conference::email(conference::added(n))).await,
            }
            let took = begun.elapsed();
            let after = talk.text(&conference::left()).await;
            assert_ne!(before, after, "nothing was done");
            ends.push(after);
            talk.run(&conference::taken_away()).await;
            if round >= WARM_UP {
                times.push(took);
            }
        }
        assert_eq!(ends[0], ends[1], "both ways end alike: {deed:?} on {}", base.name());
        if round % 25 == 0 {
            tidy(base, talk).await;
        }
    }
    let [ours, hand] = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64() * 1e3
    });
    let (name, deed) = (base.name(), word(deed));
    println!("edna.{name}.{deed}.candor value={ours:.2}ms");
    println!("edna.{name}.{deed}.by_hand value={hand:.2}ms");
    println!("edna.{name}.{deed} ratio={:.2}", ours / hand);
}

async fn carried_out(ours: &Arc<dyn Connector>, act: Act, n: usize) {
    let email = conference::email(conference::added(n));
    let identifier = Identifier { field: "person.email".into(), value: Secret::new(email.to_uppercase()) };
    let task = Task { act, people: vec![Person { identifiers: vec![identifier] }] };
    ours.carry_out(&task).await.expect("a deed");
}

const fn act(deed: Deed) -> Act {
    match deed {
        Deed::Remove | Deed::Anonymise => Act::Erase,
        Deed::SetAside => Act::Restrict,
        Deed::Restore => Act::LiftRestriction,
    }
}

const fn word(deed: Deed) -> &'static str {
    match deed {
        Deed::Remove => "remove",
        Deed::Anonymise => "anonymise",
        Deed::SetAside => "set_aside",
        Deed::Restore => "restore",
    }
}

async fn tidy(base: &Base, talk: &mut Talk) {
    match base {
        Base::Postgres(_) => talk.run("VACUUM ANALYZE").await,
        Base::Mariadb(_) => talk.run(&format!("ANALYZE TABLE {}", conference::TABLES.join(", "))).await,
    }
}
