//! People are written to when a dispute about their data is over, or use goes on all the same (GDPR Art. 18(3)): how it ended,
//! and where to read more. What it was about stands nowhere in the letter.

use candor_vault::{DisputeEnd, RequestView, TenantView};

use crate::identity::Identity;
use crate::letters::Letter;

impl Identity {
    /// Writes to the person how a dispute ended, or that it was overridden in part when it goes on. Who cannot be written to finds
    /// it in their account.
    pub async fn tell_of_dispute(&self, tenant: &TenantView, request: &RequestView) {
        match self.address_on_file(tenant, request).await {
            Ok(Some(address)) => {
                let link = format!("{}/{}/account/rights#{}", self.public_url(), tenant.slug, request.id);
                self.send_letter(tenant, address, letter(&tenant.title, request, &link));
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(request.id = %request.id, code = error.code(), "a letter about a dispute was not sent");
            }
        }
    }
}

/// In both languages: it is written when nobody is there who would show one.
fn letter(tenant: &str, request: &RequestView, link: &str) -> Letter {
    let (english, german) = match request.dispute_end {
        Some(DisputeEnd::Upheld) => (
            "It is settled: you were right. Your data is used again from now on.",
            "Das ist geklärt: Sie hatten recht. Ihre Daten werden von jetzt an wieder verwendet.",
        ),
        Some(DisputeEnd::Rejected) => (
            "It is settled: the organisation does not share your view. Your data is used again from now on.",
            "Das ist geklärt: Die Organisation teilt Ihre Ansicht nicht. Ihre Daten werden von jetzt an wieder verwendet.",
        ),
        Some(DisputeEnd::Overridden) => (
            "It is not settled, but the organisation decided that your data is used again from now on.",
            "Das ist nicht geklärt, doch die Organisation hat entschieden, dass Ihre Daten von jetzt an wieder verwendet werden.",
        ),
        Some(DisputeEnd::Withdrawn) => (
            "It was taken back. Your data is used again from now on.",
            "Das wurde zurückgezogen. Ihre Daten werden von jetzt an wieder verwendet.",
        ),
        None => (
            "It is not settled yet, but the organisation decided that your data is used for some purposes again from now on.",
            "Das ist noch nicht geklärt, doch die Organisation hat entschieden, dass Ihre Daten von jetzt an für einige Zwecke \
             wieder verwendet werden.",
        ),
    };
    let id = request.id;
    Letter {
        title: format!("About your dispute at {tenant}"),
        text: format!(
            "It was disputed at {tenant} whether data about you is right, or may be used (request {id}).\n\n{english}\n\n\
             If another restriction of yours holds, it stays. What was decided, and where you can complain, stands in your \
             account:\n{link}\n\n— — —\n\n\
             Bei {tenant} war strittig, ob Daten über Sie stimmen oder verwendet werden dürfen (Antrag {id}).\n\n{german}\n\n\
             Gilt noch eine andere Einschränkung, so bleibt sie. Was entschieden wurde und wo Sie sich beschweren können, steht in \
             Ihrem Konto:\n{link}\n"
        ),
    }
}
