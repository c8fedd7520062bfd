//! The report as Markdown with tables as GitHub has them.

use super::{Block, Chart, Report, Table};
use crate::text;
use crate::units::whole;

/// Columns of a sparkline: with its title and its peak it fits a ticket.
const SPARK: usize = 60;
const EIGHTHS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Nothing was measured; a zero is the lowest eighth.
const GAP: char = '·';

/// Writes it.
#[must_use]
pub fn md(report: &Report) -> String {
    let mut out = vec![format!("# {}\n", escape(&report.title))];
    for section in &report.sections {
        out.push(format!("\n## {}\n\n", section.title));
        let blocks: Vec<String> = section.blocks.iter().map(block).collect();
        out.push(blocks.join("\n"));
    }
    out.push(format!("\n---\n{}\n", escape(&report.origin)));
    out.concat()
}

fn block(block: &Block) -> String {
    match block {
        Block::Text(text) => format!("{}\n", escape(text)),
        Block::List(points) => {
            points.iter().map(|p| format!("- {}\n", escape(p))).collect::<Vec<_>>().concat()
        }
        Block::Table(rows) => table(rows),
        Block::Charts(all) => charts(all),
        Block::Steps { about, severity, steps } => {
            let step = |(number, (what, command)): (usize, &(String, Option<String>))| {
                let command = command.as_deref().map(code).map(|code| format!(": {code}"));
                format!("{number}. {}{}\n", escape(what), command.unwrap_or_default())
            };
            let steps: Vec<String> = (1..).zip(steps).map(step).collect();
            format!("**{}** {}\n\n{}", severity.word(), escape(about), steps.concat())
        }
    }
}

fn table(table: &Table) -> String {
    let row = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| escape_inside(cell)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule = format!("|{}\n", " --- |".repeat(table.head.len()));
    let rows: Vec<String> = table.rows.iter().map(|cells| row(cells)).collect();
    format!("{}{rule}{}", row(&table.head), rows.concat())
}

fn charts(all: &[Chart]) -> String {
    let widest = all.iter().map(|chart| text::width(&chart.title)).max().unwrap_or(0);
    let mut lines = Vec::new();
    for chart in all {
        let pad = " ".repeat(widest - text::width(&chart.title));
        let spark = spark(&chart.columns, chart.top.0);
        lines.push(format!("{}{pad}  {spark}  {}\n", chart.title, chart.peak));
    }
    if let Some(Chart { span: (from, to), columns, .. }) = all.first() {
        let between = width(columns).saturating_sub(text::width(from) + text::width(to)).max(1);
        lines.push(format!("{}  {from}{}{to} UTC\n", " ".repeat(widest), " ".repeat(between)));
    }
    if lines.iter().any(|line| line.contains(GAP)) {
        lines.push(format!("{}  {GAP} = not measured\n", " ".repeat(widest)));
    }
    let lines = lines.concat();
    let fence = "`".repeat(longest_ticks(&lines).max(2) + 1);
    format!("{fence}text\n{lines}{fence}\n")
}

/// A short time has no more columns than seconds.
fn width(columns: &[Option<f64>]) -> usize {
    columns.len().min(SPARK)
}

/// The highest of each share, in eighths of the top.
fn spark(columns: &[Option<f64>], top: f64) -> String {
    let wide = width(columns);
    let edge = |n: usize| columns.len() * n / wide;
    let shares = (0..wide).map(|n| &columns[edge(n)..edge(n + 1)]);
    let highest = shares.map(|share| share.iter().flatten().copied().reduce(f64::max));
    highest
        .map(|value| {
            value.map_or(GAP, |value| {
                let share = if top > 0.0 { (value / top).clamp(0.0, 1.0) } else { 0.0 };
                let eighth = usize::try_from(whole(share * 7.0)).unwrap_or(0);
                // What is not nothing does not look like it.
                EIGHTHS[if value > 0.0 { eighth.max(1) } else { 0 }.min(7)]
            })
        })
        .collect()
}

/// What Markdown or the HTML in it would take for its own is shown as it is. A word
/// that a tracker would make a link, or a call of everybody, of is a span of code:
/// only that is left alone by all of them.
fn escape_inside(text: &str) -> String {
    let words = text.split_inclusive(char::is_whitespace).map(|part| {
        let word = part.trim_end();
        let space = if word.len() < part.len() { " " } else { "" };
        let inert = if acts(word) { code(word).replace('|', "\\|") } else { escape_word(word) };
        format!("{inert}{space}")
    });
    words.collect()
}

/// Whether it is more than text to a tracker or a chat: a mention or an address, a
/// bare link, a number of an issue.
fn acts(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let issue = |(_, after): (&str, &str)| after.starts_with(|c: char| c.is_ascii_digit());
    ["@", "://", "www.", "mailto:", "xmpp:"].iter().any(|mark| lower.contains(mark))
        || word.split_once('#').is_some_and(issue)
}

fn escape_word(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '[' | ']' | '|' | '~' | '!' | '$' => out.extend(['\\', c]),
            // Inside of a word it is only itself: names stay readable.
            '_' if out.chars().last().is_none_or(|c| !c.is_alphanumeric()) => out.push_str("\\_"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// The same at the beginning of a line, where more has a meaning.
fn escape(text: &str) -> String {
    let inside = escape_inside(text);
    if inside.starts_with(['#', '+', '-', '=']) {
        return format!("\\{inside}");
    }
    // `1.` and `1)` begin a list.
    let digits = inside.chars().take_while(char::is_ascii_digit).count();
    match inside.get(digits..) {
        Some(rest) if digits > 0 && rest.starts_with(['.', ')']) => {
            format!("{}\\{rest}", &inside[..digits])
        }
        _ => inside,
    }
}

/// A span of code that nothing in it can end.
fn code(command: &str) -> String {
    let ticks = "`".repeat(longest_ticks(command) + 1);
    let space = if command.starts_with('`') || command.ends_with('`') { " " } else { "" };
    let line: String = command.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{ticks}{space}{line}{space}{ticks}")
}

fn longest_ticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_text() {
        assert_eq!(
            escape("<img src=x> a|b [x](y) *b* `c`"),
            "&lt;img src=x&gt; a\\|b \\[x\\](y) \\*b\\* \\`c\\`"
        );
        assert_eq!(escape("after_outage _x_"), "after_outage \\_x_");
        assert_eq!((escape("# x").as_str(), escape_inside("# x").as_str()), ("\\# x", "# x"));
        assert_eq!(code("echo `id`"), "`` echo `id` ``");
    }

    #[test]
    fn nobody_is_called_and_nothing_becomes_a_link() {
        assert_eq!(escape("@everyone look"), "`@everyone` look");
        assert_eq!(
            escape_inside("see HTTPS://evil.example/x|y, www.evil.example or a@b.example"),
            "see `HTTPS://evil.example/x\\|y,` `www.evil.example` or `a@b.example`"
        );
        assert_eq!(
            escape_inside("fixed by org/repo#12 #7 # :8080"),
            "fixed by `org/repo#12` `#7` # :8080"
        );
        assert_eq!(escape_inside("`@x`"), "`` `@x` ``");
        assert_eq!((escape("1. x").as_str(), escape("2) y").as_str()), ("1\\. x", "2\\) y"));
        assert_eq!(escape_inside("$a$ </table>"), "\\$a\\$ &lt;/table&gt;");
    }

    #[test]
    fn a_peak_stands_out_and_a_gap_is_none() {
        let mut columns = vec![Some(0.0); 240];
        columns[123] = Some(500.0);
        columns[8..16].fill(None);
        columns[200] = Some(1.0);
        let spark = spark(&columns, 500.0);
        let expected = format!("▁▁··{}█{}▂{}", "▁".repeat(26), "▁".repeat(19), "▁".repeat(9));
        assert_eq!(spark, expected);
    }
}
