//! What a training prints, as a script sends and reads it.

use super::builders::*;
use crate::on_every_database;
use serde_json::{Value, json};

fn texts(answer: &Value) -> Vec<&str> {
    answer["items"].as_array().unwrap().iter().map(|line| line["text"].as_str().unwrap()).collect()
}

on_every_database! {
    async fn lines_are_kept_in_order_and_found_by_their_text(world) {
        let console = format!("/experiments/{}/console", an_experiment().create(world).await);
        let api = world.client().await;
        let first = json!({ "lines": [{ "text": "Epoch 1" }, { "text": "\u{1b}[31m50% lost\u{1b}[0m\0", "stream": "stderr" }] });
        assert_eq!(api.post(&console, first).await.expect(200).json(), json!({ "count": 2 }));
        let many: Vec<Value> = (2..302).map(|epoch| json!({ "text": format!("Epoch {epoch}") })).collect();
        assert_eq!(api.post(&console, json!({ "lines": many })).await.expect(200).json(), json!({ "count": 302 }));
        let tail = api.get(&format!("{console}?limit=2")).await.expect(200).json();
        assert_eq!(texts(&tail), ["Epoch 300", "Epoch 301"]);
        let following = api.get(&format!("{console}?after=0&limit=2")).await.expect(200).json();
        assert_eq!(texts(&following), ["50% lost", "Epoch 2"]);
        assert_eq!((&following["items"][0]["stream"], &following["items"][0]["seq"]), (&json!("stderr"), &json!(1)));
        let found = api.get(&format!("{console}?search=EPOCH%201")).await.expect(200).json();
        assert_eq!(texts(&found)[..2], ["Epoch 1", "Epoch 10"]);
        assert_eq!(texts(&api.get(&format!("{console}?search=0%25")).await.expect(200).json()), ["50% lost"]);
    }

    async fn refused_lines_leave_nothing(world) {
        let console = format!("/experiments/{}/console", an_experiment().create(world).await);
        let api = world.client().await;
        let before = world.rows().await;
        api.post(&console, json!({ "lines": [] })).await.problem(422, "invalid_lines");
        let too_many: Vec<Value> = (0..1_001).map(|_| json!({ "text": "" })).collect();
        api.post(&console, json!({ "lines": too_many })).await.problem(422, "invalid_lines");
        api.post(&console, json!({ "lines": [{ "text": "x", "stream": "other" }] })).await.problem(422, "invalid_field");
        api.get(&format!("{console}?limit=0")).await.problem(400, "invalid_query");
        assert_eq!(world.rows().await, before);
    }

    async fn the_lines_go_with_their_experiment(world) {
        let id = an_experiment().create(world).await;
        let api = world.client().await;
        api.post(&format!("/experiments/{id}/console"), json!({ "lines": [{ "text": "x" }] })).await.expect(200);
        api.delete(&format!("/experiments/{id}")).await.expect(204);
        assert_eq!(world.rows().await["console_lines"], Vec::<String>::new());
    }
}
