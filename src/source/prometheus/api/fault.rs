//! Why there is no answer, each in one line.

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiFault {
    /// The server is not there, or does not speak HTTP, or is too slow: the next question
    /// would fare no better.
    #[error("{0}")]
    Connection(String),
    /// The server has said so, of this question.
    #[error("{0}")]
    Told(String),
}
