//! As much of a certificate as an error is told with: who issued it, for whom.
//!
//! rustls says that an issuer is unknown and not which; a DER library would be
//! ten crates for two names (X.690 section 8, RFC 5280 section 4.1).

/// Tags that occur on the way.
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OID: u8 = 0x06;
const VERSION: u8 = 0xa0;
/// 2.5.4.3 and 2.5.4.10.
const COMMON_NAME: [u8; 3] = [0x55, 4, 3];
const ORGANIZATION: [u8; 3] = [0x55, 4, 10];

/// Issuer and subject as they stand in a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CertificateNames<'a> {
    pub(super) issuer: &'a [u8],
    pub(super) subject: &'a [u8],
}

/// Issuer and subject of a certificate.
pub(super) fn names(certificate: &[u8]) -> Option<CertificateNames<'_>> {
    let (tag, whole, _) = element(certificate)?;
    let (inner, body, _) = element(whole)?;
    if tag != SEQUENCE || inner != SEQUENCE {
        return None;
    }
    let mut rest = body;
    if rest.first() == Some(&VERSION) {
        rest = element(rest)?.2;
    }
    // Serial number and signature algorithm.
    for _ in 0..2 {
        rest = element(rest)?.2;
    }
    let (_, issuer, rest) = element(rest)?;
    let (_, _validity, rest) = element(rest)?;
    let (_, subject, _) = element(rest)?;
    Some(CertificateNames { issuer, subject })
}

/// The common name, else the organization; text from outside, not yet clean.
pub(super) fn spoken(name: &[u8]) -> Option<String> {
    attribute(name, COMMON_NAME).or_else(|| attribute(name, ORGANIZATION))
}

fn attribute(mut name: &[u8], wanted: [u8; 3]) -> Option<String> {
    while let Some((SET, mut set, rest)) = element(name) {
        while let Some((SEQUENCE, pair, others)) = element(set) {
            if let Some((OID, oid, value)) = element(pair)
                && oid == wanted
            {
                let (_, text, _) = element(value)?;
                return Some(String::from_utf8_lossy(text).into_owned());
            }
            set = others;
        }
        name = rest;
    }
    None
}

/// Tag, content and what follows.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        // Up to 16 MB: three bytes of length.
        0x81..=0x83 => {
            let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrap(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        let mut bytes = vec![tag, 0x82];
        bytes.extend(u16::try_from(content.len()).expect("short").to_be_bytes());
        bytes.extend(content);
        bytes
    }

    fn name(oid: [u8; 3], text: &str) -> Vec<u8> {
        let pair = wrap(SEQUENCE, &[&wrap(OID, &[&oid]), &wrap(0x0c, &[text.as_bytes()])]);
        wrap(SEQUENCE, &[&wrap(SET, &[&pair])])
    }

    fn certificate(version: bool) -> Vec<u8> {
        let head = if version { wrap(VERSION, &[&wrap(2, &[&[2]])]) } else { Vec::new() };
        let (issuer, subject) = (name(COMMON_NAME, "Root X"), name(ORGANIZATION, "Acme"));
        let (serial, some) = (wrap(2, &[&[9]]), wrap(SEQUENCE, &[]));
        let body = wrap(SEQUENCE, &[&head, &serial, &some, &issuer, &some, &subject]);
        wrap(SEQUENCE, &[&body, &some])
    }

    #[test]
    fn both_names_are_found_in_any_version() {
        for version in [true, false] {
            let certificate = certificate(version);
            let names = names(&certificate).expect("two names");
            assert_eq!(spoken(names.issuer).as_deref(), Some("Root X"));
            assert_eq!(spoken(names.subject).as_deref(), Some("Acme"));
        }
    }

    #[test]
    fn no_piece_and_no_twist_of_one_makes_it_panic() {
        let whole = certificate(true);
        for end in 0..whole.len() {
            let _ = names(&whole[..end]).map(|n| (spoken(n.issuer), spoken(n.subject)));
            for byte in [0, 0x7f, 0x80, 0x83, 0xff] {
                let mut twisted = whole.clone();
                twisted[end] = byte;
                let _ = names(&twisted).map(|n| (spoken(n.issuer), spoken(n.subject)));
            }
        }
    }
}
