//! `candor import people`: a file of people into a running server, nobody twice, every refused row told.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;

use aws_lc_rs::digest;
use candor_import_people::{FileError, Form, Mapping, MappingError, Row, Rows, Sources};
use candor_ledger::Digest;
use candor_words::to_hex;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;

use crate::import::{Client, Done, Progress, Refused, Report};
use crate::remote::KeyArgs;
use crate::terminal;
use crate::trouble::{Outcome, Trouble};

/// How many rows are sent at once, and how many bytes of them; the server takes 500 and a mebibyte.
const BATCH_ROWS: usize = 500;
const BATCH_BYTES: usize = 700 << 10;

/// Import people from CSV or JSON Lines into a running server.
///
/// Columns are called `group.field`, `@consent.purpose` (with `.at`, `.text` or `.text_digest`, `.language`, `.method`)
/// or `@contract`; others are mapped or left out. Password hashes are kept as they are and verified later. An import
/// that broke off goes on when the same command is given again, and makes nobody twice. Rows that are refused stand in
/// the report.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct People {
    /// The file: `.csv`, or `.jsonl`, `.ndjson` with one JSON object a line.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The running server.
    #[arg(long, env = "CANDOR_SERVER", value_name = "URL", default_value = "http://127.0.0.1:8700")]
    server: String,
    #[command(flatten)]
    key: KeyArgs,
    /// Where the values came from: `subject`, `observed`, `organisation`, `partners`, `public`, `linked:SERVICE` …
    #[arg(long, value_name = "SOURCE")]
    source: String,
    /// Another source for one group, as `GROUP=SOURCE`; may be repeated.
    #[arg(long, value_name = "GROUP=SOURCE", value_parser = pair)]
    source_of: Vec<(String, String)>,
    /// What a column is, as `COLUMN=group.field`; may be repeated.
    #[arg(long, value_name = "COLUMN=TARGET", value_parser = pair)]
    map: Vec<(String, String)>,
    /// A column to leave out; may be repeated.
    #[arg(long, value_name = "COLUMN")]
    skip: Vec<String>,
    /// Everybody in the file is under contract.
    #[arg(long)]
    contract: bool,
    /// Where to write which rows were refused; FILE with `.refused.csv` when not given.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Where to write how far it came; FILE with `.progress` when not given.
    #[arg(long, value_name = "FILE")]
    progress: Option<PathBuf>,
}

impl People {
    pub fn run(self) -> Result<Outcome, Trouble> {
        let form = form_of(&self.file)?;
        let mapping = self.mapping()?;
        let (digest, n_bytes) = self.digest()?;
        let import = Digest::of(format!("{digest}\n{}", mapping.fingerprint()).as_bytes());
        let import = to_hex(&import.0);
        let (progress, done) = Progress::open(beside(&self.file, self.progress.as_deref(), ".progress"), &import)?;
        let report_path = beside(&self.file, self.report.as_deref(), ".refused.csv");
        if done.is_finished {
            return Ok(end(&done, None, &report_path));
        }
        let mut rows = Rows::open(self.open()?, form, mapping).map_err(|error| self.trouble(error))?;
        if done.rows > 0 {
            rows.go_to(done.place()).map_err(|error| self.trouble(error))?;
        }
        let client = Client::new(&self.server, self.key.key()?)?;
        let report = Report::open(&report_path, done.report_bytes)?;
        let bar = bar(n_bytes, done.byte);
        let mut import = Running { client, progress, report, bar, done, path: format!("/v1/imports/{import}/people") };
        let began = (Instant::now(), import.done.rows);
        import.all(&mut rows).map_err(|broken| match broken {
            Broken::File(error) => self.trouble(error),
            Broken::Trouble(trouble) => trouble,
        })?;
        import.bar.finish_and_clear();
        Ok(end(&import.done, Some(began), &report_path))
    }

    fn mapping(&self) -> Result<Mapping, Trouble> {
        let of_group: BTreeMap<String, String> = self.source_of.iter().cloned().collect();
        let sources = Sources::new(self.source.clone(), of_group);
        Mapping::new(&self.map, &self.skip, sources, self.contract)
            .map_err(|error: MappingError| Trouble::bad_input("map the columns", error))
    }

    fn open(&self) -> Result<File, Trouble> {
        File::open(&self.file)
            .map_err(|error| Trouble::bad_input(format!("read people from `{}`", self.file.display()), error))
    }

    /// The file's digest and length.
    fn digest(&self) -> Result<(String, u64), Trouble> {
        let attempted = || format!("read people from `{}`", self.file.display());
        let mut file = self.open()?;
        if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
            return Err(Trouble::bad_input(attempted(), "it is no regular file, so it could not be gone on from"));
        }
        let mut hasher = digest::Context::new(&digest::SHA256);
        let mut buffer = vec![0; 1 << 16];
        let mut n_bytes = 0;
        loop {
            let n = file.read(&mut buffer).map_err(|error| Trouble::bad_input(attempted(), error))?;
            if n == 0 {
                return Ok((to_hex(hasher.finish().as_ref()), n_bytes));
            }
            hasher.update(&buffer[..n]);
            n_bytes += n as u64;
        }
    }

    fn trouble(&self, error: FileError) -> Trouble {
        Trouble::bad_input(format!("read people from `{}`", self.file.display()), error)
    }
}

/// Why an import ended before the file did.
enum Broken {
    File(FileError),
    Trouble(Trouble),
}

impl From<Trouble> for Broken {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

/// An import under way.
struct Running {
    client: Client,
    progress: Progress,
    report: Report,
    bar: ProgressBar,
    done: Done,
    path: String,
}

impl Running {
    /// Sends the rows, batch by batch; each is written down before the next goes out.
    fn all(&mut self, rows: &mut Rows<File>) -> Result<(), Broken> {
        loop {
            let mut batch = Batch::default();
            let mut is_finished = false;
            while batch.rows.len() < BATCH_ROWS && batch.bytes < BATCH_BYTES {
                match rows.next() {
                    None => {
                        is_finished = true;
                        break;
                    }
                    Some(Err(error)) => return Err(Broken::File(error)),
                    Some(Ok(Ok(row))) => batch.push(&row),
                    Some(Ok(Err(fault))) => batch.refused.push(fault.into()),
                }
                if batch.refused.len() >= BATCH_ROWS {
                    break;
                }
            }
            let is_first = self.done.rows == 0;
            self.send(&mut batch)?;
            if is_first && batch.made + batch.known == 0 && batch.refused.len() > 1 && !is_finished {
                return Err(Broken::Trouble(nothing_taken(&batch)));
            }
            let place = rows.place();
            (self.done.rows, self.done.byte, self.done.is_finished) = (place.rows, place.byte, is_finished);
            self.done.made += batch.made;
            self.done.known += batch.known;
            self.done.refused += batch.refused.len() as u64;
            batch.refused.sort_by_key(|refused| refused.row);
            self.report.add(&batch.refused)?;
            self.done.report_bytes = self.report.bytes();
            self.progress.save(&self.done)?;
            self.bar.set_position(self.done.byte);
            self.bar.set_message(format!(
                "{} people, {} rows refused",
                self.done.made + self.done.known,
                self.done.refused
            ));
            if is_finished {
                return Ok(());
            }
        }
    }

    fn send(&self, batch: &mut Batch) -> Result<(), Trouble> {
        if batch.rows.is_empty() {
            return Ok(());
        }
        let body = format!("{{\"people\":[{}]}}", batch.rows.join(","));
        let answer = self.client.post(&self.path, body.as_bytes())?;
        let told = answer["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
        if told.len() != batch.rows.len() {
            return Err(Trouble::failed("import people", "the server's answer tells of other rows than were sent"));
        }
        for row in told {
            batch.take(row);
        }
        Ok(())
    }
}

/// Rows that go out together.
#[derive(Default)]
struct Batch {
    rows: Vec<String>,
    bytes: usize,
    refused: Vec<Refused>,
    made: u64,
    known: u64,
}

impl Batch {
    fn push(&mut self, row: &Row) {
        let text = row.body.to_string();
        self.bytes += text.len() + 1;
        self.rows.push(text);
    }

    /// Takes what the server says of a row.
    fn take(&mut self, row: &Value) {
        match row["outcome"].as_str() {
            Some("made") => self.made += 1,
            Some("known") => self.known += 1,
            _ => {
                let text = |member: &str| row[member].as_str().map(str::to_owned);
                self.refused.push(Refused {
                    row: row["row"].as_u64().unwrap_or_default(),
                    column: text("field"),
                    code: text("code").unwrap_or_else(|| "row.refused".to_owned()),
                    reason: text("detail").unwrap_or_else(|| "the server refused the row".to_owned()),
                });
            }
        }
    }
}

fn nothing_taken(batch: &Batch) -> Trouble {
    let reason = batch.refused.first().map(|first| {
        let at = first.column.as_ref().map(|column| format!("of `{column}`: ")).unwrap_or_default();
        format!("{at}{} ({})", first.reason, first.code)
    });
    Trouble::bad_input(
        "import people",
        format!(
            "all of the first {} rows are refused, the first because {}",
            batch.refused.len(),
            reason.unwrap_or_default()
        ),
    )
    .next("mend the mapping or the file; nothing was imported")
}

fn form_of(file: &Path) -> Result<Form, Trouble> {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("csv") => Ok(Form::Csv),
        Some("jsonl" | "ndjson") => Ok(Form::JsonLines),
        _ => Err(Trouble::bad_input(
            format!("read people from `{}`", file.display()),
            "its name ends neither in `.csv` nor in `.jsonl` or `.ndjson`",
        )
        .next("name it after its form")),
    }
}

/// The file named, or one beside another.
fn beside(file: &Path, named: Option<&Path>, ending: &str) -> PathBuf {
    named.map_or_else(
        || {
            let mut name = file.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        },
        Path::to_path_buf,
    )
}

fn bar(n_bytes: u64, begun_at: u64) -> ProgressBar {
    let bar = ProgressBar::new(n_bytes);
    if terminal::of_stderr().is_on() {
        let style = ProgressStyle::with_template("{wide_bar} {percent} % · {msg} · {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    } else {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    bar.set_position(begun_at);
    bar
}

/// Says what it came to.
fn end(done: &Done, began: Option<(Instant, u64)>, report: &Path) -> Outcome {
    let style = terminal::of_stdout();
    let rate = began.map(|(at, rows)| (done.rows - rows) as f64 / at.elapsed().as_secs_f64().max(0.001));
    let rate = rate.map(|rate| format!(", {rate:.0} rows/s")).unwrap_or_default();
    println!(
        "{} {} rows: {} people imported, {} were there before, {} rows refused{rate}",
        style.green("done"),
        done.rows,
        done.made,
        done.known,
        done.refused
    );
    if done.refused == 0 {
        return Outcome::Fine;
    }
    println!("{} which rows and why: {}", style.yellow("see"), report.display());
    Outcome::Denied
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.rsplit_once('=').ok_or("it has the form NAME=VALUE")?;
    if name.is_empty() || value.is_empty() {
        return Err("it has the form NAME=VALUE".to_owned());
    }
    Ok((name.to_owned(), value.to_owned()))
}
