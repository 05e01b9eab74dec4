//! From bytes to text: UTF-8, or UTF-16 that says so by its mark.

use crate::scenario::{Diagnostic, Diagnostics};

/// The text of the file called `file`, without its byte order mark.
///
/// # Errors
/// Where it is no text, and what it may be instead.
pub(super) fn text_of(bytes: &[u8], file: &str) -> Result<String, Diagnostics> {
    let wrong = |text: String, at: usize, message: &str| {
        let end = at + text[at..].chars().next().map_or(0, char::len_utf8);
        let expected = "UTF-8, or UTF-16 with a byte order mark";
        let help = Some("save the file as \"CSV UTF-8\" or \"UTF-8\" and try again".into());
        let problem = Diagnostic::new("encoding", at..end, message, expected).with_help(help);
        Diagnostics::of_file(file, text, vec![problem])
    };
    let wide = match bytes {
        [0xff, 0xfe, rest @ ..] => Some((rest, u16::from_le_bytes as fn([u8; 2]) -> u16)),
        [0xfe, 0xff, rest @ ..] => Some((rest, u16::from_be_bytes as fn([u8; 2]) -> u16)),
        _ => None,
    };
    if let Some((rest, unit)) = wide {
        let (pairs, odd) = rest.as_chunks::<2>();
        let decoded: String = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
            .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        return match decoded.find(char::REPLACEMENT_CHARACTER) {
            Some(at) => Err(wrong(decoded, at, "this is not UTF-16, though it begins like it")),
            None if odd.is_empty() => Ok(decoded),
            None => {
                let end = decoded.len();
                Err(wrong(decoded, end, "the file ends within a character of UTF-16"))
            }
        };
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let at_zero = bytes.iter().position(|byte| *byte == 0);
    match (std::str::from_utf8(bytes), at_zero) {
        (Ok(text), Some(at)) => {
            Err(wrong(text.into(), at, "a zero byte: perhaps UTF-16 without a byte order mark"))
        }
        (Ok(text), None) => Ok(text.into()),
        (Err(error), _) => {
            let at = error.valid_up_to();
            Err(wrong(String::from_utf8_lossy(bytes).into_owned(), at, "this is not UTF-8"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, mark: [u8; 2], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect()
    }

    #[test]
    fn marks_are_understood_and_taken_away() {
        let text = "Name,IP\nbüro-€-😀,::1\n";
        let little = utf16(text, [0xff, 0xfe], u16::to_le_bytes);
        let big = utf16(text, [0xfe, 0xff], u16::to_be_bytes);
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        for bytes in [little, big, marked, text.as_bytes().to_vec()] {
            assert_eq!(text_of(&bytes, "f").as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_no_text_has_its_place() {
        let place = |bytes: &[u8]| {
            let problems = text_of(bytes, "f").unwrap_err();
            problems.position(&problems.list[0])
        };
        assert_eq!(place(b"a\nb\xe9c"), (2, 2));
        let unmarked: Vec<u8> = "ab".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(place(&unmarked), (1, 2));
        assert_eq!(place(b"\xff\xfea\0\0\xd8b\0"), (1, 2));
        assert_eq!(place(b"\xff\xfea\0b"), (1, 2));
    }
}
