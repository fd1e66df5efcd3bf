//! How long an export takes: it depends on the number of artifacts, and must not depend on their size (D11).
//!
//! The bytes are sparse files; an export that read or copied them would show all the same. The table goes to `docs/benchmarks.md`.

#[path = "../tests/support/builders.rs"]
mod builders;
#[path = "support/table.rs"]
mod table;

use builders::{World, an_experiment, new_model};
use heirloom::{
    artifact,
    storage::NewBlob,
    vocabulary::{Digest, ExperimentId, FileName},
};
use sha2::{Digest as _, Sha256};
use std::{
    fmt::Write,
    fs::File,
    time::{Duration, Instant},
};

const COUNTS: [u64; 3] = [1, 100, 1_000];
const SIZES_BYTES: [u64; 2] = [1_000_000, 10_000_000_000];
const ROUNDS: usize = 21;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let table = runtime.block_on(measured());
    println!("{table}");
    table::write("export", &table);
}

async fn measured() -> String {
    let mut table = String::from(
        "| Database | Artifacts | 1 MB behind them | 10 GB behind them | Ratio |\n|---|---:|---:|---:|---:|\n",
    );
    let worlds = [("SQLite", Some(World::on_sqlite().await)), ("PostgreSQL", World::on_postgres().await)];
    for (name, world) in worlds {
        let Some(world) = world else { continue };
        for count in COUNTS {
            let medians = medians(&world, count).await;
            let [small, large] = medians.map(|median| median.as_secs_f64() * 1e3);
            writeln!(table, "| {name} | {count} | {small:.2} ms | {large:.2} ms | {:.2} |", large / small).unwrap();
        }
        world.close().await;
    }
    table
}

/// One median for each size. The sizes take turns, so that whatever else the machine does meets both.
async fn medians(world: &World, count: u64) -> [Duration; 2] {
    let experiments =
        [experiment_with(world, count, SIZES_BYTES[0]).await, experiment_with(world, count, SIZES_BYTES[1]).await];
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        for place in [round % 2, 1 - round % 2] {
            let request = new_model(&format!("{count} artifacts, size {place}, round {round}"));
            let begin = Instant::now();
            let version = world.export(experiments[place], request).await.unwrap().version;
            times[place].push(begin.elapsed());
            assert_eq!(version.files.len() as u64, count);
        }
    }
    times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    })
}

/// An experiment whose artifacts have `size_bytes` together.
async fn experiment_with(world: &World, count: u64, size_bytes: u64) -> ExperimentId {
    let id = an_experiment().create(world).await;
    for index in 0..count {
        let blob = sparse_blob(world, &format!("{id} {index}"), size_bytes / count);
        let file = FileName::parse(&format!("files/{index:04}.bin")).unwrap();
        artifact::operations::put(&world.services, &world.editor, id, file, blob).await.unwrap();
    }
    id
}

/// A file of the store with holes instead of bytes; its digest is one of its name, which nobody reads here.
fn sparse_blob(world: &World, name: &str, size_bytes: u64) -> NewBlob {
    let sha256 = Digest::from_bytes(Sha256::digest(name.as_bytes()).into());
    let path = format!("blobs/{sha256}");
    File::create(world.folder.join(&path)).unwrap().set_len(size_bytes).unwrap();
    NewBlob { sha256, size_bytes, path }
}
