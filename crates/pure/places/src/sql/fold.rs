//! The people of a task as one parameter.

use crate::person::Person;

/// Identifiers that are longer name nobody in a database.
pub const IDENTIFIER_BYTES_MAX: usize = 1024;

/// `[[0,"account.email","ada@x.example"],…]`: what [`super::Dialect::people`] reads. Identifiers that are empty or longer than
/// [`IDENTIFIER_BYTES_MAX`] are left out.
pub fn people_json<'a>(people: impl Iterator<Item = (u32, &'a Person)>) -> String {
    let mut json = String::from("[");
    for (n, person) in people {
        for identifier in &person.identifiers {
            let value = identifier.value.expose();
            if value.is_empty() || value.len() > IDENTIFIER_BYTES_MAX || value.contains('\0') {
                continue;
            }
            if json.len() > 1 {
                json.push(',');
            }
            json.push_str(&format!("[{n},"));
            text(&mut json, &identifier.field);
            json.push(',');
            text(&mut json, value);
            json.push(']');
        }
    }
    json.push(']');
    json
}

/// A text as JSON writes it.
pub fn json_text(value: &str) -> String {
    let mut json = String::with_capacity(value.len() + 2);
    text(&mut json, value);
    json
}

/// Writes a JSON string.
pub(super) fn text(json: &mut String, value: &str) {
    json.push('"');
    for letter in value.chars() {
        match letter {
            '"' | '\\' => {
                json.push('\\');
                json.push(letter);
            }
            control if control < ' ' => json.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => json.push(other),
        }
    }
    json.push('"');
}

#[cfg(test)]
mod tests {
    use candor_words::Secret;

    use super::*;
    use crate::person::Identifier;

    #[test]
    fn what_an_identifier_holds_stays_a_text() {
        let identifier = Identifier { field: "account.email".into(), value: Secret::new("a\"]\\\n".into()) };
        let person = Person { identifiers: vec![identifier] };
        assert_eq!(people_json([(7, &person)].into_iter()), r#"[[7,"account.email","a\"]\\\u000a"]]"#);
    }
}
