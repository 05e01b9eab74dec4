//! Tables as Apache Parquet: whole numbers are INT64, other numbers DOUBLE (nearest value), empty cells null.
//! The file does not depend on when or where it is written.

use std::error::Error;
use std::ops::Range;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};

use super::table::{Cells, Column, Table};

/// The writer; readers identify libraries and their faults by it.
const CREATED_BY: &str = concat!("updraft version ", env!("CARGO_PKG_VERSION"));
/// Readers load groups of rows into memory one by one.
const ROWS_OF_A_GROUP: usize = 1 << 20;

/// The table.
pub(in crate::report) fn written(table: &Table<'_>) -> Result<Vec<u8>, Box<dyn Error>> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(CREATED_BY.into())
        .build();
    let mut content = Vec::new();
    let mut file = SerializedFileWriter::new(&mut content, schema(table)?, Arc::new(properties))?;
    for first in (0..table.rows).step_by(ROWS_OF_A_GROUP) {
        let rows = first..table.rows.min(first + ROWS_OF_A_GROUP);
        let mut group = file.next_row_group()?;
        for column in &table.columns {
            let mut out = group.next_column()?.ok_or("a column more than in the schema")?;
            write(&mut out, &column.cells, rows.clone())?;
            out.close()?;
        }
        let _ = group.close()?;
    }
    let _ = file.close()?;
    Ok(content)
}

fn schema(table: &Table<'_>) -> Result<TypePtr, ParquetError> {
    let field = |column: &Column<'_>| {
        let (physical, logical) = match column.cells {
            Cells::Integers(_) => (PhysicalType::INT64, None),
            Cells::Numbers(_) => (PhysicalType::DOUBLE, None),
            Cells::Flags(_) => (PhysicalType::BOOLEAN, None),
            Cells::Texts(_) => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)),
        };
        let field = Type::primitive_type_builder(&column.name, physical);
        let field = field.with_logical_type(logical).with_repetition(Repetition::OPTIONAL);
        field.build().map(Arc::new)
    };
    let fields = table.columns.iter().map(field).collect::<Result<_, _>>()?;
    Type::group_type_builder(&table.name).with_fields(fields).build().map(Arc::new)
}

fn write(
    out: &mut SerializedColumnWriter<'_>,
    cells: &Cells<'_>,
    rows: Range<usize>,
) -> Result<(), Box<dyn Error>> {
    match cells {
        Cells::Integers(cells) => {
            let cells = cells[rows].iter().map(|number| i64::try_from(*number).map(Some));
            write_values::<Int64Type>(out, cells.collect::<Result<Vec<_>, _>>()?)?;
        }
        Cells::Numbers(cells) => {
            let cells = cells[rows].iter();
            write_values::<DoubleType>(
                out,
                cells.map(|number| number.as_ref().map(super::Number::nearest)),
            )?;
        }
        Cells::Flags(cells) => {
            write_values::<BoolType>(out, cells[rows].iter().copied().map(Some))?;
        }
        Cells::Texts(cells) => {
            let text = |cell: &&str| !cell.is_empty();
            let cells = cells[rows].iter().map(AsRef::as_ref);
            write_values::<ByteArrayType>(
                out,
                cells.map(|cell: &str| Some(cell).filter(text).map(ByteArray::from)),
            )?;
        }
    }
    Ok(())
}

/// Writes cells of one type; levels mark the cells that are present.
fn write_values<T: DataType>(
    out: &mut SerializedColumnWriter<'_>,
    cells: impl IntoIterator<Item = Option<T::T>>,
) -> Result<(), ParquetError> {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    for cell in cells {
        levels.push(i16::from(cell.is_some()));
        values.extend(cell);
    }
    let _ = out.typed::<T>().write_batch(&values, Some(&levels), None)?;
    Ok(())
}
