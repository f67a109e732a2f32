//! `candor explain`: may this purpose use this field, and why.

use std::path::PathBuf;

use candor_decision::{
    AgeState, ContractState, Decision, FieldSet, Ground, Instructions, Plan, PurposeSet, Question, QuestionByName,
    Reason, Restriction, Standing, View, decide, resolve,
};
use candor_words::{Clock, Instant, SubjectId, SystemClock, TenantId};
use serde::Serialize;

use crate::policy_text;
use crate::terminal;
use crate::trouble::{Outcome, Trouble};

/// Say whether a purpose may use a field, and why; exits with 1 when it may not.
///
/// The question is asked for a person who has a contract and has said nothing else; the flags make
/// the person consent, object and so on. The server decides by the same code.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Explain {
    /// A `.candor` file or a folder of them.
    #[arg(value_name = "POLICY")]
    policy: PathBuf,
    /// What for.
    #[arg(long)]
    purpose: String,
    /// Which field, as `group.field`.
    #[arg(long)]
    field: String,
    /// Who would receive it; without, the controller itself uses it.
    #[arg(long)]
    recipient: Option<String>,
    /// The person consented to the purpose.
    #[arg(long)]
    consented: bool,
    /// The person objected to the purpose.
    #[arg(long)]
    objected: bool,
    /// The person instructed the recipient.
    #[arg(long)]
    instructed: bool,
    /// The person's data is restricted.
    #[arg(long)]
    restricted: bool,
    /// There is no contract with the person.
    #[arg(long)]
    no_contract: bool,
    /// The person's browser sends Global Privacy Control.
    #[arg(long)]
    gpc: bool,
    /// Two people approved the disclosure.
    #[arg(long)]
    approved: bool,
    /// Ask for the view without identifiers.
    #[arg(long)]
    de_identified: bool,
    /// At which instant; now when not given.
    #[arg(long)]
    at: Option<Instant>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// The answer for machines.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    purpose: &'a str,
    field: &'a str,
    recipient: Option<&'a str>,
    allowed: bool,
    code: &'static str,
    because: &'static str,
    help: Option<&'static str>,
}

impl Explain {
    pub fn run(self) -> Result<Outcome, Trouble> {
        let plan = policy_text::compile(&self.policy)?;
        let outcome = self.decide(&plan);
        if self.json {
            println!("{}", serde_json::to_string_pretty(&self.answer(outcome)).unwrap_or_default());
        } else {
            println!("{}", self.sentence(outcome));
        }
        Ok(if outcome.is_ok() { Outcome::Fine } else { Outcome::Denied })
    }

    fn decide(&self, plan: &Plan) -> Result<Ground, Reason> {
        let fields = [self.field.as_str()];
        let asked = QuestionByName {
            tenant: TenantId::from_bytes([0; 16]),
            subject: SubjectId::from_bytes([0; 16]),
            purpose: &self.purpose,
            recipient: self.recipient.as_deref(),
            fields: &fields,
            channel: None,
            view: if self.de_identified { View::DeIdentified } else { View::Identified },
            gpc: self.gpc,
            approved: self.approved,
            at: self.at.unwrap_or_else(|| SystemClock.now()),
        };
        let resolved = resolve(plan, &asked).map_err(|unresolved| unresolved.reason)?;
        if !resolved.undeclared.is_empty() {
            return Err(Reason::FieldUndeclared);
        }
        let standing = self.standing(&resolved.question);
        outcome(plan, &decide(plan, &standing, &resolved.question))
    }

    fn standing(&self, question: &Question) -> Standing {
        let purpose = |is_set: bool| if is_set { PurposeSet::of(question.purpose) } else { PurposeSet::EMPTY };
        let pair = question.recipient.filter(|_| self.instructed).map(|recipient| (question.purpose, recipient));
        Standing {
            consents: purpose(self.consented),
            objections: purpose(self.objected),
            instructions: pair.into_iter().collect::<Instructions>(),
            contract: if self.no_contract { ContractState::None } else { ContractState::ActiveUntil(None) },
            restriction: self.restricted.then(Box::<Restriction>::default),
            age: AgeState::AtLeast,
            ..Standing::default()
        }
    }

    fn answer(&self, outcome: Result<Ground, Reason>) -> Answer<'_> {
        let (code, because, help) = match outcome {
            Ok(ground) => (ground.code(), ground.message(), None),
            Err(reason) => (reason.code(), reason.message(), Some(reason.help())),
        };
        Answer {
            purpose: &self.purpose,
            field: &self.field,
            recipient: self.recipient.as_deref(),
            allowed: outcome.is_ok(),
            code,
            because,
            help,
        }
    }

    fn sentence(&self, outcome: Result<Ground, Reason>) -> String {
        let style = terminal::of_stdout();
        let to = self.recipient.as_ref().map(|name| format!(" for `{name}`")).unwrap_or_default();
        let what = format!("`{}` may{{}} use `{}`{to}", self.purpose, self.field);
        match outcome {
            Ok(ground) => {
                format!(
                    "{}: {}, because {} ({})",
                    style.green("allowed"),
                    what.replace("{}", ""),
                    ground.message(),
                    ground.code()
                )
            }
            Err(reason) => format!(
                "{}: {}, because {} ({})\n{}: {}",
                style.red("denied"),
                what.replace("{}", " not"),
                reason.message(),
                reason.code(),
                style.bold("help"),
                reason.help()
            ),
        }
    }
}

/// One field was asked for, so one outcome comes back.
fn outcome(plan: &Plan, decision: &Decision) -> Result<Ground, Reason> {
    debug_assert_ne!(decision.question().fields, FieldSet::EMPTY);
    decision.explain(plan).first().map_or(Err(Reason::QuestionEmpty), |(_, outcome)| *outcome)
}
