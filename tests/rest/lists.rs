//! Lists: pages, filters, order.

use super::{builders::*, client::Client};
use crate::on_every_database;
use serde_json::{Value, json};

async fn names_of(api: &Client, query: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut address = query.to_owned();
    loop {
        let page = api.get(&address).await.expect(200).json();
        names.extend(page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()));
        match &page["next_cursor"] {
            Value::String(cursor) => address = format!("{query}&cursor={}", encoded(cursor)),
            _ => return names,
        }
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

on_every_database! {
    async fn pages_follow_each_other_without_gap_or_repetition(world) {
        let api = world.client().await;
        let created = ["b", "E", "a", "D", "c"];
        for name in created {
            api.experiment(world, name).await;
        }
        for limit in 1..=6 {
            let newest_first = names_of(&api, &format!("/experiments?limit={limit}")).await;
            assert_eq!(newest_first, ["c", "D", "a", "E", "b"]);
            let by_name = names_of(&api, &format!("/experiments?sort=name&order=asc&limit={limit}")).await;
            assert_eq!(by_name, ["a", "b", "c", "D", "E"]);
            assert_eq!(names_of(&api, &format!("/experiments?sort=status&limit={limit}")).await.len(), 5);
        }
        for name in created {
            api.post("/projects", json!({ "name": name })).await.expect(201);
            api.post("/datasets", json!({ "name": name })).await.expect(201);
        }
        assert_eq!(names_of(&api, "/projects?limit=2").await, ["c", "D", "a", "E", "b", "Digits"]);
        assert_eq!(names_of(&api, "/datasets?limit=2").await, ["c", "D", "a", "E", "b"]);
    }

    async fn filters_take_text_literally(world) {
        let api = world.client().await;
        let other = api.post("/projects", json!({ "name": "Other" })).await.expect(201).id();
        for name in ["100% sure", "under_score", "back\\slash", "it's", "Émile"] {
            api.experiment(world, name).await;
        }
        api.post("/experiments", json!({ "project_id": other, "name": "elsewhere" })).await.expect(201);
        for (search, expected) in [("%", "100% sure"), ("_", "under_score"), ("\\", "back\\slash"), ("'", "it's"), ("éMILE", "Émile"), ("ELSE", "elsewhere")] {
            assert_eq!(names_of(&api, &format!("/experiments?search={}", encoded(search))).await, [expected], "{search}");
        }
        for search in ["\") OR 1=1--", "a*b", "\u{0}", &"x".repeat(2_000)] {
            assert_eq!(names_of(&api, &format!("/experiments?search={}", encoded(search))).await, [""; 0], "{search}");
        }
        for path in ["/projects", "/datasets", "/models"] {
            assert_eq!(names_of(&api, &format!("{path}?search=a%00")).await, [""; 0], "{path}");
        }
        assert_eq!(names_of(&api, &format!("/experiments?project_id={other}")).await, ["elsewhere"]);
        let running = api.experiment(world, "running").await;
        api.patch(&running, json!({ "status": "running" })).await.expect(200);
        assert_eq!(names_of(&api, "/experiments?status=running").await, ["running"]);
    }

    async fn queries_outside_the_rules_are_refused(world) {
        let api = world.client().await;
        let address = api.experiment(world, "Run").await;
        for query in [
            "limit=0", "limit=201", "limit=-1", "limit=1000000000000", "limit=a", "limit=1&limit=2", "sort=password_hash", "order=up",
            "status=done", "page=2", "offset=5", "project_id=7", "cursor=nonsense", "cursor=%00", "cursor=%5B%22a%22%5D",
        ] {
            api.get(&format!("/experiments?{query}")).await.problem(400, "invalid_query");
        }
        for path in ["/projects", "/datasets", "/models"] {
            for query in ["limit=0", "limit=201", "sort=size", "cursor=nonsense", "cursor=%00"] {
                api.get(&format!("{path}?{query}")).await.problem(400, "invalid_query");
            }
            api.get(&format!("{path}?limit=200")).await.expect(200);
        }
        for query in ["", "key=a&limit=0", "key=a&limit=10001", "key=a&after=x", "key=a&x=1"] {
            api.get(&format!("{address}/metrics/history?{query}")).await.problem(400, "invalid_query");
        }
    }
}
