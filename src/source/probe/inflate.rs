//! The beginning of a compressed message (RFC 7692 section 7.2.2).

use flate2::{Decompress, FlushDecompress, Status};

/// What every sender leaves off at the end.
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// At most so many bytes of what was compressed, and whether that is all; none
/// where it is no deflate. Of a message that is not whole, a part.
pub(super) fn start(compressed: &[u8], whole: bool, most: usize) -> Option<(Vec<u8>, bool)> {
    let mut inflater = Decompress::new(false);
    let mut plain = Vec::with_capacity(most.min(compressed.len().saturating_mul(4) + 64));
    let input = [compressed, if whole { &TAIL } else { &[] }].concat();
    let mut used = 0;
    loop {
        if plain.len() == plain.capacity() {
            plain.reserve(plain.capacity().max(64).min(most - plain.len()));
        }
        let before = (plain.len(), used);
        let status = inflater.decompress_vec(&input[used..], &mut plain, FlushDecompress::Sync);
        used = usize::try_from(inflater.total_in()).unwrap_or(input.len());
        let status = status.ok()?;
        if plain.len() >= most {
            plain.truncate(most);
            return Some((plain, false));
        }
        let has_room = plain.len() < plain.capacity();
        let stalled = before == (plain.len(), used);
        if status == Status::StreamEnd || (has_room && (stalled || used == input.len())) {
            return Some((plain, whole));
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// As a server compresses it.
    pub(in super::super) fn deflated(text: &[u8]) -> Vec<u8> {
        use std::io::Write;
        let mut packer =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(text).unwrap();
        packer.flush().unwrap();
        let mut bytes = packer.get_ref().clone();
        bytes.truncate(bytes.len() - TAIL.len());
        bytes
    }

    #[test]
    fn all_of_it_a_part_of_it_and_no_more_than_wanted() {
        let text = b"to be or not to be ".repeat(500);
        let packed = deflated(&text);
        assert_eq!(start(&packed, true, 1 << 20), Some((text.clone(), true)));
        let (part, ended) = start(&packed, true, 100).unwrap();
        assert_eq!((part.as_slice(), ended), (&text[..100], false));
        let (cut, ended) = start(&packed[..packed.len() / 2], false, 1 << 20).unwrap();
        assert!(!ended && text.starts_with(&cut));
        assert_eq!(start(&[], true, 100), Some((Vec::new(), true)));
        // Made without a dictionary: RFC 7692 section 7.2.3.1.
        let hello = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
        assert_eq!(start(&hello, true, 100), Some((b"Hello".to_vec(), true)));
    }

    #[test]
    fn rubbish_is_no_deflate_and_ends() {
        assert_eq!(start(&[0xff; 100], true, 100), None);
        let mut seed = 1_u32;
        for _ in 0..5_000 {
            let bytes: Vec<u8> = (0..24)
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    seed.to_be_bytes()[0]
                })
                .collect();
            assert!(start(&bytes, true, 1000).is_none_or(|(plain, _)| plain.len() <= 1000));
        }
    }
}
