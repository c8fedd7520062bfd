//! What the user and the terminal do.

use crossterm::event::{
    Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent,
    MouseEventKind,
};
use futures_util::{FutureExt, StreamExt};

use crate::app::{Gesture, Key, Pointer};

/// What comes from the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermEvent {
    /// A key.
    Key(Key),
    /// The mouse.
    Pointer(Pointer),
    /// The size changed.
    Resized,
    /// The terminal is gone.
    Gone,
}

/// What the user and the terminal do.
#[derive(Debug, Default)]
pub struct TermEvents {
    stream: EventStream,
    /// Came while a drag was being followed.
    waiting: Option<Event>,
}

impl TermEvents {
    /// The next event.
    pub async fn next(&mut self) -> TermEvent {
        loop {
            let event = match self.waiting.take() {
                Some(event) => Some(Ok(event)),
                None => self.stream.next().await,
            };
            match event {
                Some(Ok(Event::Key(key))) => {
                    if let Some(key) = translate(key) {
                        return TermEvent::Key(key);
                    }
                }
                Some(Ok(Event::Mouse(mouse))) => {
                    if let Some(pointer) = point(self.newest(mouse)) {
                        return TermEvent::Pointer(pointer);
                    }
                }
                Some(Ok(Event::Resize(..))) => return TermEvent::Resized,
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return TermEvent::Gone,
            }
        }
    }

    /// Of a drag the newest place: each on the way would fetch a moment of the
    /// past and draw it, and the picture would lag behind the hand.
    fn newest(&mut self, mouse: MouseEvent) -> MouseEvent {
        let mut mouse = mouse;
        while matches!(mouse.kind, MouseEventKind::Drag(_)) {
            match self.stream.next().now_or_never() {
                Some(Some(Ok(Event::Mouse(next)))) if next.kind == mouse.kind => mouse = next,
                Some(Some(Ok(other))) => {
                    self.waiting = Some(other);
                    break;
                }
                // A terminal that is gone says so again.
                _ => break,
            }
        }
        mouse
    }
}

fn point(event: MouseEvent) -> Option<Pointer> {
    let shift = event.modifiers.contains(KeyModifiers::SHIFT);
    let gesture = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Gesture::Press,
        MouseEventKind::Drag(MouseButton::Left) => Gesture::Drag,
        MouseEventKind::Up(MouseButton::Left) => Gesture::Release,
        MouseEventKind::ScrollUp if shift => Gesture::WheelLeft,
        MouseEventKind::ScrollDown if shift => Gesture::WheelRight,
        MouseEventKind::ScrollUp => Gesture::WheelUp,
        MouseEventKind::ScrollDown => Gesture::WheelDown,
        MouseEventKind::ScrollLeft => Gesture::WheelLeft,
        MouseEventKind::ScrollRight => Gesture::WheelRight,
        _ => return None,
    };
    Some(Pointer { gesture, x: event.column, y: event.row })
}

fn translate(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let shift = event.modifiers.contains(KeyModifiers::SHIFT);
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    Some(match event.code {
        KeyCode::Char(c) if ctrl => Key::Ctrl(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left if shift => Key::ShiftLeft,
        KeyCode::Right if shift => Key::ShiftRight,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::ShiftTab,
        KeyCode::F(n) => Key::F(n),
        _ => return None,
    })
}
