//! The database fails after every statement of the export in turn, and at the commit. Nothing may remain.
//!
//! The failures are triggers that a test puts behind the product's back, one table after the other. The tables are read from the
//! database's catalogue, so that a new one cannot be forgotten; those that the export does not write are found by its success.

use super::builders::*;
use crate::on_every_database;
use heirloom::{
    export::operations::{ExportRequest, export},
    vocabulary::{DockerImage, ExperimentId},
};
use serde_json::json;
use std::collections::BTreeSet;

/// What the export of a complete experiment is known to write.
const WRITTEN: [(&str, &str); 16] = [
    ("audit_entries", "INSERT"),
    ("audit_heads", "UPDATE"),
    ("experiments", "UPDATE"),
    ("idempotency_keys", "INSERT"),
    ("idempotency_keys", "UPDATE"),
    ("label_map_revisions", "INSERT"),
    ("model_files", "INSERT"),
    ("model_version_dataset_versions", "INSERT"),
    ("model_version_labels", "INSERT"),
    ("model_version_metrics", "INSERT"),
    ("model_version_parameters", "INSERT"),
    ("model_versions", "INSERT"),
    ("models", "INSERT"),
    ("models", "UPDATE"),
    // The commit itself, for either of the two destinations.
    ("commit", "new-model"),
    ("commit", "existing-model"),
];

async fn a_complete_experiment(world: &World) -> ExperimentId {
    let train = world.dataset_version("train data", &["a", "b"]).await;
    let base = world.exported(an_experiment().create(world).await, "Base").await.id;
    an_experiment()
        .with_artifact("best.pt")
        .with_artifact("last.pt")
        .with_dataset_version(train, "train")
        .with_base(base)
        .with_image(DockerImage { reference: "python:3.11".to_owned(), run_flags: vec![], environment: vec![] })
        .with_parameters(json!({ "lr": 0.1, "epochs": 3 }))
        .with_metric("loss", &[json!(1.5), json!("NaN")])
        .create(world)
        .await
}

/// Lets every statement of this kind fail, if `condition` holds for the new row.
async fn break_statement(world: &World, table: &str, event: &str, condition: &str) {
    if world.is_sqlite {
        let body = "BEGIN SELECT RAISE(ABORT, 'injected'); END";
        world.execute(format!("CREATE TRIGGER zz_broken AFTER {event} ON {table} WHEN {condition} {body}")).await;
    } else {
        let body = "BEGIN RAISE EXCEPTION 'injected'; END";
        world
            .execute(format!(
                "CREATE FUNCTION zz_raise() RETURNS trigger LANGUAGE plpgsql AS '{}'",
                body.replace('\'', "''")
            ))
            .await;
        let text = format!(
            "CREATE TRIGGER zz_broken AFTER {event} ON {table} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION zz_raise()"
        );
        world.execute(text).await;
    }
}

async fn mend_statement(world: &World, table: &str) {
    if world.is_sqlite {
        world.execute("DROP TRIGGER zz_broken").await;
    } else {
        world.execute(format!("DROP TRIGGER zz_broken ON {table}")).await;
        world.execute("DROP FUNCTION zz_raise").await;
    }
}

/// Lets every transaction that has written an audit entry fail at its end.
async fn break_commit(world: &World) {
    if world.is_sqlite {
        world.execute("CREATE TABLE zz_parent (id INTEGER PRIMARY KEY)").await;
        world
            .execute("CREATE TABLE zz_child (id INTEGER REFERENCES zz_parent (id) DEFERRABLE INITIALLY DEFERRED)")
            .await;
        world
            .execute(
                "CREATE TRIGGER zz_broken AFTER INSERT ON audit_entries BEGIN INSERT INTO zz_child VALUES (1); END",
            )
            .await;
    } else {
        world
            .execute("CREATE FUNCTION zz_raise() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''injected''; END'")
            .await;
        world
            .execute(
                "CREATE CONSTRAINT TRIGGER zz_broken AFTER INSERT ON audit_entries DEFERRABLE INITIALLY DEFERRED
                 FOR EACH ROW EXECUTE FUNCTION zz_raise()",
            )
            .await;
    }
}

async fn mend_commit(world: &World) {
    mend_statement(world, "audit_entries").await;
    if world.is_sqlite {
        world.execute("DROP TABLE zz_child").await;
        world.execute("DROP TABLE zz_parent").await;
    }
}

/// Exports into a broken database. Says whether it failed; then nothing was written.
async fn fails_and_leaves_nothing(world: &World, experiment: ExperimentId, request: &ExportRequest, key: &str) -> bool {
    let before = world.rows().await;
    let Err(failure) = export(world.database(), &world.editor, experiment, request.clone(), Some(key)).await else {
        return false;
    };
    let cause = failure.to_string();
    assert!(cause.contains("injected") || cause.contains("FOREIGN KEY"), "another failure: {cause}");
    assert_eq!(failure.into_shown().code, "internal", "the cause is not shown");
    assert_eq!(world.rows().await, before);
    true
}

async fn succeeds_now(world: &World, experiment: ExperimentId, request: ExportRequest, key: &str, number: i64) {
    let exported = export(world.database(), &world.editor, experiment, request, Some(key)).await.unwrap();
    assert!(!exported.was_replayed, "nothing was claimed by the failure");
    assert_eq!(exported.version.number, number, "no number was burnt by the failure");
    assert_eq!(exported.version.files.len(), 2);
}

on_every_database! {
    async fn a_failure_after_any_statement_leaves_nothing_and_a_repetition_succeeds(world) {
        let experiment = a_complete_experiment(world).await;
        let existing = world.exported(an_experiment().create(world).await, "Existing").await.model_id;
        let mut next_number = 2;
        let mut written = BTreeSet::new();
        let mut places: Vec<(String, &str)> = Vec::new();
        for table in world.tables().await {
            places.extend([(table.clone(), "INSERT"), (table.clone(), "UPDATE"), (table, "DELETE")]);
        }
        assert!(places.len() > 60, "{places:?}");
        for (table, event) in &places {
            break_statement(world, table, event, "1 = 1").await;
            let new = new_model(&format!("{table} {event}"));
            let old = version_of(existing, &format!("{table} {event}"));
            let keys = [format!("new-{table}-{event}"), format!("old-{table}-{event}")];
            let new_failed = fails_and_leaves_nothing(world, experiment, &new, &keys[0]).await;
            let old_failed = fails_and_leaves_nothing(world, experiment, &old, &keys[1]).await;
            mend_statement(world, table).await;
            if new_failed {
                written.insert((table.as_str(), *event));
                succeeds_now(world, experiment, new, &keys[0], 1).await;
            }
            if old_failed {
                succeeds_now(world, experiment, old, &keys[1], next_number).await;
            }
            assert!(new_failed || !old_failed, "{table} {event}");
            next_number += 1;
        }
        break_commit(world).await;
        let requests = [("new-model", new_model("Commit"), 1), ("existing-model", version_of(existing, "commit"), next_number)];
        for (destination, request, _) in &requests {
            if fails_and_leaves_nothing(world, experiment, request, destination).await {
                written.insert(("commit", *destination));
            }
        }
        mend_commit(world).await;
        for (destination, request, number) in requests {
            succeeds_now(world, experiment, request, destination, number).await;
        }
        assert_eq!(written, BTreeSet::from(WRITTEN), "what the export writes");
    }

    async fn a_failure_at_the_last_of_many_files_leaves_nothing(world) {
        let experiment = an_experiment().create(world).await;
        let blob = world.blob(b"shared by all").await;
        for index in 0..250 {
            let file = heirloom::vocabulary::FileName::parse(&format!("{index:03}.bin")).unwrap();
            heirloom::artifact::operations::put(&world.services, &world.editor, experiment, file, blob.clone()).await.unwrap();
        }
        break_statement(world, "model_files", "INSERT", "NEW.name = '249.bin'").await;
        assert!(fails_and_leaves_nothing(world, experiment, &new_model("Many"), "a-key").await);
        mend_statement(world, "model_files").await;
        assert_eq!(world.exported(experiment, "Many").await.files.len(), 250);
    }
}
