//! What becomes of a task, place by place. None of it says anything of anybody.

use serde::{Deserialize, Serialize};

use crate::person::{Identifier, PersonIx};

/// What carrying a task out did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Report {
    /// Place by place, in the order in which it was done.
    pub places: Vec<PlaceReport>,
    /// For a task of several people: whose rows the lines of `places` count.
    #[serde(skip)]
    pub shares: Vec<Share>,
}

/// How many of a line's rows are one person's. A row of several people counts for each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Which line, counted from 0.
    pub line: usize,
    /// Whose.
    pub person: PersonIx,
    /// How many.
    pub n_rows: u64,
}

/// What was done in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceReport {
    /// Where.
    pub place: String,
    /// What.
    pub did: Did,
    /// To how many rows.
    pub n_rows: u64,
    /// Why rows stay, when they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// What is done to rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Did {
    /// They are gone.
    Deleted,
    /// They stay without the person.
    DeIdentified,
    /// They stay as they are, on a ground.
    Kept,
    /// Values in them were put right.
    Corrected,
    /// They carry the mark of a restriction.
    Restricted,
    /// They carry it no longer.
    Lifted,
    /// They say that the person's no to a purpose holds.
    Stopped,
    /// They say so no longer.
    Allowed,
    /// The system cannot hold what was asked, and is told so in the answer to the person.
    CannotHold,
}

/// What carrying a task out would do in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// What it would do, and to how many rows.
    pub would: PlaceReport,
    /// The statements or calls, with placeholders where values stand.
    pub statements: Vec<String>,
}

/// What a task of several people would do, with whose rows each line counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Foreseen {
    /// Place by place.
    pub previews: Vec<Preview>,
    /// Whose rows they are.
    pub shares: Vec<Share>,
}

impl Report {
    /// A report of one person's task, or one that does not tell whose rows they are.
    pub const fn of_places(places: Vec<PlaceReport>) -> Self {
        Self { places, shares: Vec::new() }
    }

    /// What was done to the rows of each of so many people, in their order.
    pub fn of_each(self, n_people: usize) -> Vec<Self> {
        if n_people == 1 {
            return vec![Self::of_places(self.places)];
        }
        of_each(&self.places, &self.shares, n_people).into_iter().map(Self::of_places).collect()
    }
}

impl Foreseen {
    /// What would be done to the rows of each of so many people, in their order.
    pub fn of_each(&self, n_people: usize) -> Vec<Vec<PlaceReport>> {
        let places: Vec<PlaceReport> = self.previews.iter().map(|preview| preview.would.clone()).collect();
        if n_people == 1 { vec![places] } else { of_each(&places, &self.shares, n_people) }
    }
}

/// A line is told to whoever has rows of it; to others only when it is one that is told whatever happens: a line with a reason
/// tells of rows that were met, but for what is kept.
fn of_each(lines: &[PlaceReport], shares: &[Share], n_people: usize) -> Vec<Vec<PlaceReport>> {
    let mut rows: Vec<Vec<(usize, u64)>> = vec![Vec::new(); n_people];
    for share in shares {
        let person = usize::try_from(share.person.0).ok().and_then(|at| rows.get_mut(at));
        person.into_iter().for_each(|rows| rows.push((share.line, share.n_rows)));
    }
    let of_one = |rows: Vec<(usize, u64)>| {
        let mut counts = vec![0_u64; lines.len()];
        for (line, n_rows) in rows {
            counts.get_mut(line).into_iter().for_each(|count| *count = count.saturating_add(n_rows));
        }
        let line = |(line, n_rows): (&PlaceReport, u64)| {
            let is_told = n_rows > 0 || line.because.is_none() || line.did == Did::Kept;
            is_told.then(|| PlaceReport { n_rows, ..line.clone() })
        };
        lines.iter().zip(counts).filter_map(line).collect()
    };
    rows.into_iter().map(of_one).collect()
}

/// Somewhere a person is still named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// Who.
    pub person: PersonIx,
    /// Which table, object class, resource or file.
    pub place: String,
    /// Which column of it.
    pub column: String,
    /// In how many rows.
    pub n_rows: u64,
    /// The manifest maps that column.
    pub is_mapped: bool,
}

/// A further identifier that a system knows of a person.
#[derive(Debug)]
pub struct Found {
    /// Whose.
    pub person: PersonIx,
    /// Which.
    pub identifier: Identifier,
    /// How many others that it was found by were not known before: none, where what was asked for led to it.
    pub hops: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_told_of_their_own_rows() {
        let line = |place: &str, did, n_rows, because: Option<&str>| PlaceReport {
            place: place.into(),
            did,
            n_rows,
            because: because.map(str::to_owned),
        };
        let share = |line, person, n_rows| Share { line, person: PersonIx(person), n_rows };
        let places = vec![
            line("users", Did::Deleted, 2, None),
            line("threads", Did::DeIdentified, 1, Some("others own these rows too")),
            line("orders", Did::Kept, 3, Some("the tax law")),
        ];
        // The thread is both people's.
        let shares = vec![share(0, 0, 1), share(0, 1, 1), share(1, 0, 1), share(1, 1, 1), share(2, 1, 3)];
        let each = Report { places: places.clone(), shares }.of_each(3);
        let told = |at: usize| each[at].places.iter().map(|line| line.n_rows).collect::<Vec<_>>();
        assert_eq!((told(0), told(1), told(2)), (vec![1, 1, 0], vec![1, 1, 3], vec![0, 0]));
        assert_eq!(each[2].places[1].place, "orders");
        assert_eq!(Report::of_places(places.clone()).of_each(1), [Report::of_places(places)]);
    }
}
