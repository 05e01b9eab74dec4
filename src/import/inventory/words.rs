//! Words of consoles and their meanings.

use super::super::quantity::plain;

/// The meanings that `--word` can assign: the scan methods, then the states.
pub const MEANINGS: [&str; 5] = ["conventional", "smart", "online", "offline", "independent"];

/// Words of a console and their meanings, in lower case and without punctuation.
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
            "active",
            "up",
            "verbunden",
            "aktiv",
            "enligne",
            "connecté",
            "actif",
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
            "notconnected",
            "unreachable",
            "inactive",
            "down",
            "lost",
            "neverconnected",
            "sleep",
            "sleeping",
            "standby",
            "poweredoff",
            "getrennt",
            "nichterreichbar",
            "inaktiv",
            "horsligne",
            "déconnecté",
            "injoignable",
            "inactif",
            "desconectado",
            "sinconexión",
            "inaccesible",
            "オフライン",
            "到達不能",
            "接続不可",
        ],
    ),
    (
        "independent",
        &[
            "independent",
            "roaming",
            "independentmode",
            "roamingmode",
            "unabhängig",
            "indépendant",
            "itinérant",
            "independiente",
            "itinerante",
            "独立",
            "ローミング",
        ],
    ),
];

/// The meaning of `word`: as `said`, or as known.
pub(super) fn meaning(word: &str, said: &[(String, String)]) -> Option<&'static str> {
    // `Online (via Edge Relay)`: a remark follows the state.
    let remark = |word: &str| Some(word.split_once('(')?.0.trim().to_string());
    exact_meaning(word, said).or_else(|| exact_meaning(&remark(word)?, said))
}

fn exact_meaning(word: &str, said: &[(String, String)]) -> Option<&'static str> {
    let word = plain(word);
    let by_user = said.iter().find(|(known, _)| plain(known) == word);
    let by_user = by_user.and_then(|(_, meant)| MEANINGS.iter().find(|known| *known == meant));
    let known = || WORDS.iter().find(|(_, words)| words.contains(&word.as_str()));
    by_user.copied().or_else(|| known().map(|(meaning, _)| *meaning))
}

/// Names of the site of the server, in the form for comparisons.
const HEADQUARTERS: [&str; 19] = [
    "hq",
    "headquarters",
    "headquarter",
    "headoffice",
    "mainoffice",
    "corporateheadquarters",
    "corporate",
    "mainsite",
    "zentrale",
    "hauptsitz",
    "hauptverwaltung",
    "siège",
    "siege",
    "siègesocial",
    "sedecentral",
    "sedeprincipal",
    "本社",
    "datacenter",
    "rechenzentrum",
];

/// Whether a site is headquarters by its name.
pub(super) fn is_headquarters(name: &str) -> bool {
    HEADQUARTERS.contains(&plain(name).as_str())
}

/// Names of rows that add up the others, in the form for comparisons.
const TOTALS: [&str; 25] = [
    "total",
    "totals",
    "grandtotal",
    "subtotal",
    "sum",
    "summe",
    "gesamt",
    "gesamtsumme",
    "gesamtergebnis",
    "ergebnis",
    "teilergebnis",
    "somme",
    "totalgénéral",
    "totauxgénéraux",
    "soustotal",
    "totalgeneral",
    "suma",
    "sumatotal",
    "totale",
    "totalecomplessivo",
    "totalgeral",
    "totaal",
    "eindtotaal",
    "合計",
    "総計",
];

/// Whether a row adds up the others by its name.
pub(super) fn is_total(name: &str) -> bool {
    TOTALS.contains(&plain(name).as_str())
}

/// Words for yes and for no, in the form for comparisons.
const ANSWERS: [(bool, &[&str]); 2] = [
    (
        true,
        &[
            "yes", "y", "true", "1", "on", "enabled", "x", "ja", "wahr", "oui", "vrai", "sí", "si",
            "はい",
        ],
    ),
    (
        false,
        &["no", "n", "false", "0", "off", "disabled", "nein", "falsch", "non", "faux", "いいえ"],
    ),
];

/// Whether `word` says yes or no; `None` if it says neither.
pub(super) fn answer(word: &str) -> Option<bool> {
    let word = plain(word);
    let found = ANSWERS.iter().find(|(_, words)| words.contains(&word.as_str()));
    found.map(|(answer, _)| *answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_word_has_its_compared_form_and_one_meaning() {
        let all: Vec<_> = WORDS.iter().flat_map(|(_, words)| *words).collect();
        for word in &all {
            assert_eq!(plain(word), **word);
            assert_eq!(all.iter().filter(|other| *other == word).count(), 1, "{word}");
        }
        assert_eq!(WORDS.map(|(meaning, _)| meaning), MEANINGS);
    }

    #[test]
    fn totals_have_their_compared_form() {
        assert!(TOTALS.iter().all(|word| plain(word) == *word));
        for name in ["Total général", "Total general", "Totale complessivo", "Gesamtergebnis"] {
            assert!(is_total(name), "{name}");
        }
        assert!(!is_total("Totalvikings"));
    }

    #[test]
    fn arguments_take_precedence_over_defaults() {
        let said = [("Roaming".to_string(), "offline".to_string())];
        assert_eq!(meaning(" roaming ", &said), Some("offline"));
        assert_eq!(meaning("Smart Scan", &said), Some("smart"));
        assert_eq!(meaning("オフライン", &[]), Some("offline"));
        assert_eq!(meaning("Unreachable", &[]), Some("offline"));
        assert_eq!(meaning("Online (via Edge Relay)", &[]), Some("online"));
        assert_eq!(meaning("sometimes", &[]), None);
    }
}
