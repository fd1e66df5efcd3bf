//! Files: digests, names, ranges, and what a refused upload leaves.

use crate::{builders::World, client::Client, on_every_database};
use axum::http::StatusCode;

const ABC_HEX: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const ABC_REPR: &str = "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:";

fn files_below(root: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files_below(&path) } else { 1 }).sum()
}

on_every_database! {
    async fn other_bytes_than_the_announced_ones_leave_nothing(world) {
        let client = Client::of(world).await;
        let path = format!("/experiments/{}/artifacts/file", client.experiment(world, "run").await);
        let (rows, files) = (world.texts("SELECT sha256 FROM blobs").await, files_below(&world.folder.join("blobs")));
        for (name, value, code) in [
            ("repr-digest", "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:", "digest_mismatch"),
            ("x-content-sha256", "0000000000000000000000000000000000000000000000000000000000000000", "digest_mismatch"),
            ("x-content-sha256", "abc", "unreadable_digest"),
            ("content-length", "4", "upload_broken_off"),
        ] {
            let answer = client.call(&client.editor, "PUT", &path, &[(name, value)], "abc").await;
            assert_eq!(answer.problem(), (400, code.to_owned()), "{name}: {value}");
        }
        assert_eq!(client.get(&path).await.problem().0, 404);
        assert_eq!(world.texts("SELECT sha256 FROM blobs").await, rows);
        assert_eq!(files_below(&world.folder.join("blobs")) + files_below(&world.folder.join("tmp")), files);
        for (name, value) in [("repr-digest", ABC_REPR), ("x-content-sha256", ABC_HEX)] {
            let answer = client.call(&client.editor, "PUT", &path, &[(name, value)], "abc").await;
            assert!(answer.status.is_success(), "{answer:?}");
            assert_eq!(answer.json()["sha256"], ABC_HEX);
        }
        assert_eq!(files_below(&world.folder.join("blobs")), files + 1, "the same bytes are kept once");
    }

    async fn a_name_that_could_mean_another_place_is_refused(world) {
        let client = Client::of(world).await;
        let here = format!("/experiments/{}/artifacts", client.experiment(world, "run").await);
        for name in [
            "../../../../etc/cron.d/x", "a/../b", "%2e%2e%2fetc", "..%2f..%2fx", "a%5c..%5cb", "a%00b", "a%0d%0aX-Evil:1", ".", "%2e%2e", "a//b", "a/",
            "./a", "%2fetc%2fpasswd", "C:%2fx", &"n".repeat(1_100),
        ] {
            let answer = client.call(&client.editor, "PUT", &format!("{here}/{name}"), &[], "x").await;
            assert!(matches!(answer.problem().0, 400 | 404), "{name}: {answer:?}");
        }
        assert_eq!(client.get(&here).await.json()["items"].as_array().unwrap().len(), 0);
        // Decoded exactly once: the percent signs of the name stay.
        for (sent, kept) in [("%252e%252e%252fx", "%2e%2e%2fx"), ("a%20b", "a b"), ("a+b", "a+b"), ("%E6%97%A5%E6%9C%AC.onnx", "日本.onnx")] {
            let answer = client.call(&client.editor, "PUT", &format!("{here}/{sent}"), &[], kept.to_owned()).await;
            assert_eq!((answer.status, answer.json()["name"].as_str()), (StatusCode::CREATED, Some(kept)));
            assert_eq!(client.get(&format!("{here}/{sent}")).await.bytes, kept);
        }
    }

    async fn downloads_are_safe_and_can_be_resumed(world) {
        let client = Client::of(world).await;
        let path = format!("/experiments/{}/artifacts/x/page.html", client.experiment(world, "run").await);
        client.call(&client.editor, "PUT", &path, &[("content-type", "text/html")], "<script>alert(1)</script>").await;
        let whole = client.get(&path).await;
        assert_eq!(whole.header("content-type"), "application/octet-stream");
        assert_eq!(whole.header("content-disposition"), "attachment; filename=\"page.html\"; filename*=UTF-8''page.html");
        assert_eq!(whole.header("x-content-type-options"), "nosniff");
        assert!(whole.header("content-security-policy").contains("sandbox"));
        let etag = whole.header("etag").to_owned();
        assert_eq!(etag.len(), 66);
        let ask = async |headers: &[(&str, &str)]| client.call(&client.viewer, "GET", &path, headers, "").await;
        let part = ask(&[("range", "bytes=8-")]).await;
        assert_eq!((part.status, part.bytes.as_ref()), (StatusCode::PARTIAL_CONTENT, &b"alert(1)</script>"[..]));
        assert_eq!(part.header("content-range"), "bytes 8-24/25");
        assert_eq!(ask(&[("range", "bytes=25-")]).await.problem(), (416, "range_not_satisfiable".to_owned()));
        assert_eq!(ask(&[("if-none-match", &etag)]).await.status, StatusCode::NOT_MODIFIED);
        assert_eq!(ask(&[("range", "bytes=0-0"), ("if-range", "\"other\"")]).await.bytes.len(), 25);
        let head = client.call(&client.viewer, "HEAD", &path, &[], "").await;
        assert_eq!((head.status, head.bytes.len(), head.header("content-length")), (StatusCode::OK, 0, "25"));
    }

    async fn replacing_and_deleting_are_told(world) {
        let client = Client::of(world).await;
        let path = format!("/experiments/{}/artifacts/file", client.experiment(world, "run").await);
        assert_eq!(client.call(&client.editor, "PUT", &path, &[], "").await.status, StatusCode::CREATED);
        assert_eq!(client.get(&path).await.bytes.len(), 0);
        assert_eq!(client.call(&client.editor, "PUT", &path, &[], "two").await.status, StatusCode::OK);
        assert_eq!(client.get(&path).await.bytes, "two");
        assert_eq!(client.call(&client.editor, "DELETE", &path, &[], "").await.status, StatusCode::NO_CONTENT);
        assert_eq!(client.call(&client.editor, "DELETE", &path, &[], "").await.problem().0, 404);
    }
}
