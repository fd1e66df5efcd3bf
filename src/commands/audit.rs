//! `heirloom audit`: checking the trail of changes.

use crate::DataArgs;
use clap::{Args, Subcommand};
use heirloom::{
    audit::{
        chain::Break,
        operations::{self, ChainReport},
    },
    error::{AppError, ErrorKind, Failure},
    server::start::{self, StartError},
    vocabulary::{Digest, name::name_key},
};

#[derive(Subcommand)]
pub enum AuditCommand {
    /// Walk the chain of entries and name the first one that was tampered with; the exit code is 1 if there is one.
    ///
    /// Reads and nothing else, so that a running server does not mind.
    /// Note the hash of the head outside of the database: who can write to the database can also make a chain anew, and only that hash tells.
    Verify(VerifyArgs),
}

#[derive(Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    data: DataArgs,
    /// The organization's name; all organizations unless given.
    #[arg(long)]
    organization: Option<String>,
    /// The hash of a head that was printed earlier: it must still be in the chain.
    #[arg(long, value_name = "HASH")]
    expect_head: Option<Digest>,
}

pub async fn run(command: AuditCommand) -> Result<(), StartError> {
    match command {
        AuditCommand::Verify(args) => verify(args).await,
    }
}

async fn verify(args: VerifyArgs) -> Result<(), StartError> {
    let database = start::open_to_read(&args.data.place()).await?;
    let mut reports = operations::verify(&database, args.expect_head).await?;
    database.close().await;
    if let Some(name) = &args.organization {
        reports.retain(|report| name_key(&report.organization_name) == name_key(name));
        if reports.is_empty() {
            return Err(refused("unknown_organization", format!("There is no organization {name:?}.")));
        }
    }
    for report in &reports {
        println!("{}", told(report));
    }
    if reports.iter().any(|report| report.broken.is_some()) {
        return Err(refused("broken_chain", "The audit trail was tampered with.".to_owned()));
    }
    match args.expect_head {
        Some(expected) if !reports.iter().any(|report| report.has_expected) => Err(refused(
            "unexpected_head",
            format!(
                "No chain has an entry with the hash {expected}: the audit trail was made anew, or it is another one."
            ),
        )),
        _ => Ok(()),
    }
}

fn refused(code: &str, detail: String) -> StartError {
    StartError::Failure(Failure::App(AppError::new(ErrorKind::Conflict, code, detail)))
}

fn told(report: &ChainReport) -> String {
    let mut lines = vec![format!("{}:", report.organization_name)];
    match &report.broken {
        Some(broken) => lines.push(format!("  BROKEN: {}", first_broken(broken))),
        None => lines.push("  whole".to_owned()),
    }
    lines.push(format!("  {} good entries", report.good));
    if report.unchained > 0 {
        lines.push(format!("  {} entries from before the chain, which cannot be checked", report.unchained));
    }
    if let Some(head) = report.head {
        lines.push(format!("  head: {head}"));
    }
    lines.join("\n")
}

fn first_broken(broken: &Break) -> String {
    let which = match (&broken.id, broken.at) {
        (Some(id), Some(at)) => format!(" ({id}, {at})"),
        (Some(id), None) => format!(" ({id})"),
        _ => String::new(),
    };
    format!("entry {}{which} {}", broken.seq, broken.what.told())
}
