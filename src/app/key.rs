//! A key press, free of any terminal library.

/// One key as the action table names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A printable character, shifted as typed.
    Char(char),
    /// A letter with Ctrl held.
    Ctrl(char),
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Arrow left with Shift held.
    ShiftLeft,
    /// Arrow right with Shift held.
    ShiftRight,
    /// Home.
    Home,
    /// End.
    End,
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Tab with Shift held.
    ShiftTab,
    /// Backspace.
    Backspace,
    /// A function key.
    F(u8),
}

impl Key {
    /// The name in the action table: `q`, `ctrl+c`, `space`, `up`, `f1`.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Char(' ') => "space".to_owned(),
            Self::Char(c) => c.to_string(),
            Self::Ctrl(c) => format!("ctrl+{c}"),
            Self::Up => "up".to_owned(),
            Self::Down => "down".to_owned(),
            Self::Left => "left".to_owned(),
            Self::Right => "right".to_owned(),
            Self::ShiftLeft => "shift+left".to_owned(),
            Self::ShiftRight => "shift+right".to_owned(),
            Self::Home => "home".to_owned(),
            Self::End => "end".to_owned(),
            Self::Enter => "enter".to_owned(),
            Self::Esc => "esc".to_owned(),
            Self::Tab => "tab".to_owned(),
            Self::ShiftTab => "shift+tab".to_owned(),
            Self::Backspace => "backspace".to_owned(),
            Self::F(n) => format!("f{n}"),
        }
    }

    /// The key of such a name; letters of longer names may be large or small.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let mut chars = name.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            return (!c.is_control() && c != ' ').then_some(Self::Char(c));
        }
        let name = name.to_ascii_lowercase();
        if let Some(letter) = name.strip_prefix("ctrl+") {
            let mut letters = letter.chars();
            let only = letters.next().filter(|c| c.is_ascii_graphic() && letters.next().is_none());
            return only.map(Self::Ctrl);
        }
        if let Some(Ok(number)) = name.strip_prefix('f').map(str::parse) {
            return (1..=12).contains(&number).then_some(Self::F(number));
        }
        NAMED.into_iter().find(|key| key.name() == name)
    }
}

/// The keys that have a name of their own.
const NAMED: [Key; 14] = [
    Key::Char(' '),
    Key::Up,
    Key::Down,
    Key::Left,
    Key::Right,
    Key::ShiftLeft,
    Key::ShiftRight,
    Key::Home,
    Key::End,
    Key::Enter,
    Key::Esc,
    Key::Tab,
    Key::ShiftTab,
    Key::Backspace,
];
