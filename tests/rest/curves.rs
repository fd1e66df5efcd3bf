//! Series as a chart draws them.

use super::builders::*;
use crate::on_every_database;
use serde_json::{Value, json};

on_every_database! {
    async fn a_curve_is_short_and_keeps_what_sticks_out(world) {
        let api = world.client().await;
        let address = format!("{}/metrics", api.experiment(world, "Run").await);
        let value = |step| match step {
            700 => json!(1e9),
            701 => json!("NaN"),
            _ => json!(step % 7),
        };
        let points: Vec<Value> = (0..3_000).map(|step| json!({ "key": "a/b c", "step": step, "value": value(step) })).collect();
        api.post(&address, json!({ "points": points })).await.expect(200);
        let curve = api.get(&format!("{address}/curve?key=a%2Fb%20c&max_points=20")).await.expect(200).json();
        assert_eq!((&curve["count"], &curve["special"]), (&json!(3_000), &json!(1)));
        let drawn = curve["points"].as_array().unwrap();
        assert!((10..=22).contains(&drawn.len()), "{}", drawn.len());
        assert!(drawn.iter().any(|point| point["step"] == 700 && point["value"] == 1e9));
        assert!(drawn.iter().any(|point| point["step"] == 701 && point["value"] == "NaN"));
        assert_eq!(drawn[drawn.len() - 1]["step"], 2_999);
        let part = api.get(&format!("{address}/curve?key=a%2Fb%20c&from_step=698&to_step=703")).await.expect(200).json();
        let steps: Vec<i64> = part["points"].as_array().unwrap().iter().map(|point| point["step"].as_i64().unwrap()).collect();
        assert_eq!(steps, [698, 699, 700, 701, 702, 703]);
        let whole = api.get(&format!("{address}/curve?key=a%2Fb%20c")).await.expect(200).json();
        assert!((250..=502).contains(&whole["points"].as_array().unwrap().len()), "500 numbers unless asked otherwise");
    }

    async fn a_curve_of_nothing_is_empty_and_a_wrong_question_is_refused(world) {
        let api = world.client().await;
        let address = format!("{}/metrics", api.experiment(world, "Run").await);
        let nothing = json!({ "points": [], "count": 0, "special": 0 });
        for key in ["other", "%00"] {
            assert_eq!(api.get(&format!("{address}/curve?key={key}")).await.expect(200).json(), nothing);
        }
        for wrong in ["key=x&max_points=2", "key=x&max_points=10001", "key=x&max_points=many", "max_points=10", "key=x&step=1"] {
            assert_eq!(api.get(&format!("{address}/curve?{wrong}")).await.expect(400).json()["code"], "invalid_query", "{wrong}");
        }
        world.foreign_client().await.get(&format!("{address}/curve?key=x")).await.problem(404, "not_found");
    }
}
