//! Order, late lines, clocks that go back, and the memory of gaps.

use super::*;

fn open(at: f64) -> Event<'static> {
    #[expect(clippy::cast_possible_truncation, reason = "small numbers")]
    let at = Some((at * 1e6) as i64);
    Event { opened: at, ..Event::default() }
}

fn run(events: impl IntoIterator<Item = Event<'static>>) -> (Window, Vec<(i64, u32, u32)>) {
    let mut window = Window::default();
    events.into_iter().for_each(|event| window.add(event));
    window.finish();
    let mut seconds = vec![];
    while let Some(second) = window.next() {
        assert!(second.before <= second.closed, "who was opened before is told at the end");
        seconds.push((second.at, second.opened, second.ticks().iter().sum()));
    }
    (window, seconds)
}

#[test]
fn two_seconds_out_of_order_are_put_right() {
    let (window, seconds) = run([10.1, 12.0, 10.4, 11.2, 13.9, 12.1].map(open));
    assert_eq!(seconds, [(10, 2, 2), (11, 1, 1), (12, 2, 2), (13, 1, 1)]);
    assert_eq!(window.late, 0);
}

#[test]
fn what_is_later_still_is_counted_and_is_no_arrival() {
    let (window, seconds) = run([10.0, 20.0, 11.0, 21.0].map(open));
    assert_eq!(window.late, 1);
    assert_eq!(seconds.iter().map(|s| s.1).sum::<u32>(), 4);
    assert_eq!(seconds.iter().map(|s| s.2).sum::<u32>(), 3);
}

#[test]
fn a_clock_set_back_goes_on_from_there() {
    let before = (0..100).map(|n| 1000.0 + f64::from(n));
    let after = (0..100).map(|n| 500.0 + f64::from(n));
    let (window, seconds) = run(before.chain(after).map(open));
    assert_eq!(window.jumps.0, 1);
    assert_eq!(seconds.iter().map(|s| s.1).sum::<u32>(), 200, "none is lost");
    assert_eq!(seconds.last().map(|s| s.0), Some(599));
}

#[test]
fn a_number_that_looks_like_a_stamp_does_not_take_the_clock_along() {
    let (window, seconds) = run([10.0, 11.0, 900_000.0, 12.0, 13.0].map(open));
    assert_eq!((window.late, seconds.last().map(|s| s.0)), (1, Some(13)));
    assert_eq!(seconds.iter().map(|s| s.1).sum::<u32>(), 5);
    let (window, seconds) = run([10.0, 11.0, 900_000.0, 900_001.0].map(open));
    assert_eq!((window.late, seconds.len()), (0, 4), "the log was silent");
}

#[test]
fn an_access_log_tells_of_the_beginning_at_the_end() {
    let access = |closed: i64, lasted: i64| Event {
        opened: Some((closed - lasted) * SECOND),
        closed: Some(closed * SECOND),
        coarse: true,
        calculated: true,
        ..open(0.0)
    };
    let (window, seconds) =
        run([access(1000, 5), access(1010, 8), access(9000, 7000), access(9001, 1)]);
    assert_eq!(window.older, 1, "opened before the log began");
    let opened: Vec<_> = seconds.iter().filter(|s| s.1 > 0).map(|s| s.0).collect();
    assert_eq!(opened, [1002, 2000, 9000]);
}

#[test]
fn a_gap_of_months_takes_no_memory() {
    let far = 5 * 31 * 86_400;
    let mut window = Window::default();
    window.hold_a_day();
    for at in [1000, 1000 + far, 1001 + far] {
        window.add(Event { opened: Some(at * SECOND), ..Event::default() });
    }
    assert!(window.open.len() <= 3, "{}", window.open.len());
}

#[test]
fn beginnings_in_the_order_of_their_ends_are_no_clock_that_goes_back() {
    let begun = |at: i64| Event { opened: Some(at * SECOND), unordered: true, ..Event::default() };
    let (window, seconds) = run((0..100).map(|n| begun(1000 + (n * 37) % 100)));
    assert_eq!((window.late, window.jumps.0, seconds.len()), (0, 0, 100));
}
