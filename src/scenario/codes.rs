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
        "The values can be read, and together they ask for more than a run can do: more samples than a \
         million, or more tables of a list than it takes.",
        "sample_every = \"1 ms\"",
        "sample_every = \"1 min\"",
    ),
    kind(
        "bad-cell",
        Beginning,
        "A cell of a table of agents or sites cannot be read as what its column holds. \
         --skip-bad-rows leaves such rows out.",
        "Lyon,10.1.0.0/24,fast,12 ms",
        "Lyon,10.1.0.0/24,20 Mbit/s,12 ms",
    ),
    kind(
        "bad-line",
        Beginning,
        "A line of one of the product's own files cannot be read as what its key holds, or stands there twice.",
        "P.48020000=pattern/icrc/ioth1668300.zip,1668300,many",
        "P.48020000=pattern/icrc/ioth1668300.zip,1668300,21493972",
    ),
    kind(
        "bad-name",
        Scenario,
        "The scenario's name names the results folder, and this cannot.",
        "name = \"our company\"",
        "name = \"our-company\"",
    ),
    kind(
        "bad-override",
        Override,
        "--set or a variable names a table that is not there, or something that is no table.",
        "--set site.brunch.count=4",
        "--set site.branch.count=4",
    ),
    kind(
        "bad-row",
        Table,
        "A row has more or fewer cells than the header.",
        "1,0.5,hq",
        "1,0.5,hq,branch,60000",
    ),
    kind(
        "bad-schedule",
        Scenario,
        "The text is no schedule.",
        "[agents]\nschedule = \"hourly\"",
        "[agents]\nschedule = \"every 1 h\"",
    ),
    kind(
        "bad-table",
        Scenario,
        "What is a table was written as a value, or the other way round.",
        "server = 100",
        "[server]\nslots = 100",
    ),
    kind(
        "bad-time",
        Scenario,
        "The times of a fault contradict each other: it is either once, from `from` to `to`, or again \
         and again, with `every` and `lasts` as means.",
        "[[fault]]\nat = \"server\"\nfrom = \"2 h\"\nto = \"1 h\"",
        "[[fault]]\nat = \"server\"\nfrom = \"2 h\"\nto = \"3 h\"",
    ),
    kind(
        "bad-value",
        Scenario,
        "The value is not of the key's form, or not within its bounds. Quantities are texts with their unit.",
        "duration = 48",
        "duration = \"48 h\"",
    ),
    kind(
        "conflict",
        Scenario,
        "Each value can be read, and together they mean nothing.",
        "[server]\npoll_every = \"10 min\"",
        "[server]\npoll_every = \"10 min\"\n[[site]]\nname = \"branch\"\nnat = true",
    ),
    kind(
        "duplicate",
        Scenario,
        "A name is given twice where each must be its own.",
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
        "A release that brings nothing to anybody.",
        "[[release]]\nname = \"evening\"\nat = \"Mon 12:00\"\ncomponents = []",
        "[[release]]\nname = \"evening\"\nat = \"Mon 12:00\"\ncomponents = []\nsettings = true",
    ),
    kind(
        "encoding",
        Beginning,
        "The file is no text in UTF-8, nor in UTF-16 that says so by its mark. Imports read other \
         encodings, too: --encoding.",
        "Z\u{fffd}rich,10.1.0.0/24",
        "Zürich,10.1.0.0/24",
    ),
    kind(
        "hyperedge",
        Beginning,
        "An edge of more than two ends: a link has two.",
        "<hyperedge>",
        "<edge source=\"a\" target=\"b\"/>",
    ),
    kind(
        "loop",
        Scenario,
        "Update Agents update from each other in a circle, so that nothing reaches them.",
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
        "A table lacks a column that is needed, or its header is another. --column says which is meant.",
        "id,start_s,from,to",
        "id,start_s,from,to,bytes",
    ),
    kind(
        "missing-key",
        Scenario,
        "A table lacks a key that has no default.",
        "[[site]]\nname = \"depot\"\nagents = 4",
        "[[site]]\nname = \"depot\"\nagents = 4\nbandwidth = \"2 Mbit/s\"",
    ),
    kind(
        "nested-graph",
        Beginning,
        "A graph within an edge, or groups within groups too deep. A graph within a node is a group, and one site.",
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
        "The file holds no graph.",
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
        "Sizes of incrementals for a component that is always sent whole (CMP-3).",
        "[[component]]\nname = \"Common Firewall Driver\"\nincremental_step = \"1 kB\"",
        "[[component]]\nname = \"Virus Pattern\"\nincremental_step = \"1 kB\"",
    ),
    kind(
        "no-limit",
        Scenario,
        "A threshold without a limit holds always, one whose `min` is above its `max` never.",
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
        "More Update Agents at a site than it has agents: they are agents, too.",
        "[[site]]\nname = \"branch\"\nupdate_agents = 7",
        "[[site]]\nname = \"branch\"\nupdate_agents = 6",
    ),
    kind(
        "out-of-range",
        Scenario,
        "A moment that is not within the scenario.",
        "[[release]]\nname = \"morning\"\nat = \"Mon 20:00\"",
        "[[release]]\nname = \"morning\"\nat = \"Mon 11:00\"",
    ),
    kind(
        "overlap",
        Scenario,
        "Address ranges of two groups of sites overlap, so that an address would be at two places.",
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
        "An address range has less room than there are sites in it, or agents at a site.",
        "[[site]]\nname = \"branch\"\nsubnet = \"10.1.0.0/24\"\nsite_prefix = 24",
        "[[site]]\nname = \"branch\"\nsubnet = \"10.1.0.0/23\"\nsite_prefix = 24",
    ),
    kind(
        "syntax",
        Scenario,
        "The file is no TOML (a map: no XML, no GML). Nothing else is said before it is.",
        "[server\nslots = 100",
        "[server]\nslots = 100",
    ),
    kind(
        "too-large",
        Beginning,
        "The file makes more of itself than is read: in DOT, `{a b} -- {c d}` joins each with each.",
        "graph { {a1 … a2000} -- {b1 … b2000} }",
        "graph { hq -- {b1 … b2000} }",
    ),
    kind(
        "too-many-agents",
        Scenario,
        "More agents than a scenario is meant for: 10 million.",
        "[[site]]\nname = \"branch\"\nagents = 250\ncount = 50000",
        "[[site]]\nname = \"branch\"\nagents = 250\ncount = 500",
    ),
    kind(
        "too-many-sources",
        Scenario,
        "The customized list of update sources has more entries than the product takes (SRC-2).",
        "[[site]]\nname = \"branch\"\ncount = 1025",
        "[[site]]\nname = \"branch\"\ncount = 1024",
    ),
    kind(
        "two-graphs",
        Beginning,
        "The file holds more than one graph, and does not say which is meant.",
        "graph [ ] graph [ ]",
        "graph [ ]",
    ),
    kind(
        "unconnected",
        Scenario,
        "No link leads to a group of sites that has none of its own.",
        "[[site]]\nname = \"island\"\nvia = \"none\"\nagents = 1",
        "[[site]]\nname = \"island\"\nvia = \"none\"\nagents = 1\n[[link]]\nfrom = \"hq\"\nto = \"island\"\n\
         bandwidth = \"10 Mbit/s\"",
    ),
    kind(
        "unknown-format",
        Beginning,
        "The file is of a kind that is not read here. The message says what it is, what is read, and how to \
         convert it.",
        "updraft init --from-topology plan.drawio -o mine.toml",
        "updraft init --from-topology links.csv -o mine.toml",
    ),
    kind(
        "unknown-key",
        Scenario,
        "The table has no such key. The nearest is named; docs/scenario.md lists all.",
        "[server]\nslot = 100",
        "[server]\nslots = 100",
    ),
    kind(
        "unknown-name",
        Scenario,
        "Something is named that is not there: a site, a component, an Update Agent, a metric.",
        "[[release]]\nname = \"morning\"\ncomponents = [\"Virus Patern\"]",
        "[[release]]\nname = \"morning\"\ncomponents = [\"Virus Pattern\"]",
    ),
];
