//! Where parts of the screen lead, for terminals that follow links (OSC 8).

use crate::detect::RuleId;

/// What leads anywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// The runbook of a rule, with `{rule}` where its name goes.
    pub runbook: Option<String>,
    /// The recording that is written or shown, as a `file:` URL.
    pub recording: Option<String>,
    /// The rule that the verdict speaks of.
    pub leading: Option<RuleId>,
}

impl Links {
    /// Where an alert of this rule leads.
    #[must_use]
    pub fn of_rule(&self, rule: RuleId) -> Option<String> {
        self.runbook.as_ref().map(|url| url.replace("{rule}", rule.name()))
    }

    /// Where the verdict leads.
    #[must_use]
    pub fn of_verdict(&self) -> Option<String> {
        self.leading.and_then(|rule| self.of_rule(rule))
    }
}
