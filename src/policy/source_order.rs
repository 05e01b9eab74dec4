//! The order in which an agent tries sources (SRC-1 to SRC-9, UAG-4).

use std::fmt;

use crate::ids::AgentId;
use crate::model::address_range::Addresses;
use crate::model::company::{ListEntry, ListedSource, Upstream};
use crate::model::component::{ContentKind, KindSet};
use crate::model::settings::{SourceSettings, StaleSource, StandardSource, TopologyOption};

/// The maximum number of entries of a customized update source list (SRC-2).
pub const MAX_LIST_ENTRIES: usize = 1_024;

/// The inputs of the choice.
#[derive(Clone, Copy, Debug)]
pub struct SourceView<'a> {
    /// The entries that match the agent's address, in order; `None`: it uses the standard source.
    pub list: Option<&'a [ListedSource]>,
    /// Whether `ActiveUpdate` is anywhere in the customized list.
    pub au_listed: bool,
    /// Whether it is the first entry of that list.
    pub au_first: bool,
    /// The reading of the standard source for this client: [`standard_source`].
    pub standard_source: StandardSource,
    /// The kinds of content still wanted.
    pub wanted: KindSet,
    /// The switches.
    pub settings: &'a SourceSettings,
}

/// The reading of the standard source in force: for agents by product generation (SRC-1), for Update Agents in every
/// generation the one by which `ActiveUpdate` counts as first entry (UAG-4).
pub fn standard_source(is_update_agent: bool, settings: &SourceSettings) -> StandardSource {
    if is_update_agent { StandardSource::PrivilegeOrFirstEntry } else { settings.standard_source }
}

/// The last step that an agent has taken along its sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// None yet.
    Begin,
    /// It has tried this entry of its list.
    Entry(u16),
    /// It has tried the server, after its list or as the standard source.
    Server,
    /// It has tried `ActiveUpdate`, the last resort.
    ActiveUpdate,
}

/// The next source, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceChoice {
    /// To this source, for these kinds.
    Try {
        /// The source.
        source: ListedSource,
        /// The kinds to request; never empty.
        kinds: KindSet,
        /// The step that this is.
        progress: Progress,
    },
    /// None: the agent quits and keeps its versions (SRC-5).
    Quit,
}

/// The source to try after step `after`: the matching entries in order (SRC-2), then the server for each kind whose
/// fallback is on (SRC-3), then `ActiveUpdate` if permitted (SRC-1, SRC-4, SRC-7), else none (SRC-5).
pub fn next_source(view: &SourceView<'_>, after: Progress) -> SourceChoice {
    let steps = [next_entry(view, after), server(view, after), active_update(view, after)];
    steps.into_iter().flatten().next().unwrap_or(SourceChoice::Quit)
}

/// Decides which source an agent tries next: the product's rules, or the policy of a study.
pub trait SourcePolicy: fmt::Debug + Sync {
    /// The source that `agent` tries after step `after`. Each answer must be a later step than `after`; otherwise the
    /// agent never quits.
    fn next_source(&self, agent: AgentId, view: &SourceView<'_>, after: Progress) -> SourceChoice;
}

/// The product's rules: [`next_source`].
#[derive(Clone, Copy, Debug, Default)]
pub struct ProductRules;

impl SourcePolicy for ProductRules {
    fn next_source(&self, _agent: AgentId, view: &SourceView<'_>, after: Progress) -> SourceChoice {
        next_source(view, after)
    }
}

/// The kinds that a source serves: `ActiveUpdate` and other update sources serve components only (SRC-6).
fn served_by(source: ListedSource, wanted: KindSet) -> KindSet {
    match source {
        ListedSource::ActiveUpdate | ListedSource::ForeignActiveUpdate | ListedSource::Other(_) => {
            wanted.and(KindSet::COMPONENTS)
        }
        ListedSource::Server | ListedSource::UpdateAgent(_) => wanted,
    }
}

/// The next matching entry of the list (SRC-2).
fn next_entry(view: &SourceView<'_>, after: Progress) -> Option<SourceChoice> {
    let first = match after {
        Progress::Begin => 0,
        Progress::Entry(tried) => usize::from(tried) + 1,
        Progress::Server | Progress::ActiveUpdate => return None,
    };
    let list = view.list?;
    list.iter().enumerate().skip(first).find_map(|(index, &source)| {
        let progress = Progress::Entry(u16::try_from(index).expect("at most 1,024 entries"));
        offer(source, served_by(source, view.wanted), progress)
    })
}

/// The server: the standard source (SRC-1), or the fallback of a list, by kind (SRC-3).
fn server(view: &SourceView<'_>, after: Progress) -> Option<SourceChoice> {
    if matches!(after, Progress::Server | Progress::ActiveUpdate) {
        return None;
    }
    let fallback = view.settings.fallback_to_server;
    let kinds = if view.list.is_some() { view.wanted.and(fallback) } else { view.wanted };
    offer(ListedSource::Server, kinds, Progress::Server)
}

/// `ActiveUpdate` as the last resort (SRC-1, SRC-4, SRC-7).
fn active_update(view: &SourceView<'_>, after: Progress) -> Option<SourceChoice> {
    if after == Progress::ActiveUpdate {
        return None;
    }
    let privilege = view.settings.au_privilege;
    let allowed = match view.list {
        // SRC-1: by product generation.
        None => match view.standard_source {
            StandardSource::PrivilegeOnly => privilege,
            StandardSource::PrivilegeOrFirstEntry => privilege || view.au_first,
        },
        Some(_) if view.settings.fallback_to_server.has(ContentKind::Components) => {
            // SRC-7: the server was available as a fallback, and failed.
            view.settings.au_after_server && privilege
        }
        // SRC-4: literally, either of the two; an Update Agent may have a list of its own.
        Some(list) => {
            let is_listed = view.au_listed || list.contains(&ListedSource::ActiveUpdate);
            privilege || !is_listed
        }
    };
    let kinds = served_by(ListedSource::ActiveUpdate, view.wanted);
    offer(ListedSource::ActiveUpdate, kinds, Progress::ActiveUpdate).filter(|_| allowed)
}

fn offer(source: ListedSource, kinds: KindSet, progress: Progress) -> Option<SourceChoice> {
    (!kinds.is_empty()).then_some(SourceChoice::Try { source, kinds, progress })
}

/// The entries of the customized list that match `address`, in order (SRC-2).
pub fn matching(list: &[ListEntry], addresses: Addresses) -> impl Iterator<Item = ListedSource> {
    list.iter().filter(move |entry| addresses.are_in(entry.range)).map(|entry| entry.source)
}

/// The source of an Update Agent itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateAgentSource {
    /// The standard source: the server.
    Standard,
    /// A list with only this entry.
    List(ListedSource),
    /// The customized list, by the rules for agents.
    CustomizedList,
}

/// An Update Agent's own source (UAG-4): the server, unless *only from the server* is off; then the customized list by
/// the rules for agents, or the source named in the scenario. Under `ua` it is `external`, which is
/// `ActiveUpdate` or the source in its place (TOP-3), unless the scenario names another Update Agent.
pub fn update_agent_source(
    option: TopologyOption,
    upstream: Upstream,
    only_from_server: bool,
    external: ListedSource,
) -> UpdateAgentSource {
    let beyond = option == TopologyOption::Ua;
    match upstream {
        Upstream::Server if beyond => UpdateAgentSource::List(external),
        _ if only_from_server && !beyond => UpdateAgentSource::Standard,
        Upstream::Server => UpdateAgentSource::Standard,
        Upstream::Unsaid if beyond => UpdateAgentSource::List(external),
        Upstream::Unsaid => UpdateAgentSource::CustomizedList,
        Upstream::ActiveUpdate => UpdateAgentSource::List(ListedSource::ActiveUpdate),
        Upstream::UpdateAgent(index) => UpdateAgentSource::List(ListedSource::UpdateAgent(index)),
        Upstream::Other(index) => UpdateAgentSource::List(ListedSource::Other(index)),
    }
}

/// What an agent does about a kind of content at a source whose content of this kind is older than the server's if
/// `is_older` (SRC-9). It never returns to an older version (DUP-9).
pub fn at_older_source(is_older: impl FnOnce() -> bool, settings: &SourceSettings) -> AtSource {
    match settings.stale {
        StaleSource::Accept => AtSource::Take,
        _ if !is_older() => AtSource::Take,
        StaleSource::NothingToDo => AtSource::TakeNothing,
        StaleSource::NextSource => AtSource::TurnAway,
    }
}

/// What an agent does about a kind of content that a source offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtSource {
    /// It takes newer ones.
    Take,
    /// It takes none and is done.
    TakeNothing,
    /// It tries its next source.
    TurnAway,
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: ListedSource = ListedSource::UpdateAgent(0);
    const B: ListedSource = ListedSource::UpdateAgent(1);
    const AU: ListedSource = ListedSource::ActiveUpdate;
    const SERVER: ListedSource = ListedSource::Server;

    /// All sources that an agent would try for `wanted`, in order.
    fn walk(
        list: Option<&[ListedSource]>,
        settings: &SourceSettings,
        wanted: KindSet,
    ) -> Vec<(ListedSource, KindSet)> {
        let au_listed = list.is_some_and(|list| list.contains(&AU));
        let au_first = list.is_some_and(|list| list.first() == Some(&AU));
        let standard_source = settings.standard_source;
        let view = SourceView { list, au_listed, au_first, standard_source, wanted, settings };
        let mut after = Progress::Begin;
        let mut tried = Vec::new();
        while let SourceChoice::Try { source, kinds, progress } = next_source(&view, after) {
            tried.push((source, kinds));
            after = progress;
        }
        tried
    }

    fn sources(list: Option<&[ListedSource]>, settings: &SourceSettings) -> Vec<ListedSource> {
        walk(list, settings, KindSet::ALL).into_iter().map(|(source, _)| source).collect()
    }

    fn settings(fallback_to_server: KindSet, au_privilege: bool) -> SourceSettings {
        SourceSettings { fallback_to_server, au_privilege, ..SourceSettings::default() }
    }

    #[test]
    fn src_1_the_standard_source_is_the_server_then_au_only_with_the_privilege() {
        assert_eq!(sources(None, &settings(KindSet::ALL, false)), [SERVER]);
        assert_eq!(sources(None, &settings(KindSet::ALL, true)), [SERVER, AU]);
    }

    #[test]
    fn src_1_version_10_0_also_takes_au_as_first_entry() {
        let old = SourceSettings {
            standard_source: StandardSource::PrivilegeOrFirstEntry,
            ..settings(KindSet::ALL, false)
        };
        let view = SourceView {
            list: None,
            au_listed: true,
            au_first: true,
            standard_source: old.standard_source,
            wanted: KindSet::ALL,
            settings: &old,
        };
        let choice = next_source(&view, Progress::Server);
        assert!(matches!(choice, SourceChoice::Try { source: AU, .. }));
    }

    #[test]
    fn uag_4_for_an_update_agent_au_as_first_entry_always_counts() {
        let settings = SourceSettings::default();
        assert_eq!(standard_source(false, &settings), StandardSource::PrivilegeOnly);
        assert_eq!(standard_source(true, &settings), StandardSource::PrivilegeOrFirstEntry);
    }

    #[test]
    fn src_2_entries_are_tried_in_order_then_the_server() {
        assert_eq!(sources(Some(&[A, B]), &settings(KindSet::ALL, false)), [A, B, SERVER]);
    }

    #[test]
    fn src_2_only_matching_entries_count() {
        let entry = |range: &str, source| ListEntry { range: range.parse().unwrap(), source };
        let list = [entry("10.1.0.0/16", A), entry("10.2.0.0/16", B), entry("10.0.0.0/8", AU)];
        let addresses = Addresses { v4: Some("10.2.3.4".parse().unwrap()), v6: None };
        let found: Vec<_> = matching(&list, addresses).collect();
        assert_eq!(found, [B, AU]);
    }

    #[test]
    fn src_3_each_kind_falls_back_by_its_own_switch() {
        let components_only = settings(KindSet::COMPONENTS, false);
        let tried = walk(Some(&[A]), &components_only, KindSet::ALL);
        assert_eq!(tried, [(A, KindSet::ALL), (SERVER, KindSet::COMPONENTS)]);
    }

    #[test]
    fn src_4_without_fallback_au_is_tried_if_any_holds() {
        let off = |privilege| settings(KindSet::NONE, privilege);
        assert_eq!(sources(Some(&[A]), &off(false)), [A, AU]);
        assert_eq!(sources(Some(&[A, AU]), &off(false)), [A, AU]);
        assert_eq!(sources(Some(&[A, AU]), &off(true)), [A, AU, AU]);
    }

    #[test]
    fn src_5_nothing_left_means_quit() {
        let settings = settings(KindSet::ALL, false);
        let view = SourceView {
            list: Some(&[]),
            au_listed: false,
            au_first: false,
            standard_source: settings.standard_source,
            wanted: KindSet::ALL,
            settings: &settings,
        };
        assert_eq!(next_source(&view, Progress::Server), SourceChoice::Quit);
        assert_eq!(next_source(&view, Progress::ActiveUpdate), SourceChoice::Quit);
    }

    #[test]
    fn src_7_au_after_the_failed_fallback_is_a_switch() {
        let privileged = settings(KindSet::ALL, true);
        assert_eq!(sources(Some(&[A]), &privileged), [A, SERVER, AU]);
        let strict = SourceSettings { au_after_server: false, ..privileged };
        assert_eq!(sources(Some(&[A]), &strict), [A, SERVER]);
    }

    #[test]
    fn src_9_an_older_source_is_taken_left_or_passed_over() {
        let reading = |stale| SourceSettings { stale, ..SourceSettings::default() };
        for (stale, answer) in [
            (StaleSource::Accept, AtSource::Take),
            (StaleSource::NothingToDo, AtSource::TakeNothing),
            (StaleSource::NextSource, AtSource::TurnAway),
        ] {
            assert_eq!(at_older_source(|| true, &reading(stale)), answer);
            assert_eq!(at_older_source(|| false, &reading(stale)), AtSource::Take);
        }
        assert_eq!(SourceSettings::default().stale, StaleSource::Accept);
    }

    #[test]
    fn src_6_au_serves_components_only() {
        let off = settings(KindSet::NONE, true);
        let programs = KindSet::only(ContentKind::Programs);
        assert_eq!(walk(Some(&[AU]), &off, programs), []);
        let tried = walk(Some(&[AU]), &off, KindSet::ALL);
        assert!(tried.iter().all(|(_, kinds)| *kinds == KindSet::COMPONENTS));
    }

    #[test]
    fn src_7_with_the_privilege_au_follows_the_server() {
        assert_eq!(sources(Some(&[A]), &settings(KindSet::ALL, true)), [A, SERVER, AU]);
    }

    #[test]
    fn uag_4_an_update_agent_uses_the_server_unless_it_may_look_beyond() {
        use TopologyOption::{ServerUa, Ua};
        let list = UpdateAgentSource::List;
        let table = [
            (ServerUa, Upstream::Server, true, UpdateAgentSource::Standard),
            (ServerUa, Upstream::Server, false, UpdateAgentSource::Standard),
            (ServerUa, Upstream::Unsaid, true, UpdateAgentSource::Standard),
            (ServerUa, Upstream::Unsaid, false, UpdateAgentSource::CustomizedList),
            (Ua, Upstream::Unsaid, false, list(AU)),
            (ServerUa, Upstream::UpdateAgent(1), true, UpdateAgentSource::Standard),
            (ServerUa, Upstream::UpdateAgent(1), false, list(B)),
            (ServerUa, Upstream::ActiveUpdate, false, list(AU)),
            (Ua, Upstream::Server, true, list(AU)),
            (Ua, Upstream::UpdateAgent(1), true, list(B)),
        ];
        for (option, upstream, only, expected) in table {
            assert_eq!(update_agent_source(option, upstream, only, AU), expected, "{option:?}");
        }
    }
}
