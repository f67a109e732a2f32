//! The command line: few options, each at most once.

/// What `--help` prints.
pub const USAGE: &str = "\
ledger-check DIR|URL [--key KEY | --key-file FILE] [--old-checkpoint FILE] [--json]
ledger-check --receipt FILE (--key KEY | --key-file FILE) [--json]
ledger-check --export FILE (--key KEY | --key-file FILE) [--json]

Verifies a ledger: the signature of its checkpoint, every entry, every tile and the root; with
--old-checkpoint also that nothing signed earlier was changed or removed. Or verifies a receipt,
or that each file of an export is the one that was signed.

  --key KEY              the log's verifier key, name+hash+base64; get it from elsewhere than the log
  --key-file FILE        a file that holds it; without either, the file `key` beside the log
  --old-checkpoint FILE  a checkpoint kept from an earlier visit
  --receipt FILE         a receipt in JSON: of an entry, or of a consent with what was agreed
  --export FILE          an archive with what an organisation keeps about somebody
  --json                 prints the report as JSON

ends with 0 verified, 1 does not verify, 2 the question could not be put
";

/// What to check, and how to say it.
#[derive(Debug, PartialEq, Eq)]
pub struct Args {
    pub question: Question,
    pub key: KeyArg,
    pub old_checkpoint: Option<String>,
    pub is_json: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Question {
    Log { place: String },
    Receipt { file: String },
    Export { file: String },
}

#[derive(Debug, PartialEq, Eq)]
pub enum KeyArg {
    None,
    Text(String),
    File(String),
}

/// Reads the arguments; `None` when help was asked for.
pub fn parse(mut args: impl Iterator<Item = String>) -> Result<Option<Args>, String> {
    let (mut place, mut receipt, mut export, mut old_checkpoint) = (None, None, None, None);
    let (mut key, mut key_file) = (None, None);
    let mut is_json = false;
    while let Some(arg) = args.next() {
        let option = match arg.as_str() {
            "--help" | "-h" => return Ok(None),
            "--json" => {
                is_json = true;
                continue;
            }
            "--key" => &mut key,
            "--key-file" => &mut key_file,
            "--old-checkpoint" => &mut old_checkpoint,
            "--receipt" => &mut receipt,
            "--export" => &mut export,
            other if other.starts_with('-') => return Err(format!("`{other}` is no option; see `--help`")),
            _ => {
                set(&mut place, "DIR|URL", arg)?;
                continue;
            }
        };
        let value = args.next().ok_or_else(|| format!("`{arg}` needs a value; see `--help`"))?;
        set(option, &arg, value)?;
    }
    let question = match (place, receipt, export) {
        (Some(place), None, None) => Question::Log { place },
        (None, Some(file), None) => Question::Receipt { file },
        (None, None, Some(file)) => Question::Export { file },
        _ => return Err("give one of a log (DIR or URL), `--receipt FILE`, `--export FILE`; see `--help`".to_owned()),
    };
    let key = match (key, key_file) {
        (None, None) => KeyArg::None,
        (Some(text), None) => KeyArg::Text(text),
        (None, Some(file)) => KeyArg::File(file),
        (Some(_), Some(_)) => return Err("give `--key` or `--key-file`, not both".to_owned()),
    };
    if !matches!(question, Question::Log { .. }) && old_checkpoint.is_some() {
        return Err("`--old-checkpoint` goes with a log, and with nothing else".to_owned());
    }
    Ok(Some(Args { question, key, old_checkpoint, is_json }))
}

fn set(option: &mut Option<String>, name: &str, value: String) -> Result<(), String> {
    match option.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("`{name}` was given twice")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<Option<Args>, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn a_log_with_all_its_options_is_read() {
        let args = of("log --key k --old-checkpoint o --json").unwrap().unwrap();
        assert_eq!(args.question, Question::Log { place: "log".to_owned() });
        assert_eq!(args.key, KeyArg::Text("k".to_owned()));
        assert_eq!(args.old_checkpoint.as_deref(), Some("o"));
        assert!(args.is_json);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for line in [
            "",
            "a b",
            "a --receipt r",
            "--key",
            "a --what",
            "a --key k --key l",
            "a --key k --key-file f",
            "--receipt r --old-checkpoint o",
            "--export e --old-checkpoint o",
            "--export e --receipt r",
        ] {
            assert!(of(line).is_err(), "{line}");
        }
        assert_eq!(of("a --help"), Ok(None));
    }
}
