use candor_identity::FrontDoor;
use candor_manifest::{Manifest, Source, check};
use candor_words::Instant;
use serde_json::json;

use super::*;
use crate::kit::{FormToken, Tenant};
use crate::{Language, Posted, Reader};

fn policy(name: &str) -> Manifest {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../policies").join(name);
    let text = std::fs::read_to_string(path.join("policy.candor")).unwrap();
    check(&[Source { path: name.to_owned(), text }]).unwrap().manifest
}

fn form_of(manifest: &Manifest) -> SignUpForm<'_> {
    SignUpForm::of(manifest, &FrontDoor::of(manifest).unwrap())
}

fn names(form: &SignUpForm<'_>, ixs: &[candor_manifest::model::FieldIx]) -> Vec<String> {
    ixs.iter().map(|ix| form.field(*ix).unwrap().name.clone()).collect()
}

fn now() -> Instant {
    Instant::from_date(2026, 11, 26).unwrap()
}

fn posted(pairs: &[(&str, &str)]) -> Posted {
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.append_pair("policy", "d1").extend_pairs(pairs);
    Posted::read(body.finish().as_bytes()).unwrap()
}

fn page(manifest: &Manifest, language: Language, posted: &Posted, faults: &[FieldFault]) -> String {
    let form = form_of(manifest);
    let reader = Reader::new(language, "/acme/sign-up");
    let tenant = Tenant { slug: "acme", title: "Acme <Ltd>", language: "en" };
    let token = FormToken::new("t0ken");
    let page = SignUpPage {
        form: &form,
        reader: &reader,
        tenant,
        token: &token,
        policy_digest: "d1",
        then: None,
        posted,
        faults,
    };
    page.page().into_string()
}

/// One element of a page: from its opening to the mark that ends it.
fn element<'a>(page: &'a str, begins: &str, ends: &str) -> &'a str {
    let from = page.find(begins).unwrap_or_else(|| panic!("no `{begins}`"));
    page[from..].split(ends).next().unwrap()
}

#[test]
fn what_each_policy_asks_at_the_door() {
    for (name, needed, optional) in [
        (
            "miniorange-plugins",
            vec!["account.email", "account.company", "account.password"],
            // By the user name rows of a connected system are found: nobody says it of themself.
            vec!["account.first_name", "account.last_name", "account.telephone"],
        ),
        (
            "asign2",
            vec!["account.email", "account.name", "account.organisation", "sign_in.login", "sign_in.password"],
            vec!["account.role", "account.language"],
        ),
        (
            "plugin-vendor",
            vec!["account.email", "account.username", "account.first_name", "account.last_name", "account.password"],
            vec![],
        ),
        (
            "assigntask",
            vec!["account.email", "account.name"],
            vec![
                "account.display_name",
                "account.job_title",
                "account.telephone",
                "account.password",
                "account.other_details",
            ],
        ),
    ] {
        let manifest = policy(name);
        let form = form_of(&manifest);
        assert_eq!(names(&form, &form.needed), needed, "{name}");
        assert_eq!(names(&form, &form.optional), optional, "{name}");
    }
}

#[test]
fn required_fields_are_required_and_optional_ones_are_marked() {
    let manifest = policy("miniorange-plugins");
    let page = page(&manifest, Language::English, &Posted::none(), &[]);
    assert!(element(&page, "<input id=\"account.email\"", ">").contains("required"));
    assert!(element(&page, "<input id=\"account.company\"", ">").contains("autocomplete=\"organization\""));
    assert!(element(&page, "<input id=\"account.password\"", ">").contains("autocomplete=\"new-password\""));
    for optional in ["account.first_name", "account.telephone", "account.last_name"] {
        assert!(!element(&page, &format!("<input id=\"{optional}\""), ">").contains("required"), "{optional}");
        assert!(element(&page, &format!("<label for=\"{optional}\""), "</label>").contains("(optional)"), "{optional}");
    }
    assert!(page.contains("<input type=\"hidden\" name=\"form_token\" value=\"t0ken\">"));
    assert!(page.contains("Acme &lt;Ltd&gt;") && !page.contains("Acme <Ltd>"));
}

#[test]
fn consents_are_asked_with_the_exact_text_and_nothing_is_chosen_beforehand() {
    let manifest = policy("assigntask");
    let form = form_of(&manifest);
    let page = page(&manifest, Language::English, &Posted::none(), &[]);
    assert!(!page.contains(" checked>"));
    assert!(!form.consents.is_empty());
    for ix in &form.consents {
        let purpose = &manifest.purposes[ix.at()];
        let card = element(&page, &format!("id=\"purpose-{}\"", purpose.name), "</section>");
        assert!(card.contains(purpose.notice.as_ref().unwrap()), "{}", purpose.name);
        for answer in ["yes", "no"] {
            let field = format!("name=\"consent.{}\" value=\"{answer}\"", purpose.name);
            assert_eq!(card.matches(&field).count(), 1, "{field}");
        }
    }
    // What is asked case by case is not asked at the door.
    assert!(!page.contains("consent.expert_help") && page.contains("#purpose-expert_help"));
}

#[test]
fn the_page_speaks_german_and_leaves_the_words_of_the_policy_as_they_are() {
    let page = page(&policy("assigntask"), Language::German, &Posted::none(), &[]);
    assert!(page.contains("<html lang=\"de\">") && page.contains("Konto anlegen"));
    assert!(page.contains("<span lang=\"en\">May we write to you about"));
    assert!(page.contains("Ein Ja gilt 24 Monate"));
    for english in [">Sign in<", "(optional)", ">No<", "Privacy policy"] {
        assert!(!page.contains(english), "{english}");
    }
}

#[test]
fn a_whole_form_is_read_into_values_password_and_answers() {
    let manifest = policy("assigntask");
    let form = form_of(&manifest);
    let typed = posted(&[
        ("born", "31.12.1990"),
        ("account.email", " ada@example.com "),
        ("account.name", "Ada"),
        ("account.display_name", "  "),
        ("account.password", " a long sentence "),
        ("consent.newsletter", "yes"),
        ("consent.convenience", "no"),
        ("account.domain", "not asked"),
    ]);
    let sign_up = read_sign_up(&form, &typed, "d1", now()).ok().unwrap();
    let value = |name: &str| {
        let ix = manifest.field(name).unwrap();
        sign_up.values.iter().find(|(field, _)| *field == ix).map(|(_, value)| value.clone())
    };
    assert_eq!(value("account.email"), Some(json!("ada@example.com")));
    assert_eq!(value("account.display_name"), None);
    assert_eq!((value("account.born"), value("account.domain")), (None, None));
    assert_eq!(sign_up.password.unwrap().1.expose(), " a long sentence ");
    assert!(sign_up.is_of_age);
    let answers: Vec<_> =
        sign_up.consents.iter().map(|(ix, yes)| (manifest.purposes[ix.at()].name.as_str(), *yes)).collect();
    assert_eq!(answers, [("newsletter", true), ("convenience", false)]);
}

#[test]
fn whoever_is_under_age_is_turned_away_to_the_day() {
    let manifest = policy("assigntask");
    let form = form_of(&manifest);
    let read = |born: &str| read_sign_up(&form, &posted(&[("born", born)]), "d1", now()).err().unwrap();
    assert_eq!(read("2008-11-27"), SignUpRefusal::TooYoung(18));
    assert!(matches!(read("2008-11-26"), SignUpRefusal::Faults(_)));
    for slip in ["2027-01-01", "1890-01-01", "1990-02-30", "yesterday", "90-01-01"] {
        let SignUpRefusal::Faults(faults) = read(slip) else { panic!("{slip}") };
        assert_eq!((faults[0].field.as_str(), faults[0].kind), ("born", FieldFaultKind::NoDate), "{slip}");
    }
    let reader = Reader::new(Language::English, "/acme/sign-up");
    let tenant = Tenant { slug: "acme", title: "Acme", language: "en" };
    let page = too_young_page(&reader, tenant, 18).into_string();
    assert!(page.contains("aged 18 and over") && !page.contains("<form"));
}

#[test]
fn what_is_wrong_is_told_field_by_field_and_leads_to_the_field() {
    let manifest = policy("miniorange-plugins");
    let form = form_of(&manifest);
    let long = "x".repeat(5000);
    let typed =
        posted(&[("account.email", "ada"), ("account.password", "short"), ("account.company", &long), ("x", "y")]);
    let Err(SignUpRefusal::Faults(faults)) = read_sign_up(&form, &typed, "d1", now()) else { panic!() };
    let told: Vec<_> = faults.iter().map(|fault| (fault.field.as_str(), fault.kind)).collect();
    assert_eq!(
        told,
        [
            ("account.email", FieldFaultKind::NoAddress),
            ("account.company", FieldFaultKind::TooLong(4096)),
            ("account.password", FieldFaultKind::TooShort(PASSWORD_CHARS_MIN)),
        ]
    );
    let page = page(&manifest, Language::English, &typed, &faults);
    assert!(page.contains("<a href=\"#account.email\">"));
    let email = element(&page, "<input id=\"account.email\"", ">");
    assert!(email.contains("aria-describedby=\"account.email-error\"") && email.contains("value=\"ada\""));
    assert!(!page.contains("short\""), "a password is not sent back");
    assert!(page.contains("<title>Error: "));
}

#[test]
fn texts_of_another_policy_than_the_one_in_force_are_not_agreed_to() {
    let manifest = policy("assigntask");
    let form = form_of(&manifest);
    let error = read_sign_up(&form, &posted(&[]), "d2", now()).err();
    assert_eq!(error, Some(SignUpRefusal::PolicyChanged));
}
