//! Checks policies: `cargo run -p candor-manifest --example check -- FILE...`; with `--json` prints the manifest.

use std::process::ExitCode;

use candor_manifest::{Source, check, render};

fn main() -> ExitCode {
    let (flags, paths): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|word| word.starts_with("--"));
    let mut sources = Vec::new();
    for path in paths {
        match std::fs::read_to_string(&path) {
            Ok(text) => sources.push(Source { path, text }),
            Err(trouble) => {
                eprintln!("cannot read `{path}`: {trouble}");
                return ExitCode::FAILURE;
            }
        }
    }
    match check(&sources) {
        Ok(checked) => {
            print!("{}", render(&checked.warnings, &sources, true));
            if flags.iter().any(|flag| flag == "--json") {
                println!("{}", serde_json::to_string_pretty(&checked.manifest).unwrap_or_default());
            }
            println!(
                "{} fields, {} purposes: the policy holds",
                checked.manifest.fields.len(),
                checked.manifest.purposes.len()
            );
            ExitCode::SUCCESS
        }
        Err(findings) => {
            print!("{}", render(&findings, &sources, true));
            ExitCode::FAILURE
        }
    }
}
