//! Triggers, columns and values of a connected database.

use candor_places::sql::{Dialect, written};

/// The text of a trigger: names that are given are names, and as many as are bounded.
pub fn trigger_text(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let writes = written(&text);
    let all = writes.adds_to.iter().chain(&writes.changes);
    assert!(all.clone().count() <= 200);
    for name in all {
        assert!(!name.is_empty() && text.contains(name.rsplit('.').next().unwrap()), "`{name}` does not stand there");
    }
}

fn system(kind: candor_manifest::model::SystemKind) -> candor_places::SystemMap {
    let text = |it: &str| it.to_owned();
    candor_places::SystemMap {
        name: text("app"),
        title: text("App"),
        kind,
        at: text("env APP"),
        env: text("APP"),
        template: None,
        calls_per_second: None,
        places: vec![],
    }
}

/// The address of a database: what is refused is refused without showing it.
pub fn address(input: &[u8]) {
    use candor_manifest::model::SystemKind;
    let text = String::from_utf8_lossy(input).into_owned();
    let secret = candor_words::Secret::new(text.clone());
    let postgres = candor_connect_sql::postgres(std::sync::Arc::new(system(SystemKind::Postgres)), &secret);
    let sqlite = candor_connect_sql::sqlite(std::sync::Arc::new(system(SystemKind::Sqlite)), &secret);
    for told in [postgres.err(), sqlite.err()].into_iter().flatten().map(|error| error.to_string()) {
        assert!(text.len() < 12 || !told.contains(&text), "the address is shown");
    }
}

/// A schema that calls its columns anything: what is proposed of it is read as the manifest language, and a name never
/// leaves its quotes.
pub fn discovered(input: &[u8]) {
    use candor_manifest::model::SystemKind;
    use candor_places::{Catalogue, Column, ColumnKind, ForeignKey, OnDelete, Samples, Table, TableKind};

    let text = String::from_utf8_lossy(input);
    let mut tables: Vec<Table> = Vec::new();
    let mut samples = Samples::new();
    for (n, line) in text.lines().take(20).enumerate() {
        let mut words = line.split('\t').take(20);
        let name = format!("{}{n}", words.next().unwrap_or_default());
        let mut columns = Vec::new();
        for (at, word) in words.enumerate() {
            let (column, value) = word.split_once('=').unwrap_or((word, ""));
            let column = format!("{column}{}", if at == 0 { "" } else { "_" });
            for dialect in [Dialect::Postgres, Dialect::Mariadb, Dialect::Sqlite] {
                let quoted = dialect.quoted(&column);
                let mark = if dialect == Dialect::Mariadb { '`' } else { '"' };
                let inner = &quoted[1..quoted.len() - 1];
                assert_eq!(inner.replace(&format!("{mark}{mark}"), "").matches(mark).count(), 0);
            }
            samples.entry((name.clone(), column.clone())).or_default().push(value.to_owned());
            let kind = ColumnKind::Text { chars_max: None };
            columns.push(Column { name: column, kind, is_nullable: at % 2 == 0, default: None, is_generated: false });
        }
        let key: Vec<String> = columns.first().map(|column| column.name.clone()).into_iter().collect();
        let to = tables.last().map(|table| (table.name.clone(), table.primary_key.clone()));
        let foreign_keys = to
            .into_iter()
            .filter(|(_, columns)| !columns.is_empty() && !key.is_empty())
            .map(|(to, to_columns)| ForeignKey { columns: key.clone(), to, to_columns, on_delete: OnDelete::Refuse })
            .collect();
        tables.push(Table {
            name,
            kind: TableKind::Table,
            columns,
            primary_key: key,
            unique: vec![],
            foreign_keys,
            triggers: vec![],
            n_rows: None,
        });
    }
    let map = system(SystemKind::Postgres);
    let proposal = candor_places::discover(&map, &Catalogue { tables }, &samples, &[]);
    let source = candor_manifest::Source { path: "proposal.candor".into(), text: proposal };
    let (_, findings) = candor_manifest::parse(&[source]);
    assert!(findings.is_empty(), "{findings:?}");
}
