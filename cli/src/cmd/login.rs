//! `oms login`, `logout` and `whoami`.

use super::{Context, user::card_of};
use crate::{
    ask::SecretSource,
    fault::Fault,
    session::{self, DEFAULT_URL, Profile, gateway_url},
};
use chrono::{TimeDelta, Utc};
use clap::Args;
use oms_clients::{ClientError, gateway::GatewayClient};
use oms_contracts::gateway::auth::{ChangePassword, SessionView};
use secrecy::SecretString;
use url::Url;

/// People are reminded this long before a password expires.
const REMINDER: TimeDelta = TimeDelta::days(30);

pub const PASSWORD: &str = "OMS_PASSWORD";
pub const NEW_PASSWORD: &str = "OMS_NEW_PASSWORD";

/// Log in to a running OMS
///
/// The session is kept in ~/.config/oms/session.json, readable by you alone, and renewed as long
/// as it is used. Where a new password is due, it is asked for right away.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  oms login --account admin
  oms login --url https://oms.example.org --account li --profile prod
  printf '%s\\n' \"$SECRET\" | oms login --account ci --password-stdin")]
pub struct LoginArgs {
    /// Where the gateway answers; the last one of the profile, or http://127.0.0.1:8089
    #[arg(long, env = "OMS_URL")]
    url: Option<String>,

    /// The account to log in with
    #[arg(long, env = "OMS_ACCOUNT")]
    account: Option<String>,

    /// Read the password from the first line of stdin; OMS_PASSWORD works, too
    #[arg(long)]
    password_stdin: bool,
}

/// End the session
#[derive(Debug, Args)]
pub struct LogoutArgs {}

/// Show who is logged in
#[derive(Debug, Args)]
pub struct WhoamiArgs {}

pub async fn login(context: &Context, args: LoginArgs) -> Result<(), Fault> {
    let known = context.sessions.find(&context.profile)?;
    let url = match (&args.url, &known) {
        (Some(url), _) => gateway_url(url)?,
        (None, Some(profile)) => profile.url.clone(),
        (None, None) => gateway_url(DEFAULT_URL)?,
    };
    let account = match args.account {
        Some(account) => account,
        None => context.ask.text("Account", "--account")?,
    };
    let password = context.ask.secret(SecretSource {
        what: "password",
        stdin: args.password_stdin,
        flag: "--password-stdin",
        variable: PASSWORD,
    })?;
    let client = session::client(&url)?;
    let mut session = client.login(account, password.clone().into()).await?;
    keep(context, &url, &session)?;
    if session.password_change_required && context.ask.is_interactive() {
        context.out.remark("A new password is due.");
        session = change(context, &url, &session, password).await?;
    }
    let sentence = format!("Logged in as {} at {url}.", session.user.account);
    context.out.done(&session.user, &sentence)?;
    remind(context, &session);
    Ok(())
}

/// Remembers a fresh session.
pub fn keep(context: &Context, url: &Url, session: &SessionView) -> Result<(), Fault> {
    let profile = Profile::new(url.clone(), session, Utc::now());
    Ok(context.sessions.hold()?.put(&context.profile, profile)?)
}

async fn change(
    context: &Context,
    url: &Url,
    session: &SessionView,
    old_password: SecretString,
) -> Result<SessionView, Fault> {
    let new_password = context.ask.new_secret(SecretSource {
        what: "new password",
        stdin: false,
        flag: "--password-stdin",
        variable: NEW_PASSWORD,
    })?;
    let client = session::client(url)?.with_token(session.access_token.clone().into_inner());
    let change =
        ChangePassword { old_password: old_password.into(), new_password: new_password.into() };
    let session = client.change_password(&change).await?;
    keep(context, url, &session)?;
    Ok(session)
}

fn remind(context: &Context, session: &SessionView) {
    if session.password_change_required {
        context.out.remark("Before anything else the password is to be changed: oms user passwd");
    } else if session.password_expires_at - Utc::now() < REMINDER {
        let day = context.out.zone().show(session.password_expires_at);
        context.out.remark(&format!("The password expires at {day}: oms user passwd"));
    }
}

pub async fn logout(context: &Context) -> Result<(), Fault> {
    let profile = context.sessions.find(&context.profile)?;
    if profile.as_ref().is_some_and(|profile| profile.tokens.is_some()) {
        // The gateway's end of the session first: tokens that are only forgotten live on.
        let told = match context.api().await {
            Ok(api) => end(&api).await,
            // A session that cannot be renewed any more has ended already.
            Err(fault) if fault.code().starts_with("AUTH-") => Ok(()),
            Err(fault) => Err(fault),
        };
        let held = context.sessions.hold()?;
        if let Some(profile) = held.find(&context.profile)? {
            held.put(&context.profile, profile.without_tokens())?;
        }
        told?;
    }
    context.out.done(&serde_json::json!({ "loggedOut": true }), "Logged out.")
}

async fn end(api: &GatewayClient) -> Result<(), Fault> {
    match api.logout().await {
        Err(ClientError::Refused { problem, .. }) if problem.code.status() == 401 => Ok(()),
        other => Ok(other?),
    }
}

pub async fn whoami(context: &Context) -> Result<(), Fault> {
    let api = context.api().await?;
    let me = api.me().await?;
    let url = api.base().to_string();
    context.out.show(&me, |zone| card_of(&me, zone).field("gateway", url))
}
