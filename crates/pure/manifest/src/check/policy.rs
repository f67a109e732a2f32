//! `policy`, `controller`, `authority`, `law`, `honours global privacy control`, `sells data`.

use candor_words::Instant;

use crate::diagnostic::{Diagnostic, Report, codes};
use crate::model::{Authority, Contact, Controller, Law};
use crate::source::{Spanned, TextSpan};
use crate::spell;
use crate::tree::Statement;

use super::clause;
use super::cursor::{Cursor, Read, date};
use super::draft::{Draft, PolicyLine};

pub(super) fn read(statements: &[&Statement], draft: &mut Draft, report: &mut Report) {
    let all =
        |word: &'static str| statements.iter().copied().filter(move |statement| statement.first_word() == Some(word));
    if let Some(statement) = single(all("policy"), "policy", report) {
        draft.policy = clause::line(statement, report, policy);
    } else {
        missing(
            &codes::POLICY_MISSING,
            "no policy is declared",
            "begin with: policy \"Its title\", version 2026-01-29",
            report,
        );
    }
    if let Some(statement) = single(all("controller"), "controller", report) {
        draft.controller = clause::line(statement, report, controller);
    } else {
        let help = "write: controller \"Its name\" in DE, contact privacy@its.example";
        missing(&codes::CONTROLLER_MISSING, "no controller is declared", help, report);
    }
    for statement in all("authority") {
        draft.authorities.extend(clause::line(statement, report, authority));
    }
    if let Some(statement) = single(all("law"), "law", report) {
        draft.laws = clause::line(statement, report, laws).unwrap_or_default();
    } else {
        missing(&codes::LAW_MISSING, "no law is named", "write, for instance: law gdpr", report);
    }
    if let Some(statement) = single(all("honours"), "honours global privacy control", report) {
        let read = |line: &mut Cursor<'_>| line.expect("honours global privacy control").map(drop);
        draft.honours_gpc = clause::line(statement, report, read).is_some();
    }
    if let Some(statement) = single(all("sells"), "sells data", report) {
        let read = |line: &mut Cursor<'_>| line.expect("sells data");
        draft.sells_data = clause::line(statement, report, read);
    }
}

/// Returns the first of what a policy has once, and refuses the others.
fn single<'t>(mut all: impl Iterator<Item = &'t Statement>, what: &str, report: &mut Report) -> Option<&'t Statement> {
    let first = all.next()?;
    for again in all {
        let finding = Diagnostic::new(&codes::DECLARED_TWICE, again.span, format!("`{what}` is declared twice"));
        report.push(finding.because("the second").also(first.span, "the first").help("a policy has it once"));
    }
    Some(first)
}

fn missing(code: &'static crate::diagnostic::Code, message: &str, help: &str, report: &mut Report) {
    report.push(Diagnostic::new(code, TextSpan::default(), message).help(help));
}

fn policy(line: &mut Cursor<'_>) -> Read<PolicyLine> {
    line.expect("policy")?;
    let name = line.text("the policy's title")?.value;
    let (mut version, mut effective, mut languages) = (None, None, None);
    while line.comma() {
        let start = line.here();
        if line.eat("version") {
            let read = read_version(line)?;
            clause::once(&mut version, read, line.since(start), "version")?;
        } else if line.eat("effective") {
            let read = line.date("the day it comes into force")?;
            clause::once(&mut effective, read, line.since(start), "effective")?;
        } else if line.eat("in") {
            let read = read_languages(line)?;
            clause::once(&mut languages, read, line.since(start), "in")?;
        } else {
            return Err(clause::unknown(line, "a policy", &["version", "effective", "in"]));
        }
    }
    let Some((version, dated)) = version else { return Err(line.expected("`, version` and a date or number")) };
    if let (Some(dated), Some(effective)) = (dated, effective)
        && effective.value < dated
    {
        let message = "the policy comes into force before the date of its version";
        return Err(Diagnostic::new(&codes::EFFECTIVE_BEFORE_VERSION, effective.span, message));
    }
    let languages = languages.unwrap_or_else(|| vec!["en".to_owned()]);
    Ok(PolicyLine { name, version, effective: effective.map(|at| at.value), languages })
}

/// Reads a date, or numbers between dots; returns the instant of a date.
fn read_version(line: &mut Cursor<'_>) -> Read<(String, Option<Instant>)> {
    let word = line.word("a date or a dotted number")?;
    let dotted = word.value.split('.').all(|n| !n.is_empty() && n.len() <= 9 && n.bytes().all(|c| c.is_ascii_digit()));
    let dated = date(word.value);
    if dotted || dated.is_some() {
        return Ok((word.value.to_owned(), dated));
    }
    let message = format!("`{}` is no version", word.value);
    Err(Diagnostic::new(&codes::VERSION_MALFORMED, word.span, message)
        .help("write a date, 2026-01-29, or numbers, 2.1"))
}

/// Reads language tags up to the next clause of the line.
fn read_languages(line: &mut Cursor<'_>) -> Read<Vec<String>> {
    let mut languages = Vec::new();
    loop {
        let word = line.word("a language")?;
        let mut subtags = word.value.split('-');
        let primary = subtags.next().unwrap_or_default();
        let fits = matches!(primary.len(), 2 | 3)
            && primary.bytes().all(|c| c.is_ascii_lowercase())
            && subtags.all(|tag| (2..=8).contains(&tag.len()) && tag.bytes().all(|c| c.is_ascii_alphanumeric()));
        if !fits {
            let message = format!("`{}` is no language", word.value);
            let finding = Diagnostic::new(&codes::LANGUAGE_MALFORMED, word.span, message);
            return Err(finding.help("write a BCP 47 tag such as en, de or pt-BR"));
        }
        languages.push(word.value.to_owned());
        if line.next_is(&["version", "effective"]) || !line.comma() {
            return Ok(languages);
        }
    }
}

fn controller(line: &mut Cursor<'_>) -> Read<Controller> {
    line.expect("controller")?;
    let name = line.text("the controller's name")?.value;
    line.expect("in")?;
    let country = line.country()?;
    let mut contacts = Vec::new();
    while line.comma() {
        contacts.push(match line.peek() {
            Some("contact") if line.eat("contact") => Contact::Email(line.email()?),
            Some("telephone") if line.eat("telephone") => Contact::Telephone(line.text("a telephone number")?.value),
            Some("web") if line.eat("web") => Contact::Web(line.url()?),
            Some("post") if line.eat("post") => Contact::Post(line.text("a postal address")?.value),
            _ => return Err(clause::unknown(line, "a controller", &["contact", "telephone", "web", "post"])),
        });
    }
    if contacts.is_empty() {
        let finding = Diagnostic::new(&codes::CONTACT_MISSING, line.whole(), "the controller cannot be reached");
        return Err(finding.help("add `, contact` and an email address, or web, telephone, post"));
    }
    Ok(Controller { name, country, contacts })
}

fn authority(line: &mut Cursor<'_>) -> Read<Authority> {
    line.expect("authority")?;
    let name = line.text("the authority's name")?.value;
    line.expect("in")?;
    let country = line.country()?;
    let url = if line.comma_then("at") { Some(line.url()?) } else { None };
    Ok(Authority { name, country, url })
}

fn laws(line: &mut Cursor<'_>) -> Read<Vec<Spanned<Law>>> {
    line.expect("law")?;
    let mut laws: Vec<Spanned<Law>> = Vec::new();
    loop {
        let law = law(line)?;
        if laws.iter().any(|known| known.value == law.value) {
            let message = format!("`{}` is named twice", law.value.word());
            return Err(Diagnostic::new(&codes::CLAUSE_REPEATED, law.span, message).help("keep one of them"));
        }
        laws.push(law);
        if !line.comma() {
            return Ok(laws);
        }
    }
}

/// Reads the word of a law.
pub(super) fn law(line: &mut Cursor<'_>) -> Read<Spanned<Law>> {
    let word = line.word("a law")?;
    match Law::ALL.into_iter().find(|law| law.word() == word.value) {
        Some(value) => Ok(Spanned { value, span: word.span }),
        None => {
            let words: Vec<&str> = Law::ALL.iter().map(|law| law.word()).collect();
            Err(Diagnostic::new(&codes::LAW_UNKNOWN, word.span, format!("`{}` is no law Candor knows", word.value))
                .help(format!("it knows: {}", words.join(", ")))
                .perhaps(spell::nearest(word.value, words.iter().copied())))
        }
    }
}
