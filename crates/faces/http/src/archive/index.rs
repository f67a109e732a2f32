//! The page that opens an archive for whoever has a browser and no program for JSON or tables.

use maud::{DOCTYPE, html};

/// A page that says what each file of the archive is, and leads to it.
pub(super) fn page(organisation: &str, at: &str, files: &[String]) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "What " (organisation) " keeps about you" }
            }
            body {
                main {
                    h1 { "What " (organisation) " keeps about you" }
                    p { "Made at " time datetime=(at) { (at) } ". Nothing on this page leaves your device." }
                    ul {
                        @for file in files {
                            li { a href=(file) { (file) } " – " (about(file)) }
                        }
                    }
                    p { "README.txt says how to check that nobody changed a file." }
                }
            }
        }
    };
    page.into_string()
}

fn about(file: &str) -> &'static str {
    let name = file.rsplit('/').next().unwrap_or(file);
    match name {
        "README.txt" => "what is in this archive, and how to check it",
        "export.json" => "everything, for programs",
        "connected-rows.csv" => "what connected systems hold about you",
        "connected-systems.csv" => "which systems were asked, and which the organisation has to answer for itself",
        "choices.csv" => "what you consented to, objected to, and so on",
        "recipients.csv" => "who receives what, and how often they did",
        "accesses.csv" => "each time your data was read, and for what",
        _ => "your records of this kind, as a table",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_leads_to_every_file_and_says_what_it_is() {
        let page = page("A <Firm>", "2026-06-01", &["export.json".into(), "part-2/connected-rows.csv".into()]);
        assert!(page.contains("A &lt;Firm&gt;") && page.contains("href=\"part-2/connected-rows.csv\""), "{page}");
        assert!(page.contains("what connected systems hold about you"), "{page}");
    }
}
