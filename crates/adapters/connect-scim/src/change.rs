//! Which operations make a resource what it should be. None, when it is so already.

use candor_connect::ConnectError;
use candor_connect_rows::Edit;
use candor_places::{DocumentPath, normalised, value_like};
use candor_scim::Operation;
use serde_json::{Map, Value, json};

use crate::described::Described;

/// The attribute of a column, the part of its elements,.
struct Target {
    /// The attribute, behind the schema that extends the resource, if one does.
    attribute: String,
    /// The name it has in the resource.
    name: String,
    part: Option<String>,
    pick: Option<String>,
    path: DocumentPath,
}

/// Which operations carry out some edits on a resource of an endpoint.
pub(crate) fn operations(
    described: &Described,
    endpoint: &str,
    resource: &Value,
    edits: &[Edit],
) -> Result<Vec<Operation>, ConnectError> {
    let mut all = Vec::new();
    for edit in edits {
        let target = target(described, endpoint, resource, edit.column())?;
        match edit {
            Edit::Blank { .. } | Edit::Mark { to: None, .. } => all.extend(target.blank(resource)),
            Edit::Unlink { values, .. } => all.extend(target.unlink(resource, values)),
            Edit::Put { known, to, .. } => all.extend(target.put(resource, known, to)?),
            Edit::Mark { to: Some(to), .. } => all.extend(target.mark(resource, to)),
        }
    }
    Ok(all)
}

/// Whether a column can be written at all.
pub(crate) fn is_column(column: &str) -> bool {
    DocumentPath::parse(column).is_some_and(|path| path.steps().count() <= 2)
}

fn target(described: &Described, endpoint: &str, resource: &Value, column: &str) -> Result<Target, ConnectError> {
    let no_path = || ConnectError::SchemaDiffers { what: format!("`{column}` is no path of an attribute") };
    let path = DocumentPath::parse(column).ok_or_else(no_path)?;
    let (name, pick, part) = {
        let mut steps = path.steps();
        let (name, pick) = steps.next().ok_or_else(no_path)?;
        let part = steps.next().map(|(part, _)| part.to_owned());
        if steps.next().is_some() {
            return Err(no_path());
        }
        (name.to_owned(), pick.map(str::to_owned), part)
    };
    let extension = resource
        .as_object()
        .filter(|object| !object.contains_key(&name))
        .and_then(|object| {
            let holds = |(key, value): &(&String, &Value)| key.starts_with("urn:") && value.get(&name).is_some();
            object.iter().find(holds).map(|(key, _)| key.clone())
        })
        .or_else(|| described.extension_of(endpoint, &name).map(str::to_owned));
    let attribute = extension.map_or_else(|| name.clone(), |urn| format!("{urn}:{name}"));
    Ok(Target { attribute, name, part, pick, path })
}

impl Target {
    /// The elements, where the attribute has several.
    fn elements(&self, resource: &Value) -> Option<Vec<Value>> {
        let at = |holder: &Value| holder.get(&self.name).and_then(Value::as_array).cloned();
        let extensions = resource.as_object().into_iter().flatten().filter(|(key, _)| key.starts_with("urn:"));
        at(resource).or_else(|| extensions.map(|(_, extension)| extension).find_map(at))
    }

    /// The path of what is meant, all of it.
    fn whole(&self) -> String {
        let part = self.part.as_ref().map(|part| format!(".{part}")).unwrap_or_default();
        match self.pick.as_deref() {
            None => format!("{}{part}", self.attribute),
            Some("primary") => format!("{}[primary eq true]{part}", self.attribute),
            Some(kind) => Operation::element(&self.attribute, "type", kind, self.part.as_deref()),
        }
    }

    fn blank(&self, resource: &Value) -> Vec<Operation> {
        if self.path.values(resource).is_empty() {
            return Vec::new();
        }
        // An element without what it is about would be left over.
        let path = match (self.elements(resource), self.part.as_deref()) {
            (Some(_), Some("value")) => self.whole().trim_end_matches(".value").to_owned(),
            _ => self.whole(),
        };
        vec![Operation::Remove { path }]
    }

    fn unlink(&self, resource: &Value, values: &[String]) -> Vec<Operation> {
        let found = self.path.values(resource);
        let meant = found.into_iter().filter(|value| values.contains(value));
        match (self.elements(resource), self.part.as_deref()) {
            (Some(_), part) => meant
                .map(|value| Operation::element(&self.attribute, part.unwrap_or("value"), &value, None))
                .map(|path| Operation::Remove { path })
                .collect(),
            (None, _) => meant.take(1).map(|_| Operation::Remove { path: self.whole() }).collect(),
        }
    }

    fn put(&self, resource: &Value, known: &[String], to: &str) -> Result<Vec<Operation>, ConnectError> {
        let found = self.path.values(resource);
        let new = || value_like(self.path.at(resource).first().copied(), to);
        if found.iter().all(|value| value == to) && !found.is_empty() {
            return Ok(Vec::new());
        }
        if self.elements(resource).is_none() && self.pick.is_none() {
            if found.is_empty() {
                return Ok(vec![Operation::Add { path: self.whole(), value: new() }]);
            }
            return Ok(vec![Operation::Replace { path: self.whole(), value: new() }]);
        }
        let part = self.part.as_deref().unwrap_or("value");
        if found.is_empty() {
            let mut element = Map::from_iter([(part.to_owned(), json!(to))]);
            match self.pick.as_deref() {
                Some("primary") => element.insert("primary".to_owned(), json!(true)),
                Some(kind) => element.insert("type".to_owned(), json!(kind)),
                None => None,
            };
            let value = Value::Array(vec![Value::Object(element)]);
            return Ok(vec![Operation::Add { path: self.attribute.clone(), value }]);
        }
        let wrong: Vec<&String> = match found.as_slice() {
            [one] => vec![one],
            _ => found.iter().filter(|value| known.contains(&normalised(value)) && *value != to).collect(),
        };
        if wrong.is_empty() && !found.iter().any(|value| value == to) {
            let why = format!(
                "`{}` has several values, and none of them is known to be the wrong one; map `{}[work]` or another type",
                self.name, self.name
            );
            return Err(ConnectError::Refused { why });
        }
        let path = |value: &String| Operation::element(&self.attribute, part, value, Some(part));
        Ok(wrong.into_iter().map(|value| Operation::Replace { path: path(value), value: new() }).collect())
    }

    fn mark(&self, resource: &Value, to: &str) -> Vec<Operation> {
        let old = self.path.at(resource).first().copied();
        let value = match (old, to) {
            (None, "true") => json!(true),
            (None, "false") => json!(false),
            _ => value_like(old, to),
        };
        if old == Some(&value) {
            return Vec::new();
        }
        vec![Operation::Replace { path: self.whole(), value }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candor_scim::patch;

    fn user() -> Value {
        json!({
            "id": "1", "userName": "rosa", "active": true, "name": {"givenName": "Rosa"},
            "emails": [{"value": "a@x.example", "type": "work"}, {"value": "b@x.example", "type": "home"}],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Ships"},
        })
    }

    fn said(edit: Edit) -> Result<String, String> {
        let operations =
            operations(&Described::default(), "Users", &user(), &[edit]).map_err(|error| error.to_string())?;
        Ok(patch(&operations)["Operations"].to_string())
    }

    fn put(column: &str, known: &[&str], to: &str) -> Edit {
        let known = known.iter().map(|known| (*known).to_owned()).collect();
        Edit::Put { column: column.to_owned(), field: None, known, to: to.to_owned() }
    }

    #[test]
    fn a_value_is_put_where_it_stands() {
        let one = |path: &str, value: &str| Ok(json!([{"op": "replace", "path": path, "value": value}]).to_string());
        assert_eq!(said(put("name.givenName", &[], "R")), one("name.givenName", "R"));
        assert_eq!(
            said(put("emails.value", &["a@x.example"], "c")),
            one(r#"emails[value eq "a@x.example"].value"#, "c")
        );
        assert_eq!(said(put("emails[home].value", &[], "c")), one(r#"emails[value eq "b@x.example"].value"#, "c"));
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
        assert_eq!(said(put("department", &[], "Sea")), one(urn, "Sea"));
        assert_eq!(said(put("userName", &[], "rosa")), Ok("[]".to_owned()), "it is so already");
        assert_eq!(said(put("emails.value", &["old"], "a@x.example")), Ok("[]".to_owned()));
        let unclear = said(put("emails.value", &["old"], "c")).unwrap_err();
        assert!(unclear.contains("several values") && !unclear.contains("x.example"), "{unclear}");
    }

    #[test]
    fn what_is_not_there_is_added_and_what_is_there_removed() {
        let added = json!([{"op": "add", "path": "emails", "value": [{"value": "c", "type": "other"}]}]).to_string();
        assert_eq!(said(put("emails[other].value", &[], "c")), Ok(added));
        let blank = |column: &str| said(Edit::Blank { column: column.to_owned() });
        assert_eq!(blank("emails.value"), Ok(json!([{"op": "remove", "path": "emails"}]).to_string()));
        assert_eq!(blank("nickName"), Ok("[]".to_owned()));
        let unlink = Edit::Unlink { column: "emails.value".to_owned(), values: vec!["b@x.example".to_owned()] };
        let path = r#"emails[value eq "b@x.example"]"#;
        assert_eq!(said(unlink), Ok(json!([{"op": "remove", "path": path}]).to_string()));
    }

    #[test]
    fn a_mark_is_of_the_kind_that_stands_there() {
        let mark = |to: &str| said(Edit::Mark { column: "active".to_owned(), to: Some(to.to_owned()) });
        assert_eq!(mark("false"), Ok(json!([{"op": "replace", "path": "active", "value": false}]).to_string()));
        assert_eq!(mark("true"), Ok("[]".to_owned()));
    }
}
