//! Every rule that the database keeps by itself is taken away in turn: what it alone refused is then accepted, so each is needed, and
//! each has a probe. The rules are read from the database; a new one without a probe fails here.
//!
//! Where two rules refuse the same, both are taken away together, and each alone must still refuse.

mod bench;
mod probes;
mod scene;

use std::collections::BTreeSet;

use bench::Bench;
use probes::Probe;

/// What stands there so that foreign keys may point at it. Another rule says more, so that nothing is refused by it alone; without it
/// the foreign keys would have nothing to hold on to, and the database says so itself.
const ONLY_POINTED_AT: [&str; 2] = ["ledger_left", "ledger_nature"];

async fn hold(bench: &Bench, probe: &Probe) {
    let Probe { rule, second, along, attempt } = probe;
    let attempt = attempt.as_slice();
    let said = |what: &str| format!("{rule}, {attempt:?}: {what}");
    let without = async |rules: &[&[&str]]| bench.refusal(&rules.concat(), attempt).await;
    assert!(without(&[]).await.is_some(), "{}", said("accepted with all rules"));
    let by_it = without(&[second, along]).await;
    assert!(by_it.is_some(), "{}", said("it is another rule that refuses"));
    let nobody = without(&[along, second, &[rule]]).await;
    assert_eq!(nobody, None, "{}", said("refused all the same, so another rule keeps it"));
    if !second.is_empty() {
        assert!(without(&[&[rule]]).await.is_some(), "{}", said("there is no second line"));
    }
}

crate::on_both! {
    async fn each_rule_taken_away_lets_through_what_it_alone_refused(fresh: Fresh) {
        let scene = scene::scene(&fresh).await;
        let bench = Bench::over(&fresh).await;
        let probes = probes::all(&fresh, &scene).await;
        for rule in ONLY_POINTED_AT {
            assert!(bench.refusal(&[rule], &probes::valid(&fresh).await).await.is_some(), "{rule}");
        }
        assert_eq!(bench.refusal(&[], &probes::valid(&fresh).await).await, None);
        for probe in &probes {
            hold(&bench, probe).await;
        }
        let there: BTreeSet<String> = bench.rules().map(str::to_owned).collect();
        let probed: BTreeSet<String> = probes.iter().map(|probe| probe.rule).chain(ONLY_POINTED_AT).map(str::to_owned).collect();
        assert_eq!(probed, there);
    }
}
