//! The sources as a graph: the files that each file names, through `use`, `super`, re-exports and inline paths.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A path such as `crate::report::Table`, without its first word: `["report", "Table"]`.
type Segments = Vec<String>;

/// A path in the code of a file.
#[derive(Clone, Debug)]
struct Named {
    line: usize,
    /// From the root of the crate, or from another crate where `is_outside`.
    path: Segments,
    is_outside: bool,
    /// Whether it only passes a name on to others.
    is_reexport: bool,
}

/// A source file below `src`.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its path below `src`, such as `report/table.rs`.
    pub(crate) file: String,
    /// Its text.
    pub(crate) text: String,
    /// Where its module is, such as `["report", "table"]`.
    module: Segments,
    /// The names that it imports or re-exports, and what each stands for.
    imports: BTreeMap<String, Segments>,
    named: Vec<Named>,
}

/// All sources.
#[derive(Debug)]
pub(crate) struct Sources(pub(crate) Vec<Source>);

impl Sources {
    /// Those of this package.
    pub(crate) fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut folders = vec![root.clone()];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder of the sources") {
                let path: PathBuf = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|ending| ending == "rs") {
                    let name = path.strip_prefix(&root).expect("below src").to_string_lossy();
                    let text = fs::read_to_string(&path).expect("a readable source");
                    files.push((name.replace('\\', "/"), text));
                }
            }
        }
        Self::of(files)
    }

    /// Of files by their path below `src`.
    pub(crate) fn of(mut files: Vec<(String, String)>) -> Self {
        files.sort();
        Self(files.into_iter().map(|(file, text)| Source::new(file, text)).collect())
    }

    /// The files that `source` names, each with the line of the first occurrence; names that it only re-exports are
    /// omitted.
    pub(crate) fn named_by(&self, source: &Source) -> BTreeMap<&str, usize> {
        let mut all = BTreeMap::new();
        for named in source.named.iter().filter(|named| !named.is_outside && !named.is_reexport) {
            if let Some(target) = self.resolve(&named.path, 0)
                && target.file != source.file
            {
                let _ = all.entry(target.file.as_str()).or_insert(named.line);
            }
        }
        all
    }

    /// The file that defines the item of `path`: the deepest module, or the target of a re-export.
    fn resolve(&self, path: &[String], depth: usize) -> Option<&Source> {
        let is_module =
            |at: &&Source, length: usize| at.module == path[..length] && at.file != "main.rs";
        let found = (0..=path.len())
            .rev()
            .find_map(|length| Some((length, self.0.iter().find(|at| is_module(at, length))?)));
        let (length, module) = found?;
        match path.get(length).and_then(|name| module.imports.get(name)) {
            Some(target) if depth < 8 => {
                let rest = &path[length + 1..];
                let full: Segments = target.iter().chain(rest).cloned().collect();
                self.resolve(&full, depth + 1)
            }
            _ => Some(module),
        }
    }

    /// The strongly connected groups of files of a layer, the largest first.
    pub(crate) fn circles(&self, layer: &str) -> Vec<Vec<&str>> {
        let members: Vec<&Source> =
            self.0.iter().filter(|source| source.layer() == layer).collect();
        let place = |file: &str| members.iter().position(|source| source.file == file);
        let next: Vec<Vec<usize>> = members
            .iter()
            .map(|source| self.named_by(source).keys().filter_map(|file| place(file)).collect())
            .collect();
        let reach = |from: usize| {
            let (mut seen, mut open) = (BTreeSet::new(), next[from].clone());
            while let Some(at) = open.pop() {
                if seen.insert(at) {
                    open.extend(&next[at]);
                }
            }
            seen
        };
        let reached: Vec<BTreeSet<usize>> = (0..members.len()).map(reach).collect();
        let mut circles: Vec<Vec<&str>> = Vec::new();
        for at in 0..members.len() {
            let meets =
                |other: &usize| reached[at].contains(other) && reached[*other].contains(&at);
            let circle: Vec<usize> = (0..members.len()).filter(meets).collect();
            if circle.first() == Some(&at) {
                circles.push(circle.into_iter().map(|at| members[at].file.as_str()).collect());
            }
        }
        circles.sort_by_key(|circle| std::cmp::Reverse(circle.len()));
        circles
    }
}

impl Source {
    fn new(file: String, text: String) -> Self {
        let module = module_of(&file);
        let mut source = Self { file, module, imports: BTreeMap::new(), named: Vec::new(), text };
        let tokens = tokens(&source.text);
        let children: BTreeSet<String> = tokens
            .windows(3)
            .filter(|at| at[0].is("mod") && at[2].is(";"))
            .map(|at| at[1].text.clone())
            .collect();
        // Names in tests are ignored.
        let is_test = source.file.ends_with("/tests.rs") || source.file.contains("/tests/");
        if !is_test {
            source.read_paths(&tokens, &children);
        }
        source
    }

    /// The folder or file directly below `src`.
    pub(crate) fn layer(&self) -> &str {
        self.file.split(['/', '.']).next().unwrap_or_default()
    }

    /// The first words of the paths from the root of the crate: layers, each with its line.
    pub(crate) fn layers(&self) -> impl Iterator<Item = (usize, &str)> {
        let inside = self.named.iter().filter(|named| !named.is_outside);
        inside.filter_map(|named| Some((named.line, named.path.first()?.as_str())))
    }

    /// The first words of the paths into other crates, each with its line.
    pub(crate) fn crates(&self) -> impl Iterator<Item = (usize, &str)> {
        let outside = self.named.iter().filter(|named| named.is_outside);
        outside.filter_map(|named| Some((named.line, named.path.first()?.as_str())))
    }

    fn read_paths(&mut self, tokens: &[Token], children: &BTreeSet<String>) {
        let mut at = 0;
        while at < tokens.len() {
            let token = &tokens[at];
            if token.is("use") {
                let is_reexport = is_public(&tokens[..at]);
                let end = (at..tokens.len()).find(|place| tokens[*place].is(";"));
                let end = end.unwrap_or(tokens.len());
                let mut leaves = Vec::new();
                let _ = use_tree(&tokens[at + 1..end], &mut Vec::new(), &mut leaves);
                for (path, alias) in leaves {
                    let named = self.absolute(token.line, &path, is_reexport, children);
                    if !named.is_outside {
                        let _ = self.imports.insert(alias, named.path.clone());
                    }
                    self.named.push(named);
                }
                at = end;
            } else if token.is("in") && at > 1 && tokens[at - 2].is("pub") {
                // `pub(in crate::cli)` is a visibility, not a use.
                at = (at..tokens.len()).find(|place| tokens[*place].is(")")).unwrap_or(at);
            } else if token.is_word() && tokens.get(at + 1).is_some_and(|next| next.is("::")) {
                let mut path = vec![token.text.clone()];
                let line = token.line;
                while tokens.get(at + 1).is_some_and(|next| next.is("::"))
                    && tokens.get(at + 2).is_some_and(Token::is_word)
                {
                    at += 2;
                    path.push(tokens[at].text.clone());
                }
                let named = self.absolute(line, &path, false, children);
                self.named.push(named);
            }
            at += 1;
        }
    }

    /// A path as written, from the root of the crate or into another crate.
    fn absolute(
        &self,
        line: usize,
        path: &Segments,
        is_reexport: bool,
        children: &BTreeSet<String>,
    ) -> Named {
        let mut base = self.module.clone();
        let mut rest = path.as_slice();
        let mut is_outside = false;
        match rest.first().map(String::as_str) {
            Some("crate") => (base, rest) = (Vec::new(), &rest[1..]),
            Some("self") => rest = &rest[1..],
            Some("super") => {
                while rest.first().is_some_and(|word| word == "super") {
                    let _ = base.pop();
                    rest = &rest[1..];
                }
            }
            Some(word) if children.contains(word) => {}
            _ => (base, is_outside) = (Vec::new(), true),
        }
        base.extend(rest.iter().cloned());
        Named { line, path: base, is_outside, is_reexport }
    }
}

/// The module of a file: `report/mod.rs` and `report.rs` are `report`, `lib.rs` and `main.rs` the root.
fn module_of(file: &str) -> Segments {
    let mut parts: Segments = file.trim_end_matches(".rs").split('/').map(String::from).collect();
    if parts.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        let _ = parts.pop();
    }
    parts
}

/// A word or a sign, and its line.
#[derive(Clone, Debug)]
struct Token {
    line: usize,
    text: String,
}

impl Token {
    fn is(&self, text: &str) -> bool {
        self.text == text
    }

    fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

/// The words and signs of a file, without comments, texts, attributes and tests.
fn tokens(text: &str) -> Vec<Token> {
    let text = text.split("#[cfg(test)]\nmod").next().unwrap_or(text);
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if first == '"' {
            quoted(rest)
        } else if let Some(length) = raw(rest) {
            length
        } else if first == '\'' {
            letter_or_lifetime(rest)
        } else if first.is_alphanumeric() || first == '_' {
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            tokens.push(Token { line, text: rest[..length].into() });
            length
        } else {
            let length = if rest.starts_with("::") { 2 } else { first.len_utf8() };
            if !first.is_whitespace() {
                tokens.push(Token { line, text: rest[..length].into() });
            }
            length
        };
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    tokens
}

/// The length of the text in quotes that `rest` begins with.
fn quoted(rest: &str) -> usize {
    let mut is_escaped = false;
    for (place, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return place + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of the raw text that `rest` begins with, if it does.
fn raw(rest: &str) -> Option<usize> {
    let behind = rest.strip_prefix('r')?;
    let marks = behind.len() - behind.trim_start_matches('#').len();
    let _ = behind[marks..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(marks));
    let start = marks + 2;
    Some(rest[start..].find(&end).map_or(rest.len(), |place| start + place + end.len()))
}

/// The length of a letter in quotes, or of the mark of a lifetime.
fn letter_or_lifetime(rest: &str) -> usize {
    let mut letters = rest.char_indices().skip(1);
    match letters.next() {
        Some((_, '\\')) => rest[2..].find('\'').map_or(rest.len(), |place| place + 3),
        Some(_) => match letters.next() {
            Some((place, '\'')) => place + 1,
            _ => 1,
        },
        None => 1,
    }
}

/// Whether what follows `before` is `pub` or `pub(…)`.
fn is_public(before: &[Token]) -> bool {
    match before.last() {
        Some(last) if last.is(")") => before
            .iter()
            .rposition(|token| token.is("("))
            .is_some_and(|open| open > 0 && before[open - 1].is("pub")),
        Some(last) => last.is("pub"),
        None => false,
    }
}

/// Parses the tree of a `use`: each path with its local name. Returns the number of tokens.
fn use_tree(
    tokens: &[Token],
    prefix: &mut Segments,
    leaves: &mut Vec<(Segments, String)>,
) -> usize {
    let depth = prefix.len();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if token.is("{") {
            at += 1;
            while tokens.get(at).is_some_and(|next| !next.is("}")) {
                at += use_tree(&tokens[at..], prefix, leaves);
                at += usize::from(tokens.get(at).is_some_and(|next| next.is(",")));
            }
            prefix.truncate(depth);
            return at + 1;
        } else if token.is(",") || token.is("}") {
            break;
        } else if token.is("as") {
            let alias = tokens.get(at + 1).map(|name| name.text.clone()).unwrap_or_default();
            leaves.push((prefix.clone(), alias));
            prefix.truncate(depth);
            return at + 2;
        } else if token.is_word() && (!token.is("self") || prefix.is_empty()) {
            prefix.push(token.text.clone());
        }
        at += 1;
    }
    let alias = prefix.last().cloned().unwrap_or_default();
    leaves.push((prefix.clone(), alias));
    prefix.truncate(depth);
    at
}
