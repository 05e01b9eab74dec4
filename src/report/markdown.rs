//! Text in GitHub-flavoured Markdown.

/// A cell of a table, with markup escaped.
pub(super) fn cell(text: &str) -> String {
    let mut out = String::new();
    for sign in text.chars() {
        if "\\`*_{}[]<>#|~&".contains(sign) {
            out.push('\\');
        }
        out.push(if sign.is_control() { ' ' } else { sign });
    }
    out
}

/// Code in a cell of a table: between as many backticks as necessary.
pub(super) fn code(text: &str) -> String {
    let text: String =
        text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
    let longest = text.split(|sign| sign != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", text.replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_never_markup() {
        assert_eq!(cell("a|b_<c>\n"), "a\\|b\\_\\<c\\> ");
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("a``b"), "``` a``b ```");
    }
}
