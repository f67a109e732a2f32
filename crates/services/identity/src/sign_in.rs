//! Signing in with a password.

use candor_ledger::EntryBody;
use candor_vault::{ErrorKind, VaultError, Verified, Verify, Whose, wait_for_step};
use candor_words::{Secret, TenantId};

use crate::attempt::{Attempt, Step};
use crate::door::FrontDoor;
use crate::identity::Identity;
use crate::local_path::LocalPath;
use crate::method::{Method, Methods};
use crate::session::Session;
use crate::visit::Visit;

/// The longest text that somebody may call themself by.
const IDENTIFIER_BYTES_MAX: usize = 320;

impl Identity {
    /// Looks at a password. Whoever it belongs to goes on as [`Identity::advance`] says; any other answer is the same
    /// *no*, after the same work and at the same steps of time, whether or not there is such an account.
    ///
    /// # Errors
    /// `door.none`; `door.too_often` and `verify.too_often` when too many failed before; more hashing under way than
    /// there is room for.
    pub async fn sign_in(
        &self,
        tenant: TenantId,
        identifier: &str,
        password: Secret<String>,
        then: Option<LocalPath>,
        visit: &Visit,
    ) -> Result<Step, VaultError> {
        let began_at = tokio::time::Instant::now();
        let door = self.front_door(tenant).await?;
        self.limits.begin(visit, self.now())?;
        let Some(verified) = self.verified(tenant, &door, identifier, password).await? else {
            let told = EntryBody::SignIn { methods: Methods::of(Method::Password).bits(), outcome: 0 };
            self.vault.tell(&self.door(tenant), (None, told)).await?;
            return Ok(Step::Refused);
        };
        self.limits.succeeded(visit);
        let Some(subject) = verified.subject else { return Ok(Step::Refused) };
        let step = self.advance(tenant, Attempt::by(subject, Method::Password, then), visit).await?;
        if matches!(step, Step::Refused) {
            // Denied for its risk, with the right password: that it was right shows by the time neither.
            wait_for_step(began_at).await;
        }
        Ok(step)
    }

    /// Somebody who is signed in proves once more who they are.
    ///
    /// # Errors
    /// As of [`Identity::sign_in`].
    pub async fn prove_with_password(&self, session: &Session, password: Secret<String>) -> Result<bool, VaultError> {
        let door = self.front_door(session.tenant).await?;
        if !self.is_password_of(session, &door, password).await? {
            return Ok(false);
        }
        self.prove_again(session, Methods::of(Method::Password)).await?;
        Ok(true)
    }

    pub(crate) async fn is_password_of(
        &self,
        session: &Session,
        door: &FrontDoor,
        password: Secret<String>,
    ) -> Result<bool, VaultError> {
        let ask = Verify {
            whose: Whose::Subject(session.subject),
            purpose: door.purpose.clone(),
            field: door.password.clone(),
            record: None,
            candidate: fitting(password),
        };
        Ok(self.vault.verify(&self.door(session.tenant), ask).await?.matches)
    }

    /// Who holds the identifier, if the password is theirs. The likelier field is asked; the other only when nobody
    /// holds the first, so that one attempt is counted.
    async fn verified(
        &self,
        tenant: TenantId,
        door: &FrontDoor,
        identifier: &str,
        password: Secret<String>,
    ) -> Result<Option<Verified>, VaultError> {
        let identifier = identifier.trim();
        if identifier.is_empty() || identifier.len() > IDENTIFIER_BYTES_MAX {
            return Err(VaultError::new(
                ErrorKind::BadInput,
                "identifier.length",
                "the name or address is missing or too long",
            ));
        }
        let caller = self.door(tenant);
        let mut field = door.identifiers_for(identifier).next().unwrap_or_default();
        for other in door.identifiers_for(identifier) {
            if self.vault.find(&caller, &door.purpose, other, identifier).await?.is_some() {
                field = other;
                break;
            }
        }
        let ask = Verify {
            whose: Whose::Holder { field: field.to_owned(), value: identifier.to_owned() },
            purpose: door.purpose.clone(),
            field: door.password.clone(),
            record: None,
            candidate: fitting(password),
        };
        let verified = self.vault.verify(&caller, ask).await?;
        Ok(verified.matches.then_some(verified))
    }
}

/// A candidate that is too long to be anybody's is compared as another that is nobody's, so that its length tells nothing.
fn fitting(password: Secret<String>) -> Secret<String> {
    match password.expose().len() {
        1..=1024 => password,
        _ => Secret::new("\u{0}".to_owned()),
    }
}
