//! Who may read: a bearer token, or names with passwords hashed by bcrypt.
//!
//! What was sent is compared in constant time: how long a refusal takes says nothing of
//! how much of it was right.

use data_encoding::BASE64;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

/// One hash takes 0.1 s of a core by design: who guesses has to wait for the others.
static HASHES: Semaphore = Semaphore::const_new(1);
/// A hash of more takes seconds of a core, each time.
const COSTLIEST: u32 = 14;
/// Of nobody's password, for names that are not known: they take as long.
const NOBODY: &str = "$2b$10$CwTycUXWue0Thq9StjUM0uJ8.4K8l6ywo7nsnjnGuJ1rdpBfXKbYq";

/// Who may read; nobody is asked where it is empty.
#[derive(Debug, Default)]
pub struct Access {
    token: Option<Vec<u8>>,
    users: Vec<(String, String)>,
}

impl Access {
    /// Whoever has this token: the first line of a file.
    ///
    /// # Errors
    /// When there is none in it.
    pub fn with_token(mut self, file: &[u8]) -> Result<Self, String> {
        let token = file.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
        if token.len() < 16 {
            return Err("its first line has to be a token of 16 characters or more".to_owned());
        }
        self.token = Some(token.to_owned());
        Ok(self)
    }

    /// These users: `name:$2y$10$…` lines, as `htpasswd -B` writes them.
    ///
    /// # Errors
    /// The line that is none.
    pub fn with_users(mut self, file: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(file).map_err(|_| "it is no text".to_owned())?;
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let found = line.split_once(':').filter(|(name, _)| !name.is_empty());
            let fits = found.filter(|(_, hash)| cost(hash).is_some_and(|cost| cost <= COSTLIEST));
            let Some((name, hash)) = fits else {
                return Err(format!(
                    "line {number} is no name and bcrypt hash of cost {COSTLIEST} at most: \
                     'htpasswd -nB NAME' writes one"
                ));
            };
            self.users.push((name.to_owned(), hash.to_owned()));
        }
        if self.users.is_empty() {
            return Err("it names nobody: 'htpasswd -nB NAME' writes a line".to_owned());
        }
        Ok(self)
    }

    /// Whether nobody is asked who they are.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.token.is_none() && self.users.is_empty()
    }

    /// How one says who one is.
    pub(super) const fn asks(&self) -> &'static str {
        if self.users.is_empty() { "Bearer" } else { "Basic realm=\"herdtop\"" }
    }

    /// Whether this header admits who sent it.
    pub(super) async fn admits(&self, header: Option<&str>) -> bool {
        if self.is_open() {
            return true;
        }
        let Some((scheme, sent)) = header.and_then(|header| header.split_once(' ')) else {
            return false;
        };
        let sent = sent.trim();
        if scheme.eq_ignore_ascii_case("bearer") {
            let token = self.token.as_deref();
            return token.is_some_and(|token| bool::from(token.ct_eq(sent.as_bytes())));
        }
        let named = scheme.eq_ignore_ascii_case("basic") && !self.users.is_empty();
        let decoded =
            BASE64.decode(sent.as_bytes()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        match decoded.as_deref().and_then(|sent| sent.split_once(':')) {
            Some((name, password)) if named => self.knows(name, password.to_owned()).await,
            _ => false,
        }
    }

    async fn knows(&self, name: &str, password: String) -> bool {
        let known = self.users.iter().find(|(user, _)| user == name);
        let hash = known.map_or(NOBODY, |(_, hash)| hash).to_owned();
        let Ok(_turn) = HASHES.acquire().await else { return false };
        let fits = tokio::task::spawn_blocking(move || bcrypt::verify(password, &hash));
        fits.await.is_ok_and(|fits| fits.unwrap_or(false)) && known.is_some()
    }
}

/// The cost of a bcrypt hash: `$2y$10$` and 53 characters.
fn cost(hash: &str) -> Option<u32> {
    let mut parts = hash.split('$');
    let (Some(""), Some(kind), Some(cost), Some(rest), None) =
        (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let fits = ["2a", "2b", "2x", "2y"].contains(&kind) && rest.len() == 53;
    cost.parse().ok().filter(|_| fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(access: &Access, header: Option<&str>) -> bool {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(access.admits(header))
    }

    #[test]
    fn a_token_is_all_of_it() {
        let access = Access::default().with_token(b"0123456789abcdef\n").unwrap();
        assert!(admits(&access, Some("Bearer 0123456789abcdef")));
        for wrong in
            [None, Some("Bearer 0123456789abcde"), Some("0123456789abcdef"), Some("Basic x")]
        {
            assert!(!admits(&access, wrong), "{wrong:?}");
        }
        assert!(Access::default().with_token(b"short\n").is_err());
        assert!(admits(&Access::default(), None), "nobody is asked");
    }

    #[test]
    fn a_user_has_the_password_that_was_hashed() {
        let hash = bcrypt::hash("right", 4).unwrap();
        let file = format!("# who\nann:{hash}\n");
        let access = Access::default().with_users(file.as_bytes()).unwrap();
        let basic = |sent: &str| format!("Basic {}", BASE64.encode(sent.as_bytes()));
        assert!(admits(&access, Some(&basic("ann:right"))));
        for wrong in ["ann:wrong", "bob:right", "ann", ""] {
            assert!(!admits(&access, Some(&basic(wrong))), "{wrong}");
        }
        for wrong in ["ann:secret", "ann:$2y$31$abc", "", "ann"] {
            let said = Access::default().with_users(wrong.as_bytes()).unwrap_err();
            assert!(said.contains("htpasswd -nB"), "{said}");
        }
    }
}
