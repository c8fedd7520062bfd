//! What a package ships beside the program: completions and the manual page.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use clap_complete::Shell;

use crate::app::ACTIONS;
use crate::cli;
use crate::output::Out;
use crate::theme::Theme;

/// Completions of a shell.
pub(super) fn completions(shell: Shell) -> anyhow::Result<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut with_themes(cli::command()), "herdtop", &mut text);
    Out::default().line(String::from_utf8(text)?.trim_end())?;
    Ok(0)
}

/// The same with the built-in themes where one can be named; parsing takes any
/// name and path.
fn with_themes(command: clap::Command) -> clap::Command {
    let names = Theme::builtin_names().collect::<Vec<_>>();
    let offered = clap::builder::PossibleValuesParser::new(names);
    let offer = |arg: clap::Arg| {
        if arg.get_id() == "theme" { arg.value_parser(offered.clone()) } else { arg }
    };
    command.mut_args(offer).mut_subcommands(with_themes)
}

/// `herdtop(1)`.
pub(super) fn man() -> anyhow::Result<u8> {
    let mut page = Vec::new();
    let man = clap_mangen::Man::new(cli::command());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    let mut page = String::from_utf8(page)?;
    commands(&mut page)?;
    examples(&mut page);
    keys(&mut page);
    environment(&mut page);
    page.push_str(MANY_LISTENERS);
    page.push_str(FILES);
    Out::default().line(ascii(&page).trim_end())?;
    Ok(0)
}

/// roff without a preprocessor reads bytes: letters beyond ASCII have names.
fn ascii(page: &str) -> String {
    page.chars().fold(String::with_capacity(page.len()), |mut all, c| {
        if c.is_ascii() {
            all.push(c);
        } else {
            let _ = write!(all, "\\[u{:04X}]", u32::from(c));
        }
        all
    })
}

/// The options of each command that are not those of the screen as well.
fn commands(page: &mut String) -> anyhow::Result<()> {
    let whole = cli::command();
    page.push_str(".SH COMMANDS\n");
    for command in whole.get_subcommands().filter(|command| !command.is_hide_set()) {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(page, ".SS {}\n{}", command.get_name(), escaped(&about));
        let shared =
            |arg: &clap::Arg| whole.get_arguments().any(|own| own.get_id() == arg.get_id());
        // In place: an order of positionals is part of what they mean.
        let hidden = |arg: clap::Arg| if shared(&arg) { arg.hide(true) } else { arg };
        let own = command.clone().mut_args(hidden);
        let mut options = Vec::new();
        clap_mangen::Man::new(own).render_options_section(&mut options)?;
        let options = String::from_utf8(options)?;
        page.extend(
            options.lines().filter(|line| !line.starts_with(".SH")).map(|l| format!("{l}\n")),
        );
    }
    Ok(())
}

/// The examples of the help.
fn examples(page: &mut String) {
    page.push_str(".SH EXAMPLES\n");
    for (run, why) in cli::examples() {
        let _ = writeln!(page, ".TP\n\\fB{}\\fR\n{}", escaped(run), escaped(why));
    }
}

/// The variable of each option, and those of the system.
fn environment(page: &mut String) {
    page.push_str(".SH ENVIRONMENT\n");
    let whole = cli::command();
    let everywhere = whole.get_subcommands().flat_map(clap::Command::get_arguments);
    let mut seen = BTreeSet::new();
    for arg in whole.get_arguments().chain(everywhere) {
        let Some(variable) = arg.get_env().and_then(|name| name.to_str()) else { continue };
        if arg.is_hide_set() || !seen.insert(variable) {
            continue;
        }
        let meant = match arg.get_long() {
            Some(long) => escaped(&format!("--{long}")),
            None => format!("\\fI{}\\fR, apart by blanks", cli::name(arg).to_uppercase()),
        };
        let _ = writeln!(page, ".TP\n\\fB{}\\fR\n{meant}", escaped(variable));
    }
    page.push_str(SYSTEM);
}

/// The keys, from the table that footer and help read.
fn keys(page: &mut String) {
    page.push_str(".SH KEYS\n");
    for row in ACTIONS {
        let (keys, name) = (escaped(row.shown), escaped(&row.action.name()));
        let _ = writeln!(page, ".TP\n\\fB{keys}\\fR, \\fI{name}\\fR\n{}", escaped(row.help));
    }
    page.push_str(BINDING);
}

/// A line that begins with a dot would be a command, a backslash an escape.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}

const BINDING: &str = r#".PP
The names in italics are those of the config file:
.PP
.nf
[keys]
next\-theme = "x"
quit = ["q", "f12"]
zoom = []
.fi
"#;

const SYSTEM: &str = r".TP
\fBNO_COLOR\fR
not empty: no colour
.TP
\fBTERM\fR, \fBCOLORTERM\fR, \fBLC_ALL\fR, \fBLC_CTYPE\fR, \fBLANG\fR
what the terminal can show; with \fBTERM=dumb\fR there is no screen but lines
.TP
\fBTZ\fR
the zone of the clock
.TP
\fBXDG_CONFIG_HOME\fR, \fBXDG_STATE_HOME\fR, \fBSTATE_DIRECTORY\fR
where the files below are
";

/// What is shown of more listeners than fit a screen.
const MANY_LISTENERS: &str = ".SH MANY LISTENERS\n\
Of very many listeners the 64 busiest services are listed and judged one by one; those \
that were named, are looked at or are in trouble are always among them. All others are \
summed: in the last row of the table, and as \\fBlisteners_others\\fR in the document.\n";

const FILES: &str = r".SH FILES
.TP
\fI$XDG_CONFIG_HOME/herdtop/config.toml\fR
settings; a flag wins over its variable, that over the file
.TP
\fI$XDG_CONFIG_HOME/herdtop/themes/NAME.toml\fR
themes, as \fBherdtop themes NAME\fR prints them; also in
\fI$XDG_CONFIG_DIRS\fR and \fI$XDG_DATA_DIRS\fR
.TP
\fI$STATE_DIRECTORY/screen.toml\fR, \fI~/.local/state/herdtop/screen.toml\fR
what the screen remembers from one run to the next: the panels, and that the hints of a
first start were followed
.TP
\fI$STATE_DIRECTORY/ring.rec\fR, \fI~/.local/state/herdtop/ring.rec\fR
the last 24 hours, kept by \fBherdtop stream \-\-ring\fR
.SH EXIT STATUS
.TP
0
done; of \fBcheck\fR: all is well
.TP
1, 2, 3
of \fBcheck\fR: a warning, critical, not known or a usage error
.TP
2
a usage or start\-up error
.TP
70
an error in herdtop itself
.SH SEE ALSO
.BR ss (8),
.BR tcp (7),
.BR proc (5),
.BR journalctl (1)
";
