//! Circles inside rooms: files that cannot be understood one before the other.
//!
//! A circle is a ring of **siblings**, that is of modules declared by the same
//! parent, each with all that is below it. What a parent and its children have to do
//! with each other is none: a folder's `mod.rs` names its parts, and the parts are
//! about the types it holds. A name that the parent only passes on (`pub use`) counts
//! for the sibling that has it.

use std::collections::{BTreeMap, BTreeSet};

use super::code::{Module, modules, target};

type Edges = BTreeMap<String, BTreeSet<String>>;

#[test]
fn no_files_of_a_room_go_round_in_a_circle() {
    let all = circles(modules());
    let told: Vec<_> = all.iter().map(|(p, ring)| format!("{p}: {}", ring.join(", "))).collect();
    assert!(told.is_empty(), "{} circles:\n{}", told.len(), told.join("\n"));
}

/// The rings, each with the parent of its members.
fn circles(modules: &[Module]) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for (parent, edges) in siblings(modules) {
        let mut left: BTreeSet<&String> = edges.keys().collect();
        while let Some(one) = left.pop_first() {
            let ring: Vec<String> = reached(&edges, one)
                .into_iter()
                .filter(|other| *other == *one || reached(&edges, other).contains(one))
                .collect();
            for member in &ring {
                left.remove(member);
            }
            if ring.len() > 1 {
                found.push((parent.clone(), ring));
            }
        }
    }
    found
}

/// Who uses whom among the children of each parent.
fn siblings(modules: &[Module]) -> BTreeMap<String, Edges> {
    let mut all: BTreeMap<String, Edges> = BTreeMap::new();
    for from in modules {
        for path in &from.named {
            let Some(to) = target(modules, path, 0) else { continue };
            if from.room() != to.room() {
                continue;
            }
            let same = from.path.iter().zip(&to.path).take_while(|(a, b)| a == b).count();
            if let (Some(a), Some(b)) = (from.path.get(same), to.path.get(same)) {
                let parent = from.path[..same].join("/");
                all.entry(parent).or_default().entry(a.clone()).or_default().insert(b.clone());
            }
        }
    }
    all
}

/// All that can be come to from one, itself included.
fn reached(edges: &Edges, from: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut next = vec![from.to_owned()];
    while let Some(one) = next.pop() {
        if seen.insert(one.clone()) {
            next.extend(edges.get(&one).into_iter().flatten().cloned());
        }
    }
    seen
}
