//! Checks a ledger, a receipt or an export, with nothing of Candor but `pure/ledger`.
//!
//! Ends with 0 when everything verifies, 1 when something does not, 2 when the question could
//! not be put: wrong arguments, an unreadable key, no log at that place.
//! What is checked, and against what, is in spec/ledger.md.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod args;
mod bounded;
mod export;
mod folder;
mod print;
mod web;

use std::process::ExitCode;

use candor_ledger::{
    CHECKPOINT_PATH, ConsentReceipt, LogSource, NOTE_BYTES_MAX, RIGHTS_RECEIPT_BYTES_MAX, RIGHTS_RECEIPT_FORMAT,
    Receipt, ReceiptError, RightsReceipt, VerifierKey, check_log,
};

use args::{Args, KeyArg, Question};
use folder::Folder;
use print::Proved;
use web::Web;

const KEY_PATH: &str = "key";
const KEY_BYTES_MAX: usize = 1024;

fn main() -> ExitCode {
    let outcome = args::parse(std::env::args().skip(1)).and_then(|args| match args {
        Some(args) => answer(&args),
        None => {
            print!("{}", args::USAGE);
            Ok(true)
        }
    });
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(text) => {
            eprintln!("ledger-check: {text}");
            ExitCode::from(2)
        }
    }
}

/// Puts the question and prints the answer; tells whether everything verified.
fn answer(args: &Args) -> Result<bool, String> {
    match &args.question {
        Question::Log { place } if place.starts_with("http://") || place.starts_with("https://") => {
            check(&Web::new(place), args)
        }
        Question::Log { place } => check(&Folder::new(place)?, args),
        Question::Receipt { file } => {
            let json = bounded::read_file(file, RIGHTS_RECEIPT_BYTES_MAX)?;
            let key = given_key(&args.key)?
                .ok_or("`--receipt` needs `--key` or `--key-file`: a receipt cannot vouch for itself")?;
            Ok(print::receipt(&proved(&json, &key), &key, args.is_json))
        }
        Question::Export { file } => {
            let key = given_key(&args.key)?
                .ok_or("`--export` needs `--key` or `--key-file`: an export cannot vouch for itself")?;
            Ok(print::export(&export::check(file, &key)?, &key, args.is_json))
        }
    }
}

/// Verifies a receipt of any kind: its format says which; another with a `proof` in it is a consent receipt.
fn proved(json: &[u8], key: &VerifierKey) -> Result<Proved, ReceiptError> {
    let read = serde_json::from_slice::<serde_json::Value>(json).unwrap_or_default();
    if read["format"] == RIGHTS_RECEIPT_FORMAT {
        let receipt = RightsReceipt::parse(json)?;
        return Ok(Proved { index: receipt.index(), entry: receipt.verify(key)?, form: None });
    }
    if read.get("proof").is_some() {
        let receipt = ConsentReceipt::parse(json)?;
        let form = Some(receipt.form().to_owned());
        return Ok(Proved { index: receipt.index(), entry: receipt.verify(key)?, form });
    }
    let receipt = Receipt::parse(json)?;
    Ok(Proved { index: receipt.index(), entry: receipt.verify(key)?, form: None })
}

fn check(source: &dyn LogSource, args: &Args) -> Result<bool, String> {
    let head = source
        .fetch(CHECKPOINT_PATH, NOTE_BYTES_MAX)
        .map_err(|error| format!("no log was found: `checkpoint`: {error}"))?;
    head.ok_or("no log was found: there is no file `checkpoint` at that place")?;
    let old = args.old_checkpoint.as_deref().map(|file| bounded::read_file(file, NOTE_BYTES_MAX)).transpose()?;
    let key = match given_key(&args.key)? {
        Some(key) => key,
        None => own_key(source)?,
    };
    let report = check_log(source, &key, old.as_deref());
    print::report(&report, args.is_json);
    Ok(report.is_verified())
}

/// Reads the key that was given on the command line, if one was.
fn given_key(key: &KeyArg) -> Result<Option<VerifierKey>, String> {
    match key {
        KeyArg::None => Ok(None),
        KeyArg::Text(text) => read_key(text).map(Some),
        KeyArg::File(file) => {
            let bytes = bounded::read_file(file, KEY_BYTES_MAX)?;
            read_key(&String::from_utf8_lossy(&bytes)).map(Some)
        }
    }
}

/// Takes the key that lies beside the log, and says what that is worth.
fn own_key(source: &dyn LogSource) -> Result<VerifierKey, String> {
    let found =
        source.fetch(KEY_PATH, KEY_BYTES_MAX).map_err(|error| format!("the log's own key was not read: {error}"))?;
    let bytes = found.ok_or("no key: give `--key` or `--key-file`")?;
    eprintln!(
        "warning: the key came from the log itself; whoever forged the log could have forged it too. give `--key`."
    );
    read_key(&String::from_utf8_lossy(&bytes))
}

fn read_key(text: &str) -> Result<VerifierKey, String> {
    VerifierKey::parse(text.trim()).map_err(|error| error.to_string())
}
