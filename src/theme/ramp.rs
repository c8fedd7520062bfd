//! A series' colour from its foot to its crest.

use ratatui::style::{Color, Style};

/// Two styles and everything between them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ramp {
    base: Style,
    /// Between colours that cannot be mixed.
    middle: Option<Color>,
    crest: Style,
}

impl Ramp {
    pub(super) const fn new(base: Style, crest: Style) -> Self {
        Self { base, middle: None, crest }
    }

    pub(super) const fn through(self, middle: Option<Color>) -> Self {
        Self { middle, ..self }
    }

    /// The style at the foot.
    #[must_use]
    pub const fn base(&self) -> Style {
        self.base
    }

    /// The style at the crest.
    #[must_use]
    pub const fn crest(&self) -> Style {
        self.crest
    }

    /// The style at `share` of the way up. Colours that cannot be mixed (those of
    /// the terminal's palettes) make two steps or three.
    #[must_use]
    pub fn at(&self, share: f64) -> Style {
        if let (Some(Color::Rgb(r0, g0, b0)), Some(Color::Rgb(r1, g1, b1))) =
            (self.base.fg, self.crest.fg)
        {
            let share = share.clamp(0.0, 1.0);
            return self.base.fg(Color::Rgb(
                mix(r0, r1, share),
                mix(g0, g1, share),
                mix(b0, b1, share),
            ));
        }
        match self.middle {
            Some(middle) if (1.0 / 3.0..2.0 / 3.0).contains(&share) => self.base.fg(middle),
            _ if share < 0.5 => self.base,
            _ => self.crest,
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

    #[test]
    fn what_cannot_be_mixed_makes_steps() {
        let [low, middle, high] = [24, 67, 111].map(Color::Indexed);
        let ramp = Ramp::new(Style::new().fg(low), Style::new().fg(high));
        let steps = |ramp: Ramp| [0.0, 0.4, 0.6, 1.0].map(|share| ramp.at(share).fg);
        assert_eq!(steps(ramp), [low, low, high, high].map(Some));
        assert_eq!(steps(ramp.through(Some(middle))), [low, middle, middle, high].map(Some));
    }
}
