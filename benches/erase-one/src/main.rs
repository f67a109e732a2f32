//! Erasing one person with 100 rows in ten tables of a real PostgreSQL, beside the same written by hand.
//!
//! `cargo xtask bench erase-one [ROUNDS] [OTHERS]`. The hand-written erasure is what an application would do: prepared
//! statements, one after the other, in one transaction, children first. Both take a person who was put in just before, in
//! turns; the database syncs to disk. Then the same with the search afterwards: Candor's over every column of every table; by
//! hand, one query for each table over its texts. OTHERS have as many rows as the one. What an erasure leaves that is nobody's is
//! compared and taken away again, so that every round meets tables of the same size.

use std::time::{Duration, Instant};

use bench_erase_bed::{HUNDRED, connection, connector, counted, email, erasure, people, shop, someone};
use tokio_postgres::{Client, Statement};

const GOAL_ERASE: f64 = 1.5;
const GOAL_SEARCH: f64 = 2.5;
const WARM_UP: usize = 10;
/// Takes away what erasures left.
const NOBODYS: &str = "DELETE FROM order_lines WHERE note IS NULL; DELETE FROM orders WHERE user_id IS NULL; \
    DELETE FROM reviews WHERE user_id IS NULL";

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1).filter_map(|arg| arg.parse::<usize>().ok());
    let (rounds, others) = (args.next().unwrap_or(200), args.next().unwrap_or(9));
    let server = shop().await;
    server.run(&people(1, others, HUNDRED)).await;
    server.run("VACUUM ANALYZE").await;
    let (ours, hand) = (connector(&server, "app"), ByHand::prepare(connection(&server, "app").await).await);
    let before = counted(&hand.client).await;
    let left = format!("{} 10 30 10", before.rsplitn(4, ' ').last().expect("counts"));
    let mut times: [Vec<Duration>; 4] = Default::default();
    for round in 0..rounds + WARM_UP {
        for (way, times) in times.iter_mut().enumerate() {
            let n = others + 1 + round * 4 + way;
            server.run(&people(n, n, HUNDRED)).await;
            let begun = Instant::now();
            match way {
                0 | 1 => {
                    let report = ours.carry_out(&erasure(n..n + 1)).await.expect("an erasure");
                    if way == 1 {
                        assert!(ours.search(&someone(n..n + 1)).await.expect("a search").is_empty());
                    }
                    assert_eq!(report.places.iter().map(|place| place.n_rows).sum::<u64>(), 100);
                }
                _ => {
                    hand.erase(&email(n)).await;
                    if way == 3 {
                        assert!(!hand.found(&email(n)).await);
                    }
                }
            }
            if round >= WARM_UP {
                times.push(begun.elapsed());
            }
            assert_eq!(counted(&hand.client).await, left, "this person is gone, and nobody else");
            server.run(NOBODYS).await;
        }
        if round % 25 == 0 {
            server.run("VACUUM ANALYZE").await;
        }
    }
    let [erased, erased_searched, by_hand, by_hand_searched] = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64() * 1e3
    });
    println!("median of {rounds}, {} rows in all", (others + 1) * 100);
    println!("erase-one.candor value={erased:.2}ms searched={erased_searched:.2}ms");
    println!("erase-one.by_hand value={by_hand:.2}ms searched={by_hand_searched:.2}ms");
    println!("erase-one.searched_both_ways ratio={:.2}", erased_searched / by_hand_searched);
    println!("erase-one.searched ratio={:.2} goal={GOAL_SEARCH}", erased_searched / by_hand);
    println!("erase-one ratio={:.2} goal={GOAL_ERASE}", erased / by_hand);
}

/// The erasure that somebody wrote who knows the tables.
struct ByHand {
    client: Client,
    find: Statement,
    steps: Vec<Statement>,
    searches: Vec<Statement>,
}

impl ByHand {
    async fn prepare(client: Client) -> Self {
        let steps = [
            "UPDATE order_lines SET note = NULL FROM orders WHERE orders.id = order_id AND orders.user_id = $1",
            "UPDATE orders SET user_id = NULL, ship_to = NULL WHERE user_id = $1",
            "UPDATE reviews SET user_id = NULL, signed = NULL WHERE user_id = $1",
            "DELETE FROM cart_items USING carts WHERE carts.id = cart_id AND carts.user_id = $1",
            "DELETE FROM carts WHERE user_id = $1",
            "DELETE FROM profiles WHERE user_id = $1",
            "DELETE FROM addresses WHERE user_id = $1",
            "DELETE FROM messages WHERE user_id = $1",
            "DELETE FROM sessions WHERE user_id = $1",
            "DELETE FROM users WHERE id = $1",
        ];
        let texts = [
            ("users", "name || email"),
            ("profiles", "phone"),
            ("addresses", "street"),
            ("messages", "body"),
            ("sessions", "agent"),
            ("orders", "ship_to"),
            ("order_lines", "note"),
            ("reviews", "signed"),
        ];
        let mut prepared = (Vec::new(), Vec::new());
        for step in steps {
            prepared.0.push(client.prepare(step).await.expect("a statement"));
        }
        for (table, text) in texts {
            let query = format!("SELECT 1 FROM {table} WHERE strpos(lower({text}), lower($1)) > 0 LIMIT 1");
            prepared.1.push(client.prepare(&query).await.expect("a query"));
        }
        let find = client.prepare("SELECT id FROM users WHERE lower(email) = lower($1)").await.expect("a query");
        Self { find, steps: prepared.0, searches: prepared.1, client }
    }

    async fn erase(&self, email: &str) {
        self.client.batch_execute("BEGIN").await.expect("a transaction");
        let id: i64 = self.client.query_one(&self.find, &[&email]).await.expect("a person").get(0);
        for step in &self.steps {
            self.client.execute(step, &[&id]).await.expect("a step");
        }
        self.client.batch_execute("COMMIT").await.expect("a commit");
    }

    async fn found(&self, email: &str) -> bool {
        for search in &self.searches {
            if self.client.query_opt(search, &[&email]).await.expect("a search").is_some() {
                return true;
            }
        }
        false
    }
}
