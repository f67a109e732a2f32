//! Who asks: a request that staff opened for somebody without a session is confirmed by a letter to the address on file.
//!
//! The link shows the request and two buttons: it is mine, or it is not. Nothing is asked of any system before. Besides,
//! people are written to when their request takes longer, or is refused (GDPR Art. 12(3), (4)).

use candor_vault::{
    Caller, ErrorKind, IdentityProof, PROVING_SLIPS, Proving, RequestView, Scope, TenantView, VaultError,
};
use candor_words::{Language, RequestId, Secret, TenantId};
use subtle::ConstantTimeEq;

use crate::identity::Identity;
use crate::letters::Letter;
use crate::sign_up::code_over;
use crate::token::Token;

/// How long the link of a letter is good for: two weeks.
const ASKED_MS: i64 = 14 * 24 * 60 * 60 * 1000;

impl Identity {
    /// Writes to the address on file, and asks whether the request is the person's own; an earlier letter is worth nothing then.
    ///
    /// # Errors
    /// The caller lacks the rights scope; no such request; it is closed; `identity.level`: the policy wants documents;
    /// `identity.no_address`: there is no address that may be written to; `mail.none`.
    pub async fn ask_who_asks(
        &self,
        actor: &Caller,
        tenant: &TenantView,
        request: RequestId,
    ) -> Result<RequestView, VaultError> {
        actor.needs(Scope::Rights)?;
        let open = self.vault.request(actor, request).await?;
        if open.identity_documents {
            return Err(VaultError::new(
                ErrorKind::Conflict,
                "identity.level",
                "nobody was written to: the policy wants documents for this right",
            )
            .help("look at documents that show who is asking, and say what you saw"));
        }
        self.needs_mail()?;
        let address = self.address_on_file(tenant, &open).await?.ok_or_else(|| {
            VaultError::new(
                ErrorKind::Unprocessable,
                "identity.no_address",
                "nobody was written to: there is no address at which the policy lets this person be written to",
            )
            .help("look at documents instead, and say what you saw")
        })?;
        let token = Token::draw(self.entropy.as_ref());
        let code = self.code_of(tenant.id, &token).await?;
        self.vault.ask_by_letter(actor, request, code).await?;
        let link = self.link(tenant, &format!("requests/{request}/confirm"), &token);
        self.send_letter(tenant, address, asked(&tenant.title, &open.right, &link));
        Ok(open)
    }

    /// The request that a letter's link is about, while it waits for an answer.
    ///
    /// # Errors
    /// `code.over`: the link is none, was used, or is too old.
    pub async fn request_asked_about(
        &self,
        tenant: &TenantView,
        request: RequestId,
        token: &Token,
    ) -> Result<RequestView, VaultError> {
        let office = self.vault.office(tenant.id);
        let open = match self.vault.request(&office, request).await {
            Err(error) if error.kind() == ErrorKind::Missing => return Err(code_over()),
            open => open?,
        };
        let Some(Proving::Asked { code, at }) = self.vault.proving(&office, request).await? else {
            return Err(code_over());
        };
        let presented = self.code_of(tenant.id, token).await?;
        let is_late = self.now().as_millis() - at.as_millis() >= ASKED_MS;
        if !bool::from(presented.ct_eq(&code)) || is_late || open.closed_at.is_some() {
            return Err(code_over());
        }
        Ok(open)
    }

    /// The person says that the request is theirs: that proves who asks.
    ///
    /// # Errors
    /// As of [`Identity::request_asked_about`].
    pub async fn confirm_request(
        &self,
        tenant: &TenantView,
        request: RequestId,
        token: &Token,
    ) -> Result<RequestView, VaultError> {
        self.request_asked_about(tenant, request, token).await?;
        self.vault.prove_identity_by(&self.door(tenant.id), request, IdentityProof::Mail).await
    }

    /// The person says that it is not theirs: it is taken back, and nothing was done.
    ///
    /// # Errors
    /// As of [`Identity::request_asked_about`]; it is being carried out already.
    pub async fn disown_request(
        &self,
        tenant: &TenantView,
        request: RequestId,
        token: &Token,
    ) -> Result<RequestView, VaultError> {
        self.request_asked_about(tenant, request, token).await?;
        self.vault.withdraw_request(&self.door(tenant.id), request).await
    }

    /// Sends the person the letter about their request: that it takes longer, or is refused, and why. Who cannot be written
    /// to finds it in their account.
    pub async fn tell_of_request(&self, tenant: &TenantView, request: &RequestView) {
        let office = self.vault.office(tenant.id);
        let written = match self.address_on_file(tenant, request).await {
            Ok(Some(address)) => self.letter_in_both(&office, request.id).await.map(|text| (address, text)),
            Ok(None) => return,
            Err(error) => Err(error),
        };
        match written {
            Ok((address, text)) => {
                let title = format!("About your request at {}", tenant.title);
                self.send_letter(tenant, address, Letter { title, text });
            }
            Err(error) => {
                tracing::warn!(request.id = %request.id, code = error.code(), "a letter about a request was not sent");
            }
        }
    }

    /// In both languages: it is written when nobody is there who would show one.
    async fn letter_in_both(&self, office: &Caller, request: RequestId) -> Result<String, VaultError> {
        let english = self.vault.letter_in(office, request, Language::English).await?.text;
        let german = self.vault.letter_in(office, request, Language::German).await?.text;
        Ok(format!("{english}\n— — —\n\n{german}"))
    }

    /// The address on file of whoever a request is of.
    pub(crate) async fn address_on_file(
        &self,
        tenant: &TenantView,
        request: &RequestView,
    ) -> Result<Option<Secret<String>>, VaultError> {
        let Some(door) = self.front_door_if_any(tenant.id).await? else { return Ok(None) };
        match self.address_of(tenant, &door, request.subject).await {
            Err(error) if matches!(error.kind(), ErrorKind::Gone | ErrorKind::Missing) => Ok(None),
            address => address,
        }
    }

    async fn code_of(&self, tenant: TenantId, token: &Token) -> Result<[u8; 32], VaultError> {
        self.vault.slip_name(tenant, PROVING_SLIPS, token.expose().as_bytes()).await
    }
}

/// In both languages: it is written when nobody is there who would show one.
fn asked(tenant: &str, right: &str, link: &str) -> Letter {
    let (english, german) = match right {
        "rectification" => ("a correction", "Berichtigung"),
        "erasure" => ("an erasure", "Löschung"),
        "restriction" => ("a restriction", "Einschränkung"),
        "portability" | "access" => ("a copy of your data", "eine Kopie Ihrer Daten"),
        "objection" => ("a stop, by objection", "Widerspruch"),
        "withdrawal" => ("the withdrawal of a consent", "Widerruf"),
        _ => ("one of your rights", "eines Ihrer Rechte"),
    };
    Letter {
        title: format!("Is this your request at {tenant}?"),
        text: format!(
            "{tenant} received a request in your name: {english}. Before anything is done about it, we have to know that it \
             is yours.\n\nTo say that it is, or that it is not, open this page within two weeks:\n{link}\n\n\
             Nothing happens until then.\n\n— — —\n\n\
             {tenant} hat einen Antrag in Ihrem Namen erhalten: {german}. Bevor etwas geschieht, müssen wir wissen, dass er \
             von Ihnen ist.\n\nUm zu sagen, ob er es ist, öffnen Sie innerhalb von zwei Wochen diese Seite:\n{link}\n\n\
             Bis dahin geschieht nichts.\n"
        ),
    }
}
