//! Asks again and again, beside the screen: keys are heard while a server takes its time.

use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use super::picture::{Charted, LookedAt, Picture};
use super::reader::FleetReader;

/// What came of it: a picture, or why there is none.
pub(super) type Answered = Result<Box<Picture>, String>;

/// The task that asks; it ends when this is dropped.
pub(super) struct Asker {
    wanted: watch::Sender<LookedAt>,
    told: mpsc::Receiver<Answered>,
    task: JoinHandle<()>,
}

impl Drop for Asker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Asker {
    /// Begins at once.
    pub(super) fn start(reader: FleetReader, every: Duration, wanted: LookedAt) -> Self {
        let (wanted, asked) = watch::channel(wanted);
        let (tell, told) = mpsc::channel(1);
        let task = tokio::spawn(ask(reader, every, asked, tell));
        Self { wanted, told, task }
    }

    /// Something else is looked at, where it is: it is asked for at once.
    pub(super) fn want(&self, wanted: LookedAt) {
        self.wanted.send_if_modified(|known| {
            let is_other = *known != wanted;
            *known = wanted;
            is_other
        });
    }

    /// The next picture. May be dropped while it waits.
    pub(super) async fn told(&mut self) -> Answered {
        let ended = || Err("nobody asks any more".to_owned());
        self.told.recv().await.unwrap_or_else(ended)
    }
}

async fn ask(
    mut reader: FleetReader,
    every: Duration,
    mut asked: watch::Receiver<LookedAt>,
    tell: mpsc::Sender<Answered>,
) {
    let mut charted = Charted::default();
    let mut tick = interval(every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let is_other = tokio::select! {
            changed = asked.changed() => match changed {
                Ok(()) => true,
                Err(_) => return,
            },
            _ = tick.tick() => false,
        };
        let wanted = asked.borrow_and_update().clone();
        // A moment of the past stays as it was.
        if wanted.second.is_some() && !is_other {
            continue;
        }
        let picture = tokio::select! {
            // What is not looked at any more need not be waited for.
            changed = asked.changed() => match changed {
                Ok(()) => {
                    asked.mark_changed();
                    continue;
                }
                Err(_) => return,
            },
            picture = charted.picture(&mut reader, wanted) => picture,
        };
        let told = picture.map(Box::new).map_err(|fault| format!("{}: {fault}", reader.server()));
        if tell.send(told).await.is_err() {
            return;
        }
    }
}
