//! A terminal given back that a killed program was using: `kill -9` leaves raw mode,
//! the alternate screen and the mouse as they were, and nothing can be caught there.

use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{Mode, OFlags};
use rustix::termios::{
    Action, ControlModes, InputModes, LocalModes, OptionalActions, OutputModes, SpecialCodeIndex,
    Termios, tcflow, tcgetattr, tcsetattr,
};

use super::guard::{MOUSE_OFF, OLD_TITLE};
use super::out::knows_sequences;

/// What a screen program may have left behind, in the order in which it is undone.
/// The cursor is saved first (DECSC): leaving the alternate screen (1049) restores it
/// also where there is none to leave, and would move it.
const AS_BEFORE: [&[u8]; 5] = [
    // A frame that was never ended (2026), every mouse mode and coding of reports
    // (1003, 1005, 1015), focus (1004) and bracketed paste (2004).
    b"\x1b[?2026l\x1b[?1003l\x1b[?1005l\x1b[?1015l\x1b[?1004l\x1b[?2004l",
    MOUSE_OFF,
    b"\x1b7\x1b[?1049l",
    // Colours; the character set; insert mode off, wrapping on, usual keys; the cursor.
    b"\x1b[m\x0f\x1b(B\x1b[4l\x1b[?7h\x1b[?1l\x1b>\x1b[?25h",
    OLD_TITLE,
];

/// Gives it back: what standard input, output or error is, else the one this was
/// started from.
///
/// # Errors
/// Where there is no terminal, or it does not take it.
pub fn reset() -> io::Result<()> {
    let tty = terminal()?;
    let mut modes = tcgetattr(&tty)?;
    make_sane(&mut modes);
    tcsetattr(&tty, OptionalActions::Now, &modes)?;
    // Ctrl-S may have been typed at what seemed dead.
    tcflow(&tty, Action::OOn)?;
    if knows_sequences() {
        for bytes in AS_BEFORE {
            write_all(&tty, bytes)?;
        }
    }
    Ok(())
}

fn terminal() -> io::Result<OwnedFd> {
    let (input, output, error) = (io::stdin(), io::stdout(), io::stderr());
    let standard = [
        (output.is_terminal(), output.as_fd()),
        (input.is_terminal(), input.as_fd()),
        (error.is_terminal(), error.as_fd()),
    ];
    match standard.into_iter().find(|(is, _)| *is) {
        Some((_, fd)) => fd.try_clone_to_owned(),
        None => Ok(rustix::fs::open("/dev/tty", OFlags::RDWR, Mode::empty())?),
    }
}

/// As `stty sane` does: lines, echo, signals by key, and the usual keys for them.
fn make_sane(modes: &mut Termios) {
    modes.input_modes |=
        InputModes::BRKINT | InputModes::ICRNL | InputModes::IMAXBEL | InputModes::IXON;
    modes.input_modes &= !(InputModes::IGNBRK
        | InputModes::PARMRK
        | InputModes::ISTRIP
        | InputModes::INLCR
        | InputModes::IGNCR
        | InputModes::IXOFF);
    modes.output_modes |= OutputModes::OPOST | OutputModes::ONLCR;
    modes.output_modes &= !(OutputModes::OCRNL | OutputModes::ONOCR | OutputModes::ONLRET);
    modes.control_modes |= ControlModes::CREAD;
    modes.local_modes |= LocalModes::ISIG
        | LocalModes::ICANON
        | LocalModes::IEXTEN
        | LocalModes::ECHO
        | LocalModes::ECHOE
        | LocalModes::ECHOK
        | LocalModes::ECHOCTL
        | LocalModes::ECHOKE;
    modes.local_modes &=
        !(LocalModes::ECHONL | LocalModes::NOFLSH | LocalModes::TOSTOP | LocalModes::ECHOPRT);
    let ctrl = |letter: u8| letter - b'@';
    for (code, key) in [
        (SpecialCodeIndex::VINTR, ctrl(b'C')),
        (SpecialCodeIndex::VQUIT, ctrl(b'\\')),
        (SpecialCodeIndex::VERASE, 0x7f),
        (SpecialCodeIndex::VKILL, ctrl(b'U')),
        (SpecialCodeIndex::VEOF, ctrl(b'D')),
        (SpecialCodeIndex::VSUSP, ctrl(b'Z')),
        (SpecialCodeIndex::VSTART, ctrl(b'Q')),
        (SpecialCodeIndex::VSTOP, ctrl(b'S')),
    ] {
        modes.special_codes[code] = key;
    }
}

fn write_all(tty: &OwnedFd, bytes: &[u8]) -> io::Result<()> {
    let mut rest = bytes;
    while !rest.is_empty() {
        match rustix::io::write(tty, rest) {
            Ok(written) => rest = rest.get(written..).unwrap_or_default(),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
