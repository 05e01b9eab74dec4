//! A column of agents in which those of a site mostly have equal rows.

use crate::ids::{AgentId, Column, RowId, SiteId};

/// The number of agents of a block.
const BLOCK: usize = 64;

/// A row for each site, and one for each agent that differs from its site.
#[derive(Clone, Debug)]
pub(super) struct BySite<T> {
    of_site: Column<SiteId, T>,
    blocks: Vec<Block>,
    others: Vec<T>,
}

/// Which of [`BLOCK`] agents differ from their sites.
#[derive(Clone, Copy, Debug, Default)]
struct Block {
    /// A bit for each agent, the first in the lowest.
    differ: u64,
    /// The number of agents of earlier blocks that differ.
    before: u32,
}

impl<T: Copy + PartialEq> BySite<T> {
    /// The column of the site of each agent, the row that would be usual for it, and its own, in order of agents. A site
    /// has the usual row of its first agent.
    pub(super) fn new(sites: usize, rows: impl Iterator<Item = (SiteId, T, T)>) -> Self {
        let mut of_site: Column<SiteId, Option<T>> = Column::filled(None, sites);
        let (mut blocks, mut others) = (Vec::new(), Vec::new());
        let mut first = None;
        for (agent, (site, usual, row)) in rows.enumerate() {
            let _ = first.get_or_insert(usual);
            if *of_site[site].get_or_insert(usual) == row {
                continue;
            }
            let before = u32::try_from(others.len()).expect("fewer than 2³² agents");
            if blocks.len() <= agent / BLOCK {
                blocks.resize(agent / BLOCK + 1, Block { differ: 0, before });
            }
            blocks[agent / BLOCK].differ |= 1 << (agent % BLOCK);
            others.push(row);
        }
        // The row of a site without agents is never read.
        let of_site = of_site.iter().filter_map(|row| row.or(first)).collect();
        Self { of_site, blocks, others }
    }

    /// The row of `agent`, whose site is `home`.
    #[inline]
    pub(super) fn get(&self, agent: AgentId, home: SiteId) -> T {
        let (block, bit) = (agent.index() / BLOCK, agent.index() % BLOCK);
        match self.blocks.get(block) {
            Some(block) if block.differ >> bit & 1 != 0 => {
                let earlier = block.differ & ((1 << bit) - 1);
                self.others[block.before as usize + earlier.count_ones() as usize]
            }
            _ => self.of_site[home],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_column_is_kept(rows in prop::collection::vec((0_u32..5, 0_u8..2, 0_u8..3), 0..500)) {
            let sites = rows.iter().map(|&(site, usual, row)| (SiteId(site), usual, row));
            let column = BySite::new(6, sites);
            for (agent, (site, _, row)) in (0..).map(AgentId).zip(&rows) {
                prop_assert_eq!(column.get(agent, SiteId(*site)), *row);
            }
        }
    }
}
