//! `/{tenant}/console/risk`: how risky sign-ins were held to be, for whoever has a role for it; asked with a reason, shown to
//! whoever is looked at.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use candor_identity::{Method, Methods, RiskAsked, RiskOutcome, RiskPage, RiskSeen};
use candor_vault::{ErrorKind, StaffReason, VaultError};
use candor_words::{SubjectId, from_hex, to_hex};
use maud::{Markup, html};

use super::desk::{Filled, Seated, Wrong, note};
use super::people::{REASON, reason_choice};
use super::person::TICKET;
use crate::Language;
use crate::door::{OwnForm, parameter, spoken};
use crate::kit::{
    Choice, ChoiceGroup, Desk, Input, InputKind, Weight, badge, button, button_link, card, empty, form, pairs,
};
use crate::language::{minute, said};
use crate::words::account as account_words;
use crate::words::console as console_words;
use crate::words::console::risk as words;

const OUTCOME: &str = "outcome";
const WHOSE: &str = "whose";
const AFTER: &str = "after";
const OUTCOMES: [(&str, Option<RiskOutcome>); 4] = [
    ("all", None),
    ("step_up", Some(RiskOutcome::StepUp)),
    ("deny", Some(RiskOutcome::Deny)),
    ("allow", Some(RiskOutcome::Allow)),
];

pub(super) async fn page(seated: Seated, RawQuery(query): RawQuery) -> Response {
    let mut filled = Filled::default();
    filled.put(WHOSE, parameter(query.as_deref(), WHOSE).unwrap_or_default());
    filled.put(OUTCOME, "all");
    show(seated, &filled, None, &Wrong::default()).await
}

/// Shows what was asked for; everybody whose sign-ins are shown learns of it.
pub(super) async fn look(posted: OwnForm) -> Response {
    let (seated, posted) = match Seated::of_form(posted).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let filled = Filled::of(&posted, &[]);
    match looked(&seated, &filled).await {
        Ok(Ok(found)) => show(seated, &filled, Some(found), &Wrong::default()).await,
        Ok(Err(wrong)) => show(seated, &filled, None, &wrong).await,
        Err(error) => seated.answer(&error, "console/risk"),
    }
}

/// What was found, or what is wrong with the form.
async fn looked(seated: &Seated, filled: &Filled) -> Result<Result<RiskPage, Wrong>, VaultError> {
    let language = seated.language();
    let Some(reason) = StaffReason::of_name(filled.get(REASON)) else {
        return Ok(Err(Wrong::one(REASON, console_words::reason_missing(language))));
    };
    let whose = filled.get(WHOSE).trim();
    let subject = match whose.parse::<SubjectId>() {
        Ok(subject) => Some(subject),
        Err(_) if whose.is_empty() => None,
        Err(_) => return Ok(Err(Wrong::one(WHOSE, words::whose_wrong(language)))),
    };
    let outcome = OUTCOMES.into_iter().find(|(name, _)| *name == filled.get(OUTCOME)).and_then(|(_, outcome)| outcome);
    let asked = RiskAsked { outcome, subject, after: from_hex::<32>(filled.get(AFTER)).ok() };
    let why = (reason, filled.get(TICKET));
    let identity = &seated.at.identity;
    match identity.look_at_risk(seated.session.tenant, &seated.seat, asked, why, spoken(language)).await {
        Err(error) if error.code() == "staff.ticket" => {
            Ok(Err(Wrong::one(TICKET, console_words::ticket_missing(language))))
        }
        found => found.map(Ok),
    }
}

async fn show(seated: Seated, filled: &Filled, found: Option<RiskPage>, wrong: &Wrong) -> Response {
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    match content(&seated, filled, found, wrong).await {
        Ok(content) => {
            let title = Desk::Risk.title(seated.language());
            seated.page_with(status, Desk::Risk, title, &content)
        }
        Err(error) => seated.answer(&error, "console"),
    }
}

async fn content(
    seated: &Seated,
    filled: &Filled,
    found: Option<RiskPage>,
    wrong: &Wrong,
) -> Result<Markup, VaultError> {
    let language = seated.language();
    let purpose = purpose(seated).await?;
    Ok(html! {
        (wrong.summary(language))
        p class="lead" { (words::lead(language)) }
        @if let Some(found) = &found { (results(seated, filled, found)) }
        @else {
            (note(language, words::note(language)))
            (ask_form(seated, &purpose, filled, wrong))
        }
    })
}

/// What people are told the purpose is for; refuses whose roles are for others.
async fn purpose(seated: &Seated) -> Result<Markup, VaultError> {
    let plan = seated.at.identity.vault().plan(seated.session.tenant, None).await?;
    let name = seated.at.identity.risk_purpose(seated.session.tenant).await?;
    let known = name.and_then(|name| plan.manifest().purposes.iter().find(|purpose| purpose.name == name));
    let Some(known) = known else {
        return Err(VaultError::new(ErrorKind::Missing, "risk.none", "the policy judges no sign-ins"));
    };
    if seated.risk.is_none() {
        return Err(VaultError::new(
            ErrorKind::Denied,
            "staff.purpose_foreign",
            "nothing was read: the purpose is not one of your roles'",
        ));
    }
    Ok(said(seated.language(), &seated.at.policy_language, &known.title))
}

fn ask_form(seated: &Seated, purpose: &Markup, filled: &Filled, wrong: &Wrong) -> Markup {
    let language = seated.language();
    let outcomes = ChoiceGroup {
        name: OUTCOME,
        legend: html! { (words::outcome(language)) },
        hint: None,
        error: None,
        choices: OUTCOMES
            .iter()
            .map(|(name, outcome)| Choice { value: name, label: html! { (outcome_said(language, *outcome)) } })
            .collect(),
        chosen: Some(filled.get(OUTCOME)),
        is_row: false,
    };
    let fields = html! {
        (outcomes.markup(language))
        (Input::new(WHOSE, html! { (words::whose(language)) }, InputKind::Text).value(filled.get(WHOSE))
            .hint(html! { (words::whose_hint(language)) }).error(wrong.of(WHOSE)).characters_max(40)
            .autocomplete("off").optional().markup(language))
        p class="field" { (words::for_purpose(language)) " " strong { (purpose) } }
        (reason_choice(seated, wrong.of(REASON)))
        (Input::new(TICKET, html! { (console_words::ticket(language)) }, InputKind::Text).value(filled.get(TICKET))
            .hint(html! { (console_words::ticket_hint(language)) }).error(wrong.of(TICKET)).characters_max(200)
            .autocomplete("off").markup(language))
        div class="buttons" { (button(Weight::Main, words::show(language))) }
    };
    form(&seated.at.form_token, &seated.at.path("console/risk"), &fields)
}

fn results(seated: &Seated, filled: &Filled, found: &RiskPage) -> Markup {
    let language = seated.language();
    let asked = |after: Option<[u8; 32]>, text: &str| {
        form(
            &seated.at.form_token,
            &seated.at.path("console/risk"),
            &html! {
                @for name in [OUTCOME, WHOSE, REASON, TICKET] {
                    input type="hidden" name=(name) value=(filled.get(name));
                }
                @if let Some(after) = after { input type="hidden" name=(AFTER) value=(to_hex(&after)); }
                (button(Weight::Plain, text))
            },
        )
    };
    html! {
        h2 { (words::found(language)) }
        @if found.rows.is_empty() { (empty(words::none(language), None)) }
        @for (at, row) in found.rows.iter().enumerate() { (one(seated, at, row)) }
        @if found.n_withheld > 0 { p class="quiet" { (words::withheld(language, found.n_withheld as u64)) } }
        div class="buttons" {
            @if found.next.is_some() { (asked(found.next, crate::words::kit::older(language))) }
            (button_link(Weight::Plain, &seated.at.path("console/risk"), words::ask_again(language)))
        }
    }
}

fn one(seated: &Seated, at: usize, row: &RiskSeen) -> Markup {
    let language = seated.language();
    let sign_in = &row.sign_in;
    let (class, outcome) = match sign_in.outcome() {
        RiskOutcome::Allow => ("contract", words::allowed(language)),
        RiskOutcome::StepUp => ("interest", words::stepped_up(language)),
        RiskOutcome::Deny => ("consent", words::denied(language)),
    };
    let person = seated.at.path(&format!("console/people/{}", row.subject));
    let told = &sign_in.explanation;
    let score = match &sign_in.judgement.score {
        Some(score) => html! { (number(language, score.value)) },
        None => html! { (words::no_score(language)) },
    };
    let end = if sign_in.is_completed {
        account_words::sign_in_let_in(language)
    } else {
        account_words::sign_in_not_finished(language)
    };
    card(
        &format!("sign-in-{at}"),
        // Two of one minute are told apart by those who go from heading to heading.
        &html! { span class="unseen" { (at + 1) ". " } (minute(language, sign_in.at)) " " (badge(class, outcome)) },
        &html! {
            p { (told.summary) }
            (pairs(&[
                (html! { (words::person(language)) }, html! { a href=(person) { code { (row.subject) } } }),
                (html! { (words::score(language)) }, score),
                (html! { (words::proved(language)) }, html! { (methods(language, sign_in.methods)) ", " (end) }),
            ]))
            @if !told.lines.is_empty() {
                h3 { (words::weights(language)) }
                ul {
                    @for line in &told.lines { li { (line.text) ul { @for detail in &line.details { li { (detail) } } } } }
                    @if let Some(activity) = &told.activity { li { (activity) } }
                }
            }
        },
    )
}

const fn outcome_said(language: Language, outcome: Option<RiskOutcome>) -> &'static str {
    match outcome {
        None => words::all(language),
        Some(RiskOutcome::Allow) => words::allowed(language),
        Some(RiskOutcome::StepUp) => words::stepped_up(language),
        Some(RiskOutcome::Deny) => words::denied(language),
    }
}

/// Three digits that count, as people of the language write them.
fn number(language: Language, value: f64) -> String {
    let n_whole = value.abs().max(f64::MIN_POSITIVE).log10().floor() as i32;
    let n_after = usize::try_from((2 - n_whole).clamp(0, 8)).unwrap_or(0);
    let text = format!("{value:.n_after$}");
    match language {
        Language::English => text,
        Language::German => text.replace('.', ","),
    }
}

/// What was proved, in words.
fn methods(language: Language, methods: Methods) -> String {
    let said: Vec<&str> = methods.iter().map(|method| method_said(language, method)).collect();
    if said.is_empty() { words::nothing_proved(language).to_owned() } else { language.list(&said) }
}

const fn method_said(language: Language, method: Method) -> &'static str {
    match method {
        Method::Password => words::by_password(language),
        Method::Passkey => words::by_passkey(language),
        Method::Totp => words::by_totp(language),
        Method::MailCode => words::by_mail(language),
        Method::SmsCode => words::by_sms(language),
        Method::RecoveryCode => words::by_recovery(language),
        Method::Upstream => words::by_upstream(language),
        Method::Directory => words::by_directory(language),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_of_a_score_are_shown() {
        let cases = [
            (0.0, "0.00000000"),
            (0.001_234_5, "0.00123"),
            (0.05, "0.0500"),
            (1.0, "1.00"),
            (123.456, "123"),
            (98_765.4, "98765"),
        ];
        for (value, said) in cases {
            assert_eq!(number(Language::English, value), said);
        }
        assert_eq!(number(Language::German, 0.05), "0,0500");
    }
}
