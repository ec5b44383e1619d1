//! The sealed log: what waits, the leaves in their order, the tree in tiles, checkpoints and who witnessed them.
//!
//! Leaves have no foreign key to what they seal: in a database spread over nodes they lie elsewhere. The audit joins them.

/// The youngest first.
pub(super) const TABLES: &[&str] =
    &["ledger_witness", "ledger_checkpoint", "ledger_tile", "ledger_leaf", "ledger_key", "ledger_log", "ledger_unsealed"];

pub(super) const UP: &[&str] = &[
    // What has no leaf yet. Triggers fill it (`position` is the place in the learner's chain, 0 for whatever stands in none); the sealer empties it.
    "CREATE TABLE ledger_unsealed (
        learner_id $UUID NOT NULL,
        record_id $UUID NOT NULL,
        kind $CODE NOT NULL CHECK (kind IN ('transfer', 'result', 'certificate')),
        position $INT NOT NULL,
        leaf_hash $BYTES NOT NULL CHECK (length(leaf_hash) = 32),
        recorded_at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, record_id)
    ) $NOROWID",
    "CREATE INDEX ledger_unsealed_order ON ledger_unsealed (recorded_at_ms, learner_id, position, record_id)",
    // One log so far (`log_id` 1). `next_seq` is how many leaves there are; `holder` may seal until `until_ms`.
    "CREATE TABLE ledger_log (
        log_id $INT NOT NULL PRIMARY KEY,
        origin $TEXT NOT NULL,
        next_seq $INT NOT NULL CHECK (next_seq >= 0),
        sealed_at_ms $INT NOT NULL,
        holder $UUID NULL,
        until_ms $INT NOT NULL
    ) $STRICT",
    // Keys that sign or have signed, in the form `name+id+key`; from which size on; the word of the key before, signed. None is ever
    // taken away: old checkpoints stay verifiable.
    "CREATE TABLE ledger_key (
        log_id $INT NOT NULL,
        generation $INT NOT NULL CHECK (generation >= 1),
        verifier $CODE NOT NULL,
        from_size $INT NOT NULL CHECK (from_size >= 0),
        made_at_ms $INT NOT NULL,
        endorsed $TEXT NULL,
        PRIMARY KEY (log_id, generation)
    ) $STRICT",
    "CREATE TABLE ledger_leaf (
        log_id $INT NOT NULL,
        seq $INT NOT NULL CHECK (seq >= 0),
        leaf_hash $BYTES NOT NULL CHECK (length(leaf_hash) = 32),
        kind $CODE NOT NULL CHECK (kind IN ('transfer', 'result', 'certificate')),
        learner_id $UUID NOT NULL,
        record_id $UUID NOT NULL,
        sealed_at_ms $INT NOT NULL,
        PRIMARY KEY (log_id, seq)
    ) $NOROWID",
    "CREATE UNIQUE INDEX ledger_one_leaf ON ledger_leaf (learner_id, record_id, log_id)",
    // Level, index and up to 256 hashes of a tile (C2SP tlog-tiles). Derived from the leaves; the one at the right edge grows.
    "CREATE TABLE ledger_tile (
        log_id $INT NOT NULL,
        level $INT NOT NULL,
        tile $INT NOT NULL,
        hashes $BYTES NOT NULL CHECK (length(hashes) % 32 = 0 AND length(hashes) BETWEEN 32 AND 8192),
        PRIMARY KEY (log_id, level, tile)
    ) $STRICT",
    "CREATE TABLE ledger_checkpoint (
        log_id $INT NOT NULL,
        size $INT NOT NULL CHECK (size >= 0),
        root $BYTES NOT NULL CHECK (length(root) = 32),
        generation $INT NOT NULL,
        note $TEXT NOT NULL,
        signed_at_ms $INT NOT NULL,
        PRIMARY KEY (log_id, size),
        FOREIGN KEY (log_id, generation) REFERENCES ledger_key (log_id, generation)
    ) $STRICT",
    // A witness's signature line under the checkpoint of a size; `seen_at_ms` is the time the witness names.
    "CREATE TABLE ledger_witness (
        log_id $INT NOT NULL,
        size $INT NOT NULL,
        name $CODE NOT NULL,
        line $TEXT NOT NULL,
        seen_at_ms $INT NOT NULL,
        received_at_ms $INT NOT NULL,
        PRIMARY KEY (log_id, size, name),
        FOREIGN KEY (log_id, size) REFERENCES ledger_checkpoint (log_id, size)
    ) $STRICT",
];
