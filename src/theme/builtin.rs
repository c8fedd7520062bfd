//! The themes that need no file, in the order the next-theme key walks them.

/// Name and text of each; the default first, those that need least last.
pub(super) const BUILTIN: [(&str, &str); 18] = [
    ("dark", include_str!("../../themes/dark.toml")),
    ("light", include_str!("../../themes/light.toml")),
    ("cvd-dark", include_str!("../../themes/cvd-dark.toml")),
    ("cvd-light", include_str!("../../themes/cvd-light.toml")),
    ("contrast", include_str!("../../themes/contrast.toml")),
    ("gruvbox", include_str!("../../themes/gruvbox.toml")),
    ("catppuccin-latte", include_str!("../../themes/catppuccin-latte.toml")),
    ("catppuccin-frappe", include_str!("../../themes/catppuccin-frappe.toml")),
    ("catppuccin-macchiato", include_str!("../../themes/catppuccin-macchiato.toml")),
    ("catppuccin-mocha", include_str!("../../themes/catppuccin-mocha.toml")),
    ("nord", include_str!("../../themes/nord.toml")),
    ("dracula", include_str!("../../themes/dracula.toml")),
    ("solarized-dark", include_str!("../../themes/solarized-dark.toml")),
    ("solarized-light", include_str!("../../themes/solarized-light.toml")),
    ("tokyo-night", include_str!("../../themes/tokyo-night.toml")),
    ("one-dark", include_str!("../../themes/one-dark.toml")),
    ("ansi16", include_str!("../../themes/ansi16.toml")),
    ("mono", include_str!("../../themes/mono.toml")),
];
