//! Update sources that are neither the vendor's nor the product's, and what sources are called by their
//! addresses (SRC-2, SRC-4).

use std::collections::BTreeSet;

use super::diagnostic::Diagnostic;
use super::document::Document;
use super::groups::Group;
use super::keys::{self, PRESETS};
use super::links::{LinkEnd, LinkEnds};
use super::named_source::NamedSource;
use super::reader::Fields;
use super::reserved_names::is_reserved;
use crate::model::reach::Family;
use crate::model::settings::Overflow;
use crate::units::{BitRate, SimDuration};

/// Another update source as it is written.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct WrittenSource {
    /// Its name.
    pub name: String,
    /// Its URL, if it has one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// Where it is.
    pub at: LinkEnd,
    /// Its network card.
    pub bandwidth: BitRate,
    /// How long after `ActiveUpdate` it offers something.
    pub lag: SimDuration,
    /// Connections of agents at once; `None`: any number.
    pub connections: Option<u32>,
    /// What happens to one more.
    pub overflow: Overflow,
    /// Which versions of the Internet Protocol it speaks (NET-1).
    pub family: Family,
}

/// Reads all, each at a place that there is and by a name of its own.
pub(super) fn read(
    document: &Document<'_>,
    groups: &[Group],
    ends: &LinkEnds<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<WrittenSource> {
    let mut taken = BTreeSet::new();
    let mut all = Vec::new();
    for fields in document.sections(&keys::OTHER_SOURCE) {
        let (name, url) = (fields.text("name"), fields.text("url"));
        for (key, text) in [("name", &name), ("url", &url)] {
            let is_new = !is_reserved(text) && !ends.is_place(text) && taken.insert(text.clone());
            if fields.has(key) && !text.is_empty() && !is_new {
                let message = format!("`{text}` is the name of something else, too");
                let span = fields.span_of(key);
                problems.push(Diagnostic::new("duplicate", span, message, "a name of its own"));
            }
        }
        if active_update_number(&url).is_some() {
            let message = format!("`{url}` is an address of ActiveUpdate");
            let expected = "a URL of its own, or the address as `source` of an [[update_source]]";
            problems.push(Diagnostic::new("conflict", fields.span_of("url"), message, expected));
        }
        let Some(at) = place(fields, groups, ends, problems) else { continue };
        all.push(WrittenSource {
            name,
            url,
            at,
            bandwidth: fields.rate("bandwidth"),
            lag: fields.duration("lag"),
            connections: Some(fields.count("connections")).filter(|count| *count > 0),
            overflow: fields.word("overflow"),
            family: fields.word("family"),
        });
    }
    all
}

/// Where it is: one place, not a group of several sites.
fn place(
    fields: &Fields,
    groups: &[Group],
    ends: &LinkEnds<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Option<LinkEnd> {
    if !fields.has("at") {
        return Some(LinkEnd::Internet);
    }
    match ends.read(fields, "at", problems)? {
        LinkEnd::Group(number) if groups[number].count > 1 => {
            let group = &groups[number];
            let message = format!("`{}` has {} sites", group.name, group.count);
            let expected = format!("one of them, such as `{}`", group.site_name(0));
            problems.push(Diagnostic::new("conflict", fields.span_of("at"), message, expected));
            None
        }
        LinkEnd::Group(number) => Some(LinkEnd::Site(number, 0)),
        end => Some(end),
    }
}

/// What names of sources mean.
#[derive(Debug)]
pub(super) struct SourceNames<'s> {
    others: &'s [WrittenSource],
    /// The numbers in the addresses of the product's own `ActiveUpdate`.
    own: &'static [u32],
    /// Whether all other update sources could be read.
    pub(super) are_sure: bool,
}

impl<'s> SourceNames<'s> {
    /// The names of these, and the addresses of `ActiveUpdate` by the product of the scenario.
    pub(super) fn of(document: &Document<'_>, others: &'s [WrittenSource]) -> Self {
        let product = document.section(&keys::TOP).text("product");
        let preset = PRESETS.iter().find(|preset| preset.name == product);
        let tables = document.sections(&keys::OTHER_SOURCE);
        let are_sure = tables.len() == others.len()
            && tables.iter().all(|fields| fields.are_sound(&["name", "url"]));
        Self { others, own: preset.map_or(&[], |preset| preset.active_update), are_sure }
    }

    /// The source that `name` names: one that is nothing else is an Update Agent.
    pub(super) fn source(&self, name: &str) -> NamedSource {
        match name {
            "server" => NamedSource::Server,
            "active-update" => NamedSource::ActiveUpdate,
            _ => match active_update_number(name) {
                Some(number) if self.own.contains(&number) => NamedSource::ActiveUpdate,
                Some(_) => NamedSource::ForeignActiveUpdate(name.into()),
                None => self.other(name).unwrap_or_else(|| NamedSource::UpdateAgent(name.into())),
            },
        }
    }

    fn other(&self, name: &str) -> Option<NamedSource> {
        let mut all = self.others.iter();
        let is_it = |other: &&WrittenSource| other.name == name || other.url == name;
        all.find(is_it).map(|other| NamedSource::Other(other.name.clone()))
    }

    /// Their names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.others.iter().map(|other| other.name.as_str())
    }

    /// Whatever stands in the place of `ActiveUpdate`.
    pub(super) fn read_external(
        &self,
        document: &Document<'_>,
        problems: &mut Vec<Diagnostic>,
    ) -> NamedSource {
        let fields = document.section(&keys::SOURCES);
        let name = fields.text("external");
        match self.source(&name) {
            source @ (NamedSource::ActiveUpdate | NamedSource::Other(_)) => return source,
            NamedSource::UpdateAgent(_) if !self.are_sure => {}
            _ => {
                let message = format!("`{name}` does not stand in the place of ActiveUpdate");
                let expected = "`active-update` or the name of an [[other_source]]";
                let span = fields.span_of("external");
                problems.push(Diagnostic::new("unknown-name", span, message, expected));
            }
        }
        NamedSource::ActiveUpdate
    }
}

/// The number in an address of `ActiveUpdate`, which tells the version of the product that it is for, as
/// 12 in `http://osce12-p.activeupdate.trendmicro.com/activeupdate`. Source: KB 1034989.
fn active_update_number(url: &str) -> Option<u32> {
    let url = url.to_ascii_lowercase();
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"))?;
    let rest = rest.trim_end_matches('/').strip_prefix("osce")?;
    rest.strip_suffix("-p.activeupdate.trendmicro.com/activeupdate")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn src_4_addresses_of_active_update_are_known_by_their_number() {
        for (url, number) in [
            ("http://osce11-p.activeupdate.trendmicro.com/activeupdate", Some(11)),
            ("https://OSCE12-p.activeupdate.trendmicro.com/activeupdate/", Some(12)),
            ("osce12-p.activeupdate.trendmicro.com/activeupdate", None),
            ("http://osce12-p.activeupdate.trendmicro.com", None),
            ("http://mirror.example/activeupdate", None),
        ] {
            assert_eq!(active_update_number(url), number, "{url}");
        }
    }
}
