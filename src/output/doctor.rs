//! `herdtop doctor` as text.

use super::wrap;
use crate::source::host::{Facility, State};

/// Columns of the state, of the name, and of a whole line.
const STATES: usize = 9;
const NAMES: usize = 26;
const LINE: usize = 80;

/// The report: one entry for what works, three for what does not, a line that sums
/// up, and how to get the rest for good. Prose is wrapped at 80 columns; a command never is, so that it
/// can be copied.
#[must_use]
pub fn report(facilities: &[Facility]) -> String {
    let mut lines = Vec::new();
    for facility in facilities {
        let word = match facility.state {
            State::Available => "ok",
            State::Refused => "refused",
            State::Missing => "missing",
        };
        let head = format!("{word:STATES$}{:NAMES$} ", facility.name);
        lines.extend(wrap::hang(&head, &facility.detail, LINE));
        if facility.state != State::Available {
            let indent = " ".repeat(STATES);
            lines.extend(wrap::hang(&format!("{indent}without it: "), facility.without, LINE));
            if let Some(remedy) = &facility.remedy {
                lines.push(format!("{indent}to get it:  {remedy}"));
            }
        }
    }
    let working = facilities.iter().filter(|f| f.state == State::Available).count();
    lines.push(String::new());
    lines.push(format!(
        "{working} of {} facilities can be used by this user here",
        facilities.len()
    ));
    if facilities.iter().any(|f| f.remedy.as_ref().is_some_and(|r| r.contains("-caps="))) {
        lines.extend(wrap::hang("", FOR_GOOD, LINE));
    }
    lines.join("\n")
}

/// How it is granted without typing it each time.
const FOR_GOOD: &str = "To have it for good: a systemd unit with User= and AmbientCapabilities= \
    of these, or 'sudo herdtop'. Never setcap on the program: everybody who may run it would \
    have what you have.";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    #[test]
    fn prose_is_wrapped_below_itself_and_commands_stay_whole() {
        let command = format!("sudo setpriv --ambient-caps=-all,+net_raw /{}", "long/".repeat(20));
        let refused = Facility {
            name: "AF_PACKET",
            state: State::Refused,
            detail: "Operation not permitted (os error 1)".to_owned(),
            without: "close codes of real clients cannot be seen on plaintext ports, and that is \
                      a pity",
            remedy: Some(command.clone()),
        };
        let fine = Facility { state: State::Available, remedy: None, ..refused.clone() };
        let text = report(&[refused, fine]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "refused  AF_PACKET                  Operation not permitted (os error 1)"
        );
        assert_eq!(
            lines[1],
            "         without it: close codes of real clients cannot be seen on plaintext"
        );
        assert_eq!(lines[2], "                     ports, and that is a pity");
        assert_eq!(lines[3], format!("         to get it:  {command}"));
        assert!(lines[4].starts_with("ok       AF_PACKET "), "{text}");
        assert!(lines.contains(&"1 of 2 facilities can be used by this user here"), "{text}");
        assert!(lines.last().is_some_and(|line| line.ends_with("what you have.")), "{text}");
    }

    #[test]
    fn the_report_of_this_host_fits_80_columns_but_for_commands() {
        for line in report(&crate::source::host::examine()).lines() {
            assert!(line.contains("to get it:") || text::width(line) <= LINE, "{line}");
        }
    }
}
