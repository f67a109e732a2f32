//! A connector that tells how long its system was busy, and what with.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use candor_connect::{ConnectError, Connector, Connectors, RowSink};
use candor_places::{Catalogue, Foreseen, Found, Person, Preview, Report, SystemMap, Task, Trace};
use candor_words::Secret;

/// What is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Identify,
    Foresee,
    CarryOut,
    Search,
}

/// How long a system was busy.
#[derive(Debug, Default)]
pub struct Busy {
    /// By part; what happens at the same time counts for each.
    pub parts: [Duration; 4],
    pub n_tasks: [u32; 4],
    /// While anything was asked of it.
    pub whole: Duration,
    n_under_way: u32,
    since: Option<Instant>,
}

/// Makes connectors whose time is taken.
pub struct Timing(pub Arc<Mutex<Busy>>);

struct Timed {
    inner: Arc<dyn Connector>,
    busy: Arc<Mutex<Busy>>,
}

#[async_trait]
impl Connectors for Timing {
    async fn connect(&self, map: Arc<SystemMap>, address: &Secret<String>) -> Result<Arc<dyn Connector>, ConnectError> {
        Ok(Arc::new(Timed { inner: candor_connect_sql::postgres(map, address)?, busy: Arc::clone(&self.0) }))
    }
}

impl Timed {
    async fn timed<T>(&self, part: Part, asked: impl Future<Output = T>) -> T {
        let begun = Instant::now();
        {
            let mut busy = self.busy.lock().expect("times");
            busy.n_under_way += 1;
            busy.since.get_or_insert(begun);
        }
        let answer = asked.await;
        let mut busy = self.busy.lock().expect("times");
        busy.parts[part as usize] += begun.elapsed();
        busy.n_tasks[part as usize] += 1;
        busy.n_under_way -= 1;
        if busy.n_under_way == 0 {
            let took = busy.since.take().map_or(Duration::ZERO, |since| since.elapsed());
            busy.whole += took;
        }
        answer
    }
}

#[async_trait]
impl Connector for Timed {
    async fn catalogue(&self) -> Result<Catalogue, ConnectError> {
        self.inner.catalogue().await
    }

    async fn sample(&self, table: &str, column: &str, limit: usize) -> Result<Vec<Secret<String>>, ConnectError> {
        self.inner.sample(table, column, limit).await
    }

    async fn identify(&self, people: &[Person]) -> Result<Vec<Found>, ConnectError> {
        self.timed(Part::Identify, self.inner.identify(people)).await
    }

    async fn preview(&self, task: &Task) -> Result<Vec<Preview>, ConnectError> {
        self.timed(Part::Foresee, self.inner.preview(task)).await
    }

    async fn foresee(&self, task: &Task) -> Result<Foreseen, ConnectError> {
        self.timed(Part::Foresee, self.inner.foresee(task)).await
    }

    async fn people_at_once(&self) -> Result<usize, ConnectError> {
        self.inner.people_at_once().await
    }

    async fn read(&self, people: &[Person], rows: &mut dyn RowSink) -> Result<(), ConnectError> {
        self.inner.read(people, rows).await
    }

    async fn carry_out(&self, task: &Task) -> Result<Report, ConnectError> {
        self.timed(Part::CarryOut, self.inner.carry_out(task)).await
    }

    async fn search(&self, people: &[Person]) -> Result<Vec<Trace>, ConnectError> {
        self.timed(Part::Search, self.inner.search(people)).await
    }
}
