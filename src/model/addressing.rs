//! The IPv4 address of each agent.

use std::net::Ipv4Addr;

use crate::ids::{AgentId, RowId};

/// The IPv4 addresses of agents, in runs in which each address follows that of the agent before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addressing {
    /// The first agent of each run, and its address.
    runs: Vec<(u32, u32)>,
    len: u32,
}

impl Addressing {
    /// Appends the address of the next agent.
    pub fn push(&mut self, address: Ipv4Addr) {
        let follows =
            |(agent, first): &(u32, u32)| first.wrapping_add(self.len - agent) == address.to_bits();
        if !self.runs.last().is_some_and(follows) {
            self.runs.push((self.len, address.to_bits()));
        }
        self.len += 1;
    }

    /// The address of an agent.
    ///
    /// # Panics
    /// If there are no addresses.
    pub fn of(&self, agent: AgentId) -> Ipv4Addr {
        let after = self.runs.partition_point(|(first, _)| *first as usize <= agent.index());
        let (first, address) = self.runs[after - 1];
        Ipv4Addr::from_bits(address.wrapping_add(agent.0 - first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_agent_has_the_address_that_it_was_given() {
        let addresses = [[10, 0, 0, 1], [10, 0, 0, 2], [10, 0, 0, 4], [10, 0, 0, 4], [9, 0, 0, 5]];
        let mut addressing = Addressing::default();
        for address in addresses {
            addressing.push(Ipv4Addr::from(address));
        }
        assert_eq!(addressing.runs.len(), 4);
        let given = [0, 1, 2, 3, 4].map(|agent| addressing.of(AgentId(agent)).octets());
        assert_eq!(given, addresses);
    }
}
