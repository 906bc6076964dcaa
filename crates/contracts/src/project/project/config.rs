//! How a project does its work, in the published blocks of its body. Values left out have the
//! defaults their documentation names; a block left out has all of them.

use oms_model::transfer::{
    ByteCharConvertStrategy, DatahubTopicType, MqPartitionMode, MqSerializerType, RecordType,
    SpeedMode, StoreFormat, TableCategory, TriggerMigrationType,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What concerns all steps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct CommonTransferConfig {
    /// Which tables take part; `ALL` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table_category: Option<TableCategory>,
    /// Both sides are written to, and each follows the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_active: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_store_format: Option<StoreFormat>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sink_store_format: Option<StoreFormat>,
    /// The shape of messages; `DEFAULT` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mq_serializer_type: Option<MqSerializerType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mq_partition_mode: Option<MqPartitionMode>,
    /// The partition of the mode `ONE`, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mq_partition: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub datahub_topic_type: Option<DatahubTopicType>,
    /// `OMS` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rocket_mq_producer_group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rocket_mq_msg_tags: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rocket_mq_enable_msg_trace: Option<bool>,
    /// Milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rocket_mq_send_msg_timeout: Option<i64>,
    /// The business system that DataWorks messages name, 1 to 20 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_works_business_name: Option<String>,
    /// Whether the name of the source schema is written beside each row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sync_schema: Option<bool>,
    /// The column it is written to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sync_schema_column_name: Option<String>,
    /// Columns that are added to every row.
    #[serde(deserialize_with = "or_none", skip_serializing_if = "Vec::is_empty")]
    pub custom_columns: Vec<CustomColumn>,
}

/// A column that the target has and the source has not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomColumn {
    pub column_name: String,
    /// What it is filled with.
    pub expression: String,
}

/// The migration of schemas.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct StructTransferConfig {
    /// `DO_NOTHING_IF_BYTE_USED` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub byte_char_convert_strategy: Option<ByteCharConvertStrategy>,
    /// Build secondary indexes after the rows are there; not by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defer_index_creation: Option<bool>,
    /// Go on when every object is migrated; by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_processed_to_next_step: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger_migration_type: Option<TriggerMigrationType>,
}

/// The copy of the rows there are, and their verification.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct FullTransferConfig {
    /// Empty target tables without a unique key first, since rows could come twice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub none_pk_uk_truncate_dst_table: Option<bool>,
    /// Accept target tables that hold rows: those stay, and verification looks for ours among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_dest_table_not_empty: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_transfer_speed_mode: Option<SpeedMode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_verify_speed_mode: Option<SpeedMode>,
    /// With `CUSTOM` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_transfer_speed_config: Option<SpeedConfig>,
    /// Rows a second; no limit by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttle_rps: Option<i64>,
    /// Bytes a second; no limit by default.
    #[serde(rename = "throttleIOPS", skip_serializing_if = "Option::is_none")]
    pub throttle_iops: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_worker_num: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write_worker_num: Option<i64>,
    /// How many threads one index may be built with.
    #[serde(rename = "indexDDLConcurrencyLimit", skip_serializing_if = "Option::is_none")]
    pub index_ddl_concurrency_limit: Option<i64>,
    /// How many indexes are built at once.
    #[serde(rename = "maxConcurrentIndexDDLs", skip_serializing_if = "Option::is_none")]
    pub max_concurrent_index_ddls: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hbase_obj_mig_mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hbase_obj_check_mode: Option<String>,
}

/// A speed of one's own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct SpeedConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_worker_num: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write_worker_num: Option<i64>,
    /// Mebibytes the worker may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<i64>,
}

/// The link of changes, forward or reverse.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct IncrTransferConfig {
    /// Where to begin, in unix seconds. Only without a full copy, which sets the beginning itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_timestamp: Option<i64>,
    /// What is followed; when empty, rows but no DDL.
    #[serde(deserialize_with = "or_none", skip_serializing_if = "Vec::is_empty")]
    pub record_type_white_list: Vec<RecordType>,
    /// The kinds of DDL to replay where DDL is followed; all that can be when empty.
    #[serde(
        rename = "supportDDLTypes",
        deserialize_with = "or_none",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub support_ddl_types: Vec<String>,
    /// How long the log is kept, 1 to 8760 hours; a week by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store_log_kept_hour: Option<i64>,
    /// Number the changes inside a transaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_sequencing_within_txn: Option<bool>,
    /// 1 to 1024; 64 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incr_sync_concurrency: Option<i64>,
    /// The same in newer bodies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incr_sync_thread_count: Option<i64>,
    /// Count statements by kind and table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_incr_sync_statistics: Option<bool>,
    /// Rows a second; no limit by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttle_rps: Option<i64>,
    /// Bytes a second; no limit by default.
    #[serde(rename = "throttleIOPS", skip_serializing_if = "Option::is_none")]
    pub throttle_iops: Option<i64>,
}

/// Clients say "none" by leaving a list out, by an empty one, and by null.
pub(super) fn or_none<'de, D, T>(json: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::deserialize(json)?.unwrap_or_default())
}
