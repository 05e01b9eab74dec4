//! The node of an address: a table of prefixes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::IpAddr;
use std::path::Path;

use ipnet::IpNet;

use super::network_file::NetworkFile;
use super::transfer_error::TransferError;
use crate::ids::NodeId;
use crate::import::kind_name;
use crate::scenario::{Diagnostic, Diagnostics, Rows};

/// The columns of a table of prefixes.
const COLUMNS: [&str; 2] = ["prefix", "node"];

/// Prefixes, each with its node. The longest prefix that contains an address decides.
#[derive(Clone, Debug, Default)]
pub struct NodeTable {
    nodes: BTreeMap<IpNet, NodeId>,
    /// The lengths that occur, each with whether it is of IPv6.
    lengths: BTreeSet<(bool, u8)>,
}

impl NodeTable {
    /// Reads the table in `path`, a CSV file with the columns `prefix` and `node`: IPv4 and IPv6 prefixes such as
    /// `10.1.0.0/16`, or addresses, and nodes of `network`.
    ///
    /// # Errors
    /// If the file cannot be read, or with the rows that are wrong.
    pub fn load(path: &Path, network: &NetworkFile) -> Result<Self, TransferError> {
        let unreadable = |cause| TransferError::Unreadable(path.to_path_buf(), cause);
        let input = File::open(path).map_err(unreadable)?;
        let mut input = BufReader::new(input);
        if let Some(kind) = kind_name(input.fill_buf().map_err(unreadable)?) {
            let expected = "a CSV file with the columns prefix,node";
            return Err(TransferError::of_kind(&path.display().to_string(), kind, expected));
        }
        let mut rows = Rows::new(input, b',');
        let mut table = Self::default();
        let mut wrong = TransferError::none();
        let mut note = |rows: &Rows<_>, problem| {
            let file = path.display().to_string();
            wrong.note(|| {
                Diagnostics::of_file(&file, rows.excerpt(), vec![problem]).from_line(rows.line())
            });
        };
        let _ = rows.advance().map_err(unreadable)?;
        let column = |rows: &Rows<_>, name: &str| {
            (0..rows.width())
                .find(|at| rows.cell(*at).trim_ascii().eq_ignore_ascii_case(name.as_bytes()))
        };
        let [Some(prefix), Some(node)] = COLUMNS.map(|name| column(&rows, name)) else {
            let message = "this is no table of prefixes";
            let expected = "the columns prefix,node";
            let problem =
                Diagnostic::new("missing-column", rows.span(usize::MAX), message, expected);
            note(&rows, rows.open_quote().unwrap_or(problem));
            return Err(wrong);
        };
        while rows.advance().map_err(unreadable)? {
            if let Err(problem) = table.read_row(&rows, [prefix, node], network) {
                note(&rows, problem);
            }
        }
        wrong.or(table)
    }

    fn read_row(
        &mut self,
        rows: &Rows<impl BufRead>,
        [prefix, node]: [usize; 2],
        network: &NetworkFile,
    ) -> Result<(), Diagnostic> {
        if let Some(problem) = rows.open_quote() {
            return Err(problem);
        }
        let text = |at: usize| String::from_utf8_lossy(rows.cell(at).trim_ascii()).into_owned();
        let (words, name) = (text(prefix), text(node));
        let parsed = words.parse::<IpNet>().or_else(|_| words.parse::<IpAddr>().map(IpNet::from));
        let Ok(net) = parsed else {
            let message = format!("`{words}` is not a prefix");
            let expected = "a prefix such as 10.1.0.0/16 or 2001:db8::/32, or an address";
            return Err(Diagnostic::new("bad-value", rows.span(prefix), message, expected));
        };
        let Some(id) = network.node(&name) else {
            let message = format!("there is no node `{name}`");
            let problem =
                Diagnostic::new("unknown-name", rows.span(node), message, "the name of a node");
            return Err(problem.with_help(network.nearest(&name)));
        };
        let is_ipv6 = net.addr().is_ipv6();
        let _ = self.lengths.insert((is_ipv6, net.prefix_len()));
        match self.nodes.insert(net.trunc(), id) {
            Some(other) if other != id => {
                let message = format!("{} has another node above", net.trunc());
                Err(Diagnostic::new(
                    "duplicate",
                    rows.span(prefix),
                    message,
                    "one node for each prefix",
                ))
            }
            _ => Ok(()),
        }
    }

    /// The node of `address`, if a prefix contains it.
    pub fn node(&self, address: IpAddr) -> Option<NodeId> {
        let lengths =
            self.lengths.iter().rev().filter(|(is_ipv6, _)| *is_ipv6 == address.is_ipv6());
        lengths
            .filter_map(|(_, length)| IpNet::new(address, *length).ok())
            .find_map(|net| self.nodes.get(&net.trunc()).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_decides() {
        let mut table = NodeTable::default();
        let prefixes = ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32", "2001:db8::/32"];
        for (prefix, node) in prefixes.into_iter().zip((0..).map(NodeId)) {
            let net: IpNet = prefix.parse().expect("a prefix");
            let _ = table.lengths.insert((net.addr().is_ipv6(), net.prefix_len()));
            let _ = table.nodes.insert(net, node);
        }
        let node = |address: &str| table.node(address.parse().expect("an address")).map(|id| id.0);
        assert_eq!(
            ["10.9.9.9", "10.1.9.9", "10.1.2.3", "2001:db8::7", "11.0.0.1", "::1"].map(node),
            [Some(0), Some(1), Some(2), Some(3), None, None]
        );
    }
}
