//! Logged images and tables.

use super::builders::*;
use crate::on_every_database;
use serde_json::json;

on_every_database! {
    async fn an_image_is_known_by_its_bytes_and_shown_in_place(world) {
        let api = world.client().await;
        let here = api.experiment(world, "Run").await;
        for (key, bytes, content_type) in [
            ("png", &b"\x89PNG\r\n\x1a\n..."[..], "image/png"),
            ("jpeg", b"\xFF\xD8\xFF...", "image/jpeg"),
            ("gif", b"GIF89a...", "image/gif"),
            ("val/webp%201", b"RIFF....WEBPVP8 ", "image/webp"),
        ] {
            let path = format!("{here}/images/{key}");
            let log = api.send("PUT", &path, &[("content-type", "text/html")], bytes.to_vec()).await.expect(200).json();
            assert_eq!((&log["kind"], &log["content_type"]), (&json!("image"), &json!(content_type)));
            let read = api.get(&path).await.expect(200);
            assert_eq!((&read.body[..], read.header("content-type")), (bytes, content_type));
            assert!(read.header("content-disposition").starts_with("inline; "));
            assert!(read.header("content-security-policy").ends_with("sandbox"));
            assert_eq!(api.send("HEAD", &path, &[], "").await.expect(200).header("content-length"), bytes.len().to_string());
        }
        let keys = api.get(&format!("{here}/logs")).await.expect(200).json();
        assert_eq!(keys["items"].as_array().unwrap().len(), 4);
    }

    async fn what_is_no_image_or_too_large_leaves_nothing(world) {
        let api = world.client().await;
        let here = api.experiment(world, "Run").await;
        let files = world.stored_files();
        for bytes in [&b""[..], b"<svg onload=alert(1)>", b"<html>", b"%PDF-1.7", b"PNG"] {
            api.send("PUT", &format!("{here}/images/x"), &[("content-type", "image/png")], bytes.to_vec()).await.problem(422, "unknown_image");
        }
        let large = [&b"\x89PNG\r\n\x1a\n"[..], &vec![0; 20 << 20]].concat();
        api.upload(&format!("{here}/images/x"), large).await.problem(413, "too_large");
        for key in ["%00", "%20", "a%0ab", &"k".repeat(201)] {
            api.upload(&format!("{here}/images/{key}"), b"GIF89a".to_vec()).await.problem(400, "invalid_name");
            api.put(&format!("{here}/tables/{key}"), json!({ "columns": ["a"], "rows": [] })).await.problem(400, "invalid_name");
        }
        assert_eq!(api.get(&format!("{here}/logs")).await.expect(200).json()["items"], json!([]));
        assert_eq!(world.stored_files(), files);
        api.get(&format!("{here}/images/x")).await.problem(404, "not_found");
    }

    async fn a_table_comes_back_as_it_was_and_replaces_the_one_before(world) {
        let api = world.client().await;
        let here = api.experiment(world, "Run").await;
        let path = format!("{here}/tables/per%20class");
        let cells = json!(["a", 1, 1.0, -0.5, null, true, { "nested": [1] }, "=cmd|x"]);
        let columns = json!(["1", "2", "3", "4", "5", "6", "7", "8"]);
        api.put(&path, json!({ "columns": ["old"], "rows": [] })).await.expect(200);
        let log = api.put(&path, json!({ "columns": columns, "rows": [cells] })).await.expect(200).json();
        assert_eq!(log["table"].to_string(), json!({ "columns": columns, "rows": [cells] }).to_string());
        let listed = api.get(&format!("{here}/logs")).await.expect(200).json();
        assert_eq!(listed["items"], json!([log]));
        api.get(&format!("{here}/images/per%20class")).await.problem(404, "not_found");
    }

    async fn a_table_outside_the_limits_is_refused(world) {
        let api = world.client().await;
        let here = api.experiment(world, "Run").await;
        for table in [
            json!({ "columns": [], "rows": [] }),
            json!({ "columns": vec!["c"; 201], "rows": [] }),
            json!({ "columns": ["a", "b"], "rows": [[1, 2], [1]] }),
            json!({ "columns": ["a"], "rows": vec![[1]; 10_001] }),
            json!({ "columns": ["a"], "rows": [["x".repeat(1_100_000)]] }),
            json!({ "columns": ["a"], "rows": [["a\u{0}b"]] }),
        ] {
            api.put(&format!("{here}/tables/t"), table).await.problem(422, "invalid_table");
        }
        api.put(&format!("{here}/tables/t"), json!({ "columns": ["a"], "rows": [], "x": 1 })).await.problem(422, "invalid_field");
        assert_eq!(api.get(&format!("{here}/logs")).await.expect(200).json()["items"], json!([]));
    }
}
