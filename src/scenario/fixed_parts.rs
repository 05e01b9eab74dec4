//! The parts of a scenario that all forms of an ensemble have in common: results list them by name, and runs of one seed are
//! compared by them.

use super::Scenario;

impl Scenario {
    /// The first part in which `other` differs and which an ensemble must not change, in words.
    pub fn fixed_part_changed_by(&self, other: &Self) -> Option<&'static str> {
        let sites = |scenario: &Self| -> Vec<_> {
            let groups = scenario.groups.iter();
            groups.map(|group| (group.name.clone(), group.count, group.via)).collect()
        };
        let update_agents = |scenario: &Self| {
            let groups: Vec<u32> =
                scenario.groups.iter().map(|group| group.update_agents).collect();
            let explicit = scenario.update_agents.iter();
            let explicit: Vec<(String, String)> =
                explicit.map(|agent| (agent.name.clone(), agent.site.clone())).collect();
            (groups, explicit)
        };
        let components = |scenario: &Self| -> Vec<String> {
            scenario.catalogue.iter().map(|component| component.name.clone()).collect()
        };
        let releases = |scenario: &Self| -> Vec<_> {
            let all = scenario.releases.iter();
            all.map(|release| (release.name.clone(), release.at)).collect()
        };
        let links = |scenario: &Self| -> Vec<String> { scenario.graph.link_names().collect() };
        let others = |scenario: &Self| -> Vec<String> {
            scenario.other_sources.iter().map(|source| source.name.clone()).collect()
        };
        let span = |scenario: &Self| (scenario.calendar, scenario.duration, scenario.sample_every);
        let runs = |scenario: &Self| {
            let Self { seed, replications, names_replications, .. } = *scenario;
            (seed, replications, names_replications, scenario.option)
        };
        let parts = [
            ("its name or title", (&self.name, &self.title) != (&other.name, &other.title)),
            ("the seed, the number of replications or the option", runs(self) != runs(other)),
            ("the start, the duration or the sampling interval", span(self) != span(other)),
            ("the sites", sites(self) != sites(other)),
            ("the Update Agents", update_agents(self) != update_agents(other)),
            ("other update sources", others(self) != others(other)),
            ("the links", links(self) != links(other)),
            ("the components", components(self) != components(other)),
            ("the releases", releases(self) != releases(other)),
            ("the thresholds", self.thresholds != other.thresholds),
            ("whether there are prices", self.cost.is_some() != other.cost.is_some()),
        ];
        parts.into_iter().find(|(_, differs)| *differs).map(|(part, _)| part)
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::{Overrides, Scenario};

    const COMPANY: &str = "name = \"small\"\nduration = \"2 h\"\n[headquarters]\nagents = 10\n\
        internet_bandwidth = \"1 Mbit/s\"\n[[site]]\nname = \"branch\"\nagents = 2\n\
        bandwidth = \"1 Mbit/s\"\n[[release]]\nname = \"r\"\nat = \"2 min\"\n\
        components = [\"Virus Pattern\"]\n";

    fn changed(key: &str, value: &str) -> Option<&'static str> {
        let parse = |set: &[(&str, &str)]| {
            let set = set.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
            Scenario::parse(COMPANY, "small.toml", &Overrides(set)).expect("valid")
        };
        parse(&[]).fixed_part_changed_by(&parse(&[(key, value)]))
    }

    #[test]
    fn values_may_differ_and_parts_may_not() {
        for (key, value) in [
            ("server.slots", "7"),
            ("site.branch.bandwidth", "2 Mbit/s"),
            ("site.branch.agents", "9"),
            ("agents.releases_behind", "3"),
        ] {
            assert_eq!(changed(key, value), None, "{key}");
        }
        for (key, value, part) in [
            ("name", "other", "its name or title"),
            ("seed", "8", "the seed, the number of replications or the option"),
            ("option", "direct", "the seed, the number of replications or the option"),
            ("replications", "1", "the seed, the number of replications or the option"),
            ("duration", "3 h", "the start, the duration or the sampling interval"),
            ("site.branch.count", "2", "the sites"),
            ("site.branch.update_agents", "1", "the Update Agents"),
            ("release.r.at", "3 min", "the releases"),
        ] {
            assert_eq!(changed(key, value), Some(part), "{key}");
        }
    }
}
