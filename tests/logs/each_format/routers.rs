//! The story in the request logs of frameworks, and in formats whose columns are named
//! above the lines.

use super::super::story::{Connection, ended, written};
use super::{Tells, Told, iso, seconds};

const END: Tells = Tells::SinceItBegins;

fn of(
    name: &'static str,
    format: &'static str,
    head: &str,
    line: impl Fn(Connection) -> String,
) -> Told {
    let above = head.lines().map(str::to_owned);
    let lines = above.chain(ended().into_iter().map(line)).collect();
    Told { name, format: Some(format), lines, tells: END }
}

/// As Go writes a span.
fn go(millis: i64) -> String {
    if millis < 1000 { format!("{millis}.25ms") } else { format!("{}s", seconds(millis)) }
}

/// All of them.
pub(super) fn all() -> Vec<Told> {
    let all = [of_go(), of_node_and_dotnet(), in_columns()];
    all.into_iter().flatten().collect()
}

fn of_go() -> Vec<Told> {
    let gin = |c: Connection, (open, close): (&str, &str)| {
        let at = written(c.closed, "%Y/%m/%d - %H:%M:%S");
        let (lasted, address) = (go(c.lasted()), c.address());
        format!("[GIN] {at} |{open} 101 {close}| {lasted:>13} | {address:>15} | GET      \"/ws\"")
    };
    vec![
        of("gin", "gin", "[GIN-debug] Listening and serving HTTP on :1012", move |c| {
            gin(c, ("", ""))
        }),
        of("gin, coloured", "gin", "", move |c| gin(c, ("\u{1b}[97;42m", "\u{1b}[0m"))),
        of("chi", "chi", "", |c| {
            let at = written(c.closed, "%Y/%m/%d %H:%M:%S");
            let (address, lasted) = (c.address(), go(c.lasted()));
            format!(
                "{at} [web/x-{:06}] \"GET http://h/ws HTTP/1.1\" from {address}:1006 - 101 0B in {lasted}",
                c.number
            )
        }),
    ]
}

fn of_node_and_dotnet() -> Vec<Told> {
    vec![
        of("morgan tiny", "morgan", "", |c| {
            format!("{} GET /ws?code=1006 101 - - {}.123 ms", iso(c.closed), c.lasted())
        }),
        of("morgan dev", "morgan", "", |c| {
            format!("{} GET /ws 101 {}.123 ms - 1012", iso(c.closed), c.lasted())
        }),
        of("morgan short", "morgan", "", |c| {
            let (at, address, lasted) = (iso(c.closed), c.address(), c.lasted());
            format!("{at} {address} - GET /ws HTTP/1.1 101 1006 - {lasted}.123 ms")
        }),
        of("Serilog's requests", "dotnet", "", |c| {
            let at = written(c.closed, "%Y-%m-%d %H:%M:%S%.3f +00:00");
            format!("{at} [INF] HTTP GET /ws responded 101 in {}.1234 ms", c.lasted())
        }),
    ]
}

const IIS: &str = "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2026-11-21 14:00:50\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken";
const CLOUDFRONT: &str = "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(User-Agent) x-edge-result-type cs-protocol time-taken x-forwarded-for c-port time-to-first-byte";

fn in_columns() -> Vec<Told> {
    vec![
        of("IIS", "w3c", IIS, |c| {
            let at = written(c.closed, "%Y-%m-%d %H:%M:%S");
            let (address, lasted) = (c.address(), c.lasted());
            format!(
                "{at} 10.0.0.4 GET /ws token=1006 443 - {address} Mozilla/5.0+(X11) - 101 0 0 {lasted}"
            )
        }),
        of("CloudFront", "w3c", CLOUDFRONT, |c| {
            let at = written(c.closed, "%Y-%m-%d\t%H:%M:%S");
            let (address, lasted) = (c.address(), seconds(c.lasted()));
            format!(
                "{at}\tFRA2-C1\t1006\t{address}\tGET\td1.example\t/ws\t101\tcurl\tMiss\twss\t{lasted}\t-\t1001\t0.005"
            )
        }),
    ]
}
