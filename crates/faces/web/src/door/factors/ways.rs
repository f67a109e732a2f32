//! The page that asks for one of several factors, at the door and before what cannot be taken back.

use candor_identity::{LocalPath, Method, Methods};
use maud::{Markup, html};

use crate::door::at::At;
use crate::door::sign_in::then_input;
use crate::kit::{
    Area, Frame, Input, InputKind, Tone, Weight, banner, button, button_link, error_summary, form, heading,
};
use crate::words::factors as words;
use crate::{Language, Posted};

/// The field of a code.
pub(super) const CODE: &str = "code";
/// The field and parameter that say which factor is meant.
pub(super) const WAY: &str = "way";
/// The parameter that says that a code was sent.
pub(super) const SENT: &str = "sent";

/// The factors that can be asked for, the best first.
const WAYS: [Method; 5] = [Method::Passkey, Method::Totp, Method::SmsCode, Method::MailCode, Method::RecoveryCode];

/// The word for a factor in addresses and forms.
pub(super) const fn word(method: Method) -> &'static str {
    match method {
        Method::Passkey => "passkey",
        Method::Totp => "app",
        Method::SmsCode => "text",
        Method::MailCode => "mail",
        _ => "recovery",
    }
}

/// The factor of a word.
pub(super) fn way_of(text: &str) -> Option<Method> {
    WAYS.into_iter().find(|method| word(*method) == text)
}

/// What people call a factor.
pub(super) const fn name(language: Language, method: Method) -> &'static str {
    match method {
        Method::Passkey => words::way_passkey(language),
        Method::Totp => words::way_totp(language),
        Method::SmsCode => words::way_sms(language),
        Method::MailCode => words::way_mail(language),
        _ => words::way_recovery(language),
    }
}

/// What is asked.
pub(super) struct Asking<'a> {
    /// The path below the tenant's under which the asking goes on.
    pub base: &'a str,
    /// The heading's sentence.
    pub lead: &'a str,
    /// What would do.
    pub offered: Methods,
    /// What is asked for now; the best when it is none of those.
    pub way: Option<Method>,
    /// True when a code was just sent.
    pub is_sent: bool,
    /// Where the person goes on.
    pub then: Option<&'a LocalPath>,
}

impl Asking<'_> {
    /// What is asked for now.
    pub(super) fn asked(&self) -> Option<Method> {
        let named = self.way.filter(|way| self.offered.has(*way));
        named.or_else(|| WAYS.into_iter().find(|method| self.offered.has(*method)))
    }

    /// The page; `wrong` is what was wrong with the answer before.
    pub(super) fn page(&self, at: &At, wrong: Option<&str>) -> Markup {
        let language = at.language();
        let title = words::step_title(language);
        let errors: Vec<_> = wrong.iter().map(|text| (CODE.to_owned(), (*text).to_owned())).collect();
        let asked = self.asked();
        let content = html! {
            (error_summary(language, &errors))
            (heading(title, Some(&html! { (self.lead) })))
            @if self.is_sent { (banner(language, Tone::Done, &html! { p { (words::sent(language)) } })) }
            @if let Some(method) = asked { (self.question(at, method, wrong)) }
            (self.others(at, asked))
        };
        let shown =
            if errors.is_empty() { title.to_owned() } else { crate::words::kit::title_with_error(language, title) };
        Frame { reader: &at.reader, tenant: at.shown(), title: &shown, area: Area::Door }.page(&content)
    }

    fn question(&self, at: &At, method: Method, wrong: Option<&str>) -> Markup {
        let language = at.language();
        let path = |below: &str| at.path(&format!("{}{below}", self.base));
        let hidden = html! {
            (then_input(self.then))
            input type="hidden" name=(WAY) value=(word(method));
        };
        let (label, hint) = match method {
            Method::Passkey => {
                return form(
                    &at.form_token,
                    &path("/passkey"),
                    &html! {
                        (hidden)
                        div class="buttons" { (button(Weight::Main, words::passkey_use(language))) }
                    },
                );
            }
            Method::Totp => (words::code_of_app(language), words::six_digits(language)),
            Method::RecoveryCode => (words::code_of_sheet(language), words::twelve_letters(language)),
            _ => (words::code_sent(language), words::six_digits(language)),
        };
        let kind = if method == Method::RecoveryCode { InputKind::Text } else { InputKind::Code };
        let is_sent = matches!(method, Method::MailCode | Method::SmsCode);
        let send = form(
            &at.form_token,
            &path("/send"),
            &html! {
                (hidden)
                div class="buttons" {
                    @if self.is_sent || wrong.is_some() { (button(Weight::Plain, words::send_again(language))) }
                    @else { (button(Weight::Main, words::send_code(language))) }
                }
            },
        );
        let answer = form(
            &at.form_token,
            &path(""),
            &html! {
                (hidden)
                (Input::new(CODE, html! { (label) }, kind).hint(html! { (hint) }).error(wrong)
                    .autocomplete(if method == Method::RecoveryCode { "off" } else { "one-time-code" }).markup(language))
                div class="buttons" { (button(Weight::Main, words::go_on(language))) }
            },
        );
        html! {
            @if !is_sent || self.is_sent || wrong.is_some() { (answer) }
            @if is_sent { (send) }
        }
    }

    fn others(&self, at: &At, asked: Option<Method>) -> Markup {
        let language = at.language();
        let others: Vec<Method> =
            WAYS.into_iter().filter(|method| self.offered.has(*method) && Some(*method) != asked).collect();
        html! {
            @if !others.is_empty() {
                nav class="ways" aria-label=(words::other_ways(language)) {
                    ul {
                        @for method in others {
                            @let path = at.path(&format!("{}?{WAY}={}", self.base, word(method)));
                            li { (button_link(Weight::Quiet, &crate::door::sign_in::with_then(path, self.then), &words::use_way(language, name(language, method)))) }
                        }
                    }
                }
            }
        }
    }
}

/// The factor that a form means, and the code in it.
pub(super) fn posted_way(posted: &Posted) -> (Option<Method>, &str) {
    (way_of(posted.get(WAY)), posted.get(CODE).trim())
}
