//! The inputs of `updraft replay`: an explicit network, and the transfers on it.

mod collection;
mod flow_format;
mod flow_list;
mod network_file;
mod node_table;
mod request_log;
mod transfer_error;
mod transfer_file;
mod transfer_table;
mod transfers;

pub use flow_format::FlowFormat;
pub use network_file::NetworkFile;
pub use node_table::NodeTable;
pub use transfer_error::TransferError;
pub use transfer_table::TRANSFER_COLUMNS;
pub use transfers::{Account, Ids, TransferFile, TransferRules};
