//! Who else receives fields: who they are, where, in what role, under which safeguard.

use candor_manifest::model::{Recipient, RecipientRole, Safeguard};

use super::named::{Pair, pairs};
use super::{Change, Class, Sides};
use crate::wording;

pub(super) fn compare(Sides { old, new }: Sides<'_>, changes: &mut Vec<Change>) {
    for pair in pairs(&old.recipients, &new.recipients, |recipient| recipient.name.as_str()) {
        match pair {
            Pair::Came(recipient) => {
                let (name, title, place) = (&recipient.name, &recipient.title, recipient.country);
                let sentence = format!("the recipient {name} ({title}, {}) is new", wording::country(place));
                changes.push(Change::new("recipient.added", Class::Notice, sentence).of_recipient(name));
            }
            Pair::Gone(recipient) => {
                let sentence = format!("the recipient {} is gone", recipient.name);
                changes.push(Change::new("recipient.removed", Class::Narrows, sentence).of_recipient(&recipient.name));
            }
            Pair::Stayed(before, after) => recipient(before, after, changes),
        }
    }
}

fn recipient(before: &Recipient, after: &Recipient, changes: &mut Vec<Change>) {
    let name = after.name.as_str();
    let mut push = |code, class, said: String| {
        changes.push(Change::new(code, class, format!("the recipient {name} {said}")).of_recipient(name));
    };
    if before.country != after.country {
        let (from, to) = (before.country, after.country);
        push(
            "recipient.moved",
            Class::Notice,
            format!("moved from {} to {}", place(from.as_str()), place(to.as_str())),
        );
    }
    if before.role != after.role {
        push("recipient.role", Class::Notice, format!("is {} instead of {}", role(after.role), role(before.role)));
    }
    if before.safeguard != after.safeguard {
        let said = |of: Option<Safeguard>| of.map_or("none", safeguard);
        let (is, was) = (said(after.safeguard), said(before.safeguard));
        push("recipient.safeguard", Class::Notice, format!("is under another safeguard: {is} instead of {was}"));
    }
    // It may be the same organisation under another name, or another one: people are told of both.
    if before.title != after.title {
        push("recipient.retitled", Class::Notice, format!("is now “{}” instead of “{}”", after.title, before.title));
    }
    if before.policy_url != after.policy_url {
        push("recipient.policy", Class::Neutral, "has its own policy at another address".to_owned());
    }
}

/// A country as policies write it.
fn place(code: &str) -> &str {
    if code == "00" { "anywhere" } else { code }
}

const fn role(role: RecipientRole) -> &'static str {
    match role {
        RecipientRole::Processor => "a processor",
        RecipientRole::Controller => "a controller of its own",
        RecipientRole::JointController => "a joint controller",
        RecipientRole::App => "an app",
        RecipientRole::Authority => "an authority",
        RecipientRole::Users => "other users",
        RecipientRole::Public => "the public",
    }
}

const fn safeguard(safeguard: Safeguard) -> &'static str {
    match safeguard {
        Safeguard::Adequacy => "an adequacy decision",
        Safeguard::Scc => "standard contractual clauses",
        Safeguard::Bcr => "binding corporate rules",
        Safeguard::Consent => "explicit consent",
        Safeguard::Contract => "need for the contract",
        Safeguard::LegalClaims => "legal claims",
    }
}
