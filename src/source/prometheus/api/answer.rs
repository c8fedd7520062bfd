//! JSON to series, and what is wrong with it in words.
//!
//! The answer is a stranger's: how many series, how many labels and how long they are is
//! bounded here, whatever it holds.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};

use super::fault::ApiFault;
use super::server::clean;
use crate::sample::{MetricSeries, QueryAnswer};

/// Series that are read: a thousand hosts have some thousand in the longest answer.
const MOST_SERIES: usize = 20_000;
/// Points that are read of all series together: 64 MB would be 4 million.
const MOST_POINTS: usize = 1_500_000;
/// Bytes of a label; what is longer names nothing a user could type.
const LONGEST_LABEL: usize = 1_024;
/// Notes that are kept of an answer.
const NOTES: usize = 3;

#[derive(Deserialize)]
struct Body {
    status: String,
    #[serde(default)]
    data: Option<Data>,
    #[serde(default)]
    error: Option<String>,
    #[serde(default, rename = "errorType")]
    kind: Option<String>,
    #[serde(default)]
    warnings: Vec<String>,
    #[serde(default)]
    infos: Vec<String>,
    /// What a cluster of `VictoriaMetrics` says where a node of it did not answer.
    #[serde(default, rename = "isPartial")]
    is_partial: bool,
}

#[derive(Deserialize)]
struct Data {
    #[serde(default, rename = "resultType")]
    kind: String,
    result: Bounded,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    metric: std::collections::BTreeMap<String, String>,
    #[serde(default)]
    value: Option<(f64, String)>,
    #[serde(default)]
    values: Vec<(f64, String)>,
}

/// The first series, and how many came after them.
#[derive(Default)]
struct Bounded {
    series: Vec<MetricSeries>,
    left_out: usize,
    points: usize,
}

impl<'de> Deserialize<'de> for Bounded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SeriesVisitor;
        impl<'de> Visitor<'de> for SeriesVisitor {
            type Value = Bounded;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("series")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Bounded, A::Error> {
                let mut bounded = Bounded::default();
                while bounded.series.len() < MOST_SERIES && bounded.points < MOST_POINTS {
                    let Some(entry) = all.next_element::<Entry>()? else { return Ok(bounded) };
                    bounded.take(entry);
                }
                while all.next_element::<IgnoredAny>()?.is_some() {
                    bounded.left_out += 1;
                }
                Ok(bounded)
            }
        }
        deserializer.deserialize_seq(SeriesVisitor)
    }
}

impl Bounded {
    fn take(&mut self, entry: Entry) {
        let number = |(at, value): (f64, String)| {
            let value: f64 = value.parse().ok()?;
            (at.is_finite() && value.is_finite()).then_some((at, value))
        };
        let is_long =
            |(name, value): (&String, &String)| name.len().max(value.len()) > LONGEST_LABEL;
        if entry.metric.iter().any(is_long) {
            self.left_out += 1;
            return;
        }
        let points: Vec<_> =
            entry.values.into_iter().chain(entry.value).filter_map(number).collect();
        self.points += points.len();
        let labels = entry.metric.into_iter().collect();
        self.series.push(MetricSeries { labels, points });
    }
}

/// The series of an answer with this HTTP status.
///
/// # Errors
/// What is wrong, in one line.
pub(super) fn read(status: u16, body: &[u8]) -> Result<QueryAnswer, ApiFault> {
    let read: Body = match serde_json::from_slice(body) {
        Ok(read) => read,
        Err(_) if status != 200 => return Err(ApiFault::Connection(format!("HTTP {status}"))),
        Err(why) => return Err(ApiFault::Connection(no_answer(body, &why))),
    };
    if read.status != "success" {
        let kind = read.kind.map(|kind| format!("{}: ", clean(&kind))).unwrap_or_default();
        let error = read.error.unwrap_or_else(|| format!("HTTP {status}"));
        return Err(ApiFault::Told(clean(&format!("{kind}{error}"))));
    }
    let Some(Data { kind, result }) = read.data else {
        let why = "its answer has no data: another version of the API?";
        return Err(ApiFault::Connection(why.to_owned()));
    };
    if !["vector", "matrix"].contains(&kind.as_str()) {
        let kind = clean(&kind);
        let why = format!("its answer is a '{kind}', not series: another version of the API?");
        return Err(ApiFault::Connection(why));
    }
    let partial = read.is_partial.then(|| "a part of its data did not answer".to_owned());
    let notes = partial.into_iter().chain(read.warnings).chain(read.infos);
    let notes = notes.take(NOTES).map(|note| clean(&note)).collect();
    Ok(QueryAnswer { series: result.series, notes, left_out: result.left_out })
}

/// What came instead of an answer.
fn no_answer(body: &[u8], why: &serde_json::Error) -> String {
    let begins = body.iter().find(|byte| !byte.is_ascii_whitespace());
    match begins {
        None => "its answer is empty".to_owned(),
        Some(b'<') => "it answers with a page of HTML: not Prometheus, or a login before it; \
                       give the address whose /api/v1/query answers"
            .to_owned(),
        Some(b'{') if why.is_eof() => "its answer ends in the middle".to_owned(),
        Some(b'{') => {
            format!("its answer is not that of Prometheus' API: {}", clean(&why.to_string()))
        }
        Some(_) => "its answer is not JSON: not Prometheus' API".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(status: u16, body: &str) -> String {
        read(status, body.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn series_come_with_what_the_server_has_to_say() {
        let body = r#"{"status":"success","warnings":["a node\u001b[2J is away"],"infos":["rate of a gauge"],
            "isPartial":true,"data":{"resultType":"vector","result":[
            {"metric":{"instance":"a\"b\\c\n"},"value":[10.5,"3"]},
            {"metric":{},"value":[10.5,"NaN"]}]}}"#;
        let answer = read(200, body.as_bytes()).unwrap();
        assert_eq!(answer.series[0].label("instance"), "a\"b\\c\n");
        assert_eq!(answer.series[0].last(), Some((10.5, 3.0)));
        assert_eq!(answer.series[1].last(), None, "NaN is no reading");
        let notes = ["a part of its data did not answer", "a node [2J is away", "rate of a gauge"];
        assert_eq!(answer.notes, notes);
        let range = r#"{"status":"success","data":{"resultType":"matrix","result":[
            {"metric":{},"values":[[1,"1"],[2,"+Inf"],[3,"2"]]}]}}"#;
        assert_eq!(read(200, range.as_bytes()).unwrap().series[0].points, [(1.0, 1.0), (3.0, 2.0)]);
    }

    #[test]
    fn what_is_no_answer_is_one_line() {
        let error = r#"{"status":"error","errorType":"bad_data","error":"parse error:\nat 3"}"#;
        assert_eq!(wrong(400, error), "bad_data: parse error: at 3");
        assert!(wrong(200, "<html><title>Login").contains("a page of HTML"));
        assert!(wrong(200, "").contains("empty"));
        assert!(wrong(200, r#"{"status":"success","data":{"resu"#).contains("in the middle"));
        assert!(wrong(200, "ok").contains("not JSON"));
        assert!(wrong(200, r#"{"status":7}"#).contains("not that of Prometheus' API"));
        assert!(wrong(200, r#"{"status":"success"}"#).contains("another version"));
        assert_eq!(wrong(503, "no healthy upstream"), "HTTP 503");
        let streams = r#"{"status":"success","data":{"resultType":"streams","result":[]}}"#;
        assert!(wrong(200, streams).contains("'streams'"));
    }

    #[test]
    fn a_hundred_thousand_series_are_counted_and_not_kept() {
        let entry = r#"{"metric":{"instance":"h"},"value":[1,"1"]}"#;
        let all = vec![entry; 100_000].join(",");
        let body =
            format!(r#"{{"status":"success","data":{{"resultType":"vector","result":[{all}]}}}}"#);
        let answer = read(200, body.as_bytes()).unwrap();
        assert_eq!((answer.series.len(), answer.left_out), (MOST_SERIES, 80_000));
        let long =
            format!(r#"{{"metric":{{"instance":"{}"}},"value":[1,"1"]}}"#, "x".repeat(2_000));
        let body =
            format!(r#"{{"status":"success","data":{{"resultType":"vector","result":[{long}]}}}}"#);
        let answer = read(200, body.as_bytes()).unwrap();
        assert_eq!((answer.series.len(), answer.left_out), (0, 1));
    }
}
