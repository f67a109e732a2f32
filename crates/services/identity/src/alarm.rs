//! The alarm: whoever administers a tenant is written to before the clock of a request runs out, and who decides for the
//! organisation of a managed account too. Nothing of the person stands in it. Source: promise b21.

use std::sync::{Arc, Weak};

use async_trait::async_trait;
use candor_vault::{Alarm, ErrorKind, PAGE_MAX, RequestView, TenantView, VaultError};
use candor_words::{SubjectId, TenantId};

use crate::identity::Identity;
use crate::letters::Letter;

/// The most people that are written to about one request.
const TOLD_MAX: usize = 100;

/// Rings for the front door.
struct Bell(Weak<Identity>);

#[async_trait]
impl Alarm for Bell {
    async fn raise(&self, tenant: TenantId, request: &RequestView) -> Result<(), VaultError> {
        match self.0.upgrade() {
            Some(identity) => identity.write_alarms(tenant, request).await,
            None => Ok(()),
        }
    }
}

impl Identity {
    /// Rings at the vault when the clock of a request runs out.
    pub(crate) fn watch_clocks(self: &Arc<Self>) {
        self.vault.alarmed_by(Arc::new(Bell(Arc::downgrade(self))));
    }

    async fn write_alarms(&self, tenant: TenantId, request: &RequestView) -> Result<(), VaultError> {
        let Some(door) = self.front_door_if_any(tenant).await? else { return Ok(()) };
        let tenant = self.vault.tenant_view(tenant).await?;
        let link = format!("{}/{}/console/requests/{}", self.public_url(), tenant.slug, request.id);
        let mut told = Ok(());
        for person in self.who_is_told(&tenant, request).await? {
            let address = match self.address_of(&tenant, &door, person).await {
                Err(error) if matches!(error.kind(), ErrorKind::Gone | ErrorKind::Missing) => continue,
                address => address?,
            };
            let Some(address) = address else { continue };
            // One who cannot be reached now keeps nobody else from being told.
            if let Err(error) = self.deliver_letter(&tenant, address, letter(&tenant.title, request, &link)).await {
                told = Err(error);
            }
        }
        told
    }

    /// The administrators; of a request that an organisation decides about, its deciders besides.
    async fn who_is_told(&self, tenant: &TenantView, request: &RequestView) -> Result<Vec<SubjectId>, VaultError> {
        let office = self.vault.office(tenant.id);
        let (mut told, mut after) = (Vec::new(), None);
        loop {
            let page = self.staff(&office, after, PAGE_MAX).await?;
            told.extend(page.rows.into_iter().filter(|member| member.administrator).map(|member| member.subject));
            after = page.next;
            if after.is_none() || told.len() >= TOLD_MAX {
                break;
            }
        }
        if request.routed && request.decided_at.is_none() {
            told.extend(self.deciders_of(tenant.id, request.subject).await?);
        }
        told.sort_unstable();
        told.dedup();
        told.truncate(TOLD_MAX);
        Ok(told)
    }
}

/// In both languages: it is written when nobody is there who would show one.
fn letter(tenant: &str, request: &RequestView, link: &str) -> Letter {
    let by: String = request.due_at.to_string().chars().take(16).collect::<String>().replace('T', " ");
    let right = request.right.replace('_', " ");
    let german = german_of(&request.right);
    let (is_due, muss) =
        if request.overdue { ("had to be answered", "musste") } else { ("has to be answered", "muss") };
    let how = if request.overdue { "is overdue" } else { "is due soon" };
    Letter {
        title: format!("A request at {tenant} {how}"),
        text: format!(
            "Request {id} ({right}) {is_due} by {by} (UTC), and is not answered yet.\n\n{link}\n\n— — —\n\n\
             Der Antrag {id} ({german}) {muss} bis {by} (UTC) beantwortet sein und ist es noch nicht.\n\n{link}\n",
            id = request.id,
        ),
    }
}

/// What a right is called in German.
fn german_of(right: &str) -> &'static str {
    match right {
        "rectification" => "Berichtigung",
        "erasure" => "Löschung",
        "restriction" => "Einschränkung",
        "portability" => "Übertragung",
        "objection" => "Widerspruch",
        "withdrawal" => "Widerruf",
        "automated_decision" => "automatisierte Entscheidung",
        "sale_opt_out" => "Widerspruch gegen Verkauf",
        _ => "Auskunft",
    }
}
