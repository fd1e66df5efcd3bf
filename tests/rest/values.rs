//! Values come back exactly as they were sent.

use crate::{builders::World, client::Client, on_every_database};
use serde_json::{Value, json};

on_every_database! {
    async fn every_metric_value_comes_back_to_the_last_bit(world) {
        let client = Client::of(world).await;
        let here = format!("/experiments/{}/metrics", client.experiment(world, "run").await);
        let sent = r#"[0.1,-0.0,5e-324,1.7976931348623157e308,0.30000000000000004,123456789.12345679,"NaN","Infinity","-Infinity",7.0]"#;
        let values: Vec<Value> = serde_json::from_str(sent).unwrap();
        let points: Vec<Value> = values.iter().map(|value| json!({ "key": "loss", "step": 3, "value": value })).collect();
        assert_eq!(client.post(&here, json!({ "points": points })).await.json(), json!({ "accepted": 10 }));
        let history = client.get(&format!("{here}/history?key=loss")).await.json();
        let back: Vec<Value> = history["points"].as_array().unwrap().iter().map(|point| point["value"].clone()).collect();
        for (sent, back) in values.iter().zip(&back) {
            assert_eq!(sent.as_f64().map(f64::to_bits), back.as_f64().map(f64::to_bits), "{sent} became {back}");
            assert_eq!(sent.as_str(), back.as_str());
        }
        let summary = &client.get(&here).await.json()["items"][0];
        assert_eq!((summary["count"].as_i64(), summary["max"].as_f64()), (Some(10), Some(f64::MAX)));
    }

    async fn one_bad_point_keeps_all_points_out_and_is_named(world) {
        let client = Client::of(world).await;
        let here = format!("/experiments/{}/metrics", client.experiment(world, "run").await);
        let points = json!([
            { "key": "loss", "step": 0, "value": 1 },
            { "key": "loss", "step": -1, "value": 1 },
            { "key": "loss", "step": 1, "value": 1, "extra": 1 },
        ]);
        let answer = client.post(&here, json!({ "points": points })).await;
        assert_eq!(answer.problem(), (422, "invalid_points".to_owned()));
        let indexes: Vec<Value> = answer.json()["errors"].as_array().unwrap().iter().map(|error| error["index"].clone()).collect();
        assert_eq!(indexes, [json!(1), json!(2)]);
        assert_eq!(client.get(&here).await.json()["items"], json!([]));
        assert_eq!(client.post(&here, json!({ "points": [] })).await.problem().0, 422);
        let many: Vec<Value> = (0..10_001).map(|step| json!({ "key": "loss", "step": step, "value": 1 })).collect();
        assert_eq!(client.post(&here, json!({ "points": many })).await.problem().0, 422);
        let bare = r#"{"points":[{"key":"loss","step":1,"value":NaN}]}"#;
        let answer = client.call(&client.editor, "POST", &here, &[("content-type", "application/json")], bare).await;
        assert_eq!(answer.problem().0, 400);
        assert_eq!(client.post(&here, json!({ "points": many[..10_000] })).await.json(), json!({ "accepted": 10_000 }));
    }

    async fn parameters_keep_their_types_and_their_order(world) {
        let client = Client::of(world).await;
        let here = format!("/experiments/{}/parameters", client.experiment(world, "run").await);
        let sent = r#"{"z":1,"a":1.0,"text":"x","flag":true,"none":null,"list":[1,2.5,"a"],"nested":{"b":{"c":[]}},"big":9223372036854775807}"#;
        let headers = [("content-type", "application/json")];
        client.call(&client.editor, "PUT", &here, &headers, sent).await;
        assert_eq!(client.get(&here).await.bytes, sent);
        client.call(&client.editor, "PATCH", &here, &headers, r#"{"a":2,"new":0.5}"#).await;
        assert_eq!(client.get(&here).await.bytes, sent.replace(r#""a":1.0"#, r#""a":2"#).replace(r#"807}"#, r#"807,"new":0.5}"#));
        let nested = (0..64).fold(json!(1), |inner, _| json!([inner]));
        let answer = client.json(&client.editor, "PATCH", &here, json!({ "deep": nested })).await;
        assert_eq!(answer.problem(), (422, "invalid_parameters".to_owned()));
        let bomb = format!("{{\"deep\":{}", "[".repeat(100_000));
        assert_eq!(client.call(&client.editor, "PATCH", &here, &headers, bomb).await.problem(), (400, "malformed".to_owned()));
        client.call(&client.editor, "PUT", &here, &headers, "{}").await;
        assert_eq!(client.get(&here).await.bytes, "{}");
    }
}
