//! The description of the API for people: Swagger UI out of the binary, nothing from elsewhere.

use super::{protect, routes as own_routes};
use crate::Error;
use actix_web::{
    App, HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_ENCODING, LOCATION},
    web::{self, Path},
};
use oms_chassis::http::Refusal;
use oms_contracts::{
    ErrorCode,
    gateway::paths::{DOCS, OPENAPI},
};
use serde_json::Value;
use std::sync::{Arc, LazyLock};
use utoipa_actix_web::{AppExt, service_config::ServiceConfig};
use utoipa_swagger_ui::Config;

/// Pages and not part of the API, so they are not in its description.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.map(|cfg| {
        cfg.service(web::resource(DOCS).route(web::get().to(to_the_folder)))
            .service(web::resource(format!("{DOCS}/{{file:.*}}")).route(web::get().to(file)))
    });
}

/// The pages find their parts relative to the folder.
async fn to_the_folder() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, format!("{DOCS}/"))).finish()
}

async fn file(path: Path<String>, request: HttpRequest) -> Result<HttpResponse, actix_web::Error> {
    static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
        // Without this the page would show descriptions to a validator on the internet.
        let config = Config::from(OPENAPI).validator_url("none");
        Arc::new(config.try_it_out_enabled(true).persist_authorization(false).filter(true))
    });
    let found = utoipa_swagger_ui::serve(&path, CONFIG.clone())
        .map_err(|error| Error::Docs(error.to_string()))?;
    let Some(file) = found else {
        let missing = format!("there is no {}", request.path());
        return Err(Refusal::new(ErrorCode::NoSuchRoute, missing).into());
    };
    let mut answer = HttpResponse::Ok();
    answer.content_type(file.content_type).insert_header((CACHE_CONTROL, "no-cache"));
    if file.gzpipped {
        answer.insert_header((CONTENT_ENCODING, "gzip"));
    }
    let mut answer = answer.body(file.bytes.into_owned());
    protect::page(answer.headers_mut());
    Ok(answer)
}

/// The gateway's part of the description.
pub fn own_description() -> Value {
    let (_, api) = App::new().into_utoipa_app().configure(own_routes).split_for_parts();
    serde_json::to_value(api).expect("the description is JSON")
}
