//! What is written to people about the organisation that manages their account, in both languages: it is written when nobody
//! is there who would show one.

use candor_vault::{ErrorKind, VaultError};
use candor_words::{Instant, Secret, SubjectId, TenantId};

use crate::identity::Identity;
use crate::letters::Letter;

/// What a letter is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum About {
    /// The organisation manages the account from now on.
    Managed,
    /// It does not any more.
    LetGo,
    /// It decided about a request.
    Request { approved: bool },
    /// It decided about another address.
    Address { approved: bool },
}

/// The letter to somebody whose account is claimed.
pub(super) fn claimed(tenant: &str, organisation: &str, domain: &str, deadline: Instant, link: &str) -> Letter {
    let day = day(deadline);
    Letter {
        title: format!("{organisation} is about to manage your account at {tenant}"),
        text: format!(
            "{organisation} has shown that the domain {domain} is its own. Your account at {tenant} has an address on it.\n\n\
             If you do nothing, {organisation} manages your account after {day} (UTC). From then on another address needs \
             its approval, and it decides about your requests for a copy or an erasure of your data.\n\n\
             Until then you may leave: give your account another address, or take your data with you and leave. \
             Both can be done here:\n{link}\n\n\
             — — —\n\n\
             {organisation} hat gezeigt, dass ihr die Domain {domain} gehört. Ihr Konto bei {tenant} hat eine Adresse darauf.\n\n\
             Wenn Sie nichts tun, verwaltet {organisation} Ihr Konto nach dem {day} (UTC). Danach braucht eine andere Adresse \
             ihre Zustimmung, und sie entscheidet über Ihre Anträge auf eine Kopie oder Löschung Ihrer Daten.\n\n\
             Bis dahin können Sie gehen: Geben Sie Ihrem Konto eine andere Adresse, oder nehmen Sie Ihre Daten mit und \
             verlassen Sie es. Beides geht hier:\n{link}\n"
        ),
    }
}

/// Any other letter.
pub(super) fn letter(tenant: &str, about: &About) -> Letter {
    let (title, english, german) = match about {
        About::Managed => (
            format!("Your account at {tenant} is managed now"),
            "The time to leave is over: the organisation whose domain your address is on manages your account from now on. \
             Another address needs its approval, and it decides about your requests. Who reads your data, when and why, \
             stays visible to you in your account.",
            "Die Frist ist abgelaufen: Die Organisation, auf deren Domain Ihre Adresse liegt, verwaltet Ihr Konto von nun an. \
             Eine andere Adresse braucht ihre Zustimmung, und sie entscheidet über Ihre Anträge. Wer wann und warum Ihre \
             Daten liest, sehen Sie weiterhin in Ihrem Konto.",
        ),
        About::LetGo => (
            format!("Your account at {tenant} is yours again"),
            "No organisation manages your account any more. You decide about it by yourself.",
            "Keine Organisation verwaltet mehr Ihr Konto. Sie bestimmen wieder selbst darüber.",
        ),
        About::Request { approved: true } => (
            format!("Your request at {tenant} was approved"),
            "The organisation that manages your account approved your request. What you asked for is done, or can be had in \
             your account now.",
            "Die Organisation, die Ihr Konto verwaltet, hat Ihrem Antrag zugestimmt. Er ist ausgeführt, oder Sie bekommen in \
             Ihrem Konto, worum Sie baten.",
        ),
        About::Request { approved: false } => (
            format!("Your request at {tenant} was refused"),
            "The organisation that manages your account refused your request. The reason stands with the request in your \
             account, with the authority to which you may complain.",
            "Die Organisation, die Ihr Konto verwaltet, hat Ihren Antrag abgelehnt. Der Grund steht beim Antrag in Ihrem \
             Konto, mit der Behörde, bei der Sie sich beschweren können.",
        ),
        About::Address { approved: true } => (
            format!("Your new address at {tenant} was approved"),
            "The organisation that manages your account approved your new address. It is your account's from now on.",
            "Die Organisation, die Ihr Konto verwaltet, hat Ihrer neuen Adresse zugestimmt. Sie gilt von nun an.",
        ),
        About::Address { approved: false } => (
            format!("Your new address at {tenant} was not approved"),
            "The organisation that manages your account did not approve your new address. Your account keeps the present one.",
            "Die Organisation, die Ihr Konto verwaltet, hat Ihrer neuen Adresse nicht zugestimmt. Ihr Konto behält die \
             jetzige.",
        ),
    };
    Letter { title, text: format!("{english}\n\n— — —\n\n{german}\n") }
}

/// The day of an instant, as it is read everywhere.
fn day(at: Instant) -> String {
    at.to_string().chars().take(10).collect()
}

impl Identity {
    /// Writes to somebody; who has no address, or is gone, is not written to.
    pub(super) async fn write_to(&self, tenant: TenantId, subject: SubjectId, about: &About) -> Result<(), VaultError> {
        let Some(address) = self.address_to_write(tenant, subject).await? else { return Ok(()) };
        let tenant = self.vault.tenant_view(tenant).await?;
        self.send_letter(&tenant, address, letter(&tenant.title, about));
        Ok(())
    }

    /// The address at which somebody is written to about who manages their account.
    pub(super) async fn address_to_write(
        &self,
        tenant: TenantId,
        subject: SubjectId,
    ) -> Result<Option<Secret<String>>, VaultError> {
        let Ok(frame) = self.frame(tenant).await else { return Ok(None) };
        match self.managed_address(tenant, &frame, subject, true).await {
            Err(error) if matches!(error.kind(), ErrorKind::Gone | ErrorKind::Missing) => Ok(None),
            found => found,
        }
    }
}
