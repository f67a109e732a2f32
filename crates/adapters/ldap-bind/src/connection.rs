//! The line to a company's directory.

use candor_identity_port::{Company, DirectoryError};
use candor_ldap_wire::{Endpoint, Line, WireError};

/// Whether a password may be sent to this address at all. Asks nobody anything.
pub(crate) fn check_address(company: &Company) -> Result<(), DirectoryError> {
    candor_ldap_wire::check_address(&company.address, company.start_tls).map_err(said)
}

/// Opens a line.
pub(crate) async fn open(company: &Company) -> Result<Line, DirectoryError> {
    let (address, start_tls) = (company.address.as_str(), company.start_tls);
    let endpoint = Endpoint { address, start_tls, trusted: company.trusted.as_deref() };
    candor_ldap_wire::open(endpoint).await.map_err(said)
}

fn said(error: WireError) -> DirectoryError {
    match error {
        WireError::AddressMalformed => DirectoryError::ConfigurationMalformed { what: "address" },
        WireError::CertificatesMalformed => DirectoryError::ConfigurationMalformed { what: "certificates" },
        WireError::Insecure => DirectoryError::Insecure,
        WireError::Unreachable => DirectoryError::Unreachable,
    }
}
