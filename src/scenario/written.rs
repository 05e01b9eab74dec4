//! A value as text, to be read again by the form of another key.

use toml::de::DeValue;

/// The value in TOML; `None` for a table or a date, which no key that can change has.
pub(super) fn written(value: &DeValue<'_>) -> Option<String> {
    Some(match value {
        DeValue::String(text) => toml::Value::String(text.to_string()).to_string(),
        DeValue::Integer(number) => number.as_str().into(),
        DeValue::Float(number) => number.as_str().into(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Array(list) => {
            let items: Option<Vec<String>> =
                list.iter().map(|item| written(item.get_ref())).collect();
            format!("[{}]", items?.join(", "))
        }
        DeValue::Datetime(_) | DeValue::Table(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_they_were_read() {
        let again = |text: &str| written(DeValue::parse(text).expect("TOML").get_ref());
        for text in ["7", "true", "0.5", "\"every 1 h\"", "[1, 2]", "[\"components\"]", "[]"] {
            assert_eq!(again(text).as_deref(), Some(text));
        }
        assert_eq!(again("{ a = 1 }"), None);
    }
}
