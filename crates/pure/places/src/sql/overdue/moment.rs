//! When a clock started, by a column: a date, a moment or a number of seconds.

use candor_manifest::model::KeepEvent;
use candor_words::Instant;

use crate::catalogue::ColumnKind;
use crate::graph::{Node, Spot};
use crate::overdue::Began;
use crate::sql::Dialect;

/// From here on a number counts milliseconds.
const MILLISECONDS_FROM: &str = "100000000000";
/// The beginning of 1900 in seconds: what is earlier stands for nothing.
const FIRST_SECOND: i64 = -2_208_988_800;

/// True of a row `t` whose clock started by the instant; nothing where the place has no column for it.
///
/// # Errors
/// The column is not there, or holds no dates.
pub(super) fn began(dialect: Dialect, node: &Node, began: &Began) -> Result<Option<String>, ()> {
    let Some(value) = At::find(dialect, node, &began.event)? else { return Ok(None) };
    let by = value.by(began.by);
    // An account that nobody ever signed in to counts from when it was made.
    let counts_from_creation = matches!(began.event, KeepEvent::LastSignIn | KeepEvent::LastInterest);
    match At::find(dialect, node, &KeepEvent::Created)?.filter(|_| counts_from_creation) {
        Some(created) => Ok(Some(format!("({by} OR (NOT {} AND {}))", value.known(), created.by(began.by)))),
        None => Ok(Some(by)),
    }
}

/// True of a row `t` whose clock started.
pub(super) fn known(dialect: Dialect, node: &Node, event: &KeepEvent) -> Option<String> {
    let value = At::find(dialect, node, event).ok().flatten()?;
    let counts_from_creation = matches!(event, KeepEvent::LastSignIn | KeepEvent::LastInterest);
    let created = At::find(dialect, node, &KeepEvent::Created).ok().flatten().filter(|_| counts_from_creation);
    Some(match created {
        Some(created) => format!("({} OR {})", value.known(), created.known()),
        None => value.known(),
    })
}

/// What to tell of a column that holds no dates.
pub(super) fn holds_no_date(node: &Node, event: &KeepEvent) -> String {
    let clock = node.place.clocks.iter().find(|clock| clock.event == *event);
    let column = clock.map(|clock| clock.column.clone()).unwrap_or_default();
    format!(
        "`{column}` holds neither dates nor numbers, so that nobody can tell when the clock started; name a column that does"
    )
}

/// A column that says when.
struct At {
    dialect: Dialect,
    kind: ColumnKind,
    value: String,
}

impl At {
    fn find(dialect: Dialect, node: &Node, event: &KeepEvent) -> Result<Option<Self>, ()> {
        let Some(clock) = node.place.clocks.iter().find(|clock| clock.event == *event) else { return Ok(None) };
        let spot = Spot::find(&node.table, &clock.column).map_err(|_| ())?;
        let kind = spot.kind();
        let holds_dates =
            dialect == Dialect::Sqlite || matches!(kind, ColumnKind::Date | ColumnKind::Moment | ColumnKind::Number);
        if !holds_dates {
            return Err(());
        }
        Ok(Some(Self { dialect, value: spot.value(dialect, "t"), kind }))
    }

    /// The seconds since 1970, where numbers are compared.
    fn seconds(&self) -> String {
        let value = &self.value;
        let number = format!(
            "CASE WHEN {value} <= 0 THEN NULL WHEN {value} >= {MILLISECONDS_FROM} THEN {value} / 1000 ELSE {value} END"
        );
        if self.dialect != Dialect::Sqlite {
            return format!("({number})");
        }
        // The day of a date counts whole.
        format!(
            "(CASE typeof({value}) WHEN 'integer' THEN {number} WHEN 'real' THEN {number} WHEN 'text' THEN CAST(strftime('%s', {value}) AS INTEGER) + CASE WHEN length({value}) = 10 THEN 86400 ELSE 0 END END)"
        )
    }

    fn is_number(&self) -> bool {
        self.dialect == Dialect::Sqlite || self.kind == ColumnKind::Number
    }

    fn literal(&self, text: &str) -> String {
        match (self.dialect, &self.kind) {
            (Dialect::Postgres, ColumnKind::Date) => format!("DATE '{text}'"),
            (Dialect::Postgres, _) => format!("TIMESTAMPTZ '{text}+00'"),
            _ => format!("'{text}'"),
        }
    }

    fn by(&self, by: Instant) -> String {
        let value = &self.value;
        if self.is_number() {
            return format!(
                "coalesce({} BETWEEN {FIRST_SECOND} AND {}, 1 = 0)",
                self.seconds(),
                by.as_millis().div_euclid(1_000)
            );
        }
        let stamp = by.to_string();
        let day = stamp.get(..10).unwrap_or("1900-01-01");
        let time = stamp.get(11..19).unwrap_or("00:00:00");
        match self.kind {
            ColumnKind::Date => format!(
                "coalesce({value} >= {} AND {value} < {}, 1 = 0)",
                self.literal("1900-01-01"),
                self.literal(day)
            ),
            _ => format!(
                "coalesce({value} >= {} AND {value} <= {}, 1 = 0)",
                self.literal("1900-01-01 00:00:00"),
                self.literal(&format!("{day} {time}"))
            ),
        }
    }

    fn known(&self) -> String {
        if self.is_number() {
            return format!("coalesce({} >= {FIRST_SECOND}, 1 = 0)", self.seconds());
        }
        let first = if self.kind == ColumnKind::Date { "1900-01-01" } else { "1900-01-01 00:00:00" };
        format!("coalesce({} >= {}, 1 = 0)", self.value, self.literal(first))
    }
}
