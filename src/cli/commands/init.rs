//! `updraft init`: writes a scenario from a template, an inventory or a network map, without asking questions.

mod product;

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use serde_json::json;

use crate::answer::quantities::counted;
use crate::cli::shared::exit::{Exit, failed, usage};
use crate::cli::shared::printing::Printing;
use crate::cli::shared::terminal::{Format, complain};
use crate::import::{
    AttributeRule, ImportError, Imported, Inventory, InventoryRules, MEANINGS, NAMED_COLUMNS,
    TableRules, TopologyRules, defaults, from_topology, template,
};
use crate::report::AtomicFile;
use crate::scenario::keys::PRESENCES;
use crate::scenario::{Diagnostics, Overrides, Scenario, TextEncoding, nearest};
use crate::units::text::{parse_duration, parse_rate};
use crate::units::{BitRate, SimDuration};
use product::ProductArguments;

/// The arguments of `init`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  updraft init branch-offices -o mine.toml
  updraft init --from-inventory agents.csv --subnets subnets.csv -o mine.toml
  updraft init --from-topology Geant2012.gml -o mine.toml
  updraft init --from-server-ini server.ini --as-overlay -o sizes.toml")]
#[command(group(ArgGroup::new("from").args(["template", "from_inventory", "from_topology"])))]
// clap does not require an argument that `template` excludes, hence the groups.
#[command(group(ArgGroup::new("inventory").args(["from_inventory"])))]
#[command(group(ArgGroup::new("product").args(["from_server_ini", "from_ofcscan_ini"]).multiple(true)))]
#[command(group(ArgGroup::new("map").args(["from_topology"])))]
#[command(group(ArgGroup::new("imported").args(["from_inventory", "from_topology"])))]
pub(in crate::cli) struct Init {
    /// The template; `updraft list templates` lists all.
    #[arg(default_value = "branch-offices")]
    template: String,
    /// The scenario file to write.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Replaces the file if it exists.
    #[arg(long)]
    force: bool,
    /// The output format.
    #[command(flatten)]
    printing: Printing,
    #[command(flatten)]
    import: Import,
    #[command(flatten)]
    inventory: InventoryArguments,
    #[command(flatten)]
    topology: TopologyArguments,
    #[command(flatten)]
    product: ProductArguments,
}

/// The arguments of both imports.
#[derive(Debug, Args)]
#[command(next_help_heading = "Inventories and topologies")]
struct Import {
    /// The site or node where the server is.
    #[arg(long, value_name = "NAME", requires = "imported")]
    headquarters: Option<String>,
    /// Internet bandwidth of headquarters.
    #[arg(long, value_name = "RATE", value_parser = rate, default_value_t = defaults::INTERNET, requires = "imported")]
    internet: BitRate,
    /// Bandwidth of links for which the file has none, 100 Mbit/s by default.
    #[arg(long, value_name = "RATE", value_parser = rate, requires = "imported")]
    default_link: Option<BitRate>,
    /// Latency of links for which the file has none.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, default_value_t = defaults::LATENCY, requires = "imported")]
    default_latency: SimDuration,
    /// Gives no site an Update Agent; by default each site of at least 10 agents has one.
    #[arg(long, requires = "imported")]
    no_update_agents: bool,
    /// Maps a column to a header, such as name="Endpoint Name".
    #[arg(long, value_name = "COLUMN=HEADER", value_parser = column, requires = "imported")]
    column: Vec<(String, String)>,
    /// Maps a quantity to an attribute or column, with the unit of its numbers: bandwidth="bw Mbit/s",
    /// latency=dist*5us, name=hostname.
    #[arg(long, value_name = "WHAT=\"NAME UNIT\"", value_parser = AttributeRule::parse, requires = "imported")]
    attribute: Vec<AttributeRule>,
    /// The encoding of the files, such as `shift_jis`; by default UTF-8, UTF-16 by its byte order mark, or Windows-1252.
    #[arg(long, value_name = "NAME", value_parser = TextEncoding::of_name, requires = "imported")]
    encoding: Option<TextEncoding>,
    /// The sheet of an Excel workbook; by default the first that is shown and has the table.
    #[arg(long, value_name = "NAME", requires = "imported")]
    sheet: Option<String>,
}

/// The arguments of an inventory.
#[derive(Debug, Args)]
#[command(next_help_heading = "Inventories")]
struct InventoryArguments {
    /// A table of agents (CSV or .xlsx), such as an export of the console: name, address, domain, scan method,
    /// status, pattern, site.
    #[arg(long, value_name = "AGENTS")]
    from_inventory: Option<PathBuf>,
    /// A table of sites (CSV or .xlsx): name, subnets, bandwidth, latency. Several tables are merged by site.
    /// Not needed if the table of agents names the sites.
    #[arg(long, value_name = "SITES", requires = "inventory")]
    subnets: Vec<PathBuf>,
    /// Gives the meaning of a word in the table, such as "Standby=offline".
    #[arg(long, value_name = "WORD=MEANING", value_parser = word, requires = "inventory")]
    word: Vec<(String, String)>,
    /// Skips rows that cannot be read; by default they are errors.
    #[arg(long, requires = "inventory")]
    skip_bad_rows: bool,
    /// Replaces the names of sites and agents and omits addresses.
    #[arg(long, requires = "inventory")]
    anonymise: bool,
    /// Online pattern of agents that were online at the export: always-on, office-hours or laptop.
    #[arg(long, value_name = "PATTERN", value_parser = presence, default_value = "always-on", requires = "inventory")]
    online: &'static str,
    /// Online pattern of agents that were offline at the export.
    #[arg(long, value_name = "PATTERN", value_parser = presence, default_value = "laptop", requires = "inventory")]
    offline: &'static str,
}

/// The arguments of a topology.
#[derive(Debug, Args)]
#[command(next_help_heading = "Topologies")]
struct TopologyArguments {
    /// A map of a network: GraphML, GML, GEXF, DOT, JSON, a table of links, `SNDlib`, SimGrid, PHP Weathermap,
    /// containerlab or GNS3.
    #[arg(long, value_name = "FILE")]
    from_topology: Option<PathBuf>,
    /// Agents at each node or group.
    #[arg(long, value_name = "N", default_value_t = defaults::AGENTS_AT_A_NODE, requires = "map", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    agents_per_node: u64,
    /// Keeps nodes of other networks (`Internal 0`).
    #[arg(long, requires = "map")]
    keep_external: bool,
    /// Connects parts that have no link to headquarters; by default they are omitted.
    #[arg(long, requires = "map")]
    join_parts: bool,
}

/// Runs the command.
pub(in crate::cli) fn carry_out(asked: &Init) -> Result<Exit, Exit> {
    let shown = asked.output.display().to_string();
    let not_valid = |problems| {
        refuse(asked, &[problems], "the resulting scenario is not valid: nothing was written")
    };
    let layers = asked.product.layers(|path| read(path), |error| tell(asked, error))?;
    let is_overlay = asked.product.as_overlay;
    let begun =
        layers.over(begin(asked)?, &shown, is_overlay).map_err(|wrong| not_valid(*wrong))?;
    // Problems of the imported scenario are reported now, not by the next command.
    if !is_overlay {
        Scenario::parse(&begun.text, &shown, &Overrides::default()).map_err(not_valid)?;
    }
    let claim = if asked.force { AtomicFile::claim } else { AtomicFile::claim_new };
    claim(&asked.output).and_then(|file| file.fill(begun.text.as_bytes())).map_err(|error| {
        let help = if asked.output.exists() && !asked.force { "; --force replaces it" } else { "" };
        failed(&format!("{error}{help}"))
    })?;
    if asked.printing.terminal.quiet {
        return Ok(Exit::Done);
    }
    for note in begun.account.iter().chain(&begun.notes) {
        complain(&format!("note: {note}\n"));
    }
    let quoted = shlex::try_quote(&shown).map_or_else(|_| shown.clone(), Into::into);
    let next = if is_overlay { format!("SCENARIO --overlay {quoted}") } else { quoted };
    let next = format!("updraft check {next}");
    Ok(asked.printing.print(&match asked.printing.format {
        Format::Text | Format::Concise => format!("wrote {shown}\nnext: {next}\n"),
        Format::Json => format!("{}\n", json!({ "written": shown, "next": next })),
    }))
}

fn begin(asked: &Init) -> Result<Imported, Exit> {
    // The results folder is named after the file, so that two scenarios do not share one.
    let name = asked.output.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let name = name.unwrap_or_default();
    if let Some(agents) = &asked.inventory.from_inventory {
        let bytes = read(agents)?;
        let sites: Vec<(Vec<u8>, &PathBuf)> = asked
            .inventory
            .subnets
            .iter()
            .map(|path| Ok((read(path)?, path)))
            .collect::<Result<_, Exit>>()?;
        let inventory = Inventory {
            agents: (&bytes, agents),
            sites: sites.iter().map(|(bytes, path)| (bytes.as_slice(), path.as_path())).collect(),
        };
        return inventory
            .scenario(&name, &inventory_rules(asked))
            .map_err(|error| tell(asked, &error));
    }
    if let Some(path) = &asked.topology.from_topology {
        return from_topology(&read(path)?, path, &name, &topology_rules(asked))
            .map_err(|error| tell(asked, &error));
    }
    let template = template(&asked.template).map_err(|message| usage(&message))?;
    Ok(Imported { text: template.named(&name), notes: Vec::new(), account: Vec::new() })
}

fn read(path: &Path) -> Result<Vec<u8>, Exit> {
    std::fs::read(path).map_err(|cause| failed(&format!("cannot read {}: {cause}", path.display())))
}

/// Reports why no scenario could be built.
fn tell(asked: &Init, error: &ImportError) -> Exit {
    let in_rows = error
        .shown
        .iter()
        .any(|file| file.list.iter().any(|one| ["bad-cell", "bad-row"].contains(&one.code)));
    let summary = if in_rows {
        let skip = "; --skip-bad-rows skips such rows";
        let skip = if asked.inventory.skip_bad_rows || asked.inventory.from_inventory.is_none() {
            ""
        } else {
            skip
        };
        format!("{}; nothing was written{skip}", counted(error.count, "wrong row"))
    } else {
        "nothing was written".into()
    };
    refuse(asked, &error.shown, &summary)
}

fn refuse(asked: &Init, all: &[Diagnostics], summary: &str) -> Exit {
    asked.printing.emitter().tell(all, summary)
}

fn inventory_rules(asked: &Init) -> InventoryRules {
    let (import, own) = (&asked.import, &asked.inventory);
    InventoryRules {
        table: TableRules {
            columns: import.column.clone(),
            attributes: import.attribute.clone(),
            encoding: import.encoding,
            sheet: import.sheet.clone(),
            default_link: import.default_link,
        },
        words: own.word.clone(),
        skips_bad_rows: own.skip_bad_rows,
        anonymises: own.anonymise,
        headquarters: import.headquarters.clone(),
        internet: import.internet,
        default_latency: import.default_latency,
        online: own.online,
        offline: own.offline,
        update_agents: !import.no_update_agents,
    }
}

fn topology_rules(asked: &Init) -> TopologyRules {
    let (import, own) = (&asked.import, &asked.topology);
    TopologyRules {
        headquarters: import.headquarters.clone(),
        internet: import.internet,
        default_link: import.default_link.unwrap_or(defaults::LINK),
        default_latency: import.default_latency,
        agents: own.agents_per_node,
        update_agents: !import.no_update_agents,
        keeps_external: own.keep_external,
        joins_parts: own.join_parts,
        attributes: import.attribute.clone(),
        columns: import.column.clone(),
        encoding: import.encoding,
        sheet: import.sheet.clone(),
    }
}

fn rate(text: &str) -> Result<BitRate, String> {
    match parse_rate(text)? {
        rate if rate.bits_per_sec() == 0 => Err("expected a rate above zero".into()),
        rate => Ok(rate),
    }
}

fn column(text: &str) -> Result<(String, String), String> {
    pair(text, |(name, _)| name, &NAMED_COLUMNS, "COLUMN=HEADER, such as name=\"Endpoint Name\"")
}

fn word(text: &str) -> Result<(String, String), String> {
    pair(text, |(_, meaning)| meaning, &MEANINGS, "WORD=MEANING, such as \"Standby=offline\"")
}

/// Parses `A=B`, where the part that `which` selects is one of `known`.
fn pair(
    text: &str,
    which: fn(&(String, String)) -> &String,
    known: &[&'static str],
    form: &str,
) -> Result<(String, String), String> {
    let (left, right) = text.rsplit_once('=').ok_or(form)?;
    let pair = (left.trim().to_string(), right.trim().to_string());
    one_of(which(&pair), known)?;
    Ok(pair)
}

fn presence(text: &str) -> Result<&'static str, String> {
    one_of(text, PRESENCES)
}

fn one_of(text: &str, known: &[&'static str]) -> Result<&'static str, String> {
    known.iter().find(|name| **name == text).copied().ok_or_else(|| {
        let help =
            nearest(text, known.iter().copied()).map_or(String::new(), |help| format!("; {help}"));
        format!("`{text}` is not one of {}{help}", known.join(", "))
    })
}
