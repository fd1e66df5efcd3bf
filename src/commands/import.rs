//! `heirloom import`: moving over from another server.

use crate::{DataArgs, open};
use clap::{Args, Subcommand};
use heirloom::{
    auth::{operations as auth, secret::Secret},
    compat::picsellia::import::{self, ImportError, Source},
    error::{AppError, ErrorKind, Failure},
    server::start::StartError,
    services::Settings,
};

/// `heirloom import ...`
#[derive(Subcommand)]
pub enum ImportCommand {
    /// Bring over what a server holds that answers the calls of Picsellia's SDK: datasets, projects, experiments, models, versions, files.
    ///
    /// Nothing is changed there. Stop the server here first. What was brought over before is not brought twice, so an import that broke off
    /// is run again, and later ones bring what has changed there. The exit code is 1 if it did not come to its end.
    Picsellia(PicselliaArgs),
}

#[derive(Args)]
pub struct PicselliaArgs {
    #[command(flatten)]
    data: DataArgs,
    /// The other server's address, such as https://app.picsellia.com.
    #[arg(long)]
    url: String,
    /// An API token of the other server that may read; better in the environment than on the command line, which others can see.
    #[arg(long, env = "PICSELLIA_TOKEN", hide_env_values = true)]
    token: String,
    /// The organization there, by its name or its id.
    #[arg(long)]
    organization: String,
    /// The e-mail address of the person here in whose name, and into whose organization (the first one that they joined), everything is
    /// brought. Not needed while there is only one owner.
    #[arg(long)]
    email: Option<String>,
    /// The largest file that is brought, in bytes.
    #[arg(long, env = "HEIRLOOM_UPLOAD_LIMIT", default_value_t = Settings::DEFAULT_UPLOAD_LIMIT_BYTES)]
    upload_limit: u64,
}

impl ImportCommand {
    /// Does it.
    pub async fn run(self) -> Result<(), StartError> {
        let Self::Picsellia(args) = self;
        let settings = Settings { upload_limit_bytes: args.upload_limit, ..Settings::default() };
        let data = open(args.data, settings).await?;
        let database = &data.services.database;
        let actor = match &args.email {
            Some(email) => auth::find_user(database, email).await?,
            None => auth::find_only_owner(database).await?.ok_or_else(email_needed)?,
        };
        let source = Source::open(&args.url, Secret::from(args.token), &args.organization);
        let source = source.await.map_err(|error| stopped(error.into()))?;
        println!("Into the organization {}, in the name of {}.\n", actor.organization_name, actor.email);
        let (report, outcome) = import::import(&data.services, &actor, &source).await;
        println!("{report}");
        data.services.database.close().await;
        outcome.map_err(stopped)
    }
}

fn email_needed() -> Failure {
    let detail = "There is no owner here, or there are several: say with --email in whose name everything is brought.";
    AppError::new(ErrorKind::Invalid, "email_needed", detail).into()
}

fn stopped(error: ImportError) -> StartError {
    match error {
        ImportError::Failure(failure) => failure.into(),
        ImportError::Source(error) => {
            let detail = format!(
                "The import did not come to its end: {error}. Run it again; what is here is not brought twice."
            );
            Failure::from(AppError::new(ErrorKind::Unavailable, "source_failed", detail)).into()
        }
    }
}
