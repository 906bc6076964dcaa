//! The blocks that say how: ranges, texts, and values that need each other.

use super::Faults;
use oms_contracts::project::project::{
    CommonTransferConfig, FullTransferConfig, IncrTransferConfig, ProjectSpec, SpeedConfig,
};
use oms_model::{
    names::{check_object_name, check_prose, check_word},
    transfer::SpeedMode,
};
use std::{collections::HashSet, ops::RangeInclusive};

const WORKERS: RangeInclusive<i64> = 1..=512;
const MEMORY_MIB: RangeInclusive<i64> = 128..=1_048_576;
const INDEX_THREADS: RangeInclusive<i64> = 1..=512;
const LINK_THREADS: RangeInclusive<i64> = 1..=1_024;
const KEPT_HOURS: RangeInclusive<i64> = 1..=8_760;
const A_SECOND: RangeInclusive<i64> = 1..=1_000_000_000_000;
const PARTITION: RangeInclusive<i64> = 0..=1_000_000;
const SEND_TIMEOUT_MS: RangeInclusive<i64> = 1..=3_600_000;
const BUSINESS_NAME_MAX: usize = 20;
const WORD_MAX: usize = 128;
const EXPRESSION_MAX: usize = 1_024;
const CUSTOM_COLUMNS_MAX: usize = 64;
const DDL_TYPES_MAX: usize = 64;

pub(super) fn check(spec: &ProjectSpec, now: i64, faults: &mut Faults) {
    if let Some(common) = &spec.common_transfer_config {
        of_all_steps(common, faults);
    }
    let defers = spec.struct_transfer_config.as_ref().and_then(|s| s.defer_index_creation);
    faults.add_if(
        defers == Some(true) && !(spec.enable_struct_transfer && spec.enable_full_transfer),
        "structTransferConfig.deferIndexCreation",
        "indexes can wait for the rows only with enableStructTransfer and enableFullTransfer",
    );
    if let Some(full) = &spec.full_transfer_config {
        of_the_copy(full, faults);
    }
    if let Some(link) = &spec.incr_transfer_config {
        of_a_link("incrTransferConfig", link, faults);
        start(spec, link, now, faults);
    }
    if let Some(link) = &spec.reverse_incr_transfer_config {
        of_a_link("reverseIncrTransferConfig", link, faults);
        faults.add_if(
            link.start_timestamp.is_some(),
            "reverseIncrTransferConfig.startTimestamp",
            "the way back begins at the switchover",
        );
    }
}

fn of_all_steps(common: &CommonTransferConfig, faults: &mut Faults) {
    let at = |field: &str| format!("commonTransferConfig.{field}");
    within(at("mqPartition"), common.mq_partition, &PARTITION, faults);
    let timeout = common.rocket_mq_send_msg_timeout;
    within(at("rocketMqSendMsgTimeout"), timeout, &SEND_TIMEOUT_MS, faults);
    for (field, what, text, max) in [
        ("rocketMqProducerGroup", "group", &common.rocket_mq_producer_group, WORD_MAX),
        ("rocketMqMsgTags", "tag", &common.rocket_mq_msg_tags, WORD_MAX),
        (
            "dataWorksBusinessName",
            "business name",
            &common.data_works_business_name,
            BUSINESS_NAME_MAX,
        ),
    ] {
        if let Some(text) = text
            && let Err(fault) = check_word(what, text, max)
        {
            faults.add(at(field), fault);
        }
    }
    if let Some(name) = &common.sync_schema_column_name
        && let Err(fault) = check_object_name(name)
    {
        faults.add(at("syncSchemaColumnName"), fault);
    }
    let columns = &common.custom_columns;
    if columns.len() > CUSTOM_COLUMNS_MAX {
        faults.add(at("customColumns"), format!("there may be {CUSTOM_COLUMNS_MAX} of them"));
    }
    let mut seen = HashSet::new();
    for (i, column) in columns.iter().enumerate().take(CUSTOM_COLUMNS_MAX) {
        let at = at(&format!("customColumns[{i}]"));
        if let Err(fault) = check_object_name(&column.column_name) {
            faults.add(format!("{at}.columnName"), fault);
        } else if !seen.insert(column.column_name.to_lowercase()) {
            faults.add(format!("{at}.columnName"), "the column is named twice");
        }
        let expression = column.expression.trim();
        if expression.is_empty() {
            faults.add(format!("{at}.expression"), "it is empty");
        } else if let Err(fault) = check_prose("expression", expression, EXPRESSION_MAX) {
            faults.add(format!("{at}.expression"), fault);
        }
    }
}

fn of_the_copy(full: &FullTransferConfig, faults: &mut Faults) {
    let at = |field: &str| format!("fullTransferConfig.{field}");
    for (field, value, range) in [
        ("throttleRps", full.throttle_rps, &A_SECOND),
        ("throttleIOPS", full.throttle_iops, &A_SECOND),
        ("readWorkerNum", full.read_worker_num, &WORKERS),
        ("writeWorkerNum", full.write_worker_num, &WORKERS),
        ("indexDDLConcurrencyLimit", full.index_ddl_concurrency_limit, &INDEX_THREADS),
        ("maxConcurrentIndexDDLs", full.max_concurrent_index_ddls, &INDEX_THREADS),
    ] {
        within(at(field), value, range, faults);
    }
    for (field, text) in [
        ("hbaseObjMigMode", &full.hbase_obj_mig_mode),
        ("hbaseObjCheckMode", &full.hbase_obj_check_mode),
    ] {
        if let Some(text) = text
            && let Err(fault) = check_word("mode", text, WORD_MAX)
        {
            faults.add(at(field), fault);
        }
    }
    speed(full, faults);
}

/// A speed of one's own is a mode and its numbers; neither goes without the other.
fn speed(full: &FullTransferConfig, faults: &mut Faults) {
    let at = |field: &str| format!("fullTransferConfig.{field}");
    let own = SpeedConfig::default();
    let own = full.full_transfer_speed_config.as_ref().unwrap_or(&own);
    for (field, value, range) in [
        ("readWorkerNum", own.read_worker_num, &WORKERS),
        ("writeWorkerNum", own.write_worker_num, &WORKERS),
        ("memory", own.memory, &MEMORY_MIB),
    ] {
        within(at(&format!("fullTransferSpeedConfig.{field}")), value, range, faults);
    }
    let copies = full.full_transfer_speed_mode == Some(SpeedMode::Custom);
    let verifies = full.full_verify_speed_mode == Some(SpeedMode::Custom);
    faults.add_if(
        full.full_transfer_speed_config.is_some() && !copies,
        "fullTransferConfig.fullTransferSpeedConfig",
        "it counts with the fullTransferSpeedMode CUSTOM only",
    );
    for (custom, field) in [(copies, "fullTransferSpeedMode"), (verifies, "fullVerifySpeedMode")] {
        for (name, number) in [
            ("readWorkerNum", own.read_worker_num.or(full.read_worker_num)),
            ("writeWorkerNum", own.write_worker_num.or(full.write_worker_num)),
        ] {
            if custom && number.is_none() {
                faults.add(at(field), format!("CUSTOM needs {name}"));
            }
        }
    }
}

fn of_a_link(block: &str, link: &IncrTransferConfig, faults: &mut Faults) {
    let at = |field: &str| format!("{block}.{field}");
    for (field, value, range) in [
        ("storeLogKeptHour", link.store_log_kept_hour, &KEPT_HOURS),
        ("incrSyncConcurrency", link.incr_sync_concurrency, &LINK_THREADS),
        ("incrSyncThreadCount", link.incr_sync_thread_count, &LINK_THREADS),
        ("throttleRps", link.throttle_rps, &A_SECOND),
        ("throttleIOPS", link.throttle_iops, &A_SECOND),
    ] {
        within(at(field), value, range, faults);
    }
    if let (Some(one), Some(other)) = (link.incr_sync_concurrency, link.incr_sync_thread_count)
        && one != other
    {
        let message = format!("it is the same as incrSyncConcurrency, which says {one}");
        faults.add(at("incrSyncThreadCount"), message);
    }
    let types = &link.support_ddl_types;
    if types.len() > DDL_TYPES_MAX {
        faults.add(at("supportDDLTypes"), format!("there may be {DDL_TYPES_MAX} of them"));
    }
    for (i, kind) in types.iter().enumerate().take(DDL_TYPES_MAX) {
        let known = |b: u8| b.is_ascii_uppercase() || b == b'_';
        if kind.is_empty() || kind.len() > DDL_TYPES_MAX || !kind.bytes().all(known) {
            let message = "it is no kind of DDL, such as ALTER_TABLE_ADD_COLUMN";
            faults.add(at(&format!("supportDDLTypes[{i}]")), message);
        }
    }
}

/// Where the link begins. A full copy decides that itself, so that nothing is lost between.
fn start(spec: &ProjectSpec, link: &IncrTransferConfig, now: i64, faults: &mut Faults) {
    const FIELD: &str = "incrTransferConfig.startTimestamp";
    let Some(seconds) = link.start_timestamp else { return };
    faults.add_if(seconds < 1, FIELD, "it is a time in unix seconds");
    if seconds > now {
        faults.add(FIELD, format!("it lies in the future: it is {now} now, in unix seconds"));
    }
    faults.add_if(
        spec.enable_full_transfer,
        FIELD,
        "with enableFullTransfer the changes are followed from the start of the copy",
    );
    faults.add_if(
        !spec.enable_incr_transfer,
        FIELD,
        "without enableIncrTransfer no changes are followed",
    );
}

fn within(field: String, value: Option<i64>, range: &RangeInclusive<i64>, faults: &mut Faults) {
    if let Some(value) = value
        && !range.contains(&value)
    {
        let (least, most) = (range.start(), range.end());
        faults.add(field, format!("it is {value} and must be {least} to {most}"));
    }
}
