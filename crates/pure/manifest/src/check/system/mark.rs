//! `on restriction set COLUMN to "value", otherwise "value"`, and the same for the person's no to a purpose.
//!
//! Which word stands for a no is the law's: consent is withdrawn (GDPR Art. 7(3)), other processing is objected to (Art. 21).

use crate::check::clause;
use crate::check::cursor::{Cursor, Read};
use crate::check::draft::Draft;
use crate::check::reference;
use crate::diagnostic::{Diagnostic, codes};
use crate::model::{Basis, MarkOn, PlaceMark, Purpose, PurposeIx, SpecialBasis};
use crate::source::Spanned;

/// The word that a no is told by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum No {
    Objection,
    Withdrawal,
}

/// Reads a mark; false when the clause is none.
pub(super) fn read(line: &mut Cursor<'_>, key: &[String], draft: &Draft, marks: &mut Vec<PlaceMark>) -> Read<bool> {
    let start = line.here();
    let (on, what) = if line.eat("on restriction set") {
        (MarkOn::Restriction, "on restriction")
    } else if line.eat("on objection to") {
        (no(line, No::Objection, draft)?, "on objection to")
    } else if line.eat("on withdrawal of") {
        (no(line, No::Withdrawal, draft)?, "on withdrawal of")
    } else {
        return Ok(false);
    };
    let column = line.word("the column that is marked")?;
    if key.iter().any(|known| known == column.value) {
        let finding = Diagnostic::new(&codes::MARK_UNFIT, column.span, "a column of the key names the row");
        return Err(finding.help("name another column"));
    }
    let column = column.value.to_owned();
    line.expect("to")?;
    let to = line.text("what it is set to, as a text")?.value;
    let otherwise =
        if line.comma_then("otherwise") { Some(line.text("what it says otherwise, as a text")?.value) } else { None };
    let mut known = marks.iter().find(|mark| mark.on == on).map(|_| ());
    clause::once(&mut known, (), line.since(start), what)?;
    marks.push(PlaceMark { on, column, to, otherwise });
    Ok(true)
}

/// Reads `PURPOSE set` behind the word for a no.
fn no(line: &mut Cursor<'_>, word: No, draft: &Draft) -> Read<MarkOn> {
    let Spanned { value: purpose, span } = reference::purpose(line, draft)?;
    let declared = draft.purposes.get(purpose.at()).and_then(Option::as_ref);
    if let Some(finding) = declared.and_then(|declared| unfit(word, &declared.purpose)) {
        let (message, help) = finding;
        let at = draft.names.purposes.span(PurposeIx::at(purpose));
        return Err(Diagnostic::new(&codes::MARK_UNFIT, span, message).also(at, "declared here").help(help));
    }
    line.expect("set")?;
    Ok(MarkOn::No(purpose))
}

/// Why nobody can say no to a purpose by this word.
fn unfit(word: No, purpose: &Purpose) -> Option<(&'static str, &'static str)> {
    let is_asked =
        matches!(purpose.basis, Basis::Consent { .. }) || purpose.special == Some(SpecialBasis::ExplicitConsent);
    let is_objected = matches!(purpose.basis, Basis::LegitimateInterest(_) | Basis::PublicTask(_));
    match word {
        No::Withdrawal if is_asked => None,
        No::Objection if is_objected => None,
        No::Withdrawal if is_objected => Some(("this purpose does not rest on consent", "write `on objection to`")),
        No::Objection if is_asked => Some((
            "this purpose rests on consent, which is withdrawn",
            "write `on withdrawal of`; an objection to marketing sets the same mark",
        )),
        _ => {
            Some(("nobody can say no to this purpose", "its basis knows neither withdrawal nor objection; take it out"))
        }
    }
}
