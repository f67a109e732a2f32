//! What attributes are, where the schema does not say it.

/// Attributes that sign somebody in, or open what is theirs: they are never read, shown or compared.
const SECRETS: [&str; 34] = [
    "userPassword",
    "authPassword",
    "unicodePwd",
    "dBCSPwd",
    "lmPwdHistory",
    "ntPwdHistory",
    "pwdHistory",
    "supplementalCredentials",
    "userPKCS12",
    "unixUserPassword",
    "sambaNTPassword",
    "sambaLMPassword",
    "sambaPasswordHistory",
    "krbPrincipalKey",
    "krb5Key",
    "krb5EncryptionType",
    "msDS-ManagedPassword",
    "msDS-ManagedPasswordId",
    "ms-Mcs-AdmPwd",
    "msLAPS-Password",
    "msLAPS-EncryptedPassword",
    "msLAPS-EncryptedPasswordHistory",
    "msFVE-RecoveryPassword",
    "msFVE-KeyPackage",
    "initialAuthIncoming",
    "initialAuthOutgoing",
    "trustAuthIncoming",
    "trustAuthOutgoing",
    "clearTextPassword",
    "currentValue",
    "priorValue",
    "oathSecret",
    "ipatokenOTPkey",
    "webauthnCredential",
];

/// Who made or changed an entry: somebody else, as a rule.
const EDITORS: [&str; 3] = ["creatorsName", "modifiersName", "pwdPolicySubentry"];

/// Whether it signs somebody in.
pub(crate) fn is_secret(attribute: &str) -> bool {
    SECRETS.iter().any(|name| name.eq_ignore_ascii_case(attribute))
}

/// Whether it names who made or changed the entry.
pub(crate) fn is_editor(attribute: &str) -> bool {
    EDITORS.iter().any(|name| name.eq_ignore_ascii_case(attribute))
}

/// The column by which a manifest speaks of the name of an entry itself.
pub(crate) fn is_dn(column: &str) -> bool {
    column.eq_ignore_ascii_case("dn")
}
