//! The parts of interrupted transfers (SRC-8).

use std::collections::BTreeMap;
use std::mem::discriminant;

use crate::ids::{AgentId, ComponentId};
use crate::model::version::Offer;
use crate::simulation::state::{Revision, Target};
use crate::units::Bytes;

/// The content of a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Settings(Revision),
    Programs(Revision),
    /// Components, by the versions to which they lead.
    Components(Vec<Target>),
    /// What an Update Agent fetches only to serve, by its offers afterwards (DUP-8).
    ToServe(Vec<(ComponentId, Offer)>),
}

#[derive(Clone, Debug)]
struct Part {
    content: Content,
    size: Bytes,
    arrived: Bytes,
}

/// The parts of contents that arrived at agents before the transfers were interrupted, at most one of each kind of
/// content.
#[derive(Debug, Default)]
pub(super) struct KeptParts {
    of: BTreeMap<AgentId, Vec<Part>>,
}

impl KeptParts {
    /// The bytes that have arrived of a content of `size`.
    pub(super) fn arrived(&self, agent: AgentId, content: &Content, size: Bytes) -> Bytes {
        let mut parts = self.of.get(&agent).into_iter().flatten();
        let same = parts.find(|part| part.content == *content && part.size == size);
        same.map_or(Bytes::ZERO, |part| part.arrived)
    }

    /// Keeps what has `arrived` of a content of `size`.
    pub(super) fn keep(
        &mut self,
        agent: AgentId,
        content: Content,
        (size, arrived): (Bytes, Bytes),
    ) {
        self.forget(agent, &content);
        self.of.entry(agent).or_default().push(Part { content, size, arrived });
    }

    /// Forgets the part of a content of this kind, whichever it is: a whole one has arrived.
    pub(super) fn forget(&mut self, agent: AgentId, content: &Content) {
        let Some(parts) = self.of.get_mut(&agent) else { return };
        parts.retain(|part| discriminant(&part.content) != discriminant(content));
        if parts.is_empty() {
            self.of.remove(&agent);
        }
    }

    /// Forgets all parts at an agent.
    pub(super) fn forget_all(&mut self, agent: AgentId) {
        self.of.remove(&agent);
    }

    /// Whether there are none at all.
    pub(super) fn is_empty(&self) -> bool {
        self.of.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn src_8_one_part_of_each_kind_is_kept() {
        let agent = AgentId(3);
        let [whole, some, more] = [100, 30, 60].map(Bytes::new);
        let mut kept = KeptParts::default();
        kept.keep(agent, Content::Programs(1), (whole, some));
        kept.keep(agent, Content::Settings(1), (whole, some));
        kept.keep(agent, Content::Programs(1), (whole, more));
        assert_eq!(kept.arrived(agent, &Content::Programs(1), whole), more);
        assert_eq!(kept.arrived(agent, &Content::Programs(2), whole), Bytes::ZERO);
        assert_eq!(kept.arrived(agent, &Content::Programs(1), more), Bytes::ZERO);
        kept.forget(agent, &Content::Programs(9));
        assert_eq!(kept.arrived(agent, &Content::Programs(1), whole), Bytes::ZERO);
        assert_eq!(kept.arrived(agent, &Content::Settings(1), whole), some);
        kept.forget_all(agent);
        assert!(kept.is_empty());
    }
}
