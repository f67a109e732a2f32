//! What a user agent says of itself, coarsely: browser, system, type of device.
//!
//! A risk only has to know whether it is the same as before, and a list of sessions wants a word for it; neither needs
//! a catalogue of devices. The text is cut at [`USER_AGENT_BYTES_MAX`]; whatever it holds, the answer is of bounded
//! size and made of plain characters.

use serde::{Deserialize, Serialize};

/// How much of a user agent is looked at.
pub const USER_AGENT_BYTES_MAX: usize = 512;
const NAME_BYTES_MAX: usize = 24;
const VERSION_BYTES_MAX: usize = 8;

/// A user agent, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserAgent {
    text: String,
    /// The browser and its major version.
    pub browser: Product,
    /// The operating system and its version.
    pub system: Product,
    /// The type of device.
    pub device: DeviceType,
}

/// A program's name and version; the version is empty when none is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Its name, such as `Firefox`; empty when it is not known.
    pub name: String,
    /// Its version, such as `128` or `10.0`.
    pub version: String,
}

/// Types of device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceType {
    /// A computer on or under a desk, or on a lap.
    Desktop,
    /// A telephone.
    Mobile,
    /// A tablet.
    Tablet,
    /// A program that is nobody's browser.
    Robot,
    /// Anything else.
    Unknown,
}

/// What a browser calls itself in the text, and its name. The first that is found counts: nearly all of them also
/// claim to be those further down.
const BROWSERS: [(&str, &str); 20] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("OPiOS/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex"),
    ("UCBrowser/", "UC Browser"),
    ("Vivaldi/", "Vivaldi"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Headless Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("MSIE ", "Internet Explorer"),
    ("Trident/", "Internet Explorer"),
    ("Version/", "Safari"),
];

/// The same of systems.
const SYSTEMS: [(&str, &str); 11] = [
    ("Windows NT ", "Windows"),
    ("Windows Phone ", "Windows Phone"),
    ("CPU iPhone OS ", "iOS"),
    ("CPU OS ", "iPadOS"),
    ("Android ", "Android"),
    ("Android", "Android"),
    ("Mac OS X ", "macOS"),
    ("CrOS ", "ChromeOS"),
    ("FreeBSD", "FreeBSD"),
    ("Linux", "Linux"),
    ("Windows", "Windows"),
];

const ROBOTS: [&str; 6] = ["bot", "crawl", "spider", "curl/", "python-", "headless"];

impl UserAgent {
    /// Takes a text apart. Any text is one.
    pub fn parse(text: &str) -> Self {
        let text = text[..text.floor_char_boundary(USER_AGENT_BYTES_MAX)].trim();
        let browser = found(text, &BROWSERS, 1).unwrap_or_else(|| first_product(text));
        let system = found(text, &SYSTEMS, 2).unwrap_or_else(Product::unknown);
        Self { text: text.to_owned(), device: device(text, &system), browser, system }
    }

    /// The text itself, cut. It is hashed, never kept.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl Product {
    fn unknown() -> Self {
        Self { name: String::new(), version: String::new() }
    }
}

impl std::fmt::Display for Product {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)?;
        if self.version.is_empty() { Ok(()) } else { write!(f, " {}", self.version) }
    }
}

impl DeviceType {
    /// Its stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Mobile => "mobile",
            Self::Tablet => "tablet",
            Self::Robot => "robot",
            Self::Unknown => "unknown",
        }
    }
}

/// The first of the marks that stands in the text, with the version after it.
fn found(text: &str, marks: &[(&str, &str)], n_parts: usize) -> Option<Product> {
    marks.iter().find_map(|(mark, name)| {
        let (_, after) = text.split_once(mark)?;
        Some(Product { name: (*name).to_owned(), version: version(after, n_parts) })
    })
}

/// The digits at the start, in at most so many parts: `10_15_7` is `10.15` in two.
fn version(text: &str, n_parts: usize) -> String {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_').unwrap_or(text.len());
    let parts = text[..end].split(['.', '_']).take_while(|part| !part.is_empty()).take(n_parts);
    let mut version = parts.collect::<Vec<_>>().join(".");
    version.truncate(VERSION_BYTES_MAX);
    version
}

/// What stands before the first slash, for programs that are no browser: `curl/8.5.0`.
fn first_product(text: &str) -> Product {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(text.len());
    let (name, after) = text.split_at(end);
    let version = after.strip_prefix('/').map(|after| version(after, 1)).unwrap_or_default();
    Product { name: name[..name.floor_char_boundary(NAME_BYTES_MAX)].to_owned(), version }
}

fn device(text: &str, system: &Product) -> DeviceType {
    let lower = text.to_ascii_lowercase();
    if ROBOTS.iter().any(|mark| lower.contains(mark)) {
        return DeviceType::Robot;
    }
    let says_mobile = lower.contains("mobile");
    match system.name.as_str() {
        "iPadOS" => DeviceType::Tablet,
        "iOS" | "Windows Phone" => DeviceType::Mobile,
        "Android" if says_mobile => DeviceType::Mobile,
        "Android" => DeviceType::Tablet,
        "Windows" | "macOS" | "ChromeOS" | "Linux" | "FreeBSD" => DeviceType::Desktop,
        _ if lower.contains("tablet") => DeviceType::Tablet,
        _ if says_mobile => DeviceType::Mobile,
        _ => DeviceType::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let agent = UserAgent::parse(text);
        let said = format!("{} | {} | {}", agent.browser, agent.system, agent.device.as_str());
        assert_eq!(said, expected, "{text}");
    }

    #[test]
    fn browsers_on_their_systems_are_told_apart() {
        let cases = [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox 128 | Linux | desktop"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
                "Chrome 126 | Windows 10.0 | desktop",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0.2",
                "Edge 126 | Windows 10.0 | desktop",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
                "Safari 17 | macOS 10.15 | desktop",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0 Mobile/15E148 Safari/604.1",
                "Chrome 126 | iOS 17.4 | mobile",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
                "Safari 16 | iPadOS 16.6 | tablet",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36",
                "Chrome 126 | Android 14 | mobile",
            ),
            (
                "Mozilla/5.0 (Android 13; Tablet; rv:127.0) Gecko/127.0 Firefox/127.0",
                "Firefox 127 | Android 13 | tablet",
            ),
            (
                "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",
                "Internet Explorer 9 | Windows 6.1 | desktop",
            ),
            ("curl/8.5.0", "curl 8 |  | robot"),
            ("ExampleBot/2.1 (+https://bot.example)", "ExampleBot 2 |  | robot"),
            ("", " |  | unknown"),
        ];
        cases.iter().for_each(|(text, expected)| check(text, expected));
    }

    #[test]
    fn a_text_of_any_length_has_a_short_answer() {
        let agent = UserAgent::parse(&format!("Firefox/{} ä", "9".repeat(5000)));
        assert!(agent.text().len() <= USER_AGENT_BYTES_MAX);
        assert_eq!(agent.browser.version, "99999999");
        assert!(UserAgent::parse(&"ä".repeat(400)).text().len() <= USER_AGENT_BYTES_MAX);
        assert!(UserAgent::parse(&"a".repeat(400)).browser.name.len() <= NAME_BYTES_MAX);
    }
}
