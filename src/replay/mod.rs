//! What `updraft replay` reads: a network that is written out, and the transfers on it.

mod network_file;
mod transfer_file;

pub use network_file::NetworkFile;
pub use transfer_file::{Ids, TRANSFER_COLUMNS, TransferError, TransferFile};
