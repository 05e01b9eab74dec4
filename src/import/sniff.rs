//! Detects the format of a file from its content, before any reader, so that the message about an unsupported file can
//! name its format and how to convert it.

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    // Maps.
    GraphMl,
    Gml,
    Gexf,
    Dot,
    SndlibXml,
    SndlibNative,
    SimGrid,
    Weathermap,
    Containerlab,
    JsonGraph,
    // Tables.
    Table,
    Workbook,
    // Other formats, which are named and not read: the name, and how to convert it.
    Other(&'static str, &'static str),
    /// Text of unknown format.
    Text,
}

/// How a drawing is converted to a map.
const REDRAW: &str =
    "write its links as a table with the columns from, to, bandwidth and latency (CSV or Excel)";
const AS_TABLE: &str = "save it as an Excel workbook (.xlsx) or as CSV";
const UNPACK: &str = "unpack it first, and give the file that is in it";

impl Kind {
    /// The name of the format, in words.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::GraphMl => "GraphML",
            Self::Gml => "GML",
            Self::Gexf => "GEXF",
            Self::Dot => "DOT (Graphviz)",
            Self::SndlibXml => "a network of SNDlib (XML)",
            Self::SndlibNative => "a network of SNDlib (native form)",
            Self::SimGrid => "a SimGrid platform",
            Self::Weathermap => "a PHP Weathermap configuration",
            Self::Containerlab => "a containerlab topology",
            Self::JsonGraph => "JSON",
            Self::Table => "a table",
            Self::Workbook => "an Excel workbook",
            Self::Other(name, _) => name,
            Self::Text => "a text",
        }
    }

    /// How the file is converted to a supported format; `None` if unknown.
    pub(super) fn way_out(self) -> Option<&'static str> {
        match self {
            Self::Other(_, way) if !way.is_empty() => Some(way),
            _ => None,
        }
    }
}

/// Signatures of files that are not text: the bytes, their position, the format, and advice.
const MAGIC: [(&[u8], usize, Kind); 17] = [
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0,
        Kind::Other("an old Office file (.xls, .vsd, .doc)", AS_TABLE),
    ),
    (b"%PDF-", 0, Kind::Other("a PDF", "export its source data as CSV")),
    (b"\x89PNG", 0, Kind::Other("a PNG picture", REDRAW)),
    (b"\xff\xd8\xff", 0, Kind::Other("a JPEG picture", REDRAW)),
    (b"GIF8", 0, Kind::Other("a GIF picture", REDRAW)),
    (b"\x1f\x8b", 0, Kind::Other("a gzip archive", UNPACK)),
    (b"BZh", 0, Kind::Other("a bzip2 archive", UNPACK)),
    (b"\xfd7zXZ", 0, Kind::Other("an xz archive", UNPACK)),
    (b"\x28\xb5\x2f\xfd", 0, Kind::Other("a zstd archive", UNPACK)),
    (b"7z\xbc\xaf\x27\x1c", 0, Kind::Other("a 7-Zip archive", UNPACK)),
    (b"Rar!", 0, Kind::Other("a RAR archive", UNPACK)),
    (b"PAR1", 0, Kind::Other("a Parquet file", "write it as CSV")),
    (b"SQLite format 3\0", 0, Kind::Other("an SQLite database", "export the table as CSV")),
    (b"\xd4\xc3\xb2\xa1", 0, Kind::Other("a packet capture", "")),
    (b"\x0a\x0d\x0d\x0a", 0, Kind::Other("a packet capture", "")),
    (b"MZ", 0, Kind::Other("a Windows program", "")),
    (b"ustar", 257, Kind::Other("a tar archive", UNPACK)),
];

/// The name of a file that is neither a table nor plain text in UTF-8, and how it can be converted.
pub(crate) fn kind_name(bytes: &[u8]) -> Option<(&'static str, Option<&'static str>)> {
    match kind_of(bytes) {
        _ if is_utf16(bytes) => Some(("a text in UTF-16", Some("save it as UTF-8"))),
        Kind::Table | Kind::Text => None,
        kind => Some((kind.name(), kind.way_out())),
    }
}

/// Whether `bytes` begin with a byte order mark of UTF-16.
pub(super) fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}

/// The format of the file in `bytes`.
pub(super) fn kind_of(bytes: &[u8]) -> Kind {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return in_zip(bytes);
    }
    let magic = MAGIC
        .iter()
        .find(|(magic, at, _)| bytes.get(*at..).is_some_and(|rest| rest.starts_with(magic)));
    if let Some((_, _, kind)) = magic {
        return *kind;
    }
    let beginning = &bytes[..bytes.len().min(1 << 16)];
    if beginning.contains(&0) && !is_utf16(beginning) {
        return Kind::Other("a binary file of an unknown format", "");
    }
    text_kind(&beginning_of_text(beginning))
}

/// The beginning of a file as text, in any encoding: byte order marks and zeros are dropped.
fn beginning_of_text(bytes: &[u8]) -> String {
    let is_wide = is_utf16(bytes);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if is_wide {
        let narrow: Vec<u8> = bytes[2..].iter().copied().filter(|byte| *byte != 0).collect();
        return String::from_utf8_lossy(&narrow).into_owned();
    }
    String::from_utf8_lossy(bytes).into_owned()
}

/// The format of a zip archive, from the names of its parts.
fn in_zip(bytes: &[u8]) -> Kind {
    // Names are before each part, and together at the end.
    let ends = [&bytes[..bytes.len().min(1 << 16)], &bytes[bytes.len().saturating_sub(1 << 16)..]];
    let has = |name: &[u8]| ends.iter().any(|end| end.windows(name.len()).any(|part| part == name));
    if has(b"xl/workbook.xml") || has(b"xl/worksheets/") {
        Kind::Workbook
    } else if has(b"xl/workbook.bin") {
        Kind::Other("a binary Excel workbook (.xlsb)", AS_TABLE)
    } else if has(b"visio/") {
        Kind::Other("a Visio drawing", REDRAW)
    } else if has(b"opendocument.spreadsheet") {
        Kind::Other("an OpenDocument spreadsheet", AS_TABLE)
    } else if has(b"word/document.xml") {
        Kind::Other("a Word document", "copy its table into a workbook or a CSV file")
    } else if has(b"ppt/presentation.xml") {
        Kind::Other("a PowerPoint presentation", REDRAW)
    } else {
        Kind::Other("a zip archive", UNPACK)
    }
}

/// Root elements of XML and their formats.
const ROOTS: [(&str, Kind); 19] = [
    ("graphml", Kind::GraphMl),
    ("gexf", Kind::Gexf),
    ("platform", Kind::SimGrid),
    ("network", Kind::SndlibXml),
    ("mxfile", Kind::Other("a draw.io drawing", REDRAW)),
    ("mxGraphModel", Kind::Other("a draw.io drawing", REDRAW)),
    ("VisioDocument", Kind::Other("a Visio drawing", REDRAW)),
    ("svg", Kind::Other("an SVG picture", REDRAW)),
    ("kml", Kind::Other("KML (Google Earth)", REDRAW)),
    ("osm", Kind::Other("OpenStreetMap data", "")),
    ("html", Kind::Other("a web page", AS_TABLE)),
    ("table", Kind::Other("a web page", AS_TABLE)),
    ("Workbook", Kind::Other("an Excel 2003 XML spreadsheet", AS_TABLE)),
    ("Objs", Kind::Other("an export of PowerShell's Export-Clixml", "use Export-Csv instead")),
    ("lab", Kind::Other("a lab of EVE-NG", REDRAW)),
    ("DiaDiagram", Kind::Other("a Dia diagram", REDRAW)),
    ("diagram", Kind::Other("a Dia diagram", REDRAW)),
    ("shadow", Kind::Other("an old Shadow configuration", "give its topology as a separate file")),
    ("XGMML", Kind::Other("XGMML", "export it from Cytoscape as GraphML")),
];

fn text_kind(text: &str) -> Kind {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.is_empty() {
        return Kind::Other("an empty file", "");
    }
    if text.starts_with('<') {
        return in_xml(text);
    }
    if text.starts_with("{\\rtf") {
        return Kind::Other("an RTF document", AS_TABLE);
    }
    // A table of TOML begins with its name.
    let in_brackets = text.trim_start_matches('[').chars().next();
    let is_toml = text.starts_with('[') && in_brackets.is_some_and(char::is_alphabetic);
    if text.starts_with('{') || (text.starts_with('[') && !is_toml) {
        return in_json(text);
    }
    let first_line = text.lines().next().unwrap_or_default().trim();
    if first_line.starts_with("?SNDlib") {
        return Kind::SndlibNative;
    }
    if first_line.starts_with("#Software:")
        || first_line.starts_with("#Fields:")
        || first_line.starts_with("#Version: 1")
    {
        return Kind::Other("a W3C access log", "");
    }
    let code = without_comments(text);
    let word = |text: &str| {
        text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .next()
            .unwrap_or_default()
            .to_lowercase()
    };
    let starts = word(code);
    if is_mermaid(text) {
        return Kind::Other("a Mermaid diagram", REDRAW);
    }
    if ["graph", "digraph", "strict"].contains(&starts.as_str()) {
        let brace = code.find('{').unwrap_or(usize::MAX);
        let bracket = code.find('[').unwrap_or(usize::MAX);
        if brace < bracket {
            return Kind::Dot;
        }
        if bracket < usize::MAX || starts == "graph" {
            return Kind::Gml;
        }
    }
    let lines = || code.lines().map(str::trim_end);
    let begins = |what: &str| lines().any(|line| line.starts_with(what));
    if first_line.starts_with("@start") {
        return Kind::Other("a PlantUML diagram", REDRAW);
    }
    if ["creator", "version", "node", "multigraph"].contains(&starts.as_str())
        && code.contains("graph")
        && code.contains('[')
    {
        return Kind::Gml;
    }
    if begins("LINK ") && begins("NODE ") {
        return Kind::Weathermap;
    }
    if begins("topology:") && (code.contains("nodes:") || code.contains("endpoints:")) {
        return Kind::Containerlab;
    }
    other_text(text, code, first_line)
}

/// Texts that are named and not read, and tables.
fn other_text(text: &str, code: &str, first_line: &str) -> Kind {
    let lines = || code.lines().map(str::trim_end);
    let begins = |what: &str| lines().any(|line| line.starts_with(what));
    let lower = first_line.to_lowercase();
    if lower.starts_with("*vertices") || lower.starts_with("*network") {
        return Kind::Other(
            "a Pajek network",
            "write it as GraphML or GML: networkx.write_graphml(networkx.read_pajek(…))",
        );
    }
    if first_line.starts_with("Topology: (") || begins("Nodes: (") {
        return Kind::Other("a BRITE topology", REDRAW);
    }
    if begins("[[site]]") || begins("[headquarters]") || begins("[[network.node]]") {
        return Kind::Other("already a scenario or a network of updraft", "updraft check FILE");
    }
    if text.starts_with("P.") || begins("[Product]") || begins("[PATTERN]") {
        return Kind::Other("a download catalogue (server.ini)", "");
    }
    if begins("hostname ") && (begins("interface ") || begins("version ")) {
        return Kind::Other("the configuration of a router or switch", REDRAW);
    }
    if begins("network ") && code.contains("connections:")
        || begins("package ") && code.contains("simple ")
    {
        return Kind::Other("an OMNeT++ NED file", REDRAW);
    }
    if first_line.starts_with("%PDF") {
        return Kind::Other("a PDF", "");
    }
    if first_line.starts_with("dn:") || begins("dn: ") {
        return Kind::Other("an LDIF export", "use Get-ADComputer … | Export-Csv, or csvde");
    }
    if is_yaml(code) {
        return Kind::Other("YAML", REDRAW);
    }
    // At least two lines that contain the same separator are a table.
    let is_table = [',', ';', '\t', '|']
        .iter()
        .any(|sign| code.lines().take(50).any(|line| line.contains(*sign)));
    if is_table {
        return Kind::Table;
    }
    Kind::Text
}

/// Whether the first line that is neither a comment nor front matter begins a Mermaid diagram: `graph LR`.
fn is_mermaid(text: &str) -> bool {
    const DIAGRAMS: [&str; 8] = [
        "flowchart",
        "sequenceDiagram",
        "classDiagram",
        "stateDiagram-v2",
        "architecture-beta",
        "block-beta",
        "mindmap",
        "C4Context",
    ];
    let text = text.strip_prefix("```mermaid").unwrap_or(text);
    let front = text.strip_prefix("---").and_then(|rest| rest.split_once("\n---"));
    let code = front.map_or(text, |(_, code)| code);
    let is_comment = |line: &str| line.is_empty() || line.starts_with("%%");
    let Some(first) = code.lines().map(str::trim).find(|line| !is_comment(line)) else {
        return false;
    };
    let mut words = first.split(|c: char| c.is_whitespace() || c == ';');
    let diagram = words.next().unwrap_or_default();
    let direction = words.next().unwrap_or_default();
    let is_graph = diagram == "graph" && ["TB", "TD", "BT", "RL", "LR"].contains(&direction);
    is_graph && !first.contains('{') || DIAGRAMS.contains(&diagram)
}

/// Whether the first lines are keys and items of YAML.
fn is_yaml(code: &str) -> bool {
    let lines =
        code.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let first: Vec<&str> = lines.take(5).collect();
    let is_key = |line: &str| {
        let (key, value) = line.split_once(':').unwrap_or_default();
        let is_name = |c: char| c.is_alphanumeric() || "_-. ".contains(c);
        !key.is_empty() && key.chars().all(is_name) && (value.is_empty() || value.starts_with(' '))
    };
    let is_part = |line: &&str| *line == "---" || line.starts_with("- ") || is_key(line);
    first.first().is_some_and(|line| *line == "---" || is_key(line)) && first.iter().all(is_part)
}

/// `text` from the first line that is not a comment.
fn without_comments(text: &str) -> &str {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if rest.starts_with('#') || rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |at| &rest[at..]);
        } else if let Some(after) = rest.strip_prefix("/*") {
            rest = after.find("*/").map_or("", |at| &after[at + 2..]);
        } else {
            return rest;
        }
    }
}

fn in_xml(text: &str) -> Kind {
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end..]);
            continue;
        }
        if rest.starts_with(['?', '!']) {
            if rest.to_lowercase().starts_with("!doctype html") {
                return Kind::Other("a web page", AS_TABLE);
            }
            continue;
        }
        let name = rest
            .split(|c: char| c.is_whitespace() || c == '>' || c == '/')
            .next()
            .unwrap_or_default();
        let name = name.rsplit(':').next().unwrap_or(name);
        let known = ROOTS.iter().find(|(root, _)| root.eq_ignore_ascii_case(name));
        return known.map_or(Kind::Other("XML of an unknown format", ""), |(_, kind)| *kind);
    }
    Kind::Other("XML without an element", "")
}

fn in_json(text: &str) -> Kind {
    let has = |name: &str| text.contains(&format!("\"{name}\""));
    if has("FeatureCollection") {
        Kind::Other("GeoJSON", REDRAW)
    } else if has("Statement") && has("Version") && has("Effect") {
        Kind::Other("JSON of another format", "")
    } else {
        Kind::JsonGraph
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_what_they_hold() {
        let table = [
            (
                "<?xml version=\"1.0\"?><!-- c --><graphml xmlns=\"x\"><graph/></graphml>",
                Kind::GraphMl,
            ),
            ("<y:graphml/>", Kind::GraphMl),
            ("# c\ngraph [ node [ id 0 ] ]", Kind::Gml),
            ("Creator \"yFiles\"\nVersion \"2.14\"\ngraph\n[\n]", Kind::Gml),
            ("graph [", Kind::Gml),
            ("<gexf/>", Kind::Gexf),
            ("// c\nstrict digraph x {\n a -> b [label=\"x\"] }", Kind::Dot),
            ("graph wan {", Kind::Dot),
            ("graph LR { a -- b }", Kind::Dot),
            ("<!DOCTYPE platform SYSTEM \"x\"><platform/>", Kind::SimGrid),
            ("<network xmlns=\"http://sndlib.zib.de/network\"/>", Kind::SndlibXml),
            ("?SNDlib native format; type: network", Kind::SndlibNative),
            ("# weathermap\nNODE a\n\tPOSITION 1 1\nLINK l\n\tNODES a b\n", Kind::Weathermap),
            ("name: x\ntopology:\n  nodes:\n    a:\n", Kind::Containerlab),
            ("{\"nodes\": []}", Kind::JsonGraph),
            ("source,target\na,b\n", Kind::Table),
            ("#TYPE x\n\"Name\",\"IP\"\n", Kind::Table),
        ];
        for (text, kind) in table {
            assert_eq!(kind_of(text.as_bytes()), kind, "{text}");
            assert_eq!(kind_of(format!("\u{feff}{text}").as_bytes()), kind, "{text}");
            let wide: Vec<u8> =
                format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(kind_of(&wide), kind, "{text}");
        }
    }

    #[test]
    fn files_that_are_not_read_are_named() {
        let table: [(&[u8], &str); 14] = [
            (b"<mxfile host=\"x\"/>", "draw.io"),
            (b"PK\x03\x04....visio/document.xml", "Visio"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office"),
            (b"%PDF-1.4", "PDF"),
            (b"<!DOCTYPE html><html/>", "web page"),
            (b"*Vertices 3\n1 \"a\"\n", "Pajek"),
            (b"hostname r1\ninterface e0\n", "router"),
            (b"#Software: Microsoft IIS\n#Fields: date time\n", "W3C"),
            (b"[headquarters]\nagents = 1\n", "scenario"),
            (b"graph LR\n  hq[HQ] -->|2 Mbit/s| lyon\n", "Mermaid"),
            (b"%% c\ngraph TD;\n  hq --> lyon;\n", "Mermaid"),
            (b"---\ntitle: WAN\n---\nflowchart LR\n  hq --> lyon\n", "Mermaid"),
            (b"```mermaid\ngraph TB\n  hq --> lyon\n```\n", "Mermaid"),
            (b"@startuml\nnode hq\nhq -- lyon\n@enduml\n", "PlantUML"),
        ];
        for (bytes, said) in table {
            let kind = kind_of(bytes);
            assert!(kind.name().contains(said), "{said}: {}", kind.name());
        }
    }
}
