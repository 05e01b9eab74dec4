//! Which column of a table is which, and which word in it means what: names differ between languages
//! and versions of the console, so they are looked up, and whoever uses others can say so.

use crate::scenario::{Diagnostic, Diagnostics, Rows, nearest};

/// A column that is looked for.
#[derive(Debug)]
pub(super) struct Column {
    /// By what name `--column` means it.
    pub(super) name: &'static str,
    pub(super) required: bool,
    /// How it may be headed, in small letters and without what is neither letter nor digit; where two
    /// columns fit, the header that stands first here wins.
    headers: &'static [&'static str],
}

/// The columns of the agents' table.
pub(super) const AGENTS: [Column; 5] = [
    Column {
        name: "name",
        required: true,
        headers: &[
            "endpoint",
            "endpointname",
            "computer",
            "computername",
            "hostname",
            "host",
            "agent",
            "agentname",
            "name",
            "endpunkt",
            "endpunktname",
            "rechnername",
            "nomdelendpoint",
            "nomdelordinateur",
            "ordinateur",
            "nombredelequipo",
            "equipo",
            "エンドポイント",
            "エンドポイント名",
            "コンピュータ",
            "コンピュータ名",
        ],
    },
    Column {
        name: "ip",
        required: true,
        headers: &[
            "ipaddress",
            "ip",
            "ipaddresses",
            "ipv4address",
            "ipv6address",
            "address",
            "ipadresse",
            "adresseip",
            "direcciónip",
            "direccionip",
            "ipアドレス",
        ],
    },
    Column {
        name: "domain",
        required: false,
        headers: &[
            "domain",
            "domainname",
            "domainhierarchy",
            "group",
            "domäne",
            "domänenname",
            "gruppe",
            "domaine",
            "groupe",
            "dominio",
            "grupo",
            "ドメイン",
        ],
    },
    Column {
        name: "scan",
        required: false,
        headers: &[
            "scanmethod",
            "scanmode",
            "scantype",
            "suchmethode",
            "scanmethode",
            "méthodedescan",
            "methodedescan",
            "métododeescaneo",
            "métododeexploración",
            "検索方法",
            "スキャン方法",
        ],
    },
    Column {
        name: "status",
        required: false,
        headers: &[
            "connectionstatus",
            "status",
            "connection",
            "onlinestatus",
            "verbindungsstatus",
            "verbindung",
            "étatdelaconnexion",
            "état",
            "statut",
            "estado",
            "estadodelaconexión",
            "接続ステータス",
            "接続状態",
            "ステータス",
        ],
    },
];

/// The columns of the sites' table.
pub(super) const SITES: [Column; 4] = [
    Column {
        name: "site",
        required: true,
        headers: &[
            "site",
            "sitename",
            "location",
            "office",
            "branch",
            "name",
            "standort",
            "sitio",
            "emplacement",
            "拠点",
        ],
    },
    Column {
        name: "subnets",
        required: true,
        headers: &[
            "subnets",
            "subnet",
            "cidr",
            "cidrs",
            "networks",
            "network",
            "range",
            "ranges",
            "iprange",
            "prefix",
            "subnetz",
            "subnetze",
            "netz",
            "sousréseau",
            "subred",
            "サブネット",
        ],
    },
    Column {
        name: "bandwidth",
        required: false,
        headers: &[
            "bandwidth",
            "linkspeed",
            "speed",
            "bandbreite",
            "débit",
            "bandepassante",
            "anchodebanda",
            "帯域幅",
            "帯域",
        ],
    },
    Column {
        name: "latency",
        required: false,
        headers: &["latency", "onewaylatency", "delay", "latenz", "latence", "latencia", "遅延"],
    },
];

/// What `--column` can name.
pub const NAMED_COLUMNS: [&str; 9] =
    ["name", "ip", "domain", "scan", "status", "site", "subnets", "bandwidth", "latency"];

/// What `--word` can say that a word means: the scan methods, then the states.
pub const MEANINGS: [&str; 5] = ["conventional", "smart", "online", "offline", "independent"];

/// Words of a console and what they mean, written like the headers above.
const WORDS: [(&str, &[&str]); 5] = [
    (
        "conventional",
        &[
            "conventional",
            "conventionalscan",
            "traditional",
            "herkömmlich",
            "herkömmlichesuche",
            "conventionnel",
            "scanconventionnel",
            "convencional",
            "従来型スキャン",
            "従来型",
        ],
    ),
    (
        "smart",
        &[
            "smart",
            "smartscan",
            "intelligentesuche",
            "intelligent",
            "scanintelligent",
            "inteligente",
            "スマートスキャン",
            "スマート",
        ],
    ),
    (
        "online",
        &[
            "online",
            "connected",
            "verbunden",
            "enligne",
            "connecté",
            "enlínea",
            "conectado",
            "オンライン",
        ],
    ),
    (
        "offline",
        &[
            "offline",
            "disconnected",
            "getrennt",
            "horsligne",
            "déconnecté",
            "desconectado",
            "sinconexión",
            "オフライン",
        ],
    ),
    (
        "independent",
        &[
            "independent",
            "roaming",
            "independentmode",
            "unabhängig",
            "indépendant",
            "itinérant",
            "independiente",
            "独立",
            "ローミング",
        ],
    ),
];

/// `text` as headers and words are compared.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What `word` means: as `said`, or as known.
pub(super) fn meaning(word: &str, said: &[(String, String)]) -> Option<&'static str> {
    let word = plain(word);
    let by_user = said.iter().find(|(known, _)| plain(known) == word);
    let by_user = by_user.and_then(|(_, meant)| MEANINGS.iter().find(|known| *known == meant));
    let known = || WORDS.iter().find(|(_, words)| words.contains(&word.as_str()));
    by_user.copied().or_else(|| known().map(|(meaning, _)| *meaning))
}

/// Where each of `columns` stands in the table whose header `rows` is at; `said` are headers that
/// were given by name.
pub(super) fn find<const N: usize>(
    columns: &[Column; N],
    rows: &Rows<&[u8]>,
    said: &[(String, String)],
    file: &str,
) -> Result<[Option<usize>; N], Diagnostics> {
    let headers: Vec<String> = (0..rows.width())
        .map(|at| String::from_utf8_lossy(rows.cell(at)).trim().to_string())
        .collect();
    let mut places = [None; N];
    let mut list = Vec::new();
    for (place, column) in places.iter_mut().zip(columns) {
        let given = said.iter().find(|(name, _)| name == column.name).map(|(_, header)| header);
        let fits = |wanted: &str| {
            let at = |from: usize| {
                (from..headers.len()).find(|at| plain(&headers[*at]) == plain(wanted))
            };
            at(0).map(|first| (first, at(first + 1)))
        };
        let found = match given {
            Some(header) => fits(header),
            None => column.headers.iter().find_map(|header| fits(header)),
        };
        match found {
            Some((first, None)) => *place = Some(first),
            Some((_, Some(second))) => {
                let message = format!("there are two columns `{}`", headers[second]);
                let span = rows.span(second);
                list.push(Diagnostic::new("duplicate", span, message, "one column of that name"));
            }
            None if column.required || given.is_some() => {
                list.push(missing(column, given, &headers, rows));
            }
            None => {}
        }
    }
    if list.is_empty() {
        return Ok(places);
    }
    Err(Diagnostics::of_file(file, rows.excerpt(), list).from_line(rows.line()))
}

fn missing(
    column: &Column,
    given: Option<&String>,
    headers: &[String],
    rows: &Rows<&[u8]>,
) -> Diagnostic {
    let wanted = given.map_or(column.headers[0], String::as_str);
    let message = match given {
        Some(given) => format!("there is no column `{given}`"),
        None => format!("no column is known to hold the {}", column.name),
    };
    let expected =
        format!("a header such as {}", column.headers[..3.min(column.headers.len())].join(", "));
    let help = nearest(wanted, headers.iter().map(String::as_str))
        .unwrap_or_else(|| format!("say which it is: --column {}=\"HEADER\"", column.name));
    let span = rows.span(usize::MAX);
    Diagnostic::new("missing-column", span, message, expected).with_help(Some(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_header_and_word_is_written_as_it_is_compared_and_means_one_thing() {
        for columns in [AGENTS.as_slice(), SITES.as_slice()] {
            let all: Vec<_> = columns.iter().flat_map(|column| column.headers).collect();
            for header in &all {
                assert_eq!(plain(header), **header);
                assert_eq!(all.iter().filter(|other| *other == header).count(), 1, "{header}");
            }
        }
        let all: Vec<_> = WORDS.iter().flat_map(|(_, words)| *words).collect();
        for word in &all {
            assert_eq!(plain(word), **word);
            assert_eq!(all.iter().filter(|other| *other == word).count(), 1, "{word}");
        }
        assert_eq!(WORDS.map(|(meaning, _)| meaning), MEANINGS);
        let names = AGENTS.iter().chain(&SITES).map(|column| column.name);
        assert!(names.eq(NAMED_COLUMNS));
    }

    #[test]
    fn what_was_said_comes_before_what_is_known() {
        let said = [("Roaming".to_string(), "offline".to_string())];
        assert_eq!(meaning(" roaming ", &said), Some("offline"));
        assert_eq!(meaning("Smart Scan", &said), Some("smart"));
        assert_eq!(meaning("オフライン", &[]), Some("offline"));
        assert_eq!(meaning("sometimes", &[]), None);
    }
}
