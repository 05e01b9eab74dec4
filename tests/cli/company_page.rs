//! `docs/company.md`: the company of ten keys, and each part that is added to it, run as they stand there.

use assert_cmd::Command;

/// The blocks of TOML of the page, each with the heading above it.
fn blocks() -> Vec<(String, String)> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/company.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let (mut blocks, mut heading, mut block) = (Vec::new(), String::new(), None::<String>);
    for line in page.lines() {
        match (&mut block, line) {
            (None, "```toml") => block = Some(String::new()),
            (Some(_), "```") => blocks.extend(block.take().map(|text| (heading.clone(), text))),
            (Some(text), _) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, _) => {
                if let Some(title) = line.trim_start_matches('#').strip_prefix(' ') {
                    heading = title.to_string();
                }
            }
        }
    }
    blocks
}

#[test]
fn the_company_of_ten_keys_runs_with_each_part_of_the_page() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let blocks = blocks();
    let (_, base) = &blocks[0];
    assert_eq!(base.lines().filter(|line| line.contains(" = ")).count(), 10, "{base}");
    assert!(blocks.len() > 12, "{}", blocks.len());
    std::fs::write(place.path().join("mine.toml"), base).expect("a file");
    for (heading, part) in &blocks {
        std::fs::write(place.path().join("part.toml"), part).expect("a file");
        let small = ["--set", "site.branch.count=3", "--quiet", "--force", "-o", "out"];
        let run = Command::cargo_bin("updraft")
            .expect("the program is built")
            .current_dir(&place)
            .args(["run", "mine.toml", "--overlay", "part.toml"])
            .args(small)
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&run.stderr);
        // A broken threshold is an answer, too.
        assert!(matches!(run.status.code(), Some(0 | 4)), "{heading}: {said}");
    }
}
