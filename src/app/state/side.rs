//! Which panels stand beside the charts, and in which order.

use super::super::frame::Panel;

/// All that can stand there, by their keys, in the order of the start.
const ALL: [(Panel, &str); 11] = [
    (Panel::Codes, "codes"),
    (Panel::Probes, "probes"),
    (Panel::States, "states"),
    (Panel::Queues, "queues"),
    (Panel::Clients, "clients"),
    (Panel::Addresses, "addresses"),
    (Panel::Workers, "workers"),
    (Panel::Ages, "ages"),
    (Panel::Host, "host"),
    (Panel::Next, "next"),
    (Panel::Events, "events"),
];

/// The panels that are shown, from above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SidePanels(Vec<Panel>);

impl Default for SidePanels {
    fn default() -> Self {
        Self(ALL.map(|(panel, _)| panel).to_vec())
    }
}

impl SidePanels {
    /// From above.
    #[must_use]
    pub fn shown(&self) -> &[Panel] {
        &self.0
    }

    /// Hides it; one that is hidden comes back as the last.
    pub(super) fn toggle(&mut self, panel: Panel) {
        match self.0.iter().position(|shown| *shown == panel) {
            Some(at) => {
                self.0.remove(at);
            }
            None => self.0.push(panel),
        }
    }

    /// As it is kept between two runs: `codes states events`.
    #[must_use]
    pub fn write(&self) -> String {
        let name = |panel: &Panel| ALL.iter().find(|(p, _)| p == panel).map(|(_, name)| *name);
        self.0.iter().filter_map(name).collect::<Vec<_>>().join(" ")
    }

    /// What was kept. Names that nobody knows any more are left out, a second one of a
    /// kind too.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut panels = Vec::new();
        for word in text.split_whitespace().take(2 * ALL.len()) {
            let known = ALL.iter().find(|(_, name)| *name == word).map(|(panel, _)| *panel);
            panels.extend(known.filter(|panel| !panels.contains(panel)));
        }
        Self(panels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panel_is_hidden_comes_back_last_and_is_kept() {
        let mut side = SidePanels::default();
        side.toggle(Panel::States);
        assert!(!side.shown().contains(&Panel::States));
        side.toggle(Panel::States);
        assert_eq!(side.shown().last(), Some(&Panel::States));
        assert_eq!(SidePanels::read(&side.write()), side);
        let hostile = "events \u{1b}[2J events nobody codes";
        assert_eq!(SidePanels::read(hostile).shown(), [Panel::Events, Panel::Codes]);
    }
}
