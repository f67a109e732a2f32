//! Full password sign-ins a second, against bare Argon2id hashes a second on the same machine.
//!
//! `cargo xtask bench sign-in [SECONDS] [BROWSERS]`. The executable serves; browsers post the form of the sign-in page with the
//! right password, each on a connection of its own, and get a session each time: an attempt counted, somebody found, a hash
//! compared, the session and its entry made durable. Beside it, in turns, as many threads as there are processors do
//! nothing but hash: by the library's plain call, which is what the goal is about, and once more with memory that is kept from
//! one hash to the next, as the server does while somebody waits. The browsers run on the same processors.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use bench_bed::door::{Browser, PASSWORD, people};
use bench_bed::{Executable, Spread, shown};
use candor_password::{HashMemory, hash_candidate};
use candor_seal::SystemEntropy;
use candor_words::Secret;

const GOAL: f64 = 0.9;
const PEOPLE: usize = 64;
const ROUNDS: u32 = 3;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let mut args = std::env::args().skip(1).filter_map(|arg| arg.parse::<usize>().ok());
    let seconds = args.next().unwrap_or(30) as u64;
    let n_browsers = args.next().unwrap_or(8);
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(people(&data, PEOPLE, PEOPLE));
    drop(runtime);
    let server = Executable::start(&data);
    drop(server.connect(""));
    let slice = Duration::from_secs(seconds) / (3 * ROUNDS);
    let (mut bare, mut kept, mut signed_in, mut waits) = (0.0, 0.0, 0.0, Vec::new());
    let busy_before = server.processor_time();
    for _ in 0..ROUNDS {
        bare += hashes(slice, plain) / f64::from(ROUNDS);
        kept += hashes(slice, with_memory_kept) / f64::from(ROUNDS);
        let (rate, took) = sign_ins(&server, slice, n_browsers);
        signed_in += rate / f64::from(ROUNDS);
        waits.extend(took);
    }
    let busy = (server.processor_time() - busy_before).as_secs_f64() / waits.len() as f64;
    let waits = Spread::of(waits);
    println!("bare Argon2id, all processors   {bare:.1}/s");
    println!("  with its memory kept          {kept:.1}/s: sign-ins are {:.3} of it", signed_in / kept);
    println!("sign-ins, {n_browsers} browsers           {signed_in:.1}/s");
    println!("  one takes p50 {}  p99 {}", shown(waits.at(0.5)), shown(waits.at(0.99)));
    println!("  processor time of one {}", shown(Duration::from_secs_f64(busy)));
    println!("sign-in value={signed_in:.1}/s ratio={:.3} goal={GOAL}", signed_in / bare);
}

/// Hashes a second, on all processors, of threads that each hash as `hasher` begins.
fn hashes<H: FnMut()>(time: Duration, hasher: impl Fn() -> H + Sync) -> f64 {
    let (n_hashes, began_at) = (AtomicUsize::new(0), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let mut hash = hasher();
                while began_at.elapsed() < time {
                    hash();
                    n_hashes.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    n_hashes.into_inner() as f64 / began_at.elapsed().as_secs_f64()
}

/// The library alone, at the cost of a new hash of the server's.
fn plain() -> impl FnMut() {
    let params = Params::new(19_456, 2, 1, Some(32)).expect("a cost");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    move || argon2.hash_password_into(PASSWORD.as_bytes(), &[7; 16], &mut [0; 32]).expect("a hash")
}

fn with_memory_kept() -> impl FnMut() {
    let (candidate, mut memory) = (Secret::new(PASSWORD.to_owned()), HashMemory::default());
    move || {
        hash_candidate(&candidate, &SystemEntropy, &mut memory).expect("a hash");
    }
}

/// Sign-ins a second, and how long each took.
fn sign_ins(server: &Executable, time: Duration, n_browsers: usize) -> (f64, Vec<Duration>) {
    let began_at = Instant::now();
    let took: Vec<Duration> = std::thread::scope(|scope| {
        let browse = |first: usize| {
            scope.spawn(move || {
                let (mut took, mut person) = (Vec::new(), first);
                let mut browser = Browser::at_the_door(server.connect(""));
                while began_at.elapsed() < time {
                    let asked_at = Instant::now();
                    browser.sign_in(person % PEOPLE);
                    took.push(asked_at.elapsed());
                    person += n_browsers;
                }
                took
            })
        };
        let browsers: Vec<_> = (0..n_browsers).map(browse).collect();
        browsers.into_iter().flat_map(|browser| browser.join().expect("a browser that ends")).collect()
    });
    (took.len() as f64 / began_at.elapsed().as_secs_f64(), took)
}
