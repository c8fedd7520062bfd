//! The panels of a screen: which one is in front, and how far each table has
//! been scrolled.

/// A panel that can be brought to the front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// Connections per second, and what lies under its columns.
    Chart,
    /// Handshakes over time.
    Handshakes,
    /// Close codes.
    Codes,
    /// The targets of the probes.
    Probes,
    /// Connections of the listener in focus by TCP state.
    States,
    /// What waits in their queues.
    Queues,
    /// By client network.
    Clients,
    /// By client address.
    Addresses,
    /// The processes behind it.
    Workers,
    /// By age.
    Ages,
    /// What the host counts.
    Host,
    /// The next steps.
    Next,
    /// The listeners.
    Listeners,
    /// What happened.
    Events,
    /// Every alert.
    Alerts,
}

/// What is in front, and where tables begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Panes {
    /// The panel in front; none = none was asked for.
    pub focus: Option<Panel>,
    /// Whether it has the whole body of the screen.
    pub zoomed: bool,
    /// Where the tables began when they were last drawn.
    pub first: Firsts,
}

impl Panes {
    /// The panel that has the body to itself.
    #[must_use]
    pub fn zoomed(&self) -> Option<Panel> {
        self.focus.filter(|_| self.zoomed)
    }
}

/// The first row of each table that is seen. It stays where it is until the
/// selection leaves the table: a row must not move away under the pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Firsts {
    /// Of the listeners.
    pub listeners: usize,
    /// Of the hosts.
    pub hosts: usize,
    /// Of the targets.
    pub targets: usize,
    /// Of the alerts.
    pub alerts: usize,
    /// Of the close codes over the screen.
    pub codes: usize,
    /// Of the lines of the settings over the screen.
    pub settings: usize,
    /// Of single connections, or of addresses.
    pub connections: usize,
    /// Of the lines of the help.
    pub help: usize,
}

/// What a frame became on a terminal of some size: the app knows no sizes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drawn {
    /// The panels that are there, in reading order.
    pub panels: Vec<Panel>,
    /// Where the tables begin.
    pub first: Firsts,
}
