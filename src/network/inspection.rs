//! The exact state of transfers and channels, for checks of a run.

use super::flows::slab::Stage;
use super::quantum;
use super::transfers::Network;
use crate::ids::{ChannelId, RowId};
use crate::network::TransferId;
use crate::units::Bytes;

/// A transfer that is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransferState<'a> {
    /// Its id.
    pub id: TransferId,
    /// The caller's mark.
    pub tag: u32,
    /// Its size.
    pub size: Bytes,
    /// The channels that it crosses.
    pub path: &'a [ChannelId],
    /// Work done so far, as a multiple of [`WORK_PER_BYTE`].
    pub done: u128,
}

/// Units of work in a byte, for [`TransferState::done`] and [`Network::work_carried`].
pub const WORK_PER_BYTE: u128 = quantum::PER_BYTE;

impl Network {
    /// All transfers that are not over, including those that begin later.
    pub fn transfers(&self) -> impl Iterator<Item = TransferState<'_>> {
        self.slab.live_rows().map(|row| {
            let found = self.slab.at(row);
            let all = quantum::work(found.size);
            let done = match found.stage {
                Stage::Waiting => 0,
                Stage::Moving => all - self.work_left(row),
                Stage::Ended => all,
            };
            let path = &*self.state.class(found.class).path;
            TransferState { id: self.slab.id(row), tag: found.tag, size: found.size, path, done }
        })
    }

    /// Work carried by a channel until now, as a multiple of [`WORK_PER_BYTE`].
    pub fn work_carried(&self, channel: ChannelId) -> u128 {
        let classes = self.state.channels[channel].classes.iter();
        classes.map(|&class| self.state.served(class)).sum()
    }

    /// All channels.
    pub fn channels(&self) -> impl Iterator<Item = ChannelId> + use<> {
        (0..self.state.channels.len()).map(ChannelId::from_index)
    }
}
