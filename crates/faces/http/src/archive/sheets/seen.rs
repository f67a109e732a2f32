//! How each table begins, for the page that opens an archive: bounded, whatever the archive holds.

use std::collections::BTreeMap;

/// So many rows of a table are shown.
const ROWS_MAX: usize = 20;
/// So many characters of a value.
const CELL_CHARS_MAX: usize = 200;

/// The beginnings of all tables, by name.
pub(in super::super) struct Seen {
    pub(in super::super) sheets: BTreeMap<String, SeenSheet>,
    n_bytes: usize,
    /// So many bytes of all tables together.
    bytes_max: usize,
}

/// The beginning of a table.
pub(in super::super) struct SeenSheet {
    pub(in super::super) header: Vec<String>,
    pub(in super::super) rows: Vec<Vec<String>>,
    /// How many rows it has in all.
    pub(in super::super) n_rows: u64,
}

impl Seen {
    pub(super) const fn new(bytes_max: usize) -> Self {
        Self { sheets: BTreeMap::new(), n_bytes: 0, bytes_max }
    }

    pub(super) fn add(&mut self, name: &str, header: &[&str], row: &[String]) {
        if !self.sheets.contains_key(name) {
            let header = header.iter().map(|column| (*column).to_owned()).collect();
            self.sheets.insert(name.to_owned(), SeenSheet { header, rows: Vec::new(), n_rows: 0 });
        }
        let Some(sheet) = self.sheets.get_mut(name) else { return };
        sheet.n_rows += 1;
        if sheet.rows.len() >= ROWS_MAX || self.n_bytes >= self.bytes_max {
            return;
        }
        let row: Vec<String> = row.iter().map(|cell| cut(cell)).collect();
        self.n_bytes += row.iter().map(String::len).sum::<usize>();
        sheet.rows.push(row);
    }
}

fn cut(cell: &str) -> String {
    match cell.char_indices().nth(CELL_CHARS_MAX) {
        Some((end, _)) => format!("{} …", cell.get(..end).unwrap_or_default()),
        None => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_beginning_is_kept_and_all_is_counted() {
        const BYTES_MAX: usize = 1 << 20;
        let mut seen = Seen::new(BYTES_MAX);
        let long = "ä".repeat(10_000);
        for n in 0..5000 {
            seen.add("notes", &["text"], std::slice::from_ref(&long));
            seen.add(&format!("sheet {n}"), &["text"], std::slice::from_ref(&long));
        }
        let sheet = &seen.sheets["notes"];
        assert_eq!((sheet.n_rows, sheet.rows.len()), (5000, ROWS_MAX));
        assert_eq!(sheet.rows[0][0].chars().count(), CELL_CHARS_MAX + 2);
        let kept: usize = seen.sheets.values().flat_map(|sheet| sheet.rows.iter().flatten()).map(String::len).sum();
        assert!(kept < BYTES_MAX + 1000, "{kept}");
    }
}
