//! Writes small files in the MaxMind DB format (version 2.0), so that none has to be fetched for a test.
//!
//! A tree of bits over IPv6, in which IPv4 lies below `::/96`; records of 24 bits; then the records, then the facts about
//! the file.

use std::net::Ipv4Addr;

const RECORD_BYTES: usize = 3;
const BITS_BEFORE_V4: usize = 96;
const SEPARATOR: [u8; 16] = [0; 16];
const FACTS: &[u8] = b"\xab\xcd\xefMaxMind.com";

/// A value that a record is made of.
#[derive(Debug, Clone)]
pub enum Value {
    Text(String),
    Number(u32),
    Map(Vec<(&'static str, Value)>),
}

#[derive(Clone, Copy)]
enum Side {
    Nobody,
    Node(usize),
    Record(usize),
}

/// A file of a kind, such as `Test-City`, in which networks of IPv4 have records.
pub fn file(kind: &str, networks: &[(Ipv4Addr, u8, Value)]) -> Vec<u8> {
    let mut tree = vec![[Side::Nobody; 2]];
    let mut records = Vec::new();
    for (network, n_bits, record) in networks {
        let at = records.len();
        write(record, &mut records);
        let bits = u128::from(network.to_bits());
        let depth = BITS_BEFORE_V4 + usize::from(*n_bits);
        let mut node = 0;
        for i in 0..depth {
            let bit = (bits >> (127 - i) & 1) as usize;
            node = match tree[node][bit] {
                _ if i + 1 == depth => {
                    tree[node][bit] = Side::Record(at);
                    break;
                }
                Side::Node(next) => next,
                Side::Nobody | Side::Record(_) => {
                    tree.push([Side::Nobody; 2]);
                    tree[node][bit] = Side::Node(tree.len() - 1);
                    tree.len() - 1
                }
            };
        }
    }
    let n_nodes = tree.len();
    let mut bytes = Vec::new();
    for side in tree.iter().flatten() {
        let number = match side {
            Side::Nobody => n_nodes,
            Side::Node(node) => *node,
            Side::Record(at) => n_nodes + SEPARATOR.len() + at,
        };
        bytes.extend_from_slice(&(number as u32).to_be_bytes()[4 - RECORD_BYTES..]);
    }
    bytes.extend_from_slice(&SEPARATOR);
    bytes.extend_from_slice(&records);
    bytes.extend_from_slice(FACTS);
    facts(kind, n_nodes, &mut bytes);
    bytes
}

/// What a file of cities or countries says.
pub fn country(code: &str) -> Value {
    Value::Map(vec![("country", Value::Map(vec![("iso_code", Value::Text(code.to_owned()))]))])
}

/// What a file of networks says.
pub fn asn(number: u32) -> Value {
    Value::Map(vec![("autonomous_system_number", Value::Number(number))])
}

fn facts(kind: &str, n_nodes: usize, to: &mut Vec<u8>) {
    control(7, 9, to);
    for (name, number) in [("node_count", n_nodes as u32), ("record_size", 24), ("ip_version", 6)] {
        text(name, to);
        // Sizes are of 16 bits but for the count of nodes.
        number_of(if name == "node_count" { 6 } else { 5 }, number, to);
    }
    text("database_type", to);
    text(kind, to);
    text("languages", to);
    control(11, 0, to);
    for name in ["binary_format_major_version", "binary_format_minor_version"] {
        text(name, to);
        number_of(5, if name.contains("major") { 2 } else { 0 }, to);
    }
    text("build_epoch", to);
    number_of(9, 1_790_000_000, to);
    text("description", to);
    control(7, 1, to);
    text("en", to);
    text("made for a test", to);
}

fn write(value: &Value, to: &mut Vec<u8>) {
    match value {
        Value::Text(value) => text(value, to),
        Value::Number(number) => number_of(6, *number, to),
        Value::Map(pairs) => {
            control(7, pairs.len(), to);
            for (name, value) in pairs {
                text(name, to);
                write(value, to);
            }
        }
    }
}

fn text(text: &str, to: &mut Vec<u8>) {
    control(2, text.len(), to);
    to.extend_from_slice(text.as_bytes());
}

fn number_of(kind: u8, number: u32, to: &mut Vec<u8>) {
    let bytes: Vec<u8> = number.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    control(kind, bytes.len(), to);
    to.extend_from_slice(&bytes);
}

/// A type and a size below 29; types above seven stand in a byte of their own.
fn control(kind: u8, size: usize, to: &mut Vec<u8>) {
    assert!(size < 29, "a value of {size} bytes or pairs");
    if kind <= 7 {
        to.push(kind << 5 | size as u8);
    } else {
        to.extend_from_slice(&[size as u8, kind - 7]);
    }
}
