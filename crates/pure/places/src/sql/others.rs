//! What looks like a trace and is somebody else's own: Ada signed in as `grace`, and another person's first name is Grace.
//!
//! A hit is set aside only where the policy itself says whose it is: the whole cell is the identifier, and that is a mere word
//! (letters, as names are; no address, no number); the column is mapped to a field that neither identifies nor may be about
//! others, and links to nothing; its row has one owner, and so has every row between it and a person who has an identifier of their
//! own; and all these places delete. In such a place nothing of the erased person stays, not even emptied, so that a row
//! whose owner is somebody else was never theirs. Everything else counts.

use candor_words::Secret;

use crate::graph::{Edge, EdgeKind, Graph, Node, Spot};
use crate::person::{Identifier, Person};

use super::sets::linked;
use super::{Dialect, Matcher, people_json};

// What the relation of identifiers holds, by its person: all of them, mere words, and what a text is looked through for.
const ALL: u32 = 0;
const WORDS: u32 = 1;
const WITHIN: u32 = 2;

/// Gives what stands in a column, but for cells that are others' own; it takes [`others_parameter`]. Nothing where no cell of
/// the column is. With `looks_first` the database sends only what could be meant.
pub fn without_others(graph: &Graph, dialect: Dialect, at: (&str, &str), looks_first: bool) -> Option<String> {
    let (table, column) = at;
    let node = sole_node(graph, table)?;
    let text = own_value(node, column)?.text(dialect, "t");
    let folded = dialect.folded(&text);
    let is_others = format!(
        "EXISTS (SELECT 1 FROM candor_ids AS i WHERE i.person = {WORDS} AND {folded} = i.folded){} AND {}",
        node.and_condition(dialect, "t"),
        somebody_else(graph, dialect, node, "t", 0)?
    );
    let position = match dialect {
        Dialect::Postgres => format!("strpos({folded}, i.folded)"),
        Dialect::Mariadb => format!("locate(i.folded, {folded})"),
        Dialect::Sqlite => format!("instr({folded}, i.folded)"),
    };
    let first = if looks_first {
        format!("EXISTS (SELECT 1 FROM candor_ids AS i WHERE i.person = {WITHIN} AND {position} > 0) AND ")
    } else {
        String::new()
    };
    Some(format!(
        "WITH candor_ids AS ({}) SELECT {text} FROM {} WHERE {first}CASE WHEN {is_others} THEN 0 ELSE 1 END = 1",
        dialect.people(),
        node.from(dialect, "t")
    ))
}

/// A person's identifiers as [`without_others`] takes them; nothing when none of them is a mere word.
pub fn others_parameter(person: &Person, matcher: &Matcher) -> Option<String> {
    let identifier = |value: &str| Identifier { field: String::new(), value: Secret::new(value.to_owned()) };
    let values = || person.identifiers.iter().map(|it| it.value.expose().trim());
    let of = |identifiers: Vec<Identifier>| Person { identifiers };
    let words = of(values().filter(|value| is_word(value)).map(identifier).collect());
    if words.identifiers.is_empty() {
        return None;
    }
    let all = of(values().map(identifier).collect());
    let within = of(matcher.patterns().iter().map(|pattern| identifier(pattern)).collect());
    Some(people_json([(ALL, &all), (WORDS, &words), (WITHIN, &within)].into_iter()))
}

/// Letters, as names are.
fn is_word(value: &str) -> bool {
    let may_stand_between = |letter: char| matches!(letter, ' ' | '-' | '\'' | '’');
    value.chars().any(char::is_alphabetic)
        && value.chars().all(|letter| letter.is_alphabetic() || may_stand_between(letter))
}

/// The one place of a table, where its rows speak of nobody but their owners.
fn sole_node<'a>(graph: &'a Graph, table: &str) -> Option<&'a Node> {
    let mut nodes = graph.nodes.iter().filter(|node| node.table.name == table);
    let node = nodes.next().filter(|node| node.accessors.is_empty())?;
    nodes.next().is_none().then_some(node)
}

/// A column that holds nothing but a value of whoever owns the row.
fn own_value<'a>(node: &'a Node, column: &str) -> Option<&'a Spot> {
    let mut mapped = node.columns.iter().filter(|(_, spot)| spot.column.name == column);
    let (field, spot) = mapped.next()?;
    let is_value = mapped.next().is_none()
        && field.field.is_some()
        && !field.identifies
        && !field.about_others
        && field.only_where.is_none()
        && spot.path.is_empty()
        && !spot.is_array();
    let is_link = node.owners.iter().any(|edge: &Edge| edge.is_here() && edge.spot.column.name == column)
        || node.place.key.iter().any(|key| key == column)
        || node.table.foreign_keys.iter().any(|key| key.columns.iter().any(|it| it == column));
    (is_value && !is_link).then_some(spot)
}

/// True of a row that belongs to one person alone, who is not the one that is looked for.
fn somebody_else(graph: &Graph, dialect: Dialect, node: &Node, row: &str, depth: usize) -> Option<String> {
    let [edge] = node.owners.as_slice() else { return None };
    if !node.is_sole || !node.deletes() {
        return None;
    }
    match &edge.kind {
        EdgeKind::Subject { .. } => {
            let text = edge.spot.text(dialect, row);
            let folded = dialect.folded(&text);
            Some(format!(
                "({text} <> '' AND NOT EXISTS (SELECT 1 FROM candor_ids AS i WHERE i.person = {ALL} AND {folded} = i.folded))"
            ))
        }
        EdgeKind::Here { to, pairs } => {
            let (other, next) = (graph.node(*to)?, format!("o{depth}"));
            let somebody = somebody_else(graph, dialect, other, &next, depth + 1)?;
            Some(format!(
                "EXISTS (SELECT 1 FROM {} WHERE {}{} AND {somebody})",
                other.from(dialect, &next),
                linked(dialect, edge, pairs, row, &next, other),
                other.and_condition(dialect, &next)
            ))
        }
        EdgeKind::There { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::is_word;

    #[test]
    fn what_may_be_anybodys_name_is_a_word_and_an_address_or_a_number_is_not() {
        for word in ["grace", "Anna-Lena", "O'Brien", "Jürgen Weiß"] {
            assert!(is_word(word), "{word}");
        }
        for word in ["grace1", "grace@x.example", "g.hopper", "C-77", "+49 30", "", "-", "grace_h"] {
            assert!(!is_word(word), "{word}");
        }
    }
}
