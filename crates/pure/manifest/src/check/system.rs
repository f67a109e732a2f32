//! `system NAME "Title" is KIND at env NAME { … }`: where fields live outside the vault.

use crate::diagnostic::{Diagnostic, Report, codes};
use crate::model::{Place, System, SystemAt, SystemKind, SystemSecret};
use crate::source::TextSpan;
use crate::tree::Statement;

use super::clause;
use super::cursor::{Cursor, Read};
use super::data::in_words;
use super::draft::Draft;
use super::reference;

mod call;
mod clock;
mod mark;
mod opendsr;
mod owner;
mod place;

const KINDS: [(&str, SystemKind); 8] = [
    ("postgres", SystemKind::Postgres),
    ("mariadb", SystemKind::Mariadb),
    ("sqlite", SystemKind::Sqlite),
    ("ldap", SystemKind::Ldap),
    ("scim", SystemKind::Scim),
    ("http", SystemKind::Http),
    ("files", SystemKind::Files),
    ("opendsr", SystemKind::Opendsr),
];

/// Sites whose tables are known; `candor-places` says what each knows.
const TEMPLATES: [(&str, &str); 4] =
    [("wordpress", "wordpress"), ("drupal", "drupal"), ("joomla", "joomla"), ("mediawiki", "mediawiki")];

/// The most calls a second that a policy may state.
const CALLS_PER_SECOND_MAX: u32 = 1_000;
/// The longest name of a secret.
const SECRET_NAME_MAX: usize = 64;

/// A place, and where its clauses stand.
struct ReadPlace {
    place: Place,
    name: TextSpan,
    owner: TextSpan,
    /// The other places it names, and where.
    others: Vec<(String, TextSpan)>,
}

pub(super) fn read(statement: &Statement, draft: &mut Draft, report: &mut Report) {
    let Some(mut system) = clause::head(statement, report, |line, _| head(line, draft)) else { return };
    let mut places: Vec<ReadPlace> = Vec::new();
    let mut missed = false;
    let mut pace: Option<u32> = None;
    for statement in statement.block.iter().flat_map(|block| &block.statements) {
        if is_pace(statement) {
            missed |= clause::line(statement, report, |line| read_pace(line, &system, &mut pace)).is_none();
            continue;
        }
        match place::read(statement, &system, draft, report) {
            Some(place) => {
                report.keep(refuse_repeated(&place, &places));
                places.push(place);
            }
            None => missed = true,
        }
    }
    owner::check(&places, missed, report);
    system.calls_per_second = pace;
    system.places = places.into_iter().map(|read| read.place).collect();
    draft.systems.push(system);
}

/// `at most 5 calls a second` is a clause of the system; all others declare places.
fn is_pace(statement: &Statement) -> bool {
    Cursor::new(statement).eat("at most")
}

fn read_pace(line: &mut Cursor<'_>, system: &System, pace: &mut Option<u32>) -> Read<()> {
    let start = line.here();
    line.expect("at most")?;
    let n_calls = line.number("how many calls", 1, CALLS_PER_SECOND_MAX)?;
    if !line.eat("call a second") {
        line.expect("calls a second")?;
    }
    if system.kind != SystemKind::Http {
        let finding =
            Diagnostic::new(&codes::CALL_UNFIT, line.since(start), "only a system that `is http` is asked by calls");
        return Err(finding.help("take it out"));
    }
    clause::once(pace, n_calls, line.since(start), "at most")
}

fn head(line: &mut Cursor<'_>, draft: &Draft) -> Read<System> {
    line.expect("system")?;
    let name = line.declared("a name")?.value;
    let title = line.text_if_any().unwrap_or_else(|| in_words(&name));
    line.expect("is")?;
    let kind = line.choice("a kind of system", &KINDS)?;
    line.expect("at")?;
    let at = if line.eat("secret") { secret(line, kind, draft)? } else { SystemAt::Env(env(line)?) };
    // Sites keep their tables in databases.
    let is_database = matches!(kind, SystemKind::Postgres | SystemKind::Mariadb | SystemKind::Sqlite);
    let template = if is_database && line.comma_then("template") {
        Some(line.choice("a template", &TEMPLATES)?.to_owned())
    } else {
        None
    };
    Ok(System { name, title, kind, at, template, calls_per_second: None, places: Vec::new() })
}

/// Reads what follows `secret`: `NAME for PURPOSE with RECIPIENT`.
fn secret(line: &mut Cursor<'_>, kind: SystemKind, draft: &Draft) -> Read<SystemAt> {
    let word = line.word("the name of a secret")?;
    // Whoever puts a secret says where the server goes: to web services alone, which the operator allows by name.
    if !matches!(kind, SystemKind::Http | SystemKind::Scim) {
        let message = "only a web service stands at a secret";
        let finding = Diagnostic::new(&codes::SECRET_UNFIT, word.span, message);
        return Err(finding.help("write `at env NAME`, and set that variable where Candor runs"));
    }
    let fits = (1..=SECRET_NAME_MAX).contains(&word.value.len())
        && word.value.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    if !fits {
        let finding = Diagnostic::new(&codes::SECRET_UNFIT, word.span, "this is no name of a secret");
        return Err(finding.help("a secret is called 1 to 64 of `a` to `z`, `0` to `9` and `_`"));
    }
    line.expect("for")?;
    let purpose = reference::purpose(line, draft)?.value;
    line.expect("with")?;
    let recipient = reference::recipient(line, draft)?.value;
    Ok(SystemAt::Secret(SystemSecret { name: word.value.to_owned(), purpose, recipient }))
}

/// Reads `env NAME`; a connection string in its place is refused with a word of its own.
pub(super) fn env(line: &mut Cursor<'_>) -> Read<String> {
    let start = line.here();
    if line.at_text() || line.peek().is_some_and(is_connection) {
        let message = "a connection string stands in the policy, where everyone can read it";
        let finding = Diagnostic::new(&codes::CONNECTION_STRING, start, message);
        return Err(finding.help("write `at env NAME`, set that variable where Candor runs, and change the password"));
    }
    line.expect("env")?;
    let word = line.word("the name of an environment variable")?;
    if is_connection(word.value) {
        let finding =
            Diagnostic::new(&codes::CONNECTION_STRING, word.span, "this is a connection string, not the name of one");
        return Err(
            finding.help("set an environment variable to it, write that variable's name, and change the password")
        );
    }
    let fits = word.value.len() <= crate::bounds::NAME_BYTES_MAX
        && word.value.starts_with(|c: char| c.is_ascii_uppercase())
        && word.value.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if fits {
        return Ok(word.value.to_owned());
    }
    let message = format!("`{}` names no environment variable", word.value);
    Err(Diagnostic::new(&codes::ENV_MALFORMED, word.span, message)
        .help("its name is capital letters, digits and `_`, such as SITE_DATABASE"))
}

fn is_connection(word: &str) -> bool {
    word.contains("://") || word.contains('@') || word.contains('=')
}

fn refuse_repeated(place: &ReadPlace, places: &[ReadPlace]) -> Read<()> {
    match places.iter().find(|known| known.place.name == place.place.name) {
        Some(first) => {
            let message = format!("place `{}` is declared twice", place.place.name);
            let finding = Diagnostic::new(&codes::NAME_DECLARED_TWICE, place.name, message).because("the second");
            Err(finding.also(first.name, "the first").help("write it in one block"))
        }
        None => Ok(()),
    }
}
