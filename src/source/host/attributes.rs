//! The attributes behind a socket, by offset: a kernel's `tcp_info` has grown at its end
//! with every few releases, and what an old one does not have is absent.

/// `INET_DIAG_INFO` and `INET_DIAG_SKMEMINFO` (`linux/inet_diag.h`).
pub(super) const INFO: u16 = 2;
pub(super) const SKMEMINFO: u16 = 7;

/// `SK_MEMINFO_RMEM_ALLOC`, `_WMEM_QUEUED`, `_FWD_ALLOC`, `_BACKLOG` (`linux/sock_diag.h`).
const BUFFERS: [usize; 4] = [0, 5, 4, 7];

/// The value of an attribute (`struct nlattr`: length and kind, values aligned to 4 bytes).
pub(super) fn attribute(mut attributes: &[u8], kind: u16) -> Option<&[u8]> {
    loop {
        let (length, found) = (half(attributes, 0)?, half(attributes, 2)?);
        let length = usize::from(length).max(4);
        if found == kind {
            return attributes.get(4..length);
        }
        attributes = attributes.get(length.next_multiple_of(4)..)?;
    }
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// A field of 32 bits.
pub(super) fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// A field of 64 bits.
pub(super) fn wide(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_ne_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

/// What the kernel holds for a socket, by its `SKMEMINFO`, bytes.
pub(super) fn memory(info: &[u8]) -> u64 {
    BUFFERS.iter().filter_map(|index| number(info, index * 4)).map(u64::from).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_an_old_kernel_or_of_none_has_gaps() {
        let info = |len: usize| {
            let mut bytes = u16::try_from(len + 4).unwrap().to_ne_bytes().to_vec();
            bytes.extend(INFO.to_ne_bytes());
            bytes.extend(vec![1; len]);
            bytes
        };
        let bytes = info(104);
        let old = attribute(&bytes, INFO).expect("it is there");
        assert_eq!((number(old, 100).is_some(), wide(old, 200)), (true, None));
        assert!(attribute(&bytes, SKMEMINFO).is_none() && attribute(&[], INFO).is_none());
    }
}
