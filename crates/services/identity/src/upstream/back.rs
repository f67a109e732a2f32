//! Somebody comes back from a provider.

use std::collections::BTreeMap;

use candor_identity_port::{UpstreamAnswer, UpstreamPerson};
use candor_ledger::EntryBody;
use candor_manifest::model::{Manifest, ValueKind};
use candor_vault::{ErrorKind, TenantView, VaultError};
use candor_words::TenantId;
use serde_json::Value;

use crate::attempt::{Attempt, Step};
use crate::drawer::Sort;
use crate::identity::Identity;
use crate::local_path::LocalPath;
use crate::method::{Method, Methods};
use crate::session::Session;
use crate::sign_up::once;
use crate::upstream::away::{Away, Browser, of_upstream};
use crate::upstream::configured::Configured;
use crate::upstream::keep::Keeping;
use crate::visit::Visit;

/// What somebody brought back, in which browser, and who is signed in there.
#[derive(Debug)]
pub struct Back<'a> {
    /// The parameters of the address.
    pub answer: UpstreamAnswer,
    /// The browser's cookie.
    pub browser: Option<&'a Browser>,
    /// Who is signed in.
    pub session: Option<&'a Session>,
}

/// What became of a sign-in elsewhere.
#[derive(Debug)]
pub enum UpstreamStep {
    /// It goes on as every sign-in.
    Step(Step),
    /// The account of who is signed in is linked from now on.
    Linked {
        /// Where they go on.
        then: Option<LocalPath>,
    },
    /// A letter went to the address that was said: the person goes on from there. Said whether or not there is an account.
    Written,
    /// Nobody here is linked to that account, and none is made: sign in another way first.
    NoAccount,
}

/// Who somebody is there, and what was said of them that may be kept.
pub(crate) struct Said {
    pub issuer: String,
    pub account: String,
    /// The address, and whether it is vouched for.
    pub email: Option<(String, bool)>,
    /// The values by field.
    pub values: BTreeMap<String, Value>,
    pub is_old_enough: bool,
    pub method: Method,
}

impl Identity {
    /// Takes what somebody brought back.
    ///
    /// # Errors
    /// `upstream.over` when it belongs to no attempt of this browser, or was brought before; the provider's word does not
    /// verify (`upstream.…`).
    pub async fn come_back(
        &self,
        tenant: &TenantView,
        name: &str,
        back: Back<'_>,
        visit: &Visit,
    ) -> Result<UpstreamStep, VaultError> {
        let configured = self.place(tenant.id, name).await?.body;
        let provider = configured.provider(self.way_back(tenant, name)).ok_or_else(over)?;
        let browser = self.browser_name(tenant.id, back.browser.ok_or_else(over)?).await?;
        self.limits.begin(visit, self.now())?;
        let state = self.vault.slip_name(tenant.id, Away::KIND, back.answer.state.as_bytes()).await?;
        let kept = self.kept::<Away>(tenant.id, state).await?.ok_or_else(over)?;
        // Two providers are never mixed up, nor two browsers: neither may use up what is not theirs.
        if kept.body.upstream != configured.id || !kept.body.is_of(&browser) {
            return Err(over());
        }
        let gone = vec![kept.taken()];
        self.vault.change_slips(&self.door(tenant.id), gone, Vec::new()).await.map_err(once).map_err(|_| over())?;
        let away = kept.body;
        let attempt = away.attempt(&back.answer.state);
        let upstream = &self.outside()?.upstream;
        let person = match upstream.finish(&provider, &attempt, &back.answer, &away.wanted).await {
            Ok(person) => person,
            Err(error) => {
                let told = EntryBody::SignIn { methods: Methods::of(Method::Upstream).bits(), outcome: 0 };
                self.vault.tell(&self.door(tenant.id), (None, told)).await?;
                return Err(of_upstream(error));
            }
        };
        // This, and having been sent away.
        self.limits.succeeded(visit);
        self.limits.succeeded(visit);
        let said = self.said_upstream(tenant.id, &configured, &away, person).await?;
        match (away.link_to, back.session) {
            (Some(subject), Some(session)) if session.subject == subject => {
                self.link_account(tenant, &configured, subject, &said, Keeping::TheirsNot).await?;
                Ok(UpstreamStep::Linked { then: away.then.clone() })
            }
            (Some(_), _) => Err(over()),
            (None, _) => self.known_or_new(tenant, &configured, said, Some(browser), away.then.clone(), visit).await,
        }
    }

    /// Who was linked before signs in; anybody else is a newcomer.
    pub(crate) async fn known_or_new(
        &self,
        tenant: &TenantView,
        configured: &Configured,
        said: Said,
        browser: Option<String>,
        then: Option<LocalPath>,
        visit: &Visit,
    ) -> Result<UpstreamStep, VaultError> {
        match self.linked(tenant.id, configured, &said).await? {
            Some(subject) => {
                self.keep(tenant, configured, subject, &said, Keeping::TheirsNot).await?;
                let attempt = Attempt::by(subject, said.method, then);
                Ok(UpstreamStep::Step(self.advance(tenant.id, attempt, visit).await?))
            }
            None => self.newcomer(tenant, configured, said, browser, then, visit).await,
        }
    }

    async fn said_upstream(
        &self,
        tenant: TenantId,
        configured: &Configured,
        away: &Away,
        person: UpstreamPerson,
    ) -> Result<Said, VaultError> {
        let plan = self.vault.plan(tenant, None).await?;
        let manifest = plan.manifest();
        let mut texts: BTreeMap<String, Vec<String>> =
            person.claims.into_iter().map(|(claim, text)| (claim, vec![text])).collect();
        if let Some(email) = &person.email {
            texts.insert("email".to_owned(), vec![email.address.clone()]);
        }
        // What was asked for and is still permitted; a policy that changed meanwhile narrows it.
        texts.retain(|claim, _| away.wanted.contains(claim));
        Ok(Said {
            issuer: person.issuer,
            account: person.subject,
            email: person.email.map(|email| (email.address, email.is_verified)),
            values: values(manifest, configured, &texts),
            is_old_enough: away.is_old_enough,
            method: Method::Upstream,
        })
    }
}

/// What was said, under the fields that the policy permits to keep it in, in the form that each takes.
pub(crate) fn values(
    manifest: &Manifest,
    configured: &Configured,
    texts: &BTreeMap<String, Vec<String>>,
) -> BTreeMap<String, Value> {
    let mut values = BTreeMap::new();
    for (claim, ix) in configured.wanted(manifest) {
        let field = &manifest.fields[ix.at()];
        let Some(said) = texts.get(claim).filter(|said| !said.is_empty()) else { continue };
        let value = match field.kind {
            ValueKind::List => Some(Value::from(said.clone())),
            ValueKind::Flag => said[0].parse::<bool>().ok().map(Value::from),
            ValueKind::Number => said[0].parse::<serde_json::Number>().ok().map(Value::from),
            _ => Some(Value::from(said[0].as_str())),
        };
        let fits = |value: &Value| value.as_str().is_none_or(|text| text.len() <= field.bytes_max as usize);
        if let Some(value) = value.filter(fits) {
            values.insert(field.name.clone(), value);
        }
    }
    values
}

pub(crate) fn over() -> VaultError {
    VaultError::new(
        ErrorKind::Denied,
        "upstream.over",
        "the sign-in was refused: it did not begin in this browser, was used already, or took too long",
    )
    .help("begin again")
}
