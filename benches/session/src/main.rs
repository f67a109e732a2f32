//! Pages of people who are signed in, a second, and what a server holds in memory for many sessions.
//!
//! `cargo xtask bench session [SESSIONS] [SECONDS]`. Somebody signs in at the executable; their session is copied into so many
//! of their own and of others, in the store, as sign-ins would leave them. Then the executable idles, shows the overview of
//! the privacy centre to one session after the other over several connections, and idles again.

mod sessions;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bench_bed::Executable;

const IDLE_GOAL_MB: f64 = 60.0;
const CONNECTIONS: usize = 16;
/// Longer than the interval of every job that an idle server runs.
const JOBS_RAN: Duration = Duration::from_secs(13);

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let mut args = std::env::args().skip(1).filter_map(|arg| arg.parse::<usize>().ok());
    let n_sessions = args.next().unwrap_or(100_000);
    let time = Duration::from_secs(args.next().unwrap_or(20) as u64);
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let cookies = sessions::make(&data, n_sessions);
    let server = Executable::start(&data);
    drop(server.connect(""));
    std::thread::sleep(JOBS_RAN);
    let idle = server.resident_bytes();
    println!("memory idle, {n_sessions} sessions    {:.1} MB resident", idle as f64 / 1e6);
    println!("  of it not backed by a file     {:.1} MB", server.anonymous_bytes() as f64 / 1e6);

    let busy_before = server.processor_time();
    let (n_views, took) = views(&server, &cookies, time);
    let busy = server.processor_time() - busy_before;
    std::thread::sleep(JOBS_RAN);
    let after = server.resident_bytes();
    println!("memory idle after {n_views} views      {:.1} MB resident", after as f64 / 1e6);
    println!("session.views value={:.0}/s", n_views as f64 / took.as_secs_f64());
    println!("session.views_per_core_second value={:.0}", n_views as f64 / busy.as_secs_f64());
    let idle_mb = idle as f64 / 1e6;
    println!("session value={idle_mb:.1}MB ratio={:.3} goal=1 (of {IDLE_GOAL_MB} MB)", idle_mb / IDLE_GOAL_MB);
}

/// Shows the overview to one session after the other; how many, and how long it took.
fn views(server: &Executable, cookies: &[String], time: Duration) -> (usize, Duration) {
    let (n_views, began_at) = (AtomicUsize::new(0), Instant::now());
    std::thread::scope(|scope| {
        for connection in 0..CONNECTIONS {
            let n_views = &n_views;
            scope.spawn(move || {
                let mut client = server.connect("");
                let mut at = connection;
                while began_at.elapsed() < time {
                    let answer = client.browse("GET", "/bench/account", &cookies[at % cookies.len()], "");
                    let answer = answer.expect("an answer");
                    assert!(answer.status == 200 && answer.body.len() > 2_000, "{}", answer.head);
                    n_views.fetch_add(1, Ordering::Relaxed);
                    at += CONNECTIONS;
                }
            });
        }
    });
    (n_views.into_inner(), began_at.elapsed())
}
