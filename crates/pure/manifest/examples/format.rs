//! Prints a text in canonical form: `cargo run -p candor-manifest --example format -- FILE`; `--json` as JSON.

use std::process::ExitCode;

use candor_manifest::{Source, format, parse, render, to_json};

fn main() -> ExitCode {
    let (flags, paths): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|word| word.starts_with("--"));
    for path in paths {
        let Ok(text) = std::fs::read_to_string(&path) else {
            eprintln!("cannot read `{path}`");
            return ExitCode::FAILURE;
        };
        let sources = [Source { path, text }];
        match format(&sources[0].text) {
            Ok(_) if !flags.is_empty() => {
                println!("{}", serde_json::to_string_pretty(&to_json(&parse(&sources).0)).unwrap_or_default());
            }
            Ok(text) => print!("{text}"),
            Err(findings) => {
                print!("{}", render(&findings, &sources, true));
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
