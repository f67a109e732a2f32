//! `candor demo`: five vendors, a few thousand made-up people each, and a walk to paste.

use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs, process};

use candor_vault::{NewTenant, Vault};
use indicatif::{ProgressBar, ProgressDrawTarget};

use crate::config::{Config, ListenArgs, PlaceArgs};
use crate::demo::{VENDORS, Vendor, fill, walk};
use crate::door::Door;
use crate::server::{self, runtime};
use crate::trouble::{Outcome, Trouble};
use crate::{logs, root_keys, terminal};

/// The vendor whose promises the walk shows.
const WALKED: &str = "miniorange-plugins";
const SEED: u64 = 20_261_121;

/// Start a server with five vendors' policies and made-up people, and print a walk to paste.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Demo {
    /// Where the store lies; a folder under the system's temporary one when not given, removed at the end.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// How many people each vendor knows.
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    people: u32,
    #[command(flatten)]
    listen: ListenArgs,
}

/// A tenant that is ready to be walked through.
struct Told {
    vendor: Vendor,
    key: String,
    verifier_key: String,
    subject: String,
    email: String,
}

impl Demo {
    pub fn run(self) -> Result<Outcome, Trouble> {
        let is_kept = self.data_dir.is_some();
        let folder = self.data_dir.unwrap_or_else(|| env::temp_dir().join(format!("candor-demo-{}", process::id())));
        refuse_used(&folder)?;
        let place =
            PlaceArgs { data_dir: Some(folder.join("data")), key_file: Some(folder.join("candor.key")), config: None };
        let listen = ListenArgs { log: self.listen.log.or_else(|| Some("warn".to_owned())), ..self.listen };
        let config = Config::new(place, listen)?;
        logs::begin(&config)?;
        let ended = runtime()?.block_on(run(&config, &folder, self.people));
        if !is_kept {
            // Whatever is left is in the system's temporary folder.
            let _ = fs::remove_dir_all(&folder);
        }
        ended.map(|()| Outcome::Fine)
    }
}

/// The keys of an earlier demo are not known any more.
fn refuse_used(folder: &Path) -> Result<(), Trouble> {
    if folder.join("data").exists() {
        let attempted = format!("start a demo in `{}`", folder.display());
        return Err(Trouble::bad_input(attempted, "there is one already, and its keys were shown then")
            .next("name another folder, or remove this one"));
    }
    fs::create_dir_all(folder).map_err(|error| Trouble::failed(format!("make `{}`", folder.display()), error))
}

async fn run(config: &Config, folder: &Path, n_people: u32) -> Result<(), Trouble> {
    let began_at = Instant::now();
    let door = Door::open(config).await?;
    if !root_keys::are_in_environment() {
        root_keys::create(&config.key_file)?;
    }
    let opened = server::open(config).await?;
    let told = make_vendors(&opened.vault, n_people).await?;
    let address = door.shown();
    write_policy(folder)?;
    print(&address, folder, &told, n_people, began_at);
    server::run(opened, door, crate::outside::Outside::of(config)?, config).await
}

async fn make_vendors(vault: &Vault, n_people: u32) -> Result<Vec<Told>, Trouble> {
    let bar = ProgressBar::new(u64::from(n_people) * VENDORS.len() as u64);
    if !terminal::of_stderr().is_on() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    let mut told = Vec::new();
    for vendor in VENDORS {
        let made = make_vendor(vault, vendor, n_people, &bar).await;
        told.push(made.map_err(|error| Trouble::failed(format!("make people for `{}`", vendor.slug), error))?);
    }
    bar.finish_and_clear();
    Ok(told)
}

async fn make_vendor(
    vault: &Vault,
    vendor: Vendor,
    n_people: u32,
    bar: &ProgressBar,
) -> Result<Told, candor_vault::VaultError> {
    let sources = vec![("policy.candor".to_owned(), vendor.policy.to_owned())];
    let new = NewTenant { slug: vendor.slug.into(), title: vendor.title.into(), sources };
    let created = vault.create_tenant(new).await?;
    let key = created.administrator.secret.expose().clone();
    let caller = vault.authenticate(&key).await?;
    let n_people = usize::try_from(n_people).unwrap_or(usize::MAX);
    let filled = fill(vault, &caller, SEED, n_people, &|| bar.inc(1)).await?;
    let (subject, email) = filled.map(|filled| (filled.first.to_string(), filled.first_email)).unwrap_or_default();
    Ok(Told { vendor, key, verifier_key: created.verifier_key, subject, email })
}

/// The walked policy as a file, so that the last step works from anywhere.
fn write_policy(folder: &Path) -> Result<(), Trouble> {
    for vendor in VENDORS {
        let file = folder.join(format!("{}.candor", vendor.slug));
        fs::write(&file, vendor.policy)
            .map_err(|error| Trouble::failed(format!("write `{}`", file.display()), error))?;
    }
    Ok(())
}

fn print(address: &str, folder: &Path, told: &[Told], n_people: u32, began_at: Instant) {
    let style = terminal::of_stdout();
    println!(
        "{} is ready after {:.1} s: five vendors, {n_people} made-up people each",
        style.bold("candor demo"),
        began_at.elapsed().as_secs_f64()
    );
    println!("  pages      {address}/");
    println!("  API        {address}/docs   {address}/openapi.json");
    println!("  figures    {address}/metrics");
    println!("  files      {}", folder.display());
    println!("\n{}", style.bold("administrator keys of this demo"));
    for tenant in told {
        println!("  {:<19} {}", tenant.vendor.slug, tenant.key);
    }
    if let Some(walked) = told.iter().find(|tenant| tenant.vendor.slug == WALKED) {
        let (candor, ledger_check) = programs();
        let walk = walk::Walk {
            server: address,
            key: &walked.key,
            tenant: walked.vendor.slug,
            verifier_key: &walked.verifier_key,
            subject: &walked.subject,
            email: &walked.email,
            candor: &candor,
            ledger_check: &ledger_check,
            folder,
        };
        println!("\n{}\n\n{}", style.bold("a walk to paste into another terminal"), walk::text(&walk));
    }
    println!("{}", style.dim("Ctrl-C stops the server."));
}

/// How to run this program and the checker beside it.
fn programs() -> (String, String) {
    let own = env::current_exe().unwrap_or_else(|_| PathBuf::from("candor"));
    let beside = own.with_file_name("ledger-check");
    let checker = if beside.is_file() {
        beside.display().to_string()
    } else {
        "cargo run -q --release -p ledger-check --".to_owned()
    };
    (own.display().to_string(), checker)
}
