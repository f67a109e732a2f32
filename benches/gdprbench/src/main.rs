//! The four roles of GDPRbench, with every answer checked, over three stores in one run.
//!
//! `cargo xtask bench gdprbench [RECORDS] [OPERATIONS]`; 10 000 and 1 000 when not given. `vault` is the embedded vault, `http` the
//! same behind its API on loopback, `plain` SQLite with the same journal and none of our guarantees. README.md tells how
//! each operation maps, and what is not like for like. The last line is the space factor.

mod data;
mod dice;
mod model;
mod op;
mod road;
mod role;
mod run;
mod side;
mod space;

use std::path::Path;
use std::sync::Arc;

use bench_bed::{Opened, serve, shown};
use model::Model;
use op::{By, Op};
use road::embedded::Embedded;
use road::http::Http;
use role::Role;
use run::{Ran, WORKERS};
use side::Side;
use side::plain::Plain;
use side::vault::{OfVault, run_jobs};
use space::Space;
use tokio::runtime::Runtime;

const GOAL: f64 = 2.0;
/// What records of people's own writing hold rather than GDPRbench's 100 bytes.
const LONGER_TEXTS_BYTES: [usize; 2] = [300, 1_000];

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How much is loaded and asked.
#[derive(Clone, Copy)]
struct Scale {
    n_records: u64,
    n_ops: u64,
}

fn main() {
    let mut args = std::env::args().skip(1).filter_map(|arg| arg.parse::<u64>().ok());
    let scale = Scale { n_records: args.next().unwrap_or(10_000), n_ops: args.next().unwrap_or(1_000) };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    println!(
        "{} records of {} users, {} operations a role, {WORKERS} workers",
        scale.n_records,
        data::n_users(scale.n_records),
        scale.n_ops
    );
    let with_ledger = tell_space(&runtime, scale);
    for role in Role::ALL {
        println!("{}", role.name());
        let plain = in_folder(|folder| roled(&Plain::new(folder, scale.n_records, WORKERS), scale, role));
        let vault = in_folder(|folder| {
            let (opened, side) = embedded(&runtime, folder, scale.n_records);
            let ran = roled(&side, scale, role);
            runtime.block_on(opened.store.close());
            ran
        });
        let http = in_folder(|folder| {
            let (opened, side) = over_http(&runtime, folder, scale.n_records);
            let ran = roled(&side, scale, role);
            runtime.block_on(opened.store.close());
            ran
        });
        tell(&plain, &vault, &http);
        let ratio = |ran: &Ran| ran.completion.as_secs_f64() / plain.completion.as_secs_f64();
        println!("gdprbench.{} vault÷plain={:.2} http÷plain={:.2}", role.name(), ratio(&vault), ratio(&http));
    }
    println!("gdprbench ratio={with_ledger:.2} goal={GOAL}");
}

/// Loads, runs a role, and holds the end against the model.
fn roled(side: &dyn Side, scale: Scale, role: Role) -> Ran {
    let model = Model::loaded(scale.n_records);
    side.load(scale.n_records);
    let mut erased = Vec::new();
    if role == Role::Regulator {
        // Somebody must have been deleted for it to be verified.
        erased = (0..model.n_users()).step_by(20).collect();
        let erasures: Vec<Op> = erased.iter().map(|user| Op::Delete(By::Usr(*user))).collect();
        run::run(side, &model, Role::Customer, &erasures);
    }
    let ran = run::run(side, &model, role, &role.ops(scale.n_records, scale.n_ops, &erased));
    run::compare_all(side, &model);
    ran
}

fn embedded(runtime: &Runtime, folder: &Path, n_records: u64) -> (Arc<Opened>, OfVault<Embedded>) {
    let opened = Arc::new(runtime.block_on(Opened::create(folder, &data::policy())));
    let road = Embedded { opened: Arc::clone(&opened), runtime: runtime.handle().clone() };
    let side = OfVault::new(road, n_records, &opened.verifier_key, folder.join("candor.db"));
    (opened, side)
}

fn over_http(runtime: &Runtime, folder: &Path, n_records: u64) -> (Arc<Opened>, OfVault<Http>) {
    let opened = Arc::new(runtime.block_on(Opened::create(folder, &data::policy())));
    let address = runtime.block_on(serve(&opened.vault));
    let road = Http::new(address, &opened.key, WORKERS);
    let side = OfVault::new(road, n_records, &opened.verifier_key, folder.join("candor.db"));
    (opened, side)
}

fn in_folder<T>(work: impl FnOnce(&Path) -> T) -> T {
    let folder = tempfile::tempdir().expect("a folder");
    work(folder.path())
}

/// Shows what the loaded records take; returns the factor of the vault with its ledger.
fn tell_space(runtime: &Runtime, scale: Scale) -> f64 {
    let of = |bytes: u64, text_bytes: usize| bytes as f64 / (scale.n_records * text_bytes as u64) as f64;
    let (plain, vault) = (plain_space(scale), vault_space(runtime, scale));
    let without_ledger = vault.file_bytes - vault.ledger_bytes();
    println!("space, stored bytes ÷ personal bytes ({} B a record)", data::TEXT_BYTES);
    println!("  plain SQLite {:.2}", of(plain.file_bytes, data::TEXT_BYTES));
    plain.tell(scale.n_records);
    println!("  vault {:.2}", of(vault.file_bytes, data::TEXT_BYTES));
    vault.tell(scale.n_records);
    for text_bytes in LONGER_TEXTS_BYTES {
        data::set_text_bytes(text_bytes);
        let (plain, vault) = (plain_space(scale), vault_space(runtime, scale));
        let (plain, without) = (plain.file_bytes, vault.file_bytes - vault.ledger_bytes());
        let (plain, without, with) = (of(plain, text_bytes), of(without, text_bytes), of(vault.file_bytes, text_bytes));
        println!(
            "  {text_bytes} B a record: plain {plain:.2}, vault without its ledger {without:.2}, with it {with:.2}"
        );
    }
    data::set_text_bytes(data::TEXT_BYTES);
    println!("gdprbench.space_plain value={:.2}", of(plain.file_bytes, data::TEXT_BYTES));
    println!("gdprbench.space_without_ledger value={:.2} goal={GOAL}", of(without_ledger, data::TEXT_BYTES));
    of(vault.file_bytes, data::TEXT_BYTES)
}

fn plain_space(scale: Scale) -> Space {
    in_folder(|folder| {
        let side = Plain::new(folder, scale.n_records, WORKERS);
        side.load(scale.n_records);
        Space::of(&side.settle())
    })
}

fn vault_space(runtime: &Runtime, scale: Scale) -> Space {
    in_folder(|folder| {
        let (opened, side) = embedded(runtime, folder, scale.n_records);
        side.load(scale.n_records);
        runtime.block_on(async {
            run_jobs(&opened).await;
            opened.store.close().await;
        });
        Space::of(&side.settle())
    })
}

fn tell(plain: &Ran, vault: &Ran, http: &Ran) {
    for (side, ran) in [("plain", plain), ("vault", vault), ("http", http)] {
        let (p50, p99) = (shown(ran.all.at(0.5)), shown(ran.all.at(0.99)));
        println!("  {side:<6} completion {:>9}  p50 {p50:>9}  p99 {p99:>9}", shown(ran.completion));
    }
    for (name, (n, p50, _)) in &plain.by_op {
        let of = |ran: &Ran| ran.by_op.get(name).map_or_else(String::new, |(_, p50, _)| shown(*p50));
        println!(
            "    {name:<24} {n:>6} times  p50 plain {:>9}  vault {:>9}  http {:>9}",
            shown(*p50),
            of(vault),
            of(http)
        );
    }
}
