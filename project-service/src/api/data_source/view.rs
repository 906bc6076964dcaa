//! Data sources as they are shown. Secrets end here: a view only says whether there are any.

use crate::{
    api::view::{owner, time},
    domain::data_source::{DataSource, Settings, Slot},
};
use oms_connector::{
    MissingPrivilege, ProbeReport, Purpose,
    catalog::{
        self, Column, ColumnDefault, Database, ForeignKey, Form, Generated, Key, KeyPart, Object,
        TableShape,
    },
};
use oms_contracts::project::data_source::{
    ColumnDefaultView, ColumnView, DataSourceView, DatabaseView, ForeignKeyView, GeneratedView,
    KeyKind, KeyPartView, KeyView, MissingPrivilegeView, ObjectForm, ObjectView, PrivilegePurpose,
    ProbeView, TableView, TlsView,
};

pub fn data_source(source: DataSource) -> DataSourceView {
    let has = |slot| source.sealed.get(slot).is_some();
    let (has_password, has_client_key) = (has(Slot::Password), has(Slot::ClientKey));
    let (has_drc_password, has_inner_drc_password) =
        (has(Slot::DrcPassword), has(Slot::InnerDrcPassword));
    let Settings {
        name,
        kind,
        host,
        port,
        login,
        database,
        description,
        region,
        role,
        partner,
        options,
        account_key: _,
    } = source.settings;
    DataSourceView {
        id: source.id,
        name,
        kind,
        host: host.to_string(),
        port,
        login: login.composed(),
        username: login.user,
        has_password,
        database,
        tls: TlsView {
            mode: options.tls_mode,
            ca_pem: options.ca_pem,
            client_certificate_pem: options.client_certificate_pem,
            has_client_key,
        },
        description,
        region,
        role,
        partner_id: partner,
        tenant: login.tenant,
        cluster: login.cluster,
        config_url: options.config_url,
        ocp_name: options.ocp_name,
        drc_user: options.drc_user,
        has_drc_password,
        has_inner_drc_password,
        try_keep_hb: options.try_keep_hb,
        placement: options.placement,
        conn_extra_attributes: options.conn_extra_attributes,
        owner: owner(source.owned),
        last_probe: source.last_probe,
        created_at: time(source.created_at),
        modified_at: time(source.modified_at),
        revision: source.revision,
    }
}

pub fn probe(report: ProbeReport) -> ProbeView {
    ProbeView {
        server: report.server.to_string(),
        version: report.version,
        charset: report.charset,
        collation: report.collation,
        time_zone: report.time_zone,
        utc_offset_seconds: report.utc_offset_seconds,
        lower_case_table_names: report.lower_case_table_names,
        round_trip_ms: report.round_trip.as_secs_f64() * 1e3,
        read_only: report.read_only,
        clock_skew_ms: report.clock_skew_ms,
        tls: report.tls,
        missing_privileges: report.missing_privileges.into_iter().map(missing).collect(),
        warnings: report.warnings,
    }
}

fn missing(missing: MissingPrivilege) -> MissingPrivilegeView {
    MissingPrivilegeView {
        privilege: missing.privilege,
        object: missing.object,
        needed_for: missing.needed_for.into_iter().map(purpose).collect(),
        grant: missing.grant,
    }
}

fn purpose(purpose: Purpose) -> PrivilegePurpose {
    match purpose {
        Purpose::SchemaRead => PrivilegePurpose::SchemaRead,
        Purpose::FullRead => PrivilegePurpose::FullRead,
        Purpose::IncrementalRead => PrivilegePurpose::IncrementalRead,
        Purpose::Write => PrivilegePurpose::Write,
        Purpose::SchemaWrite => PrivilegePurpose::SchemaWrite,
    }
}

pub fn database(database: Database) -> DatabaseView {
    let Database { name, charset, collation, is_system } = database;
    DatabaseView { name, charset, collation, is_system }
}

pub fn object(object: Object) -> ObjectView {
    ObjectView {
        name: object.name,
        kind: object.kind,
        form: form(object.form),
        migratable: object.form.is_migratable(),
        estimated_rows: object.estimated_rows,
        data_bytes: object.data_bytes,
        engine: object.engine,
        comment: object.comment,
        has_primary_key: object.has_primary_key,
        has_unique_not_null: object.has_unique_not_null,
    }
}

fn form(form: Form) -> ObjectForm {
    match form {
        Form::Ordinary => ObjectForm::Ordinary,
        Form::SystemVersioned => ObjectForm::SystemVersioned,
        Form::Partitioned => ObjectForm::Partitioned,
        Form::Partition => ObjectForm::Partition,
        Form::Materialized => ObjectForm::Materialized,
        Form::Foreign => ObjectForm::Foreign,
        Form::Temporary => ObjectForm::Temporary,
        Form::Sequence => ObjectForm::Sequence,
    }
}

pub fn table(database: String, name: String, shape: TableShape) -> TableView {
    TableView {
        database,
        name,
        columns: shape.columns.into_iter().map(column).collect(),
        keys: shape.keys.into_iter().map(key).collect(),
        foreign_keys: shape.foreign_keys.into_iter().map(foreign_key).collect(),
    }
}

fn column(column: Column) -> ColumnView {
    ColumnView {
        ordinal: column.ordinal,
        name: column.name,
        type_text: column.type_text,
        nullable: column.nullable,
        default: column.default.map(|default| match default {
            ColumnDefault::Value(text) => ColumnDefaultView::Value(text),
            ColumnDefault::Expression(text) => ColumnDefaultView::Expression(text),
        }),
        charset: column.charset,
        collation: column.collation,
        generated: column
            .generated
            .map(|Generated { expression, stored }| GeneratedView { expression, stored }),
        invisible: column.invisible,
        auto_increment: column.auto_increment,
        comment: column.comment,
    }
}

fn key(key: Key) -> KeyView {
    let part = |part: KeyPart| KeyPartView {
        column: part.column,
        expression: part.expression,
        prefix: part.prefix,
        descending: part.descending,
    };
    KeyView {
        name: key.name,
        kind: match key.kind {
            catalog::KeyKind::Primary => KeyKind::Primary,
            catalog::KeyKind::Unique => KeyKind::Unique,
            catalog::KeyKind::Index => KeyKind::Index,
            catalog::KeyKind::Fulltext => KeyKind::Fulltext,
            catalog::KeyKind::Spatial => KeyKind::Spatial,
        },
        method: key.method,
        parts: key.parts.into_iter().map(part).collect(),
        partial: key.partial,
        invisible: key.invisible,
    }
}

fn foreign_key(key: ForeignKey) -> ForeignKeyView {
    ForeignKeyView {
        name: key.name,
        columns: key.columns,
        referenced_database: key.referenced_database,
        referenced_table: key.referenced_table,
        referenced_columns: key.referenced_columns,
        on_update: key.on_update,
        on_delete: key.on_delete,
    }
}
