//! Exports that happen at the same time, and the same export several times.

use super::builders::*;
use crate::on_every_database;
use futures::future::join_all;
use heirloom::{
    export::operations::{ExportRequest, Exported, export},
    model::{ModelFilter, operations as models},
    vocabulary::{Actor, ExperimentId},
};

/// Starts every export in a task of its own.
async fn all_at_once(
    world: &World,
    exports: impl IntoIterator<Item = (ExperimentId, ExportRequest, Option<String>)>,
) -> Vec<Result<Exported, heirloom::error::Failure>> {
    let tasks: Vec<_> = exports
        .into_iter()
        .map(|(experiment, request, key)| {
            let (database, actor) = (world.database().clone(), world.editor.clone());
            tokio::spawn(async move { export(&database, &actor, experiment, request, key.as_deref()).await })
        })
        .collect();
    join_all(tasks).await.into_iter().map(Result::unwrap).collect()
}

async fn export_entries(world: &World) -> usize {
    world.texts("SELECT object_id FROM audit_entries WHERE action = 'export'").await.len()
}

on_every_database! {
    async fn parallel_exports_into_one_model_get_the_numbers_without_gap_or_duplicate(world) {
        let mut sources = Vec::new();
        for _ in 0..8 {
            sources.push(an_experiment().with_artifact("best.pt").create(world).await);
        }
        let model = world.exported(an_experiment().create(world).await, "Busy").await.model_id;
        // The first version is there; 63 more come from 8 experiments, so that exports of one experiment meet, too.
        let exports = (2..=64).map(|index| (sources[index % 8], version_of(model, &format!("run {index}")), None));
        let mut numbers: Vec<i64> =
            all_at_once(world, exports).await.into_iter().map(|outcome| outcome.unwrap().version.number).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (2..=64).collect::<Vec<_>>());
        let listed = models::list_versions(world.database(), &world.viewer, model, None, 200).await.unwrap().items;
        assert_eq!(listed.iter().map(|version| version.number).collect::<Vec<_>>(), (1..=64).rev().collect::<Vec<_>>());
        assert_eq!(models::find(world.database(), &world.viewer, model).await.unwrap().last_version, 64);
        assert_eq!(export_entries(world).await, 64);
    }

    async fn one_key_makes_one_version_however_often_it_arrives(world) {
        let id = an_experiment().with_artifact("best.pt").create(world).await;
        let exports = (0..32).map(|_| (id, new_model("Once"), Some("a-key".to_owned())));
        let outcomes: Vec<Exported> =
            all_at_once(world, exports).await.into_iter().map(|outcome| outcome.unwrap()).collect();
        let answers: Vec<String> =
            outcomes.iter().map(|outcome| serde_json::to_string(&outcome.version).unwrap()).collect();
        assert!(answers.iter().all(|answer| *answer == answers[0]), "all answers are the same");
        assert_eq!(outcomes.iter().filter(|outcome| !outcome.was_replayed).count(), 1);
        assert_eq!(world.experiment(id).await.exported_as.len(), 1);
        assert_eq!(export_entries(world).await, 1, "an answer from memory changes nothing");
    }

    async fn a_key_that_was_used_for_another_request_is_refused(world) {
        let id = an_experiment().create(world).await;
        let other = an_experiment().create(world).await;
        let send = async |experiment, request| {
            export(world.database(), &world.editor, experiment, request, Some("a-key")).await
        };
        let first = send(id, new_model("First")).await.unwrap().version;
        let before = world.rows().await;
        assert_eq!(code(send(id, new_model("Second")).await), "idempotency_key_reused");
        assert_eq!(code(send(other, new_model("First")).await), "idempotency_key_reused");
        let described = ExportRequest { version: new_version("v2"), ..new_model("First") };
        let error = shown(send(id, described).await);
        assert_eq!((error.code.as_str(), error.kind.status()), ("idempotency_key_reused", 422));
        assert_eq!(world.rows().await, before);
        let replayed = send(id, new_model("First")).await.unwrap();
        assert!(replayed.was_replayed);
        assert_eq!(replayed.version.id, first.id);
    }

    async fn a_key_of_one_person_means_nothing_to_another(world) {
        let id = an_experiment().create(world).await;
        let other = Actor { user_id: world.stranger.user_id, ..world.editor.clone() };
        let first = export(world.database(), &world.editor, id, new_model("Mine"), Some("a-key")).await.unwrap();
        let second = export(world.database(), &other, id, new_model("Theirs"), Some("a-key")).await.unwrap();
        assert_ne!(first.version.id, second.version.id);
    }

    async fn of_parallel_new_models_with_one_name_one_wins(world) {
        let id = an_experiment().with_artifact("best.pt").create(world).await;
        let spellings = ["Détection", "DÉTECTION", "De\u{301}tection", "détection"];
        let exports = (0..64).map(|index| (id, new_model(spellings[index % 4]), Some(format!("key-{index}"))));
        let outcomes = all_at_once(world, exports).await;
        let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, 63));
        for outcome in lost {
            let error = shown(outcome);
            assert_eq!((error.code.as_str(), error.kind.status()), ("model_name_taken", 409));
            assert!(error.message_for("new_model.name").is_some());
        }
        let found = models::list(world.database(), &world.viewer, &ModelFilter { limit: 200, ..ModelFilter::default() }).await.unwrap().items;
        assert_eq!(found.iter().map(|model| model.version_count).collect::<Vec<_>>(), [1]);
        assert_eq!(export_entries(world).await, 1);
        assert_eq!(world.texts("SELECT key FROM idempotency_keys").await.len(), 1, "a conflict claims no key");
    }

    async fn exporting_while_artifacts_change_takes_one_moment_of_the_experiment(world) {
        let id = an_experiment().with_artifact_of("a.bin", b"0".to_vec()).with_artifact_of("b.bin", b"0".to_vec()).create(world).await;
        let model = world.exported(an_experiment().create(world).await, "Moments").await.model_id;
        let changes = async {
            for round in 1..=10_u8 {
                world.put(id, "a.bin", &[b'0' + round]).await;
                world.put(id, "b.bin", &[b'0' + round]).await;
            }
        };
        let exports = async {
            let mut versions = Vec::new();
            for index in 0..20 {
                versions.push(world.export(id, version_of(model, &format!("m{index}"))).await.unwrap().version);
            }
            versions
        };
        let (_, versions) = tokio::join!(changes, exports);
        for version in versions {
            let a = world.model_file(version.id, "a.bin").await[0];
            let b = world.model_file(version.id, "b.bin").await[0];
            assert!(a == b || a == b + 1, "a.bin of round {a} beside b.bin of round {b}");
        }
    }
}
