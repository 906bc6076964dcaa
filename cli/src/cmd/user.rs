//! `oms user`.

use super::{
    Context, find, login,
    pages::{PageArgs, collect},
    published::published,
};
use crate::{
    ask::{self, SecretSource},
    fault::Fault,
    out::{card::Card, table::Row, time::Zone},
};
use clap::{Args, Subcommand};
use oms_contracts::{
    Secret,
    gateway::{
        auth::ChangePassword,
        user::{CreateUser, UpdateUser, UserQuery, UserView},
    },
};
use oms_model::Role;

/// Users: who may log in, and what they may do
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  oms user add li --role USER --email li@example.org
  oms user list --role ADMIN
  oms user reset-password li
  oms user passwd

Roles: ROOT_VIEWER, ADMIN, ADMIN_VIEWER, USER. A USER works with its own projects, an ADMIN with
those of its department; viewers change nothing.")]
pub struct UserArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List users
    List(ListArgs),
    /// Show one user
    Show { user: String },
    /// Create a user; its first password is made and shown, unless one is given
    Add(AddArgs),
    /// Change a user; what is not named stays, an empty text removes
    Edit(EditArgs),
    /// Keep a user from logging in, and end its sessions
    Disable { user: String },
    /// Let a disabled user log in again
    Enable { user: String },
    /// Make a new password for a user who forgot it, and show it once
    ResetPassword { user: String },
    /// Change your own password
    Passwd(PasswdArgs),
    /// Delete a user who owns nothing any more
    Delete {
        user: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
struct ListArgs {
    /// Part of the account, e-mail address or mobile number
    #[arg(long)]
    search: Option<String>,
    #[arg(long, ignore_case = true, value_parser = published::<Role>())]
    role: Option<Role>,
    /// Name or id
    #[arg(long)]
    department: Option<String>,
    /// Only those who may not log in
    #[arg(long, conflicts_with = "enabled")]
    disabled: bool,
    /// Only those who may log in
    #[arg(long)]
    enabled: bool,
    #[command(flatten)]
    page: PageArgs,
}

#[derive(Debug, Args)]
struct AddArgs {
    /// 1 to 14 letters and underscores; never changes
    account: String,
    #[arg(long, default_value_t = Role::User, ignore_case = true, value_parser = published::<Role>())]
    role: Role,
    /// Name or id; your own by default
    #[arg(long)]
    department: Option<String>,
    /// Read the first password from stdin instead of having one made
    #[arg(long)]
    password_stdin: bool,
    #[arg(long)]
    email: Option<String>,
    #[arg(long)]
    mobile: Option<String>,
    #[arg(long)]
    description: Option<String>,
}

#[derive(Debug, Args)]
struct EditArgs {
    user: String,
    #[command(flatten)]
    changes: Changes,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct Changes {
    #[arg(long, ignore_case = true, value_parser = published::<Role>())]
    role: Option<Role>,
    /// Name or id
    #[arg(long)]
    department: Option<String>,
    #[arg(long)]
    email: Option<String>,
    #[arg(long)]
    mobile: Option<String>,
    #[arg(long)]
    description: Option<String>,
}

#[derive(Debug, Args)]
struct PasswdArgs {
    /// Read the present password and the new one from the first two lines of stdin;
    /// OMS_PASSWORD and OMS_NEW_PASSWORD work, too
    #[arg(long)]
    password_stdin: bool,
}

pub async fn run(context: &Context, args: UserArgs) -> Result<(), Fault> {
    match args.verb {
        Verb::List(args) => list(context, args).await,
        Verb::Show { user } => {
            let user = find::user(&context.api().await?, &user).await?;
            context.out.show(&user, |zone| card_of(&user, zone))
        }
        Verb::Add(args) => add(context, args).await,
        Verb::Edit(args) => edit(context, args).await,
        Verb::Disable { user } => enable(context, &user, false).await,
        Verb::Enable { user } => enable(context, &user, true).await,
        Verb::ResetPassword { user } => reset(context, &user).await,
        Verb::Passwd(args) => passwd(context, args).await,
        Verb::Delete { user, yes } => delete(context, &user, yes).await,
    }
}

async fn list(context: &Context, args: ListArgs) -> Result<(), Fault> {
    let api = context.api().await?;
    let department_id = match &args.department {
        Some(given) => Some(find::department(&api, given).await?.id),
        None => None,
    };
    let disabled = match (args.disabled, args.enabled) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    let query = UserQuery {
        search: args.search,
        role: args.role,
        department_id,
        disabled,
        ..UserQuery::default()
    };
    let users = collect(args.page, async |page| {
        let (page_number, page_size) = (page.page_number, page.page_size);
        api.users(&UserQuery { page_number, page_size, ..query.clone() }).await
    });
    context.out.list(&users.await?)
}

async fn add(context: &Context, args: AddArgs) -> Result<(), Fault> {
    let api = context.api().await?;
    let department_id = match &args.department {
        Some(given) => Some(find::department(&api, given).await?.id),
        None => None,
    };
    let password = match args.password_stdin {
        true => Some(Secret::from(ask::from_stdin("password")?)),
        false => None,
    };
    let user = CreateUser {
        account: args.account,
        role: args.role,
        department_id,
        password,
        email: args.email,
        mobile: args.mobile,
        description: args.description,
    };
    let made = api.create_user(&user).await?;
    let account = &made.user.account;
    let sentence = match &made.generated_password {
        Some(password) => {
            format!("Created {account}. Its password, shown this once: {}", password.expose())
        }
        None => format!("Created {account}."),
    };
    context.out.done(&made, &sentence)
}

async fn edit(context: &Context, args: EditArgs) -> Result<(), Fault> {
    let api = context.api().await?;
    let user = find::user(&api, &args.user).await?;
    let Changes { role, department, email, mobile, description } = args.changes;
    let department_id = match &department {
        Some(given) => Some(find::department(&api, given).await?.id),
        None => None,
    };
    let change = UpdateUser { email, mobile, description, role, department_id, disabled: None };
    let user = api.update_user(&user.id, &change).await?;
    context.out.done(&user, &format!("Changed {}.", user.account))
}

async fn enable(context: &Context, given: &str, enabled: bool) -> Result<(), Fault> {
    let api = context.api().await?;
    let user = find::user(&api, given).await?;
    let change = UpdateUser { disabled: Some(!enabled), ..UpdateUser::default() };
    let user = api.update_user(&user.id, &change).await?;
    let done = if enabled { "may log in" } else { "may not log in any more" };
    context.out.done(&user, &format!("{} {done}.", user.account))
}

async fn reset(context: &Context, given: &str) -> Result<(), Fault> {
    let api = context.api().await?;
    let user = find::user(&api, given).await?;
    let reset = api.reset_password(&user.id).await?;
    let (account, password) = (&reset.account, reset.password.expose());
    let sentence = format!("The new password of {account}, shown this once: {password}");
    context.out.done(&reset, &sentence)
}

async fn passwd(context: &Context, args: PasswdArgs) -> Result<(), Fault> {
    let (old_password, new_password) = if args.password_stdin {
        let mut lines = ask::lines_from_stdin("present and new password", 2)?.into_iter();
        let (old, new) = (lines.next(), lines.next());
        (old.unwrap_or_default(), new.unwrap_or_default())
    } else {
        let source = |what, variable| SecretSource {
            what,
            stdin: false,
            flag: "--password-stdin",
            variable,
        };
        let old = context.ask.secret(source("present password", login::PASSWORD))?;
        (old, context.ask.new_secret(source("new password", login::NEW_PASSWORD))?)
    };
    let api = context.api().await?;
    let change =
        ChangePassword { old_password: old_password.into(), new_password: new_password.into() };
    let session = api.change_password(&change).await?;
    // All sessions have ended but the one in the answer.
    login::keep(context, api.base(), &session)?;
    context.out.done(&session.user, &format!("Changed the password of {}.", session.user.account))
}

async fn delete(context: &Context, given: &str, yes: bool) -> Result<(), Fault> {
    let api = context.api().await?;
    let user = find::user(&api, given).await?;
    context.ask.confirm(&format!("Delete the user {}?", user.account), yes)?;
    api.delete_user(&user.id).await?;
    context.out.done(&user, &format!("Deleted {}.", user.account))
}

/// A user with all its fields.
pub fn card_of(user: &UserView, zone: Zone) -> Card {
    let expiry = match user.password_change_required {
        true => "to be changed at the next login".to_owned(),
        false => format!("until {}", zone.show(user.password_expires_at)),
    };
    Card::new()
        .field("account", &user.account)
        .field("id", &user.id)
        .field("role", user.role)
        .field("department", &user.department_name)
        .maybe("e-mail", user.email.as_deref())
        .maybe("mobile", user.mobile.as_deref())
        .maybe("description", Some(&user.description))
        .field("state", state(user))
        .field("password", expiry)
        .field("last login", zone.maybe(user.last_login_at))
        .field("created", zone.show(user.created_at))
}

fn state(user: &UserView) -> &'static str {
    if user.disabled { "disabled" } else { "enabled" }
}

impl Row for UserView {
    const HEAD: &'static [&'static str] =
        &["account", "role", "department", "state", "last login", "id"];

    fn cells(&self, zone: Zone) -> Vec<String> {
        vec![
            self.account.clone(),
            self.role.to_string(),
            self.department_name.clone(),
            state(self).into(),
            zone.maybe(self.last_login_at),
            self.id.to_string(),
        ]
    }
}
