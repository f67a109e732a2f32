//! `recipient NAME "Title" in CC, ROLE, safeguard …, policy …, told at …`: who else gets fields.

use crate::diagnostic::{Diagnostic, Report, codes};
use crate::law::countries;
use crate::model::{Country, Recipient, RecipientRole, Safeguard, ToldAt};
use crate::source::TextSpan;
use crate::tree::Statement;

use super::clause;
use super::cursor::{Cursor, Read};
use super::draft::{Draft, ReadRecipient};
use super::names::declared;

const ROLES: [(&str, RecipientRole); 7] = [
    ("processor", RecipientRole::Processor),
    ("controller", RecipientRole::Controller),
    ("joint controller", RecipientRole::JointController),
    ("app", RecipientRole::App),
    ("authority", RecipientRole::Authority),
    ("users", RecipientRole::Users),
    ("public", RecipientRole::Public),
];

const SAFEGUARDS: [(&str, Safeguard); 6] = [
    ("adequacy", Safeguard::Adequacy),
    ("SCC", Safeguard::Scc),
    ("BCR", Safeguard::Bcr),
    ("consent", Safeguard::Consent),
    ("contract", Safeguard::Contract),
    ("legal claims", Safeguard::LegalClaims),
];

pub(super) fn read(statement: &Statement, draft: &mut Draft, report: &mut Report) {
    let home = draft.controller.as_ref().map(|controller| controller.country);
    let Some(mut read) = clause::line(statement, report, recipient) else { return };
    if let Some(home) = home {
        read.recipient.is_transfer = is_transfer(home, &read.recipient);
        report.keep(refuse_unsafe_transfer(&read, statement.span));
    }
    let at = declared(statement, 1).and_then(|name| draft.names.recipients.get(name.value));
    if let Some(slot @ None) = at.and_then(|at| draft.recipients.get_mut(usize::from(at))) {
        *slot = Some(read);
    }
}

fn recipient(line: &mut Cursor<'_>) -> Read<ReadRecipient> {
    line.expect("recipient")?;
    let name = line.declared("a name")?.value;
    let title = line.text("the recipient's title")?.value;
    let country_at = line.here();
    let country = if line.eat("worldwide") {
        Country::WORLD
    } else if line.eat("in") {
        line.country()?
    } else {
        return Err(line.expected("`in` and a country, or `worldwide`,"));
    };
    let country_at = line.since(country_at);
    if !line.comma() {
        return Err(line.expected("`,` and a role"));
    }
    let role = line.choice("a role", &ROLES)?;
    let (mut safeguard, mut policy_url, mut told_at) = (None, None, None);
    while line.comma() {
        let start = line.here();
        if line.eat("safeguard") {
            let read = line.choice("a safeguard", &SAFEGUARDS)?;
            clause::once(&mut safeguard, (read, line.since(start)), line.since(start), "safeguard")?;
        } else if line.eat("policy") {
            let url = line.url()?;
            clause::once(&mut policy_url, url, line.since(start), "policy")?;
        } else if line.eat("told at") {
            let at = told(line)?;
            clause::once(&mut told_at, at, line.since(start), "told at")?;
        } else {
            return Err(clause::unknown(line, "a recipient", &["safeguard", "policy", "told at"]));
        }
    }
    let recipient = Recipient {
        name,
        title,
        country,
        role,
        safeguard: safeguard.map(|(safeguard, _)| safeguard),
        policy_url,
        told_at,
        is_transfer: false,
    };
    Ok(ReadRecipient { recipient, country: country_at, safeguard: safeguard.map(|(_, span)| span) })
}

/// Reads `mail ADDRESS` or `env NAME`.
fn told(line: &mut Cursor<'_>) -> Read<ToldAt> {
    if line.eat("mail") {
        return Ok(ToldAt::Mail(line.email()?));
    }
    Ok(ToldAt::Env(super::system::env(line)?))
}

/// True when fields leave the controller's country and the EEA does not span both.
///
/// What everybody may read, what other users see and what an authority demands has no place it is sent to.
fn is_transfer(home: Country, recipient: &Recipient) -> bool {
    if recipient.country == Country::WORLD {
        use RecipientRole::{Authority, Public, Users};
        return !matches!(recipient.role, Users | Public | Authority);
    }
    recipient.country != home && !(countries::is_eea(home) && countries::is_eea(recipient.country))
}

fn refuse_unsafe_transfer(read: &ReadRecipient, whole: TextSpan) -> Read<()> {
    let recipient = &read.recipient;
    let safeguard_at = read.safeguard.unwrap_or(whole);
    match recipient.safeguard {
        None if recipient.is_transfer => Err(Diagnostic::new(
            &codes::TRANSFER_WITHOUT_SAFEGUARD,
            read.country,
            format!("`{}` gets fields abroad without a safeguard", recipient.name),
        )
        .help("add `, safeguard` and one of: adequacy, SCC, BCR, consent, contract, legal claims")),
        Some(Safeguard::Adequacy) if recipient.is_transfer && !countries::is_adequate(recipient.country) => {
            Err(Diagnostic::new(
                &codes::ADEQUACY_WITHOUT_DECISION,
                safeguard_at,
                "no adequacy decision covers this country",
            )
            .also(read.country, format!("as of {}", countries::AS_OF))
            .help("name another safeguard, such as SCC"))
        }
        Some(_) if !recipient.is_transfer => {
            let message = "a safeguard is named, but nothing leaves the country or the EEA";
            Err(Diagnostic::new(&codes::SAFEGUARD_UNNEEDED, safeguard_at, message).help("take it out"))
        }
        _ => Ok(()),
    }
}
