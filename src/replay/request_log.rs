//! An access log as transfers: each request is one, from the server to its client.

use std::io::{self, BufRead};
use std::net::IpAddr;

use super::collection::{Collection, Flow, Start, Wrong};
use crate::import::{Fields, Misread, Request, combined, for_each_line};
use crate::units::Bytes;

pub(super) fn read(
    input: impl BufRead,
    file: &str,
    into: &mut Collection<'_, '_>,
) -> io::Result<()> {
    let mut fields = Fields::default();
    for_each_line(input, |line| {
        let text = line.text.trim_ascii();
        if let Some(names) = text.strip_prefix(b"#Fields:") {
            fields = Fields::named(names.trim_ascii());
            let ignored = fields.ignored(names.trim_ascii());
            into.account.ignored.extend(ignored);
            into.account.ignored.dedup();
            return;
        }
        if text.is_empty() || text.starts_with(b"#") {
            return;
        }
        let request = if fields.count > 0 { fields.transfer(text) } else { combined(text) };
        let (part, wrong) = match request {
            Err(Misread { part, message, expected }) => (part, Wrong::value(message, expected)),
            Ok(request) if request.bytes == 0 => {
                into.account.without_bytes += 1;
                return;
            }
            Ok(request) => {
                let added = flow(&request, into).and_then(|flow| into.add_numbered(flow));
                let Err(wrong) = added else { return };
                (text, wrong)
            }
        };
        into.note_part(file, (line.text, part), line.number, wrong);
    })
}

/// The transfer of a request. A line is written at the end of its request; where the log records how long that took, the
/// transfer starts so long before.
fn flow(request: &Request<'_>, into: &Collection<'_, '_>) -> Result<Flow, Wrong> {
    if into.rules.nodes.is_none() {
        return Err(Wrong::value(
            "clients are addresses",
            "a table of nodes: --nodes FILE, with the columns prefix,node",
        ));
    }
    let recorded = request.server.map(|server| into.node_of(IpAddr::V4(server)));
    let from = match (into.server, recorded) {
        (Some(server), _) => server,
        (None, Some(recorded)) => recorded?,
        (None, None) => {
            let expected = "the node that sends: --server NODE";
            return Err(Wrong::value("the log does not record the server's address", expected));
        }
    };
    Ok(Flow {
        start: Start::At(request.moment, request.took),
        from,
        to: into.node_of(IpAddr::V4(request.client))?,
        bytes: Bytes::new(request.bytes),
        rate_cap: None,
    })
}
