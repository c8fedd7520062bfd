//! `herdtop explain`: the registry of close codes, on paper as wide as there is.

use crate::cli::ExplainArgs;
use crate::close::Names;
use crate::close::meaning::{self, Miss};
use crate::output::{self, Out, Paper};
use crate::term;
use crate::text;
use crate::theme::ColorDepth;

/// Where neither `COLUMNS` nor a terminal says how wide.
const USUAL_WIDTH: usize = 80;
/// What was asked is repeated in a complaint, on one line.
const LONGEST_ASKED: usize = 60;

/// Explains what was asked for, or lists all codes.
pub(super) fn explain(args: ExplainArgs) -> anyhow::Result<u8> {
    let mut names = Names::default();
    for (code, name) in args.names {
        names.set(code, name);
    }
    let questions = meaning::questions(&args.asked);
    let answers = meaning::find(&questions, &names).map_err(complaint)?;
    let text = if args.json {
        output::explain_json(&answers, &names)?
    } else if answers.is_empty() {
        output::explain_all(&names, paper())
    } else {
        output::explain(&answers, &names, paper())
    };
    Out::default().line(&text)?;
    Ok(0)
}

/// How wide the paper is: as the user or the terminal says.
pub(super) fn columns() -> usize {
    let env = |name: &str| std::env::var(name).ok();
    let stdout = std::io::stdout();
    let said = env("COLUMNS").and_then(|c| c.trim().parse().ok()).filter(|&c: &usize| c > 0);
    let measured = || {
        let size = rustix::termios::tcgetwinsize(&stdout).ok()?;
        Some(usize::from(size.ws_col)).filter(|&columns| columns > 0)
    };
    said.or_else(measured).unwrap_or(USUAL_WIDTH)
}

/// The paper, whether headings may be bold and sources be links: only in a terminal that
/// can.
fn paper() -> Paper {
    let env = |name: &str| std::env::var(name).ok();
    let is_bold = term::is_screen() && ColorDepth::detect(env) != ColorDepth::None;
    let is_linked = is_bold && term::follows_links();
    Paper::new(columns(), is_bold).linked(is_linked)
}

fn complaint(miss: Miss) -> anyhow::Error {
    match miss {
        Miss::Number(asked) => anyhow::anyhow!(
            "'{}' is no close code (0 to 4999) and no HTTP status (100 to 599)",
            text::clean(&asked, LONGEST_ASKED)
        ),
        Miss::Words(asked) => anyhow::anyhow!(
            "nothing is known of '{}'; give a close code, an HTTP status or a word such as \
             overload, or nothing for all codes",
            text::clean(&asked, LONGEST_ASKED)
        ),
    }
}
