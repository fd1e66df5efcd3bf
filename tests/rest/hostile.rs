//! What somebody sends who means harm, and what must come of it: nothing (reliability N13, N14, N16, I9, I10, X5).

use super::{access::one_of_everything, builders::*};
use crate::on_every_database;
use heirloom::model::MAX_VERSIONS;
use serde_json::{Value, json};

/// The header of an entry in a tar archive (POSIX.1-1988, ustar), of `kind` and without bytes.
fn tar_entry(name: &str, kind: u8, link: &str) -> Vec<u8> {
    let mut header = vec![0; 512];
    let mut put = |offset: usize, bytes: &[u8]| header[offset..offset + bytes.len()].copy_from_slice(bytes);
    put(0, name.as_bytes());
    put(100, b"0000777\0");
    put(124, b"00000000000\0");
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, &[kind]);
    put(157, link.as_bytes());
    put(257, b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

/// The local header of a file in a zip archive (APPNOTE 4.3.7) that claims 4 GiB, and one byte.
fn zip_entry(name: &str) -> Vec<u8> {
    let mut entry = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\x01\0\0\0\xff\xff\xff\xff".to_vec();
    entry.extend((name.len() as u16).to_le_bytes());
    entry.extend([0, 0]);
    entry.extend(name.as_bytes());
    entry.push(0);
    entry
}

on_every_database! {
    // N13: no file system could hold both, and an archive of them could not be unpacked.
    async fn a_name_is_never_a_file_and_a_folder_at_once(world) {
        let api = world.client().await;
        let experiment = an_experiment().with_artifact("weights").with_artifact("logs/train.txt").create(world).await;
        let version = world.exported(experiment, "Both").await.id;
        for here in [format!("/experiments/{experiment}/artifacts"), format!("/model-versions/{version}/files")] {
            let before = world.rows().await;
            let files = world.stored_files();
            for name in ["weights/best.pt", "weights/a/b", "logs", "logs/train.txt/x"] {
                api.upload(&format!("{here}/{name}"), "other").await.problem(409, "overlapping_name");
            }
            assert_eq!((world.rows().await, world.stored_files()), (before, files), "{here}");
            // What only begins alike is another name.
            for name in ["weights2", "weights.txt", "log", "logs2/train.txt", "logs/train.txt.gz", "Weights/x"] {
                api.upload(&format!("{here}/{name}"), "other").await.expect(201);
            }
        }
    }

    // N14, X5: an archive is bytes under a name. Nothing is unpacked, followed or listed.
    async fn archives_stay_the_bytes_that_they_are(world) {
        let api = world.client().await;
        let experiment = an_experiment().create(world).await;
        let tar: Vec<u8> = [
            tar_entry("../../evil", b'0', ""),
            tar_entry("link", b'2', "/etc/passwd"),
            tar_entry("hard", b'1', "../../data/heirloom.db"),
            tar_entry("pipe", b'6', ""),
            vec![0; 1024],
        ]
        .concat();
        let archives = [("model.tar", tar), ("model.zip", [zip_entry("../../evil"), zip_entry("/etc/cron.d/x")].concat())];
        for (name, bytes) in &archives {
            api.upload(&format!("/experiments/{experiment}/artifacts/{name}"), bytes.clone()).await.expect(201);
        }
        let version = world.exported(experiment, "Archives").await;
        let names: Vec<&str> = version.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["model.tar", "model.zip"]);
        assert_eq!(world.stored_files().len(), 2);
        for (name, bytes) in &archives {
            let read = api.get(&format!("/model-versions/{}/files/{name}", version.id)).await.expect(200);
            assert_eq!(read.body, bytes.as_slice());
            assert_eq!(read.header("content-type"), "application/octet-stream");
            assert!(read.header("content-disposition").starts_with("attachment"));
        }
    }

    // N16: ids are made by the server, whatever a body says.
    async fn nobody_chooses_an_id(world) {
        let api = world.client().await;
        let objects = one_of_everything(world).await;
        let version = json!({ "name": "v1", "id": objects["model-versions"] });
        for (path, body) in [
            ("/projects".to_owned(), json!({ "name": "x" })),
            ("/datasets".to_owned(), json!({ "name": "x" })),
            (format!("/datasets/{}/versions", objects["datasets"]), json!({ "name": "x" })),
            ("/experiments".to_owned(), json!({ "name": "x", "project_id": objects["projects"] })),
            ("/models".to_owned(), json!({ "name": "x", "version": { "name": "v1" } })),
            ("/tokens".to_owned(), json!({ "name": "x", "scopes": ["read"] })),
            ("/invitations".to_owned(), json!({ "email": "x@real.example", "role": "viewer" })),
        ] {
            let before = world.rows().await;
            for id in ["0", "../x", objects["experiments"].as_str()] {
                let mut chosen = body.clone();
                chosen["id"] = json!(id);
                assert_eq!(api.post(&path, chosen).await.problem(422, "invalid_field")["errors"][0]["field"], "id", "{path}");
            }
            assert_eq!(world.rows().await, before, "{path}");
        }
        let export = format!("/experiments/{}/export", objects["experiments"]);
        api.post(&export, json!({ "new_model": { "name": "x" }, "version": version })).await.problem(422, "invalid_field");
    }

    // I9: what counts up stops at its end, and numbers beyond it name nothing.
    async fn counters_end_with_an_answer(world) {
        let api = world.client().await;
        let experiment = an_experiment().create(world).await;
        let version = world.exported(experiment, "Counted").await;
        let model = version.model_id;
        world.execute(format!("UPDATE models SET last_version = {} WHERE id = '{model}'", MAX_VERSIONS)).await;
        let before = world.rows().await;
        let export = json!({ "model_id": model, "version": { "name": "one too many" } });
        api.post(&format!("/experiments/{experiment}/export"), export).await.problem(409, "too_many_versions");
        assert_eq!(world.rows().await, before);
        let cookie = world.cookie_of(&world.owner.email).await;
        for number in ["0", "-1", "2", "9223372036854775807", "9223372036854775808", "1e3", "18446744073709551617"] {
            let page = format!("/registry/{model}/{number}");
            world.nobody().send_to(&page, "GET", &[("cookie", &cookie)], axum::body::Body::empty()).await.expect(404);
        }
        for number in [json!(0), json!(-1), json!(i64::MAX), json!(1.5)] {
            let answer = api.put(&format!("/models/{model}/aliases/best"), json!({ "number": number })).await;
            assert!([404, 422].contains(&answer.status), "{answer:?}");
        }
        let number: Value = serde_json::from_str("9223372036854775808").unwrap();
        api.put(&format!("/models/{model}/aliases/best"), json!({ "number": number })).await.problem(422, "invalid_field");
    }

    // I10: SQLite binds 32,766 values at most, PostgreSQL 65,535. The largest batches have more.
    async fn the_largest_batches_are_stored_whole(world) {
        let api = world.client().await;
        let experiment = an_experiment().create(world).await;
        let points: Vec<Value> = (0..10_000).map(|step| json!({ "key": "loss", "step": step, "value": step })).collect();
        api.post(&format!("/experiments/{experiment}/metrics"), json!({ "points": points })).await.expect(200);
        assert_eq!(world.texts("SELECT CAST(COUNT(*) AS TEXT) FROM metric_points").await, ["10000"]);
        let labels: Vec<String> = (0..10_000).map(|index| format!("label {index}")).collect();
        let dataset = api.post("/datasets", json!({ "name": "Large" })).await.expect(201).id();
        let made = api.post(&format!("/datasets/{dataset}/versions"), json!({ "name": "v1", "labels": labels })).await.expect(201);
        assert_eq!(made.json()["labels"].as_array().unwrap().len(), 10_000);
    }
}
