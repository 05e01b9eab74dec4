//! Component duplication: full file or incremental (DUP-3 to DUP-9, DUP-11).
//!
//! The six components that have incrementals (CMP-3) take part; any other is sent as a full file when it changes.

use crate::model::component::Component;
use crate::model::version::{INCREMENTALS, Offer, Package, Spans, Version};

/// The number of full versions that the server keeps, including the latest (DUP-6).
pub const FULLS_KEPT: usize = 7;

/// The server's plan for one component of a new release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerPlan {
    /// The packages that it downloads, in order.
    pub downloads: Vec<Package>,
    /// The incrementals that it generates itself, newest first: no traffic, CPU time.
    pub generated: Vec<Package>,
    /// The full versions it holds afterwards, newest first.
    pub held: Vec<Version>,
    /// The full versions it deletes.
    pub deleted: Vec<Version>,
    /// Its offer afterwards.
    pub offer: Offer,
}

/// The server's plan when `ActiveUpdate` offers `active_update` and the server holds the full versions `held`, newest
/// first, and offers `own`.
///
/// Up to 14 behind it downloads *current→latest* (DUP-3), farther behind the full file and all 14
/// incrementals (DUP-4). Unless told to download them all (DUP-11), it generates *old→latest* from
/// each other full version it holds (DUP-5). It keeps the latest seven full versions (DUP-6) and
/// downloads each incremental that it lacks (DUP-7).
pub fn server_plan(
    held: &[Version],
    own: Offer,
    active_update: Offer,
    component: &Component,
    generates: bool,
) -> ServerPlan {
    let latest = active_update.latest;
    let current = held.first().copied().unwrap_or_default();
    if current >= latest {
        return ServerPlan {
            downloads: Vec::new(),
            generated: Vec::new(),
            held: held.to_vec(),
            deleted: Vec::new(),
            offer: own,
        };
    }
    let to = |span: u16| Package::Incremental { from: latest.earlier(span), to: latest };
    let mut have = Spans::NONE;
    let mut downloads = Vec::new();
    let mut generated = Vec::new();
    let behind = current.behind(latest);
    let available = offered(component, active_update.incrementals);
    if available.has(behind) {
        downloads.push(to(behind));
        have = have.with(behind);
        let older = held.iter().skip(1).map(|old| old.behind(latest));
        for span in older.filter(|span| generates && *span <= INCREMENTALS) {
            generated.push(to(span));
            have = have.with(span);
        }
    } else {
        downloads.push(Package::Full(latest));
    }
    downloads.extend(available.minus(have).iter().map(to));
    let mut all = vec![latest];
    all.extend_from_slice(held);
    let deleted = all.split_off(all.len().min(FULLS_KEPT));
    ServerPlan {
        downloads,
        generated,
        held: all,
        deleted,
        offer: Offer { latest, incrementals: available },
    }
}

/// The incrementals of `spans` that exist for `component` (CMP-3).
fn offered(component: &Component, spans: Spans) -> Spans {
    if component.incremental.is_some() { spans } else { Spans::NONE }
}

/// Whether an Update Agent mirrors: if it is the source of an agent, or in builds before 12902, always (DUP-10).
pub fn mirrors(is_source: bool, idle_mirrors: bool) -> bool {
    is_source || idle_mirrors
}

/// The number of agents, all one release behind, that an Update Agent that mirrors `component` must serve to move fewer
/// bytes over its link than they would (UAG-6, DUP-8); `None` if the component has no incrementals.
pub fn pays_from(component: &Component) -> Option<u64> {
    component.incremental?;
    let to = Version(INCREMENTALS);
    let size = |span| Package::Incremental { from: to.earlier(span), to }.size(component).count();
    let all: u64 = (1..=INCREMENTALS).map(size).sum();
    Some(all / size(1) + 1)
}

/// An Update Agent's plan for one component that its source offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateAgentPlan {
    /// The package that updates the Update Agent itself.
    pub own: Option<Package>,
    /// The packages that it fetches only to serve.
    pub mirrored: Vec<Package>,
    /// Its offer afterwards.
    pub offer: Offer,
}

/// The plan of an Update Agent that offers `held` when its source offers `source` (DUP-8): up to 14 behind it fetches
/// that one incremental, farther behind the full file; then, if it `mirrors`, all the remaining incrementals of its
/// source. It generates none. Because it mirrors more than its agents need, too many Update Agents harm (UAG-6).
/// Everything that it offers afterwards was held before or is in the plan (DUP-12).
pub fn update_agent_plan(
    held: Offer,
    source: Offer,
    component: &Component,
    mirrors: bool,
) -> UpdateAgentPlan {
    if source.latest < held.latest {
        return UpdateAgentPlan { own: None, mirrored: Vec::new(), offer: held };
    }
    let own = agent_package(held.latest, source, component);
    let has = own.map_or(held.incrementals, incrementals_with);
    let wanted = if mirrors { offered(component, source.incrementals) } else { Spans::NONE };
    let latest = source.latest;
    let mirrored = wanted
        .minus(has)
        .iter()
        .map(|span| Package::Incremental { from: latest.earlier(span), to: latest })
        .collect();
    UpdateAgentPlan { own, mirrored, offer: Offer { latest, incrementals: has.union(wanted) } }
}

/// The incrementals to its version that an agent holds after it has received `package` (DUP-12).
pub fn incrementals_with(package: Package) -> Spans {
    match package {
        Package::Full(_) => Spans::NONE,
        Package::Incremental { from, to } => Spans::NONE.with(from.behind(to)),
    }
}

/// The package that an agent at `own` fetches from a source's offer (DUP-9): *own→latest* if the source has it, else
/// the full file; nothing if the source is not newer.
pub fn agent_package(own: Version, source: Offer, component: &Component) -> Option<Package> {
    let behind = own.behind(source.latest);
    if behind == 0 {
        None
    } else if offered(component, source.incrementals).has(behind) {
        Some(Package::Incremental { from: own, to: source.latest })
    } else {
        Some(Package::Full(source.latest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::component::vendor_catalogue;

    #[test]
    fn dup_10_who_is_nobodys_source_mirrors_nothing_unless_the_build_is_old() {
        let table = [(true, false, true), (true, true, true), (false, false, false)];
        for (is_source, idle, expected) in table {
            assert_eq!(mirrors(is_source, idle), expected);
        }
        assert!(mirrors(false, true));
        let plan = |mirrors| update_agent_plan(complete(171), AU, &virus_pattern(), mirrors);
        assert_eq!(plan(false).own, Some(incremental(171)));
        assert_eq!((plan(false).mirrored.len(), plan(true).mirrored.len()), (0, 13));
    }

    /// The version with printed number `number`: numbers rise by two per release (DUP-1).
    fn v(number: u16) -> Version {
        Version((number - 101) / 2)
    }

    fn incremental(from: u16) -> Package {
        Package::Incremental { from: v(from), to: v(175) }
    }

    /// A source that is complete for its version.
    fn complete(number: u16) -> Offer {
        Offer { latest: v(number), incrementals: Spans::ALL }
    }

    const AU: Offer = Offer { latest: Version((175 - 101) / 2), incrementals: Spans::ALL };

    fn virus_pattern() -> Component {
        vendor_catalogue().iter().find(|c| c.name == "Virus Pattern").unwrap().clone()
    }

    fn engine() -> Component {
        vendor_catalogue().iter().find(|c| c.name == "Virus Scan Engine").unwrap().clone()
    }

    fn all(numbers: &[u16]) -> Vec<Package> {
        numbers.iter().map(|number| incremental(*number)).collect()
    }

    fn versions(numbers: &[u16]) -> Vec<Version> {
        numbers.iter().map(|number| v(*number)).collect()
    }

    #[test]
    fn dup_3_5_6_7_golden_case() {
        let held = versions(&[171, 169, 167, 165, 163, 161, 159]);
        let plan = server_plan(&held, AU, AU, &virus_pattern(), true);
        assert_eq!(plan.downloads, all(&[171, 173, 157, 155, 153, 151, 149, 147]));
        assert_eq!(plan.generated, all(&[169, 167, 165, 163, 161, 159]));
        assert_eq!(plan.held, versions(&[175, 171, 169, 167, 165, 163, 161]));
        assert_eq!(plan.deleted, versions(&[159]));
        assert_eq!(plan.offer, AU);
        assert!(plan.downloads.iter().all(|package| !matches!(package, Package::Full(_))));
    }

    #[test]
    fn dup_5_one_full_version_fewer_means_one_download_more() {
        let held = versions(&[171, 169, 167, 165, 161, 159]);
        let plan = server_plan(&held, AU, AU, &virus_pattern(), true);
        assert_eq!(plan.generated.len(), 5);
        assert_eq!(plan.downloads, all(&[171, 173, 163, 157, 155, 153, 151, 149, 147]));
    }

    #[test]
    fn dup_3_4_the_boundary_is_fourteen() {
        let at_14 = server_plan(&versions(&[147]), AU, AU, &virus_pattern(), true);
        assert_eq!(at_14.downloads[0], incremental(147));
        assert_eq!(at_14.downloads.len(), 14);
        let at_15 = server_plan(&versions(&[145]), AU, AU, &virus_pattern(), true);
        assert_eq!(at_15.downloads[0], Package::Full(v(175)));
        assert_eq!(at_15.downloads.len(), 15);
        assert!(at_15.generated.is_empty());
    }

    #[test]
    fn dup_11_without_generating_all_incrementals_are_downloaded() {
        let held = versions(&[171, 169, 167]);
        let plan = server_plan(&held, AU, AU, &virus_pattern(), false);
        assert!(plan.generated.is_empty());
        assert_eq!(plan.downloads.len(), 14);
    }

    #[test]
    fn dup_3_a_current_server_does_nothing() {
        // After a roll-back it has no incrementals, and offers none that it has not got.
        let alone = Offer { incrementals: Spans::NONE, ..AU };
        for own in [AU, alone] {
            let plan = server_plan(&versions(&[175, 173]), own, AU, &virus_pattern(), true);
            assert!(plan.downloads.is_empty() && plan.generated.is_empty());
            assert!(plan.deleted.is_empty());
            assert_eq!(plan.offer, own);
        }
    }

    #[test]
    fn dup_8_an_update_agent_takes_its_own_then_the_rest() {
        let plan = update_agent_plan(complete(171), AU, &virus_pattern(), true);
        assert_eq!(plan.own, Some(incremental(171)));
        assert_eq!(plan.mirrored.len(), 13);
        assert!(!plan.mirrored.contains(&incremental(171)));
        let far = update_agent_plan(complete(145), AU, &virus_pattern(), true);
        assert_eq!(far.own, Some(Package::Full(v(175))));
        assert_eq!(far.mirrored.len(), 14);
        let alone = update_agent_plan(complete(171), AU, &virus_pattern(), false);
        assert_eq!((alone.own, alone.mirrored.len()), (Some(incremental(171)), 0));
    }

    #[test]
    fn uag_6_an_update_agent_pays_from_so_many_agents_as_fetch_more_than_it_mirrors() {
        let catalogue = vendor_catalogue();
        let pattern = |name: &str| catalogue.iter().find(|c| c.name == name).unwrap();
        // 1,321,257 / 3,090 is 427.6; 1 + 2 + … + 14 is 105, so 105 agents fetch as much.
        assert_eq!(pays_from(pattern("Smart Scan Agent Pattern")), Some(428));
        assert_eq!(pays_from(pattern("Virus Pattern")), Some(106));
        assert_eq!(pays_from(&engine()), None);
    }

    #[test]
    fn dup_12_an_update_agent_offers_what_it_held_or_fetches() {
        for held in [complete(145), complete(171), complete(175), complete(177), Offer::default()] {
            for incrementals in
                [Spans::NONE, Spans::NONE.with(2), Spans::NONE.with(1).with(9), Spans::ALL]
            {
                for component in [virus_pattern(), engine()] {
                    for mirrors in [true, false] {
                        let source = Offer { incrementals, ..AU };
                        let plan = update_agent_plan(held, source, &component, mirrors);
                        let mut all = plan.mirrored.clone();
                        all.extend(plan.own);
                        let to = |span| {
                            let (from, to) = (source.latest.earlier(span), source.latest);
                            Package::Incremental { from, to }
                        };
                        let has =
                            |span| plan.offer.latest == held.latest && held.incrementals.has(span);
                        assert!(
                            plan.offer.incrementals.iter().all(|s| has(s) || all.contains(&to(s)))
                        );
                        assert!(plan.offer.latest == held.latest || plan.own.is_some());
                        assert!(plan.offer.latest >= held.latest, "it never goes back");
                    }
                }
            }
        }
    }

    #[test]
    fn dup_9_an_agent_takes_the_incremental_if_offered_else_the_full_file() {
        let part = Offer { incrementals: Spans::NONE.with(2), ..AU };
        let table = [
            (171, AU, Some(incremental(171))),
            (147, AU, Some(incremental(147))),
            (145, AU, Some(Package::Full(v(175)))),
            (171, part, Some(incremental(171))),
            (173, part, Some(Package::Full(v(175)))),
            (175, AU, None),
            (177, AU, None),
        ];
        for (own, offer, taken) in table {
            assert_eq!(agent_package(v(own), offer, &virus_pattern()), taken, "{own}");
        }
    }

    #[test]
    fn cmp_3_an_engine_is_always_sent_whole() {
        assert_eq!(agent_package(v(171), AU, &engine()), Some(Package::Full(v(175))));
        let server = server_plan(&versions(&[171, 169]), AU, AU, &engine(), true);
        assert_eq!(server.downloads, [Package::Full(v(175))]);
        assert_eq!(server.offer.incrementals, Spans::NONE);
        let agent = update_agent_plan(complete(171), AU, &engine(), true);
        assert!(agent.mirrored.is_empty());
    }
}
