//! TOML of Python values.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

/// A value as TOML: of a dictionary a document, of any other value what stands behind `=`.
#[pyfunction]
pub(crate) fn toml(value: &Bound<'_, PyAny>) -> PyResult<String> {
    match of(value, "the value")? {
        ::toml::Value::Table(table) => Ok(table.to_string()),
        other => Ok(other.to_string()),
    }
}

/// The value that stands at `place`.
fn of(value: &Bound<'_, PyAny>, place: &str) -> PyResult<::toml::Value> {
    // A bool of Python is an int, too.
    if value.is_instance_of::<PyBool>() {
        return Ok(::toml::Value::Boolean(value.extract()?));
    }
    // Whole numbers of other libraries have an index.
    if value.is_instance_of::<PyInt>() || value.hasattr("__index__")? {
        return Ok(::toml::Value::Integer(value.extract()?));
    }
    if value.is_instance_of::<PyFloat>() {
        return Ok(::toml::Value::Float(value.extract()?));
    }
    if value.is_instance_of::<PyString>() {
        return Ok(::toml::Value::String(value.extract()?));
    }
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        let items = value.try_iter()?.enumerate();
        let items = items.map(|(index, item)| of(&item?, &format!("{place}[{index}]")));
        return items.collect::<PyResult<_>>().map(::toml::Value::Array);
    }
    if let Ok(table) = value.cast::<PyDict>() {
        let entry = |(key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
            let key: String = key.extract().map_err(|_| {
                PyTypeError::new_err(format!("{place} has the key {key:?}, which is not a text"))
            })?;
            let value = of(&value, &format!("{place}[{key:?}]"))?;
            Ok((key, value))
        };
        return table.iter().map(entry).collect::<PyResult<_>>().map(::toml::Value::Table);
    }
    let kind = value.get_type().name()?;
    Err(PyTypeError::new_err(format!(
        "{place} is of type {kind}: expected a bool, an int, a float, a text, a list or a dictionary of these"
    )))
}
