//! Starts the lanes of every target, and with `--each-address` of every address.

use std::cell::{Cell, RefCell};
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::sync::{Mutex, Notify, watch};
use tokio::task::spawn_local;
use tokio::time::{sleep, timeout};

use super::address::Address;
use super::cap::Cap;
use super::dial::{Dialer, resolve};
use super::lane::Target;
use super::plan::ProbeOptions;
use super::redact::Redactor;
use super::tls::Connector;
use super::wire::Meter;
use super::{fresh, held};
use crate::clock::Clock;
use crate::close::{Outcome, Policy};
use crate::sample::{Lane, Phases, ProbeFact, Sample};

/// A name is looked up again this often, for addresses that are new.
const LOOK_AGAIN: Duration = Duration::from_mins(1);
/// More addresses of one name than this are not probed one by one.
const MOST_ADDRESSES: usize = 16;

/// Numbers of the targets, in the order they appear.
type Numbers = Rc<Cell<u32>>;

/// What every target is started with.
pub(super) struct Shared {
    pub(super) options: Arc<ProbeOptions>,
    pub(super) tls: Option<Connector>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) out: Sender<Sample>,
    pub(super) now: Arc<Notify>,
    pub(super) leaving: watch::Receiver<bool>,
    pub(super) meter: Rc<Meter>,
}

/// Waits for the sign to leave, and as long as the farewells take. A sender
/// that was dropped is a sign to leave at once.
pub(super) async fn until_left(mut leaving: watch::Receiver<bool>, meter: Rc<Meter>) {
    /// A Close frame and its answer over a slow path: 30 looks.
    const LOOKS: u32 = 30;
    const LOOK: Duration = Duration::from_millis(10);
    if leaving.wait_for(|leave| *leave).await.is_err() {
        return;
    }
    for _ in 0..LOOKS {
        if meter.open.get() == 0 {
            break;
        }
        sleep(LOOK).await;
    }
}

/// Starts everything; the lanes go on in tasks of their own.
pub(super) async fn run(shared: Shared, targets: Vec<Address>) {
    let shared = Rc::new(shared);
    let numbers = Numbers::default();
    for address in targets {
        if shared.options.each_address && address.literal.is_none() {
            spawn_local(each_address(Rc::clone(&shared), address, Rc::clone(&numbers)));
        } else {
            start(&shared, address, None, next(&numbers)).await;
        }
    }
}

fn next(numbers: &Numbers) -> u32 {
    numbers.replace(numbers.get() + 1)
}

async fn start(shared: &Rc<Shared>, address: Address, only: Option<IpAddr>, id: u32) {
    let target = target(shared, address, only, id);
    introduce(&target).await;
    let now = Arc::clone(&shared.now);
    spawn_local(async move {
        if target.dialer.options.holds {
            tokio::join!(fresh::run(&target, &now), held::run(&target));
        } else {
            fresh::run(&target, &now).await;
        }
    });
}

fn target(shared: &Rc<Shared>, address: Address, only: Option<IpAddr>, id: u32) -> Target {
    Target {
        id,
        dialer: Dialer {
            redact: Rc::new(Redactor::of(&address, &shared.options)),
            tls: shared.tls.clone().filter(|_| address.tls),
            address,
            only,
            options: Arc::clone(&shared.options),
            clock: Arc::clone(&shared.clock),
            meter: Rc::clone(&shared.meter),
            browser: Cell::new(false),
            good: Cell::new(None),
        },
        cap: RefCell::new(Cap::default()),
        turn: Mutex::new(()),
        floods: (Cell::new(false), Cell::new(false)),
        out: shared.out.clone(),
        leaving: shared.leaving.clone(),
    }
}

async fn introduce(target: &Target) {
    let fact = ProbeFact::Target {
        url: target.dialer.address.shown().to_owned(),
        address: target.dialer.only,
        holds: target.dialer.options.holds,
    };
    target.tell(Lane::Fresh, fact).await;
}

/// One target for each address, now and whenever a new one appears. A name that
/// does not resolve is a target of its own until it does.
async fn each_address(shared: Rc<Shared>, address: Address, numbers: Numbers) {
    let mut known: Vec<IpAddr> = Vec::new();
    let mut unresolved: Option<Target> = None;
    let mut failures = 0;
    loop {
        let found = timeout(shared.options.timeout, resolve(&address, &shared.options, None)).await;
        let wait = match found.unwrap_or(Err(Outcome::DnsTimeout)) {
            Ok(addresses) => {
                failures = 0;
                if let Some(row) = unresolved.take() {
                    row.tell(Lane::Fresh, ProbeFact::Gone).await;
                }
                for ip in addresses.into_iter().take(MOST_ADDRESSES) {
                    if known.len() < MOST_ADDRESSES && !known.contains(&ip) {
                        known.push(ip);
                        start(&shared, address.clone(), Some(ip), next(&numbers)).await;
                    }
                }
                LOOK_AGAIN
            }
            // Known ones are probed by address, whatever the resolver says now.
            Err(_) if !known.is_empty() => LOOK_AGAIN,
            Err(outcome) => {
                failures += 1;
                if unresolved.is_none() {
                    let row = target(&shared, address.clone(), None, next(&numbers));
                    introduce(&row).await;
                    unresolved = Some(row);
                }
                let policy = Policy::after(&outcome);
                let wait = policy.wait(LOOK_AGAIN, LOOK_AGAIN, failures, rand::random());
                if let Some(row) = &unresolved {
                    let (phases, peer, agreed) = (Phases::default(), None, None);
                    let fact = ProbeFact::Ended { phases, outcome, peer, agreed };
                    row.tell(Lane::Fresh, fact).await;
                    row.announce(Lane::Fresh, policy, wait).await;
                }
                wait
            }
        };
        sleep(wait).await;
    }
}
