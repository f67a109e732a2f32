//! Values of MariaDB and MySQL as text.

use mysql_async::Value;

/// A value as text; nothing where nothing stands. Bytes that are no text are shown as far as they are.
pub(super) fn text(value: &Value) -> Option<String> {
    Some(match value {
        Value::NULL => return None,
        Value::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Double(number) => number.to_string(),
        Value::Date(year, month, day, hour, minute, second, micros) => {
            let date = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
            if *micros == 0 { date } else { format!("{date}.{micros:06}") }
        }
        Value::Time(is_negative, days, hours, minutes, seconds, _) => {
            let (sign, hours) = (if *is_negative { "-" } else { "" }, days * 24 + u32::from(*hours));
            format!("{sign}{hours:02}:{minutes:02}:{seconds:02}")
        }
    })
}
