//! The connector of one directory.

use std::sync::Arc;

use async_trait::async_trait;
use candor_connect::{ConnectError, Connector, RowSink};
use candor_places::{
    Act, Catalogue, Found, MappedOwner, Person, Preview, Report, SystemMap, TASK_PEOPLE_MAX, Task, Trace,
};
use candor_words::Secret;
use tokio::sync::OnceCell;

use crate::address::Address;
use crate::attributes::is_dn;
use crate::outcome::Trouble;
use crate::owned::Work;
use crate::places;
use crate::plan::Plan;
use crate::session::{Query, Session};
use crate::world::World;

/// A connector to the directory of a map. Connects when it is first asked, and anew for each thing that is asked.
///
/// # Errors
/// What the environment variable holds is no address of a directory, or one that would show data on the way.
pub fn ldap(map: Arc<SystemMap>, address: &Secret<String>) -> Result<Arc<dyn Connector>, ConnectError> {
    let malformed = |why| ConnectError::AddressMalformed { env: map.env.clone(), why };
    let address = Address::parse(address.expose()).map_err(malformed)?;
    candor_ldap_wire::check_address(&address.url, address.start_tls).map_err(|error| match error {
        candor_ldap_wire::WireError::Insecure => ConnectError::Insecure,
        _ => malformed("its host or port is malformed"),
    })?;
    Ok(Arc::new(Directory { map, address, world: OnceCell::new() }))
}

struct Directory {
    map: Arc<SystemMap>,
    address: Address,
    world: OnceCell<World>,
}

/// A session, and what is known of the directory.
struct Open<'a> {
    session: Session,
    world: &'a World,
    map: &'a SystemMap,
}

impl Open<'_> {
    const fn work(&self) -> Work<'_> {
        Work { session: &self.session, world: self.world, map: self.map }
    }
}

impl Directory {
    async fn open(&self) -> Result<Open<'_>, ConnectError> {
        let session = Session::open(&self.address, &self.map.env).await?;
        let world = self.world.get_or_try_init(|| World::ask(&session, &self.address)).await?;
        Ok(Open { session, world, map: &self.map })
    }

    /// Opens for something about people: the map fits, and the account sees what it has to.
    async fn open_for(&self, people: &[Person]) -> Result<Open<'_>, ConnectError> {
        if people.len() > TASK_PEOPLE_MAX {
            return Err(ConnectError::Refused { why: format!("a task is of at most {TASK_PEOPLE_MAX} people") });
        }
        let open = self.open().await?;
        places::check(&self.map, &open.world.schema)?;
        open.work().check_sight().await?;
        Ok(open)
    }
}

impl Work<'_> {
    /// A directory hides what an account may not see, as though it were not there. What can be told apart, is refused.
    async fn check_sight(&self) -> Result<(), ConnectError> {
        let base = &self.world.base;
        let missing = |what: &str| ConnectError::PrivilegeMissing { what: what.to_owned() };
        let read = |error: Trouble| error.about("read on the base");
        let top = self.session.entry(Query::of(base, &["objectClass", "hasSubordinates"])).await.map_err(read)?;
        let top = top.ok_or_else(|| missing("read on the base"))?;
        if top.has("hasSubordinates", "TRUE") {
            let mut query = Query::below(base, "(objectClass=*)", &["1.1"]);
            query.scope = ldap3::Scope::OneLevel;
            if self.session.first(query).await.map_err(read)?.is_empty() {
                return Err(missing("search and read on the entries below the base"));
            }
        }
        for place in &self.map.places {
            for (owner, _) in crate::owned::owners(place) {
                let MappedOwner::Subject { column, .. } = owner else { continue };
                if is_dn(column) || self.world.is_active {
                    continue;
                }
                // What hides an attribute makes a filter over it neither true nor false: entries are asked for without one.
                let all = places::filter(place, &self.world.schema, "");
                let search = |error: Trouble| error.about(&format!("search on {}.{column}", place.name));
                let some = self.session.first(Query::below(base, all, &[column])).await.map_err(search)?;
                let Some(entry) = some.iter().find(|entry| entry.values(column).next().is_none()) else { continue };
                if !self.session.may_compare(&entry.dn, column).await? {
                    return Err(missing(&format!("search and read on {}.{column}", place.name)));
                }
            }
        }
        Ok(())
    }

    async fn plan(&self, task: &Task) -> Result<Plan, ConnectError> {
        match &task.act {
            Act::Erase => self.plan_erasure(&task.people).await,
            Act::Rectify(corrections) => self.plan_rectification(&task.people, corrections).await,
            Act::Restrict | Act::LiftRestriction | Act::Stop(_) | Act::Allow(_) => match task.act.mark() {
                Some((of, turn)) => self.plan_mark(&task.people, &of, turn).await,
                None => Ok(Plan::default()),
            },
        }
    }
}

#[async_trait]
impl Connector for Directory {
    async fn catalogue(&self) -> Result<Catalogue, ConnectError> {
        // Anew each time: it is asked for when the directory may have changed.
        let session = Session::open(&self.address, &self.map.env).await?;
        let world = World::ask(&session, &self.address).await?;
        Work { session: &session, world: &world, map: &self.map }.catalogue().await
    }

    async fn sample(&self, table: &str, column: &str, limit: usize) -> Result<Vec<Secret<String>>, ConnectError> {
        self.open().await?.work().sample(table, column, limit).await
    }

    async fn identify(&self, people: &[Person]) -> Result<Vec<Found>, ConnectError> {
        self.open_for(people).await?.work().identify(people).await
    }

    async fn preview(&self, task: &Task) -> Result<Vec<Preview>, ConnectError> {
        Ok(self.open_for(&task.people).await?.work().plan(task).await?.preview())
    }

    async fn read(&self, people: &[Person], rows: &mut dyn RowSink) -> Result<(), ConnectError> {
        self.open_for(people).await?.work().read(people, rows).await
    }

    async fn carry_out(&self, task: &Task) -> Result<Report, ConnectError> {
        let open = self.open_for(&task.people).await?;
        let plan = open.work().plan(task).await?;
        open.work().carry(plan).await
    }

    async fn search(&self, people: &[Person]) -> Result<Vec<Trace>, ConnectError> {
        self.open_for(people).await?.work().search(people).await
    }
}
