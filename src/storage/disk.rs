//! The files of the blob store.

use super::UploadError;
use crate::vocabulary::Digest;
use bytes::Bytes;
use futures::{Stream, StreamExt};
use rustix::fs::{Mode, OFlags, RenameFlags};
use sha2::{Digest as _, Sha256};
use std::{
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use uuid::Uuid;

/// How long an upload may be silent before it is broken off.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
/// How many bytes are gathered before they are handed to the disk.
const WRITE_SIZE: usize = 1 << 20;

/// The folder that holds the blobs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct BlobStore {
    root: Arc<Path>,
}

/// What the client said about the bytes that it is going to send.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expected {
    /// Their SHA-256, from `Repr-Digest` (RFC 9530) or `X-Content-SHA256`.
    pub sha256: Option<Digest>,
    /// Their number, from `Content-Length`.
    pub size_bytes: Option<u64>,
    /// More than this is refused.
    pub limit_bytes: u64,
}

/// Bytes that are durable, but that no row speaks of yet.
#[derive(Clone, Debug)]
pub struct NewBlob {
    /// Their SHA-256.
    pub sha256: Digest,
    /// Their number.
    pub size_bytes: u64,
    /// Where they are, relative to the store; made by the server alone.
    pub path: String,
}

struct TemporaryFile {
    path: PathBuf,
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        // After the rename there is nothing to remove, and a leftover is harmless: start-up clears the folder.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl BlobStore {
    /// Opens the store in `root`, and clears what broken-off uploads left behind.
    pub fn open(root: &Path) -> io::Result<Self> {
        let temporary = root.join("tmp");
        std::fs::create_dir_all(&temporary)?;
        std::fs::create_dir_all(root.join("blobs"))?;
        for entry in std::fs::read_dir(&temporary)? {
            std::fs::remove_file(entry?.path())?;
        }
        fsync_folder(root)?;
        Ok(Self { root: root.into() })
    }

    /// Stores a stream with constant memory. When this returns, the bytes survive a power cut.
    ///
    /// # Errors
    /// The stream broke off, was too long, or is not what was expected; then nothing remains.
    pub async fn write<S, E>(&self, stream: S, expected: Expected) -> Result<NewBlob, UploadError>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: std::fmt::Display,
    {
        if expected.size_bytes.is_some_and(|size| size > expected.limit_bytes) {
            return Err(UploadError::TooLarge { limit_bytes: expected.limit_bytes });
        }
        let temporary = TemporaryFile { path: self.root.join("tmp").join(Uuid::now_v7().to_string()) };
        let mut file = create_new(&temporary.path)?;
        if let Some(size) = expected.size_bytes.filter(|&size| size > 0) {
            reserve(&file, size)?;
        }
        let mut hash = Sha256::new();
        let mut size_bytes: u64 = 0;
        let mut pending = Vec::new();
        let mut stream = std::pin::pin!(stream);
        loop {
            let next = tokio::time::timeout(IDLE_TIMEOUT, stream.next()).await;
            let chunk = match next
                .map_err(|_| UploadError::BrokenOff(format!("silent for {} seconds", IDLE_TIMEOUT.as_secs())))?
            {
                Some(chunk) => chunk.map_err(|error| UploadError::BrokenOff(error.to_string()))?,
                None => break,
            };
            size_bytes += chunk.len() as u64;
            if size_bytes > expected.limit_bytes {
                return Err(UploadError::TooLarge { limit_bytes: expected.limit_bytes });
            }
            hash.update(&chunk);
            pending.extend_from_slice(&chunk);
            if pending.len() >= WRITE_SIZE {
                (file, pending) = write_all(file, pending).await?;
            }
        }
        let (file, _) = write_all(file, pending).await?;
        let sha256 = Digest::from_bytes(hash.finalize().into());
        if expected.size_bytes.is_some_and(|size| size != size_bytes) {
            return Err(UploadError::BrokenOff(format!(
                "{size_bytes} bytes arrived, which is not the announced length"
            )));
        }
        if expected.sha256.is_some_and(|announced| announced != sha256) {
            return Err(UploadError::DigestMismatch { actual: sha256 });
        }
        let hex = sha256.to_string();
        let path = format!("blobs/{}/{hex}-{}", &hex[..2], Uuid::now_v7());
        let root = self.root.clone();
        let stored_path = path.clone();
        in_background(move || settle(&root, file, temporary, &stored_path)).await?;
        Ok(NewBlob { sha256, size_bytes, path })
    }

    /// Removes a file that no row speaks of, because another upload of the same bytes came first.
    pub async fn discard(&self, blob: &NewBlob) {
        let path = self.root.join(&blob.path);
        if let Err(error) = tokio::fs::remove_file(path).await {
            tracing::warn!(sha256 = %blob.sha256, %error, "an unused blob could not be removed");
        }
    }

    /// Opens stored bytes for reading. Links and devices are refused: only a regular file can be a blob.
    pub async fn read(&self, path: &str) -> io::Result<tokio::fs::File> {
        let path = self.root.join(path);
        let file = in_background(move || {
            let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            let file = File::from(rustix::fs::open(&path, flags, Mode::empty())?);
            if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("a blob must be a regular file")) }
        })
        .await?;
        Ok(tokio::fs::File::from_std(file))
    }
}

async fn in_background<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

async fn write_all(mut file: File, mut pending: Vec<u8>) -> io::Result<(File, Vec<u8>)> {
    in_background(move || {
        file.write_all(&pending)?;
        pending.clear();
        Ok((file, pending))
    })
    .await
}

fn create_new(path: &Path) -> io::Result<File> {
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::WRONLY | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR)?))
}

/// Takes the space at once, so that a full disk is known before the bytes are sent.
fn reserve(file: &File, size_bytes: u64) -> io::Result<()> {
    match rustix::fs::fallocate(file, rustix::fs::FallocateFlags::KEEP_SIZE, 0, size_bytes) {
        Ok(()) | Err(rustix::io::Errno::OPNOTSUPP) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Makes the bytes durable under their final path. A failed `fsync` fails the upload: trying again could report bytes as safe that the
/// kernel has already dropped.
fn settle(root: &Path, file: File, temporary: TemporaryFile, path: &str) -> io::Result<()> {
    file.sync_all()?;
    let target = root.join(path);
    let folder = target.parent().ok_or_else(|| io::Error::other("a blob path has a folder"))?;
    if !folder.exists() {
        match std::fs::create_dir(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => fsync_folder(&root.join("blobs"))?,
        }
    }
    rustix::fs::renameat_with(rustix::fs::CWD, &temporary.path, rustix::fs::CWD, &target, RenameFlags::NOREPLACE)?;
    fsync_folder(folder)
}

fn fsync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;
    use tokio::io::AsyncReadExt;

    fn store() -> (BlobStore, PathBuf) {
        let root = std::env::temp_dir().join(format!("heirloom-blobs-{}", Uuid::now_v7()));
        (BlobStore::open(&root).unwrap(), root)
    }

    fn chunks(parts: &[&'static str]) -> impl Stream<Item = Result<Bytes, io::Error>> + use<> {
        stream::iter(parts.iter().map(|part| Ok(Bytes::from_static(part.as_bytes()))).collect::<Vec<_>>())
    }

    fn files_below(root: &Path) -> usize {
        let entries = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
        entries.map(|path| if path.is_dir() { files_below(&path) } else { 1 }).sum()
    }

    const LIMIT: Expected = Expected { sha256: None, size_bytes: None, limit_bytes: 100 };
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[tokio::test]
    async fn bytes_come_back_under_their_digest() {
        let (store, root) = store();
        for parts in [&[][..], &["abc"], &["a", "", "bc"]] {
            let blob = store.write(chunks(parts), LIMIT).await.unwrap();
            let mut text = String::new();
            store.read(&blob.path).await.unwrap().read_to_string(&mut text).await.unwrap();
            assert_eq!(text, parts.concat());
            assert!(text.is_empty() || blob.sha256.to_string() == ABC);
        }
        std::fs::remove_dir_all(root).unwrap();
    }

    #[tokio::test]
    async fn a_refused_upload_leaves_nothing() {
        let (store, root) = store();
        let wrong = Expected { sha256: Some(Digest::from_bytes([7; 32])), ..LIMIT };
        assert!(matches!(store.write(chunks(&["abc"]), wrong).await, Err(UploadError::DigestMismatch { .. })));
        let short = Expected { size_bytes: Some(4), ..LIMIT };
        assert!(matches!(store.write(chunks(&["abc"]), short).await, Err(UploadError::BrokenOff(_))));
        let small = Expected { limit_bytes: 2, ..LIMIT };
        assert!(matches!(store.write(chunks(&["a", "bc"]), small).await, Err(UploadError::TooLarge { .. })));
        let broken = stream::iter([Ok(Bytes::from_static(b"abc")), Err("reset")]);
        assert!(matches!(store.write(broken, LIMIT).await, Err(UploadError::BrokenOff(_))));
        assert_eq!(files_below(&root), 0);
        std::fs::remove_dir_all(root).unwrap();
    }

    #[tokio::test]
    async fn a_link_in_place_of_a_blob_is_not_followed() {
        let (store, root) = store();
        let blob = store.write(chunks(&["abc"]), LIMIT).await.unwrap();
        std::fs::remove_file(root.join(&blob.path)).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", root.join(&blob.path)).unwrap();
        assert!(store.read(&blob.path).await.is_err());
        std::fs::remove_dir_all(root).unwrap();
    }
}
