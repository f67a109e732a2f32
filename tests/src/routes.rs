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

    /// The path with values for its parameters: the tenant `door`, and something for the others.
    pub fn path(&self) -> String {
        let value = |part: &str| match part.strip_prefix('{') {
            Some("tenant}") => "door".to_owned(),
            Some(_) => "00000000000000000000000000000001".to_owned(),
            None => part.to_owned(),
        };
        self.template.split('/').map(value).collect::<Vec<_>>().join("/")
    }
}

fn read(folder: &Path, routes: &mut Vec<Route>) {
    for entry in fs::read_dir(folder).expect("the sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read(&path, routes);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).expect("a source");
            routes.extend(text.split(".route(").skip(1).filter_map(route));
        }
    }
}

/// What follows `.route(`: a path in quotation marks, then the methods up to the closing bracket.
fn route(text: &str) -> Option<Route> {
    let (template, methods) = text.trim_start().strip_prefix('"')?.split_once('"')?;
    let mut depth = 1;
    let end = methods.find(|letter| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        depth == 0
    })?;
    let methods = &methods[..end];
    let has = |method: &str| [format!(" {method}("), format!(".{method}(")].iter().any(|call| methods.contains(call));
    Some(Route { template: template.to_owned(), is_read: has("get"), is_posted: has("post") })
}
