//! One page of the browser, and what a person, or a test, does with it.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{At, Driver, Violation};
use crate::installed;

/// Light or dark, as the person's system asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Scheme {
    /// As style sheets call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// How a page is opened.
#[derive(Debug, Clone, Copy)]
pub struct PageOptions {
    /// Whether scripts run.
    pub javascript: bool,
    /// Light or dark.
    pub scheme: Scheme,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The language that is asked for (BCP 47).
    pub language: &'static str,
    /// Whether certificates that nobody vouches for are taken.
    pub danger_trusts_any_certificate: bool,
}

impl Default for PageOptions {
    fn default() -> Self {
        Self {
            javascript: true,
            scheme: Scheme::Light,
            width: 1280,
            height: 800,
            language: "en",
            danger_trusts_any_certificate: false,
        }
    }
}

impl PageOptions {
    pub(super) fn told(self) -> Value {
        json!({
            "javascript": self.javascript,
            "scheme": self.scheme.name(),
            "width": self.width,
            "height": self.height,
            "language": self.language,
            "trusting": self.danger_trusts_any_certificate,
        })
    }
}

/// What a page was answered with.
#[derive(Debug)]
pub struct Arrived {
    /// The HTTP status, after redirects.
    pub status: u16,
    headers: Value,
}

impl Arrived {
    /// A header of the answer, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers[name].as_str()
    }
}

/// A page with cookies of its own; closed when dropped.
///
/// Whatever cannot be done within some seconds fails the test.
pub struct Page {
    driver: Arc<Driver>,
    number: u64,
}

/// Going about.
impl Page {
    pub(super) fn new(driver: Arc<Driver>, number: u64) -> Self {
        Self { driver, number }
    }

    /// Goes to an address and waits until everything is loaded.
    #[track_caller]
    pub fn goto(&self, url: &str) -> Arrived {
        let mut arrived = self.act("goto", json!({ "url": url }));
        let status = arrived["status"].as_u64().and_then(|status| u16::try_from(status).ok());
        Arrived { status: status.expect("a status"), headers: arrived["headers"].take() }
    }

    /// Goes back in the history.
    #[track_caller]
    pub fn back(&self) {
        self.act("back", json!({}));
    }

    /// Loads the page anew.
    #[track_caller]
    pub fn reload(&self) {
        self.act("reload", json!({}));
    }

    /// Where it is.
    #[track_caller]
    pub fn url(&self) -> String {
        self.text_of("url", json!({}))
    }

    /// Waits until the address holds this part.
    #[track_caller]
    pub fn wait_for_url(&self, part: &str) {
        self.act("waitForUrl", json!({ "part": part }));
    }

    /// Waits until something is seen.
    #[track_caller]
    pub fn wait_for(&self, at: At<'_>) {
        self.act("waitFor", json!({ "at": at.told() }));
    }
}

/// Filling in and clicking.
impl Page {
    /// Fills a field in, in place of what stood in it.
    #[track_caller]
    pub fn fill(&self, at: At<'_>, value: &str) {
        self.act("fill", json!({ "at": at.told(), "value": value }));
    }

    /// Chooses an option by its label.
    #[track_caller]
    pub fn select(&self, at: At<'_>, label: &str) {
        self.act("select", json!({ "at": at.told(), "value": label }));
    }

    /// Ticks a box, or takes the tick away.
    #[track_caller]
    pub fn check(&self, at: At<'_>, is: bool) {
        self.act("check", json!({ "at": at.told(), "is": is }));
    }

    /// Chooses a file to send.
    #[track_caller]
    pub fn upload(&self, at: At<'_>, file: &std::path::Path) {
        self.act("upload", json!({ "at": at.told(), "path": file }));
    }

    /// Clicks, and waits for the page that this leads to.
    #[track_caller]
    pub fn click(&self, at: At<'_>) {
        self.act("click", json!({ "at": at.told() }));
    }

    /// Presses a key, such as `Tab` or `Enter`, and waits for the page that this leads to.
    #[track_caller]
    pub fn press(&self, key: &str) {
        self.act("press", json!({ "key": key }));
    }

    /// Types where the focus is.
    #[track_caller]
    pub fn type_text(&self, text: &str) {
        self.act("type", json!({ "value": text }));
    }

    /// What has the focus: its label, or its text; empty when nothing has.
    #[track_caller]
    pub fn focused(&self) -> String {
        self.text_of("focused", json!({}))
    }

    /// Goes on by the Tab key until this has the focus; everything on the way shows that it has it.
    #[track_caller]
    pub fn tab_to(&self, name: &str) {
        for _ in 0..40 {
            self.press("Tab");
            let outline = self.evaluate("getComputedStyle(document.activeElement).outlineStyle");
            let focused = self.focused();
            assert!(focused.is_empty() || outline != "none", "`{focused}` does not show that it has the focus");
            if focused == name {
                return;
            }
        }
        panic!("`{name}` is not reached by the Tab key");
    }
}

/// Looking.
impl Page {
    /// The text of something that is seen.
    #[track_caller]
    pub fn text(&self, at: At<'_>) -> String {
        self.text_of("text", json!({ "at": at.told() }))
    }

    /// The text of the whole page as it is seen.
    #[track_caller]
    pub fn all_text(&self) -> String {
        self.text(At::Css("body"))
    }

    /// What stands in a field.
    #[track_caller]
    pub fn value(&self, at: At<'_>) -> String {
        self.text_of("value", json!({ "at": at.told() }))
    }

    /// An attribute, when it is there.
    #[track_caller]
    pub fn attribute(&self, at: At<'_>, name: &str) -> Option<String> {
        self.act("attribute", json!({ "at": at.told(), "name": name })).as_str().map(str::to_owned)
    }

    /// How many there are.
    #[track_caller]
    pub fn count(&self, at: At<'_>) -> u64 {
        self.act("count", json!({ "at": at.told() })).as_u64().expect("a number")
    }

    /// True when it is seen now.
    #[track_caller]
    pub fn is_visible(&self, at: At<'_>) -> bool {
        self.act("isVisible", json!({ "at": at.told() })).as_bool().expect("yes or no")
    }

    /// The page as HTML, as it stands now.
    #[track_caller]
    pub fn html(&self) -> String {
        self.text_of("html", json!({}))
    }

    /// The page's title.
    #[track_caller]
    pub fn title(&self) -> String {
        self.text_of("title", json!({}))
    }

    /// What an expression of JavaScript comes to.
    #[track_caller]
    pub fn evaluate(&self, expression: &str) -> Value {
        self.act("evaluate", json!({ "expression": expression }))
    }

    /// Makes a picture of the whole page: `target/screens/NAME.png`.
    #[track_caller]
    pub fn screenshot(&self, name: &str) -> PathBuf {
        let path = installed("screens").join(format!("{name}.png"));
        self.act("screenshot", json!({ "path": path }));
        path
    }

    /// Makes the window this large.
    #[track_caller]
    pub fn set_viewport(&self, width: u32, height: u32) {
        self.act("viewport", json!({ "width": width, "height": height }));
    }

    /// Asks for light or dark.
    #[track_caller]
    pub fn set_scheme(&self, scheme: Scheme) {
        self.act("scheme", json!({ "scheme": scheme.name() }));
    }
}

/// Measuring, and looking behind.
impl Page {
    /// What axe finds; the page's content security policy stays in force meanwhile.
    #[track_caller]
    pub fn axe(&self) -> Vec<Violation> {
        Violation::all_of(&self.act("axe", json!({})))
    }

    /// Fails unless axe finds nothing.
    #[track_caller]
    pub fn assert_accessible(&self) {
        let found = self.axe();
        let shown: String = found.iter().map(ToString::to_string).collect();
        assert!(found.is_empty(), "axe at {}:\n{shown}", self.url());
    }

    /// How many bytes were transferred since [`Page::goto`], heads included.
    #[track_caller]
    pub fn weight(&self) -> u64 {
        let bytes = self.act("weight", json!({}));
        // The protocol counts in floating numbers.
        bytes.as_u64().or_else(|| bytes.as_f64().map(|bytes| bytes.round() as u64)).expect("a number")
    }

    /// Every address that was asked for since [`Page::goto`].
    #[track_caller]
    pub fn requests(&self) -> Vec<String> {
        texts(&self.act("requests", json!({})))
    }

    /// What the browser found wrong since [`Page::goto`]: errors and warnings of scripts, styles, policies.
    #[track_caller]
    pub fn complaints(&self) -> Vec<String> {
        texts(&self.act("complaints", json!({})))
    }

    /// The cookies that the page holds, with their flags: `name`, `value`, `domain`, `path`, `httpOnly`, `secure`, `sameSite`,
    /// `expires`.
    #[track_caller]
    pub fn cookies(&self) -> Vec<Value> {
        self.act("cookies", json!({})).as_array().expect("a list").clone()
    }

    /// Puts a cookie: `name`, `value`, and `url` or `domain` and `path`.
    #[track_caller]
    pub fn set_cookie(&self, cookie: &Value) {
        self.act("setCookie", json!({ "cookie": cookie }));
    }

    /// Forgets all cookies.
    #[track_caller]
    pub fn forget_cookies(&self) {
        self.act("forgetCookies", json!({}));
    }

    /// Sends these headers with every request from now on, such as `Sec-GPC`.
    #[track_caller]
    pub fn set_headers(&self, headers: &Value) {
        self.act("headers", json!({ "headers": headers }));
    }

    /// Asks the driver for an act, named in `tests/peers/browser.mjs`.
    #[track_caller]
    pub(super) fn act(&self, act: &str, command: Value) -> Value {
        let asked = format!("{act} {command}");
        self.try_act(act, command).unwrap_or_else(|error| panic!("the browser could not {asked}: {error}"))
    }

    fn try_act(&self, act: &str, mut command: Value) -> Result<Value, String> {
        command["act"] = json!(act);
        command["page"] = json!(self.number);
        self.driver.ask(command)
    }

    #[track_caller]
    fn text_of(&self, act: &str, command: Value) -> String {
        self.act(act, command).as_str().expect("a text").to_owned()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = self.try_act("close", json!({}));
        }
    }
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().expect("a list").iter().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}
