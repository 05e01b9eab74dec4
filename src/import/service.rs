//! Whether a link or a range of addresses is in service.

use super::quantity::plain;

/// The known headers of columns with that status, in lower case and without punctuation.
pub(super) const HEADERS: &str = "status state circuitstatus linkstatus betriebsstatus zustand statut état estado 状態 ステータス";

/// Whether `header` is one of these.
pub(super) fn is_status(header: &str) -> bool {
    let header = plain(header);
    HEADERS.split_whitespace().any(|known| known == header)
}

/// The states of a circuit, a scope or a prefix that is not in service, in the form for comparisons.
const NOT_IN_SERVICE: [&str; 24] = [
    "planned",
    "provisioning",
    "offline",
    "deprovisioning",
    "decommissioned",
    "decommissioning",
    "retired",
    "deprecated",
    "inactive",
    "disabled",
    "cancelled",
    "canceled",
    "terminated",
    "geplant",
    "inaktiv",
    "deaktiviert",
    "stillgelegt",
    "gekündigt",
    "inactif",
    "désactivé",
    "résilié",
    "inactivo",
    "planificado",
    "無効",
];

/// Whether `word` says that a circuit, a scope or a prefix is not in service.
pub(super) fn is_out_of_service(word: &str) -> bool {
    NOT_IN_SERVICE.contains(&plain(word).as_str())
}
