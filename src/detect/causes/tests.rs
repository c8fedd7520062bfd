//! What holds of the table as a whole.

use std::collections::BTreeSet;

use super::CAUSES;
use super::view::place_of;

#[test]
fn a_cause_has_one_row_and_explains_what_has_one() {
    let all: BTreeSet<String> = CAUSES.iter().map(|row| format!("{:?}", row.meaning)).collect();
    // Storms are told by code, with the meaning of the code.
    assert!(all.len() >= CAUSES.len() - 1, "{all:?}");
    for row in CAUSES {
        assert!(!row.explains(row.meaning.1), "{:?} explains itself", row.meaning);
    }
}

#[test]
fn the_port_of_a_url_is_the_one_it_means() {
    assert_eq!(place_of("ws://127.0.0.1:8080/echo"), Some(("127.0.0.1", 8080)));
    assert_eq!(place_of("wss://edge.example/ws?x=1:2"), Some(("edge.example", 443)));
    assert_eq!(place_of("ws://[::1]:9/"), Some(("[::1]", 9)));
    assert_eq!(place_of("ws://[::1]/"), Some(("[::1]", 80)));
}
