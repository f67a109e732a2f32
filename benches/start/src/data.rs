//! The data directory with many subjects, made once and kept.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use bench_bed::Opened;
use candor_vault::{NewContract, NewRecord, NewSubject};
use candor_words::SubjectId;
use serde_json::json;

const POLICY: &str = include_str!("policy.candor");
/// How many subjects are written side by side: enough for large groups of units.
const AT_ONCE: usize = 2_048;
/// To be raised when what is stored changes its form, so that directories of before are made anew.
const FORM: u32 = 2;
/// How many subjects' ids are kept beside the data, to ask for.
const IDS_KEPT: usize = 1_000;

/// A data directory, the key to it, and some of its subjects.
pub struct Data {
    pub folder: PathBuf,
    pub key: String,
    pub subjects: Vec<SubjectId>,
}

impl Data {
    /// Takes the directory that is there, or makes it.
    pub fn of(n_subjects: usize) -> Self {
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target").join(format!("start-{n_subjects}-{FORM}"));
        if !kept.join("ready").is_file() {
            let _ = std::fs::remove_dir_all(&kept);
            make(&kept, n_subjects);
        }
        let text = std::fs::read_to_string(kept.join("ready")).expect("the kept key and subjects");
        let mut lines = text.lines();
        let key = lines.next().expect("a key").to_owned();
        let subjects = lines.map(|line| line.parse().expect("an id")).collect();
        Self { folder: kept.join("data"), key, subjects }
    }

    fn database(&self) -> PathBuf {
        self.folder.join("candor.db")
    }

    pub fn database_bytes(&self) -> u64 {
        std::fs::metadata(self.database()).map_or(0, |file| file.len())
    }

    /// Tells the system to let go of the database's pages.
    pub fn drop_from_cache(&self) {
        let input = format!("if={}", self.database().display());
        let dropped = Command::new("dd").args([&input, "iflag=nocache", "count=0", "status=none"]).status();
        assert!(dropped.is_ok_and(|status| status.success()), "the pages are let go of");
    }
}

fn make(kept: &Path, n_subjects: usize) {
    println!("making {n_subjects} subjects, once");
    std::fs::create_dir_all(kept).expect("a folder");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let start = Instant::now();
    let (key, subjects) = runtime.block_on(fill(&kept.join("data"), n_subjects));
    runtime.shutdown_timeout(Duration::from_secs(60));
    let step = (subjects.len() / IDS_KEPT).max(1);
    let ids = subjects.iter().step_by(step).map(|subject| format!("\n{subject}"));
    std::fs::write(kept.join("ready"), key + &ids.collect::<String>()).expect("the key and ids are kept");
    println!("made in {:.0} s", start.elapsed().as_secs_f64());
}

async fn fill(folder: &Path, n_subjects: usize) -> (String, Vec<SubjectId>) {
    let opened = std::sync::Arc::new(Opened::create(folder, POLICY).await);
    let writers: Vec<_> = (0..AT_ONCE)
        .map(|writer| {
            let opened = std::sync::Arc::clone(&opened);
            tokio::spawn(async move {
                let mut made = Vec::new();
                for n in (writer..n_subjects).step_by(AT_ONCE) {
                    let created = opened.vault.create_subject(&opened.caller, person(n)).await;
                    made.push(created.expect("a subject").subject);
                }
                made
            })
        })
        .collect();
    let mut subjects = Vec::with_capacity(n_subjects);
    for writer in writers {
        subjects.extend(writer.await.expect("a writer that ends"));
    }
    opened.store.close().await;
    (opened.key.clone(), subjects)
}

fn person(n: usize) -> NewSubject {
    let values = [
        ("email", json!(format!("person{n}@people.example"))),
        ("name", json!(format!("Person Number {n}"))),
        ("organisation", json!("Example Works of the Northern Valley")),
        ("address", json!(format!("{n} Long Street, 10{n:05} Exampleton"))),
    ];
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let record = NewRecord { group: "account".into(), values, source: "subject".into() };
    NewSubject { records: vec![record], contract: Some(NewContract::default()) }
}
