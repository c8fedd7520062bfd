//! Why a theme cannot be used.

/// One line that says what, where, and how to put it right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThemeError {
    /// No theme has this name.
    #[error("no theme '{name}'{}; 'herdtop themes' lists all", .nearest.as_ref().map_or(String::new(), |n| format!(": did you mean '{n}'?")))]
    Unknown {
        /// What was asked for.
        name: String,
        /// The name most like it, if any is.
        nearest: Option<String>,
    },
    /// The file says something it may not.
    #[error("theme '{label}', line {line}, column {column}: {what}")]
    Invalid {
        /// The file.
        label: String,
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        /// What is wrong, the bad value in quotes.
        what: String,
    },
}

impl ThemeError {
    /// A name that none of the known ones is.
    pub fn unknown<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Self {
        /// Below this the likeness is chance.
        const ALIKE: f64 = 0.75;
        let scored = known.map(|known| (strsim::jaro_winkler(known, name), known));
        let best = scored.filter(|(alike, _)| *alike > ALIKE).max_by(|a, b| a.0.total_cmp(&b.0));
        Self::Unknown {
            name: crate::text::clean(name, 60),
            nearest: best.map(|(_, known)| known.to_owned()),
        }
    }
}
