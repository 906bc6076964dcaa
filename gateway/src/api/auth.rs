//! Logging in, staying in, logging out.

use super::{
    admitted::{LoggedIn, Note, Whence},
    to_its_end::to_its_end,
};
use crate::{AppState, Error, ops};
use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Json},
};
use oms_chassis::http::Body;
use oms_contracts::{
    Problem,
    gateway::{
        auth::{ChangePassword, LoginRequest, RefreshRequest, SessionView, SigningKeyView},
        user::UserView,
    },
};
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(login)
        .service(refresh)
        .service(logout)
        .service(change_password)
        .service(me)
        .service(rotate_signing_key);
}

/// Log in with account and password
///
/// After several failures in a row the account and the address have to wait, each time longer.
#[utoipa::path(
    tag = "auth",
    responses(
        (status = 200, body = SessionView),
        (status = 401, description = "Account or password is wrong", body = Problem),
        (status = 403, description = "The account is disabled", body = Problem),
        (status = 429, description = "Too many failed logins; see Retry-After", body = Problem),
    )
)]
#[post("/auth/login")]
async fn login(
    state: Data<AppState>,
    whence: Whence,
    body: Body<LoginRequest>,
) -> Result<Json<SessionView>, Error> {
    let state = state.into_inner();
    // Whoever hangs up while the password is checked has made an attempt all the same.
    let attempt = async move { ops::login(&state, body.0, whence.origin, whence.call).await };
    Ok(Json(to_its_end(attempt).await??))
}

/// Exchange a refresh token for the next pair of tokens
///
/// A refresh token works once. Using it again ends the session it belongs to.
#[utoipa::path(
    tag = "auth",
    responses(
        (status = 200, body = SessionView),
        (status = 401, description = "The token is unknown, past, or was used before", body = Problem),
    )
)]
#[post("/auth/refresh")]
async fn refresh(
    state: Data<AppState>,
    whence: Whence,
    body: Body<RefreshRequest>,
) -> Result<Json<SessionView>, Error> {
    Ok(Json(ops::refresh(&state, &body.0, whence.call).await?))
}

/// Log out
///
/// Ends the session: its access and refresh tokens stop working.
#[utoipa::path(tag = "auth", responses((status = 204), (status = 401, body = Problem)))]
#[post("/auth/logout")]
async fn logout(
    state: Data<AppState>,
    caller: LoggedIn,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    Note::about(&request, &caller.actor().user, &caller.actor().account);
    ops::logout(&state, &caller.session().id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Change one's own password
///
/// Every session of the user ends; the answer opens a new one.
#[utoipa::path(
    tag = "auth",
    responses(
        (status = 200, body = SessionView),
        (status = 422, description = "The old password is wrong, or the new one too weak", body = Problem),
    )
)]
#[post("/auth/password")]
async fn change_password(
    state: Data<AppState>,
    caller: LoggedIn,
    whence: Whence,
    request: HttpRequest,
    body: Body<ChangePassword>,
) -> Result<Json<SessionView>, Error> {
    Note::about(&request, &caller.actor().user, &caller.actor().account);
    Ok(Json(ops::change_password(&state, caller.actor(), body.0, whence.origin).await?))
}

/// Who am I
#[utoipa::path(tag = "auth", responses((status = 200, body = UserView), (status = 401, body = Problem)))]
#[get("/auth/me")]
async fn me(state: Data<AppState>, caller: LoggedIn) -> Result<Json<UserView>, Error> {
    let (validity, actor) = (state.password_validity, caller.actor().clone());
    let found = state.db.run(move |conn| ops::find_users::find(conn, &actor, &actor.user)).await?;
    Ok(Json(ops::view(found, validity)))
}

/// Let a new key sign access tokens
///
/// The key before it goes on verifying until its last token is past. For root.
#[utoipa::path(
    tag = "auth",
    responses((status = 200, body = SigningKeyView), (status = 403, body = Problem))
)]
#[post("/auth/signing-keys/rotate")]
async fn rotate_signing_key(
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<Json<SigningKeyView>, Error> {
    let kid = state.tokens.rotate().await?;
    Note::about(&request, &kid, "signing key");
    Ok(Json(SigningKeyView { kid }))
}
