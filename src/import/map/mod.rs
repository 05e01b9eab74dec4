//! Converts a map of a network to a scenario.
//!
//! Each format has a reader, which yields a [`RawGraph`]; from there on all are treated alike. The scenario is
//! headquarters and sites below it or below each other: the routes with the least latency from headquarters, which form a
//! tree in any graph. Links beside the tree are written as `[[link]]`.

mod attributes;
mod containerlab;
mod dot;
mod edges;
mod gexf;
mod gml;
mod graph;
mod graphml;
mod json;
mod problems;
mod raw;
mod rules;
mod simgrid;
mod sndlib;
mod tree;
mod unique_keys;
mod weathermap;
mod xml;

use std::path::Path;

use super::sniff::{Kind, kind_of};
use super::table::TableRules;
use super::{ImportError, Imported};
use crate::scenario::{Diagnostic, Diagnostics, decode};
use graph::Graph;
use raw::RawGraph;
pub use rules::TopologyRules;
use tree::Tree;

/// The supported formats of maps, for messages.
const FORMS: &str = "a map: GraphML, GML, GEXF, DOT, JSON with nodes and links, a table of links (CSV or .xlsx), SNDlib, a SimGrid \
     platform, PHP Weathermap, containerlab or GNS3";

/// The scenario named `name` for the map in `bytes`, of the file `file`, under `rules`. The location of the file has no
/// effect.
///
/// # Errors
/// All problems of the map, each with its position.
pub fn from_topology(
    bytes: &[u8],
    file: &Path,
    name: &str,
    rules: &TopologyRules,
) -> Result<Imported, ImportError> {
    let kind = kind_of(bytes);
    let file_name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let tree = |raw: &RawGraph| Graph::new(raw, rules).and_then(|graph| Tree::new(graph, rules));
    if matches!(kind, Kind::Table | Kind::Workbook) {
        let table_rules = TableRules {
            columns: rules.columns.clone(),
            attributes: Vec::new(),
            encoding: rules.encoding,
            sheet: rules.sheet.clone(),
            default_link: Some(rules.default_link),
        };
        let (raw, mut account) = edges::read(bytes, file, &table_rules).map_err(ImportError::of)?;
        let tree = tree(&raw).map_err(|wrong| ImportError::of(edges::by_line(wrong, file)))?;
        account.extend(tree.account(&file_name));
        return Ok(tree.finish(name, &file_name, account));
    }
    let shown = file.display().to_string();
    let Some(reader) = reader(kind) else {
        let message = format!("this is {}, which is not read as a map", kind.name());
        let help = kind.way_out().map(str::to_string);
        let problem = Diagnostic::new("unknown-format", 0..0, message, FORMS).with_help(help);
        return Err(ImportError::of(vec![Diagnostics::of_file(&shown, "", vec![problem])]));
    };
    let decoded = decode(bytes, &shown, rules.encoding)
        .map_err(|problems| ImportError::of(vec![problems]))?;
    let mut account = vec![format!("{file_name}: {}", kind.name())];
    account.extend(decoded.read_as.map(|encoding| format!("{file_name}: read as {encoding}")));
    match reader(&decoded.text).and_then(|raw| tree(&raw)) {
        Ok(tree) => {
            account.extend(tree.account(&file_name));
            Ok(tree.finish(name, &file_name, account))
        }
        Err(mut list) => {
            list.sort_by_key(|problem| problem.span.start);
            Err(ImportError::of(vec![Diagnostics::of_file(&shown, decoded.text, list)]))
        }
    }
}

/// A reader of a format.
type Reader = fn(&str) -> Result<RawGraph, Vec<Diagnostic>>;

/// The reader of files of a format.
fn reader(kind: Kind) -> Option<Reader> {
    match kind {
        Kind::GraphMl => Some(graphml::read),
        Kind::Gml => Some(gml::read),
        Kind::Gexf => Some(gexf::read),
        Kind::Dot => Some(dot::read),
        Kind::SndlibXml => Some(sndlib::read_xml),
        Kind::SndlibNative => Some(sndlib::read_native),
        Kind::SimGrid => Some(simgrid::read),
        Kind::Weathermap => Some(weathermap::read),
        Kind::Containerlab => Some(containerlab::read),
        Kind::JsonGraph => Some(json::read),
        Kind::Table | Kind::Workbook | Kind::Other(..) | Kind::Text => None,
    }
}
