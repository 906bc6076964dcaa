//! The choices a project's body offers, in the published words.

use crate::wire_enum::wire_enum;

wire_enum! {
    /// How the objects of a project are chosen.
    pub enum TransferMode {
        /// By name. (The misspelling stands in the published samples, so clients send it.)
        Specific = "SPECIFIC" | "SPCEIFIC",
        /// By matching rules.
        Wildcard = "WILDCARD",
        /// By names and rules together.
        Complex = "COMPLEX",
    }
}

wire_enum! {
    /// Which tables take part, by whether they have a key.
    pub enum TableCategory {
        All = "ALL",
        WithUniqueRowId = "WITHUNIQUEROWID" | "WITH_UNIQUE_ROW_ID",
        WithoutUniqueRowId = "WITHOUTUNIQUEROWID" | "WITHOUT_UNIQUE_ROW_ID",
    }
}

wire_enum! {
    /// How much of the machines a copy or verification takes.
    pub enum SpeedMode {
        Steady = "STEADY",
        Normal = "NORMAL",
        Fast = "FAST",
        /// As many readers and writers as the project says.
        Custom = "CUSTOM",
    }
}

wire_enum! {
    /// What a record of a change log is.
    pub enum RecordType {
        Heartbeat = "HEARTBEAT",
        Insert = "INSERT",
        Update = "UPDATE",
        Delete = "DELETE",
        Begin = "BEGIN",
        Commit = "COMMIT",
        Rollback = "ROLLBACK",
        Ddl = "DDL",
        Row = "ROW",
    }
}

wire_enum! {
    /// What becomes of an Oracle column whose length is counted in bytes.
    pub enum ByteCharConvertStrategy {
        IgnoreByteIfByteUsed = "IGNORE_BYTE_IF_BYTE_USED",
        ForceCharIfByteUsed = "FORCE_CHAR_IF_BYTE_USED",
        ExpandLenIfByteUsed = "EXPAND_LEN_IF_BYTE_USED",
        DoNothingIfByteUsed = "DO_NOTHING_IF_BYTE_USED",
    }
}

wire_enum! {
    /// When triggers are created at the target.
    pub enum TriggerMigrationType {
        NotMigration = "NOT_MIGRATION",
        WithStructTransfer = "WITH_STRUCT_TRANSFER",
        WithTransferAppSwitch = "WITH_TRANSFER_APP_SWITCH",
    }
}

wire_enum! {
    /// Whether an OceanBase table is stored by row, by column, or both ways.
    pub enum StoreFormat {
        Default = "DEFAULT",
        Row = "ROW",
        Column = "COLUMN",
        Compound = "COMPOUND",
    }
}

wire_enum! {
    /// The shape of the messages written to a queue.
    pub enum MqSerializerType {
        Default = "DEFAULT",
        Canal = "CANAL",
        DataworksV2 = "DATAWORKS_V2",
        Shareplex = "SHAREPLEX",
        DefaultWithSchema = "DEFAULT_WITH_SCHEMA",
        Debezium = "DEBEZIUM",
        DebeziumFlatten = "DEBEZIUMFLATTEN",
        DebeziumSmt = "DEBEZIUMSMT",
    }
}

wire_enum! {
    /// Which partition of a topic a message goes to.
    pub enum MqPartitionMode {
        /// All to one partition, so that order is kept across tables.
        One = "ONE",
        /// By key, so that order is kept within one.
        Hash = "HASH",
        /// By table name, so that order is kept within one table.
        Table = "TABLE",
    }
}

wire_enum! {
    /// What a DataHub topic holds.
    pub enum DatahubTopicType {
        Tuple = "TUPLE",
        Blob = "BLOB",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use utoipa::PartialSchema;

    #[test]
    fn both_spellings_of_a_table_category_are_read_and_one_is_written() {
        for (text, category) in [
            ("WITHUNIQUEROWID", TableCategory::WithUniqueRowId),
            ("WITH_UNIQUE_ROW_ID", TableCategory::WithUniqueRowId),
            ("WITHOUTUNIQUEROWID", TableCategory::WithoutUniqueRowId),
            ("WITHOUT_UNIQUE_ROW_ID", TableCategory::WithoutUniqueRowId),
        ] {
            assert_eq!(text.parse::<TableCategory>().unwrap(), category);
            let json = format!("\"{text}\"");
            assert_eq!(serde_json::from_str::<TableCategory>(&json).unwrap(), category);
        }
        let written = serde_json::to_string(&TableCategory::WithoutUniqueRowId).unwrap();
        assert_eq!(written, "\"WITHOUTUNIQUEROWID\"");
    }

    #[test]
    fn the_misspelt_mode_of_the_samples_is_understood() {
        let mode: TransferMode = serde_json::from_str("\"SPCEIFIC\"").unwrap();
        assert_eq!((mode, mode.to_string().as_str()), (TransferMode::Specific, "SPECIFIC"));
    }

    #[test]
    fn the_schema_lists_the_published_values() {
        let schema = serde_json::to_value(TransferMode::schema()).unwrap();
        assert_eq!(schema["enum"], serde_json::json!(["SPECIFIC", "WILDCARD", "COMPLEX"]));
    }

    #[test]
    fn an_unknown_value_is_refused_in_json_with_the_known_ones() {
        let refusal = serde_json::from_str::<SpeedMode>("\"TURBO\"").unwrap_err().to_string();
        assert!(refusal.contains("`STEADY`, `NORMAL`, `FAST`, `CUSTOM`"), "{refusal}");
    }
}
