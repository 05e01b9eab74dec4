//! A table of a results folder, in the memory layout of Apache Arrow.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, RecordBatchIterator,
    RecordBatchReader, StringArray,
};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::basic::Type as PhysicalType;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType as PhysicalDataType};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::Type;
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

/// A table. pyarrow, polars, pandas and every other library that knows the Arrow `PyCapsule` interface take it without
/// copying: `polars.DataFrame(table)`, `pyarrow.table(table)`, `pandas.DataFrame.from_arrow(table)`.
#[pyclass(frozen, module = "updraft._native")]
#[derive(Debug)]
pub(crate) struct Table {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

#[pymethods]
impl Table {
    /// Reads a Parquet file that updraft has written.
    #[staticmethod]
    #[expect(clippy::needless_pass_by_value, reason = "Python's paths become this type")]
    fn read(py: Python<'_>, file: PathBuf) -> PyResult<Self> {
        py.detach(|| {
            let opened = File::open(&file).map_err(PyOSError::new_err)?;
            read(opened).map_err(|cause| {
                PyValueError::new_err(format!("cannot read {}: {cause}", file.display()))
            })
        })
    }

    /// The names of the columns, in order. The unit of a column stands in its name.
    #[getter]
    fn column_names(&self) -> Vec<&str> {
        self.schema.fields().iter().map(|field| field.name().as_str()).collect()
    }

    /// The number of rows.
    #[getter]
    fn num_rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    fn __len__(&self) -> usize {
        self.num_rows()
    }

    fn __repr__(&self) -> String {
        format!("<updraft.Table: {} rows; {}>", self.num_rows(), self.column_names().join(", "))
    }

    /// The table as a stream of the Arrow C interface. Its types are fixed: a requested schema is not considered.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let batches = self.batches.clone().into_iter().map(Ok);
        let reader: Box<dyn RecordBatchReader + Send> =
            Box::new(RecordBatchIterator::new(batches, Arc::clone(&self.schema)));
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(reader), c"arrow_array_stream")
    }

    /// The schema as one of the Arrow C interface.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.schema.as_ref());
        let schema = schema.map_err(|cause| PyValueError::new_err(cause.to_string()))?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }
}

/// Reads a file with the types that updraft writes: whole numbers, other numbers, booleans and texts.
fn read(file: File) -> Result<Table, ParquetError> {
    let file = SerializedFileReader::new(file)?;
    let columns = file.metadata().file_metadata().schema().get_fields();
    let fields = columns.iter().map(|column| field(column)).collect::<Result<Vec<_>, _>>()?;
    let schema = Arc::new(Schema::new(fields));
    let mut batches = Vec::new();
    for group in 0..file.num_row_groups() {
        let group = file.get_row_group(group)?;
        let rows = usize::try_from(group.metadata().num_rows())
            .map_err(|_| ParquetError::General("a negative number of rows".into()))?;
        let arrays = (0..schema.fields().len())
            .map(|column| cells(group.get_column_reader(column)?, rows))
            .collect::<Result<Vec<ArrayRef>, _>>()?;
        let batch = RecordBatch::try_new(Arc::clone(&schema), arrays);
        batches.push(batch.map_err(|cause| ParquetError::General(cause.to_string()))?);
    }
    Ok(Table { schema, batches })
}

fn field(column: &Type) -> Result<Field, ParquetError> {
    let of = match column.get_physical_type() {
        PhysicalType::INT64 => DataType::Int64,
        PhysicalType::DOUBLE => DataType::Float64,
        PhysicalType::BOOLEAN => DataType::Boolean,
        PhysicalType::BYTE_ARRAY => DataType::Utf8,
        other => return Err(ParquetError::General(format!("a column of {other}"))),
    };
    Ok(Field::new(column.name(), of, true))
}

/// The cells of a column in a group of `rows`.
fn cells(column: ColumnReader, rows: usize) -> Result<ArrayRef, ParquetError> {
    let array: ArrayRef = match column {
        ColumnReader::Int64ColumnReader(column) => {
            Arc::new(present(column, rows)?.collect::<Int64Array>())
        }
        ColumnReader::DoubleColumnReader(column) => {
            Arc::new(present(column, rows)?.collect::<Float64Array>())
        }
        ColumnReader::BoolColumnReader(column) => {
            Arc::new(present(column, rows)?.collect::<BooleanArray>())
        }
        ColumnReader::ByteArrayColumnReader(column) => {
            let cells: Vec<Option<ByteArray>> = present(column, rows)?.collect();
            let texts = cells.iter().map(|cell| cell.as_ref().map(ByteArray::as_utf8).transpose());
            Arc::new(texts.collect::<Result<StringArray, _>>()?)
        }
        _ => return Err(ParquetError::General("an unexpected type of column".into())),
    };
    if array.len() == rows { Ok(array) } else { Err(ParquetError::EOF("rows are missing".into())) }
}

/// The cells of a column, of which some may be empty.
fn present<T: PhysicalDataType>(
    mut column: ColumnReaderImpl<T>,
    rows: usize,
) -> Result<impl Iterator<Item = Option<T::T>>, ParquetError> {
    let (mut levels, mut values) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
    while levels.len() < rows {
        let (read, ..) =
            column.read_records(rows - levels.len(), Some(&mut levels), None, &mut values)?;
        if read == 0 {
            break;
        }
    }
    let mut values = values.into_iter();
    Ok(levels.into_iter().map(move |level| if level == 0 { None } else { values.next() }))
}
