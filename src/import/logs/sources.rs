//! The source named in a line.

use super::agents::Sites;
use super::lines::{address, number};
use crate::model::observation::ObservedSource;

/// The ports of the server; an Update Agent uses its agents' own port.
const SERVER_PORTS: [u64; 4] = [80, 443, 4343, 8080];

/// The source written as `HOST:PORT`, or by its name in results: `server`, `active-update`, `branch-017/ua-1`; `None` if
/// the company has no source of that name.
pub(super) fn source(text: &[u8], sites: &Sites) -> Option<ObservedSource> {
    let text = text.trim_ascii();
    let lower = text.to_ascii_lowercase();
    let has = |part: &[u8]| lower.windows(part.len()).any(|at| at == part);
    if text.is_empty() || text == b"#NA" || text == b"-" {
        return Some(ObservedSource::Unknown);
    }
    // Logs of another source look like those of ActiveUpdate.
    if has(b"activeupdate")
        || has(b"active-update")
        || has(b"trendmicro.com")
        || sites.has_other_source(text)
    {
        return Some(ObservedSource::ActiveUpdate);
    }
    let colon = text.iter().rposition(|byte| *byte == b':');
    let port = colon.and_then(|at| number(&text[at + 1..]));
    let host = colon.filter(|_| port.is_some()).map_or(text, |at| &text[..at]);
    let by_address = address(host);
    let site = by_address.and_then(|address| sites.at(address)).or_else(|| sites.named(host));
    match port {
        Some(port) if SERVER_PORTS.contains(&port) => Some(ObservedSource::Server),
        None if lower == b"server" => Some(ObservedSource::Server),
        None if by_address.is_none() && site.is_none() => None,
        _ => Some(ObservedSource::UpdateAgent(site)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Overrides, Scenario};

    #[test]
    fn a_source_has_an_address_or_a_name_in_the_company() {
        let text = "schema = 1\nname = \"sources\"\nduration = \"1 h\"\n\
                    [headquarters]\ninternet_bandwidth = \"9 Mbit/s\"\n\
                    [[site]]\nname = \"b\"\nagents = 2\nsubnet = \"10.1.0.0/24\"\nbandwidth = \"2 Mbit/s\"\n\
                    [[update_agent]]\nname = \"lyon\"\nsite = \"b\"\n\
                    [[update_agent]]\nname = \"eu/nice\"\nsite = \"b\"\n\
                    [[site]]\nname = \"b/c\"\nagents = 2\nbandwidth = \"2 Mbit/s\"\n\
                    [[other_source]]\nname = \"mirror\"\nat = \"internet\"\nbandwidth = \"9 Mbit/s\"\n";
        let scenario = Scenario::parse(text, "sources.toml", &Overrides::default())
            .unwrap_or_else(|problems| panic!("{problems}"));
        let sites = Sites::of(&scenario);
        let [site, other] = [&b"b"[..], b"b/c"].map(|name| sites.named(name));
        assert!(site.is_some() && other.is_some() && site != other);
        let update_agent = |site| Some(ObservedSource::UpdateAgent(site));
        for (text, expected) in [
            ("", Some(ObservedSource::Unknown)),
            ("#NA", Some(ObservedSource::Unknown)),
            ("Server", Some(ObservedSource::Server)),
            ("osce.corp:8080", Some(ObservedSource::Server)),
            ("active-update", Some(ObservedSource::ActiveUpdate)),
            ("mirror", Some(ObservedSource::ActiveUpdate)),
            ("b/ua-1", update_agent(site)),
            ("lyon", update_agent(site)),
            ("eu/nice", update_agent(site)),
            ("b/c", update_agent(other)),
            ("b/c/ua-1", update_agent(other)),
            ("b/d/ua-1", None),
            ("10.1.0.7", update_agent(site)),
            ("10.9.0.7:21112", update_agent(None)),
            ("ua.corp:21112", update_agent(None)),
            ("srever", None),
            ("ua.corp", None),
        ] {
            assert_eq!(source(text.as_bytes(), &sites), expected, "{text}");
        }
    }
}
