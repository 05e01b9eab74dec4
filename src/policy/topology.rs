//! The path of updates under each of the four options, and what starts them (TOP-1 to TOP-4).

use crate::model::settings::TopologyOption;

/// Where agents update from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentsFrom {
    /// The standard source: the server.
    Server,
    /// The customized update source list.
    List,
    /// A list whose only entry is `ActiveUpdate`, or another update source in its place.
    External,
}

/// The roles under an option, for the same company: options differ only in source lists, privileges and triggers.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent switches, one a column of the table"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Update Agents serve others.
    pub update_agents_serve: bool,
    /// The server notifies when it has updated; under `ua` only agents without an Update Agent.
    pub server_notifies: bool,
    /// Agents update by their schedule.
    pub agents_look: bool,
    /// Update Agents update by their schedule.
    pub update_agents_look: bool,
    /// Where agents update from.
    pub agents_from: AgentsFrom,
}

/// The roles under `option` (TOP-1, TOP-2, TOP-3, TOP-4).
pub const fn roles(option: TopologyOption) -> Roles {
    let server = Roles {
        update_agents_serve: false,
        server_notifies: true,
        agents_look: false,
        update_agents_look: false,
        agents_from: AgentsFrom::Server,
    };
    match option {
        TopologyOption::Server => server,
        TopologyOption::ServerUa => {
            Roles { update_agents_serve: true, agents_from: AgentsFrom::List, ..server }
        }
        TopologyOption::Ua => Roles {
            update_agents_serve: true,
            update_agents_look: true,
            agents_from: AgentsFrom::List,
            ..server
        },
        TopologyOption::Direct => Roles {
            server_notifies: false,
            agents_look: true,
            agents_from: AgentsFrom::External,
            ..server
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn top_1_to_4_differ_in_sources_and_triggers_only() {
        let table = [
            (TopologyOption::Server, (false, true, false, false, AgentsFrom::Server)),
            (TopologyOption::ServerUa, (true, true, false, false, AgentsFrom::List)),
            (TopologyOption::Ua, (true, true, false, true, AgentsFrom::List)),
            (TopologyOption::Direct, (false, false, true, false, AgentsFrom::External)),
        ];
        for (option, expected) in table {
            let is = roles(option);
            let found = (
                is.update_agents_serve,
                is.server_notifies,
                is.agents_look,
                is.update_agents_look,
                is.agents_from,
            );
            assert_eq!(found, expected, "{option:?}");
        }
    }
}
