//! The selection as clients send it: the published `transferMapping`, kept as it came.

use crate::transfer::TransferMode;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// Which objects a project moves, and under which names they arrive.
///
/// | mode | `databases[].tables`, `views` | lists and `databasesBlack` |
/// |---|---|---|
/// | `SPECIFIC` | the objects, by exact name | none |
/// | `WILDCARD`, `COMPLEX` | names or wildcards | rules: what to take, what to leave out |
///
/// With rules, `specificTables` and `specificViews` carry the settings of single objects; they
/// select nothing. An entry of `databasesBlack` without tables and views excludes its database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TransferMapping {
    pub mode: TransferMode,
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub databases: Vec<DatabaseEntry>,
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub databases_black: Vec<DatabaseEntry>,
    /// Matching rules, each `schema.table` or `schema.table=schema.table`.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub table_and_view_white_list: Vec<String>,
    /// Exclusion rules, each `schema.table`.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub table_and_view_black_list: Vec<String>,
}

/// A database (a schema, where there are schemas) and what is said about its objects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DatabaseEntry {
    /// Means something to the client alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub name: String,
    /// The name at the target, if it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapped_name: Option<String>,
    /// Deprecated: the data source says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_name: Option<String>,
    /// Deprecated: the data source says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_name: Option<String>,
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<ObjectEntry>,
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<ObjectEntry>,
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub specific_tables: Vec<ObjectEntry>,
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub specific_views: Vec<ObjectEntry>,
}

/// A table or view, or with rules a pattern, and its settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObjectEntry {
    /// Means something to the client alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub name: String,
    /// The name at the target, if it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapped_name: Option<String>,
    /// The condition its rows must meet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub where_clause: Option<String>,
    /// The columns to keep; none named keeps all.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub filter_columns: Vec<String>,
    /// The columns whose values decide the partition of a message.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub shard_columns: Vec<String>,
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ColumnEntry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adb_table_schema: Option<AdbTableSchema>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obkv_partition_config: Option<ObkvPartitionConfig>,
}

impl DatabaseEntry {
    /// An entry of that name which says nothing yet.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }
}

impl ObjectEntry {
    /// An entry of that name without settings.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Whether it says more than a name.
    pub fn has_settings(&self) -> bool {
        self.mapped_name.is_some()
            || self.where_clause.as_ref().is_some_and(|clause| !clause.trim().is_empty())
            || !(self.filter_columns.is_empty() && self.shard_columns.is_empty())
            || self.columns.iter().any(|column| column.mapped_name.is_some())
            || self.adb_table_schema.is_some()
            || self.obkv_partition_config.is_some()
    }
}

/// A column: its name at the target counts, all else is what the client saw at the source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ColumnEntry {
    pub column_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapped_name: Option<String>,
    /// `DATABASE` or `TABLE`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_field_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_column_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column_key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nullable: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_length: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_precision: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_scale: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column_comment: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_generate_field: Option<bool>,
}

/// How an AnalyticDB target lays a table out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdbTableSchema {
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub distributed_keys: Vec<String>,
    /// Days; clients send it as text or as a number.
    #[serde(default, deserialize_with = "number_or_text", skip_serializing_if = "Option::is_none")]
    pub partition_life_cycle: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_statement: Option<String>,
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub primary_keys: Vec<String>,
}

/// How an OBKV target partitions a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObkvPartitionConfig {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_size: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub virtual_column: Option<String>,
}

/// Clients say "none" by leaving a list out, by an empty one, and by null.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    json: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(json)?.unwrap_or_default())
}

fn number_or_text<'de, D: Deserializer<'de>>(json: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a number or a text")]
    enum Either {
        Number(u64),
        Text(String),
    }
    Ok(Option::deserialize(json)?.map(|either| match either {
        Either::Number(n) => n.to_string(),
        Either::Text(text) => text,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_with_every_published_field_survives_reading_and_writing() {
        let body = serde_json::json!({
            "mode": "COMPLEX",
            "databases": [{
                "id": "gez3", "name": "db", "mappedName": "dst",
                "clusterName": "c", "tenantName": "t",
                "tables": [{
                    "id": "t1", "name": "a", "mappedName": "b", "whereClause": "id > 1",
                    "filterColumns": ["id"], "shardColumns": ["id"],
                    "columns": [{
                        "type": "TABLE", "columnName": "id", "mappedName": "pk", "position": 1,
                        "columnType": "INT", "recordFieldType": "INT32", "rawColumnType": "int(11)",
                        "columnKey": "PRI", "nullable": false, "defaultValue": "0",
                        "dataLength": 4, "dataPrecision": 10, "dataScale": 0, "encoding": "utf8",
                        "columnComment": "c", "isGenerateField": false
                    }],
                    "adbTableSchema": {
                        "distributedKeys": ["id"], "partitionLifeCycle": "30",
                        "partitionStatement": "PARTITION BY VALUE(`id`)", "primaryKeys": ["id"]
                    },
                    "obkvPartitionConfig": {
                        "partitionSize": 3, "partitionType": "KEY", "virtualColumn": "v"
                    }
                }],
                "views": [{ "name": "v" }],
                "specificTables": [{ "name": "s" }],
                "specificViews": [{ "name": "sv" }]
            }],
            "databasesBlack": [{ "name": "sys" }],
            "tableAndViewWhiteList": ["db.*"],
            "tableAndViewBlackList": ["db.*_ghc"]
        });
        let mapping: TransferMapping = serde_json::from_value(body.clone()).unwrap();
        assert_eq!(serde_json::to_value(&mapping).unwrap(), body);
    }

    #[test]
    fn none_is_said_in_three_ways() {
        for body in [
            r#"{"mode":"WILDCARD"}"#,
            r#"{"mode":"WILDCARD","databases":[],"tableAndViewWhiteList":[]}"#,
            r#"{"mode":"WILDCARD","databases":null,"tableAndViewBlackList":null}"#,
        ] {
            let mapping: TransferMapping = serde_json::from_str(body).unwrap();
            assert_eq!(serde_json::to_string(&mapping).unwrap(), r#"{"mode":"WILDCARD"}"#);
        }
    }

    #[test]
    fn the_life_cycle_of_partitions_is_a_number_or_a_text() {
        for body in [r#"{"partitionLifeCycle":30}"#, r#"{"partitionLifeCycle":"30"}"#] {
            let schema: AdbTableSchema = serde_json::from_str(body).unwrap();
            assert_eq!(schema.partition_life_cycle.as_deref(), Some("30"));
        }
        assert!(serde_json::from_str::<AdbTableSchema>(r#"{"partitionLifeCycle":[]}"#).is_err());
    }

    #[test]
    fn unknown_keys_and_wrong_types_are_refused_at_every_depth() {
        for body in [
            r#"{"mode":"SPECIFIC","database":[]}"#,
            r#"{"mode":"SPECIFIC","databases":[{"name":"d","table":[]}]}"#,
            r#"{"mode":"SPECIFIC","databases":[{"name":"d","tables":[{"name":"t","filter":"x"}]}]}"#,
            r#"{"mode":"SPECIFIC","databases":[{"tables":[]}]}"#,
            r#"{"mode":"SPECIFIC","databases":{"name":"d"}}"#,
            r#"{"mode":"EVERYTHING"}"#,
            r#"{}"#,
        ] {
            assert!(serde_json::from_str::<TransferMapping>(body).is_err(), "{body}");
        }
    }
}
