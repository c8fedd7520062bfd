//! Moments of the past, packed: fine ones of late, coarse ones of long ago.
//!
//! One moment differs little from the next. So they are put one behind the other
//! into blocks and deflated together: 22 KB of a host with sixteen busy listeners
//! become 3 KB (`cargo bench --bench memory`). Every level has its own budget of
//! bytes; whatever a host shows, the oldest blocks go first. It knows bytes only,
//! not what they mean.

use std::collections::VecDeque;
use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

/// Moments of one block: reading one unpacks them all.
const BLOCK: usize = 60;
/// A block is closed before that if it has so many bytes: beyond this the window
/// of deflate (32 KiB) sees few of the moments before anyway.
const BLOCK_BYTES: usize = 128 * 1024;
/// A single moment larger than this is not kept. It is 64 listeners with all
/// that can be told of them, ten times over.
const LARGEST: usize = 512 * 1024;
const MIB: usize = 1024 * 1024;

/// Seconds from one moment to the next, seconds they are kept, and bytes they
/// may take: by the second for ten minutes, by ten seconds for six hours, by the
/// minute for two days.
const LEVELS: [(u64, u64, usize); 3] =
    [(1, 600, MIB), (10, 6 * 3_600, 2 * MIB), (60, 48 * 3_600, 4 * MIB)];

/// The moments by second of history.
#[derive(Debug)]
pub(super) struct Archive {
    levels: [Level; LEVELS.len()],
}

#[derive(Debug)]
struct Level {
    step: u64,
    keep: u64,
    budget: usize,
    /// Not packed yet, oldest first.
    open: Block,
    packed: VecDeque<Packed>,
}

/// Moments one behind the other: where each ends, and their bytes.
#[derive(Debug, Default)]
struct Block {
    ends: Vec<(u64, usize)>,
    bytes: Vec<u8>,
}

#[derive(Debug)]
struct Packed {
    ends: Box<[(u64, usize)]>,
    deflated: Box<[u8]>,
}

impl Archive {
    pub(super) fn new() -> Self {
        let level = |(step, keep, budget)| Level {
            step,
            keep,
            budget,
            open: Block::default(),
            packed: VecDeque::new(),
        };
        Self { levels: LEVELS.map(level) }
    }

    /// Whether none of this second is kept yet: one a second is enough.
    pub(super) fn wants(&self, second: u64) -> bool {
        self.levels[0].newest().is_none_or(|newest| newest < second)
    }

    /// Keeps a moment; seconds come in order. Of the same second the last counts.
    pub(super) fn put(&mut self, second: u64, moment: &[u8]) {
        if moment.len() > LARGEST {
            return;
        }
        for level in &mut self.levels {
            let newest = level.newest();
            if newest == Some(second) {
                level.open.pop();
            }
            let step = |second: u64| second / level.step;
            if newest.is_none_or(|newest| newest == second || step(second) > step(newest)) {
                level.put(second, moment);
            }
        }
    }

    /// The newest moment that is not after this second, unless the next should
    /// have come long before it, when there is one every `every` seconds.
    pub(super) fn get(&self, second: u64, every: u64) -> Option<(u64, Vec<u8>)> {
        let last = |level: &Level| Some((level.last_before(second)?, level.step));
        // Of the same second the finest level speaks: it knows when the next was.
        let all = self.levels.iter().filter_map(last);
        let (at, step) = all.max_by_key(|(at, step)| (*at, std::cmp::Reverse(*step)))?;
        let found = second - at < 2 * every.max(1) + step;
        found.then(|| self.levels.iter().find_map(|level| level.read(at)))?
    }

    /// Memory held, bytes.
    pub(super) fn bytes(&self) -> usize {
        self.levels.iter().map(|level| level.open.size() + level.packed_bytes()).sum()
    }
}

impl Level {
    fn newest(&self) -> Option<u64> {
        let last = self.open.ends.last();
        last.or_else(|| self.packed.back()?.ends.last()).map(|(second, _)| *second)
    }

    fn last_before(&self, second: u64) -> Option<u64> {
        let packed = self.packed.iter().map(|block| &block.ends[..]);
        let blocks = packed.chain([&self.open.ends[..]]);
        let seconds = blocks.flatten().map(|(second, _)| *second);
        seconds.take_while(|at| *at <= second).last()
    }

    fn put(&mut self, second: u64, moment: &[u8]) {
        let full = self.open.ends.len() >= BLOCK
            || self.open.bytes.len() + moment.len() > BLOCK_BYTES && !self.open.ends.is_empty();
        if full {
            self.packed.extend(std::mem::take(&mut self.open).pack());
        }
        self.open.bytes.extend_from_slice(moment);
        self.open.ends.push((second, self.open.bytes.len()));
        let too_old = |block: &Packed| {
            block.ends.last().is_none_or(|(last, _)| second.saturating_sub(*last) > self.keep)
        };
        while self.packed.front().is_some_and(too_old) {
            self.packed.pop_front();
        }
        while self.packed_bytes() > self.budget && self.packed.pop_front().is_some() {}
    }

    fn read(&self, second: u64) -> Option<(u64, Vec<u8>)> {
        let find = |ends: &[(u64, usize)]| {
            let at = ends.iter().position(|(at, _)| *at == second)?;
            Some(at.checked_sub(1).map_or(0, |before| ends[before].1)..ends[at].1)
        };
        if let Some(place) = find(&self.open.ends) {
            return Some((second, self.open.bytes[place].to_vec()));
        }
        let block = self.packed.iter().find(|block| find(&block.ends).is_some())?;
        let mut bytes = Vec::new();
        DeflateDecoder::new(&block.deflated[..]).read_to_end(&mut bytes).ok()?;
        Some((second, bytes.get(find(&block.ends)?)?.to_vec()))
    }

    fn packed_bytes(&self) -> usize {
        self.packed.iter().map(Packed::size).sum::<usize>()
            + self.packed.capacity() * size_of::<Packed>()
    }
}

impl Block {
    /// Takes back the newest moment.
    fn pop(&mut self) {
        self.ends.pop();
        self.bytes.truncate(self.ends.last().map_or(0, |(_, end)| *end));
    }

    /// None if deflating fails, which it does not in memory.
    fn pack(self) -> Option<Packed> {
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
        deflate.write_all(&self.bytes).ok()?;
        let deflated = deflate.finish().ok()?.into_boxed_slice();
        Some(Packed { ends: self.ends.into_boxed_slice(), deflated })
    }

    const fn size(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<(u64, usize)>()
    }
}

impl Packed {
    const fn size(&self) -> usize {
        self.deflated.len() + size_of_val(&*self.ends)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A moment that is recognised by its second.
    fn moment(second: u64) -> Vec<u8> {
        format!("the figures of second {second} on this host").into_bytes()
    }

    fn seen(archive: &Archive, second: u64) -> Option<u64> {
        let (at, bytes) = archive.get(second, 1)?;
        assert_eq!(bytes, moment(at), "the bytes are those that were put");
        Some(at)
    }

    #[test]
    fn the_past_is_there_finer_the_nearer_it_is() {
        let mut archive = Archive::new();
        let hours = |n: u64| n * 3_600;
        let seldom = (0..hours(60)).step_by(60).chain((hours(60)..hours(67)).step_by(10));
        for second in seldom.chain(hours(67)..hours(67) + 700) {
            archive.put(second, &moment(second));
        }
        let now = hours(67) + 699;
        assert_eq!(seen(&archive, now), Some(now));
        assert_eq!(seen(&archive, now + 2), Some(now), "the newest until there is a newer");
        assert_eq!(seen(&archive, now - 599), Some(now - 599));
        let ago = |long: u64| now - hours(long);
        assert_eq!(seen(&archive, ago(5)), Some(ago(5) / 10 * 10));
        assert_eq!(seen(&archive, ago(40)), Some(ago(40) / 60 * 60));
        assert_eq!(seen(&archive, ago(50)), None, "older than two days");
    }

    #[test]
    fn a_gap_is_not_filled_with_what_was_long_before() {
        let mut archive = Archive::new();
        for second in (0..100).chain(1_000..1_100) {
            archive.put(second, &moment(second));
        }
        assert_eq!(seen(&archive, 101), Some(99));
        assert_eq!(seen(&archive, 500), None);
        assert_eq!(seen(&archive, 1_000), Some(1_000));
        assert!(!archive.wants(1_099) && archive.wants(1_100));
        archive.put(1_099, b"told better");
        assert_eq!(archive.get(1_099, 1), Some((1_099, b"told better".to_vec())));
        assert_eq!(seen(&archive, 1_098), Some(1_098));
    }

    /// Bytes that deflate cannot make smaller.
    fn noise(seed: &mut u64, length: usize) -> Vec<u8> {
        let mut next = || {
            *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            seed.to_be_bytes()[0]
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn what_cannot_be_packed_is_kept_for_a_shorter_time() {
        let (mut archive, mut seed, mut highest) = (Archive::new(), 1, 0);
        for second in 0..4_000 {
            archive.put(second, &noise(&mut seed, if second % 10 == 0 { 20_000 } else { 2_500 }));
            highest = highest.max(archive.bytes());
        }
        assert!(highest < 8 * MIB, "{highest} bytes");
        assert!(highest > 3 * MIB, "{highest} bytes: the test does not fill it");
        let at = |second| archive.get(second, 1).map(|(at, _)| at);
        assert_eq!((at(3_999), at(3_455)), (Some(3_999), Some(3_450)), "seconds go first");
        assert_eq!(at(130), Some(120), "minutes last");
        archive.put(4_000, &noise(&mut seed, 2 * MIB));
        assert!(archive.bytes() < 8 * MIB, "nor a moment that is huge");
    }
}
