//! What the tests share: a manifest that maps a SCIM service, people, and a sink that keeps rows.

use std::sync::Arc;

use async_trait::async_trait;
use candor_connect::{RowSink, SinkClosed};
use candor_places::{FoundRow, Identifier, Person, SystemMap};
use candor_words::Secret;

const POLICY: &str = r#"
policy "Provisioning", version 1
controller "Example" in DE, contact privacy@example.org
law gdpr
data account {
    login: Username, identifies the subject
    email: EmailAddress, identifies the subject
    private: EmailAddress, identifies the subject, optional
    given: Name
    department: CurrentEmployment, optional
}
purpose provision "Give you your accounts" is ServiceProvision {
    because contract
    uses account
}
keep account until contract ends, then erase
rights under gdpr {
    access within 1 month
    rectification within 1 month
    erasure within 1 month
    restriction within 1 month
    portability within 1 month
}
system accounts is scim at env SCIM_SERVICE {
    place Users key id {
        owned by subject through emails.value as account.email
        account.login at userName
        account.email at emails[work].value
        account.private at emails[home].value
        account.given at name.givenName
        account.department at department
        on erasure delete
        on restriction set active to "false"
    }
    MORE
}
"#;

/// The places of a manifest, with further ones written out.
pub fn map(more: &str) -> Arc<SystemMap> {
    let text = POLICY.replace("MORE", more);
    let source = candor_manifest::Source { path: "scim.candor".to_owned(), text };
    let manifest = candor_manifest::check(&[source]).unwrap_or_else(|findings| panic!("{findings:?}")).manifest;
    Arc::new(SystemMap::of(&manifest, &manifest.systems[0]))
}

pub fn person(identifiers: &[(&str, &str)]) -> Person {
    let identifiers = identifiers
        .iter()
        .map(|(field, value)| Identifier { field: (*field).to_owned(), value: Secret::new((*value).to_owned()) });
    Person { identifiers: identifiers.collect() }
}

/// Keeps rows.
#[derive(Default)]
pub struct Kept(pub Vec<FoundRow>);

#[async_trait]
impl RowSink for Kept {
    async fn take(&mut self, row: FoundRow) -> Result<(), SinkClosed> {
        self.0.push(row);
        Ok(())
    }
}

impl Kept {
    /// What is shown of a field.
    #[allow(dead_code, reason = "not every test reads values")]
    pub fn values(&self, field: &str) -> Vec<&str> {
        let values = self.0.iter().flat_map(|row| &row.values);
        values
            .filter(|value| value.field.as_deref() == Some(field))
            .filter_map(|value| value.value.as_deref())
            .collect()
    }
}
