//! The known columns of tables: headers differ between programs, their versions and languages, so they are looked up,
//! and other headers can be given by flags.
//!
//! Known headers are those of the consoles of OfficeScan and Apex One (English, German, French, Spanish, Japanese),
//! Apex Central and Vision One, Active Directory (`Get-ADComputer`, `Get-ADReplicationSubnet`), `ConfigMgr`, WSUS,
//! Lansweeper, Intune, DHCP scopes, and `NetBox` (prefixes, sites, devices, circuits).

use super::super::quantity::{Meaning, plain};
use super::super::service;
use super::super::table::Column;

const fn column(name: &'static str, required: bool, headers: &'static str) -> Column {
    Column { name, required, is_many: false, is_silent: false, quantity: None, headers }
}

/// A notation of addresses; a table uses one.
const fn way(name: &'static str, headers: &'static str) -> Column {
    Column { name, required: false, is_many: false, is_silent: true, quantity: None, headers }
}

const fn many(name: &'static str, headers: &'static str) -> Column {
    Column { name, required: false, is_many: true, is_silent: false, quantity: None, headers }
}

const fn quantity(name: &'static str, meaning: Meaning, headers: &'static str) -> Column {
    Column {
        name,
        required: false,
        is_many: false,
        is_silent: false,
        quantity: Some(meaning),
        headers,
    }
}

pub(super) const NAME: usize = 0;
pub(super) const IP: usize = 1;
pub(super) const DOMAIN: usize = 2;
pub(super) const SCAN: usize = 3;
pub(super) const STATUS: usize = 4;
pub(super) const PATTERN: usize = 5;
pub(super) const LOCATION: usize = 6;
pub(super) const UPDATE_AGENT: usize = 7;

/// The columns of the agents' table.
pub(super) const AGENTS: [Column; 8] = [
    column(
        "name",
        true,
        "endpoint endpointname computer computername hostname host agent agentname name \
         assetname devicename netbiosname resourcename machinename machine fulldomainname \
         fqdn dnshostname dnsname nodename systemname asset device workstation pcname \
         endpunkt endpunktname rechnername rechner gerätename nomdelendpoint nomdelordinateur \
         ordinateur nomdelappareil nombredelequipo nombredelpunto equipo dispositivo エンドポイント \
         エンドポイント名 コンピュータ コンピュータ名 コンピューター名 デバイス名",
    ),
    many(
        "ip",
        "ipaddress ip ipaddresses ips ipv4address ipv4addresses ipv4 ipv6address \
         ipv6addresses ipv6 address primaryip primaryipv4 primaryip4 primaryipv6 primaryip6 \
         localip internalip privateip lastip lastreportedip hostip wifiipv4address wifiipaddress ethernetipv4address \
         lanipaddress ipadresse ipadressen \
         ipv4adresse ipv6adresse adresseip adressesip adresseipv4 adresseipv6 direcciónip \
         direccionip direccionesip direcciónipv4 direcciónipv6 ipアドレス ipv4アドレス ipv6アドレス",
    ),
    column(
        "domain",
        false,
        "domain domainname domainhierarchy group endpointgroup agentgroup groupname workgroup \
         domäne domänenname gruppe domaine groupe dominio grupo ドメイン グループ",
    ),
    column(
        "scan",
        false,
        "scanmethod scanmode scantype suchmethode scanmethode méthodedescan methodedescan \
         métododeescaneo métododeexploración 検索方法 スキャン方法",
    ),
    column(
        "status",
        false,
        "connectionstatus agentstatus clientstatus sensorconnectivity connectivity \
         connectivitystatus endpointstatus clientactivity connection onlinestatus status \
         verbindungsstatus verbindung étatdelaconnexion étatdeconnexion état statut estado \
         estadodelaconexión estadodeconexión 接続ステータス 接続状態 ステータス",
    ),
    many(
        "pattern",
        "virusscanpattern viruspattern viruspatternversion virusscanpatternversion \
         patternversion smartscanagentpattern smartscanpattern smartscanagentpatternversion \
         pattern virenpattern virenpatterndatei patternversionnummer signaturedevirus \
         fichierdesignatures patróndevirus ウイルスパターンファイル パターンファイル スマートスキャンエージェントパターンファイル",
    ),
    column(
        "location",
        false,
        "adsite adsitename site sitename activedirectorysite activedirectorysitename iplocation location locationname office officename \
         branch branchoffice physicaldeliveryofficename building standort niederlassung \
         emplacement agence sitio ubicación sucursal sede 拠点 事業所 サイト",
    ),
    way(
        "update_agent",
        "updateagent isupdateagent actsasupdateagent updateagentrole aktualisierungsagent \
         agentdemiseàjour agentdemiseajour agentedeactualización agentedeactualizacion アップデートエージェント",
    ),
];

/// Words in the headers of patterns that only agents with a scan method get (CMP-2), in the form for comparisons.
const PATTERNS: [(&str, &[&str]); 2] =
    [("smart", &["smart", "スマート"]), ("conventional", &["virus", "viren", "ウイルス"])];

/// Whether the pattern of a column is one that agents with the scan method `method` get: its header names no method, or
/// also this one.
pub(super) fn is_pattern_of(method: &str, header: &str) -> bool {
    let header = plain(header);
    let is_named = |words: &[&str]| words.iter().any(|word| header.contains(word));
    let mut named = PATTERNS.iter().filter(|(_, words)| is_named(words)).peekable();
    named.peek().is_none() || named.any(|(known, _)| *known == method)
}

pub(super) const SITE: usize = 0;
pub(super) const SUBNETS: usize = 1;
pub(super) const SUBNETS_6: usize = 2;
pub(super) const MASK: usize = 3;
pub(super) const FROM: usize = 4;
pub(super) const TO: usize = 5;
pub(super) const BANDWIDTH: usize = 6;
pub(super) const BANDWIDTH_UP: usize = 7;
pub(super) const LATENCY: usize = 8;
pub(super) const UPDATE_AGENTS: usize = 9;
pub(super) const OTHER_END: usize = 10;
pub(super) const SERVICE: usize = 11;

/// The columns of a table of sites.
pub(super) const SITES: [Column; 12] = [
    column(
        "site",
        true,
        "site sitename adsite adsitename location activedirectorysite locationname iplocation office branch \
         branchoffice scope terminationa aside sidea sitea displayname boundaryname standort \
         niederlassung sitio sucursal sede emplacement agence 拠点 事業所 サイト name",
    ),
    column(
        "subnets",
        false,
        "subnets subnet ipsubnet ipsubnets networks network prefix prefixes range ranges \
         iprange ipranges scopeid networkaddress subnetaddress networkid subnetid ipnetwork \
         ipv4subnets ipv4subnet ipv4prefixes ipv4prefix ipv4networks ipv4network ipv4ranges \
         ipv4range ipv4cidr ipv4 addressrange address cidr cidrs value boundary vlannetwork subnetz subnetze netz \
         netze netzwerk sousréseau sousréseaux réseau subred subredes red サブネット ネットワーク name",
    ),
    way(
        "subnets6",
        "ipv6subnets ipv6subnet ipv6prefix ipv6prefixes ipv6networks ipv6network ipv6ranges \
         ipv6range ipv6 ipv6cidr",
    ),
    way(
        "mask",
        "subnetmask netmask mask networkmask cidr cidrmask prefixlength masklength netzmaske \
         subnetzmaske subnetmaske wildcardmask wildcard masque masquedesousréseau máscara máscaradesubred サブネットマスク",
    ),
    way(
        "from",
        "from startip startaddress startipaddress startrange rangestart iprangestart ipfrom \
         fromip firstip firstaddress lowip start begin von ab début desde inicio 開始",
    ),
    way(
        "to",
        "to endip endaddress endipaddress endrange rangeend iprangeend ipto toip lastip \
         lastaddress highip end bis fin hasta 終了",
    ),
    quantity("bandwidth", Meaning::Bandwidth, "bandwidth linkspeed bandbreite"),
    Column {
        is_silent: true,
        ..quantity("bandwidth_up", Meaning::BandwidthUp, "bandwidthup upload upstream")
    },
    quantity("latency", Meaning::Latency, "latency delay rtt"),
    way(
        "update_agents",
        "updateagents updateagent numberofupdateagents updateagentcount aktualisierungsagenten \
         agentsdemiseàjour agentesdeactualización アップデートエージェント",
    ),
    way("other_end", "terminationz zside sidez sitez siteb sideb bside terminationb"),
    way("service", service::HEADERS),
];

/// The columns that `--column` can name.
pub const NAMED_COLUMNS: [&str; 20] = [
    "name",
    "ip",
    "domain",
    "scan",
    "status",
    "pattern",
    "location",
    "update_agent",
    "site",
    "subnets",
    "subnets6",
    "mask",
    "from",
    "to",
    "bandwidth",
    "bandwidth_up",
    "latency",
    "update_agents",
    "other_end",
    "service",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_header_is_written_as_it_is_compared() {
        for columns in [AGENTS.as_slice(), SITES.as_slice()] {
            for header in columns.iter().flat_map(|column| column.headers.split_whitespace()) {
                assert_eq!(plain(header), header);
            }
            for column in columns {
                let all: Vec<&str> = column.headers.split_whitespace().collect();
                let unique: std::collections::BTreeSet<&str> = all.iter().copied().collect();
                assert_eq!(unique.len(), all.len(), "{}", column.name);
            }
        }
        let names: Vec<_> = AGENTS.iter().chain(&SITES).map(|column| column.name).collect();
        assert_eq!(names, NAMED_COLUMNS);
    }

    #[test]
    fn patterns_belong_to_the_scan_methods_that_their_headers_name() {
        for (header, of) in [
            ("Virus Pattern", [true, false]),
            ("Smart Scan Agent Pattern", [false, true]),
            ("Virus Pattern / Smart Scan Agent Pattern", [true, true]),
            ("Pattern version", [true, true]),
            ("スマートスキャンエージェントパターンファイル", [false, true]),
        ] {
            let is_of = ["conventional", "smart"].map(|method| is_pattern_of(method, header));
            assert_eq!(is_of, of, "{header}");
        }
    }
}
