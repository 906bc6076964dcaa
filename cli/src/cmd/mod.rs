//! The commands, one family a file.

mod api_key;
mod audit;
mod completions;
mod context;
pub mod data_source;
mod department;
mod document;
mod download;
mod find;
mod label;
mod login;
pub mod migrate;
mod pages;
pub mod project;
mod published;
mod system;
pub mod up;
mod user;
pub mod verify;
mod when;

pub use context::Context;

use crate::{
    fault::{Code, Fault},
    out::Out,
    session::DEFAULT_PROFILE,
};
use clap::{Args, Parser, Subcommand};

/// Moves live databases into OceanBase and back without stopping the business
#[derive(Debug, Parser)]
#[command(
    name = "oms",
    version,
    arg_required_else_help = true,
    after_help = "\
Start here:
  oms migrate --help                  move tables once, with nothing else running
  oms up                              run everything on this machine
  oms login --account admin           log in to it, with the password it printed
  oms datasource add shop --url mysql://user@host:3306
  oms project apply -f project.yaml   projects as code

Every command explains itself: oms COMMAND --help"
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Args)]
pub struct Global {
    /// Print JSON instead of tables and sentences
    #[arg(long, global = true)]
    pub json: bool,

    /// Which of several sessions to use
    #[arg(long, global = true, env = "OMS_PROFILE", default_value = DEFAULT_PROFILE, value_name = "NAME")]
    pub profile: String,

    /// Never ask: fail and say which flag to give
    #[arg(long, global = true)]
    pub no_input: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Up(up::UpArgs),
    Migrate(Box<migrate::MigrateArgs>),
    Verify(Box<verify::VerifyArgs>),
    Login(login::LoginArgs),
    Logout(login::LogoutArgs),
    Whoami(login::WhoamiArgs),
    #[command(name = "datasource")]
    DataSource(data_source::DataSourceArgs),
    Label(label::LabelArgs),
    Project(project::ProjectArgs),
    User(user::UserArgs),
    Department(department::DepartmentArgs),
    ApiKey(api_key::ApiKeyArgs),
    Audit(audit::AuditArgs),
    Status(system::StatusArgs),
    Vault(system::VaultArgs),
    Keys(system::KeysArgs),
    Completions(completions::CompletionsArgs),
}

/// Runs the command.
pub fn run(cli: Cli, out: Out) -> Result<(), Fault> {
    match cli.command {
        Command::Up(args) => crate::up::run(&args, out),
        Command::Migrate(args) => crate::migrate::migrate(&args, out),
        Command::Verify(args) => crate::migrate::verify(&args, out),
        Command::Completions(args) => completions::run(&args, out),
        command => call(command, &Context::new(&cli.global, out)?),
    }
}

/// Runs a command that talks to a gateway. It waits for one answer after the other, so one thread
/// is enough.
fn call(command: Command, context: &Context) -> Result<(), Fault> {
    oms_chassis::process::install_crypto();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Fault::from_error(Code::Runtime, &error))?;
    runtime.block_on(async {
        match command {
            Command::Login(args) => login::login(context, args).await,
            Command::Logout(_) => login::logout(context).await,
            Command::Whoami(_) => login::whoami(context).await,
            Command::DataSource(args) => data_source::run(context, args).await,
            Command::Project(args) => project::run(context, args).await,
            Command::Label(args) => label::run(context, args).await,
            Command::User(args) => user::run(context, args).await,
            Command::Department(args) => department::run(context, args).await,
            Command::ApiKey(args) => api_key::run(context, args).await,
            Command::Audit(args) => audit::run(context, args).await,
            Command::Status(_) => system::status(context).await,
            Command::Vault(args) => system::vault(context, args).await,
            Command::Keys(args) => system::keys(context, args).await,
            Command::Up(_) | Command::Migrate(_) | Command::Verify(_) | Command::Completions(_) => {
                unreachable!("these call no gateway")
            }
        }
    })
}
