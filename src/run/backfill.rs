//! The minutes before: what the ring of this host tells a screen that opens.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::clock::{Clock, SystemClock};
use crate::config::{self, Settings};
use crate::sample::{Destroyed, Reading, Sample, Stamp};
use crate::source::recording::{Reader, Record, ring};

/// A ring that has not been written for this long is nobody's any more; a block
/// is written each second.
const ALIVE: Duration = Duration::from_secs(10);
/// Parts that are read: ten to twenty minutes. A whole day would take seconds
/// before the first frame.
const PARTS: usize = 2;

/// What was before, and where the clock has to go on.
pub(super) struct Backfill {
    /// Oldest first, never empty.
    pub(super) records: Vec<Record>,
    /// Our monotonic zero on the clock of the ring.
    pub(super) resumes: Duration,
}

impl Backfill {
    /// Reads the ring of this host; none where nobody keeps one, or one that
    /// watches something else. What is there and cannot be read is a note.
    pub(super) fn read(settings: &mut Settings) -> Option<Self> {
        if !settings.netns.is_own() || settings.only_probes() {
            return None;
        }
        let folders = config::state_folders();
        let folder = folders.iter().find(|folder| is_alive(&ring::file(folder)))?;
        if let Err(why) = ring::own(folder) {
            settings.notes.push(format!("the minutes before are not shown: {why}"));
            return None;
        }
        let fresh = ring::file(folder);
        let reader = match Reader::open_last(&fresh, PARTS) {
            Ok(reader) => reader,
            Err(error) => {
                settings.notes.push(format!("the minutes before are not shown: {error}"));
                return None;
            }
        };
        let asked = settings.model();
        let kept = &reader.header().model;
        let ports = (!asked.everything).then(|| asked.ports.clone());
        let fits = kept.everything && covers(settings) || kept.ports == asked.ports;
        if !fits || kept.only_probes {
            return None;
        }
        Self::of(reader, Filter::new(ports))
    }

    fn of(reader: Reader, mut filter: Filter) -> Option<Self> {
        let mut records: Vec<Record> = Vec::new();
        for record in reader {
            match record {
                Record::Sample(sample) => {
                    records.push(Record::Sample(Box::new(filter.ours(*sample))));
                }
                Record::Derive { .. } => records.push(record),
                Record::Mark { .. } => {}
            }
        }
        let last = records.last()?.at();
        let gap = SystemClock::start().now().wall - last.wall;
        let gap = gap.to_std().unwrap_or_default().min(ALIVE);
        let resumes = last.mono + gap;
        let at = Stamp { mono: resumes, ..last.plus(gap) };
        records.push(Record::Sample(Box::new(seam(at))));
        Some(Self { records, resumes })
    }

    /// When it begins.
    pub(super) fn began(&self) -> Option<Stamp> {
        self.records.first().map(Record::at)
    }
}

/// Whether the user asked for something a ring of every listener has: ports, but
/// not processes, whose pids it may not know.
fn covers(settings: &Settings) -> bool {
    settings.watch.pids.is_empty() && settings.watch.processes.is_empty()
}

fn is_alive(file: &Path) -> bool {
    let written = std::fs::metadata(file).and_then(|found| found.modified());
    let now = SystemClock::start().now().wall;
    written.is_ok_and(|at| (now - DateTime::<Utc>::from(at)).to_std().unwrap_or_default() < ALIVE)
}

/// What of a ring is about these ports; all of it without any.
struct Filter {
    ports: Option<BTreeSet<u16>>,
    /// Listening sockets on them.
    inodes: BTreeSet<u64>,
    /// Who holds which listening socket.
    owners: Vec<(u64, Vec<u32>)>,
}

impl Filter {
    fn new(ports: Option<BTreeSet<u16>>) -> Self {
        Self { ports, inodes: BTreeSet::new(), owners: Vec::new() }
    }

    /// What the other herdtop costs and probes is its own.
    fn ours(&mut self, mut sample: Sample) -> Sample {
        if let Some(ports) = self.ports.clone() {
            self.only(&ports, &mut sample);
        }
        Sample { own: None, probes: Vec::new(), probe_load: None, application: None, ..sample }
    }

    fn only(&mut self, ports: &BTreeSet<u16>, sample: &mut Sample) {
        let watched = |local: &SocketAddr| ports.contains(&local.port());
        if let Some(Reading::Seen(listeners)) = &mut sample.listeners {
            listeners.retain(|l| watched(&l.local));
            self.inodes.extend(listeners.iter().map(|l| l.inode));
        }
        if let Some(Reading::Seen(walk)) = &mut sample.walk {
            walk.groups.retain(|g| watched(&g.local));
        }
        if let Some(Reading::Seen(destroyed)) = &mut sample.destroyed {
            destroyed.closed.retain(|(local, _)| watched(local));
            destroyed.peerless.retain(|(local, _)| watched(local));
            destroyed.endings.retain(|endings| watched(&endings.local));
            destroyed.shapes.retain(|shapes| watched(&shapes.local));
        }
        // Owners of other sockets do no harm, their processes would: they would be
        // gone as soon as our own lane looks.
        if let Some(Reading::Seen(owners)) = &sample.owners {
            self.owners.clone_from(&owners.pids);
        }
        let ours = self.owners.iter().filter(|(inode, _)| self.inodes.contains(inode));
        let pids: BTreeSet<u32> = ours.flat_map(|(_, pids)| pids.iter().copied()).collect();
        sample.processes.iter_mut().for_each(|all| all.retain(|p| pids.contains(&p.pid)));
        sample.workers.iter_mut().for_each(|all| all.retain(|w| pids.contains(&w.pid)));
        sample.ended.retain(|ended| pids.contains(&ended.pid));
    }
}

/// Between the ring's last block and our first event nobody listened to closes:
/// the first walk has to infer them.
fn seam(at: Stamp) -> Sample {
    let unheard = Destroyed { stepped_aside: true, unheard: true, ..Destroyed::default() };
    Sample { destroyed: Some(Reading::Seen(unheard)), ..Sample::at(at) }
}
