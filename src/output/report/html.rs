//! The report as one HTML file that needs no other and asks for none.

use super::escape::escape;
use super::{Block, Report, Table, svg};
use crate::detect::Severity;

/// Nothing may be loaded and nothing may run, whatever got into it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// Readable by day and by night, on paper too.
const STYLE: &str = "\
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #8886}
table{border-collapse:collapse;display:block;overflow-x:auto;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:.2rem .7rem .2rem 0;border-bottom:1px solid #8883}
th{font-weight:600;white-space:nowrap}
code{font:13px ui-monospace,monospace;background:#8882;padding:.1rem .3rem;border-radius:.2rem}
figure{margin:1rem 0}figcaption{font-size:.9rem}svg{width:100%;max-width:60rem;height:auto}
svg text{font:11px system-ui,sans-serif;fill:currentColor}.area{fill:#3b82c4}.axis{stroke:#8888}
.crit{color:#c62828;font-weight:600}.warn{color:#b26a00;font-weight:600}
@media(prefers-color-scheme:dark){.crit{color:#ff8a80}.warn{color:#ffc46b}.area{fill:#6db3f2}}
footer{margin-top:2rem;opacity:.7}";

/// Writes it.
#[must_use]
pub fn html(report: &Report) -> String {
    let title = escape(&report.title);
    let mut out = vec![format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<style>\n{STYLE}\n</style></head><body>\n<h1>{title}</h1>\n"
    )];
    for section in &report.sections {
        out.push(format!("<section><h2>{}</h2>\n", section.title));
        section.blocks.iter().for_each(|one| out.push(block(one)));
        out.push("</section>\n".to_owned());
    }
    out.push(format!("<footer>{}</footer>\n</body></html>\n", escape(&report.origin)));
    out.concat()
}

fn block(block: &Block) -> String {
    match block {
        Block::Text(text) => format!("<p>{}</p>\n", escape(text)),
        Block::List(points) => {
            format!("<ul>\n{}</ul>\n", all(points, |point| format!("<li>{}</li>\n", escape(point))))
        }
        Block::Table(rows) => table(rows),
        Block::Charts(charts) => all(charts, svg::figure),
        Block::Steps { about, severity, steps } => {
            let step = |(what, command): &(String, Option<String>)| {
                let command = command.as_deref().map(escape);
                let command = command.map(|c| format!(": <code>{c}</code>")).unwrap_or_default();
                format!("<li>{}{command}</li>\n", escape(what))
            };
            let steps = all(steps, step);
            format!("<p>{} {}</p>\n<ol>\n{steps}</ol>\n", word(severity.word()), escape(about))
        }
    }
}

fn table(table: &Table) -> String {
    let row = |cells: &Vec<String>| {
        format!("<tr>{}</tr>\n", all(cells, |cell| format!("<td>{}</td>", word(cell))))
    };
    format!(
        "<table><thead><tr>{}</tr></thead><tbody>\n{}</tbody></table>\n",
        all(&table.head, |cell| format!("<th>{}</th>", escape(cell))),
        all(&table.rows, row),
    )
}

/// One after the other.
fn all<T>(each: &[T], write: impl Fn(&T) -> String) -> String {
    each.iter().map(write).collect::<Vec<_>>().concat()
}

/// A cell; the word of a severity has its colour as well.
fn word(cell: &str) -> String {
    let class = [(Severity::Critical, "crit"), (Severity::Warning, "warn")];
    let class = class.iter().find(|(severity, _)| severity.word() == cell);
    class
        .map_or_else(|| escape(cell), |(_, class)| format!("<span class=\"{class}\">{cell}</span>"))
}
