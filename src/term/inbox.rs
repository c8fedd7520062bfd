//! What came from the terminal and waits for the loop.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::event::TermEvent;
use crate::app::{Gesture, Key, Pointer};

/// What a terminal itself keeps of what is typed (`N_TTY_BUF_SIZE`). Beyond that
/// nothing is kept: whoever types four thousand keys at a screen that stands does not
/// mean the last.
const LONGEST: usize = 4096;

const ENDS: TermEvent = TermEvent::Key(Key::Ctrl('c'));

/// What waits, oldest first.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    waiting: Mutex<VecDeque<TermEvent>>,
    came: Notify,
}

impl Inbox {
    /// Ctrl-C goes before all that waits, which nobody wants any more. Of a drag only
    /// the newest place waits: each on the way would fetch a moment of the past and
    /// draw it, and the picture would lag behind the hand.
    pub(super) fn put(&self, event: TermEvent) {
        let mut waiting = self.waiting();
        if event == ENDS {
            waiting.clear();
        }
        let has_room = waiting.len() < LONGEST || event == TermEvent::Gone;
        match waiting.back_mut() {
            Some(last) if is_drag(*last) && is_drag(event) => *last = event,
            Some(&mut ENDS) => {}
            _ if has_room => waiting.push_back(event),
            _ => {}
        }
        self.came.notify_one();
    }

    /// The oldest, once there is one. May be dropped while it waits.
    pub(super) async fn next(&self) -> TermEvent {
        loop {
            let event = self.waiting().pop_front();
            match event {
                Some(event) => return event,
                None => self.came.notified().await,
            }
        }
    }

    /// Whether Ctrl-C waits.
    pub(super) fn is_asked_to_end(&self) -> bool {
        self.waiting().front() == Some(&ENDS)
    }

    /// A panic ends the program: nobody finds the lock poisoned.
    fn waiting(&self) -> MutexGuard<'_, VecDeque<TermEvent>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const fn is_drag(event: TermEvent) -> bool {
    matches!(event, TermEvent::Pointer(Pointer { gesture: Gesture::Drag, .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn mouse(gesture: Gesture, x: u16) -> TermEvent {
        TermEvent::Pointer(Pointer { gesture, x, y: 3 })
    }

    fn key(c: char) -> TermEvent {
        TermEvent::Key(Key::Char(c))
    }

    fn all(inbox: &Inbox) -> Vec<TermEvent> {
        inbox.waiting().drain(..).collect()
    }

    #[test]
    fn of_a_drag_the_newest_place_waits_and_what_lies_between_stays() {
        let inbox = Inbox::default();
        let (press, release) = (mouse(Gesture::Press, 9), mouse(Gesture::Release, 5));
        let came = [
            press,
            mouse(Gesture::Drag, 8),
            mouse(Gesture::Drag, 7),
            key('x'),
            mouse(Gesture::Drag, 6),
            mouse(Gesture::Drag, 5),
            release,
        ];
        for event in came {
            inbox.put(event);
        }
        let kept = [press, mouse(Gesture::Drag, 7), key('x'), mouse(Gesture::Drag, 5), release];
        assert_eq!(all(&inbox), kept);
    }

    #[test]
    fn ctrl_c_goes_before_all_that_waits_and_nothing_comes_after() {
        let inbox = Inbox::default();
        (0..100_000).for_each(|_| inbox.put(key('j')));
        assert_eq!(inbox.waiting().len(), LONGEST, "what waits is bounded");
        inbox.put(ENDS);
        inbox.put(key('j'));
        inbox.put(ENDS);
        assert!(inbox.is_asked_to_end());
        assert_eq!(all(&inbox), [ENDS]);
        assert!(!inbox.is_asked_to_end());
    }

    #[test]
    fn a_terminal_that_is_gone_says_so_behind_any_number_of_keys() {
        let inbox = Inbox::default();
        (0..=LONGEST).for_each(|_| inbox.put(key('j')));
        inbox.put(TermEvent::Gone);
        assert_eq!(all(&inbox).last(), Some(&TermEvent::Gone));
    }
}
