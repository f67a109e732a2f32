//! The questions asked of regorus: the policy as data, the rules compiled for its register machine,
//! the machine kept warm and every input built beforehand.

use regorus::Value;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use serde_json::json;

use crate::world::{Basis, Question, World};

const ENTRY: &str = "data.decide.allow";

const RULES: &str = r#"
package decide

import rego.v1

default allow := false

allow if {
    purpose := data.purposes[input.purpose]
    purpose.uses[input.field]
    has_basis(purpose.basis)
    not is_stopped
}

has_basis("consent") if input.subject.consents[input.purpose]

has_basis("contract") if input.subject.contract

has_basis("legal_obligation") := true

has_basis("legitimate_interest") if not input.subject.objections[input.purpose]

is_stopped if {
    input.subject.restricted
    not data.purposes[input.purpose].survives_restriction
}
"#;

pub struct Engine {
    machine: RegoVM,
    inputs: Vec<Value>,
}

impl Engine {
    pub fn new(world: &World) -> Self {
        let mut engine = regorus::Engine::new();
        engine.add_policy("decide.rego".to_owned(), RULES.to_owned()).expect("rules are well formed");
        let data = value(&policy(world));
        engine.add_data(data.clone()).expect("data is an object");
        let policy = engine.compile_with_entrypoint(&ENTRY.into()).expect("rules compile");
        let program = Compiler::compile_from_policy(&policy, &[ENTRY]).expect("rules compile to a program");
        let mut machine = RegoVM::new();
        machine.load_program(program);
        machine.set_data(data).expect("data does not clash with rules");
        let inputs = world.questions.iter().map(|question| value(&input(world, question))).collect();
        Self { machine, inputs }
    }

    pub fn answer(&mut self, at: usize) -> bool {
        self.machine.set_input(self.inputs[at].clone());
        self.machine.execute().is_ok_and(|value| value == Value::Bool(true))
    }
}

fn policy(world: &World) -> serde_json::Value {
    let purposes = world.purposes.iter().map(|purpose| {
        let basis = match purpose.basis {
            Basis::Consent => "consent",
            Basis::Contract => "contract",
            Basis::LegalObligation => "legal_obligation",
            Basis::LegitimateInterest => "legitimate_interest",
        };
        let uses = set(purpose.uses.iter().map(|field| world.fields[*field].as_str()));
        let survives = purpose.survives_restriction();
        (purpose.name.clone(), json!({ "basis": basis, "uses": uses, "survives_restriction": survives }))
    });
    json!({ "purposes": purposes.collect::<serde_json::Map<_, _>>() })
}

fn input(world: &World, question: &Question) -> serde_json::Value {
    let subject = &world.subjects[question.subject];
    let names = |of: &[usize]| set(of.iter().map(|at| world.purposes[*at].name.as_str()));
    json!({
        "purpose": world.purposes[question.purpose].name,
        "field": world.fields[question.field],
        "subject": {
            "consents": names(&subject.consents),
            "objections": names(&subject.objections),
            "contract": subject.has_contract,
            "restricted": subject.is_restricted,
        },
    })
}

fn set<'a>(names: impl Iterator<Item = &'a str>) -> serde_json::Value {
    names.map(|name| (name.to_owned(), json!(true))).collect::<serde_json::Map<_, _>>().into()
}

fn value(json: &serde_json::Value) -> Value {
    Value::from_json_str(&json.to_string()).expect("what was written reads back")
}
