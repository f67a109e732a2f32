//! Which tables a trigger writes to, read from its text.
//!
//! It is not a parser of a database's language: it looks for the words that name a table which is written to, outside of
//! comments and quoted texts. What a trigger puts together at run time is not seen, and told so.

/// At most so much of a text is read.
const TEXT_BYTES_MAX: usize = 256 * 1024;
/// At most so many tables are named.
const WRITES_MAX: usize = 100;

/// What a trigger does to other tables.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Writes {
    /// It runs when a row is changed or goes.
    pub on_change: bool,
    /// Tables that it adds rows to.
    pub adds_to: Vec<String>,
    /// Tables whose rows it changes or takes away.
    pub changes: Vec<String>,
    /// It runs statements that it puts together itself.
    pub is_dynamic: bool,
}

/// Reads the text of a trigger, with the text of the function that it calls.
pub fn written(text: &str) -> Writes {
    let words = words(text);
    let word = |n: usize| words.get(n).map_or("", String::as_str);
    let mut writes = Writes { on_change: on_change(&words), ..Writes::default() };
    for n in 0..words.len() {
        let lower = word(n).to_ascii_lowercase();
        let next = word(n + 1).to_ascii_lowercase();
        let before = if n == 0 { String::new() } else { word(n - 1).to_ascii_lowercase() };
        let is_event = matches!(next.as_str(), "on" | "of" | "or" | "" | ";" | "(" | ",");
        match lower.as_str() {
            "insert" | "replace" | "merge" if next == "into" => add(&mut writes.adds_to, word(n + 2)),
            "insert" if next == "ignore" || next == "or" => {
                let into = (n..n + 5).find(|at| word(*at).eq_ignore_ascii_case("into"));
                if let Some(at) = into {
                    add(&mut writes.adds_to, word(at + 1));
                }
            }
            "update" if !is_event && !matches!(before.as_str(), "for" | "or" | "do" | "key" | "no") => {
                let skips = matches!(next.as_str(), "only" | "ignore" | "low_priority");
                add(&mut writes.changes, word(n + 1 + usize::from(skips)));
            }
            "delete" if next == "from" => {
                let skips = word(n + 2).eq_ignore_ascii_case("only");
                add(&mut writes.changes, word(n + 2 + usize::from(skips)));
            }
            "execute" | "prepare" if !matches!(next.as_str(), "function" | "procedure" | "") => {
                writes.is_dynamic = true
            }
            _ => {}
        }
    }
    writes
}

fn add(tables: &mut Vec<String>, name: &str) {
    let is_name = name.chars().next().is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    if is_name && tables.len() < WRITES_MAX && !tables.iter().any(|it| it == name) {
        tables.push(name.to_owned());
    }
}

/// The events stand before the first `on`.
fn on_change(words: &[String]) -> bool {
    let head: Vec<String> =
        words.iter().map(|word| word.to_ascii_lowercase()).take_while(|word| word != "on").collect();
    let says = |it: &str| head.iter().any(|word| word == it);
    // What has no head to read is taken to run.
    says("update") || says("delete") || !says("insert")
}

/// Names with their schema, and single marks; without comments, quoted texts and what surrounds names.
fn words(text: &str) -> Vec<String> {
    let mut end = text.len().min(TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let letters: Vec<char> = text.get(..end).unwrap_or_default().chars().collect();
    let at = |n: usize| letters.get(n).copied().unwrap_or('\0');
    let mut words: Vec<String> = Vec::new();
    let mut n = 0;
    let mut joins = false;
    while n < letters.len() {
        let letter = at(n);
        let quoted = match letter {
            '"' | '`' => Some(letter),
            '[' => Some(']'),
            _ => None,
        };
        let word = if letter == '-' && at(n + 1) == '-' {
            while n < letters.len() && at(n) != '\n' {
                n += 1;
            }
            continue;
        } else if letter == '/' && at(n + 1) == '*' {
            n += 2;
            while n < letters.len() && !(at(n) == '*' && at(n + 1) == '/') {
                n += 1;
            }
            n += 2;
            continue;
        } else if letter == '\'' {
            n += 1;
            while n < letters.len() && at(n) != '\'' {
                n += if at(n) == '\\' { 2 } else { 1 };
            }
            n += 1;
            joins = false;
            continue;
        } else if let Some(close) = quoted {
            let start = n + 1;
            n = start;
            while n < letters.len() && at(n) != close {
                n += 1;
            }
            let word: String = letters.get(start..n).unwrap_or_default().iter().collect();
            n += 1;
            word
        } else if letter.is_alphanumeric() || letter == '_' {
            let start = n;
            while at(n).is_alphanumeric() || at(n) == '_' || at(n) == '$' {
                n += 1;
            }
            letters.get(start..n).unwrap_or_default().iter().collect()
        } else {
            n += 1;
            if letter == '.' {
                joins = true;
            } else if !letter.is_whitespace() {
                joins = false;
                words.push(letter.to_string());
            }
            continue;
        };
        match words.last_mut() {
            Some(last) if joins => {
                last.push('.');
                last.push_str(&word);
            }
            _ => words.push(word),
        }
        joins = false;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, adds_to: &[&str], changes: &[&str]) -> Writes {
        let writes = written(text);
        assert_eq!(
            (writes.adds_to.as_slice(), writes.changes.as_slice()),
            (
                adds_to.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>().as_slice(),
                changes.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>().as_slice()
            )
        );
        writes
    }

    #[test]
    fn tables_that_are_written_to_are_named() {
        let text =
            "CREATE TRIGGER keep AFTER DELETE ON users BEGIN INSERT INTO users_log (email) VALUES (old.email); END";
        assert!(check(text, &["users_log"], &[]).on_change);
        check(
            "CREATE TRIGGER t AFTER UPDATE OF a ON \"x\" BEGIN UPDATE audit.\"n\" SET c = 1; DELETE FROM `gone` WHERE 1; END",
            &[],
            &["audit.n", "gone"],
        );
        check("create trigger t before update on x begin insert or replace into y values (1); end", &["y"], &[]);
    }

    #[test]
    fn comments_and_quoted_texts_name_nothing() {
        check(
            "AFTER DELETE ON x -- insert into a\n /* delete from b */ select 'update c set', 'it\\'s' for update;",
            &[],
            &[],
        );
    }

    #[test]
    fn a_trigger_on_new_rows_alone_is_not_run_by_an_erasure() {
        assert!(!written("CREATE TRIGGER t AFTER INSERT ON x BEGIN UPDATE y SET n = 1; END").on_change);
        assert!(written("BEGIN EXECUTE 'insert'; END").is_dynamic);
        assert!(!written("AFTER DELETE ON x EXECUTE FUNCTION f()").is_dynamic);
    }
}
