//! The tables as diesel sees them. Times are unix milliseconds.

diesel::table! {
    departments (id) {
        id -> Text,
        name -> Text,
        name_key -> Text,
        built_in -> Bool,
        revision -> BigInt,
        created_at -> BigInt,
        modified_at -> BigInt,
    }
}

diesel::table! {
    users (id) {
        id -> Text,
        account -> Text,
        account_key -> Text,
        password_hash -> Text,
        password_set_at -> BigInt,
        must_change -> Bool,
        role -> Text,
        department_id -> Text,
        email -> Nullable<Text>,
        mobile -> Nullable<Text>,
        description -> Text,
        disabled -> Bool,
        built_in -> Bool,
        last_login_at -> Nullable<BigInt>,
        revision -> BigInt,
        created_at -> BigInt,
        modified_at -> BigInt,
    }
}

diesel::table! {
    owner_moves (user_id) {
        user_id -> Text,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        user_id -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    refresh_tokens (hash) {
        hash -> Text,
        session_id -> Text,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    signing_keys (kid) {
        kid -> Text,
        sealed -> Text,
        created_at -> BigInt,
        retired_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    login_throttles (subject) {
        subject -> Text,
        failures -> Integer,
        last_failure_at -> BigInt,
        blocked_until -> BigInt,
    }
}

diesel::table! {
    api_keys (id) {
        id -> Text,
        user_id -> Text,
        access_key_id -> Text,
        sealed -> Text,
        description -> Text,
        enabled -> Bool,
        last_used_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    audit_log (id) {
        id -> Text,
        at -> BigInt,
        account -> Text,
        user_id -> Nullable<Text>,
        role -> Nullable<Text>,
        department_id -> Nullable<Text>,
        target -> Text,
        object_id -> Nullable<Text>,
        object_name -> Nullable<Text>,
        operation -> Text,
        risk -> Text,
        result -> Text,
        code -> Nullable<Text>,
        request -> Text,
        request_id -> Text,
        address -> Text,
        duration_ms -> Nullable<BigInt>,
    }
}

diesel::joinable!(users -> departments (department_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(api_keys -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(
    departments,
    users,
    sessions,
    refresh_tokens,
    api_keys
);
