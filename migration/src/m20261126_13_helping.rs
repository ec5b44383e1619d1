//! Help of two kinds, and the hours of those who help. 辅助操作 and 代办 are two tables that have no column in common but who, where and
//! when: neither can be turned into the other.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // 辅助操作: somebody sat beside a learner who decided. Written once, when both had said so; only its end is added. Where the end is
    // missing it ended with the session. `said`: the version of the words that both said. No certificate and no line of the passbook
    // tells of it.
    "CREATE TABLE assistance (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        session_id $UUID NOT NULL,
        helper_id $UUID NOT NULL CHECK (helper_id <> learner_id),
        kind $CODE NOT NULL CHECK (kind IN ('reads', 'moves', 'both')),
        place_code $CODE NOT NULL,
        said $CODE NOT NULL,
        since_ms $INT NOT NULL,
        until_ms $INT NULL CHECK (until_ms >= since_ms),
        PRIMARY KEY (learner_id, id)
    ) $STRICT",
    "CREATE UNIQUE INDEX assistance_open ON assistance (learner_id, session_id) WHERE until_ms IS NULL",
    "CREATE INDEX assistance_of_helper ON assistance (helper_id, since_ms)",
    // What a helper has said; the learner says the other half in the session at hand, within minutes.
    "CREATE TABLE assistance_offer (
        learner_id $UUID NOT NULL,
        helper_id $UUID NOT NULL CHECK (helper_id <> learner_id),
        kind $CODE NOT NULL CHECK (kind IN ('reads', 'moves', 'both')),
        place_code $CODE NOT NULL,
        offered_at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, helper_id)
    ) $STRICT",
    "CREATE INDEX assistance_offer_by_time ON assistance_offer (offered_at_ms)",
    // 代办: somebody else decided or did it. No column leads to a unit, a result or a credit. `words_sealed`: what exactly, why by somebody
    // else, why it did not work out, sealed with the learner's key. `consent_version`: of the words that were read out.
    "CREATE TABLE act_on_behalf (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        number $CODE NOT NULL,
        errand $CODE NOT NULL,
        words_sealed $BYTES NULL,
        helper_id $UUID NOT NULL CHECK (helper_id <> learner_id),
        organisation_id $UUID NULL,
        place_code $CODE NOT NULL,
        acted_day $CODE NOT NULL,
        consent $CODE NOT NULL CHECK (consent IN ('spoken', 'signed', 'paper')),
        consent_version $CODE NOT NULL,
        outcome $CODE NOT NULL CHECK (outcome IN ('done', 'not_done')),
        recorded_at_ms $INT NOT NULL,
        undone_at_ms $INT NULL,
        undone_way $CODE NULL CHECK (undone_way IN ('self', 'phone', 'desk')),
        undone_by $UUID NULL,
        PRIMARY KEY (learner_id, id),
        CHECK ((undone_at_ms IS NULL) = (undone_way IS NULL) AND (undone_at_ms IS NULL) = (undone_by IS NULL))
    ) $STRICT",
    "CREATE INDEX act_on_behalf_by_place ON act_on_behalf (place_code, recorded_at_ms)",
    "CREATE INDEX act_on_behalf_of_helper ON act_on_behalf (helper_id, recorded_at_ms)",
    // Hours of a volunteer, as the organisation kept them. A correction is a further line with the difference.
    "CREATE TABLE volunteer_hours (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        organisation_id $UUID NOT NULL,
        place_code $CODE NOT NULL,
        day $CODE NOT NULL,
        minutes $INT NOT NULL CHECK (minutes BETWEEN -1440 AND 1440),
        what $TEXT NOT NULL,
        source $CODE NOT NULL CHECK (source IN ('class', 'form', 'correction')),
        class_id $UUID NULL,
        corrects_id $UUID NULL,
        recorded_by $UUID NOT NULL,
        recorded_at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, id),
        CHECK ((source = 'class') = (class_id IS NOT NULL)),
        CHECK ((source = 'correction') = (corrects_id IS NOT NULL)),
        CHECK (source = 'correction' OR minutes > 0),
        CHECK (source = 'class' OR recorded_by <> learner_id)
    ) $STRICT",
    "CREATE UNIQUE INDEX volunteer_hours_of_class ON volunteer_hours (learner_id, class_id) WHERE class_id IS NOT NULL",
    "CREATE INDEX volunteer_hours_by_place ON volunteer_hours (place_code, recorded_at_ms)",
    // That a learner said: this volunteer helped me today. Counted, and shown to nobody with a name.
    "CREATE TABLE volunteer_thanks (
        learner_id $UUID NOT NULL,
        volunteer_id $UUID NOT NULL CHECK (volunteer_id <> learner_id),
        day $CODE NOT NULL,
        PRIMARY KEY (learner_id, volunteer_id, day)
    ) $STRICT",
    "CREATE INDEX volunteer_thanks_of ON volunteer_thanks (volunteer_id, day)",
    // 志愿服务记录证明: what was counted when the organisation issued it.
    "CREATE TABLE volunteer_proof (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        number $CODE NOT NULL,
        organisation_id $UUID NOT NULL,
        from_day $CODE NOT NULL,
        to_day $CODE NOT NULL,
        minutes $INT NOT NULL CHECK (minutes >= 0),
        issued_by $UUID NOT NULL,
        issued_at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, id)
    ) $STRICT",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables =
            ["volunteer_proof", "volunteer_thanks", "volunteer_hours", "act_on_behalf", "assistance_offer", "assistance"];
        ddl::drop_tables(manager, &tables).await
    }
}
