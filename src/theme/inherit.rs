//! A theme from its file and those it inherits from, the nearest one last.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};

use super::fault::ThemeError;
use super::roles::{self, CANVAS, COUNT};
use super::schema::{self, Draft, Role, Written};
use super::{Appearance, Colors, Theme};

/// The text of a theme and what to call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// In complaints: the path, or the name of a built-in theme. No two have the
    /// same.
    pub label: String,
    /// Its name where the text does not give one.
    pub name: String,
    /// As in the file.
    pub text: String,
}

/// Finds what a theme inherits from: by the name or path that is written and the
/// labels read so far, the one that inherits last; or says why it can not.
pub type Finder<'f> = dyn FnMut(&str, &[String]) -> Result<Source, String> + 'f;

/// Files one theme may be made of; more is taken for a mistake.
const DEEPEST: usize = 8;

impl Theme {
    /// A theme from the text of a theme file; `parent` brings what it inherits from.
    ///
    /// # Errors
    /// The text is no TOML, has a key nobody knows, lacks a role or holds
    /// something that is no colour; a parent does, or can not be found, or is the
    /// theme itself.
    pub fn read(source: &Source, parent: &mut Finder<'_>) -> Result<Self, ThemeError> {
        let mut draft = schema::read(&source.label, &source.text)?;
        let mut labels = vec![source.label.clone()];
        let mut chain = Vec::new();
        while let Some(wanted) = draft.inherits.take() {
            let from = parent(&wanted.text, &labels).map_err(|why| wanted.fault(why))?;
            if labels.contains(&from.label) {
                let round = labels.join("' > '");
                return Err(wanted.fault(format!("inherits itself: '{round}' > '{}'", from.label)));
            }
            if labels.len() == DEEPEST {
                return Err(wanted.fault(format!("inherits over more than {DEEPEST} files")));
            }
            labels.push(from.label.clone());
            chain.push(draft);
            draft = schema::read(&from.label, &from.text)?;
        }
        let whole = chain.into_iter().rev().fold(draft, over);
        resolve(whole, &source.name)
    }
}

/// What the child writes, and the parent's where it does not. A role is taken
/// whole: half a role of each would be neither's.
fn over(parent: Draft, child: Draft) -> Draft {
    let mut palette = parent.palette;
    palette.extend(child.palette);
    let mut roles = child.roles;
    for (role, inherited) in roles.iter_mut().zip(parent.roles) {
        *role = role.take().or(inherited);
    }
    Draft {
        inherits: None,
        name: child.name,
        appearance: child.appearance.or(parent.appearance),
        colors: child.colors.or(parent.colors),
        palette,
        roles,
        top: child.top,
    }
}

fn resolve(draft: Draft, name: &str) -> Result<Theme, ThemeError> {
    let top = draft.top;
    let lacks = |what: &str| {
        top.fault(format!("{what} is missing: write it, or inherits = \"dark\" first"))
    };
    let appearance: Appearance = draft.appearance.ok_or_else(|| lacks("appearance in [meta]"))?;
    let colors: Colors = draft.colors.ok_or_else(|| lacks("colors in [meta]"))?;
    let canvas = draft.roles.get(CANVAS).and_then(Option::as_ref);
    let ground = canvas.and_then(|canvas| canvas.fg.as_ref());
    let ground = ground.map_or(Ok(Color::Reset), |fg| color(fg, &draft.palette))?;
    let mut styles = [Style::new(); COUNT];
    for ((section, name, at), style) in roles::all().zip(&mut styles) {
        let role = draft.roles.get(at).and_then(Option::as_ref);
        let role = role.ok_or_else(|| lacks(&format!("'{name}' in [{section}]")))?;
        *style = closed(role, ground, &draft.palette)?;
    }
    // The canvas is painted, never patched over something else.
    styles[CANVAS].bg.get_or_insert(Color::Reset);
    let name = draft.name.unwrap_or_else(|| name.to_owned());
    Ok(Theme::of_styles(name, appearance, colors, &styles))
}

/// The closed style; `ground` is the foreground where the role has none.
fn closed(
    role: &Role,
    ground: Color,
    palette: &BTreeMap<String, Color>,
) -> Result<Style, ThemeError> {
    let fg = role.fg.as_ref().map(|fg| color(fg, palette)).transpose()?;
    let mut style = Style::new().fg(fg.unwrap_or(ground));
    style.bg = role.bg.as_ref().map(|bg| color(bg, palette)).transpose()?;
    style.add_modifier = role.own;
    style.sub_modifier = Modifier::all().difference(role.own);
    Ok(style)
}

/// The palette's own names come first: its `red` is not the terminal's.
fn color(word: &Written, palette: &BTreeMap<String, Color>) -> Result<Color, ThemeError> {
    let own = palette.get(&word.text).copied();
    own.or_else(|| word.text.parse().ok())
        .ok_or_else(|| word.fault(schema::no_color(&word.text, " or a name of [palette]")))
}
