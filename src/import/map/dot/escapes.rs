//! The escapes in the labels of DOT that stand for names.
//!
//! Source: <https://graphviz.org/docs/attr-types/escString/>.

use std::collections::BTreeMap;

use crate::import::map::raw::RawGraph;

/// Writes the names for which they stand into the labels of `graph`: `\N` a node, `\E` an edge, `\T` and `\H` its ends,
/// `\G` the graph; in external labels also `\L` the label. A node that is only labelled with its own name, as Graphviz
/// writes all that have no label, has none.
pub(super) fn expand(graph: &mut RawGraph, joint: &str) {
    let name = graph.attributes.get("name").cloned().unwrap_or_default();
    for node in &mut graph.nodes {
        if node.attributes.get("label").is_some_and(|label| label == "\\N") {
            let _ = node.attributes.remove("label");
        }
        expand_labels(&mut node.attributes, &node.id, &[('N', &node.id), ('G', &name)]);
    }
    for edge in &mut graph.edges {
        let own = format!("{}{joint}{}", edge.source, edge.target);
        let names = [('E', own.as_str()), ('T', &edge.source), ('H', &edge.target), ('G', &name)];
        expand_labels(&mut edge.attributes, "", &names);
    }
}

/// Writes `names` into the labels among `attributes`, of which `default` stands for the missing one.
fn expand_labels(attributes: &mut BTreeMap<String, String>, default: &str, names: &[(char, &str)]) {
    if let Some(label) = attributes.get_mut("label") {
        *label = expanded(label, names);
    }
    let label = attributes.get("label").cloned().unwrap_or_else(|| default.into());
    if let Some(external) = attributes.get_mut("xlabel") {
        *external = expanded(external, &[names, &[('L', &label)]].concat());
    }
}

/// `label` with a name for each of these letters after a backslash.
fn expanded(label: &str, names: &[(char, &str)]) -> String {
    let mut text = String::with_capacity(label.len());
    let mut characters = label.chars();
    while let Some(c) = characters.next() {
        let next = characters.clone().next().filter(|_| c == '\\');
        let name = next.and_then(|next| names.iter().find(|(letter, _)| *letter == next));
        match (name, next) {
            (Some((_, name)), _) => text.push_str(name),
            (None, Some(next)) => text.extend([c, next]),
            (None, None) => text.push(c),
        }
        if next.is_some() {
            let _ = characters.next();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::read;

    #[test]
    fn escapes_stand_for_names() {
        let text = r#"digraph net { node [label="\N"]; edge [label="\E, 2 Mbit/s"];
            hq; lyon [label="\N (\G)", xlabel="\L!"]; oslo [label="a\\N"];
            hq -> lyon; hq -> oslo [label="\T to \H"]; }"#;
        let graph = read(text).expect("a graph");
        let label = |at: usize, key: &str| graph.nodes[at].attributes.get(key).cloned();
        assert_eq!(label(0, "label"), None);
        assert_eq!(label(1, "label").as_deref(), Some("lyon (net)"));
        assert_eq!(label(1, "xlabel").as_deref(), Some("lyon (net)!"));
        assert_eq!(label(2, "label").as_deref(), Some("a\\\\N"));
        assert_eq!(graph.edges[0].attributes["label"], "hq->lyon, 2 Mbit/s");
        assert_eq!(graph.edges[1].attributes["label"], "hq to oslo");
    }
}
