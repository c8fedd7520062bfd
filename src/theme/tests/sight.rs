//! Every built-in theme can be read, and told apart by every eye.

use ratatui::style::{Color, Style};

use super::super::lab::{Lab, Rgb, contrast, linear, times};
use super::super::palette256::{assumed, rgb};
use super::super::*;

/// Machado, Oliveira and Fernandes 2009, severity 1.0, over linear light.
const EYES: [(&str, [[f64; 3]; 3]); 4] = [
    ("normal", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protanopia",
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
    ),
    (
        "deuteranopia",
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
    ),
    (
        "tritanopia",
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ),
];

fn seen(color: Rgb, eye: [[f64; 3]; 3]) -> Lab {
    let light = linear(color);
    Lab::of_linear(eye.map(|row| times(row, light).clamp(0.0, 1.0)))
}

/// The least difference (CIE76) between any two, and of whom.
fn apart(colors: [Rgb; 3], eye: [[f64; 3]; 3]) -> f64 {
    let [a, b, c] = colors.map(|color| seen(color, eye));
    a.delta(b).min(b.delta(c)).min(a.delta(c))
}

/// Themes with colours of their own.
fn coloured() -> Vec<Theme> {
    let all = Theme::builtin_names().map(|name| Theme::load(name).expect("built in"));
    let coloured: Vec<_> = all.filter(|theme| theme.colors == Colors::Truecolor).collect();
    assert_eq!(coloured.len(), 16);
    coloured
}

/// What the index of a 256-colour terminal looks like.
fn xterm(color: Option<Color>) -> Option<Rgb> {
    let Some(Color::Indexed(index)) = color else { return rgb(color) };
    assert!(index >= 16, "the first sixteen are repainted by users");
    let cube = |at: u8| [0, 95, 135, 175, 215, 255][usize::from(at % 6)];
    Some(match index - 16 {
        at @ 0..216 => (cube(at / 36), cube(at / 6), cube(at)),
        grey => (8 + 10 * (grey - 216), 8 + 10 * (grey - 216), 8 + 10 * (grey - 216)),
    })
}

fn fg(style: Style) -> Rgb {
    xterm(style.fg).expect("a colour of its own")
}

fn bg(style: Style) -> Option<Rgb> {
    xterm(style.bg)
}

fn severities(theme: &Theme) -> [Rgb; 3] {
    [theme.severity.ok, theme.severity.warn, theme.severity.crit].map(fg)
}

/// Whoever cannot be read where it is drawn. `faint`, `rule` and `track` are
/// decoration and draw nothing that has to be read.
fn too_faint(theme: &Theme) -> Vec<String> {
    let (text, severity, series, ui) = (theme.text, theme.severity, theme.series, theme.ui);
    let ground = bg(text.canvas).unwrap_or_else(|| assumed(theme.appearance));
    let selected = bg(ui.selected).expect("a selected row has a ground");
    let read = [
        ("body", text.body),
        ("strong", text.strong),
        ("muted", text.muted),
        ("ok", severity.ok),
        ("info", severity.info),
        ("warn", severity.warn),
        ("crit", severity.crit),
        ("accent", ui.accent),
    ];
    let mut pairs = Vec::new();
    for (name, style) in read {
        pairs.push((name, fg(style), ground, 4.5));
        pairs.push((name, fg(style), selected, 4.5));
    }
    // Words of the handshake chart stand in the crest of its line.
    let crest = series.opened.crest();
    for (name, style) in [("key", ui.key), ("tab_active", ui.tab_active), ("opened_crest", crest)] {
        pairs.push((name, fg(style), ground, 4.5));
    }
    for (name, banner) in [
        ("ok_banner", severity.ok_banner),
        ("info_banner", severity.info_banner),
        ("warn_banner", severity.warn_banner),
        ("crit_banner", severity.crit_banner),
    ] {
        pairs.push((name, fg(banner), bg(banner).expect("a banner has a ground"), 4.5));
    }
    for (name, ramp) in
        [("opened", series.opened), ("closed", series.closed), ("over", series.over)]
    {
        for step in [0.0, 0.5, 1.0] {
            pairs.push((name, fg(ramp.at(step)), ground, 3.0));
        }
    }
    pairs.push(("spark", fg(crest), selected, 3.0));
    let faint = pairs.into_iter().map(|(name, fg, bg, least)| (name, contrast(fg, bg), least));
    let faint = faint.filter(|(_, contrast, least)| contrast < least);
    faint.map(|(name, c, least)| format!("{} {name}: {c:.2} < {least}", theme.name)).collect()
}

#[test]
fn text_has_a_contrast_of_4_5_and_graphics_of_3() {
    let faint: Vec<_> = coloured().iter().flat_map(too_faint).collect();
    assert!(faint.is_empty(), "{faint:#?}");
}

#[test]
fn that_stays_so_with_256_colours() {
    let reduced = coloured().into_iter().map(|theme| theme.adapted(ColorDepth::Ansi256));
    let faint: Vec<_> = reduced.flat_map(|theme| too_faint(&theme)).collect();
    assert!(faint.is_empty(), "{faint:#?}");
}

#[test]
fn every_eye_tells_ok_warn_and_crit_apart() {
    for theme in coloured() {
        for (eye, matrix) in EYES {
            let apart = apart(severities(&theme), matrix);
            assert!(apart >= 15.0, "{} with {eye}: {apart:.1}", theme.name);
        }
    }
}

#[test]
fn every_eye_tells_bars_over_the_level_from_those_below() {
    for theme in coloured() {
        let (below, over) = (fg(theme.series.opened.crest()), fg(theme.series.over.crest()));
        for (eye, matrix) in EYES {
            let apart = seen(below, matrix).delta(seen(over, matrix));
            assert!(apart >= 15.0, "{} with {eye}: {apart:.1}", theme.name);
        }
    }
}

#[test]
fn fewer_colours_keep_ok_warn_and_crit_apart() {
    for theme in coloured() {
        let name = theme.name.clone();
        let reduced = theme.clone().adapted(ColorDepth::Ansi256);
        for (eye, matrix) in EYES {
            // Those made for other eyes keep their promise here too.
            if eye == "normal" || name.starts_with("cvd") || name == "contrast" {
                let apart = apart(severities(&reduced), matrix);
                assert!(apart >= 15.0, "{name} with {eye}: {apart:.1}");
            }
        }
        let sixteen = theme.adapted(ColorDepth::Ansi16).severity;
        let hues = [sixteen.ok.fg, sixteen.warn.fg, sixteen.crit.fg];
        assert!(hues.iter().all(Option::is_some), "{hues:?}");
        assert!(hues[0] != hues[1] && hues[1] != hues[2] && hues[0] != hues[2], "{hues:?}");
    }
    let mono = Theme::load("mono").expect("built in").severity;
    let ways = [mono.ok, mono.warn, mono.crit].map(|style| style.add_modifier);
    assert!(ways[0] != ways[1] && ways[1] != ways[2] && ways[0] != ways[2], "{ways:?}");
}

/// Whether it has a hue at all.
fn is_coloured(color: Rgb) -> bool {
    Lab::of(color).chroma() > 12.0
}

#[test]
fn ramps_of_256_colours_climb_without_leaving_their_hue() {
    for theme in coloured() {
        let reduced = theme.clone().adapted(ColorDepth::Ansi256);
        for (name, full, reduced) in [
            ("opened", theme.series.opened, reduced.series.opened),
            ("closed", theme.series.closed, reduced.series.closed),
            ("over", theme.series.over, reduced.series.over),
        ] {
            let wanted = fg(full.crest());
            let rises = Lab::of(fg(full.crest())).l > Lab::of(fg(full.base())).l;
            let steps = [0.0, 0.5, 1.0].map(|share| fg(reduced.at(share)));
            let place = format!("{} {name} {steps:?}", theme.name);
            for pair in steps.windows(2) {
                let climb = Lab::of(pair[1]).l - Lab::of(pair[0]).l;
                let climb = if rises { climb } else { -climb };
                assert!(climb > -0.01, "{place}");
            }
            assert_ne!(steps[0], steps[2], "{place} is flat");
            for step in steps {
                assert_eq!(is_coloured(wanted), is_coloured(step), "{place} turns grey");
                let off = Lab::of(wanted).turn(Lab::of(step));
                assert!(off < 35.0 || !is_coloured(step), "{place} is off its hue by {off:.0}");
            }
        }
    }
}
