//! Cut and damaged recordings: what lies before the fault, and where it is.

use super::*;

#[test]
fn cut_anywhere_it_gives_what_lies_before_and_says_truncated() {
    let records = kept(run(60));
    let whole = bytes_of(&records);
    for length in 0..whole.len() {
        let reader = match of_bytes(whole[..length].to_vec()) {
            Ok(reader) => reader,
            Err(OpenError::Empty(_) | OpenError::Broken(_)) => continue,
            Err(other) => panic!("{length}: {other}"),
        };
        is_a_prefix(reader, &records, Some(FaultKind::Truncated), length);
    }
}

#[test]
fn with_a_byte_flipped_anywhere_it_gives_a_prefix_and_never_panics() {
    let records = kept(run(60));
    let whole = bytes_of(&records);
    let mut random = rand::rngs::StdRng::seed_from_u64(7);
    for place in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << random.random_range(0..8);
        if let Ok(reader) = of_bytes(bytes) {
            is_a_prefix(reader, &records, None, place);
        }
    }
}

/// Reads all there is; `fault` is how it has to end, if that is known.
fn is_a_prefix(mut reader: Reader, all: &[Record], fault: Option<FaultKind>, place: usize) {
    let read: Vec<Record> = reader.by_ref().collect();
    assert!(all.starts_with(&read), "at {place}: {} records, not as recorded", read.len());
    let found = reader.fault();
    assert!(found.is_some() || read.len() == all.len(), "at {place}: a silent loss");
    if let Some(kind) = fault {
        assert_eq!(found.map(|f| f.kind), Some(kind), "at {place}");
    }
}

#[test]
fn damage_in_the_middle_is_told_with_its_place() {
    let records = kept(run(300));
    let mut bytes = bytes_of(&records);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    let mut reader = of_bytes(bytes).unwrap();
    let read = reader.by_ref().count();
    assert!((100..records.len() - 100).contains(&read), "{read} records");
    let fault = reader.fault().unwrap();
    assert_eq!((fault.kind, fault.line), (FaultKind::Damaged, read as u64 + 1));
    assert!(fault.byte < middle as u64 && fault.byte > middle as u64 - 4096, "{fault}");
    let said = fault.to_string();
    assert!(said.starts_with("recording 'inc.rec' is damaged at byte "), "{said}");
}
