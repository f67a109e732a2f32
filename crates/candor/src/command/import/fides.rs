//! `candor import fides`: Fides' datasets and systems as a policy.

use std::fs;
use std::path::{Path, PathBuf};

use candor_import_fides::{FILE_BYTES_MAX, FILES_MAX, Options, SystemKind, Translation, translate};
use candor_manifest::{Severity, Source};

use crate::terminal;
use crate::trouble::{Outcome, Trouble};

/// Translate Fides datasets and systems (YAML) into a policy.
///
/// What the source does not say stands in the policy as a numbered question, and is listed here; `candor check` names
/// what is still missing. The policy is written in canonical form.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Fides {
    /// YAML files, or folders of them.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Where to write the policy; it must not exist yet.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Where the controller is established, as `DE`; Fides does not say.
    #[arg(long, value_name = "COUNTRY", value_parser = country)]
    country: Option<String>,
    /// A law that applies: `gdpr`, `uk-gdpr`, `ccpa`, `dpdp`, `lgpd`; may be repeated. Fides does not say.
    #[arg(long, value_name = "LAW", value_parser = ["gdpr", "uk-gdpr", "ccpa", "dpdp", "lgpd"])]
    law: Vec<String>,
    /// What kind of database the datasets are; Fides does not say.
    #[arg(long, value_enum)]
    system: Option<Kind>,
}

/// A kind of database.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Kind {
    Postgres,
    Mariadb,
    Sqlite,
}

impl Fides {
    pub fn run(self) -> Result<Outcome, Trouble> {
        if self.output.exists() {
            let attempted = format!("write the policy `{}`", self.output.display());
            return Err(Trouble::bad_input(attempted, "there is such a file already")
                .next("name another file, so that no answers are lost"));
        }
        let sources = sources(&self.paths)?;
        let system = self.system.map(|kind| match kind {
            Kind::Postgres => SystemKind::Postgres,
            Kind::Mariadb => SystemKind::Mariadb,
            Kind::Sqlite => SystemKind::Sqlite,
        });
        let options = Options { country: self.country, laws: self.law, kind: system };
        let translation =
            translate(&sources, &options).map_err(|error| Trouble::bad_input("read Fides' YAML", error))?;
        let manifest = candor_manifest::format(&translation.manifest).map_err(|_| {
            Trouble::failed("write the policy", "what the source says does not fit into the language")
                .next("look for names or texts of unusual length in the source")
        })?;
        fs::write(&self.output, &manifest)
            .map_err(|error| Trouble::failed(format!("write the policy `{}`", self.output.display()), error))?;
        print(&self.output, &manifest, &translation);
        Ok(Outcome::Fine)
    }
}

fn print(output: &Path, manifest: &str, translation: &Translation) {
    let style = terminal::of_stdout();
    for (question, n) in translation.questions.iter().zip(1..) {
        println!("{} {question}", style.yellow(&format!("question {n}:")));
    }
    for note in &translation.notes {
        println!("{} {note}", style.dim("note:"));
    }
    let source = Source { path: output.display().to_string(), text: manifest.to_owned() };
    let n_errors = candor_manifest::check(&[source])
        .map_or_else(|findings| findings.iter().filter(|finding| finding.severity == Severity::Error).count(), |_| 0);
    let left = if n_errors == 0 {
        "it passes the check".to_owned()
    } else {
        format!("`candor check` finds {n_errors} things that it still needs")
    };
    println!(
        "{} {}: {} questions are left open; {left}",
        style.green("written"),
        output.display(),
        translation.questions.len()
    );
}

/// The files, and those of the folders that end in `.yml` or `.yaml`, by name.
fn sources(paths: &[PathBuf]) -> Result<Vec<(String, String)>, Trouble> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(files_in(path)?);
        } else {
            files.push(path.clone());
        }
    }
    files.iter().map(|file| read(file)).collect()
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let attempted = || format!("read the folder `{}`", folder.display());
    let mut files = Vec::new();
    for item in fs::read_dir(folder).map_err(|error| Trouble::bad_input(attempted(), error))? {
        let path = item.map_err(|error| Trouble::bad_input(attempted(), error))?.path();
        if path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml") && path.is_file() {
            files.push(path);
        }
        if files.len() > FILES_MAX {
            return Err(Trouble::bad_input(attempted(), format!("it holds more than {FILES_MAX} YAML files")));
        }
    }
    if files.is_empty() {
        return Err(Trouble::bad_input(attempted(), "it holds no file that ends in `.yml` or `.yaml`"));
    }
    files.sort();
    Ok(files)
}

fn read(file: &Path) -> Result<(String, String), Trouble> {
    let attempted = || format!("read `{}`", file.display());
    let bytes = fs::metadata(file).map_err(|error| Trouble::bad_input(attempted(), error))?.len();
    if bytes > FILE_BYTES_MAX as u64 {
        return Err(Trouble::bad_input(attempted(), format!("it is longer than {FILE_BYTES_MAX} bytes")));
    }
    let text = fs::read_to_string(file).map_err(|error| Trouble::bad_input(attempted(), error))?;
    Ok((file.display().to_string(), text))
}

fn country(text: &str) -> Result<String, String> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(text.to_owned());
    }
    Err("a country is two capital letters, such as `DE`".to_owned())
}
