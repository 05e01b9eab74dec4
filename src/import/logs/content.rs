//! The meaning of request paths of an update server.

use super::lines::number;
use crate::model::observation::Content;

/// The content of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Content of an update.
    Update(Content),
    /// An agent has started and connects.
    Start,
    /// An agent's status report.
    Report,
    /// Other content.
    Else,
}

/// Folders of components.
const FOLDERS: [&[u8]; 3] = [b"pattern", b"engine", b"driver"];

/// The content requested by `path`, from the server's program names and from the file names of a source's catalogue.
pub(super) fn asked(path: &[u8]) -> Asked {
    let path = path.split(|byte| *byte == b'?').next().unwrap_or_default().to_ascii_lowercase();
    let mut folders: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
    let file = folders.pop().unwrap_or_default();
    let is_of = |name: &[u8]| folders.contains(&name);
    match file {
        b"cgionstart.exe" => return Asked::Start,
        b"cgilog.exe" => return Asked::Report,
        b"server.ini" | b"ini_xml.zip" => return Asked::Update(Content::Index),
        _ => {}
    }
    let is_component = FOLDERS.iter().any(|folder| is_of(folder));
    if !is_component && !is_of(b"download") && !is_of(b"activeupdate") {
        return Asked::Else;
    }
    Asked::Update(match file {
        b"settings.zip" => Content::Settings,
        b"program.zip" => Content::Program,
        b"incrementals" => Content::Mirror,
        b"components" => Content::Components,
        _ if is_component => component(file),
        _ => Content::Other,
    })
}

/// `NAME_<from>.<to>` is an incremental, `NAME<version>` with any extension, or `NAME.<version>`, a full file.
fn component(file: &[u8]) -> Content {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if let Some(at) = file.iter().rposition(|byte| *byte == b'_') {
        let mut versions = file[at + 1..].splitn(2, |byte| *byte == b'.').map(number);
        if let (Some(Some(from)), Some(Some(to))) = (versions.next(), versions.next()) {
            return Content::Incremental { name: text(&file[..at]), from, to };
        }
    }
    let (stem, ending) = match file.iter().rposition(|byte| *byte == b'.') {
        Some(at) => (&file[..at], &file[at + 1..]),
        None => (file, &b""[..]),
    };
    let digits = stem.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (name, version) = match number(ending) {
        // `lpt$vpn.835`
        Some(version) => (stem, Some(version)),
        None if digits >= FEWEST_DIGITS => {
            let (name, version) = stem.split_at(stem.len() - digits);
            (name, number(version))
        }
        None => (stem, None),
    };
    let full = |version| Content::Full { name: text(name), version };
    version.map_or(Content::Other, full)
}

/// Fewer digits at the end of a name are part of it, as in `vsapi32`.
const FEWEST_DIGITS: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_as_the_catalogue_has_them() {
        let of = |path: &str| asked(path.as_bytes());
        let full = Content::Full { name: "ioth".into(), version: 1_667_900 };
        assert_eq!(of("/activeupdate/pattern/icrc/ioth1667900.zip"), Asked::Update(full));
        let name = "ioth".to_string();
        let step = Content::Incremental { name, from: 1_667_700, to: 1_667_900 };
        assert_eq!(of("/pattern/icrc/ioth_1667700.1667900?x=1"), Asked::Update(step));
        let name = "virus-pattern".to_string();
        let step = Content::Incremental { name, from: 400, to: 600 };
        assert_eq!(of("/officescan/download/pattern/virus-pattern_400.600"), Asked::Update(step));
        let full = Content::Full { name: "lpt$vpn".into(), version: 835 };
        assert_eq!(of("/pattern/lpt$vpn.835"), Asked::Update(full));
        assert_eq!(of("/officescan/download/server.ini"), Asked::Update(Content::Index));
        assert_eq!(of("/OfficeScan/cgi/cgiOnStart.exe"), Asked::Start);
        assert_eq!(of("/officescan/cgi/cgiLog.exe"), Asked::Report);
        assert_eq!(of("/engine/vsapi32.dll"), Asked::Update(Content::Other));
        assert_eq!([of("/index.html"), of(""), of("-")], [Asked::Else, Asked::Else, Asked::Else]);
    }
}
