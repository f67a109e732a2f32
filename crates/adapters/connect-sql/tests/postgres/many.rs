//! Large tables and many people.

use std::time::Instant;

use async_trait::async_trait;
use candor_connect::{RowSink, SinkClosed};
use candor_places::{Did, FoundRow};

use crate::connector;
use crate::server::PostgresServer;
use crate::support::*;

const PLACES: &str = "place users key id {\n owned by subject through email as person.email\n on erasure delete\n}\n\
    place visits key id {\n owned by users through user_id\n person.said at page\n on erasure delete\n}\n";

/// A table of so many rows: ten for each user.
fn visits(n: usize) -> String {
    format!(
        "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);
         CREATE TABLE visits (id bigint, user_id int NOT NULL, page text);
         INSERT INTO users SELECT n, 'p' || n || '@x.example' FROM generate_series(1, {n} / 10) n;
         INSERT INTO visits SELECT n, (n - 1) / 10 + 1, 'page ' || n FROM generate_series(1, {n}) n;
         ALTER TABLE visits ADD PRIMARY KEY (id); CREATE INDEX ON visits (user_id); CREATE INDEX ON users (lower(email)); ANALYZE;"
    )
}

#[tokio::test]
async fn a_thousand_people_go_from_a_table_of_a_million_rows() {
    big(1_000_000).await;
}

/// Run by hand: it takes minutes. `CANDOR_ROWS` says another number of rows.
#[tokio::test]
#[ignore = "takes minutes"]
async fn a_thousand_people_go_from_a_table_of_ten_million_rows() {
    let n = std::env::var("CANDOR_ROWS").ok().and_then(|n| n.parse().ok());
    big(n.unwrap_or(10_000_000)).await;
}

async fn big(n: usize) {
    let server = PostgresServer::start_with("shared_buffers = 128MB\nmax_wal_size = 4GB\n");
    server.run(&visits(n)).await;
    let connector = connector(&server, PLACES);
    let people = || (1..=1000).map(|n| by_email(&format!("P{n}@x.example"))).collect::<Vec<_>>();
    let begun = Instant::now();
    let mut counted = Counted(0);
    connector.read(&people(), &mut counted).await.unwrap();
    let read = begun.elapsed();
    assert_eq!(counted.0, 11_000);
    let report = connector.carry_out(&erasure(people())).await.unwrap();
    let erased = begun.elapsed();
    assert_eq!((rows(&report, "users", Did::Deleted), rows(&report, "visits", Did::Deleted)), (1000, 10_000));
    assert_eq!(connector.search(&people()).await.unwrap(), []);
    assert_eq!(server.rows("SELECT count(*) FROM visits").await, [(n - 10_000).to_string()]);
    eprintln!("{n} rows: read {read:?}, erased {:?}, searched {:?}", erased - read, begun.elapsed() - erased);
}

struct Counted(usize);

#[async_trait]
impl RowSink for Counted {
    async fn take(&mut self, _row: FoundRow) -> Result<(), SinkClosed> {
        self.0 += 1;
        Ok(())
    }
}
