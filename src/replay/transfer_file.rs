//! Reads the transfers of a replay: a table, or a log of flows, recognised by its content.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use super::collection::{Collection, Wrong};
use super::flow_format::FlowFormat;
use super::network_file::NetworkFile;
use super::transfer_error::TransferError;
use super::transfers::{Account, TransferFile, TransferRules};
use super::{flow_list, request_log, transfer_table};
use crate::scenario::Diagnostics;

/// The formats of lists of transfers.
const EXPECTED: &str = "a CSV file with the columns id,start_s,from,to,bytes, an access log (W3C extended, or the combined \
                        form of nginx and Apache), the CSV output of nfdump, or a flow file of HPCC";

impl<'n> TransferFile<'n> {
    /// Reads the transfers in `path` over `network`.
    ///
    /// Starts are rounded to the nearest nanosecond; if they are times of the clock, the first is 0. A wrong row does
    /// not keep the others from being checked.
    ///
    /// # Errors
    /// If the file cannot be read, or with the rows that are wrong.
    pub fn load(
        path: &Path,
        network: &'n NetworkFile,
        rules: &TransferRules<'_>,
    ) -> Result<Self, TransferError> {
        let unreadable = |cause| TransferError::Unreadable(path.to_path_buf(), cause);
        let file = path.display().to_string();
        let mut input = BufReader::with_capacity(1 << 16, File::open(path).map_err(unreadable)?);
        let format = FlowFormat::recognise(input.fill_buf().map_err(unreadable)?);
        let format = format.map_err(|kind| TransferError::of_kind(&file, kind, EXPECTED))?;
        let mut into = Collection::new(network, rules, Account::new(format));
        if let Some(name) = rules.server {
            // The name is from the command line.
            let unknown = |wrong: Wrong| {
                let problem = wrong.at(0..name.len());
                TransferError::of(Diagnostics::of_file("--server", name, vec![problem]))
            };
            into.server = Some(into.node(name).map_err(unknown)?);
        }
        let read = match format {
            FlowFormat::Table(delimiter) => {
                transfer_table::read(input, &file, delimiter, &mut into)
            }
            FlowFormat::Nfdump => transfer_table::read(input, &file, b',', &mut into),
            FlowFormat::Requests => request_log::read(input, &file, &mut into),
            FlowFormat::FlowList => flow_list::read(input, &file, &mut into),
        };
        read.map_err(unreadable)?;
        into.finish()
    }
}
