//! Password hashes: argon2id with the minimum of the OWASP Password Storage Cheat Sheet (19 MiB, 2 passes, 1 lane).

use super::{AuthError, secret};
use crate::error::Failure;
use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Hashes and checks passwords, as many at a time as there are cores, so that many sign-ins cannot exhaust the memory.
#[derive(Clone, Debug)]
pub struct Passwords {
    permits: Arc<Semaphore>,
    dummy_hash: Arc<str>,
}

impl Passwords {
    /// Ready to check.
    pub fn new() -> Result<Self, Failure> {
        let cores = std::thread::available_parallelism().map_or(1, |count| count.get());
        let dummy_hash = hash_now(&secret::password())?.into();
        Ok(Self { permits: Arc::new(Semaphore::new(cores)), dummy_hash })
    }

    /// The hash to store, with its parameters and salt.
    pub async fn hash(&self, password: String) -> Result<String, Failure> {
        if !(8..=1024).contains(&password.len()) {
            return Err(AuthError::InvalidPassword.into());
        }
        self.run(move || hash_now(&password)).await?
    }

    /// Whether the password belongs to the stored hash. Without a hash (an unknown user) it takes as long, and is false.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, Failure> {
        if password.len() > 1024 {
            return Ok(false);
        }
        let is_known = stored.is_some();
        let hash = stored.unwrap_or_else(|| self.dummy_hash.to_string());
        let is_right = self
            .run(move || {
                let hash = PasswordHash::new(&hash)
                    .map_err(|error| Failure::Broken(format!("stored password hash: {error}")))?;
                Ok::<_, Failure>(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
            })
            .await??;
        Ok(is_right && is_known)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let _permit = self.permits.acquire().await.map_err(|error| Failure::Broken(error.to_string()))?;
        tokio::task::spawn_blocking(work).await.map_err(|error| Failure::Broken(error.to_string()))
    }
}

fn hash_now(password: &str) -> Result<String, Failure> {
    let broken = |error: argon2::password_hash::Error| Failure::Broken(format!("password hash: {error}"));
    let salt = SaltString::encode_b64(&secret::bytes::<16>()).map_err(broken)?;
    Ok(Argon2::default().hash_password(password.as_bytes(), &salt).map_err(broken)?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_user_is_accepted() {
        let passwords = Passwords::new().unwrap();
        let hash = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify("correct horse".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("correct house".to_owned(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("correct horse".to_owned(), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_password_of_the_wrong_length_is_refused_before_hashing() {
        let passwords = Passwords::new().unwrap();
        for password in ["", "1234567", &"x".repeat(1025)] {
            assert!(passwords.hash(password.to_owned()).await.is_err());
        }
    }
}
