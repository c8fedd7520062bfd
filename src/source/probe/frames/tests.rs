//! What is read of frames, byte by byte.

use super::*;

fn read(bytes: &[u8]) -> Result<Vec<Received>, Wrong> {
    // Byte by byte: no frame may depend on how TCP cut it.
    let mut frames = Frames::default();
    let mut seen = Vec::new();
    for &byte in bytes {
        frames.buffer.push(byte);
        while let Some(one) = frames.next()? {
            seen.push(one);
        }
    }
    Ok(seen)
}

#[test]
fn codes_are_seen_as_they_were_sent() {
    for code in [1013_u16, 1014, 1005, 999, 65_535] {
        let [high, low] = code.to_be_bytes();
        let seen = read(&[0x88, 4, high, low, b'h', b'i']).unwrap();
        assert_eq!(seen, [Received::Close(Some((code, "hi".to_owned())))]);
    }
    assert_eq!(read(&[0x88, 0]).unwrap(), [Received::Close(None)]);
}

#[test]
fn each_breach_has_its_name() {
    let fault = |bytes: &[u8]| match read(bytes) {
        Err(Wrong::Fault(fault)) => fault,
        other => panic!("{other:?}"),
    };
    assert_eq!(fault(&[0xc1, 0]), Fault::Rsv);
    assert_eq!(fault(&[0x83, 0]), Fault::Opcode);
    assert_eq!(fault(&[0x8b, 0]), Fault::Opcode);
    assert_eq!(fault(&[0x81, 0x80, 1, 2, 3, 4]), Fault::Mask);
    assert_eq!(fault(&[0x89, 126, 0, 126]), Fault::ControlLength);
    assert_eq!(fault(&[0x09, 0]), Fault::ControlLength);
    assert_eq!(fault(&[0x88, 1, 3]), Fault::CloseLength);
    assert_eq!(fault(&[0x80, 0]), Fault::Fragment);
    assert_eq!(fault(&[0x01, 0, 0x81, 0]), Fault::Fragment);
    assert_eq!(fault(&[0x81, 1, 0xff]), Fault::Utf8);
    assert_eq!(fault(&[0x88, 3, 3, 0xe8, 0xff]), Fault::Utf8);
}

#[test]
fn a_length_that_was_only_announced_takes_no_memory() {
    let four_gigabytes = [0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0];
    assert_eq!(read(&four_gigabytes), Err(Wrong::TooBig(1 << 32)));
    let mut frames = Frames::new(vec![0x82, 127, 0, 0, 0, 0, 0, 0xf0, 0, 0], Extension::None);
    for _ in 0..10 {
        assert_eq!(frames.next(), Ok(None));
        frames.buffer.extend([7; 16 * 1024]);
    }
    assert_eq!(frames.next(), Ok(None));
    assert!(frames.buffer.is_empty() && !frames.is_between(), "skipped, not kept");
    assert_eq!(frames.half(), 160 * 1024);
}

#[test]
fn messages_in_fragments_with_a_ping_between_are_whole() {
    let seen = read(&[0x01, 2, b'a', b'b', 0x89, 1, 9, 0x80, 1, b'c']).unwrap();
    assert_eq!(seen, [Received::Ping(vec![9]), Received::Message(b"abc".to_vec())]);
}

const HELLO: [u8; 9] = [0xc1, 7, 0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];

#[test]
fn the_first_message_is_inflated_and_later_ones_stay_closed() {
    let mut frames = Frames::new(HELLO.repeat(2), Extension::Deflate);
    frames.buffer.extend([0x81, 1, b'x']);
    assert_eq!(frames.next(), Ok(Some(Received::Message(b"Hello".to_vec()))));
    assert_eq!(frames.next(), Ok(Some(Received::Message(Vec::new()))));
    assert_eq!(frames.next(), Ok(Some(Received::Message(b"x".to_vec()))));
    let mut other = Frames::new(HELLO.to_vec(), Extension::Other);
    assert_eq!(other.next(), Ok(Some(Received::Message(Vec::new()))));
}

#[test]
fn what_is_no_deflate_is_named_and_a_bomb_is_bounded() {
    let mut frames = Frames::new(vec![0xc1, 2, 0xff, 0xff], Extension::Deflate);
    assert_eq!(frames.next(), Err(Fault::Deflate.into()));
    let bomb = inflate::tests::deflated(&vec![b'a'; 50 << 20]);
    let mut bytes = vec![0xc1, 126];
    assert!(bomb.len() < 65_536, "{}", bomb.len());
    bytes.extend(u16::try_from(bomb.len()).unwrap().to_be_bytes());
    bytes.extend(bomb);
    let mut frames = Frames::new(bytes, Extension::Deflate);
    let seen = frames.next().unwrap();
    assert!(matches!(seen, Some(Received::Message(kept)) if kept.len() == KEPT));
}

#[test]
fn a_close_has_begun_with_its_first_byte() {
    let mut frames = Frames::default();
    assert!(!frames.is_closing());
    frames.buffer.extend([0x82, 1, 0x88]);
    assert_eq!(frames.next(), Ok(Some(Received::Message(vec![0x88]))));
    assert!(!frames.is_closing(), "a payload of 0x88 is no Close");
    frames.buffer.push(0x88);
    assert_eq!(frames.next(), Ok(None));
    assert!(frames.is_closing());
    assert_eq!(frames.half_code(), None);
    frames.buffer.extend([6, 0x03, 0xf5, b'f']);
    assert_eq!(frames.half_code(), Some(CloseCode(1013)));
}
