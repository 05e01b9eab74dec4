//! Small companies of two branches: each option is the best in one, none is in another, and in one all fail.

/// A company of two branches.
pub(crate) struct Company {
    /// The option that is the best; `None`: none is.
    pub(crate) best: Option<&'static str>,
    duration: &'static str,
    /// How often the server checks for updates.
    looks: &'static str,
    headquarters: u32,
    /// Agents of each branch.
    branch: u32,
    bandwidth: &'static str,
    update_agents: u32,
}

/// The server checks each minute, and links have enough bandwidth. Without Update Agents three of the options are equal.
pub(crate) const EQUAL: Company = Company {
    best: None,
    duration: "12 h",
    looks: "1 min",
    headquarters: 10,
    branch: 40,
    bandwidth: "10 Mbit/s",
    update_agents: 0,
};

/// In an hour nothing can cross these links.
pub(crate) const NARROW: Company =
    Company { duration: "1 h", bandwidth: "2 kbit/s", branch: 60, ..EQUAL };

/// Each option is the best in one of them.
pub(crate) const DECIDED: [Company; 4] = [
    // Forty agents fetch less over their link than an Update Agent that hosts everything.
    Company { best: Some("server"), bandwidth: "100 kbit/s", update_agents: 1, ..EQUAL },
    // Two hundred and fifty fetch more.
    Company {
        best: Some("server-ua"),
        bandwidth: "200 kbit/s",
        branch: 250,
        update_agents: 1,
        ..EQUAL
    },
    // The server checks too seldom; Update Agents learn of the release from agents that check by themselves.
    Company {
        best: Some("ua"),
        looks: "6 h",
        headquarters: 1,
        bandwidth: "20 Mbit/s",
        update_agents: 1,
        ..EQUAL
    },
    // Most agents are at headquarters, which has no Update Agent.
    Company { best: Some("direct"), looks: "6 h", headquarters: 40, branch: 2, ..EQUAL },
];

impl Company {
    /// Its scenario.
    pub(crate) fn text(&self) -> String {
        let Self { duration, looks, headquarters, branch, bandwidth, update_agents, .. } = self;
        format!(
            "name = \"one\"\nstart = \"Mon 08:00\"\nduration = \"{duration}\"\n[headquarters]\n\
             agents = {headquarters}\ninternet_bandwidth = \"100 Mbit/s\"\n[server]\n\
             schedule = \"every {looks}\"\n[[site]]\nname = \"branch\"\ncount = 2\nagents = {branch}\n\
             bandwidth = \"{bandwidth}\"\nupdate_agents = {update_agents}\n[[release]]\nname = \"r\"\n\
             at = \"30 min\"\ncomponents = [\"Virus Pattern\"]\n"
        )
    }
}
