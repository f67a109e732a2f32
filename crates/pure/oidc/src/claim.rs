//! Which standard claim a field is told as (OpenID Connect Core §5.1), by its DPV term.

/// The claim of a term; `None` when the standard has none, and the field goes under its own name.
pub fn standard_claim(term: &str) -> Option<&'static str> {
    Some(match term {
        "Name" => "name",
        "GivenName" | "FirstName" => "given_name",
        "FamilyName" | "LastName" | "Surname" => "family_name",
        "Nickname" | "Alias" => "nickname",
        "Username" => "preferred_username",
        "EmailAddress" | "EmailAddressPersonal" | "EmailAddressWork" => "email",
        "TelephoneNumber" => "phone_number",
        "Gender" => "gender",
        "BirthDate" | "DateOfBirth" => "birthdate",
        "Picture" | "Photo" => "picture",
        "TimeZone" => "zoneinfo",
        "Language" => "locale",
        _ => return None,
    })
}
