//! What the tests share: a manifest that maps a SCIM service, and what is shown of rows that were kept.

use std::sync::Arc;

use candor_connect::testing::{self, Kept};
use candor_places::SystemMap;

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
    testing::map(&POLICY.replace("MORE", more))
}

/// What is shown of a field.
#[allow(dead_code, reason = "not every test reads values")]
pub fn values<'k>(kept: &'k Kept, field: &str) -> Vec<&'k str> {
    let values = kept.0.iter().flat_map(|row| &row.values);
    values.filter(|value| value.field.as_deref() == Some(field)).filter_map(|value| value.value.as_deref()).collect()
}
