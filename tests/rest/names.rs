//! Names of files in addresses: decoded once, never a path on the server's disk.

use super::builders::*;
use crate::on_every_database;
use serde_json::{Value, json};

on_every_database! {
    async fn a_name_that_could_mean_another_place_is_refused(world) {
        let api = world.client().await;
        let here = format!("{}/artifacts", api.experiment(world, "Run").await);
        let files = world.stored_files();
        let long = "x".repeat(5_000);
        let deep = "a/".repeat(200) + "a";
        let emoji = "%F0%9F%98%80".repeat(255) + "/x";
        for name in [
            "../../../../etc/cron.d/x", "a/../b", "./a", "a/./b", "a//b", "a/", "/a", "//a", ".", "..", "../", "...//../x",
            "%2e%2e%2fx", "%2e%2e/x", "..%2fx", "%2E%2E%2Fx", "..%5cx", "..\\..\\x", "%2fetc%2fpasswd", "C:%5CWindows%5Cwin.ini", "C:/Windows/win.ini",
            "c:x%5cy", "%5c%5chost%5cshare", "file:///etc/passwd", "a%00b.bin", "%00", "a%0d%0aX-Evil:1.bin", "a%09b", "a%7Fb", "a%C2%85b", "a%E2%80%AEb",
            "%ff.bin", "%C0%AE%C0%AE%2Fx", "%20", "a/%20/b", &long, &deep, &emoji,
        ] {
            for method in ["PUT", "GET", "DELETE"] {
                api.send(method, &format!("{here}/{name}"), &[], "bytes").await.problem(400, "invalid_name");
            }
        }
        api.send("PUT", &format!("{here}/"), &[], "bytes").await.problem(404, "not_found");
        assert_eq!(api.get(&here).await.expect(200).json()["items"], json!([]));
        assert_eq!(world.stored_files(), files);
        assert_eq!(world.texts("SELECT sha256 FROM blobs").await, [""; 0]);
    }

    async fn a_name_is_decoded_exactly_once(world) {
        let api = world.client().await;
        let here = format!("{}/artifacts", api.experiment(world, "Run").await);
        let names = [
            ("%252e%252e%252fetc%252fpasswd", "%2e%2e%2fetc%2fpasswd"), ("a%20b", "a b"), ("a%2520b", "a%20b"), ("a+b", "a+b"), ("folder%2Fb", "folder/b"),
            ("a", "a"), ("CON", "CON"), ("nul.txt", "nul.txt"), ("dot.", "dot."), ("a:b", "a:b"), ("%E6%97%A5%E6%9C%AC/%E9%87%8D%E3%81%BF.onnx", "日本/重み.onnx"),
            ("x%3Fy%23z", "x?y#z"), ("%7Bid%7D", "{id}"), ("*", "*"), ("~%22%27%3C%3E", "~\"'<>"),
        ];
        for (sent, kept) in names {
            let answer = api.upload(&format!("{here}/{sent}"), format!("the bytes of {kept}")).await.expect(201);
            assert_eq!(answer.json()["name"], kept);
            assert_eq!(answer.header("location"), format!("/api/v1{here}/{sent}"));
        }
        for (sent, kept) in names {
            let read = api.get(&format!("{here}/{sent}")).await.expect(200);
            assert_eq!(read.body, format!("the bytes of {kept}"));
        }
        let mut listed = names_in(&api.get(&here).await.expect(200).json());
        let mut kept = names.map(|(_, kept)| kept);
        listed.sort();
        kept.sort_unstable();
        assert_eq!(listed, kept);
    }

    async fn names_that_look_the_same_are_the_same(world) {
        let api = world.client().await;
        let here = format!("{}/artifacts", api.experiment(world, "Run").await);
        api.upload(&format!("{here}/%C3%A9.bin"), "composed").await.expect(201);
        api.upload(&format!("{here}/e%CC%81.bin"), "decomposed").await.expect(200);
        assert_eq!(names_in(&api.get(&here).await.expect(200).json()), ["é.bin"]);
        for address in ["%C3%A9.bin", "e%CC%81.bin"] {
            assert_eq!(api.get(&format!("{here}/{address}")).await.expect(200).body, "decomposed");
        }
    }

    async fn files_of_a_version_are_found_by_the_same_rules(world) {
        let api = world.client().await;
        let id = an_experiment().with_artifact("a b/c%20d.bin").create(world).await;
        let here = format!("/model-versions/{}/files", world.exported(id, "Model").await.id);
        assert_eq!(api.get(&format!("{here}/a%20b/c%2520d.bin")).await.expect(200).body, "the bytes of a b/c%20d.bin");
        api.get(&format!("{here}/a%2520b/c%20d.bin")).await.problem(404, "not_found");
        for name in ["../x", "%2e%2e%2fx", "a//b", "%00"] {
            api.get(&format!("{here}/{name}")).await.problem(400, "invalid_name");
        }
        api.send("POST", &format!("{here}/x"), &[], "bytes").await.problem(405, "method_not_allowed");
    }
}

fn names_in(list: &Value) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}
