//! The sign-up page.

use candor_identity::{is_birth_date, is_password};
use candor_manifest::bounds::VALUE_BYTES_DEFAULT;
use candor_manifest::model::{Field, FieldIx, Purpose, PurposeIx, ValueKind};
use candor_publish::facts;
use maud::{Markup, html};

use super::asked::SignUpForm;
use super::fault::FieldFault;
use super::read::PASSWORD_CHARS_MIN;
use crate::kit::{
    Area, CheckBox, ConsentCard, ConsentRecipient, FormToken, Frame, Input, InputKind, Tenant, Weight, basis_badge,
    button, button_link, error_summary, form, heading, table,
};
use crate::language::said;
use crate::words::{kit, policy, sign_up as words};
use crate::{Language, Posted, Reader, country};

/// The field of the date of birth.
pub(super) const BORN_FIELD: &str = "born";
/// The field that says which policy's texts were shown.
pub(super) const POLICY_FIELD: &str = "policy";

/// A sign-up form with what was typed so far.
#[derive(Clone, Copy)]
pub struct SignUpPage<'a> {
    /// What is asked.
    pub form: &'a SignUpForm<'a>,
    /// Who reads it.
    pub reader: &'a Reader,
    /// Whose form it is.
    pub tenant: Tenant<'a>,
    /// The form's token.
    pub token: &'a FormToken,
    /// The digest of the policy whose texts are shown.
    pub policy_digest: &'a str,
    /// Where the person goes on afterwards: a path of this server.
    pub then: Option<&'a str>,
    /// What was typed; [`Posted::none`] at first.
    pub posted: &'a Posted,
    /// What is wrong with it.
    pub faults: &'a [FieldFault],
}

impl SignUpPage<'_> {
    /// The whole page.
    pub fn page(&self) -> Markup {
        let language = self.reader.language;
        let heading_text = words::title(language, self.tenant.title);
        let title =
            if self.faults.is_empty() { heading_text.clone() } else { kit::title_with_error(language, &heading_text) };
        let sign_in = self.reader.href(&format!("/{}/sign-in", self.tenant.slug));
        let content = html! {
            (error_summary(language, &self.errors()))
            (heading(&heading_text, Some(&html! { (words::lead(language)) })))
            p { (words::have_one(language)) " " a href=(sign_in) { (words::sign_in(language)) } }
            (self.sign_up_form())
        };
        Frame { reader: self.reader, tenant: self.tenant, title: &title, area: Area::Door }.page(&content)
    }

    fn errors(&self) -> Vec<(String, String)> {
        let language = self.reader.language;
        self.faults.iter().map(|fault| (fault.field.clone(), self.text(fault, language))).collect()
    }

    /// The date of birth is the one label that is not the policy's.
    fn text(&self, fault: &FieldFault, language: Language) -> String {
        if fault.field != BORN_FIELD {
            return fault.text(language);
        }
        FieldFault { label: words::born(language).to_owned(), ..fault.clone() }.text(language)
    }

    fn sign_up_form(&self) -> Markup {
        let (language, asked) = (self.reader.language, self.form);
        let is_shown = |ix: &&FieldIx| !asked.field(**ix).is_some_and(|field| self.is_asked_by_age(field));
        let content = html! {
            input type="hidden" name=(POLICY_FIELD) value=(self.policy_digest);
            @if let Some(then) = self.then { input type="hidden" name="then" value=(then); }
            fieldset class="part" {
                legend { h2 { (words::needed(language)) } }
                @if let Some(age) = asked.age { (self.born(age)) }
                @for ix in asked.needed.iter().filter(is_shown) { (self.field(*ix)) }
            }
            @if !asked.optional.is_empty() {
                fieldset class="part" {
                    legend { h2 { (words::if_you_like(language)) } }
                    @for ix in &asked.optional { (self.field(*ix)) }
                }
            }
            (self.bases())
            (self.consents())
            p { (words::read_policy(language)) " " a href=(self.policy_href("")) { (kit::policy(language)) } }
            div class="buttons" { (button(Weight::Main, words::submit(language))) }
        };
        form(self.token, &self.reader.href(&format!("/{}/sign-up", self.tenant.slug)), &content)
    }

    fn is_asked_by_age(&self, field: &Field) -> bool {
        self.form.age.is_some() && is_birth_date(field)
    }

    fn policy_href(&self, fragment: &str) -> String {
        format!("/{}{fragment}", self.tenant.slug)
    }

    fn error_of(&self, field: &str) -> Option<String> {
        let fault = self.faults.iter().find(|fault| fault.field == field)?;
        Some(self.text(fault, self.reader.language))
    }

    fn said(&self, text: &str) -> Markup {
        said(self.reader.language, self.form.policy_language(), text)
    }

    fn born(&self, age: u8) -> Markup {
        let language = self.reader.language;
        Input::new(BORN_FIELD, html! { (words::born(language)) }, InputKind::Date)
            .hint(html! { (words::born_hint(language, age)) })
            .autocomplete("bday")
            .characters_max(10)
            .value(self.posted.get(BORN_FIELD))
            .error(self.error_of(BORN_FIELD).as_deref())
            .markup(language)
    }

    fn field(&self, ix: FieldIx) -> Markup {
        let language = self.reader.language;
        let Some(field) = self.form.field(ix) else { return html! {} };
        let (error, typed) = (self.error_of(&field.name), self.posted.get(&field.name));
        let label = self.said(&field.title);
        if field.kind == ValueKind::Flag {
            let ticked = typed == "yes";
            return CheckBox { name: &field.name, label, is_ticked: ticked, error: error.as_deref() }.markup(language);
        }
        let mut input = Input::new(&field.name, label, kind_of(field)).value(typed).error(error.as_deref());
        if let Some(token) = autocomplete_of(field) {
            input = input.autocomplete(token);
        }
        if is_password(field) {
            input = input.hint(html! { (words::password_hint(language, PASSWORD_CHARS_MIN)) });
        }
        if field.optional {
            input = input.optional();
        }
        input.markup(language)
    }

    /// What the fields of the form are used for whatever is answered below.
    fn bases(&self) -> Markup {
        let language = self.reader.language;
        let purposes = self.form.manifest.purposes.iter().filter(|purpose| !facts::asks_first(purpose));
        let rows: Vec<Vec<Markup>> = purposes.filter_map(|purpose| self.basis_row(purpose)).collect();
        let columns = [words::purpose(language), words::basis(language), words::data(language)];
        html! {
            details class="more" {
                summary { (words::what_for(language)) }
                (table(&html! { span class="unseen" { (words::what_for(language)) } }, &columns, &rows))
            }
        }
    }

    fn basis_row(&self, purpose: &Purpose) -> Option<Vec<Markup>> {
        let language = self.reader.language;
        let used = facts::fields_of(purpose);
        let titles: Vec<_> =
            self.form.fields().filter(|(ix, _)| used.contains(ix)).map(|(_, field)| field.title.as_str()).collect();
        if titles.is_empty() {
            return None;
        }
        let href = self.policy_href(&format!("#purpose-{}", purpose.name));
        Some(vec![
            html! { a href=(href) { (self.said(&purpose.title)) } },
            html! { (basis_badge(language, &purpose.basis)) p { (policy::because(language, &purpose.basis)) } },
            self.said(&titles.join(", ")),
        ])
    }

    fn consents(&self) -> Markup {
        let (language, asked) = (self.reader.language, self.form);
        let purpose = |ix: &PurposeIx| asked.manifest.purposes.get(ix.at());
        html! {
            @if !asked.consents.is_empty() {
                section class="part" aria-labelledby="choices" {
                    h2 id="choices" { (words::choices(language)) }
                    p { (words::choices_lead(language)) }
                    @for purpose in asked.consents.iter().filter_map(purpose) { (self.consent(purpose)) }
                }
            }
            @if !asked.later.is_empty() {
                details class="more" {
                    summary { (words::asked_later(language, asked.later.len() as u64)) }
                    ul {
                        @for purpose in asked.later.iter().filter_map(purpose) {
                            li { a href=(self.policy_href(&format!("#purpose-{}", purpose.name))) { (self.said(&purpose.title)) } }
                        }
                    }
                }
            }
        }
    }

    fn consent(&self, purpose: &Purpose) -> Markup {
        let language = self.reader.language;
        let card = consent_card(language, self.form.manifest, purpose);
        let field = card.field();
        let chosen = Some(self.posted.get(&field)).filter(|chosen| !chosen.is_empty());
        card.question(language, chosen, self.error_of(&field).as_deref())
    }
}

/// The card of a purpose that waits for a yes.
pub(crate) fn consent_card<'a>(
    language: Language,
    manifest: &'a candor_manifest::Manifest,
    purpose: &'a Purpose,
) -> ConsentCard<'a> {
    let fields = facts::fields(manifest, &facts::fields_of(purpose));
    let recipients = purpose.shares.iter().filter_map(|share| facts::recipient(manifest, share.with));
    ConsentCard {
        purpose: &purpose.name,
        title: &purpose.title,
        text: purpose.notice.as_deref().unwrap_or(&purpose.title),
        policy_language: manifest.languages.first().map_or("", String::as_str),
        basis: &purpose.basis,
        data: fields.iter().map(|field| field.title.as_str()).collect(),
        recipients: recipients
            .map(|recipient| ConsentRecipient {
                title: &recipient.title,
                role: format!("{}, {}", policy::role(language, recipient.role), country(language, recipient.country)),
                policy_url: recipient.policy_url.as_deref(),
            })
            .collect(),
        keeps: facts::keeps_within(manifest, purpose).map(|keep| policy::keep(language, keep)).collect(),
    }
}

/// The page for somebody under the policy's age. It repeats nothing of what they wrote.
pub fn too_young_page(reader: &Reader, tenant: Tenant<'_>, at_least: u8) -> Markup {
    let language = reader.language;
    let title = words::too_young_title(language);
    let content = html! {
        (heading(title, Some(&html! { (words::too_young(language, at_least)) })))
        p { (button_link(Weight::Plain, &format!("/{}", tenant.slug), words::to_the_policy(language))) }
    };
    Frame { reader, tenant, title, area: Area::Door }.page(&content)
}

/// True for what takes several lines.
pub(super) fn is_lines(field: &Field) -> bool {
    field.kind == ValueKind::Text && (field.bytes_max > VALUE_BYTES_DEFAULT || field.term.contains("PhysicalAddress"))
}

pub(crate) fn kind_of(field: &Field) -> InputKind {
    match (field.kind, field.term.as_str()) {
        _ if is_password(field) => InputKind::Password,
        (ValueKind::Number, _) => InputKind::Number,
        (ValueKind::Date, _) => InputKind::Date,
        (_, term) if term.starts_with("EmailAddress") => InputKind::Email,
        (_, "TelephoneNumber") => InputKind::Telephone,
        _ if is_lines(field) => InputKind::Lines,
        _ => InputKind::Text,
    }
}

/// What a browser may fill in.
pub(crate) fn autocomplete_of(field: &Field) -> Option<&'static str> {
    let name = field.name.rsplit('.').next().unwrap_or_default();
    Some(match field.term.as_str() {
        _ if is_password(field) => "new-password",
        term if term.starts_with("EmailAddress") => "email",
        "TelephoneNumber" => "tel",
        "Username" => "username",
        "GivenName" => "given-name",
        "FamilyName" => "family-name",
        "Name" => match name {
            "first_name" | "given_name" => "given-name",
            "last_name" | "family_name" | "surname" => "family-name",
            "display_name" => "nickname",
            _ => "name",
        },
        "BirthDate" => "bday",
        "Job" => "organization-title",
        "Professional" => "organization",
        "PhysicalAddress" => "street-address",
        "Country" => "country-name",
        "Language" => "language",
        _ => return None,
    })
}
