//! Names where they are used: resolved to positions, or reported with what was perhaps meant.

use crate::diagnostic::{Code, Diagnostic, Report, codes};
use crate::model::{FieldIx, GroupIx, PurposeIx, RecipientIx};
use crate::source::{Spanned, TextSpan};
use crate::spell;

use super::cursor::{Cursor, Read};
use super::draft::Draft;
use super::names::Known;

/// Fields as a list names them: a field, or all fields of a group.
pub(crate) struct Named {
    pub fields: Vec<FieldIx>,
    /// True when it was named by its group.
    pub by_group: bool,
    pub span: TextSpan,
}

fn resolve(known: &Known, what: &str, code: &'static Code, word: Spanned<&str>) -> Read<u16> {
    known.get(word.value).ok_or_else(|| {
        let message = format!("{what} `{}` is not declared", word.value);
        let guess = spell::nearest(word.value, known.names());
        Diagnostic::new(code, word.span, message).help(format!("declare it, or name a {what} that is")).perhaps(guess)
    })
}

/// Reads the name of a recipient.
pub(crate) fn recipient(line: &mut Cursor<'_>, draft: &Draft) -> Read<Spanned<RecipientIx>> {
    let word = line.word("a recipient")?;
    let at = resolve(&draft.names.recipients, "recipient", &codes::RECIPIENT_UNDECLARED, word)?;
    Ok(Spanned { value: RecipientIx(at), span: word.span })
}

/// Reads the name of a purpose.
pub(crate) fn purpose(line: &mut Cursor<'_>, draft: &Draft) -> Read<Spanned<PurposeIx>> {
    let word = line.word("a purpose")?;
    let at = resolve(&draft.names.purposes, "purpose", &codes::PURPOSE_UNDECLARED, word)?;
    Ok(Spanned { value: PurposeIx(at), span: word.span })
}

/// Reads the name of one field, `group.field`.
pub(crate) fn field(line: &mut Cursor<'_>, draft: &Draft) -> Read<Spanned<FieldIx>> {
    let word = line.word("a field")?;
    if let Some((group, _)) = word.value.split_once('.') {
        resolve(&draft.names.groups, "group", &codes::GROUP_UNDECLARED, Spanned { value: group, span: word.span })?;
    }
    let at = resolve(&draft.names.fields, "field", &codes::FIELD_UNDECLARED, word)?;
    Ok(Spanned { value: FieldIx(at), span: word.span })
}

/// Reads `group.field` or the name of a group.
pub(crate) fn field_or_group(line: &mut Cursor<'_>, draft: &Draft) -> Read<Named> {
    if line.peek().is_some_and(|word| word.contains('.')) {
        let field = field(line, draft)?;
        return Ok(Named { fields: vec![field.value], by_group: false, span: field.span });
    }
    let word = line.word("a field or a group")?;
    let group = resolve(&draft.names.groups, "group", &codes::GROUP_UNDECLARED, word)?;
    let fields = match draft.groups.get(GroupIx(group).at()) {
        Some(Some(group)) => group.fields.clone(),
        _ => Vec::new(),
    };
    Ok(Named { fields, by_group: true, span: word.span })
}

/// Reads fields and groups between commas; stops before the first word that is neither.
///
/// A name that is not declared is reported and passed over; the second value is then true.
pub(crate) fn fields(line: &mut Cursor<'_>, draft: &Draft, report: &mut Report) -> (Vec<Named>, bool) {
    let mut list: Vec<Named> = Vec::new();
    let mut missed = false;
    loop {
        match field_or_group(line, draft) {
            Ok(named) => {
                if list
                    .iter()
                    .any(|known| known.span != named.span && known.fields == named.fields && !named.fields.is_empty())
                {
                    report.push(Diagnostic::new(&codes::NAMED_TWICE, named.span, "this is named twice"));
                }
                list.push(named);
            }
            Err(finding) => {
                report.push(finding);
                missed = true;
                if line.at_end() {
                    return (list, missed);
                }
            }
        }
        if !line.comma() {
            return (list, missed);
        }
    }
}
