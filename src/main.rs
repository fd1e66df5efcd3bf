//! The command line: serve, user, token, audit, demo.

mod commands;

use clap::{Args, Parser, Subcommand};
use commands::{log::LogFormat, serve::ServeArgs};
use heirloom::{
    auth::{operations as auth, secret},
    database::DatabaseUrl,
    demo,
    error::Failure,
    server::start::{self, DataPlace, OpenData, StartError},
    services::Settings,
    vocabulary::{Role, Timestamp},
};
use std::{
    io::{IsTerminal, Read},
    path::PathBuf,
    process::ExitCode,
};

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
    Serve(ServeArgs),
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
    /// Check the trail of changes.
    Audit {
        #[command(subcommand)]
        command: commands::audit::AuditCommand,
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

#[derive(Subcommand)]
enum UserCommand {
    /// Create a person in an organization, which is created if it is new. The password is read from standard input; at a terminal
    /// one is made and printed.
    Create {
        #[command(flatten)]
        data: DataArgs,
        /// The organization's name.
        #[arg(long)]
        organization: String,
        /// The person's e-mail address, to sign in with.
        #[arg(long)]
        email: String,
        /// What the person may do.
        #[arg(long)]
        role: Role,
    },
}

#[derive(Subcommand)]
enum TokenCommand {
    /// Make an API token for a person and print it, alone on its line. It cannot be shown again.
    Create {
        #[command(flatten)]
        data: DataArgs,
        /// The person's e-mail address.
        #[arg(long)]
        email: String,
        /// What the token is for.
        #[arg(long, default_value = "command line")]
        name: String,
        /// After how many days the token stops working; never unless given.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3650))]
        expires: Option<u32>,
    },
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
        Command::Serve(args) => serve(args).await,
        Command::User { command: UserCommand::Create { data, organization, email, role } } => {
            create_user(data, &organization, &email, role).await
        }
        Command::Token { command: TokenCommand::Create { data, email, name, expires } } => {
            create_token(data, &email, &name, expires).await
        }
        Command::Audit { command } => commands::audit::run(command).await,
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
    let data = open(args.data, settings).await?;
    let listening = start::listen(args.listen, &data.services.settings).await?;
    if args.demo && auth::is_empty(&data.services.database).await? {
        let password = secret::password();
        demo::fill(&data.services, demo::ORGANIZATION, demo::EMAIL, Some(password.clone())).await?;
        println!(
            "\n  Demo data is ready. Sign in at {public_url}\n    e-mail    {}\n    password  {password}\n",
            demo::EMAIL
        );
    } else {
        println!("Heirloom is ready at {public_url}");
        if auth::is_empty(&data.services.database).await? {
            println!("Nobody can sign in yet. Stop the server and create somebody: heirloom user create --help");
        }
    }
    if let Some(advice) = advice {
        println!("{advice}");
    }
    start::serve(data, listening).await
}

async fn create_user(data: DataArgs, organization: &str, email: &str, role: Role) -> Result<(), StartError> {
    let data = open_for_command(data).await?;
    let typed = if std::io::stdin().is_terminal() { String::new() } else { read_password()? };
    let is_generated = typed.is_empty();
    let password = if is_generated { secret::password() } else { typed };
    let services = &data.services;
    auth::create_user(&services.database, &services.passwords, organization, email, role, password.clone()).await?;
    if is_generated {
        println!("{password}");
    }
    services.database.close().await;
    Ok(())
}

fn read_password() -> Result<String, StartError> {
    let mut text = String::new();
    std::io::stdin().take(2_000).read_to_string(&mut text).map_err(Failure::Io)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

async fn create_token(data: DataArgs, email: &str, name: &str, expires: Option<u32>) -> Result<(), StartError> {
    let data = open_for_command(data).await?;
    let database = &data.services.database;
    let actor = auth::find_user(database, email).await?;
    let expires_at = expires.map(|days| Timestamp::now().plus_seconds(i64::from(days) * 86_400));
    println!("{}", auth::create_token(database, &actor, name, expires_at).await?);
    database.close().await;
    Ok(())
}

async fn fill_with_demo(args: DemoArgs) -> Result<(), StartError> {
    let data = open_for_command(args.data).await?;
    let password = secret::password();
    if demo::fill(&data.services, &args.organization, &args.email, Some(password.clone())).await? {
        println!("Created the owner {} with the password {password}", args.email);
    }
    println!("The organization {} has the demo data.", args.organization);
    data.services.database.close().await;
    Ok(())
}
