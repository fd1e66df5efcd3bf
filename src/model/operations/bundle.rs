//! A version as one file: its files, its manifest and the digests of all, as a tar archive (R42).
//!
//! The format is GNU tar's (its manual, "Basic Tar Format"): names longer than 100 bytes come as an entry of type `L` before their file.

use crate::{
    database::Database,
    error::Failure,
    model::ModelVersion,
    services::Services,
    storage::{self, BlobStore},
    vocabulary::{
        Actor, ModelVersionId,
        label_map::formats::{LabelFormat, write_labels},
    },
};
use axum::body::Body;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use std::io;
use tar::{EntryType, Header};
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;

const BLOCK: u64 = 512;
/// The longest name that fits into a header, in bytes.
const MAX_SHORT_NAME: usize = 100;

/// The archive on its way out.
pub struct Bundle {
    /// The name under which it is saved, without the extension.
    pub name: String,
    /// All bytes of the archive.
    pub size_bytes: u64,
    pub body: Body,
}

enum Content {
    Text(Bytes),
    /// The place of a blob in the store.
    Stored(String),
}

struct Entry {
    name: String,
    size_bytes: u64,
    content: Content,
}

impl Entry {
    fn text(name: &str, text: String) -> Self {
        Self { name: name.to_owned(), size_bytes: text.len() as u64, content: Content::Text(text.into()) }
    }

    fn len(&self) -> u64 {
        headers(&self.name, self.size_bytes).len() as u64 + padded(self.size_bytes)
    }
}

/// The archive of a version. Its bytes are read from the disk while they are sent; little memory is needed.
pub async fn bundle(services: &Services, actor: &Actor, id: ModelVersionId) -> Result<Bundle, Failure> {
    let version = super::find_version(&services.database, actor, id).await?;
    let entries = entries(&services.database, &version).await?;
    let end = Bytes::from_static(&[0; 2 * BLOCK as usize]);
    let size_bytes = entries.iter().map(Entry::len).sum::<u64>() + end.len() as u64;
    let blobs = services.blobs.clone();
    let parts = stream::iter(entries).then(move |entry| open(blobs.clone(), entry)).try_flatten();
    let body = Body::from_stream(parts.chain(stream::once(async { Ok(end) })));
    Ok(Bundle { name: format!("{}-{}", version.model_name, version.name), size_bytes, body })
}

async fn entries(database: &Database, version: &ModelVersion) -> Result<Vec<Entry>, Failure> {
    let manifest = serde_json::to_string_pretty(version).map_err(|error| Failure::Broken(error.to_string()))?;
    let sums = version.files.iter().map(|file| format!("{}  files/{}\n", file.sha256, file.name)).collect();
    let mut entries = vec![
        Entry::text("manifest.json", manifest),
        Entry::text("SHA256SUMS", sums),
        Entry::text("label_map.json", write_labels(&version.labels, LabelFormat::Id2Label)),
    ];
    let mut connection = database.read().await?;
    for file in &version.files {
        let blob = storage::find(&mut connection, file.sha256).await?;
        let blob = blob.ok_or_else(|| Failure::Broken(format!("model file {} has no bytes", file.id)))?;
        let size_bytes = u64::try_from(blob.size_bytes).map_err(|error| Failure::Broken(error.to_string()))?;
        let name = format!("files/{}", file.name);
        entries.push(Entry { name, size_bytes, content: Content::Stored(blob.path) });
    }
    Ok(entries)
}

/// Header, bytes and padding of one entry.
async fn open(blobs: BlobStore, entry: Entry) -> io::Result<impl futures::Stream<Item = io::Result<Bytes>>> {
    let head = Bytes::from(headers(&entry.name, entry.size_bytes));
    let padding = vec![0; (padded(entry.size_bytes) - entry.size_bytes) as usize];
    let content = match entry.content {
        Content::Text(text) => stream::once(async { Ok(text) }).boxed(),
        Content::Stored(path) => {
            let file = blobs.read(&path).await?.take(entry.size_bytes);
            ReaderStream::with_capacity(file, 1 << 16).boxed()
        }
    };
    let before = stream::once(async { Ok(head) });
    Ok(before.chain(content).chain(stream::once(async { Ok(Bytes::from(padding)) })))
}

/// A size in whole blocks.
fn padded(size_bytes: u64) -> u64 {
    size_bytes.div_ceil(BLOCK) * BLOCK
}

fn headers(name: &str, size_bytes: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if name.len() > MAX_SHORT_NAME {
        let long = [name.as_bytes(), &[0]].concat();
        bytes.extend_from_slice(header(b"././@LongLink", EntryType::GNULongName, long.len() as u64).as_bytes());
        bytes.extend_from_slice(&long);
        bytes.resize(bytes.len().next_multiple_of(BLOCK as usize), 0);
    }
    let short = &name.as_bytes()[..name.len().min(MAX_SHORT_NAME)];
    bytes.extend_from_slice(header(short, EntryType::Regular, size_bytes).as_bytes());
    bytes
}

fn header(name: &[u8], kind: EntryType, size_bytes: u64) -> Header {
    let mut header = Header::new_gnu();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_mode(0o644);
    header.set_size(size_bytes);
    header.set_cksum();
    header
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn tar_programs_read_back_every_name_and_size() {
        let names = ["a".to_owned(), "b".repeat(100), "c/".repeat(31) + &"d".repeat(200), "größe.bin".to_owned()];
        for (name, content) in names.iter().flat_map(|name| [(name, vec![]), (name, vec![7; 513])]) {
            let mut bytes = headers(name, content.len() as u64);
            bytes.extend_from_slice(&content);
            bytes.resize(bytes.len().next_multiple_of(512) + 1024, 0);
            let mut archive = tar::Archive::new(bytes.as_slice());
            let mut entry = archive.entries().unwrap().next().unwrap().unwrap();
            let mut read = Vec::new();
            entry.read_to_end(&mut read).unwrap();
            assert_eq!((entry.path_bytes().into_owned(), read), (name.clone().into_bytes(), content));
        }
    }

    #[test]
    fn a_file_may_be_larger_than_eight_gibibytes() {
        let header = header(b"large.bin", EntryType::Regular, 50 << 30);
        assert_eq!(header.size().unwrap(), 50 << 30);
    }
}
