//! Requests and their steps as text.

use serde_json::Value;

/// A request in a line.
pub fn brief(request: &Value) -> String {
    let part = |name: &str| request[name].as_str().unwrap_or("–").to_owned();
    let mut text = format!("request   {} {}: {}, due {}\n", part("id"), part("right"), part("state"), part("due_at"));
    if request["paused_at"].is_string() {
        text.push_str(&format!("paused    the clock stands still since {}\n", part("paused_at")));
    }
    if request["extended_because"].is_string() {
        text.push_str(&format!("extended  {}: {}\n", part("extended_at"), part("extended_because")));
    }
    if request["refused_because"].is_string() {
        text.push_str(&format!("refused   {}\n", part("refused_because")));
    }
    if request["disputed_at"].is_string() {
        text.push_str(&format!("disputed  since {}: use is restricted\n", part("disputed_at")));
    } else if request["dispute_end"].is_string() {
        text.push_str(&format!("dispute   {} {}\n", part("dispute_end"), part("dispute_ended_at")));
    }
    text
}

/// A dispute with what restricts.
pub fn dispute(told: &Value) -> String {
    let mut text = brief(&told["request"]);
    let restriction = &told["restriction"];
    match restriction["since"].as_str() {
        Some(since) => {
            text.push_str(&format!("          restricted since {since}{}\n", going_on(&restriction["allowed"])))
        }
        None => text.push_str("          not restricted: it was lifted, or ended\n"),
    }
    text
}

/// What was agreed about a restriction.
fn terms(terms: &Value) -> String {
    let until = terms["until"].as_str().map(|until| format!(", until {until}")).unwrap_or_default();
    let kept = terms["agreement"].as_str().map(|agreement| format!(", agreed in {agreement}")).unwrap_or_default();
    format!("terms     everything is restricted{}{until}{kept}\n", going_on(&terms["allowed_purposes"]))
}

fn going_on(purposes: &Value) -> String {
    let names: Vec<&str> = list(purposes).filter_map(Value::as_str).collect();
    if names.is_empty() { String::new() } else { format!(", but for {}", names.join(", ")) }
}

/// A request with its steps.
pub fn steps(run: &Value) -> String {
    let mut text = brief(&run["request"]);
    text.push_str(&format!("state     {}\n", run["state"].as_str().unwrap_or("–")));
    if let Some(code) = run["held_up"].as_str() {
        text.push_str(&format!("held up   {code}\n"));
    }
    if run["terms"].is_object() {
        text.push_str(&terms(&run["terms"]));
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
            "          STILL IN  {}.{}: {}\n",
            word(&trace["place"]),
            word(&trace["column"]),
            rows(&trace["n_rows"])
        ));
    }
    for accepted in list(&step["accepted"]) {
        text.push_str(&format!(
            "          decided not to be them: {}.{}, {}: {}\n",
            word(&accepted["place"]),
            word(&accepted["column"]),
            rows(&accepted["n_rows"]),
            word(&accepted["reason"])
        ));
    }
    text
}

fn place(prefix: &str, report: &Value) -> String {
    let because = report["because"].as_str().map(|because| format!(", because: {because}")).unwrap_or_default();
    let did = format!("{prefix} {}", word(&report["did"]).replace("de_identified", "de-identified").replace('_', " "));
    format!("          {}: {} {}{because}\n", word(&report["place"]), rows(&report["n_rows"]), did.trim())
}

fn rows(n: &Value) -> String {
    if *n == 1 { "1 row".to_owned() } else { format!("{n} rows") }
}

/// What changed since it was looked at last, a line for each step: its plan was shown before.
pub fn changes(before: &Value, run: &Value) -> String {
    let was = |system: &Value| list(&before["steps"]).find(|step| step["system"] == *system);
    let is_new = |step: &&Value| was(&step["system"]).is_none_or(|was| was["state"] != step["state"]);
    list(&run["steps"])
        .filter(is_new)
        .map(|step| format!("{:<9} {}\n", word(&step["system"]), word(&step["state"])))
        .collect()
}

/// Whether anything goes on by itself at once: that one step waits for somebody keeps no other from it.
pub fn is_going_on(run: &Value) -> bool {
    let moves = |step: &Value| matches!(step["state"].as_str(), Some("waiting" | "running" | "searching"));
    run["state"] == "running" || (run["state"] == "waiting_for_somebody" && list(&run["steps"]).any(moves))
}

/// Whether a system could not be asked, or would refuse what is planned.
pub fn is_troubled(plan: &Value) -> bool {
    list(&plan["steps"]).any(|step| step["trouble"].is_object())
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

    #[test]
    fn what_goes_on_is_looked_at_although_another_step_waits_for_somebody() {
        let run = |state: &str, shop: &str, site: &str| json!({ "state": state, "steps": [{ "system": "shop", "state": shop }, { "system": "site", "state": site }] });
        assert!(is_going_on(&run("waiting_for_somebody", "stuck", "searching")));
        assert!(!is_going_on(&run("waiting_for_somebody", "stuck", "acted")));
        assert!(!is_going_on(&run("answered", "done", "done")));
        let before = run("running", "waiting", "running");
        assert_eq!(changes(&before, &run("running", "waiting", "acted")), "site      acted\n");
        let mut plan = run("planned", "planned", "planned");
        assert!(!is_troubled(&plan));
        plan["steps"][1]["trouble"] = json!({ "code": "system.refused", "text": "no" });
        assert!(is_troubled(&plan));
    }
}
