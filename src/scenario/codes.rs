//! The codes of diagnostics: one table, which `updraft explain CODE` prints.

/// The input to which a diagnostic applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A scenario, or a layer of one.
    Scenario,
    /// `--set`, or a variable of the environment.
    Override,
    /// The network or the transfers of `replay`, or the design of a sweep.
    Table,
    /// What `init` reads: an inventory or a map.
    Beginning,
}

/// A type of diagnostic.
#[derive(Clone, Copy, Debug)]
pub struct DiagnosticKind {
    /// Its code, such as `unknown-key`.
    pub code: &'static str,
    /// The input in which it mainly occurs; other inputs may have it, too.
    pub source: Source,
    /// Its meaning.
    pub meaning: &'static str,
    /// An example input.
    pub wrong: &'static str,
    /// The corrected input.
    pub instead: &'static str,
}

const fn kind(
    code: &'static str,
    source: Source,
    meaning: &'static str,
    wrong: &'static str,
    instead: &'static str,
) -> DiagnosticKind {
    DiagnosticKind { code, source, meaning, wrong, instead }
}

use Source::{Beginning, Override, Scenario, Table};

/// All types, in the order of their codes.
pub const DIAGNOSTIC_KINDS: &[DiagnosticKind] = &[
    kind(
        "absurd",
        Scenario,
        "The values are valid, but together they exceed the limits of a run: more samples or \
         failures than a million, or more tables in a list than its maximum.",
        "sample_every = \"1 ms\"",
        "sample_every = \"1 min\"",
    ),
    kind(
        "bad-cell",
        Beginning,
        "A cell of a table of agents or sites does not have the form of its column. \
         --skip-bad-rows skips such rows.",
        "Lyon,10.1.0.0/24,fast,12 ms",
        "Lyon,10.1.0.0/24,20 Mbit/s,12 ms",
    ),
    kind(
        "bad-line",
        Beginning,
        "A line of one of the product's own files does not have the form of its key, or is repeated.",
        "P.48020000=pattern/icrc/ioth1668300.zip,1668300,many",
        "P.48020000=pattern/icrc/ioth1668300.zip,1668300,21493972",
    ),
    kind(
        "bad-name",
        Scenario,
        "The results folder is named after the scenario, and this name is not a valid folder name.",
        "name = \"our company\"",
        "name = \"our-company\"",
    ),
    kind(
        "bad-override",
        Override,
        "--set or a variable names a table that does not exist, or something that is not a table.",
        "--set site.brunch.count=4",
        "--set site.branch.count=4",
    ),
    kind(
        "bad-row",
        Table,
        "A row has more or fewer cells than the header, or a quote in it is not closed.",
        "1,0.5,hq",
        "1,0.5,hq,branch,60000",
    ),
    kind(
        "bad-schedule",
        Scenario,
        "The text is not a schedule.",
        "[agents]\nschedule = \"hourly\"",
        "[agents]\nschedule = \"every 1 h\"",
    ),
    kind(
        "bad-table",
        Scenario,
        "A table is written as a value, or a value as a table.",
        "server = 100",
        "[server]\nslots = 100",
    ),
    kind(
        "bad-time",
        Scenario,
        "The times of a fault contradict each other: it happens either once, from `from` to `to`, or \
         repeatedly, with `every` and `lasts` as means.",
        "[[fault]]\nat = \"server\"\nfrom = \"2 h\"\nto = \"1 h\"",
        "[[fault]]\nat = \"server\"\nfrom = \"2 h\"\nto = \"3 h\"",
    ),
    kind(
        "bad-value",
        Scenario,
        "The value does not have the form of the key, or is not within its bounds. Quantities are texts with a unit.",
        "duration = 48",
        "duration = \"48 h\"",
    ),
    kind(
        "conflict",
        Scenario,
        "Each value is valid, but the combination is not.",
        "[server]\npoll_every = \"10 min\"",
        "[server]\npoll_every = \"10 min\"\n[[site]]\nname = \"branch\"\nnat = true",
    ),
    kind(
        "duplicate",
        Scenario,
        "A name is used twice where names must be unique.",
        "[[update_agent]]\nname = \"ua\"\nsite = \"hq\"\n[[update_agent]]\nname = \"ua\"\nsite = \"hq\"",
        "[[update_agent]]\nname = \"ua-1\"\nsite = \"hq\"\n[[update_agent]]\nname = \"ua-2\"\nsite = \"hq\"",
    ),
    kind(
        "empty",
        Table,
        "A design without points.",
        "server.slots,option",
        "server.slots,option\n100,server",
    ),
    kind(
        "empty-release",
        Scenario,
        "A release without any content.",
        "[[release]]\nname = \"evening\"\nat = \"Mon 12:00\"\ncomponents = []",
        "[[release]]\nname = \"evening\"\nat = \"Mon 12:00\"\ncomponents = []\nsettings = true",
    ),
    kind(
        "encoding",
        Beginning,
        "The file is not text in UTF-8, or in UTF-16 with a byte order mark. Imports read other \
         encodings, too: --encoding.",
        "Z\u{fffd}rich,10.1.0.0/24",
        "Zürich,10.1.0.0/24",
    ),
    kind(
        "hyperedge",
        Beginning,
        "An edge with more than two ends: a link has two.",
        "<hyperedge>",
        "<edge source=\"a\" target=\"b\"/>",
    ),
    kind(
        "loop",
        Scenario,
        "Update Agents update from each other in a loop, so that no update reaches them.",
        "[update_agents]\nonly_from_server = false\n\
         [[update_agent]]\nname = \"a\"\nsite = \"hq\"\nsource = \"b\"\n\
         [[update_agent]]\nname = \"b\"\nsite = \"hq\"\nsource = \"a\"",
        "[update_agents]\nonly_from_server = false\n\
         [[update_agent]]\nname = \"a\"\nsite = \"hq\"\nsource = \"b\"\n\
         [[update_agent]]\nname = \"b\"\nsite = \"hq\"\nsource = \"server\"",
    ),
    kind(
        "missing-column",
        Table,
        "A table lacks a required column, or the column has another header, which --column can name.",
        "id,start_s,from,to",
        "id,start_s,from,to,bytes",
    ),
    kind(
        "missing-key",
        Scenario,
        "A table lacks a required key.",
        "[[site]]\nname = \"depot\"\nagents = 4",
        "[[site]]\nname = \"depot\"\nagents = 4\nbandwidth = \"2 Mbit/s\"",
    ),
    kind(
        "nested-graph",
        Beginning,
        "A graph inside an edge, or groups nested too deeply. A graph inside a node is a group, which becomes one site.",
        "<edge source=\"a\" target=\"b\"><graph/></edge>",
        "<edge source=\"a\" target=\"b\"/>",
    ),
    kind(
        "no-agents",
        Scenario,
        "There are agents neither at headquarters nor at any site.",
        "site = []\n[headquarters]\nagents = 0",
        "site = []\n[headquarters]\nagents = 5",
    ),
    kind(
        "no-graph",
        Beginning,
        "The file contains no graph.",
        "<graphml/>",
        "<graphml><graph/></graphml>",
    ),
    kind(
        "no-headquarters",
        Beginning,
        "Several sites of the table have no bandwidth, so it does not say which is headquarters.",
        "--subnets subnets.csv",
        "--subnets subnets.csv --headquarters Lyon",
    ),
    kind(
        "no-incrementals",
        Scenario,
        "Sizes of incrementals for a component without incrementals (CMP-3).",
        "[[component]]\nname = \"Common Firewall Driver\"\nincremental_step = \"1 kB\"",
        "[[component]]\nname = \"Virus Pattern\"\nincremental_step = \"1 kB\"",
    ),
    kind(
        "no-limit",
        Scenario,
        "A threshold without a limit always holds, and one whose `min` exceeds its `max` never does.",
        "[[threshold]]\nmetric = \"protected_p95_s\"",
        "[[threshold]]\nmetric = \"protected_p95_s\"\nmax = 7200",
    ),
    kind(
        "no-node",
        Table,
        "A network or a map without nodes.",
        "[network]\nmodel = \"fluid\"",
        "[network]\nmodel = \"fluid\"\n[[network.node]]\nname = \"hq\"",
    ),
    kind(
        "no-such-agent",
        Scenario,
        "A site has more Update Agents than agents; Update Agents are agents, too.",
        "[[site]]\nname = \"branch\"\nupdate_agents = 7",
        "[[site]]\nname = \"branch\"\nupdate_agents = 6",
    ),
    kind(
        "out-of-range",
        Scenario,
        "A time that is not within the scenario.",
        "[[release]]\nname = \"morning\"\nat = \"Mon 20:00\"",
        "[[release]]\nname = \"morning\"\nat = \"Mon 11:00\"",
    ),
    kind(
        "overlap",
        Scenario,
        "Address ranges of two groups of sites overlap, so that an address would be at two sites.",
        "[headquarters]\nsubnet = \"10.1.0.0/16\"\n[[site]]\nname = \"branch\"\nsubnet = \"10.1.0.0/20\"",
        "[headquarters]\nsubnet = \"10.1.0.0/16\"\n[[site]]\nname = \"branch\"\nsubnet = \"10.2.0.0/20\"",
    ),
    kind(
        "same-node",
        Table,
        "A link from a node to itself.",
        "[[network.link]]\nfrom = \"hq\"\nto = \"hq\"\nbandwidth = \"1 Gbit/s\"",
        "[[network.link]]\nfrom = \"hq\"\nto = \"core\"\nbandwidth = \"1 Gbit/s\"",
    ),
    kind(
        "subnet-too-small",
        Scenario,
        "An address range is too small for its sites, or for the agents of a site.",
        "[[site]]\nname = \"branch\"\nsubnet = \"10.1.0.0/24\"\nsite_prefix = 24",
        "[[site]]\nname = \"branch\"\nsubnet = \"10.1.0.0/23\"\nsite_prefix = 24",
    ),
    kind(
        "syntax",
        Scenario,
        "The file is not valid TOML (a map: not valid XML or GML). Other problems are reported after it is corrected.",
        "[server\nslots = 100",
        "[server]\nslots = 100",
    ),
    kind(
        "too-large",
        Beginning,
        "The file expands beyond the limits: in DOT, `{a b} -- {c d}` joins each node with each.",
        "graph { {a1 … a2000} -- {b1 … b2000} }",
        "graph { hq -- {b1 … b2000} }",
    ),
    kind(
        "too-many-agents",
        Scenario,
        "More agents than the maximum of a scenario, 10 million.",
        "[[site]]\nname = \"branch\"\nagents = 250\ncount = 50000",
        "[[site]]\nname = \"branch\"\nagents = 250\ncount = 500",
    ),
    kind(
        "too-many-sources",
        Scenario,
        "The customized list of update sources has more entries than the product supports (SRC-2).",
        "[[site]]\nname = \"branch\"\ncount = 1025",
        "[[site]]\nname = \"branch\"\ncount = 1024",
    ),
    kind(
        "two-graphs",
        Beginning,
        "The file contains more than one graph, and it is ambiguous which is meant.",
        "graph [ ] graph [ ]",
        "graph [ ]",
    ),
    kind(
        "unclear-column",
        Beginning,
        "A column or an attribute has data rates, its name does not say of what, and nothing else is known to be the bandwidth.",
        "updraft init --from-inventory agents.csv --subnets sites.csv -o mine.toml",
        "updraft init --from-inventory agents.csv --subnets sites.csv --column bandwidth=\"Contract\" -o mine.toml",
    ),
    kind(
        "unclear-end",
        Beginning,
        "A circuit names two places, and it is ambiguous which of them is the site.",
        "updraft init --from-inventory agents.csv --subnets circuits.csv -o mine.toml",
        "updraft init --from-inventory agents.csv --subnets circuits.csv --headquarters Lyon -o mine.toml",
    ),
    kind(
        "unconnected",
        Scenario,
        "No link leads to a group of sites that has no links of its own.",
        "[[site]]\nname = \"island\"\nvia = \"none\"\nagents = 1",
        "[[site]]\nname = \"island\"\nvia = \"none\"\nagents = 1\n[[link]]\nfrom = \"hq\"\nto = \"island\"\n\
         bandwidth = \"10 Mbit/s\"",
    ),
    kind(
        "unknown-format",
        Beginning,
        "The format of the file is not supported here. The message names the format, the supported ones, and how to \
         convert it.",
        "updraft init --from-topology plan.drawio -o mine.toml",
        "updraft init --from-topology links.csv -o mine.toml",
    ),
    kind(
        "unknown-key",
        Scenario,
        "The table has no such key. The message names the nearest one; docs/scenario.md lists all keys.",
        "[server]\nslot = 100",
        "[server]\nslots = 100",
    ),
    kind(
        "unknown-name",
        Scenario,
        "The name of a site, component, Update Agent or metric does not exist.",
        "[[release]]\nname = \"morning\"\ncomponents = [\"Virus Patern\"]",
        "[[release]]\nname = \"morning\"\ncomponents = [\"Virus Pattern\"]",
    ),
];
