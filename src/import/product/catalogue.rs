//! `server.ini`: `P.<id>=path,version,bytes` is a full file, `P.<id>.Merge.<k>=path,from,bytes` the incremental from k
//! releases back, `E.<id>=name,path,version,bytes,…` an engine (CMP-8, DUP-2).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::found::{Found, ProductRules, bad_line};
use super::ini::{Entry, Ini};
use crate::import::scenario_writer::quoted;
use crate::scenario::Diagnostic;

/// Components by the beginning of their file names. Sources: published catalogues of 2021 (`ioth`), KA-0002010
/// (`lpt$vpn`), the engine `VSAPI32`.
const KNOWN: [(&str, &str); 3] = [
    ("ioth", "Smart Scan Agent Pattern"),
    ("lpt$vpn", "Virus Pattern"),
    ("vsapi", "Virus Scan Engine"),
];

/// The components of [`KNOWN`] that have incrementals (CMP-3).
const WITH_INCREMENTALS: [&str; 2] = ["Smart Scan Agent Pattern", "Virus Pattern"];

/// The number of incrementals of a release (DUP-2).
const MOST: usize = 14;

/// The largest file size of a scenario, in bytes.
const LARGEST: u64 = 10_000_000_000;

const FULL: &str = "PATH,VERSION,BYTES, such as `pattern/icrc/ioth1668300.zip,1668300,21493972`";
const ENGINE: &str = "NAME,PATH,VERSION,BYTES";
const MERGE: &str =
    "PATH,FROM VERSION,BYTES, such as `pattern/icrc/ioth_1668100.1668300,1668100,3090`";

/// The meaning of an entry's key.
#[derive(Clone, Copy)]
enum Part {
    Pattern,
    Engine,
    /// The number of releases back.
    Merge(usize),
    /// The number of incrementals.
    Count,
}

/// A component in the catalogue.
#[derive(Default)]
struct Item<'t> {
    full: Option<File<'t>>,
    /// By the number of releases back.
    merges: BTreeMap<usize, (&'t Entry<'t>, File<'t>)>,
}

#[derive(Clone, Copy)]
struct File<'t> {
    path: &'t str,
    version: &'t str,
    bytes: u64,
}

/// The tables of the components in `ini`.
pub(super) fn read(ini: &Ini<'_>, rules: &ProductRules) -> Found {
    let mut found = Found::default();
    let mut items: BTreeMap<&str, Item<'_>> = BTreeMap::new();
    let mut order = Vec::new();
    for entry in &ini.entries {
        let Some((id, part)) = part_of(entry.key) else {
            found.unread.push(entry.key.into());
            continue;
        };
        let item = items.entry(id).or_insert_with(|| {
            order.push(id);
            Item::default()
        });
        if let Err(problem) = item.add(entry, part, &mut found.unread) {
            found.problems.push(problem);
        }
    }
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    for id in order {
        let item = &items[id];
        let Some(full) = item.full else {
            found.unread.extend(item.merges.values().map(|(entry, _)| entry.key.to_string()));
            continue;
        };
        let Some(component) = component_of(id, full.path, rules) else {
            found.unread.push(format!("{id} ({})", full.path));
            continue;
        };
        if let Some(first) = taken.get(component) {
            found.notes.push(format!("{id} is also of {component}: {first} is used"));
            continue;
        }
        taken.insert(component, id);
        write(component, (id, full, item), &mut found);
    }
    for (id, _) in &rules.components {
        if !items.contains_key(id.as_str()) {
            found.notes.push(format!("there is no entry {id} (--component)"));
        }
    }
    found
}

/// The entry's identifier, such as `P.48020000`, and the meaning of the key.
fn part_of(key: &str) -> Option<(&str, Part)> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let rest = key.get(..2).filter(|kind| ["P.", "E."].contains(kind)).map(|_| &key[2..])?;
    let Some((id, more)) = rest.split_once('.') else {
        let part = if key.starts_with('P') { Part::Pattern } else { Part::Engine };
        return is_number(rest).then_some((key, part));
    };
    let part = match more.strip_prefix("Merge.") {
        Some(back) if is_number(back) => Part::Merge(back.parse().unwrap_or(usize::MAX)),
        _ if ["MergeCount", "MergeCountEx"].contains(&more) => Part::Count,
        _ => return None,
    };
    is_number(id).then(|| (&key[..2 + id.len()], part))
}

impl<'t> Item<'t> {
    fn add(
        &mut self,
        entry: &'t Entry<'t>,
        part: Part,
        unread: &mut Vec<String>,
    ) -> Result<(), Diagnostic> {
        match part {
            Part::Count => Ok(()),
            Part::Pattern | Part::Engine if self.full.is_some() => Err(twice(entry)),
            Part::Pattern => {
                self.full = Some(file(entry, 0, FULL)?);
                Ok(())
            }
            Part::Engine => {
                self.full = Some(file(entry, 1, ENGINE)?);
                Ok(())
            }
            Part::Merge(back) if self.merges.contains_key(&back) => Err(twice(entry)),
            Part::Merge(back) => {
                let merge = file(entry, 0, MERGE)?;
                if (1..=MOST).contains(&back) {
                    self.merges.insert(back, (entry, merge));
                } else {
                    unread.push(entry.key.into());
                }
                Ok(())
            }
        }
    }

    /// The sizes of the incrementals, starting with the one from one release back.
    fn sizes(&self) -> Result<Vec<u64>, Diagnostic> {
        let mut sizes = Vec::new();
        let mut newer = self.full.and_then(|full| full.version.parse::<u64>().ok());
        for (back, (entry, merge)) in &self.merges {
            let expected = sizes.len() + 1;
            if *back != expected {
                let message = format!("there is no incremental from {expected} releases back");
                let expected = "incrementals from 1, 2, 3, … releases back";
                return Err(Diagnostic::new("bad-line", entry.key_span.clone(), message, expected));
            }
            let from = merge.version.parse::<u64>().ok();
            if let Some((newer, from)) = newer.zip(from).filter(|(newer, from)| from >= newer) {
                let message = format!("from version {from}, which is not older than {newer}");
                return Err(bad_line(entry, message, "older versions the farther back"));
            }
            newer = from.or(newer);
            sizes.push(merge.bytes);
        }
        Ok(sizes)
    }
}

fn twice(entry: &Entry<'_>) -> Diagnostic {
    let message = format!("`{}` is repeated here", entry.key);
    Diagnostic::new("bad-line", entry.key_span.clone(), message, "each entry only once")
}

/// The file that an entry names after `before` other fields.
fn file<'t>(entry: &'t Entry<'t>, before: usize, expected: &str) -> Result<File<'t>, Diagnostic> {
    let mut fields = entry.value.split(',').map(str::trim).skip(before);
    let [Some(path), Some(version), Some(size)] = [fields.next(), fields.next(), fields.next()]
    else {
        return Err(bad_line(entry, "too few fields", expected));
    };
    match size.parse() {
        Ok(bytes) if (1..=LARGEST).contains(&bytes) => Ok(File { path, version, bytes }),
        Ok(_) => Err(bad_line(entry, format!("{size} bytes"), "from 1 byte to 10 GB")),
        Err(_) => Err(bad_line(entry, format!("`{size}` is not a number of bytes"), expected)),
    }
}

/// The component of an entry, as given by a flag or by the name of its file.
fn component_of<'r>(id: &str, path: &str, rules: &'r ProductRules) -> Option<&'r str> {
    if let Some((_, component)) = rules.components.iter().find(|(said, _)| said == id) {
        return Some(component);
    }
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    KNOWN.iter().find(|(begin, _)| name.starts_with(begin)).map(|(_, component)| *component)
}

fn write(component: &str, (id, full, item): (&str, File<'_>, &Item<'_>), found: &mut Found) {
    let sizes = match item.sizes() {
        Ok(sizes) => sizes,
        Err(problem) => return found.problems.push(problem),
    };
    let is_whole = KNOWN.iter().any(|(_, known)| *known == component)
        && !WITH_INCREMENTALS.contains(&component);
    let version: String = full.version.chars().filter(|c| !c.is_control()).collect();
    let text = &mut found.text;
    let _ =
        writeln!(text, "[[component]]\nname = {}\n# {id}, version {version}", quoted(component));
    let _ = writeln!(text, "full = \"{} B\"", full.bytes);
    let mut read = format!("{component} ({id}): full file {} B", full.bytes);
    if is_whole && !sizes.is_empty() {
        found.notes.push(format!(
            "{component} has no incrementals (CMP-3): those of the file are ignored"
        ));
    } else if !sizes.is_empty() {
        let all: Vec<String> = sizes.iter().map(|size| format!("\"{size} B\"")).collect();
        let _ = writeln!(text, "incremental_sizes = [{}]", all.join(", "));
        let _ = write!(read, ", {} incrementals", sizes.len());
        if sizes.len() < MOST {
            found.notes.push(format!(
                "{component} has {} incrementals: the last size is used for those from farther back",
                sizes.len()
            ));
        }
    }
    text.push('\n');
    found.read.push(read);
}
