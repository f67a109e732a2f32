//! What a live system says of itself: tables, columns, keys, triggers.

/// All tables that the connection may see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Catalogue {
    /// The tables, object classes, resources or files.
    pub tables: Vec<Table>,
}

impl Catalogue {
    /// The table of a name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }
}

impl Table {
    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name; with its schema before a dot unless that is the connection's own.
    pub name: String,
    /// What it is.
    pub kind: TableKind,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// The columns that together name a row; none when there is no primary key.
    pub primary_key: Vec<String>,
    /// Further sets of columns whose values occur once.
    pub unique: Vec<Vec<String>>,
    /// What it refers to.
    pub foreign_keys: Vec<ForeignKey>,
    /// What runs when its rows change.
    pub triggers: Vec<Trigger>,
    /// How many rows it has, as the system estimates.
    pub n_rows: Option<u64>,
}

/// What a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// Rows are kept in it.
    Table,
    /// It shows rows of others.
    View,
    /// It keeps a copy of rows of others, which has to be made anew.
    MaterialisedView,
}

/// One column or attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What stands in it.
    pub kind: ColumnKind,
    /// It may be empty.
    pub is_nullable: bool,
    /// What the system writes when nothing is said, as an expression of its own; none when it writes nothing.
    pub default: Option<String>,
    /// The system works it out; nobody writes it.
    pub is_generated: bool,
}

/// What stands in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text of so many characters at most.
    Text {
        /// The bound; none when there is none.
        chars_max: Option<u32>,
    },
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
    /// A day.
    Date,
    /// A moment.
    Moment,
    /// A JSON document.
    Json,
    /// An array of texts or numbers.
    Array,
    /// One of these words.
    Enum(Vec<String>),
    /// A UUID.
    Uuid,
    /// Bytes.
    Bytes,
    /// Something else, by the system's own word.
    Other(String),
}

/// A reference that the system enforces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// The columns that refer.
    pub columns: Vec<String>,
    /// The table they refer to.
    pub to: String,
    /// Its columns, in the same order.
    pub to_columns: Vec<String>,
    /// What happens here when the row there goes.
    pub on_delete: OnDelete,
}

/// What happens to a row when the row it refers to goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDelete {
    /// The row there cannot go.
    Refuse,
    /// This row goes too.
    Cascade,
    /// This row refers to nothing from then on.
    SetNull,
    /// This row refers to the default from then on.
    SetDefault,
}

/// What runs when rows change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// Its name.
    pub name: String,
    /// Its text, as the system tells it: what it writes to is read from it.
    pub text: String,
}
