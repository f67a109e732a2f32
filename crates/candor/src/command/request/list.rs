//! Files that name many of something, one a line: CSV, or JSON Lines.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::Value;

use crate::trouble::Trouble;

/// The longest file that is read.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// What the lines name: the values of a column or member, and of one beside it that lines may have.
pub(super) fn of(
    path: &Path,
    member: &'static str,
    beside: Option<&'static str>,
) -> Result<Vec<(String, Option<String>)>, Trouble> {
    let attempted = || format!("read `{}`", path.display());
    let mut text = String::new();
    let file = File::open(path).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text));
    file.map_err(|error| Trouble::bad_input(attempted(), error))?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(Trouble::bad_input(attempted(), format!("it is longer than {FILE_BYTES_MAX} bytes")));
    }
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    if lines().next().is_some_and(|line| line.starts_with('{')) {
        let one = |(at, line): (usize, &str)| {
            let read: Option<Value> = serde_json::from_str(line).ok();
            let text = |name: &str| read.as_ref().and_then(|read| read[name].as_str().map(str::to_owned));
            let named = text(member);
            let named = named
                .ok_or_else(|| Trouble::bad_input(attempted(), format!("line {} has no member `{member}`", at + 1)))?;
            Ok((named, beside.and_then(text)))
        };
        return lines().enumerate().map(one).collect();
    }
    let header: Vec<&str> = lines().next().unwrap_or_default().split(',').map(str::trim).collect();
    let position = |wanted: &str| header.iter().position(|name| *name == wanted);
    let column = position(member);
    let column = column.ok_or_else(|| Trouble::bad_input(attempted(), format!("it has no column `{member}`")))?;
    let beside = beside.and_then(position);
    let one = |(at, line): (usize, &str)| {
        let cell = |column: usize| {
            let cell = line.split(',').nth(column).map(str::trim).filter(|cell| !cell.is_empty());
            cell.map(str::to_owned)
        };
        let named = cell(column);
        let named =
            named.ok_or_else(|| Trouble::bad_input(attempted(), format!("line {} names no {member}", at + 1)))?;
        Ok((named, beside.and_then(cell)))
    };
    lines().enumerate().skip(1).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_lines_name_the_same() {
        let folder = std::env::temp_dir().join(format!("candor-list-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let read = |name: &str, text: &str| {
            let file = folder.join(name);
            std::fs::write(&file, text).unwrap();
            of(&file, "subject", Some("key"))
        };
        let both = [("sub_1".to_owned(), None), ("sub_2".to_owned(), Some("k".to_owned()))];
        assert_eq!(read("a.csv", "note,subject,key\nx, sub_1\n\ny,sub_2,k\n").unwrap(), both);
        assert_eq!(
            read("a.jsonl", "{\"subject\": \"sub_1\"}\n{\"subject\": \"sub_2\", \"key\": \"k\"}\n").unwrap(),
            both
        );
        for wrong in ["id\nsub_1\n", "subject,x\n,y\n", "{\"id\": 1}\n", ""] {
            assert!(read("wrong", wrong).is_err(), "{wrong}");
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}
