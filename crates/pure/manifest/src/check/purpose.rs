//! `purpose NAME "Title" is Term { … }`: why fields are used.

use crate::diagnostic::{Diagnostic, Report, codes};
use crate::dpv;
use crate::model::{
    Basis, Channel, DeIdentified, FieldIx, OptOut, Purpose, PurposeIx, RecipientIx, Share, SpecialBasis,
};
use crate::source::{Spanned, TextSpan};
use crate::tree::{Block, Statement};

use super::clause;
use super::cursor::{Cursor, Read};
use super::draft::{Draft, ReadKeep, ReadPurpose};
use super::keep;
use super::names::declared;

mod basis;
pub(super) mod message;
mod uses;

pub(super) use message::CHANNELS;

const CLAUSES: [&str; 9] = ["because", "special", "uses", "share", "by", "notice", "keep", "de-identified", "survives"];

/// What the line of a purpose says.
struct Head {
    name: String,
    title: String,
    term: &'static dpv::Term,
}

/// The clauses of a purpose, as far as they have been read.
#[derive(Default)]
struct Clauses {
    basis: Option<Spanned<Basis>>,
    special: Option<Spanned<SpecialBasis>>,
    uses: Vec<(FieldIx, TextSpan)>,
    shares: Vec<Share>,
    shared: Vec<(FieldIx, RecipientIx, TextSpan)>,
    de_identified: Option<DeIdentified>,
    channels: Option<Spanned<(Vec<Channel>, Option<OptOut>)>>,
    notice: Option<String>,
    survives_restriction: Option<()>,
    keeps: Vec<ReadKeep>,
    /// True when a clause could not be read.
    missed: bool,
}

pub(super) fn read(statement: &Statement, draft: &mut Draft, report: &mut Report) {
    let Some((head, block)) = clause::block(statement, report, head) else {
        draft.unread.purposes = true;
        return;
    };
    let Some(name) = declared(statement, 1) else { return };
    let Some(at) = draft.names.purposes.get(&head.name).map(PurposeIx) else { return };
    let clauses = read_block(block, at, draft, report);
    let is_empty = clauses.uses.is_empty() && clauses.shared.is_empty();
    draft.unread.purposes |= clauses.missed || clauses.basis.is_none() || is_empty;
    if clauses.basis.is_none() && !clauses.missed {
        let message = format!("purpose `{}` has no legal basis", head.name);
        let finding = Diagnostic::new(&codes::PURPOSE_WITHOUT_BASIS, name.span, message);
        report.push(finding.help("add a clause such as `because consent` or `because contract` (GDPR Art. 6)"));
    }
    if is_empty && !clauses.missed {
        let message = format!("purpose `{}` uses and shares nothing", head.name);
        let finding = Diagnostic::new(&codes::PURPOSE_WITHOUT_FIELD, name.span, message);
        report.push(finding.help("add a clause such as `uses account.email`, or take the purpose out"));
    }
    place(head, name.span, at, clauses, draft, report);
}

fn head(line: &mut Cursor<'_>) -> Read<Head> {
    line.expect("purpose")?;
    let name = line.declared("a name")?.value;
    let title = line.text("what people are told the purpose is,")?.value;
    line.expect("is")?;
    let word = line.word("a DPV term for the purpose")?;
    let term = dpv::purpose(word.value).ok_or_else(|| {
        Diagnostic::new(&codes::PURPOSE_TERM_UNKNOWN, word.span, format!("`{}` is no class of purpose", word.value))
            .help("name a term of the W3C Data Privacy Vocabulary 2.3, such as CustomerCare")
            .perhaps(dpv::purposes().nearest(word.value))
    })?;
    Ok(Head { name, title, term })
}

fn read_block(block: &Block, at: PurposeIx, draft: &Draft, report: &mut Report) -> Clauses {
    let mut clauses = Clauses::default();
    for statement in &block.statements {
        let read =
            clause::line_with(statement, report, |line, report| read_clause(line, at, draft, &mut clauses, report));
        clauses.missed |= read.is_none();
    }
    clauses
}

fn read_clause(
    line: &mut Cursor<'_>,
    at: PurposeIx,
    draft: &Draft,
    clauses: &mut Clauses,
    report: &mut Report,
) -> Read<()> {
    let start = line.here();
    match line.peek() {
        Some("because") if line.eat("because") => basis::read(line, &mut clauses.basis),
        Some("special") => {
            let value = basis::read_special(line)?;
            let span = line.since(start);
            clause::once(&mut clauses.special, Spanned { value, span }, span, "special category because")
        }
        Some("uses") if line.eat("uses") => {
            uses::read_uses(line, draft, clauses, report);
            Ok(())
        }
        Some("share") if line.eat("share") => uses::read_share(line, draft, clauses, report),
        Some("by") if line.eat("by") => {
            let value = message::read(line)?;
            let span = line.since(start);
            clause::once(&mut clauses.channels, Spanned { value, span }, span, "by")
        }
        Some("notice") if line.eat("notice") => {
            let text = line.text("the text people are shown")?;
            clause::once(&mut clauses.notice, text.value, text.span, "notice")
        }
        Some("keep") if line.eat("keep") => {
            clauses.keeps.push(keep::read_rule(line, Some(at), Vec::new())?);
            Ok(())
        }
        Some("de-identified") if line.eat("de-identified") => {
            let value = read_de_identified(line)?;
            clause::once(&mut clauses.de_identified, value, line.since(start), "de-identified")
        }
        Some("survives") => {
            let span = line.expect("survives restriction")?;
            clause::once(&mut clauses.survives_restriction, (), span, "survives restriction")
        }
        _ => Err(clause::unknown(line, "a purpose", &CLAUSES)),
    }
}

/// The least number of people in a group when the text does not say.
const GROUP_MIN_DEFAULT: u32 = 5;

fn read_de_identified(line: &mut Cursor<'_>) -> Read<DeIdentified> {
    let stated = line.comma_then("groups of at least");
    let group_min = if stated { line.number("the size of a group", 2, 1_000_000)? } else { GROUP_MIN_DEFAULT };
    Ok(DeIdentified { group_min })
}

/// Puts a purpose and its keep rules into the draft.
fn place(head: Head, name: TextSpan, at: PurposeIx, clauses: Clauses, draft: &mut Draft, report: &mut Report) {
    let Some(basis) = clauses.basis else { return };
    let below = |ancestor: &str| dpv::purposes().is_narrower(head.term.name, ancestor);
    let is_sale = below("SellDataToThirdParties");
    let channels_at = clauses.channels.as_ref().map(|channels| channels.span);
    let (channels, opt_out) = clauses.channels.map(|channels| channels.value).unwrap_or_default();
    let mut uses: Vec<FieldIx> = Vec::new();
    for (field, _) in &clauses.uses {
        if !uses.contains(field) {
            uses.push(*field);
        }
    }
    let purpose = Purpose {
        name: head.name,
        title: head.title,
        term: head.term.name.to_owned(),
        basis: basis.value,
        special: clauses.special.as_ref().map(|special| special.value),
        uses,
        shares: clauses.shares,
        de_identified: clauses.de_identified,
        channels,
        opt_out: opt_out.clone().unwrap_or(OptOut::None),
        notice: clauses.notice,
        is_marketing: below("Marketing"),
        yields_to_gpc: is_sale || below("Advertising"),
        is_sale,
        survives_restriction: clauses.survives_restriction.is_some(),
    };
    report.keep(message::refuse_unstated(&purpose, channels_at, opt_out.as_ref()));
    keep_with_purpose(&purpose, clauses.keeps, draft);
    let read = ReadPurpose {
        purpose,
        name,
        because: basis.span,
        special: clauses.special.map(|special| special.span),
        uses: clauses.uses,
        shares: clauses.shared,
    };
    if let Some(slot @ None) = draft.purposes.get_mut(at.at()) {
        *slot = Some(read);
    }
}

/// A keep rule inside a purpose covers all that the purpose uses or shares.
fn keep_with_purpose(purpose: &Purpose, keeps: Vec<ReadKeep>, draft: &mut Draft) {
    let mut fields = purpose.uses.clone();
    for field in purpose.shares.iter().flat_map(|share| &share.fields) {
        if !fields.contains(field) {
            fields.push(*field);
        }
    }
    for mut read in keeps {
        read.keep.fields.clone_from(&fields);
        draft.keeps.push(read);
    }
}
