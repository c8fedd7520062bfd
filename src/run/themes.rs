//! `herdtop themes`: what there is to choose from, or one theme as a file.

use std::io::Write;

use super::available_themes::AvailableThemes;
use crate::cli::ThemesArgs;
use crate::output::Out;
use crate::text;
use crate::theme::Theme;

pub(super) fn themes(args: &ThemesArgs) -> anyhow::Result<u8> {
    let themes = AvailableThemes::find();
    for note in &themes.files.notes {
        let _ = writeln!(std::io::stderr(), "herdtop: {}", text::clean(note, 1_000));
    }
    let text = match &args.theme {
        Some(wanted) => {
            let theme = themes.load(wanted).theme.map_err(anyhow::Error::msg)?;
            format!(
                "# Save as NAME.toml in $XDG_CONFIG_HOME/herdtop/themes, then: herdtop --theme NAME\n{}",
                theme.to_toml().trim_end()
            )
        }
        None => list(&themes),
    };
    Out::default().line(&text)?;
    Ok(0)
}

/// Name, the ground it is for, where it is from; what another of the same name
/// hides says so, and a faulty one what is wrong with it.
fn list(themes: &AvailableThemes) -> String {
    let mut rows: Vec<[String; 3]> = Vec::new();
    let mut first: Vec<(String, String)> = Vec::new();
    let found = themes.files.found.iter().map(|file| {
        let from = text::clean(&file.path.to_string_lossy(), 200);
        (file.name.as_str(), from, themes.load_file(file).theme)
    });
    let builtin = Theme::builtin_names().map(|name| {
        let theme = Theme::load(name).map_err(|error| error.to_string());
        (name, "built in".to_owned(), theme)
    });
    for (name, from, theme) in found.chain(builtin) {
        let ground = theme.as_ref().map_or("-", |theme| theme.appearance.word()).to_owned();
        let hidden = first.iter().find(|(other, _)| other == name);
        let more = match (theme, hidden) {
            (Err(fault), _) => format!("; {fault}"),
            (_, Some((_, by))) => format!("; hidden by {by}"),
            _ => String::new(),
        };
        rows.push([name.to_owned(), ground, format!("{from}{more}")]);
        if hidden.is_none() {
            first.push((name.to_owned(), from));
        }
    }
    rows.sort_by_key(|[name, ..]| first.iter().position(|(first, _)| first == name));
    let width = rows.iter().map(|[name, ..]| text::width(name)).max().unwrap_or(0);
    let line = |[name, ground, rest]: &[String; 3]| {
        format!("{name}{}  {ground:5}  {rest}", " ".repeat(width - text::width(name)))
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
