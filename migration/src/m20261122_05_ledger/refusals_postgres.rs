//! What PostgreSQL's constraints cannot say.
//!
//! The checks of a new transfer run AFTER INSERT, behind those of the foreign keys (triggers fire in the order of their names, and `RI_…`
//! comes before `ledger_…`): by then the predecessor is known to be committed, so that nothing it did can be overlooked.

pub(super) const UP: &[&str] = &[
    "CREATE FUNCTION ledger_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'ledger: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$",
    "CREATE FUNCTION ledger_is_taken(learner UUID, award UUID, by_other_than UUID) RETURNS boolean LANGUAGE sql AS $$
        SELECT EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.learner_id = learner AND t.takes = award AND t.id <> by_other_than
            AND NOT EXISTS (SELECT 1 FROM ledger_transfer e WHERE e.learner_id = learner AND e.resolves = t.id
                AND (e.phase = 'void' OR e.code = 'unfreeze'))
            AND NOT EXISTS (SELECT 1 FROM ledger_transfer r WHERE r.learner_id = learner AND r.reverses = t.id))
    $$",
    "CREATE FUNCTION ledger_is_reversed(learner UUID, transfer UUID) RETURNS boolean LANGUAGE sql AS $$
        SELECT EXISTS (SELECT 1 FROM ledger_transfer r WHERE r.learner_id = learner AND r.reverses = transfer)
    $$",
    "CREATE FUNCTION ledger_checks_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.code NOT IN ('revoke', 'reverse', 'unfreeze') AND EXISTS (
            SELECT 1 FROM ledger_account WHERE learner_id = NEW.learner_id AND asset = NEW.asset AND closed = 1) THEN
            RAISE EXCEPTION 'ledger: the account is closed' USING ERRCODE = 'restrict_violation';
        END IF;
        -- An award is taken by one at a time, and by none once it is reversed. A taker lets go when it is voided, unfrozen or reversed.
        IF NEW.takes IS NOT NULL AND (ledger_is_reversed(NEW.learner_id, NEW.takes)
            OR ledger_is_taken(NEW.learner_id, NEW.takes, NEW.id)) THEN
            RAISE EXCEPTION 'ledger: the award is taken or reversed' USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.resolves IS NOT NULL AND ledger_is_reversed(NEW.learner_id, NEW.resolves) THEN
            RAISE EXCEPTION 'ledger: what it resolves was reversed' USING ERRCODE = 'restrict_violation';
        END IF;
        -- What still hangs on a transfer is undone first: a taker of the award, a resolution of the pending.
        IF NEW.reverses IS NOT NULL AND (ledger_is_taken(NEW.learner_id, NEW.reverses, NEW.id) OR EXISTS (
            SELECT 1 FROM ledger_transfer e WHERE e.learner_id = NEW.learner_id AND e.resolves = NEW.reverses
            AND NOT ledger_is_reversed(NEW.learner_id, e.id))) THEN
            RAISE EXCEPTION 'ledger: something still hangs on what it reverses' USING ERRCODE = 'restrict_violation';
        END IF;
        INSERT INTO ledger_unsealed (learner_id, record_id, kind, position, leaf_hash, recorded_at_ms)
            VALUES (NEW.learner_id, NEW.id, 'transfer', NEW.version, NEW.leaf_hash, NEW.recorded_at_ms);
        RETURN NULL;
    END $$",
    "CREATE FUNCTION ledger_checks_account() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.learner_id <> OLD.learner_id OR NEW.asset <> OLD.asset OR coalesce(NEW.version, 0) < coalesce(OLD.version, 0) THEN
            RAISE EXCEPTION 'ledger: an account never goes back' USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.closed < OLD.closed THEN
            RAISE EXCEPTION 'ledger: a closed account stays closed' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$",
    "CREATE TRIGGER ledger_transfer_is_never_changed BEFORE UPDATE OR DELETE ON ledger_transfer
        FOR EACH ROW EXECUTE FUNCTION ledger_refuses()",
    "CREATE TRIGGER ledger_transfer_is_never_emptied BEFORE TRUNCATE ON ledger_transfer
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses()",
    "CREATE TRIGGER ledger_transfer_checks AFTER INSERT ON ledger_transfer
        FOR EACH ROW EXECUTE FUNCTION ledger_checks_transfer()",
    "CREATE TRIGGER ledger_account_is_never_removed BEFORE DELETE ON ledger_account
        FOR EACH ROW EXECUTE FUNCTION ledger_refuses()",
    "CREATE TRIGGER ledger_account_is_never_emptied BEFORE TRUNCATE ON ledger_account
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses()",
    "CREATE TRIGGER ledger_account_never_goes_back BEFORE UPDATE ON ledger_account
        FOR EACH ROW EXECUTE FUNCTION ledger_checks_account()",
    "CREATE FUNCTION ledger_checks_unsealed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM ledger_leaf
            WHERE learner_id = OLD.learner_id AND record_id = OLD.record_id AND leaf_hash = OLD.leaf_hash) THEN
            RAISE EXCEPTION 'ledger: only sealing ends the wait for a leaf' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END $$",
    "CREATE FUNCTION ledger_checks_waiting() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM ledger_leaf WHERE learner_id = NEW.learner_id AND record_id = NEW.record_id) THEN
            RAISE EXCEPTION 'ledger: it has its leaf already' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$",
    // Gapless, in order, and of what waited: nothing else gets a leaf.
    "CREATE FUNCTION ledger_checks_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE before RECORD;
    BEGIN
        SELECT seq, sealed_at_ms INTO before FROM ledger_leaf WHERE log_id = NEW.log_id ORDER BY seq DESC LIMIT 1;
        IF NEW.seq <> coalesce(before.seq, -1) + 1 OR NEW.sealed_at_ms < coalesce(before.sealed_at_ms, 0) OR NOT EXISTS (
            SELECT 1 FROM ledger_unsealed WHERE learner_id = NEW.learner_id AND record_id = NEW.record_id
            AND kind = NEW.kind AND leaf_hash = NEW.leaf_hash) THEN
            RAISE EXCEPTION 'ledger: a leaf follows the one before and is of what waited' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$",
    "CREATE FUNCTION ledger_checks_checkpoint() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM ledger_checkpoint WHERE log_id = NEW.log_id AND size >= NEW.size) THEN
            RAISE EXCEPTION 'ledger: a checkpoint goes on from the one before' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$",
    "CREATE FUNCTION ledger_checks_log() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.next_seq < OLD.next_seq OR NEW.sealed_at_ms < OLD.sealed_at_ms OR NEW.origin <> OLD.origin THEN
            RAISE EXCEPTION 'ledger: a log never goes back' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$",
    "CREATE TRIGGER ledger_unsealed_is_never_changed BEFORE UPDATE ON ledger_unsealed
        FOR EACH ROW EXECUTE FUNCTION ledger_refuses()",
    "CREATE TRIGGER ledger_unsealed_leaves_by_its_leaf BEFORE DELETE ON ledger_unsealed
        FOR EACH ROW EXECUTE FUNCTION ledger_checks_unsealed()",
    "CREATE TRIGGER ledger_unsealed_is_never_replaced BEFORE INSERT ON ledger_unsealed
        FOR EACH ROW EXECUTE FUNCTION ledger_checks_waiting()",
    "CREATE TRIGGER ledger_unsealed_is_never_emptied BEFORE TRUNCATE ON ledger_unsealed
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses()",
    "CREATE TRIGGER ledger_leaf_is_never_changed BEFORE UPDATE OR DELETE ON ledger_leaf
        FOR EACH ROW EXECUTE FUNCTION ledger_refuses()",
    "CREATE TRIGGER ledger_leaf_is_never_emptied BEFORE TRUNCATE ON ledger_leaf
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses()",
    "CREATE TRIGGER ledger_leaf_follows BEFORE INSERT ON ledger_leaf FOR EACH ROW EXECUTE FUNCTION ledger_checks_leaf()",
    "CREATE TRIGGER ledger_checkpoint_is_never_changed BEFORE UPDATE OR DELETE ON ledger_checkpoint
        FOR EACH ROW EXECUTE FUNCTION ledger_refuses()",
    "CREATE TRIGGER ledger_checkpoint_is_never_emptied BEFORE TRUNCATE ON ledger_checkpoint
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses()",
    "CREATE TRIGGER ledger_checkpoint_goes_on BEFORE INSERT ON ledger_checkpoint
        FOR EACH ROW EXECUTE FUNCTION ledger_checks_checkpoint()",
    "CREATE TRIGGER ledger_key_is_never_changed BEFORE UPDATE OR DELETE ON ledger_key
        FOR EACH ROW EXECUTE FUNCTION ledger_refuses()",
    "CREATE TRIGGER ledger_log_is_never_removed BEFORE DELETE ON ledger_log
        FOR EACH ROW EXECUTE FUNCTION ledger_refuses()",
    "CREATE TRIGGER ledger_witness_is_never_changed BEFORE UPDATE OR DELETE ON ledger_witness
        FOR EACH ROW EXECUTE FUNCTION ledger_refuses()",
    "CREATE TRIGGER ledger_log_never_goes_back BEFORE UPDATE ON ledger_log
        FOR EACH ROW EXECUTE FUNCTION ledger_checks_log()",
];

pub(super) const DOWN: &[&str] = &[
    "DROP FUNCTION IF EXISTS ledger_checks_unsealed()",
    "DROP FUNCTION IF EXISTS ledger_checks_waiting()",
    "DROP FUNCTION IF EXISTS ledger_checks_leaf()",
    "DROP FUNCTION IF EXISTS ledger_checks_checkpoint()",
    "DROP FUNCTION IF EXISTS ledger_checks_log()",
    "DROP FUNCTION IF EXISTS ledger_checks_transfer()",
    "DROP FUNCTION IF EXISTS ledger_checks_account()",
    "DROP FUNCTION IF EXISTS ledger_is_taken(UUID, UUID, UUID)",
    "DROP FUNCTION IF EXISTS ledger_is_reversed(UUID, UUID)",
    "DROP FUNCTION IF EXISTS ledger_refuses()",
];
