//! Decoding: UTF-8, UTF-16 with a byte order mark, and, if permitted, the single-byte encodings of older programs.

use std::path::Path;

use encoding_rs::{Encoding, WINDOWS_1252};

use super::{Diagnostic, Diagnostics, LoadError};

/// The encoding of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextEncoding(&'static Encoding);

impl TextEncoding {
    /// The encoding with that name, as on the web: `windows-1252`, `shift_jis`, `gbk`, …
    ///
    /// # Errors
    /// If there is no encoding with that name.
    pub fn of_name(name: &str) -> Result<Self, String> {
        let found = Encoding::for_label(name.as_bytes()).map(Self);
        found.ok_or_else(|| {
            format!(
                "`{name}` is not an encoding: expected a name such as windows-1252, shift_jis or gbk"
            )
        })
    }
}

/// A text, and the encoding that it was decoded from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without its byte order mark.
    pub text: String,
    /// The encoding, if it is not UTF-8.
    pub read_as: Option<String>,
}

const EXPECTED: &str = "UTF-8, or UTF-16 with a byte order mark";

/// Decodes the file named `file`, which must be UTF-8, or UTF-16 with a byte order mark.
///
/// # Errors
/// The position of the first error, and the probable encoding.
pub fn text_of(bytes: &[u8], file: &str) -> Result<String, Diagnostics> {
    let help = "save the file as \"UTF-8\" and try again";
    unicode(bytes, file, help).map(|decoded| decoded.text)
}

/// Reads the file at `path`, which must be UTF-8, or UTF-16 with a byte order mark.
///
/// # Errors
/// If the file cannot be read or decoded.
pub fn read_text(path: &Path) -> Result<String, LoadError> {
    let bytes =
        std::fs::read(path).map_err(|cause| LoadError::Unreadable(path.to_path_buf(), cause))?;
    text_of(&bytes, &path.display().to_string())
        .map_err(|problems| LoadError::Invalid(Box::new(problems)))
}

/// Decodes the file named `file`, in `encoding` if given, or else as UTF-8, UTF-16 with a byte order mark, the encoding
/// that its XML declares, or Windows-1252 (Latin-1).
///
/// # Errors
/// The position of the first error.
pub fn decode(
    bytes: &[u8],
    file: &str,
    encoding: Option<TextEncoding>,
) -> Result<Decoded, Diagnostics> {
    let has_mark =
        [&b"\xff\xfe"[..], b"\xfe\xff", b"\xef\xbb\xbf"].iter().any(|mark| bytes.starts_with(mark));
    let help = "give its encoding, such as --encoding shift_jis; or save it as \"CSV UTF-8\"";
    if has_mark || (encoding.is_none() && std::str::from_utf8(bytes).is_ok()) {
        return unicode(bytes, file, help);
    }
    let guessed = encoding.or_else(|| declared(bytes)).unwrap_or(TextEncoding(WINDOWS_1252));
    let (text, _, is_wrong) = guessed.0.decode(bytes);
    // Bytes that Windows-1252 does not define and text does not contain: then the encoding is a different one.
    let is_odd = |c: char| c.is_control() && !['\t', '\n', '\r', '\u{c}', '\u{1a}'].contains(&c);
    if is_wrong || text.contains(is_odd) {
        if encoding.is_none() {
            return unicode(bytes, file, help);
        }
        let at = text.find(|c: char| c == char::REPLACEMENT_CHARACTER || is_odd(c)).unwrap_or(0);
        let message = format!("this is not {}", guessed.0.name());
        return Err(wrong(text.into_owned(), file, at, &message, help));
    }
    let read_as = if encoding.is_some() {
        guessed.0.name().to_string()
    } else {
        format!("{}, because it is not UTF-8 (--encoding overrides this)", guessed.0.name())
    };
    Ok(Decoded { text: text.into_owned(), read_as: Some(read_as) })
}

/// The encoding that an XML declaration names.
fn declared(bytes: &[u8]) -> Option<TextEncoding> {
    let line = bytes.strip_prefix(b"<?xml")?;
    let line = String::from_utf8_lossy(&line[..line.len().min(200)]).into_owned();
    let name = line.split("?>").next()?.split("encoding=").nth(1)?;
    let quote = name.chars().next().filter(|c| "\"'".contains(*c))?;
    TextEncoding::of_name(name[1..].split(quote).next()?).ok()
}

fn wrong(text: String, file: &str, at: usize, message: &str, help: &str) -> Diagnostics {
    let end = at + text[at..].chars().next().map_or(0, char::len_utf8);
    let problem =
        Diagnostic::new("encoding", at..end, message, EXPECTED).with_help(Some(help.into()));
    Diagnostics::of_file(file, text, vec![problem])
}

fn unicode(bytes: &[u8], file: &str, help: &str) -> Result<Decoded, Diagnostics> {
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
            Some(at) => Err(wrong(
                decoded,
                file,
                at,
                "this is not UTF-16, although it begins with its byte order mark",
                help,
            )),
            None if odd.is_empty() => Ok(Decoded { text: decoded, read_as: Some("UTF-16".into()) }),
            None => {
                let end = decoded.len();
                Err(wrong(decoded, file, end, "the file ends inside a UTF-16 character", help))
            }
        };
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let at_zero = bytes.iter().position(|byte| *byte == 0);
    match (std::str::from_utf8(bytes), at_zero) {
        (Ok(text), Some(at)) => {
            let message = "a zero byte: perhaps UTF-16 without a byte order mark";
            Err(wrong(text.into(), file, at, message, help))
        }
        (Ok(text), None) => Ok(Decoded { text: text.into(), read_as: None }),
        (Err(error), _) => {
            let at = error.valid_up_to();
            let text = String::from_utf8_lossy(bytes).into_owned();
            Err(wrong(text, file, at, "this is not UTF-8", help))
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
            assert_eq!(decode(&bytes, "f", None).map(|decoded| decoded.text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn invalid_text_is_reported_with_its_position() {
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

    #[test]
    fn other_encodings_are_read_where_they_may_be_and_said() {
        let decoded = decode(b"B\xfcro,10.1.0.1\n", "f", None).expect("Latin-1");
        assert_eq!(decoded.text, "Büro,10.1.0.1\n");
        assert!(decoded.read_as.is_some_and(|name| name.starts_with("windows-1252")));
        let decoded = decode(b"<?xml version='1.0' encoding='ISO-8859-2'?><a>\xb3</a>", "f", None)
            .expect("Latin-2");
        assert!(decoded.text.contains('ł'));
        let japanese = TextEncoding::of_name("shift_jis").expect("an encoding");
        let (bytes, ..) = encoding_rs::SHIFT_JIS.encode("拠点,帯域");
        assert_eq!(
            decode(&bytes, "f", Some(japanese)).map(|decoded| decoded.text).as_deref(),
            Ok("拠点,帯域")
        );
        assert!(decode(b"a\xff\x01b", "f", None).is_err(), "a control character");
        assert!(TextEncoding::of_name("latin-9000").is_err());
    }
}
