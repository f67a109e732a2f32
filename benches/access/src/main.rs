//! An access request over five systems at once, beside the slowest of them asked alone.
//!
//! `cargo xtask bench access [ROUNDS] [OTHERS] [LARGE]`. Three databases of a real PostgreSQL and two SQLite files hold the shop in ten
//! tables; the person has 100 rows in each, and one database has a table of LARGE rows that nobody indexed, so that it is the slowest.
//! Ours is the whole request: decided, every system read, every page's entry durable in the ledger (the store syncs to disk), written
//! as the archive that is downloaded. The other side is what the slowest connector takes for its own rows alone: who it is, and every
//! row. Beside it, the sum of all five one after the other. Both in turns.

mod systems;

use std::time::{Duration, Instant};

use async_trait::async_trait;
use axum::body::to_bytes;
use bench_bed::Opened;
use bench_erase_bed::{email, someone};
use candor_connect::{Connector, RowSink, SinkClosed};
use candor_places::FoundRow;
use candor_vault::{ExportKind, NewRecord, NewSubject};
use candor_words::SubjectId;
use systems::Systems;

const GOAL: f64 = 1.3;
const WARM_UP: usize = 5;
/// Who asks: nobody like the others.
const WHO: usize = 1;
/// How many rows come from each system, and the vault's own record.
const ROWS: usize = 5 * 100 + 1;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1).filter_map(|arg| arg.parse::<usize>().ok());
    let (rounds, others) = (args.next().unwrap_or(100), args.next().unwrap_or(2_000));
    let large = args.next().unwrap_or(2_000_000);
    let folder = tempfile::tempdir().expect("a folder");
    let systems = Systems::filled(folder.path(), others, large).await;
    let opened = Opened::create(&folder.path().join("store"), &systems.policy()).await;
    let _rights = systems.rights(&opened.vault);
    let subject = person(&opened).await;
    let connectors = systems.connectors().await;
    let (mut whole, mut alone) = (Vec::new(), vec![Vec::new(); connectors.len()]);
    for round in 0..rounds + WARM_UP {
        let begun = Instant::now();
        let archive = request(&opened, subject).await;
        let request = begun.elapsed();
        assert_eq!(n_rows(&archive), ROWS, "every row of hers, from everywhere");
        if round >= WARM_UP {
            whole.push(request);
        }
        for (times, (_, connector)) in alone.iter_mut().zip(&connectors) {
            let begun = Instant::now();
            assert_eq!(read(connector.as_ref()).await, 100);
            if round >= WARM_UP {
                times.push(begun.elapsed());
            }
        }
    }
    let whole = median(whole);
    let alone: Vec<f64> = alone.into_iter().map(median).collect();
    let slowest = alone.iter().copied().fold(0.0, f64::max);
    println!("median of {rounds}, {others} others in each system, {large} rows without an index in one");
    for ((name, _), time) in connectors.iter().zip(&alone) {
        println!("access.{name} value={time:.2}ms");
    }
    println!("access.request value={whole:.2}ms");
    println!("access.one_after_the_other ratio={:.2}", whole / alone.iter().sum::<f64>());
    println!("access ratio={:.2} goal={GOAL}", whole / slowest);
}

async fn person(opened: &Opened) -> SubjectId {
    let values = [("email".to_owned(), email(WHO).into()), ("name".to_owned(), "Person".into())].into();
    let record = NewRecord { group: "person".into(), values, source: "subject".into() };
    let new = NewSubject { records: vec![record], contract: None };
    opened.vault.create_subject(&opened.caller, new).await.expect("a person").subject
}

/// The whole request, down to the bytes of the archive.
async fn request(opened: &Opened, subject: SubjectId) -> Vec<u8> {
    let export = opened.vault.export(&opened.caller, subject, ExportKind::Access).await.expect("an export");
    let plan = opened.vault.plan(opened.tenant, None).await.expect("a plan");
    let archive = candor_http::archive(export, plan.manifest(), None);
    let bytes = to_bytes(archive.into_body(), usize::MAX).await.expect("a whole archive");
    assert!(bytes.starts_with(b"PK"));
    bytes.to_vec()
}

/// How many rows an archive holds.
fn n_rows(archive: &[u8]) -> usize {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(archive)).expect("an archive");
    let mut text = String::new();
    let mut file = zip.by_name("export.json").expect("its JSON");
    std::io::Read::read_to_string(&mut file, &mut text).expect("text");
    ["row", "record"].iter().map(|part| text.matches(&format!("{{\"part\":\"{part}\"")).count()).sum()
}

async fn read(connector: &dyn Connector) -> usize {
    let people = someone(WHO..WHO + 1);
    connector.identify(&people).await.expect("further names");
    let mut counted = Counted(0);
    connector.read(&people, &mut counted).await.expect("rows");
    counted.0
}

struct Counted(usize);

#[async_trait]
impl RowSink for Counted {
    async fn take(&mut self, _: FoundRow) -> Result<(), SinkClosed> {
        self.0 += 1;
        Ok(())
    }
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e3
}
