//! One person, put together from the cells or members of a row.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::fault::Fault;
use crate::mapping::Mapping;
use crate::target::{ConsentPart, Target};

/// A row as the API imports it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its number, counted from 1.
    pub number: u64,
    /// What the API takes for it.
    pub body: Value,
}

/// A person in the making.
#[derive(Debug, Default)]
pub(crate) struct Person {
    groups: BTreeMap<String, Map<String, Value>>,
    many: Vec<(String, Map<String, Value>)>,
    consents: BTreeMap<String, Map<String, Value>>,
    contract: Option<Value>,
}

impl Person {
    /// Takes what stands in one column. `Err` says why it is not taken.
    pub(crate) fn put(&mut self, target: &Target, value: Value) -> Result<(), (&'static str, &'static str)> {
        match target {
            Target::Field(group, field) => {
                let fields = self.groups.entry(group.clone()).or_default();
                if fields.insert(field.clone(), value).is_some() {
                    return Err(TWICE);
                }
            }
            Target::Consent(purpose, part) => {
                let Value::String(text) = value else {
                    return Err(("consent.malformed", "a part of a consent is a text"));
                };
                let known = ["given", "refused", "withdrawn", "confirmed"];
                if *part == ConsentPart::Act && !known.contains(&text.as_str()) {
                    return Err((
                        "consent.act_unknown",
                        "a consent is `given`, `refused`, `withdrawn` or `confirmed`; an empty cell is none",
                    ));
                }
                let parts = self.consents.entry(purpose.clone()).or_default();
                if parts.insert(part.name().to_owned(), text.into()).is_some() {
                    return Err(TWICE);
                }
            }
            Target::Contract => self.contract = contract(value)?,
        }
        Ok(())
    }

    /// Takes one record of a group that has many.
    pub(crate) fn put_record(&mut self, group: &str, fields: Map<String, Value>) {
        self.many.push((group.to_owned(), fields));
    }

    /// The body of the row, or why there is none.
    pub(crate) fn finish(self, number: u64, mapping: &Mapping) -> Result<Row, Fault> {
        let fault = |column, code, reason| Fault { row: number, column, code, reason };
        let records =
            self.groups.into_iter().chain(self.many).map(
                |(group, values)| json!({ "source": mapping.sources.of(&group), "group": group, "values": values }),
            );
        let records: Vec<Value> = records.collect();
        if records.is_empty() {
            return Err(fault(None, "row.empty", "the row holds no value of any field"));
        }
        let mut consents = Vec::new();
        for (purpose, mut parts) in self.consents {
            if !parts.contains_key("act") {
                let column = Target::Consent(purpose, ConsentPart::Act).name();
                return Err(fault(
                    Some(column),
                    "consent.act_missing",
                    "the row tells of a consent, but not what was said",
                ));
            }
            parts.insert("purpose".to_owned(), purpose.into());
            consents.push(Value::Object(parts));
        }
        let contract = self.contract.or_else(|| mapping.under_contract.then(|| json!({})));
        let body = json!({ "row": number, "records": records, "contract": contract, "consents": consents });
        Ok(Row { number, body })
    }
}

const TWICE: (&str, &str) = ("row.value_twice", "the row gives the same field twice");

/// Yes, no, or until when.
fn contract(value: Value) -> Result<Option<Value>, (&'static str, &'static str)> {
    let malformed = ("contract.malformed", "a contract is `yes`, `no`, or the instant at which it ends");
    match value {
        Value::Bool(true) => Ok(Some(json!({}))),
        Value::Bool(false) => Ok(None),
        Value::Object(members) if members.keys().all(|key| key == "until") => Ok(Some(Value::Object(members))),
        Value::String(text) => match text.as_str() {
            "yes" | "true" | "1" => Ok(Some(json!({}))),
            "no" | "false" | "0" => Ok(None),
            until if until.len() >= 20 && until.as_bytes()[0].is_ascii_digit() => Ok(Some(json!({ "until": until }))),
            _ => Err(malformed),
        },
        _ => Err(malformed),
    }
}
