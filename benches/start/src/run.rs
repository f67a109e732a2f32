//! One life of the server: started, asked, stopped.

use std::time::{Duration, Instant};

use bench_bed::{Client, Executable};

use crate::data::Data;

/// The figure that is not about idling.
pub const AFTER_READS: &str = "after 1 000 reads";
/// Longer than the interval of every job that an idle server runs.
const JOBS_RAN: Duration = Duration::from_secs(13);

/// How long it takes from the start of the process to a whole answer with values, and how much processor time.
pub fn first_answer(data: &Data, n: usize) -> (Duration, Duration) {
    let start = Instant::now();
    let server = Executable::start(&data.folder);
    let mut client = server.connect(&data.key);
    read(&mut client, data, n);
    let took = start.elapsed();
    (took, server.processor_time())
}

/// Resident memory at several moments of a server that nobody asks anything, and after some reads.
pub fn memory(data: &Data) -> Vec<(&'static str, u64)> {
    let server = Executable::start(&data.folder);
    drop(server.connect(&data.key));
    std::thread::sleep(Duration::from_secs(3));
    let mut figures = vec![("idle, before any question", server.resident_bytes())];
    let mut client = server.connect(&data.key);
    read(&mut client, data, 0);
    std::thread::sleep(JOBS_RAN);
    figures.push(("idle, one answer, jobs ran", server.resident_bytes()));
    println!("of it not backed by a file: {:.1} MB", server.anonymous_bytes() as f64 / 1e6);
    (0..1_000).for_each(|n| read(&mut client, data, n));
    figures.push((AFTER_READS, server.resident_bytes()));
    figures
}

fn read(client: &mut Client, data: &Data, n: usize) {
    let subject = data.subjects[n * 7_919 % data.subjects.len()];
    let body = r#"{"purpose":"billing","fields":["account.email","account.name"]}"#;
    let answer = client.ask("POST", &format!("/v1/subjects/{subject}/read"), body).expect("an answer");
    let text = String::from_utf8_lossy(&answer.body);
    assert!(answer.status == 200 && text.contains("@people.example"), "{}: {text}", answer.status);
}
