//! `by email, sms, opt-out offered`: how a purpose reaches people, and whether they can decline.

use crate::check::clause;
use crate::check::cursor::{Cursor, Read};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::{Basis, Channel, OptOut, Purpose};
use crate::source::TextSpan;

/// The words of the channels.
pub(in crate::check) const CHANNELS: [(&str, Channel); 6] = [
    ("email", Channel::Email),
    ("sms", Channel::Sms),
    ("telephone", Channel::Telephone),
    ("post", Channel::Post),
    ("in app", Channel::InApp),
    ("push", Channel::Push),
];

/// Reads what stands behind `by`.
pub(super) fn read(line: &mut Cursor<'_>) -> Read<(Vec<Channel>, Option<OptOut>)> {
    let mut channels = Vec::new();
    let mut opt_out = None;
    loop {
        let start = line.here();
        if line.eat("opt-out offered") {
            clause::once(&mut opt_out, OptOut::Offered, line.since(start), "opt-out")?;
        } else if line.eat("no opt-out") {
            let why = line.text("why nobody can opt out")?.value;
            clause::once(&mut opt_out, OptOut::Fixed(why), line.since(start), "opt-out")?;
        } else {
            let mut choices = CHANNELS.to_vec();
            choices.extend([("opt-out offered", Channel::Email), ("no opt-out", Channel::Email)]);
            let channel = line.choice("a channel", &choices)?;
            if !channels.contains(&channel) {
                channels.push(channel);
            }
        }
        if !line.comma() {
            break;
        }
    }
    if channels.is_empty() {
        return Err(line.expected("a channel"));
    }
    Ok((channels, opt_out))
}

/// Who reaches people says whether they can decline; who markets lets them (GDPR Art. 21(2)).
pub(super) fn refuse_unstated(purpose: &Purpose, channels: Option<TextSpan>, opt_out: Option<&OptOut>) -> Read<()> {
    let Some(channels) = channels else { return Ok(()) };
    match opt_out {
        None => {
            let message = "nothing is said of whether people can opt out of these messages";
            let finding = Diagnostic::new(&codes::OPT_OUT_NOT_STATED, channels, message);
            Err(finding.help("add `, opt-out offered`, or `, no opt-out` and the reason between quotes"))
        }
        Some(OptOut::Fixed(_)) if purpose.is_marketing => {
            let message = "people may always object to marketing";
            let finding = Diagnostic::new(&codes::MARKETING_WITHOUT_OPT_OUT, channels, message);
            Err(finding.help("write `opt-out offered` (GDPR Art. 21(2))"))
        }
        Some(_) => Ok(()),
    }
}

/// Marketing rests on consent or on an interest people can object to.
pub(in crate::check) fn refuse_marketing_basis(purpose: &Purpose, because: TextSpan) -> Read<()> {
    let fits = matches!(purpose.basis, Basis::Consent { .. } | Basis::LegitimateInterest(_));
    if !purpose.is_marketing || fits {
        return Ok(());
    }
    let finding = Diagnostic::new(&codes::MARKETING_BASIS, because, "marketing cannot rest on this basis");
    Err(finding
        .because(format!("`{}` is marketing", purpose.term))
        .help("write `because consent`, or `because legitimate interest` and the interest"))
}
