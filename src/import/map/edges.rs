//! Tables of links: from, to, bandwidth, latency, and further columns.

use std::collections::BTreeMap;
use std::path::Path;

use super::raw::{RawEdge, RawGraph, RawNode};
use crate::import::quantity::{Point, is_missing};
use crate::import::table::{self, Column, TableRules};
use crate::scenario::{Diagnostic, Diagnostics};

const FROM: usize = 0;
const TO: usize = 1;
/// The ends of a link, by their headers.
const COLUMNS: [Column; 2] = [
    Column {
        name: "from",
        required: true,
        is_many: false,
        is_silent: false,
        quantity: None,
        headers: "from source src sourcenode fromnode sitea sidea aside enda aend nodea node1 site1 \
         sitefrom fromsite a u localdevice localhost localsystemname terminationa von de \
         quelle desde origin",
    },
    Column {
        name: "to",
        required: true,
        is_many: false,
        is_silent: false,
        quantity: None,
        headers: "to target dst dest destination targetnode tonode siteb sitez sideb sidez bside zside \
         endb endz bend zend nodeb nodez node2 site2 siteto tosite b z v remotedevice \
         remotehost remotesystemname terminationz nach à ziel hasta destino neighbor \
         neighbour",
    },
];

/// The graph of the links in `bytes`, and the report.
///
/// # Errors
/// All problems of the table.
pub(super) fn read(
    bytes: &[u8],
    file: &Path,
    rules: &TableRules,
) -> Result<(RawGraph, Vec<String>), Vec<Diagnostics>> {
    let mut graph = RawGraph { point: Point::Either, ..RawGraph::default() };
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut start = 0;
    let read = table::read(
        (bytes, file),
        "a table of links (from, to, bandwidth, latency)",
        &COLUMNS,
        &[],
        rules,
        |row| {
            let mut wrong = Vec::new();
            let ends = [FROM, TO].map(|column| row.text(column));
            for (column, end) in [FROM, TO].into_iter().zip(&ends) {
                if is_missing(end) {
                    wrong.push(row.problem(column, "a link without an end", "the name of a node"));
                }
            }
            if !wrong.is_empty() {
                return wrong;
            }
            // Positions are lines, because tables are not kept.
            start = row.line();
            for end in &ends {
                let next = numbers.len();
                let _ = numbers.entry(end.clone()).or_insert_with(|| {
                    let attributes = BTreeMap::from([("name".to_string(), end.clone())]);
                    graph.nodes.push(RawNode {
                        id: end.clone(),
                        attributes,
                        span: start..start,
                        group: None,
                    });
                    next
                });
            }
            let [source, target] = ends;
            let attributes = row.others().filter(|(_, text)| !is_missing(text)).collect();
            // A link that is listed from both ends is one link.
            graph.edges.push(RawEdge {
                source,
                target,
                is_directed: true,
                attributes,
                span: start..start,
            });
            Vec::new()
        },
    );
    let read = read.map_err(|problems| vec![problems])?;
    // All columns are attributes, by their headers.
    if let Some(repeated) = read.repeated {
        return Err(vec![repeated]);
    }
    if read.wrong.count > 0 {
        return Err(read.wrong.shown);
    }
    // The report on the links' attributes covers the other columns.
    let account = read.account.into_iter().filter(|line| !line.contains(": not read: ")).collect();
    Ok((graph, account))
}

/// `wrong`, whose positions are lines, in the form for a table.
pub(super) fn by_line(wrong: Vec<Diagnostic>, file: &Path) -> Vec<Diagnostics> {
    let file = file.display().to_string();
    let of_line = |problem: Diagnostic| {
        let line = problem.span.start.max(1);
        Diagnostics::of_file(&file, "", vec![Diagnostic { span: 0..0, ..problem }]).from_line(line)
    };
    wrong.into_iter().map(of_line).collect()
}
