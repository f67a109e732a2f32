//! `/docs`: the OpenAPI document as a page, without scripts or other files.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;

mod body;

/// The page's own styles.
pub(crate) const STYLE: &str = include_str!("docs/page.css");
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// One operation, found in the document.
struct Operation<'a> {
    method: &'a str,
    path: &'a str,
    described: &'a Value,
}

/// Renders the document, operations grouped by tag.
pub(crate) fn page(document: &Value) -> Markup {
    let operations = operations(document);
    let tags = items(&document["tags"]);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "API · Candor" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#operations" { "To the operations" }
                nav aria-label="Operations" {
                    strong { (text(&document["info"]["title"])) " API" }
                    @for tag in tags.iter().filter(|tag| of_tag(&operations, tag).next().is_some()) {
                        p { a href={ "#" (text(&tag["name"])) } { (text(&tag["name"])) } }
                        ul {
                            @for operation in of_tag(&operations, tag) {
                                li {
                                    a href={ "#" (anchor(operation)) } title=(summary(operation)) {
                                        span.method { (operation.method.to_uppercase()) }
                                        span { (operation.path.trim_start_matches("/v1")) }
                                    }
                                }
                            }
                        }
                    }
                    p { a href="#schemas" { "schemas" } " · " a href="/openapi.json" { "openapi.json" } " · " a href="/problems" { "problems" } }
                }
                main id="operations" {
                    h1 { (text(&document["info"]["title"])) " API " small { (text(&document["info"]["version"])) } }
                    p { (text(&document["info"]["description"])) }
                    p {
                        "Present an API key as " code { "Authorization: Bearer candor_…" } ". Writes honour "
                        code { "Idempotency-Key" } ". Lists come in pages: give " code { "next" } " as " code { "after" }
                        ". Every refusal is a " a href="/problems" { "problem" } " with a stable code."
                    }
                    @for tag in tags {
                        section id=(text(&tag["name"])) {
                            @if of_tag(&operations, tag).next().is_some() {
                                h2 { (text(&tag["name"])) " " small { (text(&tag["description"])) } }
                            }
                            @for operation in of_tag(&operations, tag) { (article(document, operation)) }
                        }
                    }
                    (body::schemas(document))
                }
            }
        }
    }
}

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let Some(paths) = document["paths"].as_object() else { return Vec::new() };
    let all = paths.iter().flat_map(|(path, item)| {
        METHODS.iter().filter_map(move |method| item.get(method).map(|described| Operation { method, path, described }))
    });
    all.collect()
}

fn of_tag<'a>(operations: &'a [Operation<'a>], tag: &'a Value) -> impl Iterator<Item = &'a Operation<'a>> {
    operations.iter().filter(move |operation| items(&operation.described["tags"]).contains(&tag["name"]))
}

fn article(document: &Value, operation: &Operation<'_>) -> Markup {
    let described = operation.described;
    let parameters = items(&described["parameters"]);
    html! {
        article id=(anchor(operation)) {
            h3 { span.method { (operation.method.to_uppercase()) } " " code { (operation.path) } }
            p { strong { (summary(operation)) } }
            @for paragraph in text(&described["description"]).split("\n\n").filter(|part| *part != summary(operation)) {
                p { (paragraph) }
            }
            p.needs { (needs(described)) }
            @if !parameters.is_empty() {
                table {
                    @for parameter in parameters {
                        tr {
                            td { code { (text(&parameter["name"])) } }
                            td { (text(&parameter["in"])) @if parameter["required"] == true { ", required" } }
                            td { (text(&parameter["description"])) " " (bounds(&parameter["schema"])) }
                        }
                    }
                }
            }
            (body::request(document, described))
            (body::answers(described))
            pre { (curl(document, operation)) }
        }
    }
}

fn needs(described: &Value) -> String {
    let scopes: Vec<&str> = items(&described["security"]).iter().map(|security| text(&security["key"][0])).collect();
    let who = match scopes.as_slice() {
        [] => "Anybody may ask.".to_owned(),
        [""] => "Needs a key of the tenant.".to_owned(),
        scopes => format!("Needs a key with the scope {}.", scopes.join(" or ")),
    };
    match &described["x-candor-returns-fields"] {
        Value::Array(purposes) => {
            let purposes: Vec<&str> = purposes.iter().map(text).collect();
            format!("{who} Returns fields, through the policy's decision, for {}.", purposes.join(", "))
        }
        _ => format!("{who} Returns no field of a person."),
    }
}

/// The bounds of a parameter or member, in words.
fn bounds(schema: &Value) -> String {
    let mut bounds = Vec::new();
    for (key, words) in [
        ("maxLength", "at most {} characters"),
        ("maxItems", "at most {} items"),
        ("minimum", "from {}"),
        ("maximum", "to {}"),
    ] {
        if let Some(number) = schema.get(key).filter(|number| number.is_number()) {
            bounds.push(words.replace("{}", &number.to_string()));
        }
    }
    if bounds.is_empty() { String::new() } else { format!("({})", bounds.join(", ")) }
}

fn curl(document: &Value, operation: &Operation<'_>) -> String {
    let mut line = format!("curl -X {} \"$CANDOR{}\"", operation.method.to_uppercase(), operation.path);
    if !items(&operation.described["security"]).is_empty() {
        line.push_str(" \\\n  -H \"Authorization: Bearer $KEY\"");
    }
    if let Some(example) = body::example(document, operation.described) {
        line.push_str(&format!(" \\\n  -H 'Content-Type: application/json' \\\n  -d '{example}'"));
    }
    line
}

fn anchor(operation: &Operation<'_>) -> String {
    format!("{}-{}", operation.method, operation.path.trim_start_matches('/').replace(['/', '{', '}'], "-"))
}

fn summary<'a>(operation: &Operation<'a>) -> &'a str {
    text(&operation.described["summary"])
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
