//! `candor request archives`: the archives of many requests, each into a file of its own, with each connected system read once for
//! a hundred of them.
//!
//! They come as a tar file of pieces, side by side. A file has its name once it is whole and as long as the server says, with the same
//! SHA-256; one that broke off is removed. Files that are there are not asked for again, so that a run which was broken off goes on.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use candor_words::{RequestId, to_hex};
use serde_json::{Value, json};

use super::archive::{Lock, WAIT};
use super::list;
use crate::remote::{Asked, Place};
use crate::trouble::{Outcome, Trouble};

/// How many are asked for at a time: what a server makes together.
const TOGETHER_MAX: usize = 100;
/// Where they are asked for.
const PATH: &str = "/v1/requests:archives";
/// The longest outcome that is read.
const OUTCOME_BYTES_MAX: u64 = 64 << 10;

/// Fetch the archives of many requests for access or portability, each into a file of its own; it answers them.
#[derive(Debug, clap::Args)]
pub struct Archives {
    /// CSV with a column `request`, or JSON Lines with a member `request`. One `age_key` beside it is the key of whoever may open that
    /// archive, instead of what holds for all.
    file: PathBuf,
    /// The folder to write to; each archive is called as its request.
    #[arg(long, value_name = "FOLDER", requires = "Lock")]
    to: PathBuf,
    #[command(flatten)]
    lock: Lock,
    #[command(flatten)]
    place: Place,
}

impl Archives {
    pub fn run(self) -> Result<Outcome, Trouble> {
        let for_all = self.lock.body()?;
        let listed = list::of(&self.file, "request", Some("age_key"))?.into_iter();
        let orders = listed.map(|(request, key)| {
            let lock = key.map_or_else(|| for_all.clone(), |key| json!({ "age_keys": [key] }));
            Order::new(&request, lock)
        });
        let fetched = fetch(&self.place, &orders.collect::<Result<Vec<_>, _>>()?, &self.to)?;
        self.place.print(&fetched, told);
        Ok(if fetched["n_missing"] == 0 { Outcome::Fine } else { Outcome::Denied })
    }
}

/// An archive that is asked for.
pub(super) struct Order {
    request: String,
    /// How the server calls it, and how its file ends.
    ending: &'static str,
    asked: Value,
}

impl Order {
    /// The archive of a request, for whoever may open it.
    pub(super) fn new(request: &str, lock: Value) -> Result<Self, Trouble> {
        // Files are called by it.
        let id: Result<RequestId, _> = request.parse();
        let id = id.map_err(|error| Trouble::bad_input(format!("ask for the archive of `{request}`"), error))?;
        let is_open = lock["passphrase"].is_null() && lock["age_keys"].as_array().is_none_or(Vec::is_empty);
        let ending = if is_open { "zip" } else { "zip.age" };
        let mut asked = lock;
        asked["request"] = json!(id.to_string());
        Ok(Self { request: id.to_string(), ending, asked })
    }

    fn file(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{}.{}", self.request, self.ending))
    }
}

/// Fetches archives into a folder; says what became of each.
pub(super) fn fetch(place: &Place, orders: &[Order], folder: &Path) -> Result<Value, Trouble> {
    std::fs::create_dir_all(folder)
        .map_err(|error| Trouble::bad_input(format!("write archives to `{}`", folder.display()), error))?;
    let (there, missing): (Vec<&Order>, Vec<&Order>) = orders.iter().partition(|order| order.file(folder).exists());
    let asked = Asked::new(&place.server, place.key.key()?, WAIT)?;
    let mut outcomes: Vec<Value> =
        there.iter().map(|order| json!({ "request": order.request, "state": "there" })).collect();
    for some in missing.chunks(TOGETHER_MAX) {
        let mut taking = Taking { folder, orders: some, open: BTreeMap::new() };
        let taken = taking.all(&asked, &mut outcomes);
        taking.remove_torn();
        taken?;
    }
    let n_written = outcomes.iter().filter(|outcome| outcome["state"] == "written").count();
    let n_missing = orders.len().saturating_sub(n_written + there.len());
    Ok(json!({ "n_written": n_written, "n_there": there.len(), "n_missing": n_missing, "outcomes": outcomes }))
}

/// Archives that are being taken.
struct Taking<'a> {
    folder: &'a Path,
    orders: &'a [&'a Order],
    /// Those that are begun, by their request.
    open: BTreeMap<&'a str, Piecewise>,
}

/// A file that is not whole yet.
struct Piecewise {
    path: PathBuf,
    file: File,
    n_pieces: u64,
    n_bytes: u64,
    digest: Context,
}

impl<'a> Taking<'a> {
    fn all(&mut self, asked: &Asked<'_>, outcomes: &mut Vec<Value>) -> Result<(), Trouble> {
        let requests: Vec<&Value> = self.orders.iter().map(|order| &order.asked).collect();
        let answer = asked.stream(PATH, &json!({ "requests": requests }))?;
        let mut tar = tar::Archive::new(answer);
        let before = outcomes.len();
        let broke_off = |error: std::io::Error| {
            asked.broke_off(PATH, error).next("run it again: archives that are there are not asked for again")
        };
        for file in tar.entries().map_err(broke_off)? {
            let mut file = file.map_err(broke_off)?;
            let name = String::from_utf8_lossy(&file.path_bytes()).into_owned();
            let unexpected = || asked.broke_off(PATH, format!("there is `{name}` in it, which was not asked for"));
            let (request, name) = name.split_once('/').ok_or_else(unexpected)?;
            let order = self.orders.iter().copied().find(|order| order.request == request).ok_or_else(unexpected)?;
            if name == "outcome.json" {
                let mut text = Vec::new();
                file.by_ref().take(OUTCOME_BYTES_MAX).read_to_end(&mut text).map_err(broke_off)?;
                let outcome: Value = serde_json::from_slice(&text).map_err(|_| unexpected())?;
                outcomes.push(self.settle(order, outcome)?);
                continue;
            }
            let piece = name.strip_prefix(&format!("export.{}.", order.ending)).and_then(|number| number.parse().ok());
            self.take(order, piece.ok_or_else(unexpected)?, &mut file).map_err(broke_off)?;
        }
        if outcomes.len() - before < self.orders.len() {
            return Err(broke_off(std::io::Error::other("it ended before every archive was told of")));
        }
        Ok(())
    }

    /// Takes a piece.
    fn take(&mut self, order: &'a Order, number: u64, from: &mut impl Read) -> std::io::Result<()> {
        if !self.open.contains_key(order.request.as_str()) {
            let path = self.folder.join(format!("{}.{}.part", order.request, order.ending));
            let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
            let begun = Piecewise { path, file, n_pieces: 0, n_bytes: 0, digest: Context::new(&SHA256) };
            self.open.insert(&order.request, begun);
        }
        let Some(open) = self.open.get_mut(order.request.as_str()) else { return Ok(()) };
        open.n_pieces += 1;
        if open.n_pieces != number {
            return Err(std::io::Error::other("a piece is missing"));
        }
        let mut piece = vec![0; 64 << 10];
        loop {
            let n_read = from.read(&mut piece)?;
            let Some(read) = piece.get(..n_read).filter(|read| !read.is_empty()) else { return Ok(()) };
            open.file.write_all(read)?;
            open.digest.update(read);
            open.n_bytes += read.len() as u64;
        }
    }

    /// Gives a whole archive its name, or removes what there is of one that is not.
    fn settle(&mut self, order: &'a Order, outcome: Value) -> Result<Value, Trouble> {
        let code = outcome["problem"]["code"].as_str();
        let (state, code) = (outcome["state"].as_str().unwrap_or_default(), code.unwrap_or_default());
        let Some(open) = self.open.remove(order.request.as_str()) else {
            return Ok(json!({ "request": order.request, "state": state, "code": code }));
        };
        let Piecewise { path, file, n_bytes, digest, .. } = open;
        let sums_up = outcome["n_bytes"] == n_bytes && outcome["sha256"] == to_hex(digest.finish().as_ref());
        if state != "written" || !sums_up {
            let _ = std::fs::remove_file(path);
            let state = if state == "written" { "damaged" } else { state };
            return Ok(json!({ "request": order.request, "state": state, "code": code }));
        }
        let to = order.file(self.folder);
        let named = file.sync_all().and_then(|()| std::fs::rename(&path, &to));
        named.map_err(|error| Trouble::failed(format!("write the archive `{}`", to.display()), error))?;
        Ok(json!({ "request": order.request, "state": state, "file": to, "bytes": n_bytes }))
    }

    fn remove_torn(&mut self) {
        for open in std::mem::take(&mut self.open).into_values() {
            let _ = std::fs::remove_file(open.path);
        }
    }
}

/// What became of them, for people; nothing where none was asked for.
pub(super) fn told(fetched: &Value) -> String {
    if fetched.is_null() {
        return String::new();
    }
    let mut text = format!("written   {}\nmissing   {}\n", fetched["n_written"], fetched["n_missing"]);
    if fetched["n_there"] != 0 {
        text.push_str(&format!("there     {}\n", fetched["n_there"]));
    }
    let word = |value: &Value| value.as_str().unwrap_or("–").to_owned();
    for outcome in fetched["outcomes"].as_array().into_iter().flatten() {
        if !matches!(outcome["state"].as_str(), Some("written" | "there")) {
            let (request, state) = (word(&outcome["request"]), word(&outcome["state"]));
            text.push_str(&format!("          {request}: {state}, {}\n", word(&outcome["code"])));
        }
    }
    text
}
