//! `/{tenant}/console/requests`: requests about rights with their clocks, the earliest due first: those that wait for somebody here,
//! those that wait for others, those that are closed; of one right, of one person, page by page.

use axum::extract::RawQuery;
use axum::response::Response;
use candor_manifest::model::RightKind;
use candor_vault::{PAGE_MAX, RequestView, StaffReason, VaultError, right_name};
use candor_words::{Instant, RequestId, SubjectId};
use maud::{Markup, html};

use super::desk::Seated;
use super::next_step::NextStep;
use super::request::state_with;
use crate::Written as _;
use crate::door::parameter;
use crate::kit::{Clock, Desk, Input, InputKind, Tone, badge, banner, card, clock, clock_line, empty, table};
use crate::words::console as words;
use crate::words::console::requests as request_words;
use crate::{Language, door::escaped};

/// The most requests that are looked through.
const LOOKED_THROUGH_MAX: usize = 20_000;
/// How many are on a page.
const ON_A_PAGE: usize = 25;
/// The most of those under way whose systems are asked after for the list.
const RUNS_LOOKED_AT_MAX: usize = 500;

/// Which requests are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Show {
    /// Those that wait for somebody here.
    Ours,
    /// Those that are open, and wait for others.
    Others,
    /// Those whose clock ran out, or is about to.
    Late,
    /// Those that are closed.
    Closed,
    /// All of them.
    All,
}

impl Show {
    const ALL: [Self; 5] = [Self::Ours, Self::Late, Self::Others, Self::Closed, Self::All];

    const fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Others => "others",
            Self::Late => "late",
            Self::Closed => "closed",
            Self::All => "all",
        }
    }

    const fn said(self, language: Language) -> &'static str {
        match self {
            Self::Ours => request_words::show_ours(language),
            Self::Others => request_words::show_others(language),
            Self::Late => request_words::show_late(language),
            Self::Closed => request_words::show_closed(language),
            Self::All => request_words::show_all(language),
        }
    }

    fn takes(self, (request, next): &(RequestView, NextStep)) -> bool {
        match self {
            Self::Ours => next.is_ours(),
            Self::Others => request.closed_at.is_none() && !next.is_ours(),
            Self::Late => is_late(request),
            Self::Closed => request.closed_at.is_some(),
            Self::All => true,
        }
    }
}

/// What the address asks for.
struct Asked {
    show: Show,
    right: String,
    whose: String,
    page: usize,
}

impl Asked {
    fn of(query: Option<&str>) -> Self {
        let text = |name| parameter(query, name).unwrap_or_default().trim().to_owned();
        let wanted = text("show");
        let whose: String = text("whose").chars().take(64).collect();
        // Somebody who looks for one request or one person looks among all.
        let otherwise = if whose.is_empty() { Show::Ours } else { Show::All };
        let right = text("right");
        let is_right = RightKind::ALL.into_iter().any(|known| right_name(known) == right);
        Self {
            show: Show::ALL.into_iter().find(|show| show.name() == wanted).unwrap_or(otherwise),
            right: if is_right { right } else { String::new() },
            whose,
            page: text("page").parse().unwrap_or(1).clamp(1, LOOKED_THROUGH_MAX),
        }
    }

    /// The address of the same list with another part of it shown.
    fn address(&self, seated: &Seated, show: Show, page: usize) -> String {
        let mut to = format!("console/requests?show={}", show.name());
        for (name, value) in [("right", &self.right), ("whose", &self.whose)] {
            if !value.is_empty() {
                to.push_str(&format!("&{name}={}", escaped(value)));
            }
        }
        if page > 1 {
            to.push_str(&format!("&page={page}"));
        }
        seated.at.path(&to)
    }
}

pub(super) async fn page(seated: Seated, RawQuery(query): RawQuery) -> Response {
    let asked = Asked::of(query.as_deref());
    // Who pastes a request's whole id wants that request.
    if let Ok(request) = asked.whose.parse::<RequestId>() {
        return seated.go(&format!("console/requests/{request}"));
    }
    match content(&seated, &asked).await {
        Ok(content) => {
            let title = Desk::Requests.title(seated.language());
            seated.page(Desk::Requests, title, &content)
        }
        Err(error) => seated.answer(&error, "console"),
    }
}

async fn content(seated: &Seated, asked: &Asked) -> Result<Markup, VaultError> {
    seated.needs_administrator()?;
    let language = seated.language();
    let whose = asked.whose.parse::<SubjectId>().ok();
    let (known, is_cut) = known(seated, whose).await?;
    let n_late = known.iter().filter(|(request, _)| is_late(request)).count() as u64;
    let is_asked = |(request, _): &&(RequestView, NextStep)| {
        (asked.right.is_empty() || request.right == asked.right) && names(request, &asked.whose)
    };
    let meant: Vec<&(RequestView, NextStep)> = known.iter().filter(is_asked).collect();
    let mut shown: Vec<&(RequestView, NextStep)> = meant.iter().copied().filter(|one| asked.show.takes(one)).collect();
    match asked.show {
        Show::Closed => shown.sort_by_key(|(request, _)| std::cmp::Reverse(request.closed_at)),
        _ => shown.sort_by_key(|(request, _)| (request.closed_at.is_some(), request.due_at, request.id)),
    }
    let n_pages = shown.len().div_ceil(ON_A_PAGE).max(1);
    let page = asked.page.min(n_pages);
    let on_it: Vec<_> = shown.iter().skip((page - 1) * ON_A_PAGE).take(ON_A_PAGE).collect();
    Ok(html! {
        @if n_late > 0 && asked.show != Show::Late {
            (banner(language, Tone::Warning, &html! {
                p { a href=(asked.address(seated, Show::Late, 1)) { (request_words::due_soon(language, n_late)) } }
            }))
        }
        @if is_cut { (banner(language, Tone::Note, &html! { p { (request_words::list_cut(language)) } })) }
        nav class="tabs" aria-label=(request_words::show(language)) {
            ul { @for show in Show::ALL {
                @let n = meant.iter().filter(|one| show.takes(one)).count() as u64;
                li { a href=(asked.address(seated, show, 1)) aria-current=[(show == asked.show).then_some("page")] {
                    (show.said(language)) " " span class="quiet" { (language.number(n)) }
                } }
            } }
        }
        (search(seated, asked))
        @if on_it.is_empty() {
            @let is_all = asked.show == Show::Ours && asked.right.is_empty() && asked.whose.is_empty();
            (empty(if is_all { words::requests_none(language) } else { words::requests_none_such(language) }, None))
        }
        @else {
            (list(seated, &on_it, &html! { span class="unseen" { (asked.show.said(language)) } }))
            @if n_pages > 1 { (pages(seated, asked, page, n_pages)) }
        }
    })
}

/// Whether the text that is looked for begins an id of the request or its person.
fn names(request: &RequestView, text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.is_empty() || [request.id.to_string(), request.subject.to_string()].iter().any(|id| id.contains(&text))
}

/// True when its clock ran out, or is about to.
fn is_late(request: &RequestView) -> bool {
    let is_open = request.closed_at.is_none();
    is_open && (request.overdue || (request.escalated_at.is_some() && request.paused_at.is_none()))
}

/// Every request, or those of one person; true when there are more than are looked through.
async fn known(seated: &Seated, whose: Option<SubjectId>) -> Result<(Vec<(RequestView, NextStep)>, bool), VaultError> {
    let caller = seated.caller(StaffReason::Right).await?;
    let (mut known, mut after, mut n_seen, mut n_runs) = (Vec::new(), None, 0, 0);
    loop {
        let page = seated.at.identity.vault().requests(&caller, whose, after, PAGE_MAX).await?;
        n_seen += PAGE_MAX;
        for request in page.rows {
            let mut run = None;
            if let Some(rights) =
                seated.at.rights.as_ref().filter(|_| request.state == "running" && n_runs < RUNS_LOOKED_AT_MAX)
            {
                n_runs += 1;
                run = Some(rights.run(&caller, request.id).await?.state);
            }
            let next = NextStep::of(&request, run);
            known.push((request, next));
        }
        after = page.next;
        if after.is_none() || n_seen >= LOOKED_THROUGH_MAX {
            return Ok((known, after.is_some()));
        }
    }
}

/// The fields that make the list shorter.
fn search(seated: &Seated, asked: &Asked) -> Markup {
    let language = seated.language();
    html! {
        form method="get" action=(seated.at.path("console/requests")) class="narrow" role="search" {
            @if asked.whose.is_empty() { input type="hidden" name="show" value=(asked.show.name()); }
            (Input::new("whose", html! { (request_words::whose(language)) }, InputKind::Text).optional().value(&asked.whose)
                .characters_max(64).autocomplete("off").hint(html! { (request_words::whose_hint(language)) }).markup(language))
            div class="field" {
                label for="right" { (words::right(language)) }
                select id="right" name="right" {
                    option value="" selected[asked.right.is_empty()] { (request_words::any_right(language)) }
                    @for right in RightKind::ALL.into_iter().map(right_name) {
                        option value=(right) selected[asked.right == right] { (words::right_said(language, right)) }
                    }
                }
            }
            div class="buttons" { button class="button" { (request_words::narrow(language)) } }
        }
    }
}

fn pages(seated: &Seated, asked: &Asked, page: usize, n_pages: usize) -> Markup {
    let language = seated.language();
    let link =
        |to: usize, text: &str| html! { a class="button" href=(asked.address(seated, asked.show, to)) { (text) } };
    html! {
        nav class="paging" aria-label=(request_words::pages(language)) {
            @if page > 1 { (link(page - 1, request_words::page_before(language))) }
            p { (request_words::page_of(language, page, n_pages)) }
            @if page < n_pages { (link(page + 1, request_words::page_after(language))) }
        }
    }
}

fn list(seated: &Seated, of: &[&&(RequestView, NextStep)], caption: &Markup) -> Markup {
    let language = seated.language();
    let now = seated.at.identity.now();
    let rows: Vec<Vec<Markup>> = of
        .iter()
        .map(|(request, next)| {
            let own = seated.at.path(&format!("console/requests/{}", request.id));
            let person = seated.at.path(&format!("console/people/{}", request.subject));
            let id = request.id.to_string();
            vec![
                html! {
                    a href=(own) aria-describedby={ (id) "-id" } { (words::right_said(language, &request.right)) } " "
                    (state_with(seated, request, *next)) br;
                    code class="id" id={ (id) "-id" } { (short(&id)) }
                },
                html! { (next.said(language)) },
                due(language, request, now),
                html! { a href=(person) title=(request.subject) { code class="id" { (short(&request.subject.to_string())) } } },
            ]
        })
        .collect();
    let columns = [
        request_words::request(language),
        request_words::next_column(language),
        request_words::due_column(language),
        words::person(language),
    ];
    table(caption, &columns, &rows)
}

/// When it is due; of one that is closed, when it was.
fn due(language: Language, request: &RequestView, now: Instant) -> Markup {
    match (request.closed_at, request.paused_at) {
        (Some(at), _) => html! { (request_words::closed_on(language)) " " (crate::language::day(language, at)) },
        (None, Some(since)) => {
            html! { (request_words::run_paused(language)) ", " (crate::language::day(language, since)) }
        }
        (None, None) => clock_line(language, Clock { from: request.received_at, by: request.due_at, now }),
    }
}

/// An id by which people tell rows apart; whole on the page that it leads to.
fn short(id: &str) -> String {
    let cut: String = id.chars().take(12).collect();
    if cut.len() < id.len() { cut + "…" } else { cut }
}

/// One request of a person, with the way to its page.
pub(super) fn one(seated: &Seated, request: &RequestView) -> Markup {
    let language = seated.language();
    let own = seated.at.path(&format!("console/requests/{}", request.id));
    let now = seated.at.identity.now();
    card(
        &request.id.to_string(),
        &html! {
            a href=(own) aria-describedby={ (request.id) "-next" } { (words::right_said(language, &request.right)) } " "
            (state_with(seated, request, NextStep::of(request, None)))
        },
        &html! {
            p id={ (request.id) "-next" } {
                (NextStep::of(request, None).said(language))
                @if request.routed && request.decided_at.is_none() {
                    " " (badge("contract", words::organisation_decides(language)))
                }
            }
            @if request.paused_at.is_none() {
                (clock(language, Clock { from: request.received_at, by: request.due_at, now }))
            }
        },
    )
}
