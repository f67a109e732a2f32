//! Requests and their steps as text.

use serde_json::Value;

/// A request in a line.
pub fn brief(request: &Value) -> String {
    let part = |name: &str| request[name].as_str().unwrap_or("–").to_owned();
    format!("request   {} {}: {}, due {}\n", part("id"), part("right"), part("state"), part("due_at"))
}

/// A request with its steps.
pub fn steps(run: &Value) -> String {
    let mut text = brief(&run["request"]);
    text.push_str(&format!("state     {}\n", run["state"].as_str().unwrap_or("–")));
    if let Some(code) = run["held_up"].as_str() {
        text.push_str(&format!("held up   {code}\n"));
    }
    for step in list(&run["steps"]) {
        text.push_str(&one(step));
    }
    text
}

fn one(step: &Value) -> String {
    let state = step["state"].as_str().unwrap_or("–");
    let mut text = format!("{:<9} {} ({})\n", word(&step["system"]), state, word(&step["kind"]));
    if state == "not_connected" {
        let places: Vec<&str> = list(&step["mapped"]).filter_map(Value::as_str).collect();
        text.push_str(&format!("          see to it yourself: {}\n", places.join(", ")));
    }
    if let Some(why) = step["trouble"]["text"].as_str() {
        text.push_str(&format!("          {why}\n"));
    }
    let done = list(&step["places"]).count() > 0;
    for preview in list(&step["previews"]).filter(|_| !done) {
        text.push_str(&place("would be", &preview["would"]));
        for statement in list(&preview["statements"]).filter_map(Value::as_str) {
            text.push_str(&format!("            {statement}\n"));
        }
    }
    for report in list(&step["places"]) {
        text.push_str(&place("", report));
    }
    for trace in list(&step["left"]) {
        text.push_str(&format!(
            "          STILL IN  {}.{}: {} rows\n",
            word(&trace["place"]),
            word(&trace["column"]),
            trace["n_rows"]
        ));
    }
    for accepted in list(&step["accepted"]) {
        text.push_str(&format!(
            "          decided not to be them: {}.{}, {} rows: {}\n",
            word(&accepted["place"]),
            word(&accepted["column"]),
            accepted["n_rows"],
            word(&accepted["reason"])
        ));
    }
    text
}

fn place(prefix: &str, report: &Value) -> String {
    let because = report["because"].as_str().map(|because| format!(", because: {because}")).unwrap_or_default();
    let did = format!("{prefix} {}", word(&report["did"]));
    format!("          {}: {} rows {}{because}\n", word(&report["place"]), report["n_rows"], did.trim())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or("–")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_plan_reads_well() {
        let would = json!({ "place": "users", "did": "deleted", "n_rows": 2 });
        let run = json!({ "request": { "id": "req_1", "right": "erasure", "state": "planned", "due_at": "2026" }, "state": "planned",
            "steps": [{ "system": "shop", "kind": "sqlite", "state": "planned",
                "previews": [{ "would": would, "statements": ["DELETE FROM users WHERE email = ?"] }] },
                { "system": "paper", "kind": "files", "state": "not_connected", "mapped": ["letters"] }] });
        let text = steps(&run);
        for part in ["users: 2 rows would be deleted", "DELETE FROM users", "see to it yourself: letters"] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
