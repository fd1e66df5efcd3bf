//! TLS with certificates from files, which may change while the server runs.

use crate::services::TlsFiles;
use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::{sync::watch, time::interval};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, ServerConfig,
        crypto::{CryptoProvider, ring},
        pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject},
        server::{ClientHello, ResolvesServerCert},
        sign::CertifiedKey,
    },
};

/// Why TLS is not possible with these files.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or is no PEM.
    #[error("{} cannot be used: {error}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        error: pem::Error,
    },
    /// The files are not what TLS needs: another key, or none of the kinds that are known.
    #[error("the certificate and its key cannot be used: {0}")]
    Certificate(#[from] rustls::Error),
}

/// Makes connections secret.
#[derive(Debug)]
pub struct Tls {
    certificate: Arc<Certificate>,
    config: Arc<ServerConfig>,
}

impl Tls {
    /// Reads the files.
    pub fn open(files: TlsFiles) -> Result<Self, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let certificate = Arc::new(Certificate::open(files, provider.clone())?);
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let mut config = config.with_no_client_auth().with_cert_resolver(certificate.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { certificate, config: Arc::new(config) })
    }

    /// Makes one connection secret.
    pub fn acceptor(&self) -> TlsAcceptor {
        self.config.clone().into()
    }

    /// Looks at the files from time to time, for ever.
    pub fn keep_fresh(&self) -> impl Future<Output = ()> + use<> {
        self.certificate.clone().keep_fresh()
    }
}

/// The certificate that is served now.
#[derive(Debug)]
struct Certificate {
    files: TlsFiles,
    provider: Arc<CryptoProvider>,
    current: watch::Sender<Arc<CertifiedKey>>,
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.borrow().clone())
    }
}

impl Certificate {
    fn open(files: TlsFiles, provider: Arc<CryptoProvider>) -> Result<Self, TlsError> {
        let current = watch::Sender::new(load(&files, &provider)?);
        Ok(Self { files, provider, current })
    }

    /// A new certificate that cannot be used leaves the old one in place, until the files change again.
    async fn keep_fresh(self: Arc<Self>) {
        let mut seen = self.state_of_files();
        let mut ticks = interval(self.files.look_every);
        loop {
            ticks.tick().await;
            let state = self.state_of_files();
            if state == seen {
                continue;
            }
            seen = state;
            match load(&self.files, &self.provider) {
                Ok(new) => {
                    self.current.send_replace(new);
                    tracing::info!("a new certificate is served");
                }
                Err(error) => tracing::error!(%error, "the certificate has changed, and the old one is still served"),
            }
        }
    }

    fn state_of_files(&self) -> [Option<FileState>; 2] {
        [&self.files.certificate, &self.files.key].map(|path| FileState::of(path).ok())
    }
}

/// What differs when a file was written again, or replaced by another.
#[derive(PartialEq, Eq)]
struct FileState {
    inode: u64,
    length: u64,
    seconds: i64,
    nanoseconds: i64,
}

impl FileState {
    fn of(path: &Path) -> io::Result<Self> {
        let file = fs::metadata(path)?;
        let (inode, length) = (file.ino(), file.len());
        Ok(Self { inode, length, seconds: file.mtime(), nanoseconds: file.mtime_nsec() })
    }
}

fn load(files: &TlsFiles, provider: &CryptoProvider) -> Result<Arc<CertifiedKey>, TlsError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |error| TlsError::File { path, error }
    };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(&files.certificate).and_then(Iterator::collect);
    let chain = chain.map_err(unreadable(&files.certificate))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(unreadable(&files.key))?;
    Ok(Arc::new(CertifiedKey::from_der(chain, key, provider)?))
}
