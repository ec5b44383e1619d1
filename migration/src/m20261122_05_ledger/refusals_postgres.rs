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
        INSERT INTO ledger_unsealed (learner_id, transfer_id, recorded_at_ms) VALUES (NEW.learner_id, NEW.id, NEW.recorded_at_ms);
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
    // A transfer leaves the list when it is sealed, and there is no sealer yet.
    "CREATE TRIGGER ledger_unsealed_is_never_changed BEFORE UPDATE OR DELETE ON ledger_unsealed
        FOR EACH ROW EXECUTE FUNCTION ledger_refuses()",
    "CREATE TRIGGER ledger_unsealed_is_never_emptied BEFORE TRUNCATE ON ledger_unsealed
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses()",
];

pub(super) const DOWN: &[&str] = &[
    "DROP FUNCTION IF EXISTS ledger_checks_transfer()",
    "DROP FUNCTION IF EXISTS ledger_checks_account()",
    "DROP FUNCTION IF EXISTS ledger_is_taken(UUID, UUID, UUID)",
    "DROP FUNCTION IF EXISTS ledger_is_reversed(UUID, UUID)",
    "DROP FUNCTION IF EXISTS ledger_refuses()",
];
