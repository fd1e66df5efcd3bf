//! What belongs to the other product and not to this one: each call is named and refused.

use crate::{
    error::{AppError, ErrorKind, Failure},
    vocabulary::Actor,
};
use axum::http::{Method, Uri};

/// Parts of addresses that belong to the datalake, annotation, evaluation, campaigns, deployments, processing and launched trainings.
const OUTSIDE: [&str; 60] = [
    "analytics",
    "annotation",
    "annotationcampaigns",
    "annotations",
    "asset",
    "assets",
    "attributes",
    "bulk-annotations",
    "bulk-labels",
    "campaign",
    "campaigns",
    "chart",
    "charts",
    "classification",
    "compute",
    "compute-connector",
    "compute-connectors",
    "computeconnectors",
    "connector",
    "connectors",
    "data",
    "datalake",
    "datalakes",
    "datas",
    "datasource",
    "datasources",
    "deploy",
    "deployment",
    "deployments",
    "embeddings",
    "evaluate",
    "evaluation",
    "evaluations",
    "fast-training",
    "fast-trainings",
    "import",
    "job",
    "jobs",
    "jobv2s",
    "launch",
    "line",
    "mask",
    "monitor",
    "point",
    "polygon",
    "predicted",
    "predicted-assets",
    "prediction",
    "predictions",
    "processing",
    "processings",
    "projection",
    "rectangle",
    "review",
    "reviewcampaigns",
    "shape",
    "skeleton",
    "skeletons",
    "users",
    "visual-search",
];

/// Tags of assets, which stand below the version of a dataset.
fn is_of_assets(path: &str) -> bool {
    path.strip_prefix("/api/dataset/version/").is_some_and(|rest| rest.split('/').nth(1) == Some("tags"))
}

fn is_outside(path: &str) -> bool {
    is_of_assets(path) || path.split('/').any(|part| OUTSIDE.contains(&part))
}

/// The answer to every call that is not served.
pub async fn refuse(_: Actor, method: Method, uri: Uri) -> Failure {
    let (kind, code, what) = match is_outside(uri.path()) {
        true => {
            (ErrorKind::NotImplemented, "not_implemented", "is for a part of that platform that Heirloom does not have")
        }
        false => (ErrorKind::NotFound, "not_found", "is no call that is known here"),
    };
    refusal(kind, code, &method, &uri, what)
}

/// The answer to every call of a method that its address does not take.
pub async fn refuse_method(actor: Actor, method: Method, uri: Uri) -> Failure {
    match is_outside(uri.path()) {
        true => refuse(actor, method, uri).await,
        false => {
            let what = "is no call: this address does not take this method";
            refusal(ErrorKind::MethodNotAllowed, "method_not_allowed", &method, &uri, what)
        }
    }
}

fn refusal(kind: ErrorKind, code: &'static str, method: &Method, uri: &Uri, what: &str) -> Failure {
    let path = uri.path();
    AppError::new(kind, code, format!("{method} {path} {what}. docs/picsellia.md lists what works.")).into()
}
