//! A JSON document as a row: its columns are the paths to its values.
//!
//! `name.givenName` goes into objects, and into every element of an array on the way: `emails.value` is the value of each
//! address. `emails[work].value` are those whose `type` is `work`, `emails[primary].value` the one that is marked so. What
//! is not at the top is also looked for in the objects there whose name begins with `urn:` (the extensions of SCIM).

use serde_json::Value;

use crate::compare::normalised;

/// How deep a document is looked into.
pub const DOCUMENT_DEPTH_MAX: usize = 32;
/// The most values of one document.
pub const DOCUMENT_CELLS_MAX: usize = 10_000;

/// The way to the values of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentPath {
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    name: String,
    pick: Option<String>,
}

impl DocumentPath {
    /// Reads a path; nothing, when the text is none.
    pub fn parse(text: &str) -> Option<Self> {
        let steps: Vec<Step> = text.split('.').map(Step::parse).collect::<Option<_>>()?;
        (steps.len() <= DOCUMENT_DEPTH_MAX).then_some(Self { steps })
    }

    /// The names and, in brackets, the choices it is made of.
    pub fn steps(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.steps.iter().map(|step| (step.name.as_str(), step.pick.as_deref()))
    }

    /// The values, as text; what is empty is left out.
    pub fn values(&self, document: &Value) -> Vec<String> {
        let mut found = Vec::new();
        look(document, &self.steps, true, &mut |value| found.extend(text_of(value)));
        found
    }

    /// What stands at the path, arrays element by element.
    pub fn at<'d>(&self, document: &'d Value) -> Vec<&'d Value> {
        let mut found = Vec::new();
        look(document, &self.steps, true, &mut |value| found.push(value));
        found
    }

    /// Changes each value at the path; `change` gives what stands there from then on, nothing to leave it.
    pub fn change(&self, document: &mut Value, change: &mut dyn FnMut(&Value) -> Option<Value>) -> bool {
        alter(document, &self.steps, true, change)
    }

    /// Takes out of the arrays on the way each element in which the path leads to one of some values; a value that stands
    /// in no array becomes empty.
    pub fn unlink(&self, document: &mut Value, is_meant: &dyn Fn(&str) -> bool) -> bool {
        remove(document, &self.steps, true, is_meant)
    }
}

impl Step {
    fn parse(text: &str) -> Option<Self> {
        let (name, pick) = match text.split_once('[') {
            Some((name, rest)) => (name, Some(rest.strip_suffix(']')?.to_owned())),
            None => (text, None),
        };
        let is_whole = !name.is_empty() && !name.contains(']') && pick.as_ref().is_none_or(|pick| !pick.is_empty());
        is_whole.then(|| Self { name: name.to_owned(), pick })
    }

    fn takes(&self, element: &Value) -> bool {
        match self.pick.as_deref() {
            None => true,
            Some("primary") => element.get("primary").is_some_and(|primary| *primary == Value::Bool(true)),
            Some(kind) => element.get("type").and_then(Value::as_str).is_some_and(|said| same(said, kind)),
        }
    }
}

fn same(a: &str, b: &str) -> bool {
    normalised(a) == normalised(b)
}

/// Where the first step leads: at the top, else in an extension.
fn holder<'d>(document: &'d Value, name: &str, is_top: bool) -> Option<&'d Value> {
    let object = document.as_object()?;
    if let Some(value) = object.get(name) {
        return Some(value);
    }
    let extensions = object.iter().filter(|(key, _)| is_top && key.starts_with("urn:"));
    extensions.filter_map(|(_, extension)| extension.as_object()?.get(name)).next()
}

fn holder_mut<'d>(document: &'d mut Value, name: &str, is_top: bool) -> Option<&'d mut Value> {
    let object = document.as_object_mut()?;
    if object.contains_key(name) {
        return object.get_mut(name);
    }
    let extensions = object.iter_mut().filter(|(key, _)| is_top && key.starts_with("urn:"));
    extensions.filter_map(|(_, extension)| extension.as_object_mut()?.get_mut(name)).next()
}

fn look<'d>(at: &'d Value, steps: &[Step], is_top: bool, found: &mut dyn FnMut(&'d Value)) {
    if let Value::Array(elements) = at {
        elements.iter().for_each(|element| look(element, steps, is_top, found));
        return;
    }
    let Some((step, rest)) = steps.split_first() else { return found(at) };
    match holder(at, &step.name, is_top) {
        Some(Value::Array(elements)) => {
            elements.iter().filter(|element| step.takes(element)).for_each(|element| look(element, rest, false, found));
        }
        Some(value) if step.takes(value) => look(value, rest, false, found),
        _ => {}
    }
}

fn alter(at: &mut Value, steps: &[Step], is_top: bool, change: &mut dyn FnMut(&Value) -> Option<Value>) -> bool {
    if let Value::Array(elements) = at {
        return each(elements.iter_mut(), |element| alter(element, steps, is_top, change));
    }
    let Some((step, rest)) = steps.split_first() else {
        let Some(new) = change(at) else { return false };
        *at = new;
        return true;
    };
    match holder_mut(at, &step.name, is_top) {
        Some(Value::Array(elements)) => {
            let meant = elements.iter_mut().filter(|element| step.takes(element));
            each(meant, |element| alter(element, rest, false, change))
        }
        Some(value) if step.takes(value) => alter(value, rest, false, change),
        _ => false,
    }
}

/// Does something with each, and says whether any of it did anything.
fn each<'d>(elements: impl Iterator<Item = &'d mut Value>, mut act: impl FnMut(&mut Value) -> bool) -> bool {
    let mut did = false;
    for element in elements {
        did |= act(element);
    }
    did
}

fn remove(at: &mut Value, steps: &[Step], is_top: bool, is_meant: &dyn Fn(&str) -> bool) -> bool {
    let Some((step, rest)) = steps.split_first() else { return false };
    match holder_mut(at, &step.name, is_top) {
        Some(Value::Array(elements)) => {
            let n_before = elements.len();
            elements.retain(|element| {
                let mut is_hit = false;
                look(element, rest, false, &mut |value| is_hit |= text_of(value).is_some_and(|text| is_meant(&text)));
                !(step.takes(element) && is_hit)
            });
            elements.len() < n_before
        }
        Some(value) if rest.is_empty() && text_of(value).is_some_and(|text| is_meant(&text)) => {
            *value = Value::Null;
            true
        }
        Some(value) => remove(value, rest, false, is_meant),
        None => false,
    }
}

/// A single value as text; nothing for what is empty, and for objects and arrays.
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// A text as the kind of value that stands in its place: a number stays a number, a flag a flag.
pub fn value_like(old: Option<&Value>, text: &str) -> Value {
    let parsed = || serde_json::from_str::<Value>(text).ok();
    match old {
        Some(Value::Bool(_)) => parsed().filter(Value::is_boolean),
        Some(Value::Number(_)) => parsed().filter(Value::is_number),
        _ => None,
    }
    .unwrap_or_else(|| Value::String(text.to_owned()))
}

/// Every single value of a document with its path, up to [`DOCUMENT_CELLS_MAX`].
pub fn document_cells(document: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    gather(document, &mut String::new(), 0, &mut found);
    found
}

fn gather(at: &Value, path: &mut String, depth: usize, found: &mut Vec<(String, String)>) {
    if depth > DOCUMENT_DEPTH_MAX || found.len() >= DOCUMENT_CELLS_MAX {
        return;
    }
    match at {
        Value::Object(object) => {
            for (name, value) in object {
                let before = path.len();
                if !name.starts_with("urn:") {
                    path.push_str(if path.is_empty() { "" } else { "." });
                    path.push_str(name);
                }
                gather(value, path, depth + 1, found);
                path.truncate(before);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| gather(element, path, depth + 1, found)),
        value => found.extend(text_of(value).map(|text| (path.clone(), text))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn person() -> Value {
        json!({
            "userName": "rosa",
            "emails": [
                {"value": "rosa@work.example", "type": "work", "primary": true},
                {"value": "rosa@home.example", "type": "home"},
            ],
            "name": {"givenName": "Rosa"},
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Ships"},
        })
    }

    fn values(path: &str) -> Vec<String> {
        DocumentPath::parse(path).unwrap().values(&person())
    }

    #[test]
    fn a_path_goes_through_objects_arrays_and_extensions() {
        assert_eq!(values("name.givenName"), ["Rosa"]);
        assert_eq!(values("emails.value"), ["rosa@work.example", "rosa@home.example"]);
        assert_eq!(values("emails[home].value"), ["rosa@home.example"]);
        assert_eq!(values("emails[primary].value"), ["rosa@work.example"]);
        assert_eq!(values("department"), ["Ships"]);
        assert!(values("emails.none.value").is_empty());
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in ["", ".", "a.", "a[", "a[]", "a]b", &vec!["a"; 40].join(".")] {
            assert_eq!(DocumentPath::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_element_is_unlinked_and_a_value_changed() {
        let mut document = person();
        let path = DocumentPath::parse("emails.value").unwrap();
        assert!(path.unlink(&mut document, &|text| text == "rosa@home.example"));
        assert_eq!(path.values(&document), ["rosa@work.example"]);
        assert!(path.change(&mut document, &mut |_| Some(json!("new@work.example"))));
        assert_eq!(path.values(&document), ["new@work.example"]);
        assert!(DocumentPath::parse("userName").unwrap().unlink(&mut document, &|_| true));
        assert_eq!(document["userName"], Value::Null);
    }

    #[test]
    fn cells_are_bounded_and_named_by_their_path() {
        let cells = document_cells(&person());
        assert!(cells.contains(&("department".to_owned(), "Ships".to_owned())), "{cells:?}");
        assert!(cells.contains(&("emails.value".to_owned(), "rosa@home.example".to_owned())));
        let wide = Value::Array(vec![json!(1); 2 * DOCUMENT_CELLS_MAX]);
        assert_eq!(document_cells(&wide).len(), DOCUMENT_CELLS_MAX);
    }

    #[test]
    fn a_value_stays_of_its_kind() {
        assert_eq!(value_like(Some(&json!(true)), "false"), json!(false));
        assert_eq!(value_like(Some(&json!(1)), "22"), json!(22));
        assert_eq!(value_like(Some(&json!("1")), "22"), json!("22"));
        assert_eq!(value_like(Some(&json!(1)), "x"), json!("x"));
    }
}
