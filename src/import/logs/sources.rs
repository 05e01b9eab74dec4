//! The source named in a line.

use super::agents::Sites;
use super::lines::{address, number};
use crate::model::observation::ObservedSource;

/// The ports of the server; an Update Agent uses its agents' own port.
const SERVER_PORTS: [u64; 4] = [80, 443, 4343, 8080];

/// The source written as `HOST:PORT`, or by its name in results: `server`, `active-update`, `branch-017/ua-1`.
pub(super) fn source(text: &[u8], sites: &Sites) -> ObservedSource {
    let text = text.trim_ascii();
    let lower = text.to_ascii_lowercase();
    let has = |part: &[u8]| lower.windows(part.len()).any(|at| at == part);
    if text.is_empty() || text == b"#NA" || text == b"-" {
        return ObservedSource::Unknown;
    }
    if has(b"activeupdate") || has(b"active-update") || has(b"trendmicro.com") {
        return ObservedSource::ActiveUpdate;
    }
    let colon = text.iter().rposition(|byte| *byte == b':');
    let port = colon.and_then(|at| number(&text[at + 1..]));
    let host = colon.filter(|_| port.is_some()).map_or(text, |at| &text[..at]);
    let site = || address(host).and_then(|address| sites.at(address)).or_else(|| sites.named(host));
    match port {
        Some(port) if SERVER_PORTS.contains(&port) => ObservedSource::Server,
        None if lower == b"server" => ObservedSource::Server,
        _ => ObservedSource::UpdateAgent(site()),
    }
}
