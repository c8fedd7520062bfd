//! Why something that was named is not among the listeners, in words.

use super::{ListenerSnapshot, Presence, Snapshot};
use crate::sample::UnseenListener;

impl Snapshot {
    /// The namespace in which alone this port listens: nobody did here so far.
    #[must_use]
    pub fn elsewhere(&self, listener: &ListenerSnapshot) -> Option<&UnseenListener> {
        let own = listener.address.port();
        let of_it = |unseen: &&UnseenListener| matches!(unseen, UnseenListener::PortElsewhere { port, .. } if *port == own);
        self.unseen.iter().find(of_it).filter(|_| listener.presence == Presence::Never)
    }
}

/// What it is and how to see it, in one clause.
#[must_use]
pub fn why_unseen(unseen: &UnseenListener) -> String {
    match unseen {
        UnseenListener::ProcessElsewhere { pid, name } => format!(
            "pid {pid} {name} is in another network namespace and never listens in this one: give \
             --netns {pid}"
        ),
        UnseenListener::PortElsewhere { port, pid, name } => format!(
            "port {port} listens only in the network namespace of pid {pid} {name}: give --netns \
             {pid}"
        ),
        UnseenListener::OtherUser { pid, name, uid } => format!(
            "the sockets of pid {pid} {name} (uid {uid}) cannot be seen by this user, so whether \
             it listens is not known: run as root, or see 'herdtop doctor'; -p PORT needs neither"
        ),
    }
}
