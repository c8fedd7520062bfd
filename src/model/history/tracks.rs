//! A bounded number of tracks: the weightiest keep theirs, the rest is summed.

use std::collections::BTreeMap;

use super::track::{Kept, Track};

/// Half an hour of seconds, six hours of ten seconds, two days of minutes.
const KEPT: Kept = Kept { seconds: 1_800, tens: 2_160, minutes: 2_880 };
/// See [`super::listeners`]: a place changes hands at twice the weight, and
/// weights fade by half in twenty minutes of seconds.
const HEAVIER: f64 = 2.0;
const FADES: f64 = 0.9994;

/// Tracks by key.
#[derive(Debug, Clone)]
pub(super) struct Tracks<K> {
    most: usize,
    places: BTreeMap<K, (Track, f64)>,
    others: Track,
}

impl<K: Ord + Clone> Tracks<K> {
    pub(super) const fn new(most: usize) -> Self {
        Self { most, places: BTreeMap::new(), others: Track::new(KEPT) }
    }

    /// One more moment: what was weighty fades a little.
    pub(super) fn fade(&mut self) {
        self.places.values_mut().for_each(|(_, weight)| *weight *= FADES);
    }

    /// The track of a key, or that of all others when it is too light for one.
    pub(super) fn place(&mut self, key: &K, weight: f64) -> &mut Track {
        if !self.places.contains_key(key) && !self.has_room(weight) {
            return &mut self.others;
        }
        let new = || (Track::new(KEPT), weight);
        let (track, known) = self.places.entry(key.clone()).or_insert_with(new);
        *known = known.max(weight);
        track
    }

    fn has_room(&mut self, weight: f64) -> bool {
        if self.places.len() < self.most {
            return true;
        }
        let lightest = self.places.iter().min_by(|a, b| a.1.1.total_cmp(&b.1.1));
        let lighter = lightest.filter(|(_, place)| place.1 * HEAVIER < weight);
        let Some(key) = lighter.map(|(key, _)| key.clone()) else { return false };
        self.places.remove(&key).is_some()
    }

    pub(super) fn get(&self, key: &K) -> Option<&Track> {
        self.places.get(key).map(|(track, _)| track)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&K, &Track)> {
        self.places.iter().map(|(key, (track, _))| (key, track))
    }

    pub(super) fn bytes(&self) -> usize {
        self.places.values().map(|(track, _)| track.bytes()).sum::<usize>() + self.others.bytes()
    }
}
