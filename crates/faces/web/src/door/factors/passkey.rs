//! Signing in with a passkey, and the page that asks for one.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use candor_identity::{LocalPath, PasskeyQuestion, Step, Token};
use maud::{Markup, html};
use serde_json::{Value, json};

use crate::door::at::At;
use crate::door::own_form::OwnForm;
use crate::door::sign_in::{go_on, posted_then, then_input, with_then};
use crate::door::trouble;
use crate::kit::{Area, Frame, Tone, Weight, banner, button, button_link, form, heading};
use crate::words::factors as words;

/// The field of a browser's answer.
pub(super) const ANSWER: &str = "answer";
/// The field of the hold on a question.
pub(super) const QUESTION: &str = "question";

/// What a page asks a browser for.
pub(super) struct Asking<'a> {
    pub title: &'a str,
    pub lead: &'a str,
    /// `create` or `get`.
    pub act: &'static str,
    /// The question, as JSON.
    pub options: &'a str,
    /// Where the answer is posted.
    pub action: String,
    /// What else is posted.
    pub fields: Markup,
    pub button: &'a str,
    /// Where to go instead.
    pub back: String,
    /// What came of the answer before.
    pub wrong: Option<&'a str>,
}

impl Asking<'_> {
    pub(super) fn page(&self, at: &At, area: Area<'_>) -> Markup {
        let language = at.language();
        let fields = html! {
            (self.fields)
            input type="hidden" name=(ANSWER) value="";
            div class="buttons" {
                (button(Weight::Main, self.button))
                (button_link(Weight::Plain, &self.back, crate::words::kit::cancel(language)))
            }
        };
        let content = html! {
            (heading(self.title, Some(&html! { (self.lead) })))
            @if let Some(wrong) = self.wrong { (banner(language, Tone::Warning, &html! { p { (wrong) } })) }
            noscript { (banner(language, Tone::Warning, &html! { p { (words::passkey_needs_script(language)) } })) }
            div role="alert" { div data-passkey-failed hidden {
                (banner(language, Tone::Warning, &html! { p { (words::passkey_failed(language)) } }))
            } }
            div data-passkey=(self.act) data-passkey-options=(self.options) {
                (form(&at.form_token, &self.action, &fields))
            }
            script src="/passkey.js" defer {}
        };
        Frame { reader: &at.reader, tenant: at.shown(), title: self.title, area }.page(&content)
    }
}

/// Asks for a passkey that somebody has already: to sign in by it, or as a further proof.
pub(super) struct Proof<'a> {
    /// The path below the tenant's under which the asking goes on.
    pub base: &'a str,
    /// Where the person goes on.
    pub then: Option<&'a LocalPath>,
    /// The hold on the question, where nothing else holds it.
    pub question: Option<&'a Token>,
}

impl Proof<'_> {
    /// The page with the question; `wrong` is what was wrong with the answer before.
    pub(super) fn page(&self, at: &At, options: &str, wrong: Option<&str>) -> Markup {
        let language = at.language();
        let asking = Asking {
            title: words::passkey_title(language),
            lead: words::passkey_lead(language),
            act: "get",
            options,
            action: at.path(&format!("{}/passkey/answer", self.base)),
            fields: html! {
                (then_input(self.then))
                @if let Some(question) = self.question {
                    input type="hidden" name=(QUESTION) value=(question.expose());
                }
            },
            button: words::passkey_use(language),
            back: with_then(at.path(self.base), self.then),
            wrong,
        };
        asking.page(at, Area::Door)
    }
}

/// The form on the sign-in page that leads here, and what lets a browser list passkeys under the name's field. Without scripts,
/// or in a browser that cannot, the form alone is there.
pub(crate) fn way_in(at: &At, then: Option<&LocalPath>) -> Markup {
    html! {
        @if at.identity.has_passkeys() {
            (form(&at.form_token, &at.path("sign-in/passkey"), &html! {
                (then_input(then))
                div class="buttons" { (button(Weight::Plain, words::passkey_sign_in(at.language()))) }
            }))
            div hidden data-passkey-offer=(at.path("sign-in/passkey/offer")) {
                (form(&at.form_token, &at.path("sign-in/passkey/answer"), &html! {
                    (then_input(then))
                    input type="hidden" name=(QUESTION) value="";
                    input type="hidden" name=(ANSWER) value="";
                }))
            }
            script src="/passkey.js" defer {}
        }
    }
}

/// What a script asks for on a sign-in page: a question for whoever takes a passkey from the browser's list.
pub(super) async fn offer(own: OwnForm) -> Response {
    let OwnForm { at, .. } = own;
    match at.identity.offer_passkey_sign_in(&at.tenant, &at.visitor).await {
        Ok(PasskeyQuestion { token, options }) => {
            let options: Value = serde_json::from_str(&options).unwrap_or_default();
            Json(json!({ "question": token.expose(), "options": options })).into_response()
        }
        Err(error) => trouble::status(error.kind()).into_response(),
    }
}

pub(super) async fn begin(own: OwnForm) -> Response {
    let OwnForm { at, posted, .. } = own;
    let then = posted_then(&at, &posted);
    ask(at, then, StatusCode::OK, None).await
}

pub(super) async fn answer(own: OwnForm) -> Response {
    let OwnForm { at, posted, .. } = own;
    let then = posted_then(&at, &posted);
    let language = at.language();
    let Some(question) = Token::parse(posted.get(QUESTION)) else { return at.trouble(&super::over()) };
    let step =
        at.identity.sign_in_with_passkey(&at.tenant, &question, posted.get(ANSWER), then.clone(), &at.visitor).await;
    match step {
        Ok(Step::Refused) => {
            ask(at, then, StatusCode::UNPROCESSABLE_ENTITY, Some(words::passkey_wrong(language))).await
        }
        Ok(step) => go_on(at, step).await,
        Err(error) => at.trouble(&error),
    }
}

async fn ask(at: At, then: Option<LocalPath>, status: StatusCode, wrong: Option<&str>) -> Response {
    let question = match at.identity.begin_passkey_sign_in(&at.tenant, &at.visitor).await {
        Ok(question) => question,
        Err(error) => return at.trouble(&error),
    };
    let proof = Proof { base: "sign-in", then: then.as_ref(), question: Some(&question.token) };
    let page = proof.page(&at, &question.options, wrong);
    at.page(status, page)
}
