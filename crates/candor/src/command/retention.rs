//! `candor retention`: keep rules carried out now, or what carrying them out would do.

use std::time::Duration;

use candor_rights::Rights;
use comfy_table::{Table as Grid, presets};
use indicatif::{ProgressBar, ProgressDrawTarget};
use serde_json::Value;

use crate::config::{Config, ListenArgs, PlaceArgs};
use crate::remote::{Asked, KeyArgs};
use crate::server::{self, Opened, runtime};
use crate::systems::rights;
use crate::terminal;
use crate::trouble::{Outcome, Trouble};

/// How long a call may take: a run of 26 000 subjects, or a look at 100 000.
const WAIT: Duration = Duration::from_secs(600);

/// Carry out the keep rules that have ended, or say with `--dry-run` what would go and why.
///
/// A server does so by itself, a few seconds after something is due, and every six hours in each connected system. This command works on a data directory that no
/// server holds open, or asks a running server with an administrator's key.
#[derive(Debug, clap::Args)]
#[command(after_long_help = crate::trouble::EXIT_CODES)]
pub struct Retention {
    /// Change nothing: print what would go and by which rule, what is held back, and when the next is due.
    #[arg(long)]
    dry_run: bool,
    /// One tenant, by its name in addresses; all of the data directory's when not given.
    #[arg(long, value_name = "SLUG", conflicts_with = "server")]
    tenant: Option<String>,
    /// Ask the server at this address instead of opening a data directory.
    #[arg(long, env = "CANDOR_SERVER", value_name = "URL")]
    server: Option<String>,
    #[command(flatten)]
    key: KeyArgs,
    /// Print JSON, a line for each tenant.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

impl Retention {
    pub fn run(self) -> Result<Outcome, Trouble> {
        match &self.server {
            Some(server) => self.over_http(server)?,
            None => {
                let config = Config::new(self.place.clone(), ListenArgs::default())?;
                runtime()?.block_on(self.here(&config))?;
            }
        }
        Ok(Outcome::Fine)
    }

    async fn here(&self, config: &Config) -> Result<(), Trouble> {
        if !config.data_dir.is_dir() {
            let attempted = format!("open the store in `{}`", config.data_dir.display());
            return Err(Trouble::bad_input(attempted, "there is no such directory")
                .next("name the data directory with `--data-dir`, or a server with `--server`"));
        }
        let opened = server::open(config).await.map_err(|trouble| {
            trouble.next("while a server holds the data, ask it: `--server http://127.0.0.1:8700`")
        })?;
        let done = self.of_tenants(&opened, &rights(&opened.vault, config.systems.clone())).await;
        opened.close().await;
        done
    }

    async fn of_tenants(&self, opened: &Opened, rights: &Rights) -> Result<(), Trouble> {
        let failed = |error: candor_vault::VaultError| Trouble::failed("carry out the keep rules", error);
        let (mut after, mut n_tenants) = (None, 0);
        loop {
            let page = opened.vault.tenants(after, candor_vault::PAGE_MAX).await.map_err(failed)?;
            for tenant in page.rows {
                if self.tenant.as_ref().is_some_and(|wanted| *wanted != tenant.slug) {
                    continue;
                }
                n_tenants += 1;
                if self.dry_run {
                    let preview = opened.vault.preview_retention_of(tenant.id).await.map_err(failed)?;
                    let office = opened.vault.office(tenant.id);
                    let systems = rights.preview_retention(&office).await.map_err(failed)?;
                    self.print(&tenant.slug, &as_json(&preview), &as_json(&systems));
                    continue;
                }
                let bar = bar(opened.vault.n_due(tenant.id).await.map_err(failed)?);
                let mut sum = Value::Null;
                loop {
                    let run = opened.vault.run_retention_of(tenant.id, None).await.map_err(failed)?;
                    if is_last(&mut sum, &as_json(&run), &bar) {
                        break;
                    }
                }
                bar.finish_and_clear();
                let systems = rights.run_retention(&opened.vault.office(tenant.id)).await.map_err(failed)?;
                self.print(&tenant.slug, &sum, &as_json(&systems));
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        match &self.tenant {
            Some(slug) if n_tenants == 0 => {
                Err(Trouble::bad_input(format!("find the tenant `{slug}`"), "the data directory holds no such tenant"))
            }
            _ => Ok(()),
        }
    }

    fn over_http(&self, server: &str) -> Result<(), Trouble> {
        let asked = Asked::new(server, self.key.key()?, WAIT)?;
        if self.dry_run {
            let systems = asked.get("/v1/retention/systems")?;
            self.print(server, &asked.get("/v1/retention/preview")?, &systems);
            return Ok(());
        }
        let preview = asked.get("/v1/retention/preview")?;
        let bar = bar(preview["n_subjects"].as_u64().unwrap_or(0));
        let mut sum = Value::Null;
        while !is_last(&mut sum, &asked.post("/v1/retention/run", None)?, &bar) {}
        bar.finish_and_clear();
        self.print(server, &sum, &asked.post("/v1/retention/systems/run", None)?);
        Ok(())
    }

    fn print(&self, whose: &str, told: &Value, systems: &Value) {
        let systems = &systems["systems"];
        if self.json {
            println!("{}", serde_json::json!({ "tenant": whose, "retention": told, "systems": systems }));
            return;
        }
        if self.dry_run {
            print!("{}", preview_text(whose, told));
        } else {
            print!("{}", run_text(whose, told));
        }
        print!("{}", systems_text(systems));
    }
}

fn as_json(told: &impl serde::Serialize) -> Value {
    serde_json::to_value(told).unwrap_or_default()
}

fn bar(n_due: u64) -> ProgressBar {
    let bar = ProgressBar::new(n_due);
    if !terminal::of_stderr().is_on() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    bar
}

/// Adds what a run did to the sum; true when nothing is left, or nothing moves any more.
fn is_last(sum: &mut Value, run: &Value, bar: &ProgressBar) -> bool {
    let n_subjects = run["n_subjects"].as_u64().unwrap_or(0);
    bar.inc(n_subjects);
    match sum.as_object_mut() {
        None => *sum = run.clone(),
        Some(sums) => {
            for (name, value) in run.as_object().into_iter().flatten() {
                let total = match (sums.get(name).and_then(Value::as_u64), value.as_u64()) {
                    (Some(before), Some(now)) if name != "n_left" => Value::from(before + now),
                    _ => value.clone(),
                };
                sums.insert(name.clone(), total);
            }
        }
    }
    run["n_left"].as_u64().unwrap_or(0) == 0 || n_subjects == 0
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| if value.is_null() { "–".to_owned() } else { value.to_string() }, str::to_owned)
}

fn examples(told: &Value) -> String {
    let ids: Vec<String> = told["examples"].as_array().into_iter().flatten().map(text).collect();
    ids.join("\n")
}

fn preview_text(whose: &str, told: &Value) -> String {
    let style = terminal::of_stdout();
    let mut out = format!("{}: as of {}\n", style.bold(whose), text(&told["at"]));
    let outcomes = told["outcomes"].as_array().map(Vec::as_slice).unwrap_or_default();
    if outcomes.is_empty() {
        out.push_str("  nothing would go\n");
    } else {
        let mut grid = Grid::new();
        grid.load_style(presets::NOTHING);
        grid.set_header(["what would happen", "by the rule", "subjects", "records", "values", "such as"]);
        for outcome in outcomes {
            let count = |name: &str| text(&outcome[name]);
            grid.add_row([
                count("outcome"),
                count("text"),
                count("n_subjects"),
                count("n_records"),
                count("n_values"),
                examples(outcome),
            ]);
        }
        out.push_str(&format!("{grid}\n"));
        out.push_str(&format!("  erased whole, nothing of them being left: {} subjects\n", text(&told["n_erased"])));
    }
    for held in told["held_back"].as_array().into_iter().flatten() {
        let ids = examples(held).replace('\n', ", ");
        out.push_str(&format!(
            "  {}: {} subjects, ground `{}` ({ids})\n",
            style.yellow("held back"),
            text(&held["n_subjects"]),
            text(&held["ground"]),
        ));
    }
    if told["truncated"] == true {
        out.push_str("  more is due than was looked at; the counts are of the first 100000 subjects\n");
    }
    out.push_str(&format!("  next due: {}\n", text(&told["next_due_at"])));
    out
}

/// System by system: what goes, or went, what stays and why, and what it cannot do.
fn systems_text(systems: &Value) -> String {
    let style = terminal::of_stdout();
    let mut out = String::new();
    for system in systems.as_array().into_iter().flatten() {
        out.push_str(&format!(
            "{} ({}): {}\n",
            style.bold(&text(&system["system"])),
            text(&system["kind"]),
            text(&system["state"])
        ));
        if let Some(trouble) = system["trouble"]["text"].as_str() {
            out.push_str(&format!("  {}: {trouble}\n", style.yellow("trouble")));
        }
        for place in system["places"].as_array().into_iter().flatten() {
            let mut line = format!("  {} {}", text(&place["place"]), text(&place["did"]));
            if place["did"] != "cannot_hold" {
                line.push_str(&format!(": {} rows", text(&place["n_rows"])));
            }
            let fields: Vec<String> = place["fields"].as_array().into_iter().flatten().map(text).collect();
            if !fields.is_empty() {
                line.push_str(&format!(" ({})", fields.join(", ")));
            }
            if let Some(because) = place["because"].as_str() {
                line.push_str(&format!(": {because}"));
            }
            out.push_str(&line);
            out.push('\n');
            for statement in place["statements"].as_array().into_iter().flatten() {
                out.push_str(&format!("    {}\n", text(statement)));
            }
        }
    }
    out
}

fn run_text(whose: &str, told: &Value) -> String {
    let style = terminal::of_stdout();
    let count = |name: &str| text(&told[name]);
    format!(
        "{}: {} subjects looked at; values erased {}, made anonymous {}, quarantined {}, set aside {}, found again {}\n  \
         keys destroyed {}, subjects erased whole {}, held back {}, left {}\n",
        style.bold(whose),
        count("n_subjects"),
        count("n_values_erased"),
        count("n_values_anonymised"),
        count("n_values_quarantined"),
        count("n_values_set_aside"),
        count("n_values_found_again"),
        count("n_keys_destroyed"),
        count("n_erased"),
        count("n_held"),
        count("n_left"),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn runs_add_up_until_nothing_is_left() {
        let bar = ProgressBar::hidden();
        let mut sum = Value::Null;
        assert!(!is_last(&mut sum, &json!({ "at": "1", "n_subjects": 5, "n_erased": 2, "n_left": 3 }), &bar));
        assert!(is_last(&mut sum, &json!({ "at": "2", "n_subjects": 3, "n_erased": 1, "n_left": 0 }), &bar));
        assert_eq!(sum, json!({ "at": "2", "n_subjects": 8, "n_erased": 3, "n_left": 0 }));
        assert!(is_last(&mut sum, &json!({ "n_subjects": 0, "n_left": 9 }), &bar), "nothing moves");
    }

    #[test]
    fn what_stays_in_a_system_is_told_with_its_reason() {
        let told = json!([{ "system": "shop", "kind": "postgres", "state": "previewed", "trouble": null, "places": [
            { "place": "visits", "did": "deleted", "n_rows": 3, "fields": ["visit.at"], "statements": ["DELETE FROM visits"] },
            { "place": "users", "did": "held", "n_rows": 1, "because": "case 17" },
            { "place": "notes", "did": "cannot_hold", "n_rows": 0, "because": "add `created at COLUMN`" },
        ] }, { "system": "crm", "kind": "http", "state": "failed", "trouble": { "text": "nobody answers" }, "places": [] }]);
        let text = systems_text(&told);
        for part in [
            "visits deleted: 3 rows (visit.at)",
            "    DELETE FROM visits",
            "users held: 1 rows: case 17",
            "notes cannot_hold: add `created at COLUMN`",
            "failed",
            "nobody answers",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn a_preview_reads_well() {
        let told = json!({
            "at": "2026-06-01T00:00:00.000Z", "n_subjects": 2, "n_erased": 1, "next_due_at": null, "truncated": false,
            "outcomes": [{ "outcome": "erased", "text": "keep ticket until closed, then erase", "n_subjects": 1,
                "n_records": 2, "n_values": 3, "examples": ["sub_1"] }],
            "held_back": [{ "ground": "case 17", "n_subjects": 1, "examples": ["sub_2"] }],
        });
        let text = preview_text("sketch", &told);
        for part in ["keep ticket until closed, then erase", "sub_1", "ground `case 17` (sub_2)", "next due: –"] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
