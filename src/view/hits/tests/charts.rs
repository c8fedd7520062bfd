//! Letters, columns and the cursor of the charts.

use super::super::super::fixtures;
use super::{Picture, SIZES, on, zoomed};
use crate::app::{ChartPoint, Frame, Hit, Panel, View};

#[test]
fn a_letter_is_its_event_on_every_chart() {
    let frame = fixtures::refused();
    for view in [View::Incident, View::Probes, View::Timeline] {
        for size in SIZES {
            let picture = Picture::new(&on(&frame, view), size);
            let cells = (0..size.1).flat_map(|y| (0..size.0).map(move |x| (x, y)));
            // Every cell with a capital, and some of the others.
            let may_be = |(x, y): &(u16, u16)| {
                let capital = |c: char| c.is_ascii_uppercase() || c == '*';
                (x + y) % 11 == 0 || picture.symbol(*x, *y).chars().all(capital)
            };
            let letters: Vec<(char, chrono::DateTime<chrono::Utc>)> = cells
                .filter(may_be)
                .filter_map(|(x, y)| match picture.hit(x, y) {
                    Some(Hit::Letter(letter, at)) => {
                        let drawn = picture.symbol(x, y);
                        assert_eq!(drawn, letter.to_string(), "{view:?} {size:?}");
                        Some((letter, at))
                    }
                    _ => None,
                })
                .collect();
            assert!(!letters.is_empty(), "{view:?} {size:?}");
            // Where two fall into one column the worse one is drawn; in a wide
            // chart none do.
            let all = frame.chart.marks.iter().map(|mark| (mark.letter, mark.at));
            let missing = all.filter(|mark| !letters.contains(mark)).count();
            assert!(missing == 0 || size.0 < 200, "{view:?} {size:?}: {letters:?}");
        }
    }
}

#[test]
fn the_column_that_was_hit_is_where_the_cursor_is_drawn() {
    for view in [View::Incident, View::Timeline] {
        for size in SIZES {
            for chart in [None, Some(Panel::Chart)] {
                let mut frame = on(&fixtures::incident(), view);
                frame.chart.marks.clear();
                frame = chart.map_or(frame.clone(), |panel| zoomed(&frame, panel));
                let picture = Picture::new(&frame, size);
                let mut seen = 0;
                for x in (0..size.0).step_by(9) {
                    let moment = |y| match picture.hit(x, y) {
                        Some(Hit::Moment(at)) => Some(at),
                        _ => None,
                    };
                    let Some(at) = (0..size.1).find_map(moment) else { continue };
                    frame.chart.cursor = Some(at);
                    let drawn = Picture::new(&frame, size);
                    let Some(cursor) = drawn.cursor() else { continue };
                    let near = cursor <= x && x < cursor + 4;
                    assert!(near, "{view:?} {size:?}: hit {x}, drawn {cursor}");
                    seen += 1;
                }
                assert!(seen > 2, "{view:?} {size:?}: {seen} columns");
            }
        }
    }
}

#[test]
fn the_row_of_open_connections_has_the_cursor_too() {
    let mut frame = on(&fixtures::incident(), View::Timeline);
    frame.chart.marks.clear();
    frame.chart.points = vec![Some(ChartPoint { open: Some(9.0), ..ChartPoint::default() }); 600];
    for size in SIZES.into_iter().skip(1) {
        frame.chart.cursor = Some(frame.chart.end - chrono::TimeDelta::seconds(200));
        let picture = Picture::new(&frame, size);
        let x = picture.cursor().expect("a cursor");
        let row = picture.find("open ").into_iter().find(|at| at.0 == 1);
        // Where it is tall a panel of its own, which has the cursor from its top.
        let panel = || picture.find("OPEN CONNECTIONS").first().map(|at| (at.0, at.1 + 1));
        let y = row.or_else(panel).expect("the row or the panel").1;
        assert_eq!(picture.symbol(x, y), "│", "{size:?}: {}", picture.line(y));
    }
}

#[test]
fn the_cursor_is_on_every_chart_that_can_be_dragged() {
    let mut frame = fixtures::refused();
    frame.chart.cursor = Some(frame.chart.end - chrono::TimeDelta::seconds(100));
    for size in SIZES.into_iter().skip(1) {
        let over = |overlay| Frame { overlay, ..frame.clone() };
        let details = over(fixtures::details(&frame));
        for frame in [on(&frame, View::Probes), details, over(fixtures::target(&frame))] {
            let picture = Picture::new(&frame, size);
            let cells = (0..size.1).flat_map(|y| (0..size.0).map(move |x| (x, y)));
            let mut cells =
                cells.filter(|(x, y)| matches!(picture.hit(*x, *y), Some(Hit::Moment(_))));
            if cells.next().is_some() {
                assert!(picture.cursor().is_some(), "{:?} {size:?}", frame.view);
            }
        }
    }
}
