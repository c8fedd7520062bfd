//! A chart as inline SVG: one bar a column, a gap where nothing was measured.

use super::Chart;
use super::escape::escape;
use crate::units::float;

/// The drawing, in units of its own.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 120.0;
/// Where the bars stand: room for the axis at the left and the times below.
const LEFT: f64 = 56.0;
const BOTTOM: f64 = 100.0;
const TOP: f64 = 10.0;

/// The chart and its words.
pub(super) fn figure(chart: &Chart) -> String {
    let (title, peak) = (escape(&chart.title), escape(&chart.peak));
    let (from, to) = (escape(&chart.span.0), escape(&chart.span.1));
    let middle = f64::midpoint(LEFT, WIDTH);
    let gap =
        if chart.columns.iter().any(Option::is_none) { "; a gap was not measured" } else { "" };
    format!(
        "<figure><figcaption>{title}: {peak}{gap}</figcaption>\n\
         <svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}, {peak}\">\n\
         <path class=\"area\" d=\"{}\"/>\n\
         <path class=\"axis\" fill=\"none\" d=\"M{LEFT} {TOP}V{BOTTOM}H{WIDTH}\"/>\n\
         <text x=\"{x}\" y=\"{top}\" text-anchor=\"end\">{}</text>\n\
         <text x=\"{x}\" y=\"{BOTTOM}\" text-anchor=\"end\">0</text>\n\
         <text x=\"{LEFT}\" y=\"{low}\">{from}</text>\n\
         <text x=\"{middle}\" y=\"{low}\" text-anchor=\"middle\">UTC</text>\n\
         <text x=\"{WIDTH}\" y=\"{low}\" text-anchor=\"end\">{to}</text>\n\
         </svg></figure>\n",
        bars(chart),
        escape(&chart.top.1),
        x = LEFT - 6.0,
        top = TOP + 8.0,
        low = BOTTOM + 16.0,
    )
}

/// One path for all bars: a file of a hundred charts stays small.
fn bars(chart: &Chart) -> String {
    let all = float(chart.columns.len().max(1) as u64);
    let width = (WIDTH - LEFT) / all;
    let mut path = Vec::new();
    for (n, value) in (0_u64..).zip(&chart.columns) {
        let Some(value) = value.filter(|value| *value > 0.0 && chart.top.0 > 0.0) else { continue };
        let share = (value / chart.top.0).min(1.0);
        // One that is not nothing is seen.
        let height = (share * (BOTTOM - TOP)).max(1.0);
        let x = LEFT + float(n) * width;
        path.push(format!("M{x:.1} {BOTTOM}v-{height:.1}h{width:.2}v{height:.1}z"));
    }
    path.concat()
}
