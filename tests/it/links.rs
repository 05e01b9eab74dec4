//! Links between documents: each leads to a file, and the book contains every document.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The Markdown files of a folder, or of the folders below it as well.
fn documents(folder: &Path, with_folders: bool) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && with_folders {
            all.extend(documents(&path, true));
        } else if path.extension().is_some_and(|ending| ending == "md") {
            all.push(path);
        }
    }
    all
}

/// The targets of the links in a text; code is left out.
fn targets(text: &str) -> Vec<String> {
    let mut is_code = false;
    let mut all = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            is_code = !is_code;
        }
        if is_code || line.starts_with("    ") {
            continue;
        }
        for part in line.split("](").skip(1) {
            all.extend(part.split(')').next().map(String::from));
        }
    }
    all
}

#[test]
fn each_link_between_documents_leads_to_a_file() {
    let mut all = documents(&root(), false);
    for folder in ["docs", "scenarios", "results", "benches"] {
        all.extend(documents(&root().join(folder), true));
    }
    assert!(all.len() > 20, "{all:?}");
    let (mut wrong, mut links) = (Vec::new(), 0);
    for document in &all {
        let text = fs::read_to_string(document).expect("a document");
        let folder = document.parent().expect("a folder");
        for target in targets(&text) {
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            links += 1;
            if !folder.join(file).exists() {
                wrong.push(format!("{}: {target}", document.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(links > 40, "{links} links");
}

#[test]
fn the_book_holds_every_document() {
    let docs = root().join("docs");
    let summary = fs::read_to_string(docs.join("SUMMARY.md")).expect("a summary");
    let listed: BTreeSet<PathBuf> =
        targets(&summary).iter().map(|target| docs.join(target)).collect();
    let there: BTreeSet<PathBuf> = documents(&docs, true).into_iter().collect();
    let missing: Vec<_> =
        there.difference(&listed).filter(|path| !path.ends_with("SUMMARY.md")).collect();
    assert!(missing.is_empty(), "docs/SUMMARY.md does not list {missing:?}");
}
