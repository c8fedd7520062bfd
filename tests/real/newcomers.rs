//! A herd right after herdtop is started, however soon.

use std::time::Duration;

use serde_json::Value;

use super::server::{Server, clients, service};
use super::watch::{Watch, time};
use crate::checks::noise::quiet;
use crate::checks::schema::count;

const HERD: u64 = 400;
const HALF_A_SECOND: Duration = Duration::from_millis(500);

/// What a watch that began so long before the herd has to say of it.
fn is_found(watch: &mut Watch, herd: &Server, before: usize) {
    // It begins between the two, which are far apart where the machine is busy.
    let (from, to) = (herd.when("first attempt "), herd.when("first in "));
    let told = watch.until_where("the herd", |told| {
        let herds = told["herds"].as_array().expect("herds");
        herds.last().is_some_and(|herd| herd["end"] != Value::Null)
    });
    let found = told["herds"].as_array().expect("herds").last().expect("one");
    let onset = time(&found["onset"]);
    let right = from - HALF_A_SECOND..=to + HALF_A_SECOND;
    assert!(right.contains(&onset), "{before} s before it, between {from} and {to}: {found:#}");
    let total = count(&found["total"]);
    assert!(total.abs_diff(HERD) <= HERD / 20, "{before} s before it: {found:#}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_herd_is_found_however_soon_after_the_start_it_comes() {
    let _alone = quiet();
    let server = service(None, &[]);
    let port = server.address().port();
    let calm = clients(port, 30, "full", &[]);
    calm.all_in();
    let clock = &mut Watch::over(&server.port(), &[]);
    let mut watches = Vec::new();
    for before in (1..=10).rev() {
        if [10, 7, 5, 4, 3, 2, 1].contains(&before) {
            let mut watch = Watch::over(&server.port(), &[]);
            // It looks from its first document on.
            watch.next();
            watches.push((before, watch));
        }
        // One second, told by a stream.
        clock.next();
        clock.next();
    }
    let herd = clients(port, u32::try_from(HERD).expect("few"), "full", &[("STEP", "2")]);
    herd.all_in();
    for (before, mut watch) in watches {
        is_found(&mut watch, &herd, before);
    }
}
