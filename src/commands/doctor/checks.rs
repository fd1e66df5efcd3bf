//! What is looked at, one function for each part of a deployment.

use heirloom::{
    database::{OpenError, examine::Facts},
    services::Settings,
    vocabulary::{Timestamp, quantity::bytes_for_people},
};
use std::{
    fs::{self, File},
    io::{self, Write},
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant, SystemTime},
};

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Fine,
    Warning,
    Problem,
}

impl Level {
    /// What stands before the line.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Fine => "  fine ",
            Self::Warning => " think ",
            Self::Problem => " mend  ",
        }
    }
}

/// What was found, and what to do about it.
#[derive(Clone, Debug)]
pub struct Finding {
    pub level: Level,
    pub subject: &'static str,
    pub words: String,
}

fn finding(level: Level, subject: &'static str, words: impl Into<String>) -> Finding {
    Finding { level, subject, words: words.into() }
}

/// What is examined.
pub struct Deployment<'a> {
    pub settings: &'a Settings,
    pub listening: SocketAddr,
    pub data: &'a Path,
    pub backups: Option<&'a Path>,
    pub has_own_database: bool,
}

/// Public address, cookies, hosts, TLS and proxies.
pub fn doors(deployment: &Deployment) -> Vec<Finding> {
    let Deployment { settings, listening, .. } = deployment;
    let is_local = listening.ip().is_loopback();
    let is_https = settings.is_https();
    let mut findings = Vec::new();
    findings.push(match (is_https, is_local) {
        (true, _) => finding(Level::Fine, "cookies", "bound to TLS and to this host (__Host-, Secure, HttpOnly, SameSite=Lax)."),
        (false, true) => finding(
            Level::Fine,
            "cookies",
            "not bound to TLS, because the public address is http://. Only this machine can connect, so nobody listens on the way.",
        ),
        (false, false) => finding(
            Level::Problem,
            "cookies",
            "passwords and cookies travel in the clear. Give --tls-certificate and --tls-key, or a proxy with TLS and an https:// --public-url.",
        ),
    });
    let public_host = settings.public_url.split_once("://").map_or("", |(_, host)| host);
    let is_public_local =
        ["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "[::]"].iter().any(|name| public_host.starts_with(name));
    findings.push(match is_public_local && !is_local {
        true => finding(
            Level::Problem,
            "public address",
            format!("{} means the reader's own machine to everybody else: links in mail lead nowhere, and requests by name are refused. Give --public-url.", settings.public_url),
        ),
        false => finding(Level::Fine, "public address", format!("{}.", settings.public_url)),
    });
    let hosts: Vec<String> = settings.allowed_hosts.iter().map(|host| host.name.clone()).collect();
    findings.push(match hosts.is_empty() {
        true => finding(Level::Fine, "allowed hosts", "only the public address."),
        false => finding(
            Level::Fine,
            "allowed hosts",
            format!("the public address, and {}. Remove what is not used.", hosts.join(", ")),
        ),
    });
    let has_proxy = !settings.trusted_proxies.networks.is_empty();
    findings.push(match (settings.tls.is_some(), has_proxy, is_https) {
        (true, false, _) => finding(Level::Fine, "TLS", "spoken by this server; the certificate is read again when its file changes."),
        (true, true, _) => finding(Level::Fine, "TLS", "spoken by this server and by a trusted proxy before it."),
        (false, true, true) => finding(Level::Fine, "TLS", "spoken by a trusted proxy. Make sure that nobody can connect past it."),
        (false, false, true) => finding(
            Level::Warning,
            "TLS",
            "a proxy seems to speak it, but none is named with --trusted-proxy: everybody has the proxy's address, in the audit trail and when failed sign-ins are counted.",
        ),
        (false, _, false) => finding(Level::Fine, "TLS", "not used."),
    });
    findings
}

/// The engine, its settings, and the clocks.
pub fn database(examined: Result<Facts, OpenError>) -> Vec<Finding> {
    let facts = match examined {
        Ok(facts) => facts,
        Err(error) => return vec![finding(Level::Problem, "database", format!("{error}."))],
    };
    let mut findings = vec![match facts.unsafe_settings.as_slice() {
        [] => finding(Level::Fine, "database", format!("{}.", facts.engine)),
        [only] if only.starts_with("data_checksums") => finding(
            Level::Warning,
            "database",
            format!(
                "{} runs without data checksums: a disk that changes bytes goes unnoticed. `pg_checksums --enable` adds them while it is stopped.",
                facts.engine
            ),
        ),
        unsafe_settings => finding(
            Level::Problem,
            "database",
            format!(
                "{} runs with {}: changes that were confirmed can be lost.",
                facts.engine,
                unsafe_settings.join(", ")
            ),
        ),
    }];
    findings.push(clock(Timestamp::now().as_micros(), &facts));
    findings
}

/// The earliest time that a clock can show: when this version was made.
const NOT_BEFORE_MICROS: i64 = 1_790_000_000_000_000;
const TOLERATED_MICROS: i64 = 5_000_000;

fn clock(now: i64, facts: &Facts) -> Finding {
    let ahead = |other: Option<i64>| other.is_some_and(|other| other > now + TOLERATED_MICROS);
    if now < NOT_BEFORE_MICROS || ahead(facts.newest_change_micros) {
        return finding(
            Level::Problem,
            "clock",
            "it is behind: earlier than this program, or than the newest change in the database. Sessions and links would live too long. Set it, and keep it by NTP.",
        );
    }
    match facts.clock_micros {
        Some(other) if (other - now).abs() > TOLERATED_MICROS => finding(
            Level::Warning,
            "clock",
            format!("the database's machine differs by {} seconds. Keep both by NTP.", (other - now).abs() / 1_000_000),
        ),
        _ => finding(Level::Fine, "clock", "plausible."),
    }
}

/// Of how many writes the middle one counts.
const WRITES: usize = 21;
/// Faster than this no disk makes anything durable.
const IMPLAUSIBLY_FAST: Duration = Duration::from_micros(15);
/// Below this, uploads soon fail.
const LITTLE_SPACE_BYTES: u64 = 1 << 30;

/// Whether the data folder keeps what it is given, and how much more it can take.
pub fn disk(deployment: &Deployment) -> Vec<Finding> {
    let folder = deployment.data;
    if !folder.is_dir() {
        return vec![finding(
            Level::Warning,
            "data folder",
            format!("{} does not exist yet; the first start makes it.", folder.display()),
        )];
    }
    let durable = match time_of_durable_write(folder) {
        Err(error) => {
            finding(Level::Problem, "data folder", format!("nothing can be written to {}: {error}.", folder.display()))
        }
        Ok(time) if time < IMPLAUSIBLY_FAST => finding(
            Level::Warning,
            "data folder",
            format!(
                "making 4 KiB durable took {time:?}, which no disk can: fsync seems to do nothing here. After a power cut data would be missing."
            ),
        ),
        Ok(time) => finding(Level::Fine, "data folder", format!("making 4 KiB durable takes {time:.0?}.")),
    };
    let space = match rustix::fs::statvfs(folder) {
        Err(error) => finding(Level::Problem, "disk space", format!("cannot be read: {error}.")),
        Ok(disk) => {
            let shown = |bytes: u64| bytes_for_people(i64::try_from(bytes).unwrap_or(i64::MAX));
            let (free, whole) = (disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize);
            let words = format!("{} of {} free.", shown(free), shown(whole));
            match free {
                free if free < LITTLE_SPACE_BYTES => {
                    finding(Level::Problem, "disk space", format!("{words} Uploads will soon be refused."))
                }
                free if free < whole / 10 => finding(Level::Warning, "disk space", words),
                _ => finding(Level::Fine, "disk space", words),
            }
        }
    };
    vec![durable, space]
}

fn time_of_durable_write(folder: &Path) -> io::Result<Duration> {
    let path = folder.join(format!(".doctor-{}", std::process::id()));
    let times: io::Result<Vec<Duration>> = (|| {
        let mut file = File::create_new(&path)?;
        let mut times = Vec::with_capacity(WRITES);
        for _ in 0..WRITES {
            let begin = Instant::now();
            file.write_all(&[0x5A; 4_096])?;
            file.sync_all()?;
            times.push(begin.elapsed());
        }
        Ok(times)
    })();
    // It may not even have been made.
    let _ = fs::remove_file(&path);
    let mut times = times?;
    times.sort_unstable();
    Ok(times[WRITES / 2])
}

/// A backup is made every day, and may be a little late.
const OLDEST_BACKUP: Duration = Duration::from_secs(26 * 3_600);

/// How old the newest backup is.
pub fn backups(deployment: &Deployment) -> Finding {
    let Some(folder) = deployment.backups else {
        let what = if deployment.has_own_database { "PostgreSQL and the data folder" } else { "the data folder" };
        return finding(
            Level::Warning,
            "backups",
            format!(
                "unknown. Copy {what} to another machine every day, and name the folder of the copies with --backups."
            ),
        );
    };
    let age = newest_file(folder).map(|newest| SystemTime::now().duration_since(newest).unwrap_or_default());
    match age {
        Err(error) => finding(Level::Problem, "backups", format!("{} cannot be read: {error}.", folder.display())),
        Ok(age) if age > OLDEST_BACKUP => {
            finding(Level::Problem, "backups", format!("the newest is {} hours old.", age.as_secs() / 3_600))
        }
        Ok(age) => finding(Level::Fine, "backups", format!("the newest is {} hours old.", age.as_secs() / 3_600)),
    }
}

fn newest_file(folder: &Path) -> io::Result<SystemTime> {
    let mut newest = None;
    for entry in fs::read_dir(folder)? {
        newest = newest.max(Some(entry?.metadata()?.modified()?));
    }
    newest.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "it is empty"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use heirloom::services::{TlsFiles, TrustedProxies};

    fn levels(public_url: &str, listening: &str, change: impl FnOnce(&mut Settings)) -> Vec<(&'static str, Level)> {
        let mut settings = Settings { public_url: public_url.to_owned(), ..Settings::default() };
        change(&mut settings);
        let deployment = Deployment {
            settings: &settings,
            listening: listening.parse().unwrap(),
            data: Path::new("."),
            backups: None,
            has_own_database: false,
        };
        let findings = doors(&deployment).into_iter().filter(|finding| finding.level != Level::Fine);
        findings.map(|finding| (finding.subject, finding.level)).collect()
    }

    #[test]
    fn open_doors_are_noticed() {
        assert_eq!(levels("http://127.0.0.1:3000", "127.0.0.1:3000", |_| ()), []);
        assert_eq!(
            levels("http://127.0.0.1:3000", "0.0.0.0:3000", |_| ()),
            [("cookies", Level::Problem), ("public address", Level::Problem)]
        );
        assert_eq!(levels("http://models.example", "0.0.0.0:3000", |_| ()), [("cookies", Level::Problem)]);
        assert_eq!(levels("https://models.example", "127.0.0.1:3000", |_| ()), [("TLS", Level::Warning)]);
        let proxied = |settings: &mut Settings| {
            settings.trusted_proxies =
                TrustedProxies { networks: vec!["10.0.0.0/8".parse().unwrap()], ..TrustedProxies::default() };
        };
        assert_eq!(levels("https://models.example", "127.0.0.1:3000", proxied), []);
        let own = |settings: &mut Settings| {
            settings.tls =
                Some(TlsFiles { certificate: "c".into(), key: "k".into(), look_every: TlsFiles::LOOK_EVERY });
        };
        assert_eq!(levels("https://models.example", "0.0.0.0:443", own), []);
    }

    #[test]
    fn clocks_that_disagree_and_unsafe_settings_are_noticed() {
        let facts = |clock, newest, settings: &[&str]| Facts {
            engine: "PostgreSQL 15".to_owned(),
            unsafe_settings: settings.iter().map(|setting| (*setting).to_owned()).collect(),
            clock_micros: clock,
            newest_change_micros: newest,
        };
        let now = NOT_BEFORE_MICROS + 1_000_000_000;
        assert_eq!(clock(now, &facts(Some(now + 1_000_000), Some(now), &[])).level, Level::Fine);
        assert_eq!(clock(now, &facts(Some(now + 9_000_000), Some(now), &[])).level, Level::Warning);
        assert_eq!(clock(now, &facts(None, Some(now + 9_000_000), &[])).level, Level::Problem);
        assert_eq!(clock(0, &facts(None, None, &[])).level, Level::Problem);
        for (settings, expected) in
            [(&[][..], Level::Fine), (&["data_checksums = off"], Level::Warning), (&["fsync = off"], Level::Problem)]
        {
            assert_eq!(database(Ok(facts(None, None, settings)))[0].level, expected);
        }
    }

    #[test]
    fn a_folder_that_keeps_what_it_is_given_is_fine_and_a_missing_one_is_told() {
        let folder = std::env::temp_dir();
        assert!(time_of_durable_write(&folder).is_ok());
        assert!(time_of_durable_write(&folder.join("nowhere")).is_err());
        assert!(newest_file(&folder.join("nowhere")).is_err());
    }
}
