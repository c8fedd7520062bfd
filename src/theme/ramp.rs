//! A series' colour from its foot to its crest.

use ratatui::style::{Color, Style};

use super::depth::nearest_256;

/// Two styles and everything between them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ramp {
    base: Style,
    crest: Style,
    /// Mixed in RGB first and quantised after, so a ramp keeps its steps on a
    /// terminal of 256 colours.
    quantised: bool,
}

impl Ramp {
    pub(super) const fn new(base: Style, crest: Style) -> Self {
        Self { base, crest, quantised: false }
    }

    pub(super) const fn quantise(&mut self) {
        self.quantised = true;
    }

    /// The style at the foot.
    #[must_use]
    pub fn base(&self) -> Style {
        self.finish(self.base)
    }

    /// The style at the crest.
    #[must_use]
    pub fn crest(&self) -> Style {
        self.finish(self.crest)
    }

    /// The style at `share` of the way up. Colours that cannot be mixed (the
    /// terminal's own sixteen) change half way.
    #[must_use]
    pub fn at(&self, share: f64) -> Style {
        let (Some(Color::Rgb(r0, g0, b0)), Some(Color::Rgb(r1, g1, b1))) =
            (self.base.fg, self.crest.fg)
        else {
            return if share < 0.5 { self.base } else { self.crest };
        };
        let share = share.clamp(0.0, 1.0);
        let color = Color::Rgb(mix(r0, r1, share), mix(g0, g1, share), mix(b0, b1, share));
        self.finish(self.base.fg(color))
    }

    fn finish(&self, style: Style) -> Style {
        match style.fg {
            Some(color) if self.quantised => style.fg(nearest_256(color)),
            _ => style,
        }
    }
}

fn mix(from: u8, to: u8, share: f64) -> u8 {
    let value = f64::from(from) + (f64::from(to) - f64::from(from)) * share;
    u8::try_from(crate::units::whole(value)).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_the_two_colours_and_the_middle_lies_between() {
        let ramp = Ramp::new(
            Style::new().fg(Color::Rgb(0, 10, 200)),
            Style::new().fg(Color::Rgb(100, 30, 0)),
        );
        assert_eq!(ramp.at(0.0).fg, Some(Color::Rgb(0, 10, 200)));
        assert_eq!(ramp.at(0.5).fg, Some(Color::Rgb(50, 20, 100)));
        assert_eq!(ramp.at(7.0).fg, Some(Color::Rgb(100, 30, 0)));
    }
}
