//! Many clients at once: slow them down, then let them in at a rate that fits.

use super::{Case, Step, say};
use crate::detect::waves::Rhythm;
use crate::fmt;
use crate::units::whole;

/// In the client, for all that reconnect (the runbook's backoff on 1013).
const BACKOFF: &str = "in the client: wait from 1 s, doubled at each try up to 60 s, a random \
    part of it (full jitter); reset only once the link was stable";

/// `herd`: what limits the rate now, and what keeps it from coming again.
pub(in crate::detect) fn herd(case: &Case<'_>) -> Vec<Step> {
    let mut steps = vec![admit(case)];
    steps.extend(balancer(case));
    steps.push(say("do not restart to get rid of it: that drops whoever is in and starts it anew"));
    steps.push(how_many(case));
    steps.push(case.run(
        "reject what does not fit with 1013, so that clients back off",
        "herdtop explain 1013",
    ));
    steps.push(say(BACKOFF));
    steps
}

/// `waves`, `no_backoff`: the clients are at fault, the server pays for it.
pub(in crate::detect) fn no_jitter(case: &Case<'_>) -> Vec<Step> {
    let mut steps = vec![say(BACKOFF)];
    if let Some((train, _)) = case.judgement.train {
        let apart = match train.rhythm {
            Rhythm::Fixed => "the same wait everywhere: look for that number in the client",
            Rhythm::Exponential => "the waits double, yet alike: only the jitter is missing",
        };
        steps.push(say(apart));
    }
    steps.push(admit(case));
    steps.extend(balancer(case));
    steps.push(how_many(case));
    steps
}

/// They come back, and it will be over by itself.
pub(in crate::detect) fn healing(case: &Case<'_>) -> Vec<Step> {
    let mut steps = vec![say("let it heal: no restart and no deploy until they are back")];
    steps.push(admit(case));
    steps.push(how_many(case));
    steps.push(case.run(
        "afterwards: why did they drop?",
        "journalctl -u UNIT --since '10 minutes ago' --no-pager",
    ));
    steps
}

fn admit(case: &Case<'_>) -> Step {
    match case.ramp() {
        Some((ramp, listener)) => say(ramp.words(listener)),
        None => say(
            "limit the connects per second at the load balancer, from a low rate up; which one it \
             serves is not known: none was seen without drops, rejections or lag",
        ),
    }
}

/// The same rate in the words of the balancer the runbooks speak of.
fn balancer(case: &Case<'_>) -> Option<Step> {
    let (ramp, _) = case.ramp()?;
    let rate = whole(ramp.per_second.0);
    Some(case.run(
        format!(
            "in nginx, in http {{}}; with 'limit_req zone=ws burst={};' in the location",
            fmt::count(rate).replace(' ', "")
        ),
        &format!("limit_req_zone $server_name zone=ws:1m rate={rate}r/s;"),
    ))
}

pub(super) fn how_many(case: &Case<'_>) -> Step {
    case.run("how many are open", "ss -Htn state established '( sport = :PORT )' | wc -l")
}
