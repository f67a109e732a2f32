//! The questions asked of cedar-policy: a purpose is an action, a field stands in the purposes that
//! use it, what a person said is on the principal.

use std::fmt::Write;

use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};
use serde_json::{Value, json};

use crate::world::{Basis, Purpose, Question, Subject, World};

pub struct Engine {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    requests: Vec<Request>,
}

impl Engine {
    pub fn new(world: &World) -> Self {
        let entities = Entities::from_json_value(entities(world), None).expect("entities are well formed");
        Self {
            authorizer: Authorizer::new(),
            policies: policies(world).parse().expect("policies are well formed"),
            entities,
            requests: world.questions.iter().map(|question| request(world, question)).collect(),
        }
    }

    pub fn answer(&self, at: usize) -> bool {
        let response = self.authorizer.is_authorized(&self.requests[at], &self.policies, &self.entities);
        response.decision() == Decision::Allow
    }
}

fn policies(world: &World) -> String {
    let mut text = String::from(
        "forbid (principal, action, resource) when { principal.restricted } \
         unless { action in Action::\"survives_restriction\" };\n",
    );
    for purpose in &world.purposes {
        let name = &purpose.name;
        let condition = match purpose.basis {
            Basis::Consent => format!("when {{ principal.consents.contains(\"{name}\") }}"),
            Basis::Contract => "when { principal.contract }".to_owned(),
            Basis::LegalObligation => String::new(),
            Basis::LegitimateInterest => format!("unless {{ principal.objections.contains(\"{name}\") }}"),
        };
        let head = format!("principal, action == Action::\"{name}\", resource in UsedBy::\"{name}\"");
        writeln!(text, "permit ({head}) {condition};").expect("writing to a string");
    }
    text
}

fn entities(world: &World) -> Value {
    let fields = world.fields.iter().enumerate().map(|(at, name)| {
        let users = world.purposes.iter().filter(|purpose| purpose.uses.contains(&at));
        let parents: Vec<Value> = users.map(|purpose| uid("UsedBy", &purpose.name)).collect();
        json!({ "uid": uid("Field", name), "attrs": {}, "parents": parents })
    });
    let subjects = world.subjects.iter().map(|subject| entity_of(world, subject));
    let actions = world.purposes.iter().map(action);
    fields.chain(subjects).chain(actions).collect()
}

fn entity_of(world: &World, subject: &Subject) -> Value {
    let names = |of: &[usize]| -> Vec<&str> { of.iter().map(|at| world.purposes[*at].name.as_str()).collect() };
    let attrs = json!({
        "consents": names(&subject.consents),
        "objections": names(&subject.objections),
        "contract": subject.has_contract,
        "restricted": subject.is_restricted,
    });
    json!({ "uid": uid("Subject", &subject.name), "attrs": attrs, "parents": [] })
}

fn action(purpose: &Purpose) -> Value {
    let survives = purpose.survives_restriction().then(|| uid("Action", "survives_restriction"));
    let parents: Vec<Value> = survives.into_iter().collect();
    json!({ "uid": uid("Action", &purpose.name), "attrs": {}, "parents": parents })
}

fn uid(kind: &str, name: &str) -> Value {
    json!({ "type": kind, "id": name })
}

fn request(world: &World, question: &Question) -> Request {
    let uid = |kind: &str, name: &str| -> EntityUid { format!("{kind}::\"{name}\"").parse().expect("names are plain") };
    Request::new(
        uid("Subject", &world.subjects[question.subject].name),
        uid("Action", &world.purposes[question.purpose].name),
        uid("Field", &world.fields[question.field]),
        Context::empty(),
        None,
    )
    .expect("without a schema every request is well formed")
}
