//! People who gave consent, and the question that rests on it.

use std::sync::Arc;

use bench_bed::Opened;
use candor_vault::{Answer, Ask, ConsentAct, ConsentVerb, NewRecord, NewSubject, Vault};
use candor_words::SubjectId;

const POLICY: &str = include_str!("policy.candor");
/// How many people take turns.
const SUBJECTS: usize = 64;

/// A vault with people in it.
pub struct World {
    pub opened: Opened,
    pub subjects: Vec<SubjectId>,
    _folder: tempfile::TempDir,
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let opened = Opened::create(folder.path(), POLICY).await;
        let mut subjects = Vec::with_capacity(SUBJECTS);
        for n in 0..SUBJECTS {
            let texts = [
                ("email", format!("person{n}@people.example")),
                ("name", format!("Person Number {n}")),
                ("organisation", "Example Works".to_owned()),
                ("address", format!("{n} Long Street")),
            ];
            let values = texts.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect();
            let record = NewRecord { group: "account".into(), values, source: "subject".into() };
            let new = NewSubject { records: vec![record], contract: None };
            subjects.push(opened.vault.create_subject(&opened.caller, new).await.expect("a subject").subject);
        }
        Self { opened, subjects, _folder: folder }
    }

    pub fn vault(&self) -> &Arc<Vault> {
        &self.opened.vault
    }

    /// Gives or takes back the consent on which [`World::ask`] rests.
    pub async fn say(&self, subject: SubjectId, act: ConsentVerb) {
        let act = ConsentAct { purpose: "newsletter".into(), act, text: None, language: None, method: None };
        self.vault().consent(&self.opened.caller, subject, act).await.expect("a choice that is noted");
    }

    pub fn ask(&self, subject: SubjectId) -> Ask {
        Ask {
            subject,
            purpose: "newsletter".into(),
            recipient: None,
            fields: vec!["account.email".into()],
            record: None,
            channel: None,
            gpc: false,
            approval: None,
        }
    }

    pub async fn read(&self, ask: &Ask) -> Answer {
        self.vault().read(&self.opened.caller, ask).await.expect("an answer")
    }
}
