//! Annotations of a file in GitHub's checks, as workflow commands.

/// The severity of an annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// An error.
    Error,
    /// A warning.
    Warning,
}

/// A workflow command that annotates `file` (GitHub Docs, "Workflow commands for GitHub Actions"), with its line end.
pub fn annotation(level: Level, file: &str, title: &str, message: &str) -> String {
    let level = match level {
        Level::Error => "error",
        Level::Warning => "warning",
    };
    let (file, title) = (property(file), property(title));
    format!("::{level} file={file},title={title}::{}\n", data(message))
}

/// Characters that end a command or begin another are percent-encoded.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_a_command() {
        assert_eq!(
            annotation(Level::Error, "a,b:c.toml", "worse", "10 %\n::error::x"),
            "::error file=a%2Cb%3Ac.toml,title=worse::10 %25%0A::error::x\n"
        );
    }
}
