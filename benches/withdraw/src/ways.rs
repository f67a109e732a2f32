//! One withdrawal after the other, with nothing else going on.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use bench_bed::{Client, Spread, serve};
use candor_vault::ConsentVerb;
use candor_words::SubjectId;

use crate::Times;
use crate::world::World;

/// Withdraws and asks on the same task.
pub async fn in_process(world: &World, times: usize) -> Times {
    let mut taken = Taken::default();
    for n in 0..times {
        let subject = world.subjects[n % world.subjects.len()];
        world.say(subject, ConsentVerb::Given).await;
        assert_eq!(world.read(&world.ask(subject)).await.records.len(), 1, "granted while consent is in force");
        withdraw_and_ask(world, subject, &mut taken).await;
    }
    taken.times()
}

/// What was measured, one of each a withdrawal.
#[derive(Default)]
pub struct Taken {
    refused: Vec<Duration>,
    answered: Vec<Duration>,
    withdrawal: Vec<Duration>,
}

impl Taken {
    pub fn times(self) -> Times {
        Times {
            refused: Spread::of(self.refused),
            answered: Spread::of(self.answered),
            withdrawal: Spread::of(self.withdrawal),
        }
    }
}

/// One sample; fails unless the read is refused.
pub async fn withdraw_and_ask(world: &World, subject: SubjectId, taken: &mut Taken) {
    let ask = world.ask(subject);
    let begun = Instant::now();
    world.say(subject, ConsentVerb::Withdrawn).await;
    taken.withdrawal.push(begun.elapsed());
    let acknowledged = Instant::now();
    let mut read = pin!(world.read(&ask));
    // A read decides when it is first polled, and then waits for its ledger entry.
    let first = read.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    taken.refused.push(acknowledged.elapsed());
    let answer = match first {
        Poll::Ready(answer) => answer,
        Poll::Pending => read.await,
    };
    taken.answered.push(acknowledged.elapsed());
    assert!(answer.records.is_empty() && answer.refused.len() == 1, "a read after a withdrawal was granted");
}

/// The same through the API, on one connection.
pub async fn over_http(world: &World, times: usize) -> Times {
    let address = serve(world.vault()).await;
    let (key, subjects) = (world.opened.key.clone(), world.subjects.clone());
    let asking = tokio::task::spawn_blocking(move || {
        let mut client = Client::connect(address, &key).expect("a connection");
        let mut taken = Taken::default();
        for n in 0..times {
            ask_over_http(&mut client, subjects[n % subjects.len()], &mut taken);
        }
        taken.times()
    });
    asking.await.expect("an asker that ends")
}

fn ask_over_http(client: &mut Client, subject: SubjectId, taken: &mut Taken) {
    let say = |client: &mut Client, act: &str| {
        let body = format!(r#"{{"purpose":"newsletter","act":"{act}"}}"#);
        let answer = client.ask("POST", &format!("/v1/subjects/{subject}/consents"), &body).expect("an answer");
        assert!((200..300).contains(&answer.status), "{}", String::from_utf8_lossy(&answer.body));
    };
    let read = |client: &mut Client| {
        let body = r#"{"purpose":"newsletter","fields":["account.email"]}"#;
        let answer = client.ask("POST", &format!("/v1/subjects/{subject}/read"), body).expect("an answer");
        String::from_utf8_lossy(&answer.body).contains("@people.example")
    };
    say(client, "given");
    assert!(read(client), "granted while consent is in force");
    let begun = Instant::now();
    say(client, "withdrawn");
    taken.withdrawal.push(begun.elapsed());
    let acknowledged = Instant::now();
    assert!(!read(client), "a read after a withdrawal was granted");
    taken.refused.push(acknowledged.elapsed());
    taken.answered.push(acknowledged.elapsed());
}
