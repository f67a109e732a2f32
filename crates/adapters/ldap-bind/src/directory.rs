//! The directories of all tenants, behind one door.

use std::time::Duration;

use async_trait::async_trait;
use candor_identity_port::{
    Company, Directory, DirectoryError, DirectoryPerson, PASSWORD_BYTES_MAX, Reader, USER_BYTES_MAX,
};
use candor_words::Secret;

use crate::bind::offer;
use crate::connection::{check_address, open};
use crate::filter::filled;
use crate::person::read;
use crate::search::find;

/// How long a sign-in may take, all requests together.
const SIGN_IN: Duration = Duration::from_secs(15);

/// Offers passwords to directories. Making one opens nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct LdapDirectory;

#[async_trait]
impl Directory for LdapDirectory {
    async fn verify(
        &self,
        company: &Company,
        user: &str,
        password: &Secret<String>,
        wanted: &[String],
    ) -> Result<DirectoryPerson, DirectoryError> {
        let filter = check(company, user, password)?;
        // A task of its own: the library panics over entries that are none, and that is the directory's fault, not ours.
        let (company, password, wanted) = (copy(company), Secret::new(password.expose().clone()), wanted.to_vec());
        let task = tokio::spawn(async move { sign_in(&company, &filter, &password, &wanted).await });
        let stop = task.abort_handle();
        match tokio::time::timeout(SIGN_IN, task).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(DirectoryError::Unreachable),
            Err(_) => {
                stop.abort();
                Err(DirectoryError::Unreachable)
            }
        }
    }
}

/// Everything that can be known without asking.
fn check(company: &Company, user: &str, password: &Secret<String>) -> Result<String, DirectoryError> {
    if password.expose().is_empty() {
        return Err(DirectoryError::PasswordMissing);
    }
    if user.len() > USER_BYTES_MAX || password.expose().len() > PASSWORD_BYTES_MAX {
        let (user_bytes_max, password_bytes_max) = (USER_BYTES_MAX, PASSWORD_BYTES_MAX);
        return Err(DirectoryError::TooLong { user_bytes_max, password_bytes_max });
    }
    if user.trim().is_empty() {
        return Err(DirectoryError::CredentialsWrong);
    }
    check_address(company)?;
    filled(&company.filter, user)
}

async fn sign_in(
    company: &Company,
    filter: &str,
    password: &Secret<String>,
    wanted: &[String],
) -> Result<DirectoryPerson, DirectoryError> {
    let mut connection = open(company).await?;
    let found = find(&mut connection.ldap, company, filter).await?;
    offer(&mut connection.ldap, &found.name, password).await?;
    read(&mut connection.ldap, found, wanted).await
}

fn copy(company: &Company) -> Company {
    let reader = company
        .reader
        .as_ref()
        .map(|reader| Reader { name: reader.name.clone(), password: Secret::new(reader.password.expose().clone()) });
    Company {
        address: company.address.clone(),
        start_tls: company.start_tls,
        trusted: company.trusted.clone(),
        base: company.base.clone(),
        filter: company.filter.clone(),
        reader,
        id_attribute: company.id_attribute.clone(),
    }
}
