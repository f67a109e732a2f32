//! Keeping a request on its way: read, changed, and written with what the ledger says, under its version.

use candor_ledger::EntryBody;
use candor_vault::{
    Caller, ErrorKind, Expect, IDENTIFIER_SLIPS, NewSlip, RUN_SLIPS, RequestView, RunChange, RunState, SlipChange,
    VaultError, request_slip,
};
use candor_words::{Instant, RequestId, TenantId};
use zeroize::Zeroizing;

use crate::Rights;
use crate::named::Named;
use crate::run::Run;

/// How often a change is tried again when somebody else changed the request meanwhile.
const TRIES: usize = 20;

/// A request on its way, as it was read.
pub(crate) struct Kept {
    pub run: Run,
    version: u32,
}

/// What is written with a changed request.
#[derive(Default)]
pub(crate) struct With {
    pub state: Option<RunState>,
    pub slips: Vec<SlipChange>,
    pub told: Vec<EntryBody>,
    pub watch_at: Option<Instant>,
}

impl Rights {
    /// A request on its way; none when it is not.
    pub(crate) async fn kept(&self, tenant: TenantId, request: RequestId) -> Result<Option<Kept>, VaultError> {
        let slip = self.vault.slip(tenant, RUN_SLIPS, request_slip(request)).await?;
        slip.map(|slip| Ok(Kept { run: Run::read(&slip.body)?, version: slip.version })).transpose()
    }

    /// What names the person of a request; with the version under which it is kept.
    pub(crate) async fn named(&self, tenant: TenantId, request: RequestId) -> Result<Option<(Named, u32)>, VaultError> {
        let slip = self.vault.slip(tenant, IDENTIFIER_SLIPS, request_slip(request)).await?;
        slip.map(|slip| Ok((Named::read(&slip.body)?, slip.version))).transpose()
    }

    /// Writes a request on its way for the first time.
    pub(crate) async fn keep_new(&self, caller: &Caller, mut run: Run, with: With) -> Result<RequestView, VaultError> {
        let request = run.request;
        let slip = slip(&mut run, Expect::Absent)?;
        self.vault.change_run(caller, request, change(slip, with)).await
    }

    /// Writes a changed request.
    pub(crate) async fn keep(&self, caller: &Caller, kept: Kept, with: With) -> Result<RequestView, VaultError> {
        let Kept { mut run, version } = kept;
        let request = run.request;
        let slip = slip(&mut run, Expect::Version(version))?;
        self.vault.change_run(caller, request, change(slip, with)).await
    }

    /// Reads a request, has it changed, and writes it; anew when somebody else was faster. `None` when it is no longer on
    /// its way, or closed.
    pub(crate) async fn change(
        &self,
        caller: &Caller,
        request: RequestId,
        mut changing: impl FnMut(&mut Run) -> Result<With, VaultError> + Send,
    ) -> Result<Option<Run>, VaultError> {
        let mut last = None;
        for _ in 0..TRIES {
            let Some(mut kept) = self.kept(caller.tenant(), request).await? else { return Ok(None) };
            let with = changing(&mut kept.run)?;
            let run = kept.run.clone();
            match self.keep(caller, kept, with).await {
                Ok(_) => return Ok(Some(run)),
                Err(error) if error.code() == "request.closed" || error.kind() == ErrorKind::Missing => {
                    return Ok(None);
                }
                Err(error) if error.kind() == ErrorKind::Conflict => last = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(last.unwrap_or_else(|| {
            VaultError::new(ErrorKind::Conflict, "request.changed", "the request changes too often")
        }))
    }
}

fn change(slip: SlipChange, with: With) -> RunChange {
    let With { state, mut slips, told, watch_at } = with;
    slips.push(slip);
    RunChange { state, slips, told, watch_at }
}

fn slip(run: &mut Run, expect: Expect) -> Result<SlipChange, VaultError> {
    let slip = NewSlip {
        kind: RUN_SLIPS,
        name: request_slip(run.request),
        owner: None,
        expires_at: None,
        body: Zeroizing::new(run.write()?),
    };
    Ok(SlipChange::Put(slip, expect))
}
