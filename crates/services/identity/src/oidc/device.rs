//! Devices without a browser (RFC 8628): they show a code, and somebody who is signed in types it on a page.

use std::collections::BTreeMap;
use std::sync::Arc;

use candor_ledger::EntryBody;
use candor_oidc::{DEVICE_CODE_GRANT, ErrorCode, Params, Scopes, UserCode};
use candor_vault::VaultError;
use candor_words::{ClientId, Instant, SubjectId, TenantId};
use serde::{Deserialize, Serialize};

use crate::drawer::{Kept, Sort};
use crate::identity::Identity;
use crate::method::Methods;
use crate::oidc::client::Client;
use crate::oidc::consent::{PurposeAsk, allowed};
use crate::oidc::grant::{GIVEN, Grant};
use crate::oidc::issuer::Issuer;
use crate::oidc::trouble::{OidcError, invalid_grant, refused};
use crate::session::Session;
use crate::token::Token;
use crate::visit::Visit;

/// How long a device waits: ten minutes.
const DEVICE_MS: i64 = 10 * 60 * 1000;
/// How long it leaves between two questions, in seconds.
const INTERVAL_SECONDS: i64 = 5;

/// A device that waits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Device {
    client: ClientId,
    scopes: Scopes,
    /// The key that it showed, to which its tokens are bound.
    jkt: Option<String>,
    asked_at: Option<Instant>,
    interval_seconds: i64,
    answer: Option<DeviceAnswer>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct DeviceAnswer {
    yes: bool,
    scopes: Scopes,
    proved_at: Instant,
    methods: Methods,
}

impl Sort for Device {
    const KIND: u16 = 34;
}

/// What a typed code leads to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Typed {
    device: [u8; 32],
}

impl Sort for Typed {
    const KIND: u16 = 40;
}

/// The device of a typed code.
struct TypedDevice {
    kept: Kept<Device>,
    client: Arc<Client>,
    code: UserCode,
}

/// What a device is told to begin with.
#[derive(Debug)]
pub struct DeviceStarted {
    /// What it asks with.
    pub device_code: Token,
    /// What the person types.
    pub user_code: UserCode,
    /// How long it waits, in seconds.
    pub expires_in: i64,
    /// How long it leaves between two questions, in seconds.
    pub interval: i64,
}

/// What the person is asked about a device.
#[derive(Debug)]
pub struct DeviceAsk {
    /// What the application is called.
    pub client_name: String,
    /// The recipient that it works for.
    pub recipient: String,
    /// What it wants data for.
    pub purposes: Vec<PurposeAsk>,
    /// The code as the device shows it.
    pub user_code: String,
}

/// What became of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceStep {
    /// There is no such device, or it waits no more.
    Unknown,
    /// It goes on by itself.
    LetIn,
    /// It is told that the person said no.
    KeptOut,
}

impl Identity {
    /// Begins to let a device in.
    ///
    /// # Errors
    /// `unauthorized_client`, `invalid_scope`.
    pub async fn begin_device(
        &self,
        issuer: &Issuer,
        client: &Client,
        params: &Params,
        jkt: Option<String>,
    ) -> Result<DeviceStarted, OidcError> {
        if !client.metadata.uses(DEVICE_CODE_GRANT) {
            return Err(refused(ErrorCode::UnauthorizedClient, "the client did not register this grant"));
        }
        let scopes = Scopes::read(params.get("scope").unwrap_or_default())?;
        if scopes.is_empty() {
            return Err(refused(ErrorCode::InvalidScope, "`scope` names nothing: `openid`, or a purpose"));
        }
        self.check_scopes(issuer.tenant, client, &scopes).await?;
        let device_code = Token::draw(self.entropy.as_ref());
        let user_code = UserCode::draw(self.entropy.as_ref());
        let device = Device {
            client: client.client_id,
            scopes,
            jkt,
            asked_at: None,
            interval_seconds: INTERVAL_SECONDS,
            answer: None,
        };
        let end = Some(self.in_ms(DEVICE_MS));
        let name = self.name_of::<Device>(issuer.tenant, &device_code).await?;
        let typed = self.typed_name(issuer.tenant, &user_code).await?;
        let puts = vec![
            self.put_new(name, None, end, &device)?,
            // Of two devices with one code at the same time the second begins again.
            self.put_new(typed, None, end, &Typed { device: name })?,
        ];
        self.vault.change_slips(&self.door(issuer.tenant), puts, Vec::new()).await?;
        Ok(DeviceStarted { device_code, user_code, expires_in: DEVICE_MS / 1000, interval: INTERVAL_SECONDS })
    }

    /// Looks at the device of a typed code. Codes that lead nowhere are counted as failures at the door.
    ///
    /// # Errors
    /// `door.too_often`.
    pub async fn device_ask(
        &self,
        issuer: &Issuer,
        session: &Session,
        typed: &str,
        visit: &Visit,
    ) -> Result<Option<DeviceAsk>, VaultError> {
        let Some(of) = self.device_of(issuer.tenant, session, typed, visit).await? else { return Ok(None) };
        let TypedDevice { kept, client, code } = of;
        Ok(Some(DeviceAsk {
            client_name: client.metadata.client_name.clone(),
            recipient: client.recipient.clone(),
            purposes: self.to_ask(&client, &kept.body.scopes, session).await?,
            user_code: code.shown(),
        }))
    }

    /// Takes the person's answer about a device: yes or no to each purpose that needs it, as at the consent page, or
    /// `None` to keep it out altogether. Without a purpose that may be shared it is kept out as well.
    ///
    /// # Errors
    /// `door.too_often`.
    pub async fn device_answered(
        &self,
        issuer: &Issuer,
        session: &Session,
        typed: &str,
        answers: Option<&BTreeMap<String, bool>>,
        visit: &Visit,
    ) -> Result<DeviceStep, OidcError> {
        let Some(of) = self.device_of(issuer.tenant, session, typed, visit).await? else {
            return Ok(DeviceStep::Unknown);
        };
        let TypedDevice { mut kept, client, .. } = of;
        let scopes = match answers {
            Some(answers) => {
                let asks = self.say_all(&client, &kept.body.scopes, session, answers).await?;
                allowed(&kept.body.scopes, &asks)
            }
            None => None,
        };
        let yes = scopes.is_some();
        let (proved_at, methods) = (session.proved_at, session.methods);
        kept.body.answer = Some(DeviceAnswer { yes, scopes: scopes.unwrap_or_default(), proved_at, methods });
        // From now on it goes with the person.
        kept.owner = Some(session.subject);
        match self.vault.change_slips(&self.door(issuer.tenant), vec![kept.put_again()?], Vec::new()).await {
            Err(error) if error.code() == "slip.changed" => Ok(DeviceStep::Unknown),
            done => {
                done?;
                Ok(if yes { DeviceStep::LetIn } else { DeviceStep::KeptOut })
            }
        }
    }

    async fn device_of(
        &self,
        tenant: TenantId,
        session: &Session,
        typed: &str,
        visit: &Visit,
    ) -> Result<Option<TypedDevice>, VaultError> {
        let Some(code) = UserCode::read(typed) else { return Ok(None) };
        self.limits.begin(visit, self.now())?;
        let name = self.typed_name(tenant, &code).await?;
        let Some(typed) = self.kept::<Typed>(tenant, name).await? else { return Ok(None) };
        let waiting = self.kept::<Device>(tenant, typed.body.device).await?;
        let Some(kept) = waiting.filter(|kept| kept.body.answer.is_none()) else { return Ok(None) };
        let Some(client) = self.client(session.tenant, kept.body.client).await? else { return Ok(None) };
        self.limits.succeeded(visit);
        Ok(Some(TypedDevice { kept, client, code }))
    }

    /// Uses a device's code up, once somebody said yes.
    pub(crate) async fn use_device_code(
        &self,
        tenant: TenantId,
        client: &Client,
        code: &str,
        key_shown: Option<String>,
    ) -> Result<(Kept<Grant>, Option<Token>), OidcError> {
        let token = Token::parse(code).ok_or(invalid_grant())?;
        let over = refused(ErrorCode::ExpiredToken, "the device's code is over; begin again");
        let mut kept = self.kept_by::<Device>(tenant, &token).await?.ok_or(over)?;
        if kept.body.client != client.client_id {
            return Err(invalid_grant());
        }
        let Some(answer) = kept.body.answer.clone() else { return Err(self.ask_later(tenant, &mut kept).await?) };
        let gone = kept.taken();
        let (true, Some(subject)) = (answer.yes, kept.owner) else {
            self.vault.change_slips(&self.door(tenant), vec![gone], Vec::new()).await?;
            return Err(refused(ErrorCode::AccessDenied, "the person said no"));
        };
        if kept.body.jkt.is_some() && kept.body.jkt != key_shown {
            return Err(crate::oidc::dpop::not_proved());
        }
        let (grant, refresh, put) =
            self.draw_grant(tenant, client, subject, self.grant_of(client, answer, key_shown)).await?;
        let recipient = self.recipient_number(tenant, client).await?;
        let told = EntryBody::GrantChanged { client: client.client_id, recipient, act: GIVEN };
        self.commit_device(tenant, vec![gone, put], subject, told).await?;
        Ok((grant, refresh))
    }

    fn grant_of(&self, client: &Client, answer: DeviceAnswer, jkt: Option<String>) -> Grant {
        Grant {
            client: client.client_id,
            scopes: answer.scopes,
            session: None,
            proved_at: answer.proved_at,
            methods: answer.methods,
            jkt,
            began_at: self.now(),
            refresh_hash: None,
        }
    }

    async fn commit_device(
        &self,
        tenant: TenantId,
        changes: Vec<candor_vault::SlipChange>,
        subject: SubjectId,
        told: EntryBody,
    ) -> Result<(), OidcError> {
        match self.vault.change_slips(&self.door(tenant), changes, vec![(Some(subject), told)]).await {
            Err(error) if error.code() == "slip.changed" => Err(invalid_grant()),
            done => Ok(done.map(drop)?),
        }
    }

    /// Nobody answered yet. Who asks too soon waits longer from then on.
    async fn ask_later(&self, tenant: TenantId, kept: &mut Kept<Device>) -> Result<OidcError, VaultError> {
        let now = self.now();
        let waited_ms = kept.body.asked_at.map(|at| now.as_millis() - at.as_millis());
        let is_too_soon = waited_ms.is_some_and(|waited_ms| waited_ms < kept.body.interval_seconds * 1000);
        if is_too_soon {
            kept.body.interval_seconds += INTERVAL_SECONDS;
        }
        kept.body.asked_at = Some(now);
        match self.vault.change_slips(&self.door(tenant), vec![kept.put_again()?], Vec::new()).await {
            Err(error) if error.code() == "slip.changed" => {}
            done => drop(done?),
        }
        Ok(match is_too_soon {
            true => refused(ErrorCode::SlowDown, "the device asks too often; five seconds more between two questions"),
            false => refused(ErrorCode::AuthorizationPending, "nobody has typed the code yet"),
        })
    }

    async fn typed_name(&self, tenant: TenantId, code: &UserCode) -> Result<[u8; 32], VaultError> {
        self.vault.slip_name(tenant, Typed::KIND, code.as_str().as_bytes()).await
    }
}
