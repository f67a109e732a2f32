//! What of a policy is the front door: read from the manifest's own words, so that nothing has to be said twice.
//!
//! The purpose that signs people in is the first whose DPV term is `IdentityAuthentication` and which uses a field of the
//! term `Password` that is kept as a hash. What it uses besides and what identifies is what people sign in with. Source:
//! spec/manifest.md, "The front door".

use candor_manifest::model::{
    AUTHENTICATION, Basis, Channel, Field, FieldIx, GroupIx, Manifest, Purpose, PurposeIx, Source, ValueKind,
};
use candor_vault::{ErrorKind, VaultError, is_proved_elsewhere};

/// The term of the field that a password stands in.
const PASSWORD: &str = "Password";
/// The term of the field that a date of birth stands in.
const BIRTH_DATE: &str = "BirthDate";
/// Terms of fields that no sign-up form asks for: they cannot be typed in, are set up afterwards, or come from elsewhere.
const NOT_ASKED: [&str; 4] = ["Picture", "Authenticating", "SecretText", "AuthenticationHistory"];

/// The front door of one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrontDoor {
    /// The purpose for which people are told apart.
    pub purpose: String,
    /// The field of the password's hash.
    pub password: String,
    /// What people may call themselves by: fields that identify, addresses before names.
    pub identifiers: Vec<String>,
    /// The address that is confirmed, and written to about sign-ins.
    pub email: Option<String>,
    /// The number that codes may go to.
    pub telephone: Option<String>,
    /// The purpose for which the address is opened to write to it, and whether it names the channel.
    pub mail_purpose: Option<(String, bool)>,
    /// The purpose for which the number is opened to send a code to it, and the recipient that carries it, where one is
    /// named.
    pub sms_purpose: Option<(String, Option<String>)>,
    /// True when the policy requires a second factor of everybody: signing in uses a field of the term
    /// `Authenticating` that is not optional.
    pub factor_required: bool,
    /// What the sign-up form asks for, in the order of the policy: required fields, and optional ones it offers.
    pub asked: Vec<FieldIx>,
    /// Purposes on consent that the form asks about, one by one: those that concern what the account is made of.
    pub consents: Vec<PurposeIx>,
    /// The other purposes on consent: off, and asked when they matter.
    pub later: Vec<PurposeIx>,
}

impl FrontDoor {
    /// Reads it from a policy.
    ///
    /// # Errors
    /// `door.none`: no purpose signs people in.
    pub fn of(manifest: &Manifest) -> Result<Self, VaultError> {
        let (purpose, password) =
            manifest.purposes.iter().find_map(|purpose| signing_in(manifest, purpose)).ok_or_else(none)?;
        let field = |ix: &FieldIx| &manifest.fields[ix.at()];
        let mut identifiers: Vec<&Field> =
            purpose.uses.iter().map(field).filter(|field| field.identifies && comes_from_subject(field)).collect();
        identifiers.sort_by_key(|field| !is_address(field));
        let email = identifiers.iter().find(|field| is_address(field)).map(|field| field.name.clone());
        let used = |name: &str, purpose: &Purpose| purpose.uses.iter().any(|ix| field(ix).name == name);
        let mail_purpose = email.as_deref().and_then(|email| {
            let by_mail = |purpose: &&Purpose| purpose.channels.contains(&Channel::Email) && used(email, purpose);
            let own = std::iter::once(purpose).filter(|purpose| by_mail(purpose));
            let of_term = |term| manifest.purposes.iter().filter(move |other| other.term == term);
            let others = of_term("IdentityVerification").chain(of_term(AUTHENTICATION)).filter(by_mail);
            let named = own.chain(others).next().map(|purpose| (purpose.name.clone(), true));
            named.or_else(|| used(email, purpose).then(|| (purpose.name.clone(), false)))
        });
        let mut groups = vec![manifest.fields[password.at()].group];
        groups.extend(identifiers.iter().map(|field| field.group));
        let asked = asked(manifest, &groups);
        let is_factor = |ix: &FieldIx| field(ix).term == "Authenticating" && !field(ix).optional;
        let factor_required = purpose.uses.iter().any(is_factor);
        let telephone = asked.iter().map(field).find(|field| field.term == "TelephoneNumber");
        let sms_purpose = telephone.and_then(|telephone| sms_purpose(manifest, purpose, &telephone.name));
        // What finds rows in connected systems is taken on nobody's own word, unless an account cannot be without it.
        let is_taken = |ix: &FieldIx| !(field(ix).optional && is_proved_elsewhere(manifest, *ix));
        let asked = asked.into_iter().filter(is_taken).collect();
        let (consents, later) = on_consent(manifest, &groups);
        Ok(Self {
            purpose: purpose.name.clone(),
            password: manifest.fields[password.at()].name.clone(),
            telephone: telephone.map(|field| field.name.clone()),
            identifiers: identifiers.into_iter().map(|field| field.name.clone()).collect(),
            email,
            mail_purpose,
            sms_purpose,
            factor_required,
            asked,
            consents,
            later,
        })
    }

    /// The fields that what somebody calls themself by may be, the likeliest first.
    pub(crate) fn identifiers_for<'a>(&'a self, text: &str) -> impl Iterator<Item = &'a str> {
        let is_mail = text.contains('@');
        let email = self.email.as_deref();
        let mut fields: Vec<&str> = self.identifiers.iter().map(String::as_str).collect();
        fields.sort_by_key(|field| (Some(*field) == email) != is_mail);
        fields.into_iter()
    }
}

/// The purpose with the field of its password, if it signs people in.
fn signing_in<'a>(manifest: &Manifest, purpose: &'a Purpose) -> Option<(&'a Purpose, FieldIx)> {
    if purpose.term != AUTHENTICATION {
        return None;
    }
    let is_password = |ix: &&FieldIx| {
        let field = &manifest.fields[ix.at()];
        is_password(field) && !manifest.groups[field.group.at()].many
    };
    purpose.uses.iter().find(is_password).map(|ix| (purpose, *ix))
}

/// The purpose that sends codes to the number, the one that signs people in before those that verify who they are; with
/// whoever it shares the number.
fn sms_purpose(manifest: &Manifest, own: &Purpose, telephone: &str) -> Option<(String, Option<String>)> {
    let is = |ix: &FieldIx| manifest.fields[ix.at()].name == telephone;
    let sends = |purpose: &&Purpose| purpose.channels.contains(&Channel::Sms) && purpose.uses.iter().any(is);
    let others =
        manifest.purposes.iter().filter(|other| other.term == "IdentityVerification" || other.term == AUTHENTICATION);
    let purpose = std::iter::once(own).chain(others).find(sends)?;
    let carrier = purpose.shares.iter().find(|share| share.fields.iter().any(is));
    Some((purpose.name.clone(), carrier.map(|share| manifest.recipients[share.with.at()].name.clone())))
}

/// Every field of the groups that signing in takes which people give themselves by typing it in. Special categories are
/// never asked at the door.
fn asked(manifest: &Manifest, groups: &[GroupIx]) -> Vec<FieldIx> {
    let fields = (0_u16..).zip(&manifest.fields);
    let asked = fields.filter(|(_, field)| {
        groups.contains(&field.group)
            && !manifest.groups[field.group.at()].many
            && comes_from_subject(field)
            && field.held_by.is_none()
            && field.derived.is_none()
            && !field.special
            && field.kind != ValueKind::List
            && (!field.hashed || is_password(field))
            && !NOT_ASKED.contains(&field.term.as_str())
            // With an age rule the date is asked anyway; a policy that may do without keeps none.
            && !(is_birth_date(field) && field.optional && manifest.age.is_some())
    });
    asked.map(|(at, _)| FieldIx(at)).collect()
}

/// The purposes on consent: those that concern a field of the groups that signing in takes, and the others. What needs an
/// explicit yes is asked case by case.
fn on_consent(manifest: &Manifest, groups: &[GroupIx]) -> (Vec<PurposeIx>, Vec<PurposeIx>) {
    let is_of_account = |ix: &FieldIx| groups.contains(&manifest.fields[ix.at()].group);
    let concerns = |purpose: &Purpose| {
        let shared = purpose.shares.iter().flat_map(|share| &share.fields);
        purpose.uses.iter().chain(shared).any(is_of_account)
            && !matches!(purpose.basis, Basis::Consent { explicit: true, .. })
    };
    let purposes = (0_u16..).map(PurposeIx).zip(&manifest.purposes);
    let on_consent = purposes.filter(|(_, purpose)| matches!(purpose.basis, Basis::Consent { .. }));
    let (asked, later): (Vec<_>, Vec<_>) = on_consent.partition(|(_, purpose)| concerns(purpose));
    let position = |purposes: Vec<(PurposeIx, &Purpose)>| purposes.into_iter().map(|(ix, _)| ix).collect();
    (position(asked), position(later))
}

/// True for the field that a password stands in.
pub fn is_password(field: &Field) -> bool {
    field.hashed && field.term == PASSWORD
}

/// True for the field that a date of birth stands in.
pub fn is_birth_date(field: &Field) -> bool {
    field.kind == ValueKind::Date && field.term == BIRTH_DATE
}

fn comes_from_subject(field: &Field) -> bool {
    field.sources.is_empty() || field.sources.contains(&Source::Subject)
}

fn is_address(field: &Field) -> bool {
    field.term.starts_with("EmailAddress")
}

fn none() -> VaultError {
    VaultError::new(ErrorKind::Unprocessable, "door.none", "nobody can sign in here: the policy declares no way to")
        .help("declare a purpose of the term `IdentityAuthentication` that uses a password `kept as hash`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(vendor: &str) -> Manifest {
        let file = format!("{}/../../../policies/{vendor}/policy.candor", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(file).unwrap();
        candor_manifest::check(&[candor_manifest::Source { path: "policy.candor".into(), text }]).unwrap().manifest
    }

    fn asked(vendor: &str) -> Vec<(String, bool)> {
        let manifest = manifest(vendor);
        let door = FrontDoor::of(&manifest).unwrap();
        let field = |ix: &FieldIx| (manifest.fields[ix.at()].name.clone(), manifest.fields[ix.at()].optional);
        door.asked.iter().map(field).collect()
    }

    #[test]
    fn a_policy_says_by_itself_what_signing_in_takes() {
        let door = FrontDoor::of(&manifest("miniorange-plugins")).unwrap();
        assert_eq!((door.purpose.as_str(), door.password.as_str()), ("sign_in", "account.password"));
        assert_eq!(door.identifiers, ["account.email", "account.username"]);
        assert_eq!(door.email.as_deref(), Some("account.email"));
        assert_eq!(door.telephone.as_deref(), Some("account.telephone"));
        assert_eq!(door.mail_purpose, Some(("one_time_code".to_owned(), true)));
        assert_eq!(door.identifiers_for("ada").collect::<Vec<_>>(), ["account.username", "account.email"]);
        assert_eq!(door.identifiers_for("a@b").collect::<Vec<_>>(), ["account.email", "account.username"]);
        assert_eq!(FrontDoor::of(&manifest("miniorange-cloud")).unwrap_err().code(), "door.none");
    }

    #[test]
    fn consents_that_concern_the_account_are_asked_and_the_others_wait() {
        let names = |vendor: &str| {
            let manifest = manifest(vendor);
            let door = FrontDoor::of(&manifest).unwrap();
            let name = |ix: &PurposeIx| manifest.purposes[ix.at()].name.clone();
            (door.consents.iter().map(name).collect::<Vec<_>>(), door.later.iter().map(name).collect::<Vec<_>>())
        };
        let (asked, later) = names("assigntask");
        assert_eq!(asked, ["newsletter", "convenience"]);
        assert!(later.contains(&"expert_help".to_owned()) && later.contains(&"statistics".to_owned()), "{later:?}");
        assert_eq!(names("plugin-vendor"), (vec![], vec!["gravatar".to_owned()]));
    }

    #[test]
    fn the_form_asks_what_the_policy_requires_and_offers_the_rest() {
        let required = |vendor: &str| -> Vec<String> {
            asked(vendor).into_iter().filter(|(_, optional)| !optional).map(|(name, _)| name).collect()
        };
        assert_eq!(required("miniorange-plugins"), ["account.email", "account.company", "account.password"]);
        assert_eq!(
            required("asign2"),
            ["account.email", "account.name", "account.organisation", "sign_in.login", "sign_in.password"]
        );
        let offered = asked("miniorange-plugins");
        assert!(offered.contains(&("account.telephone".to_owned(), true)));
        assert!(!asked("asign2").iter().any(|(name, _)| name.contains("second_factor") || name.contains("recovery")));
    }
}
