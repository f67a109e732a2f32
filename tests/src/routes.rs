//! The routes of the pages, read from the sources: a page that is added is attacked like the others.

use std::fs;
use std::path::Path;

/// A route and its methods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The template: `/{tenant}/sign-in`.
    pub template: String,
    /// True when a page is shown there.
    pub is_read: bool,
    /// True when a form is posted there.
    pub is_posted: bool,
}

impl Route {
    /// Every route of the web face that is written out in its sources.
    ///
    /// # Panics
    /// When the sources are not beside the tests.
    pub fn of_pages() -> Vec<Self> {
        let mut routes = Vec::new();
        read(&crate::binaries::root().join("crates/faces/web/src"), &mut routes);
        routes.sort_by(|one, other| one.template.cmp(&other.template));
        assert!(routes.len() > 15 && routes.iter().filter(|route| route.is_posted).count() > 5, "{routes:?}");
        routes
    }

    /// The path with values for its parameters: those of the tenant `door` and of its policy where it has them.
    pub fn path(&self) -> String {
        let value = |part: &str| match part {
            "{tenant}" => "door".to_owned(),
            "{purpose}" => "newsletter".to_owned(),
            "{channel}" => "email".to_owned(),
            "{group}" => "account".to_owned(),
            _ if part.starts_with('{') => "00000000000000000000000000000001".to_owned(),
            _ => part.to_owned(),
        };
        self.template.split('/').map(value).collect::<Vec<_>>().join("/")
    }
}

/// Folders whose tables of routes leave out what they all begin with.
const BEGINNINGS: [(&str, &str); 1] = [("/account/", "/{tenant}/account")];

fn read(folder: &Path, routes: &mut Vec<Route>) {
    for entry in fs::read_dir(folder).expect("the sources") {
        let path = entry.expect("an entry").path();
        let name = path.display().to_string();
        if path.is_dir() {
            read(&path, routes);
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") && !name.contains("/tests/") {
            let text = fs::read_to_string(&path).expect("a source");
            let beginning =
                BEGINNINGS.iter().find(|(folder, _)| name.contains(folder)).map_or("", |(_, begins)| begins);
            routes.extend(text.split("(\"").skip(1).filter_map(|rest| route(rest, beginning)));
        }
    }
}

/// What follows a bracket and a quotation mark: a path, then the methods up to the closing bracket.
fn route(text: &str, beginning: &str) -> Option<Route> {
    let (path, methods) = text.split_once("\", ")?;
    if !(methods.starts_with("get(") || methods.starts_with("post(")) || path.contains(['"', '\n']) {
        return None;
    }
    let mut depth = 1;
    let end = methods.find(|letter| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        depth == 0
    })?;
    let has = |method: &str| {
        let rest = methods[..end].strip_prefix(method);
        rest.is_some_and(|rest| rest.starts_with('(')) || methods[..end].contains(&format!(".{method}("))
    };
    let template = if path.starts_with("/{tenant}") { path.to_owned() } else { format!("{beginning}{path}") };
    Some(Route { template, is_read: has("get"), is_posted: has("post") })
}
