//! What was posted, made into a [`SignUp`] or into what is wrong with it.

use candor_identity::{is_birth_date, is_password};
use candor_manifest::model::{Field, FieldIx, PurposeIx, ValueKind};
use candor_words::{Instant, Secret, Span, SpanUnit};
use serde_json::Value;

use super::asked::SignUpForm;
use super::fault::{FieldFault, FieldFaultKind};
use super::page::{BORN_FIELD, POLICY_FIELD, is_lines};
use crate::words::sign_up as words;
use crate::{Language, Posted};

/// The fewest characters of a password.
pub const PASSWORD_CHARS_MIN: usize = candor_identity::PASSWORD_CHARS_MIN;
/// The most bytes of a password: what is hashed has a bound.
const PASSWORD_BYTES_MAX: u32 = 1024;
/// Nobody is older, in years; a date before that is a slip.
const AGE_MAX: u32 = 130;
/// The longest email address (RFC 5321 § 4.5.3.1.3).
const ADDRESS_BYTES_MAX: usize = 254;

/// What somebody gave and decided at the door.
pub struct SignUp {
    /// The values, each as its field takes it; none is empty.
    pub values: Vec<(FieldIx, Value)>,
    /// The password, with the field whose hash it becomes.
    pub password: Option<(FieldIx, Secret<String>)>,
    /// The answers that were given; a purpose that is not here was left open, which is no yes.
    pub consents: Vec<(PurposeIx, bool)>,
    /// True when the policy has an age rule: its age was shown, and the date forgotten unless the policy keeps it.
    pub is_of_age: bool,
}

/// Why a posted form is no [`SignUp`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignUpRefusal {
    /// Under the policy's age: nothing of the form may be kept.
    TooYoung(u8),
    /// Another policy is in force by now than the one whose texts were shown.
    PolicyChanged,
    /// Something to mend, field by field.
    Faults(Vec<FieldFault>),
}

/// Reads a posted sign-up.
///
/// # Errors
/// The person is under age, the policy changed since the form was shown, or fields are at fault.
pub fn read_sign_up(
    form: &SignUpForm<'_>,
    posted: &Posted,
    policy_digest: &str,
    now: Instant,
) -> Result<SignUp, SignUpRefusal> {
    if posted.get(POLICY_FIELD) != policy_digest {
        return Err(SignUpRefusal::PolicyChanged);
    }
    let mut faults = Vec::new();
    // Age comes first: of a child not even the other faults are worked out.
    let born = match form.age {
        Some(at_least) => read_born(posted, at_least, now, &mut faults)?,
        None => None,
    };
    let (mut values, mut password) = (Vec::new(), None);
    for (ix, field) in form.fields() {
        if is_password(field) {
            password = read_password(posted, field, &mut faults).map(|given| (ix, given));
        } else if is_birth_date(field) && form.age.is_some() {
            values.extend(born.clone().map(|born| (ix, Value::String(born))));
        } else {
            values.extend(read_value(posted, field, &mut faults).map(|value| (ix, value)));
        }
    }
    let consents = read_consents(form, posted, &mut faults);
    if !faults.is_empty() {
        return Err(SignUpRefusal::Faults(faults));
    }
    Ok(SignUp { values, password, consents, is_of_age: form.age.is_some() })
}

fn read_born(
    posted: &Posted,
    at_least: u8,
    now: Instant,
    faults: &mut Vec<FieldFault>,
) -> Result<Option<String>, SignUpRefusal> {
    let fault =
        |kind| FieldFault { field: BORN_FIELD.to_owned(), label: words::born(Language::English).to_owned(), kind };
    let typed = posted.get(BORN_FIELD).trim();
    if typed.is_empty() {
        faults.push(fault(FieldFaultKind::Missing));
        return Ok(None);
    }
    let years = |count| Span::new(count, SpanUnit::Year);
    let day = date(typed).filter(|(day, _)| *day <= now && day.plus(years(AGE_MAX)) > now);
    let Some((day, written)) = day else {
        faults.push(fault(FieldFaultKind::NoDate));
        return Ok(None);
    };
    if day.plus(years(at_least.into())) > now {
        return Err(SignUpRefusal::TooYoung(at_least));
    }
    Ok(Some(written))
}

fn read_password(posted: &Posted, field: &Field, faults: &mut Vec<FieldFault>) -> Option<Secret<String>> {
    let typed = posted.get(&field.name);
    let kind = if typed.is_empty() && field.optional {
        return None;
    } else if typed.is_empty() {
        FieldFaultKind::Missing
    } else if typed.len() > PASSWORD_BYTES_MAX as usize {
        FieldFaultKind::TooLong(PASSWORD_BYTES_MAX)
    } else if typed.chars().count() < PASSWORD_CHARS_MIN {
        FieldFaultKind::TooShort(PASSWORD_CHARS_MIN)
    } else {
        return Some(Secret::new(typed.to_owned()));
    };
    faults.push(fault_of(field, kind));
    None
}

fn read_value(posted: &Posted, field: &Field, faults: &mut Vec<FieldFault>) -> Option<Value> {
    let typed = posted.get(&field.name).trim();
    if field.kind == ValueKind::Flag {
        return Some(Value::Bool(typed == "yes")).filter(|value| !field.optional || *value == Value::Bool(true));
    }
    if typed.is_empty() {
        if !field.optional {
            faults.push(fault_of(field, FieldFaultKind::Missing));
        }
        return None;
    }
    match value_of(field, typed) {
        Ok(value) => Some(value),
        Err(kind) => {
            faults.push(fault_of(field, kind));
            None
        }
    }
}

/// What was typed, as the field takes it.
pub(crate) fn value_of(field: &Field, typed: &str) -> Result<Value, FieldFaultKind> {
    if typed.len() > field.bytes_max as usize {
        return Err(FieldFaultKind::TooLong(field.bytes_max));
    }
    let breaks = |c: char| c.is_control() && !(is_lines(field) && matches!(c, '\n' | '\r' | '\t'));
    if typed.chars().any(breaks) {
        return Err(FieldFaultKind::Characters);
    }
    match field.kind {
        ValueKind::Number => number(typed).ok_or(FieldFaultKind::NoNumber),
        ValueKind::Date => date(typed).map(|(_, written)| Value::String(written)).ok_or(FieldFaultKind::NoDate),
        _ if field.term.starts_with("EmailAddress") && !is_address(typed) => Err(FieldFaultKind::NoAddress),
        _ => Ok(Value::String(typed.replace("\r\n", "\n"))),
    }
}

fn number(typed: &str) -> Option<Value> {
    if let Ok(whole) = typed.parse::<i64>() {
        return Some(Value::from(whole));
    }
    let decimal: f64 = typed.replace(',', ".").parse().ok()?;
    serde_json::Number::from_f64(decimal).map(Value::Number)
}

/// A day, typed as `1990-12-31` or `31.12.1990`, and as it is written down.
fn date(typed: &str) -> Option<(Instant, String)> {
    let numbers = |mark| -> Option<[u16; 3]> {
        let parts: Vec<_> = typed.split(mark).map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
        parts.try_into().ok()
    };
    let [year, month, day] = match numbers('-') {
        Some(parts) => parts,
        None => numbers('.').map(|[day, month, year]| [year, month, day])?,
    };
    let at = Instant::from_date(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?)?;
    (year >= 1000).then(|| (at, format!("{year:04}-{month:02}-{day:02}")))
}

/// True for what can be an address; whether it is one, a message to it shows.
fn is_address(typed: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '@');
    let parts = typed.rsplit_once('@');
    typed.len() <= ADDRESS_BYTES_MAX && parts.is_some_and(|(local, domain)| plain(local) && plain(domain))
}

fn read_consents(form: &SignUpForm<'_>, posted: &Posted, faults: &mut Vec<FieldFault>) -> Vec<(PurposeIx, bool)> {
    let mut answers = Vec::new();
    for ix in &form.consents {
        let Some(purpose) = form.manifest.purposes.get(ix.at()) else { continue };
        let field = format!("consent.{}", purpose.name);
        match posted.get(&field) {
            "" => {}
            "yes" => answers.push((*ix, true)),
            "no" => answers.push((*ix, false)),
            _ => faults.push(FieldFault { field, label: purpose.title.clone(), kind: FieldFaultKind::NoAnswer }),
        }
    }
    answers
}

fn fault_of(field: &Field, kind: FieldFaultKind) -> FieldFault {
    FieldFault { field: field.name.clone(), label: field.title.clone(), kind }
}
