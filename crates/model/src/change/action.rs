//! What statements on definitions do, by kinds that a policy can name.

use crate::wire_enum::wire_enum;

wire_enum! {
    /// What a statement on definitions, or a clause of one, does.
    pub enum Action {
        CreateTable = "CREATE_TABLE",
        DropTable = "DROP_TABLE",
        RenameTable = "RENAME_TABLE",
        Truncate = "TRUNCATE",
        AddColumn = "ADD_COLUMN",
        DropColumn = "DROP_COLUMN",
        /// Another type, nullability, comment or place; also under another name.
        ChangeColumn = "CHANGE_COLUMN",
        RenameColumn = "RENAME_COLUMN",
        ChangeDefault = "CHANGE_DEFAULT",
        AddIndex = "ADD_INDEX",
        DropIndex = "DROP_INDEX",
        /// Another name, or whether it is used.
        ChangeIndex = "CHANGE_INDEX",
        AddPrimaryKey = "ADD_PRIMARY_KEY",
        DropPrimaryKey = "DROP_PRIMARY_KEY",
        AddForeignKey = "ADD_FOREIGN_KEY",
        DropForeignKey = "DROP_FOREIGN_KEY",
        AddCheck = "ADD_CHECK",
        DropCheck = "DROP_CHECK",
        /// Comment, counter, engine, charset of columns to come.
        TableOptions = "TABLE_OPTIONS",
        /// All text of a table goes into another charset.
        ConvertCharset = "CONVERT_CHARSET",
        /// How a table is divided: no row comes or goes.
        Repartition = "REPARTITION",
        AddPartition = "ADD_PARTITION",
        DropPartition = "DROP_PARTITION",
        TruncatePartition = "TRUNCATE_PARTITION",
        ExchangePartition = "EXCHANGE_PARTITION",
        /// What is none of these.
        Other = "OTHER",
    }
}

impl Action {
    /// Whether rows come or go that no row change tells of. Nobody may leave that out unseen.
    pub fn moves_rows(self) -> bool {
        match self {
            Self::DropTable
            | Self::Truncate
            | Self::DropPartition
            | Self::TruncatePartition
            | Self::ExchangePartition => true,
            Self::CreateTable
            | Self::RenameTable
            | Self::AddColumn
            | Self::DropColumn
            | Self::ChangeColumn
            | Self::RenameColumn
            | Self::ChangeDefault
            | Self::AddIndex
            | Self::DropIndex
            | Self::ChangeIndex
            | Self::AddPrimaryKey
            | Self::DropPrimaryKey
            | Self::AddForeignKey
            | Self::DropForeignKey
            | Self::AddCheck
            | Self::DropCheck
            | Self::TableOptions
            | Self::ConvertCharset
            | Self::Repartition
            | Self::AddPartition
            | Self::Other => false,
        }
    }
}

wire_enum! {
    /// What is done about statements of a kind.
    pub enum Treatment {
        /// The target is changed as well.
        Replicate = "REPLICATE",
        /// The target stays as it is, and it is said that it does.
        Ignore = "IGNORE",
        /// Somebody decides each time.
        Stop = "STOP",
    }
}
