//! The vault in this process.

use std::collections::BTreeMap;
use std::sync::Arc;

use bench_bed::Opened;
use candor_vault::{
    Ask, ConsentAct, ConsentVerb, ErrorKind, InstructAct, NewContract, NewRecord, NewSubject, PAGE_MAX, VaultError,
};
use candor_words::{RecordId, SubjectId};
use tokio::runtime::Handle;

use crate::road::{Asked, Call, Reply, Road, choices_of};

/// How many requests of one worker are under way together.
const SIDE_BY_SIDE: usize = 256;

/// The vault, asked from threads outside of its runtime.
pub struct Embedded {
    pub opened: Arc<Opened>,
    pub runtime: Handle,
}

impl Road for Embedded {
    fn subjects(&self, _worker: usize) -> Vec<SubjectId> {
        self.runtime.block_on(async {
            let (mut all, mut after) = (Vec::new(), None);
            loop {
                let page = self.opened.vault.subjects(&self.opened.caller, after, PAGE_MAX).await.expect("a page");
                all.extend(page.rows.iter().filter(|row| row.state != "erased").map(|row| row.id));
                after = page.next;
                if after.is_none() {
                    return all;
                }
            }
        })
    }

    fn all(&self, _worker: usize, calls: Vec<Call>) -> Vec<Reply> {
        self.runtime.block_on(async {
            let mut replies = Vec::with_capacity(calls.len());
            for part in calls.chunks(SIDE_BY_SIDE) {
                replies.extend(futures_util::future::join_all(part.iter().map(|call| self.call(call))).await);
            }
            replies
        })
    }

    fn read(&self, _worker: usize, asked: Vec<Asked>) -> Vec<String> {
        let asks: Vec<Ask> = asked.into_iter().map(ask).collect();
        let answers = self.runtime.block_on(self.opened.vault.read_many(&self.opened.caller, &asks)).expect("answers");
        let mut texts = Vec::new();
        for answer in answers {
            match answer {
                Ok(answer) => texts.extend(answer.records.iter().flat_map(|record| {
                    record.values.values().filter_map(|value| value.value.as_str().map(str::to_owned))
                })),
                Err(error) => assert!(is_gone(&error), "{error:?}"),
            }
        }
        texts
    }

    fn ledger_file(&self, _worker: usize, path: &str) -> Vec<u8> {
        self.runtime
            .block_on(self.opened.vault.ledger_file(self.opened.tenant, path))
            .expect("an answer")
            .expect("a file")
    }

    fn receipt(&self, _worker: usize, entry: u64) -> Vec<u8> {
        let receipt = self.runtime.block_on(self.opened.vault.inclusion(self.opened.tenant, entry, None));
        receipt.expect("a receipt").to_json().into_bytes()
    }
}

impl Embedded {
    async fn call(&self, call: &Call) -> Reply {
        let reply = self.try_call(call).await;
        reply.unwrap_or_else(|error| match error.details().iter().find(|(name, _)| *name == "erased_entry") {
            Some((_, entry)) => Reply::Erased(entry.parse().expect("an entry")),
            None if is_gone(&error) => Reply::Missing,
            None => panic!("{call:?}: {error:?}"),
        })
    }

    async fn try_call(&self, call: &Call) -> Result<Reply, VaultError> {
        let (vault, caller) = (&self.opened.vault, &self.opened.caller);
        Ok(match call.clone() {
            Call::CreateSubject { group, texts } => {
                let records = texts.into_iter().map(|text| record(&group, text)).collect();
                let made = vault
                    .create_subject(caller, NewSubject { records, contract: Some(NewContract::default()) })
                    .await?;
                Reply::Created(made.subject, made.records)
            }
            Call::PutRecord { subject, group, text } => {
                Reply::Written(vault.put_record(caller, subject, record(&group, text)).await?.record)
            }
            Call::Patch { subject, group, record: at, text } => {
                Reply::Written(vault.patch_record(caller, subject, at, record(&group, text)).await?.record)
            }
            Call::Delete { subject, group, record } => {
                vault.delete_record(caller, subject, &group, record).await?;
                Reply::Done
            }
            Call::Erase(subject) => {
                vault.erase(caller, subject, None).await?;
                Reply::Done
            }
            Call::Records { subject, group } => {
                let page = vault.records(caller, subject, Some(&group), None, PAGE_MAX).await?;
                Reply::Records(page.rows.into_iter().map(|row| (row.group, row.record)).collect())
            }
            Call::Object { subject, purpose } => {
                vault.object(caller, subject, &purpose).await?;
                Reply::Done
            }
            Call::Consent { subject, purpose, given } => {
                let act = if given { ConsentVerb::Given } else { ConsentVerb::Withdrawn };
                let act = ConsentAct { purpose, act, text: None, language: None, method: None };
                vault.consent(caller, subject, act).await?;
                Reply::Done
            }
            Call::Instruct { subject, purpose, given } => {
                let act = if given { InstructAct::Give } else { InstructAct::TakeBack };
                vault.instruct(caller, subject, &purpose, "partner", act).await?;
                Reply::Done
            }
            Call::View(subject) => {
                let view = vault.subject(caller, subject).await?;
                Reply::Choices(choices_of(&serde_json::to_value(view.standing).expect("a standing")))
            }
        })
    }
}

fn record(group: &str, text: String) -> NewRecord {
    let values = BTreeMap::from([("data".to_owned(), text.into())]);
    NewRecord { group: group.to_owned(), values, source: "subject".to_owned() }
}

fn ask(asked: Asked) -> Ask {
    let record: Option<RecordId> = asked.record;
    Ask {
        subject: asked.subject,
        purpose: asked.purpose,
        recipient: None,
        fields: asked.fields,
        record,
        channel: None,
        gpc: false,
        approval: None,
    }
}

fn is_gone(error: &VaultError) -> bool {
    matches!(error.kind(), ErrorKind::Missing | ErrorKind::Gone)
}
