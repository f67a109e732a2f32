//! `/{tenant}/console/policies`: the versions of the policy, and how the ledger stands.

use axum::response::Response;
use candor_vault::{PolicyView, VaultError};
use maud::{Markup, html};

use super::desk::Seated;
use crate::kit::{Desk, card, pairs, table};
use crate::language::minute;
use crate::words::console as words;

pub(super) async fn page(seated: Seated) -> Response {
    match content(&seated).await {
        Ok(content) => {
            let title = Desk::Policies.title(seated.language());
            seated.page(Desk::Policies, title, &content)
        }
        Err(error) => seated.answer(&error, "console"),
    }
}

async fn content(seated: &Seated) -> Result<Markup, VaultError> {
    seated.needs_administrator()?;
    let language = seated.language();
    let (vault, tenant) = (seated.at.identity.vault(), seated.session.tenant);
    let policies = vault.policies(tenant).await?;
    // A signed head: the second line is how many entries it covers. Source: spec/ledger.md.
    let note = vault.checkpoint(tenant).await?;
    let n_signed = note.lines().nth(1).unwrap_or("–").to_owned();
    let n_entries = vault.store().ledger_size(tenant).await?;
    let row = |policy: &PolicyView| {
        let archived = seated.at.path(&format!("versions/{}", policy.version));
        vec![
            html! { a href=(archived) { (policy.version) } },
            minute(language, policy.effective_at),
            html! { code { (policy.digest.get(..16).unwrap_or_default()) } },
        ]
    };
    let rows: Vec<_> = policies.iter().map(row).collect();
    let columns = [words::version(language), words::in_force(language), words::digest(language)];
    Ok(html! {
        (table(&html! { span class="unseen" { (words::policies(language)) } }, &columns, &rows))
        (card("ledger", &html! { (words::ledger(language)) }, &html! {
            (pairs(&[
                (html! { (words::ledger_entries(language)) }, html! { (n_entries) }),
                (html! { (words::ledger_signed(language)) }, html! { (n_signed) }),
                (html! { (words::ledger_key(language)) }, html! { code { (seated.at.tenant.verifier_key) } }),
            ]))
        }))
    })
}
