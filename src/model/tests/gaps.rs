//! What is not told is missing with its reason.

use super::*;

#[test]
fn where_the_kernel_does_not_tell_how_processes_end_that_is_said() {
    let told = |reading| {
        let sample = Sample { exit_statuses: Some(reading), ..Sample::at(at(0)) };
        run(everything(), vec![sample]).1.sampling.denied
    };
    let why = "exit statuses: no answer";
    assert_eq!(told(Reading::Denied(why.into())), [why]);
    assert!(told(Reading::Seen(())).is_empty());
}

#[test]
fn what_is_not_told_has_its_reason() {
    let (_, snapshot) = run(
        everything(),
        vec![Sample {
            listeners: Some(Reading::Seen(vec![listener(ONE, 7, 0, None)])),
            ..passive(0, 5)
        }],
    );
    let l = &snapshot.listeners[0];
    assert_eq!((l.drops, l.drops_mean, l.drops_total), (None, None, None));
    let said = |what: &str| snapshot.sampling.denied.iter().any(|why| why.starts_with(what));
    assert!(said("drops and backlog of listeners"), "{:?}", snapshot.sampling.denied);
    assert!(said("ListenOverflows, ListenDrops"), "{:?}", snapshot.sampling.denied);
}
