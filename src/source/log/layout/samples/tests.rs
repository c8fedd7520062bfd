//! Beginning or end, and the unit, by the order of lines alone.

use super::*;

/// Ends each second, each after a life of its own; `at` is which stamp it has.
fn samples(start: bool, number: impl Fn(f64) -> Number<'static>) -> Samples {
    let mut samples = Samples::default();
    for n in 0..200_i64 {
        let lasted = (n * 7919) % 600;
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let number = number(lasted as f64);
        let stamp = (1_000_000 + n - if start { lasted } else { 0 }) * 1_000_000;
        samples.push(stamp, true, (true, false, false), [number].iter());
    }
    samples
}

fn number(value: f64, decimals: u8) -> Number<'static> {
    Number { text: b"", value, unit: Unit::Unknown, decimals, name: b"", place: 3 }
}

#[test]
fn the_order_tells_start_or_end_and_the_unit() {
    for (factor, unit) in [(1e6, Unit::Micros), (1e3, Unit::Millis), (1.0, Unit::Seconds)] {
        let layout = samples(true, |s| number(s * factor, 0)).decide(None);
        assert_eq!(layout.stamp, StampIs::Start);
        assert_eq!(layout.duration.expect("a duration").unit, unit);
        let layout = samples(false, |s| number(s * factor, 0)).decide(None);
        assert_eq!((layout.stamp, layout.duration), (StampIs::End, None), "no unit is told");
    }
    let layout = samples(false, |s| number(s, 3)).decide(None);
    assert_eq!(layout.duration.expect("nginx's").unit, Unit::Seconds);
}

#[test]
fn without_a_duration_the_stamps_alone_tell() {
    let bare = |start: bool| {
        let mut samples = samples(start, |s| number(s, 0));
        samples.lines.iter_mut().for_each(|line| line.numbers.clear());
        samples.known.clear();
        samples.decide(None).stamp
    };
    assert_eq!((bare(true), bare(false)), (StampIs::Start, StampIs::End));
}
