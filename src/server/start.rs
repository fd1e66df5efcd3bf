//! Opening a data folder, and serving it until the operator says stop.

use super::{
    connections::{Server, Tls, TlsError},
    router_at,
};
use crate::{
    artifact,
    auth::{password::Passwords, throttle::Throttle},
    database::{Database, DatabaseUrl, OpenError, idempotency},
    error::Failure,
    services::{Services, Settings, Signer},
    storage::BlobStore,
    vocabulary::Timestamp,
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::{
    fs::{File, TryLockError},
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

/// The embedded database, in the data folder.
const DATABASE_FILE: &str = "heirloom.db";

/// Why the server, or a command, cannot use its data.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another process has the lock.
    #[error("the data folder {} is in use by a running server. Stop the server first, or use its pages and its API instead", .0.display())]
    InUse(PathBuf),
    /// A network file system cannot promise what a database needs.
    #[error("the data folder {} is on a network file system, where SQLite can lose data. Use a local disk, or PostgreSQL with --database-url", .0.display())]
    NetworkFileSystem(PathBuf),
    /// The folder cannot be used.
    #[error("the data folder {} cannot be used: {error}", path.display())]
    Folder {
        /// Which one.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// The address is taken, or not ours.
    #[error("cannot listen on {address}: {error}. Choose another address with --listen")]
    Listen {
        /// Which one.
        address: SocketAddr,
        /// Why.
        error: io::Error,
    },
    /// The certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The deployment was examined.
    #[error("{0} of the findings must be mended")]
    Unhealthy(usize),
    /// Something else failed.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Where the data is.
#[derive(Clone, Debug)]
pub struct DataPlace {
    /// The folder with the blobs and, without a database URL, the database.
    pub folder: PathBuf,
    /// PostgreSQL, or another SQLite file.
    pub database_url: Option<DatabaseUrl>,
}

/// Open data, and the lock that keeps other processes out for as long as this value lives.
#[derive(Debug)]
pub struct OpenData {
    /// Ready to work.
    pub services: Services,
    _lock: File,
}

/// Locks the data folder, runs the start-up checks, and opens database and blobs.
pub async fn open(place: &DataPlace, settings: Settings) -> Result<OpenData, StartError> {
    let folder = &place.folder;
    let unusable = |error| StartError::Folder { path: folder.clone(), error };
    std::fs::create_dir_all(folder).map_err(unusable)?;
    let lock = File::create(folder.join(".lock")).map_err(unusable)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(StartError::InUse(folder.clone())),
        Err(TryLockError::Error(error)) => return Err(unusable(error)),
    }
    let database = Database::open(&database_url(place)?).await?;
    let services = Services {
        signer: Signer::open(folder).map_err(unusable)?,
        database,
        blobs: BlobStore::open(folder).map_err(unusable)?,
        passwords: Passwords::new()?,
        throttle: Throttle::default(),
        mailer: None,
        provider: None,
        settings: Arc::new(settings),
    };
    Ok(OpenData { services, _lock: lock })
}

/// Opens the database to read it and nothing else; a running server does not mind.
pub async fn open_to_read(place: &DataPlace) -> Result<Database, StartError> {
    let file = place.folder.join(DATABASE_FILE);
    if place.database_url.is_none() && !file.exists() {
        return Err(StartError::Folder { path: file, error: io::ErrorKind::NotFound.into() });
    }
    Ok(Database::open_to_read(&database_url(place)?).await?)
}

fn database_url(place: &DataPlace) -> Result<DatabaseUrl, StartError> {
    let folder = &place.folder;
    let unusable = |error| StartError::Folder { path: folder.clone(), error };
    match &place.database_url {
        Some(url) => Ok(url.clone()),
        None if is_on_network(folder).map_err(unusable)? => Err(StartError::NetworkFileSystem(folder.clone())),
        None => Ok(DatabaseUrl::sqlite_file(&folder.canonicalize().map_err(unusable)?.join(DATABASE_FILE))),
    }
}

fn is_on_network(folder: &Path) -> io::Result<bool> {
    const NFS: i64 = 0x6969;
    const SMB: i64 = 0x517B;
    const CIFS: i64 = 0xFF53_4D42;
    const SMB2: i64 = 0xFE53_4D42;
    let kind = rustix::fs::statfs(folder)?.f_type;
    Ok([NFS, SMB, CIFS, SMB2].contains(&kind))
}

/// Where connections come from, and what makes them secret.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    tls: Option<Tls>,
    /// The address, with the port that the system gave if none was asked for.
    pub address: SocketAddr,
}

/// Takes the address and reads the certificate, so that wrong ones are known before anything is announced.
pub async fn listen(address: SocketAddr, settings: &Settings) -> Result<Listening, StartError> {
    let tls = settings.tls.clone().map(Tls::open).transpose()?;
    let unusable = |error| StartError::Listen { address, error };
    let listener = TcpListener::bind(address).await.map_err(unusable)?;
    let address = listener.local_addr().map_err(unusable)?;
    Ok(Listening { listener, tls, address })
}

/// Serves until SIGINT or SIGTERM; then open requests may end, and the database is closed.
pub async fn serve(data: OpenData, listening: Listening) -> Result<(), StartError> {
    let stop = stop_signal()?;
    allow_many_files();
    serve_until(&data.services, listening, stop).await;
    data.services.database.close().await;
    Ok(())
}

/// Serves until somebody says stop.
pub async fn serve_until(services: &Services, listening: Listening, stop: impl Future<Output = ()>) {
    let Listening { listener, tls, address } = listening;
    let limits = services.settings.limits.clone();
    let server = Server { router: router_at(address, services.clone()), tls, limits };
    let housekeeping = tokio::spawn(keep_house(services.clone()));
    server.serve(listener, stop).await;
    housekeeping.abort();
}

/// Every connection is an open file. Systems allow few unless a program asks for as many as it may have.
fn allow_many_files() {
    let allowed = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: allowed.maximum, ..allowed }) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
}

async fn keep_house(services: Services) {
    let mut hourly = tokio::time::interval(Duration::from_secs(3_600));
    loop {
        hourly.tick().await;
        if let Err(error) = forget_old_keys(&services.database).await {
            tracing::error!(%error, "old idempotency keys could not be forgotten");
        }
        if let Err(error) = artifact::operations::uploads::sweep(&services, Timestamp::now()).await {
            tracing::error!(%error, "unfinished uploads could not be swept away");
        }
    }
}

async fn forget_old_keys(database: &Database) -> Result<(), Failure> {
    let mut transaction = database.begin().await?;
    idempotency::forget_old(&mut transaction, Timestamp::now()).await?;
    Ok(transaction.commit().await?)
}

/// Ends when the operator says stop. The signals are listened for from the call on, before anybody can have an answer.
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}
