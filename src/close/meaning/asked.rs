//! The words of a command line as questions: `1012 vs 1013`, `HTTP 503`,
//! `try again`, `4000-4999`.

/// Words between two questions.
const BETWEEN: [&str; 5] = ["vs", "vs.", "versus", "and", "or"];
/// Words before a number that add nothing to it.
const BEFORE_NUMBERS: [&str; 9] =
    ["http", "https", "code", "status", "close", "error", "ws", "websocket", "closed"];

/// One question each: a number, a range of numbers, or a phrase. Words that are
/// no numbers are joined; an argument with blanks in it is a phrase of its own.
#[must_use]
pub fn questions(args: &[String]) -> Vec<String> {
    let mut questions = Questions::default();
    for arg in args {
        let alone = arg.split_whitespace().count() != 1;
        if alone {
            questions.flush();
        }
        let words = arg.split(|c: char| c.is_whitespace() || c == ',');
        for word in words.filter(|word| !word.is_empty()) {
            questions.word(word);
        }
        if alone {
            questions.flush();
        }
        if arg.trim().is_empty() {
            questions.done.push(String::new());
        }
    }
    questions.flush();
    questions.done
}

#[derive(Default)]
struct Questions {
    done: Vec<String>,
    phrase: Vec<String>,
}

impl Questions {
    fn word(&mut self, word: &str) {
        let small = word.to_lowercase();
        if BETWEEN.contains(&small.as_str()) {
            self.flush();
        } else if small.starts_with("http/") {
            // The protocol of a status line such as `HTTP/1.1 503`.
            self.phrase.push("http".to_owned());
        } else if let Some(numbers) = numbers(&small) {
            if self.phrase.iter().all(|w| BEFORE_NUMBERS.contains(&w.to_lowercase().as_str())) {
                self.phrase.clear();
            }
            self.flush();
            self.done.extend(numbers);
        } else {
            self.phrase.push(word.to_owned());
        }
    }

    fn flush(&mut self) {
        if !self.phrase.is_empty() {
            self.done.push(std::mem::take(&mut self.phrase).join(" "));
        }
    }
}

/// `1013`, `-1`, `1012/1013`, `4000-4999`, `http_503`, `code=1006`, `1011:`.
fn numbers(word: &str) -> Option<Vec<String>> {
    let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
    let bare = bare.trim_start_matches(['#', '(', '[', '\'', '"', '=']);
    let after = BEFORE_NUMBERS.iter().find_map(|name| bare.strip_prefix(name));
    let bare = after.map_or(bare, |rest| rest.trim_start_matches(['_', '-', ':', '=', '#']));
    let is_number = |text: &str| {
        let digits = text.trim_start_matches('-');
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let parts: Vec<&str> = bare.split('/').collect();
    if parts.iter().all(|part| is_number(part)) {
        return Some(parts.into_iter().map(str::to_owned).collect());
    }
    let (first, last) = bare.split_once('-').or_else(|| bare.split_once(".."))?;
    (is_number(first) && is_number(last)).then(|| vec![format!("{first}-{last}")])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(args: &[&str]) -> Vec<String> {
        questions(&args.iter().map(|&a| a.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn numbers_are_found_however_they_are_written() {
        assert_eq!(asked(&["1012", "1013"]), ["1012", "1013"]);
        assert_eq!(asked(&["1012", "vs", "1013"]), ["1012", "1013"]);
        assert_eq!(asked(&["1012,1013/1011"]), ["1012", "1013", "1011"]);
        assert_eq!(asked(&["HTTP", "503"]), ["503"]);
        assert_eq!(asked(&["HTTP/1.1 503"]), ["503"]);
        assert_eq!(asked(&["http_503", "code=1006", "#1011:"]), ["503", "1006", "1011"]);
        assert_eq!(asked(&["4000-4999", "1016..2999"]), ["4000-4999", "1016-2999"]);
        assert_eq!(asked(&["-1"]), ["-1"]);
    }

    #[test]
    fn other_words_are_joined_unless_quoted_apart() {
        assert_eq!(asked(&["try", "again"]), ["try again"]);
        assert_eq!(
            asked(&["try", "again", "1012", "bad", "gateway"]),
            ["try again", "1012", "bad gateway"]
        );
        assert_eq!(asked(&["rate limit", "event loop"]), ["rate limit", "event loop"]);
        assert_eq!(asked(&["oom", "and", "phoenix"]), ["oom", "phoenix"]);
        assert_eq!(asked(&["http"]), ["http"]);
        assert_eq!(asked(&[""]), [""]);
    }
}
