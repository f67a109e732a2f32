//! Signing up: what the policy asks for, an address that is confirmed, and each consent by itself.
//!
//! Nothing of it is in the vault before the address is confirmed: until then it waits, sealed, for a day at most, and
//! is gone when nobody confirms it. Somebody who is too young is turned away before anything is kept. Whether the address
//! has an account already is told to nobody but its holder, by mail.

use std::collections::{BTreeMap, BTreeSet};

use candor_manifest::model::Manifest;
use candor_vault::{
    AgeAct, ConsentAct, ConsentVerb, ErrorKind, NewContract, NewRecord, NewSubject, TenantView, VaultError,
};
use candor_words::{Secret, SubjectId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroize;

use crate::address::address;
use crate::attempt::{Attempt, Step};
use crate::door::FrontDoor;
use crate::drawer::Sort;
use crate::identity::Identity;
use crate::letters::About;
use crate::local_path::LocalPath;
use crate::method::Method;
use crate::password;
use crate::token::Token;
use crate::visit::Visit;

/// How long an address waits to be confirmed: a day.
pub const CONFIRM_MS: i64 = 24 * 60 * 60 * 1000;
/// How a consent was said, as the vault notes it.
const METHOD: &str = "sign_up_form";

/// What somebody filled in.
#[derive(Debug, Default)]
pub struct SignUp {
    /// Values by `group.field`, empty ones left out; the password is not among them.
    pub values: BTreeMap<String, Value>,
    /// The password that the person chose.
    pub password: Option<Secret<String>>,
    /// Yes or no to the purposes that the form asks about; one that is not answered is left open.
    pub consents: BTreeMap<String, bool>,
    /// Whether the person says that they are as old as the policy's age rule asks; `None` when they did not say.
    pub is_old_enough: Option<bool>,
    /// Where they go on afterwards.
    pub then: Option<LocalPath>,
}

/// What became of a sign-up.
#[derive(Debug)]
pub enum SignUpOutcome {
    /// The address was written to: the person goes on from there. Said whether or not it has an account.
    Written,
    /// The policy asks for no address: the account is there.
    Done(Step),
    /// Too young: nothing was kept.
    TooYoung {
        /// The age that the policy asks for.
        at_least: u8,
    },
}

/// A sign-up that waits for its address to be confirmed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Pending {
    values: BTreeMap<String, Value>,
    /// The password, hashed.
    password: String,
    consents: BTreeMap<String, bool>,
    is_old_enough: bool,
    then: Option<LocalPath>,
}

impl Sort for Pending {
    const KIND: u16 = 3;
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.password.zeroize();
    }
}

impl Identity {
    /// Takes a sign-up.
    ///
    /// # Errors
    /// `door.none`; `signup.incomplete` and `signup.unknown_field` with the field; `signup.unknown_consent` with the
    /// purpose; `address.malformed`; `password.length`, `password.guessable`; `signup.age_unsaid`; `mail.none`; `door.too_often`.
    pub async fn sign_up(&self, tenant: &TenantView, form: SignUp, visit: &Visit) -> Result<SignUpOutcome, VaultError> {
        let plan = self.vault.plan(tenant.id, None).await?;
        let manifest = plan.manifest();
        let door = FrontDoor::of(manifest)?;
        if let Some(rule) = manifest.age {
            match form.is_old_enough {
                // INVARIANT: turned away before anything is kept, written down or sent.
                Some(false) => return Ok(SignUpOutcome::TooYoung { at_least: rule.at_least }),
                Some(true) => {}
                None => {
                    return Err(bad(
                        "signup.age_unsaid",
                        "the sign-up was not taken: it does not say whether you are old enough",
                    )
                    .detail("at_least", rule.at_least));
                }
            }
        }
        let form = checked(manifest, &door, form)?;
        if door.email.is_some() {
            self.needs_mail()?;
        }
        self.limits.begin(visit, self.now())?;
        let Some(password) = &form.password else { return Err(incomplete(&door.password)) };
        let hashed = self.vault.hash_password(Secret::new(password.expose().clone())).await?;
        let pending = Pending {
            password: hashed,
            consents: form.consents,
            is_old_enough: manifest.age.is_some(),
            then: form.then,
            values: form.values,
        };
        let Some(email) = &door.email else {
            let subject = self.create(tenant, &door, &pending, visit).await?;
            let attempt = Attempt::by(subject, Method::Password, pending.then.clone()).of_newcomer();
            return Ok(SignUpOutcome::Done(self.advance(tenant.id, attempt, visit).await?));
        };
        let to = pending.values.get(email).and_then(Value::as_str).unwrap_or_default().to_owned();
        let has_account = self.vault.find(&self.door(tenant.id), &door.purpose, email, &to).await?.is_some();
        let token = Token::draw(self.entropy.as_ref());
        let name = self.name_of::<Pending>(tenant.id, &token).await?;
        // Kept in either case, so that both take the same; under an address that has an account it can only fail.
        let put = self.put_new(name, None, Some(self.in_ms(CONFIRM_MS)), &pending)?;
        self.vault.change_slips(&self.door(tenant.id), vec![put], Vec::new()).await?;
        let (confirm, sign_in) =
            (self.link(tenant, "sign-up/confirm", &token), format!("{}/{}/sign-in", self.public_url(), tenant.slug));
        let about = if has_account { About::HasAccount { link: &sign_in } } else { About::SignUp { link: &confirm } };
        self.send(tenant, Secret::new(to), about, visit.language);
        Ok(SignUpOutcome::Written)
    }

    /// Confirms the address of a sign-up: the account is made, and its holder goes on signing in.
    ///
    /// # Errors
    /// `code.over`: the code was used, or is too old; `identifier.taken`.
    pub async fn confirm_sign_up(&self, tenant: &TenantView, code: &Token, visit: &Visit) -> Result<Step, VaultError> {
        let door = self.front_door(tenant.id).await?;
        let kept = self.kept_by::<Pending>(tenant.id, code).await?.ok_or_else(code_over)?;
        // Taken first: a code that two send at once makes one account.
        self.vault.change_slips(&self.door(tenant.id), vec![kept.taken()], Vec::new()).await.map_err(once)?;
        let subject = self.create(tenant, &door, &kept.body, visit).await?;
        let address = door.email.as_ref().and_then(|email| kept.body.values.get(email)).and_then(Value::as_str);
        self.address_confirmed(tenant.id, subject, address.unwrap_or_default()).await?;
        let mut attempt = Attempt::by(subject, Method::Password, kept.body.then.clone()).of_newcomer();
        // Who followed the link in the letter holds the address.
        attempt.methods = attempt.methods.and(Method::MailCode);
        self.advance(tenant.id, attempt, visit).await
    }

    /// True while a code waits to be confirmed; looking at it uses nothing up.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn is_sign_up_waiting(&self, tenant: &TenantView, code: &Token) -> Result<bool, VaultError> {
        Ok(self.kept_by::<Pending>(tenant.id, code).await?.is_some())
    }

    /// Makes the account.
    async fn create(
        &self,
        tenant: &TenantView,
        door: &FrontDoor,
        pending: &Pending,
        visit: &Visit,
    ) -> Result<SubjectId, VaultError> {
        let mut groups: BTreeMap<&str, BTreeMap<String, Value>> = BTreeMap::new();
        let password = (&door.password, Value::from(pending.password.as_str()));
        let values = pending.values.iter().map(|(name, value)| (name, value.clone()));
        for (name, value) in values.chain(std::iter::once(password)) {
            if let Some((group, field)) = name.split_once('.') {
                groups.entry(group).or_default().insert(field.to_owned(), value);
            }
        }
        let records = groups.into_iter().map(|(group, values)| NewRecord {
            group: group.to_owned(),
            values,
            source: "subject".to_owned(),
        });
        let new = NewSubject { records: records.collect(), contract: Some(NewContract::default()) };
        let subject = self.vault.create_subject(&self.door(tenant.id), new).await?.subject;
        let person = self.person(tenant.id, subject);
        if pending.is_old_enough {
            self.vault.set_age(&person, subject, AgeAct::AtLeast).await?;
        }
        for (purpose, is_given) in &pending.consents {
            let act = ConsentAct {
                purpose: purpose.clone(),
                act: if *is_given { ConsentVerb::Given } else { ConsentVerb::Refused },
                text: None,
                language: None,
                method: Some(METHOD.to_owned()),
            };
            self.vault.consent(&person, subject, act).await?;
        }
        if let Some(address) = door.email.as_ref().and_then(|email| pending.values.get(email)).and_then(Value::as_str) {
            self.address_is_new(tenant.id, subject, address).await?;
        }
        tracing::debug!(language = visit.language.tag(), "an account was made");
        Ok(subject)
    }
}

/// Refuses what the policy does not ask for, and what is missing.
fn checked(manifest: &Manifest, door: &FrontDoor, mut form: SignUp) -> Result<SignUp, VaultError> {
    let asked: BTreeSet<&str> = door.asked.iter().map(|ix| manifest.fields[ix.at()].name.as_str()).collect();
    if let Some(unknown) = form.values.keys().find(|name| !asked.contains(name.as_str()) || **name == door.password) {
        return Err(bad("signup.unknown_field", "the sign-up was not taken: it holds something that is not asked for")
            .detail("field", unknown));
    }
    let consents: BTreeSet<&str> = door.consents.iter().map(|ix| manifest.purposes[ix.at()].name.as_str()).collect();
    if let Some(unknown) = form.consents.keys().find(|name| !consents.contains(name.as_str())) {
        return Err(bad("signup.unknown_consent", "the sign-up was not taken: it answers what is not asked")
            .detail("purpose", unknown));
    }
    for ix in &door.asked {
        let field = &manifest.fields[ix.at()];
        let is_there =
            if field.name == door.password { form.password.is_some() } else { form.values.contains_key(&field.name) };
        // Without a password nobody could come back.
        if !is_there && (!field.optional || field.name == door.password) {
            return Err(incomplete(&field.name));
        }
    }
    if let Some(email) = &door.email {
        let given = form.values.get(email).and_then(Value::as_str).and_then(address).map(str::to_owned);
        let given = given.ok_or_else(|| {
            bad("address.malformed", "the sign-up was not taken: no mail could reach that address")
                .detail("field", email)
        })?;
        form.values.insert(email.clone(), given.into());
    }
    if let Some(chosen) = &form.password {
        let known: Vec<&str> =
            door.identifiers.iter().filter_map(|name| form.values.get(name).and_then(Value::as_str)).collect();
        password::check(chosen.expose(), &known)?;
    }
    Ok(form)
}

pub(crate) fn bad(code: &'static str, message: &'static str) -> VaultError {
    VaultError::new(ErrorKind::BadInput, code, message)
}

fn incomplete(field: &str) -> VaultError {
    bad("signup.incomplete", "the sign-up was not taken: something that is required is missing").detail("field", field)
}

pub(crate) fn code_over() -> VaultError {
    VaultError::new(ErrorKind::Missing, "code.over", "the code was used already, or is too old").help("begin again")
}

/// Of two who use a code at once, the second finds it used.
pub(crate) fn once(error: VaultError) -> VaultError {
    if error.code() == "slip.changed" { code_over() } else { error }
}
