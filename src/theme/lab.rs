//! What the eye makes of a colour: luminance, contrast, CIE Lab.
//!
//! sRGB as in IEC 61966-2-1, white D65; contrast as in WCAG 2.2, 1.4.3.

/// Red, green, blue.
pub(super) type Rgb = (u8, u8, u8);

/// From linear sRGB to CIE XYZ, white at 1.
const XYZ: [[f64; 3]; 3] = [
    [0.433_949_9, 0.376_209_8, 0.189_840_3],
    [0.212_672_9, 0.715_152_2, 0.072_175_0],
    [0.017_756_6, 0.109_468_0, 0.872_775_5],
];

/// A row of a matrix and a colour.
pub(super) fn times(row: [f64; 3], light: [f64; 3]) -> f64 {
    row.iter().zip(light).map(|(weight, value)| weight * value).sum()
}

/// CIE Lab: lightness 0 to 100, green to red, blue to yellow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lab {
    pub(super) l: f64,
    a: f64,
    b: f64,
}

impl Lab {
    pub(super) fn of(color: Rgb) -> Self {
        Self::of_linear(linear(color))
    }

    pub(super) fn of_linear(light: [f64; 3]) -> Self {
        let [x, y, z] = XYZ.map(|row| bent(times(row, light)));
        Self { l: 116.0 * y - 16.0, a: 500.0 * (x - y), b: 200.0 * (y - z) }
    }

    /// How colourful; 0 is grey.
    pub(super) fn chroma(self) -> f64 {
        self.a.hypot(self.b)
    }

    /// Half way.
    pub(super) fn between(self, other: Self) -> Self {
        let half = |a: f64, b: f64| f64::midpoint(a, b);
        Self { l: half(self.l, other.l), a: half(self.a, other.a), b: half(self.b, other.b) }
    }

    /// How unlike, squared. Another hue weighs twice what another lightness does:
    /// by plain distance the blue of a ramp has a grey violet for a neighbour,
    /// and the ramp turned to mud on 256 colours.
    pub(super) fn unlike(self, other: Self) -> f64 {
        let chroma = self.chroma() - other.chroma();
        let plane = (self.a - other.a).powi(2) + (self.b - other.b).powi(2);
        let hue = (plane - chroma.powi(2)).max(0.0);
        (self.l - other.l).powi(2) + 0.64 * chroma.powi(2) + 4.0 * hue
    }

    /// Degrees on the wheel of hues between the two, at most 180.
    pub(super) fn turn(self, other: Self) -> f64 {
        let hue = |lab: Self| lab.b.atan2(lab.a).to_degrees();
        let turn = (hue(self) - hue(other)).rem_euclid(360.0);
        turn.min(360.0 - turn)
    }

    /// CIE76.
    #[cfg(test)]
    pub(super) fn delta(self, other: Self) -> f64 {
        let squares = [self.l - other.l, self.a - other.a, self.b - other.b].map(|d| d * d);
        squares.iter().sum::<f64>().sqrt()
    }
}

fn bent(t: f64) -> f64 {
    if t > 216.0 / 24389.0 { t.cbrt() } else { (24389.0 / 27.0 * t + 16.0) / 116.0 }
}

/// Light of each channel, 0 to 1.
pub(super) fn linear((r, g, b): Rgb) -> [f64; 3] {
    [r, g, b].map(|value| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    })
}

fn luminance(color: Rgb) -> f64 {
    let [r, g, b] = linear(color);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// From 1, the same, to 21, black on white.
pub(super) fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_the_books() {
        assert!((contrast((0, 0, 0), (255, 255, 255)) - 21.0).abs() < 1e-9);
        // WCAG's own example of a grey that just fails on white.
        let grey = contrast((119, 119, 119), (255, 255, 255));
        assert!((grey - 4.478).abs() < 0.001, "{grey}");
        let red = Lab::of((255, 0, 0));
        assert!((red.l - 53.24).abs() < 0.01 && (red.a - 80.09).abs() < 0.01, "{red:?}");
        assert!((red.b - 67.20).abs() < 0.01, "{red:?}");
    }
}
