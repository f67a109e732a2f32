//! Writes a page with every part of the kit, and the sign-up form of each policy of this repository, to look at:
//! `cargo run -p candor-web --example specimen -- FOLDER`.

use std::error::Error;
use std::path::{Path, PathBuf};

use candor_identity::FrontDoor;
use candor_manifest::model::Basis;
use candor_manifest::{Manifest, Source, check};
use candor_web::kit::{
    Area, CheckBox, Choice, ChoiceGroup, Clock, ConsentCard, FormToken, Frame, Input, InputKind, Place, Step, Tenant,
    Tone, Weight, badge, banner, basis_badge, button, button_link, card, card_link, clock, confirm_page, empty,
    error_summary, form, heading, paging, pairs, table, timeline,
};
use candor_web::sign_up::{SignUpForm, SignUpPage, read_sign_up, too_young_page};
use candor_web::{Language, Posted, Reader, Written as _};
use candor_words::Instant;
use maud::{Markup, html};

const POLICIES: [&str; 5] = ["asign2", "assigntask", "miniorange-cloud", "miniorange-plugins", "plugin-vendor"];
const NOW: Instant = Instant::from_millis(1_795_000_000_000);
const DAY_MS: i64 = 86_400_000;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name a folder")?);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("style.css"), include_str!("../src/style.css"))?;
    for language in Language::ALL {
        let reader = Reader::new(language, "/specimen");
        write(&folder, "parts", language, &parts(&reader))?;
        for name in POLICIES {
            let manifest = read(name)?;
            let posted = Posted::none();
            if let Ok(door) = FrontDoor::of(&manifest) {
                write(&folder, name, language, &sign_up(&manifest, &door, &reader, &posted))?;
            }
        }
        let manifest = read("assigntask")?;
        let posted = Posted::read(b"policy=d&born=1990&account.email=ada&account.password=short")?;
        write(&folder, "faults", language, &sign_up(&manifest, &FrontDoor::of(&manifest)?, &reader, &posted))?;
        write(&folder, "too-young", language, &too_young_page(&reader, tenant(), 18))?;
    }
    Ok(())
}

/// The address of the style sheet starts at the root; on disk it is beside the page.
fn write(folder: &Path, name: &str, language: Language, page: &Markup) -> std::io::Result<()> {
    let text = page.0.replace("href=\"/style.css", "href=\"style.css");
    std::fs::write(folder.join(format!("{name}.{}.html", language.tag())), text)
}

fn read(name: &str) -> Result<Manifest, Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../policies").join(name).join("policy.candor");
    let source = Source { path: name.to_owned(), text: std::fs::read_to_string(path)? };
    Ok(check(&[source]).map_err(|findings| format!("{name}: {} findings", findings.len()))?.manifest)
}

fn tenant() -> Tenant<'static> {
    Tenant { slug: "acme", title: "Acme Cloud", language: "en" }
}

fn sign_up(manifest: &Manifest, door: &FrontDoor, reader: &Reader, posted: &Posted) -> Markup {
    let asked = SignUpForm::of(manifest, door);
    let faults = match read_sign_up(&asked, posted, "d", NOW) {
        Err(candor_web::sign_up::SignUpRefusal::Faults(faults)) => faults,
        _ => Vec::new(),
    };
    let token = FormToken::new("token");
    let tenant = Tenant { slug: "acme", title: &manifest.controller.name, language: "en" };
    SignUpPage { form: &asked, reader, tenant, token: &token, policy_digest: "d", then: None, posted, faults: &faults }
        .page()
}

fn parts(reader: &Reader) -> Markup {
    let (language, token) = (reader.language, FormToken::new("token"));
    let content = html! {
        (heading("Every part, once", Some(&html! { "Made-up content, to see how the parts look together." })))
        (error_summary(language, &[("email".to_owned(), "Fill in: Email address".to_owned())]))
        (banner(language, Tone::Done, &html! { p { "Your change was saved." } }))
        (banner(language, Tone::Note, &html! { p { "The policy changes on 1 March." } }))
        (banner(language, Tone::Warning, &html! { p { "An erasure cannot be taken back." } }))
        div class="grid" {
            (card_link("#values", "What is held about you", &html! { "14 values, each with its source and its end." }))
            (card_link("#accesses", "Who read it", &html! { "Last read on 14 November 2026." }))
            (card_link("#rights", "Your rights and requests", &html! { "One request is open." }))
        }
        (values(language))
        (accesses(language))
        (consents(language, &token))
        (request(language))
        (form(&token, "/acme/x", &fields(language)))
        (empty("Nobody has read anything yet.", Some(&html! { a href="#values" { "See what is held" } })))
        (paging(language, Some("#a"), Some("#b")))
        (confirm_page(language, &token, "/acme/erase", &html! { p { "Everything is erased." } }, (Weight::Grave, "Erase everything"), "#"))
        div class="buttons" {
            (button(Weight::Main, "Main")) (button_link(Weight::Plain, "#", "Plain")) (button(Weight::Quiet, "Quiet"))
            (button(Weight::Grave, "Grave"))
        }
    };
    let area = Area::Account { here: Place::Held, token: &token };
    Frame { reader, tenant: tenant(), title: "Every part", area }.page(&content)
}

fn values(language: Language) -> Markup {
    let rows = [
        (html! { "Value" }, html! { "ada@example.com" }),
        (html! { "From" }, html! { "You, on 3 May 2026" }),
        (html! { "Used for" }, html! { (basis_badge(language, &Basis::Contract)) " Provide the service" }),
        (html! { "Until" }, html! { "30 days after your contract ends" }),
    ];
    card("values", &html! { "Email address" }, &pairs(&rows))
}

fn accesses(language: Language) -> Markup {
    let row = |who: &str, why: &str, what: &str| {
        let cells = [language.time(NOW), who.to_owned(), why.to_owned(), what.to_owned()];
        cells.map(|cell| html! { (cell) }).to_vec()
    };
    let rows = [
        row("Support engineers", "Help you with a problem", "Email address, Name"),
        row("Example Payments", "Take payment", "Billing contact"),
    ];
    table(&html! { "The last reads" }, &["When", "Who", "Why", "What"], &rows)
}

fn consents(language: Language, token: &FormToken) -> Markup {
    let consent = Basis::Consent { double_opt_in: true, explicit: false, lasts: None };
    let consent_card = ConsentCard {
        purpose: "newsletter",
        title: "News and offers",
        text: "May we write to you about new features, offers, events and surveys?",
        policy_language: "en",
        basis: &consent,
        data: vec!["Email address", "Name"],
        recipients: Vec::new(),
        keeps: vec!["until you take your consent back, then erased".to_owned()],
    };
    html! {
        (consent_card.question(language, None, None))
        (consent_card.standing(language, &badge("interest", "You said yes"), &form(token, "/acme/x", &ConsentCard::buttons(language))))
    }
}

fn request(language: Language) -> Markup {
    let at = |days: i64| Instant::from_millis(NOW.as_millis() + days * DAY_MS);
    let step = |days, title: &str| Step { at: at(days), title: html! { (title) }, content: None };
    let content = html! {
        (clock(language, Clock { from: at(-18), by: at(12), now: NOW }))
        (clock(language, Clock { from: at(-33), by: at(-3), now: NOW }))
        (timeline(language, &[step(-18, "Received"), step(-17, "Identity proved"), step(-2, "Running")]))
    };
    card("rights", &html! { "Get a copy" }, &content)
}

fn fields(language: Language) -> Markup {
    let group = ChoiceGroup {
        name: "reason",
        legend: html! { "Why?" },
        hint: Some(html! { "You need not say." }),
        error: None,
        choices: vec![
            Choice { value: "a", label: html! { "I do not use it any more" } },
            Choice { value: "b", label: html! { "Another reason" } },
        ],
        chosen: Some("a"),
        is_row: false,
    };
    html! {
        (Input::new("email", html! { "Email address" }, InputKind::Email).hint(html! { "We write to it once." })
            .error(Some("Fill in: Email address")).autocomplete("email").markup(language))
        (Input::new("telephone", html! { "Telephone number" }, InputKind::Telephone).optional().markup(language))
        (Input::new("code", html! { "Code" }, InputKind::Code).autocomplete("one-time-code").markup(language))
        (Input::new("note", html! { "Note" }, InputKind::Lines).optional().value("Two\nlines").markup(language))
        (group.markup(language))
        (CheckBox { name: "sure", label: html! { "I have read what is erased and what is kept" }, is_ticked: false, error: None }.markup(language))
    }
}
