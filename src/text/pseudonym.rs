//! Pseudonyms for what tells who runs a service and who uses it: addresses, names of
//! hosts, paths. The same thing has the same one for as long as the program runs, and
//! addresses of one network share a network. The key is random and never written.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// What may be one: a URL, an address, an absolute path.
static PART: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?P<url>[A-Za-z][A-Za-z0-9+.-]*://)(?:[^\s/@'"<>]*@)?(?P<host>\[[^\]\s]*\]|[^\s/:'"<>?]+)"#,
        r#"(?P<port>:\d+)?(?P<tail>[/?][^\s'"<>,;]*)?"#,
        r"|(?P<four>\b\d{1,3}(?:\.\d{1,3}){3}\b)",
        r"|(?P<six>[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\.\d{1,3}){0,3})",
        r#"|(?P<before>^|[\s'"(=])(?P<path>~?/[^\s'"()<>,;:]*[^\s'"()<>,;:.])"#,
    ))
    .ok()
});

/// Addresses of a network that a pseudonym can have; 0 is the network itself.
const HOSTS: u64 = 254;
/// Networks below `10.0.0.0/8` and `fd00::/32`.
const NETWORKS: u64 = 1 << 16;

/// The pseudonyms of one run.
#[derive(Debug, Default)]
pub struct Pseudonyms {
    key: RandomState,
    four: Given<[u8; 3]>,
    four_hosts: BTreeMap<[u8; 3], Given<u8>>,
    six: Given<[u16; 3]>,
    six_hosts: BTreeMap<[u16; 3], Given<[u16; 5]>>,
    words: Given<String>,
    /// Names that are no address: of this host, of targets.
    names: Vec<String>,
}

/// Numbers that were given, each once.
#[derive(Debug)]
struct Given<T> {
    by_thing: BTreeMap<T, u64>,
    taken: BTreeSet<u64>,
}

impl<T> Default for Given<T> {
    fn default() -> Self {
        Self { by_thing: BTreeMap::new(), taken: BTreeSet::new() }
    }
}

impl<T: Ord + Hash + Clone> Given<T> {
    /// That of a thing, below `most`: by the key, and the next free one where that is
    /// taken. Where none is free any more several share one.
    fn of(&mut self, key: &RandomState, thing: &T, most: u64) -> u64 {
        if let Some(number) = self.by_thing.get(thing) {
            return *number;
        }
        let first = key.hash_one(thing) % most;
        let free = (0..most).map(|step| (first + step) % most);
        let number = free.into_iter().find(|n| !self.taken.contains(n)).unwrap_or(first);
        self.taken.insert(number);
        self.by_thing.insert(thing.clone(), number);
        number
    }

    /// What has this number; the first of those that share it.
    fn thing(&self, number: u64) -> Option<&T> {
        self.by_thing.iter().find(|(_, given)| **given == number).map(|(thing, _)| thing)
    }
}

impl Pseudonyms {
    /// None given yet, and a new key.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A name of a host that is to be hidden wherever it stands.
    pub fn hide(&mut self, name: &str) {
        if name.len() > 1 && !self.names.iter().any(|known| known == name) {
            self.names.push(name.to_owned());
            // A name may be the beginning of another.
            self.names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        }
    }

    /// Whether a text is such a name and nothing else.
    #[must_use]
    pub fn is_hidden(&self, text: &str) -> bool {
        self.names.iter().any(|name| name == text)
    }

    /// Another address: of the same network where that was so. This machine's own and
    /// those of no machine stay: they tell nothing.
    pub fn address(&mut self, address: IpAddr) -> IpAddr {
        if address.is_loopback() || address.is_unspecified() {
            return address;
        }
        match address {
            IpAddr::V4(address) => self.four(address).into(),
            IpAddr::V6(address) => match address.to_ipv4_mapped() {
                Some(four) => self.four(four).to_ipv6_mapped().into(),
                None => self.six(address).into(),
            },
        }
    }

    /// The address that has this pseudonym, if one was given.
    #[must_use]
    pub fn real(&self, pseudonym: IpAddr) -> Option<IpAddr> {
        if pseudonym.is_loopback() || pseudonym.is_unspecified() {
            return Some(pseudonym);
        }
        match pseudonym {
            IpAddr::V4(four) => self.real_four(four).map(IpAddr::V4),
            IpAddr::V6(six) => match six.to_ipv4_mapped() {
                Some(four) => Some(self.real_four(four)?.to_ipv6_mapped().into()),
                None => self.real_six(six).map(IpAddr::V6),
            },
        }
    }

    fn real_four(&self, pseudonym: Ipv4Addr) -> Option<Ipv4Addr> {
        let [_, high, low, own] = pseudonym.octets();
        let network = self.four.thing(u64::from(high) << 8 | u64::from(low))?;
        let host = match own {
            0 | 255 => own,
            _ => *self.four_hosts.get(network)?.thing(u64::from(own) - 1)?,
        };
        let [a, b, c] = *network;
        Some(Ipv4Addr::new(a, b, c, host))
    }

    fn real_six(&self, pseudonym: Ipv6Addr) -> Option<Ipv6Addr> {
        let [_, _, network, _, _, _, _, own] = pseudonym.segments();
        let network = self.six.thing(network.into())?;
        let [a, b, c] = *network;
        let [d, e, f, g, h] = match own.checked_sub(1) {
            None => [0; 5],
            Some(own) => *self.six_hosts.get(network)?.thing(own.into())?,
        };
        Some(Ipv6Addr::new(a, b, c, d, e, f, g, h))
    }

    fn four(&mut self, address: Ipv4Addr) -> Ipv4Addr {
        let [a, b, c, host] = address.octets();
        let network = [a, b, c];
        let n = self.four.of(&self.key, &network, NETWORKS);
        let own = match host {
            0 | 255 => host,
            _ => {
                let hosts = self.four_hosts.entry(network).or_default();
                byte(hosts.of(&self.key, &host, HOSTS) + 1)
            }
        };
        Ipv4Addr::new(10, byte(n >> 8), byte(n & 0xff), own)
    }

    fn six(&mut self, address: Ipv6Addr) -> Ipv6Addr {
        let [a, b, c, host @ ..] = address.segments();
        let network = [a, b, c];
        let n = self.six.of(&self.key, &network, NETWORKS);
        let own = if host == [0; 5] {
            0
        } else {
            let hosts = self.six_hosts.entry(network).or_default();
            hosts.of(&self.key, &host, NETWORKS - 1) + 1
        };
        Ipv6Addr::new(0xfd00, 0, pair(n), 0, 0, 0, 0, pair(own))
    }

    /// The text with a pseudonym for each address, URL, path and known name in it.
    pub fn text(&mut self, text: &str) -> String {
        let named = self.without_names(text);
        let Some(part) = PART.as_ref() else { return String::new() };
        part.replace_all(&named, |found: &Captures<'_>| self.part(found)).into_owned()
    }

    fn part(&mut self, found: &Captures<'_>) -> String {
        let of = |name| found.name(name).map_or("", |part| part.as_str());
        let whole = found.get(0).map_or("", |all| all.as_str());
        if !of("url").is_empty() {
            let host = of("host").trim_start_matches('[').trim_end_matches(']');
            let shown = match host.parse() {
                Ok(address) => match self.address(address) {
                    IpAddr::V6(six) => format!("[{six}]"),
                    four @ IpAddr::V4(_) => four.to_string(),
                },
                Err(_) if host == "localhost" => host.to_owned(),
                Err(_) => self.word("host", host),
            };
            let tail = match of("tail") {
                "" => String::new(),
                "/" => "/".to_owned(),
                tail => format!("/{}", self.word("path", tail)),
            };
            return format!("{}{shown}{}{tail}", of("url"), of("port"));
        }
        if !of("path").is_empty() {
            let path = of("path");
            return format!("{}/{}", of("before"), self.word("path", path));
        }
        match whole.parse() {
            Ok(address) => self.address(address).to_string(),
            // A time of day, a rate.
            Err(_) => whole.to_owned(),
        }
    }

    fn word(&mut self, kind: &str, word: &str) -> String {
        // One that was made by us stands for itself.
        if word.strip_prefix(kind).is_some_and(|rest| rest.starts_with('-')) {
            return word.to_owned();
        }
        let number = self.words.of(&self.key, &format!("{kind} {word}"), 1 << 24);
        format!("{kind}-{number:06x}")
    }

    fn without_names(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        for name in self.names.clone() {
            let mut from = 0;
            while let Some(at) = text.get(from..).and_then(|rest| rest.find(&name)) {
                let (start, end) = (from + at, from + at + name.len());
                let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
                let before = text[..start].chars().next_back().is_some_and(is_part);
                let after = text[end..].chars().next().is_some_and(is_part);
                if before || after {
                    from = end;
                    continue;
                }
                let shown = self.word("host", &name);
                text.replace_range(start..end, &shown);
                from = start + shown.len();
            }
        }
        text
    }
}

fn byte(number: u64) -> u8 {
    u8::try_from(number & 0xff).unwrap_or_default()
}

fn pair(number: u64) -> u16 {
    u16::try_from(number & 0xffff).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_leads_back_to_what_has_it() {
        let mut names = Pseudonyms::new();
        let all = ["203.0.113.7", "203.0.113.0", "::ffff:198.51.100.9", "2001:db8:17:4::2", "::1"];
        for real in all.map(|text| text.parse::<IpAddr>().expect("an address")) {
            let pseudonym = names.address(real);
            assert_eq!(names.real(pseudonym), Some(real));
        }
        assert_eq!(Pseudonyms::new().real([10, 1, 2, 3].into()), None, "nobody has it");
    }

    #[test]
    fn the_same_is_the_same_and_networks_are_kept_together() {
        let mut names = Pseudonyms::new();
        let mut of = |text: &str| names.address(text.parse().expect("an address")).to_string();
        let (one, two, other) = (of("203.0.113.7"), of("203.0.113.9"), of("198.51.100.7"));
        assert_eq!(one, of("203.0.113.7"));
        let network = |text: &str| text.rsplit_once('.').map(|(net, _)| net.to_owned());
        assert_eq!(network(&one), network(&two));
        assert_ne!(one, two);
        assert_ne!(network(&one), network(&other));
        assert!(network(&of("203.0.113.0")) == network(&one) && of("203.0.113.0").ends_with(".0"));
        assert_eq!(of("127.0.0.1"), "127.0.0.1");
        let (six, same) = (of("2001:db8:17::1"), of("2001:db8:17:4::2"));
        let prefix = |text: &str| text.split(':').take(3).collect::<Vec<_>>().join(":");
        assert_eq!(prefix(&six), prefix(&same));
        assert_ne!(six, same);
    }

    #[test]
    fn all_of_a_network_have_one_of_their_own_and_runs_differ() {
        let (mut names, mut others) = (Pseudonyms::new(), Pseudonyms::new());
        let all: BTreeSet<IpAddr> =
            (1..255).map(|n| names.address([203, 0, 113, n].into())).collect();
        assert_eq!(all.len(), 254);
        let runs = (1..255).filter(|n| {
            let address = IpAddr::from([203, 0, 113, *n]);
            names.address(address) == others.address(address)
        });
        assert!(runs.count() < 250, "another key, other pseudonyms");
    }

    #[test]
    fn what_identifies_goes_and_what_is_measured_stays() {
        let mut names = Pseudonyms::new();
        names.hide("edge-07");
        let text = names.text(
            "edge-07: 203.0.113.7:8080 from 203.0.113.0/24 at 14:02:11, 533/s, 62 %; \
             wss://ann:s3@gw.example.org:443/ws?t=1 /var/log/app.log (2001:db8::1) edge-071",
        );
        for gone in
            ["edge-07:", "203.0.113", "gw.example", "s3", "/var/log", "app.log", "2001:db8", "t=1"]
        {
            assert!(!text.contains(gone), "{gone}: {text}");
        }
        for kept in [":8080", "/24", "14:02:11", "533/s", "62 %", "wss://", ":443/", "edge-071"] {
            assert!(text.contains(kept), "{kept}: {text}");
        }
        assert_eq!(names.text(&text), names.text(&text));
    }

    #[test]
    fn an_address_stays_one_in_every_form_it_is_written_in() {
        let mut names = Pseudonyms::new();
        for socket in ["203.0.113.7:80", "[::ffff:203.0.113.7]:80", "[fe80::1%2]:80", "[::1]:9"] {
            let hidden = names.text(socket);
            let own: Result<std::net::SocketAddr, _> = hidden.parse();
            assert!(own.is_ok(), "{socket}: {hidden}");
            assert!(!hidden.contains("203.0") && !hidden.contains("fe80"), "{socket}: {hidden}");
        }
        for kept in ["14:02:11.5", "533/s", "3.4 s", "[::]:80", "0.0.0.0:80", "a/b"] {
            assert_eq!(names.text(kept), kept);
        }
    }

    #[test]
    fn what_was_hidden_once_is_not_hidden_in_another_way_the_second_time() {
        let mut names = Pseudonyms::new();
        let once = names.text("ws://gw.example/ws and /etc/herdtop");
        assert_eq!(names.text(&once).matches("host-").count(), 1);
    }
}
