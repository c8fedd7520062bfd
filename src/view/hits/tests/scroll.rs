//! What is scrolled stays where it was until it has to move.

use ratatui::layout::Rect;

use super::super::super::fixtures;
use super::super::drawn;
use super::{Picture, SIZES, on};
use crate::app::{Firsts, Frame, Hit, ListenerRow, Overlay, RowKind, View};

#[test]
fn a_help_that_is_too_long_is_scrolled_to_its_last_line() {
    let mut frame = Frame { overlay: fixtures::help(), ..fixtures::calm() };
    let area = Rect::new(0, 0, 44, 12);
    let top = Picture::new(&frame, (44, 12));
    assert!(!top.find("this help").is_empty() && top.find("to the shell").is_empty());
    frame.panes.first.help = usize::MAX;
    frame.panes.first = drawn(&frame, area).first;
    let end = Picture::new(&frame, (44, 12));
    assert!(end.find("this help").is_empty() && !end.find("scrub").is_empty());
    let all = drawn(&frame, Rect::new(0, 0, 80, 120)).first;
    assert_eq!(all.help, 0, "where all is seen nothing is scrolled");
}

/// Under the pointer lies what is drawn there, however far the list has gone.
#[test]
fn settings_stay_where_they_were_until_the_selection_leaves_them() {
    let overlay = fixtures::settings(false);
    let Overlay::Settings(mut page) = overlay else { panic!("settings") };
    page.rows = (0..40).flat_map(|_| page.rows.clone()).take(40).collect();
    for (at, row) in page.rows.iter_mut().enumerate() {
        row.value = format!("value {at}.");
        row.group = ["WATCH", "ALERTS"][at / 20];
    }
    let mut frame = fixtures::calm();
    let mut firsts = Vec::new();
    for selected in [0, 39, 30, 22, 21, 39, 0] {
        page.selected = selected;
        frame.overlay = Overlay::Settings(page.clone());
        frame.panes.first = drawn(&frame, Rect::new(0, 0, 80, 24)).first;
        firsts.push(frame.panes.first.settings);
        let picture = Picture::new(&frame, (80, 24));
        let mut seen = 0;
        for (at, row) in page.rows.iter().enumerate() {
            if !picture.find(&row.value).is_empty() {
                assert_eq!(picture.text(&row.value), [Some(Hit::Setting(at)); 2]);
                seen += 1;
            }
        }
        // Below the selected one stands what it does.
        assert!(seen >= 16, "{seen}");
        assert!(!picture.find(&format!("value {selected}.")).is_empty(), "what is selected");
    }
    // What the selected one does stands below it: what lies above moves as it does.
    assert_eq!(firsts, [0, 25, 25, 24, 23, 25, 0]);
}

#[test]
fn a_table_stays_where_it_was_while_its_selection_is_seen() {
    let mut frame = on(&fixtures::hostile(), View::Listeners);
    let area = Rect::new(0, 0, 80, 24);
    let mut firsts = Vec::new();
    for selected in [0, 40, 39, 30, 25, 24, 23, 40, 199, 0] {
        frame.listeners.selected = selected;
        frame.panes.first = drawn(&frame, area).first;
        firsts.push(frame.panes.first.listeners);
    }
    let height = 18;
    let top = 41 - height;
    assert_eq!(firsts, [0, top, top, top, top, top, top, top, 200 - height, 0]);
    assert_eq!(frame.panes.first, Firsts { listeners: 0, ..Firsts::default() });
}

/// It cannot be selected, so that no key leads there but that to the last listener.
#[test]
fn the_row_of_the_others_is_seen_below_the_last_listener_when_that_is_selected() {
    let mut frame = on(&fixtures::calm(), View::Listeners);
    let one = frame.listeners.rows[0].clone();
    let listener = |port: u16| {
        let mut row = ListenerRow { focused: false, ..one.clone() };
        row.listener.address = ([0, 0, 0, 0], port).into();
        row
    };
    frame.listeners.rows = (9000..9064).map(listener).collect();
    frame.listeners.rows.push(ListenerRow { kind: RowKind::Others(237), ..listener(0) });
    frame.listeners.total = 301;
    for size in SIZES {
        let area = Rect::new(0, 0, size.0, size.1);
        frame.panes.first = Firsts::default();
        frame.listeners.selected = 62;
        frame.panes.first = drawn(&frame, area).first;
        assert_eq!(Picture::new(&frame, size).find("237 others"), [], "{size:?}");
        frame.listeners.selected = 63;
        frame.panes.first = drawn(&frame, area).first;
        let picture = Picture::new(&frame, size);
        assert_eq!(picture.text("237 others"), [Some(Hit::Listener(64)); 2], "{size:?}");
        assert_eq!(picture.text(":9063"), [Some(Hit::Listener(63)); 2], "{size:?}");
        assert_eq!(picture.find(" to 65").len(), 1, "{size:?}");
    }
}
