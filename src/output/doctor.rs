//! `herdtop doctor` as text.

use crate::source::host::{Facility, State};

/// Columns of the names.
const NAMES: usize = 26;

/// The report: one line for what works, three for what does not.
#[must_use]
pub fn report(facilities: &[Facility]) -> String {
    let mut lines = Vec::new();
    for facility in facilities {
        let word = match facility.state {
            State::Available => "ok",
            State::Refused => "refused",
            State::Missing => "missing",
        };
        lines.push(format!("{word:8} {:NAMES$} {}", facility.name, facility.detail));
        if facility.state != State::Available {
            lines.push(format!("{:9}without it: {}", "", facility.without));
            if let Some(remedy) = &facility.remedy {
                lines.push(format!("{:9}to get it:  {remedy}", ""));
            }
        }
    }
    let working = facilities.iter().filter(|f| f.state == State::Available).count();
    lines.push(String::new());
    lines.push(format!(
        "{working} of {} facilities can be used by this user here",
        facilities.len()
    ));
    lines.join("\n")
}
