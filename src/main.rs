//! The command line: serve, user, token, doctor, audit, import, demo.

mod commands;

use clap::{Args, Parser, Subcommand};
use commands::{
    log::LogFormat,
    people::{TokenCommand, UserCommand},
    serve::ServeArgs,
};
use heirloom::{
    auth::{operations as auth, secret},
    database::DatabaseUrl,
    demo,
    error::Failure,
    server::start::{self, DataPlace, OpenData, StartError},
    services::Settings,
};
use std::{path::PathBuf, process::ExitCode, sync::Arc};

/// Heirloom: a self-hosted model registry where every model version remembers where it came from.
#[derive(Parser)]
#[command(name = "heirloom", version)]
struct Cli {
    /// How the lines of the log on standard error are written. HEIRLOOM_LOG says which, such as "info" or "warn,heirloom=debug".
    #[arg(long, env = "HEIRLOOM_LOG_FORMAT", global = true, value_enum, default_value_t)]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the pages and the API.
    Serve(Box<ServeArgs>),
    /// Manage people.
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Manage API tokens.
    Token {
        #[command(subcommand)]
        command: TokenCommand,
    },
    /// Examine a deployment as `serve` would run it, and explain what to mend.
    Doctor(Box<commands::doctor::DoctorArgs>),
    /// Check the trail of changes.
    Audit {
        #[command(subcommand)]
        command: commands::audit::AuditCommand,
    },
    /// Move over from another server.
    Import {
        #[command(subcommand)]
        command: commands::import::ImportCommand,
    },
    /// Fill an organization with the records of real trainings. It is created with an owner if it is new.
    Demo(DemoArgs),
}

#[derive(Args)]
pub struct DataArgs {
    /// The folder that holds the files and, without a database URL, the database.
    #[arg(long, env = "HEIRLOOM_DATA", default_value = "./data")]
    data: PathBuf,
    /// A PostgreSQL database instead of the embedded SQLite, such as postgres://user@host/heirloom.
    #[arg(long, env = "HEIRLOOM_DATABASE_URL", hide_env_values = true)]
    database_url: Option<DatabaseUrl>,
}

#[derive(Args)]
struct DemoArgs {
    #[command(flatten)]
    data: DataArgs,
    /// The organization's name.
    #[arg(long, default_value = demo::ORGANIZATION)]
    organization: String,
    /// The e-mail address of an owner, who is created if new.
    #[arg(long, default_value = demo::EMAIL)]
    email: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    commands::log::start(cli.log_format);
    let outcome = match cli.command {
        Command::Serve(args) => serve(*args).await,
        Command::User { command } => command.run().await,
        Command::Token { command } => command.run().await,
        Command::Doctor(args) => commands::doctor::run(*args).await,
        Command::Audit { command } => commands::audit::run(command).await,
        Command::Import { command } => command.run().await,
        Command::Demo(args) => fill_with_demo(args).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            match error {
                StartError::Failure(Failure::App(shown)) => eprintln!("heirloom: {}", shown.detail),
                other => eprintln!("heirloom: {other}."),
            }
            ExitCode::FAILURE
        }
    }
}

impl DataArgs {
    fn place(self) -> DataPlace {
        DataPlace { folder: self.data, database_url: self.database_url }
    }
}

async fn open(data: DataArgs, settings: Settings) -> Result<OpenData, StartError> {
    start::open(&data.place(), settings).await
}

async fn open_for_command(data: DataArgs) -> Result<OpenData, StartError> {
    open(data, Settings::default()).await
}

async fn serve(args: ServeArgs) -> Result<(), StartError> {
    let (settings, advice) = (args.settings(), args.advice());
    let public_url = settings.public_url.clone();
    let mut data = open(args.data, settings).await?;
    data.services.mailer = args.mail.mailer()?;
    data.services.provider = args.provider.provider(&public_url)?.map(Arc::new);
    let listening = start::listen(args.listen, &data.services.settings).await?;
    if args.demo && auth::is_empty(&data.services.database).await? {
        let password = secret::password();
        demo::fill(&data.services, demo::ORGANIZATION, demo::EMAIL, Some(password.clone())).await?;
        println!(
            "\n  Demo data is ready. Sign in at {public_url}\n    e-mail    {}\n    password  {}\n",
            demo::EMAIL,
            password.expose()
        );
    } else {
        println!("Heirloom is ready at {public_url}");
        if let Some(key) = auth::begin_set_up(&data.services.database).await? {
            println!(
                "\n  Nobody has used it yet. Open this link to create your organization and its owner; it works once:"
            );
            println!("    {public_url}/set-up?key={}\n", key.expose());
        }
    }
    if let Some(advice) = advice {
        println!("{advice}");
    }
    start::serve(data, listening).await
}

async fn fill_with_demo(args: DemoArgs) -> Result<(), StartError> {
    let data = open_for_command(args.data).await?;
    let password = secret::password();
    if demo::fill(&data.services, &args.organization, &args.email, Some(password.clone())).await? {
        println!("Created the owner {} with the password {}", args.email, password.expose());
    }
    println!("The organization {} has the demo data.", args.organization);
    data.services.database.close().await;
    Ok(())
}
