//! An organisation as a connector: asked, waited for, believed.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use candor_connect::{ConnectError, Connector, Errand, Heard, HeardError, RowSink};
use candor_dsr::opendsr::{Callback, NewRequest, Regulation, RequestType, SaidStatus, Status, request_number};
use candor_manifest::model::PlaceErasure;
use candor_places::{
    Act, Catalogue, Did, Found, FoundRow, Person, PersonIx, PlaceReport, Preview, Report, Role, RowValue, SystemMap,
    Task, Trace,
};
use candor_words::{Entropy, Instant, Secret};

use crate::identities;
use crate::processor::{Processor, Unbelieved};

/// How long an export waits for an answer, and how often it looks; what comes later is fetched by the organisation.
const READ_LOOKS: u32 = 10;
const READ_PAUSE: Duration = Duration::from_millis(500);
/// What the address to fetch results at is called in an export.
const RESULTS: &str = "results_url";

/// One organisation.
pub(crate) struct Organisation {
    pub map: Arc<SystemMap>,
    pub processor: Processor,
    pub entropy: Arc<dyn Entropy>,
}

impl Organisation {
    /// What it is asked to erase: false when the policy has it keep everything, on a ground.
    fn erases(&self) -> bool {
        self.map.places.iter().any(|place| place.on_erasure == PlaceErasure::Delete)
    }

    fn place(&self) -> String {
        self.map.places.first().map_or_else(|| self.map.name.clone(), |place| place.name.clone())
    }

    /// The answers that need nobody to be asked.
    fn unasked(&self, act: &Act) -> Option<PlaceReport> {
        let cannot = |what: &str| Some((Did::CannotHold, format!("OpenDSR knows no request for {what}")));
        let (did, because) = match act {
            Act::Erase if self.erases() => None,
            Act::Erase => {
                let ground = self.map.places.iter().find_map(|place| place.kept_because.clone());
                Some((Did::Kept, ground.unwrap_or_default()))
            }
            Act::Rectify(_) => cannot("rectification: the organisation tells this one itself"),
            Act::Restrict | Act::LiftRestriction => cannot("restriction: the organisation tells this one itself"),
            Act::Stop(_) | Act::Allow(_) => cannot("a no to a purpose: the organisation tells this one itself"),
        }?;
        Some(PlaceReport {
            place: self.place(),
            did,
            n_rows: 0,
            because: Some(because).filter(|text| !text.is_empty()),
        })
    }

    fn request(
        &self,
        number: String,
        kind: RequestType,
        at: Instant,
        person: &Person,
        callback: Option<&str>,
    ) -> NewRequest {
        NewRequest {
            id: number,
            kind,
            regulation: Regulation::Gdpr,
            submitted_at: at,
            identities: identities::of(&self.map, person),
            callbacks: callback.map(str::to_owned).into_iter().collect(),
        }
    }

    /// Asks for one person's erasure, unless it was asked for; then says how far that is.
    async fn erase(&self, errand: &Errand, person: &Person) -> Result<Option<SaidStatus>, ConnectError> {
        let known = identities::of(&self.map, person);
        if known.is_empty() {
            return Ok(None);
        }
        // What it is known by is part of the number: a further identifier is another question.
        let mut seed: Vec<&[u8]> = vec![errand.request.as_bytes(), self.map.name.as_bytes(), b"erasure"];
        for identity in &known {
            seed.push(identity.kind.word().as_bytes());
            seed.push(identity.value.expose().as_bytes());
        }
        let number = request_number(&seed);
        let said = match self.processor.status(&number).await? {
            Some(said) => said,
            None => {
                let callback = errand.callback.as_deref();
                let asked = self.request(number.clone(), RequestType::Erasure, errand.begun_at, person, callback);
                self.processor.ask(&asked).await?;
                self.processor.status(&number).await?.ok_or_else(|| ConnectError::Failed {
                    why: "the organisation took the request and does not know it any more".to_owned(),
                })?
            }
        };
        match said.status {
            Status::Completed => Ok(Some(said)),
            Status::Cancelled => Err(ConnectError::Refused {
                why:
                    "the organisation cancelled the request, or refused it; ask it why, then have the step tried again"
                        .to_owned(),
            }),
            Status::Pending | Status::InProgress => {
                let answer = match said.expected_at {
                    Some(expected_at) => format!("`{}`, expected by {expected_at}", said.status.word()),
                    None => format!("`{}`", said.status.word()),
                };
                Err(ConnectError::Awaited { answer })
            }
        }
    }

    /// Asks for a copy under a number of its own, and looks whether it is ready.
    async fn copy(&self, person: &Person) -> Result<Option<SaidStatus>, ConnectError> {
        let mut chance = [0; 32];
        self.entropy.fill(&mut chance);
        let number = request_number(&[&chance]);
        let asked = self.request(number.clone(), RequestType::Access, self.processor.now(), person, None);
        self.processor.ask(&asked).await?;
        let mut said = None;
        for _ in 0..READ_LOOKS {
            said = self.processor.status(&number).await?;
            if said.as_ref().is_some_and(|said| matches!(said.status, Status::Completed | Status::Cancelled)) {
                break;
            }
            tokio::time::sleep(READ_PAUSE).await;
        }
        Ok(said)
    }

    fn row(&self, person: PersonIx, said: &SaidStatus) -> FoundRow {
        let value = |column: &str, value: Option<String>| RowValue {
            column: column.to_owned(),
            field: None,
            value,
            is_withheld: false,
            is_provided: false,
            is_too_long: false,
        };
        FoundRow {
            person,
            place: self.place(),
            key: vec![self.processor.domain().to_owned()],
            role: Role::Owner,
            values: vec![
                value("request_status", Some(said.status.word().to_owned())),
                value(RESULTS, said.results_url.clone()),
            ],
        }
    }
}

#[async_trait]
impl Connector for Organisation {
    /// An organisation says nothing of its tables.
    async fn catalogue(&self) -> Result<Catalogue, ConnectError> {
        self.processor.discover().await?;
        Ok(Catalogue::default())
    }

    async fn sample(&self, _: &str, _: &str, _: usize) -> Result<Vec<Secret<String>>, ConnectError> {
        Ok(Vec::new())
    }

    async fn identify(&self, _: &[Person]) -> Result<Vec<Found>, ConnectError> {
        Ok(Vec::new())
    }

    async fn preview(&self, task: &Task) -> Result<Vec<Preview>, ConnectError> {
        if let Some(would) = self.unasked(&task.act) {
            return Ok(vec![Preview { would, statements: Vec::new() }]);
        }
        let n_known = task.people.iter().filter(|person| !identities::of(&self.map, person).is_empty()).count();
        let n_rows = u64::try_from(n_known).unwrap_or(u64::MAX);
        let because = format!("asked at {}, which is believed by its signature", self.processor.domain());
        let would = PlaceReport { place: self.place(), did: Did::Deleted, n_rows, because: Some(because) };
        let statements = if n_known == 0 { Vec::new() } else { vec!["POST /requests (erasure)".to_owned()] };
        Ok(vec![Preview { would, statements }])
    }

    async fn read(&self, people: &[Person], rows: &mut dyn RowSink) -> Result<(), ConnectError> {
        for (at, person) in (0_u32..).zip(people) {
            if identities::of(&self.map, person).is_empty() {
                continue;
            }
            if let Some(said) = self.copy(person).await? {
                rows.take(self.row(PersonIx(at), &said)).await?;
            }
        }
        Ok(())
    }

    async fn carry_out(&self, task: &Task) -> Result<Report, ConnectError> {
        match self.unasked(&task.act) {
            Some(report) => Ok(Report::of_places(vec![report])),
            None => Err(ConnectError::Refused {
                why: "an organisation is asked request by request, and here is none".to_owned(),
            }),
        }
    }

    async fn carry_out_for(&self, errand: &Errand, task: &Task) -> Result<Report, ConnectError> {
        if let Some(report) = self.unasked(&task.act) {
            return Ok(Report::of_places(vec![report]));
        }
        let mut n_rows = 0;
        for person in &task.people {
            n_rows += u64::from(self.erase(errand, person).await?.is_some());
        }
        let because = if n_rows == 0 {
            "nothing is known that the organisation would know the person by; it was not asked".to_owned()
        } else {
            format!("the organisation says `completed`, signed by {}", self.processor.domain())
        };
        let done = PlaceReport { place: self.place(), did: Did::Deleted, n_rows, because: Some(because) };
        Ok(Report::of_places(vec![done]))
    }

    async fn heard(&self, heard: &Heard) -> Result<(), HeardError> {
        self.processor.verify(&heard.domain, &heard.body, &heard.signature).await.map_err(|error| match error {
            Unbelieved::Connect(_) => HeardError::Unreachable,
            Unbelieved::Stranger => HeardError::Stranger,
            Unbelieved::Forged => HeardError::Forged,
        })?;
        // Only now is anything of it parsed.
        Callback::read(&heard.body, &heard.url).map(drop).map_err(|_| HeardError::Forged)
    }

    /// Nobody searches at another organisation: its signed word is what there is.
    async fn search(&self, _: &[Person]) -> Result<Vec<Trace>, ConnectError> {
        Ok(Vec::new())
    }
}
