//! The same table in every format.

use super::{Number, Table, TableFormat, TableFormats};

/// A row with each type of cell, and one with empty cells.
fn table(most: u64) -> Table<'static> {
    Table::of("all", [(most, Some(1_500_000_001), true, "=1+1"), (7, None, false, "")])
        .integer("bytes", |row| row.0)
        .number("time_s", |row| row.1.map(|nanos| Number::decimal(nanos, 9)))
        .flag("fresh", |row| row.2)
        .text("site", |row| row.3)
        .done()
}

#[test]
fn each_format_says_the_same() {
    let table = table(9);
    assert_eq!(
        table.as_csv(),
        "bytes,time_s,fresh,site\n9,1.500000001,true,'=1+1\n7,,false,\n",
        "a spreadsheet must not run a name"
    );
    let lines = table.written(TableFormat::JsonLines).unwrap();
    assert_eq!(
        String::from_utf8(lines).unwrap(),
        "{\"bytes\":9,\"time_s\":1.500000001,\"fresh\":true,\"site\":\"=1+1\"}\n\
         {\"bytes\":7,\"time_s\":null,\"fresh\":false,\"site\":null}\n"
    );
}

#[test]
fn a_table_without_rows_has_its_columns() {
    let empty = Table::of("none", [0_u64; 0]).integer("a", |row| row).done();
    assert_eq!(empty.as_csv(), "a\n");
    assert_eq!(empty.written(TableFormat::JsonLines).unwrap(), b"");
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_build_without_parquet_names_the_feature() {
    let refused = TableFormat::Parquet.if_supported().unwrap_err();
    assert!(refused.contains("--features parquet"), "{refused}");
    assert_eq!(table(9).written(TableFormat::Parquet).unwrap_err().to_string(), refused);
}

#[cfg(feature = "parquet")]
mod parquet_files {
    use std::io::{Seek, Write};

    use parquet::basic::Type;
    use parquet::file::reader::{FileReader, SerializedFileReader};

    use super::*;

    fn read(content: &[u8]) -> SerializedFileReader<std::fs::File> {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(content).and_then(|()| file.rewind()).expect("written");
        SerializedFileReader::new(file).expect("Parquet")
    }

    #[test]
    fn say_the_same_as_the_other_formats() {
        let content = table(9).written(TableFormat::Parquet).unwrap();
        let reader = read(&content);
        let rows: Vec<String> =
            reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
        assert_eq!(
            rows,
            [
                "{bytes: 9, time_s: 1.500000001, fresh: true, site: \"=1+1\"}",
                "{bytes: 7, time_s: null, fresh: false, site: null}"
            ]
        );
    }

    #[test]
    fn have_types_and_no_time_of_writing() {
        let content = table(9).written(TableFormat::Parquet).unwrap();
        assert_eq!(content, table(9).written(TableFormat::Parquet).unwrap());
        let reader = read(&content);
        let file = reader.metadata().file_metadata();
        assert_eq!(file.created_by(), Some(concat!("updraft version ", env!("CARGO_PKG_VERSION"))));
        assert_eq!(file.key_value_metadata(), None);
        let types: Vec<Type> =
            file.schema_descr().columns().iter().map(|column| column.physical_type()).collect();
        assert_eq!(types, [Type::INT64, Type::DOUBLE, Type::BOOLEAN, Type::BYTE_ARRAY]);
    }

    #[test]
    fn refuse_a_number_beyond_their_integers() {
        assert!(table(u64::MAX).written(TableFormat::Parquet).is_err());
        assert!(table(u64::MAX).written(TableFormat::Csv).is_ok());
    }

    #[test]
    fn have_columns_without_rows() {
        let empty = Table::of("none", [0_u64; 0]).integer("a", |row| row).done();
        let content = empty.written(TableFormat::Parquet).unwrap();
        let reader = read(&content);
        assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
        assert_eq!(reader.metadata().file_metadata().schema_descr().num_columns(), 1);
    }
}

#[test]
fn formats_are_told_in_one_order_and_found_again() {
    let asked: TableFormats = [TableFormat::JsonLines, TableFormat::Parquet].into_iter().collect();
    assert_eq!(asked.words(), ["--tables", "csv,parquet,jsonl"]);
    assert!(TableFormats::default().words().is_empty());
    let files = ["summary.csv", "summary.jsonl", "summary.parquet", "links.csv"];
    assert_eq!(TableFormats::of_table("summary", |name| files.contains(&name)), asked);
}
