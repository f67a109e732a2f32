//! Erasing ten thousand people at once from ten tables of a real PostgreSQL, beside one by one, and beside one statement for
//! each table written by hand; then the same people as a batch of requests through the service, searched for again and proved.
//!
//! `cargo xtask bench erase-batch [PEOPLE] [SAMPLE]`. Twice as many people have 20 rows each; every way begins with a fresh copy
//! of that database, analysed and with warm pages. One by one is measured on a sample. The hand-written way puts the addresses
//! into a temporary table, analyses it, and works with joins, in one transaction. Of the service it is told apart how long the
//! system was asked for anything, and how long the rest took, which is the vault's: its requests, entries and receipts.

mod service;
mod timed;

use std::time::{Duration, Instant};

use bench_erase_bed::{PostgresServer, TWENTY, connection, connector, counted, email, erasure, people, shop};
use service::{Service, Spent};
use timed::Part;

const GOAL_ONE_BY_ONE: f64 = 20.0;
const GOAL_BY_HAND: f64 = 1.5;
const RUNS: usize = 3;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1).filter_map(|arg| arg.parse::<usize>().ok());
    let (n, sample) = (args.next().unwrap_or(10_000), args.next().unwrap_or(300));
    let server = shop().await;
    server.run(&people(1, n * 2, TWENTY)).await;
    server.run("VACUUM ANALYZE").await;
    let (mut batches, mut by_hands) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let (batch, end) = batch(&server, n).await;
        let (by_hand, same) = by_hand(&server, n).await;
        assert_eq!(end, same, "both ways end alike");
        batches.push(batch);
        by_hands.push(by_hand);
    }
    let thousands = in_thousands(&server, n).await;
    let each = one_by_one(&server, sample).await;
    let median = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64()
    };
    let (batch, by_hand) = (median(&mut batches), median(&mut by_hands));
    let one_by_one = each.as_secs_f64() * n as f64;
    println!("erase-batch.candor value={batch:.2}s people={n} rows={}", n * 20);
    println!("erase-batch.by_hand value={by_hand:.2}s");
    println!("erase-batch.in_thousands value={:.2}s", thousands.as_secs_f64());
    println!("erase-batch.one_by_one value={one_by_one:.1}s each={:.2}ms", each.as_secs_f64() * 1e3);
    println!("erase-batch.by_hand ratio={:.2} goal={GOAL_BY_HAND}", batch / by_hand);
    println!("erase-batch.connector ratio={:.1}", one_by_one / batch);
    through_the_service(&server, n, sample.min(100), by_hand).await;
}

/// The batch through the service, beside its requests one after the other, and its changes beside those by hand.
async fn through_the_service(server: &PostgresServer, n: usize, sample: usize, by_hand: f64) {
    let client = fresh(server).await;
    let service = Service::over(server, n).await;
    let Spent { whole, system, busy } = service.batch().await;
    println!("erase-batch.service value={:.2}s system={:.2}s", whole.as_secs_f64(), system.as_secs_f64());
    for part in [Part::Identify, Part::Foresee, Part::CarryOut, Part::Search] {
        let (took, n_tasks) = (busy.parts[part as usize].as_secs_f64(), busy.n_tasks[part as usize]);
        println!("erase-batch.service.{part:?} value={took:.2}s tasks={n_tasks}");
    }
    let vault = whole.saturating_sub(system).as_secs_f64();
    println!("erase-batch.service.vault value={vault:.2}s each={:.2}ms", vault * 1e3 / n as f64);
    let changed = busy.parts[Part::CarryOut as usize].as_secs_f64();
    let end = counted(&client).await;
    drop(client);
    let client = fresh(server).await;
    let each = Service::over(server, sample).await.one_by_one(sample).await;
    drop(client);
    let of_one = |time: Duration| time.as_secs_f64() / sample as f64;
    println!(
        "erase-batch.service.one_by_one each={:.2}ms system={:.2}ms",
        of_one(each.whole) * 1e3,
        of_one(each.system) * 1e3
    );
    println!("erase-batch.service.by_hand ratio={:.2}", changed / by_hand);
    println!(
        "erase-batch.service.system ratio={:.1} end=\"{end}\"",
        of_one(each.system) * n as f64 / system.as_secs_f64()
    );
    let whole = of_one(each.whole) * n as f64 / whole.as_secs_f64();
    println!("erase-batch ratio={whole:.1} goal={GOAL_ONE_BY_ONE}");
}

/// A fresh copy, with its pages in memory.
async fn fresh(server: &PostgresServer) -> tokio_postgres::Client {
    server.run("DROP DATABASE IF EXISTS run WITH (FORCE)").await;
    server.run("CREATE DATABASE run TEMPLATE app").await;
    let client = connection(server, "run").await;
    client.batch_execute("VACUUM ANALYZE").await.expect("statistics");
    counted(&client).await;
    client.batch_execute("CHECKPOINT").await.expect("a checkpoint");
    client
}

async fn batch(server: &PostgresServer, n: usize) -> (Duration, String) {
    let client = fresh(server).await;
    let connector = connector(server, "run");
    let task = erasure(1..n + 1);
    // The first use reads the schema.
    connector.preview(&erasure(n * 3..n * 3 + 1)).await.expect("a preview");
    let begun = Instant::now();
    connector.carry_out(&task).await.expect("an erasure");
    (begun.elapsed(), counted(&client).await)
}

/// The same people, a thousand at a time.
async fn in_thousands(server: &PostgresServer, n: usize) -> Duration {
    let _client = fresh(server).await;
    let connector = connector(server, "run");
    connector.preview(&erasure(n * 3..n * 3 + 1)).await.expect("a preview");
    let begun = Instant::now();
    for first in (1..=n).step_by(1_000) {
        connector.carry_out(&erasure(first..(first + 1_000).min(n + 1))).await.expect("an erasure");
    }
    begun.elapsed()
}

async fn by_hand(server: &PostgresServer, n: usize) -> (Duration, String) {
    let client = fresh(server).await;
    let emails: Vec<String> = (1..=n).map(email).collect();
    let begun = Instant::now();
    client.batch_execute("BEGIN; CREATE TEMP TABLE doomed (id bigint) ON COMMIT DROP").await.expect("a transaction");
    let find = "INSERT INTO doomed SELECT u.id FROM users u JOIN unnest($1::text[]) AS e(email) ON lower(u.email) = lower(e.email)";
    client.execute(find, &[&emails]).await.expect("people");
    client
        .batch_execute(
            "ANALYZE doomed;
             UPDATE order_lines SET note = NULL FROM orders, doomed WHERE orders.id = order_id AND orders.user_id = doomed.id;
             UPDATE orders SET user_id = NULL, ship_to = NULL FROM doomed WHERE user_id = doomed.id;
             UPDATE reviews SET user_id = NULL, signed = NULL FROM doomed WHERE user_id = doomed.id;
             DELETE FROM cart_items USING carts, doomed WHERE carts.id = cart_id AND carts.user_id = doomed.id;
             DELETE FROM carts USING doomed WHERE user_id = doomed.id;
             DELETE FROM profiles USING doomed WHERE user_id = doomed.id;
             DELETE FROM addresses USING doomed WHERE user_id = doomed.id;
             DELETE FROM messages USING doomed WHERE user_id = doomed.id;
             DELETE FROM sessions USING doomed WHERE user_id = doomed.id;
             DELETE FROM users USING doomed WHERE users.id = doomed.id;
             COMMIT",
        )
        .await
        .expect("an erasure");
    (begun.elapsed(), counted(&client).await)
}

/// How long one takes when each is a task of its own.
async fn one_by_one(server: &PostgresServer, sample: usize) -> Duration {
    let _client = fresh(server).await;
    let connector = connector(server, "run");
    connector.carry_out(&erasure(1..2)).await.expect("an erasure");
    let begun = Instant::now();
    for n in 2..sample + 2 {
        connector.carry_out(&erasure(n..n + 1)).await.expect("an erasure");
    }
    begun.elapsed() / u32::try_from(sample).expect("a sample")
}
