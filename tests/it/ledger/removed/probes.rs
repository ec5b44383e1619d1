//! What each rule alone refuses.

use entity::ledger_transfer as row;
use sea_orm::{DbBackend, EntityTrait, IntoActiveModel, QueryTrait};
use uuid::Uuid;

use super::bench::Do;
use super::scene::{Scene, bytes, bytes_of_id};
use crate::ledger::rows::{get, last, next_like, next_reverse, next_taking, rebalance, wang};
use crate::ledger::steps::{approver, learner};
use crate::support::databases::Fresh;

/// Something that a rule refuses.
#[derive(Debug)]
pub struct Probe {
    pub rule: &'static str,
    /// Rules that refuse it too.
    pub second: Vec<&'static str>,
    /// Rules that can only go with it: foreign keys that point at it.
    pub along: Vec<&'static str>,
    pub attempt: Vec<Do>,
}

impl Probe {
    fn second(&mut self, rules: &[&'static str]) -> &mut Self {
        self.second.extend(rules);
        self
    }

    fn along(&mut self, rules: &[&'static str]) {
        self.along.extend(rules);
    }
}

/// Probes of one engine.
struct Probes {
    engine: DbBackend,
    list: Vec<Probe>,
    /// Takes what is said of a probe that this engine does not have.
    spare: Probe,
}

impl Probes {
    fn new(engine: DbBackend) -> Self {
        let spare = Probe { rule: "", second: Vec::new(), along: Vec::new(), attempt: Vec::new() };
        Self { engine, list: Vec::new(), spare }
    }

    /// A rule that has the same name on both.
    fn both(&mut self, rule: &'static str, attempt: Vec<Do>) -> &mut Probe {
        self.list.push(Probe { rule, second: Vec::new(), along: Vec::new(), attempt });
        self.list.last_mut().unwrap()
    }

    fn sqlite(&mut self, rule: &'static str, attempt: Vec<Do>) -> &mut Probe {
        if self.engine == DbBackend::Sqlite { self.both(rule, attempt) } else { &mut self.spare }
    }

    fn postgres(&mut self, rule: &'static str, attempt: Vec<Do>) -> &mut Probe {
        if self.engine == DbBackend::Postgres { self.both(rule, attempt) } else { &mut self.spare }
    }

    /// A rule that the two keep under different names.
    fn each(&mut self, sqlite: &'static str, postgres: &'static str, attempt: Vec<Do>) -> &mut Probe {
        self.both(if self.engine == DbBackend::Sqlite { sqlite } else { postgres }, attempt)
    }
}

fn sql(text: &str) -> Vec<Do> {
    vec![Do::Raw(text.to_owned())]
}

/// The rows that probes spoil: each is accepted as it is.
struct Valid {
    engine: DbBackend,
    issue: row::Model,
    freeze: row::Model,
    revoke: row::Model,
    reverse: row::Model,
    unfreeze: row::Model,
    post: row::Model,
    /// The first of somebody for whom nothing was posted yet.
    first: row::Model,
    last: row::Model,
}

impl Valid {
    async fn of(fresh: &Fresh, scene: &Scene) -> Self {
        let issue = next_like(fresh, &get(fresh, scene.t01).await, 60).await;
        let thaws = |freeze: row::Model| row::Model {
            code: "unfreeze".to_owned(),
            debit_kind: "frozen".to_owned(),
            credit_kind: "holding".to_owned(),
            takes: None,
            resolves: Some(freeze.id),
            names_code: Some("freeze".to_owned()),
            approver_id: Some(approver().uuid()),
            ..freeze
        };
        let posts = |pending: row::Model| row::Model {
            phase: "post".to_owned(),
            debit_kind: "pending".to_owned(),
            credit_kind: "transferred".to_owned(),
            takes: None,
            resolves: Some(pending.id),
            names_code: Some("transfer_out".to_owned()),
            names_phase: Some("pending".to_owned()),
            ..pending
        };
        let mut first = row::Model {
            learner_id: learner(9).uuid(),
            version: 1,
            before_version: None,
            before_recorded_at_ms: None,
            holding_before_milli: 0,
            pending_before_milli: 0,
            frozen_before_milli: 0,
            transferred_before_milli: 0,
            revoked_before_milli: 0,
            ..issue.clone()
        };
        rebalance(&mut first);
        Self {
            engine: fresh.db.backend(),
            freeze: next_taking(fresh, scene.t01, "freeze", 61).await,
            revoke: next_taking(fresh, scene.t01, "revoke", 62).await,
            reverse: next_reverse(fresh, scene.t01, 63).await,
            unfreeze: next_like(fresh, &thaws(get(fresh, scene.freeze).await), 64).await,
            post: next_like(fresh, &posts(get(fresh, scene.pending).await), 65).await,
            last: last(fresh).await,
            issue,
            first,
        }
    }

    fn insert(&self, model: &row::Model, change: impl FnOnce(&mut row::Model)) -> Vec<Do> {
        let mut spoilt = model.clone();
        change(&mut spoilt);
        vec![Do::Prepared(row::Entity::insert(spoilt.into_active_model()).build(self.engine))]
    }

    /// The same, with balances that fit the change.
    fn rebalanced(&self, model: &row::Model, change: impl FnOnce(&mut row::Model)) -> Vec<Do> {
        self.insert(model, |spoilt| {
            change(spoilt);
            rebalance(spoilt);
        })
    }
}

/// A row that nothing refuses.
pub async fn valid(fresh: &Fresh) -> Vec<Do> {
    let last = last(fresh).await;
    let next = next_like(fresh, &last, 66).await;
    vec![Do::Prepared(row::Entity::insert(next.into_active_model()).build(fresh.db.backend()))]
}

pub async fn all(fresh: &Fresh, scene: &Scene) -> Vec<Probe> {
    let mut probes = Probes::new(fresh.db.backend());
    let valid = Valid::of(fresh, scene).await;
    let t01 = get(fresh, scene.t01).await;
    keys_of_transfers(&mut probes, &valid, &t01, scene);
    balances_of_transfers(&mut probes, &valid);
    forms_of_transfers(&mut probes, &valid);
    what_holds_on(&mut probes, &valid, scene);
    whole_rows(&mut probes, &valid, fresh);
    accounts(&mut probes, fresh);
    waiting(&mut probes, fresh);
    log_and_keys(&mut probes);
    leaves(&mut probes, fresh);
    checkpoints(&mut probes, fresh);
    results(&mut probes, fresh);
    corrections(&mut probes);
    asked_and_gone_out(&mut probes);
    probes.list
}

fn keys_of_transfers(probes: &mut Probes, valid: &Valid, t01: &row::Model, scene: &Scene) {
    let replaced = "ledger_transfer_is_never_replaced";
    // Of another amount: else `ledger_nature` would refuse it too.
    let same_id = valid.rebalanced(&valid.issue, |wrong| (wrong.id, wrong.amount_milli) = (t01.id, 100));
    let probe = probes.both("ledger_transfer_pkey", same_id).second(&["ledger_unsealed_is_never_replaced"]);
    probe.second(if valid.engine == DbBackend::Sqlite { &["ledger_transfer_is_never_replaced"] } else { &[] });
    let last = &valid.last;
    let fork = valid.rebalanced(&valid.issue, |wrong| {
        (wrong.version, wrong.before_version) = (last.version, last.before_version);
        (wrong.before_recorded_at_ms, wrong.amount_milli) = (last.before_recorded_at_ms, 100);
        (wrong.holding_before_milli, wrong.pending_before_milli) = (last.holding_before_milli, last.pending_before_milli);
    });
    let same_key = valid.insert(&valid.issue, |wrong| wrong.idempotency_key.clone_from(&t01.idempotency_key));
    let same_award = valid.insert(&valid.issue, |wrong| wrong.award_key.clone_from(&t01.award_key));
    let thawed_again = valid.insert(&valid.unfreeze, |wrong| wrong.resolves = Some(scene.thawed.uuid()));
    let reversed_again = valid.insert(&valid.reverse, |wrong| wrong.reverses = Some(scene.t03.uuid()));
    for (rule, attempt) in [
        ("ledger_one_successor", fork),
        ("ledger_idempotency", same_key),
        ("ledger_one_award", same_award),
        ("ledger_one_resolution", thawed_again),
        ("ledger_one_reversal", reversed_again),
    ] {
        let second: &[&'static str] = if valid.engine == DbBackend::Sqlite { &[replaced] } else { &[] };
        probes.both(rule, attempt).second(second);
    }
    let invented = valid.rebalanced(&valid.issue, |wrong| wrong.holding_before_milli += 1000);
    probes.both("ledger_before_is_what_was_left", invented);
    probes.both("ledger_resolves_fits", valid.insert(&valid.unfreeze, |wrong| wrong.resolves = Some(t01.id)));
    probes.both("ledger_resolves_fits", valid.rebalanced(&valid.unfreeze, |wrong| wrong.amount_milli = 100));
    probes.both("ledger_reverses_exactly", valid.rebalanced(&valid.reverse, |wrong| wrong.amount_milli = 100));
    probes.both("ledger_reverses_exactly", valid.insert(&valid.reverse, |wrong| wrong.issuer_id = Uuid::from_bytes([77; 16])));
    probes.both("ledger_takes_whole", valid.rebalanced(&valid.freeze, |wrong| wrong.amount_milli = 100));
    probes.both("ledger_takes_whole", valid.insert(&valid.freeze, |wrong| wrong.takes = Some(Uuid::from_bytes([77; 16]))));
}

fn balances_of_transfers(probes: &mut Probes, valid: &Valid) {
    probes.both("ledger_asset", valid.insert(&valid.first, |wrong| wrong.asset = 2));
    for amount in [0, -250, 1_000_000_001] {
        probes.both("ledger_amount", valid.rebalanced(&valid.issue, |wrong| wrong.amount_milli = amount));
    }
    probes.both("ledger_chain", valid.insert(&valid.issue, |wrong| wrong.before_version = None));
    probes.both("ledger_chain", valid.insert(&valid.issue, |wrong| wrong.before_recorded_at_ms = None));
    probes.both("ledger_chain", valid.insert(&valid.first, |wrong| wrong.before_version = Some(0)));
    probes.both("ledger_chain", valid.insert(&valid.first, |wrong| wrong.version = 0));
    probes.both("ledger_step", valid.insert(&valid.issue, |wrong| wrong.version += 1));
    probes.both("ledger_step", valid.insert(&valid.issue, |wrong| wrong.recorded_at_ms -= 1));
    probes.both("ledger_beginning", valid.rebalanced(&valid.first, |wrong| wrong.holding_before_milli = 1000));
    // An award that is free is always covered by what is held, as long as the chain is one.
    let overdrawn = valid.rebalanced(&valid.freeze, |wrong| wrong.holding_before_milli = 0);
    probes.both("ledger_overdraw", overdrawn).second(&["ledger_before_is_what_was_left"]);
    let below = valid.rebalanced(&valid.first, |wrong| (wrong.holding_before_milli, wrong.pending_before_milli) = (-250, 250));
    probes.both("ledger_found", below);
    probes.both("ledger_holding", valid.insert(&valid.issue, |wrong| wrong.holding_after_milli += 1));
    probes.both("ledger_pending", valid.insert(&valid.issue, |wrong| wrong.pending_after_milli += 1));
    probes.both("ledger_frozen", valid.insert(&valid.issue, |wrong| wrong.frozen_after_milli += 1));
    probes.both("ledger_transferred", valid.insert(&valid.issue, |wrong| wrong.transferred_after_milli += 1));
    probes.both("ledger_revoked", valid.insert(&valid.issue, |wrong| wrong.revoked_after_milli += 1));
}

fn forms_of_transfers(probes: &mut Probes, valid: &Valid) {
    probes.both("ledger_fits", valid.rebalanced(&valid.issue, |wrong| wrong.credit_kind = "transferred".to_owned()));
    probes
        .both("ledger_fits", valid.insert(&valid.issue, |wrong| wrong.phase = "pending".to_owned()))
        .second(&["ledger_takes_where_due"]);
    probes.both("ledger_resolves_where_due", valid.insert(&valid.freeze, |wrong| wrong.resolves = wrong.takes));
    probes.both("ledger_resolves_where_due", valid.insert(&valid.unfreeze, |wrong| wrong.resolves = None));
    probes.both("ledger_reverses_where_due", valid.insert(&valid.reverse, |wrong| wrong.reverses = None));
    probes.both("ledger_takes_where_due", valid.insert(&valid.freeze, |wrong| wrong.takes = None));
    probes.both("ledger_award_where_due", valid.insert(&valid.issue, |wrong| wrong.award_key = None));
    for two in [&valid.revoke, &valid.reverse, &valid.unfreeze] {
        probes.both("ledger_two_people", valid.insert(two, |wrong| wrong.approver_id = Some(wrong.actor_id)));
        probes.both("ledger_approver", valid.insert(two, |wrong| wrong.approver_id = None));
        probes.both("ledger_reason", valid.insert(two, |wrong| wrong.reason_code = None));
    }
    let tomorrow = valid.insert(&valid.issue, |wrong| wrong.occurred_at_ms = wrong.recorded_at_ms + 300_001);
    probes.both("ledger_not_from_tomorrow", tomorrow);
    probes.both("ledger_hashes", valid.insert(&valid.issue, |wrong| wrong.evidence_hash = vec![1; 31]));
    probes.both("ledger_hashes", valid.insert(&valid.issue, |wrong| wrong.request_hash = vec![1; 33]));
    probes.both("ledger_hashes", valid.insert(&valid.issue, |wrong| wrong.salt = vec![1; 15]));
    let leaf = valid.insert(&valid.issue, |wrong| wrong.leaf_hash = vec![1; 31]);
    probes.both("ledger_hashes", leaf).second(&["ledger_unsealed_leaf_hash_check"]);
}

/// What only triggers can say.
fn what_holds_on(probes: &mut Probes, valid: &Valid, scene: &Scene) {
    let all = "ledger_transfer_checks";
    let closed = valid.insert(&valid.first, |wrong| wrong.learner_id = learner(2).uuid());
    probes.each("ledger_closed_account", all, closed);
    for award in [scene.t02, scene.t03] {
        let taken = valid.insert(&valid.freeze, |wrong| wrong.takes = Some(award.uuid()));
        probes.each("ledger_taken_award", all, taken);
    }
    let undone = valid.insert(&valid.post, |wrong| wrong.resolves = Some(scene.taken_back.uuid()));
    probes.each("ledger_resolves_a_reversed", all, undone);
    let in_use = valid.insert(&valid.reverse, |wrong| wrong.reverses = Some(scene.t02.uuid()));
    probes.each("ledger_reverses_what_is_in_use", all, in_use);
    // It waits for its leaf already, so nobody can add it to what waits.
    let mut waits = valid.insert(&valid.issue, |_| ());
    let queue = "INSERT INTO ledger_unsealed SELECT learner_id, id, 'transfer', version, leaf_hash, recorded_at_ms";
    waits.extend(sql(&format!("{queue} FROM ledger_transfer ORDER BY version DESC LIMIT 1")));
    probes.each("ledger_transfer_waits_for_its_leaf", all, waits);
}

fn whole_rows(probes: &mut Probes, valid: &Valid, fresh: &Fresh) {
    let wang = bytes_of_id(fresh, wang().uuid().as_bytes()[0]);
    let last = valid.last.version;
    let changed = "UPDATE ledger_transfer SET rule_version = 'x' WHERE version = 1";
    probes.both("ledger_transfer_is_never_changed", sql(changed));
    let removed = format!("DELETE FROM ledger_transfer WHERE learner_id = {wang} AND version = {last}");
    let gone = probes.each("ledger_transfer_is_never_removed", "ledger_transfer_is_never_changed", sql(&removed));
    gone.second(&["ledger_account_shows_what_was_left"]);
    let emptied = probes.postgres("ledger_transfer_is_never_emptied", sql("TRUNCATE ledger_transfer CASCADE"));
    emptied.second(&["ledger_account_is_never_emptied"]);
    let copy = |which: i64, change: &str, how: &str| {
        sql(&format!(
            "CREATE TEMP TABLE copy AS SELECT * FROM ledger_transfer WHERE learner_id = {wang} AND version = {which}; \
             UPDATE copy SET {change}; {how} INTO ledger_transfer SELECT * FROM copy; DROP TABLE copy"
        ))
    };
    let replaced = probes.sqlite("ledger_transfer_is_never_replaced", copy(last, "rule_version = 'x'", "INSERT OR REPLACE"));
    replaced.second(&["ledger_unsealed_is_never_replaced"]);
    let short = bytes(fresh, 1);
    for column in ["learner_id", "id", "issuer_id", "group_id", "actor_id", "approver_id"] {
        let stranger = bytes_of_id(fresh, 9);
        let change = if column == "learner_id" { String::new() } else { format!("learner_id = {stranger}, ") };
        probes.sqlite("ledger_transfer_has_whole_ids", copy(1, &format!("{change}{column} = {short}"), "INSERT"));
    }
}

fn accounts(probes: &mut Probes, fresh: &Fresh) {
    let (wang, two, nine) = (bytes_of_id(fresh, 1), bytes_of_id(fresh, 2), bytes_of_id(fresh, 9));
    let again = format!("INTO ledger_account SELECT * FROM ledger_account WHERE learner_id = {wang}");
    let is_sqlite = fresh.db.backend() == DbBackend::Sqlite;
    let second: &[&'static str] = if is_sqlite { &["ledger_account_is_never_replaced"] } else { &[] };
    probes.both("ledger_account_pkey", sql(&format!("INSERT {again}"))).second(second);
    probes.sqlite("ledger_account_is_never_replaced", sql(&format!("INSERT OR REPLACE {again}")));
    let set = |change: &str| sql(&format!("UPDATE ledger_account SET {change} WHERE learner_id = {wang}"));
    probes.both("ledger_account_shows_what_was_left", set("holding_milli = 99999"));
    probes.both("ledger_account_overdraw", set("frozen_milli = -1")).second(&["ledger_account_shows_what_was_left"]);
    probes.both("ledger_account_closed", set("closed = 2"));
    // Something is on its way out.
    probes.both("ledger_account_closed", set("closed = 1"));
    let new = |row: &str| sql(&format!("INSERT INTO ledger_account VALUES ({nine}, {row})"));
    probes.both("ledger_account_asset", new("2, NULL, 0, 0, 0, 0, 0, NULL, 0"));
    probes.both("ledger_account_opened", new("1, NULL, 5, 0, 0, 0, 0, NULL, 0"));
    probes.both("ledger_account_opened", new("1, NULL, 0, 0, 0, 0, 0, 1, 0"));
    let back = "(version, holding_milli, pending_milli, frozen_milli, transferred_milli, revoked_milli, recorded_at_ms) = (SELECT version, \
                holding_after_milli, pending_after_milli, frozen_after_milli, transferred_after_milli, revoked_after_milli, recorded_at_ms \
                FROM ledger_transfer t WHERE t.version = 1)";
    probes.both("ledger_account_never_goes_back", set(back));
    let reopened = sql(&format!("UPDATE ledger_account SET closed = 0 WHERE learner_id = {two}"));
    probes.each("ledger_account_stays_closed", "ledger_account_never_goes_back", reopened);
    probes.both("ledger_account_is_never_removed", sql("DELETE FROM ledger_account"));
    probes.postgres("ledger_account_is_never_emptied", sql("TRUNCATE ledger_account"));
}

fn waiting(probes: &mut Probes, fresh: &Fresh) {
    let (nine, hash, short) = (bytes_of_id(fresh, 9), bytes(fresh, 32), bytes(fresh, 31));
    let new =
        |kind: &str, hash: &str| sql(&format!("INSERT INTO ledger_unsealed VALUES ({nine}, {nine}, '{kind}', 1, {hash}, 1)"));
    probes.both("ledger_unsealed_kind_check", new("gift", &hash));
    probes.both("ledger_unsealed_leaf_hash_check", new("transfer", &short));
    let is_sqlite = fresh.db.backend() == DbBackend::Sqlite;
    let second: &[&'static str] = if is_sqlite { &["ledger_unsealed_is_never_replaced"] } else { &[] };
    probes.both("ledger_unsealed_pkey", sql("INSERT INTO ledger_unsealed SELECT * FROM ledger_unsealed")).second(second);
    let sealed = "INSERT INTO ledger_unsealed SELECT learner_id, record_id, kind, 0, leaf_hash, 1 FROM ledger_leaf";
    probes.both("ledger_unsealed_is_never_replaced", sql(sealed));
    let replaced = "INSERT OR REPLACE INTO ledger_unsealed SELECT * FROM ledger_unsealed";
    probes.sqlite("ledger_unsealed_is_never_replaced", sql(replaced));
    probes.both("ledger_unsealed_is_never_changed", sql("UPDATE ledger_unsealed SET recorded_at_ms = 1"));
    probes.both("ledger_unsealed_leaves_by_its_leaf", sql("DELETE FROM ledger_unsealed"));
    probes.postgres("ledger_unsealed_is_never_emptied", sql("TRUNCATE ledger_unsealed"));
}

fn log_and_keys(probes: &mut Probes) {
    probes.both("ledger_log_pkey", sql("INSERT INTO ledger_log SELECT * FROM ledger_log"));
    probes.both("ledger_log_next_seq_check", sql("INSERT INTO ledger_log VALUES (2, 'x', -1, 0, NULL, 0)"));
    for change in ["next_seq = next_seq - 1", "sealed_at_ms = 0", "origin = 'x'"] {
        probes.both("ledger_log_never_goes_back", sql(&format!("UPDATE ledger_log SET {change}")));
    }
    probes.both("ledger_log_is_never_removed", sql("DELETE FROM ledger_log"));
    let is_sqlite = probes.engine == DbBackend::Sqlite;
    let second: &[&'static str] = if is_sqlite { &["ledger_key_is_never_replaced"] } else { &[] };
    let again = sql("INSERT INTO ledger_key SELECT * FROM ledger_key WHERE generation = 2");
    probes.both("ledger_key_pkey", again).second(second).along(&["ledger_checkpoint_log_id_generation_fkey"]);
    probes.both("ledger_key_generation_check", sql("INSERT INTO ledger_key VALUES (1, 0, 'x', 0, 0, NULL)"));
    probes.both("ledger_key_from_size_check", sql("INSERT INTO ledger_key VALUES (1, 9, 'x', -1, 0, NULL)"));
    probes.both("ledger_key_is_never_changed", sql("UPDATE ledger_key SET verifier = 'x' WHERE generation = 2"));
    let removed = sql("DELETE FROM ledger_key WHERE generation = 2");
    probes.each("ledger_key_is_never_removed", "ledger_key_is_never_changed", removed);
    let replaced = "INSERT OR REPLACE INTO ledger_key VALUES (1, 2, 'x', 0, 0, NULL)";
    probes.sqlite("ledger_key_is_never_replaced", sql(replaced));
}

fn leaves(probes: &mut Probes, fresh: &Fresh) {
    let (hash, short) = (bytes(fresh, 32), bytes(fresh, 31));
    let late = "9000000000000";
    let next = "(SELECT max(seq) + 1 FROM ledger_leaf)";
    let leaf = |seq: &str, hash: &str, kind: &str, at: &str| {
        let limit = "FROM ledger_unsealed ORDER BY recorded_at_ms LIMIT 1";
        sql(&format!("INSERT INTO ledger_leaf SELECT 1, {seq}, {hash}, {kind}, learner_id, record_id, {at} {limit}"))
    };
    let follows = "ledger_leaf_follows";
    probes.both("ledger_leaf_seq_check", leaf("-1", "leaf_hash", "kind", late)).second(&[follows]);
    probes.both("ledger_leaf_leaf_hash_check", leaf(next, &short, "kind", late)).second(&[follows]);
    probes.both("ledger_leaf_kind_check", leaf(next, "leaf_hash", "'gift'", late)).second(&[follows]);
    probes.both("ledger_leaf_pkey", leaf("0", "leaf_hash", "kind", late)).second(&[follows]);
    let twice = format!(
        "INSERT INTO ledger_leaf SELECT 1, {next}, leaf_hash, kind, learner_id, record_id, {late} FROM ledger_leaf WHERE seq = 0"
    );
    probes.both("ledger_one_leaf", sql(&twice)).second(&[follows]);
    probes.both(follows, leaf("(SELECT max(seq) + 2 FROM ledger_leaf)", "leaf_hash", "kind", late));
    probes.both(follows, leaf(next, "leaf_hash", "kind", "0"));
    probes.both(follows, leaf(next, &hash.replace("5a", "5b"), "kind", late));
    probes.both("ledger_leaf_is_never_changed", sql("UPDATE ledger_leaf SET kind = 'result'"));
    let removed = sql("DELETE FROM ledger_leaf WHERE seq = 0");
    probes.each("ledger_leaf_is_never_removed", "ledger_leaf_is_never_changed", removed);
    probes.postgres("ledger_leaf_is_never_emptied", sql("TRUNCATE ledger_leaf"));
    probes.both("ledger_tile_pkey", sql("INSERT INTO ledger_tile SELECT * FROM ledger_tile"));
    probes.both("ledger_tile_hashes_check", sql(&format!("INSERT INTO ledger_tile VALUES (1, 5, 0, {short})")));
}

fn checkpoints(probes: &mut Probes, fresh: &Fresh) {
    let (hash, short) = (bytes(fresh, 32), bytes(fresh, 31));
    let new = |size: i64, root: &str, key: i64| {
        sql(&format!("INSERT INTO ledger_checkpoint VALUES (1, {size}, {root}, {key}, 'x', 0)"))
    };
    let on = "ledger_checkpoint_goes_on";
    probes.both("ledger_checkpoint_size_check", new(-1, &hash, 1)).second(&[on]);
    probes.both("ledger_checkpoint_root_check", new(999, &short, 1));
    probes.both("ledger_checkpoint_log_id_generation_fkey", new(999, &hash, 99));
    let newest = "(SELECT max(size) FROM ledger_checkpoint)";
    let again = sql(&format!("INSERT INTO ledger_checkpoint SELECT * FROM ledger_checkpoint WHERE size = {newest}"));
    probes.both("ledger_checkpoint_pkey", again).second(&[on]).along(&["ledger_witness_log_id_size_fkey"]);
    probes.both(on, new(1, &hash, 1));
    let older = format!("size < {newest}");
    probes.both("ledger_checkpoint_is_never_changed", sql(&format!("UPDATE ledger_checkpoint SET note = 'x' WHERE {older}")));
    let removed = sql(&format!("DELETE FROM ledger_checkpoint WHERE {older}"));
    probes.each("ledger_checkpoint_is_never_removed", "ledger_checkpoint_is_never_changed", removed);
    probes.postgres("ledger_checkpoint_is_never_emptied", sql("TRUNCATE ledger_checkpoint CASCADE"));
    probes.both("ledger_witness_pkey", sql("INSERT INTO ledger_witness SELECT * FROM ledger_witness"));
    probes.both("ledger_witness_is_never_changed", sql("UPDATE ledger_witness SET line = 'x'"));
    probes.each("ledger_witness_is_never_removed", "ledger_witness_is_never_changed", sql("DELETE FROM ledger_witness"));
    probes.both("ledger_witness_log_id_size_fkey", sql("INSERT INTO ledger_witness VALUES (1, 999, 'x', 'x', 0, 0)"));
}

fn results(probes: &mut Probes, fresh: &Fresh) {
    let (nine, own) = (bytes_of_id(fresh, 9), bytes_of_id(fresh, 3));
    let rest = "score_permille, identity_level, supervision_level, support, helper_id, evidence_hash, rule_version, @, passed_at_ms, \
                passed_day, record_class, responsible_org, formed_at_ms, retention, openness, format_version, salt, leaf_hash FROM result";
    let copy = |how: &str, id: &str, source: &str, transfer: &str| {
        let rest = rest.replace('@', transfer);
        format!("{how} INTO result SELECT learner_id, {id}, unit, edition, source, {source}, {rest}")
    };
    let mut waits = sql(&copy("INSERT", &nine, &nine, "NULL"));
    let queue = "INSERT INTO ledger_unsealed SELECT learner_id, id, 'result', 0, leaf_hash, formed_at_ms FROM result";
    waits.extend(sql(&format!("{queue} WHERE id = {nine}")));
    probes.both("result_waits_for_its_leaf", waits);
    let same_id = sql(&copy("INSERT OR REPLACE", "id", &nine, "NULL"));
    probes.sqlite("result_is_never_replaced", same_id).second(&["ledger_unsealed_is_never_replaced"]);
    probes.sqlite("result_is_never_replaced", sql(&copy("INSERT OR REPLACE", &nine, &nine, "transfer_id")));
    // Passed over in silence; what is refused is to go on as if the first were gone.
    let mut same_source = sql(&copy("INSERT OR REPLACE", &nine, "source_id", "NULL"));
    let gone = format!("INSERT INTO ledger_log SELECT * FROM ledger_log WHERE EXISTS (SELECT 1 FROM result WHERE id = {own})");
    same_source.extend(sql(&gone));
    probes.sqlite("result_of_a_source_is_never_replaced", same_source);
    probes.both("result_is_never_changed", sql("UPDATE result SET score_permille = 1000"));
    probes.each("result_is_never_removed", "result_is_never_changed", sql("DELETE FROM result"));
    probes.postgres("result_is_never_emptied", sql("TRUNCATE result CASCADE"));
}

fn corrections(probes: &mut Probes) {
    let changed = "UPDATE correction SET reason_code = 'x'";
    probes.both("correction_is_never_changed", sql(changed));
    probes.each("correction_is_never_removed", "correction_is_never_changed", sql("DELETE FROM correction"));
    probes.postgres("correction_is_never_emptied", sql("TRUNCATE correction"));
    probes.sqlite("correction_is_never_replaced", sql("INSERT OR REPLACE INTO correction SELECT * FROM correction"));
}

fn asked_and_gone_out(probes: &mut Probes) {
    probes.both("correction_request_is_decided_once", sql("UPDATE correction_request SET reason_code = 'x'"));
    probes.both("transfer_out_goes_on", sql("UPDATE transfer_out SET due_at_ms = 9"));
    probes.both("conversion_is_never_changed", sql("UPDATE conversion SET value = 2"));
    for (rule, table) in [
        ("correction_request_is_never_removed", "correction_request"),
        ("transfer_out_is_never_removed", "transfer_out"),
        ("partner_result_is_never_removed", "partner_result"),
    ] {
        probes.both(rule, sql(&format!("DELETE FROM {table}")));
    }
    probes.each("conversion_is_never_removed", "conversion_is_never_changed", sql("DELETE FROM conversion"));
    for (rule, table) in [
        ("correction_request_is_never_emptied", "correction_request"),
        ("transfer_out_is_never_emptied", "transfer_out"),
        ("conversion_is_never_emptied", "conversion"),
        ("partner_result_is_never_emptied", "partner_result"),
    ] {
        probes.postgres(rule, sql(&format!("TRUNCATE {table}")));
    }
    for (rule, table) in [
        ("correction_request_is_never_replaced", "correction_request"),
        ("transfer_out_is_never_replaced", "transfer_out"),
        ("conversion_is_never_replaced", "conversion"),
    ] {
        probes.sqlite(rule, sql(&format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}")));
    }
}
