//! What stands at the head of a policy, and how long groups are kept.

use crate::groups::Group;
use crate::names::quoted;
use crate::purposes::{Purpose, span};
use crate::shapes::Resources;
use crate::translate::Options;
use crate::writing::Writing;

pub(crate) fn write(resources: &Resources, options: &Options, writing: &mut Writing) {
    let organization = resources.organization.first();
    let name =
        organization.and_then(|organization| organization.name.as_deref()).filter(|name| !name.trim().is_empty());
    writing.line(
        "# Translated from Fides. What the source does not say stands as a question, and `candor check` names what is",
    );
    writing.line("# still missing.");
    writing.line("");
    writing.ask("", "which version is this, and from when on is it in force?");
    writing.line(format!("policy {}, version 0.1", quoted(name.unwrap_or("Translated from Fides"))));
    let controller = organization.and_then(|organization| organization.controller.as_ref());
    let called = controller.and_then(|controller| controller.name.as_deref()).or(name);
    let mut reached = Vec::new();
    if let Some(email) =
        controller.and_then(|controller| controller.email.as_deref()).filter(|email| email.contains('@'))
    {
        reached.push(format!("contact {}", crate::names::one_line(email)));
    }
    if let Some(phone) = controller.and_then(|controller| controller.phone.as_deref()).filter(|phone| !phone.is_empty())
    {
        reached.push(format!("telephone {}", quoted(phone)));
    }
    match (called, &options.country) {
        (Some(called), Some(country)) if !reached.is_empty() => {
            writing.line(format!("controller {} in {country}, {}", quoted(called), reached.join(", ")));
        }
        _ => {
            let reached = if reached.is_empty() { "contact EMAIL".to_owned() } else { reached.join(", ") };
            writing.ask(
                "",
                format!(
                    "who is the controller, and where: controller {} in COUNTRY, {reached}",
                    called.map_or_else(|| "\"NAME\"".to_owned(), quoted)
                ),
            );
        }
    }
    if options.laws.is_empty() {
        writing.ask("", "which laws apply: law gdpr, …");
    } else {
        writing.line(format!("law {}", options.laws.join(", ")));
    }
}

/// Writes how long each group is kept, where the source says so, and asks where nothing else ends its fields.
pub(crate) fn write_keeps(groups: &[Group], purposes: &[Purpose<'_>], writing: &mut Writing) {
    writing.line("");
    for group in groups.iter().filter(|group| group.fields().next().is_some()) {
        let stated = group.retention.as_deref().filter(|stated| !stated.trim().is_empty());
        match (stated, stated.and_then(span)) {
            (Some(stated), Some(span)) => {
                writing.ask("", format!(
                    "the source keeps `{}` for {}, and does not say since when; `created`, then `erase` are assumed",
                    group.name,
                    quoted(stated)
                ));
                writing.line(format!("keep {} until {span} after created, then erase", group.name));
            }
            (Some(stated), None) => writing.ask(
                "",
                format!(
                    "the source keeps `{}` for {}: keep {} until … then erase",
                    group.name,
                    quoted(stated),
                    group.name
                ),
            ),
            (None, _) if ends_with_its_purposes(group, purposes) => {}
            (None, _) => writing.ask(
                "",
                format!(
                    "the source does not say how long `{}` is kept: keep {} until … then erase",
                    group.name, group.name
                ),
            ),
        }
    }
}

fn ends_with_its_purposes(group: &Group, purposes: &[Purpose<'_>]) -> bool {
    group.fields().all(|field| {
        let mut users = purposes.iter().filter(|purpose| purpose.fields.contains(&field.name)).peekable();
        users.peek().is_some() && users.all(|purpose| purpose.span.is_some())
    })
}
