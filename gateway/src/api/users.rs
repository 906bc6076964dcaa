//! Users.

use super::admitted::{IfMatch, LoggedIn, Note};
use crate::{AppState, Error, domain::user::User, ops};
use actix_web::{
    HttpRequest, HttpResponse, delete, get, patch, post,
    web::{Data, Json},
};
use oms_chassis::http::{Body, Etag, Params, Query};
use oms_contracts::{
    Page, Problem,
    gateway::user::{CreateUser, CreatedUser, PasswordResetView, UpdateUser, UserQuery, UserView},
};
use oms_model::id::UserId;
use utoipa_actix_web::service_config::ServiceConfig;

pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list)
        .service(create)
        .service(find)
        .service(update)
        .service(remove)
        .service(reset_password);
}

/// List users
///
/// Root and its viewers see all users; administrators and theirs those of the department.
#[utoipa::path(
    tag = "users",
    params(UserQuery),
    responses((status = 200, body = Page<UserView>), (status = 403, body = Problem))
)]
#[get("/users")]
async fn list(
    state: Data<AppState>,
    caller: LoggedIn,
    query: Query<UserQuery>,
) -> Result<Json<Page<UserView>>, Error> {
    let (actor, validity) = (caller.actor().clone(), state.password_validity);
    let list = move |conn: &mut _| ops::find_users::list(conn, &actor, query.0, validity);
    Ok(Json(state.db.run(list).await?))
}

/// Create a user
///
/// Root creates all roles but its own; administrators create viewers and users of their
/// department. The user has to change the password at the first login.
#[utoipa::path(
    tag = "users",
    responses(
        (status = 201, body = CreatedUser),
        (status = 403, body = Problem),
        (status = 409, description = "The account exists", body = Problem),
        (status = 422, body = Problem),
    )
)]
#[post("/users")]
async fn create(
    state: Data<AppState>,
    caller: LoggedIn,
    request: HttpRequest,
    body: Body<CreateUser>,
) -> Result<HttpResponse, Error> {
    let created = ops::create_user(&state, caller.actor(), body.0).await?;
    Note::about(&request, &created.user.id, &created.user.account);
    Ok(HttpResponse::Created().json(created))
}

/// Look at a user
///
/// Everybody sees itself. The ETag of the answer can be sent as If-Match with an edit.
#[utoipa::path(
    tag = "users",
    params(("user" = UserId, Path)),
    responses((status = 200, body = UserView), (status = 404, body = Problem))
)]
#[get("/users/{user}")]
async fn find(
    state: Data<AppState>,
    caller: LoggedIn,
    id: Params<UserId>,
) -> Result<HttpResponse, Error> {
    let actor = caller.actor().clone();
    let found = state.db.run(move |conn| ops::find_users::find(conn, &actor, &id.0)).await?;
    Ok(shown(&state, found))
}

/// Change a user
///
/// Everybody may change its own e-mail address, mobile number and description. Role, department
/// and whether the account works are for those who manage the user.
#[utoipa::path(
    tag = "users",
    params(("user" = UserId, Path)),
    responses(
        (status = 200, body = UserView),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 412, description = "The user is not as If-Match says any more", body = Problem),
        (status = 422, body = Problem),
    )
)]
#[patch("/users/{user}")]
async fn update(
    state: Data<AppState>,
    caller: LoggedIn,
    (id, seen): (Params<UserId>, IfMatch),
    request: HttpRequest,
    body: Body<UpdateUser>,
) -> Result<HttpResponse, Error> {
    let updated = ops::update_user(&state, caller.actor(), &id.0, &body.0, seen.0).await?;
    Note::about(&request, &updated.0.id, &updated.0.account);
    Ok(shown(&state, updated))
}

/// Delete a user
///
/// Refused while the user owns projects or data sources, and for root and admin.
#[utoipa::path(
    tag = "users",
    params(("user" = UserId, Path)),
    responses(
        (status = 204),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem),
    )
)]
#[delete("/users/{user}")]
async fn remove(
    state: Data<AppState>,
    caller: LoggedIn,
    id: Params<UserId>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let gone = ops::delete_user(&state, caller.actor(), &id.0).await?;
    Note::about(&request, &gone.id, &gone.account);
    Ok(HttpResponse::NoContent().finish())
}

/// Make a new password for a user who forgot it
///
/// The password is shown this once and has to be changed at the next login. Administrators'
/// passwords are reset by root.
#[utoipa::path(
    tag = "users",
    params(("user" = UserId, Path)),
    responses(
        (status = 200, body = PasswordResetView),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
    )
)]
#[post("/users/{user}/password-reset")]
async fn reset_password(
    state: Data<AppState>,
    caller: LoggedIn,
    id: Params<UserId>,
    request: HttpRequest,
) -> Result<Json<PasswordResetView>, Error> {
    let reset = ops::reset_password(&state, caller.actor(), &id.0).await?;
    Note::about(&request, &id.0, &reset.account);
    Ok(Json(reset))
}

fn shown(state: &AppState, (user, department): (User, String)) -> HttpResponse {
    let etag = Etag(user.revision).header();
    let view = ops::view((user, department), state.password_validity);
    HttpResponse::Ok().insert_header(etag).json(view)
}
