//! Updates the census of versions as agents update (REP-1).

use std::collections::BTreeMap;

use crate::ids::ComponentId;
use crate::model::company::Company;
use crate::model::version::Version;
use crate::policy::content;
use crate::simulation::census::Counted;
use crate::simulation::release_coverage::Holding;
use crate::simulation::run::Simulation;
use crate::simulation::state::Agents;

impl Simulation<'_> {
    /// Counts the agents when the run begins: those with equal versions that get the same components at once.
    pub(super) fn take_census(&mut self) {
        let mut alike: BTreeMap<Counted, u32> = BTreeMap::new();
        for agent in self.agents.ids() {
            *alike.entry(counted(self.holding(agent))).or_default() += 1;
        }
        for (of, count) in alike {
            for (component, version) in versions(self.company, &self.agents, of) {
                if let Some(version) = version {
                    self.census.add(component, version, count);
                }
            }
        }
    }

    /// Counts an agent by its contents `now`, and no longer by those `before`.
    pub(super) fn move_in_census(&mut self, before: Holding, now: Holding) {
        let [from, to] = [before, now].map(counted);
        let versions = |of| versions(self.company, &self.agents, of);
        self.census.follow([from, to], || {
            let pairs = versions(from).zip(versions(to));
            let moves = pairs.map(|((component, from), (_, to))| (component, [from, to]));
            moves.filter(|(_, [from, to])| from != to)
        });
    }
}

fn counted(Holding { versions, who, .. }: Holding) -> Counted {
    (versions, who)
}

/// The version of each component as which an agent is counted, if it gets the component.
fn versions(
    company: &Company,
    agents: &Agents,
    (row, (scan, scope)): Counted,
) -> impl Iterator<Item = (ComponentId, Option<Version>)> {
    let rows = company.catalogue.rows().zip(agents.versions_of(row));
    rows.map(move |((id, component), version)| {
        (id, content::gets(component, scan, scope).then_some(*version))
    })
}
