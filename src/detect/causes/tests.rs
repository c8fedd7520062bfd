//! What holds of the table as a whole.

use std::collections::BTreeSet;

use super::CAUSES;

#[test]
fn a_cause_has_one_row_and_explains_what_has_one() {
    let all: BTreeSet<String> = CAUSES.iter().map(|row| format!("{:?}", row.meaning)).collect();
    // Storms are told by code, with the meaning of the code.
    assert!(all.len() >= CAUSES.len() - 1, "{all:?}");
    for row in CAUSES {
        assert!(!row.explains(row.meaning.1), "{:?} explains itself", row.meaning);
    }
}
