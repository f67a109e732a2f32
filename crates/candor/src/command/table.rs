//! `candor table`: purpose × recipient × field, allowed or denied, with the ground or the reason.

use std::path::PathBuf;

use candor_decision::{Plan, Row};
use comfy_table::{Table as Grid, presets};
use serde::Serialize;

use crate::policy_text;
use crate::trouble::{Outcome, Trouble};

/// Print what the policy allows: purpose, recipient, field, ground, and what may still refuse it.
///
/// Each line is decided by the same code that decides in the server, for a person who agreed to
/// everything; `unless` names what that person may do to stop it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Table {
    /// A `.candor` file or a folder of them.
    #[arg(value_name = "POLICY")]
    policy: PathBuf,
    /// Show what is denied too.
    #[arg(long)]
    all: bool,
    /// Only this purpose.
    #[arg(long)]
    purpose: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// One line, in names.
#[derive(Debug, Serialize)]
struct Line<'a> {
    purpose: &'a str,
    /// Absent when the controller itself uses the field.
    recipient: Option<&'a str>,
    field: &'a str,
    allowed: bool,
    /// The ground when allowed, the reason when not.
    because: &'static str,
    unless: Vec<&'static str>,
}

impl Table {
    pub fn run(self) -> Result<Outcome, Trouble> {
        let plan = policy_text::compile(&self.policy)?;
        if let Some(purpose) = self.purpose.as_deref().filter(|purpose| plan.purpose(purpose).is_none()) {
            return Err(Trouble::bad_input("print the table", format!("the policy declares no purpose `{purpose}`"))
                .next("`candor table` without `--purpose` shows all of them"));
        }
        let rows: Vec<Row> = plan.table().collect();
        let lines: Vec<Line<'_>> = rows
            .iter()
            .map(|row| line(&plan, row))
            .filter(|line| self.all || line.allowed)
            .filter(|line| self.purpose.as_deref().is_none_or(|purpose| purpose == line.purpose))
            .collect();
        if self.json {
            println!("{}", serde_json::to_string_pretty(&lines).unwrap_or_default());
        } else {
            println!("{}", grid(&lines));
        }
        Ok(Outcome::Fine)
    }
}

fn line<'a>(plan: &'a Plan, row: &Row) -> Line<'a> {
    Line {
        purpose: plan.purpose_name(row.purpose),
        recipient: row.recipient.map(|recipient| plan.recipient_name(recipient)),
        field: plan.field_name(row.field),
        allowed: row.outcome.is_ok(),
        because: row.outcome.map_or_else(|reason| reason.code(), |ground| ground.code()),
        unless: row.unless().map(|reason| reason.code()).collect(),
    }
}

fn grid(lines: &[Line<'_>]) -> String {
    let mut grid = Grid::new();
    grid.load_style(presets::NOTHING);
    grid.set_header(["purpose", "recipient", "field", "", "because", "unless"]);
    for line in lines {
        let verdict = if line.allowed { "allowed" } else { "denied" };
        let recipient = line.recipient.unwrap_or("—");
        grid.add_row([line.purpose, recipient, line.field, verdict, line.because, &line.unless.join(", ")]);
    }
    let drawn = grid.to_string();
    let lines: Vec<&str> = drawn.lines().map(str::trim_end).collect();
    lines.join("\n")
}
