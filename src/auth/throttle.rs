//! How often somebody may fail: attempts are spaced out after a burst, per account and per network, and success costs nothing.
//!
//! The rule is the generic cell rate algorithm (ITU-T I.371, annex A): one moment per key tells when the next attempt is due.

use super::secret::fingerprint;
use crate::vocabulary::Digest;
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Who is trying, or what is tried.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// An e-mail address, whether somebody has it or not, in one network: who tries from there keeps nobody else out.
    AccountFrom(Digest, IpAddr),
    /// An e-mail address, from wherever somebody tries.
    Account(Digest),
    /// Whoever goes to the identity provider from one network.
    Provider(IpAddr),
    /// An address, or the /64 network of an IPv6 address, which one household has to itself (RFC 6177).
    Network(IpAddr),
}

impl Key {
    /// The keys under which somebody's attempts are counted. Of texts only digests are remembered: they may be long.
    pub fn of(account: Option<&str>, address: Option<IpAddr>) -> Vec<Self> {
        let account = account.map(|account| fingerprint(&account.to_owned().into()));
        let network = address.map(network_of);
        let narrow = account.zip(network).map(|(account, network)| Self::AccountFrom(account, network));
        [narrow, account.map(Self::Account), network.map(Self::Network)].into_iter().flatten().collect()
    }

    /// The keys under which ways to the identity provider are counted.
    pub fn provider(address: Option<IpAddr>) -> Vec<Self> {
        address.map(network_of).map(Self::Provider).into_iter().collect()
    }

    /// How many attempts may fail at once, and after what time there is one more.
    fn allowance(&self) -> (u32, Duration) {
        match self {
            Self::AccountFrom(..) => (10, Duration::from_secs(6)),
            Self::Account(_) => (100, Duration::from_secs(2)),
            Self::Provider(_) => (60, Duration::from_secs(1)),
            Self::Network(_) => (15, Duration::from_secs(4)),
        }
    }
}

fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address => address,
    }
}

/// So many keys are remembered; then those that could try again anyway are forgotten.
const MAX_KEYS: usize = 100_000;

/// Remembers failures, in this process.
#[derive(Clone, Debug, Default)]
pub struct Throttle {
    due: Arc<Mutex<HashMap<Key, Instant>>>,
}

/// An attempt that counts as failed until it is known to have succeeded.
#[must_use]
pub struct Attempt {
    throttle: Throttle,
    keys: Vec<Key>,
}

impl Throttle {
    /// Begins an attempt under all of these keys.
    ///
    /// # Errors
    /// Too many have failed: how long to wait.
    pub fn begin(&self, keys: Vec<Key>) -> Result<Attempt, Duration> {
        self.begin_at(keys, Instant::now())
    }

    fn begin_at(&self, keys: Vec<Key>, now: Instant) -> Result<Attempt, Duration> {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        if due.len() + keys.len() > MAX_KEYS {
            due.retain(|_, moment| *moment > now);
        }
        for key in &keys {
            let (burst, interval) = key.allowance();
            let allowed_from = due.get(key).map_or(now, |moment| *moment).checked_sub(interval * (burst - 1));
            if let Some(wait) =
                allowed_from.and_then(|moment| moment.checked_duration_since(now)).filter(|wait| !wait.is_zero())
            {
                return Err(wait);
            }
        }
        for key in &keys {
            let interval = key.allowance().1;
            let moment = due.get(key).map_or(now, |moment| (*moment).max(now)) + interval;
            due.insert(key.clone(), moment);
        }
        drop(due);
        Ok(Attempt { throttle: self.clone(), keys })
    }
}

impl Attempt {
    /// The attempt was right: it costs nothing.
    pub fn succeeded(self) {
        let mut due = self.throttle.due.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &self.keys {
            let interval = key.allowance().1;
            if let Some(moment) = due.get_mut(key)
                && let Some(earlier) = moment.checked_sub(interval)
            {
                *moment = earlier;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address() -> IpAddr {
        "192.0.2.1".parse().unwrap()
    }

    fn account(name: &str) -> Vec<Key> {
        Key::of(Some(name), Some(address())).into_iter().filter(|key| !matches!(key, Key::Network(_))).collect()
    }

    #[test]
    fn after_ten_failures_an_account_waits_and_nobody_is_locked_out_for_good() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..10 {
            let _failed = throttle.begin_at(account("a"), now).unwrap();
        }
        assert_eq!(throttle.begin_at(account("a"), now).err(), Some(Duration::from_secs(6)));
        assert!(throttle.begin_at(account("b"), now).is_ok());
        let later = now + Duration::from_secs(6);
        assert!(throttle.begin_at(account("a"), later).is_ok());
        assert!(throttle.begin_at(account("a"), later).is_err());
        let much_later = now + Duration::from_secs(3_600);
        assert_eq!((0..20).filter(|_| throttle.begin_at(account("a"), much_later).is_ok()).count(), 10);
    }

    #[test]
    fn success_costs_nothing() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..1_000 {
            throttle.begin_at(account("a"), now).unwrap().succeeded();
        }
    }

    #[test]
    fn attempts_at_once_count_before_they_are_judged() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        let begun: Vec<_> = (0..100).filter_map(|_| throttle.begin_at(account("a"), now).ok()).collect();
        assert_eq!(begun.len(), 10);
    }

    #[test]
    fn who_tries_without_end_from_one_network_keeps_nobody_else_out() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for second in 0..3_600 {
            _ = throttle.begin_at(Key::of(Some("a"), Some(address())), now + Duration::from_secs(second));
        }
        let elsewhere = Key::of(Some("a"), Some("198.51.100.1".parse().unwrap()));
        assert!(throttle.begin_at(elsewhere, now + Duration::from_secs(3_600)).is_ok());
    }

    #[test]
    fn one_network_is_one_key() {
        let key = |text: &str| network_of(text.parse().unwrap());
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }

    #[test]
    fn the_memory_for_keys_is_bounded_by_time() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for number in 0..MAX_KEYS {
            throttle.begin_at(account(&number.to_string()), now).unwrap().succeeded();
        }
        assert!(throttle.begin_at(account("one more"), now + Duration::from_secs(1)).is_ok());
        assert_eq!(throttle.due.lock().unwrap().len(), 2);
    }
}
