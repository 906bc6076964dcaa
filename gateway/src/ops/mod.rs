//! The use cases of gateway, one a file.

pub mod api_keys;
pub mod audit;
mod bootstrap;
mod change_password;
mod create_user;
mod delete_user;
pub mod departments;
pub mod describe;
mod enrol;
pub mod find_users;
mod follow_moves;
pub mod housekeeping;
mod login;
mod logout;
mod refresh;
mod reset_password;
mod rotate_vault;
mod services;
mod session;
mod throttle;
mod update_user;

use crate::domain::user::User;
use oms_contracts::gateway::user::UserView;
use std::time::Duration;

pub use bootstrap::{FirstPassword, bootstrap};
pub use change_password::change_password;
pub use create_user::create_user;
pub use delete_user::delete_user;
pub use enrol::enrol;
pub use login::login;
pub use logout::logout;
pub use refresh::refresh;
pub use reset_password::reset_password;
pub use rotate_vault::rotate_vault;
pub use services::services;
pub use throttle::Tolerance;
pub use update_user::update_user;

/// A user as it is shown now, with the name of its department.
pub fn view((user, department): (User, String), password_validity: Duration) -> UserView {
    user.view(department, password_validity, now())
}

/// Now, as the tables keep it.
fn now() -> i64 {
    chrono::Utc::now().timestamp_millis()
}
