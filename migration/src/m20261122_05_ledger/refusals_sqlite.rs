//! What SQLite's constraints cannot say. Only `RAISE(ABORT)`: it takes back one statement and leaves the neighbours in a group commit alone.

pub(super) const UP: &[&str] = &[
    "CREATE TRIGGER ledger_transfer_is_never_changed BEFORE UPDATE ON ledger_transfer BEGIN
        SELECT RAISE(ABORT, 'ledger: a transfer is never changed');
    END",
    "CREATE TRIGGER ledger_transfer_is_never_removed BEFORE DELETE ON ledger_transfer BEGIN
        SELECT RAISE(ABORT, 'ledger: a transfer is never removed');
    END",
    // INSERT OR REPLACE removes the row in its way without asking the trigger above (unless recursive_triggers is on).
    "CREATE TRIGGER ledger_transfer_is_never_replaced BEFORE INSERT ON ledger_transfer
    WHEN EXISTS (SELECT 1 FROM ledger_transfer WHERE learner_id = NEW.learner_id AND id = NEW.id)
        OR EXISTS (SELECT 1 FROM ledger_transfer WHERE learner_id = NEW.learner_id AND asset = NEW.asset AND version = NEW.version)
        OR EXISTS (SELECT 1 FROM ledger_transfer WHERE learner_id = NEW.learner_id
            AND idempotency_scope = NEW.idempotency_scope AND idempotency_key = NEW.idempotency_key)
        OR EXISTS (SELECT 1 FROM ledger_transfer WHERE learner_id = NEW.learner_id AND award_key = NEW.award_key)
        OR EXISTS (SELECT 1 FROM ledger_transfer WHERE learner_id = NEW.learner_id AND resolves = NEW.resolves)
        OR EXISTS (SELECT 1 FROM ledger_transfer WHERE learner_id = NEW.learner_id AND reverses = NEW.reverses)
    BEGIN
        SELECT RAISE(ABORT, 'ledger: a unique key of this transfer is taken');
    END",
    "CREATE TRIGGER ledger_transfer_has_whole_ids BEFORE INSERT ON ledger_transfer
    WHEN length(NEW.learner_id) <> 16 OR length(NEW.id) <> 16 OR length(NEW.issuer_id) <> 16 OR length(NEW.group_id) <> 16
        OR length(NEW.actor_id) <> 16 OR length(NEW.approver_id) <> 16
    BEGIN
        SELECT RAISE(ABORT, 'ledger: an id has 16 bytes');
    END",
    "CREATE TRIGGER ledger_closed_account BEFORE INSERT ON ledger_transfer
    WHEN NEW.code NOT IN ('revoke', 'reverse', 'unfreeze')
        AND EXISTS (SELECT 1 FROM ledger_account WHERE learner_id = NEW.learner_id AND asset = NEW.asset AND closed = 1)
    BEGIN
        SELECT RAISE(ABORT, 'ledger: the account is closed');
    END",
    // An award is taken by one at a time, and by none once it is reversed. A taker lets go when it is voided, unfrozen or reversed.
    "CREATE TRIGGER ledger_taken_award BEFORE INSERT ON ledger_transfer
    WHEN NEW.takes IS NOT NULL AND (
        EXISTS (SELECT 1 FROM ledger_transfer r WHERE r.learner_id = NEW.learner_id AND r.reverses = NEW.takes)
        OR EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.learner_id = NEW.learner_id AND t.takes = NEW.takes
            AND NOT EXISTS (SELECT 1 FROM ledger_transfer e WHERE e.learner_id = t.learner_id AND e.resolves = t.id
                AND (e.phase = 'void' OR e.code = 'unfreeze'))
            AND NOT EXISTS (SELECT 1 FROM ledger_transfer r WHERE r.learner_id = t.learner_id AND r.reverses = t.id)))
    BEGIN
        SELECT RAISE(ABORT, 'ledger: the award is taken or reversed');
    END",
    "CREATE TRIGGER ledger_resolves_a_reversed BEFORE INSERT ON ledger_transfer
    WHEN NEW.resolves IS NOT NULL
        AND EXISTS (SELECT 1 FROM ledger_transfer r WHERE r.learner_id = NEW.learner_id AND r.reverses = NEW.resolves)
    BEGIN
        SELECT RAISE(ABORT, 'ledger: what it resolves was reversed');
    END",
    // What still hangs on a transfer is undone first: a taker of the award, a resolution of the pending.
    "CREATE TRIGGER ledger_reverses_what_is_in_use BEFORE INSERT ON ledger_transfer
    WHEN NEW.reverses IS NOT NULL AND (
        EXISTS (SELECT 1 FROM ledger_transfer e WHERE e.learner_id = NEW.learner_id AND e.resolves = NEW.reverses
            AND NOT EXISTS (SELECT 1 FROM ledger_transfer r WHERE r.learner_id = e.learner_id AND r.reverses = e.id))
        OR EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.learner_id = NEW.learner_id AND t.takes = NEW.reverses
            AND NOT EXISTS (SELECT 1 FROM ledger_transfer e WHERE e.learner_id = t.learner_id AND e.resolves = t.id
                AND (e.phase = 'void' OR e.code = 'unfreeze'))
            AND NOT EXISTS (SELECT 1 FROM ledger_transfer r WHERE r.learner_id = t.learner_id AND r.reverses = t.id)))
    BEGIN
        SELECT RAISE(ABORT, 'ledger: something still hangs on what it reverses');
    END",
    "CREATE TRIGGER ledger_transfer_waits_for_its_leaf AFTER INSERT ON ledger_transfer BEGIN
        INSERT INTO ledger_unsealed (learner_id, record_id, kind, position, leaf_hash, recorded_at_ms)
            VALUES (NEW.learner_id, NEW.id, 'transfer', NEW.version, NEW.leaf_hash, NEW.recorded_at_ms);
    END",
    "CREATE TRIGGER ledger_account_never_goes_back BEFORE UPDATE ON ledger_account
    WHEN NEW.learner_id <> OLD.learner_id OR NEW.asset <> OLD.asset OR coalesce(NEW.version, 0) < coalesce(OLD.version, 0)
    BEGIN
        SELECT RAISE(ABORT, 'ledger: an account never goes back');
    END",
    "CREATE TRIGGER ledger_account_is_never_removed BEFORE DELETE ON ledger_account BEGIN
        SELECT RAISE(ABORT, 'ledger: an account is never removed');
    END",
    "CREATE TRIGGER ledger_account_is_never_replaced BEFORE INSERT ON ledger_account
    WHEN EXISTS (SELECT 1 FROM ledger_account WHERE learner_id = NEW.learner_id AND asset = NEW.asset)
    BEGIN
        SELECT RAISE(ABORT, 'ledger: the account is there already');
    END",
    "CREATE TRIGGER ledger_account_stays_closed BEFORE UPDATE ON ledger_account WHEN NEW.closed < OLD.closed BEGIN
        SELECT RAISE(ABORT, 'ledger: a closed account stays closed');
    END",
    "CREATE TRIGGER ledger_unsealed_is_never_changed BEFORE UPDATE ON ledger_unsealed BEGIN
        SELECT RAISE(ABORT, 'ledger: what waits for its leaf is never changed');
    END",
    "CREATE TRIGGER ledger_unsealed_leaves_by_its_leaf BEFORE DELETE ON ledger_unsealed
    WHEN NOT EXISTS (SELECT 1 FROM ledger_leaf
        WHERE learner_id = OLD.learner_id AND record_id = OLD.record_id AND leaf_hash = OLD.leaf_hash)
    BEGIN
        SELECT RAISE(ABORT, 'ledger: only sealing ends the wait for a leaf');
    END",
    "CREATE TRIGGER ledger_unsealed_is_never_replaced BEFORE INSERT ON ledger_unsealed
    WHEN EXISTS (SELECT 1 FROM ledger_unsealed WHERE learner_id = NEW.learner_id AND record_id = NEW.record_id)
        OR EXISTS (SELECT 1 FROM ledger_leaf WHERE learner_id = NEW.learner_id AND record_id = NEW.record_id)
    BEGIN
        SELECT RAISE(ABORT, 'ledger: it waits for its leaf already, or has one');
    END",
    "CREATE TRIGGER ledger_leaf_is_never_changed BEFORE UPDATE ON ledger_leaf BEGIN
        SELECT RAISE(ABORT, 'ledger: a leaf is never changed');
    END",
    "CREATE TRIGGER ledger_leaf_is_never_removed BEFORE DELETE ON ledger_leaf BEGIN
        SELECT RAISE(ABORT, 'ledger: a leaf is never removed');
    END",
    // Gapless, in order, and of what waited: nothing else gets a leaf.
    "CREATE TRIGGER ledger_leaf_follows BEFORE INSERT ON ledger_leaf
    WHEN NEW.seq <> (SELECT coalesce(max(seq), -1) + 1 FROM ledger_leaf WHERE log_id = NEW.log_id)
        OR NEW.sealed_at_ms < (SELECT coalesce(max(sealed_at_ms), 0) FROM ledger_leaf WHERE log_id = NEW.log_id AND seq = NEW.seq - 1)
        OR EXISTS (SELECT 1 FROM ledger_leaf WHERE learner_id = NEW.learner_id AND record_id = NEW.record_id)
        OR NOT EXISTS (SELECT 1 FROM ledger_unsealed WHERE learner_id = NEW.learner_id AND record_id = NEW.record_id
            AND kind = NEW.kind AND leaf_hash = NEW.leaf_hash)
    BEGIN
        SELECT RAISE(ABORT, 'ledger: a leaf follows the one before and is of what waited');
    END",
    "CREATE TRIGGER ledger_checkpoint_is_never_changed BEFORE UPDATE ON ledger_checkpoint BEGIN
        SELECT RAISE(ABORT, 'ledger: a checkpoint is never changed');
    END",
    "CREATE TRIGGER ledger_checkpoint_is_never_removed BEFORE DELETE ON ledger_checkpoint BEGIN
        SELECT RAISE(ABORT, 'ledger: a checkpoint is never removed');
    END",
    "CREATE TRIGGER ledger_checkpoint_goes_on BEFORE INSERT ON ledger_checkpoint
    WHEN EXISTS (SELECT 1 FROM ledger_checkpoint WHERE log_id = NEW.log_id AND size >= NEW.size)
    BEGIN
        SELECT RAISE(ABORT, 'ledger: a checkpoint goes on from the one before');
    END",
    "CREATE TRIGGER ledger_key_is_never_changed BEFORE UPDATE ON ledger_key BEGIN
        SELECT RAISE(ABORT, 'ledger: a key that has signed is never changed');
    END",
    "CREATE TRIGGER ledger_key_is_never_removed BEFORE DELETE ON ledger_key BEGIN
        SELECT RAISE(ABORT, 'ledger: a key that has signed is never removed');
    END",
    "CREATE TRIGGER ledger_key_is_never_replaced BEFORE INSERT ON ledger_key
    WHEN EXISTS (SELECT 1 FROM ledger_key WHERE log_id = NEW.log_id AND generation = NEW.generation)
    BEGIN
        SELECT RAISE(ABORT, 'ledger: a key of this generation is there already');
    END",
    "CREATE TRIGGER ledger_log_is_never_removed BEFORE DELETE ON ledger_log BEGIN
        SELECT RAISE(ABORT, 'ledger: a log is never removed');
    END",
    "CREATE TRIGGER ledger_witness_is_never_changed BEFORE UPDATE ON ledger_witness BEGIN
        SELECT RAISE(ABORT, 'ledger: a witness''s word is never changed');
    END",
    "CREATE TRIGGER ledger_witness_is_never_removed BEFORE DELETE ON ledger_witness BEGIN
        SELECT RAISE(ABORT, 'ledger: a witness''s word is never removed');
    END",
    "CREATE TRIGGER ledger_log_never_goes_back BEFORE UPDATE ON ledger_log
    WHEN NEW.next_seq < OLD.next_seq OR NEW.sealed_at_ms < OLD.sealed_at_ms OR NEW.origin <> OLD.origin
    BEGIN
        SELECT RAISE(ABORT, 'ledger: a log never goes back');
    END",
];
