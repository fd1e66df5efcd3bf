//! `heirloom doctor`: looks at a deployment as it would be served, and explains each finding.

mod checks;

use super::serve::ServeArgs;
use crate::DataArgs;
use checks::{Deployment, Finding, Level};
use clap::Args;
use heirloom::{
    database::{DatabaseUrl, examine},
    server::start::StartError,
};
use std::path::PathBuf;

/// The options of `heirloom serve`, so that what is examined is what is served.
#[derive(Args)]
pub struct DoctorArgs {
    #[command(flatten)]
    serve: ServeArgs,
    /// The folder into which backups are written, to see how old the newest one is.
    #[arg(long, env = "HEIRLOOM_BACKUPS")]
    backups: Option<PathBuf>,
}

/// Prints every finding. Also beside a running server: nothing is changed but a small file in the data folder, which is removed.
///
/// # Errors
/// [`StartError::Unhealthy`] when something must be mended.
pub async fn run(args: DoctorArgs) -> Result<(), StartError> {
    let settings = args.serve.settings();
    let database = examine::examine(&database_url(&args.serve.data)).await;
    let deployment = Deployment {
        settings: &settings,
        listening: args.serve.listen,
        data: &args.serve.data.data,
        backups: args.backups.as_deref(),
        has_own_database: args.serve.data.database_url.is_some(),
    };
    let mut findings = checks::doors(&deployment);
    findings.extend(checks::database(database));
    findings.extend(checks::disk(&deployment));
    findings.push(checks::backups(&deployment));
    for Finding { level, subject, words } in &findings {
        println!("{}  {subject}: {words}", level.mark());
    }
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    let (problems, warnings) = (count(Level::Problem), count(Level::Warning));
    println!("\n{problems} to mend, {warnings} to think about, {} fine.", count(Level::Fine));
    if problems > 0 { Err(StartError::Unhealthy(problems)) } else { Ok(()) }
}

fn database_url(data: &DataArgs) -> DatabaseUrl {
    let file = || DatabaseUrl::existing_sqlite_file(&data.data.join("heirloom.db"));
    data.database_url.clone().unwrap_or_else(file)
}
