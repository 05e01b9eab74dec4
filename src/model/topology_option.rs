//! The four topology options.

/// The four paths from `ActiveUpdate` (AU) to the agents (TOP-1 to TOP-4).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum TopologyOption {
    /// AU → server → agents (TOP-1).
    Server,
    /// AU → server → Update Agents → agents (TOP-2).
    ServerUa,
    /// AU → Update Agents → agents (TOP-3).
    Ua,
    /// AU → agents (TOP-4).
    Direct,
}

impl TopologyOption {
    /// All four, in the order of the vendor's table.
    pub const ALL: [Self; 4] = [Self::Server, Self::ServerUa, Self::Ua, Self::Direct];

    /// The name on the command line and in result files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::ServerUa => "server-ua",
            Self::Ua => "ua",
            Self::Direct => "direct",
        }
    }

    /// The option named `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|option| option.name() == name)
    }

    /// The options with these names, separated by spaces, without duplicates; `all` means all four.
    pub fn several(names: &str) -> Option<Vec<Self>> {
        if names.trim() == "all" {
            return Some(Self::ALL.to_vec());
        }
        let all: Option<Vec<Self>> = names.split_whitespace().map(Self::named).collect();
        all.filter(|all| {
            let is_new = |(place, option): (usize, &Self)| !all[..place].contains(option);
            !all.is_empty() && all.iter().enumerate().all(is_new)
        })
    }
}
