//! A connector to a site, driven as a request drives it.

use std::sync::Arc;

use async_trait::async_trait;
use candor_connect::{ConnectError, Connector, RowSink, SinkClosed, testing};
use candor_connect_sql::mariadb;
use candor_places::{Act, FoundRow, Person, PlaceReport, Preview, Task, Trace};
use candor_words::Secret;

const POLICY: &str = r#"policy "Site", version 2026-01-01
controller "Site AG" in CH, contact a@site.example
law gdpr
data person {
    email: EmailAddress, identifies the subject
    phone: TelephoneNumber
}
purpose service "Serve you" is ServiceProvision {
    because contract
    uses person
}
keep person until 1 year after last sign-in, then erase
rights under gdpr {
    access within 1 month
    rectification within 1 month
    erasure within 1 month
    restriction within 1 month
    portability within 1 month
}
"#;

/// Somebody by their addresses.
pub struct Who<'a>(pub &'a [&'a str]);

/// What a request came to.
#[derive(Debug)]
pub struct Erased {
    pub report: Vec<PlaceReport>,
    pub traces: Vec<String>,
}

/// A site behind the connector.
pub struct Site {
    connector: Arc<dyn Connector>,
    runtime: tokio::runtime::Runtime,
}

impl Site {
    /// The site of a template, with what else the policy declares of it.
    pub fn of(template: &str, places: &str, address: &str) -> Self {
        let text = format!("{POLICY}system site is mariadb at env SITE, template {template} {{\n{places}\n}}\n");
        let text = if places.is_empty() { text.replace(" {\n\n}", "") } else { text };
        let connector = mariadb(testing::map(&text), &Secret::new(address.to_owned())).expect("a connector");
        Self { connector, runtime: tokio::runtime::Runtime::new().expect("a runtime") }
    }

    /// Everything the person is given, as `place: column=value …`, one text for each row.
    pub fn export(&self, who: &Who<'_>) -> Vec<String> {
        let mut rows = Kept(Vec::new());
        self.runtime.block_on(self.connector.read(&[who.person()], &mut rows)).expect("an export");
        rows.0
    }

    /// What each of several people is given who are read together, in no order.
    pub fn export_each(&self, all: &[Who<'_>]) -> Vec<Vec<String>> {
        let people: Vec<Person> = all.iter().map(Who::person).collect();
        let mut rows = Each(vec![Vec::new(); all.len()]);
        self.runtime.block_on(self.connector.read(&people, &mut rows)).expect("an export");
        rows.0.iter_mut().for_each(|rows| rows.sort());
        rows.0
    }

    /// What an erasure would do.
    pub fn preview(&self, who: &Who<'_>) -> Result<Vec<Preview>, ConnectError> {
        self.runtime.block_on(self.connector.preview(&erase(vec![who.person()])))
    }

    /// Asks for every identifier, erases, and looks again for all of them, as a request does.
    pub fn erase(&self, who: &Who<'_>) -> Result<Erased, ConnectError> {
        self.runtime.block_on(async {
            let person = self.known(who).await?;
            let report = self.connector.carry_out(&erase(vec![person])).await?.places;
            let found = self.connector.search(&[self.known(who).await?]).await?;
            Ok(Erased { report, traces: found.iter().map(told).collect() })
        })
    }

    /// The same with the identifiers that were known before: what a request keeps until it ends.
    pub fn erase_by(&self, identifiers: &[(String, String)]) -> Result<Erased, ConnectError> {
        self.runtime.block_on(async {
            let report = self.connector.carry_out(&erase(vec![by(identifiers)])).await?.places;
            let found = self.connector.search(&[by(identifiers)]).await?;
            Ok(Erased { report, traces: found.iter().map(told).collect() })
        })
    }

    /// Every identifier of the person that the site knows, with those that were given.
    pub fn identifiers(&self, who: &Who<'_>) -> Vec<(String, String)> {
        let person = self.runtime.block_on(self.known(who)).expect("identifiers");
        person.identifiers.iter().map(|it| (it.field.clone(), it.value.expose().clone())).collect()
    }

    async fn known(&self, who: &Who<'_>) -> Result<Person, ConnectError> {
        let mut people = [who.person()];
        loop {
            let found = self.connector.identify(&people).await?;
            if found.is_empty() {
                let [person] = people;
                return Ok(person);
            }
            people[0].identifiers.extend(found.into_iter().map(|found| found.identifier));
        }
    }
}

impl Who<'_> {
    fn person(&self) -> Person {
        let named: Vec<_> = self.0.iter().map(|address| ("person.email", *address)).collect();
        testing::person(&named)
    }
}

/// How many rows of a place met an end.
pub fn count(report: &[PlaceReport], place: &str, did: candor_places::Did) -> u64 {
    report.iter().filter(|it| it.place == place && it.did == did).map(|it| it.n_rows).sum()
}

fn by(identifiers: &[(String, String)]) -> Person {
    let named: Vec<_> = identifiers.iter().map(|(field, value)| (field.as_str(), value.as_str())).collect();
    testing::person(&named)
}

fn erase(people: Vec<Person>) -> Task {
    Task { act: Act::Erase, people }
}

fn told(trace: &Trace) -> String {
    format!("{}.{}", trace.place, trace.column)
}

fn shown(row: &FoundRow) -> String {
    let shown = |value: &candor_places::RowValue| {
        let text = if value.is_withheld { "withheld" } else { value.value.as_deref().unwrap_or("") };
        format!("{}={text}", value.column)
    };
    let values: Vec<String> = row.values.iter().map(shown).collect();
    format!("{}: {}", row.place, values.join(" "))
}

struct Kept(Vec<String>);

#[async_trait]
impl RowSink for Kept {
    async fn take(&mut self, row: FoundRow) -> Result<(), SinkClosed> {
        self.0.push(shown(&row));
        Ok(())
    }
}

/// Rows by person.
struct Each(Vec<Vec<String>>);

#[async_trait]
impl RowSink for Each {
    async fn take(&mut self, row: FoundRow) -> Result<(), SinkClosed> {
        self.0[row.person.0 as usize].push(shown(&row));
        Ok(())
    }
}
