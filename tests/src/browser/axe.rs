//! What axe finds on a page: breaches of WCAG 2.2 A and AA, and of good practice.

use std::fmt;

use serde_json::Value;

/// A rule that a page breaks.
#[derive(Debug)]
pub struct Violation {
    /// The rule's name, such as `color-contrast`.
    pub rule: String,
    /// How bad it is for people.
    pub impact: String,
    /// What the rule asks.
    pub help: String,
    /// Where; the first 20.
    pub culprits: Vec<Culprit>,
}

/// An element that breaks a rule.
#[derive(Debug)]
pub struct Culprit {
    /// Its selector.
    pub target: String,
    /// Its beginning.
    pub html: String,
    /// What would mend it.
    pub why: String,
}

impl Violation {
    pub(super) fn all_of(found: &Value) -> Vec<Self> {
        found.as_array().expect("a list").iter().map(Self::of).collect()
    }

    fn of(found: &Value) -> Self {
        let nodes = found["nodes"].as_array().expect("a list");
        let culprit = |node| Culprit { target: text(node, "target"), html: text(node, "html"), why: text(node, "why") };
        Self {
            rule: text(found, "id"),
            impact: text(found, "impact"),
            help: text(found, "help"),
            culprits: nodes.iter().map(culprit).collect(),
        }
    }
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} ({}): {}", self.rule, self.impact, self.help)?;
        self.culprits.iter().try_for_each(|at| writeln!(out, "  {}: {}\n  {}", at.target, at.html, at.why))
    }
}
