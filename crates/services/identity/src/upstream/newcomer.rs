//! Somebody whom nobody here is linked to.
//!
//! An address that is vouched for and that nobody here has opens an account, where the tenant wants that. In every other
//! case a letter goes to the address: whoever opens it, in the browser in which the sign-in began, has proved that the
//! address is theirs. So an account that is there is never taken over by what a provider says, and nobody learns from a page
//! whether there is one.

use std::collections::BTreeMap;

use candor_manifest::model::Manifest;
use candor_vault::{AgeAct, NewContract, NewSubject, TenantView, VaultError, source_name};
use candor_words::{RecordId, Secret, SubjectId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::address::address;
use crate::attempt::Attempt;
use crate::door::FrontDoor;
use crate::drawer::Sort;
use crate::identity::Identity;
use crate::letters::About;
use crate::local_path::LocalPath;
use crate::method::Method;
use crate::sign_up::{code_over, once};
use crate::token::Token;
use crate::upstream::away::Browser;
use crate::upstream::back::{Said, UpstreamStep, over};
use crate::upstream::configured::Configured;
use crate::upstream::keep::{Keeping, records};
use crate::visit::Visit;

/// How long a letter waits to be opened: half an hour.
const LETTER_MS: i64 = 30 * 60 * 1000;

/// Body of a newcomer's slip: what was said, until the address is proved.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Newcomer {
    upstream: RecordId,
    browser: String,
    issuer: String,
    account: String,
    values: BTreeMap<String, Value>,
    is_old_enough: bool,
    is_directory: bool,
    /// The address that is proved by opening the letter.
    address: String,
    /// Whose address it is; nobody's when an account is to be made.
    link_to: Option<SubjectId>,
    then: Option<LocalPath>,
}

impl Sort for Newcomer {
    const KIND: u16 = 28;
}

impl Identity {
    pub(crate) async fn newcomer(
        &self,
        tenant: &TenantView,
        configured: &Configured,
        said: Said,
        browser: Option<String>,
        then: Option<LocalPath>,
        visit: &Visit,
    ) -> Result<UpstreamStep, VaultError> {
        let door = self.front_door(tenant.id).await.ok();
        let email = said.email.as_ref().and_then(|(text, is_verified)| Some((address(text)?.to_owned(), *is_verified)));
        let has_addresses = door.as_ref().is_some_and(|door| door.email.is_some());
        let door_email = door.as_ref().and_then(|door| Some((door, door.email.as_deref()?)));
        let Some(((to, is_verified), (door, field))) = email.zip(door_email) else {
            // Nobody could be mistaken for them: no address was said, or none tells people apart here.
            let is_nobodys = said.email.is_none() || !has_addresses;
            return if configured.opens_accounts && is_nobodys {
                self.welcome(tenant, configured, &said, then, visit).await
            } else {
                Ok(UpstreamStep::NoAccount)
            };
        };
        let holder = self.vault.find(&self.door(tenant.id), &door.purpose, field, &to).await?;
        if holder.is_none() && is_verified && configured.opens_accounts {
            return self.welcome(tenant, configured, &said, then, visit).await;
        }
        self.needs_mail()?;
        let Some(browser) = browser else { return Err(over()) };
        if holder.is_none() && !configured.opens_accounts {
            self.send(tenant, Secret::new(to), About::NoAccount, visit.language);
            return Ok(UpstreamStep::Written);
        }
        let token = Token::draw(self.entropy.as_ref());
        let name = self.name_of::<Newcomer>(tenant.id, &token).await?;
        let body = Newcomer {
            upstream: configured.id,
            browser,
            issuer: said.issuer,
            account: said.account,
            values: said.values,
            is_old_enough: said.is_old_enough,
            is_directory: said.method == Method::Directory,
            address: to.clone(),
            link_to: holder,
            then,
        };
        let put = self.put_new(name, holder, Some(self.in_ms(LETTER_MS)), &body)?;
        self.vault.change_slips(&self.door(tenant.id), vec![put], Vec::new()).await?;
        let link = self.link(tenant, &format!("sign-in/with/{}/confirm", configured.name), &token);
        self.send(tenant, Secret::new(to), About::Elsewhere { link: &link, at: &configured.title }, visit.language);
        Ok(UpstreamStep::Written)
    }

    /// True while a letter waits to be opened in this browser; looking at it uses nothing up.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn is_letter_waiting(
        &self,
        tenant: &TenantView,
        code: &Token,
        browser: &Browser,
    ) -> Result<bool, VaultError> {
        let browser = self.browser_name(tenant.id, browser).await?;
        Ok(self.kept_by::<Newcomer>(tenant.id, code).await?.is_some_and(|kept| kept.body.browser == browser))
    }

    /// Opens a letter: the account is linked, or made, and its holder goes on signing in.
    ///
    /// # Errors
    /// `code.over`: the code was used, is too old, or was opened in another browser.
    pub async fn open_letter(
        &self,
        tenant: &TenantView,
        name: &str,
        (code, browser): (&Token, &Browser),
        visit: &Visit,
    ) -> Result<UpstreamStep, VaultError> {
        let configured = self.place(tenant.id, name).await?.body;
        let browser = self.browser_name(tenant.id, browser).await?;
        let kept = self.kept_by::<Newcomer>(tenant.id, code).await?.ok_or_else(code_over)?;
        // In any other browser, somebody else's account there would be linked to what the reader has here.
        if kept.body.upstream != configured.id || kept.body.browser != browser {
            return Err(code_over());
        }
        self.vault.change_slips(&self.door(tenant.id), vec![kept.taken()], Vec::new()).await.map_err(once)?;
        let Newcomer { issuer, account, values, is_old_enough, is_directory, address, link_to, then, .. } = kept.body;
        // The letter proves the address, not the account that had it half an hour ago.
        let door = self.front_door(tenant.id).await?;
        let Some(field) = &door.email else { return Err(code_over()) };
        let holder = self.vault.find(&self.door(tenant.id), &door.purpose, field, &address).await?;
        if link_to.is_some() && holder.is_none() {
            return Err(code_over());
        }
        let method = if is_directory { Method::Directory } else { Method::Upstream };
        let said = Said { issuer, account, email: None, values, is_old_enough, method };
        let Some(subject) = holder else { return self.welcome(tenant, &configured, &said, then, visit).await };
        self.link_account(tenant, &configured, subject, &said, Keeping::TheirsNot).await?;
        let attempt = Attempt::by(subject, said.method, then);
        Ok(UpstreamStep::Step(self.advance(tenant.id, attempt, visit).await?))
    }

    /// Makes an account of what was said, links it, and goes on.
    async fn welcome(
        &self,
        tenant: &TenantView,
        configured: &Configured,
        said: &Said,
        then: Option<LocalPath>,
        visit: &Visit,
    ) -> Result<UpstreamStep, VaultError> {
        let plan = self.vault.plan(tenant.id, None).await?;
        let manifest = plan.manifest();
        let source = source_name(&configured.source());
        let mine = identifying(manifest, said);
        let records = records(said.values.iter().filter(|(name, _)| mine.contains(&name.as_str())), &source);
        let new = NewSubject { records: records.collect(), contract: Some(NewContract::default()) };
        let subject = match self.vault.create_subject(&self.door(tenant.id), new).await {
            Ok(created) => created.subject,
            Err(error) if error.code() == "identifier.taken" => return Ok(UpstreamStep::NoAccount),
            Err(error) => return Err(error),
        };
        if said.is_old_enough {
            self.vault.set_age(&self.person(tenant.id, subject), subject, AgeAct::AtLeast).await?;
        }
        self.link_account(tenant, configured, subject, said, Keeping::All).await?;
        let attempt = Attempt::by(subject, said.method, then).of_newcomer();
        Ok(UpstreamStep::Step(self.advance(tenant.id, attempt, visit).await?))
    }
}

/// What a new account is made of: the groups that tell people apart. The rest is kept after the consent it may rest on.
fn identifying<'a>(manifest: &'a Manifest, said: &'a Said) -> Vec<&'a str> {
    let door = FrontDoor::of(manifest).ok();
    let groups: Vec<&str> = door
        .iter()
        .flat_map(|door| door.identifiers.iter().chain(std::iter::once(&door.password)))
        .filter_map(|name| name.split_once('.').map(|(group, _)| group))
        .collect();
    let is_of = |name: &&str| name.split_once('.').is_some_and(|(group, _)| groups.contains(&group));
    said.values.keys().map(String::as_str).filter(is_of).collect()
}
