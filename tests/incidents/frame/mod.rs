//! A frame is one statement: no two figures of one screen contradict each other.
//! Held over everything that was recorded and much that was made up, at every size,
//! by the text that is read.

mod drawn;
mod extremes;
mod figures;
mod generated;

use std::collections::BTreeSet;
use std::path::Path;

use drawn::Drawn;
use generated::{Host, Truth};
use herdtop::app::{AlertRow, Frame, Key, ListedRow, RowKind, letter};
use herdtop::detect::Severity;
use herdtop::session::Session;

/// What contradicts what, each once with the first place it was seen at.
#[derive(Default)]
struct Contradictions {
    seen: BTreeSet<String>,
    told: Vec<String>,
}

impl Contradictions {
    fn see(&mut self, session: &Session, frame: &Frame, drawn: &Drawn) {
        let lines = drawn.rows.iter();
        let mut found: Vec<String> = lines.flat_map(|line| figures::wrong_shares(line)).collect();
        found.extend(drawn.rows.iter().flat_map(|line| figures::outside(line)));
        let text = drawn.text();
        found.extend(peaks(frame, &text));
        found.extend(one_multiple(frame, drawn));
        found.extend(growth(frame, &text));
        found.extend(now(frame, drawn));
        found.extend(sign(session, drawn));
        found.extend(worst_target(frame, drawn));
        found.extend(one_open(frame, drawn));
        for fault in found {
            // The kind of it: the same once a recording, whatever its figures.
            let kind: String = fault.chars().filter(|c| !c.is_ascii_digit()).collect();
            if self.seen.insert(kind) {
                self.told.push(format!("{}: {fault}\n{text}", drawn.place()));
            }
        }
    }
}

/// The alerts of the list.
fn alerts(frame: &Frame) -> impl Iterator<Item = &AlertRow> {
    frame.alerts.rows.iter().filter_map(ListedRow::alert)
}

/// No rate that stands on the screen is higher than the highest second.
fn peaks(frame: &Frame, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().filter(|line| line.contains("HERD ")) {
        let (now, peak) = (figures::attempts(line), figures::peaks(line));
        if let ([now, ..], [peak, ..]) = (now.as_slice(), peak.as_slice())
            && now > peak
        {
            found.push(format!("{now}/s is over the herd's peak of {peak}/s"));
        }
    }
    let hero = &frame.hero;
    if let Some((opened, peak)) = hero.opened.zip(hero.peak_opened)
        && opened.0 > peak.0
    {
        found.push(format!("opened {}/s is over the peak {}/s", opened.0, peak.0));
    }
    // Of the rows, the chart and the title the same is the highest.
    let title = text.lines().filter(|line| line.contains("CONNECTIONS/s"));
    let charted: Vec<f64> = title.flat_map(figures::peaks).collect();
    let beneath = text.lines().filter_map(|line| line.split_once("/s   peak "));
    let beneath = beneath.flat_map(|(_, rest)| figures::peaks(&format!("peak {rest}")));
    for peak in beneath {
        if charted.iter().any(|charted| *charted > peak * 1.01 + 0.5) {
            found.push(format!("the chart knows {charted:?}/s, the line below a peak of {peak}/s"));
        }
    }
    found
}

/// One herd has one multiple: in the banner, in the big number, among the events.
fn one_multiple(frame: &Frame, drawn: &Drawn) -> Vec<String> {
    let banner = drawn.rows.iter().find(|line| line.contains(frame.verdict.severity.word()));
    let said = banner.map(|line| figures::multiples(line)).unwrap_or_default();
    let Some(said) = said.first() else { return Vec::new() };
    let tile = drawn.rows.iter().find_map(|line| {
        let (multiple, _) = line.split_once("HANDSHAKES ")?.1.split_once(" baseline")?;
        Some(multiple.to_owned())
    });
    let mut all: Vec<String> = tile.into_iter().collect();
    // Among the events and alerts the herd that goes on has its letter.
    let herd =
        alerts(frame).find(|row| row.alert.is_firing() && row.alert.sentence.contains("HERD "));
    if let Some(letter) = herd.map(|row| format!("{} ", letter(&row.alert))) {
        let named = drawn.rows.iter().filter(|line| !line.contains(" over after "));
        let named =
            named.filter_map(|line| line.find(&format!("{letter}HERD ")).map(|at| &line[at..]));
        all.extend(named.flat_map(figures::multiples));
    }
    let other = all.iter().find(|multiple| *multiple != said);
    other.map(|other| format!("the herd is {said} and {other}")).into_iter().collect()
}

/// `stable` never stands beside a net change that chance does not explain.
fn growth(frame: &Frame, text: &str) -> Vec<String> {
    let hero = &frame.hero;
    let Some((opened, closed)) = hero.opened.zip(hero.closed) else { return Vec::new() };
    let net = opened.0 - closed.0;
    let is_large = net.abs() > (3.0 * (opened.0 + closed.0).max(0.0).sqrt()).max(1.0);
    let wrong = is_large && text.contains("stable");
    wrong.then(|| format!("stable beside a net of {net:.1}/s")).into_iter().collect()
}

/// What the list of alerts has as now is what its sentence says of now.
fn now(frame: &Frame, drawn: &Drawn) -> Vec<String> {
    let mut found = Vec::new();
    if drawn.screen != "timeline" || drawn.size.0 < 160 {
        return found;
    }
    let is_firing = |line: &&String| line.contains("WARN") || line.contains("CRIT");
    for line in drawn.rows.iter().filter(is_firing) {
        let now = line.rsplit("  ").next().unwrap_or_default().trim();
        if let ([said], Some(value)) = (figures::attempts(line).as_slice(), figures::rate(now))
            && (value - said).abs() > 0.5
        {
            found.push(format!("'{said} attempts/s' are now '{now}'"));
        }
    }
    let stale = alerts(frame).find(|row| !row.alert.current && row.now().is_some());
    found.extend(stale.map(|row| format!("over, and now {:?}: {}", row.now(), row.alert.sentence)));
    found
}

/// A service has the sign of what is said of it.
fn sign(session: &Session, drawn: &Drawn) -> Vec<String> {
    let moment = session.latest.as_ref().expect("a moment");
    let verdict = &moment.judgement.verdict;
    let Some(service) = verdict.service.filter(|_| drawn.screen == "listeners") else {
        return Vec::new();
    };
    if verdict.severity != Severity::Critical || drawn.size.0 < 80 {
        return Vec::new();
    }
    let Some(snapshot) = moment.snapshot.service_at(service.socket()) else { return Vec::new() };
    let mut found = Vec::new();
    for address in snapshot.addresses.iter().map(ToString::to_string) {
        let bare = |line: &str| line.trim_start_matches(['▶', '●', '▲', '■', ' ']).to_owned();
        let is_row = |line: &&String| bare(line).starts_with(&address);
        let row = drawn.rows.iter().find(is_row);
        if row.is_some_and(|row| !row.contains('■')) {
            found.push(format!("{address} is critical and has no such sign"));
        }
    }
    // Once a moment is enough.
    if drawn.size != drawn::SIZES[6] {
        return found;
    }
    let typed: Vec<Key> = "2/state:crit".chars().map(Key::Char).chain([Key::Enter]).collect();
    let frame = drawn::frame(session, &typed);
    let name = service.socket().to_string();
    if !frame.listeners.rows.iter().any(|row| row.listener.address.to_string() == name) {
        found.push(format!("state:crit does not find {name}"));
    }
    found
}

/// The number of many targets is that of one of them, by its name.
fn worst_target(frame: &Frame, drawn: &Drawn) -> Vec<String> {
    let probes = &frame.probes;
    let many = probes.rows.len() > 1 && drawn.screen == "incident";
    let Some(worst) = probes.worst.filter(|_| many && drawn.size.0 >= 120) else {
        return Vec::new();
    };
    let tail: String =
        probes.rows[worst].target.label().trim_end_matches('/').chars().rev().take(6).collect();
    let tail: String = tail.chars().rev().collect();
    let tile = drawn.rows.iter().find(|line| line.contains("PROBE "));
    let named = tile.is_none_or(|line| line.contains(&tail));
    (!named).then(|| format!("the worst target ends in {tail}")).into_iter().collect()
}

/// Of what is open and established there is one figure: in the big number, among the
/// states, in the row of the service; and what does not add up to it says of when it is.
fn one_open(frame: &Frame, drawn: &Drawn) -> Vec<String> {
    let mut found = Vec::new();
    let Some(open) = frame.hero.open else { return found };
    let text = drawn.text();
    // Of another service the details may be.
    if let Some(established) = figures::established(&text)
        && established != open
    {
        found.push(format!("{established} established beside {open} open"));
    }
    let focus = frame.listeners.rows.iter().find(|row| row.focused);
    let Some(service) = focus.map(|row| row.listener.service) else { return found };
    let rows = frame.listeners.rows.iter().filter(|row| row.listener.service == service);
    let own = rows.filter(|row| matches!(row.kind, RowKind::Alone | RowKind::Part));
    let sum: u64 = own.filter_map(|row| row.listener.open).sum();
    if frame.listeners.filter.is_empty() && sum != open {
        found.push(format!("{sum} open by address beside {open} open"));
    }
    let Some(parts) = &frame.focused else { return found };
    let counted = parts.networks.iter().map(|(_, n)| n).sum::<u64>() + parts.other_networks;
    if counted != open && parts.counted_ago.is_none() {
        found.push(format!("{counted} clients beside {open} open"));
    }
    found
}

fn none(contradictions: &Contradictions) {
    let told = &contradictions.told;
    assert!(told.is_empty(), "{} contradictions\n{}", told.len(), told.join("\n\n"));
}

#[test]
fn no_frame_of_an_incident_contradicts_itself() {
    let mut contradictions = Contradictions::default();
    for incident in super::INCIDENTS.iter() {
        contradictions.seen.clear();
        let wants = |at: f64| at % 3.0 < 1.0;
        drawn::each(&incident.path, wants, |s, f, d| contradictions.see(s, f, d));
    }
    none(&contradictions);
}

#[test]
fn no_frame_of_the_recorded_herd_contradicts_itself() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/incident.rec");
    let mut contradictions = Contradictions::default();
    // The ten minutes around it by samples, the herd itself second by second.
    let wants = |at: f64| (450.0..530.0).contains(&at) || at % 12.0 < 1.0;
    drawn::each(&path, wants, |s, f, d| contradictions.see(s, f, d));
    none(&contradictions);
}

#[test]
fn no_frame_of_the_demo_contradicts_itself() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recording/version-1.rec");
    let mut contradictions = Contradictions::default();
    drawn::each(&path, |_| true, |s, f, d| contradictions.see(s, f, d));
    none(&contradictions);
}

#[test]
fn no_frame_of_made_up_samples_contradicts_itself() {
    let mut contradictions = Contradictions::default();
    for seed in 0..18 {
        generated::run(seed, Host::Well, |session, at, _| {
            drawn::screens(session, at, &mut |s, f, d| contradictions.see(s, f, d));
        });
    }
    none(&contradictions);
}

#[test]
fn no_frame_of_a_host_where_something_is_amiss_contradicts_itself() {
    for host in [Host::Deaf, Host::Loses, Host::ClockSteps] {
        for seed in 0..2 {
            let mut contradictions = Contradictions::default();
            generated::run(seed, host, |session, at, _| {
                drawn::screens(session, at, &mut |s, f, d| contradictions.see(s, f, d));
            });
            let told = &contradictions.told;
            assert!(told.is_empty(), "{host:?} {seed}: {}", told.join("\n\n"));
        }
    }
}

/// What the figures of a frame are in fact.
fn in_fact(host: Host, frame: &Frame, truth: Truth) -> Vec<String> {
    let hero = &frame.hero;
    let mut found = Vec::new();
    if truth.walked && hero.open != Some(truth.open) {
        found.push(format!("{:?} open, in fact {}", hero.open, truth.open));
    }
    if host == Host::Deaf {
        // Of one port of many nothing tells what came: that is no zero.
        if hero.opened.is_some() || hero.closed.is_some() || hero.peak_opened.is_some() {
            found.push(format!("rates that nobody tells: {:?}", hero.opened));
        }
        return found;
    }
    let most = f64::from(u32::try_from(truth.most).expect("a few"));
    if let Some(peak) = hero.peak_opened.filter(|peak| peak.0 > most * 1.05 + 2.0) {
        found.push(format!("a peak of {}/s, in fact no second had more than {most}", peak.0));
    }
    // Which of two addresses those came to whose ends were lost is an estimate.
    let slack = if host == Host::Loses { truth.opened / 20 } else { 0 };
    if let Some((opened, _)) = hero.totals.filter(|_| truth.walked)
        && opened.abs_diff(truth.opened) > slack + 3
    {
        found.push(format!("{opened} opened, in fact {}", truth.opened));
    }
    found
}

#[test]
fn figures_of_made_up_samples_are_those_of_their_world() {
    let mut told = Vec::new();
    for host in [Host::Well, Host::Deaf, Host::Loses, Host::ClockSteps] {
        for seed in 0..12 {
            generated::run(seed, host, |session, at, truth| {
                let frame = drawn::frame(session, &[]);
                let found = in_fact(host, &frame, truth).into_iter();
                told.extend(found.map(|fault| format!("{host:?} {seed} at {at:.1} s: {fault}")));
            });
        }
    }
    assert!(told.is_empty(), "{} wrong\n{}", told.len(), told.join("\n"));
}
