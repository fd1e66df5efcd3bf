//! The program as an operator starts it: a process of its own, to see what it writes, what it takes, and how it ends.

use super::server::{Answer, PATIENCE};
use std::{
    fs,
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    time::sleep,
};

/// `heirloom serve` on an empty folder.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
    folder: PathBuf,
}

impl Process {
    /// Starts it with these options after these words of a shell, such as a limit, and waits until it answers.
    pub async fn start(before: &str, options: &str) -> Self {
        // The port is free until somebody else asks for one: the system gives them out in turn.
        let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let folder = std::env::temp_dir().join(format!("heirloom-process-{}", uuid::Uuid::now_v7()));
        fs::create_dir(&folder).unwrap();
        let program = env!("CARGO_BIN_EXE_heirloom");
        let line =
            format!("{before} exec {program} serve --data {}/data --listen {address} {options}", folder.display());
        let log = fs::File::create(folder.join("log")).unwrap();
        let child = Command::new("sh").args(["-c", &line]).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let mut process = Self { child, address, folder };
        let begun = Instant::now();
        while TcpStream::connect(address).await.is_err() {
            let ended = process.child.try_wait().unwrap();
            assert!(ended.is_none() && begun.elapsed() < PATIENCE, "{ended:?}: {}", process.log());
            sleep(Duration::from_millis(20)).await;
        }
        process
    }

    /// Sends the head of a request and its body, and waits for the answer.
    pub async fn send(&self, line: &str, headers: &str, body: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let head = format!("{line} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{headers}\r\n", self.address);
        stream.write_all((head + body).as_bytes()).await.unwrap();
        Answer::read(&mut stream).await
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap()
    }

    /// What it has in memory.
    pub fn resident_bytes(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
    }

    /// For how long it has computed.
    pub fn time_at_work(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let (_, fields) = stat.rsplit_once(") ").unwrap();
        let ticks = fields.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum::<u64>();
        Duration::from_millis(10 * ticks)
    }

    /// Says that it is to stop.
    pub fn terminate(&self) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    }

    /// Its exit code, and how long it took to end.
    pub async fn ended(&mut self) -> (Option<i32>, Duration) {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status.code(), begun.elapsed());
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end: {}", self.log());
            sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has ended already, unless the test has failed.
        _ = self.child.kill();
        _ = self.child.wait();
        _ = fs::remove_dir_all(&self.folder);
    }
}
