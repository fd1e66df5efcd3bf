//! Numbers and texts come back as they were sent, or are refused; never changed.

use super::builders::*;
use crate::on_every_database;
use serde_json::{Value, json};

on_every_database! {
    async fn metric_values_come_back_bit_by_bit(world) {
        let api = world.client().await;
        let address = api.experiment(world, "Run").await;
        let numbers = [
            "-0.0", "0.0", "5e-324", "-5e-324", "2.2250738585072014e-308", "1.7976931348623157e308", "0.1", "0.30000000000000004",
            "0.3333333333333333", "123456789.12345679", "6.02214076e23", "1", "-7", "9007199254740993", "0.000012345678901234567",
        ];
        let points: Vec<String> = numbers.iter().zip(0..).map(|(number, step)| format!(r#"{{"key":"v","step":{step},"value":{number}}}"#)).collect();
        let body = format!(r#"{{"points":[{}]}}"#, points.join(","));
        api.send_text("POST", &format!("{address}/metrics"), body).await.expect(200);
        let history = api.get(&format!("{address}/metrics/history?key=v")).await.expect(200).json();
        for (point, sent) in history["points"].as_array().unwrap().iter().zip(numbers) {
            let sent: f64 = sent.parse().unwrap();
            assert_eq!(point["value"].as_f64().map(f64::to_bits), Some(sent.to_bits()), "{sent:e}");
        }
        assert_eq!(history["points"].as_array().unwrap().len(), numbers.len());
    }

    async fn not_a_number_and_the_infinities_come_back_as_texts(world) {
        let api = world.client().await;
        let address = api.experiment(world, "Run").await;
        let values = [json!("NaN"), json!("Infinity"), json!("-Infinity"), json!(2.5)];
        let points: Vec<Value> = values.iter().map(|value| json!({ "key": "v", "step": 3, "value": value })).collect();
        api.post(&format!("{address}/metrics"), json!({ "points": points })).await.expect(200);
        let history = api.get(&format!("{address}/metrics/history?key=v")).await.expect(200).json();
        let read: Vec<Value> = history["points"].as_array().unwrap().iter().map(|point| point["value"].clone()).collect();
        assert_eq!(read, values);
        let summary = api.get(&format!("{address}/metrics")).await.expect(200).json();
        assert_eq!(summary["items"][0]["count"], 4);
        assert_eq!(summary["items"][0]["min"], 2.5);
        for bare in ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"] {
            let body = format!(r#"{{"points":[{{"key":"v","step":0,"value":{bare}}}]}}"#);
            api.send_text("POST", &format!("{address}/metrics"), body).await.problem(400, "malformed");
        }
    }

    async fn points_are_kept_all_or_none_and_the_bad_ones_are_named(world) {
        let api = world.client().await;
        let address = format!("{}/metrics", api.experiment(world, "Run").await);
        let good = json!({ "key": "loss", "step": 1, "value": 1 });
        api.post(&address, json!({ "points": [good] })).await.expect(200);
        let before = world.rows().await;
        let problem = api.post(&address, json!({ "points": [
            good,
            { "key": "loss", "step": -1, "value": 1 },
            { "key": "loss", "step": 9_007_199_254_740_992_i64, "value": 1 },
            { "key": "loss", "step": 9_223_372_036_854_775_808_u64, "value": 1 },
            { "key": "loss", "step": 1.5, "value": 1 },
            { "key": "loss", "step": "7", "value": 1 },
            good,
            { "key": "", "step": 1, "value": 1 },
            { "key": "x".repeat(10_000), "step": 1, "value": 1 },
            { "key": "loss", "step": 1, "value": "nan" },
            { "key": "loss", "step": 1, "value": null },
            { "key": "loss", "step": 1, "value": 1, "extra": 1 },
            { "key": "loss", "step": 1 },
            { "key": "loss", "step": 1, "value": 1, "time": "yesterday" },
            7,
        ] })).await.problem(422, "invalid_points");
        let indexes: Vec<u64> = problem["errors"].as_array().unwrap().iter().map(|error| error["index"].as_u64().unwrap()).collect();
        assert_eq!(indexes, [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14]);
        assert!(problem["errors"].as_array().unwrap().iter().all(|error| error["message"].is_string()));
        api.post(&address, json!({ "points": vec![good; 10_001] })).await.problem(422, "invalid_points");
        assert_eq!(world.rows().await, before);
        let long_key = "k".repeat(200);
        let points: Vec<Value> = (0..10_000).map(|step| json!({ "key": long_key, "step": step, "value": 0.123_456_789, "time": "2026-11-23T12:00:00.123456Z" })).collect();
        assert_eq!(api.post(&address, json!({ "points": points })).await.expect(200).json(), json!({ "accepted": 10_000 }));
    }

    async fn history_is_read_in_parts_and_keeps_the_order_of_arrival(world) {
        let api = world.client().await;
        let address = format!("{}/metrics", api.experiment(world, "Run").await);
        let steps = [5, 3, 3, 9, 0, 3, 7];
        for step in steps {
            api.post(&address, json!({ "points": [{ "key": "a/b c", "step": step, "value": step }] })).await.expect(200);
        }
        let mut read = Vec::new();
        let mut after = String::new();
        loop {
            let page = api.get(&format!("{address}/history?key=a%2Fb%20c&limit=3{after}")).await.expect(200).json();
            read.extend(page["points"].as_array().unwrap().iter().map(|point| point["step"].as_i64().unwrap()));
            match page["next_after"].as_i64() {
                Some(seq) => after = format!("&after={seq}"),
                None => break,
            }
        }
        assert_eq!(read, steps);
        let none = json!({ "points": [], "next_after": null });
        assert_eq!(api.get(&format!("{address}/history?key=other")).await.expect(200).json(), none);
        assert_eq!(api.get(&format!("{address}/history?key=%00")).await.expect(200).json(), none);
    }

    async fn times_are_kept_in_utc_or_refused(world) {
        let api = world.client().await;
        let address = format!("{}/metrics", api.experiment(world, "Run").await);
        for (sent, kept) in [
            ("2026-11-23T12:00:00+02:00", "2026-11-23T10:00:00.000000Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
            ("9999-12-30T22:00:00Z", "9999-12-30T22:00:00.000000Z"),
            ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000Z"),
        ] {
            api.post(&address, json!({ "points": [{ "key": "t", "step": 0, "value": 1, "time": sent }] })).await.expect(200);
            let last = &api.get(&address).await.expect(200).json()["items"][0]["last"]["time"];
            assert_eq!(last, kept);
        }
        for bad in [json!("0000-01-01T00:00:00Z"), json!("10000-01-01T00:00:00Z"),
            json!("9999-12-30T22:00:00.999999Z"), json!(1_000_000_000_000_000_000_i64), json!("now"), json!("")] {
            api.post(&address, json!({ "points": [{ "key": "t", "step": 0, "value": 1, "time": bad }] })).await.problem(422, "invalid_points");
        }
    }

    async fn parameters_keep_types_and_order(world) {
        let api = world.client().await;
        let address = format!("{}/parameters", api.experiment(world, "Run").await);
        let text = r#"{"z":1,"a":1.0,"m":[true,{"y":null,"b":"x"}],"big":9223372036854775807,"huge":18446744073709551615,"lr":0.00030000000000000003,"é \"q\"":"\\ \t 日本","e":{}}"#;
        assert_eq!(api.send_text("PUT", &address, text).await.expect(200).body, text);
        assert_eq!(api.get(&address).await.expect(200).body, text);
        let merged = api.patch(&address, json!({ "new": [1.5], "a": "other" })).await.expect(200);
        let expected = text.replace(r#""a":1.0"#, r#""a":"other""#).replace(r#","e":{}}"#, r#","e":{},"new":[1.5]}"#);
        assert_eq!(merged.body, expected);
        assert_eq!(api.get(&address).await.expect(200).body, expected);
        assert_eq!(api.put(&address, json!({})).await.expect(200).body, "{}");
    }

    async fn parameters_outside_the_limits_change_nothing(world) {
        let api = world.client().await;
        let address = format!("{}/parameters", api.experiment(world, "Run").await);
        api.put(&address, json!({ "kept": 1 })).await.expect(200);
        let nested = (0..64).fold(json!(1), |inner, _| json!([inner]));
        let many: serde_json::Map<String, Value> = (0..2_001).map(|index| (format!("k{index}"), json!(index))).collect();
        for bad in [json!({ "deep": nested }), Value::Object(many), json!({ "": 1 }), json!({ "x".repeat(10_000): 1 }), json!({ "large": "x".repeat(70_000) }), json!({ "nul": "a\u{0}b" }), json!({ "a\u{0}b": 1 })] {
            api.put(&address, bad.clone()).await.problem(422, "invalid_parameters");
            api.patch(&address, bad).await.problem(422, "invalid_parameters");
        }
        assert_eq!(api.get(&address).await.expect(200).body, r#"{"kept":1}"#);
    }

    async fn names_keep_every_character_and_look_alikes_are_the_same(world) {
        let api = world.client().await;
        for name in ["👩‍👩‍👧‍👦 family", "日本語", "a%20b", "a b c", "a+b+c", "<script>alert(1)</script>", "e\u{301}".repeat(50).as_str(), "{{7*7}}"] {
            let created = api.post("/projects", json!({ "name": name })).await.expect(201).json();
            let read = created["name"].as_str().unwrap();
            assert_eq!(name_key_of(read), name_key_of(name));
        }
        for (first, second) in [("Détection", "DE\u{301}TECTION"), ("Straße", "STRASSE"), ("ﬁle", "file"), ("ΣΊΣΥΦΟΣ", "σίσυφος")] {
            api.post("/datasets", json!({ "name": first })).await.expect(201);
            api.post("/datasets", json!({ "name": second })).await.problem(409, "name_taken");
        }
        for bad in ["", "  ", "a\u{0}b", "a\nb", "a\u{202E}b", &"x".repeat(201)] {
            api.post("/projects", json!({ "name": bad })).await.problem(422, "invalid_field");
        }
        api.send_text("POST", "/projects", r#"{"name":"\ud800"}"#).await.problem(400, "malformed");
    }
}

fn name_key_of(text: &str) -> String {
    heirloom::vocabulary::name::name_key(text)
}
